/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/key.h"

#include "support/suite.h"

#include <string.h>

START_TEST(keys_sort_as_their_numbers) {
	static const uint64_t numbers[] = { 0, 1, 255, 256, 65535, 1ULL << 32, UINT64_MAX };
	for (size_t i = 1; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct key less = key_of_id(numbers[i - 1]), more = key_of_id(numbers[i]);
		ck_assert_int_lt(memcmp(less.data, more.data, less.bytes), 0);
		less = key_of_ids(numbers[i - 1], UINT64_MAX);
		more = key_of_ids(numbers[i], 0);
		ck_assert_int_lt(memcmp(less.data, more.data, less.bytes), 0);
	}
}
END_TEST

START_TEST(what_is_added_is_read_back) {
	struct key key = KEY_EMPTY;
	key_add_u8(&key, 7);
	key_add_u32(&key, 0x01020304);
	key_add_u64(&key, 0x1122334455667788);
	key_add_bytes(&key, "ab", 2);
	static const uint8_t expected[] = { 7, 1, 2, 3, 4, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
		0x88, 'a', 'b' };
	ck_assert_uint_eq(key.bytes, sizeof(expected));
	ck_assert_mem_eq(key.data, expected, sizeof(expected));
	ck_assert_uint_eq(key_read_u32(&key, 1), 0x01020304);
	ck_assert_uint_eq(key_read_u64(&key, 5), 0x1122334455667788);
}
END_TEST

START_TEST(the_parts_of_common_keys_are_in_order) {
	struct key key = key_of_usage(1, 2, 3, 2026);
	ck_assert_uint_eq(key.bytes, 24);
	ck_assert_uint_eq(key_read_u32(&key, 0), 1);
	ck_assert_uint_eq(key_read_u64(&key, 4), 2);
	ck_assert_uint_eq(key_read_u64(&key, 12), 3);
	ck_assert_uint_eq(key_read_u32(&key, 20), 2026);
	key = key_of_balance(4, 5, 6);
	ck_assert_uint_eq(key_read_u32(&key, 0), 4);
	ck_assert_uint_eq(key_read_u64(&key, 4), 5);
	ck_assert_uint_eq(key_read_u64(&key, 12), 6);
	key = key_of_party_object(7, 12, 9);
	ck_assert_uint_eq(key_read_u64(&key, 0), 7);
	ck_assert_uint_eq(key_read_u32(&key, 8), 12);
	ck_assert_uint_eq(key_read_u64(&key, 12), 9);
	key = key_of_rules(10, 11);
	ck_assert_uint_eq(key_read_u64(&key, 0), 10);
	ck_assert_uint_eq(key_read_u32(&key, 8), 11);
	key = key_of_text("city");
	ck_assert_uint_eq(key.bytes, 4);
}
END_TEST

SUITE_MAIN("key", keys_sort_as_their_numbers, what_is_added_is_read_back,
    the_parts_of_common_keys_are_in_order)
