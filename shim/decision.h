/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Document, identity and policy go in, a verdict with its findings comes out, and
 * the document is as safe as the profile wants it. Pure.
 */
#ifndef OCIGATE_DECISION_H
#define OCIGATE_DECISION_H

#include "evidence.h"
#include "identity.h"
#include "policy.h"
#include "profile.h"
#include "rules/rule.h"

enum verdict {
	VERDICT_DENY = 0,
	VERDICT_ALLOW,   /* nothing to change */
	VERDICT_REWRITE, /* allowed as the document now stands */
};

struct decision {
	enum verdict verdict;
	enum policy_mode mode;
	const struct finding *findings; /* in the order of the rules */
	size_t n_findings;
	size_t n_denied;
};

struct question {
	enum scope scope;
	struct json *config;    /* changed by the answer; see struct judging */
	const struct json *own; /* SCOPE_EXEC, SCOPE_UPDATE, SCOPE_LIVE */
	const struct identity *identity;
	const struct policy *policy; /* for waivers and mode */
	const struct profile *profile;
	const struct evidence *evidence; /* SCOPE_CONTAINER */
	const char *place_prefix;        /* taken off the places in findings, or NULL */
	const char *today;               /* "YYYY-MM-DD", UTC */
};

/**
 * decision_make() - apply every rule of the profile
 * @ret:	findings are owned by @arena
 *
 * In audit mode the verdict is what it would be; the caller changes nothing then.
 */
bool decision_make(struct decision *ret, struct arena *arena, const struct question *question,
		   struct fail *f) MUST_CHECK;

/** verdict_name(), effect_name(), action_name() - the words of records and messages */
const char *verdict_name(enum verdict verdict);
const char *effect_name(enum effect effect);

/**
 * decision_message() - a refusal as one line
 *
 * "permission denied: <rule>: <what was found and what is wanted> (<place>; and 2 more)". Starts so that every
 * engine gives exit status 126.
 */
const char *decision_message(struct arena *arena, const struct decision *decision, const char *profile) MUST_CHECK;

#endif
