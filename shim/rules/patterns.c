/* SPDX-License-Identifier: Apache-2.0 */
#include "patterns.h"

#include <fnmatch.h>

bool patterns_match(const struct json *patterns, const char *text, int flags)
{
	for (const struct json *pattern = patterns ? patterns->first : NULL; pattern; pattern = pattern->next) {
		if (json_string(pattern) && fnmatch(json_string(pattern), text, flags) == 0)
			return true;
	}
	return false;
}
