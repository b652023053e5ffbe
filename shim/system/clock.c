/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void clock_now(char ret[static CLOCK_TEXT_BYTES])
{
	struct timespec now = { 0 };
	struct tm utc = { 0 };
	char second[sizeof("2026-01-02T03:04:05")];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(ret, CLOCK_TEXT_BYTES, "%s.%09ldZ", second, now.tv_nsec);
}
