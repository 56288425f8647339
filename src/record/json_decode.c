/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading any JSON: jansson makes a tree of the document, which is then matched with the
 * descriptor. Before that, one pass over the bytes bounds depth and size, so that no document costs
 * much more memory than it is long. The path to an error is made on the way back from it.
 */
#include "record/json_plain.h"

#include "base/base64.h"
#include "base/check.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/uuid.h"
#include "record/field.h"
#include "record/pb.h"
#include "voucher/v1/types.pb-c.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>

struct reader {
	struct arena *arena;
	struct json_error *error;
};

__attribute__((format(printf, 3, 4))) static enum err fail(
    struct reader *reader, enum err err, const char *format, ...) {
	char reason[2 * sizeof(reader->error->reason)];
	va_list args;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	text_show(reader->error->reason, sizeof(reader->error->reason), reason);
	return err;
}

static enum err fail_type(struct reader *reader, const char *expected, const json_t *found) {
	static const char *const names[] = {
		[JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "a list",
		[JSON_STRING] = "a string",
		[JSON_INTEGER] = "a number",
		[JSON_REAL] = "a number with a fraction or an exponent",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null",
	};
	return fail(reader, ERR_SYNTAX, "expected %s, found %s", expected, names[json_typeof(found)]);
}

static enum err fail_memory(struct reader *reader) {
	return fail(reader, ERR_MEMORY, "the document is too large");
}

/* --- numbers --- */

static enum err read_i64(struct reader *reader, const json_t *json, int64_t *ret_value) {
	if (json_is_integer(json)) {
		*ret_value = json_integer_value(json);
		return ERR_OK;
	}
	if (!json_is_string(json))
		return fail_type(reader, "an integer, as a string or a number", json);
	enum err err = text_parse_i64(json_string_value(json), json_string_length(json), ret_value);
	if (err)
		return fail(reader, err, "\"%s\" is %s", json_string_value(json),
		    err == ERR_RANGE ? "outside the range of 64 bits" : "not an integer");
	return ERR_OK;
}

static enum err read_u64(struct reader *reader, const json_t *json, uint64_t *ret_value) {
	if (json_is_integer(json)) {
		if (json_integer_value(json) < 0)
			return fail(reader, ERR_RANGE, "must not be negative");
		*ret_value = (uint64_t)json_integer_value(json);
		return ERR_OK;
	}
	if (!json_is_string(json))
		return fail_type(reader, "an integer, as a string or a number", json);
	enum err err = text_parse_u64(json_string_value(json), json_string_length(json), ret_value);
	if (err)
		return fail(reader, err, "\"%s\" is %s", json_string_value(json),
		    err == ERR_RANGE ? "outside the range of 64 bits" : "not an integer from 0 up");
	return ERR_OK;
}

static enum err read_small(
    struct reader *reader, const json_t *json, int64_t min, int64_t max, int64_t *ret_value) {
	if (!json_is_integer(json))
		return fail_type(reader, "an integer", json);
	int64_t value = json_integer_value(json);
	if (value < min || value > max)
		return fail(
		    reader, ERR_RANGE, "must lie between %lld and %lld", (long long)min, (long long)max);
	*ret_value = value;
	return ERR_OK;
}

static enum err read_i32(struct reader *reader, const json_t *json, int32_t *ret_value) {
	int64_t value = 0;
	enum err err = read_small(reader, json, INT32_MIN, INT32_MAX, &value);
	if (!err)
		*ret_value = (int32_t)value;
	return err;
}

static enum err read_u32(struct reader *reader, const json_t *json, uint32_t *ret_value) {
	int64_t value = 0;
	enum err err = read_small(reader, json, 0, UINT32_MAX, &value);
	if (!err)
		*ret_value = (uint32_t)value;
	return err;
}

/* "A, B, C" in `ret_list`, without the value for "unspecified"; too many for a sentence: "". */
static void list_names(const ProtobufCEnumDescriptor *names, char *ret_list, size_t room) {
	size_t bytes = 0;
	*ret_list = '\0';
	for (unsigned i = 0; i < names->n_values && bytes < room; i++) {
		if (!strstr(names->values[i].name, "UNSPECIFIED"))
			bytes += (size_t)snprintf(ret_list + bytes, room - bytes, "%s%s",
			    bytes ? ", " : "; one of ", names->values[i].name);
	}
	if (bytes >= room)
		*ret_list = '\0';
}

static enum err fail_name(
    struct reader *reader, const ProtobufCEnumDescriptor *names, const char *found) {
	char list[sizeof(reader->error->reason) / 2];
	list_names(names, list, sizeof(list));
	return fail(reader, ERR_SYNTAX, "no %s is called \"%.60s\"%s", names->short_name, found, list);
}

static enum err read_enum(struct reader *reader, const ProtobufCEnumDescriptor *names,
    const json_t *json, int *ret_value) {
	const ProtobufCEnumValue *named = NULL;
	if (json_is_string(json)) {
		named = protobuf_c_enum_descriptor_get_value_by_name(names, json_string_value(json));
		if (!named)
			return fail_name(reader, names, json_string_value(json));
	} else if (json_is_integer(json)) {
		json_int_t number = json_integer_value(json);
		if (number == (int)number)
			named = protobuf_c_enum_descriptor_get_value(names, (int)number);
		if (!named)
			return fail(reader, ERR_RANGE, "no %s has this number", names->short_name);
	} else {
		return fail_type(reader, "a name", json);
	}
	*ret_value = named->value;
	return ERR_OK;
}

/* --- text and bytes --- */

static enum err read_text(struct reader *reader, const json_t *json, const char **ret_text) {
	if (!json_is_string(json))
		return fail_type(reader, "a string", json);
	const char *text = arena_string(
	    reader->arena, json_string_value(json), json_string_length(json));
	if (!text)
		return fail_memory(reader);
	*ret_text = text;
	return ERR_OK;
}

static enum err read_bytes(
    struct reader *reader, const json_t *json, ProtobufCBinaryData *ret_bytes) {
	if (!json_is_string(json))
		return fail_type(reader, "a string of base64", json);
	size_t length = json_string_length(json);
	ProtobufCBinaryData bytes = { .data = arena_alloc(reader->arena, BASE64_DATA_BYTES(length)) };
	if (!bytes.data)
		return fail_memory(reader);
	if (base64_decode(json_string_value(json), length, bytes.data, &bytes.len))
		return fail(reader, ERR_SYNTAX, "not base64");
	*ret_bytes = bytes;
	return ERR_OK;
}

static enum err read_uuid(struct reader *reader, const json_t *json, Pb__Uuid *uuid) {
	struct uuid value;
	if (!json_is_string(json))
		return fail_type(reader, "a string that is a UUID", json);
	if (uuid_parse_text(json_string_value(json), &value))
		return fail(reader, ERR_SYNTAX, "not a UUID such as 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
	uuid->high = value.high;
	uuid->low = value.low;
	return ERR_OK;
}

static enum err read_digest(struct reader *reader, const json_t *json, Pb__Digest *digest) {
	if (!json_is_string(json))
		return fail_type(reader, "a string of hexadecimal digits", json);
	ProtobufCBinaryData value = { .len = json_string_length(json) / 2 };
	value.data = arena_alloc(reader->arena, value.len);
	if (!value.data)
		return fail_memory(reader);
	if (text_parse_hex(json_string_value(json), value.data, value.len))
		return fail(reader, ERR_SYNTAX, "not hexadecimal");
	digest->value = value;
	return ERR_OK;
}

/* --- messages --- */

static enum err read_message(struct reader *reader, const ProtobufCMessageDescriptor *descriptor,
    json_t *json, ProtobufCMessage **ret_message);

static enum err read_bool(
    struct reader *reader, const json_t *json, protobuf_c_boolean *ret_value) {
	if (!json_is_boolean(json))
		return fail_type(reader, "true or false", json);
	*ret_value = json_is_true(json);
	return ERR_OK;
}

static enum err read_value(
    struct reader *reader, const ProtobufCFieldDescriptor *field, json_t *json, void *out) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32: return read_i32(reader, json, out);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: return read_u32(reader, json, out);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64: return read_i64(reader, json, out);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64: return read_u64(reader, json, out);
	case PROTOBUF_C_TYPE_BOOL: return read_bool(reader, json, out);
	case PROTOBUF_C_TYPE_ENUM: return read_enum(reader, field->descriptor, json, out);
	case PROTOBUF_C_TYPE_STRING: return read_text(reader, json, out);
	case PROTOBUF_C_TYPE_BYTES: return read_bytes(reader, json, out);
	case PROTOBUF_C_TYPE_MESSAGE: return read_message(reader, field->descriptor, json, out);
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE: break;
	}
	check(!"the schema has no floating point");
	return ERR_SYNTAX;
}

static enum err read_list(struct reader *reader, const ProtobufCFieldDescriptor *field,
    json_t *json, ProtobufCMessage *message) {
	if (!json_is_array(json))
		return fail_type(reader, "a list", json);
	size_t count = json_array_size(json), size = field_size(field);
	char *list = count ? arena_zalloc(reader->arena, count * size) : NULL;
	if (count && !list)
		return fail_memory(reader);
	for (size_t i = 0; i < count; i++) {
		enum err err = read_value(reader, field, json_array_get(json, i), list + i * size);
		if (err) {
			path_prefix_element(reader->error->path, i);
			return err;
		}
	}
	*(char **)field_value(message, field) = list;
	*field_count(message, field) = count;
	return ERR_OK;
}

static enum err read_field(struct reader *reader, const ProtobufCFieldDescriptor *field,
    json_t *json, ProtobufCMessage *message) {
	if (!field)
		return fail(reader, ERR_SYNTAX, "%s has no such field", message->descriptor->short_name);
	if (json_is_null(json))
		return ERR_OK;
	if (field_is_repeated(field))
		return read_list(reader, field, json, message);
	if (field_is_oneof(field)) {
		const ProtobufCFieldDescriptor *other = pb_set_field(message, field_case(message, field));
		if (other)
			return fail(reader, ERR_SYNTAX, "excludes \"%s\", which is also there", other->name);
		field_set_case(message, field, field->id);
	}
	return read_value(reader, field, json, field_value(message, field));
}

static enum err read_fields(struct reader *reader, json_t *json, ProtobufCMessage *message) {
	if (!json_is_object(json))
		return fail_type(reader, "an object", json);
	const char *name;
	json_t *value;
	json_object_foreach(json, name, value) {
		enum err err = read_field(reader,
		    protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name), value,
		    message);
		if (err) {
			path_prefix_field(reader->error->path, name);
			return err;
		}
	}
	return ERR_OK;
}

static enum err read_message(struct reader *reader, const ProtobufCMessageDescriptor *descriptor,
    json_t *json, ProtobufCMessage **ret_message) {
	ProtobufCMessage *message = pb_new(descriptor, reader->arena);
	if (!message)
		return fail_memory(reader);
	enum err err;
	if (descriptor == &pb__uuid__descriptor)
		err = read_uuid(reader, json, (Pb__Uuid *)message);
	else if (descriptor == &pb__digest__descriptor)
		err = read_digest(reader, json, (Pb__Digest *)message);
	else
		err = read_fields(reader, json, message);
	if (!err)
		*ret_message = message;
	return err;
}

/* --- documents --- */

/* The end of the string that begins at `start`: at its quote, or at the end of the text. */
static size_t string_end(const char *text, size_t bytes, size_t start) {
	size_t at = start + 1;
	while (at < bytes && text[at] != '"')
		at += text[at] == '\\' ? 2 : 1; /* what follows a backslash does not end it */
	return at;
}

static void locate(const char *text, size_t at, struct json_error *error) {
	error->line = 1;
	error->column = 1;
	for (size_t i = 0; i < at; i++) {
		error->column += (text[i] & 0xc0) != 0x80; /* characters, not bytes */
		if (text[i] == '\n') {
			error->line++;
			error->column = 1;
		}
	}
}

/* Bounds depth and number of values; says nothing about whether this is JSON. */
static enum err check_size(struct reader *reader, const char *text, size_t bytes) {
	int depth = 0, values = 1;
	for (size_t at = 0; at < bytes; at++) {
		switch (text[at]) {
		case '"': at = string_end(text, bytes, at); continue;
		case ']':
		case '}': depth--; continue;
		case ',': values++; break;
		case '[':
		case '{':
			values++;
			depth++;
			break;
		default: continue;
		}
		if (depth <= LIMIT_JSON_DEPTH && values <= LIMIT_JSON_VALUES)
			continue;
		locate(text, at, reader->error);
		return depth > LIMIT_JSON_DEPTH
		    ? fail(reader, ERR_RANGE, "nested deeper than %d levels", LIMIT_JSON_DEPTH)
		    : fail(reader, ERR_RANGE, "more than %d values", LIMIT_JSON_VALUES);
	}
	return ERR_OK;
}

static enum err fail_parse(struct reader *reader, const json_error_t *error) {
	reader->error->line = error->line > 0 ? error->line : 1;
	reader->error->column = error->column > 0 ? error->column : 1;
	switch (json_error_code(error)) {
	case json_error_out_of_memory: return fail_memory(reader);
	case json_error_null_character: return fail(reader, ERR_SYNTAX, "text must not hold \\u0000");
	case json_error_numeric_overflow: return fail(reader, ERR_RANGE, "%s", error->text);
	default: return fail(reader, ERR_SYNTAX, "%s", error->text);
	}
}

enum err json_decode_any(const ProtobufCMessageDescriptor *descriptor, const char *text,
    size_t bytes, struct arena *arena, ProtobufCMessage **ret_message,
    struct json_error *ret_error) {
	struct json_error error = { 0 };
	struct reader reader = { .arena = arena, .error = &error };
	json_error_t parse_error;
	json_t *json = NULL;
	enum err err = check_size(&reader, text, bytes);
	if (err)
		goto out;
	json = json_loadb(
	    bytes ? text : "", bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &parse_error);
	err = json ? read_message(&reader, descriptor, json, ret_message)
	           : fail_parse(&reader, &parse_error);
out:
	json_decref(json);
	if (err)
		*ret_error = error;
	return err;
}
