/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a command line, split at NUL. Beyond not crashing: what is read is
 * whole, and reading the same line again with less memory gives the same or fails.
 */
#include "base/arena.h"
#include "base/fail.h"
#include "base/text.h"
#include "command.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

enum {
	WORDS_MAX = 64,
	BYTES_MAX = 4096,
	ARENA_BYTES = 1 << 20,
	LITTLE_BYTES = 512,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t split(const char **argv, char *copy, const uint8_t *data, size_t size)
{
	size_t count = 0;

	memcpy(copy, data, size);
	copy[size] = '\0';
	argv[count++] = "ocigate";
	for (size_t at = 0; at < size && count < WORDS_MAX; at += strlen(copy + at) + 1)
		argv[count++] = copy + at;
	argv[count] = NULL;
	return count;
}

static void check(const struct command *command, bool read, size_t argc, const struct fail *f)
{
	bool judged = command->kind != COMMAND_PASSES && command->kind != COMMAND_DELETES;

	assert(read == (f->kind == FAIL_NONE));
	assert(read == (command->kind != COMMAND_UNCERTAIN));
	if (!read)
		return;
	assert(!judged || (command->verb && command->id));
	assert(!command->id == !command->id_at && !command->verb == !command->verb_at);
	assert(command->id_at < (int)argc && command->verb_at < (int)argc);
	for (size_t i = 0; i < command->n_options; i++) {
		const struct command_option *option = &command->options[i];

		assert(option->name && option->first > 0 && option->first + option->n_words <= (int)argc);
	}
	for (size_t i = 0; i < command->n_rest; i++)
		assert(command->rest[i]);
	assert(!command->rest || !command->rest[command->n_rest]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *argv[WORDS_MAX + 1];
	char copy[BYTES_MAX + 1];
	size_t argc;

	if (size > BYTES_MAX)
		return 0;
	argc = split(argv, copy, data, size);
	{
		ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(ARENA_BYTES);
		ARENA_RELEASED_ON_RETURN little = ARENA_UP_TO(LITTLE_BYTES);
		struct command command, again;
		struct fail f = { 0 };
		struct fail too_little = { 0 };
		bool read = command_read(&command, &arena, argv, &f);

		check(&command, read, argc, &f);
		if (command_read(&again, &little, argv, &too_little))
			assert(read && again.kind == command.kind && again.id == command.id);
		else
			assert(!read || too_little.kind == FAIL_MEMORY);
	}
	return 0;
}
