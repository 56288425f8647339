/* SPDX-License-Identifier: Apache-2.0 */
#include "record/pb.h"

#include "base/check.h"
#include "record/field.h"
#include "record/path.h"

#include <string.h>

/* --- building --- */

ProtobufCMessage *pb_new(const ProtobufCMessageDescriptor *descriptor, struct arena *arena) {
	ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);
	if (message)
		descriptor->message_init(message); /* copies all of a constant */
	return message;
}

const ProtobufCFieldDescriptor *pb_set_field(const ProtobufCMessage *message, uint32_t body_case) {
	return body_case ? protobuf_c_message_descriptor_get_field(message->descriptor, body_case)
	                 : NULL;
}

/* --- comparing --- */

static bool messages_differ(
    const ProtobufCMessage *a, const ProtobufCMessage *b, char path[PATH_BYTES]);

/* Whether two values of the field's type differ; `path`, "" before, then says where. */
static bool values_differ(
    const ProtobufCFieldDescriptor *field, const void *a, const void *b, char path[PATH_BYTES]) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return messages_differ(
		    *(const ProtobufCMessage *const *)a, *(const ProtobufCMessage *const *)b, path);
	case PROTOBUF_C_TYPE_STRING: {
		const char *text_a = *(const char *const *)a, *text_b = *(const char *const *)b;
		return strcmp(text_a ? text_a : "", text_b ? text_b : "") != 0;
	}
	case PROTOBUF_C_TYPE_BYTES: {
		const ProtobufCBinaryData *bytes_a = a, *bytes_b = b;
		return bytes_a->len != bytes_b->len ||
		    (bytes_a->len && memcmp(bytes_a->data, bytes_b->data, bytes_a->len) != 0);
	}
	case PROTOBUF_C_TYPE_BOOL:
		return !*(const protobuf_c_boolean *)a != !*(const protobuf_c_boolean *)b;
	default: return memcmp(a, b, field_size(field)) != 0;
	}
}

static bool lists_differ(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *a,
    const ProtobufCMessage *b, char path[PATH_BYTES]) {
	size_t count_a = field_count_const(a, field), count_b = field_count_const(b, field);
	size_t count = count_a < count_b ? count_a : count_b, size = field_size(field);
	const char *list_a = *(const char *const *)field_const(a, field);
	const char *list_b = *(const char *const *)field_const(b, field);
	size_t i = 0;
	while (i < count && !values_differ(field, list_a + i * size, list_b + i * size, path))
		i++;
	if (i == count_a && i == count_b)
		return false;
	path_prefix_element(path, i);
	return true;
}

static bool fields_differ(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *a,
    const ProtobufCMessage *b, char path[PATH_BYTES]) {
	if (field_is_oneof(field)) {
		bool is_in_a = field_case(a, field) == field->id,
		     is_in_b = field_case(b, field) == field->id;
		if (!is_in_a || !is_in_b)
			return is_in_a != is_in_b;
	}
	if (field_is_repeated(field))
		return lists_differ(field, a, b, path);
	return values_differ(field, field_const(a, field), field_const(b, field), path);
}

static bool messages_differ(
    const ProtobufCMessage *a, const ProtobufCMessage *b, char path[PATH_BYTES]) {
	if (!a || !b)
		return a != b;
	check(a->descriptor == b->descriptor);
	for (unsigned i = 0; i < a->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &a->descriptor->fields[i];
		if (fields_differ(field, a, b, path)) {
			path_prefix_field(path, field->name);
			return true;
		}
	}
	return false;
}

bool pb_is_equal(const ProtobufCMessage *a, const ProtobufCMessage *b) {
	char path[PATH_BYTES] = "";
	return !messages_differ(a, b, path);
}

const char *pb_first_difference(
    const ProtobufCMessage *a, const ProtobufCMessage *b, struct arena *arena) {
	char path[PATH_BYTES] = "";
	if (!messages_differ(a, b, path))
		return NULL;
	const char *text = arena_string(arena, path, strlen(path));
	return text ? text : "";
}
