/* SPDX-License-Identifier: Apache-2.0 */
/* The patterns that a profile lists. */
#ifndef OCIGATE_RULES_PATTERNS_H
#define OCIGATE_RULES_PATTERNS_H

#include "base/json.h"

/**
 * patterns_match() - does any string of the array match?
 * @patterns:	as in fnmatch(3); NULL matches nothing
 * @flags:	of fnmatch(3)
 */
bool patterns_match(const struct json *patterns, const char *text, int flags);

#endif
