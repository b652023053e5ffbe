/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose container this is. The engine follows from where the runtime's root and
 * the bundle lie, which only the engine chooses; what the container's author can
 * write (annotations) counts only where the engine is known to have written it.
 */
#ifndef OCIGATE_IDENTITY_H
#define OCIGATE_IDENTITY_H

#include "base/json.h"

#include <stddef.h>

enum engine {
	ENGINE_UNKNOWN = 0,
	ENGINE_DOCKER,
	ENGINE_KUBERNETES, /* the CRI plugin of containerd */
	ENGINE_CONTAINERD, /* ctr, nerdctl */
	ENGINE_PODMAN,
	ENGINE_CRIO,
	ENGINE_BUILDKIT,
};

/* a container is the engine's when both lie at or below these; NULL: not looked at */
struct identity_root {
	enum engine engine;
	const char *root; /* of the runtime; "" stands for "no --root given" */
	const char *bundle;
};

struct identity {
	enum engine engine;
	const char *id;
	const char *namespace;     /* Kubernetes, else NULL */
	const char *pod;           /* Kubernetes, else NULL */
	const char *claimed_image; /* the engine's word, or NULL */
	const char *image;         /* established: bound rootfs and verified; NULL as long as nobody establishes it */
};

/** engine_name(), engine_by_name() - "docker", "kubernetes", ...; ENGINE_UNKNOWN is "unknown" */
const char *engine_name(enum engine engine);
enum engine engine_by_name(const char *name);

/**
 * identity_of() - tell whose container it is
 * @root:	--root as given, or NULL
 * @bundle:	real path
 * @config:	the document, for the annotations of engines that write their own
 * @roots:	of the policy, looked at before the built-in ones
 */
void identity_of(struct identity *ret, const char *id, const char *root, const char *bundle, const struct json *config,
		 const struct identity_root *roots, size_t n_roots);

#endif
