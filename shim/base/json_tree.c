/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON document once it is in memory: looked at, changed, written. Knows
 * nothing of where it came from.
 *
 * What every function here keeps: a string, and a name, that cannot be written
 * as it is has its written form in ->raw, or ->key_raw. So writing looks at no
 * byte twice.
 */
#include "json.h"

#include "text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* Reading */

static struct json *member_find(const struct json *json, const char *key)
{
	struct json *member = json && json->kind == JSON_OBJECT ? json->first : NULL;

	while (member && (*member->key != *key || strcmp(member->key, key) != 0))
		member = member->next;
	return member;
}

struct json *json_member(const struct json *json, const char *key)
{
	struct json *member = member_find(json, key);

	return member && member->kind != JSON_NULL ? member : NULL;
}

struct json *json_path(const struct json *json, ...)
{
	struct json *member = NULL;
	const char *key;
	va_list keys;

	va_start(keys, json);
	while (json && (key = va_arg(keys, const char *))) {
		member = json_member(json, key);
		json = member;
	}
	va_end(keys);
	return member;
}

const char *json_string(const struct json *json)
{
	return json && json->kind == JSON_STRING ? json->text : NULL;
}

const char *json_member_string(const struct json *json, const char *key)
{
	return json_string(json_member(json, key));
}

bool json_is_true(const struct json *json)
{
	return json && json->kind == JSON_TRUE;
}

bool json_u64(uint64_t *ret, const struct json *json)
{
	return json && json->kind == JSON_NUMBER && text_to_u64(ret, json->text);
}

bool json_i64(int64_t *ret, const struct json *json)
{
	return json && json->kind == JSON_NUMBER && text_to_i64(ret, json->text);
}

bool json_u32(uint32_t *ret, const struct json *json)
{
	return json && json->kind == JSON_NUMBER && text_to_u32(ret, json->text);
}

bool json_has_string(const struct json *json, const char *text)
{
	if (!json || json->kind != JSON_ARRAY)
		return false;
	for (const struct json *element = json->first; element; element = element->next) {
		if (element->kind == JSON_STRING && text_is(element->text, text))
			return true;
	}
	return false;
}

const char *json_kind_name(const struct json *json)
{
	static const char *const names[] = {
		[JSON_NULL] = "null",        [JSON_FALSE] = "false",     [JSON_TRUE] = "true",
		[JSON_NUMBER] = "a number",  [JSON_STRING] = "a string", [JSON_ARRAY] = "an array",
		[JSON_OBJECT] = "an object",
	};

	return json ? names[json->kind] : "nothing";
}

static bool is_container(const struct json *json)
{
	return json->kind == JSON_ARRAY || json->kind == JSON_OBJECT;
}

/* Comparing */

static bool same_alone(const struct json *a, const struct json *b)
{
	if (!a || !b || a->kind != b->kind)
		return a == b;
	return is_container(a) ? a->count == b->count : !a->text || strcmp(a->text, b->text) == 0;
}

/* what @a has to be compared with; @next is a guess, right as long as both have the same order */
static const struct json *counterpart(const struct json *a, const struct json *container, const struct json *next)
{
	if (!a->key || (next && text_is(a->key, next->key)))
		return next;
	return member_find(container, a->key);
}

bool json_equal(const struct json *a, const struct json *b)
{
	struct {
		const struct json *a, *b; /* the containers that are open */
	} open[JSON_MAX_DEPTH];
	unsigned int depth = 0;

	for (;;) {
		if (!same_alone(a, b))
			return false;
		if (a && is_container(a) && a->first) {
			if (depth == JSON_MAX_DEPTH)
				return false;
			open[depth].a = a;
			open[depth++].b = b;
			a = a->first;
			b = counterpart(a, open[depth - 1].b, open[depth - 1].b->first);
			continue;
		}
		while (depth && !a->next) {
			a = open[--depth].a;
			b = open[depth].b;
		}
		if (!depth)
			return true;
		a = a->next;
		b = counterpart(a, open[depth - 1].b, b->next);
	}
}

/* Making */

static size_t escaped_bytes(unsigned char c)
{
	if (c == '"' || c == '\\' || c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t')
		return 2;
	return c < 0x20 ? 6 : 1;
}

static char *escape_put(char *at, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	const char *row = shorts;

	*at++ = '\\';
	while (*row && (unsigned char)row[0] != c)
		row += 2;
	if (*row) {
		*at++ = row[1];
		return at;
	}
	*at++ = 'u';
	*at++ = '0';
	*at++ = '0';
	*at++ = hex[c >> 4];
	*at++ = hex[c & 0xf];
	return at;
}

/* the form in which @text is written; NULL when that is @text itself */
static bool raw_make(const char **ret, struct arena *arena, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t length = 0;
	size_t wanted = 0;
	char *at;

	for (; s[length]; length++)
		wanted += escaped_bytes(s[length]);
	*ret = NULL;
	if (wanted == length)
		return true;
	at = arena_alloc(arena, wanted + 1);
	if (!at)
		return false;
	*ret = at;
	for (; *s; s++) {
		if (escaped_bytes(*s) == 1)
			*at++ = (char)*s;
		else
			at = escape_put(at, *s);
	}
	return true;
}

#define EACH_BYTE(c) ((uint64_t)(c)*0x0101010101010101u)

/* ASCII that is written as it is; eight bytes at a time: nearly all of every text */
static bool is_written_as_it_is(const char *text, size_t length)
{
	uint64_t word;

	for (; length >= sizeof(word); text += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		/* a byte that is less than what is taken from it, or not ASCII, shows in its highest bit */
		if ((word | (word - EACH_BYTE(0x20)) | ((word ^ EACH_BYTE('"')) - EACH_BYTE(1)) |
		     ((word ^ EACH_BYTE('\\')) - EACH_BYTE(1))) &
		    EACH_BYTE(0x80))
			return false;
	}
	for (; length; text++, length--) {
		if ((unsigned char)*text >= 0x80 || escaped_bytes((unsigned char)*text) != 1)
			return false;
	}
	return true;
}

/* our own copy of @text, which other readers must not take differently: so it is UTF-8 */
static bool text_make(const char **ret_text, const char **ret_raw, struct arena *arena, const char *text)
{
	size_t length = strlen(text);

	*ret_raw = NULL;
	if (is_written_as_it_is(text, length)) {
		*ret_text = arena_bytes(arena, text, length);
		return *ret_text != NULL;
	}
	*ret_text = text_is_utf8(text, length) ? arena_bytes(arena, text, length) : NULL;
	return *ret_text && raw_make(ret_raw, arena, *ret_text);
}

struct json *json_new(struct arena *arena, enum json_kind kind)
{
	struct json *json = arena_alloc(arena, sizeof(*json));

	if (!json)
		return NULL;
	json->kind = kind;
	if (kind == JSON_STRING)
		json->text = "";
	if (kind == JSON_NUMBER)
		json->text = "0";
	return json;
}

static struct json *new_with_text(struct arena *arena, enum json_kind kind, const char *text)
{
	struct json *json = text ? json_new(arena, kind) : NULL;

	if (json)
		json->text = text;
	return json;
}

struct json *json_new_string(struct arena *arena, const char *text)
{
	struct json *json = json_new(arena, JSON_STRING);

	return json && text_make(&json->text, &json->raw, arena, text) ? json : NULL;
}

struct json *json_new_u64(struct arena *arena, uint64_t value)
{
	return new_with_text(arena, JSON_NUMBER, arena_printf(arena, "%" PRIu64, value));
}

struct json *json_new_i64(struct arena *arena, int64_t value)
{
	return new_with_text(arena, JSON_NUMBER, arena_printf(arena, "%" PRIi64, value));
}

struct json *json_new_bool(struct arena *arena, bool value)
{
	return json_new(arena, value ? JSON_TRUE : JSON_FALSE);
}

static bool text_copy(const char **ret, struct arena *arena, const char *text)
{
	*ret = text ? arena_string(arena, text) : NULL;
	return *ret || !text;
}

/* @json alone, with its name, without what it contains */
static struct json *copy_alone(struct arena *arena, const struct json *json)
{
	struct json *copy = arena_alloc(arena, sizeof(*copy));

	if (!copy)
		return NULL;
	copy->kind = json->kind;
	copy->line = json->line;
	if (!text_copy(&copy->key, arena, json->key) || !text_copy(&copy->key_raw, arena, json->key_raw) ||
	    !text_copy(&copy->text, arena, json->text) || !text_copy(&copy->raw, arena, json->raw))
		return NULL;
	return copy;
}

static void append(struct json *container, struct json *value)
{
	value->next = NULL;
	if (container->last)
		container->last->next = value;
	else
		container->first = value;
	container->last = value;
	container->count++;
}

struct json *json_copy(struct arena *arena, const struct json *json)
{
	struct {
		const struct json *from;
		struct json *to;
	} open[JSON_MAX_DEPTH];
	unsigned int depth = 0;
	struct json *top = NULL;

	while (json) {
		struct json *copy = copy_alone(arena, json);

		if (!copy)
			return NULL;
		if (depth)
			append(open[depth - 1].to, copy);
		else
			top = copy;
		if (json->first) {
			if (depth == JSON_MAX_DEPTH)
				return NULL;
			open[depth].from = json;
			open[depth++].to = copy;
			json = json->first;
			continue;
		}
		while (depth && !json->next)
			json = open[--depth].from;
		json = depth ? json->next : NULL;
	}
	if (top) {
		top->key = NULL;
		top->key_raw = NULL;
	}
	return top;
}

struct json *json_share(struct arena *arena, const struct json *json)
{
	struct json *share = arena_alloc(arena, sizeof(*share));

	if (!share)
		return NULL;
	*share = *json;
	share->next = NULL;
	share->key = NULL;
	share->key_raw = NULL;
	return share;
}

/* Changing */

/* the link that holds @value, and what is before it */
static struct json **link_of(struct json *container, const struct json *value, struct json **ret_before)
{
	struct json **link = &container->first;

	*ret_before = NULL;
	while (*link && *link != value) {
		*ret_before = *link;
		link = &(*link)->next;
	}
	return link;
}

static void replace(struct json *container, const struct json *old, struct json *value)
{
	struct json *before;
	struct json **link = link_of(container, old, &before);

	value->next = old->next;
	*link = value;
	if (container->last == old)
		container->last = value;
}

bool json_set(struct arena *arena, struct json *object, const char *key, struct json *value)
{
	const struct json *old;

	if (!object || !value)
		return false;
	assert(object->kind == JSON_OBJECT);
	old = member_find(object, key);
	if (old == value)
		return true;
	if (old) {
		/* a name that stays is written as it was */
		value->key = old->key;
		value->key_raw = old->key_raw;
		replace(object, old, value);
		return true;
	}
	if (!text_make(&value->key, &value->key_raw, arena, key))
		return false;
	append(object, value);
	return true;
}

bool json_append(struct json *array, struct json *value)
{
	if (!array || !value)
		return false;
	assert(array->kind == JSON_ARRAY);
	value->key = NULL;
	value->key_raw = NULL;
	append(array, value);
	return true;
}

bool json_prepend(struct json *array, struct json *value)
{
	if (!array || !value)
		return false;
	assert(array->kind == JSON_ARRAY);
	value->key = NULL;
	value->key_raw = NULL;
	value->next = array->first;
	array->first = value;
	if (!array->last)
		array->last = value;
	array->count++;
	return true;
}

void json_remove(struct json *container, const struct json *value)
{
	struct json *before;
	struct json **link;

	if (!container || !value)
		return;
	link = link_of(container, value, &before);
	if (!*link)
		return;
	*link = value->next;
	if (container->last == value)
		container->last = before;
	container->count--;
}

/* Pointing */

const char *json_escape(struct arena *arena, const char *name)
{
	char *token = arena_array(arena, strlen(name) + 1, 2);
	char *at = token;

	if (!token)
		return NULL;
	for (; *name; name++) {
		bool special = *name == '~' || *name == '/';

		*at++ = special ? '~' : *name;
		if (special)
			*at++ = *name == '~' ? '0' : '1';
	}
	return token;
}

/* is the reference token, which "/" or the end ends, this name? */
static bool token_is(const char *token, size_t n_token, const char *name)
{
	const char *end = token + n_token;

	for (; token < end && *name; token++, name++) {
		char c = *token;

		if (c == '~' && ++token < end)
			c = *token == '0' ? '~' : *token == '1' ? '/' : '\0';
		if (c != *name)
			return false;
	}
	return token == end && !*name;
}

static bool token_is_index(uint32_t *ret, const char *token, size_t n_token)
{
	char text[sizeof("4294967295")] = { 0 };

	if (n_token >= sizeof(text))
		return false;
	memcpy(text, token, n_token);
	return text_to_u32(ret, text);
}

static struct json *child_at(const struct json *container, const char *token, size_t n_token)
{
	struct json *child = container->first;
	uint32_t index = 0;

	if (container->kind == JSON_OBJECT) {
		while (child && !token_is(token, n_token, child->key))
			child = child->next;
		return child;
	}
	if (container->kind != JSON_ARRAY || !token_is_index(&index, token, n_token))
		return NULL;
	while (child && index--)
		child = child->next;
	return child;
}

struct json *json_at(const struct json *top, const char *pointer)
{
	struct json *at = (struct json *)(uintptr_t)top; /* the caller's own tree: given back, not changed */

	while (at && *pointer) {
		size_t n_token;

		if (*pointer++ != '/')
			return NULL;
		n_token = strcspn(pointer, "/");
		at = child_at(at, pointer, n_token);
		pointer += n_token;
	}
	return at;
}

/* Writing */

static const char *written_key(const struct json *json)
{
	return json->key_raw ? json->key_raw : json->key;
}

static const char *written_text(const struct json *json)
{
	switch (json->kind) {
	case JSON_NULL:
		return "null";
	case JSON_FALSE:
		return "false";
	case JSON_TRUE:
		return "true";
	case JSON_NUMBER:
		return json->text;
	case JSON_STRING:
		return json->raw ? json->raw : json->text;
	case JSON_ARRAY:
	case JSON_OBJECT:
		return "";
	}
	return "";
}

/* at most so many bytes, with both brackets and the comma */
static size_t written_bytes(const struct json *json)
{
	return strlen(written_text(json)) + 3 + (json->key ? strlen(written_key(json)) + 3 : 0);
}

static bool tree_bytes(size_t *ret, const struct json *json)
{
	const struct json *open[JSON_MAX_DEPTH];
	unsigned int depth = 0;
	size_t sum = 0;

	for (;;) {
		sum += written_bytes(json);
		if (json->first) {
			if (depth == JSON_MAX_DEPTH)
				return false;
			open[depth++] = json;
			json = json->first;
			continue;
		}
		while (depth && !json->next)
			json = open[--depth];
		if (!depth)
			break;
		json = json->next;
	}
	*ret = sum;
	return true;
}

static char *put(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length);
	return at + length;
}

/* @json, up to where a container's first value goes */
static char *put_opening(char *at, const struct json *json, bool is_member)
{
	if (is_member) {
		*at++ = '"';
		at = put(at, written_key(json));
		*at++ = '"';
		*at++ = ':';
	}
	if (is_container(json)) {
		*at++ = json->kind == JSON_ARRAY ? '[' : '{';
		return at;
	}
	if (json->kind == JSON_STRING)
		*at++ = '"';
	at = put(at, written_text(json));
	if (json->kind == JSON_STRING)
		*at++ = '"';
	return at;
}

static char *put_closing(char *at, const struct json *json)
{
	if (is_container(json))
		*at++ = json->kind == JSON_ARRAY ? ']' : '}';
	return at;
}

/* @json, for which there is room and which is not too deep: tree_bytes() said so */
static char *put_tree(char *at, const struct json *json)
{
	const struct json *open[JSON_MAX_DEPTH];
	unsigned int depth = 0;

	for (;;) {
		at = put_opening(at, json, depth && open[depth - 1]->kind == JSON_OBJECT);
		if (json->first) {
			open[depth++] = json;
			json = json->first;
			continue;
		}
		at = put_closing(at, json);
		while (depth && !json->next) {
			json = open[--depth];
			at = put_closing(at, json);
		}
		if (!depth)
			return at;
		json = json->next;
		*at++ = ',';
	}
}

bool json_write(const char **ret, size_t *ret_bytes, struct arena *arena, const struct json *json)
{
	size_t size_bytes;
	char *text;

	if (!json || !tree_bytes(&size_bytes, json))
		return false;
	text = arena_alloc(arena, size_bytes + 1);
	if (!text)
		return false;
	*ret_bytes = (size_t)(put_tree(text, json) - text);
	*ret = text;
	return true;
}
