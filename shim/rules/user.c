/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.user: numbers that mean the same to all runtimes, no root, no groups of the
 * system. A process that is forced to another user also gets what it needs to work.
 */
#include "all.h"
#include "base/text.h"
#include "capabilities.h"

#include <string.h>

enum {
	ID_MAX = 2147483647,
	ID_NOBODY = 65532, /* these two where a profile sets nothing */
	GID_MIN = 100,
	UMASK_WANTED = 0022,
};

/* absent is 0; 4294967295 means "do not change" to the kernel, so root stays root */
static bool is_root(const struct json *id)
{
	uint32_t number;

	return !json_u32(&number, id) || number == 0 || number == UINT32_MAX;
}

static uint32_t id_or(const struct json *id, uint32_t otherwise)
{
	uint32_t number;

	return json_u32(&number, id) ? number : otherwise;
}

/* the profile's user or group; 0 would be root again */
static uint32_t id_param(const struct judging *j, const char *name)
{
	uint64_t id = rule_u64(j, name, ID_NOBODY);

	return id && id <= ID_MAX ? (uint32_t)id : ID_NOBODY;
}

/* the user of the container's own process, when this is about another process in it */
static const struct json *own_user(const struct judging *j)
{
	return j->scope == SCOPE_EXEC ? json_path(j->own, "process", "user", NULL) : NULL;
}

static struct json *user_of(struct judging *j)
{
	struct json *process = rule_object(j, j->config, "process");

	return process ? rule_object(j, process, "user") : NULL;
}

/* does the container's user namespace, where it has its own mappings, know the id? */
static bool is_mapped(const struct json *mappings, uint32_t id)
{
	if (!mappings || !mappings->first)
		return true;
	for (const struct json *row = mappings->first; row; row = row->next) {
		uint32_t from = 0, size = 0;

		if (json_u32(&from, json_member(row, "containerID")) && json_u32(&size, json_member(row, "size")) &&
		    id >= from && id - from < size)
			return true;
	}
	return false;
}

static void valid(struct judging *j, const char *place, const struct json *id)
{
	uint32_t number;

	if (id && (!json_u32(&number, id) || number > ID_MAX))
		rule_refuses(j, place, id,
			     "a number from 0 to %d is wanted; runtimes read others differently, crun takes 4294967295 "
			     "for root",
			     ID_MAX);
}

void rule_user_valid(struct judging *j)
{
	const struct json *user = json_path(j->config, "process", "user", NULL);
	const struct json *groups = json_member(user, "additionalGids");
	unsigned index = 0;

	valid(j, "/process/user/uid", json_member(user, "uid"));
	valid(j, "/process/user/gid", json_member(user, "gid"));
	for (const struct json *group = groups ? groups->first : NULL; group; group = group->next)
		valid(j, rule_place(j, "/process/user/additionalGids/%u", index++), group);
}

/* "/", "/root" and what lies in it: no place for another user to write to */
static bool home_is_useless(struct judging *j, const char *home)
{
	const char *clean = text_path_clean(j->arena, home);

	return !clean || text_is(clean, "/") || text_path_is_below(clean, "/root");
}

static struct json *env_of(struct judging *j)
{
	struct json *process = json_member(j->config, "process");
	struct json *env = json_member(process, "env");

	if (env)
		return env;
	env = json_new(j->arena, JSON_ARRAY);
	return rule_set(j, process, "env", env) ? env : NULL;
}

static void home_give(struct judging *j)
{
	static const char wanted[] = "HOME=/tmp";
	struct json *env = env_of(j);
	struct json *safe = json_new_string(j->arena, wanted);
	unsigned index = 0;
	bool known = false;

	if (!env || !safe) {
		rule_fails(j);
		return;
	}
	for (struct json *item = env->first; item; item = item->next, index++) {
		const char *home = json_string(item) ? text_starts(json_string(item), "HOME=") : NULL;

		known = known || home;
		if (!home || !home_is_useless(j, home))
			continue;
		if (rule_found(j, rule_place(j, "/process/env/%u", index), item, safe,
			       "the new user cannot write to its home directory")) {
			item->text = safe->text;
			item->raw = NULL;
		}
	}
	if (!known &&
	    rule_found(j, rule_place(j, "/process/env/%u", index), NULL, safe, "the new user has no home directory") &&
	    !json_append(env, safe))
		rule_fails(j);
}

static bool has_own_network(const struct json *config)
{
	const struct json *namespaces = json_path(config, "linux", "namespaces", NULL);
	bool own = false;

	for (const struct json *row = namespaces ? namespaces->first : NULL; row; row = row->next) {
		if (!text_is(json_member_string(row, "type"), "network"))
			continue;
		if (json_member(row, "path"))
			return false;
		own = true;
	}
	return own;
}

/* runtimes write sysctls through the container's own /proc */
static bool has_proc(const struct json *config)
{
	const struct json *mounts = json_member(config, "mounts");

	for (const struct json *mount = mounts ? mounts->first : NULL; mount; mount = mount->next) {
		if (text_is(json_member_string(mount, "type"), "proc") &&
		    text_is(json_member_string(mount, "destination"), "/proc"))
			return true;
	}
	return false;
}

/*
 * Ports below 1024, as root had them. Ambient capabilities are lost when a program
 * with file capabilities is started; this is not. Only in a network namespace that
 * the runtime makes for this container: in another one it would change its owner's.
 */
static void ports_give(struct judging *j)
{
	static const char key[] = "net.ipv4.ip_unprivileged_port_start";
	struct json *linux_object = json_member(j->config, "linux");
	struct json *sysctl = json_member(linux_object, "sysctl");
	struct json *safe;

	if (j->scope != SCOPE_CONTAINER || !has_own_network(j->config) || !has_proc(j->config) ||
	    json_member(sysctl, key) || json_member(sysctl, "net/ipv4/ip_unprivileged_port_start"))
		return;
	safe = json_new_string(j->arena, "0");
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (!rule_found(j, "/linux/sysctl/net.ipv4.ip_unprivileged_port_start", NULL, safe,
			"root could use ports below 1024, the new user keeps that in the container's own network"))
		return;
	sysctl = rule_object(j, linux_object, "sysctl");
	if (sysctl)
		rule_set(j, sysctl, key, safe);
}

/* what root had from the start becomes ambient: other users lose all else when the program is started */
static void capabilities_give(struct judging *j)
{
	struct json *process = json_member(j->config, "process");
	const struct json *object = json_member(process, "capabilities");
	struct capabilities given;
	uint64_t kept;
	struct json *safe;

	capabilities_read(&given, object);
	kept = given.sets[CAPABILITY_BOUNDING] & given.sets[CAPABILITY_PERMITTED] & given.sets[CAPABILITY_EFFECTIVE];
	if (!kept)
		return;
	for (int i = CAPABILITY_EFFECTIVE; i < CAPABILITY_SETS; i++)
		given.sets[i] = kept;
	safe = capabilities_write(j->arena, &given);
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/process/capabilities", object, safe,
		       "users other than root keep only ambient capabilities when a program is started"))
		rule_set(j, process, "capabilities", safe);
	if (kept >> CAPABILITY_NET_BIND_SERVICE & 1)
		ports_give(j);
}

/* the user to be instead: in exec the container's own, so that both see the same files */
static struct json *user_instead(struct judging *j, const struct json *user, uint32_t *ret_uid, uint32_t *ret_gid)
{
	const struct json *own = own_user(j);
	struct json *safe = user ? json_copy(j->arena, user) : json_new(j->arena, JSON_OBJECT);

	*ret_uid = id_param(j, "uid");
	*ret_gid = id_param(j, "gid");
	if (!is_root(json_member(own, "uid"))) {
		*ret_uid = id_or(json_member(own, "uid"), *ret_uid);
		*ret_gid = is_root(json_member(own, "gid")) ? *ret_gid : id_or(json_member(own, "gid"), *ret_gid);
	}
	/* a group that was asked for stays */
	if (!is_root(json_member(user, "gid")))
		*ret_gid = id_or(json_member(user, "gid"), *ret_gid);
	return safe && json_set(j->arena, safe, "uid", json_new_u64(j->arena, *ret_uid)) &&
			       json_set(j->arena, safe, "gid", json_new_u64(j->arena, *ret_gid))
		       ? safe
		       : NULL;
}

void rule_user_non_root(struct judging *j)
{
	const struct json *user = json_path(j->config, "process", "user", NULL);
	const struct json *linux_object = json_member(j->config, "linux");
	struct json *safe, *process;
	uint32_t uid, gid;

	if (!is_root(json_member(user, "uid")))
		return;
	safe = user_instead(j, user, &uid, &gid);
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (!is_mapped(json_member(linux_object, "uidMappings"), uid) ||
	    !is_mapped(json_member(linux_object, "gidMappings"), gid)) {
		rule_refuses(
			j, "/process/user", user,
			"root is asked for, and user %u, group %u, as the profile has it, are not in the container's "
			"user namespace; start it as another user",
			uid, gid);
		return;
	}
	if (!rule_found(j, "/process/user", user, safe, "root is asked for; another user is wanted, such as %u", uid))
		return;
	process = rule_object(j, j->config, "process");
	if (!process || !rule_set(j, process, "user", safe))
		return;
	home_give(j);
	capabilities_give(j);
}

static bool is_below(const struct json *gid, uint32_t min)
{
	uint32_t number;

	if (!gid)
		return min > 0;
	return !json_u32(&number, gid) || number < min || number == UINT32_MAX;
}

/* in exec the container's own group, otherwise the profile's; never one below the minimum */
static uint32_t group_instead(const struct judging *j, uint32_t min)
{
	const struct json *own = json_member(own_user(j), "gid");
	uint32_t gid = is_below(own, min) ? id_param(j, "gid") : id_or(own, ID_NOBODY);

	return gid < min ? min : gid;
}

static void group_judge(struct judging *j, uint32_t min)
{
	const struct json *given = json_path(j->config, "process", "user", "gid", NULL);
	uint32_t gid = group_instead(j, min);
	struct json *safe = json_new_u64(j->arena, gid);
	struct json *user;

	if (!is_below(given, min))
		return;
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (!is_mapped(json_path(j->config, "linux", "gidMappings", NULL), gid)) {
		rule_refuses(j, "/process/user/gid", given,
			     "a group of the system; group %u, as the profile has it, is not in the container's user "
			     "namespace",
			     gid);
		return;
	}
	if (!rule_found(j, "/process/user/gid", given, safe, "a group of the system; one from %u on is wanted", min))
		return;
	user = user_of(j);
	if (user)
		rule_set(j, user, "gid", safe);
}

static void more_groups_judge(struct judging *j, uint32_t min)
{
	struct json *given = json_path(j->config, "process", "user", "additionalGids", NULL);
	struct json *safe = given ? json_copy(j->arena, given) : NULL;
	struct json *next;

	if (!given)
		return;
	if (!safe) {
		rule_fails(j);
		return;
	}
	for (struct json *group = safe->first; group; group = next) {
		next = group->next;
		if (is_below(group, min))
			json_remove(safe, group);
	}
	if (safe->count != given->count && rule_found(j, "/process/user/additionalGids", given, safe,
						      "groups of the system; only those from %u on are wanted", min))
		rule_set(j, json_path(j->config, "process", "user", NULL), "additionalGids", safe);
}

void rule_user_groups(struct judging *j)
{
	uint64_t min = rule_u64(j, "minGid", GID_MIN);

	/* root needs no group to reach what the system's groups reach */
	if (is_root(json_path(j->config, "process", "user", "uid", NULL)))
		return;
	min = min <= ID_MAX ? min : GID_MIN;
	group_judge(j, (uint32_t)min);
	more_groups_judge(j, (uint32_t)min);
}

void rule_user_umask(struct judging *j)
{
	const struct json *given = json_path(j->config, "process", "user", "umask", NULL);
	struct json *safe;
	uint32_t umask;

	if (!given || (json_u32(&umask, given) && (umask & UMASK_WANTED) == UMASK_WANTED))
		return;
	safe = json_new_u64(j->arena, json_u32(&umask, given) ? (umask & 0777) | UMASK_WANTED : UMASK_WANTED);
	if (!safe) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/process/user/umask", given, safe,
		       "files would be writable for others; at least 022 is wanted"))
		rule_set(j, json_path(j->config, "process", "user", NULL), "umask", safe);
}
