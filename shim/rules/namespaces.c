/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.namespaces. A type that is not listed is the host's, and so may be one
 * with a path: Docker's --network=host has one.
 */
#include "all.h"
#include "base/text.h"

struct kind {
	const char *type;
	bool is_needed; /* without an entry the container is in the host's */
	const char *by; /* the words by which users ask for it */
};

static const struct kind kinds[] = {
	{ "mount", true, "" },
	{ "pid", true, " (--pid=host, hostPID)" },
	{ "network", true, " (--network=host, hostNetwork)" },
	{ "ipc", true, " (--ipc=host, hostIPC)" },
	{ "uts", true, " (--uts=host)" },
	{ "user", false, " (--userns=host)" },
	{ "cgroup", false, " (--cgroupns=host)" },
	{ "time", false, "" },
};

/* how many entries of @list are of @type */
static size_t entries_of(const struct json *list, const char *type)
{
	size_t n = 0;

	for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next)
		n += text_is(json_member_string(entry, "type"), type);
	return n;
}

static enum namespace_kind evidence_of(const struct judging *j, size_t i)
{
	return j->evidence && i < j->evidence->n_namespaces ? j->evidence->namespaces[i] : NAMESPACE_UNKNOWN;
}

static void path_judge(struct judging *j, const struct kind *kind, const struct json *entry, size_t i)
{
	const char *path = json_member_string(entry, "path");
	enum namespace_kind seen = evidence_of(j, i);
	const char *place;

	if (!path || !*path || seen == NAMESPACE_OTHER)
		return;
	place = rule_place(j, "/linux/namespaces/%zu", i);
	switch (seen) {
	case NAMESPACE_OTHER:
		return;
	case NAMESPACE_HOST:
		if (!json_has_string(rule_strings(j, "allow"), kind->type))
			rule_refuses(j, place, entry, "'%s' is the host's own %s namespace%s", path, kind->type,
				     kind->by);
		return;
	case NAMESPACE_UNKNOWN:
		rule_refuses(j, place, entry, "'%s' is not known to be a %s namespace of another container", path,
			     kind->type);
		return;
	}
}

static void kind_judge(struct judging *j, const struct kind *kind, const struct json *list)
{
	size_t n = entries_of(list, kind->type);
	size_t i = 0;

	if (!n && kind->is_needed && !json_has_string(rule_strings(j, "allow"), kind->type))
		rule_refuses(j, "/linux/namespaces", NULL, "the container is to share the host's %s namespace%s",
			     kind->type, kind->by);
	if (n > 1)
		rule_refuses(j, "/linux/namespaces", list, "%zu entries are of type %s; runtimes choose differently", n,
			     kind->type);
	for (const struct json *entry = n ? list->first : NULL; entry; entry = entry->next, i++) {
		if (text_is(json_member_string(entry, "type"), kind->type))
			path_judge(j, kind, entry, i);
	}
}

void rule_namespaces_host(struct judging *j)
{
	const struct json *list = json_path(j->config, "linux", "namespaces", NULL);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		kind_judge(j, &kinds[i], list);
}
