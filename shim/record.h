/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was decided, kept. One file per container below runstatedir/ocigate (for
 * rootless users $XDG_RUNTIME_DIR/ocigate), keyed by the runtime's root and the
 * id, two lines of JSON: the head, which every verb needs, and the decision, which
 * exec needs. Each decision also is one line of decisions.jsonl.
 *
 * Only here a receipt is made, and without one no runtime is executed.
 *
 * Format: ocigate-record(5).
 */
#ifndef OCIGATE_RECORD_H
#define OCIGATE_RECORD_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/fail.h"
#include "decision.h"
#include "policy_files.h"

#include <stdbool.h>
#include <stddef.h>

/* the proof that a decision was kept; made by record.c alone */
struct receipt {
	const char *runtime; /* what may be executed, absolute path */
	bool is_kept;
};

/* where a container's record lies */
struct record_key {
	const char *root; /* --root, absolute and clean; "" when none was given */
	const char *id;
};

/* the first line */
struct record_head {
	const char *runtime; /* absolute path */
	const char *state;   /* the runtime's own directory of this container */
	const char *bundle;  /* real path */
	const char *config;  /* real path of the sealed config.json */
	const char *seal;    /* digest of its bytes, "sha256:..." */
	const char *engine;
	const char *profile;
	const char *mode;
};

/* all that goes into a decision, beside the key; which members count depends on the event */
struct record_facts {
	const char *event; /* "create", "restore", "run", "start", "exec", "update", ... */
	const char *seal;
	const char *bundle;
	const char *config_path;
	const char *runtime;
	const char *message; /* the refusal, or NULL */
	const struct identity *identity;
	const struct policy *policy;
	const struct policy_origin *policy_origin;
	const struct profile *profile;
	const struct policy_origin *profile_origin;
	const struct decision *decision;
	const struct json *document; /* as it now stands, for the excerpt that exec is held to */
};

/** record_key_of() - @root as --root was given, or NULL */
bool record_key_of(struct record_key *ret, struct arena *arena, const char *root, const char *id,
		   struct fail *f) MUST_CHECK;

/**
 * record_find() - read the head of a container's record
 * @ret:	strings in @arena; untouched when there is none
 * @ret_found:	false when there is no record, which is no failure
 * @ret_decision: the second line, or NULL when the caller does not need it
 */
bool record_find(struct record_head *ret, bool *ret_found, struct json **ret_decision, struct arena *arena,
		 const struct record_key *key, struct fail *f) MUST_CHECK;

/**
 * record_create() - keep the decision on a new container
 * @f:		the id is in use, or the record cannot be written
 *
 * Appends to the decision log as well. A record that another container of that id
 * left behind is replaced; one whose container is there still, or whose create is
 * still under way, is not.
 */
bool record_create(struct receipt *ret, struct arena *arena, const struct record_key *key,
		   const struct record_facts *facts, struct fail *f) MUST_CHECK;

/** record_event() - keep a decision on a container that has a record: start, exec, update */
bool record_event(struct receipt *ret, struct arena *arena, const struct record_key *key,
		  const struct record_facts *facts, struct fail *f) MUST_CHECK;

/**
 * record_refusal() - keep a refusal, as far as that is possible
 *
 * There is no receipt for it and no failure: the container is refused in any case.
 */
void record_refusal(struct arena *arena, const struct record_key *key, const struct record_facts *facts);

/**
 * record_sweep() - remove records whose container is gone
 * @key:	the container that is being deleted; its record goes when the runtime's state of it is gone
 *
 * Looks at a few others of the same root too, so that none stays for ever. Silent: housekeeping.
 */
void record_sweep(struct arena *arena, const struct record_key *key);

#endif
