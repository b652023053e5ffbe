/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A failure: a step that could not be completed. It always refuses. A refusal
 * by policy is not a failure, it is a verdict (decision.h).
 *
 * The text is one line for people. It never holds the words by which engines
 * choose another exit code than "permission denied" (engines look for "no such
 * file or directory", "not a directory", ...): errors of the kernel are named
 * by their symbol, ENOENT, and not by strerror().
 */
#ifndef OCIGATE_FAIL_H
#define OCIGATE_FAIL_H

#include "attributes.h"

#include <stdbool.h>

enum {
	FAIL_MAX_BYTES = 2048,
};

enum fail_kind {
	FAIL_NONE = 0,
	FAIL_USAGE,  /* the command line cannot be read with certainty */
	FAIL_INPUT,  /* a file says what it must not say */
	FAIL_SYSTEM, /* the kernel refused a call */
	FAIL_MEMORY, /* the arena's limit, or the machine's */
};

struct fail {
	enum fail_kind kind;
	char text[FAIL_MAX_BYTES];
};

/**
 * fail_input(), fail_usage(), fail_system(), fail_memory() - keep the first cause
 * @f:		untouched if it already holds a cause
 *
 * All return false, so that `return fail_…(f, …)` ends a function that failed.
 * Bytes that could move a terminal are escaped. fail_system() adds errno by name.
 */
bool fail_input(struct fail *f, const char *format, ...) PRINTF(2, 3);
bool fail_usage(struct fail *f, const char *format, ...) PRINTF(2, 3);
bool fail_system(struct fail *f, const char *format, ...) PRINTF(2, 3);
bool fail_memory(struct fail *f);

/** fail_while() - say where: puts "<text>: " before the cause; returns false */
bool fail_while(struct fail *f, const char *format, ...) PRINTF(2, 3);

#endif
