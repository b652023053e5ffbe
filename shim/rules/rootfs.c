/* SPDX-License-Identifier: Apache-2.0 */
/*
 * root and linux.rootfsPropagation: a directory of the container's own, whose
 * mounts stay in the container, and which it cannot change.
 */
#include "all.h"
#include "base/path.h"
#include "base/text.h"
#include "mounts.h"

#include <fnmatch.h>

enum { SIZE_BYTES = 64 * 1024 * 1024 }; /* where a profile sets nothing */

enum reach {
	REACH_ITSELF, /* what lies in it may be a root filesystem */
	REACH_ALL,    /* nor what lies in it */
	REACH_STORE,  /* nor what lies in it, but for what engines mount there: beside it lie their sockets and secrets
		       */
};

/* how engines name the root filesystems of containers in their stores */
static bool is_of_container(const char *real)
{
	static const char *const names[] = {
		"*/rootfs",
		"*/merged",
		"*/merge",
		"*/vfs/dir/*",
		"*/btrfs/subvolumes/*",
		"*/zfs/graph/*",
		"*/aufs/mnt/*",
		"/var/lib/docker/rootfs/*/*",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (fnmatch(names[i], real, 0) == 0)
			return true;
	}
	return false;
}

/* no container's root filesystem is one of these, or holds one of these */
static const char *host_part(const char *real)
{
	static const struct {
		const char *path;
		enum reach reach;
	} rows[] = {
		{ "/bin", REACH_ALL },
		{ "/boot", REACH_ALL },
		{ "/dev", REACH_ALL },
		{ "/etc", REACH_ALL },
		{ "/lib", REACH_ALL },
		{ "/lib32", REACH_ALL },
		{ "/lib64", REACH_ALL },
		{ "/libx32", REACH_ALL },
		{ "/proc", REACH_ALL },
		{ "/sbin", REACH_ALL },
		{ "/sys", REACH_ALL },
		{ "/usr", REACH_ALL },
		{ "/home", REACH_ITSELF },
		{ "/home/*/.docker", REACH_ALL },
		{ "/home/*/.kube", REACH_ALL },
		{ "/home/*/.ssh", REACH_ALL },
		{ "/media", REACH_ITSELF },
		{ "/mnt", REACH_ITSELF },
		{ "/opt", REACH_ITSELF },
		{ "/opt/cni", REACH_ALL },
		{ "/opt/containerd", REACH_ALL },
		{ "/root", REACH_ITSELF },
		{ "/root/.docker", REACH_ALL },
		{ "/root/.kube", REACH_ALL },
		{ "/root/.ssh", REACH_ALL },
		{ "/run", REACH_STORE },
		{ "/srv", REACH_ITSELF },
		{ "/tmp", REACH_ITSELF },
		{ "/var/cache", REACH_ITSELF },
		{ "/var/lib/cni", REACH_ALL },
		{ "/var/lib/containerd", REACH_STORE },
		{ "/var/lib/containers", REACH_STORE },
		{ "/var/lib/docker", REACH_STORE },
		{ "/var/lib/etcd", REACH_ALL },
		{ "/var/lib/kubelet", REACH_ALL },
		{ "/var/lib/ocigate", REACH_ALL },
		{ "/var/log", REACH_ALL },
		{ "/var/spool", REACH_ALL },
		{ "/var/tmp", REACH_ITSELF },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		switch (path_relation(rows[i].path, real)) {
		case PATH_APART:
			break;
		case PATH_BELOW:
			if (text_is(rows[i].path, real) || rows[i].reach == REACH_ALL ||
			    (rows[i].reach == REACH_STORE && !is_of_container(real)))
				return rows[i].path;
			break;
		case PATH_ABOVE:
			return rows[i].path;
		}
	}
	return NULL;
}

void rule_rootfs_path(struct judging *j)
{
	static const struct evidence_file nothing = { 0 };
	const struct json *path = json_path(j->config, "root", "path", NULL);
	const struct evidence_file *rootfs = j->evidence ? &j->evidence->rootfs : &nothing;
	const char *name = json_string(path);

	if (!name || !*name)
		rule_refuses(j, "/root/path", path, "the container has no root filesystem of its own");
	else if (rootfs->kind != FILE_DIRECTORY || !rootfs->real)
		rule_refuses(j, "/root/path", path,
			     "the root filesystem '%s' is no directory that can be seen on this host", name);
	else if (rootfs->alias_of)
		rule_refuses(j, "/root/path", path, "the root filesystem '%s' is the host's own", name);
	else if (host_part(rootfs->real))
		rule_refuses(j, "/root/path", path, "the root filesystem is '%s', a part of the host (%s)",
			     rootfs->real, host_part(rootfs->real));
	else if (j->evidence->rootfs_link)
		rule_refuses(j, "/root/path", path, "the image has a link in the place of /%s",
			     j->evidence->rootfs_link);
}

void rule_rootfs_propagation(struct judging *j)
{
	static const char *const safe[] = { "private", "rprivate", "slave", "rslave", "unbindable", "runbindable" };
	struct json *linux_ = json_member(j->config, "linux");
	const struct json *given = json_member(linux_, "rootfsPropagation");
	struct json *after;

	/* absent or empty, the runtimes take rslave or rprivate */
	if (!given || text_is(json_string(given), ""))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(safe); i++) {
		if (text_is(json_string(given), safe[i]))
			return;
	}
	after = json_new_string(j->arena, "rslave");
	if (!after) {
		rule_fails(j);
		return;
	}
	if (rule_found(j, "/linux/rootfsPropagation", given, after, "mounts made in the container reach the host"))
		rule_set(j, linux_, "rootfsPropagation", after);
}

/* is something mounted at @path already, or above it, so that it would be hidden? */
static bool is_mounted(struct judging *j, const char *path)
{
	const struct json *mounts = json_member(j->config, "mounts");
	size_t i = 0;

	for (const struct json *mount = mounts ? mounts->first : NULL; mount; mount = mount->next, i++) {
		const char *destination = json_member_string(mount, "destination");
		const char *clean = destination ? path_clean(j->arena, destination) : NULL;
		const char *linked = mount_evidence(j, i)->destination;

		if ((clean && text_path_is_below(path, clean)) || (linked && text_path_is_below(path, linked)))
			return true;
	}
	return false;
}

static struct json *option(struct judging *j, const char *name, uint64_t value)
{
	const char *text = arena_printf(j->arena, "%s%llu", name, (unsigned long long)value);

	return text ? json_new_string(j->arena, text) : NULL;
}

static bool is_for_everybody(const char *path)
{
	return text_is(path, "/tmp") || text_is(path, "/var/tmp") || text_is(path, "/dev/shm");
}

/* owned by the user whom the rules before left in the document */
static struct json *tmpfs_options(struct judging *j, const char *path)
{
	static const char *const plain[] = { "nosuid", "nodev", "noexec" };
	const struct json *user = json_path(j->config, "process", "user", NULL);
	struct json *options = json_new(j->arena, JSON_ARRAY);
	uint32_t uid = 0, gid = 0;
	bool good = options != NULL;

	for (size_t i = 0; good && i < ARRAY_SIZE(plain); i++)
		good = json_append(options, json_new_string(j->arena, plain[i]));
	good = good &&
	       json_append(options, json_new_string(j->arena, is_for_everybody(path) ? "mode=1777" : "mode=0755"));
	/*
	 * The process owns all of them, /tmp as well: over a directory of the image
	 * runc 1.1 takes that directory's mode, and an image's /tmp may be 0755.
	 */
	(void)!json_u32(&uid, json_member(user, "uid"));
	(void)!json_u32(&gid, json_member(user, "gid"));
	good = good && json_append(options, option(j, "uid=", uid)) && json_append(options, option(j, "gid=", gid));
	good = good && json_append(options, option(j, "size=", rule_u64(j, "sizeBytes", SIZE_BYTES)));
	return good ? options : NULL;
}

static struct json *tmpfs_new(struct judging *j, const char *path)
{
	struct json *mount = json_new(j->arena, JSON_OBJECT);
	bool good = mount && json_set(j->arena, mount, "destination", json_new_string(j->arena, path)) &&
		    json_set(j->arena, mount, "type", json_new_string(j->arena, "tmpfs")) &&
		    json_set(j->arena, mount, "source", json_new_string(j->arena, "tmpfs")) &&
		    json_set(j->arena, mount, "options", tmpfs_options(j, path));

	return good ? mount : NULL;
}

/*
 * In front of all other mounts and in the order of the profile: what the engine mounts in one of them
 * (/run/secrets) comes later and stays on top.
 */
static bool writable_add(struct judging *j, struct json *mounts, const struct json *writable)
{
	struct json **added = arena_array(j->arena, writable->count, sizeof(struct json *));
	size_t n = 0;

	if (!added)
		return rule_fails(j);
	for (const struct json *path = writable->first; path; path = path->next) {
		if (is_mounted(j, json_string(path)))
			continue;
		added[n] = tmpfs_new(j, json_string(path));
		if (!added[n])
			return rule_fails(j);
		if (rule_found(j, rule_place(j, "/mounts/%zu", n), NULL, added[n],
			       "%s stays writable: a filesystem in memory is mounted there", json_string(path)))
			n++;
	}
	while (n > 0) {
		if (!json_prepend(mounts, added[--n]))
			return rule_fails(j);
	}
	return true;
}

void rule_rootfs_read_only(struct judging *j)
{
	struct json *root = json_member(j->config, "root");
	const struct json *given = json_member(root, "readonly");
	const struct json *writable = rule_strings(j, "writable");
	struct json *after = json_new_bool(j->arena, true);
	struct json *mounts;

	/* who asked for it knows what must be writable; and a second run finds nothing to do */
	if (json_is_true(given))
		return;
	if (!after) {
		rule_fails(j);
		return;
	}
	if (!rule_found(j, "/root/readonly", given, after,
			"the root filesystem is writable (--read-only is not given)"))
		return;
	root = rule_object(j, j->config, "root");
	if (!root || !rule_set(j, root, "readonly", after) || !writable)
		return;
	mounts = json_member(j->config, "mounts");
	if (!mounts) {
		mounts = json_new(j->arena, JSON_ARRAY);
		if (!rule_set(j, j->config, "mounts", mounts))
			return;
	}
	writable_add(j, mounts, writable);
}
