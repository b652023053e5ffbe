/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of a container that comes without a filter. */
#ifndef OCIGATE_SECCOMP_DEFAULT_H
#define OCIGATE_SECCOMP_DEFAULT_H

/** seccomp_default_profile() - profiles/seccomp/default.json: a linux.seccomp object without "architectures" */
const char *seccomp_default_profile(void);

#endif
