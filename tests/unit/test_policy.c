/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/text.h"
#include "policy.h"

#include <string.h>

enum { ARENA_MAX_BYTES = 4 * 1024 * 1024 };

static bool read_text(struct policy *ret, struct arena *arena, const char *text, struct fail *f)
{
	return policy_read(ret, arena, "policy.json", text, strlen(text), f);
}

static const struct {
	const char *text;
	const char *reason;
} refused[] = {
	{ "", "policy.json: " },
	{ "[]", "policy.json: line 1: the whole is an array, an object is wanted" },
	{ "{}", "/version is missing" },
	{ "{\"version\": 2}", "/version is 2, 1 is wanted" },
	{ "{\"version\": 1, \"modes\": \"audit\"}", "/modes is no known key, is \"mode\" meant?" },
	{ "{\"version\": 1, \"zzz\": 1}", "/zzz is no known key" },
	{ "{\"version\": 1, \"mode\": \"warn\"}", "/mode is \"warn\", \"enforce\" or \"audit\" is wanted" },
	{ "{\"version\": 1, \"mode\": true}", "/mode is true, a string is wanted" },
	{ "{\"version\": 1, \"mode\": \"audit\", \"mode\": \"enforce\"}", "mode" },
	{ "{\"version\": 1, \"runtime\": \"runc\"}", "/runtime is \"runc\", an absolute path is wanted" },
	{ "{\"version\": 1, \"select\": {}}", "/select is an object, an array is wanted" },
	{ "{\"version\": 1,\n\"select\": [{\"profile\": \"x\"}]}", "line 2: /select/0/when is missing" },
	{ "{\"version\": 1, \"select\": [{\"when\": {}, \"profile\": \"x\"}]}", "/select/0/when is empty" },
	{ "{\"version\": 1, \"select\": [{\"when\": {\"engin\": \"docker\"}, \"profile\": \"x\"}]}",
	  "/select/0/when/engin is no known key, is \"engine\" meant?" },
	{ "{\"version\": 1, \"select\": [{\"when\": {\"engine\": \"dockr\"}, \"profile\": \"x\"}]}", "one of docker" },
	{ "{\"version\": 1, \"select\": [{\"when\": {\"id\": \"*\"}}]}", "/select/0/profile is missing" },
	{ "{\"version\": 1, \"select\": [{\"when\": {\"id\": \"*\"}, \"profile\": \"x\", \"runtime\": \"crun\"}]}",
	  "an absolute path is wanted" },
	{ "{\"version\": 1, \"waivers\": [{\"rule\": \"user.non-root\"}]}", "/waivers/0/when is missing" },
	{ "{\"version\": 1, \"waivers\": [{\"rule\": \"user.nonroot\", \"when\": {\"id\": \"*\"}, \"until\": "
	  "\"2027-01-01\","
	  "\"owner\": \"a\", \"reason\": \"b\"}]}",
	  "which is no rule" },
	{ "{\"version\": 1, \"waivers\": [{\"rule\": \"user.non-root\", \"when\": {\"id\": \"*\"}, \"until\": \"next "
	  "year\","
	  "\"owner\": \"a\", \"reason\": \"b\"}]}",
	  "a day as in" },
	{ "{\"version\": 1, \"waivers\": [{\"rule\": \"user.non-root\", \"when\": {\"id\": \"*\"}, \"until\": "
	  "\"9999-99-99\","
	  "\"owner\": \"a\", \"reason\": \"b\"}]}",
	  "a day as in" },
	{ "{\"version\": 1, \"engines\": [{\"engine\": \"lxc\", \"bundle\": \"/x\"}]}", "one of docker" },
	{ "{\"version\": 1, \"engines\": [{\"engine\": \"docker\", \"bundle\": \"x\"}]}",
	  "an absolute path is wanted" },
	{ "{\"version\": 1, \"decisions\": {\"file\": \"log\"}}", "an absolute path is wanted" },
	{ "{\"version\": 1, \"decisions\": {\"required\": \"yes\"}}", "true or false is wanted" },
	{ "{\"version\": 1} x", "policy.json: " },
};

ROWS(policy, refuses_with_the_reason, refused)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct policy policy = { .default_profile = "untouched" };
	struct fail f = { 0 };

	cr_assert_not(read_text(&policy, &arena, refused[*row].text, &f), "row %zu was taken", *row);
	cr_expect_eq(f.kind, FAIL_INPUT);
	cr_expect(strstr(f.text, refused[*row].reason) != NULL, "row %zu: %s", *row, f.text);
	cr_expect_str_eq(policy.default_profile, "untouched");
}

static const char whole[] =
	"// comments are allowed\n"
	"{ \"version\": 1, \"mode\": \"audit\", \"runtime\": \"/usr/bin/crun\", \"default\": \"baseline\",\n"
	"  \"select\": [ /* the first that matches */\n"
	"    { \"when\": { \"engine\": \"kubernetes\", \"namespace\": \"kube-system\" }, \"profile\": \"privileged\" "
	"},\n"
	"    { \"when\": { \"claimedImage\": \"docker.io/library/nginx:*\" }, \"profile\": \"web\", \"runtime\": "
	"\"/usr/bin/crun\" },\n"
	"    { \"when\": { \"image\": \"*\" }, \"profile\": \"never\" },\n"
	"    { \"when\": { \"engine\": \"docker\" }, \"profile\": \"restricted\" } ],\n"
	"  \"waivers\": [ { \"rule\": \"rootfs.read-only\", \"when\": { \"engine\": \"docker\" }, \"until\": "
	"\"2027-03-31\",\n"
	"    \"owner\": \"web\", \"reason\": \"writes /etc at start\" } ],\n"
	"  \"engines\": [ { \"engine\": \"docker\", \"root\": \"/srv/run\", \"bundle\": \"/srv/bundles\" } ],\n"
	"  \"decisions\": { \"file\": \"/var/log/x\", \"syslog\": true, \"audit\": false, \"required\": true } }\n";

Test(policy, reads_every_key)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct policy policy;
	struct fail f = { 0 };

	cr_assert(read_text(&policy, &arena, whole, &f), "%s", f.text);
	cr_expect_eq(policy.mode, POLICY_AUDIT);
	cr_expect_str_eq(policy.runtime, "/usr/bin/crun");
	cr_expect_str_eq(policy.default_profile, "baseline");
	cr_expect_eq(policy.n_selections, 4);
	cr_expect_eq(policy.n_waivers, 1);
	cr_expect_eq(policy.n_roots, 1);
	cr_expect_eq(policy.roots[0].engine, ENGINE_DOCKER);
	cr_expect_str_eq(policy.decisions_file, "/var/log/x");
	cr_expect(policy.decisions_syslog && policy.decisions_required && !policy.decisions_audit);
}

static const struct {
	struct identity identity;
	const char *profile; /* NULL: no selection */
} selected[] = {
	{ { .engine = ENGINE_KUBERNETES, .namespace = "kube-system" }, "privileged" },
	{ { .engine = ENGINE_KUBERNETES, .namespace = "web" }, NULL },
	{ { .engine = ENGINE_KUBERNETES }, NULL },
	{ { .engine = ENGINE_DOCKER, .namespace = "kube-system" }, "restricted" },
	{ { .engine = ENGINE_DOCKER, .claimed_image = "docker.io/library/nginx:1.27" }, "web" },
	{ { .engine = ENGINE_UNKNOWN, .claimed_image = "docker.io/library/redis" }, NULL },
	{ { .engine = ENGINE_UNKNOWN, .image = "anything" }, "never" },
	{ { .engine = ENGINE_UNKNOWN }, NULL },
};

ROWS(policy, selects_the_first_that_matches, selected)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	const struct policy_selection *selection;
	struct policy policy;
	struct fail f = { 0 };

	cr_assert(read_text(&policy, &arena, whole, &f), "%s", f.text);
	selection = policy_select(&policy, &selected[*row].identity);
	if (selected[*row].profile)
		cr_expect(selection && text_is(selection->profile, selected[*row].profile), "row %zu", *row);
	else
		cr_expect_null(selection, "row %zu", *row);
}

static const struct {
	enum engine engine;
	const char *rule, *today;
	bool counts;
} waived[] = {
	{ ENGINE_DOCKER, "rootfs.read-only", "2026-11-22", true },
	{ ENGINE_DOCKER, "rootfs.read-only", "2027-03-31", true },
	{ ENGINE_DOCKER, "rootfs.read-only", "2027-04-01", false },
	{ ENGINE_DOCKER, "rootfs.read-only", "2030-01-01", false },
	{ ENGINE_DOCKER, "user.non-root", "2026-11-22", false },
	{ ENGINE_PODMAN, "rootfs.read-only", "2026-11-22", false },
};

ROWS(policy, a_waiver_counts_until_its_last_day, waived)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	const struct identity identity = { .engine = waived[*row].engine };
	struct policy policy;
	struct fail f = { 0 };

	cr_assert(read_text(&policy, &arena, whole, &f), "%s", f.text);
	cr_expect_eq(policy_waiver(&policy, waived[*row].rule, &identity, waived[*row].today) != NULL,
		     waived[*row].counts, "row %zu", *row);
}

Test(policy, embedded_is_restricted_and_enforced)
{
	struct policy policy = { .mode = POLICY_AUDIT };

	policy_embedded(&policy);
	cr_expect_eq(policy.mode, POLICY_ENFORCE);
	cr_expect_str_eq(policy.default_profile, "restricted");
	cr_expect_null(policy.runtime);
}

Test(policy, out_of_memory_refuses)
{
	size_t limit = 0;
	bool good = false;

	for (; !good && limit < ARENA_MAX_BYTES; limit += 64) {
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(limit);
		struct policy policy;
		struct fail f = { 0 };

		good = read_text(&policy, &arena, whole, &f);
		cr_assert(good || f.kind == FAIL_MEMORY, "limit %zu: %s", limit, f.text);
	}
	cr_assert(good);
}
