/* SPDX-License-Identifier: Apache-2.0 */
#include "caps.h"

#include <sys/capability.h>

int caps_number(const char *name)
{
	cap_value_t number;

	return cap_from_name(name, &number) == 0 ? number : -1;
}

bool caps_has(unsigned number)
{
	cap_t own = cap_get_proc();
	cap_flag_value_t has = CAP_CLEAR;

	if (!own)
		return false;
	if (cap_get_flag(own, (cap_value_t)number, CAP_EFFECTIVE, &has) != 0)
		has = CAP_CLEAR;
	cap_free(own);
	return has == CAP_SET;
}
