/* SPDX-License-Identifier: Apache-2.0 */
/* gmtime_r() would read the time zone's file, at every start of a container, to say that UTC is UTC. */
#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SECONDS_OF_DAY = 24 * 60 * 60, DAYS_OF_4_YEARS = 4 * 365 + 1 };

struct date {
	unsigned year, month, day;
};

/*
 * Days since 1970-01-01, to 2099: a leap year every fourth year, no century without
 * one but 2100. Counted from March, so that the leap day is the last of its year.
 */
static struct date date_of(unsigned days)
{
	static const unsigned starts[] = { 0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337 };
	unsigned since = days + 671; /* since 1968-03-01 */
	unsigned four = since / DAYS_OF_4_YEARS;
	unsigned rest = since % DAYS_OF_4_YEARS;
	unsigned year = rest / 365 == 4 ? 3 : rest / 365;
	unsigned month = 11;

	rest -= year * 365;
	while (rest < starts[month])
		month--;
	return (struct date){
		.year = 1968 + four * 4 + year + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = rest - starts[month] + 1,
	};
}

void clock_now(char ret[static CLOCK_TEXT_BYTES])
{
	struct timespec now = { 0 };
	unsigned second;
	struct date date;
	char text[64];

	clock_gettime(CLOCK_REALTIME, &now);
	second = (unsigned)(now.tv_sec % SECONDS_OF_DAY);
	date = date_of((unsigned)(now.tv_sec / SECONDS_OF_DAY));
	snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u.%09ldZ", date.year % 10000, date.month, date.day,
		 second / 3600, second / 60 % 60, second % 60, now.tv_nsec);
	memcpy(ret, text, CLOCK_TEXT_BYTES - 1);
	ret[CLOCK_TEXT_BYTES - 1] = '\0';
}
