/* SPDX-License-Identifier: Apache-2.0 */
#include "fill.h"

#include "record/field.h"
#include "record/pb.h"
#include "support/suite.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucher/v1/resource.pb-c.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t next(uint64_t *seed) {
	uint64_t z = *seed += 0x9e3779b97f4a7c15; /* splitmix64 */
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

uint64_t fill_below(uint64_t *seed, uint64_t limit) {
	return next(seed) % limit;
}

static uint64_t number(uint64_t *seed) {
	static const uint64_t ends[] = { 0, 1, 2, 127, 128, INT32_MAX, 1ULL << 31, UINT32_MAX,
		1ULL << 32, INT64_MAX, 1ULL << 63, UINT64_MAX, UINT64_MAX - 1 };
	return fill_below(seed, 2) ? ends[fill_below(seed, COUNT(ends))]
	                           : next(seed) >> fill_below(seed, 64);
}

static const char *text(uint64_t *seed, struct arena *arena) {
	static const char *const pieces[] = { "a", "voucher", "\"", "\\", "/", "\n", "\x01", "\x7f",
		"\t", "创新券", "\xf0\x9f\x92\xb0", "\xc2\x80", "\xef\xbf\xbf", " ", "{}", "null" };
	const char *made = "";
	for (uint64_t count = fill_below(seed, 6); count; count--)
		made = arena_printf(arena, "%s%s", made, pieces[fill_below(seed, COUNT(pieces))]);
	return made;
}

static ProtobufCBinaryData bytes(uint64_t *seed, struct arena *arena) {
	ProtobufCBinaryData made = { .len = fill_below(seed, 40) };
	made.data = arena_alloc(arena, made.len);
	for (size_t i = 0; i < made.len; i++)
		made.data[i] = (uint8_t)next(seed);
	return made;
}

static void fill_value(const ProtobufCFieldDescriptor *field, void *value, uint64_t *seed,
    int depth, struct arena *arena) {
	switch (field->type) {
	case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)value = (int)fill_below(seed, 2); break;
	case PROTOBUF_C_TYPE_ENUM: {
		const ProtobufCEnumDescriptor *names = field->descriptor;
		*(int *)value = names->values[fill_below(seed, names->n_values)].value;
		break;
	}
	case PROTOBUF_C_TYPE_STRING: *(const char **)value = text(seed, arena); break;
	case PROTOBUF_C_TYPE_BYTES: *(ProtobufCBinaryData *)value = bytes(seed, arena); break;
	case PROTOBUF_C_TYPE_MESSAGE:
		*(ProtobufCMessage **)value = fill_message(field->descriptor, seed, depth - 1, arena);
		break;
	default:
		if (field_size(field) == sizeof(uint32_t))
			*(uint32_t *)value = (uint32_t)number(seed);
		else
			*(uint64_t *)value = number(seed);
	}
}

static void fill_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
    uint64_t *seed, int depth, struct arena *arena) {
	if (field_is_oneof(field))
		field_set_case(message, field, field->id);
	if (!field_is_repeated(field)) {
		fill_value(field, field_value(message, field), seed, depth, arena);
		return;
	}
	size_t count = fill_below(seed, 4);
	char *list = arena_zalloc(arena, count * field_size(field));
	for (size_t i = 0; i < count; i++)
		fill_value(field, list + i * field_size(field), seed, depth, arena);
	*field_count(message, field) = count;
	*(char **)field_value(message, field) = count ? list : NULL;
}

ProtobufCMessage *fill_message(
    const ProtobufCMessageDescriptor *descriptor, uint64_t *seed, int depth, struct arena *arena) {
	ProtobufCMessage *message = pb_new(descriptor, arena);
	ck_assert_ptr_nonnull(message);
	for (unsigned i = 0; i < descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
		bool is_too_deep = field->type == PROTOBUF_C_TYPE_MESSAGE && depth <= 1;
		bool is_taken = field_is_oneof(field) && field_case(message, field);
		bool is_set = fill_below(seed, field_is_oneof(field) ? 8 : 3) != 0;
		if (field_is_oneof(field))
			is_set = !is_set || fill_below(seed, 8) == 0;
		if (is_set && !is_too_deep && !is_taken)
			fill_field(message, field, seed, depth, arena);
	}
	return message;
}

static size_t add_type(const ProtobufCMessageDescriptor *type,
    const ProtobufCMessageDescriptor *types[], size_t count, size_t types_max) {
	for (size_t i = 0; i < count; i++) {
		if (types[i] == type)
			return count;
	}
	ck_assert_uint_lt(count, types_max);
	types[count] = type;
	return count + 1;
}

size_t fill_types(const ProtobufCMessageDescriptor *extra,
    const ProtobufCMessageDescriptor *ret_types[], size_t types_max) {
	const ProtobufCMessageDescriptor *const roots[] = { &pb__journal_entry__descriptor,
		&pb__tree_head__descriptor, &pb__batch__descriptor, &pb__batch_reply__descriptor,
		&pb__explanation__descriptor, &pb__page__descriptor, &pb__problem__descriptor, extra };
	size_t count = 0;
	for (size_t i = 0; i < COUNT(roots); i++)
		count = add_type(roots[i], ret_types, count, types_max);
	for (size_t at = 0; at < count; at++) {
		for (unsigned f = 0; f < ret_types[at]->n_fields; f++) {
			const ProtobufCFieldDescriptor *field = &ret_types[at]->fields[f];
			if (field->type == PROTOBUF_C_TYPE_MESSAGE)
				count = add_type(field->descriptor, ret_types, count, types_max);
		}
	}
	return count;
}
