/* SPDX-License-Identifier: Apache-2.0 */
#include "net/recycler.h"

#include "support/suite.h"

#include <stdint.h>
#include <string.h>

START_TEST(what_is_given_back_is_handed_out_again) {
	struct recycler recycler = { 0 };
	char *first = recycler_alloc(&recycler, 100);
	recycler_give(&recycler, first);
	ck_assert_ptr_eq(recycler_alloc(&recycler, 65), first); /* of the same size, rounded up */
	char *other = recycler_alloc(&recycler, 100);
	ck_assert_ptr_ne(other, first);
	recycler_give(&recycler, other);
	recycler_give(&recycler, first);
	recycler_give(&recycler, NULL);
	recycler_done(&recycler);
	ck_assert_uint_eq(recycler.waiting_bytes, 0);
}
END_TEST

START_TEST(every_byte_of_a_piece_may_be_written) {
	enum { BYTES_MAX = (RECYCLER_SIZES + 1) * RECYCLER_STEP_BYTES };
	struct recycler recycler = { 0 };
	for (int round = 0; round < 2; round++)
		for (size_t bytes = 0; bytes <= BYTES_MAX; bytes++) {
			void *memory = recycler_alloc(&recycler, bytes);
			ck_assert_ptr_nonnull(memory);
			ck_assert_uint_eq((uintptr_t)memory % _Alignof(max_align_t), 0);
			memset(memory, 0xa5, bytes);
			recycler_give(&recycler, memory);
		}
	recycler_done(&recycler);
}
END_TEST

START_TEST(memory_is_cleared_when_asked_for_and_never_overflows) {
	struct recycler recycler = { 0 };
	unsigned char *memory = recycler_alloc(&recycler, 64);
	memset(memory, 0xff, 64);
	recycler_give(&recycler, memory);
	memory = recycler_zalloc(&recycler, 8, 8);
	for (size_t i = 0; i < 64; i++)
		ck_assert_uint_eq(memory[i], 0);
	ck_assert_ptr_null(recycler_zalloc(&recycler, SIZE_MAX / 2, 3));
	ck_assert_ptr_null(recycler_alloc(&recycler, SIZE_MAX));
	recycler_give(&recycler, memory);
	recycler_done(&recycler);
}
END_TEST

START_TEST(content_survives_resizing) {
	static const size_t sizes[] = { 10, 64, 65, 700, 1024, 1025, 5000, 100000 };
	struct recycler recycler = { 0 };
	char *memory = NULL;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memory = recycler_resize(&recycler, memory, sizes[i]);
		ck_assert_ptr_nonnull(memory);
		if (i)
			ck_assert_int_eq(memory[sizes[i - 1] - 1], (char)i);
		memory[sizes[i] - 1] = (char)(i + 1);
	}
	ck_assert_ptr_null(recycler_resize(&recycler, memory, SIZE_MAX)); /* and it is still ours */
	ck_assert_int_eq(memory[sizes[6] - 1], 7);
	recycler_give(&recycler, memory);
	recycler_done(&recycler);
}
END_TEST

START_TEST(after_a_burst_no_more_than_the_limit_waits) {
	enum { PIECES = 2 * RECYCLER_KEPT_BYTES / 1024 };
	static void *pieces[PIECES];
	struct recycler recycler = { 0 };
	for (size_t i = 0; i < PIECES; i++)
		ck_assert_ptr_nonnull(pieces[i] = recycler_alloc(&recycler, 1024));
	for (size_t i = 0; i < PIECES; i++)
		recycler_give(&recycler, pieces[i]);
	ck_assert_uint_le(recycler.waiting_bytes, RECYCLER_KEPT_BYTES);
	ck_assert_uint_gt(recycler.waiting_bytes, RECYCLER_KEPT_BYTES / 2);
	recycler_done(&recycler);
}
END_TEST

SUITE_MAIN("recycler", what_is_given_back_is_handed_out_again, every_byte_of_a_piece_may_be_written,
    memory_is_cleared_when_asked_for_and_never_overflows, content_survives_resizing,
    after_a_burst_no_more_than_the_limit_waits)
