/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of rules: one document's text goes in, verdict, findings and the new text come out. */
#ifndef OCIGATE_TEST_JUDGE_H
#define OCIGATE_TEST_JUDGE_H

#include "decision.h"

struct judge_case {
	/* name of a built-in one; or members for "rules" over privileged: "\"user.umask\": {...}" */
	const char *profile;
	enum scope scope; /* 0 is SCOPE_CONTAINER */
	/* SCOPE_EXEC: {"process": ...}; SCOPE_UPDATE: {"linux": {"resources": ...}} */
	const char *document;
	const char *own; /* NULL: nothing is kept of the container */
	/* NULL: x86_64, every bind mount a plain file elsewhere, no namespace the host's */
	const struct evidence *evidence;
	const char *waived; /* a rule that is waived, or NULL */
};

struct judged {
	enum verdict verdict;
	const char *findings; /* "rewritten user.non-root /process/user/uid\n", a line each; "" for none */
	const char *texts;    /* the findings' texts, a line each */
	const char *document; /* compact */
	const char *message;  /* of a refusal */
	struct json *config;
};

/** judge() - judge one document; the test ends when anything cannot be read */
void judge(struct judged *ret, struct arena *arena, const struct judge_case *c);

/** judge_settles() - judge() again what came out: nothing more is rewritten, and not a byte changes */
bool judge_settles(struct arena *arena, const struct judge_case *c, const struct judged *judged);

/**
 * judge_within() - the decision alone with at most @max_bytes of memory
 *
 * Returns false when it failed, which must be for memory; @ret is untouched then.
 */
bool judge_within(struct judged *ret, struct arena *arena, const struct judge_case *c, size_t max_bytes);

#endif
