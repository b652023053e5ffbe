/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares files by filesystem, inode, and place in the filesystem. Judges
 * nothing: it only finds the names that the rule then judges.
 */
#include "alias.h"

#include "base/path.h"
#include "base/text.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static bool guard_init(struct guard *ret, struct arena *arena, const char *path)
{
	size_t length = strlen(path);

	if (path_is_pattern(path)) {
		length = strcspn(path, "*?[\\");
		while (length > 1 && path[length - 1] != '/')
			length--;
		length -= length > 1; /* the slash belongs to the rest */
	}
	ret->path = path;
	ret->top = arena_bytes(arena, path, length);
	ret->rest = path + length;
	return ret->top != NULL;
}

bool guards_init(struct guards *ret, struct arena *arena, struct look_root *root, const struct json *paths,
		 struct fail *f)
{
	struct guards guards = { .arena = arena, .root = root };

	guards.list = arena_array(arena, paths ? paths->count : 0, sizeof(*guards.list));
	if (!guards.list)
		return fail_memory(f);
	for (const struct json *path = paths ? paths->first : NULL; path; path = path->next) {
		if (json_string(path) && !guard_init(&guards.list[guards.n++], arena, json_string(path)))
			return fail_memory(f);
	}
	if (!look_at(&guards.host, root, arena, root->fd, "/", f))
		return false;
	*ret = guards;
	return true;
}

static bool guard_look(struct guards *guards, struct guard *guard, struct fail *f)
{
	const struct guard *before = guard > guards->list ? guard - 1 : guard;

	if (guard->is_known)
		return true;
	/* patterns often stand side by side: /home/x/.ssh, /home/x/.kube */
	if (before->is_known && text_is(before->top, guard->top))
		guard->look = before->look;
	else if (!look_at(&guard->look, guards->root, guards->arena, guards->root->fd, guard->top, f))
		return false;
	guard->is_known = true;
	guard->is_moved = guard->look.real && !text_is(guard->look.real, guard->top);
	return true;
}

/*
 * Administrators move the stores of engines, logs and homes to a larger disk and leave a link or a bind mount behind.
 * Nobody moves /etc, /usr, /opt, or what daemons make anew in /run: there the guarded path is the real one, and one
 * need not look.
 */
static bool guard_may_be_moved(const struct guard *guard)
{
	static const char *const fixed[] = { "/boot", "/dev", "/etc", "/opt", "/proc", "/run", "/sys", "/usr" };

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (text_path_is_below(guard->top, fixed[i]))
			return false;
	}
	return strchr(guard->path + 1, '/') != NULL;
}

static bool guards_look(struct guards *guards, bool all, struct fail *f)
{
	if (guards->all_known || (guards->movable_known && !all))
		return true;
	for (size_t i = 0; i < guards->n; i++) {
		if ((all || guard_may_be_moved(&guards->list[i])) && !guard_look(guards, &guards->list[i], f))
			return false;
	}
	guards->movable_known = true;
	guards->all_known = all;
	return true;
}

static bool is_on(const struct look *file, const struct look *other)
{
	return file->mount_id && file->mount_id == other->mount_id;
}

static bool is_same_filesystem(const struct look *file, const struct look *other)
{
	return file->fs_major == other->fs_major && file->fs_minor == other->fs_minor;
}

static bool is_same_file(const struct look *file, const struct look *other)
{
	return is_same_filesystem(file, other) && file->inode == other->inode;
}

/* @inner lies to @top and @rest as @relation says; the name that gives by way of the guarded path */
static bool name_found(const char **ret, struct guards *guards, const struct guard *guard, const char *top,
		       const char *inner, struct fail *f)
{
	const char *pattern = arena_printf(guards->arena, "%s%s", text_is(top, "/") ? "" : top, guard->rest);
	enum path_relation relation;

	if (!pattern)
		return fail_memory(f);
	relation = path_relation(*pattern ? pattern : "/", inner);
	if (relation == PATH_ABOVE)
		*ret = guard->top;
	if (relation == PATH_BELOW)
		*ret = arena_printf(guards->arena, "%s%s", text_is(guard->top, "/") ? "" : guard->top,
				    inner + (text_is(top, "/") ? 0 : strlen(top)));
	return relation == PATH_APART || *ret || fail_memory(f);
}

/* by links on the way of the guarded path, and by inode */
static bool alias_by_guard(const char **ret, struct guards *guards, const struct guard *guard, const struct look *file,
			   struct fail *f)
{
	if (!guard->look.real)
		return true;
	if (is_same_file(file, &guard->look) && !*guard->rest && !text_is(file->real, guard->look.real)) {
		*ret = guard->top;
		return true;
	}
	return !guard->is_moved || name_found(ret, guards, guard, guard->look.real, file->real, f);
}

/* filesystems that are windows into the kernel, or into other filesystems */
static const char *alias_by_type(const char *type)
{
	static const struct {
		const char *type;
		const char *name;
	} rows[] = {
		{ "proc", "/proc" },   { "binfmt_misc", "/proc" }, { "nsfs", "/proc" },     { "sysfs", "/sys" },
		{ "bpf", "/sys" },     { "cgroup", "/sys" },       { "cgroup2", "/sys" },   { "configfs", "/sys" },
		{ "debugfs", "/sys" }, { "efivarfs", "/sys" },     { "fusectl", "/sys" },   { "pstore", "/sys" },
		{ "resctrl", "/sys" }, { "securityfs", "/sys" },   { "selinuxfs", "/sys" }, { "tracefs", "/sys" },
		{ "devpts", "/dev" },  { "devtmpfs", "/dev" },     { "mqueue", "/dev" },    { "overlay", "/" },
		{ "rootfs", "/" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (text_is(rows[i].type, type))
			return rows[i].name;
	}
	return NULL;
}

static const struct mount_entry *mount_of(const struct guards *guards, const struct look *file)
{
	return file->mount_id ? mount_by_id(&guards->mounts, file->mount_id)
			      : mount_by_path(&guards->mounts, file->real);
}

/*
 * The guarded path's own place in its filesystem, and from there upwards the places of the mount points that it is
 * reached by: who has a directory above one of those may have a copy of the whole tree of mounts (rbind).
 */
static bool alias_by_place(const char **ret, struct guards *guards, const struct guard *guard,
			   const struct mount_entry *mount, const char *inner, struct fail *f)
{
	const struct mount_entry *at = guard->look.mode && guard->look.real ? mount_of(guards, &guard->look) : NULL;
	const char *path = guard->look.real;

	for (size_t steps = 0; at && steps <= guards->mounts.n_entries; steps++) {
		const char *top = mount_inner(guards->arena, at, path);

		if (!top)
			return true;
		if (at != mount && at->major == mount->major && at->minor == mount->minor) {
			if (path == guard->look.real && !name_found(ret, guards, guard, top, inner, f))
				return false;
			if (path != guard->look.real && path_relation(top, inner) == PATH_ABOVE)
				*ret = guard->top;
		}
		if (*ret || at->parent == at->id)
			return true;
		path = at->point;
		at = mount_by_id(&guards->mounts, at->parent);
	}
	return true;
}

static bool alias_by_table(const char **ret, struct guards *guards, const struct look *file, struct fail *f)
{
	const struct mount_entry *mount;
	const char *inner;

	if (!guards->mounts_known && !mount_table_read(&guards->mounts, guards->arena, f))
		return false;
	guards->mounts_known = true;
	mount = mount_of(guards, file);
	inner = mount ? mount_inner(guards->arena, mount, file->real) : NULL;
	if (!inner) { /* it is here, and the table does not know it: no telling what it is */
		*ret = "/";
		return true;
	}
	if (!is_on(file, &guards->host))
		*ret = alias_by_type(mount->type);
	for (size_t i = 0; i < guards->n && !*ret; i++) {
		if (guards->list[i].is_known && !alias_by_place(ret, guards, &guards->list[i], mount, inner, f))
			return false;
	}
	return true;
}

/* may @file be reached by a second mount of what a guarded path is on? */
static bool needs_table(const struct guards *guards, const struct look *file)
{
	if (is_same_filesystem(file, &guards->host) && !is_on(file, &guards->host))
		return true;
	for (size_t i = 0; i < guards->n; i++) {
		const struct look *look = &guards->list[i].look;

		if (look->mode && is_same_filesystem(file, look) && !is_on(file, look))
			return true;
	}
	/* btrfs gives every subvolume a number of its own, and an overlay none of what lies under it */
	return !is_on(file, &guards->host) && file->fs_major == 0 && !look_is_tmpfs(file->real);
}

/* by its own name at or below a guarded path, and on the same mount: there is nothing behind that name */
static bool is_plainly_guarded(bool *ret, struct guards *guards, const struct look *file, struct fail *f)
{
	*ret = false;
	for (size_t i = 0; i < guards->n; i++) {
		struct guard *guard = &guards->list[i];

		switch (path_relation(guard->path, file->real)) {
		case PATH_APART:
			continue;
		case PATH_ABOVE:
			*ret = true;
			return true;
		case PATH_BELOW:
			if (!guard_look(guards, guard, f))
				return false;
			*ret = is_on(file, &guard->look);
			return true;
		}
	}
	return true;
}

bool alias_find(const char **ret, struct guards *guards, const struct look *file, struct fail *f)
{
	bool is_linked_socket = S_ISSOCK(file->mode) && file->n_links > 1;
	bool is_plain;

	*ret = NULL;
	if (!file->real || !guards->n)
		return true;
	if (file->magic) {
		*ret = "/proc";
		return true;
	}
	if (!is_plainly_guarded(&is_plain, guards, file, f))
		return false;
	if (is_plain)
		return true;
	if (!guards_look(guards, is_linked_socket || !is_on(file, &guards->host), f))
		return false;
	if (is_same_file(file, &guards->host) && !text_is(file->real, "/"))
		*ret = "/";
	for (size_t i = 0; i < guards->n && !*ret; i++) {
		if (!alias_by_guard(ret, guards, &guards->list[i], file, f))
			return false;
	}
	if (!*ret && needs_table(guards, file) && !alias_by_table(ret, guards, file, f))
		return false;
	/* nobody but who wants to hide it links a socket; the engines' lie in /run, many below guarded directories */
	if (!*ret && is_linked_socket)
		*ret = "/run";
	return true;
}
