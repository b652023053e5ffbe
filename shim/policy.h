/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's policy as a value in memory. Pure: where the file lies and whom it
 * must belong to is policy_files.h; what a profile is, profile.h.
 *
 * Format: ocigate-policy(5).
 */
#ifndef OCIGATE_POLICY_H
#define OCIGATE_POLICY_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"
#include "identity.h"

#include <stdbool.h>
#include <stdint.h>

enum policy_mode {
	POLICY_ENFORCE = 0,
	POLICY_AUDIT, /* judge and record, change nothing */
};

/* which containers a selection or a waiver speaks of: all that is given must match; patterns as in fnmatch(3) */
struct policy_when {
	const char *engine;
	const char *namespace;
	const char *pod;
	const char *image;         /* established identity only */
	const char *claimed_image; /* the engine's word */
	const char *id;
};

struct policy_selection {
	struct policy_when when;
	const char *profile;
	const char *runtime; /* NULL: the policy's */
};

struct policy_waiver {
	const char *rule;
	struct policy_when when;
	const char *until; /* "2027-03-31", the last day it counts, UTC */
	const char *owner;
	const char *reason;
};

struct policy {
	enum policy_mode mode;
	const char *runtime; /* NULL: the first of the embedded list that is there */
	const char *default_profile;
	struct policy_selection *selections;
	size_t n_selections;
	struct policy_waiver *waivers;
	size_t n_waivers;
	struct identity_root *roots; /* engine roots, beside the built-in ones */
	size_t n_roots;
	const char *decisions_file; /* NULL: the default; "" for none */
	bool decisions_syslog;
	bool decisions_audit;
	bool decisions_required;
};

/**
 * policy_read() - read policy.json
 * @name:	the file's name, for messages
 * @f:		FAIL_INPUT with the line; unknown keys name the nearest known one
 */
bool policy_read(struct policy *ret, struct arena *arena, const char *name, const char *bytes, size_t n_bytes,
		 struct fail *f) MUST_CHECK;

/** policy_embedded() - what counts when there is no policy.json: restricted, enforce */
void policy_embedded(struct policy *ret);

/** policy_select() - the first selection that matches; NULL: the default profile and runtime */
const struct policy_selection *policy_select(const struct policy *policy, const struct identity *identity);

/**
 * policy_waiver() - the waiver of @rule for this container that still counts
 * @today:	"YYYY-MM-DD", UTC
 */
const struct policy_waiver *policy_waiver(const struct policy *policy, const char *rule,
					  const struct identity *identity, const char *today);

/** policy_mode_name() - "enforce" or "audit" */
const char *policy_mode_name(enum policy_mode mode);

#endif
