/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCIGATE_MEMORY_FILE_H
#define OCIGATE_MEMORY_FILE_H

#include "base/attributes.h"

#include <stddef.h>

/**
 * memory_file() - a file without a name that holds @bytes and can never change again
 * @name:	shown in /proc/PID/fd
 *
 * Sealed against writing, growing, shrinking (memfd_create(2)); positioned at its
 * start, close-on-exec. -1 with errno on failure.
 */
int memory_file(const char *name, const char *bytes, size_t n_bytes) MUST_CHECK;

#endif
