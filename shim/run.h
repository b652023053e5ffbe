/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of ocigate: what the steps hand on, and the steps that several verbs
 * take. The verbs themselves are create.c, exec.c, update.c; main.c chooses.
 */
#ifndef OCIGATE_RUN_H
#define OCIGATE_RUN_H

#include "command.h"
#include "decision.h"
#include "handoff.h"
#include "identity.h"
#include "policy_files.h"
#include "record.h"

#include <stdbool.h>

struct run {
	struct arena *arena;
	const char *const *argv; /* what the runtime gets; exec by options changes it */
	struct command command;
	struct record_key key;
	struct record_head head; /* of the container's record, when it has one */
	bool has_record;
	struct policy policy;
	struct policy_origin policy_origin;
	struct profile profile;
	struct policy_origin profile_origin;
	struct identity identity;
	struct decision decision;
	struct record_facts facts; /* what is known so far; goes into the record */
	char today[sizeof("2026-01-02")];
};

/* A verb: its steps in order, the last one becomes the runtime. Comes back only on failure, with false. */
typedef bool verb_fn(struct run *run, struct fail *f);

verb_fn run_create; /* create, run, restore */
verb_fn run_start;
verb_fn run_exec;
verb_fn run_update;
verb_fn run_mounts; /* crun's */
verb_fn run_pass;   /* housekeeping: never stopped by a policy */

/** run_key() - which record the command speaks of */
bool run_key(struct run *run, struct fail *f) MUST_CHECK;

/** run_policy() - the host's policy, and the runtime it names */
bool run_policy(struct run *run, struct fail *f) MUST_CHECK;

/**
 * run_record() - the container's record, with policy and profile as they were at create
 * @ret_decision: the record's second line
 * @f:		there is no record: nothing is known that the container could be held to
 */
bool run_record(struct run *run, struct json **ret_decision, struct fail *f) MUST_CHECK;

/**
 * run_seal() - is config.json still what was judged?
 * @ret_config:	the document, or NULL when it is not needed
 */
bool run_seal(struct run *run, struct json **ret_config, struct fail *f) MUST_CHECK;

/**
 * run_judge() - judge a change to a container by its own record
 * @around:	the document as the rules address it; changed by the answer
 * @record:	the record's second line
 * @prefix:	taken off the places in findings, or NULL
 * @f:		as of run_allows()
 */
bool run_judge(struct run *run, enum scope scope, struct json *around, const struct json *record, const char *prefix,
	       struct fail *f) MUST_CHECK;

/** run_is_enforced() - false in audit mode, where nothing is changed and nothing refused */
bool run_is_enforced(const struct run *run);

/** run_allows() - false, with the refusal in @f, when the decision denies and counts */
bool run_allows(struct run *run, struct fail *f) MUST_CHECK;

#endif
