/* SPDX-License-Identifier: Apache-2.0 */
#include "caps.h"

#include <sys/capability.h>

int caps_number(const char *name)
{
	cap_value_t number;

	return cap_from_name(name, &number) == 0 ? number : -1;
}
