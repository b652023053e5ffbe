/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the reader takes, it must write so that it reads the same again, and from
 * then on the bytes must not change. What it refuses, it must say why.
 */
#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	ARENA_MAX_BYTES = 64 * 1024 * 1024,
	SCARCE_STEP_BYTES = 509,
};

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n_data);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void refusal_is_one_line(const struct fail *f)
{
	must(f->kind == FAIL_INPUT);
	must(text_is_utf8(f->text, strlen(f->text)));
	must(!strpbrk(f->text, "\n\r\x1b"));
	must(text_starts(f->text, "line ") != NULL);
}

static void written_is_read_the_same(struct arena *arena, const struct json *top)
{
	struct fail f = { 0 };
	const char *first;
	const char *second;
	size_t n_first;
	size_t n_second;
	struct json *again = NULL;
	const struct json *copy = json_copy(arena, top);

	must(json_write(&first, &n_first, arena, top));
	must(strlen(first) == n_first);
	must(json_read(&again, arena, first, n_first, JSON_STRICT, &f));
	must(json_equal(top, again) && json_equal(again, top));
	must(copy && json_equal(copy, top));
	must(json_write(&second, &n_second, arena, again));
	must(n_first == n_second && memcmp(first, second, n_first) == 0);
	must(json_write(&second, &n_second, arena, copy));
	must(n_first == n_second && memcmp(first, second, n_first) == 0);
}

static bool read_and_check(const char *bytes, size_t n_bytes, enum json_dialect dialect)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct fail f = { 0 };
	struct json *top = NULL;
	bool read = json_read(&top, &arena, bytes, n_bytes, dialect, &f);

	if (read)
		written_is_read_the_same(&arena, top);
	else
		refusal_is_one_line(&f);
	return read;
}

/* with less memory than it takes: a limit that depends on the input */
static void scarce_memory_is_survived(const char *bytes, size_t n_bytes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO((n_bytes * SCARCE_STEP_BYTES) % 8192);
	struct fail f = { 0 };
	struct json *top = NULL;

	must(json_read(&top, &arena, bytes, n_bytes, JSON_WITH_COMMENTS, &f) == (f.kind == FAIL_NONE));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n_data)
{
	const char *bytes = (const char *)data;
	bool strict = read_and_check(bytes, n_data, JSON_STRICT);
	bool commented = read_and_check(bytes, n_data, JSON_WITH_COMMENTS);

	must(commented || !strict);
	scarce_memory_is_survived(bytes, n_data);
	return 0;
}
