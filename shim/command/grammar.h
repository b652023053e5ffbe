/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One command line as one runtime reads it. command.c holds the two readings
 * side by side; here they know nothing of each other.
 */
#ifndef OCIGATE_COMMAND_GRAMMAR_H
#define OCIGATE_COMMAND_GRAMMAR_H

#include "options.h"

enum outcome {
	OUTCOME_UNKNOWN = 0, /* an option or verb that a newer version may know */
	OUTCOME_DOUBTFUL,    /* versions differ */
	OUTCOME_ENDS,        /* certainly rejected, or help or the version is printed */
	OUTCOME_READS,
};

enum word_role {
	WORD_UNREAD = 0,
	WORD_OPTION,
	WORD_VALUE,
	WORD_ARGUMENT,
};

struct reading {
	enum runtime runtime;
	enum outcome outcome;
	int at;          /* the word that decided, 0: the line as a whole */
	const char *why; /* a sentence about that word */

	const char *const *argv;
	int argc;
	unsigned char *roles; /* enum word_role of each word */
	const struct verb_row *verb;
	struct command command;
	bool id_is_pattern;
	const char *rootless; /* value of --rootless when no --root follows it */
	int rootless_at;
};

/**
 * grammar_runc(), grammar_crun() - read @argv as the runtime's own parser does
 * @ret:	filled as far as it was read, whatever the outcome
 *
 * False only when memory is out. runc: flag package of Go behind urfave/cli 1.22,
 * with its reordering of words. crun: GNU argp with ARGP_IN_ORDER.
 */
bool grammar_runc(struct reading *ret, struct arena *arena, const char *const *argv) MUST_CHECK;
bool grammar_crun(struct reading *ret, struct arena *arena, const char *const *argv) MUST_CHECK;

/** what both grammars do alike; those that return bool return false to stop reading */
bool reading_begin(struct reading *ret, struct arena *arena, enum runtime runtime, const char *const *argv) MUST_CHECK;
bool reading_stops(struct reading *reading, enum outcome outcome, int at, const char *why);

/** bool_read() - the words that Go's strconv.ParseBool() takes; false if @value is none of them */
bool bool_read(bool *ret, const char *value);

/** reading_unknown_option() - stops: certain when @known_elsewhere, the other runtime has that option */
bool reading_unknown_option(struct reading *reading, int at, bool known_elsewhere);

/** reading_verb() - the word @at is the verb */
bool reading_verb(struct reading *reading, int at) MUST_CHECK;

/** reading_option() - @option was given with @value, NULL for a switch, by @n_words from @at on */
bool reading_option(struct reading *reading, const struct option_row *option, const char *value, int at,
		    int n_words) MUST_CHECK;

/**
 * reading_arguments() - the words @at behind the options; ends the reading
 * @at:		indices into argv
 */
void reading_arguments(struct reading *reading, const int *at, int count);

#endif
