/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the rule table over one document. Knows no rule by name and does no I/O. */
#include "decision.h"

#include "base/text.h"

static bool rule_run(struct judging *j, const struct question *question, size_t row)
{
	const struct setting *setting = &question->profile->settings[row];
	const struct policy_waiver *waiver;

	if (!(rules[row].scopes & question->scope) || setting->action == ACTION_ALLOW)
		return true;

	waiver = policy_waiver(question->policy, rules[row].id, question->identity, question->today);
	j->waived_by = NULL;
	if (waiver) {
		j->waived_by =
			arena_printf(j->arena, "%s: %s (until %s)", waiver->owner, waiver->reason, waiver->until);
		if (!j->waived_by)
			return rule_fails(j);
	}
	j->rule = &rules[row];
	j->setting = setting;
	rules[row].judge(j);
	return j->f->kind == FAIL_NONE;
}

bool decision_make(struct decision *ret, struct arena *arena, const struct question *question, struct fail *f)
{
	struct judging j = {
		.arena = arena,
		.f = f,
		.scope = question->scope,
		.config = question->config,
		.own = question->own,
		.evidence = question->evidence,
		.place_prefix = question->place_prefix,
	};

	for (size_t row = 0; rules[row].id; row++) {
		if (!rule_run(&j, question, row))
			return fail_while(f, "rule %s", rules[row].id);
	}

	*ret = (struct decision){
		.verdict = j.n_denied      ? VERDICT_DENY
			   : j.n_rewritten ? VERDICT_REWRITE
					   : VERDICT_ALLOW,
		.mode = question->policy->mode,
		.findings = j.first,
		.n_findings = j.n_findings,
		.n_denied = j.n_denied,
	};
	return true;
}

const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_DENY:
		return "deny";
	case VERDICT_ALLOW:
		return "allow";
	case VERDICT_REWRITE:
		return "rewrite";
	}
	return "deny";
}

const char *effect_name(enum effect effect)
{
	switch (effect) {
	case EFFECT_DENIED:
		return "denied";
	case EFFECT_REWRITTEN:
		return "rewritten";
	case EFFECT_NOTED:
		return "noted";
	case EFFECT_WAIVED:
		return "waived";
	}
	return "denied";
}

const char *decision_message(struct arena *arena, const struct decision *decision, const char *profile)
{
	const struct finding *finding = decision->findings;
	const char *more = "";

	while (finding && finding->effect != EFFECT_DENIED)
		finding = finding->next;
	if (!finding)
		return "permission denied";
	if (decision->n_denied > 1)
		more = arena_printf(arena, "; and %zu more", decision->n_denied - 1);
	if (!more)
		return NULL;
	return arena_printf(arena, "permission denied: %s: %s (%s; profile %s%s)", finding->rule->id, finding->text,
			    finding->place, profile, more);
}
