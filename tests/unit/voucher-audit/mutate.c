/* SPDX-License-Identifier: Apache-2.0 */
#include "mutate.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

struct mutating {
	size_t left; /* places to pass over */
	struct arena *arena;
	struct mutation *mutation;
};

static bool change_message(struct mutating *m, ProtobufCMessage *message);

static void prefix(struct mutating *m, const char *name) {
	char path[sizeof(m->mutation->path)];
	const char *dot = m->mutation->path[0] && m->mutation->path[0] != '[' ? "." : "";
	ck_assert_int_lt(
	    snprintf(path, sizeof(path), "%s%s%s", name, dot, m->mutation->path), (int)sizeof(path));
	memcpy(m->mutation->path, path, sizeof(path));
}

/* The place that was looked for. */
static bool is_here(struct mutating *m) {
	return m->left-- == 0;
}

/* --- values --- */

/* Its last letter is another; of an empty one the first. */
static void change_text(struct mutating *m, const char **text) {
	size_t bytes = strlen(*text);
	char *changed = arena_zalloc(m->arena, bytes + 2);
	memcpy(changed, *text, bytes);
	bool is_ascii = bytes > 0 && (unsigned char)changed[bytes - 1] < 0x80;
	if (!is_ascii)
		changed[bytes] = 'x';
	else
		changed[bytes - 1] = changed[bytes - 1] == '1' ? '2' : '1';
	*text = changed;
}

static void change_bytes(struct mutating *m, ProtobufCBinaryData *bytes) {
	uint8_t *changed = arena_zalloc(m->arena, bytes->len + 1);
	if (bytes->len)
		memcpy(changed, bytes->data, bytes->len);
	else
		bytes->len = 1;
	changed[bytes->len - 1] ^= 1;
	bytes->data = changed;
}

/* The next that has a name. */
static void change_choice(const ProtobufCFieldDescriptor *field, uint32_t *value) {
	const ProtobufCEnumDescriptor *names = field->descriptor;
	unsigned at = 0;
	while (at < names->n_values && (uint32_t)names->values[at].value != *value)
		at++;
	*value = (uint32_t)names->values[(at + 1) % names->n_values].value;
}

static bool is_money(const ProtobufCFieldDescriptor *field) {
	const char *end = strrchr(field->name, '_');
	return (field->type == PROTOBUF_C_TYPE_INT64 || field->type == PROTOBUF_C_TYPE_SINT64) &&
	    !(end && strcmp(end, "_us") == 0);
}

static void change_value(struct mutating *m, const ProtobufCFieldDescriptor *field, void *value) {
	m->mutation->is_money = is_money(field);
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: change_text(m, value); break;
	case PROTOBUF_C_TYPE_BYTES: change_bytes(m, value); break;
	case PROTOBUF_C_TYPE_ENUM: change_choice(field, value); break;
	case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)value = !*(protobuf_c_boolean *)value; break;
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: *(uint32_t *)value += MUTATION; break;
	default: *(uint64_t *)value += MUTATION;
	}
}

/* --- fields --- */

static size_t size_of(const ProtobufCFieldDescriptor *field) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE: return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES: return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_BOOL: return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_ENUM: return sizeof(uint32_t);
	default: return sizeof(uint64_t);
	}
}

static bool change_one(struct mutating *m, const ProtobufCFieldDescriptor *field, void *value) {
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return *(ProtobufCMessage **)value && change_message(m, *(ProtobufCMessage **)value);
	if (!is_here(m))
		return false;
	change_value(m, field, value);
	return true;
}

/* Each of its elements, and its length. */
static bool change_list(
    struct mutating *m, const ProtobufCFieldDescriptor *field, ProtobufCMessage *message) {
	size_t *count = (void *)((char *)message + field->quantifier_offset);
	char *list = *(char **)(void *)((char *)message + field->offset);
	for (size_t i = 0; i < *count; i++) {
		if (!change_one(m, field, list + i * size_of(field)))
			continue;
		char place[24];
		snprintf(place, sizeof(place), "[%zu]", i);
		prefix(m, place);
		return true;
	}
	if (*count == 0 || !is_here(m))
		return false;
	--*count;
	return true;
}

static bool is_set(const ProtobufCFieldDescriptor *field, const ProtobufCMessage *message) {
	if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
		return true;
	const char *at = (const char *)message + field->quantifier_offset;
	return *(const uint32_t *)(const void *)at == field->id;
}

static bool change_message(struct mutating *m, ProtobufCMessage *message) {
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
		if (!is_set(field, message))
			continue;
		bool is_changed = field->label == PROTOBUF_C_LABEL_REPEATED
		    ? change_list(m, field, message)
		    : change_one(m, field, (char *)message + field->offset);
		if (is_changed) {
			prefix(m, field->name);
			return true;
		}
	}
	return false;
}

bool mutate(
    ProtobufCMessage *message, size_t place, struct arena *arena, struct mutation *ret_mutation) {
	struct mutation mutation = { .path = "" };
	struct mutating m = { .left = place, .arena = arena, .mutation = &mutation };
	if (!change_message(&m, message))
		return false;
	*ret_mutation = mutation;
	return true;
}
