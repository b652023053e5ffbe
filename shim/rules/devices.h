/* SPDX-License-Identifier: Apache-2.0 */
/* What the rules about devices and about mounts both know of device nodes. */
#ifndef OCIGATE_RULES_DEVICES_H
#define OCIGATE_RULES_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

/* a character device that every container has */
struct device_node {
	const char *path;
	uint32_t major;
	uint32_t minor;
};

/** device_node_at() - the device that must be at clean @path in every container; NULL for other paths */
const struct device_node *device_node_at(const char *path);

/** device_is_harmless() - is the character device one that every container has, and no terminal of the host? */
bool device_is_harmless(uint32_t major, uint32_t minor);

#endif
