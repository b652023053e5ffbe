/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec: engines send a process made from their own notes, with all the power that
 * the container no longer has. It is held to the container's own record.
 */
#include "run.h"

#include "base/text.h"
#include "document.h"
#include "input.h"
#include "rewrite.h"
#include "system/beneath.h"
#include "system/memory_file.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

static bool exec_decide(struct run *run, struct json *process, const struct json *record, struct fail *f)
{
	struct json *around = json_new(run->arena, JSON_OBJECT);

	if (!json_set(run->arena, around, "process", process))
		return fail_memory(f);
	return run_judge(run, SCOPE_EXEC, around, record, "/process", f);
}

/* crun on cgroup v1 takes every path from the root of the hierarchy, or goes there: out of all limits */
static bool exec_cgroup_check(const struct command *command, struct fail *f)
{
	for (size_t i = 0; i < command->n_options; i++) {
		if (text_is(command->options[i].name, "cgroup") && !text_is(command->options[i].value, "/"))
			return fail_usage(
				f,
				"option --cgroup is '%s'; crun may leave the container's control group by it, "
				"so \"/\" alone is taken",
				command->options[i].value);
	}
	return true;
}

/* --process FILE: the file itself is replaced by what was judged */
static bool exec_by_file(struct run *run, const struct json *record, struct fail *f)
{
	INPUT_CLOSED_ON_RETURN file = INPUT_NONE;
	struct rewrite rewrite;
	struct json *process;

	if (!input_open(&file, run->arena, run->command.process, f))
		return false;
	if (!document_read(&process, run->arena, DOCUMENT_PROCESS, file.bytes, file.n_bytes, f))
		return fail_while(f, "%s", file.path);
	if (!exec_decide(run, process, record, f))
		return false;
	return !run_is_enforced(run) || (rewrite_document(&rewrite, run->arena, process, f) &&
					 input_replace(&file, rewrite.bytes, rewrite.n_bytes, f));
}

/* how many descriptors behind stderr belong to the container: they keep their numbers */
static int descriptors_kept(const struct command *command)
{
	const char *listen = getenv("LISTEN_FDS");
	uint32_t n_preserved = 0, n_listen = 0;

	for (size_t i = 0; i < command->n_options; i++) {
		if (text_is(command->options[i].name, "preserve-fds") &&
		    !text_to_u32(&n_preserved, command->options[i].value))
			n_preserved = 0;
	}
	if (listen && !text_to_u32(&n_listen, listen))
		n_listen = 0;
	/* more than there can be makes the caller fail, which is right: below them lie the container's */
	return n_preserved > INT_MAX / 4 || n_listen > INT_MAX / 4 ? INT_MAX : 3 + (int)(n_preserved + n_listen);
}

/*
 * Single options: they are made a process, judged, and handed over in a sealed
 * memory file. Its descriptor crosses to the runtime on purpose, numbered behind
 * those that the container gets; the runtime closes it before the container's
 * process runs.
 */
static bool exec_by_options(struct run *run, const struct json *record, struct fail *f)
{
	struct json *config, *process;
	struct rewrite rewrite;
	CLOSE_ON_RETURN int fd = -1;
	const char *file;
	int crossing;

	if (!run_seal(run, &config, f) || !rewrite_process(&process, run->arena, config, &run->command, f) ||
	    !exec_decide(run, process, record, f))
		return false;
	if (!run_is_enforced(run))
		return true;
	if (!rewrite_document(&rewrite, run->arena, process, f))
		return false;
	fd = memory_file("ocigate-process", rewrite.bytes, rewrite.n_bytes);
	crossing = fd < 0 ? -1 : fcntl(fd, F_DUPFD, descriptors_kept(&run->command));
	if (crossing < 0)
		return fail_system(f, "hold the judged process");
	file = arena_printf(run->arena, "/proc/self/fd/%d", crossing);
	if (!file)
		return fail_memory(f);
	return rewrite_exec(&run->argv, run->arena, run->argv, &run->command, file, f);
}

bool run_exec(struct run *run, struct fail *f)
{
	struct receipt receipt = { 0 };
	struct json *record;

	return run_record(run, &record, f) && exec_cgroup_check(&run->command, f) &&
	       (run->command.process ? exec_by_file(run, record, f) : exec_by_options(run, record, f)) &&
	       record_event(&receipt, run->arena, &run->key, &run->facts, f) && handoff_become(&receipt, run->argv, f);
}
