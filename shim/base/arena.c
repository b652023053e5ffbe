/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that calls malloc() and free(). Blocks are chained and bumped
 * through. Under AddressSanitizer every object is a block of its own, so that
 * an overrun of one object is seen and does not land in its neighbour.
 *
 * A block is larger than malloc's threshold for mmap(), 128 KiB: so it comes
 * from the kernel zeroed, and what is not used of it is never touched.
 */
#include "arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define BLOCK_BYTES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLOCK_BYTES 0
#endif
#endif
#ifndef BLOCK_BYTES
#define BLOCK_BYTES ((size_t)256 * 1024)
#endif

struct arena_block {
	struct arena_block *next;
	alignas(max_align_t) char bytes[];
};

static struct arena_block *block_add(struct arena *arena, size_t size_bytes)
{
	struct arena_block *block;
	size_t whole;

	if (__builtin_add_overflow(size_bytes, sizeof(*block), &whole))
		return NULL;
	block = calloc(1, whole);
	if (!block)
		return NULL;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

/* a large object has a block of its own, and what is left for small ones stays in use */
static void *object_alone(struct arena *arena, size_t size_bytes)
{
	struct arena_block *block = block_add(arena, size_bytes);

	return block ? block->bytes : NULL;
}

static bool is_large(size_t size_bytes)
{
	return size_bytes > BLOCK_BYTES / 4;
}

void *arena_alloc(struct arena *arena, size_t size_bytes)
{
	const size_t align = alignof(max_align_t);
	size_t rounded;
	size_t used;
	void *object;

	if (__builtin_add_overflow(size_bytes, align - 1, &rounded))
		return NULL;
	rounded &= ~(align - 1);
	if (rounded == 0)
		rounded = align;
	if (__builtin_add_overflow(arena->used_bytes, rounded, &used) || used > arena->max_bytes)
		return NULL;

	if (rounded <= arena->left_bytes) {
		object = arena->free;
	} else if (is_large(rounded)) {
		/* not rounded: under AddressSanitizer the red zone starts at the last byte asked for */
		object = object_alone(arena, size_bytes);
		if (object)
			arena->used_bytes = used;
		return object;
	} else {
		struct arena_block *block = block_add(arena, BLOCK_BYTES - sizeof(*block));

		if (!block)
			return NULL;
		object = block->bytes;
		arena->left_bytes = BLOCK_BYTES - sizeof(*block);
	}
	arena->used_bytes = used;
	arena->free = (char *)object + rounded;
	arena->left_bytes -= rounded;
	return object;
}

void *arena_array(struct arena *arena, size_t count, size_t size_bytes)
{
	size_t whole;

	if (__builtin_mul_overflow(count, size_bytes, &whole))
		return NULL;
	return arena_alloc(arena, whole);
}

char *arena_bytes(struct arena *arena, const char *bytes, size_t n_bytes)
{
	size_t whole;
	char *copy;

	if (__builtin_add_overflow(n_bytes, 1, &whole))
		return NULL;
	copy = arena_alloc(arena, whole);
	if (!copy)
		return NULL;
	if (n_bytes)
		memcpy(copy, bytes, n_bytes);
	return copy;
}

char *arena_string(struct arena *arena, const char *string)
{
	return arena_bytes(arena, string, strlen(string));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	char small[512]; /* most texts; printing twice is only for the others */
	va_list again;
	char *string;
	int length;

	va_copy(again, args);
	length = vsnprintf(small, sizeof(small), format, args);
	if (length < 0) {
		string = NULL;
	} else if ((size_t)length < sizeof(small)) {
		string = arena_bytes(arena, small, (size_t)length);
	} else {
		string = arena_alloc(arena, (size_t)length + 1);
		if (string)
			vsnprintf(string, (size_t)length + 1, format, again);
	}
	va_end(again);
	return string;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *string;

	va_start(args, format);
	string = arena_vprintf(arena, format, args);
	va_end(args);
	return string;
}

void arena_release(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
	*arena = (struct arena){ .max_bytes = arena->max_bytes };
}
