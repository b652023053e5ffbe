/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles: strict reading, and one laid over the other. */
#include "profile.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

#include "profile_baseline.inc"
#include "profile_privileged.inc"
#include "profile_restricted.inc"

static const struct {
	const char *name;
	const char *text;
	const char *digest;
} built_in[] = {
	{ "privileged", profile_privileged, profile_privileged_digest },
	{ "baseline", profile_baseline, profile_baseline_digest },
	{ "restricted", profile_restricted, profile_restricted_digest },
};

const char *profile_built_in(const char *name, const char **ret_digest)
{
	for (size_t i = 0; i < ARRAY_SIZE(built_in); i++) {
		if (!text_is(built_in[i].name, name))
			continue;
		if (ret_digest)
			*ret_digest = built_in[i].digest;
		return built_in[i].text;
	}
	return NULL;
}

static const char *const actions[] = {
	[ACTION_DENY] = "deny",
	[ACTION_REWRITE] = "rewrite",
	[ACTION_NOTE] = "note",
	[ACTION_ALLOW] = "allow",
};

static bool action_read(enum action *ret, const struct json *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (text_is(json_string(value), actions[i])) {
			*ret = (enum action)i;
			return true;
		}
	}
	return false;
}

static bool is_capability(const char *name)
{
	/* the kernel's list grows; a rule compares names, so the form is what counts here */
	return text_starts(name, "CAP_") && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(name);
}

static bool is_path(const char *text)
{
	return text[0] == '/' && !strstr(text, "//") && !strstr(text, "/./") && !strstr(text, "/../");
}

/* "c 1:3", "b 8:*" */
static bool is_device(const char *text)
{
	const char *numbers = text + 2;
	size_t major = strspn(numbers, "0123456789*");
	size_t minor;

	if (!strchr("cb", text[0]) || !text[0] || text[1] != ' ' || !major || numbers[major] != ':')
		return false;
	minor = strspn(numbers + major + 1, "0123456789*");
	return minor && !numbers[major + 1 + minor];
}

static bool any(const char *text)
{
	return text[0] != '\0';
}

static bool is_id(const struct json *value)
{
	uint32_t id;

	return json_u32(&id, value) && id <= INT32_MAX;
}

static bool is_u64(const struct json *value)
{
	uint64_t number;

	return json_u64(&number, value);
}

static bool is_bool(const struct json *value)
{
	return value->kind == JSON_TRUE || value->kind == JSON_FALSE;
}

static bool is_string(const struct json *value)
{
	return json_string(value) != NULL;
}

/* what a parameter of each kind must be: one value, or an array of strings that pass @each */
static const struct {
	bool (*value)(const struct json *value);
	bool (*each)(const char *text);
	const char *wanted;
} kinds[] = {
	[PARAM_STRINGS] = { NULL, any, "an array of strings that are not empty" },
	[PARAM_CAPABILITIES] = { NULL, is_capability, "an array of names such as \"CAP_NET_BIND_SERVICE\"" },
	[PARAM_PATHS] = { NULL, is_path, "an array of clean absolute paths" },
	[PARAM_ID] = { is_id, NULL, "a number from 0 to 2147483647" },
	[PARAM_U64] = { is_u64, NULL, "a whole number" },
	[PARAM_BOOL] = { is_bool, NULL, "true or false" },
	[PARAM_STRING] = { is_string, NULL, "a string" },
	[PARAM_DEVICES] = { NULL, is_device, "an array of devices such as \"c 1:3\" or \"c 136:*\"" },
};

static bool param_is_good(enum param_kind kind, const struct json *value)
{
	if (kinds[kind].value)
		return kinds[kind].value(value);
	if (value->kind != JSON_ARRAY)
		return false;
	for (const struct json *item = value->first; item; item = item->next) {
		if (!json_string(item) || !kinds[kind].each(json_string(item)))
			return false;
	}
	return true;
}

static bool unknown_param(const struct rule *rule, const struct json *member, struct fail *f)
{
	const char *names[RULE_MAX_PARAMS + 2] = { "action" };
	const char *nearest;

	for (size_t i = 0; i < RULE_MAX_PARAMS && rule->params[i].name; i++)
		names[i + 1] = rule->params[i].name;
	nearest = text_nearest(member->key, names);
	return fail_input(f, "line %u: /rules/%s/%s is no parameter of this rule%s%s%s", member->line, rule->id,
			  member->key, nearest ? ", is \"" : "", nearest ? nearest : "", nearest ? "\" meant?" : "");
}

static bool param_check(const struct rule *rule, const struct json *member, struct fail *f)
{
	enum action action;

	if (text_is(member->key, "action")) {
		return action_read(&action, member) ||
		       fail_input(
			       f,
			       "line %u: /rules/%s/action: one of \"allow\", \"note\", \"rewrite\", \"deny\" is wanted",
			       member->line, rule->id);
	}
	for (size_t i = 0; i < RULE_MAX_PARAMS && rule->params[i].name; i++) {
		if (!text_is(rule->params[i].name, member->key))
			continue;
		return param_is_good(rule->params[i].kind, member) ||
		       fail_input(f, "line %u: /rules/%s/%s: %s is wanted", member->line, rule->id, member->key,
				  kinds[rule->params[i].kind].wanted);
	}
	return unknown_param(rule, member, f);
}

static bool unknown_rule(const struct json *member, struct fail *f)
{
	const char *names[RULES_MAX + 1] = { NULL };
	const char *nearest;

	for (size_t i = 0; rules[i].id; i++)
		names[i] = rules[i].id;
	nearest = text_nearest(member->key, names);
	return fail_input(f, "line %u: /rules/%s is no rule%s%s%s", member->line, member->key, nearest ? ", is \"" : "",
			  nearest ? nearest : "", nearest ? "\" meant?" : "");
}

static bool rules_check(const struct json *list, struct fail *f)
{
	if (!list || list->kind != JSON_OBJECT)
		return fail_input(f, "/rules: an object is wanted");
	for (const struct json *member = list->first; member; member = member->next) {
		const struct rule *rule = rule_by_id(member->key);

		if (!rule)
			return unknown_rule(member, f);
		if (member->kind != JSON_OBJECT)
			return fail_input(f, "line %u: /rules/%s is %s, an object is wanted", member->line, member->key,
					  json_kind_name(member));
		for (const struct json *param = member->first; param; param = param->next) {
			if (!param_check(rule, param, f))
				return false;
		}
	}
	return true;
}

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words && !text_is(*words, word))
		words++;
	return *words != NULL;
}

static bool head_check(const struct json *top, const char *name, struct fail *f)
{
	static const char *const known[] = { "name", "extends", "description", "rules", NULL };

	if (top->kind != JSON_OBJECT)
		return fail_input(f, "%s, an object is wanted", json_kind_name(top));
	for (const struct json *member = top->first; member; member = member->next) {
		const char *nearest;

		if (is_one_of(member->key, known))
			continue;
		nearest = text_nearest(member->key, known);
		return fail_input(f, "line %u: /%s is no known key%s%s%s", member->line, member->key,
				  nearest ? ", is \"" : "", nearest ? nearest : "", nearest ? "\" meant?" : "");
	}
	if (!text_is(json_member_string(top, "name"), name))
		return fail_input(f, "/name: \"%s\" is wanted, as the file is called", name);
	if (json_member(top, "extends") && !json_member_string(top, "extends"))
		return fail_input(f, "/extends: the name of a profile is wanted");
	if (!json_member(top, "extends") && !text_is(name, "privileged"))
		return fail_input(f, "/extends is missing: the name of the profile to start from is wanted, such as "
				     "\"restricted\"");
	return true;
}

bool profile_read(const struct json **ret_rules, const char **ret_extends, struct arena *arena, const char *name,
		  const char *file, const char *bytes, size_t n_bytes, struct fail *f)
{
	struct json *top;

	if (!json_read(&top, arena, bytes, n_bytes, JSON_WITH_COMMENTS, f) || !head_check(top, name, f) ||
	    !rules_check(json_member(top, "rules"), f))
		return fail_while(f, "%s", file);

	*ret_rules = json_member(top, "rules");
	*ret_extends = json_member_string(top, "extends");
	return true;
}

bool profile_read_built_in(const struct json **ret_rules, const char **ret_extends, struct arena *arena,
			   const char *name, struct fail *f)
{
	const char *text = profile_built_in(name, NULL);
	struct json *top;

	assert(text);
	if (!json_read(&top, arena, text, strlen(text), JSON_WITH_COMMENTS, f))
		return fail_while(f, "%s", name);
	*ret_rules = json_member(top, "rules");
	*ret_extends = json_member_string(top, "extends");
	return true;
}

/* the rule's object as the layers make it, the first layer's word counting most */
static struct json *rule_resolve(struct arena *arena, const char *id, const struct json *const *layers, size_t n_layers)
{
	struct json *resolved = json_new(arena, JSON_OBJECT);

	for (size_t i = 0; resolved && i < n_layers; i++) {
		const struct json *own = json_member(layers[i], id);

		for (const struct json *param = own ? own->first : NULL; param; param = param->next) {
			if (!json_member(resolved, param->key) &&
			    !json_set(arena, resolved, param->key, json_share(arena, param)))
				return NULL;
		}
	}
	return resolved;
}

/* @resolved is checked */
static bool settings_take(struct profile *ret, struct arena *arena, const char *name, const struct json *resolved,
			  struct fail *f)
{
	struct profile profile = { .rules = resolved };

	profile.name = arena_string(arena, name);
	if (!profile.name)
		return fail_memory(f);
	for (size_t row = 0; rules[row].id; row++) {
		const struct json *own = json_member(resolved, rules[row].id);

		/*
		 * A container is held to what was known when it was created: a rule that came with an upgrade
		 * does not stop the health checks of what already runs. profile_resolve() leaves none out.
		 */
		profile.settings[row] = (struct setting){ .action = ACTION_ALLOW, .params = own };
		if (own && !action_read(&profile.settings[row].action, json_member(own, "action")))
			return fail_input(f, "profile %s: the rule %s has no action", name, rules[row].id);
	}
	*ret = profile;
	return true;
}

bool profile_resolve(struct profile *ret, struct arena *arena, const char *name, const struct json *const *layers,
		     size_t n_layers, struct fail *f)
{
	struct json *resolved = json_new(arena, JSON_OBJECT);

	for (size_t row = 0; rules[row].id; row++) {
		if (!json_set(arena, resolved, rules[row].id, rule_resolve(arena, rules[row].id, layers, n_layers)))
			return fail_memory(f);
	}
	return settings_take(ret, arena, name, resolved, f);
}

bool profile_from_rules(struct profile *ret, struct arena *arena, const char *name, const struct json *resolved,
			struct fail *f)
{
	if (!rules_check(resolved, f))
		return fail_while(f, "profile %s", name);
	return settings_take(ret, arena, name, resolved, f);
}

const struct setting *profile_setting(const struct profile *profile, const char *id)
{
	for (size_t row = 0; rules[row].id; row++) {
		if (text_is(rules[row].id, id))
			return &profile->settings[row];
	}
	return NULL;
}
