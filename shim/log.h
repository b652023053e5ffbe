/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision log: one flat JSON object a line. Sinks are a file, syslog, and the
 * kernel's audit log, as the policy has it. Format: ocigate-record(5).
 */
#ifndef OCIGATE_LOG_H
#define OCIGATE_LOG_H

#include "record.h"

/**
 * log_append() - one line for one decision
 * @facts:	policy says where to; members that are NULL are left out
 * @now:	as of clock_now()
 * @f:		only when the policy has decisions.required and a sink did not take the line
 */
bool log_append(struct arena *arena, const struct record_key *key, const struct record_facts *facts, const char *now,
		struct fail *f) MUST_CHECK;

#endif
