/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where policy and profiles lie, whom they must belong to, and what counts when
 * they cannot be read: the last good copy of each, kept under localstatedir.
 *
 *   sysconfdir/ocigate/policy.json            the policy; without it, the embedded default
 *   sysconfdir/ocigate/profiles/NAME.json     own profiles; the built-in three cannot be replaced
 *   localstatedir/lib/ocigate/last-good/...   copies of the same, made when they were read whole
 */
#ifndef OCIGATE_POLICY_FILES_H
#define OCIGATE_POLICY_FILES_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/fail.h"
#include "policy.h"
#include "profile.h"

enum { POLICY_FILE_MAX_BYTES = 8 * 1024 * 1024 };

/* where a policy or profile came from; goes into every record */
struct policy_origin {
	const char *source;             /* a path, or "built-in" */
	char digest[DIGEST_TEXT_BYTES]; /* of the bytes that counted; a profile's: of the digests of all its layers */
	const char *problem;            /* why the current file does not count, or NULL */
};

/**
 * policy_load() - the host's policy
 * @f:		the current file is bad and there is no good copy either
 *
 * A file counts when it is a plain file that root owns and nobody else can write
 * (checked on the open descriptor) and policy_read() takes it. A good one is
 * copied when it was changed since it was copied; that the copy cannot be written is
 * no failure.
 */
bool policy_load(struct policy *ret, struct policy_origin *ret_origin, struct arena *arena, struct fail *f) MUST_CHECK;

/** profile_load() - the profile @name with all it extends; same rules for its files */
bool profile_load(struct profile *ret, struct policy_origin *ret_origin, struct arena *arena, const char *name,
		  struct fail *f) MUST_CHECK;

#endif
