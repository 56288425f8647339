/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict checking and building in one pass over the bytes. Everything is made in the arena, and
 * what was made before a mistake is found stays there until the arena goes.
 */
#include "record/pb.h"

#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "record/field.h"
#include "record/token.h"

#include <endian.h>
#include <stdint.h>

enum { SINGULAR_MAX = 64 }; /* the first fields of a message: they are counted off in one word */

struct unpacker {
	struct arena *arena;
	enum err err;
	int depth;
	uint32_t fields; /* of all messages, so far */
};

static bool fail(struct unpacker *unpacker, enum err err) {
	unpacker->err = err;
	return false;
}

static bool fail_syntax(struct unpacker *unpacker) {
	return fail(unpacker, ERR_SYNTAX);
}

static bool read_message(struct unpacker *unpacker, const ProtobufCMessageDescriptor *descriptor,
    struct token_reader reader, ProtobufCMessage **ret_message);

/* --- values --- */

static bool read_fixed(struct token_reader *reader, void *out, size_t bytes) {
	const uint8_t *in = reader->next;
	uint32_t small;
	uint64_t large;
	if (!token_skip(reader, bytes))
		return false;
	if (bytes == sizeof(small)) {
		memcpy(&small, in, sizeof(small));
		*(uint32_t *)out = le32toh(small);
	} else {
		memcpy(&large, in, sizeof(large));
		*(uint64_t *)out = le64toh(large);
	}
	return true;
}

static inline int64_t unzigzag(uint64_t value) {
	return (int64_t)(value >> 1 ^ -(value & 1));
}

/* A number that fits its field. */
static inline bool read_number(
    const ProtobufCFieldDescriptor *field, struct token_reader *reader, void *out) {
	uint64_t value;
	if (!token_varint(reader, &value))
		return false;
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_UINT64: *(uint64_t *)out = value; return true;
	case PROTOBUF_C_TYPE_SINT64: *(int64_t *)out = unzigzag(value); return true;
	case PROTOBUF_C_TYPE_UINT32: *(uint32_t *)out = (uint32_t)value; return value <= UINT32_MAX;
	case PROTOBUF_C_TYPE_SINT32:
		*(int32_t *)out = (int32_t)unzigzag(value);
		return value <= UINT32_MAX;
	case PROTOBUF_C_TYPE_INT32:
		*(int32_t *)out = (int32_t)value;
		return (int64_t)value == (int32_t)value;
	case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)out = value != 0; return value <= 1;
	case PROTOBUF_C_TYPE_ENUM:
		*(int *)out = (int)value;
		return (int64_t)value == (int)value &&
		    protobuf_c_enum_descriptor_get_value(field->descriptor, (int)value) != NULL;
	default: return false;
	}
}

static bool read_text(struct unpacker *unpacker, struct token_reader text, const char **ret_text) {
	size_t bytes = (size_t)(text.end - text.next);
	if (memchr(text.next, '\0', bytes) || !text_is_utf8((const char *)text.next, bytes))
		return fail_syntax(unpacker);
	*ret_text = arena_string(unpacker->arena, (const char *)text.next, bytes);
	return *ret_text || fail(unpacker, ERR_MEMORY);
}

static bool read_bytes(
    struct unpacker *unpacker, struct token_reader in, ProtobufCBinaryData *ret_bytes) {
	size_t bytes = (size_t)(in.end - in.next);
	*ret_bytes = (ProtobufCBinaryData){ .len = bytes };
	if (bytes)
		ret_bytes->data = arena_copy(unpacker->arena, in.next, bytes);
	return !bytes || ret_bytes->data || fail(unpacker, ERR_MEMORY);
}

/* One value, in the wire type of its field, to where the struct or the array has it. */
static bool read_value(struct unpacker *unpacker, const ProtobufCFieldDescriptor *field,
    struct token_reader *reader, void *out) {
	struct token_reader inner;
	switch (field_wire(field)) {
	case WIRE_VARINT: return read_number(field, reader, out) || fail_syntax(unpacker);
	case WIRE_64:
	case WIRE_32: return read_fixed(reader, out, field_size(field)) || fail_syntax(unpacker);
	case WIRE_BYTES: break;
	default: return fail_syntax(unpacker);
	}
	if (!token_bytes(reader, &inner))
		return fail_syntax(unpacker);
	if (field->type == PROTOBUF_C_TYPE_STRING)
		return read_text(unpacker, inner, out);
	if (field->type == PROTOBUF_C_TYPE_BYTES)
		return read_bytes(unpacker, inner, out);
	return read_message(unpacker, field->descriptor, inner, out);
}

/* --- fields --- */

/* One element more of a repeated field. */
static bool read_element(struct unpacker *unpacker, const ProtobufCFieldDescriptor *field,
    struct token_reader *reader, ProtobufCMessage *message) {
	size_t *count = field_count(message, field), size = field_size(field);
	char **list = field_value(message, field);
	char *larger = arena_grow(unpacker->arena, *list, *count, size);
	if (!larger)
		return fail(unpacker, ERR_MEMORY);
	*list = larger;
	return read_value(unpacker, field, reader, larger + (*count)++ * size);
}

/* A repeated field: an element, or a pack of numbers. */
static bool read_elements(struct unpacker *unpacker, const ProtobufCFieldDescriptor *field,
    unsigned wire, struct token_reader *reader, ProtobufCMessage *message) {
	struct token_reader pack;
	if (wire == field_wire(field))
		return read_element(unpacker, field, reader, message);
	if (wire != WIRE_BYTES || !token_bytes(reader, &pack))
		return fail_syntax(unpacker);
	while (pack.next < pack.end) {
		if (!read_element(unpacker, field, &pack, message))
			return false;
	}
	return true;
}

/* Whether the field, or another member of its oneof, came before; notes that it did. */
static inline bool is_again(
    const ProtobufCFieldDescriptor *field, ProtobufCMessage *message, uint64_t *seen) {
	if (field_is_oneof(field)) {
		bool is_set = field_case(message, field) != 0;
		field_set_case(message, field, field->id);
		return is_set;
	}
	size_t index = (size_t)(field - message->descriptor->fields);
	check(index < SINGULAR_MAX);
	bool is_seen = *seen >> index & 1;
	*seen |= 1ULL << index;
	return is_seen;
}

/* The field of this number; NULL: there is none. It is looked for first where `last` was and next
 * to it: packers write in order. */
static inline const ProtobufCFieldDescriptor *find_field(
    const ProtobufCMessageDescriptor *descriptor, const ProtobufCFieldDescriptor *last,
    uint64_t number) {
	const ProtobufCFieldDescriptor *end = descriptor->fields + descriptor->n_fields;
	if (last < end && last->id == number)
		return last;
	if (last < end && last + 1 < end && last[1].id == number)
		return last + 1;
	return number > UINT32_MAX
	    ? NULL
	    : protobuf_c_message_descriptor_get_field(descriptor, (uint32_t)number);
}

static bool read_fields(
    struct unpacker *unpacker, struct token_reader *reader, ProtobufCMessage *message) {
	const ProtobufCFieldDescriptor *field = message->descriptor->fields;
	uint64_t seen = 0, tag;
	while (reader->next < reader->end) {
		if (++unpacker->fields > LIMIT_JSON_VALUES)
			return fail(unpacker, ERR_RANGE);
		if (!token_varint(reader, &tag) ||
		    !(field = find_field(message->descriptor, field, tag >> 3)))
			return fail_syntax(unpacker);
		if (field_is_repeated(field)) {
			if (!read_elements(unpacker, field, tag & 7, reader, message))
				return false;
			continue;
		}
		if ((tag & 7) != field_wire(field) || is_again(field, message, &seen))
			return fail_syntax(unpacker);
		if (!read_value(unpacker, field, reader, field_value(message, field)))
			return false;
	}
	return true;
}

static bool read_message(struct unpacker *unpacker, const ProtobufCMessageDescriptor *descriptor,
    struct token_reader reader, ProtobufCMessage **ret_message) {
	if (++unpacker->depth > LIMIT_JSON_DEPTH)
		return fail_syntax(unpacker);
	ProtobufCMessage *message = pb_new(descriptor, unpacker->arena);
	if (!message)
		return fail(unpacker, ERR_MEMORY);
	if (!read_fields(unpacker, &reader, message))
		return false;
	unpacker->depth--;
	*ret_message = message;
	return true;
}

enum err pb_unpack(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message) {
	struct unpacker unpacker = { .arena = arena };
	struct token_reader reader = { .next = data, .end = (const uint8_t *)data + bytes };
	return read_message(&unpacker, descriptor, reader, ret_message) ? ERR_OK : unpacker.err;
}
