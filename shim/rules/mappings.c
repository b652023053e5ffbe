/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User namespaces: a number inside is another one outside. A user that is mapped to
 * the host's root is root in every volume, whatever his number in the container is.
 */
#include "all.h"

#include <inttypes.h>

static void mappings_judge(struct judging *j, const struct json *list, const char *place)
{
	size_t index = 0;

	for (const struct json *row = list ? list->first : NULL; row; row = row->next, index++) {
		uint32_t host = 0, size = 0;

		if (!json_u32(&size, json_member(row, "size")) || !size)
			continue;
		/* an absent hostID is 0 */
		if (json_member(row, "hostID") && !json_u32(&host, json_member(row, "hostID")))
			continue;
		if (host == 0)
			rule_refuses(j, rule_place(j, "%s/%zu", place, index), row,
				     "a user of the container is mapped to the host's root; numbers that nobody else "
				     "has are wanted");
		else if ((uint64_t)host + size > (uint64_t)UINT32_MAX)
			rule_refuses(j, rule_place(j, "%s/%zu", place, index), row,
				     "the numbers %" PRIu32 " and %" PRIu32 " more go beyond what users have", host,
				     size);
	}
}

void rule_user_mappings(struct judging *j)
{
	const struct json *linux_part = json_member(j->config, "linux");
	const struct json *mounts = json_member(j->config, "mounts");
	size_t index = 0;

	/* an engine of a user has only his numbers to give: its root is no root of the host */
	if (j->evidence->is_rootless)
		return;
	mappings_judge(j, json_member(linux_part, "uidMappings"), "/linux/uidMappings");
	mappings_judge(j, json_member(linux_part, "gidMappings"), "/linux/gidMappings");
	for (const struct json *mount = mounts ? mounts->first : NULL; mount; mount = mount->next, index++) {
		const struct json *users = json_member(mount, "uidMappings");
		const struct json *groups = json_member(mount, "gidMappings");

		if (users)
			mappings_judge(j, users, rule_place(j, "/mounts/%zu/uidMappings", index));
		if (groups)
			mappings_judge(j, groups, rule_place(j, "/mounts/%zu/gidMappings", index));
	}
}
