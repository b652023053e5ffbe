/* SPDX-License-Identifier: Apache-2.0 */
#include "judge.h"

#include "base/text.h"
#include "profile.h"

#include <criterion/criterion.h>
#include <string.h>

static struct json *read_json(struct arena *arena, const char *text)
{
	struct fail f = { 0 };
	struct json *json = NULL;

	cr_assert(json_read(&json, arena, text, strlen(text), JSON_STRICT, &f), "%s: %s", f.text, text);
	return json;
}

static const char *profile_text(struct arena *arena, const char *profile)
{
	const char *built_in = profile_built_in(profile, NULL);

	return built_in ? built_in
			: arena_printf(arena, "{\"name\":\"test\",\"extends\":\"privileged\",\"rules\":{%s}}", profile);
}

static void read_profile(struct profile *ret, struct arena *arena, const char *profile)
{
	const struct json *layers[PROFILE_MAX_LAYERS];
	const char *text = profile_text(arena, profile);
	const char *name = profile_built_in(profile, NULL) ? profile : "test";
	struct fail f = { 0 };
	size_t n_layers = 0;

	for (const char *extends = name; extends; n_layers++) {
		const char *layer = n_layers ? profile_built_in(extends, NULL) : text;

		cr_assert(layer && n_layers < PROFILE_MAX_LAYERS, "no profile %s", extends);
		cr_assert(profile_read(&layers[n_layers], &extends, arena, extends, extends, layer, strlen(layer), &f),
			  "%s", f.text);
	}
	cr_assert(profile_resolve(ret, arena, name, layers, n_layers, &f), "%s", f.text);
}

static void made_up_evidence(struct evidence *ret, struct arena *arena, const struct json *config)
{
	const struct json *mounts = json_member(config, "mounts");
	const struct json *namespaces = json_path(config, "linux", "namespaces", NULL);

	*ret = (struct evidence){
		.seccomp_arch = "SCMP_ARCH_X86_64",
		.n_mounts = mounts ? mounts->count : 0,
		.n_namespaces = namespaces ? namespaces->count : 0,
		.rootfs = { .kind = FILE_DIRECTORY, .real = "/srv/bundle/rootfs" },
	};
	ret->mounts = arena_array(arena, ret->n_mounts, sizeof(*ret->mounts));
	ret->namespaces = arena_array(arena, ret->n_namespaces, sizeof(*ret->namespaces));
	cr_assert(ret->mounts && ret->namespaces);
	for (size_t i = 0; i < ret->n_mounts; i++)
		ret->mounts[i] = (struct evidence_file){ .kind = FILE_PLAIN, .real = "/srv/file" };
	for (size_t i = 0; i < ret->n_namespaces; i++)
		ret->namespaces[i] = NAMESPACE_OTHER;
}

static void tell(struct judged *ret, struct arena *arena, const struct decision *decision)
{
	ret->findings = "";
	ret->texts = "";
	for (const struct finding *finding = decision->findings; finding; finding = finding->next) {
		ret->findings = arena_printf(arena, "%s%s %s %s\n", ret->findings, effect_name(finding->effect),
					     finding->rule->id, finding->place);
		ret->texts = arena_printf(arena, "%s%s\n", ret->texts, finding->text);
		cr_assert(ret->findings && ret->texts);
	}
}

/* @decision_arena is for the decision alone, @arena for all else */
static bool judge_in(struct judged *ret, struct arena *arena, struct arena *decision_arena, const struct judge_case *c)
{
	struct policy_waiver waiver = { .rule = c->waived, .until = "2999-12-31", .owner = "test", .reason = "a test" };
	struct policy policy = { .waivers = &waiver, .n_waivers = c->waived ? 1 : 0 };
	struct identity identity = { .id = "c1" };
	struct evidence evidence = { 0 };
	struct question question = { .scope = c->scope ? c->scope : SCOPE_CONTAINER, .today = "2026-01-01" };
	struct profile *profile = arena_alloc(arena, sizeof(*profile));
	struct decision decision;
	struct fail f = { 0 };
	size_t n_bytes;

	cr_assert(profile);
	read_profile(profile, arena, c->profile);
	question.identity = &identity;
	question.policy = &policy;
	question.profile = profile;
	question.config = read_json(arena, c->document);
	question.own = c->own ? read_json(arena, c->own) : NULL;
	question.evidence = &evidence;
	if (c->evidence)
		evidence = *c->evidence;
	else
		made_up_evidence(&evidence, arena, question.config);
	if (!decision_make(&decision, decision_arena, &question, &f)) {
		cr_assert(f.kind == FAIL_MEMORY, "%s", f.text);
		return false;
	}

	ret->verdict = decision.verdict;
	ret->config = question.config;
	tell(ret, arena, &decision);
	ret->message = decision_message(arena, &decision, profile->name);
	cr_assert(json_write(&ret->document, &n_bytes, arena, question.config));
	return true;
}

void judge(struct judged *ret, struct arena *arena, const struct judge_case *c)
{
	cr_assert(judge_in(ret, arena, arena, c), "memory is out");
}

bool judge_settles(struct arena *arena, const struct judge_case *c, const struct judged *judged)
{
	struct judge_case again = *c;
	struct judged settled;

	again.document = judged->document;
	judge(&settled, arena, &again);
	return text_is(settled.document, judged->document) && !strstr(settled.findings, "rewritten ");
}

bool judge_within(struct judged *ret, struct arena *arena, const struct judge_case *c, size_t max_bytes)
{
	ARENA_RELEASED_ON_RETURN decision_arena = ARENA_UP_TO(max_bytes);
	struct judged judged;

	if (!judge_in(&judged, arena, &decision_arena, c))
		return false;
	/* the tree points into the decision's arena; the texts do not */
	judged.config = NULL;
	*ret = judged;
	return true;
}
