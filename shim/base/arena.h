/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One arena per run: everything that a run allocates lives until arena_release().
 * Nothing is freed early, so nothing is used after it was freed.
 */
#ifndef OCIGATE_ARENA_H
#define OCIGATE_ARENA_H

#include "attributes.h"

#include <stdarg.h>
#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	char *free;        /* next unused byte of the block for small objects */
	size_t left_bytes; /* unused bytes of that block */
	size_t used_bytes; /* asked for so far */
	size_t max_bytes;  /* the limit; 0 allows nothing */
};

/**
 * ARENA_UP_TO() - an arena that hands out at most @limit bytes
 * @limit:	bytes, over the whole life of the arena
 */
#define ARENA_UP_TO(limit)                                                                                             \
	{                                                                                                              \
		.max_bytes = (limit)                                                                                   \
	}

#define ARENA_RELEASED_ON_RETURN CLEANUP(arena_release) struct arena

/**
 * arena_alloc() - zeroed memory for one object
 * @arena:	who owns the memory
 * @size_bytes:	0 gives a valid pointer to nothing
 *
 * Aligned for any type. NULL when the limit is reached or memory is out; the
 * caller then fails with fail_memory().
 */
void *arena_alloc(struct arena *arena, size_t size_bytes) MUST_CHECK;

/**
 * arena_array() - zeroed memory for @count objects of @size_bytes
 *
 * NULL also when the product overflows.
 */
void *arena_array(struct arena *arena, size_t count, size_t size_bytes) MUST_CHECK;

/**
 * arena_bytes() - a copy of @n_bytes at @bytes with a NUL behind it
 */
char *arena_bytes(struct arena *arena, const char *bytes, size_t n_bytes) MUST_CHECK;

/** arena_string() - a copy of a NUL-terminated string */
char *arena_string(struct arena *arena, const char *string) MUST_CHECK;

/** arena_printf() - a formatted string; NULL when the limit is reached */
char *arena_printf(struct arena *arena, const char *format, ...) MUST_CHECK PRINTF(2, 3);
char *arena_vprintf(struct arena *arena, const char *format, va_list args) MUST_CHECK PRINTF(2, 0);

/** arena_release() - free everything; the arena may be used again up to its limit */
void arena_release(struct arena *arena);

#endif
