/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine asks of a runtime: argv, read as runc and crun read it.
 *
 * The two parsers differ (Go's flag package, GNU argp). A command line is read by
 * both grammars at once. It is judged only when whoever accepts it understands
 * the same by it; where they would not, it is refused; where both are certain to
 * reject it, it goes through to be rejected by the real one.
 */
#ifndef OCIGATE_COMMAND_H
#define OCIGATE_COMMAND_H

#include "base/arena.h"
#include "base/fail.h"

#include <stdbool.h>
#include <stddef.h>

enum command_kind {
	COMMAND_UNCERTAIN = 0, /* never left by command_read() when it returns true */
	COMMAND_PASSES,        /* housekeeping, help, or what the runtime itself rejects */
	COMMAND_CREATES,       /* create, run, restore */
	COMMAND_STARTS,
	COMMAND_EXECS,
	COMMAND_UPDATES,
	COMMAND_DELETES, /* goes through; the record ends */
	COMMAND_MOUNTS,  /* crun mounts add|remove */
};

/* one occurrence of an option behind the verb, as the runtime understands it */
struct command_option {
	const char *name;  /* long name without dashes, as in the table: "cap" for -c X and --ca=X */
	const char *value; /* NULL for a switch; "false" for --switch=false */
	int first;         /* index into argv of its first word */
	int n_words;       /* 1 or 2 */
};

struct command {
	enum command_kind kind;
	const char *verb; /* as the table names it; NULL when there is none */
	int verb_at;      /* index of the verb in argv, 0 when there is none */

	/* global options; NULL when not given, the last one counts */
	const char *root;
	const char *log;
	const char *log_format;
	bool rootless_forced;       /* --rootless=true */
	const char *cgroup_manager; /* crun: "disabled" makes no control group */

	/* of the verb */
	const char *id;
	int id_at;          /* index of the id in argv, 0 when there is none */
	const char *bundle; /* NULL: the current directory */
	const char *config; /* crun -f: read instead of bundle/config.json */
	const char *pid_file;
	const char *process;   /* exec: file with the process */
	const char *resources; /* update: file, or "-" for standard input */
	bool forced;           /* delete --force */

	struct command_option *options; /* all of the verb's, in order */
	size_t n_options;
	/* exec: the command behind the id; mounts: add|remove, id, file; NULL-terminated, may be empty */
	const char *const *rest;
	size_t n_rest;
};

/**
 * command_read() - tell what the engine asks the runtime to do
 * @ret:	strings borrow from @argv, except where a word had to be split (arena)
 * @arena:	owns lists and split words
 * @argv:	the arguments as given, NULL-terminated, argv[0] is ours
 * @f:		FAIL_USAGE: a judged verb that cannot be read with certainty
 *
 * A container id of a judged verb matches ^[A-Za-z0-9][A-Za-z0-9_.+-]{0,127}$;
 * others are refused. Option values on which the parsers differ (an empty bundle)
 * are refused. Looks at nothing outside its arguments.
 *
 * On failure @ret is written all the same as far as it was read with certainty:
 * root, log and log_format, so that the refusal reaches the engine's log; the
 * verb, so that it gets its exit status.
 *
 * Spec: runtime-spec, runtime.md, "Operations"; runc 1.1-1.4 and crun 1.8-1.2x
 * man pages for the options.
 */
bool command_read(struct command *ret, struct arena *arena, const char *const *argv, struct fail *f) MUST_CHECK;

/** command_has() - was the option @name given (and not as --name=false)? */
bool command_has(const struct command *command, const char *name);

#endif
