/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to libmnl. */
#ifndef OCIGATE_NETLINK_H
#define OCIGATE_NETLINK_H

#include "base/attributes.h"

#include <stdbool.h>

/**
 * netlink_audit() - one record to the kernel's audit log
 * @text:	the record's fields, at most 8 KiB; longer text is cut
 *
 * Type AUDIT_VIRT_CONTROL. Needs CAP_AUDIT_WRITE in the initial user namespace.
 * Returns false with errno when the kernel did not take it. Not waited for.
 */
bool netlink_audit(const char *text) MUST_CHECK;

#endif
