/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The only file that calls malloc() and free(). Blocks are chained and bumped
 * through. Under AddressSanitizer every object is a block of its own, so that
 * an overrun of one object is seen and does not land in its neighbour.
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
#define BLOCK_BYTES ((size_t)64 * 1024)
#endif

struct arena_block {
	struct arena_block *next;
	alignas(max_align_t) char bytes[];
};

static bool block_add(struct arena *arena, size_t size_bytes)
{
	size_t wanted = size_bytes > BLOCK_BYTES ? size_bytes : BLOCK_BYTES;
	size_t whole;
	struct arena_block *block;

	if (__builtin_add_overflow(wanted, sizeof(*block), &whole))
		return false;
	/* calloc: fresh pages come zeroed from the kernel, untouched until used */
	block = calloc(1, whole);
	if (!block)
		return false;

	block->next = arena->blocks;
	arena->blocks = block;
	arena->free = block->bytes;
	arena->left_bytes = wanted;
	return true;
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
	/* an exact fit under AddressSanitizer: the red zone starts at the last byte asked for */
	if (BLOCK_BYTES == 0 || rounded > arena->left_bytes) {
		if (!block_add(arena, BLOCK_BYTES == 0 ? size_bytes : rounded))
			return NULL;
	}

	arena->used_bytes = used;
	object = arena->free;
	if (BLOCK_BYTES == 0) {
		arena->left_bytes = 0;
	} else {
		arena->free += rounded;
		arena->left_bytes -= rounded;
	}
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
	va_list again;
	char *string;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	string = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
	if (string)
		vsnprintf(string, (size_t)length + 1, format, again);
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
