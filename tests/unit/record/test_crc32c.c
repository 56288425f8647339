/* SPDX-License-Identifier: Apache-2.0 */
#include "record/crc32c.h"

#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(vectors_of_rfc_3720_hold) {
	uint8_t zeros[32] = { 0 }, ones[32], up[32], down[32];
	static const uint8_t read_command[48] = { 0x01,
		0xc0, [16] = 0x14, [22] = 0x04, [27] = 0x14, [31] = 0x18, 0x28, [40] = 0x02 };
	memset(ones, 0xff, sizeof(ones));
	for (int i = 0; i < 32; i++) {
		up[i] = (uint8_t)i;
		down[i] = (uint8_t)(31 - i);
	}
	const struct {
		const uint8_t *data;
		size_t bytes;
		uint32_t crc;
	} cases[] = {
		{ zeros, sizeof(zeros), 0x8a9136aa },
		{ ones, sizeof(ones), 0x62a8ab43 },
		{ up, sizeof(up), 0x46dd794e },
		{ down, sizeof(down), 0x113fdb5c },
		{ read_command, sizeof(read_command), 0xd9963a56 },
		{ (const uint8_t *)"123456789", 9, 0xe3069283 },
		{ zeros, 0, 0 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		ck_assert_uint_eq(crc32c(cases[i].data, cases[i].bytes), cases[i].crc);
		ck_assert_uint_eq(crc32c_by_table(cases[i].data, cases[i].bytes), cases[i].crc);
	}
}
END_TEST

START_TEST(instruction_and_table_agree_at_every_length_and_alignment) {
	uint8_t data[300];
	uint32_t random = 1;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
	for (size_t offset = 0; offset < 9; offset++) {
		for (size_t bytes = 0; bytes + offset <= sizeof(data); bytes++)
			ck_assert_uint_eq(crc32c(data + offset, bytes), crc32c_by_table(data + offset, bytes));
	}
}
END_TEST

SUITE_MAIN(
    "crc32c", vectors_of_rfc_3720_hold, instruction_and_table_agree_at_every_length_and_alignment)
