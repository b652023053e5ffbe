/* SPDX-License-Identifier: Apache-2.0 */
/* create, run, restore: judge config.json, put the judged one in its place, seal it in a record. */
#include "run.h"

#include "base/text.h"
#include "bundle.h"
#include "document.h"
#include "evidence.h"
#include "rewrite.h"

static bool profile_choose(struct run *run, struct fail *f)
{
	const struct policy_selection *selection = policy_select(&run->policy, &run->identity);
	const char *name = selection ? selection->profile : run->policy.default_profile;

	if (!profile_load(&run->profile, &run->profile_origin, run->arena, name, f))
		return fail_while(f, "policy");
	if (selection && selection->runtime)
		run->facts.runtime = selection->runtime;
	run->facts.profile = &run->profile;
	run->facts.profile_origin = &run->profile_origin;
	return true;
}

static bool creation_decide(struct run *run, struct json *document, const struct bundle *bundle, struct fail *f)
{
	const struct setting *sensitive;
	struct evidence evidence;

	identity_of(&run->identity, run->command.id, run->command.root ? run->key.root : NULL, bundle->path, document,
		    run->policy.roots, run->policy.n_roots);
	run->facts.identity = &run->identity;
	if (!profile_choose(run, f))
		return false;
	sensitive = profile_setting(&run->profile, "mounts.sensitive");
	if (!evidence_gather(&evidence, run->arena, document, bundle_fd(bundle),
			     json_member(sensitive->params, "paths"), f))
		return false;
	evidence.no_cgroup = text_is(run->command.cgroup_manager, "disabled");

	const struct question question = {
		.scope = SCOPE_CONTAINER,
		.config = document,
		.identity = &run->identity,
		.policy = &run->policy,
		.profile = &run->profile,
		.evidence = &evidence,
		.today = run->today,
	};
	if (!decision_make(&run->decision, run->arena, &question, f))
		return false;
	run->facts.decision = &run->decision;
	run->facts.document = document;
	return true;
}

bool run_create(struct run *run, struct fail *f)
{
	BUNDLE_CLOSED_ON_RETURN bundle = BUNDLE_NONE;
	struct receipt receipt = { 0 };
	struct rewrite rewrite;
	struct json *document;

	if (!run_policy(run, f) || !run_key(run, f) ||
	    !bundle_open(&bundle, run->arena, run->command.bundle, run->command.config, f))
		return false;
	run->facts.bundle = bundle.path;
	run->facts.config_path = bundle.config.path;
	if (!document_read(&document, run->arena, DOCUMENT_CONFIG, bundle.config.bytes, bundle.config.n_bytes, f))
		return fail_while(f, "%s", bundle.config.path);
	if (!creation_decide(run, document, &bundle, f) || !run_allows(run, f) ||
	    !rewrite_document(&rewrite, run->arena, document, f))
		return false;
	if (run_is_enforced(run)) {
		if (!input_replace(&bundle.config, rewrite.bytes, rewrite.n_bytes, f))
			return false;
	} else {
		digest_of(rewrite.seal, bundle.config.bytes, bundle.config.n_bytes);
	}
	run->facts.seal = rewrite.seal;
	return record_create(&receipt, run->arena, &run->key, &run->facts, f) && handoff_become(&receipt, run->argv, f);
}
