/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes that the runtime will read, and the seal on them. Pure.
 */
#ifndef OCIGATE_REWRITE_H
#define OCIGATE_REWRITE_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/fail.h"
#include "base/json.h"
#include "command.h"

struct rewrite {
	const char *bytes;
	size_t n_bytes;
	char seal[DIGEST_TEXT_BYTES];
};

/** rewrite_document() - @document as text with its seal */
bool rewrite_document(struct rewrite *ret, struct arena *arena, const struct json *document, struct fail *f) MUST_CHECK;

/**
 * rewrite_process() - the process that exec's single options stand for
 * @config:	the container's sealed config.json, where what is not given comes from
 * @command:	exec without --process
 *
 * --cap adds to the container's sets for runc and replaces them for crun; here it
 * adds, and the rules cut afterwards. A number that is none, and an option that
 * cannot be said in a process, is FAIL_USAGE.
 */
bool rewrite_process(struct json **ret, struct arena *arena, const struct json *config, const struct command *command,
		     struct fail *f) MUST_CHECK;

/**
 * rewrite_exec() - argv of exec with the process in a file
 * @file:	what --process is to name
 *
 * Keeps every option that says how to run it (tty, detach, pid file, ...) and takes
 * out those that say what to run.
 */
bool rewrite_exec(const char *const **ret, struct arena *arena, const char *const *argv, const struct command *command,
		  const char *file, struct fail *f) MUST_CHECK;

/**
 * rewrite_resources() - the resources that update's single options stand for
 *
 * Those that a profile can limit: --memory, --memory-swap, --pids-limit. The others limit nothing here.
 * A size is bytes, or a number with k, m, g, t, p, as docker/go-units reads it.
 */
bool rewrite_resources(struct json **ret, struct arena *arena, const struct command *command,
		       struct fail *f) MUST_CHECK;

#endif
