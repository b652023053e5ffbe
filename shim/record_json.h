/* SPDX-License-Identifier: Apache-2.0 */
/* The two lines of a record as JSON. Format: ocigate-record(5). */
#ifndef OCIGATE_RECORD_JSON_H
#define OCIGATE_RECORD_JSON_H

#include "record.h"

/** record_put() - a string member; nothing is put for NULL */
bool record_put(struct arena *arena, struct json *object, const char *key, const char *text) MUST_CHECK;

/**
 * record_head_json() - the first line: what every verb needs
 * @state:	the runtime's own directory of the container
 *
 * NULL when memory is out, as of record_decision_json().
 */
struct json *record_head_json(struct arena *arena, const struct record_key *key, const struct record_facts *facts,
			      const char *state) MUST_CHECK;

/**
 * record_decision_json() - the second line: the decision, and what exec and update are held to
 * @now:	as of clock_now()
 */
struct json *record_decision_json(struct arena *arena, const struct record_facts *facts, const char *now) MUST_CHECK;

#endif
