/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel says about the names in a document, gathered once before the
 * decision, so that the decision itself stays pure: real paths instead of strings,
 * inodes instead of promises.
 */
#ifndef OCIGATE_EVIDENCE_H
#define OCIGATE_EVIDENCE_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum file_kind {
	FILE_MISSING = 0, /* or not to be seen */
	FILE_PLAIN,
	FILE_DIRECTORY,
	FILE_SOCKET,
	FILE_CHARACTER_DEVICE,
	FILE_BLOCK_DEVICE,
	FILE_OTHER,
};

/* one path that the document names on the host */
struct evidence_file {
	enum file_kind kind;
	const char *real;     /* the path behind all links, NULL when missing */
	const char *alias_of; /* a guarded path that is the same inode, or NULL */
	uint32_t major;       /* of a device */
	uint32_t minor;
};

enum namespace_kind {
	NAMESPACE_UNKNOWN = 0, /* the path leads to something that is no namespace, or to nothing */
	NAMESPACE_HOST,        /* the one this host's engines run in */
	NAMESPACE_OTHER,
};

struct evidence {
	const char *seccomp_arch;       /* "SCMP_ARCH_X86_64" */
	struct evidence_file *mounts;   /* by index into /mounts; kind FILE_MISSING for what is no bind mount */
	size_t n_mounts;
	enum namespace_kind *namespaces; /* by index into /linux/namespaces, for those with a path */
	size_t n_namespaces;
	struct evidence_file rootfs;
};

/**
 * evidence_gather() - look at what config.json names
 * @ret:	arrays in @arena, parallel to the document as it is now
 * @bundle_fd:	relative paths start there, as the runtimes have it
 * @guarded:	array of absolute paths (parameter "paths" of rule mounts.sensitive), or NULL
 * @f:		FAIL_SYSTEM only when the process itself is in trouble (no descriptors, no /proc)
 *
 * Two or three system calls for each bind mount; those of other types cost nothing.
 */
bool evidence_gather(struct evidence *ret, struct arena *arena, const struct json *config, int bundle_fd,
		     const struct json *guarded, struct fail *f) MUST_CHECK;

/** evidence_is_bind() - would a runtime bind this mount? By type, or by option whatever the type */
bool evidence_is_bind(const struct json *mount);

#endif
