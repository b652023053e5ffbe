/* SPDX-License-Identifier: Apache-2.0 */
/* Strings: whole numbers or a failure, comparisons that say what they mean, text for people. */
#ifndef OCIGATE_TEXT_H
#define OCIGATE_TEXT_H

#include "attributes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

static inline bool text_is(const char *a, const char *b)
{
	return a && b && __builtin_strcmp(a, b) == 0;
}

/** text_starts() - what follows @prefix in @text; NULL if it does not start so */
const char *text_starts(const char *text, const char *prefix);

/**
 * text_to_u32(), text_to_u64(), text_to_i64() - the whole string as a decimal number
 *
 * No sign but '-' (signed only), no white space, no leading zero, nothing behind
 * it, in range; otherwise false and @ret is untouched.
 */
bool text_to_u32(uint32_t *ret, const char *text) MUST_CHECK;
bool text_to_u64(uint64_t *ret, const char *text) MUST_CHECK;
bool text_to_i64(int64_t *ret, const char *text) MUST_CHECK;

/**
 * text_printable() - @text on one line, safe for a terminal
 * @size_bytes:	of @ret, at least 1; longer text is cut and ends in "..."
 *
 * Control characters, those that end a line or turn the direction of text, and
 * bytes that are not UTF-8 become \xNN.
 */
void text_printable(char *ret, size_t size_bytes, const char *text);

/** text_is_utf8() - well-formed as of RFC 3629: no overlong form, no surrogate */
bool text_is_utf8(const char *bytes, size_t n_bytes);

/** text_utf8_length() - how many of the bytes are well-formed, from the start */
size_t text_utf8_length(const char *bytes, size_t n_bytes);

/**
 * text_folds_equal() - would Go's encoding/json take @a for the struct field @b?
 *
 * ASCII letters match in either case; U+017F matches s, U+212A matches k.
 * Go: encoding/json, foldName().
 */
bool text_folds_equal(const char *a, const char *b);

/**
 * text_nearest() - the one of @words that @word was probably meant to be
 * @words:	NULL-terminated
 *
 * NULL when nothing is near: more than a third of the letters would change.
 */
const char *text_nearest(const char *word, const char *const *words);

/**
 * text_path_clean() - an absolute path without "//", "." and ".."
 *
 * Lexical, as Go's path/filepath.Clean: ".." at the root stays at the root. NULL
 * when @path is not absolute or memory is out.
 */
char *text_path_clean(struct arena *arena, const char *path) MUST_CHECK;

/** text_path_is_below() - is clean @path the directory @top or something in it? */
bool text_path_is_below(const char *path, const char *top);

#endif
