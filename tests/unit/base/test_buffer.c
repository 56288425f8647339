/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

START_TEST(pieces_are_put_together) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	buffer_append(&buffer, "ab", 2);
	buffer_append_text(&buffer, "cd");
	buffer_append_char(&buffer, ' ');
	buffer_append_u64(&buffer, UINT64_MAX);
	buffer_append_char(&buffer, ' ');
	buffer_append_i64(&buffer, INT64_MIN);
	buffer_printf(&buffer, " %d|%s", -7, "x");
	ck_assert_str_eq(buffer_string(&buffer), "abcd 18446744073709551615 -9223372036854775808 -7|x");
	ck_assert_int_eq(buffer_error(&buffer), ERR_OK);
	buffer_done(&buffer);
}
END_TEST

START_TEST(it_grows_as_needed) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	for (int i = 0; i < 10000; i++)
		buffer_append_text(&buffer, "0123456789");
	ck_assert_uint_eq(buffer.bytes, 100000);
	ck_assert_mem_eq(buffer.data + 99990, "0123456789", 10);
	buffer_done(&buffer);
}
END_TEST

START_TEST(the_first_failure_sticks) {
	struct buffer buffer;
	buffer_init(&buffer, 10);
	buffer_append_text(&buffer, "12345678");
	buffer_append_text(&buffer, "abc");
	ck_assert_int_eq(buffer_error(&buffer), ERR_RANGE);
	buffer_append_text(&buffer, "x");
	ck_assert_uint_eq(buffer.bytes, 8);
	ck_assert_ptr_null(buffer_reserve(&buffer, 1));
	ck_assert_str_eq(buffer_string(&buffer), "");
	buffer_clear(&buffer);
	ck_assert_int_eq(buffer_error(&buffer), ERR_OK);
	buffer_append_text(&buffer, "fits");
	ck_assert_str_eq(buffer_string(&buffer), "fits");
	buffer_done(&buffer);
}
END_TEST

START_TEST(reserved_room_counts_when_grown) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	memcpy(buffer_reserve(&buffer, 1000), "room", 4);
	ck_assert_uint_eq(buffer.bytes, 0);
	buffer_grow(&buffer, 4);
	ck_assert_str_eq(buffer_string(&buffer), "room");
	buffer_append(&buffer, NULL, 0);
	ck_assert_uint_eq(buffer.bytes, 4);
	buffer_done(&buffer);
}
END_TEST

START_TEST(numbers_of_any_length_are_written_whole) {
	uint64_t power = 1;
	for (int digits = 1; digits <= 20; digits++, power *= 10) {
		for (uint64_t value = power - 1; value <= power + 1; value++) {
			struct buffer buffer;
			char wanted[32];
			buffer_init(&buffer, 0);
			snprintf(wanted, sizeof(wanted), "%" PRIu64, value);
			buffer_append_u64(&buffer, value);
			ck_assert_str_eq(buffer_string(&buffer), wanted);
			buffer_done(&buffer);
		}
	}
}
END_TEST

SUITE_MAIN("buffer", pieces_are_put_together, numbers_of_any_length_are_written_whole,
    it_grows_as_needed, the_first_failure_sticks, reserved_room_counts_when_grown)
