/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/text.h"
#include "judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX_BYTES = 64 * 1024 * 1024, FILE_MAX_BYTES = 64 * 1024 };

/* a file of tests/data; it lives as long as the test */
static const char *data(struct arena *arena, const char *name)
{
	const char *directory = getenv("OCIGATE_TEST_DATA");
	char *text = arena_alloc(arena, FILE_MAX_BYTES);
	const char *path = arena_printf(arena, "%s/%s.json", directory ? directory : "tests/data", name);
	FILE *file = fopen(path, "re");

	cr_assert_not_null(file, "%s", path);
	text[fread(text, 1, FILE_MAX_BYTES - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* what real engines write for an ordinary container starts under both profiles; for a privileged one it does not */
static const struct {
	const char *name, *profile;
	bool starts;
} engines[] = {
	{ "docker", "restricted", true },
	{ "docker", "baseline", true },
	{ "docker-hardened", "restricted", true },
	{ "podman", "restricted", true },
	{ "podman", "baseline", true },
	{ "ctr", "restricted", true },
	{ "ctr", "baseline", true },
	{ "k8s-sandbox", "restricted", true },
	{ "k8s", "restricted", true },
	{ "k8s", "baseline", true },
	{ "k8s-hardened", "restricted", true },
	{ "runc-spec", "restricted", true },
	{ "crun-spec", "restricted", true },
	{ "docker-privileged", "restricted", false },
	{ "docker-privileged", "baseline", false },
	{ "podman-privileged", "baseline", false },
	{ "ctr-privileged", "baseline", false },
	{ "k8s-privileged", "baseline", false },
	{ "docker-privileged", "privileged", true },
};

ROWS(decision, what_engines_write_is_judged_as_users_expect, engines)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	const struct judge_case c = { .profile = engines[*row].profile, .document = data(&arena, engines[*row].name) };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect_eq(judged.verdict != VERDICT_DENY, engines[*row].starts, "%s under %s:\n%s%s", engines[*row].name,
		     engines[*row].profile, judged.findings, judged.texts);
	cr_expect(judge_settles(&arena, &c, &judged), "%s under %s changes again", engines[*row].name,
		  engines[*row].profile);
	if (!engines[*row].starts) {
		cr_expect(text_starts(judged.message, "permission denied: ") != NULL, "%s", judged.message);
		cr_expect_null(strchr(judged.message, '\n'));
	}
}

/* words by which an engine would choose another exit status than 126, or another error altogether */
static const char *const misleading[] = { "not found",      "no such file",    "does not exist",
					  "is a directory", "not a directory", "executable file" };

ROWS(decision, refusals_do_not_mislead_engines, misleading)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	const struct judge_case c = { .profile = "restricted", .document = data(&arena, "docker-privileged") };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect_null(strcasestr(judged.texts, misleading[*row]), "%s", judged.texts);
	cr_expect_null(strcasestr(judged.message, misleading[*row]), "%s", judged.message);
}

Test(decision, privileged_changes_nothing)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	const struct judge_case c = { .profile = "privileged", .document = data(&arena, "docker-privileged") };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect_eq(judged.verdict, VERDICT_ALLOW);
	cr_expect_str_eq(judged.findings, "");
	/* Docker writes compact JSON: not a byte is another */
	cr_expect_eq(strncmp(judged.document, c.document, strlen(judged.document)), 0);
}

Test(decision, a_waiver_is_recorded_and_lets_pass)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	const struct judge_case c = { .profile = "restricted",
				      .document = data(&arena, "docker"),
				      .waived = "rootfs.read-only" };
	struct judged judged;

	judge(&judged, &arena, &c);
	cr_expect(strstr(judged.findings, "waived rootfs.read-only") != NULL, "%s", judged.findings);
	cr_expect_not(json_is_true(json_path(judged.config, "root", "readonly", NULL)));
}

Test(decision, out_of_memory_refuses)
{
	/* decision_make() itself, as judge() ends the test on failure */
	ARENA_RELEASED_ON_RETURN outer = ARENA_UP_TO(ARENA_MAX_BYTES);
	const char *text = data(&outer, "docker");
	struct policy policy;
	struct identity identity = { .engine = ENGINE_DOCKER, .id = "x" };
	bool good = false;

	policy_embedded(&policy);
	for (size_t limit = 0; !good && limit < ARENA_MAX_BYTES; limit += 1024) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(limit);
		const struct json *layers[PROFILE_MAX_LAYERS];
		const char *extends = "restricted";
		struct evidence evidence = { .seccomp_arch = "SCMP_ARCH_X86_64" };
		struct profile profile;
		struct decision decision = { .verdict = VERDICT_DENY };
		struct json *config;
		struct fail f = { 0 };
		size_t n = 0;

		good = json_read(&config, &arena, text, strlen(text), JSON_STRICT, &f);
		while (good && extends) {
			const char *name = extends;
			const char *built_in = profile_built_in(name, NULL);

			good = profile_read(&layers[n++], &extends, &arena, name, name, built_in, strlen(built_in), &f);
		}
		good = good && profile_resolve(&profile, &arena, "restricted", layers, n, &f);
		if (good) {
			const struct question question = { .scope = SCOPE_CONTAINER,
							   .config = config,
							   .identity = &identity,
							   .policy = &policy,
							   .profile = &profile,
							   .evidence = &evidence,
							   .today = "2026-11-22" };

			good = decision_make(&decision, &arena, &question, &f);
		}
		cr_assert(good || f.kind == FAIL_MEMORY, "limit %zu: %s", limit, f.text);
		cr_assert(good || decision.verdict == VERDICT_DENY);
	}
	cr_assert(good);
}
