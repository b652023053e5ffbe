/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs and options of runc and crun, as tables: a new option is a row.
 *
 * Known are runc 1.1 to 1.4 and crun 1.8 to 1.28. Where an option came or went
 * in between, the table has it: a version without it rejects the line.
 */
#ifndef OCIGATE_COMMAND_OPTIONS_H
#define OCIGATE_COMMAND_OPTIONS_H

#include "../command.h"

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_VERSIONS "runc 1.1-1.4 or crun 1.8-1.28"

enum runtime {
	RUNC,
	CRUN,
	N_RUNTIMES,
};

enum value_form {
	VALUE_NO_OPTION = 0, /* this runtime has no such option */
	VALUE_SWITCH,
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_OPTIONAL, /* only as --name=value or -xvalue */
};

enum option_effect {
	EFFECT_NONE = 0, /* only listed in command.options */
	EFFECT_FIELD,    /* the value is a field of struct command */
	EFFECT_ENDS,     /* help, version: nothing else is done */
	EFFECT_ROOTLESS,
	EFFECT_FORCES,
	EFFECT_PATTERN, /* the id is a regular expression */
};

/* a bit for each place where an option may stand */
enum {
	OF_GLOBAL = 1 << 0,
	OF_CREATE = 1 << 1,
	OF_RUN = 1 << 2,
	OF_RESTORE = 1 << 3,
	OF_EXEC = 1 << 4,
	OF_UPDATE = 1 << 5,
	OF_KILL = 1 << 6,
	OF_DELETE = 1 << 7,
	OF_LIST = 1 << 8,
	OF_PS = 1 << 9,
	OF_EVENTS = 1 << 10,
	OF_SPEC = 1 << 11,
	OF_CHECKPOINT = 1 << 12,
	OF_OTHER = 1 << 13, /* verbs without options of their own */
	OF_ALL = (1 << 14) - 1,
};

struct option_row {
	unsigned int of;
	const char *name;
	char letter; /* 0: none */
	enum value_form form[N_RUNTIMES];
	enum option_effect effect;
	size_t field; /* EFFECT_FIELD: offset in struct command */
};

struct verb_row {
	const char *name;
	enum command_kind kind;
	unsigned int of;
	struct verb_words {
		bool known;
		int min; /* arguments that the runtime counts before it does anything */
		int max; /* ENDLESS: any number */
	} words[N_RUNTIMES];
	int id_word;            /* which argument is the id, from 1; 0: none */
	bool options_end_at_id; /* runc: what follows the id is not looked at */
	bool rest;              /* keep the arguments as command.rest */
};

enum {
	ENDLESS = -1,
	OPTIONS_MAX = 128, /* more rows than the table has */
};

/** verb_named() - the row of the verb @name, known to either runtime; NULL if there is none */
const struct verb_row *verb_named(const char *name);

/**
 * option_named() - the option that @runtime knows by exactly this name
 * @of:		where it stands
 * @name:	without dashes, not NUL-terminated
 */
const struct option_row *option_named(enum runtime runtime, unsigned int of, const char *name, size_t length);

/** option_lettered() - the option that @runtime knows by this letter */
const struct option_row *option_lettered(enum runtime runtime, unsigned int of, char letter);

/**
 * option_abbreviated() - the only option of @runtime whose name starts so
 * @ret_several: whether there is more than one
 */
const struct option_row *option_abbreviated(bool *ret_several, enum runtime runtime, unsigned int of, const char *start,
					    size_t length);

/** option_is_switch() - does it stand without a value for one runtime at least? */
bool option_is_switch(const char *name);

/** option_number() - the row's place in the table, below OPTIONS_MAX */
size_t option_number(const struct option_row *option);

#endif
