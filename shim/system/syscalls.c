/* SPDX-License-Identifier: Apache-2.0 */
#include "syscalls.h"

const char *syscalls_arch(void)
{
#if defined(__x86_64__) && defined(__ILP32__)
	return "SCMP_ARCH_X32";
#elif defined(__x86_64__)
	return "SCMP_ARCH_X86_64";
#elif defined(__i386__)
	return "SCMP_ARCH_X86";
#elif defined(__aarch64__)
	return "SCMP_ARCH_AARCH64";
#elif defined(__arm__)
	return "SCMP_ARCH_ARM";
#elif defined(__riscv) && __riscv_xlen == 64
	return "SCMP_ARCH_RISCV64";
#elif defined(__powerpc64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return "SCMP_ARCH_PPC64LE";
#elif defined(__s390x__)
	return "SCMP_ARCH_S390X";
#elif defined(__mips64) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return "SCMP_ARCH_MIPSEL64";
#else
#error "name this architecture as libseccomp's SCMP_ARCH_ constants do"
#endif
}
