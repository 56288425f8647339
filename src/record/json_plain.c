/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plain JSON in one pass over the bytes, without a tree in between. Most requests are small and
 * plain, and jansson's tree of one costs more than what is done with it.
 *
 * This takes only a part of what may be sent, and explains nothing: at whatever it does not know it
 * gives up.
 */
#include "record/json_plain.h"

#include "base/base64.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/uuid.h"
#include "record/field.h"
#include "record/pb.h"
#include "voucher/v1/types.pb-c.h"

enum {
	NAME_BYTES_MAX = 128,
	DIGITS_MAX = 18, /* of a number: fewer than any that 64 bits do not hold */
	SEEN_MAX = 64,   /* the first fields of a message: they are counted off in one word */
};

struct plain {
	const char *at;
	const char *end;
	struct arena *arena;
	int depth;
	int values;
};

struct span {
	const char *text;
	size_t bytes;
};

/* --- tokens --- */

static inline char peek(struct plain *plain) {
	while (plain->at < plain->end &&
	    (*plain->at == ' ' || *plain->at == '\n' || *plain->at == '\t' || *plain->at == '\r'))
		plain->at++;
	return plain->at < plain->end ? *plain->at : '\0';
}

static inline bool take(struct plain *plain, char c) {
	if (peek(plain) != c)
		return false;
	plain->at++;
	return true;
}

/* Into an object or a list. */
static inline bool enter(struct plain *plain, char bracket) {
	return take(plain, bracket) && ++plain->depth <= LIMIT_JSON_DEPTH &&
	    ++plain->values <= LIMIT_JSON_VALUES;
}

static inline bool leave(struct plain *plain, char bracket) {
	plain->depth--;
	return take(plain, bracket);
}

static inline bool take_comma(struct plain *plain) {
	return take(plain, ',') && ++plain->values <= LIMIT_JSON_VALUES;
}

static bool take_word(struct plain *plain, const char *word, size_t bytes) {
	peek(plain);
	if ((size_t)(plain->end - plain->at) < bytes || memcmp(plain->at, word, bytes) != 0)
		return false;
	plain->at += bytes;
	return true;
}

/* A string without escapes; it stays where it is. */
static bool take_string(struct plain *plain, struct span *ret_span) {
	if (!take(plain, '"'))
		return false;
	const char *begin = plain->at, *at = begin;
	unsigned char all = 0;
	for (; at < plain->end && *at != '"'; at++) {
		if ((unsigned char)*at < 0x20 || *at == '\\')
			return false;
		all |= (unsigned char)*at;
	}
	if (at == plain->end)
		return false;
	plain->at = at + 1;
	*ret_span = (struct span){ begin, (size_t)(at - begin) };
	return all < 0x80 || text_is_utf8(begin, ret_span->bytes);
}

/* The string with a NUL, for those who want one. */
static bool take_name(struct plain *plain, char ret_name[NAME_BYTES_MAX + 1]) {
	struct span span;
	if (!take_string(plain, &span) || span.bytes > NAME_BYTES_MAX)
		return false;
	memcpy(ret_name, span.text, span.bytes);
	ret_name[span.bytes] = '\0';
	return true;
}

/* --- values --- */

/* An integer of few digits, which ends where they do: no fraction, no exponent. */
static bool read_number(struct plain *plain, int64_t *ret_value) {
	bool is_negative = take(plain, '-');
	const char *begin = plain->at;
	int64_t value = 0;
	while (plain->at < plain->end && *plain->at >= '0' && *plain->at <= '9' &&
	    plain->at - begin < DIGITS_MAX)
		value = 10 * value + (*plain->at++ - '0');
	bool is_odd = plain->at == begin || (*begin == '0' && plain->at - begin > 1);
	*ret_value = is_negative ? -value : value;
	return !is_odd;
}

static bool read_small(struct plain *plain, int64_t min, int64_t max, int64_t *ret_value) {
	return read_number(plain, ret_value) && *ret_value >= min && *ret_value <= max;
}

static bool read_i32(struct plain *plain, int32_t *ret_value) {
	int64_t value;
	bool is_read = read_small(plain, INT32_MIN, INT32_MAX, &value);
	*ret_value = is_read ? (int32_t)value : 0;
	return is_read;
}

static bool read_u32(struct plain *plain, uint32_t *ret_value) {
	int64_t value;
	bool is_read = read_small(plain, 0, UINT32_MAX, &value);
	*ret_value = is_read ? (uint32_t)value : 0;
	return is_read;
}

static bool read_i64(struct plain *plain, int64_t *ret_value) {
	struct span span;
	if (peek(plain) != '"')
		return read_number(plain, ret_value);
	return take_string(plain, &span) && !text_parse_i64(span.text, span.bytes, ret_value);
}

static bool read_u64(struct plain *plain, uint64_t *ret_value) {
	struct span span;
	int64_t value;
	if (peek(plain) == '"')
		return take_string(plain, &span) && !text_parse_u64(span.text, span.bytes, ret_value);
	if (!read_number(plain, &value) || value < 0)
		return false;
	*ret_value = (uint64_t)value;
	return true;
}

static bool read_bool(struct plain *plain, protobuf_c_boolean *ret_value) {
	*ret_value = peek(plain) == 't';
	return *ret_value ? take_word(plain, "true", 4) : take_word(plain, "false", 5);
}

static bool read_enum(struct plain *plain, const ProtobufCEnumDescriptor *names, int *ret_value) {
	char name[NAME_BYTES_MAX + 1];
	if (!take_name(plain, name))
		return false;
	const ProtobufCEnumValue *named = protobuf_c_enum_descriptor_get_value_by_name(names, name);
	*ret_value = named ? named->value : 0;
	return named != NULL;
}

static bool read_text(struct plain *plain, const char **ret_text) {
	struct span span;
	if (!take_string(plain, &span))
		return false;
	*ret_text = arena_string(plain->arena, span.text, span.bytes);
	return *ret_text != NULL;
}

static bool read_bytes(struct plain *plain, ProtobufCBinaryData *ret_bytes) {
	struct span span;
	if (!take_string(plain, &span))
		return false;
	ret_bytes->data = arena_alloc(plain->arena, BASE64_DATA_BYTES(span.bytes));
	return ret_bytes->data &&
	    !base64_decode(span.text, span.bytes, ret_bytes->data, &ret_bytes->len);
}

static bool read_uuid(struct plain *plain, Pb__Uuid *uuid) {
	char name[NAME_BYTES_MAX + 1];
	struct uuid value;
	if (!take_name(plain, name) || uuid_parse_text(name, &value))
		return false;
	uuid->high = value.high;
	uuid->low = value.low;
	return true;
}

static bool read_digest(struct plain *plain, Pb__Digest *digest) {
	char name[NAME_BYTES_MAX + 1];
	if (!take_name(plain, name))
		return false;
	digest->value.len = strlen(name) / 2;
	digest->value.data = arena_alloc(plain->arena, digest->value.len);
	return digest->value.data && !text_parse_hex(name, digest->value.data, digest->value.len);
}

static bool read_message(struct plain *plain, const ProtobufCMessageDescriptor *descriptor,
    ProtobufCMessage **ret_message);

static bool read_value(struct plain *plain, const ProtobufCFieldDescriptor *field, void *out) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32: return read_i32(plain, out);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: return read_u32(plain, out);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64: return read_i64(plain, out);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64: return read_u64(plain, out);
	case PROTOBUF_C_TYPE_BOOL: return read_bool(plain, out);
	case PROTOBUF_C_TYPE_ENUM: return read_enum(plain, field->descriptor, out);
	case PROTOBUF_C_TYPE_STRING: return read_text(plain, out);
	case PROTOBUF_C_TYPE_BYTES: return read_bytes(plain, out);
	case PROTOBUF_C_TYPE_MESSAGE: return read_message(plain, field->descriptor, out);
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE: break;
	}
	return false;
}

/* --- messages --- */

static bool read_list(
    struct plain *plain, const ProtobufCFieldDescriptor *field, ProtobufCMessage *message) {
	size_t *count = field_count(message, field), size = field_size(field);
	char *list = NULL;
	if (!enter(plain, '['))
		return false;
	if (peek(plain) == ']')
		return leave(plain, ']');
	do {
		list = arena_grow(plain->arena, list, *count, size);
		if (!list || !read_value(plain, field, list + (*count)++ * size))
			return false;
	} while (take_comma(plain));
	*(char **)field_value(message, field) = list;
	return leave(plain, ']');
}

/* The field of this name; NULL: there is none. It is looked for first next to `last`, since people
 * and programs write fields in their order. */
static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *descriptor,
    const ProtobufCFieldDescriptor *last, const struct span *name) {
	const ProtobufCFieldDescriptor *next = last ? last + 1 : descriptor->fields;
	char copy[NAME_BYTES_MAX + 1];
	if (name->bytes > NAME_BYTES_MAX)
		return NULL;
	if (next < descriptor->fields + descriptor->n_fields &&
	    strncmp(next->name, name->text, name->bytes) == 0 && !next->name[name->bytes])
		return next;
	memcpy(copy, name->text, name->bytes);
	copy[name->bytes] = '\0';
	return protobuf_c_message_descriptor_get_field_by_name(descriptor, copy);
}

/* Whether the field, or another member of its oneof, came before; notes that it did. */
static bool is_again(
    const ProtobufCFieldDescriptor *field, ProtobufCMessage *message, uint64_t *seen) {
	size_t index = (size_t)(field - message->descriptor->fields);
	if (field_is_oneof(field)) {
		bool is_set = field_case(message, field) != 0;
		field_set_case(message, field, field->id);
		return is_set;
	}
	bool is_seen = index >= SEEN_MAX || (*seen >> index & 1);
	*seen |= index < SEEN_MAX ? 1ULL << index : 0;
	return is_seen;
}

static bool read_fields(struct plain *plain, ProtobufCMessage *message) {
	const ProtobufCFieldDescriptor *field = NULL;
	struct span name;
	uint64_t seen = 0;
	if (!enter(plain, '{'))
		return false;
	if (peek(plain) == '}')
		return leave(plain, '}');
	do {
		if (!take_string(plain, &name) || !take(plain, ':') ||
		    !(field = find_field(message->descriptor, field, &name)) ||
		    is_again(field, message, &seen))
			return false;
		bool is_read = field_is_repeated(field)
		    ? read_list(plain, field, message)
		    : read_value(plain, field, field_value(message, field));
		if (!is_read)
			return false;
	} while (take_comma(plain));
	return leave(plain, '}');
}

static bool read_message(struct plain *plain, const ProtobufCMessageDescriptor *descriptor,
    ProtobufCMessage **ret_message) {
	ProtobufCMessage *message = pb_new(descriptor, plain->arena);
	bool is_read = false;
	if (!message)
		return false;
	if (descriptor == &pb__uuid__descriptor)
		is_read = read_uuid(plain, (Pb__Uuid *)message);
	else if (descriptor == &pb__digest__descriptor)
		is_read = read_digest(plain, (Pb__Digest *)message);
	else
		is_read = read_fields(plain, message);
	if (is_read)
		*ret_message = message;
	return is_read;
}

bool json_decode_plain(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message) {
	struct plain plain = { .at = text, .end = text + bytes, .arena = arena, .values = 1 };
	ProtobufCMessage *message;
	if (!read_message(&plain, descriptor, &message) || peek(&plain) || plain.at != plain.end)
		return false;
	*ret_message = message;
	return true;
}

enum err json_decode(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message, struct json_error *ret_error) {
	return json_decode_plain(descriptor, text, bytes, arena, ret_message)
	    ? ERR_OK
	    : json_decode_any(descriptor, text, bytes, arena, ret_message, ret_error);
}
