/* SPDX-License-Identifier: Apache-2.0 */
/* Words for the compiler that every file may use. */
#ifndef OCIGATE_ATTRIBUTES_H
#define OCIGATE_ATTRIBUTES_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(string, first) __attribute__((format(printf, string, first)))
#define CLEANUP(function) __attribute__((cleanup(function)))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
