/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is mounted where: /proc/self/mountinfo. Tells whether two paths are the
 * same file under another name, which no path and no symbolic link shows.
 * Linux: proc_pid_mountinfo(5).
 */
#ifndef OCIGATE_MOUNT_TABLE_H
#define OCIGATE_MOUNT_TABLE_H

#include "base/arena.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mount_entry {
	uint64_t id;
	uint64_t parent;
	uint32_t major; /* of the filesystem */
	uint32_t minor;
	const char *root;  /* the directory of the filesystem that is mounted here */
	const char *point; /* where */
	const char *type;  /* "ext4" */
};

struct mount_table {
	struct mount_entry *entries;
	size_t n_entries;
};

enum { MOUNT_TABLE_MAX_BYTES = 8 * 1024 * 1024 };

/** mount_table_read() - FAIL_SYSTEM without /proc, FAIL_INPUT when a line cannot be read */
bool mount_table_read(struct mount_table *ret, struct arena *arena, struct fail *f) MUST_CHECK;

/** mount_table_parse() - the text of mountinfo; changes it */
bool mount_table_parse(struct mount_table *ret, struct arena *arena, char *text, struct fail *f) MUST_CHECK;

/** mount_by_id() - NULL when it is none of this namespace, or out of sight of this process's root */
const struct mount_entry *mount_by_id(const struct mount_table *table, uint64_t id);

/** mount_by_path() - the mount that clean, real @path is on, going by names: what was mounted last counts */
const struct mount_entry *mount_by_path(const struct mount_table *table, const char *path);

/**
 * mount_inner() - where in the filesystem @path of @entry lies
 *
 * NULL when memory is out or @path is not below the mount point.
 */
const char *mount_inner(struct arena *arena, const struct mount_entry *entry, const char *path) MUST_CHECK;

#endif
