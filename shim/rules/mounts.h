/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCIGATE_RULES_MOUNTS_H
#define OCIGATE_RULES_MOUNTS_H

#include "rule.h"

/** mount_evidence() - what was seen of /mounts/@i as the document was read; of nothing seen: all zero */
const struct evidence_file *mount_evidence(const struct judging *j, size_t i);

#endif
