/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that knows nettle. */
#include "digest.h"

#include <stdint.h>
#include <string.h>

#include <nettle/base16.h>
#include <nettle/sha2.h>

void digest_of(char ret[static DIGEST_TEXT_BYTES], const void *bytes, size_t n_bytes)
{
	static const char name[] = "sha256:";
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, n_bytes, bytes);
	sha256_digest(&context, sizeof(digest), digest);
	memcpy(ret, name, sizeof(name) - 1);
	base16_encode_update(ret + sizeof(name) - 1, sizeof(digest), digest);
	ret[DIGEST_TEXT_BYTES - 1] = '\0';
}
