/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading JSON: the only file that knows yajl. What a value can do once it was
 * read is in json_tree.c.
 *
 * yajl takes more than JSON is: form feeds as white space, UTF-8 that is none,
 * halves of surrogate pairs, NUL, numbers of any size, names twice. Other readers
 * take these too, and each understands something else; so all of it is refused
 * here, and nothing is repaired.
 */
#include "json.h"

#include "text.h"

#include <yajl/yajl_parse.h>

#include <math.h>
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FEW_MEMBERS = 16, /* up to here comparing all names is cheaper than sorting them */
	PLACE_MAX_BYTES = 1024,
	WHAT_MAX_BYTES = 512,
	NEAR_BEFORE_BYTES = 16,
	NEAR_BEHIND_BYTES = 8,
	INTEGER_MAX_BYTES = 20,  /* of 2^64-1, and of -2^63 */
	INTEGER_SAFE_BYTES = 18, /* so short is always in range */
};

struct reader {
	struct arena *arena;
	struct fail *f;
	const char *bytes;      /* as given: for messages and lines */
	char *copy;             /* a newline behind it; the tree's strings are parts of it */
	size_t n_bytes;         /* up to the first byte that may not be in any document */
	const char *end_reason; /* what is wrong with a document that ends there */
	bool must_refuse;       /* there is such a byte */
	yajl_handle yajl;
	struct json *top;
	struct json *open[JSON_MAX_DEPTH];
	unsigned int depth;
	const char *key; /* the name read last, until its value comes */
	const char *key_raw;
	char *number_end;    /* will be a NUL as soon as yajl is past it */
	const char *newline; /* the next one that is not counted */
	uint32_t line;
	jmp_buf out_of_memory;
};

/* yajl uses what its malloc() returned without looking: the only way out is a jump */

struct yajl_memory {
	size_t size_bytes;
	alignas(max_align_t) char bytes[];
};

static void *yajl_new(void *reader, size_t size_bytes)
{
	struct reader *r = reader;
	struct yajl_memory *memory = NULL;
	size_t whole;

	if (!__builtin_add_overflow(size_bytes, sizeof(*memory), &whole))
		memory = arena_alloc(r->arena, whole);
	if (!memory)
		longjmp(r->out_of_memory, 1);
	memory->size_bytes = size_bytes;
	return memory->bytes;
}

static void *yajl_resize(void *reader, void *old_bytes, size_t size_bytes)
{
	char *bytes = yajl_new(reader, size_bytes);
	const struct yajl_memory *old;

	if (!old_bytes)
		return bytes;
	old = (const void *)((const char *)old_bytes - offsetof(struct yajl_memory, bytes));
	memcpy(bytes, old->bytes, old->size_bytes < size_bytes ? old->size_bytes : size_bytes);
	return bytes;
}

static void yajl_release(void *reader, void *bytes)
{
	(void)reader; /* all of it is the arena's */
	(void)bytes;
}

/* Refusing */

struct place {
	char text[PLACE_MAX_BYTES];
	size_t used;
	bool full;
};

static void place_add(struct place *place, const char *bytes, size_t n_bytes)
{
	static const char cut[] = "...";

	if (place->full)
		return;
	place->full = n_bytes > sizeof(place->text) - sizeof(cut) - place->used;
	if (place->full) {
		bytes = cut;
		n_bytes = sizeof(cut) - 1;
	}
	memcpy(place->text + place->used, bytes, n_bytes);
	place->used += n_bytes;
}

static void place_add_name(struct place *place, const char *name)
{
	place_add(place, "/", 1);
	for (; *name; name++) {
		if (*name == '~')
			place_add(place, "~0", 2);
		else if (*name == '/')
			place_add(place, "~1", 2);
		else
			place_add(place, name, 1);
	}
}

/* the JSON Pointer of the value that is being read: no container knows its parent, but all of them are open */
static void place_find(struct place *place, const struct reader *r)
{
	char index[16];

	for (unsigned int i = 0; i < r->depth; i++) {
		const struct json *container = r->open[i];
		bool is_innermost = i + 1 == r->depth;
		const char *key = is_innermost ? r->key : r->open[i + 1]->key;

		if (container->kind == JSON_ARRAY) {
			snprintf(index, sizeof(index), "%u", container->count - (is_innermost ? 0 : 1));
			key = index;
		}
		if (key)
			place_add_name(place, key);
	}
}

static bool refuse(struct reader *r, const char *format, ...) PRINTF(2, 3);

static bool refuse(struct reader *r, const char *format, ...)
{
	struct place place = { 0 };
	char what[WHAT_MAX_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	place_find(&place, r);
	return fail_input(r->f, "line %u, %s%s: %s", r->line, place.used ? "at " : "the top value", place.text, what);
}

/* Reading */

static void newline_next(struct reader *r, const char *from)
{
	r->newline = memchr(from, '\n', (size_t)(r->bytes + r->n_bytes - from));
}

/* how far yajl is: behind the token that it hands over. Each callback starts with this. */
static size_t token_end(struct reader *r)
{
	size_t offset = yajl_get_bytes_consumed(r->yajl);

	while (r->newline && r->newline < r->bytes + offset) {
		r->line++;
		newline_next(r, r->newline + 1);
	}
	if (r->number_end) {
		*r->number_end = '\0';
		r->number_end = NULL;
	}
	return offset;
}

static struct json *value_add(struct reader *r, enum json_kind kind)
{
	struct json *value = arena_alloc(r->arena, sizeof(*value));
	struct json *container = r->depth ? r->open[r->depth - 1] : NULL;

	if (!value) {
		fail_memory(r->f);
		return NULL;
	}
	value->kind = kind;
	value->line = r->line;
	value->key = r->key;
	value->key_raw = r->key_raw;
	r->key = NULL;
	r->key_raw = NULL;

	if (!container) {
		r->top = value;
		return value;
	}
	if (container->last)
		container->last->next = value;
	else
		container->first = value;
	container->last = value;
	container->count++;
	return value;
}

static unsigned int hex4(const char *digits)
{
	unsigned int value = 0;

	for (int i = 0; i < 4; i++) {
		unsigned int c = (unsigned char)digits[i];

		value = value << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/* yajl checked the form of each escape, but not what it stands for */
static bool escapes_check(struct reader *r, const char *raw)
{
	const char *s = raw;

	while ((s = strchr(s, '\\'))) {
		unsigned int unit;

		if (s[1] != 'u') {
			s += 2;
			continue;
		}
		unit = hex4(s + 2);
		if (unit == 0)
			return refuse(r, "a string holds NUL, written as %.6s; no string may", s);
		if ((unit & 0xfc00) == 0xdc00 ||
		    ((unit & 0xfc00) == 0xd800 && (s[6] != '\\' || s[7] != 'u' || (hex4(s + 8) & 0xfc00) != 0xdc00)))
			return refuse(r, "%.6s is half of a surrogate pair; both halves are wanted, or none", s);
		s += (unit & 0xfc00) == 0xd800 ? 12 : 6;
	}
	return true;
}

/* the opening quote of the string that ends at @end: the last quote that no backslash escapes */
static char *string_start(const char *copy, char *end)
{
	for (;;) {
		char *quote = memrchr(copy, '"', (size_t)(end - copy));
		char *s = quote;

		while (s > copy && s[-1] == '\\')
			s--;
		if ((quote - s) % 2 == 0)
			return quote + 1;
		end = quote;
	}
}

/*
 * A string becomes a part of the copy: its closing quote, which yajl is past,
 * gives room for the NUL. Only what escapes stand for needs memory of its own.
 */
static bool string_take(const char **ret_text, const char **ret_raw, struct reader *r, const char *decoded,
			size_t n_decoded)
{
	char *end = r->copy + token_end(r) - 1;

	*end = '\0';
	if (decoded == end - n_decoded) {
		*ret_text = decoded;
		*ret_raw = NULL;
		return true;
	}
	*ret_raw = string_start(r->copy, end);
	if (!escapes_check(r, *ret_raw))
		return false;
	*ret_text = arena_bytes(r->arena, decoded, n_decoded);
	return *ret_text || fail_memory(r->f);
}

static int on_string(void *reader, const unsigned char *decoded, size_t n_decoded)
{
	struct reader *r = reader;
	const char *text;
	const char *raw;
	struct json *value;

	if (!string_take(&text, &raw, r, (const char *)decoded, n_decoded))
		return false;
	value = value_add(r, JSON_STRING);
	if (!value)
		return false;
	value->text = text;
	value->raw = raw;
	return true;
}

static int on_key(void *reader, const unsigned char *decoded, size_t n_decoded)
{
	struct reader *r = reader;

	return string_take(&r->key, &r->key_raw, r, (const char *)decoded, n_decoded);
}

static bool integer_is_in_range(const char *digits, size_t n_digits)
{
	char text[INTEGER_MAX_BYTES + 1] = { 0 };
	uint64_t u64;
	int64_t i64;

	if (n_digits > INTEGER_MAX_BYTES)
		return false;
	memcpy(text, digits, n_digits);
	return *digits == '-' ? text_to_i64(&i64, text) : text_to_u64(&u64, text);
}

static bool number_check(struct reader *r, const char *digits, size_t n_digits)
{
	bool whole = true;

	if (n_digits == 2 && digits[0] == '-' && digits[1] == '0')
		return refuse(r, "found -0, which readers take differently; 0 is wanted");
	for (size_t i = 0; i < n_digits; i++)
		whole = whole && digits[i] != '.' && (digits[i] | 0x20) != 'e';
	if (whole && n_digits > INTEGER_SAFE_BYTES && !integer_is_in_range(digits, n_digits))
		return refuse(r, "the number %.*s is too large; -2^63 to 2^64-1 is wanted",
			      n_digits > 40 ? 40 : (int)n_digits, digits);
	/* strtod() stops at the byte behind the number: yajl took all that could belong to it */
	if (!whole && isinf(strtod(digits, NULL)))
		return refuse(r, "the number %.*s is too large for a double", n_digits > 40 ? 40 : (int)n_digits,
			      digits);
	return true;
}

static int on_number(void *reader, const char *digits, size_t n_digits)
{
	struct reader *r = reader;
	char *end = r->copy + token_end(r);
	struct json *value;

	if (!number_check(r, digits, n_digits))
		return false;
	value = value_add(r, JSON_NUMBER);
	if (!value)
		return false;
	value->text = end - n_digits;
	r->number_end = end;
	return true;
}

static int on_null(void *reader)
{
	token_end(reader);
	return value_add(reader, JSON_NULL) != NULL;
}

static int on_boolean(void *reader, int boolean)
{
	token_end(reader);
	return value_add(reader, boolean ? JSON_TRUE : JSON_FALSE) != NULL;
}

static int container_open(struct reader *r, enum json_kind kind)
{
	struct json *container;

	token_end(r);
	if (r->depth == JSON_MAX_DEPTH)
		return refuse(r, "nested deeper than %d levels", JSON_MAX_DEPTH);
	container = value_add(r, kind);
	if (!container)
		return false;
	r->open[r->depth++] = container;
	return true;
}

static int on_object(void *reader)
{
	return container_open(reader, JSON_OBJECT);
}

static int on_array(void *reader)
{
	return container_open(reader, JSON_ARRAY);
}

static bool duplicate_refused(struct reader *r, const struct json *member)
{
	r->line = member->line;
	r->key = member->key;
	return refuse(r, "the object has this name twice");
}

static int member_compare(const void *a, const void *b)
{
	const struct json *const *x = a;
	const struct json *const *y = b;
	int order = strcmp((*x)->key, (*y)->key);

	/* the member that was read last is the one to complain about */
	return order ? order : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* sorted, not hashed: nobody can choose names that make it slow */
static bool many_names_check(struct reader *r, const struct json *object)
{
	const struct json **members = arena_array(r->arena, object->count, sizeof(const struct json *));
	size_t n = 0;

	if (!members)
		return fail_memory(r->f);
	for (const struct json *member = object->first; member; member = member->next)
		members[n++] = member;
	qsort(members, n, sizeof(const struct json *), member_compare);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(members[i - 1]->key, members[i]->key) == 0)
			return duplicate_refused(r, members[i]);
	}
	return true;
}

static bool names_check(struct reader *r, const struct json *object)
{
	if (object->count > FEW_MEMBERS)
		return many_names_check(r, object);
	for (const struct json *a = object->first; a; a = a->next) {
		for (const struct json *b = object->first; b != a; b = b->next) {
			if (*a->key == *b->key && strcmp(a->key, b->key) == 0)
				return duplicate_refused(r, a);
		}
	}
	return true;
}

static int on_object_end(void *reader)
{
	struct reader *r = reader;

	token_end(r);
	if (!names_check(r, r->open[r->depth - 1]))
		return false;
	r->depth--;
	return true;
}

static int on_array_end(void *reader)
{
	struct reader *r = reader;

	token_end(r);
	r->depth--;
	return true;
}

/* Syntax */

static const struct {
	const char *yajl;  /* how yajl's words begin */
	const char *words; /* ours */
	bool at_byte;      /* yajl stays on the byte that it does not take */
} mistakes[] = {
	{ "parse error: trailing garbage", "more follows behind the end of the document", false },
	{ "parse error: object key and value", "':' is wanted between a name and its value", false },
	{ "parse error: after key and value", "',' or '}' is wanted behind a member", false },
	{ "parse error: after array element", "',' or ']' is wanted behind an element", false },
	{ "parse error: invalid object key", "a name in double quotes is wanted", false },
	{ "parse error: unallowed token", "a value is wanted", false },
	{ "lexical error: invalid char in json", "a value is wanted, found a byte that cannot start one", false },
	{ "lexical error: probable comment", "found '/'; comments are not JSON", false },
	{ "lexical error: inside a string", "'\\' is followed by a byte that is no escape", true },
	{ "lexical error: invalid character inside", "a control character in a string; it must be escaped", true },
	{ "lexical error: invalid (non-hex)", "'\\u' is not followed by four hexadecimal digits", true },
	{ "lexical error: invalid string", "a word that is not true, false or null", true },
	{ "lexical error: malformed number", "a number lacks digits", true },
};

static bool syntax_refused(struct reader *r, const char *yajl_words)
{
	size_t offset = token_end(r);
	size_t from = offset > NEAR_BEFORE_BYTES ? offset - NEAR_BEFORE_BYTES : 0;
	size_t to = offset + NEAR_BEHIND_BYTES < r->n_bytes ? offset + NEAR_BEHIND_BYTES : r->n_bytes;
	const char *words = "not JSON";

	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (!text_starts(yajl_words, mistakes[i].yajl))
			continue;
		if (mistakes[i].at_byte && offset >= r->n_bytes)
			return refuse(r, "%s", r->end_reason);
		words = mistakes[i].words;
	}
	/* no half of a character at either end */
	while (from < to && ((unsigned char)r->bytes[from] & 0xc0) == 0x80)
		from++;
	while (to < r->n_bytes && ((unsigned char)r->bytes[to] & 0xc0) == 0x80)
		to++;
	return refuse(r, "%s, near '%.*s'", words, (int)(to - from), r->bytes + from);
}

static void end_at(struct reader *r, size_t offset, const char *reason)
{
	if (offset >= r->n_bytes)
		return;
	r->n_bytes = offset;
	r->end_reason = reason;
	r->must_refuse = true;
}

/* the lines of comments stay, so that line numbers are right */
static void blank(char *from, const char *to)
{
	for (; from < to; from++) {
		if (*from != '\n')
			*from = ' ';
	}
}

/*
 * Comments become blanks before yajl sees them: yajl takes a comment that has no
 * end, and all that follows in it, for the end of the document.
 */
static void comments_blank(struct reader *r)
{
	char *end = r->copy + r->n_bytes;
	char *s = r->copy;
	bool in_string = false;

	while (s < end) {
		char *close = NULL;

		if (in_string || *s != '/') {
			in_string ^= *s == '"';
			s += in_string && *s == '\\' ? 2 : 1;
			continue;
		}
		if (s[1] == '/') {
			close = memchr(s, '\n', (size_t)(end - s));
			close = close ? close : end;
		} else if (s[1] == '*') {
			close = s + 2 < end ? memmem(s + 2, (size_t)(end - s - 2), "*/", 2) : NULL;
			if (!close) {
				end_at(r, (size_t)(s - r->copy),
				       r->must_refuse ? r->end_reason : "a comment has no end");
				return;
			}
			close += 2;
		}
		if (close)
			blank(s, close);
		s = close ? close : s + 1;
	}
}

/*
 * Bytes that no document holds. Reading goes on up to the first of them, so that
 * the message can say where it is.
 */
static void forbidden_find(struct reader *r)
{
	static const struct {
		char byte;
		const char *reason;
	} rows[] = {
		{ '\0', "found a NUL byte; JSON has none" },
		{ '\v', "found a vertical tab; white space is space, tab, line feed and carriage return" },
		{ '\f', "found a form feed; white space is space, tab, line feed and carriage return" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *found = memchr(r->bytes, rows[i].byte, r->n_bytes);

		if (found)
			end_at(r, (size_t)(found - r->bytes), rows[i].reason);
	}
	end_at(r, text_utf8_length(r->bytes, r->n_bytes), "found bytes that are not UTF-8");
	if (r->n_bytes >= 3 && memcmp(r->bytes, "\xef\xbb\xbf", 3) == 0)
		end_at(r, 0, "found a byte order mark (BOM); plain UTF-8 without one is wanted");
}

static bool copy_make(struct reader *r, enum json_dialect dialect)
{
	r->copy = arena_alloc(r->arena, r->n_bytes + 1);
	if (!r->copy)
		return fail_memory(r->f);
	if (r->n_bytes)
		memcpy(r->copy, r->bytes, r->n_bytes);
	if (dialect == JSON_WITH_COMMENTS)
		comments_blank(r);
	/* ends a number, and no string: so yajl never waits for more */
	r->copy[r->n_bytes] = '\n';
	return true;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_object_end,
	.yajl_start_array = on_array,
	.yajl_end_array = on_array_end,
};

static bool parse(struct reader *r)
{
	yajl_alloc_funcs memory = { yajl_new, yajl_resize, yajl_release, r };
	const unsigned char *text = (const unsigned char *)r->copy;
	yajl_status status;

	if (setjmp(r->out_of_memory))
		return fail_memory(r->f);
	r->yajl = yajl_alloc(&callbacks, &memory, r);
	if (!r->yajl)
		return fail_memory(r->f);
	/* the whole text was checked at once, and more strictly */
	yajl_config(r->yajl, yajl_dont_validate_strings, 1);

	status = yajl_parse(r->yajl, text, r->n_bytes + 1);
	if (status == yajl_status_client_canceled)
		return false;
	if (status != yajl_status_ok)
		return syntax_refused(r, (const char *)yajl_get_error(r->yajl, 0, text, r->n_bytes + 1));
	token_end(r);
	if (r->must_refuse || !r->top || r->depth)
		return refuse(r, "%s", r->end_reason);
	return true;
}

bool json_read(struct json **ret, struct arena *arena, const char *bytes, size_t n_bytes, enum json_dialect dialect,
	       struct fail *f)
{
	struct reader r = {
		.arena = arena,
		.f = f,
		.bytes = bytes,
		.n_bytes = n_bytes,
		.end_reason = n_bytes ? "the document ends before it is complete" : "the document is empty",
		.line = 1,
	};

	if (n_bytes > JSON_MAX_BYTES)
		return fail_input(f, "the document has %zu bytes; at most %d are wanted", n_bytes, JSON_MAX_BYTES);
	forbidden_find(&r);
	if (!copy_make(&r, dialect))
		return false;
	if (r.n_bytes)
		newline_next(&r, bytes);
	if (!parse(&r))
		return false;

	*ret = r.top;
	return true;
}
