/* SPDX-License-Identifier: Apache-2.0 */
/* The default filter as text. The build makes seccomp_default.inc with scripts/embed. */
#include "seccomp_default.h"

#include "seccomp_default.inc"

const char *seccomp_default_profile(void)
{
	return seccomp_default;
}
