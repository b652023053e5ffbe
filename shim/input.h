/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that the engine hands over (config.json, process.json, resources): read
 * once, judged, and put back as what was judged. Its directory is held by
 * descriptor from the first look to the last.
 */
#ifndef OCIGATE_INPUT_H
#define OCIGATE_INPUT_H

#include "base/arena.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct input {
	int dir_fd;
	const char *dir_path; /* real path of the directory */
	const char *path;     /* dir_path and name */
	const char *name;
	const char *bytes; /* as they were read, NUL behind them */
	size_t n_bytes;
	struct stat stat; /* of what was read */
};

#define INPUT_NONE                                                                                                     \
	{                                                                                                              \
		.dir_fd = -1                                                                                           \
	}
#define INPUT_CLOSED_ON_RETURN CLEANUP(input_close) struct input

/**
 * input_open() - hold the directory of @path and read the file
 * @path:	links on the way to the directory are followed, they are the engine's; the file itself is no link
 * @f:		FAIL_INPUT when it is no plain file, is larger than JSON_MAX_BYTES, or others than its owner
 *		and root could change or replace it
 */
bool input_open(struct input *ret, struct arena *arena, const char *path, struct fail *f) MUST_CHECK;

/** input_replace() - put @bytes in the file's place, whole or not at all; owner and mode stay */
bool input_replace(const struct input *input, const char *bytes, size_t n_bytes, struct fail *f) MUST_CHECK;

void input_close(struct input *input);

#endif
