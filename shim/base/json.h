/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON document as a tree that can be changed and written back without loss:
 * order of members, unknown members, the text of numbers and of strings stay as
 * they were.
 *
 * The reader is strict (RFC 8259, and I-JSON, RFC 7493, where parsers differ): it
 * refuses whatever two parsers may understand differently. Strings hold no NUL,
 * so they are plain C strings.
 */
#ifndef OCIGATE_JSON_H
#define OCIGATE_JSON_H

#include "arena.h"
#include "fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	JSON_MAX_DEPTH = 128,
	JSON_MAX_BYTES = 16 * 1024 * 1024,
};

enum json_kind {
	JSON_NULL = 0,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

enum json_dialect {
	JSON_STRICT = 0,
	JSON_WITH_COMMENTS, /* our own policy and profiles only, never config.json */
};

struct json {
	enum json_kind kind;
	uint32_t line;       /* where it was read, from 1; 0 for what we made */
	struct json *next;   /* in the array or object that holds this one */
	const char *key;     /* the member's name, NULL in arrays and at the top */
	const char *key_raw; /* the name as it was written, when it had escapes */
	const char *text;    /* JSON_STRING: decoded. JSON_NUMBER: as it was written */
	const char *raw;     /* JSON_STRING with escapes: as it was written, without the quotes */
	struct json *first;  /* of an array or object */
	struct json *last;
	uint32_t count; /* of an array or object */
};

/**
 * json_read() - read a whole document
 * @ret:	the top value, owned by @arena
 * @bytes:	not needed any more after the call
 * @n_bytes:	at most JSON_MAX_BYTES
 * @f:		FAIL_INPUT names the line, the JSON Pointer (RFC 6901) and what was found
 *
 * Refused: anything that is not RFC 8259; a BOM; invalid UTF-8; NUL, raw or
 * escaped; lone surrogates; duplicate names in one object; depth over
 * JSON_MAX_DEPTH; bytes behind the value; -0; integers outside
 * [-2^63, 2^64-1]; numbers that overflow a double.
 */
bool json_read(struct json **ret, struct arena *arena, const char *bytes, size_t n_bytes, enum json_dialect dialect,
	       struct fail *f) MUST_CHECK;

/**
 * json_write() - the document as compact JSON, without a newline at the end
 * @ret:	NUL-terminated, owned by @arena
 *
 * Values that were read are written with the text they were read with; control
 * characters in strings that we made are escaped. False when memory is out.
 */
bool json_write(const char **ret, size_t *ret_bytes, struct arena *arena, const struct json *json) MUST_CHECK;

/* Reading. All take NULL for @json and give "nothing" then, so that paths chain. */

/** json_member() - the member called @key; NULL if there is none, or it is null */
struct json *json_member(const struct json *json, const char *key);

/** json_path() - json_member() along NULL-terminated names */
struct json *json_path(const struct json *json, ...) __attribute__((sentinel));

/** json_string() - the text of a string; NULL if @json is not one */
const char *json_string(const struct json *json);

/** json_member_string() - the text of the member @key; NULL if it is not a string */
const char *json_member_string(const struct json *json, const char *key);

/** json_is_true() - the value true, and nothing else */
bool json_is_true(const struct json *json);

/** json_u64(), json_i64(), json_u32() - a number that is a whole number in range */
bool json_u64(uint64_t *ret, const struct json *json) MUST_CHECK;
bool json_i64(int64_t *ret, const struct json *json) MUST_CHECK;
bool json_u32(uint32_t *ret, const struct json *json) MUST_CHECK;

/** json_has_string() - does the array @json hold the string @text? */
bool json_has_string(const struct json *json, const char *text);

/** json_kind_name() - "a string", "an object", ... for messages */
const char *json_kind_name(const struct json *json);

/** json_equal() - the same value; members in any order, numbers by their text */
bool json_equal(const struct json *a, const struct json *b);

/* Making and changing. NULL, or false, when memory is out, or text is not UTF-8; a
 * NULL value given to json_set() or json_append() is that same failure passed on. */

struct json *json_new(struct arena *arena, enum json_kind kind) MUST_CHECK;
struct json *json_new_string(struct arena *arena, const char *text) MUST_CHECK;
struct json *json_new_u64(struct arena *arena, uint64_t value) MUST_CHECK;
struct json *json_new_i64(struct arena *arena, int64_t value) MUST_CHECK;
struct json *json_new_bool(struct arena *arena, bool value) MUST_CHECK;

/** json_copy() - a deep copy, without the name */
struct json *json_copy(struct arena *arena, const struct json *json) MUST_CHECK;

/** json_share() - the same value once more, without the name; what it contains is shared: for what is only read */
struct json *json_share(struct arena *arena, const struct json *json) MUST_CHECK;

/** json_set() - make @value the member @key: in its old place, or behind the last one */
bool json_set(struct arena *arena, struct json *object, const char *key, struct json *value) MUST_CHECK;

/** json_append() - add @value, which is in no other container, to an array */
bool json_append(struct json *array, struct json *value) MUST_CHECK;

/** json_prepend() - put @value before the first element of an array */
bool json_prepend(struct json *array, struct json *value) MUST_CHECK;

/** json_remove() - take @value out of the array or object @container that holds it */
void json_remove(struct json *container, const struct json *value);

/** json_escape() - one name as a reference token of a JSON Pointer ("~1" for "/") */
const char *json_escape(struct arena *arena, const char *name) MUST_CHECK;

/** json_at() - the value that a JSON Pointer points to; NULL if there is none */
struct json *json_at(const struct json *top, const char *pointer);

#endif
