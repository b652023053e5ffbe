/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/fail.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

static char long_text[3 * FAIL_MAX_BYTES];

static const char *filled(char byte, size_t n_bytes)
{
	memset(long_text, byte, n_bytes);
	long_text[n_bytes] = '\0';
	return long_text;
}

Test(fail, keeps_the_first_cause)
{
	struct fail f = { 0 };

	cr_expect(not(fail_input(&f, "first %d", 1)));
	cr_expect(not(fail_usage(&f, "second") || fail_memory(&f) || fail_system(&f, "third")));
	cr_expect(f.kind == FAIL_INPUT);
	cr_expect_str_eq(f.text, "first 1");
}

Test(fail, says_where)
{
	struct fail f = { 0 };

	fail_usage(&f, "no verb");
	cr_expect(not(fail_while(&f, "command '%s'", "x")));
	cr_expect(not(fail_while(&f, "bundle '%s'", "/b")));
	cr_expect_str_eq(f.text, "bundle '/b': command 'x': no verb");
	cr_expect(f.kind == FAIL_USAGE);
}

static const struct {
	int error;
	const char *text;
} errors[] = {
	{ ENOENT, "open config.json: ENOENT" },       { ENOTDIR, "open config.json: ENOTDIR" },
	{ EACCES, "open config.json: EACCES" },       { 0, "open config.json: 0" },
	{ 99999, "open config.json: unknown error" },
};

/* engines look for strerror()'s words */
ROWS(fail, names_errors_by_their_symbol, errors)
{
	struct fail f = { 0 };

	errno = errors[*row].error;
	cr_expect(not(fail_system(&f, "open config.json")));
	cr_expect(f.kind == FAIL_SYSTEM);
	cr_expect_str_eq(f.text, errors[*row].text);
}

Test(fail, escapes_what_a_terminal_obeys)
{
	struct fail f = { 0 };

	fail_input(&f, "name '%s'", "a\x1b[2J\nb\xff");
	fail_while(&f, "file '%s'", "\r\xe2\x80\xae");
	cr_expect_str_eq(f.text, "file '\\x0d\\xe2\\x80\\xae': name 'a\\x1b[2J\\x0ab\\xff'");
}

Test(fail, cuts_what_is_too_long)
{
	struct fail f = { 0 };

	fail_input(&f, "%s", filled('x', sizeof(long_text) - 1));
	cr_expect(strlen(f.text) == FAIL_MAX_BYTES - 1);
	cr_expect_str_eq(f.text + FAIL_MAX_BYTES - 5, "x...");
}

Test(fail, keeps_the_error_behind_a_long_text)
{
	struct fail f = { 0 };

	errno = ENOTRECOVERABLE;
	fail_system(&f, "open '%s'", filled('x', sizeof(long_text) - 1));
	cr_expect(strlen(f.text) < FAIL_MAX_BYTES);
	cr_expect(strstr(f.text, "xxx...: ENOTRECOVERABLE") != NULL);
}

/* every length of cause with a place that is too long: the cause stays whole */
Test(fail, cuts_the_place_before_the_cause)
{
	for (size_t n = 0; n < FAIL_MAX_BYTES; n++) {
		struct fail f = { 0 };
		size_t before;
		const char *cause;

		fail_input(&f, "%s", filled('c', n));
		fail_while(&f, "\xc3\xa4%s\xc3\xa4", filled('p', 2 * FAIL_MAX_BYTES));
		cr_assert(strlen(f.text) < FAIL_MAX_BYTES);
		cr_assert(text_is_utf8(f.text, strlen(f.text)));
		before = strlen(f.text) - n;
		cause = f.text + before;
		cr_assert(strspn(cause, "c") == n);
		cr_assert(before == 0 || memcmp(cause - 5, "...: ", 5) == 0, "%zu: %s", n, f.text);
	}
}

Test(fail, has_one_text_for_memory)
{
	struct fail f = { 0 };

	cr_expect(not(fail_memory(&f)));
	cr_expect(f.kind == FAIL_MEMORY);
	cr_expect_str_eq(f.text, "out of memory");
}
