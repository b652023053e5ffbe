/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at what a path leads to, without opening it for use: kind, real path,
 * filesystem, inode, mount. No FIFO blocks, no device notices, no automount.
 */
#ifndef OCIGATE_LOOK_H
#define OCIGATE_LOOK_H

#include "base/arena.h"
#include "base/fail.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct look {
	mode_t mode;       /* 0: missing, or not to be seen */
	const char *real;  /* behind all links; NULL when it has no path here: a pipe, a namespace, a deleted file */
	bool magic;        /* a link of /proc/PID led there */
	uint32_t fs_major; /* st_dev */
	uint32_t fs_minor;
	uint64_t inode;
	uint64_t mount_id; /* as in mountinfo; 0 before Linux 5.8 */
	uint32_t n_links;
	uint32_t major; /* of a device node */
	uint32_t minor;
};

/* a directory to look from; remembers the parent it looked into last, as neighbours are often asked for in a row */
struct look_root {
	int fd;
	int parent_fd;
	int parent_error; /* errno, where the parent could not be opened; else 0 */
	char parent[PATH_MAX];
};

#define LOOK_ROOT_NONE                                                                                                 \
	{                                                                                                              \
		.fd = -1, .parent_fd = -1                                                                              \
	}

void look_close(const struct look_root *root);

#define LOOK_CLOSED_ON_RETURN CLEANUP(look_close) struct look_root

enum look_way {
	LOOK_FAILED = 0, /* no descriptors, no memory: errno */
	LOOK_PLAIN,      /* there, and no link on the way */
	LOOK_MISSING,    /* nothing there, or not to be seen; no link on the way so far */
	LOOK_LINKED,     /* a link on the way, or no telling */
};

/**
 * look_plain() - look at a clean, absolute path below @root->fd, if no link is on the way
 *
 * One system call for a neighbour of the path before, three for others. Leaves ret->real alone.
 */
enum look_way look_plain(struct look *ret, struct look_root *root, const char *clean) MUST_CHECK;

/**
 * look_at() - look at what @path leads to, following links
 * @root:	of "/"
 * @dir_fd:	where a relative path starts
 * @f:		FAIL_SYSTEM or FAIL_MEMORY when the process is in trouble; a missing file is no failure
 */
bool look_at(struct look *ret, struct look_root *root, struct arena *arena, int dir_fd, const char *path,
	     struct fail *f) MUST_CHECK;

/** look_is_tmpfs() - is the file at @real on a tmpfs? no, when there is no telling */
bool look_is_tmpfs(const char *real);

/**
 * look_inside() - where clean, absolute @path leads inside the tree at @root->fd when that tree becomes "/"
 * @ret:	clean; may be "/"
 *
 * Goes by the text of links alone, so that a link to /proc/sys/x counts although nothing is mounted on /proc yet.
 * False with errno: ELOOP after 40 links, ENOMEM, ENAMETOOLONG.
 */
bool look_inside(const char **ret, struct arena *arena, const struct look_root *root, const char *path) MUST_CHECK;

#endif
