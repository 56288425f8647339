/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of protobuf, field by field: for code that looks at them without unpacking. Knows no
 * message types; groups (which proto3 has not) are refused.
 */
#ifndef RECORD_TOKEN_H
#define RECORD_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5, WIRE_NONE = 8 };

struct token_reader {
	const uint8_t *next;
	const uint8_t *end;
};

/* One field as it stands in the bytes. */
struct token {
	uint32_t number;
	unsigned wire;
	uint64_t value;            /* WIRE_VARINT */
	struct token_reader bytes; /* WIRE_BYTES */
};

/* False, as of the functions below: the bytes end before, or are no varint of 64 bits. */
static inline bool token_varint(struct token_reader *reader, uint64_t *ret_value) {
	uint64_t value = 0;
	if (reader->next < reader->end && *reader->next < 0x80) {
		*ret_value = *reader->next++;
		return true;
	}
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (reader->next == reader->end)
			return false;
		uint8_t byte = *reader->next++;
		if (shift == 63 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

static inline bool token_skip(struct token_reader *reader, uint64_t bytes) {
	if (bytes > (uint64_t)(reader->end - reader->next))
		return false;
	reader->next += bytes;
	return true;
}

/* A length, and as many bytes. */
static inline bool token_bytes(struct token_reader *reader, struct token_reader *ret_bytes) {
	uint64_t bytes;
	if (!token_varint(reader, &bytes))
		return false;
	ret_bytes->next = reader->next;
	if (!token_skip(reader, bytes))
		return false;
	ret_bytes->end = reader->next;
	return true;
}

/* The next field; there must be one. */
static inline bool token_read(struct token_reader *reader, struct token *ret_token) {
	uint64_t tag;
	if (!token_varint(reader, &tag) || tag >> 3 > UINT32_MAX)
		return false;
	*ret_token = (struct token){ .number = (uint32_t)(tag >> 3), .wire = tag & 7 };
	switch (ret_token->wire) {
	case WIRE_VARINT: return token_varint(reader, &ret_token->value);
	case WIRE_64: return token_skip(reader, 8);
	case WIRE_32: return token_skip(reader, 4);
	case WIRE_BYTES: return token_bytes(reader, &ret_token->bytes);
	default: return false;
	}
}

#endif
