/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at paths. Must never open for reading or writing what a document names. */
#include "look.h"

#include "base/path.h"
#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

void look_close(const struct look_root *root)
{
	fd_close(&root->fd);
	fd_close(&root->parent_fd);
}

static bool look_stat(struct look *ret, int fd, const char *name)
{
	struct statx st;

	/* whatever is cached will do: a dead server must not hold the start up */
	if (statx(fd, name, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC,
		  STATX_TYPE | STATX_INO | STATX_NLINK | STATX_MNT_ID, &st) < 0)
		return false;
	ret->mode = st.stx_mode;
	ret->fs_major = st.stx_dev_major;
	ret->fs_minor = st.stx_dev_minor;
	ret->inode = st.stx_ino;
	ret->mount_id = st.stx_mask & STATX_MNT_ID ? st.stx_mnt_id : 0;
	ret->n_links = st.stx_nlink;
	ret->major = st.stx_rdev_major;
	ret->minor = st.stx_rdev_minor;
	return true;
}

static bool process_is_in_trouble(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

static enum look_way way_of(int error)
{
	if (process_is_in_trouble(error))
		return LOOK_FAILED;
	/* a link, which O_DIRECTORY calls no directory; the way out of the root; a kernel without openat2 */
	if (error == ELOOP || error == ENOTDIR || error == EXDEV || error == ENOSYS || error == EPERM ||
	    error == EINVAL)
		return LOOK_LINKED;
	return LOOK_MISSING;
}

/* a descriptor of the directory that the first @length bytes of @clean name; owned by @root */
static int parent_open(struct look_root *root, const char *clean, size_t length)
{
	if (length == 0)
		return root->fd;
	if (length >= sizeof(root->parent)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (strncmp(root->parent, clean, length) != 0 || root->parent[length]) {
		fd_close(&root->parent_fd);
		memcpy(root->parent, clean, length);
		root->parent[length] = '\0';
		root->parent_fd = beneath_open(root->fd, root->parent + 1, O_PATH | O_DIRECTORY);
		root->parent_error = root->parent_fd < 0 ? errno : 0;
	}
	errno = root->parent_error;
	return root->parent_fd;
}

enum look_way look_plain(struct look *ret, struct look_root *root, const char *clean)
{
	const char *name = strrchr(clean, '/') + 1;
	int fd = parent_open(root, clean, (size_t)(name - 1 - clean));

	if (fd < 0 || !look_stat(ret, fd, name))
		return way_of(errno);
	return S_ISLNK(ret->mode) ? LOOK_LINKED : LOOK_PLAIN;
}

/* would text_path_clean() go another way than the kernel, if links were in between? */
static bool has_dot_dot(const char *path)
{
	for (; *path; path += strcspn(path, "/"), path += strspn(path, "/")) {
		if (path[0] == '.' && path[1] == '.' && (!path[2] || path[2] == '/'))
			return true;
	}
	return false;
}

static bool look_through_links(struct look *ret, struct arena *arena, int dir_fd, const char *path, struct fail *f)
{
	CLOSE_ON_RETURN int fd = links_open(dir_fd, path, O_PATH);
	char *real = NULL;

	if (fd < 0 && way_of(errno) == LOOK_LINKED) {
		ret->magic = errno == ELOOP;
		fd = path_open(dir_fd, path, O_PATH);
	}
	if (fd < 0) {
		*ret = (struct look){ 0 };
		return !process_is_in_trouble(errno) || fail_system(f, "look at '%s'", path);
	}
	if (!look_stat(ret, fd, "") || (!fd_real_path(&real, arena, fd) && errno == ENOMEM))
		return fail_system(f, "look at '%s'", path);
	ret->real = real;
	return true;
}

bool look_at(struct look *ret, struct look_root *root, struct arena *arena, int dir_fd, const char *path,
	     struct fail *f)
{
	struct look look = { 0 };

	if (path[0] == '/' && !has_dot_dot(path)) {
		const char *clean = path_clean(arena, path);

		if (!clean)
			return fail_memory(f);
		switch (look_plain(&look, root, clean)) {
		case LOOK_FAILED:
			return fail_system(f, "look at '%s'", path);
		case LOOK_PLAIN:
			look.real = clean;
			*ret = look;
			return true;
		case LOOK_MISSING:
			*ret = (struct look){ 0 };
			return true;
		case LOOK_LINKED:
			break;
		}
	}
	look = (struct look){ 0 };
	if (!look_through_links(&look, arena, dir_fd, path, f))
		return false;
	*ret = look;
	return true;
}

bool look_is_tmpfs(const char *real)
{
	struct statfs fs;

	return statfs(real, &fs) == 0 && fs.f_type == TMPFS_MAGIC;
}

/* @rest without its first name, which is put behind @done; ".." takes one away from there */
static bool step(char *done, size_t size_bytes, const char **rest, size_t *ret_before)
{
	size_t used = strlen(done);
	size_t length;

	*rest += strspn(*rest, "/");
	length = strcspn(*rest, "/");
	*ret_before = used;
	if (length == 2 && (*rest)[0] == '.' && (*rest)[1] == '.') {
		char *last = strrchr(done, '/');

		if (last)
			*last = '\0';
		*ret_before = strlen(done);
	} else if (length && !(length == 1 && (*rest)[0] == '.')) {
		if (used + length + 2 > size_bytes)
			return false;
		done[used] = '/';
		memcpy(done + used + 1, *rest, length);
		done[used + 1 + length] = '\0';
	}
	*rest += length;
	return true;
}

bool look_inside(const char **ret, struct arena *arena, const struct look_root *root, const char *path)
{
	char done[PATH_MAX] = "";
	const char *rest = path;
	int n_links = 0;

	errno = ENAMETOOLONG;
	while (*rest) {
		char link[PATH_MAX];
		size_t before;
		ssize_t n;

		if (!step(done, sizeof(done), &rest, &before))
			return false;
		if (!done[before])
			continue;
		/* what is in done so far has no links, so this follows none */
		n = readlinkat(root->fd, done + 1, link, sizeof(link));
		if (n < 0)
			continue;
		if ((size_t)n == sizeof(link) || ++n_links > LINKS_MAX) {
			errno = ELOOP;
			return false;
		}
		done[link[0] == '/' ? 0 : before] = '\0';
		rest = arena_printf(arena, "%.*s%s", (int)n, link, rest);
		if (!rest) {
			errno = ENOMEM;
			return false;
		}
	}
	*ret = arena_string(arena, *done ? done : "/");
	return *ret != NULL;
}
