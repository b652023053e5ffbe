/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks the kernel about every name in a document that leads to the host. Decides
 * nothing, and opens nothing for use.
 */
#include "evidence.h"

#include "alias.h"
#include "base/path.h"
#include "base/text.h"
#include "system/beneath.h"
#include "system/look.h"
#include "system/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* what one run of looking holds */
struct gathering {
	struct arena *arena;
	int bundle_fd;
	struct look_root *host;   /* "/" */
	struct look_root *rootfs; /* fd -1: not there, or no directory */
	struct guards guards;
	struct evidence *evidence;
	struct fail *f;
};

bool evidence_is_bind(const struct json *mount)
{
	const struct json *options = json_member(mount, "options");

	/* runc and crun go by the options, whatever the type; crun took the type alone in older versions */
	return text_is(json_member_string(mount, "type"), "bind") || json_has_string(options, "bind") ||
	       json_has_string(options, "rbind");
}

static enum file_kind kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case 0:
		return FILE_MISSING;
	case S_IFREG:
		return FILE_PLAIN;
	case S_IFDIR:
		return FILE_DIRECTORY;
	case S_IFSOCK:
		return FILE_SOCKET;
	case S_IFCHR:
		return FILE_CHARACTER_DEVICE;
	case S_IFBLK:
		return FILE_BLOCK_DEVICE;
	default:
		return FILE_OTHER;
	}
}

static void file_set(struct evidence_file *ret, const struct look *look)
{
	ret->kind = kind_of(look->mode);
	ret->real = look->real;
	ret->major = look->major;
	ret->minor = look->minor;
}

static bool source_look(struct gathering *g, struct evidence_file *ret, const char *source)
{
	struct look look;

	if (!source || !look_at(&look, g->host, g->arena, g->bundle_fd, source, g->f))
		return !source;
	file_set(ret, &look);
	return alias_find(&ret->alias_of, &g->guards, &look, g->f);
}

/*
 * An image may hold a link in the place where something is to be mounted. runc resolves it and looks at the result;
 * crun resolves it and mounts. What lies in /proc, /sys and /dev is mounted over by then: of those the rootfs itself
 * is looked at, once.
 */
static bool destination_look(struct gathering *g, struct evidence_file *ret, const char *destination)
{
	static const char *const covered[] = { "/proc", "/sys", "/dev" };
	const char *clean = path_clean(g->arena, destination);
	struct look look = { 0 };
	enum look_way way;

	if (!clean)
		return fail_memory(g->f);
	for (size_t i = 0; i < ARRAY_SIZE(covered); i++) {
		if (text_path_is_below(clean, covered[i]))
			return true;
	}
	way = look_plain(&look, g->rootfs, clean);
	if (way == LOOK_FAILED)
		return fail_system(g->f, "look at '%s' in the rootfs", clean);
	if (way != LOOK_LINKED)
		return true;
	if (!look_inside(&ret->destination, g->arena, g->rootfs, clean)) {
		if (errno == ENOMEM)
			return fail_memory(g->f);
		ret->destination = "/"; /* links without end: nothing that could be allowed */
	}
	if (text_is(ret->destination, clean))
		ret->destination = NULL;
	return true;
}

static bool mounts_look(struct gathering *g, const struct json *mounts)
{
	struct evidence *evidence = g->evidence;
	size_t i = 0;

	evidence->n_mounts = mounts ? mounts->count : 0;
	evidence->mounts = arena_array(g->arena, evidence->n_mounts, sizeof(*evidence->mounts));
	if (!evidence->mounts)
		return fail_memory(g->f);
	for (const struct json *mount = mounts ? mounts->first : NULL; mount; mount = mount->next, i++) {
		const char *destination = json_member_string(mount, "destination");

		if (evidence_is_bind(mount) &&
		    !source_look(g, &evidence->mounts[i], json_member_string(mount, "source")))
			return fail_while(g->f, "/mounts/%zu", i);
		if (g->rootfs->fd >= 0 && destination && destination[0] == '/' &&
		    !destination_look(g, &evidence->mounts[i], destination))
			return fail_while(g->f, "/mounts/%zu", i);
	}
	return true;
}

static bool rootfs_look(struct gathering *g, const char *path)
{
	static const char *const needed[] = { "proc", "sys", "dev" };
	struct evidence *evidence = g->evidence;
	struct look look;

	if (!path)
		return true;
	if (!look_at(&look, g->host, g->arena, g->bundle_fd, path, g->f))
		return false;
	file_set(&evidence->rootfs, &look);
	if (look.fs_major == g->guards.host.fs_major && look.fs_minor == g->guards.host.fs_minor &&
	    look.inode == g->guards.host.inode)
		evidence->rootfs.alias_of = "/";
	if (evidence->rootfs.kind != FILE_DIRECTORY)
		return true;

	g->rootfs->fd = path_open(g->bundle_fd, path, O_PATH | O_DIRECTORY);
	if (g->rootfs->fd < 0)
		return fail_system(g->f, "open the rootfs '%s'", path);
	for (size_t i = 0; i < ARRAY_SIZE(needed) && !evidence->rootfs_link; i++) {
		struct stat st;

		if (fstatat(g->rootfs->fd, needed[i], &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) == 0 &&
		    S_ISLNK(st.st_mode))
			evidence->rootfs_link = needed[i];
	}
	return true;
}

/*
 * By number and no open: what lies at the path may be anything. All namespaces are files of the one nsfs of the
 * kernel, so its device number alone tells a namespace from a file; that it is one of the wanted type the kernel
 * checks, both runtimes name the type to setns(2).
 */
static enum namespace_kind namespace_look(int bundle_fd, const char *type, const char *path)
{
	static const struct {
		const char *type;
		const char *self;
		const char *init;
	} rows[] = {
		{ "cgroup", "/proc/self/ns/cgroup", "/proc/1/ns/cgroup" },
		{ "ipc", "/proc/self/ns/ipc", "/proc/1/ns/ipc" },
		{ "mount", "/proc/self/ns/mnt", "/proc/1/ns/mnt" },
		{ "network", "/proc/self/ns/net", "/proc/1/ns/net" },
		{ "pid", "/proc/self/ns/pid", "/proc/1/ns/pid" },
		{ "time", "/proc/self/ns/time", "/proc/1/ns/time" },
		{ "user", "/proc/self/ns/user", "/proc/1/ns/user" },
		{ "uts", "/proc/self/ns/uts", "/proc/1/ns/uts" },
	};
	struct stat asked, ours;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!text_is(rows[i].type, type))
			continue;
		if (fstatat(bundle_fd, path, &asked, 0) < 0 || stat(rows[i].self, &ours) < 0 ||
		    asked.st_dev != ours.st_dev)
			return NAMESPACE_UNKNOWN;
		if (asked.st_ino == ours.st_ino)
			return NAMESPACE_HOST;
		/* an engine may itself live in a namespace of its own; a rootless one may not look at process 1 */
		if (stat(rows[i].init, &ours) == 0 && asked.st_ino == ours.st_ino)
			return NAMESPACE_HOST;
		return NAMESPACE_OTHER;
	}
	return NAMESPACE_UNKNOWN;
}

/* /proc/self is another process in the runtime, and fd/N another file */
static bool path_depends_on_who_looks(struct arena *arena, const char *path)
{
	static const char *const tops[] = { "/proc/self", "/proc/thread-self", "/dev/fd" };
	const char *clean = text_path_clean(arena, path);

	for (size_t i = 0; clean && i < ARRAY_SIZE(tops); i++) {
		if (text_path_is_below(clean, tops[i]))
			return true;
	}
	return !clean;
}

static bool namespaces_look(struct gathering *g, const struct json *namespaces)
{
	struct evidence *evidence = g->evidence;
	size_t i = 0;

	evidence->n_namespaces = namespaces ? namespaces->count : 0;
	evidence->namespaces = arena_array(g->arena, evidence->n_namespaces, sizeof(*evidence->namespaces));
	if (!evidence->namespaces)
		return fail_memory(g->f);
	for (const struct json *namespace = namespaces ? namespaces->first : NULL; namespace;
	     namespace = namespace->next, i++) {
		const char *path = json_member_string(namespace, "path");
		const char *type = json_member_string(namespace, "type");
		enum namespace_kind kind;

		if (!path || !*path || !type)
			continue;
		kind = namespace_look(g->bundle_fd, type, path);
		if (kind == NAMESPACE_OTHER && path_depends_on_who_looks(g->arena, path))
			kind = NAMESPACE_UNKNOWN;
		evidence->namespaces[i] = kind;
	}
	return true;
}

static bool has_user_namespace(const struct json *config)
{
	const struct json *namespaces = json_path(config, "linux", "namespaces", NULL);

	for (const struct json *row = namespaces ? namespaces->first : NULL; row; row = row->next) {
		if (text_is(json_member_string(row, "type"), "user"))
			return true;
	}
	return false;
}

/*
 * In a user namespace no node can be made. Runtimes bind what lies at the path on this host instead, without a look
 * at type and numbers: a socket and a file as well as a device.
 */
static bool devices_look(struct gathering *g, const struct json *config)
{
	const struct json *devices = json_path(config, "linux", "devices", NULL);
	struct evidence *evidence = g->evidence;
	size_t i = 0;

	if (!devices || !has_user_namespace(config))
		return true;
	evidence->devices = arena_array(g->arena, devices->count, sizeof(*evidence->devices));
	if (!evidence->devices)
		return fail_memory(g->f);
	evidence->n_devices = devices->count;
	for (const struct json *device = devices->first; device; device = device->next, i++) {
		const char *path = json_member_string(device, "path");
		struct stat st;

		if (!path || fstatat(g->bundle_fd, path, &st, AT_NO_AUTOMOUNT) < 0)
			continue;
		evidence->devices[i].kind = kind_of(st.st_mode);
		evidence->devices[i].major = major(st.st_rdev);
		evidence->devices[i].minor = minor(st.st_rdev);
	}
	return true;
}

bool evidence_gather(struct evidence *ret, struct arena *arena, const struct json *config, int bundle_fd,
		     const struct json *guarded, struct fail *f)
{
	LOOK_CLOSED_ON_RETURN host = LOOK_ROOT_NONE;
	LOOK_CLOSED_ON_RETURN rootfs = LOOK_ROOT_NONE;
	struct evidence evidence = { .seccomp_arch = syscalls_arch() };
	struct gathering g = {
		.arena = arena,
		.bundle_fd = bundle_fd,
		.host = &host,
		.rootfs = &rootfs,
		.evidence = &evidence,
		.f = f,
	};

	evidence.is_rootless = has_user_namespace(config) && is_in_user_namespace();
	host.fd = path_open(AT_FDCWD, "/", O_PATH | O_DIRECTORY);
	if (host.fd < 0)
		return fail_system(f, "open /");
	if (!guards_init(&g.guards, arena, &host, guarded, f) ||
	    !rootfs_look(&g, json_string(json_path(config, "root", "path", NULL))) ||
	    !mounts_look(&g, json_member(config, "mounts")) ||
	    !namespaces_look(&g, json_path(config, "linux", "namespaces", NULL)) || !devices_look(&g, config))
		return false;
	*ret = evidence;
	return true;
}
