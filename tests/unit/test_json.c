/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"

#include <stdio.h>
#include <string.h>

enum {
	ENOUGH_BYTES = 64 * 1024 * 1024,
};

/* a literal with its length, so that it may hold NUL */
#define BYTES(literal) literal, sizeof(literal) - 1

static struct json *read_bytes(struct arena *arena, const char *bytes, size_t n_bytes, enum json_dialect dialect)
{
	struct fail f = { 0 };
	struct json *top = NULL;

	cr_assert(json_read(&top, arena, bytes, n_bytes, dialect, &f), "%s", f.text);
	return top;
}

static struct json *read_text(struct arena *arena, const char *text)
{
	return read_bytes(arena, text, strlen(text), JSON_STRICT);
}

static const char *written(struct arena *arena, const struct json *json)
{
	const char *text = NULL;
	size_t n_bytes = 0;

	cr_assert(json_write(&text, &n_bytes, arena, json));
	cr_assert_eq(n_bytes, strlen(text));
	return text;
}

/* What is refused, where, and why */

static const struct {
	const char *bytes;
	size_t n_bytes;
	const char *reason;
} refused[] = {
	/* nothing, or not all */
	{ BYTES(""), "line 1, the top value: the document is empty" },
	{ BYTES(" \n\n"), "line 3, the top value: the document ends before it is complete" },
	{ BYTES("{"), "the document ends before it is complete" },
	{ BYTES("{\"a\""), "line 1, at /a: the document ends before it is complete" },
	{ BYTES("{\"a\":"), "line 1, at /a: the document ends before it is complete" },
	{ BYTES("{\"a\":1"), "the document ends before it is complete" },
	{ BYTES("{\"a\":1,"), "the document ends before it is complete" },
	{ BYTES("[1,\n[2"), "line 2, at /1/1: the document ends before it is complete" },
	{ BYTES("\"abc"), "the document ends before it is complete" },
	{ BYTES("\"abc\\"), "the document ends before it is complete" },
	{ BYTES("\"abc\\u00"), "the document ends before it is complete" },
	{ BYTES("tru"), "the document ends before it is complete" },
	{ BYTES("-"), "the document ends before it is complete" },
	{ BYTES("1."), "the document ends before it is complete" },
	{ BYTES("1e+"), "the document ends before it is complete" },

	/* more than one document */
	{ BYTES("{}{}"), "more follows behind the end of the document" },
	{ BYTES("1 2"), "more follows behind the end of the document" },
	{ BYTES("{}\n}"), "line 2, the top value: more follows behind the end of the document" },
	{ BYTES("{} x"), "more follows behind the end of the document" },
	{ BYTES("{},"), "more follows behind the end of the document" },

	/* not JSON */
	{ BYTES("[1,]"), "at /1: a value is wanted" },
	{ BYTES("[,1]"), "at /0: a value is wanted" },
	{ BYTES("[1 2]"), "',' or ']' is wanted behind an element, near '[1 2]'" },
	{ BYTES("{\"a\":1,}"), "a name in double quotes is wanted" },
	{ BYTES("{\"a\":1 \"b\":2}"), "',' or '}' is wanted behind a member" },
	{ BYTES("{\"a\" 1}"), "at /a: ':' is wanted between a name and its value" },
	{ BYTES("{\"a\":}"), "at /a: a value is wanted" },
	{ BYTES("{1:2}"), "a name in double quotes is wanted" },
	{ BYTES("{a:2}"), "near '{a:2}'" },
	{ BYTES("{'a':2}"), "a value is wanted, found a byte that cannot start one" },
	/* no half of a character in the message */
	{ BYTES("[\"x\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\"1"
		"\"\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6\""),
	  "near '\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\"1\"\xc3\xb6\xc3\xb6\xc3\xb6\xc3\xb6'" },
	{ BYTES("[1}"), "',' or ']' is wanted behind an element" },
	{ BYTES("{]"), "a name in double quotes is wanted" },
	{ BYTES("True"), "found a byte that cannot start one" },
	{ BYTES("[trUe]"), "at /0: a word that is not true, false or null" },
	{ BYTES("[nul]"), "at /0: a word that is not true, false or null" },
	{ BYTES("NaN"), "found a byte that cannot start one" },
	{ BYTES("# x\n1"), "found a byte that cannot start one" },
	{ BYTES("{\"a\":\n  [0, 1,\n   \xc3\xa4]}"), "line 3, at /a/2: a value is wanted" },
	{ BYTES("\xc2\xa0[]"), "found a byte that cannot start one" },

	/* comments */
	{ BYTES("// x\n1"), "comments are not JSON" },
	{ BYTES("[1 /* x */]"), "comments are not JSON" },
	{ BYTES("{} // x"), "more follows behind the end of the document" },
	{ BYTES("{} /* x"), "more follows behind the end of the document" },

	/* bytes that no document holds */
	{ BYTES("\xef\xbb\xbf{}"), "line 1, the top value: found a byte order mark (BOM)" },
	{ BYTES("{}\0"), "the top value: found a NUL byte" },
	{ BYTES("{}\0{}"), "the top value: found a NUL byte" },
	{ BYTES("\0{}"), "the top value: found a NUL byte" },
	{ BYTES("[\"a\0b\"]"), "at /0: found a NUL byte" },
	{ BYTES("{\"a\0b\":1}"), "found a NUL byte" },
	{ BYTES("[1,\v2]"), "at /1: found a vertical tab" },
	{ BYTES("\f1"), "found a form feed" },
	{ BYTES("1\f"), "found a form feed" },
	{ BYTES("\xff\xfe{\0}\0"), "the top value: found bytes that are not UTF-8" },
	{ BYTES("{\n\"a\":\n\"\xff\"}"), "line 3, at /a: found bytes that are not UTF-8" },
	{ BYTES("\"\xc0\xaf\""), "found bytes that are not UTF-8" }, /* overlong "/" */
	{ BYTES("\"\xe0\x80\xaf\""), "found bytes that are not UTF-8" },
	{ BYTES("\"\xed\xa0\x80\""), "found bytes that are not UTF-8" },             /* a surrogate */
	{ BYTES("\"\xed\xa0\xbd\xed\xb8\x80\""), "found bytes that are not UTF-8" }, /* CESU-8 */
	{ BYTES("\"\xf5\x80\x80\x80\""), "found bytes that are not UTF-8" },
	{ BYTES("\"\xf4\x90\x80\x80\""), "found bytes that are not UTF-8" }, /* above U+10FFFF */
	{ BYTES("\"\xc3"), "found bytes that are not UTF-8" },
	{ BYTES("[1]\xff"), "the top value: found bytes that are not UTF-8" },
	{ BYTES("[1 2]\xff"), "',' or ']' is wanted" }, /* what comes first is said first */

	/* strings */
	{ BYTES("\"a\tb\""), "a control character in a string; it must be escaped" },
	{ BYTES("\"a\nb\""), "a control character in a string" },
	{ BYTES("{\"a\x01\":1}"), "a control character in a string" },
	{ BYTES("\"\\x41\""), "'\\' is followed by a byte that is no escape" },
	{ BYTES("\"\\u12g4\""), "'\\u' is not followed by four hexadecimal digits" },
	{ BYTES("[0,\"a\\u0000b\"]"), "at /1: a string holds NUL, written as \\u0000" },
	{ BYTES("{\"noNewPrivileges\\u0000x\":true}"), "a string holds NUL" },
	{ BYTES("{\"a\":{\"b/c~d\":[0,\"\\ud800\"]}}"), "at /a/b~1c~0d/1: \\ud800 is half of a surrogate pair" },
	{ BYTES("\"\\ud800x\""), "\\ud800 is half of a surrogate pair" },
	{ BYTES("\"\\uD83D\\u0041\""), "\\uD83D is half of a surrogate pair" },
	{ BYTES("\"\\ud83d\\ud83d\""), "\\ud83d is half of a surrogate pair" },
	{ BYTES("\"\\ud83d\\\\dc00\""), "\\ud83d is half of a surrogate pair" },
	{ BYTES("\"\\udc00\""), "\\udc00 is half of a surrogate pair" },
	{ BYTES("\"\\ud83d\\ude00\\ude00\""), "\\ude00 is half of a surrogate pair" },
	{ BYTES("{\"\\udc00\":1}"), "\\udc00 is half of a surrogate pair" },

	/* numbers */
	{ BYTES("[-0]"), "at /0: found -0" },
	{ BYTES("-0"), "found -0" },
	{ BYTES("01"), "more follows" },
	{ BYTES("[01000]"), "',' or ']' is wanted behind an element" },
	{ BYTES("[-01]"), "found -0" },
	{ BYTES("[+1]"), "a value is wanted" },
	{ BYTES("[.5]"), "a value is wanted" },
	{ BYTES("[1.]"), "at /0: a number lacks digits" },
	{ BYTES("[1e]"), "at /0: a number lacks digits" },
	{ BYTES("[-]"), "at /0: a number lacks digits" },
	{ BYTES("[-x]"), "at /0: a number lacks digits" },
	{ BYTES("0x10"), "more follows" },
	{ BYTES("{\"uid\":18446744073709551616}"), "at /uid: the number 18446744073709551616 is too large" },
	{ BYTES("-9223372036854775809"), "the number -9223372036854775809 is too large" },
	{ BYTES("[100000000000000000000]"), "is too large; -2^63 to 2^64-1 is wanted" },
	{ BYTES("[10000000000000000000000000000000000000000000000000000]"), "is too large; -2^63" },
	{ BYTES("[1e309]"), "the number 1e309 is too large for a double" },
	{ BYTES("[-1E+400]"), "the number -1E+400 is too large for a double" },
	{ BYTES("[1.0e999999999999]"), "is too large for a double" },

	/* names */
	{ BYTES("{\"a\":1,\n\"a\":2}"), "line 2, at /a: the object has this name twice" },
	{ BYTES("{\"a\":1,\"\\u0061\":2}"), "at /a: the object has this name twice" },
	{ BYTES("[{\"x\":{\"\":1,\"b\":2,\"\":3}}]"), "at /0/x/: the object has this name twice" },
	{ BYTES("{\"l\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,"
		"\"l\":1,\"m\":1,\"n\":1,\"o\":1,\"p\":1,\"q\":1,\n\"e\":2}}"),
	  "line 2, at /l/e: the object has this name twice" },
};

ROWS(json, refuses_with_place_and_reason, refused)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = NULL;
	struct fail f = { 0 };

	cr_assert(not(json_read(&top, &arena, refused[*row].bytes, refused[*row].n_bytes, JSON_STRICT, &f)),
		  "accepted: %s", refused[*row].bytes);
	cr_expect(f.kind == FAIL_INPUT);
	cr_expect(top == NULL);
	cr_expect(strstr(f.text, refused[*row].reason) != NULL, "'%s' lacks '%s'", f.text, refused[*row].reason);
	cr_expect(strchr(f.text, '\n') == NULL);
}

/* every refusal of the strict reader that is no comment is one of the other reader too */
ROWS(json, comments_allow_nothing_else, refused)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = NULL;
	struct fail f = { 0 };
	const char *bytes = refused[*row].bytes;
	bool is_comment = strstr(bytes, "//") || (strstr(bytes, "/*") && strstr(bytes, "*/"));
	bool read = json_read(&top, &arena, bytes, refused[*row].n_bytes, JSON_WITH_COMMENTS, &f);

	cr_expect(read == is_comment, "'%s': %s", bytes, f.text);
}

static const struct {
	const char *text;
	const char *reason; /* or how it is written */
	bool accepted;
} comments[] = {
	{ "// a\n{ // b\n \"a\": /* c */ 1 // d\n}// e", "{\"a\":1}", true },
	{ "/**/[/***/1/*/*/,/*\n*/2]/* \" */", "[1,2]", true },
	{ "[\"//\",\"/*\",\"\\\"/*\",\"\\\\\"/*\"*/]//", "[\"//\",\"/*\",\"\\\"/*\",\"\\\\\"]", true },
	{ "[1,\n// x\n/* y\n*/ 01]", "line 4, at /2: ',' or ']' is wanted", false },
	{ "{} /* x", "line 1, the top value: a comment has no end", false },
	{ "{\"a\":\n/* x\n 1}", "line 2, at /a: a comment has no end", false },
	{ "[1] /*/", "a comment has no end", false },
	{ "[1] /", "more follows", false },
	{ "[1] / / x", "more follows", false },
	{ "[1/2]", "near '[1/2]'", false },
	{ "/", "line 1", false },
	{ "// x", "the document ends before it is complete", false },
	{ "/* x \xff */ 1", "found bytes that are not UTF-8", false },
	{ "\"abc // x", "the document ends before it is complete", false },
	{ "\"abc\\", "the document ends before it is complete", false },
};

ROWS(json, reads_comments_where_they_are_allowed, comments)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	const char *text = comments[*row].text;
	struct json *top = NULL;
	struct fail f = { 0 };
	bool read = json_read(&top, &arena, text, strlen(text), JSON_WITH_COMMENTS, &f);

	cr_assert(read == comments[*row].accepted, "'%s': %s", text, f.text);
	if (read)
		cr_expect_str_eq(written(&arena, top), comments[*row].reason);
	else
		cr_expect(strstr(f.text, comments[*row].reason) != NULL, "'%s' lacks '%s'", f.text,
			  comments[*row].reason);
}

Test(json, refuses_depth_above_the_limit)
{
	static const struct {
		const char *open, *close;
		int depth;
		bool accepted;
	} cases[] = {
		{ "[", "]", JSON_MAX_DEPTH, true },
		{ "[", "]", JSON_MAX_DEPTH + 1, false },
		{ "{\"a\":", "}", JSON_MAX_DEPTH - 1, true },
		{ "{\"a\":", "}", JSON_MAX_DEPTH, true },
		{ "{\"a\":", "}", JSON_MAX_DEPTH + 1, false },
		{ "[", "]", 100000, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
		char *text = arena_alloc(&arena, (size_t)cases[i].depth * 6 + 2);
		struct json *top = NULL;
		struct fail f = { 0 };
		char *at = text;
		bool read;

		for (int k = 0; k < cases[i].depth; k++)
			at = stpcpy(at, cases[i].open);
		*at++ = '1';
		for (int k = 0; k < cases[i].depth; k++)
			at = stpcpy(at, cases[i].close);
		read = json_read(&top, &arena, text, strlen(text), JSON_STRICT, &f);
		cr_assert(read == cases[i].accepted, "row %zu: %s", i, f.text);
		if (!read)
			cr_expect(strstr(f.text, "nested deeper than 128 levels") != NULL, "%s", f.text);
		else
			cr_expect_str_eq(written(&arena, top), text);
		if (read)
			cr_expect(json_equal(top, json_copy(&arena, top)));
	}
}

Test(json, refuses_more_bytes_than_the_limit)
{
	static char spaces[JSON_MAX_BYTES + 1];
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = NULL;
	struct fail f = { 0 };

	memset(spaces, ' ', sizeof(spaces));
	spaces[0] = '1';
	cr_assert(not(json_read(&top, &arena, spaces, sizeof(spaces), JSON_STRICT, &f)));
	cr_expect_str_eq(f.text, "the document has 16777217 bytes; at most 16777216 are wanted");
	f = (struct fail){ 0 };
	cr_expect(json_read(&top, &arena, spaces, sizeof(spaces) - 1, JSON_STRICT, &f), "%s", f.text);
}

Test(json, cuts_a_long_place_and_a_long_number)
{
	static char text[8192];
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = NULL;
	struct fail f = { 0 };
	char *at = stpcpy(text, "{\"");

	memset(at, 'a', 4000);
	at = stpcpy(at + 4000, "\":");
	memset(at, '1', 3000);
	stpcpy(at + 3000, "}");
	cr_assert(not(json_read(&top, &arena, text, strlen(text), JSON_STRICT, &f)));
	cr_expect(strstr(f.text, "aaaa...: the number 1111") != NULL || strstr(f.text, "/...: the number 1111"), "%s",
		  f.text);
	cr_expect(strlen(f.text) < 1500);
}

/* Names in a large object are compared in about the time that it takes to read them */
Test(json, finds_a_duplicate_among_many_names, .timeout = 20)
{
	enum { N = 200000 };
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES * 4);
	char *text = arena_alloc(&arena, N * 16 + 32);
	struct json *top = NULL;
	struct fail f = { 0 };
	char *at = text;

	for (unsigned int i = 0; i < N; i++)
		at += snprintf(at, 32, "%c\"n%u\":%u", i ? ',' : '{', i * 7919 % N, i);
	stpcpy(at, "}");
	cr_assert(json_read(&top, &arena, text, strlen(text), JSON_STRICT, &f), "%s", f.text);
	cr_expect(top->count == N);
	stpcpy(at, ",\"n777\":0}");
	cr_assert(not(json_read(&top, &arena, text, strlen(text), JSON_STRICT, &f)));
	cr_expect(strstr(f.text, "at /n777: the object has this name twice") != NULL, "%s", f.text);
}

/* Without loss */

static const char *const kept[] = {
	"null",
	"true",
	"false",
	"0",
	"-1",
	"\"\"",
	"[]",
	"{}",
	"[[],{},[[]]]",
	"{\"b\":1,\"a\":2,\"B\":3,\"\":4}",
	"[1,1.0,1e3,1E+3,1e-3,-0.5,-0.0,1.7976931348623157e308,5e-324,1e-400]",
	"[18446744073709551615,-9223372036854775808,9223372036854775807,4294967295,9007199254740993]",
	"[\"\\u0063apabilities\",\"\\/\",\"/\",\"\\b\\f\\n\\r\\t\\\"\\\\\",\"\\u00e9\",\"\\u00E9\",\"\xc3\xa9\"]",
	"[\"\\ud83d\\ude00\",\"\\uD83D\\uDE00\",\"\xf0\x9f\x98\x80\",\"\\uffff\",\"\x7f\",\"\\u007f\",\"<\\u003c\"]",
	"{\"\\u0063\":1,\"\\\"\":{\"\\\\\":[\"\\\\\\\"\"]},\"/~\":0}",
	"[\"\\\\\",\"\\\\\\\\\",\"x\\\\\\\"\",\"\\\"\\\"\\\"\"]",
	"{\"a\":{\"a\":{\"a\":[{\"a\":1}]}}}",
	"[\"\xe2\x80\xa8\",\"\xef\xbf\xbe\",\"\xf4\x8f\xbf\xbf\"]",
};

ROWS(json, writes_the_bytes_it_read, kept)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	/* in a block of its own size, so that a sanitizer sees what is read behind it */
	char *text = arena_alloc(&arena, strlen(kept[*row]));
	struct json *top;

	memcpy(text, kept[*row], strlen(kept[*row]));
	top = read_bytes(&arena, text, strlen(kept[*row]), JSON_STRICT);
	memset(text, 'x', strlen(kept[*row]));
	cr_expect_str_eq(written(&arena, top), kept[*row]);
	cr_expect_str_eq(written(&arena, json_copy(&arena, top)), kept[*row]);
	cr_expect(json_equal(top, json_copy(&arena, top)));
	cr_expect(json_equal(top, read_text(&arena, kept[*row])));
}

Test(json, white_space_is_all_that_changes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, " \t\r\n{ \"a\" :\n[ 1 , -2.50\n, \"x\" ] ,\"b\"\n:\n{ } }\n\n");

	cr_expect_str_eq(written(&arena, top), "{\"a\":[1,-2.50,\"x\"],\"b\":{}}");
	cr_expect_str_eq(written(&arena, json_member(top, "a")), "[1,-2.50,\"x\"]");
	cr_expect_str_eq(written(&arena, json_member(top, "a")->first), "1");
}

Test(json, knows_the_line_of_each_value)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, "\n{\n\"a\":[1\n,2,\"x\"\n],\n\n\"b\":\ntrue}");

	cr_expect(eq(int, top->line, 2));
	cr_expect(eq(int, json_at(top, "/a")->line, 3));
	cr_expect(eq(int, json_at(top, "/a/0")->line, 3));
	cr_expect(eq(int, json_at(top, "/a/1")->line, 4));
	cr_expect(eq(int, json_at(top, "/a/2")->line, 4));
	cr_expect(eq(int, json_at(top, "/b")->line, 8));
	cr_expect(eq(int, json_new(&arena, JSON_NULL)->line, 0));
}

Test(json, decodes_escapes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, "{\"\\u0063ap\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"}");

	cr_expect_str_eq(json_member_string(top, "cap"), "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80");
	cr_expect_str_eq(top->first->key_raw, "\\u0063ap");
}

/* Looking */

Test(json, finds_members_and_paths)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, "{\"a\":{\"b\":{\"c\":\"x\"}},\"n\":null,\"t\":true,\"l\":[\"x\",1]}");

	cr_expect_str_eq(json_string(json_path(top, "a", "b", "c", NULL)), "x");
	cr_expect(json_path(top, "a", "z", "c", NULL) == NULL);
	cr_expect(json_path(NULL, "a", NULL) == NULL);
	cr_expect(json_path(top, "t", "x", NULL) == NULL);
	cr_expect(json_member(top, "n") == NULL);
	cr_expect(json_member(top, "A") == NULL);
	cr_expect(json_member(NULL, "a") == NULL);
	cr_expect(json_member(json_member(top, "l"), "x") == NULL);
	cr_expect(json_member_string(top, "t") == NULL);
	cr_expect(json_is_true(json_member(top, "t")));
	cr_expect(not(json_is_true(json_member(top, "a")) || json_is_true(NULL)));
	cr_expect(json_has_string(json_member(top, "l"), "x"));
	cr_expect(not(json_has_string(json_member(top, "l"), "1")));
	cr_expect(not(json_has_string(NULL, "x") || json_has_string(top, "x")));
	cr_expect_str_eq(json_kind_name(json_member(top, "l")), "an array");
	cr_expect_str_eq(json_kind_name(NULL), "nothing");
}

static const struct {
	const char *text;
	bool is_u64, is_i64, is_u32;
} integers[] = {
	{ "0", true, true, true },
	{ "4294967295", true, true, true },
	{ "4294967296", true, true, false },
	{ "9223372036854775808", true, false, false },
	{ "18446744073709551615", true, false, false },
	{ "-1", false, true, false },
	{ "-9223372036854775808", false, true, false },
	{ "1.0", false, false, false },
	{ "1e3", false, false, false },
	{ "\"1\"", false, false, false },
	{ "true", false, false, false },
	{ "[1]", false, false, false },
};

ROWS(json, numbers_are_whole_and_in_range, integers)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *number = read_text(&arena, integers[*row].text);
	uint64_t u64 = 77;
	int64_t i64 = 77;
	uint32_t u32 = 77;

	cr_expect(json_u64(&u64, number) == integers[*row].is_u64, "%s", integers[*row].text);
	cr_expect(json_i64(&i64, number) == integers[*row].is_i64, "%s", integers[*row].text);
	cr_expect(json_u32(&u32, number) == integers[*row].is_u32, "%s", integers[*row].text);
	if (integers[*row].is_u64)
		cr_expect_str_eq(written(&arena, json_new_u64(&arena, u64)), integers[*row].text);
	if (integers[*row].is_i64)
		cr_expect_str_eq(written(&arena, json_new_i64(&arena, i64)), integers[*row].text);
	cr_expect(integers[*row].is_u64 || u64 == 77);
	cr_expect(integers[*row].is_i64 || i64 == 77);
	cr_expect(integers[*row].is_u32 || u32 == 77);
	cr_expect(not(json_u64(&u64, NULL) || json_i64(&i64, NULL) || json_u32(&u32, NULL)));
}

static const struct {
	const char *pointer;
	const char *value; /* NULL: none */
} places[] = {
	{ "/foo", "[\"bar\",\"baz\"]" },
	{ "/foo/0", "\"bar\"" },
	{ "/foo/1", "\"baz\"" },
	{ "/", "0" },
	{ "/a~1b", "1" },
	{ "/c%d", "2" },
	{ "/m~0n", "8" },
	{ "/~01", "9" },
	{ "/null", "null" },
	{ "/x/y/0/z", "true" },
	{ "/foo/2", NULL },
	{ "/foo/-", NULL },
	{ "/foo/00", NULL },
	{ "/foo/01", NULL },
	{ "/foo/", NULL },
	{ "/foo/-1", NULL },
	{ "/foo/4294967296", NULL },
	{ "/foo/99999999999999999999", NULL },
	{ "/foo/0/x", NULL },
	{ "foo", NULL },
	{ "/a/b", NULL },
	{ "/m~n", NULL },
	{ "/m~", NULL },
	{ "/m~2n", NULL },
	{ "/fo", NULL },
	{ "/fooo", NULL },
	{ "/null/x", NULL },
	{ "//", NULL },
};

ROWS(json, points_as_rfc_6901, places)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"c%d\":2,\"m~n\":8,"
					     "\"~1\":9,\"null\":null,\"x\":{\"y\":[{\"z\":true}]}}");
	struct json *value = json_at(top, places[*row].pointer);

	bool wanted = places[*row].value != NULL;

	cr_assert(wanted == (value != NULL), "%s", places[*row].pointer);
	if (value)
		cr_expect_str_eq(written(&arena, value), places[*row].value);
	cr_expect(json_at(top, "") == top);
	cr_expect(json_at(NULL, "/foo") == NULL);
}

Test(json, escapes_names_for_pointers)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);

	cr_expect_str_eq(json_escape(&arena, "a/b~c//"), "a~1b~0c~1~1");
	cr_expect_str_eq(json_escape(&arena, ""), "");
}

static const struct {
	const char *a, *b;
	bool equal;
} pairs[] = {
	{ "{\"a\":1,\"b\":[2,{}]}", "{\"b\":[2,{}],\"a\":1}", true },
	{ "{\"a\":{\"x\":1,\"y\":2},\"b\":3}", "{\"b\":3,\"a\":{\"y\":2,\"x\":1}}", true },
	{ "{\"a\":{\"x\":1,\"y\":2},\"b\":3}", "{\"b\":3,\"a\":{\"y\":1,\"x\":2}}", false },
	{ "[1,2]", "[2,1]", false },
	{ "[1]", "[1,1]", false },
	{ "1", "1.0", false },
	{ "\"\\u0061\"", "\"a\"", true },
	{ "{\"\\u0061\":1}", "{\"a\":1}", true },
	{ "{\"a\":1}", "{\"b\":1}", false },
	{ "{\"a\":1,\"c\":1}", "{\"a\":1,\"b\":1}", false },
	{ "{\"a\":1}", "{\"a\":1,\"b\":1}", false },
	{ "{}", "[]", false },
	{ "{\"a\":null}", "{}", false },
	{ "{\"a\":null,\"b\":1}", "{\"b\":1,\"a\":null}", true },
	{ "null", "false", false },
	{ "\"1\"", "1", false },
	{ "[[1,[2]],3]", "[[1,[2]],3]", true },
	{ "[[1,[2]],3]", "[[1,[2]],4]", false },
	{ "[[1,[2]],3]", "[[1,[5]],3]", false },
};

ROWS(json, equal_is_the_same_value, pairs)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *a = read_text(&arena, pairs[*row].a);
	struct json *b = read_text(&arena, pairs[*row].b);

	cr_expect(json_equal(a, b) == pairs[*row].equal, "%s %s", pairs[*row].a, pairs[*row].b);
	cr_expect(json_equal(b, a) == pairs[*row].equal, "%s %s", pairs[*row].b, pairs[*row].a);
	cr_expect(json_equal(NULL, NULL) && !json_equal(a, NULL) && !json_equal(NULL, b));
}

/* Changing */

Test(json, builds_a_document)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = json_new(&arena, JSON_OBJECT);
	struct json *list = json_new(&arena, JSON_ARRAY);

	cr_assert(json_append(list, json_new_i64(&arena, -5)));
	cr_assert(json_prepend(list, json_new_bool(&arena, false)));
	cr_assert(json_append(list, json_new_string(&arena, "q\"b\\ \b\f\n\r\t\x01\x1f\x7f\xc3\xa9/")));
	cr_assert(json_set(&arena, top, "l", list));
	cr_assert(json_set(&arena, top, "na\"me\n", json_new(&arena, JSON_NULL)));
	cr_assert(json_set(&arena, top, "", json_new_u64(&arena, UINT64_MAX)));
	cr_assert(json_set(&arena, top, "s", json_new(&arena, JSON_STRING)));
	cr_expect_str_eq(written(&arena, top),
			 "{\"l\":[false,-5,\"q\\\"b\\\\ \\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9/\"],"
			 "\"na\\\"me\\n\":null,\"\":18446744073709551615,\"s\":\"\"}");
	cr_expect(json_equal(top, read_text(&arena, written(&arena, top))));
	cr_expect_str_eq(written(&arena, json_copy(&arena, top)), written(&arena, top));
}

/* texts are looked at eight bytes at a time: every byte in every place, beside the bytes nearest to it */
Test(json, escapes_every_byte_in_every_place)
{
	enum { PLACES = 19 };

	for (int byte = 0x01; byte < 0x100; byte++) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);

		for (int place = 0; place < PLACES; place++) {
			char text[PLACES + 1] = "!#[] ~!#[] ~!#[] ~!";
			struct json *string;

			text[place] = (char)byte;
			string = json_new_string(&arena, text);
			cr_assert_eq(string != NULL, byte < 0x80, "byte %02x at %d", (unsigned)byte, place);
			if (!string)
				continue;
			cr_expect_str_eq(json_string(read_text(&arena, written(&arena, string))), text,
					 "byte %02x at %d", (unsigned)byte, place);
			cr_expect_eq(strlen(written(&arena, string)) == PLACES + 2,
				     byte >= 0x20 && byte != '"' && byte != '\\', "byte %02x at %d", (unsigned)byte,
				     place);
		}
	}
}

Test(json, what_is_shared_has_a_place_of_its_own)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, "{\"a\":{\"b\":[1]},\"c\":2}");
	struct json *other = json_new(&arena, JSON_OBJECT);

	cr_assert(json_set(&arena, other, "d", json_share(&arena, json_member(top, "a"))));
	cr_assert(json_set(&arena, other, "e", json_share(&arena, json_member(top, "c"))));
	cr_expect_str_eq(written(&arena, other), "{\"d\":{\"b\":[1]},\"e\":2}");
	cr_expect_str_eq(written(&arena, top), "{\"a\":{\"b\":[1]},\"c\":2}");
}

Test(json, prepends_to_an_empty_array_and_appends_behind)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *list = read_text(&arena, "[]");

	cr_assert(json_prepend(list, json_new_u64(&arena, 1)));
	cr_assert(json_append(list, json_new_u64(&arena, 2)));
	cr_assert(json_prepend(list, json_new_u64(&arena, 0)));
	cr_expect_str_eq(written(&arena, list), "[0,1,2]");
	cr_expect(list->count == 3);
}

static const struct {
	const char *before, *key, *after;
} sets[] = {
	{ "{}", "b", "{\"b\":0}" },
	{ "{\"a\":1}", "b", "{\"a\":1,\"b\":0}" },
	{ "{\"a\":1,\"b\":2,\"c\":3}", "a", "{\"a\":0,\"b\":2,\"c\":3}" },
	{ "{\"a\":1,\"b\":2,\"c\":3}", "b", "{\"a\":1,\"b\":0,\"c\":3}" },
	{ "{\"a\":1,\"b\":2,\"c\":3}", "c", "{\"a\":1,\"b\":2,\"c\":0}" },
	{ "{\"a\":1,\"b\":null}", "b", "{\"a\":1,\"b\":0}" },
	{ "{\"a\":{\"b\":[1]}}", "b", "{\"a\":{\"b\":[1]},\"b\":0}" },
	{ "{\"\\u0062\":1,\"c\":2}", "b", "{\"\\u0062\":0,\"c\":2}" },
};

ROWS(json, sets_in_place_or_at_the_end, sets)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, sets[*row].before);
	struct json *end = json_new_u64(&arena, 9);

	cr_assert(json_set(&arena, top, sets[*row].key, json_new_u64(&arena, 0)));
	cr_expect_str_eq(written(&arena, top), sets[*row].after);
	cr_expect_str_eq(written(&arena, read_text(&arena, written(&arena, top))), sets[*row].after);
	/* the list is whole: what is set next comes behind */
	cr_assert(json_set(&arena, top, "end", end));
	cr_expect(top->last == end);
	cr_assert(json_set(&arena, top, "end", end), "the value that is there already");
	cr_expect(json_member(top, "end") == end && end->next == NULL);
	cr_expect(not(json_set(&arena, top, "x", NULL) || json_set(&arena, NULL, "x", end)));
	cr_expect(not(json_append(NULL, end) || json_prepend(NULL, end)));
	cr_expect(not(json_append(read_text(&arena, "[]"), NULL) || json_prepend(read_text(&arena, "[]"), NULL)));
}

static const struct {
	const char *before, *pointer, *after;
} removals[] = {
	{ "[1,2,3]", "/0", "[2,3]" },
	{ "[1,2,3]", "/1", "[1,3]" },
	{ "[1,2,3]", "/2", "[1,2]" },
	{ "[1]", "/0", "[]" },
	{ "{\"a\":1,\"b\":null}", "/b", "{\"a\":1}" },
	{ "{\"a\":1,\"b\":{}}", "/a", "{\"b\":{}}" },
	{ "[1,2]", "/7", "[1,2]" },
};

ROWS(json, removes_what_it_is_given, removals)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, removals[*row].before);

	json_remove(top, json_at(top, removals[*row].pointer));
	json_remove(top, json_new(&arena, JSON_NULL));
	json_remove(NULL, top);
	cr_expect_str_eq(written(&arena, top), removals[*row].after);
	if (top->kind == JSON_ARRAY) {
		uint32_t count = top->count;

		cr_assert(json_append(top, json_new_u64(&arena, 9)));
		cr_expect(top->count == count + 1 && top->last->kind == JSON_NUMBER);
		cr_expect(strstr(written(&arena, top), "9]") != NULL);
	}
}

Test(json, moves_a_member_into_an_array)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = read_text(&arena, "{\"\\u0061\":{\"x\":1},\"l\":[0]}");
	struct json *value = json_member(top, "a");

	json_remove(top, value);
	cr_assert(json_append(json_member(top, "l"), value));
	cr_expect_str_eq(written(&arena, top), "{\"l\":[0,{\"x\":1}]}");
	cr_expect(json_copy(&arena, json_at(top, "/l/1/x"))->key == NULL, "a copy has no name");
}

Test(json, makes_no_text_that_is_not_utf8)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = json_new(&arena, JSON_OBJECT);

	cr_expect(json_new_string(&arena, "/mnt/\xff") == NULL);
	cr_expect(not(json_set(&arena, top, "\xc0\xaf", json_new(&arena, JSON_NULL))));
	cr_expect_str_eq(written(&arena, top), "{}");
}

Test(json, does_not_write_what_it_would_not_read_for_its_depth)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ENOUGH_BYTES);
	struct json *top = json_new(&arena, JSON_ARRAY);
	struct json *inner = top;
	const char *text = NULL;
	size_t n_bytes;

	for (int i = 1; i <= JSON_MAX_DEPTH; i++) {
		struct json *next = json_new(&arena, JSON_ARRAY);

		cr_assert(json_append(inner, next));
		inner = next;
	}
	cr_assert(json_append(inner, json_new_u64(&arena, 1)));
	cr_expect(not(json_write(&text, &n_bytes, &arena, top)));
	cr_expect(json_copy(&arena, top) == NULL);
	cr_expect(not(json_equal(top, top)));
	cr_expect(json_write(&text, &n_bytes, &arena, top->first));
	cr_expect(not(json_write(&text, &n_bytes, &arena, NULL)));
}

/* Out of memory */

static const char *const hungry[] = {
	"{\"a\":[1,2,{\"b\\u0062\":\"c\\n\"}],\"d\":{\"e\":{}}}",
	("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,"
	 "\"n\":1,\"o\":1,\"p\":1,\"q\":1}"),
	"[1,2 /*",
	"[\"\\ud800\"]",
};

/* all that a run does with a document; false when memory ran out on the way */
static bool use_all(struct arena *arena, const char *text, struct fail *f)
{
	struct json *top;
	struct json *copy;
	const char *bytes;
	size_t n_bytes;

	if (!json_read(&top, arena, text, strlen(text), JSON_WITH_COMMENTS, f))
		return f->kind == FAIL_INPUT;
	copy = json_copy(arena, top);
	return copy && json_set(arena, copy, "new\"", json_new_string(arena, "\x01")) &&
	       json_set(arena, copy, "n", json_new_u64(arena, 1)) &&
	       json_set(arena, copy, "i", json_new_i64(arena, -1)) && json_escape(arena, "a/b") &&
	       json_write(&bytes, &n_bytes, arena, copy);
}

ROWS(json, refuses_at_each_limit_of_memory, hungry)
{
	bool enough = false;
	size_t limit = 0;

	for (; !enough; limit += 8) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(limit);
		struct fail f = { 0 };

		enough = use_all(&arena, hungry[*row], &f);
		if (!enough)
			cr_expect(f.kind == FAIL_NONE || f.kind == FAIL_MEMORY, "%zu: %s", limit, f.text);
		cr_assert(limit < ENOUGH_BYTES);
	}
	cr_expect(limit > 1000);
}

/* a string so long that yajl's own buffer grows, and more than one block of memory */
Test(json, refuses_at_limits_of_memory_with_a_long_string)
{
	static char text[100000];
	bool enough = false;

	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, "[\"\\n", 4);
	memcpy(text + sizeof(text) - 3, "\"]", 2);
	for (size_t limit = 0; !enough; limit += 997) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(limit);
		struct fail f = { 0 };
		struct json *top = NULL;

		enough = json_read(&top, &arena, text, strlen(text), JSON_STRICT, &f);
		cr_assert(enough || f.kind == FAIL_MEMORY);
		cr_assert(limit < ENOUGH_BYTES);
		if (enough)
			cr_expect(strlen(top->first->text) == sizeof(text) - 6);
	}
}
