/* SPDX-License-Identifier: Apache-2.0 */
#include "yardstick.h"

#include "base/text.h"
#include "made_up.h"
#include "rules/capabilities.h"

#include <string.h>
#include <strings.h>

enum { SYSTEM_GROUPS = 100 }; /* below lie groups of the system */

static const char *const port_key = "net.ipv4.ip_unprivileged_port_start";

static bool same(const struct json *a, const struct json *b)
{
	return a == b || (a && b && json_equal(a, b));
}

static bool is_root(const struct json *document)
{
	uint32_t uid;

	return !json_u32(&uid, json_path(document, "process", "user", "uid", NULL)) || uid == 0 || uid == UINT32_MAX;
}

/* crun takes any case, numbers and lists */
static uint64_t one_capability(const char *word, size_t length)
{
	char text[32];
	uint32_t number;

	if (length >= sizeof(text))
		return 0;
	memcpy(text, word, length);
	text[length] = '\0';
	if (text_to_u32(&number, text) && number < CAPABILITY_COUNT)
		return UINT64_C(1) << number;
	for (unsigned i = 0; i < CAPABILITY_COUNT; i++) {
		if (strcasecmp(text, capability_name(i)) == 0)
			return UINT64_C(1) << i;
	}
	return 0;
}

static uint64_t capability_set(const struct json *object, const char *key)
{
	const struct json *array = json_member(object, key);
	uint64_t set = 0;

	for (const struct json *item = array ? array->first : NULL; item; item = item->next) {
		for (const char *word = json_string(item); *word; word += strspn(word, ",")) {
			set |= one_capability(word, strcspn(word, ","));
			word += strcspn(word, ",");
		}
	}
	return set;
}

struct power {
	uint64_t bounding; /* can ever be had */
	uint64_t now;      /* once the program was started */
	uint64_t reach;    /* and by what the image may hold: set-user-ID programs, file capabilities */
};

/* capabilities(7), "Transformation of capabilities during execve()" */
static struct power power_of(const struct pair *p, const struct json *document)
{
	const struct json *object = json_path(document, "process", "capabilities", NULL);
	bool no_new = json_is_true(json_path(document, "process", "noNewPrivileges", NULL));
	uint64_t bounding, inheritable, permitted, ambient;
	struct power power;

	if (!object && p->is_exec)
		object = json_path(p->own, "process", "capabilities", NULL);
	if (!object) {
		power.bounding = p->is_exec ? 0 : UINT64_MAX; /* runc 1.3 gives all at create */
		power.now = power.reach = power.bounding;
		return power;
	}
	bounding = capability_set(object, "bounding");
	inheritable = capability_set(object, "inheritable");
	permitted = capability_set(object, "permitted");
	ambient = capability_set(object, "ambient") & inheritable & permitted;
	power.bounding = bounding;
	power.now = is_root(document) ? (bounding | inheritable) & (no_new ? permitted : UINT64_MAX) : ambient;
	power.reach = no_new ? power.now : bounding | inheritable;
	return power;
}

static bool capabilities_hold(const struct pair *p)
{
	struct power before = power_of(p, p->before), after = power_of(p, p->after);

	return !(after.bounding & ~before.bounding) && !(after.now & ~before.now) && !(after.reach & ~before.reach);
}

/* 4294967295 is "no change", which is root's */
static uint32_t id_of(const struct json *id)
{
	uint32_t number;

	return json_u32(&number, id) && number != UINT32_MAX ? number : 0;
}

static bool has_group(const struct json *document, uint32_t gid)
{
	const struct json *list = json_path(document, "process", "user", "additionalGids", NULL);

	for (const struct json *item = list ? list->first : NULL; item; item = item->next) {
		if (id_of(item) == gid)
			return true;
	}
	return id_of(json_path(document, "process", "user", "gid", NULL)) == gid;
}

static bool user_holds(const struct pair *p)
{
	const struct json *before = json_path(p->before, "process", "user", NULL);
	const struct json *after = json_path(p->after, "process", "user", NULL);
	const struct json *groups = json_member(after, "additionalGids");
	uint32_t gid = id_of(json_member(after, "gid")), gid_before = id_of(json_member(before, "gid"));
	uint32_t mask = 022, mask_before = 022;

	if (!is_root(p->before) && (is_root(p->after) || !same(json_member(before, "uid"), json_member(after, "uid"))))
		return false;
	for (const struct json *item = groups ? groups->first : NULL; item; item = item->next) {
		if (!has_group(p->before, id_of(item)))
			return false;
	}
	/* another group only in the place of one of the system's, and then none of those; root's may become any */
	if (gid != gid_before && !is_root(p->before) &&
	    (gid_before >= MADE_UP_GID_MIN_MAX || (gid_before && gid < SYSTEM_GROUPS)))
		return false;
	(void)!json_u32(&mask, json_member(after, "umask"));
	(void)!json_u32(&mask_before, json_member(before, "umask"));
	return (mask & mask_before) == mask_before;
}

static bool flags_hold(const struct pair *p)
{
	return (!json_is_true(json_path(p->before, "process", "noNewPrivileges", NULL)) ||
		json_is_true(json_path(p->after, "process", "noNewPrivileges", NULL))) &&
	       (!json_is_true(json_path(p->before, "root", "readonly", NULL)) ||
		json_is_true(json_path(p->after, "root", "readonly", NULL)));
}

static bool says_option(const struct json *mount, const char *option)
{
	const struct json *options = json_member(mount, "options");

	/* crun's for a mount that has none */
	if (!options)
		return text_is(option, "nosuid") || text_is(option, "nodev") || text_is(option, "noexec");
	return json_has_string(options, option);
}

/* for at least one runtime */
static bool is_writable(const struct json *mount)
{
	return says_option(mount, "rw") || (!says_option(mount, "ro") && !says_option(mount, "rro"));
}

static bool mount_holds(const struct json *before, const struct json *after)
{
	static const char *const kept[] = { "nosuid", "nodev", "noexec", "bind", "rbind", "size=1k" };
	static const char *const new[] = { "shared", "rshared", "rw", "remount" };
	static const char *const members[] = { "destination", "type", "source" };

	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (!same(json_member(before, members[i]), json_member(after, members[i])))
			return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		if (says_option(before, kept[i]) && !says_option(after, kept[i]))
			return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(new); i++) {
		if (says_option(after, new[i]) && !says_option(before, new[i]))
			return false;
	}
	return is_writable(before) || !is_writable(after);
}

/* new ones are in memory, harmless, and in the place of what was writable on disk */
static bool new_mount_holds(const struct pair *p, const struct json *mount)
{
	return !json_is_true(json_path(p->before, "root", "readonly", NULL)) &&
	       json_is_true(json_path(p->after, "root", "readonly", NULL)) &&
	       text_is(json_member_string(mount, "type"), "tmpfs") && says_option(mount, "nosuid") &&
	       says_option(mount, "nodev") && says_option(mount, "noexec") && !says_option(mount, "shared");
}

static bool mounts_hold(const struct pair *p)
{
	const struct json *before = json_member(p->before, "mounts"), *after = json_member(p->after, "mounts");
	uint32_t n_before = before ? before->count : 0, n_after = after ? after->count : 0;
	const struct json *old = before ? before->first : NULL;

	if (n_after < n_before)
		return false;
	for (const struct json *mount = after ? after->first : NULL; mount; mount = mount->next) {
		if (n_after-- > n_before) {
			if (!new_mount_holds(p, mount))
				return false;
			continue;
		}
		if (!mount_holds(old, mount))
			return false;
		old = old->next;
	}
	return true;
}

static bool list_is_kept(const struct pair *p, const char *key)
{
	const struct json *before = json_path(p->before, "linux", key, NULL);
	const struct json *after = json_path(p->after, "linux", key, NULL);

	for (const struct json *item = before ? before->first : NULL; item; item = item->next) {
		if (!json_has_string(after, json_string(item)))
			return false;
	}
	return true;
}

static bool paths_hold(const struct pair *p)
{
	return list_is_kept(p, "maskedPaths") && list_is_kept(p, "readonlyPaths");
}

static bool namespaces_hold(const struct pair *p)
{
	return same(json_path(p->before, "linux", "namespaces", NULL),
		    json_path(p->after, "linux", "namespaces", NULL)) &&
	       same(json_path(p->before, "linux", "uidMappings", NULL),
		    json_path(p->after, "linux", "uidMappings", NULL));
}

/* -1 and nothing are all */
static bool number_matches(const struct json *number, int64_t value)
{
	int64_t wanted;

	return !json_i64(&wanted, number) || wanted == -1 || wanted == value;
}

/* the last rule that speaks of the device counts; @otherwise when none does */
static bool may_access(const struct json *document, char type, int64_t major, int64_t minor, char access,
		       bool otherwise)
{
	const struct json *list = json_path(document, "linux", "resources", "devices", NULL);
	bool may = otherwise;

	for (const struct json *rule = list ? list->first : NULL; rule; rule = rule->next) {
		const char *of_type = json_member_string(rule, "type");
		const char *of_access = json_member_string(rule, "access");
		bool all = !of_type || text_is(of_type, "a");

		if ((all || (of_type[0] == type && number_matches(json_member(rule, "major"), major) &&
			     number_matches(json_member(rule, "minor"), minor))) &&
		    (!of_access || strchr(of_access, access)))
			may = json_is_true(json_member(rule, "allow"));
	}
	return may;
}

static bool devices_hold(const struct pair *p)
{
	static const struct {
		char type;
		int64_t major, minor;
	} samples[] = { { 'c', 1, 3 }, { 'c', 5, 1 }, { 'b', 8, 0 }, { 'c', 10, 200 }, { 'c', 136, 7 }, { 'b', 1, 3 } };

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		for (const char *access = "rwm"; *access; access++) {
			for (int otherwise = 0; otherwise < 2; otherwise++) {
				if (may_access(p->after, samples[i].type, samples[i].major, samples[i].minor, *access,
					       otherwise) &&
				    !may_access(p->before, samples[i].type, samples[i].major, samples[i].minor, *access,
						otherwise))
					return false;
			}
		}
	}
	return same(json_path(p->before, "linux", "devices", NULL), json_path(p->after, "linux", "devices", NULL));
}

static bool passes(const char *action)
{
	return !action || text_is(action, "SCMP_ACT_ALLOW") || text_is(action, "SCMP_ACT_LOG");
}

static bool is_filter(const struct json *filter)
{
	const struct json *calls = json_member(filter, "syscalls");
	bool holds_back = !passes(json_member_string(filter, "defaultAction"));

	for (const struct json *row = calls ? calls->first : NULL; row; row = row->next)
		holds_back = holds_back || !passes(json_member_string(row, "action"));
	return holds_back && json_member(filter, "defaultAction");
}

static bool seccomp_holds(const struct pair *p)
{
	const struct json *before = json_path(p->before, "linux", "seccomp", NULL);
	const struct json *after = json_path(p->after, "linux", "seccomp", NULL);
	const struct json *architectures = json_member(after, "architectures");

	if (!is_filter(before))
		return true;
	for (const struct json *item = architectures ? architectures->first : NULL; item; item = item->next) {
		if (!text_is(json_string(item), "SCMP_ARCH_X86_64") &&
		    !json_has_string(json_member(before, "architectures"), json_string(item)))
			return false;
	}
	return is_filter(after) && same(json_member(before, "defaultAction"), json_member(after, "defaultAction")) &&
	       same(json_member(before, "syscalls"), json_member(after, "syscalls")) &&
	       same(json_member(before, "flags"), json_member(after, "flags"));
}

static bool propagation_holds(const struct pair *p)
{
	const struct json *before = json_path(p->before, "linux", "rootfsPropagation", NULL);
	const struct json *after = json_path(p->after, "linux", "rootfsPropagation", NULL);

	return same(before, after) || (before && text_is(json_string(after), "rslave"));
}

/* all of @after is in @before, but for @but */
static bool members_are_kept(const struct json *before, const struct json *after, const char *but)
{
	for (const struct json *member = after ? after->first : NULL; member; member = member->next) {
		if (!text_is(member->key, but) && !same(json_member(before, member->key), member))
			return false;
	}
	return true;
}

static bool annotations_hold(const struct pair *p)
{
	return members_are_kept(json_member(p->before, "annotations"), json_member(p->after, "annotations"), NULL);
}

/* ports below 1024 only for a network of the container's own, and only where root was asked for */
static bool sysctl_holds(const struct pair *p)
{
	const struct json *before = json_path(p->before, "linux", "sysctl", NULL);
	const struct json *after = json_path(p->after, "linux", "sysctl", NULL);

	if (same(before, after))
		return true;
	return is_root(p->before) && !json_member(before, port_key) && members_are_kept(before, after, port_key) &&
	       members_are_kept(after, before, NULL) && text_is(json_member_string(after, port_key), "0");
}

static uint64_t limit_of(const struct json *document, const char *group)
{
	int64_t limit;

	return json_i64(&limit, json_path(document, "linux", "resources", group, "limit", NULL)) && limit > 0
		       ? (uint64_t)limit
		       : UINT64_MAX;
}

static bool limits_hold(const struct pair *p)
{
	const struct json *before = json_path(p->before, "linux", "resources", NULL);
	const struct json *after = json_path(p->after, "linux", "resources", NULL);

	return limit_of(p->after, "pids") <= limit_of(p->before, "pids") &&
	       limit_of(p->after, "memory") <= limit_of(p->before, "memory") &&
	       same(json_path(before, "memory", "swap", NULL), json_path(after, "memory", "swap", NULL)) &&
	       members_are_kept(json_member(before, "unified"), json_member(after, "unified"), NULL) &&
	       same(json_member(before, "cpu"), json_member(after, "cpu"));
}

static uint64_t rlimit_of(const struct json *process, const char *type, const char *key)
{
	const struct json *list = json_member(process, "rlimits");
	uint64_t value;

	for (const struct json *row = list ? list->first : NULL; row; row = row->next) {
		if (text_is(json_member_string(row, "type"), type) && json_u64(&value, json_member(row, key)))
			return value;
	}
	return UINT64_MAX;
}

static bool rlimits_hold(const struct json *before, const struct json *after)
{
	const struct json *list = json_member(before, "rlimits");

	for (const struct json *row = list ? list->first : NULL; row; row = row->next) {
		const char *type = json_member_string(row, "type");

		if (rlimit_of(after, type, "hard") > rlimit_of(before, type, "hard") ||
		    rlimit_of(after, type, "soft") > rlimit_of(before, type, "soft"))
			return false;
	}
	return true;
}

/* as asked for, or the container's own */
static bool label_holds(const struct pair *p, const char *key)
{
	const struct json *after = json_path(p->after, "process", key, NULL);
	const struct json *own = json_path(p->own, "process", key, NULL);
	bool is_own = same(after, own) || (!after && !*(json_string(own) ? json_string(own) : ""));

	return same(json_path(p->before, "process", key, NULL), after) || (p->is_exec && is_own);
}

static bool env_holds(const struct json *before, const struct json *after)
{
	const struct json *old = before ? before->first : NULL;

	for (const struct json *item = after ? after->first : NULL; item; item = item->next) {
		bool is_home = text_is(json_string(item), "HOME=/tmp");

		if (old ? !same(old, item) && !(is_home && text_starts(json_string(old), "HOME=")) : !is_home)
			return false;
		old = old ? old->next : NULL;
	}
	return !old;
}

static int64_t score_of(const struct json *process)
{
	int64_t score;

	return json_i64(&score, json_member(process, "oomScoreAdj")) ? score : 0;
}

static bool process_holds(const struct pair *p)
{
	static const char *const same_or_none[] = { "scheduler", "ioPriority" };
	static const char *const always_same[] = { "args", "cwd", "x-kept" };
	const struct json *before = json_member(p->before, "process"), *after = json_member(p->after, "process");

	for (size_t i = 0; i < ARRAY_SIZE(same_or_none); i++) {
		const struct json *now = json_member(after, same_or_none[i]);

		if (now && !same(json_member(before, same_or_none[i]), now))
			return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(always_same); i++) {
		if (!same(json_member(before, always_same[i]), json_member(after, always_same[i])))
			return false;
	}
	return label_holds(p, "apparmorProfile") && label_holds(p, "selinuxLabel") && rlimits_hold(before, after) &&
	       env_holds(json_member(before, "env"), json_member(after, "env")) && score_of(after) >= score_of(before);
}

/* law 4 */
static bool rest_holds(const struct pair *p)
{
	return same(json_member(p->before, "ociVersion"), json_member(p->after, "ociVersion")) &&
	       same(json_member(p->before, "x-kept"), json_member(p->after, "x-kept")) &&
	       same(json_path(p->before, "root", "path", NULL), json_path(p->after, "root", "path", NULL)) &&
	       same(json_path(p->before, "linux", "cgroupsPath", NULL),
		    json_path(p->after, "linux", "cgroupsPath", NULL));
}

static const struct {
	const char *name;
	bool (*holds)(const struct pair *p);
} yards[] = {
	{ "capabilities", capabilities_hold },
	{ "user", user_holds },
	{ "no new privileges, read-only root", flags_hold },
	{ "mounts", mounts_hold },
	{ "masked and read-only paths", paths_hold },
	{ "namespaces", namespaces_hold },
	{ "devices", devices_hold },
	{ "seccomp", seccomp_holds },
	{ "propagation", propagation_holds },
	{ "annotations", annotations_hold },
	{ "sysctl", sysctl_holds },
	{ "limits", limits_hold },
	{ "process", process_holds },
	{ "what no rule touches", rest_holds },
};

const char *looser(const struct pair *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(yards); i++) {
		if (!yards[i].holds(p))
			return yards[i].name;
	}
	return NULL;
}
