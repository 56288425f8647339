/* SPDX-License-Identifier: Apache-2.0 */
#include "record/entry.h"

#include "base/limits.h"
#include "record/crc32c.h"
#include "record/pb.h"
#include "record/token.h"

enum err entry_encode(const Pb__JournalEntry *entry, struct buffer *buffer) {
	static const uint8_t header[ENTRY_HEADER_BYTES] = { ENTRY_FORMAT };
	size_t offset = buffer->bytes;
	buffer_append(buffer, header, sizeof(header));
	enum err err = pb_pack_within(&entry->base, LIMIT_ENTRY_BYTES - ENTRY_HEADER_BYTES, buffer);
	if (err) {
		buffer->bytes = offset;
		return err;
	}
	uint8_t *out = (uint8_t *)buffer->data + offset;
	uint32_t crc = crc32c(out + ENTRY_HEADER_BYTES, buffer->bytes - offset - ENTRY_HEADER_BYTES);
	for (int i = 0; i < 4; i++)
		out[1 + i] = (uint8_t)(crc >> 8 * i);
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

enum { FIELD_COMMAND = 5, FIELD_COMMAND_ID = 1 };

/* The first field but for the id. */
static bool read_body_case(struct token_reader reader, uint32_t *ret_body_case) {
	struct token token = { .number = FIELD_COMMAND_ID };
	while (reader.next < reader.end && token.number == FIELD_COMMAND_ID)
		if (!token_read(&reader, &token))
			return false;
	*ret_body_case = token.number == FIELD_COMMAND_ID ? 0 : token.number;
	return true;
}

enum err entry_glance(const void *data, size_t bytes, uint32_t *ret_body_case) {
	const uint8_t *in = data;
	enum err err = entry_verify(data, bytes);
	struct token_reader reader = { in + ENTRY_HEADER_BYTES, in + bytes };
	struct token token;
	uint32_t body_case = 0;
	while (!err && reader.next < reader.end) {
		if (!token_read(&reader, &token))
			return ERR_CORRUPT;
		if (token.number != FIELD_COMMAND)
			continue;
		if (token.wire != WIRE_BYTES || !read_body_case(token.bytes, &body_case))
			return ERR_CORRUPT;
		break;
	}
	if (!err)
		*ret_body_case = body_case;
	return err;
}
