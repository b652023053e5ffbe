/* SPDX-License-Identifier: Apache-2.0 */
/* Opens, reads and replaces files. Decides nothing; must never leave a descriptor open across exec. */
#include "beneath.h"

#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	NEW_FILE_MODE = 0600,
	RACES_MAX = 16,
	READ_STEP_BYTES = 64 * 1024,
	PROC_LINE_MAX_BYTES = 4096,
};

static int openat2_retried(int dir_fd, const char *path, int flags, unsigned resolve)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? NEW_FILE_MODE : 0,
		.resolve = resolve,
	};
	long fd = -1;

	/* EAGAIN: a rename anywhere on the system while the kernel walked a ".." */
	for (int i = 0; i < RACES_MAX; i++) {
		fd = syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)fd;
}

int path_open(int dir_fd, const char *path, int flags)
{
	int fd;

	do
		fd = openat(dir_fd, path, flags | O_CLOEXEC, NEW_FILE_MODE);
	while (fd < 0 && errno == EINTR);
	return fd;
}

/*
 * A name alone cannot lead out of its directory, and O_NOFOLLOW says the rest: no
 * need for openat2, which older kernels and some filters around us do not have.
 */
static int name_open(int dir_fd, const char *name, int flags)
{
	int fd = path_open(dir_fd, name, flags | O_NOFOLLOW);
	struct stat st;

	/* with O_PATH the link itself is opened, unless it must be a directory */
	if (fd >= 0 && (flags & (O_PATH | O_DIRECTORY)) == O_PATH && (fstat(fd, &st) < 0 || S_ISLNK(st.st_mode))) {
		close(fd);
		errno = ELOOP;
		return -1;
	}
	return fd;
}

int beneath_open(int dir_fd, const char *path, int flags)
{
	if (*path && !strchr(path, '/') && !text_is(path, ".") && !text_is(path, ".."))
		return name_open(dir_fd, path, flags);
	return openat2_retried(dir_fd, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
}

int links_open(int dir_fd, const char *path, int flags)
{
	return openat2_retried(dir_fd, path, flags, RESOLVE_NO_MAGICLINKS);
}

void fd_close(const int *fd)
{
	int before = errno;

	if (*fd >= 0)
		close(*fd);
	errno = before;
}

bool fd_real_path(char **ret, struct arena *arena, int fd)
{
	char name[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	char path[PATH_MAX];
	struct stat st;
	ssize_t n;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	n = readlink(name, path, sizeof(path));
	if (n < 0 || fstat(fd, &st) < 0)
		return false;
	if ((size_t)n == sizeof(path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	/* without this, "/x (deleted)" could be the name of another file that exists */
	if (st.st_nlink == 0) {
		errno = ENOENT;
		return false;
	}
	if (path[0] != '/') {
		errno = EXDEV;
		return false;
	}

	path[n] = '\0';
	*ret = arena_string(arena, path);
	if (!*ret)
		errno = ENOMEM;
	return *ret != NULL;
}

/*
 * Read until @size_bytes are there or the file ends; the count, or -1. A read that stops short just where the file
 * was said to end has met its end: there is no need to ask again.
 */
static ssize_t read_up_to(int fd, char *bytes, size_t size_bytes, size_t expected_bytes)
{
	size_t used = 0;

	while (used < size_bytes && (!used || used != expected_bytes)) {
		ssize_t n = read(fd, bytes + used, size_bytes - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

bool fd_read_all(const char **ret, size_t *ret_bytes, struct arena *arena, int fd, size_t max_bytes, struct fail *f)
{
	size_t room = READ_STEP_BYTES;
	size_t expected = 0;
	size_t used = 0;
	char *bytes = NULL;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail_system(f, "fstat");
	if (S_ISREG(st.st_mode)) {
		if ((unsigned long long)st.st_size > max_bytes)
			return fail_input(f, "longer than %zu bytes", max_bytes);
		expected = (size_t)st.st_size;
		room = expected + 1; /* one more, so that its end shows in the first round */
	}

	/* what has no size is read in doubling steps; so is a file that grows meanwhile */
	for (;;) {
		char *larger = arena_array(arena, room + 1, 1);
		ssize_t n;

		if (!larger)
			return fail_memory(f);
		if (used)
			memcpy(larger, bytes, used);
		bytes = larger;
		n = read_up_to(fd, bytes + used, room - used, used ? 0 : expected);
		if (n < 0)
			return fail_system(f, "read");
		used += (size_t)n;
		if (used > max_bytes)
			return fail_input(f, "longer than %zu bytes", max_bytes);
		if (used < room)
			break;
		room *= 2;
	}

	bytes[used] = '\0';
	*ret = bytes;
	*ret_bytes = used;
	return true;
}

/* a line of /proc, without its newline */
static bool proc_line(const char *path, char *line, size_t size_bytes)
{
	CLOSE_ON_RETURN int fd = path_open(AT_FDCWD, path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read_up_to(fd, line, size_bytes - 1, 0);

	if (n < 0)
		return false;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return true;
}

/* "0 0 4294967295": every user has a number, as in the first namespace; there the overflow user is nobody */
static bool map_is_whole(const char *map)
{
	static const char *const wanted[] = { "0", "0", "4294967295" };

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		map += strspn(map, " ");
		map = text_starts(map, wanted[i]);
		if (!map || (*map && *map != ' '))
			return false;
	}
	return true;
}

bool is_in_user_namespace(void)
{
	char map[PROC_LINE_MAX_BYTES];

	return proc_line("/proc/self/uid_map", map, sizeof(map)) && !map_is_whole(map);
}

/* does @uid stand for the host's root, because this user namespace has no number for it? */
static bool uid_is_outer_root(uid_t uid)
{
	char map[PROC_LINE_MAX_BYTES];
	char overflow[PROC_LINE_MAX_BYTES];
	uint32_t overflow_uid;

	return proc_line("/proc/self/uid_map", map, sizeof(map)) &&
	       proc_line("/proc/sys/kernel/overflowuid", overflow, sizeof(overflow)) &&
	       text_to_u32(&overflow_uid, overflow) && uid == overflow_uid && !map_is_whole(map);
}

bool fd_is_trusted(int fd, struct stat *ret, struct fail *f)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail_system(f, "fstat");
	if (!S_ISREG(st.st_mode))
		return fail_input(f, "is no regular file");
	if (st.st_uid != 0 && !uid_is_outer_root(st.st_uid))
		return fail_input(f, "belongs to user %u, not to root", st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return fail_input(f, "is writable by others than its owner (mode %04o); chmod go-w",
				  st.st_mode & 07777);
	*ret = st;
	return true;
}

/*
 * A temporary that is there already: of a writer that was killed, then it is cleared away, or of one that is at
 * work, then this fails. While the lock is held and the name still leads to the locked file nobody else may
 * rename or remove it.
 */
static bool leftover_clear(int dir_fd, const char *temporary)
{
	CLOSE_ON_RETURN int fd = path_open(dir_fd, temporary, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	struct stat held, named;

	if (fd < 0) {
		/* renamed meanwhile; or a link, which nobody writes through */
		if (errno == ENOENT)
			return true;
		return errno == ELOOP && unlinkat(dir_fd, temporary, 0) == 0;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		errno = EBUSY;
		return false;
	}
	if (fstat(fd, &held) < 0 || fstatat(dir_fd, temporary, &named, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT;
	if (held.st_dev != named.st_dev || held.st_ino != named.st_ino) {
		errno = EBUSY;
		return false;
	}
	return unlinkat(dir_fd, temporary, 0) == 0;
}

static int temporary_create(int dir_fd, const char *temporary)
{
	CLOSE_ON_RETURN int fd = -1;
	struct stat st;

	for (int i = 0; i < 2 && fd < 0; i++) {
		fd = path_open(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
		if (fd < 0 && (errno != EEXIST || !leftover_clear(dir_fd, temporary)))
			return -1;
	}
	if (fd < 0)
		return -1;
	/* between its birth and the lock another writer may have taken it for a leftover: then it is theirs to write */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &st) < 0 || st.st_nlink != 1) {
		errno = EBUSY;
		return -1;
	}
	return fd_take(&fd);
}

static bool write_all(int fd, const char *bytes, size_t n_bytes)
{
	while (n_bytes) {
		ssize_t n = write(fd, bytes, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			errno = n < 0 ? errno : EIO;
			return false;
		}
		bytes += n;
		n_bytes -= (size_t)n;
	}
	return true;
}

static bool temporary_fill(int fd, const char *bytes, size_t n_bytes, const struct stat *like, struct fail *f)
{
	if (!write_all(fd, bytes, n_bytes))
		return fail_system(f, "write");
	if (like && fchown(fd, like->st_uid, like->st_gid) < 0)
		return fail_system(f, "fchown");
	if (like && fchmod(fd, like->st_mode & 07777) < 0)
		return fail_system(f, "fchmod");
	return true;
}

bool file_replace(int dir_fd, const char *name, const char *bytes, size_t n_bytes, const struct stat *like,
		  struct fail *f)
{
	CLOSE_ON_RETURN int fd = -1;
	char temporary[NAME_MAX + 1];
	bool replaced;

	assert(*name && !strchr(name, '/'));
	if ((size_t)snprintf(temporary, sizeof(temporary), ".%s.ocigate", name) >= sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return fail_system(f, "write %s", name);
	}
	fd = temporary_create(dir_fd, temporary);
	if (fd < 0)
		return fail_system(f, "create %s", temporary);

	replaced = temporary_fill(fd, bytes, n_bytes, like, f) || fail_while(f, "%s", temporary);
	if (replaced && renameat(dir_fd, temporary, dir_fd, name) < 0)
		replaced = fail_system(f, "rename %s to %s", temporary, name);
	if (!replaced)
		unlinkat(dir_fd, temporary, 0);
	return replaced;
}
