/* SPDX-License-Identifier: Apache-2.0 */
#include "record/delimited.h"

#include "support/suite.h"

#include <string.h>

START_TEST(messages_of_any_length_come_back) {
	static const size_t lengths[] = { 0, 1, 127, 128, 16383, 16384, 100000 };
	enum { COUNT = sizeof(lengths) / sizeof(lengths[0]) };
	static char text[100000];
	struct buffer buffer;
	memset(text, 'x', sizeof(text));
	buffer_init(&buffer, 0);
	for (size_t i = 0; i < COUNT; i++)
		delimited_append(&buffer, text, lengths[i]);
	struct delimited reader = { buffer.data, buffer.data + buffer.bytes };
	const void *message;
	size_t bytes;
	for (size_t i = 0; i < COUNT; i++) {
		ck_assert_int_eq(delimited_read(&reader, &message, &bytes), ERR_OK);
		ck_assert_uint_eq(bytes, lengths[i]);
		ck_assert_int_eq(memcmp(message, text, bytes), 0);
	}
	ck_assert_int_eq(delimited_read(&reader, &message, &bytes), ERR_NOT_FOUND);
	buffer_done(&buffer);
}
END_TEST

START_TEST(what_is_cut_short_is_refused) {
	static const struct {
		const char *data;
		size_t bytes;
	} cases[] = {
		{ "\x01", 1 },
		{ "\x80", 1 },
		{ "\x03"
		  "ab",
		    3 },
		{ "\xff\xff\xff\xff\xff\x01", 6 },
		{ "\xff\xff\xff\xff\x0f", 5 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct delimited reader = { cases[i].data, cases[i].data + cases[i].bytes };
		const void *message;
		size_t bytes;
		ck_assert_int_eq(delimited_read(&reader, &message, &bytes), ERR_SYNTAX);
		ck_assert_ptr_eq(reader.next, cases[i].data);
	}
}
END_TEST

SUITE_MAIN("delimited", messages_of_any_length_come_back, what_is_cut_short_is_refused)
