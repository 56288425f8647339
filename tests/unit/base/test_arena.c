/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include "support/suite.h"

#include <stdint.h>
#include <string.h>

START_TEST(memory_is_aligned_and_distinct) {
	struct arena arena;
	arena_init(&arena, 0);
	char *last = NULL;
	for (size_t bytes = 1; bytes < 5000; bytes += 97) {
		char *memory = arena_alloc(&arena, bytes);
		ck_assert_ptr_nonnull(memory);
		ck_assert_uint_eq((uintptr_t)memory % _Alignof(max_align_t), 0);
		ck_assert_ptr_ne(memory, last);
		memset(memory, 0xaa, bytes);
		last = memory;
	}
	arena_done(&arena);
}
END_TEST

START_TEST(limit_is_kept) {
	struct arena arena;
	arena_init(&arena, 10000);
	size_t total = 0;
	while (arena_alloc(&arena, 100))
		total += 100;
	ck_assert_uint_le(total, 10000);
	ck_assert_uint_ge(total, 5000);
	ck_assert_ptr_null(arena_alloc(&arena, SIZE_MAX));
	arena_done(&arena);
}
END_TEST

START_TEST(reset_gives_the_memory_back) {
	struct arena arena;
	arena_init(&arena, 100000);
	for (int round = 0; round < 1000; round++) {
		for (int i = 0; i < 50; i++)
			ck_assert_ptr_nonnull(arena_alloc(&arena, 1000));
		arena_reset(&arena);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(arrays_grow_and_keep_what_they_hold) {
	struct arena arena;
	arena_init(&arena, 0);
	uint64_t *items = NULL;
	size_t moves = 0;
	for (size_t count = 0; count < 1000; count++) {
		uint64_t *larger = arena_grow(&arena, items, count, sizeof(*items));
		ck_assert_ptr_nonnull(larger);
		moves += larger != items;
		items = larger;
		items[count] = 3 * count;
	}
	for (size_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(items[i], 3 * i);
	ck_assert_uint_eq(moves, 9); /* 4, 8, … 1,024 */
	ck_assert_ptr_null(arena_grow(&arena, items, SIZE_MAX / 16 + 1, sizeof(*items)));
	arena_done(&arena);
}
END_TEST

START_TEST(arrays_that_find_no_memory_stay_as_they_are) {
	struct arena arena;
	arena_init(&arena, 8192);
	uint64_t *items = arena_grow(&arena, NULL, 0, sizeof(*items));
	ck_assert_ptr_nonnull(items);
	size_t count = 0;
	uint64_t *larger = items;
	while (larger) {
		items = larger;
		items[count] = count;
		count++;
		larger = arena_grow(&arena, items, count, sizeof(*items));
	}
	ck_assert_uint_ge(count, 4);
	for (size_t i = 0; i < count; i++)
		ck_assert_uint_eq(items[i], i);
	arena_done(&arena);
}
END_TEST

START_TEST(text_is_copied_and_terminated) {
	struct arena arena;
	arena_init(&arena, 0);
	ck_assert_str_eq(arena_string(&arena, "voucher 42", 7), "voucher");
	ck_assert_str_eq(arena_string(&arena, NULL, 0), "");
	ck_assert_str_eq(arena_printf(&arena, "%d-%s", 7, "x"), "7-x");
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("arena", memory_is_aligned_and_distinct, limit_is_kept, reset_gives_the_memory_back,
    arrays_grow_and_keep_what_they_hold, arrays_that_find_no_memory_stay_as_they_are,
    text_is_copied_and_terminated)
