/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a document allows, measured without the rules: as the runtimes and the
 * kernel read it. Only the names of capabilities come from there.
 */
#ifndef OCIGATE_TEST_YARDSTICK_H
#define OCIGATE_TEST_YARDSTICK_H

#include "base/json.h"

/* as rules get them */
struct pair {
	const struct json *before, *after;
	const struct json *own; /* of exec; NULL: nothing is kept */
	bool is_exec;
};

/** looser() - what @after allows more than @before, or has lost of what no rule touches; NULL when nothing */
const char *looser(const struct pair *p);

#endif
