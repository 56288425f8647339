/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/position.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

static struct position position_of(uint64_t size) {
	struct position position = { .time_us = 1763712930123456 };
	struct digest *digest;
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
	merkle_init(&position.tree);
	for (uint64_t i = 0; i < size; i++)
		merkle_append(&position.tree, digest, &i, sizeof(i));
	digest_free(digest);
	return position;
}

START_TEST(a_position_comes_back_as_it_was_packed) {
	const uint64_t sizes[] = { 0, 1, 2, 3, 255, 256, 1000 };
	const struct uuid id = { 0x0190a1b2c3d4e5f6, 0x8123456789abcdef };
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t room[POSITION_BYTES_MAX];
		struct position position = position_of(sizes[i]), back;
		struct uuid id_back;
		size_t bytes = position_pack(&position, id, room);
		ck_assert_uint_eq(bytes, 32 + 32 * (size_t)__builtin_popcountll(sizes[i]));
		ck_assert_int_eq(position_unpack(room, bytes, &id_back, &back), ERR_OK);
		ck_assert_uint_eq(id_back.high, id.high);
		ck_assert_uint_eq(id_back.low, id.low);
		ck_assert_int_eq(back.time_us, position.time_us);
		uint8_t again[POSITION_BYTES_MAX];
		ck_assert_uint_eq(position_pack(&back, id_back, again), bytes);
		ck_assert_mem_eq(again, room, bytes);
	}
}
END_TEST

START_TEST(the_layout_is_the_documented_one) {
	uint8_t room[POSITION_BYTES_MAX];
	const uint8_t expected[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, /* id */
		0, 0, 0, 0, 0, 0, 1, 2,                                                          /* time */
		0, 0, 0, 0, 0, 0, 0, 3 };                                                        /* size */
	struct position position = position_of(3);
	position.time_us = 258;
	position_pack(&position, (struct uuid){ 0x0001020304050607, 0x08090a0b0c0d0e0f }, room);
	ck_assert_mem_eq(room, expected, sizeof(expected));
	ck_assert_mem_eq(room + 32, position.tree.range[0], DIGEST_BYTES);
	ck_assert_mem_eq(room + 64, position.tree.range[1], DIGEST_BYTES);
}
END_TEST

START_TEST(a_position_of_the_wrong_length_is_corrupt) {
	uint8_t room[POSITION_BYTES_MAX + 1] = { 0 };
	struct position position = position_of(7), back = { .time_us = 42 };
	struct uuid id;
	size_t bytes = position_pack(&position, (struct uuid){ 1, 2 }, room);
	for (size_t cut = 0; cut < bytes; cut++)
		ck_assert_int_eq(position_unpack(room, cut, &id, &back), ERR_CORRUPT);
	ck_assert_int_eq(position_unpack(room, bytes + 1, &id, &back), ERR_CORRUPT);
	ck_assert_int_eq(back.time_us, 42);
}
END_TEST

START_TEST(a_tree_head_comes_back_as_it_was_packed) {
	uint8_t root[DIGEST_BYTES], back[DIGEST_BYTES];
	uint64_t size;
	struct buffer buffer;
	buffer_init(&buffer, TREE_HEAD_BYTES_MAX);
	memset(root, 0xa5, sizeof(root));
	ck_assert_int_eq(tree_head_pack(UINT64_MAX, root, &buffer), ERR_OK);
	ck_assert_int_eq(tree_head_unpack(buffer.data, buffer.bytes, &size, back), ERR_OK);
	ck_assert_uint_eq(size, UINT64_MAX);
	ck_assert_mem_eq(back, root, sizeof(root));
	for (size_t cut = 0; cut < buffer.bytes; cut++)
		ck_assert_int_eq(tree_head_unpack(buffer.data, cut, &size, back), ERR_CORRUPT);
	buffer_done(&buffer);
}
END_TEST

SUITE_MAIN("position", a_position_comes_back_as_it_was_packed, the_layout_is_the_documented_one,
    a_position_of_the_wrong_length_is_corrupt, a_tree_head_comes_back_as_it_was_packed)
