/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile: a named set of rules, each with an action and parameters. Profiles
 * are laid over each other; at the bottom always lies "privileged", which names
 * every rule. Pure.
 *
 * Format: ocigate-profile(5).
 */
#ifndef OCIGATE_PROFILE_H
#define OCIGATE_PROFILE_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"
#include "rules/rule.h"

#include <stdbool.h>
#include <stddef.h>

enum { PROFILE_MAX_LAYERS = 8 };

struct profile {
	const char *name;
	const struct json *rules;           /* resolved: every rule with its action and parameters */
	struct setting settings[RULES_MAX]; /* parallel to rules[] */
};

/**
 * profile_read() - read one profile's own text; no look at what it extends
 * @ret_rules:	its own rules
 * @ret_extends: name of the profile it starts from; NULL only for "privileged"
 * @name:	as the policy calls it; the text must call itself the same
 * @file:	for messages
 * @f:		FAIL_INPUT with the line; unknown rules and parameters name the nearest known one
 */
bool profile_read(const struct json **ret_rules, const char **ret_extends, struct arena *arena, const char *name,
		  const char *file, const char *bytes, size_t n_bytes, struct fail *f) MUST_CHECK;

/** profile_read_built_in() - the same of a built-in one, whose text the tests have checked; @name is one */
bool profile_read_built_in(const struct json **ret_rules, const char **ret_extends, struct arena *arena,
			   const char *name, struct fail *f) MUST_CHECK;

/**
 * profile_resolve() - lay profiles over each other
 * @layers:	rules as of profile_read(), the selected profile first, its ancestors behind it
 *
 * Member by member: a layer that sets only "allow" of a rule keeps the action it inherits. The profile shares its
 * values with @layers.
 */
bool profile_resolve(struct profile *ret, struct arena *arena, const char *name, const struct json *const *layers,
		     size_t n_layers, struct fail *f) MUST_CHECK;

/**
 * profile_from_rules() - a profile out of resolved rules, as a record keeps them; checked all the same
 *
 * Rules that it does not name are those that a later version brought: they do not look.
 */
bool profile_from_rules(struct profile *ret, struct arena *arena, const char *name, const struct json *resolved,
			struct fail *f) MUST_CHECK;

/** profile_setting() - how the profile sets the rule @id; NULL if there is no such rule */
const struct setting *profile_setting(const struct profile *profile, const char *id);

/**
 * profile_built_in() - the text of privileged, baseline, restricted; NULL for other names
 * @ret_digest:	of the text, or NULL when it is not needed
 */
const char *profile_built_in(const char *name, const char **ret_digest);

#endif
