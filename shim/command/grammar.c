/* SPDX-License-Identifier: Apache-2.0 */
/* What the two grammars do alike once they know which words are options, values and arguments. */
#include "grammar.h"

#include "../base/text.h"

#include <limits.h>
#include <string.h>

bool reading_stops(struct reading *reading, enum outcome outcome, int at, const char *why)
{
	reading->outcome = outcome;
	reading->at = at;
	reading->why = why;
	return false;
}

bool reading_unknown_option(struct reading *reading, int at, bool known_elsewhere)
{
	if (known_elsewhere)
		return reading_stops(reading, OUTCOME_ENDS, at, "is an option of the other runtime only");
	return reading_stops(reading, OUTCOME_UNKNOWN, at, "is no option there of " OPTIONS_VERSIONS);
}

/* how many options there can be at most: each letter of -abc may be one */
static size_t options_max(const char *const *argv)
{
	size_t count = 0;

	for (; *argv; argv++) {
		if ((*argv)[0] == '-')
			count += (*argv)[1] == '-' ? 1 : strlen(*argv);
	}
	return count;
}

bool reading_begin(struct reading *ret, struct arena *arena, enum runtime runtime, const char *const *argv)
{
	size_t argc = 0;

	*ret = (struct reading){ .runtime = runtime, .argv = argv };
	while (argv[argc])
		argc++;
	if (argc > INT_MAX)
		return false;
	ret->argc = (int)argc;
	ret->roles = arena_alloc(arena, argc);
	ret->command.options = arena_array(arena, options_max(argv), sizeof(*ret->command.options));
	return ret->roles && ret->command.options;
}

bool reading_verb(struct reading *reading, int at)
{
	const struct verb_row *verb = verb_named(reading->argv[at]);

	reading->roles[at] = WORD_ARGUMENT;
	if (!verb)
		return reading_stops(reading, OUTCOME_UNKNOWN, at, "is no verb of " OPTIONS_VERSIONS);
	if (!verb->words[reading->runtime].known)
		return reading_stops(reading, OUTCOME_ENDS, at, "is a verb of the other runtime only");
	reading->verb = verb;
	reading->command.kind = verb->kind;
	reading->command.verb = verb->name;
	reading->command.verb_at = at;
	return true;
}

bool bool_read(bool *ret, const char *value)
{
	static const char *const words[2][6] = {
		{ "0", "f", "F", "FALSE", "false", "False" },
		{ "1", "t", "T", "TRUE", "true", "True" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(words[i]); k++) {
			if (text_is(words[i][k], value)) {
				*ret = i == 1;
				return true;
			}
		}
	}
	return false;
}

static void field_set(struct reading *reading, size_t field, const char *value)
{
	memcpy((char *)&reading->command + field, &value, sizeof(value));
	if (field == offsetof(struct command, root))
		reading->rootless = NULL;
}

static bool is_plain_number(const char *value)
{
	int64_t number;

	return text_to_i64(&number, value) && number >= INT_MIN && number <= INT_MAX;
}

bool reading_option(struct reading *reading, const struct option_row *option, const char *value, int at, int n_words)
{
	struct command *command = &reading->command;

	reading->roles[at] = WORD_OPTION;
	if (n_words == 2)
		reading->roles[at + 1] = WORD_VALUE;
	/* octal, hexadecimal, "1_000", " 1": Go, strtoul() and strtoll() differ */
	if (option->form[reading->runtime] == VALUE_NUMBER && !is_plain_number(value))
		return reading_stops(reading, OUTCOME_DOUBTFUL, at, "takes a plain decimal number");

	switch (option->effect) {
	case EFFECT_NONE:
	case EFFECT_ENDS: /* each grammar by its own rule */
		break;
	case EFFECT_FIELD:
		field_set(reading, option->field, value);
		break;
	case EFFECT_ROOTLESS:
		command->rootless_forced = false;
		(void)bool_read(&command->rootless_forced, value);
		reading->rootless = value;
		reading->rootless_at = at;
		break;
	case EFFECT_FORCES:
		command->forced = !value;
		break;
	case EFFECT_PATTERN:
		reading->id_is_pattern = true;
		break;
	}

	if (reading->verb) {
		command->options[command->n_options++] = (struct command_option){
			.name = option->name,
			.value = value,
			.first = at,
			.n_words = n_words,
		};
	}
	return true;
}

void reading_arguments(struct reading *reading, const int *at, int count)
{
	const struct verb_row *verb = reading->verb;
	const struct verb_words *words = &verb->words[reading->runtime];
	struct command *command = &reading->command;

	for (int i = 0; i < count; i++)
		reading->roles[at[i]] = WORD_ARGUMENT;
	if (count < words->min || (words->max != ENDLESS && count > words->max)) {
		reading_stops(reading, OUTCOME_ENDS, command->verb_at, "has too few or too many arguments");
		return;
	}
	if (verb->id_word && verb->id_word <= count) {
		command->id_at = at[verb->id_word - 1];
		command->id = reading->argv[command->id_at];
	}
	/* behind the verb for mounts, behind the id for exec */
	if (verb->rest && count) {
		int skipped = verb->kind == COMMAND_EXECS ? 1 : 0;

		command->rest = reading->argv + at[0] + skipped;
		command->n_rest = (size_t)(count - skipped);
	}
	reading->outcome = OUTCOME_READS;
}
