/* SPDX-License-Identifier: Apache-2.0 */
/* Documents and profiles drawn by chance, the same ones in each run; small enough vocabularies that rules meet. */
#ifndef OCIGATE_TEST_MADE_UP_H
#define OCIGATE_TEST_MADE_UP_H

#include "rules/rule.h"

enum {
	TEXT_MAX = 24 * 1024,
	MADE_UP_GID_MIN_MAX = 500, /* no profile asks for a higher group */
};

struct chance {
	uint64_t state; /* any but 0 */
};

bool likely(struct chance *c, uint32_t percent);

struct text {
	char bytes[TEXT_MAX];
	size_t n;
};

struct made_up_profile {
	struct text as_drawn;  /* members of "rules" */
	struct text with_deny; /* "deny" in the place of "rewrite" */
	bool rewrites;
};

void made_up_profile(struct made_up_profile *ret, struct chance *c);

/** made_up_document() - as rules get it: config.json, {"process": ...} or {"linux": {"resources": ...}} */
void made_up_document(struct text *ret, struct chance *c, enum scope scope);

/** made_up_own() - what a record keeps of a container */
void made_up_own(struct text *ret, struct chance *c);

/** made_up_evidence() - what the names in @config stand for; the same name always for the same */
void made_up_evidence(struct evidence *ret, struct arena *arena, const struct json *config);

#endif
