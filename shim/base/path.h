/* SPDX-License-Identifier: Apache-2.0 */
/* Absolute, clean paths, and how they lie to each other. Pure text. */
#ifndef OCIGATE_PATH_H
#define OCIGATE_PATH_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

enum path_relation {
	PATH_APART = 0,
	PATH_BELOW, /* the guarded path itself, or something in it */
	PATH_ABOVE, /* a directory that the guarded path is in */
};

/**
 * path_relation() - how does @path lie to @guard?
 * @guard:	a path, or a pattern as in fnmatch(3) where "*" stands for part of one name
 */
enum path_relation path_relation(const char *guard, const char *path);

/** path_is_pattern() - does @guard hold a character that fnmatch(3) reads? */
bool path_is_pattern(const char *guard);

/** path_clean() - text_path_clean(), and @path itself when it is clean already */
const char *path_clean(struct arena *arena, const char *path) MUST_CHECK;

#endif
