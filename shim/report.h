/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One voice on failure: one record in the engine's log file, in the form that the
 * engine asked its runtime to use.
 */
#ifndef OCIGATE_REPORT_H
#define OCIGATE_REPORT_H

#include "base/arena.h"
#include "command.h"

/**
 * report_to_log() - append @message to the file that --log names
 *
 * JSON ({"level","msg","time"}) with --log-format json, else runc's text form.
 * containerd reads the last record, podman wants it to be the only one, so this is
 * called once and only on failure. crun's journald: and syslog: are left to stderr.
 * A log that cannot be written changes nothing: the same line is on stderr.
 */
void report_to_log(struct arena *arena, const struct command *command, const char *message);

#endif
