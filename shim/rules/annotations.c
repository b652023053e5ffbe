/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Annotations that a runtime obeys. They are strings to the engine, so its users
 * set them freely, but with crun run.oci.seccomp_bpf_data replaces the whole filter,
 * run.oci.hooks.stdout appends to any file of the host, and org.systemd.property.*
 * goes to systemd as it is.
 */
#include "all.h"
#include "patterns.h"

void rule_annotations_runtime(struct judging *j)
{
	struct json *annotations = json_member(j->config, "annotations");
	struct json *next;

	for (struct json *member = annotations ? annotations->first : NULL; member; member = next) {
		const char *name = json_escape(j->arena, member->key);

		next = member->next;
		if (!patterns_match(rule_strings(j, "deny"), member->key, 0) ||
		    patterns_match(rule_strings(j, "except"), member->key, 0))
			continue;
		if (!name) {
			rule_fails(j);
			return;
		}
		if (rule_found(j, rule_place(j, "/annotations/%s", name), member, NULL,
			       "changes what the runtime does; only the host's policy may"))
			json_remove(annotations, member);
	}
}
