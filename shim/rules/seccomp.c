/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.seccomp: a filter there must be, and for the native architecture alone. The
 * argument checks of filters can be gone round through the i386 and x32 calls, and
 * runtimes spend most of a start on compiling three architectures instead of one.
 */
#include "seccomp_default.h"

#include "all.h"
#include "base/text.h"

#include <string.h>

static bool lets_pass(const char *action)
{
	return text_is(action, "SCMP_ACT_ALLOW") || text_is(action, "SCMP_ACT_LOG");
}

/* is this a filter, as the runtimes have it, and does it keep any call back? runc takes {} for none */
static bool filters(const struct json *filter)
{
	const char *otherwise = json_member_string(filter, "defaultAction");
	const struct json *calls = json_member(filter, "syscalls");

	if (!otherwise)
		return false;
	for (const struct json *row = calls ? calls->first : NULL; row && lets_pass(otherwise); row = row->next) {
		const struct json *names = json_member(row, "names");

		if (names && names->first && !lets_pass(json_member_string(row, "action")))
			return true;
	}
	return !lets_pass(otherwise);
}

static struct json *native_only(struct judging *j)
{
	struct json *array = json_new(j->arena, JSON_ARRAY);

	return array && json_append(array, json_new_string(j->arena, j->evidence->seccomp_arch)) ? array : NULL;
}

/* NULL when memory is out: the text itself is known to be good */
static struct json *default_filter(struct judging *j)
{
	const char *text = seccomp_default_profile();
	struct json *filter;

	return json_read(&filter, j->arena, text, strlen(text), JSON_STRICT, j->f) &&
			       json_set(j->arena, filter, "architectures", native_only(j))
		       ? filter
		       : NULL;
}

static void filter_give(struct judging *j, const struct json *given)
{
	const char *base = json_member_string(j->setting->params, "base");
	struct json *safe, *linux_object;

	if (base && !text_is(base, "default")) {
		rule_refuses(j, "/linux/seccomp", given,
			     "no system call is filtered, and the profile names a filter \"%s\" that ocigate does not "
			     "have; it has \"default\"",
			     base);
		return;
	}
	/* its check of clone's flags looks at the first argument; there they are in the second */
	if (text_starts(j->evidence->seccomp_arch, "SCMP_ARCH_S390")) {
		rule_refuses(j, "/linux/seccomp", given,
			     "no system call is filtered, and there is no default filter for this architecture; give "
			     "the container one");
		return;
	}
	safe = default_filter(j);
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (!rule_found(j, "/linux/seccomp", given, safe,
			"no system call is filtered (seccomp=unconfined?); the default filter is wanted"))
		return;
	linux_object = rule_object(j, j->config, "linux");
	if (linux_object)
		rule_set(j, linux_object, "seccomp", safe);
}

/* none at all means the native one to every runtime */
static bool is_native_only(const struct judging *j, const struct json *architectures)
{
	return !architectures || !architectures->first ||
	       (architectures->count == 1 && text_is(json_string(architectures->first), j->evidence->seccomp_arch));
}

static void architectures_judge(struct judging *j, struct json *filter)
{
	const struct json *given = json_member(filter, "architectures");
	struct json *safe;

	if (text_is(json_member_string(j->setting->params, "architectures"), "keep") || is_native_only(j, given))
		return;
	safe = native_only(j);
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/linux/seccomp/architectures", given, safe,
		       "programs of other architectures go round checks of arguments; the native one alone is wanted"))
		rule_set(j, filter, "architectures", safe);
}

void rule_seccomp_filter(struct judging *j)
{
	struct json *filter = json_path(j->config, "linux", "seccomp", NULL);

	if (filters(filter))
		architectures_judge(j, filter);
	else
		filter_give(j, filter);
}
