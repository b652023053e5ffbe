/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/text.h"
#include "profile.h"

#include <string.h>

enum { ARENA_MAX_BYTES = 8 * 1024 * 1024 };

static const struct {
	const char *text;
	const char *reason;
} refused[] = {
	{ "", "own.json: " },
	{ "[]", "an object is wanted" },
	{ "{\"name\": \"own\", \"rules\": {}}", "/extends is missing" },
	{ "{\"name\": \"other\", \"extends\": \"baseline\", \"rules\": {}}", "/name: \"own\" is wanted" },
	{ "{\"name\": \"own\", \"extends\": 3, \"rules\": {}}", "/extends: the name of a profile is wanted" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\"}", "/rules: an object is wanted" },
	{ "{\"name\": \"own\", \"extend\": \"baseline\", \"rules\": {}}",
	  "/extend is no known key, is \"extends\" meant?" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\n\"user.nonroot\": {}}}",
	  "line 2: /rules/user.nonroot is no rule, is \"user.non-root\" meant?" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"user.non-root\": true}}",
	  "an object is wanted" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"user.non-root\": {\"action\": \"warn\"}}}",
	  "one of \"allow\", \"note\", \"rewrite\", \"deny\" is wanted" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"user.non-root\": {\"uids\": 3}}}",
	  "/rules/user.non-root/uids is no parameter of this rule, is \"uid\" meant?" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"user.non-root\": {\"uid\": \"3\"}}}",
	  "a number from" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"user.non-root\": {\"uid\": 4294967295}}}",
	  "a number from" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"capabilities.allowed\": {\"allow\": "
	  "[\"NET_RAW\"]}}}",
	  "an array of names such as" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"devices.allowed\": {\"allow\": "
	  "[\"/dev/fuse\"]}}}",
	  "an array of devices such as" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"devices.allowed\": {\"allow\": [\"c 1\"]}}}",
	  "an array of devices such as" },
	{ "{\"name\": \"own\", \"extends\": \"baseline\", \"rules\": {\"rootfs.read-only\": {\"writable\": "
	  "[\"tmp\"]}}}",
	  "an array of clean absolute paths" },
};

ROWS(profile, refuses_with_the_reason, refused)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	const struct json *own = NULL;
	const char *extends = NULL;
	struct fail f = { 0 };

	cr_assert_not(profile_read(&own, &extends, &arena, "own", "own.json", refused[*row].text,
				   strlen(refused[*row].text), &f),
		      "row %zu was taken", *row);
	cr_expect(strstr(f.text, refused[*row].reason) != NULL, "row %zu: %s", *row, f.text);
	cr_expect_null(own);
}

/* the built-in chain of @name, resolved */
static void resolve(struct profile *ret, struct arena *arena, const char *name, const char *own_text)
{
	const struct json *layers[PROFILE_MAX_LAYERS];
	const char *extends = name;
	struct fail f = { 0 };
	size_t n = 0;

	if (own_text)
		cr_assert(profile_read(&layers[n++], &extends, arena, name, name, own_text, strlen(own_text), &f), "%s",
			  f.text);
	while (extends) {
		const char *layer = extends;
		const char *text = profile_built_in(layer, NULL);

		cr_assert_not_null(text, "%s", layer);
		cr_assert(profile_read(&layers[n++], &extends, arena, layer, layer, text, strlen(text), &f), "%s",
			  f.text);
	}
	cr_assert(profile_resolve(ret, arena, name, layers, n, &f), "%s", f.text);
}

static const char *const names[] = { "privileged", "baseline", "restricted" };

ROWS(profile, built_in_ones_set_every_rule, names)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct profile profile;

	resolve(&profile, &arena, names[*row], NULL);
	cr_expect_str_eq(profile.name, names[*row]);
	for (size_t i = 0; rules[i].id; i++)
		cr_expect_not_null(profile.settings[i].params, "%s", rules[i].id);
}

Test(profile, restricted_is_nowhere_looser_than_baseline)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct profile privileged, baseline, restricted;

	resolve(&privileged, &arena, "privileged", NULL);
	resolve(&baseline, &arena, "baseline", NULL);
	resolve(&restricted, &arena, "restricted", NULL);
	for (size_t i = 0; rules[i].id; i++) {
		/* the enum goes from strict to loose */
		cr_expect(restricted.settings[i].action <= baseline.settings[i].action, "%s", rules[i].id);
		cr_expect_eq(privileged.settings[i].action, ACTION_ALLOW, "%s", rules[i].id);
	}
}

Test(profile, an_own_layer_changes_only_what_it_names)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct profile restricted, own;
	const struct setting *setting;

	resolve(&restricted, &arena, "restricted", NULL);
	resolve(&own, &arena, "own",
		"{\"name\": \"own\", \"extends\": \"restricted\", \"rules\": {"
		"\"user.non-root\": {\"uid\": 1000}, \"rootfs.read-only\": {\"action\": \"allow\"}}}");
	setting = profile_setting(&own, "user.non-root");
	cr_expect_eq(setting->action, ACTION_REWRITE);
	cr_expect_str_eq(json_member(setting->params, "uid")->text, "1000");
	cr_expect_str_eq(json_member(setting->params, "gid")->text, "65532");
	cr_expect_eq(profile_setting(&own, "rootfs.read-only")->action, ACTION_ALLOW);
	cr_expect(json_equal(profile_setting(&own, "capabilities.allowed")->params,
			     profile_setting(&restricted, "capabilities.allowed")->params));
	cr_expect_null(profile_setting(&own, "no.such-rule"));
}

/* what runs was judged by the rules of its time: an upgrade does not cut it off from exec */
Test(profile, a_record_may_lack_the_rules_of_a_later_version)
{
	static const char text[] = "{\"user.non-root\":{\"action\":\"rewrite\",\"uid\":7,\"gid\":7}}";
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct json *resolved;
	struct profile profile;
	struct fail f = { 0 };

	cr_assert(json_read(&resolved, &arena, text, strlen(text), JSON_STRICT, &f), "%s", f.text);
	cr_assert(profile_from_rules(&profile, &arena, "old", resolved, &f), "%s", f.text);
	cr_expect_eq(profile_setting(&profile, "user.non-root")->action, ACTION_REWRITE);
	cr_expect_eq(profile_setting(&profile, "exec.bounded")->action, ACTION_ALLOW);
}

Test(profile, a_rule_without_an_action_is_refused)
{
	static const char text[] = "{\"user.non-root\":{\"uid\":7}}";
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct json *resolved;
	struct profile profile;
	struct fail f = { 0 };

	cr_assert(json_read(&resolved, &arena, text, strlen(text), JSON_STRICT, &f), "%s", f.text);
	cr_assert_not(profile_from_rules(&profile, &arena, "old", resolved, &f));
	cr_expect(strstr(f.text, "has no action") != NULL, "%s", f.text);
}

Test(profile, survives_the_way_through_a_record)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);
	struct profile before, after;
	struct json *again;
	struct fail f = { 0 };
	const char *text;
	size_t n_bytes;

	resolve(&before, &arena, "restricted", NULL);
	cr_assert(json_write(&text, &n_bytes, &arena, before.rules));
	cr_assert(json_read(&again, &arena, text, n_bytes, JSON_STRICT, &f), "%s", f.text);
	cr_assert(profile_from_rules(&after, &arena, "restricted", again, &f), "%s", f.text);
	for (size_t i = 0; rules[i].id; i++) {
		cr_expect_eq(after.settings[i].action, before.settings[i].action);
		cr_expect(json_equal(after.settings[i].params, before.settings[i].params), "%s", rules[i].id);
	}
}

Test(profile, every_rule_fits_the_table)
{
	size_t count = 0;

	for (; rules[count].id; count++) {
		cr_expect_eq(rule_by_id(rules[count].id), &rules[count], "%s is there twice", rules[count].id);
		cr_expect_not_null(rules[count].title, "%s", rules[count].id);
		cr_expect_not_null(rules[count].judge, "%s", rules[count].id);
		cr_expect_neq(rules[count].scopes, 0, "%s", rules[count].id);
	}
	cr_expect_leq(count, RULES_MAX);
}
