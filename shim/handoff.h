/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Becoming the real runtime: execve() in this process, never a child, so that
 * PDEATHSIG, LISTEN_PID, the descriptors, the working directory and the environment
 * are those the engine made.
 */
#ifndef OCIGATE_HANDOFF_H
#define OCIGATE_HANDOFF_H

#include "base/fail.h"
#include "record.h"

/**
 * handoff_runtime() - the runtime to use when a policy names none: the first that is there of
 * /usr/sbin/runc, /usr/bin/runc, /usr/bin/crun
 */
const char *handoff_runtime(void);

/**
 * handoff_become() - become the runtime for a decision that was kept
 * @receipt:	from record.h
 * @argv:	NULL-terminated; argv[0] is replaced by the runtime's path
 *
 * Returns only on failure, always false. Refused: a runtime that is no absolute path, that others than root can write,
 * or that is this very program.
 */
bool handoff_become(const struct receipt *receipt, const char *const *argv, struct fail *f) MUST_CHECK;

/** handoff_pass() - become the runtime for what needs no decision */
bool handoff_pass(const char *runtime, const char *const *argv, struct fail *f) MUST_CHECK;

#endif
