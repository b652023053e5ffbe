/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel says about the names in a document, gathered once before the
 * decision, so that the decision itself stays pure: real paths instead of strings,
 * inodes instead of promises.
 *
 * It is a look before the leap: the runtime follows the same names again, a moment
 * later. Who may change directories on the way of a source at will can win that
 * race; the sources that engines make up are root's alone.
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
	const char *real; /* the path behind all links; NULL when missing, or no file with a path of this host */
	/*
	 * A name of the same file at, in or above a guarded path, when @real is not that name: a bind mount of it, a
	 * hard link, a guarded path that is itself a link, a kernel filesystem or an overlay mounted elsewhere. NULL:
	 * none.
	 */
	const char *alias_of;
	uint32_t major; /* of a device */
	uint32_t minor;
	const char *destination; /* of a mount: where links of the image lead it inside the rootfs; NULL: no link on the
				    way */
};

enum namespace_kind {
	NAMESPACE_UNKNOWN = 0, /* the path leads to something that is no namespace, or to nothing */
	NAMESPACE_HOST,        /* the one this host's engines run in */
	NAMESPACE_OTHER,
};

struct evidence {
	bool is_rootless;             /* the engine lives in a user namespace; looked at when the config has one, too */
	const char *seccomp_arch;     /* "SCMP_ARCH_X86_64" */
	struct evidence_file *mounts; /* by index into /mounts; kind FILE_MISSING for what is no bind mount */
	size_t n_mounts;
	enum namespace_kind *namespaces; /* by index into /linux/namespaces, for those with a path */
	size_t n_namespaces;
	struct evidence_file *devices; /* by index into /linux/devices; NULL without a user namespace of its own */
	size_t n_devices;
	struct evidence_file rootfs; /* alias_of "/": it is the host's */
	bool no_cgroup; /* the runtime is told to make no control group: of the command line, not of the document */
	const char *rootfs_link; /* "proc", "sys" or "dev": a link in the rootfs where a directory must be; else NULL */
};

/**
 * evidence_gather() - look at what config.json names
 * @ret:	arrays in @arena, parallel to the document as it is now
 * @bundle_fd:	relative paths start there, as the runtimes have it
 * @guarded:	array of absolute paths (parameter "paths" of rule mounts.sensitive), or NULL
 * @f:		FAIL_SYSTEM only when the process itself is in trouble (no descriptors, no /proc)
 *
 * Two or three system calls for each bind mount, one for the destination of each mount outside /proc, /sys and /dev;
 * a dozen more when a source lies outside all guarded paths, some sixty when one lies on a filesystem of its own.
 * Nothing is opened but as O_PATH: no FIFO blocks, no device notices.
 */
bool evidence_gather(struct evidence *ret, struct arena *arena, const struct json *config, int bundle_fd,
		     const struct json *guarded, struct fail *f) MUST_CHECK;

/** evidence_is_bind() - would a runtime bind this mount? By type, or by option whatever the type */
bool evidence_is_bind(const struct json *mount);

#endif
