/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to a container that runs: update's limits may be tightened and not lifted
 * past the profile; crun's mounts are the profile's to allow.
 */
#include "run.h"

#include "base/text.h"
#include "document.h"
#include "input.h"
#include "rewrite.h"
#include "system/beneath.h"
#include "system/memory_file.h"

#include <unistd.h>

static bool update_decide(struct run *run, struct json *resources, const struct json *record, struct fail *f)
{
	struct json *around = json_new(run->arena, JSON_OBJECT);
	struct json *linux_part = json_new(run->arena, JSON_OBJECT);

	if (!json_set(run->arena, linux_part, "resources", resources) ||
	    !json_set(run->arena, around, "linux", linux_part))
		return fail_memory(f);
	return run_judge(run, SCOPE_UPDATE, around, record, "/linux/resources", f);
}

/* standard input can be read once: the runtime gets a memory file in its place */
static bool stdin_becomes(const char *bytes, size_t n_bytes, struct fail *f)
{
	CLOSE_ON_RETURN int fd = memory_file("ocigate-resources", bytes, n_bytes);

	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		return fail_system(f, "hold the judged resources");
	return true;
}

static bool update_from_stdin(struct run *run, const struct json *record, struct fail *f)
{
	struct json *resources;
	struct rewrite rewrite;
	const char *bytes;
	size_t n_bytes;

	if (!fd_read_all(&bytes, &n_bytes, run->arena, STDIN_FILENO, JSON_MAX_BYTES, f))
		return fail_while(f, "resources on standard input");
	/* audit mode goes on with what came, even when it cannot be judged */
	if (!run_is_enforced(run) && !stdin_becomes(bytes, n_bytes, f))
		return false;
	if (!document_read(&resources, run->arena, DOCUMENT_RESOURCES, bytes, n_bytes, f))
		return fail_while(f, "resources on standard input");
	if (!update_decide(run, resources, record, f))
		return false;
	return !run_is_enforced(run) || (rewrite_document(&rewrite, run->arena, resources, f) &&
					 stdin_becomes(rewrite.bytes, rewrite.n_bytes, f));
}

static bool update_from_file(struct run *run, const struct json *record, struct fail *f)
{
	INPUT_CLOSED_ON_RETURN file = INPUT_NONE;
	struct json *resources;
	struct rewrite rewrite;

	if (!input_open(&file, run->arena, run->command.resources, f))
		return false;
	if (!document_read(&resources, run->arena, DOCUMENT_RESOURCES, file.bytes, file.n_bytes, f))
		return fail_while(f, "%s", file.path);
	if (!update_decide(run, resources, record, f))
		return false;
	return !run_is_enforced(run) || (rewrite_document(&rewrite, run->arena, resources, f) &&
					 input_replace(&file, rewrite.bytes, rewrite.n_bytes, f));
}

static bool update_judge(struct run *run, const struct json *record, struct fail *f)
{
	struct json *resources;

	/* the single options too, when both are given: which one counts differs */
	if (!rewrite_resources(&resources, run->arena, &run->command, f) || !update_decide(run, resources, record, f))
		return false;
	if (!run->command.resources)
		return true;
	return text_is(run->command.resources, "-") ? update_from_stdin(run, record, f)
						    : update_from_file(run, record, f);
}

bool run_update(struct run *run, struct fail *f)
{
	struct receipt receipt = { 0 };
	struct json *record;

	return run_record(run, &record, f) && update_judge(run, record, f) &&
	       record_event(&receipt, run->arena, &run->key, &run->facts, f) && handoff_become(&receipt, run->argv, f);
}

bool run_mounts(struct run *run, struct fail *f)
{
	struct receipt receipt = { 0 };
	struct json *record;
	struct json *nothing = json_new(run->arena, JSON_OBJECT);

	if (!nothing)
		return fail_memory(f);
	if (!run_record(run, &record, f))
		return false;
	return run_judge(run, SCOPE_LIVE, nothing, record, NULL, f) &&
	       record_event(&receipt, run->arena, &run->key, &run->facts, f) && handoff_become(&receipt, run->argv, f);
}
