/* SPDX-License-Identifier: Apache-2.0 */
#include "record/entry.h"

#include "base/limits.h"
#include "record/crc32c.h"
#include "record/pb.h"

enum err entry_encode(const Pb__JournalEntry *entry, struct buffer *buffer) {
	size_t body_bytes = protobuf_c_message_get_packed_size(&entry->base);
	if (body_bytes > LIMIT_ENTRY_BYTES - ENTRY_HEADER_BYTES)
		return ERR_RANGE;
	uint8_t *room = buffer_reserve(buffer, ENTRY_HEADER_BYTES + body_bytes);
	if (!room)
		return buffer_error(buffer);
	protobuf_c_message_pack(&entry->base, room + ENTRY_HEADER_BYTES);
	uint32_t crc = crc32c(room + ENTRY_HEADER_BYTES, body_bytes);
	room[0] = ENTRY_FORMAT;
	for (int i = 0; i < 4; i++)
		room[1 + i] = (uint8_t)(crc >> 8 * i);
	buffer_grow(buffer, ENTRY_HEADER_BYTES + body_bytes);
	return ERR_OK;
}

enum err entry_verify(const void *data, size_t bytes) {
	const uint8_t *in = data;
	if (bytes < ENTRY_HEADER_BYTES || bytes > LIMIT_ENTRY_BYTES || in[0] != ENTRY_FORMAT)
		return ERR_CORRUPT;
	uint32_t crc = 0;
	for (int i = 3; i >= 0; i--)
		crc = crc << 8 | in[1 + i];
	return crc == crc32c(in + ENTRY_HEADER_BYTES, bytes - ENTRY_HEADER_BYTES) ? ERR_OK
	                                                                          : ERR_CORRUPT;
}

enum err entry_decode(
    const void *data, size_t bytes, struct arena *arena, Pb__JournalEntry **ret_entry) {
	enum err err = entry_verify(data, bytes);
	if (err)
		return err;
	ProtobufCMessage *message;
	err = pb_unpack(&pb__journal_entry__descriptor, (const uint8_t *)data + ENTRY_HEADER_BYTES,
	    bytes - ENTRY_HEADER_BYTES, arena, &message);
	if (err)
		return err == ERR_SYNTAX ? ERR_CORRUPT : err;
	*ret_entry = (Pb__JournalEntry *)message;
	return ERR_OK;
}
