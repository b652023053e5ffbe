/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is particular to a process that is put into a running container. Engines send
 * a fresh process.json each time: Docker's exec --privileged asks for every capability
 * whatever the container has. What the container's own process has, as the record
 * keeps it, is the most that can be had.
 */
#include "all.h"
#include "base/text.h"
#include "capabilities.h"
#include "patterns.h"

#include <string.h>

/*
 * "allow" speaks of the program as it was asked for: a bare name would otherwise also
 * allow /tmp/name. "deny" also speaks of its last component, so "sh" means /bin/sh too.
 */
void rule_exec_command(struct judging *j)
{
	const struct json *args = json_path(j->config, "process", "args", NULL);
	const struct json *allow = rule_strings(j, "allow");
	const struct json *deny = rule_strings(j, "deny");
	const struct json *first = args ? args->first : NULL;
	const char *program = json_string(first) ? json_string(first) : "";
	const char *slash = strrchr(program, '/');

	if (allow && !patterns_match(allow, program, 0))
		rule_refuses(j, "/process/args/0", first,
			     "this command is not among those that may be started in a running container");
	else if (patterns_match(deny, program, 0) || (slash && patterns_match(deny, slash + 1, 0)))
		rule_refuses(j, "/process/args/0", first, "this command may not be started in a running container");
}

static void capabilities_bound(struct judging *j, struct json *process, const struct json *own)
{
	const struct json *object = json_member(process, "capabilities");
	struct capabilities given, bounds;
	uint64_t extra;
	struct json *safe;
	const char *text;

	capabilities_read(&given, object);
	capabilities_read(&bounds, json_member(own, "capabilities"));
	extra = capabilities_union(&given) & ~bounds.sets[CAPABILITY_BOUNDING];
	if (!extra && !given.odd)
		return;
	for (int i = 0; i < CAPABILITY_SETS; i++)
		given.sets[i] &= bounds.sets[CAPABILITY_BOUNDING];
	safe = capabilities_write(j->arena, &given);
	text = extra ? capabilities_text(j->arena, extra) : given.odd;
	if (!safe || !text) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/process/capabilities", object, safe,
		       "%s asked for (exec --privileged?), which the container itself does not have", text))
		rule_set(j, process, "capabilities", safe);
}

static void no_new_privileges_bound(struct judging *j, struct json *process, const struct json *own)
{
	const struct json *given = json_member(process, "noNewPrivileges");
	struct json *safe = json_new_bool(j->arena, true);

	if (!json_is_true(json_member(own, "noNewPrivileges")) || json_is_true(given))
		return;
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/process/noNewPrivileges", given, safe,
		       "true for the container's own process, so true is wanted"))
		rule_set(j, process, "noNewPrivileges", safe);
}

/* an empty label is none */
static const struct json *label_of(const struct json *process, const char *key)
{
	const struct json *label = json_member(process, key);

	return json_string(label) && json_string(label)[0] ? label : NULL;
}

static void label_bound(struct judging *j, struct json *process, const struct json *own, const char *key)
{
	const struct json *given = label_of(process, key);
	const struct json *wanted = label_of(own, key);
	struct json *safe = wanted ? json_copy(j->arena, wanted) : NULL;

	if (given == wanted || text_is(json_string(given), json_string(wanted)))
		return;
	if (wanted && !safe) {
		rule_fails(j);
		return;
	}
	if (!rule_found(j, rule_place(j, "/process/%s", key), given, safe,
			"the label of the container's own process is wanted"))
		return;
	if (safe)
		rule_set(j, process, key, safe);
	else
		json_remove(process, given);
}

static void oom_bound(struct judging *j, struct json *process, const struct json *own)
{
	const struct json *given = json_member(process, "oomScoreAdj");
	int64_t score, least;
	struct json *safe;

	if (!json_i64(&least, json_member(own, "oomScoreAdj")))
		least = 0;
	if (!given || (json_i64(&score, given) && score >= least))
		return;
	safe = json_new_i64(j->arena, least);
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/process/oomScoreAdj", given, safe,
		       "the container's own process would be ended first when memory is out"))
		rule_set(j, process, "oomScoreAdj", safe);
}

static struct json *limit_of_type(const struct json *limits, const char *type)
{
	for (struct json *limit = limits ? limits->first : NULL; limit; limit = limit->next) {
		if (text_is(json_member_string(limit, "type"), type))
			return limit;
	}
	return NULL;
}

static uint64_t limit_value(const struct json *limit, const char *key)
{
	uint64_t value;

	return json_u64(&value, json_member(limit, key)) ? value : 0;
}

/* the limit as it may be at most; false when memory is out */
static bool limit_cut(struct judging *j, struct json *limit, const struct json *own)
{
	static const char *const keys[] = { "soft", "hard" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		uint64_t most = limit_value(own, keys[i]);

		if (limit_value(limit, keys[i]) > most && !rule_set(j, limit, keys[i], json_new_u64(j->arena, most)))
			return false;
	}
	return true;
}

static void limits_cut(struct judging *j, struct json *limits, const struct json *own)
{
	unsigned index = 0;

	for (struct json *limit = limits ? limits->first : NULL; limit; limit = limit->next, index++) {
		const struct json *most = limit_of_type(own, json_member_string(limit, "type"));
		struct json *safe = json_copy(j->arena, limit);

		if (!safe) {
			rule_fails(j);
			return;
		}
		if (!most || !limit_cut(j, safe, most) || json_equal(safe, limit))
			continue;
		if (rule_found(j, rule_place(j, "/process/rlimits/%u", index), limit, safe,
			       "above the limit of the container's own process"))
			limit_cut(j, limit, most);
	}
}

/* a limit that is left out would be the runtime's, not the container's */
static void limits_complete(struct judging *j, struct json *process, const struct json *own)
{
	struct json *limits = json_member(process, "rlimits");

	for (const struct json *most = own ? own->first : NULL; most; most = most->next) {
		struct json *safe = json_copy(j->arena, most);

		if (limit_of_type(limits, json_member_string(most, "type")))
			continue;
		if (!safe) {
			rule_fails(j);
			return;
		}
		if (!rule_found(j, rule_place(j, "/process/rlimits/%u", limits ? limits->count : 0), NULL, safe,
				"left out; the limit of the container's own process is wanted"))
			continue;
		if (!limits) {
			limits = json_new(j->arena, JSON_ARRAY);
			if (!rule_set(j, process, "rlimits", limits))
				return;
		}
		if (!json_append(limits, safe)) {
			rule_fails(j);
			return;
		}
	}
}

void rule_exec_bounded(struct judging *j)
{
	struct json *process = json_member(j->config, "process");
	const struct json *own = json_member(j->own, "process");

	if (!process)
		return;
	capabilities_bound(j, process, own);
	no_new_privileges_bound(j, process, own);
	label_bound(j, process, own, "apparmorProfile");
	label_bound(j, process, own, "selinuxLabel");
	oom_bound(j, process, own);
	limits_cut(j, json_member(process, "rlimits"), json_member(own, "rlimits"));
	limits_complete(j, process, json_member(own, "rlimits"));
}
