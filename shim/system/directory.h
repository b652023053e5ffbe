/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCIGATE_DIRECTORY_H
#define OCIGATE_DIRECTORY_H

#include "base/attributes.h"

#include <stdbool.h>
#include <sys/types.h>

/**
 * directory_make() - have the directory @path, with all above it
 * @mode:	of those that are made; those that are there stay as they are
 *
 * False with errno.
 */
bool directory_make(const char *path, mode_t mode) MUST_CHECK;

#endif
