/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/text.h"
#include "identity.h"

#include <string.h>

#define CRI_WORDS                                                                                                      \
	"{\"annotations\": {\"io.kubernetes.cri.sandbox-namespace\": \"web\", \"io.kubernetes.cri.sandbox-name\": "    \
	"\"p\","                                                                                                       \
	" \"io.kubernetes.cri.image-name\": \"nginx:1\"}}"

static const struct identity_root own_roots[] = {
	{ ENGINE_DOCKER, "/srv/docker/runtime-runc", "/srv/docker/containerd" },
	{ ENGINE_PODMAN, NULL, "/srv/podman" },
};

static const struct {
	const char *root, *bundle;
	enum engine engine;
	const char *namespace;
} rows[] = {
	{ "/run/docker/runtime-runc/moby", "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/ab",
	  ENGINE_DOCKER, NULL },
	{ "/var/run/docker/runtime-runc/moby", "/run/containerd/io.containerd.runtime.v2.task/moby/ab", ENGINE_DOCKER,
	  NULL },
	{ "/run/containerd/runc/k8s.io", "/run/containerd/io.containerd.runtime.v2.task/k8s.io/ab", ENGINE_KUBERNETES,
	  "web" },
	{ "/run/containerd/runc/default", "/run/containerd/io.containerd.runtime.v2.task/default/ab", ENGINE_CONTAINERD,
	  NULL },
	{ NULL, "/var/lib/containers/storage/overlay-containers/ab/userdata", ENGINE_PODMAN, NULL },
	{ "/run/runc", "/run/containers/storage/overlay-containers/ab/userdata", ENGINE_CRIO, NULL },
	/* one of the two alone is not enough, and a name that only begins alike is another one */
	{ "/run/containerd/runc/k8s.io", "/tmp/bundle", ENGINE_UNKNOWN, NULL },
	{ "/tmp/root", "/run/containerd/io.containerd.runtime.v2.task/k8s.io/ab", ENGINE_UNKNOWN, NULL },
	{ "/run/containerd/runc/k8s.iox", "/run/containerd/io.containerd.runtime.v2.task/k8s.iox/ab", ENGINE_CONTAINERD,
	  NULL },
	{ "/run/docker/runtime-runcx", "/run/docker/containerd/daemon/io.containerd.runtime.v2.task/moby/ab",
	  ENGINE_UNKNOWN, NULL },
	{ "/any", "/var/lib/containers/storage/overlay-containers/ab/userdata", ENGINE_UNKNOWN, NULL },
	{ NULL, "/home/user/bundle", ENGINE_UNKNOWN, NULL },
	/* the policy's own */
	{ "/srv/docker/runtime-runc/moby", "/srv/docker/containerd/x/ab", ENGINE_DOCKER, NULL },
	{ "/srv/docker/other", "/srv/docker/containerd/x/ab", ENGINE_UNKNOWN, NULL },
	{ "/whatever", "/srv/podman/ab", ENGINE_PODMAN, NULL },
	{ NULL, "/srv/podman/ab", ENGINE_PODMAN, NULL },
};

ROWS(identity, engine_follows_from_where_things_lie, rows)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(1024 * 1024);
	struct identity identity;
	struct json *config;
	struct fail f = { 0 };

	cr_assert(json_read(&config, &arena, CRI_WORDS, strlen(CRI_WORDS), JSON_STRICT, &f), "%s", f.text);
	identity_of(&identity, "ab", rows[*row].root, rows[*row].bundle, config, own_roots, 2);
	cr_expect_eq(identity.engine, rows[*row].engine, "row %zu: %s", *row, engine_name(identity.engine));
	/* annotations are the author's unless the engine is known to write them */
	cr_expect(text_is(identity.namespace, rows[*row].namespace) || identity.namespace == rows[*row].namespace,
		  "row %zu", *row);
	cr_expect_eq(identity.claimed_image != NULL, rows[*row].namespace != NULL, "row %zu", *row);
	cr_expect_null(identity.image);
}

Test(identity, engine_names_go_both_ways)
{
	for (enum engine engine = ENGINE_UNKNOWN; engine <= ENGINE_BUILDKIT; engine++)
		cr_expect_eq(engine_by_name(engine_name(engine)), engine);
	cr_expect_eq(engine_by_name("Docker"), ENGINE_UNKNOWN);
}
