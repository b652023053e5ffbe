/* SPDX-License-Identifier: Apache-2.0 */
/* A runtime that does nothing, in three instructions: what is measured around it is ocigate alone. */
__attribute__((noreturn)) void _start(void);

void _start(void)
{
#if defined(__x86_64__)
	__asm__ volatile("syscall" : : "a"(60), "D"(0) : "memory");
#elif defined(__aarch64__)
	register long number __asm__("x8") = 93;
	register long status __asm__("x0") = 0;

	__asm__ volatile("svc 0" : : "r"(number), "r"(status) : "memory");
#else
#error "exit(2) of this architecture is not written down here"
#endif
	__builtin_unreachable();
}
