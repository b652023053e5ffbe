/* SPDX-License-Identifier: Apache-2.0 */
/* The engine by where things lie; annotations only from engines that write them themselves. Pure. */
#include "identity.h"

#include "base/text.h"

static const char *const engines[] = {
	[ENGINE_UNKNOWN] = "unknown",       [ENGINE_DOCKER] = "docker", [ENGINE_KUBERNETES] = "kubernetes",
	[ENGINE_CONTAINERD] = "containerd", [ENGINE_PODMAN] = "podman", [ENGINE_CRIO] = "cri-o",
	[ENGINE_BUILDKIT] = "buildkit",
};

/* the distributions' defaults; an engine under other paths is named by the policy's "engines" */
static const struct identity_root usual[] = {
	{ ENGINE_DOCKER, "/run/docker/runtime-runc",
	  "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby" },
	{ ENGINE_DOCKER, "/run/docker/runtime-runc", "/run/containerd/io.containerd.runtime.v2.task/moby" },
	{ ENGINE_DOCKER, "/var/run/docker/runtime-runc",
	  "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby" },
	{ ENGINE_DOCKER, "/var/run/docker/runtime-runc", "/run/containerd/io.containerd.runtime.v2.task/moby" },
	{ ENGINE_KUBERNETES, "/run/containerd/runc/k8s.io", "/run/containerd/io.containerd.runtime.v2.task/k8s.io" },
	{ ENGINE_CONTAINERD, "/run/containerd/runc", "/run/containerd/io.containerd.runtime.v2.task" },
	{ ENGINE_CRIO, "/run/runc", "/run/containers/storage/overlay-containers" },
	{ ENGINE_CRIO, "/run/crun", "/run/containers/storage/overlay-containers" },
	{ ENGINE_PODMAN, "", "/var/lib/containers/storage/overlay-containers" },
	{ ENGINE_PODMAN, "", "/run/containers/storage/overlay-containers" },
	{ ENGINE_BUILDKIT, "", "/var/lib/docker/buildkit/executor" },
	{ ENGINE_BUILDKIT, "", "/var/lib/buildkit" },
};

const char *engine_name(enum engine engine)
{
	return engines[engine];
}

enum engine engine_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(engines); i++) {
		if (text_is(engines[i], name))
			return (enum engine)i;
	}
	return ENGINE_UNKNOWN;
}

static enum engine engine_of(const char *root, const char *bundle, const struct identity_root *roots, size_t n_roots)
{
	for (size_t i = 0; i < n_roots; i++) {
		bool root_fits = !roots[i].root || (!*roots[i].root && !root) ||
				 (*roots[i].root && root && text_path_is_below(root, roots[i].root));

		if (root_fits && text_path_is_below(bundle, roots[i].bundle))
			return roots[i].engine;
	}
	return ENGINE_UNKNOWN;
}

/* the annotations in which an engine writes what it knows, which nobody else may set under it */
static const struct {
	enum engine engine;
	const char *namespace, *pod, *image;
} words[] = {
	{ ENGINE_KUBERNETES, "io.kubernetes.cri.sandbox-namespace", "io.kubernetes.cri.sandbox-name",
	  "io.kubernetes.cri.image-name" },
	{ ENGINE_CRIO, "io.kubernetes.pod.namespace", "io.kubernetes.pod.name", "io.kubernetes.cri-o.ImageName" },
};

void identity_of(struct identity *ret, const char *id, const char *root, const char *bundle, const struct json *config,
		 const struct identity_root *roots, size_t n_roots)
{
	const struct json *annotations = json_member(config, "annotations");
	enum engine engine = engine_of(root, bundle, roots, n_roots);

	if (engine == ENGINE_UNKNOWN)
		engine = engine_of(root, bundle, usual, ARRAY_SIZE(usual));

	*ret = (struct identity){ .engine = engine, .id = id };
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (words[i].engine != engine)
			continue;
		ret->namespace = json_member_string(annotations, words[i].namespace);
		ret->pod = json_member_string(annotations, words[i].pod);
		ret->claimed_image = json_member_string(annotations, words[i].image);
	}
}
