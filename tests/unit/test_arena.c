/* SPDX-License-Identifier: Apache-2.0 */
#include "rows.h"

#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

static bool is_zeroed(const unsigned char *bytes, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static const size_t sizes[] = { 0, 1, 15, 16, 17, 80, 4096, 65535, 65536, 65537, 262128, 262144, 300000, 1048576 };

/* also behind objects of all other sizes, and after each byte before was written */
ROWS(arena, gives_zeroed_aligned_memory_of_its_own, sizes)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO((size_t)64 * 1024 * 1024);
	unsigned char *objects[8 * ARRAY_SIZE(sizes)];

	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		size_t size = i % 2 ? sizes[*row] : sizes[(i / 2) % ARRAY_SIZE(sizes)];

		objects[i] = arena_alloc(&arena, size);
		cr_assert(objects[i] != NULL);
		cr_expect(0 == (uintptr_t)objects[i] % alignof(max_align_t));
		cr_expect(is_zeroed(objects[i], size));
		memset(objects[i], (int)i + 1, size);
	}
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		size_t size = i % 2 ? sizes[*row] : sizes[(i / 2) % ARRAY_SIZE(sizes)];

		cr_expect(size == 0 || (objects[i][0] == i + 1 && objects[i][size - 1] == i + 1), "object %zu", i);
	}
}

Test(arena, keeps_its_limit)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(100);
	ARENA_RELEASED_ON_RETURN none = ARENA_UP_TO(0);

	cr_expect(arena_alloc(&none, 0) == NULL);
	cr_expect(arena_alloc(&none, 1) == NULL);
	cr_expect(arena_alloc(&arena, 101) == NULL);
	cr_expect(arena.used_bytes == 0, "a refusal costs nothing");
	cr_expect(arena_alloc(&arena, 80) != NULL);
	cr_expect(arena_alloc(&arena, 17) == NULL);
	cr_expect(arena_alloc(&arena, 16) != NULL);
	cr_expect(arena_alloc(&arena, 0) == NULL);
	arena_release(&arena);
	cr_expect(arena_alloc(&arena, 80) != NULL, "after the release there is room again");
	cr_expect(arena_alloc(&arena, 80) == NULL);
}

static const struct {
	size_t count, size_bytes;
	bool given;
} arrays[] = {
	{ 3, 5, true },
	{ 0, 5, true },
	{ 5, 0, true },
	{ SIZE_MAX, 2, false },
	{ SIZE_MAX / 2 + 1, 2, false },
	{ SIZE_MAX, 1, false },
	{ SIZE_MAX - 15, 1, false },
	{ SIZE_MAX - 31, 1, false },
	{ (size_t)1 << 40, (size_t)1 << 24, false },
};

ROWS(arena, arrays_do_not_wrap_around, arrays)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(SIZE_MAX / 4);
	void *array = arena_array(&arena, arrays[*row].count, arrays[*row].size_bytes);

	cr_expect(arrays[*row].given == (array != NULL));
	cr_expect(arena_bytes(&arena, "", SIZE_MAX) == NULL);
}

Test(arena, copies_and_formats)
{
	ARENA_RELEASED_ON_RETURN arena = ARENA_UP_TO(4096);
	ARENA_RELEASED_ON_RETURN small = ARENA_UP_TO(16);
	const char *text;

	text = arena_bytes(&arena, "a\0bc", 4);
	cr_expect(memcmp(text, "a\0bc", 5) == 0);
	cr_expect_str_eq(arena_bytes(&arena, NULL, 0), "");
	cr_expect_str_eq(arena_string(&arena, "text"), "text");
	cr_expect_str_eq(arena_printf(&arena, "%s-%d", "x", 7), "x-7");
	cr_expect_str_eq(arena_printf(&arena, "%s", ""), "");
	cr_expect(arena_printf(&small, "%s", "sixteen and more") == NULL);
	cr_expect_str_eq(arena_printf(&small, "%s", "fifteen and NUL"), "fifteen and NUL");
	cr_expect(arena_string(&small, "") == NULL);
}

Test(arena, may_be_released_unused_and_twice)
{
	struct arena arena = ARENA_UP_TO(100);

	arena_release(&arena);
	arena_release(&arena);
	cr_expect(arena_alloc(&arena, 1) != NULL);
	arena_release(&arena);
	arena_release(&arena);
	cr_expect(arena.max_bytes == 100);
}
