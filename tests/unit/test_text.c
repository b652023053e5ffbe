/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

#define BYTES(literal) literal, sizeof(literal) - 1

Test(text, tells_whether_and_what_follows)
{
	cr_expect_str_eq(text_starts("--bundle=x", "--bundle="), "x");
	cr_expect_str_eq(text_starts("abc", "abc"), "");
	cr_expect_str_eq(text_starts("abc", ""), "abc");
	cr_expect(text_starts("ab", "abc") == NULL);
	cr_expect(text_starts("", "a") == NULL);
	cr_expect(text_is("a", "a"));
	cr_expect(not(text_is("a", "b") || text_is(NULL, "a") || text_is("a", NULL) || text_is(NULL, NULL)));
}

static const struct {
	const char *text;
	bool is_u32, is_u64, is_i64;
	uint64_t value; /* as two's complement */
} integers[] = {
	{ "0", true, true, true, 0 },
	{ "7", true, true, true, 7 },
	{ "4294967295", true, true, true, UINT32_MAX },
	{ "4294967296", false, true, true, (uint64_t)UINT32_MAX + 1 },
	{ "9223372036854775807", false, true, true, INT64_MAX },
	{ "9223372036854775808", false, true, false, (uint64_t)INT64_MAX + 1 },
	{ "18446744073709551615", false, true, false, UINT64_MAX },
	{ "-1", false, false, true, UINT64_MAX },
	{ "-9223372036854775808", false, false, true, (uint64_t)INT64_MAX + 1 },
	{ "18446744073709551616", false, false, false, 0 },
	{ "18446744073709551620", false, false, false, 0 },
	{ "28446744073709551615", false, false, false, 0 },
	{ "99999999999999999999999999", false, false, false, 0 },
	{ "-9223372036854775809", false, false, false, 0 },
	{ "-18446744073709551616", false, false, false, 0 },
	{ "", false, false, false, 0 },
	{ "-", false, false, false, 0 },
	{ "-0", false, false, false, 0 },
	{ "--1", false, false, false, 0 },
	{ "-01", false, false, false, 0 },
	{ "+1", false, false, false, 0 },
	{ "00", false, false, false, 0 },
	{ "01", false, false, false, 0 },
	{ " 1", false, false, false, 0 },
	{ "1 ", false, false, false, 0 },
	{ "1\n", false, false, false, 0 },
	{ "1.0", false, false, false, 0 },
	{ "1e3", false, false, false, 0 },
	{ "0x10", false, false, false, 0 },
	{ "1a", false, false, false, 0 },
	{ "\xd9\xa1", false, false, false, 0 },
};

ROWS(text, numbers_are_whole_or_nothing, integers)
{
	const char *text = integers[*row].text;
	uint32_t u32 = 77;
	uint64_t u64 = 77;
	int64_t i64 = 77;

	cr_expect(integers[*row].is_u32 == text_to_u32(&u32, text), "u32 '%s'", text);
	cr_expect(integers[*row].is_u64 == text_to_u64(&u64, text), "u64 '%s'", text);
	cr_expect(integers[*row].is_i64 == text_to_i64(&i64, text), "i64 '%s'", text);
	cr_expect(u32 == (integers[*row].is_u32 ? (uint32_t)integers[*row].value : 77), "u32 '%s'", text);
	cr_expect(u64 == (integers[*row].is_u64 ? integers[*row].value : 77), "u64 '%s'", text);
	cr_expect(i64 == (integers[*row].is_i64 ? (int64_t)integers[*row].value : 77), "i64 '%s'", text);
}

static const struct {
	const char *bytes;
	size_t n_bytes;
	size_t length; /* of what is well-formed */
} utf8[] = {
	{ BYTES(""), 0 },
	{ BYTES("a"), 1 },
	{ BYTES("a\0b"), 3 },
	{ BYTES("01234567"), 8 },
	{ BYTES("0123456789abcdef0"), 17 },
	{ BYTES("\x7f\xc2\x80\xdf\xbf"), 5 },
	{ BYTES("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"), 12 },
	{ BYTES("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), 8 },
	{ BYTES("0123456\xc3\xa4"
		"89abcdef\xe2\x82\xac"),
	  20 },
	{ BYTES("0123456\xc3"), 7 },
	{ BYTES("01234567\x80"), 8 },
	{ BYTES("ab\x80"), 2 },
	{ BYTES("ab\xbf"), 2 },
	{ BYTES("\xc0\x80"), 0 },
	{ BYTES("\xc1\xbf"), 0 },
	{ BYTES("\xc2"), 0 },
	{ BYTES("\xc2\x7f"), 0 },
	{ BYTES("\xc2\xc2"), 0 },
	{ BYTES("\xe0\x9f\xbf"), 0 },
	{ BYTES("\xe1\x80"), 0 },
	{ BYTES("\xe1\x80\x7f"), 0 },
	{ BYTES("\xed\xa0\x80"), 0 },
	{ BYTES("\xed\xbf\xbf"), 0 },
	{ BYTES("\xf0\x8f\xbf\xbf"), 0 },
	{ BYTES("\xf1\x80\x80"), 0 },
	{ BYTES("\xf4\x90\x80\x80"), 0 },
	{ BYTES("\xf5\x80\x80\x80"), 0 },
	{ BYTES("\xf8\x88\x80\x80\x80"), 0 },
	{ BYTES("\xfe"), 0 },
	{ BYTES("\xff"), 0 },
};

ROWS(text, knows_utf8, utf8)
{
	/* each row at each place relative to a word, in memory of its own size */
	for (size_t before = 0; before < 9; before++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(4096);
		size_t n_bytes = before + utf8[*row].n_bytes;
		char *bytes = arena_alloc(&arena, n_bytes);

		cr_assert(bytes != NULL);
		memset(bytes, 'x', before);
		memcpy(bytes + before, utf8[*row].bytes, utf8[*row].n_bytes);
		cr_expect(text_utf8_length(bytes, n_bytes) == before + utf8[*row].length, "behind %zu", before);
		cr_expect(text_is_utf8(bytes, n_bytes) == (utf8[*row].length == utf8[*row].n_bytes));
	}
}

static const struct {
	size_t size_bytes;
	const char *text, *printed;
} prints[] = {
	{ 64, "", "" },
	{ 64, "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", "plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ 64, "a\nb\r\t\x1b[31m\x7f", "a\\x0ab\\x0d\\x09\\x1b[31m\\x7f" },
	{ 64, "\xc2\x9b\xc2\xa0", "\\xc2\\x9b\xc2\xa0" },
	{ 64, "\xff\xc3(\xed\xa0\x80", "\\xff\\xc3(\\xed\\xa0\\x80" },
	{ 64, "x\xe2\x80\xae\xe2\x80\xa8\xe2\x80\xa7", "x\\xe2\\x80\\xae\\xe2\\x80\\xa8\xe2\x80\xa7" },
	{ 64, "x\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa", "x\\xe2\\x81\\xa6\\xe2\\x81\\xa9\xe2\x81\xaa" },
	{ 64, "\xc3", "\\xc3" },
	{ 8, "1234567", "1234567" },
	{ 8, "12345678", "1234..." },
	{ 8, "123\n", "123\\x0a" },
	{ 8, "1234\n", "1234..." },
	{ 8, "12\n4", "12\\x0a4" },
	{ 8, "12\n45", "12..." },
	{ 8, "123\xc3\xa4\xc3\xa4", "123\xc3\xa4\xc3\xa4" },
	{ 8, "123\xc3\xa4\xc3\xa4x", "123..." },
	{ 5, "12345", "1..." },
	{ 4, "1234", "..." },
	{ 3, "123", ".." },
	{ 1, "x", "" },
	{ 1, "", "" },
};

ROWS(text, prints_on_one_line_or_cuts, prints)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(4096);
	char *ret = arena_alloc(&arena, prints[*row].size_bytes);

	cr_assert(ret != NULL);
	text_printable(ret, prints[*row].size_bytes, prints[*row].text);
	cr_expect_str_eq(ret, prints[*row].printed);
}

static const struct {
	const char *a, *b;
	bool equal;
} folds[] = {
	{ "capabilities", "capabilities", true },
	{ "Capabilities", "capabilities", true },
	{ "CAPABILITIES", "capabilities", true },
	{ "capabilitie\xc5\xbf", "capabilities", true },
	{ "proce\xc5\xbf\xc5\xbf", "process", true },
	{ "mas\xe2\x84\xaa"
	  "edPaths",
	  "maskedPaths", true },
	{ "noNewPrivileges", "nonewprivileges", true },
	{ "", "", true },
	{ "capabilitie", "capabilities", false },
	{ "capabilitiess", "capabilities", false },
	{ "a\xc5", "as", false },
	{ "a\xe2\x84", "ak", false },
	{ "a_b", "a-b", false },
	{ "a[", "a{", false },
	{ "a@", "a`", false },
	{ "\xc3\x84", "\xc3\xa4", false },
	{ "", "a", false },
};

ROWS(text, folds_case_as_go_does, folds)
{
	cr_expect(folds[*row].equal == text_folds_equal(folds[*row].a, folds[*row].b), "%s", folds[*row].a);
	cr_expect(folds[*row].equal == text_folds_equal(folds[*row].b, folds[*row].a), "%s", folds[*row].a);
}

static const struct {
	const char *word, *nearest;
} guesses[] = {
	{ "capabilities.allowed", "capabilities.allowed" },
	{ "capabilites.allowd", "capabilities.allowed" },
	{ "rootfs.readonly", "rootfs.read-only" },
	{ "mod", "mode" },
	{ "moed", NULL },
	{ "mde", "mode" },
	{ "xyz", NULL },
	{ "ab", NULL },
	{ "", NULL },
	{ "user", NULL },
	{ "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", NULL },
};

ROWS(text, guesses_only_what_is_near, guesses)
{
	static const char *const words[] = { "mode", "rootfs.read-only", "capabilities.allowed", "", NULL };
	static const char *const none[] = { NULL };
	const char *nearest = text_nearest(guesses[*row].word, words);

	if (!guesses[*row].word[0])
		cr_expect_str_eq(nearest, "");
	else if (guesses[*row].nearest)
		cr_expect(text_is(nearest, guesses[*row].nearest), "%s: %s", guesses[*row].word, nearest);
	else
		cr_expect(nearest == NULL, "%s: %s", guesses[*row].word, nearest);
	cr_expect(text_nearest(guesses[*row].word, none) == NULL);
}

static const struct {
	const char *path, *clean;
} paths[] = {
	{ "/", "/" },
	{ "//", "/" },
	{ "/.", "/" },
	{ "/..", "/" },
	{ "/../..", "/" },
	{ "/a", "/a" },
	{ "/a/", "/a" },
	{ "/a//b///c", "/a/b/c" },
	{ "/a/./b/.", "/a/b" },
	{ "/a/../b", "/b" },
	{ "/a/b/..", "/a" },
	{ "/a/b/../..", "/" },
	{ "/a/b/../../../../c", "/c" },
	{ "/...", "/..." },
	{ "/..a/.b/c..", "/..a/.b/c.." },
	{ "/proc/self/../1/./root/", "/proc/1/root" },
	{ "", NULL },
	{ "a", NULL },
	{ "./a", NULL },
	{ "../a", NULL },
};

ROWS(text, cleans_absolute_paths, paths)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(4096);
	ARENA_RELEASED_ON_RETURN empty = ARENA_UP_TO(0);
	char *clean = text_path_clean(&arena, paths[*row].path);

	if (paths[*row].clean)
		cr_expect(text_is(clean, paths[*row].clean), "%s: %s", paths[*row].path, clean);
	else
		cr_expect(clean == NULL, "%s: %s", paths[*row].path, clean);
	cr_expect(text_path_clean(&empty, paths[*row].path) == NULL);
}

static const struct {
	const char *path, *top;
	bool below;
} tops[] = {
	{ "/a", "/a", true }, { "/a/b", "/a", true }, { "/ab", "/a", false },  { "/", "/a", false },
	{ "/a", "/", true },  { "/", "/", true },     { "/b/a", "/a", false },
};

ROWS(text, tells_what_is_below, tops)
{
	cr_expect(tops[*row].below == text_path_is_below(tops[*row].path, tops[*row].top), "%s in %s", tops[*row].path,
		  tops[*row].top);
}
