/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crun's grammar: GNU argp with ARGP_IN_ORDER, once for the words up to the verb
 * and once for those behind it. Options end at the first word that is none. Long
 * names may be cut short while only one is meant, letters may be written together.
 */
#include "grammar.h"

#include "../base/text.h"

#include <string.h>

/* "false" for an optional value that switches off, as crun's exec.c has it */
static const char *optional_value(const char *value)
{
	return text_is(value, "false") || text_is(value, "no") ? "false" : NULL;
}

/* does runc know @text as one of its options? Both dashes mean the same to it */
static bool is_of_runc(unsigned int of, const char *text)
{
	const char *name = text + (text[1] == '-' ? 2 : 1);
	size_t length = strcspn(name, "=");

	return option_named(RUNC, of, name, length) || (length == 1 && option_lettered(RUNC, of, *name));
}

/* @value: what stands behind the option in its own word, or NULL; @ret_next: the word behind the option */
static bool option_take(struct reading *reading, int *ret_next, const struct option_row *option, const char *value)
{
	int at = *ret_next - 1;
	int n_words = 1;

	/* argp acts on help at once, whatever follows */
	if (option->effect == EFFECT_ENDS)
		return reading_stops(reading, OUTCOME_ENDS, at, "asks for help or the version");
	if (option->form[CRUN] == VALUE_OPTIONAL) {
		value = optional_value(value);
	} else if (option->form[CRUN] != VALUE_SWITCH && !value) {
		if (*ret_next == reading->argc)
			return reading_stops(reading, OUTCOME_ENDS, at, "takes a value");
		value = reading->argv[(*ret_next)++];
		n_words = 2;
	}
	return reading_option(reading, option, value, at, n_words);
}

/* --name, --name=value, --na */
static bool long_read(struct reading *reading, int *ret_next, unsigned int of)
{
	int at = *ret_next - 1;
	const char *name = reading->argv[at] + 2;
	size_t length = strcspn(name, "=");
	const char *value = name[length] ? name + length + 1 : NULL;
	const struct option_row *option = option_named(CRUN, of, name, length);
	bool several = false;

	if (!option)
		option = option_abbreviated(&several, CRUN, of, name, length);
	/* which names share a beginning depends on the version */
	if (several)
		return reading_stops(reading, OUTCOME_DOUBTFUL, at, "may stand for more than one option: write it out");
	if (!option)
		return reading_unknown_option(reading, at, is_of_runc(of, reading->argv[at]));
	if (option->form[CRUN] == VALUE_SWITCH && value)
		return reading_stops(reading, OUTCOME_ENDS, at, "takes no value");
	return option_take(reading, ret_next, option, value);
}

/* -x, -xyz, -xVALUE */
static bool letters_read(struct reading *reading, int *ret_next, unsigned int of)
{
	int at = *ret_next - 1;
	const char *letter = reading->argv[at] + 1;

	while (*letter) {
		const struct option_row *option = option_lettered(CRUN, of, *letter++);
		bool is_switch = option && option->form[CRUN] == VALUE_SWITCH;

		if (!option)
			return reading_unknown_option(reading, at, is_of_runc(of, reading->argv[at]));
		if (!option_take(reading, ret_next, option, is_switch || !*letter ? NULL : letter))
			return false;
		if (!is_switch)
			break;
	}
	return true;
}

/* up to the first word that is no option: @ret_next */
static bool options_read(struct reading *reading, int *ret_next, unsigned int of)
{
	while (*ret_next < reading->argc) {
		const char *text = reading->argv[*ret_next];

		if (text[0] != '-' || !text[1])
			return true;
		(*ret_next)++;
		if (text_is(text, "--"))
			return true;
		if (!(text[1] == '-' ? long_read : letters_read)(reading, ret_next, of))
			return false;
	}
	return true;
}

static void line_read(struct reading *reading, int *at)
{
	int next = 1;
	int count = 0;

	if (!options_read(reading, &next, OF_GLOBAL))
		return;
	if (next >= reading->argc) {
		reading_stops(reading, OUTCOME_ENDS, 0, "names no verb");
		return;
	}
	if (!reading_verb(reading, next++) || !options_read(reading, &next, reading->verb->of))
		return;
	while (next < reading->argc)
		at[count++] = next++;
	/* crun counts: without a file there must be a command */
	if (reading->verb->kind == COMMAND_EXECS && count == 1 && !reading->command.process) {
		reading_stops(reading, OUTCOME_ENDS, reading->command.verb_at, "has neither a command nor --process");
		return;
	}
	reading_arguments(reading, at, count);

	/* crun 1.8 to 1.21 take the value of --rootless for --root, later versions take no notice of it */
	if (reading->outcome == OUTCOME_READS && reading->rootless)
		reading_stops(reading, OUTCOME_DOUBTFUL, reading->rootless_at,
			      "is the root to crun up to 1.21: put it in front of --root");
}

bool grammar_crun(struct reading *ret, struct arena *arena, const char *const *argv)
{
	int *at;

	if (!reading_begin(ret, arena, CRUN, argv))
		return false;
	at = arena_array(arena, (size_t)ret->argc, sizeof(*at));
	if (!at)
		return false;
	line_read(ret, at);
	return true;
}
