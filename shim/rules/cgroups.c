/* SPDX-License-Identifier: Apache-2.0 */
/* Where in the tree of control groups a container lies: who leaves his own place there leaves his limits. */
#include "all.h"
#include "base/text.h"

#include <string.h>

/* is ".." one of the parts between slashes, or, in systemd's form "slice:prefix:name", between colons? */
static bool leads_up(const char *path)
{
	while (*path) {
		size_t length = strcspn(path, "/:");

		if (length == 2 && path[0] == '.' && path[1] == '.')
			return true;
		path += length;
		path += strspn(path, "/:");
	}
	return false;
}

void rule_cgroups_path(struct judging *j)
{
	const struct json *given = json_path(j->config, "linux", "cgroupsPath", NULL);
	const char *path = json_string(given);

	if (!path || !*path)
		return;
	if (leads_up(path))
		rule_refuses(j, "/linux/cgroupsPath", given,
			     "the path holds \"..\": a control group of its own is wanted");
	else if (path[0] == '/' && path[strspn(path, "/.")] == '\0')
		rule_refuses(j, "/linux/cgroupsPath", given,
			     "the host's own control group is asked for, with no limit and no end; one of its own is "
			     "wanted");
}
