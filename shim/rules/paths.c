/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.maskedPaths and linux.readonlyPaths: what an engine lists stays, what the
 * profile wants is added.
 */
#include "all.h"
#include "base/text.h"

/* @list and what of the profile's paths it lacks, as a new array; NULL when memory is out */
static struct json *completed(struct judging *j, const struct json *list, const struct json *wanted,
			      size_t *ret_n_added, const char **ret_first)
{
	struct json *all = list ? json_copy(j->arena, list) : json_new(j->arena, JSON_ARRAY);

	for (const struct json *path = wanted ? wanted->first : NULL; all && path; path = path->next) {
		if (json_has_string(list, json_string(path)))
			continue;
		if (!json_append(all, json_new_string(j->arena, json_string(path))))
			return NULL;
		if (!(*ret_n_added)++)
			*ret_first = json_string(path);
	}
	return all;
}

static void complete(struct judging *j, const char *key, const char *what)
{
	const struct json *list = json_path(j->config, "linux", key, NULL);
	const char *first = NULL;
	size_t n_added = 0;
	struct json *all = completed(j, list, rule_strings(j, "paths"), &n_added, &first);
	struct json *linux_;

	if (!all) {
		rule_fails(j);
		return;
	}
	if (!n_added || !rule_found(j, rule_place(j, "/linux/%s", key), list, all, "%zu %s not %s, the first is %s",
				    n_added, n_added == 1 ? "path is" : "paths are", what, first))
		return;
	linux_ = rule_object(j, j->config, "linux");
	if (linux_)
		rule_set(j, linux_, key, all);
}

void rule_paths_masked(struct judging *j)
{
	complete(j, "maskedPaths", "hidden from the container");
}

void rule_paths_read_only(struct judging *j)
{
	complete(j, "readonlyPaths", "read-only in the container");
}
