/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packing in one pass, from the last byte to the first: when the length of a message has to be
 * written, the message is there already. protobuf-c measures everything before it writes; the bytes
 * are the same.
 *
 * What is packed grows downwards from the end of some room behind the buffer's content, and is
 * moved up to that content when it is whole. Room is small at first and doubles, so that a buffer
 * with much capacity is not touched at its far end.
 */
#include "record/pb.h"

#include "base/check.h"
#include "record/field.h"
#include "record/token.h"

#include <endian.h>

enum { ROOM_BYTES = 512 }; /* most journal entries need less */

struct packer {
	struct buffer *buffer;
	size_t bytes_max;
	uint8_t *room; /* of this, what lies from `at` to `end` is packed */
	uint8_t *at;
	uint8_t *end;
	enum err err;
};

/* --- room --- */

static size_t smaller(size_t a, size_t b) {
	return a < b ? a : b;
}

static bool fail(struct packer *packer, enum err err) {
	packer->err = err;
	packer->at = packer->end = packer->room; /* every other piece comes here again */
	return false;
}

/* Moves what is packed to the end of more room, with `bytes` more before it. */
static bool make_room(struct packer *packer, size_t bytes) {
	size_t packed = (size_t)(packer->end - packer->at), needed;
	if (packer->err)
		return false;
	if (__builtin_add_overflow(packed, bytes, &needed) || needed > packer->bytes_max)
		return fail(packer, ERR_RANGE);
	size_t left = packer->buffer->bytes_max - packer->buffer->bytes;
	size_t size = 2 * (size_t)(packer->end - packer->room);
	size = smaller(size ? size : ROOM_BYTES, smaller(packer->bytes_max, left));
	size = size > needed ? size : needed;
	size_t offset = (size_t)(packer->at - packer->room);
	uint8_t *room = buffer_reserve(packer->buffer, size);
	if (!room)
		return fail(packer, buffer_error(packer->buffer));
	packer->room = room;
	packer->end = room + size;
	packer->at = packer->end - packed;
	if (packed)
		memmove(packer->at, room + offset, packed);
	return true;
}

/* NULL: there is no room, as `err` says. */
static inline uint8_t *take(struct packer *packer, size_t bytes) {
	if (bytes > (size_t)(packer->at - packer->room) && !make_room(packer, bytes))
		return NULL;
	return packer->at -= bytes;
}

/* --- values, each before what is packed --- */

static void put_long_varint(struct packer *packer, uint64_t value) {
	unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1), bytes = (bits + 6) / 7;
	uint8_t *out = take(packer, bytes);
	if (!out)
		return;
	for (; value >= 0x80; value >>= 7)
		*out++ = (uint8_t)(value | 0x80);
	*out = (uint8_t)value;
}

/* Most take one byte: small numbers, lengths, tags of the first 15 fields. */
static inline void put_varint(struct packer *packer, uint64_t value) {
	if (value < 0x80 && packer->at > packer->room)
		*--packer->at = (uint8_t)value;
	else
		put_long_varint(packer, value);
}

static inline void put_bytes(struct packer *packer, const void *data, size_t bytes) {
	uint8_t *out = bytes ? take(packer, bytes) : NULL;
	if (out)
		memcpy(out, data, bytes);
}

static void put_32(struct packer *packer, uint32_t value) {
	value = htole32(value);
	put_bytes(packer, &value, sizeof(value));
}

static void put_64(struct packer *packer, uint64_t value) {
	value = htole64(value);
	put_bytes(packer, &value, sizeof(value));
}

static void put_message(struct packer *packer, const ProtobufCMessage *message);

static void put_text(struct packer *packer, const char *text) {
	size_t bytes = text ? strlen(text) : 0;
	put_bytes(packer, text, bytes);
	put_varint(packer, bytes);
}

static void put_nested(struct packer *packer, const ProtobufCMessage *message) {
	size_t behind = (size_t)(packer->end - packer->at);
	if (message)
		put_message(packer, message);
	put_varint(packer, (size_t)(packer->end - packer->at) - behind);
}

static inline uint64_t zigzag(int64_t value) {
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

static void put_value(
    struct packer *packer, const ProtobufCFieldDescriptor *field, const void *value) {
	const ProtobufCBinaryData *bytes = value;
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_ENUM: put_varint(packer, (uint64_t) * (const int32_t *)value); break;
	case PROTOBUF_C_TYPE_SINT32: put_varint(packer, zigzag(*(const int32_t *)value)); break;
	case PROTOBUF_C_TYPE_UINT32: put_varint(packer, *(const uint32_t *)value); break;
	case PROTOBUF_C_TYPE_SINT64: put_varint(packer, zigzag(*(const int64_t *)value)); break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64: put_varint(packer, *(const uint64_t *)value); break;
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32: put_32(packer, *(const uint32_t *)value); break;
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64: put_64(packer, *(const uint64_t *)value); break;
	case PROTOBUF_C_TYPE_BOOL: put_varint(packer, *(const protobuf_c_boolean *)value != 0); break;
	case PROTOBUF_C_TYPE_STRING: put_text(packer, *(const char *const *)value); break;
	case PROTOBUF_C_TYPE_BYTES:
		put_bytes(packer, bytes->data, bytes->len);
		put_varint(packer, bytes->len);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		put_nested(packer, *(const ProtobufCMessage *const *)value);
		break;
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE: check(!"the schema has no floating point");
	}
}

/* --- fields --- */

static inline void put_tag(
    struct packer *packer, const ProtobufCFieldDescriptor *field, unsigned wire) {
	put_varint(packer, (uint64_t)field->id << 3 | wire);
}

/* Not of an empty one. */
static void put_list(
    struct packer *packer, const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message) {
	bool is_packed = field->flags & PROTOBUF_C_FIELD_FLAG_PACKED;
	size_t count = field_count_const(message, field), size = field_size(field);
	size_t behind = (size_t)(packer->end - packer->at);
	const char *list = *(const char *const *)field_const(message, field);
	unsigned wire = field_wire(field);
	for (size_t i = count; i-- > 0;) {
		put_value(packer, field, list + i * size);
		if (!is_packed)
			put_tag(packer, field, wire);
	}
	if (is_packed) {
		put_varint(packer, (size_t)(packer->end - packer->at) - behind);
		put_tag(packer, field, WIRE_BYTES);
	}
}

/* The default values, which are left out. */
static inline bool is_zero(const ProtobufCFieldDescriptor *field, const void *value) {
	const char *text;
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: text = *(const char *const *)value; return !text || !*text;
	case PROTOBUF_C_TYPE_BYTES: return ((const ProtobufCBinaryData *)value)->len == 0;
	case PROTOBUF_C_TYPE_MESSAGE: return *(const ProtobufCMessage *const *)value == NULL;
	default:
		return field_size(field) == sizeof(uint32_t) ? *(const uint32_t *)value == 0
		                                             : *(const uint64_t *)value == 0;
	}
}

/* Whether a member of a oneof is there, which its number says: text and messages must be, too. */
static bool is_said(const ProtobufCFieldDescriptor *field, const void *value) {
	if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
		return true;
	const void *said = *(const void *const *)value;
	return said && said != field->default_value;
}

static void put_field(
    struct packer *packer, const ProtobufCFieldDescriptor *field, const void *value) {
	put_value(packer, field, value);
	put_tag(packer, field, field_wire(field));
}

/* Of the members of a oneof up to `field`, as far as they stand side by side, the one that is set.
 * Returns the first of them that has been looked at. */
static const ProtobufCFieldDescriptor *put_member(
    struct packer *packer, const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message) {
	const ProtobufCFieldDescriptor *first = message->descriptor->fields;
	unsigned which_offset = field->quantifier_offset;
	uint32_t which = field_case(message, field);
	while (field->id != which && field > first && field_is_oneof(field - 1) &&
	    field[-1].quantifier_offset == which_offset)
		field--;
	if (field->id == which && is_said(field, field_const(message, field)))
		put_field(packer, field, field_const(message, field));
	return field;
}

static void put_message(struct packer *packer, const ProtobufCMessage *message) {
	const ProtobufCFieldDescriptor *first = message->descriptor->fields;
	const ProtobufCFieldDescriptor *field = first + message->descriptor->n_fields;
	check(!message->n_unknown_fields);
	while (field > first) {
		const void *value = field_const(message, --field);
		if (field_is_oneof(field)) {
			field = put_member(packer, field, message);
		} else if (field_is_repeated(field)) {
			if (field_count_const(message, field))
				put_list(packer, field, message);
		} else if (!is_zero(field, value)) {
			put_field(packer, field, value);
		}
	}
}

enum err pb_pack_within(const ProtobufCMessage *message, size_t bytes_max, struct buffer *buffer) {
	struct packer packer = { .buffer = buffer, .bytes_max = bytes_max };
	if (make_room(&packer, 0))
		put_message(&packer, message);
	if (packer.err)
		return packer.err;
	size_t bytes = (size_t)(packer.end - packer.at);
	memmove(packer.room, packer.at, bytes);
	buffer_grow(buffer, bytes);
	return ERR_OK;
}

void pb_pack(const ProtobufCMessage *message, struct buffer *buffer) {
	enum err err = pb_pack_within(message, SIZE_MAX, buffer);
	check(err == buffer_error(buffer)); /* no limit but the buffer's own, which it remembers */
}
