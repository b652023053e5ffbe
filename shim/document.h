/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.json, process.json and resources as checked trees.
 *
 * Beyond json.h's strictness a document is refused here when two runtimes may
 * read it differently: a name that Go would fold to a known one (ARGS, capſ), a
 * known member of another type than the specification gives it ("uid": "1000" is
 * an error for runc and root for crun).
 */
#ifndef OCIGATE_DOCUMENT_H
#define OCIGATE_DOCUMENT_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/json.h"

enum document_kind {
	DOCUMENT_CONFIG = 0, /* config.json: runtime-spec, config.md */
	DOCUMENT_PROCESS,    /* what exec --process reads: config.md, "Process" */
	DOCUMENT_RESOURCES,  /* what update --resources reads: config-linux.md, "Control groups" */
};

/**
 * document_read() - read and check
 * @ret:	the top object, owned by @arena
 * @f:		FAIL_INPUT with line, JSON Pointer, what was found and what is wanted
 *
 * Unknown members are kept; members that are null count as absent.
 */
bool document_read(struct json **ret, struct arena *arena, enum document_kind kind, const char *bytes, size_t n_bytes,
		   struct fail *f) MUST_CHECK;

#endif
