/* SPDX-License-Identifier: Apache-2.0 */
/* The steps that several verbs take. */
#include "run.h"

#include "base/text.h"
#include "document.h"
#include "input.h"

bool run_key(struct run *run, struct fail *f)
{
	if (!run->command.id)
		return fail_usage(f, "%s names no container", run->command.verb);
	return record_key_of(&run->key, run->arena, run->command.root, run->command.id, f);
}

bool run_policy(struct run *run, struct fail *f)
{
	if (!policy_load(&run->policy, &run->policy_origin, run->arena, f))
		return fail_while(f, "policy");
	run->facts.policy = &run->policy;
	run->facts.policy_origin = &run->policy_origin;
	run->facts.runtime = run->policy.runtime ? run->policy.runtime : handoff_runtime();
	return true;
}

bool run_is_enforced(const struct run *run)
{
	return run->policy.mode == POLICY_ENFORCE;
}

bool run_allows(struct run *run, struct fail *f)
{
	const char *message;

	if (run->decision.verdict != VERDICT_DENY)
		return true;
	message = decision_message(run->arena, &run->decision, run->profile.name);
	if (!message)
		return fail_memory(f);
	run->facts.message = message;
	return !run_is_enforced(run) || fail_input(f, "%s", message);
}

bool run_judge(struct run *run, enum scope scope, struct json *around, const struct json *record, const char *prefix,
	       struct fail *f)
{
	const struct question question = {
		.scope = scope,
		.config = around,
		.own = json_member(record, "own"),
		.identity = &run->identity,
		.policy = &run->policy,
		.profile = &run->profile,
		.place_prefix = prefix,
		.today = run->today,
	};

	if (!decision_make(&run->decision, run->arena, &question, f))
		return false;
	run->facts.decision = &run->decision;
	return run_allows(run, f);
}

/* the waivers that counted when the container was created, without their conditions: they fitted this container */
static bool waivers_of_record(struct run *run, const struct json *list, struct fail *f)
{
	size_t count = list ? list->count : 0;
	struct policy_waiver *waivers = arena_array(run->arena, count, sizeof(*waivers));

	if (!waivers)
		return fail_memory(f);
	for (const struct json *entry = list ? list->first : NULL; entry; entry = entry->next) {
		waivers[run->policy.n_waivers++] = (struct policy_waiver){
			.rule = json_member_string(entry, "rule"),
			.until = json_member_string(entry, "until"),
			.owner = json_member_string(entry, "owner"),
			.reason = json_member_string(entry, "reason"),
		};
	}
	run->policy.waivers = waivers;
	return true;
}

/* policy and profile as they were when the container was created */
static bool decision_of_record(struct run *run, const struct json *decision, struct fail *f)
{
	const struct json *sinks = json_member(decision, "decisions");
	const struct json *profile = json_member(decision, "profile");
	const struct json *identity = json_member(decision, "identity");

	policy_embedded(&run->policy);
	run->policy.mode = text_is(run->head.mode, policy_mode_name(POLICY_AUDIT)) ? POLICY_AUDIT : POLICY_ENFORCE;
	if (!waivers_of_record(run, json_member(decision, "waivers"), f) ||
	    !profile_from_rules(&run->profile, run->arena, run->head.profile, json_member(profile, "rules"), f))
		return fail_while(f, "record of '%s'", run->key.id);
	run->policy.decisions_file = json_member_string(sinks, "file");
	run->policy.decisions_syslog = json_is_true(json_member(sinks, "syslog"));
	run->policy.decisions_audit = json_is_true(json_member(sinks, "audit"));
	run->policy.decisions_required = json_is_true(json_member(sinks, "required"));
	run->identity = (struct identity){
		.engine = engine_by_name(json_member_string(identity, "engine")),
		.id = run->key.id,
		.namespace = json_member_string(identity, "namespace"),
		.pod = json_member_string(identity, "pod"),
		.claimed_image = json_member_string(identity, "claimedImage"),
		.image = json_member_string(identity, "image"),
	};
	run->facts.identity = &run->identity;
	run->facts.policy = &run->policy;
	run->facts.profile = &run->profile;
	run->facts.seal = run->head.seal;
	run->facts.bundle = run->head.bundle;
	run->facts.runtime = run->head.runtime;
	return true;
}

bool run_record(struct run *run, struct json **ret_decision, struct fail *f)
{
	if (!run_key(run, f) || !record_find(&run->head, &run->has_record, ret_decision, run->arena, &run->key, f))
		return false;
	if (run->has_record)
		return decision_of_record(run, *ret_decision, f);
	return fail_input(f, "container '%s' has no record: it was not created through ocigate", run->key.id);
}

bool run_seal(struct run *run, struct json **ret_config, struct fail *f)
{
	INPUT_CLOSED_ON_RETURN config = INPUT_NONE;
	char seal[DIGEST_TEXT_BYTES];

	if (!input_open(&config, run->arena, run->head.config, f))
		return false;
	digest_of(seal, config.bytes, config.n_bytes);
	if (!text_is(seal, run->head.seal))
		return fail_input(f, "%s is not the one that was judged at create (it is %s, %s is wanted)",
				  config.path, seal, run->head.seal);
	return !ret_config || document_read(ret_config, run->arena, DOCUMENT_CONFIG, config.bytes, config.n_bytes, f);
}

bool run_start(struct run *run, struct fail *f)
{
	struct receipt receipt = { 0 };
	struct json *decision;

	return run_record(run, &decision, f) && run_seal(run, NULL, f) &&
	       record_event(&receipt, run->arena, &run->key, &run->facts, f) && handoff_become(&receipt, run->argv, f);
}

/* the runtime that created the container, else the policy's, else the usual one */
static const char *runtime_for(struct run *run)
{
	struct fail ignored = { 0 };

	if (run->command.id && record_key_of(&run->key, run->arena, run->command.root, run->command.id, &ignored) &&
	    record_find(&run->head, &run->has_record, NULL, run->arena, &run->key, &ignored) && run->has_record)
		return run->head.runtime;
	if (policy_load(&run->policy, &run->policy_origin, run->arena, &ignored) && run->policy.runtime)
		return run->policy.runtime;
	return handoff_runtime();
}

bool run_pass(struct run *run, struct fail *f)
{
	const char *runtime = runtime_for(run);

	if (run->command.kind == COMMAND_DELETES && run->has_record)
		record_sweep(run->arena, &run->key);
	return handoff_pass(runtime, run->argv, f);
}
