/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reporting a failure cannot fail: everything fits into the struct, what is too
 * long is cut.
 */
#include "fail.h"

#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	ERROR_NAME_MAX_BYTES = 32, /* ": " and the longest name of an error */
};

static void keep(struct fail *f, enum fail_kind kind, const char *format, va_list args) PRINTF(3, 0);

static void keep(struct fail *f, enum fail_kind kind, const char *format, va_list args)
{
	char raw[FAIL_MAX_BYTES + 1] = ""; /* one more, so that a cut shows */

	if (f->kind != FAIL_NONE)
		return;
	vsnprintf(raw, sizeof(raw), format, args);
	text_printable(f->text, sizeof(f->text) - (kind == FAIL_SYSTEM ? ERROR_NAME_MAX_BYTES : 0), raw);
	f->kind = kind;
}

bool fail_input(struct fail *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	keep(f, FAIL_INPUT, format, args);
	va_end(args);
	return false;
}

bool fail_usage(struct fail *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	keep(f, FAIL_USAGE, format, args);
	va_end(args);
	return false;
}

bool fail_system(struct fail *f, const char *format, ...)
{
	const char *name = strerrorname_np(errno);
	bool first = f->kind == FAIL_NONE;
	va_list args;

	va_start(args, format);
	keep(f, FAIL_SYSTEM, format, args);
	va_end(args);
	if (first) {
		size_t length = strlen(f->text);

		snprintf(f->text + length, sizeof(f->text) - length, ": %s", name ? name : "unknown error");
	}
	return false;
}

bool fail_memory(struct fail *f)
{
	if (f->kind == FAIL_NONE) {
		f->kind = FAIL_MEMORY;
		snprintf(f->text, sizeof(f->text), "out of memory");
	}
	return false;
}

bool fail_while(struct fail *f, const char *format, ...)
{
	const size_t room = sizeof(f->text) - strlen(f->text); /* with the NUL of @where */
	char raw[FAIL_MAX_BYTES + 1] = "";                     /* one more, so that a cut shows */
	char where[FAIL_MAX_BYTES];
	size_t length;
	va_list args;

	va_start(args, format);
	vsnprintf(raw, sizeof(raw), format, args);
	va_end(args);

	/* the cause is worth more than the place: the place is cut, or left out */
	if (room < sizeof("...: "))
		return false;
	text_printable(where, room - 2, raw);
	length = strlen(where);
	memmove(f->text + length + 2, f->text, strlen(f->text) + 1);
	memcpy(f->text, where, length);
	memcpy(f->text + length, ": ", 2);
	return false;
}
