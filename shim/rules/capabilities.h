/* SPDX-License-Identifier: Apache-2.0 */
/* process.capabilities as sets of bits. Pure: the names are a table, not the library's. */
#ifndef OCIGATE_RULES_CAPABILITIES_H
#define OCIGATE_RULES_CAPABILITIES_H

#include "base/arena.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	CAPABILITY_CHOWN = 0,
	CAPABILITY_NET_BIND_SERVICE = 10,
	CAPABILITY_COUNT = 41, /* up to CAP_CHECKPOINT_RESTORE */
};

enum capability_set {
	CAPABILITY_BOUNDING = 0,
	CAPABILITY_EFFECTIVE,
	CAPABILITY_INHERITABLE,
	CAPABILITY_PERMITTED,
	CAPABILITY_AMBIENT,
	CAPABILITY_SETS,
};

struct capabilities {
	uint64_t sets[CAPABILITY_SETS]; /* a bit for each capability, by its number */
	const char *odd;                /* a name that is not spelt as in capabilities(7), or NULL */
};

/** capability_name() - "CAP_CHOWN" for 0; NULL for a number that has none */
const char *capability_name(unsigned number);

/** capabilities_set() - the known ones of an array of names; NULL gives the empty set */
uint64_t capabilities_set(const struct json *names, const char **ret_odd);

/** capabilities_read() - all five sets; a missing one is empty, as it is for the runtimes */
void capabilities_read(struct capabilities *ret, const struct json *object);

/** capabilities_write() - an object with all five arrays; NULL when memory is out */
struct json *capabilities_write(struct arena *arena, const struct capabilities *capabilities) MUST_CHECK;

/** capabilities_union() - all that is in any of the sets */
uint64_t capabilities_union(const struct capabilities *capabilities);

/** capabilities_text() - "CAP_CHOWN, CAP_KILL and 3 more"; NULL when memory is out */
const char *capabilities_text(struct arena *arena, uint64_t set) MUST_CHECK;

#endif
