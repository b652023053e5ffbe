/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ocigate in the place of a runtime: read what is asked, let the verb take its
 * steps, become the real runtime. Whatever fails on the way refuses: there is no
 * return from a verb but a refusal.
 */
#include "run.h"

#include "base/text.h"
#include "report.h"
#include "system/clock.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RUN_MAX_BYTES = 512 * 1024 * 1024,
	EXIT_EXEC_REFUSED = 255, /* as runc's exec */
};

static verb_fn *const verbs[] = {
	[COMMAND_UNCERTAIN] = NULL,   [COMMAND_PASSES] = run_pass,   [COMMAND_CREATES] = run_create,
	[COMMAND_STARTS] = run_start, [COMMAND_EXECS] = run_exec,    [COMMAND_UPDATES] = run_update,
	[COMMAND_DELETES] = run_pass, [COMMAND_MOUNTS] = run_mounts,
};

static bool is_judged(const struct command *command)
{
	return command->kind != COMMAND_PASSES && command->kind != COMMAND_DELETES;
}

/*
 * A host in audit mode changes nothing and stops nothing: what would have been
 * refused is recorded, and the engine's own words go to the runtime. Which mode
 * counts is the container's record's word, else the policy's.
 */
static bool passes_in_audit(struct run *run, struct fail *f)
{
	struct receipt receipt = { 0 };
	struct fail why = *f;

	*f = (struct fail){ 0 };
	if ((!run->facts.policy && !run_policy(run, f)) || run_is_enforced(run)) {
		*f = why;
		return false;
	}
	run->facts.message = arena_string(run->arena, why.text);
	return record_event(&receipt, run->arena, &run->key, &run->facts, f) && handoff_become(&receipt, run->argv, f);
}

/* the same line for the terminal and the engine's log; "permission denied" makes engines exit with 126 */
static const char *refusal_line(struct run *run, const struct fail *f)
{
	bool says_so = strncmp(f->text, "permission denied", strlen("permission denied")) == 0;
	bool judged = is_judged(&run->command);
	const char *line =
		arena_printf(run->arena, "ocigate: %s%s", judged && !says_so ? "permission denied: " : "", f->text);

	return line ? line : "ocigate: permission denied: out of memory";
}

/* one write: containers that are refused at once do not mix their lines */
static void say(struct arena *arena, const char *line)
{
	const char *whole = arena_printf(arena, "%s\n", line);
	const char *text = whole ? whole : line;

	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		return; /* nobody listens; the log and the exit status have it */
}

int main(int argc, char **argv)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(RUN_MAX_BYTES);
	struct run run = { .arena = &arena, .argv = (const char *const *)argv };
	struct fail f = { 0 };
	char now[CLOCK_TEXT_BYTES];
	const char *line;

	(void)argc;
	clock_now(now);
	memcpy(run.today, now, sizeof(run.today) - 1);
	if (command_read(&run.command, &arena, run.argv, &f)) {
		run.facts.event = run.command.verb;
		verbs[run.command.kind](&run, &f);
	}
	if (is_judged(&run.command) && passes_in_audit(&run, &f))
		return EXIT_FAILURE; /* not reached: it became the runtime */

	line = refusal_line(&run, &f);
	if (is_judged(&run.command)) {
		run.facts.message = line;
		record_refusal(&arena, &run.key, &run.facts);
	}
	report_to_log(&arena, &run.command, line);
	say(&arena, line);
	return text_is(run.command.verb, "exec") ? EXIT_EXEC_REFUSED : EXIT_FAILURE;
}
