/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files and descriptors: the only place where a file is opened by name.
 *
 * beneath_open() is for what others can change; path_open() follows links, for
 * the few paths that the runtime itself would follow. Every descriptor is
 * close-on-exec from birth.
 */
#ifndef OCIGATE_BENEATH_H
#define OCIGATE_BENEATH_H

#include "base/arena.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

/**
 * beneath_open() - open what lies below a held directory and is reached without links
 * @dir_fd:	may be O_PATH
 * @path:	relative; ".." may not leave @dir_fd
 * @flags:	of open(2); with O_CREAT the mode is 0600
 *
 * No symbolic link, no magic link, at any place of @path. -1 with errno: EXDEV
 * when the path leads out, ELOOP at a link (with O_DIRECTORY also ENOTDIR), ENOSYS where the kernel has no
 * openat2 (before 5.6) and @path is more than one name. Linux: openat2(2).
 */
int beneath_open(int dir_fd, const char *path, int flags) MUST_CHECK;

/**
 * links_open() - follow symbolic links, but not the magic ones of /proc
 *
 * ELOOP at /proc/PID/root, cwd, exe, fd/N: what they lead to depends on who looks, and when. ENOSYS as above.
 */
int links_open(int dir_fd, const char *path, int flags) MUST_CHECK;

/** path_open() - openat(2), following links of any kind; with O_CREAT the mode is 0600 */
int path_open(int dir_fd, const char *path, int flags) MUST_CHECK;

/** fd_close() - for CLOSE_ON_RETURN; -1 is nothing to close; errno stays */
void fd_close(const int *fd);

#define CLOSE_ON_RETURN CLEANUP(fd_close)

/** fd_take() - give up ownership: the descriptor, and -1 in @fd */
static inline int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/**
 * fd_real_path() - the path behind all links, as the kernel names it
 * @fd:		may be O_PATH
 *
 * False with errno: ENOMEM when the arena is full, ENOENT when the file has no
 * name any more, EXDEV when it is no file of this mount namespace (a pipe, a file
 * of another namespace).
 */
bool fd_real_path(char **ret, struct arena *arena, int fd) MUST_CHECK;

/**
 * fd_read_all() - what is left to read, with a NUL behind it
 * @ret_bytes:	without that NUL
 * @max_bytes:	more is FAIL_INPUT; nothing is read when the size already says so
 */
bool fd_read_all(const char **ret, size_t *ret_bytes, struct arena *arena, int fd, size_t max_bytes,
		 struct fail *f) MUST_CHECK;

/** is_in_user_namespace() - has this process no number for the host's root, as under a rootless engine? */
bool is_in_user_namespace(void);

/**
 * fd_is_trusted() - could only root have written this file?
 * @ret:	of the file
 *
 * A regular file, owned by root, not writable by group or others. In a user
 * namespace the host's root has no number of its own and shows as the overflow
 * user: accepted there, and only there.
 */
bool fd_is_trusted(int fd, struct stat *ret, struct fail *f) MUST_CHECK;

/**
 * file_replace() - put @bytes in the place of a file, or leave the old one whole
 * @name:	in @dir_fd, without a slash
 * @like:	owner, group and mode to take over; NULL: ours, 0600
 *
 * Writes ".<name>.ocigate" beside it and renames. That file is locked while it is
 * written: a second writer in the same directory fails (EBUSY) and can never have
 * its half of a file renamed by the first; one that a killed process left is
 * cleared away. No fsync: what must survive is a running container, and that does
 * not survive the machine.
 */
bool file_replace(int dir_fd, const char *name, const char *bytes, size_t n_bytes, const struct stat *like,
		  struct fail *f) MUST_CHECK;

#endif
