/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing: straight into the buffer, which remembers its own failure.
 */
#include "record/json.h"

#include "base/base64.h"
#include "base/check.h"
#include "base/text.h"
#include "base/uuid.h"
#include "record/field.h"
#include "voucher/v1/types.pb-c.h"

struct writer {
	struct buffer *buffer;
	unsigned flags;
	unsigned depth;
};

/* How many bytes at the beginning need no escape. */
static size_t plain_bytes(const char *text) {
	static const bool stops[256] = { [0 ... 0x1f] = true, ['"'] = true, ['\\'] = true };
	size_t bytes = 0;
	while (!stops[(unsigned char)text[bytes]])
		bytes++;
	return bytes;
}

void json_append_string(struct buffer *buffer, const char *text) {
	static const char digits[] = "0123456789abcdef";
	buffer_append_char(buffer, '"');
	for (;;) {
		size_t plain = plain_bytes(text);
		buffer_append(buffer, text, plain);
		text += plain;
		if (!*text)
			break;
		unsigned char c = (unsigned char)*text++;
		char escape[6] = { '\\', (char)c, '0', '0', digits[c >> 4], digits[c & 15] };
		if (c >= 0x20) {
			buffer_append(buffer, escape, 2);
		} else if (c == '\n' || c == '\t') {
			buffer_append(buffer, c == '\n' ? "\\n" : "\\t", 2);
		} else {
			escape[1] = 'u';
			buffer_append(buffer, escape, 6);
		}
	}
	buffer_append_char(buffer, '"');
}

static void new_line(struct writer *writer) {
	if (!(writer->flags & JSON_PRETTY))
		return;
	buffer_append_char(writer->buffer, '\n');
	for (unsigned i = 0; i < writer->depth; i++)
		buffer_append(writer->buffer, "  ", 2);
}

/* --- values --- */

static void write_quoted_i64(struct buffer *buffer, int64_t value) {
	buffer_append_char(buffer, '"');
	buffer_append_i64(buffer, value);
	buffer_append_char(buffer, '"');
}

static void write_quoted_u64(struct buffer *buffer, uint64_t value) {
	buffer_append_char(buffer, '"');
	buffer_append_u64(buffer, value);
	buffer_append_char(buffer, '"');
}

static void write_enum(struct buffer *buffer, const ProtobufCEnumDescriptor *names, int value) {
	const ProtobufCEnumValue *named = protobuf_c_enum_descriptor_get_value(names, value);
	if (named)
		json_append_string(buffer, named->name);
	else
		buffer_append_i64(buffer, value);
}

static void write_bytes(struct buffer *buffer, const ProtobufCBinaryData *bytes) {
	buffer_append_char(buffer, '"');
	size_t room_bytes = BASE64_TEXT_BYTES(bytes->len);
	char *room = buffer_reserve(buffer, room_bytes);
	if (room) {
		base64_encode(bytes->data, bytes->len, room);
		buffer_grow(buffer, room_bytes - 1);
	}
	buffer_append_char(buffer, '"');
}

static void write_digest(struct buffer *buffer, const Pb__Digest *digest) {
	buffer_append_char(buffer, '"');
	char *room = buffer_reserve(buffer, 2 * digest->value.len + 1);
	if (room) {
		text_hex(digest->value.data, digest->value.len, room);
		buffer_grow(buffer, 2 * digest->value.len);
	}
	buffer_append_char(buffer, '"');
}

static void write_uuid(struct buffer *buffer, const Pb__Uuid *uuid) {
	char text[UUID_TEXT_BYTES + 2] = "\"";
	uuid_format((struct uuid){ .high = uuid->high, .low = uuid->low }, text + 1);
	text[UUID_TEXT_BYTES] = '"';
	buffer_append(buffer, text, UUID_TEXT_BYTES + 1);
}

static void write_message(struct writer *writer, const ProtobufCMessage *message);

static void write_value(
    struct writer *writer, const ProtobufCFieldDescriptor *field, const void *value) {
	struct buffer *buffer = writer->buffer;
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32: buffer_append_i64(buffer, *(const int32_t *)value); break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: buffer_append_u64(buffer, *(const uint32_t *)value); break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64: write_quoted_i64(buffer, *(const int64_t *)value); break;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64: write_quoted_u64(buffer, *(const uint64_t *)value); break;
	case PROTOBUF_C_TYPE_BOOL:
		buffer_append_text(buffer, *(const protobuf_c_boolean *)value ? "true" : "false");
		break;
	case PROTOBUF_C_TYPE_ENUM: write_enum(buffer, field->descriptor, *(const int *)value); break;
	case PROTOBUF_C_TYPE_STRING: {
		const char *text = *(const char *const *)value;
		json_append_string(buffer, text ? text : "");
		break;
	}
	case PROTOBUF_C_TYPE_BYTES: write_bytes(buffer, value); break;
	case PROTOBUF_C_TYPE_MESSAGE:
		write_message(writer, *(const ProtobufCMessage *const *)value);
		break;
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE: check(!"the schema has no floating point");
	}
}

/* --- messages --- */

static void write_list(
    struct writer *writer, const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message) {
	size_t count = field_count_const(message, field), size = field_size(field);
	const char *list = *(const char *const *)field_const(message, field);
	buffer_append_char(writer->buffer, '[');
	writer->depth++;
	for (size_t i = 0; i < count; i++) {
		if (i)
			buffer_append_char(writer->buffer, ',');
		new_line(writer);
		write_value(writer, field, list + i * size);
	}
	writer->depth--;
	new_line(writer);
	buffer_append_char(writer->buffer, ']');
}

static bool is_zero(const ProtobufCFieldDescriptor *field, const void *value) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: {
		const char *text = *(const char *const *)value;
		return !text || !*text;
	}
	case PROTOBUF_C_TYPE_BYTES: return ((const ProtobufCBinaryData *)value)->len == 0;
	default:
		return field_size(field) == sizeof(uint32_t) ? *(const uint32_t *)value == 0
		                                             : *(const uint64_t *)value == 0;
	}
}

static bool is_written(const struct writer *writer, const ProtobufCFieldDescriptor *field,
    const ProtobufCMessage *message) {
	const void *value = field_const(message, field);
	if (field_is_oneof(field) && field_case(message, field) != field->id)
		return false;
	if (field_is_repeated(field))
		return field_count_const(message, field) > 0;
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return *(const ProtobufCMessage *const *)value != NULL;
	if (field_is_oneof(field) || !is_zero(field, value))
		return true;
	unsigned keeps = JSON_ALL_FIELDS | (field->type == PROTOBUF_C_TYPE_ENUM ? JSON_ALL_ENUMS : 0);
	return writer->flags & keeps;
}

/* The name of a field, which needs no escapes, behind a comma where it is not the first. */
static void write_name(struct writer *writer, const char *name, bool is_first) {
	bool is_pretty = writer->flags & JSON_PRETTY;
	size_t bytes = strlen(name);
	if (!is_first)
		buffer_append_char(writer->buffer, ',');
	new_line(writer);
	char *room = buffer_reserve(writer->buffer, bytes + 3 + is_pretty);
	if (!room)
		return;
	room[0] = '"';
	memcpy(room + 1, name, bytes);
	memcpy(room + 1 + bytes, "\": ", 2 + is_pretty);
	buffer_grow(writer->buffer, bytes + 3 + is_pretty);
}

static void write_fields(struct writer *writer, const ProtobufCMessage *message) {
	bool is_first = true;
	const ProtobufCFieldDescriptor *field = message->descriptor->fields;
	for (unsigned left = message->descriptor->n_fields; left; left--, field++) {
		if (!is_written(writer, field, message))
			continue;
		write_name(writer, field->name, is_first);
		is_first = false;
		if (field_is_repeated(field))
			write_list(writer, field, message);
		else
			write_value(writer, field, field_const(message, field));
	}
	writer->depth--;
	if (!is_first)
		new_line(writer);
	writer->depth++;
}

static void write_message(struct writer *writer, const ProtobufCMessage *message) {
	if (message->descriptor == &pb__uuid__descriptor) {
		write_uuid(writer->buffer, (const Pb__Uuid *)message);
		return;
	}
	if (message->descriptor == &pb__digest__descriptor) {
		write_digest(writer->buffer, (const Pb__Digest *)message);
		return;
	}
	buffer_append_char(writer->buffer, '{');
	writer->depth++;
	write_fields(writer, message);
	writer->depth--;
	buffer_append_char(writer->buffer, '}');
}

void json_encode(const ProtobufCMessage *message, unsigned flags, struct buffer *buffer) {
	struct writer writer = { .buffer = buffer, .flags = flags };
	write_message(&writer, message);
}
