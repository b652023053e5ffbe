/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runc's grammar: urfave/cli 1.22, which sorts the words of a verb and hands them
 * to Go's package flag. An option may be written with one dash or two, by its name
 * or its letter: -bundle=x, --b x. The sorting is followed word for word, because
 * a switch in front of the id and an option behind it do not go together.
 */
#include "grammar.h"

#include "../base/text.h"

#include <string.h>

/* indices into argv, in the order in which package flag gets the words */
struct queue {
	int *at;
	int count;
	int next;
};

/* how an option of one parse was given */
enum {
	GIVEN_BY_NAME = 1 << 0,
	GIVEN_BY_LETTER = 1 << 1,
	GIVEN_TRUE = 1 << 2,
};

struct word {
	const char *name; /* without dashes, ends at length */
	size_t length;
	const char *value; /* behind '=', or NULL */
};

static struct word word_split(const char *text, size_t dashes)
{
	struct word word = { .name = text + dashes, .length = strcspn(text + dashes, "=") };

	if (word.name[word.length])
		word.value = word.name + word.length + 1;
	return word;
}

static const struct option_row *option_of(enum runtime runtime, unsigned int of, const struct word *word)
{
	const struct option_row *option = option_named(runtime, of, word->name, word->length);

	return option || word->length != 1 ? option : option_lettered(runtime, of, word->name[0]);
}

/* argIsFlag() of urfave/cli: up to three dashes are taken away */
static bool is_flag(unsigned int of, const char *text)
{
	struct word word;
	size_t dashes = strspn(text, "-");

	if (!dashes || !text[1] || text_is(text, "--"))
		return false;
	word = word_split(text, dashes < 3 ? dashes : 3);
	return word.length && option_of(RUNC, of, &word);
}

/*
 * reorderArgs() of urfave/cli: options to the front, each with the word behind it
 * unless that is an option, too, be it its value or not.
 */
static void queue_sort(struct queue *queue, const struct reading *reading, int *scratch)
{
	const char *const *argv = reading->argv;
	bool value_next = false;
	int n_front = 0;
	int n_back = 0;
	int i = queue->at[0];

	for (; i < reading->argc; i++) {
		bool flag = is_flag(reading->verb->of, argv[i]);

		if (value_next && !flag) {
			value_next = false;
			queue->at[n_front++] = i;
		} else if (text_is(argv[i], "--")) {
			break;
		} else if (flag) {
			queue->at[n_front++] = i;
			value_next = !strchr(argv[i], '=');
		} else {
			scratch[n_back++] = i;
		}
	}
	/* "--" in front of all that are no options */
	if (i < reading->argc)
		queue->at[n_front++] = i++;
	for (int k = 0; k < n_back; k++)
		queue->at[n_front++] = scratch[k];
	while (i < reading->argc)
		queue->at[n_front++] = i++;
}

/* one option and its value: parseOne() of package flag */
static bool flag_read(struct reading *reading, struct queue *queue, unsigned int of, unsigned char *given)
{
	int at = queue->at[queue->next++];
	const char *text = reading->argv[at];
	struct word word = word_split(text, text[1] == '-' ? 2 : 1);
	const struct option_row *option;
	bool on = true;
	int n_words = 1;

	if (!word.length || word.name[0] == '-')
		return reading_stops(reading, OUTCOME_ENDS, at, "is no option");
	option = option_of(RUNC, of, &word);
	if (!option)
		return reading_unknown_option(reading, at, option_of(CRUN, of, &word));

	if (option->form[RUNC] == VALUE_SWITCH) {
		if (word.value && !bool_read(&on, word.value))
			return reading_stops(reading, OUTCOME_ENDS, at, "takes true or false");
		word.value = on ? NULL : "false";
	} else if (!word.value) {
		if (queue->next == queue->count)
			return reading_stops(reading, OUTCOME_ENDS, at, "takes a value");
		if (queue->at[queue->next] != at + 1)
			return reading_stops(reading, OUTCOME_DOUBTFUL, at, "takes its value from another place");
		word.value = reading->argv[queue->at[queue->next++]];
		n_words = 2;
	}

	given += option_number(option);
	*given |= word.length == 1 ? GIVEN_BY_LETTER : GIVEN_BY_NAME;
	*given = (unsigned char)(on ? *given | GIVEN_TRUE : *given & ~GIVEN_TRUE);
	return reading_option(reading, option, word.value, at, n_words);
}

/* normalizeFlags() refuses the name and the letter of one option together; then help and the version are looked at */
static bool given_checked(struct reading *reading, unsigned int of, const unsigned char *given)
{
	static const char *const enders[] = { "help", "version" };

	for (size_t i = 0; i < OPTIONS_MAX; i++) {
		if ((given[i] & GIVEN_BY_NAME) && (given[i] & GIVEN_BY_LETTER))
			return reading_stops(reading, OUTCOME_ENDS, 0,
					     "gives one option by its name and by its letter");
	}
	for (size_t i = 0; i < ARRAY_SIZE(enders); i++) {
		const struct option_row *option = option_named(RUNC, of, enders[i], strlen(enders[i]));

		if (option && (given[option_number(option)] & GIVEN_TRUE))
			return reading_stops(reading, OUTCOME_ENDS, 0, "asks for help or the version");
	}
	return true;
}

/* up to the first word that is no option */
static bool flags_read(struct reading *reading, struct queue *queue, unsigned int of)
{
	unsigned char given[OPTIONS_MAX] = { 0 };

	while (queue->next < queue->count) {
		const char *text = reading->argv[queue->at[queue->next]];

		if (text[0] != '-' || !text[1])
			break;
		if (text_is(text, "--")) {
			queue->next++;
			break;
		}
		if (!flag_read(reading, queue, of, given))
			return false;
	}
	return given_checked(reading, of, given);
}

static void line_read(struct reading *reading, struct queue *queue, int *scratch)
{
	int verb_at;

	if (!flags_read(reading, queue, OF_GLOBAL))
		return;
	if (queue->next == queue->count) {
		reading_stops(reading, OUTCOME_ENDS, 0, "names no verb");
		return;
	}
	verb_at = queue->at[queue->next];
	if (!reading_verb(reading, verb_at))
		return;

	*queue = (struct queue){ .at = queue->at + queue->next + 1, .count = reading->argc - verb_at - 1 };
	if (queue->count && !reading->verb->options_end_at_id)
		queue_sort(queue, reading, scratch);
	if (flags_read(reading, queue, reading->verb->of))
		reading_arguments(reading, queue->at + queue->next, queue->count - queue->next);
}

bool grammar_runc(struct reading *ret, struct arena *arena, const char *const *argv)
{
	struct queue queue = { 0 };
	int *scratch;

	if (!reading_begin(ret, arena, RUNC, argv))
		return false;
	queue.at = arena_array(arena, (size_t)ret->argc, sizeof(*queue.at));
	scratch = arena_array(arena, (size_t)ret->argc, sizeof(*scratch));
	if (!queue.at || !scratch)
		return false;

	for (int i = 1; i < ret->argc; i++)
		queue.at[queue.count++] = i;
	line_read(ret, &queue, scratch);
	return true;
}
