/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.resources: limits that must be there, and stay. A container that asks for none
 * or too much gets the profile's; an update that lifts one is refused, because the
 * container has run well below it until now.
 */
#include "all.h"
#include "base/text.h"

struct limit {
	const char *group;   /* /linux/resources/<group>/limit */
	const char *unified; /* the control group's own file, which may also be set by name */
	const char *what;
};

static uint64_t limit_given(const struct json *value)
{
	int64_t number;

	/* nothing, 0 and -1 are no limit; what does not fit is no limit either */
	return json_i64(&number, value) && number > 0 ? (uint64_t)number : UINT64_MAX;
}

/* a limit on memory above the one on memory and swap together is an error */
static uint64_t below_swap(const struct json *resources, const struct limit *limit, uint64_t max)
{
	uint64_t swap = limit_given(json_path(resources, limit->group, "swap", NULL));

	return swap < max ? swap : max;
}

static void limit_give(struct judging *j, const struct limit *limit, uint64_t max)
{
	struct json *resources = json_path(j->config, "linux", "resources", NULL);
	const struct json *given = json_path(resources, limit->group, "limit", NULL);
	const char *place = rule_place(j, "/linux/resources/%s/limit", limit->group);
	struct json *safe = json_new_u64(j->arena, below_swap(resources, limit, max));
	struct json *object;

	if (limit_given(given) <= max)
		return;
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (!rule_found(j, place, given, safe, "%s; a limit of at most %llu is wanted",
			given ? "this is no limit, or too high a one" : limit->what, (unsigned long long)max))
		return;
	object = rule_object(j, j->config, "linux");
	object = object ? rule_object(j, object, "resources") : NULL;
	object = object ? rule_object(j, object, limit->group) : NULL;
	if (object)
		rule_set(j, object, "limit", safe);
}

static void limit_keep(struct judging *j, const struct limit *limit, uint64_t max)
{
	const struct json *given = json_path(j->config, "linux", "resources", limit->group, "limit", NULL);

	if (given && limit_given(given) > max)
		rule_refuses(j, rule_place(j, "/linux/resources/%s/limit", limit->group), given,
			     "lifts the limit over what the profile sets, %llu", (unsigned long long)max);
}

/* the same limit under its own name in control group v2: "max", or a number */
static void unified_judge(struct judging *j, const struct limit *limit, uint64_t max)
{
	struct json *unified = json_path(j->config, "linux", "resources", "unified", NULL);
	struct json *given = json_member(unified, limit->unified);
	const char *place = rule_place(j, "/linux/resources/unified/%s", limit->unified);
	uint64_t number;

	if (!given || (json_string(given) && text_to_u64(&number, json_string(given)) && number <= max))
		return;
	if (j->scope == SCOPE_UPDATE)
		rule_refuses(j, place, given, "lifts the limit over what the profile sets, %llu",
			     (unsigned long long)max);
	else if (rule_found(j, place, given, NULL, "this is no limit, or too high a one; at most %llu is wanted",
			    (unsigned long long)max))
		json_remove(unified, given);
}

static void limit_judge(struct judging *j, const struct limit *limit, uint64_t max)
{
	if (!max)
		return;
	if (j->scope == SCOPE_UPDATE)
		limit_keep(j, limit, max);
	else
		limit_give(j, limit, max);
	unified_judge(j, limit, max);
}

void rule_resources_pids(struct judging *j)
{
	static const struct limit pids = { "pids", "pids.max", "the number of processes has no limit (--pids-limit)" };

	limit_judge(j, &pids, rule_u64(j, "max", 0));
}

void rule_resources_memory(struct judging *j)
{
	static const struct limit memory = { "memory", "memory.max", "memory has no limit (--memory)" };

	limit_judge(j, &memory, rule_u64(j, "maxBytes", 0));
}
