/* SPDX-License-Identifier: Apache-2.0 */
/* The bundle directory and the config.json in it. */
#ifndef OCIGATE_BUNDLE_H
#define OCIGATE_BUNDLE_H

#include "base/arena.h"
#include "base/fail.h"
#include "input.h"

#include <stdbool.h>

struct bundle {
	int fd;              /* the bundle directory, when the config lies elsewhere; see bundle_fd() */
	const char *path;    /* its real path */
	struct input config; /* in the bundle, unless crun's -f says otherwise */
};

#define BUNDLE_NONE                                                                                                    \
	{                                                                                                              \
		.fd = -1, .config = INPUT_NONE                                                                         \
	}
#define BUNDLE_CLOSED_ON_RETURN CLEANUP(bundle_close) struct bundle

/**
 * bundle_open() - hold the bundle and read its config.json
 * @path:	as given by the engine; NULL: the current directory
 * @config:	crun's --config, or NULL
 * @f:		as of input_open()
 *
 * Spec: runtime-spec, bundle.md.
 */
bool bundle_open(struct bundle *ret, struct arena *arena, const char *path, const char *config,
		 struct fail *f) MUST_CHECK;

/** bundle_fd() - the bundle directory; still the bundle's */
int bundle_fd(const struct bundle *bundle);

void bundle_close(struct bundle *bundle);

#endif
