/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy.json and profiles out of any bytes: read whole or refused with a reason,
 * and what was read can be asked. The first byte chooses which of the two.
 */
#include "base/text.h"
#include "policy.h"
#include "profile.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX_BYTES = 16 * 1024 * 1024 };

static void policy_use(struct arena *arena, const char *text, size_t n_bytes)
{
	const struct identity identity = { .engine = ENGINE_DOCKER, .id = "fuzz" };
	struct policy policy = { 0 };
	struct fail f = { 0 };

	if (!policy_read(&policy, arena, "policy.json", text, n_bytes, &f)) {
		if (f.kind == FAIL_NONE || !f.text[0])
			abort();
		return;
	}
	if (policy_select(&policy, &identity) && policy_waiver(&policy, rules[0].id, &identity, "2026-11-22"))
		return;
}

static void profile_use(struct arena *arena, const char *text, size_t n_bytes)
{
	const struct json *layers[1] = { NULL };
	const char *extends = NULL;
	struct profile profile;
	struct fail f = { 0 };

	if (!profile_read(&layers[0], &extends, arena, "own", "own.json", text, n_bytes, &f)) {
		if (f.kind == FAIL_NONE || !f.text[0])
			abort();
		return;
	}
	if (profile_resolve(&profile, arena, "own", layers, 1, &f) && !profile_setting(&profile, rules[0].id))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_MAX_BYTES);

	if (size < 1)
		return 0;
	if (data[0] & 1)
		policy_use(&arena, (const char *)data + 1, size - 1);
	else
		profile_use(&arena, (const char *)data + 1, size - 1);
	return 0;
}
