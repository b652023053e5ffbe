/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records on disk are the business of tests/program; here is what needs no disk:
 * the key, and what goes into a record.
 */
#include "rows.h"

#include "base/text.h"
#include "record.h"
#include "record_json.h"

#include <string.h>

enum { ARENA_MAX_BYTES = 4 * 1024 * 1024 };

static const struct {
	const char *root, *wanted;
} roots[] = {
	{ NULL, "" },
	{ "/run/docker/runtime-runc/moby", "/run/docker/runtime-runc/moby" },
	{ "/run//x/../y/./", "/run/y" },
	{ "/", "/" },
};

ROWS(record, the_same_root_in_another_spelling_is_the_same_key, roots)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct record_key key;
	struct fail f = { 0 };

	cr_assert(record_key_of(&key, &arena, roots[*row].root, "c1", &f), "%s", f.text);
	cr_expect_str_eq(key.root, roots[*row].wanted);
	cr_expect_str_eq(key.id, "c1");
}

Test(record, a_receipt_is_none_until_it_was_kept)
{
	const struct receipt receipt = { 0 };

	cr_expect_not(receipt.is_kept);
}

static const char document[] =
	"{\"process\":{\"user\":{\"uid\":7},\"args\":[\"sh\",\"--password=hunter2\"],\"env\":[\"TOKEN=hunter2\"],"
	"\"noNewPrivileges\":true,\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}},"
	"\"linux\":{\"resources\":{\"pids\":{\"limit\":3}}}}";

Test(record, holds_what_exec_is_held_to_and_no_secret)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct json *config, *rules_object = json_new(&arena, JSON_OBJECT);
	const struct identity identity = { .engine = ENGINE_DOCKER, .id = "c1" };
	const struct profile profile = { .name = "own", .rules = rules_object };
	const struct decision decision = { .verdict = VERDICT_ALLOW };
	const struct policy_origin origin = { .source = "built-in" };
	struct policy policy;
	struct record_facts facts = { .event = "create",
				      .identity = &identity,
				      .policy = &policy,
				      .profile = &profile,
				      .decision = &decision,
				      .policy_origin = &origin,
				      .profile_origin = &origin };
	struct json *line;
	struct fail f = { 0 };
	const char *text;
	size_t n_bytes;

	policy_embedded(&policy);
	cr_assert(json_read(&config, &arena, document, strlen(document), JSON_STRICT, &f), "%s", f.text);
	facts.document = config;
	line = record_decision_json(&arena, &facts, "2026-11-22T00:00:00.000000000Z");
	cr_assert(line && json_write(&text, &n_bytes, &arena, line));
	cr_expect(json_equal(json_path(line, "own", "process", "capabilities", NULL),
			     json_path(config, "process", "capabilities", NULL)));
	cr_expect(json_is_true(json_path(line, "own", "process", "noNewPrivileges", NULL)));
	cr_expect(json_equal(json_path(line, "own", "linux", "resources", NULL),
			     json_path(config, "linux", "resources", NULL)));
	cr_expect_null(strstr(text, "hunter2"), "%s", text);
}
