/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a file of the host a guarded one under another name? Its path, real as it is,
 * does not tell: a bind mount made on the host (a Docker volume with o=bind), the
 * host's disk mounted a second time, a hard link to a socket, a guarded directory
 * that is itself a link.
 */
#ifndef OCIGATE_ALIAS_H
#define OCIGATE_ALIAS_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"
#include "system/look.h"
#include "system/mount_table.h"

#include <stdbool.h>
#include <stddef.h>

/* one guarded path */
struct guard {
	const char *path; /* as the profile has it */
	const char *top;  /* of a pattern: what stands before the first name with a wildcard; else all of it */
	const char *rest; /* of a pattern: what stands behind @top; else "" */
	struct look look; /* at @top; mode 0: not there */
	bool is_known;    /* has been looked at */
	bool is_moved;    /* @top is there, by way of a link */
};

struct guards {
	struct arena *arena;
	struct look_root *root; /* of "/", shared with who looks at sources */
	struct look host;       /* at "/" */
	struct guard *list;
	size_t n;
	bool movable_known; /* those that may be moved have been looked at */
	bool all_known;
	struct mount_table mounts;
	bool mounts_known;
};

/** guards_init() - @paths: array of clean, absolute paths and patterns, or NULL; nothing else is looked at yet */
bool guards_init(struct guards *ret, struct arena *arena, struct look_root *root, const struct json *paths,
		 struct fail *f) MUST_CHECK;

/**
 * alias_find() - the other name of @file by which it is guarded
 * @ret:	NULL when it has none. "/proc", "/sys", "/dev" for their kind of filesystem mounted elsewhere, "/" for
 *an overlay, which may show anything
 *
 * Costs nothing for what lies below a guarded path by its own name and on that path's mount: of that the name tells
 * all. Reads the table of mounts only for a file on another mount of a filesystem that a guarded path is on.
 */
bool alias_find(const char **ret, struct guards *guards, const struct look *file, struct fail *f) MUST_CHECK;

#endif
