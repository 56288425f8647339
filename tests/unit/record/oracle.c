/* SPDX-License-Identifier: Apache-2.0 */
#include "oracle.h"

#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "record/field.h"
#include "record/token.h"

#include <stdint.h>

enum { FIELDS_MAX = 64 }; /* of one message: they are counted off in one word */

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

static bool packed_fits(const ProtobufCFieldDescriptor *field, struct token_reader values) {
	unsigned wire = field_wire(field);
	if (wire == WIRE_32 || wire == WIRE_64)
		return (size_t)(values.end - values.next) % (wire == WIRE_32 ? 4 : 8) == 0;
	while (values.next < values.end) {
		uint64_t value;
		if (!token_varint(&values, &value) || !varint_fits(field, value))
			return false;
	}
	return true;
}

static bool text_fits(struct token_reader text) {
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

static bool message_fits(const ProtobufCMessageDescriptor *descriptor, struct token_reader reader,
    struct extent *extent);

static bool token_fits(
    const ProtobufCFieldDescriptor *field, const struct token *token, struct extent *extent) {
	unsigned wire = field_wire(field);
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

static bool message_fits(const ProtobufCMessageDescriptor *descriptor, struct token_reader reader,
    struct extent *extent) {
	check(descriptor->n_fields <= FIELDS_MAX);
	if (++extent->depth > LIMIT_JSON_DEPTH)
		return false;
	uint64_t seen = 0;
	while (reader.next < reader.end) {
		struct token token;
		if (++extent->fields > LIMIT_JSON_VALUES || !token_read(&reader, &token))
			return false;
		const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
		    descriptor, token.number);
		if (!field || is_again(descriptor, field, &seen) || !token_fits(field, &token, extent))
			return false;
	}
	extent->depth--;
	return true;
}

static enum err check_bytes(
    const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes) {
	struct token_reader reader = { .next = data, .end = (const uint8_t *)data + bytes };
	struct extent extent = { 0 };
	if (message_fits(descriptor, reader, &extent))
		return ERR_OK;
	return extent.fields > LIMIT_JSON_VALUES ? ERR_RANGE : ERR_SYNTAX;
}

static void *alloc_in_arena(void *arena, size_t bytes) {
	return arena_alloc(arena, bytes);
}

static void free_in_arena(void *arena, void *memory) {
	(void)arena, (void)memory; /* the arena goes as a whole */
}

enum err oracle_unpack(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message) {
	enum err err = check_bytes(descriptor, data, bytes);
	ProtobufCAllocator allocator = { alloc_in_arena, free_in_arena, arena };
	if (err)
		return err;
	*ret_message = protobuf_c_message_unpack(descriptor, &allocator, bytes, data);
	return *ret_message ? ERR_OK : ERR_MEMORY;
}
