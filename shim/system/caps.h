/* SPDX-License-Identifier: Apache-2.0 */
/* The door to libcap. What a document asks for is not judged here: rules/capabilities.h is. */
#ifndef OCIGATE_SYSTEM_CAPS_H
#define OCIGATE_SYSTEM_CAPS_H

/** caps_number() - the number of "CAP_CHOWN"; -1 when the library does not know the name */
int caps_number(const char *name);

#endif
