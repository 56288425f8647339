/* SPDX-License-Identifier: Apache-2.0 */
#include "record/wire.h"

#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "record/field.h"

#include <stdint.h>

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5, WIRE_NONE = 8 };
enum { FIELDS_MAX = 64 }; /* of one message: they are counted off in one word */

struct reader {
	const uint8_t *next;
	const uint8_t *end;
};

/* One field as it stands in the bytes. */
struct token {
	uint32_t number;
	unsigned wire;
	uint64_t value;      /* WIRE_VARINT */
	struct reader bytes; /* WIRE_BYTES */
};

static bool read_varint(struct reader *reader, uint64_t *ret_value) {
	uint64_t value = 0;
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

static bool skip(struct reader *reader, uint64_t bytes) {
	if (bytes > (uint64_t)(reader->end - reader->next))
		return false;
	reader->next += bytes;
	return true;
}

static bool read_token(struct reader *reader, struct token *ret_token) {
	uint64_t tag, bytes;
	if (!read_varint(reader, &tag) || tag >> 3 > UINT32_MAX)
		return false;
	ret_token->number = (uint32_t)(tag >> 3);
	ret_token->wire = tag & 7;
	switch (ret_token->wire) {
	case WIRE_VARINT: return read_varint(reader, &ret_token->value);
	case WIRE_64: return skip(reader, 8);
	case WIRE_32: return skip(reader, 4);
	case WIRE_BYTES:
		if (!read_varint(reader, &bytes))
			return false;
		ret_token->bytes.next = reader->next;
		if (!skip(reader, bytes))
			return false;
		ret_token->bytes.end = reader->next;
		return true;
	default: return false;
	}
}

static unsigned wire_of(const ProtobufCFieldDescriptor *field) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_BOOL:
	case PROTOBUF_C_TYPE_ENUM: return WIRE_VARINT;
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32: return WIRE_32;
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64: return WIRE_64;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE: return WIRE_BYTES;
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE: break; /* the schema has none and never will */
	}
	return WIRE_NONE;
}

static bool varint_fits(const ProtobufCFieldDescriptor *field, uint64_t value) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SINT32: return value <= UINT32_MAX;
	case PROTOBUF_C_TYPE_INT32: return (int64_t)value == (int32_t)value;
	case PROTOBUF_C_TYPE_BOOL: return value <= 1;
	case PROTOBUF_C_TYPE_ENUM:
		return (int64_t)value == (int32_t)value &&
		    protobuf_c_enum_descriptor_get_value(field->descriptor, (int)value) != NULL;
	default: return true;
	}
}

static bool packed_fits(const ProtobufCFieldDescriptor *field, struct reader values) {
	unsigned wire = wire_of(field);
	if (wire == WIRE_32 || wire == WIRE_64)
		return (size_t)(values.end - values.next) % (wire == WIRE_32 ? 4 : 8) == 0;
	while (values.next < values.end) {
		uint64_t value;
		if (!read_varint(&values, &value) || !varint_fits(field, value))
			return false;
	}
	return true;
}

static bool text_fits(struct reader text) {
	size_t bytes = (size_t)(text.end - text.next);
	return !memchr(text.next, '\0', bytes) && text_is_utf8((const char *)text.next, bytes);
}

/* Whether the field, or another member of its oneof, came before; notes that it did. */
static bool is_again(const ProtobufCMessageDescriptor *descriptor,
    const ProtobufCFieldDescriptor *field, uint64_t *seen) {
	if (field_is_repeated(field))
		return false;
	uint64_t bit = 1ULL << (field - descriptor->fields);
	bool result = *seen & bit;
	for (uint64_t rest = field_is_oneof(field) ? *seen : 0; rest; rest &= rest - 1) {
		const ProtobufCFieldDescriptor *other = &descriptor->fields[__builtin_ctzll(rest)];
		result |= field_is_oneof(other) && other->quantifier_offset == field->quantifier_offset;
	}
	*seen |= bit;
	return result;
}

/* How far in, and how many fields of all messages have been read. */
struct extent {
	int depth;
	uint32_t fields;
};

static bool message_fits(
    const ProtobufCMessageDescriptor *descriptor, struct reader reader, struct extent *extent);

static bool token_fits(
    const ProtobufCFieldDescriptor *field, const struct token *token, struct extent *extent) {
	unsigned wire = wire_of(field);
	if (wire != WIRE_BYTES && token->wire == WIRE_BYTES && field_is_repeated(field))
		return wire != WIRE_NONE && packed_fits(field, token->bytes);
	if (token->wire != wire)
		return false;
	if (wire == WIRE_VARINT)
		return varint_fits(field, token->value);
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return text_fits(token->bytes);
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return message_fits(field->descriptor, token->bytes, extent);
	return true;
}

static bool message_fits(
    const ProtobufCMessageDescriptor *descriptor, struct reader reader, struct extent *extent) {
	check(descriptor->n_fields <= FIELDS_MAX);
	if (++extent->depth > LIMIT_JSON_DEPTH)
		return false;
	uint64_t seen = 0;
	while (reader.next < reader.end) {
		struct token token;
		if (++extent->fields > LIMIT_JSON_VALUES || !read_token(&reader, &token))
			return false;
		const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
		    descriptor, token.number);
		if (!field || is_again(descriptor, field, &seen) || !token_fits(field, &token, extent))
			return false;
	}
	extent->depth--;
	return true;
}

enum err wire_check(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes) {
	struct reader reader = { .next = data, .end = (const uint8_t *)data + bytes };
	struct extent extent = { 0 };
	if (message_fits(descriptor, reader, &extent))
		return ERR_OK;
	return extent.fields > LIMIT_JSON_VALUES ? ERR_RANGE : ERR_SYNTAX;
}
