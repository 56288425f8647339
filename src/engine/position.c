/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/position.h"

#include "base/arena.h"
#include "record/pb.h"
#include "voucher/v1/journal.pb-c.h"

#include <string.h>

enum { FIXED_BYTES = 24 };

static void put_u64(uint8_t *room, uint64_t value) {
	for (int i = 0; i < 8; i++)
		room[i] = (uint8_t)(value >> (56 - 8 * i));
}

static uint64_t read_u64(const uint8_t *data) {
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | data[i];
	return value;
}

size_t position_pack(const struct position *position, struct uuid ledger_id, uint8_t *ret_room) {
	put_u64(ret_room, ledger_id.high);
	put_u64(ret_room + 8, ledger_id.low);
	put_u64(ret_room + 16, (uint64_t)position->time_us);
	return FIXED_BYTES + merkle_pack(&position->tree, ret_room + FIXED_BYTES);
}

enum err position_unpack(
    const void *data, size_t bytes, struct uuid *ret_ledger_id, struct position *ret_position) {
	const uint8_t *at = data;
	struct position position;
	if (bytes < FIXED_BYTES)
		return ERR_CORRUPT;
	position.time_us = (int64_t)read_u64(at + 16);
	enum err err = merkle_unpack(at + FIXED_BYTES, bytes - FIXED_BYTES, &position.tree);
	if (err)
		return err;
	*ret_ledger_id = (struct uuid){ .high = read_u64(at), .low = read_u64(at + 8) };
	*ret_position = position;
	return ERR_OK;
}

enum err tree_head_pack(uint64_t size, const uint8_t root[DIGEST_BYTES], struct buffer *buffer) {
	Pb__Digest digest = PB__DIGEST__INIT;
	Pb__TreeHead head = PB__TREE_HEAD__INIT;
	digest.value.data = (uint8_t *)root;
	digest.value.len = DIGEST_BYTES;
	head.size = size;
	head.root = &digest;
	pb_pack(&head.base, buffer);
	return buffer_error(buffer);
}

enum err tree_head_unpack(
    const void *data, size_t bytes, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]) {
	struct arena arena;
	ProtobufCMessage *message;
	enum err err;
	arena_init(&arena, 0);
	err = pb_unpack(&pb__tree_head__descriptor, data, bytes, &arena, &message);
	if (err == ERR_SYNTAX)
		err = ERR_CORRUPT;
	if (err)
		goto out;
	const Pb__TreeHead *head = (const Pb__TreeHead *)message;
	err = ERR_CORRUPT;
	if (!head->root || head->root->value.len != DIGEST_BYTES)
		goto out;
	*ret_size = head->size;
	memcpy(ret_root, head->root->value.data, DIGEST_BYTES);
	err = ERR_OK;
out:
	arena_done(&arena);
	return err;
}
