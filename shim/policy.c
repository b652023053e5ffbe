/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.json and profiles, read strictly: an unknown key is refused and the
 * nearest known one named, because a misspelt rule is a rule that does not hold.
 */
#include "policy.h"

#include "base/text.h"
#include "rules/rule.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* one key of an object of ours: what it must be, and where its value goes */
struct key {
	const char *name;
	enum json_kind kind;
	bool wanted;
};

enum { KEYS_MAX = 16 };

static bool is_kind(const struct json *value, enum json_kind kind)
{
	if (kind == JSON_TRUE) /* stands for both */
		return value->kind == JSON_TRUE || value->kind == JSON_FALSE;
	return value->kind == kind;
}

static const char *kind_wanted(enum json_kind kind)
{
	const struct json example = { .kind = kind };

	return kind == JSON_TRUE ? "true or false" : json_kind_name(&example);
}

static bool key_refused(const struct json *member, const struct key *keys, const char *place, struct fail *f)
{
	const char *names[KEYS_MAX + 1] = { NULL };
	const char *nearest;

	for (size_t i = 0; i < KEYS_MAX && keys[i].name; i++)
		names[i] = keys[i].name;
	nearest = text_nearest(member->key, names);
	return fail_input(f, "line %u: %s/%s is no known key%s%s%s", member->line, place, member->key,
			  nearest ? ", is \"" : "", nearest ? nearest : "", nearest ? "\" meant?" : "");
}

/* every member known and of its kind, every wanted one there */
static bool object_check(const struct json *object, const struct key *keys, const char *place, struct fail *f)
{
	if (object->kind != JSON_OBJECT)
		return fail_input(f, "line %u: %s is %s, an object is wanted", object->line,
				  *place ? place : "the whole", json_kind_name(object));
	for (const struct json *member = object->first; member; member = member->next) {
		const struct key *key = keys;

		while (key->name && !text_is(key->name, member->key))
			key++;
		if (!key->name)
			return key_refused(member, keys, place, f);
		if (!is_kind(member, key->kind))
			return fail_input(f, "line %u: %s/%s is %s, %s is wanted", member->line, place, key->name,
					  json_kind_name(member), kind_wanted(key->kind));
	}
	for (const struct key *key = keys; key->name; key++) {
		if (key->wanted && !json_member(object, key->name))
			return fail_input(f, "line %u: %s/%s is missing", object->line, place, key->name);
	}
	return true;
}

static bool absolute_path_check(const struct json *value, const char *place, struct fail *f)
{
	if (value && json_string(value)[0] != '/')
		return fail_input(f, "line %u: %s is \"%s\", an absolute path is wanted", value->line, place,
				  json_string(value));
	return true;
}

static const char *const modes[] = { [POLICY_ENFORCE] = "enforce", [POLICY_AUDIT] = "audit" };

static bool mode_read(enum policy_mode *ret, const struct json *value, struct fail *f)
{
	const char *name = json_string(value);

	if (!name || text_is(name, modes[POLICY_ENFORCE]))
		*ret = POLICY_ENFORCE;
	else if (text_is(name, modes[POLICY_AUDIT]))
		*ret = POLICY_AUDIT;
	else
		return fail_input(f, "line %u: /mode is \"%s\", \"enforce\" or \"audit\" is wanted", value->line, name);
	return true;
}

static bool when_read(struct policy_when *ret, const struct json *when, const char *place, struct fail *f)
{
	static const struct key keys[] = {
		{ "engine", JSON_STRING, false },
		{ "namespace", JSON_STRING, false },
		{ "pod", JSON_STRING, false },
		{ "image", JSON_STRING, false },
		{ "claimedImage", JSON_STRING, false },
		{ "id", JSON_STRING, false },
		{ 0 },
	};

	if (!object_check(when, keys, place, f))
		return false;
	/* an empty condition would match everything: that is what "default" is for */
	if (!when->first)
		return fail_input(f, "line %u: %s is empty, at least one condition is wanted", when->line, place);
	*ret = (struct policy_when){
		.engine = json_member_string(when, "engine"),
		.namespace = json_member_string(when, "namespace"),
		.pod = json_member_string(when, "pod"),
		.image = json_member_string(when, "image"),
		.claimed_image = json_member_string(when, "claimedImage"),
		.id = json_member_string(when, "id"),
	};
	if (ret->engine && engine_by_name(ret->engine) == ENGINE_UNKNOWN && !text_is(ret->engine, "unknown"))
		return fail_input(f,
				  "line %u: %s/engine is \"%s\", one of docker, kubernetes, containerd, podman, cri-o, "
				  "buildkit, unknown is wanted",
				  when->line, place, ret->engine);
	return true;
}

static bool selection_read(void *to, struct arena *arena, const struct json *entry, size_t index, struct fail *f)
{
	struct policy_selection *ret = to;
	static const struct key keys[] = {
		{ "when", JSON_OBJECT, true },
		{ "profile", JSON_STRING, true },
		{ "runtime", JSON_STRING, false },
		{ 0 },
	};
	const char *place = arena_printf(arena, "/select/%zu", index);
	const char *place_when = arena_printf(arena, "/select/%zu/when", index);

	if (!place || !place_when)
		return fail_memory(f);
	if (!object_check(entry, keys, place, f) || !absolute_path_check(json_member(entry, "runtime"), place, f) ||
	    !when_read(&ret->when, json_member(entry, "when"), place_when, f))
		return false;
	ret->profile = json_member_string(entry, "profile");
	ret->runtime = json_member_string(entry, "runtime");
	return true;
}

static unsigned two_digits(const char *text)
{
	return (unsigned)(text[0] - '0') * 10 + (unsigned)(text[1] - '0');
}

/* "2027-03-31"; a month's length is the writer's business, a day that never comes is not */
static bool is_date(const char *text)
{
	static const char form[] = "dddd-dd-dd";
	unsigned month, day;

	if (strlen(text) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++) {
		if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
			return false;
	}
	month = two_digits(text + 5);
	day = two_digits(text + 8);
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool waiver_read(void *to, struct arena *arena, const struct json *entry, size_t index, struct fail *f)
{
	struct policy_waiver *ret = to;
	static const struct key keys[] = {
		{ "rule", JSON_STRING, true },  { "when", JSON_OBJECT, true },   { "until", JSON_STRING, true },
		{ "owner", JSON_STRING, true }, { "reason", JSON_STRING, true }, { 0 },
	};
	const char *place = arena_printf(arena, "/waivers/%zu", index);
	const char *place_when = arena_printf(arena, "/waivers/%zu/when", index);

	if (!place || !place_when)
		return fail_memory(f);
	if (!object_check(entry, keys, place, f) || !when_read(&ret->when, json_member(entry, "when"), place_when, f))
		return false;
	ret->rule = json_member_string(entry, "rule");
	ret->until = json_member_string(entry, "until");
	ret->owner = json_member_string(entry, "owner");
	ret->reason = json_member_string(entry, "reason");
	if (!rule_by_id(ret->rule))
		return fail_input(f, "line %u: %s/rule is \"%s\", which is no rule", entry->line, place, ret->rule);
	if (!is_date(ret->until))
		return fail_input(f, "line %u: %s/until is \"%s\", a day as in \"2027-03-31\" is wanted", entry->line,
				  place, ret->until);
	return true;
}

static bool root_read(void *to, struct arena *arena, const struct json *entry, size_t index, struct fail *f)
{
	struct identity_root *ret = to;
	static const struct key keys[] = {
		{ "engine", JSON_STRING, true },
		{ "root", JSON_STRING, false },
		{ "bundle", JSON_STRING, true },
		{ 0 },
	};
	const char *place = arena_printf(arena, "/engines/%zu", index);
	const char *name;

	if (!place)
		return fail_memory(f);
	if (!object_check(entry, keys, place, f) || !absolute_path_check(json_member(entry, "root"), place, f) ||
	    !absolute_path_check(json_member(entry, "bundle"), place, f))
		return false;
	name = json_member_string(entry, "engine");
	ret->engine = engine_by_name(name);
	ret->root = json_member_string(entry, "root");
	ret->bundle = json_member_string(entry, "bundle");
	if (ret->engine == ENGINE_UNKNOWN)
		return fail_input(f,
				  "line %u: %s/engine is \"%s\", one of docker, kubernetes, containerd, podman, cri-o, "
				  "buildkit is wanted",
				  entry->line, place, name);
	return true;
}

static bool decisions_read(struct policy *ret, const struct json *decisions, struct fail *f)
{
	static const struct key keys[] = {
		{ "file", JSON_STRING, false },
		{ "syslog", JSON_TRUE, false },
		{ "audit", JSON_TRUE, false },
		{ "required", JSON_TRUE, false },
		{ 0 },
	};
	const struct json *file;

	if (!decisions)
		return true;
	if (!object_check(decisions, keys, "/decisions", f))
		return false;
	file = json_member(decisions, "file");
	ret->decisions_file = json_string(file);
	ret->decisions_syslog = json_is_true(json_member(decisions, "syslog"));
	ret->decisions_audit = json_is_true(json_member(decisions, "audit"));
	ret->decisions_required = json_is_true(json_member(decisions, "required"));
	return text_is(ret->decisions_file, "") || absolute_path_check(file, "/decisions/file", f);
}

typedef bool entry_fn(void *to, struct arena *arena, const struct json *entry, size_t index, struct fail *f);

/* an array of objects into an array of structs of @size_bytes; NULL when it failed */
static void *list_read(size_t *ret_count, struct arena *arena, const struct json *list, size_t size_bytes,
		       entry_fn *read, struct fail *f)
{
	size_t count = list ? list->count : 0;
	char *entries = arena_array(arena, count, size_bytes);
	size_t index = 0;

	if (!entries) {
		fail_memory(f);
		return NULL;
	}
	for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next, index++) {
		if (!read(entries + index * size_bytes, arena, entry, index, f))
			return NULL;
	}
	*ret_count = count;
	return entries;
}

static bool lists_read(struct policy *ret, struct arena *arena, const struct json *top, struct fail *f)
{
	ret->selections = list_read(&ret->n_selections, arena, json_member(top, "select"), sizeof(*ret->selections),
				    selection_read, f);
	if (!ret->selections)
		return false;
	ret->waivers =
		list_read(&ret->n_waivers, arena, json_member(top, "waivers"), sizeof(*ret->waivers), waiver_read, f);
	if (!ret->waivers)
		return false;
	ret->roots = list_read(&ret->n_roots, arena, json_member(top, "engines"), sizeof(*ret->roots), root_read, f);
	return ret->roots != NULL;
}

bool policy_read(struct policy *ret, struct arena *arena, const char *name, const char *bytes, size_t n_bytes,
		 struct fail *f)
{
	static const struct key keys[] = {
		{ "version", JSON_NUMBER, true },
		{ "mode", JSON_STRING, false },
		{ "runtime", JSON_STRING, false },
		{ "default", JSON_STRING, false },
		{ "select", JSON_ARRAY, false },
		{ "waivers", JSON_ARRAY, false },
		{ "engines", JSON_ARRAY, false },
		{ "decisions", JSON_OBJECT, false },
		{ 0 },
	};
	struct policy policy;
	struct json *top;

	policy_embedded(&policy);
	if (!json_read(&top, arena, bytes, n_bytes, JSON_WITH_COMMENTS, f) || !object_check(top, keys, "", f))
		return fail_while(f, "%s", name);
	if (!text_is(json_member(top, "version")->text, "1"))
		return fail_input(f, "%s: line %u: /version is %s, 1 is wanted", name,
				  json_member(top, "version")->line, json_member(top, "version")->text);
	if (!mode_read(&policy.mode, json_member(top, "mode"), f) ||
	    !absolute_path_check(json_member(top, "runtime"), "/runtime", f) || !lists_read(&policy, arena, top, f) ||
	    !decisions_read(&policy, json_member(top, "decisions"), f))
		return fail_while(f, "%s", name);

	policy.runtime = json_member_string(top, "runtime");
	if (json_member(top, "default"))
		policy.default_profile = json_member_string(top, "default");
	*ret = policy;
	return true;
}

void policy_embedded(struct policy *ret)
{
	*ret = (struct policy){ .mode = POLICY_ENFORCE, .default_profile = "restricted" };
}

const char *policy_mode_name(enum policy_mode mode)
{
	return modes[mode];
}

static bool matches(const char *pattern, const char *value)
{
	return !pattern || (value && fnmatch(pattern, value, 0) == 0);
}

static bool when_matches(const struct policy_when *when, const struct identity *identity)
{
	return matches(when->engine, engine_name(identity->engine)) && matches(when->namespace, identity->namespace) &&
	       matches(when->pod, identity->pod) && matches(when->image, identity->image) &&
	       matches(when->claimed_image, identity->claimed_image) && matches(when->id, identity->id);
}

const struct policy_selection *policy_select(const struct policy *policy, const struct identity *identity)
{
	for (size_t i = 0; i < policy->n_selections; i++) {
		if (when_matches(&policy->selections[i].when, identity))
			return &policy->selections[i];
	}
	return NULL;
}

const struct policy_waiver *policy_waiver(const struct policy *policy, const char *rule,
					  const struct identity *identity, const char *today)
{
	for (size_t i = 0; i < policy->n_waivers; i++) {
		const struct policy_waiver *waiver = &policy->waivers[i];

		/* both are YYYY-MM-DD, so the order of text is the order of days */
		if (text_is(waiver->rule, rule) && strcmp(today, waiver->until) <= 0 &&
		    when_matches(&waiver->when, identity))
			return waiver;
	}
	return NULL;
}
