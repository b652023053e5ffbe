/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) of bytes in memory, by nettle: it uses the processor's own
 * instructions for it, and libcrypto would cost more to load than everything else. */
#ifndef OCIGATE_DIGEST_H
#define OCIGATE_DIGEST_H

#include <stddef.h>

enum { DIGEST_TEXT_BYTES = 7 + 64 + 1 };

/** digest_of() - "sha256:<64 hex digits>", as OCI descriptors write it */
void digest_of(char ret[static DIGEST_TEXT_BYTES], const void *bytes, size_t n_bytes);

#endif
