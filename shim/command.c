/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two readings of one command line, made into one. Which runtime it will be is not
 * known yet, and must not matter: a line is judged by what whoever accepts it does,
 * and passes only when neither of the two can take it for a judged verb.
 */
#include "command.h"

#include "base/text.h"
#include "command/grammar.h"

#include <string.h>

enum {
	ID_MAX_BYTES = 128,
};

static bool is_plain_id(const char *id)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t length = strlen(id);

	return length && length <= ID_MAX_BYTES && strchr(letters, id[0]) &&
	       strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.+-") == length;
}

static bool is_same(const char *a, const char *b)
{
	return a == b || text_is(a, b);
}

static bool is_judged(const struct verb_row *verb)
{
	return verb->kind != COMMAND_PASSES && verb->kind != COMMAND_DELETES;
}

/* certain that the runtime does nothing that is judged */
static bool is_harmless(const struct reading *reading)
{
	return reading->outcome == OUTCOME_ENDS || (reading->verb && !is_judged(reading->verb));
}

/*
 * An option that one grammar does not know is certainly rejected by it, and not
 * just unheard of, when the other knows that very word as an option: -bDIR is no
 * option that runc may have one day.
 */
static void unknown_settled(struct reading *reading, const struct reading *other)
{
	if (reading->outcome == OUTCOME_UNKNOWN && other->outcome == OUTCOME_READS &&
	    other->roles[reading->at] == WORD_OPTION)
		reading->outcome = OUTCOME_ENDS;
}

/* what both say, or the one that does not reject the line */
static const char *agreed(const struct reading by[N_RUNTIMES], const char *of_runc, const char *of_crun)
{
	bool runc_counts = by[RUNC].outcome != OUTCOME_ENDS;
	bool crun_counts = by[CRUN].outcome != OUTCOME_ENDS;

	if (runc_counts != crun_counts)
		return runc_counts ? of_runc : of_crun;
	return is_same(of_runc, of_crun) ? of_runc : NULL;
}

/* what a refusal and the looking up of a container need, as far as it is certain */
static void common_set(struct command *ret, const struct reading by[N_RUNTIMES])
{
	const struct command *runc = &by[RUNC].command;
	const struct command *crun = &by[CRUN].command;

	*ret = (struct command){
		.root = agreed(by, runc->root, crun->root),
		.log = agreed(by, runc->log, crun->log),
		.log_format = agreed(by, runc->log_format, crun->log_format),
		.verb = agreed(by, runc->verb, crun->verb),
	};
	if (ret->verb)
		ret->verb_at = is_same(ret->verb, runc->verb) ? runc->verb_at : crun->verb_at;
}

/* the only reading that counts when all others reject the line; NULL if there is none */
static const struct reading *only_reading(const struct reading by[N_RUNTIMES])
{
	const struct reading *only = NULL;

	for (int i = 0; i < N_RUNTIMES; i++) {
		if (by[i].outcome == OUTCOME_ENDS)
			continue;
		if (by[i].outcome != OUTCOME_READS)
			return NULL;
		if (only &&
		    (!is_same(only->command.verb, by[i].command.verb) || !is_same(only->command.id, by[i].command.id)))
			return NULL;
		only = &by[i];
	}
	return only;
}

static bool passes(struct command *ret, const struct reading by[N_RUNTIMES])
{
	const struct reading *only = only_reading(by);
	bool id_known = only && only->command.id && is_plain_id(only->command.id) && !by[RUNC].id_is_pattern &&
			!by[CRUN].id_is_pattern;

	common_set(ret, by);
	ret->kind = COMMAND_PASSES;
	if (!id_known)
		return true;
	ret->kind = only->verb->kind;
	ret->id = only->command.id;
	ret->id_at = only->command.id_at;
	ret->forced = only->command.forced;
	ret->options = only->command.options;
	ret->n_options = only->command.n_options;
	return true;
}

/*
 * An unknown option in front of the verb hides which word is the verb. Where all
 * that could be it is housekeeping, it does not matter.
 */
static bool can_only_pass(const struct reading *reading)
{
	bool passing = false;

	if (reading->outcome != OUTCOME_UNKNOWN || reading->verb || reading->argv[reading->at][0] != '-')
		return false;
	for (int i = reading->at + 1; i < reading->argc; i++) {
		const struct verb_row *verb = verb_named(reading->argv[i]);

		if (verb && is_judged(verb))
			return false;
		passing = passing || verb;
	}
	return passing;
}

static bool options_are_same(const struct command *a, const struct command *b)
{
	if (a->n_options != b->n_options)
		return false;
	for (size_t i = 0; i < a->n_options; i++) {
		const struct command_option *x = &a->options[i];
		const struct command_option *y = &b->options[i];

		if (!is_same(x->name, y->name) || !is_same(x->value, y->value) || x->first != y->first ||
		    x->n_words != y->n_words)
			return false;
	}
	return true;
}

/* what the two readings differ in; NULL if in nothing */
static const char *difference(const struct command *a, const struct command *b)
{
	const struct {
		const char *name;
		bool same;
	} parts[] = {
		{ "the verb", is_same(a->verb, b->verb) && a->verb_at == b->verb_at },
		{ "--root", is_same(a->root, b->root) },
		{ "--log", is_same(a->log, b->log) },
		{ "--log-format", is_same(a->log_format, b->log_format) },
		{ "--rootless", a->rootless_forced == b->rootless_forced },
		{ "--cgroup-manager", is_same(a->cgroup_manager, b->cgroup_manager) },
		{ "the container id", is_same(a->id, b->id) && a->id_at == b->id_at },
		{ "--bundle", is_same(a->bundle, b->bundle) },
		{ "--config", is_same(a->config, b->config) },
		{ "--pid-file", is_same(a->pid_file, b->pid_file) },
		{ "--process", is_same(a->process, b->process) },
		{ "--resources", is_same(a->resources, b->resources) },
		{ "an option", options_are_same(a, b) },
		{ "the arguments", a->rest == b->rest && a->n_rest == b->n_rest },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i].same)
			return parts[i].name;
	}
	return NULL;
}

/* an empty path is "not given" to runc and a path to crun */
static const char *empty_path(const struct command *command)
{
	const struct {
		const char *name;
		const char *value;
	} paths[] = {
		{ "--root", command->root },           { "--log", command->log },
		{ "--bundle", command->bundle },       { "--config", command->config },
		{ "--pid-file", command->pid_file },   { "--process", command->process },
		{ "--resources", command->resources },
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (paths[i].value && !*paths[i].value)
			return paths[i].name;
	}
	return NULL;
}

static bool refuse_outcome(const struct reading by[N_RUNTIMES], enum outcome outcome, struct fail *f)
{
	for (int i = 0; i < N_RUNTIMES; i++) {
		if (by[i].outcome == outcome)
			return fail_usage(f, "command line: word %d, '%s', %s", by[i].at, by[i].argv[by[i].at],
					  by[i].why);
	}
	return true;
}

/* "-" is a file of that name to runc, and to crun's exec what comes on standard input, which nobody has judged */
static const char *dash_path(const struct command *command)
{
	if (text_is(command->process, "-"))
		return "--process";
	return text_is(command->config, "-") ? "--config" : NULL;
}

/* whether @only, the reading of whoever accepts the line, can be relied on */
static bool is_certain(const struct command *only, struct fail *f)
{
	const char *empty = empty_path(only);
	const char *dash = dash_path(only);

	if (empty)
		return fail_usage(f, "command line: %s is empty, which runc and crun take differently", empty);
	if (dash)
		return fail_usage(f, "command line: %s is \"-\", which runc and crun take differently", dash);
	if (!only->id || !is_plain_id(only->id))
		return fail_usage(f,
				  "command line: container id '%s': wanted a letter or digit, then letters, digits, "
				  "'_', '.', '+', '-', %d characters at most",
				  only->id ? only->id : "", ID_MAX_BYTES);
	if (only->kind == COMMAND_MOUNTS && !text_is(only->rest[0], "add") && !text_is(only->rest[0], "remove"))
		return fail_usage(f, "command line: mounts '%s': wanted add or remove", only->rest[0]);
	return true;
}

static bool combine(struct command *ret, struct reading by[N_RUNTIMES], struct fail *f)
{
	const struct reading *only = NULL;

	unknown_settled(&by[RUNC], &by[CRUN]);
	unknown_settled(&by[CRUN], &by[RUNC]);
	if ((is_harmless(&by[RUNC]) || can_only_pass(&by[RUNC])) &&
	    (is_harmless(&by[CRUN]) || can_only_pass(&by[CRUN])))
		return passes(ret, by);

	common_set(ret, by);
	if (!refuse_outcome(by, OUTCOME_DOUBTFUL, f) || !refuse_outcome(by, OUTCOME_UNKNOWN, f))
		return false;
	for (int i = 0; i < N_RUNTIMES; i++) {
		const char *differs;

		if (by[i].outcome == OUTCOME_ENDS)
			continue;
		differs = only ? difference(&only->command, &by[i].command) : NULL;
		if (differs)
			return fail_usage(f, "command line: runc and crun read %s differently", differs);
		only = &by[i];
	}
	if (!is_certain(&only->command, f))
		return false;
	*ret = only->command;
	return true;
}

bool command_read(struct command *ret, struct arena *arena, const char *const *argv, struct fail *f)
{
	struct reading by[N_RUNTIMES];

	*ret = (struct command){ 0 };
	/* runc's own second half; it is runc only as the first word */
	if (argv[0] && text_is(argv[1], "init")) {
		ret->kind = COMMAND_PASSES;
		return true;
	}
	if (!grammar_runc(&by[RUNC], arena, argv) || !grammar_crun(&by[CRUN], arena, argv))
		return fail_memory(f);
	return combine(ret, by, f);
}

bool command_has(const struct command *command, const char *name)
{
	bool has = false;

	/* the last one counts; "false" is an ordinary value of an option that takes one */
	for (size_t i = 0; i < command->n_options; i++) {
		if (text_is(command->options[i].name, name))
			has = !option_is_switch(name) || !text_is(command->options[i].value, "false");
	}
	return has;
}
