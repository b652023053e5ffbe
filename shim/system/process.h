/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCIGATE_PROCESS_H
#define OCIGATE_PROCESS_H

#include "base/attributes.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * process_start() - when a process was started, in clock ticks since boot
 *
 * Field 22 of /proc/PID/stat: tells a process from a later one of the same number.
 * False when there is no such process.
 */
bool process_start(uint64_t *ret, uint64_t pid) MUST_CHECK;

#endif
