/* SPDX-License-Identifier: Apache-2.0 */
/* What the machine's system calls are called. */
#ifndef OCIGATE_SYSCALLS_H
#define OCIGATE_SYSCALLS_H

/**
 * syscalls_arch() - the architecture of this program, and so of the runtime it becomes, as a filter names it
 *
 * "SCMP_ARCH_X86_64". runtime-spec, config-linux.md, "Seccomp". Known when compiled: loading libseccomp for it would
 * cost more than all the rest of a decision.
 */
const char *syscalls_arch(void);

#endif
