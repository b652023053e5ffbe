/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.json along its schema. Decides nothing about what a container may do,
 * only whether every runtime would read the same document as we do; repairs
 * nothing and changes nothing.
 *
 * What the schema does not know is kept and not looked into: a runtime that
 * knows more than we do reads it from the document that we write.
 */
#include "document.h"

#include "base/text.h"
#include "schema.h"

#include <assert.h>
#include <string.h>

enum {
	NAME_MAX_BYTES = 200,  /* of a name in a message */
	NUMBER_MAX_BYTES = 40, /* of a number in a message */
};

static const struct {
	enum json_kind json;
	enum schema_kind items; /* of an array or map */
	const char *wanted;
	int64_t min;
	uint64_t max;
} kinds[] = {
	[SCHEMA_OPAQUE] = { .json = JSON_OBJECT, .wanted = "an object" },
	[SCHEMA_STRING] = { .json = JSON_STRING, .wanted = "a string" },
	[SCHEMA_BOOL] = { .json = JSON_TRUE, .wanted = "true or false" },
	[SCHEMA_INT32] = { .json = JSON_NUMBER,
			   .min = INT32_MIN,
			   .max = INT32_MAX,
			   .wanted = "a whole number from -2147483648 to 2147483647" },
	[SCHEMA_INT64] = { .json = JSON_NUMBER,
			   .min = INT64_MIN,
			   .max = INT64_MAX,
			   .wanted = "a whole number from -9223372036854775808 to 9223372036854775807" },
	[SCHEMA_UINT16] = { .json = JSON_NUMBER, .max = UINT16_MAX, .wanted = "a whole number from 0 to 65535" },
	[SCHEMA_UINT32] = { .json = JSON_NUMBER, .max = UINT32_MAX, .wanted = "a whole number from 0 to 4294967295" },
	[SCHEMA_UINT64] = { .json = JSON_NUMBER,
			    .max = UINT64_MAX,
			    .wanted = "a whole number from 0 to 18446744073709551615" },
	[SCHEMA_OBJECT] = { .json = JSON_OBJECT, .wanted = "an object" },
	[SCHEMA_STRINGS] = { .json = JSON_ARRAY, .items = SCHEMA_STRING, .wanted = "an array of strings" },
	[SCHEMA_UINT32S] = { .json = JSON_ARRAY, .items = SCHEMA_UINT32, .wanted = "an array of numbers" },
	[SCHEMA_OBJECTS] = { .json = JSON_ARRAY, .items = SCHEMA_OBJECT, .wanted = "an array of objects" },
	[SCHEMA_MAP_OF_STRINGS] = { .json = JSON_OBJECT, .items = SCHEMA_STRING, .wanted = "an object of strings" },
	[SCHEMA_MAP_OF_OBJECTS] = { .json = JSON_OBJECT, .items = SCHEMA_OBJECT, .wanted = "an object of objects" },
};

/* a container that the walk is inside of */
struct step {
	const struct json *container;
	const struct json *item;           /* the one that is looked at */
	enum schema_kind kind;             /* of the container */
	const struct schema_field *fields; /* of the container, or of each object in it */
	const struct schema_field *likely; /* the field that comes next, if the members are in the usual order */
};

struct walk {
	struct arena *arena;
	struct fail *f;
	struct step steps[SCHEMA_MAX_DEPTH];
	unsigned int depth;
};

/* Refusing */

static uint32_t index_of(const struct step *step)
{
	uint32_t index = 0;

	for (const struct json *item = step->container->first; item != step->item; item = item->next)
		index++;
	return index;
}

/* NULL when memory is out */
static const char *place_add(struct arena *arena, const char *place, const struct step *step)
{
	const char *name;

	if (!step->item->key)
		return arena_printf(arena, "%s/%u", place, index_of(step));
	name = json_escape(arena, step->item->key);
	if (!name)
		return NULL;
	return arena_printf(arena, "%s/%.*s%s", place, NAME_MAX_BYTES, name,
			    strlen(name) > NAME_MAX_BYTES ? "..." : "");
}

/* the JSON Pointer that the first @depth steps make: built only for a document that is refused */
static const char *place_find(const struct walk *w, unsigned int depth)
{
	const char *place = "";

	for (unsigned int i = 0; place && i < depth; i++)
		place = place_add(w->arena, place, &w->steps[i]);
	return place && !*place ? "the document" : place;
}

static bool item_refused(const struct walk *w, const struct json *item, const char *wanted)
{
	const char *place = place_find(w, w->depth);
	const char *found = item->kind == JSON_NUMBER ? item->text : json_kind_name(item);

	if (!place)
		return fail_memory(w->f);
	return fail_input(w->f, "line %u: %s is %.*s, %s is wanted", item->line, place, NUMBER_MAX_BYTES, found,
			  wanted);
}

static bool name_refused(const struct walk *w, const struct json *item, const char *known)
{
	const char *place = place_find(w, w->depth - 1);

	if (!place)
		return fail_memory(w->f);
	return fail_input(w->f, "line %u: %s has the name \"%s\", which runc reads as \"%s\" and crun does not",
			  item->line, place, item->key, known);
}

/* Checking one value */

/* no fraction and no exponent: what takes them at all rounds them, each in its own way */
static bool number_is_in_range(const struct json *number, enum schema_kind kind)
{
	uint64_t u64;
	int64_t i64;

	if (json_u64(&u64, number))
		return u64 <= kinds[kind].max;
	return json_i64(&i64, number) && i64 >= kinds[kind].min;
}

static bool is_of_kind(const struct json *item, enum schema_kind kind)
{
	if (item->kind != kinds[kind].json)
		return kind == SCHEMA_BOOL && item->kind == JSON_FALSE;
	return item->kind != JSON_NUMBER || number_is_in_range(item, kind);
}

static const struct schema_field *field_named(const struct schema_field *from, const struct schema_field *end,
					      const char *name)
{
	while (from != end && from->name) {
		if (*from->name == *name && strcmp(from->name, name) == 0)
			return from;
		from++;
	}
	return NULL;
}

/*
 * The field that the item's name stands for, NULL if it is unknown. False for a
 * name that Go takes for a known one, though it is spelled in another way.
 *
 * Two unknown names may be the same to Go: neither means anything to it then. And
 * as no two known names are, and none has a second spelling, nothing is left that
 * Go could merge.
 */
static bool field_find(const struct schema_field **ret, const struct walk *w, struct step *step)
{
	const char *name = step->item->key;
	const struct schema_field *field = field_named(step->likely, NULL, name);

	if (!field)
		field = field_named(step->fields, step->likely, name);
	*ret = field;
	if (field) {
		step->likely = field + 1;
		return true;
	}

	for (field = step->fields; field->name; field++) {
		if (text_folds_equal(name, field->name))
			return name_refused(w, step->item, field->name);
	}
	return true;
}

/* Walking */

static void enter(struct walk *w, const struct json *container, enum schema_kind kind,
		  const struct schema_field *fields)
{
	assert(w->depth < SCHEMA_MAX_DEPTH);
	w->steps[w->depth++] = (struct step){
		.container = container,
		.kind = kind,
		.fields = fields,
		.likely = fields,
	};
}

/* checks the item at which @step is; enters it if there is more to see */
static bool item_check(struct walk *w, struct step *step)
{
	const struct json *item = step->item;
	const struct schema_field *fields = step->fields;
	enum schema_kind kind = kinds[step->kind].items;

	if (step->kind == SCHEMA_OBJECT) {
		const struct schema_field *field;

		if (!field_find(&field, w, step))
			return false;
		/* a member that is null is as good as absent; null in an array or a map becomes an empty value in Go */
		if (!field || item->kind == JSON_NULL)
			return true;
		kind = field->kind;
		fields = field->fields;
	}
	if (!is_of_kind(item, kind))
		return item_refused(w, item, kinds[kind].wanted);
	if (kind >= SCHEMA_OBJECT)
		enter(w, item, kind, fields);
	return true;
}

/* no recursion: how deep the tables nest bounds the steps, whatever the document does */
static bool walk(struct walk *w, const struct json *top, const struct schema_field *fields)
{
	if (!is_of_kind(top, SCHEMA_OBJECT))
		return item_refused(w, top, kinds[SCHEMA_OBJECT].wanted);
	enter(w, top, SCHEMA_OBJECT, fields);

	while (w->depth) {
		struct step *step = &w->steps[w->depth - 1];

		step->item = step->item ? step->item->next : step->container->first;
		if (!step->item)
			w->depth--;
		else if (!item_check(w, step))
			return false;
	}
	return true;
}

bool document_read(struct json **ret, struct arena *arena, enum document_kind kind, const char *bytes, size_t n_bytes,
		   struct fail *f)
{
	static const struct schema_field *const tops[] = {
		[DOCUMENT_CONFIG] = schema_config,
		[DOCUMENT_PROCESS] = schema_process,
		[DOCUMENT_RESOURCES] = schema_resources,
	};
	struct walk w = { .arena = arena, .f = f };
	struct json *top;

	if (!json_read(&top, arena, bytes, n_bytes, JSON_STRICT, f))
		return false;
	if (!walk(&w, top, tops[kind]))
		return false;

	*ret = top;
	return true;
}
