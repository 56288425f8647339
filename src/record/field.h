/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C struct of a message as its descriptor lays it out (protobuf-c). For the codecs of this
 * folder.
 */
#ifndef RECORD_FIELD_H
#define RECORD_FIELD_H

#include "record/token.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void *field_value(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	return (char *)message + field->offset;
}

static inline const void *field_const(
    const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	return (const char *)message + field->offset;
}

static inline bool field_is_oneof(const ProtobufCFieldDescriptor *field) {
	return field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
}

static inline bool field_is_repeated(const ProtobufCFieldDescriptor *field) {
	return field->label == PROTOBUF_C_LABEL_REPEATED;
}

/* Which member of the oneof that `field` belongs to is set; 0: none. An enum in the struct. */
static inline uint32_t field_case(
    const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	uint32_t which;
	memcpy(&which, (const char *)message + field->quantifier_offset, sizeof(which));
	return which;
}

static inline void field_set_case(
    ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, uint32_t which) {
	memcpy((char *)message + field->quantifier_offset, &which, sizeof(which));
}

/* How many elements a repeated field has. */
static inline size_t *field_count(
    ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	return (size_t *)((char *)message + field->quantifier_offset);
}

static inline size_t field_count_const(
    const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
	return *(const size_t *)((const char *)message + field->quantifier_offset);
}

/* Bytes of one value in the struct or in the array of a repeated field. */
static inline size_t field_size(const ProtobufCFieldDescriptor *field) {
	static const uint8_t sizes[] = {
		[PROTOBUF_C_TYPE_INT32] = sizeof(int32_t),
		[PROTOBUF_C_TYPE_SINT32] = sizeof(int32_t),
		[PROTOBUF_C_TYPE_SFIXED32] = sizeof(int32_t),
		[PROTOBUF_C_TYPE_INT64] = sizeof(int64_t),
		[PROTOBUF_C_TYPE_SINT64] = sizeof(int64_t),
		[PROTOBUF_C_TYPE_SFIXED64] = sizeof(int64_t),
		[PROTOBUF_C_TYPE_UINT32] = sizeof(uint32_t),
		[PROTOBUF_C_TYPE_FIXED32] = sizeof(uint32_t),
		[PROTOBUF_C_TYPE_UINT64] = sizeof(uint64_t),
		[PROTOBUF_C_TYPE_FIXED64] = sizeof(uint64_t),
		[PROTOBUF_C_TYPE_FLOAT] = sizeof(float),
		[PROTOBUF_C_TYPE_DOUBLE] = sizeof(double),
		[PROTOBUF_C_TYPE_BOOL] = sizeof(protobuf_c_boolean),
		[PROTOBUF_C_TYPE_ENUM] = sizeof(int),
		[PROTOBUF_C_TYPE_STRING] = sizeof(char *),
		[PROTOBUF_C_TYPE_BYTES] = sizeof(ProtobufCBinaryData),
		[PROTOBUF_C_TYPE_MESSAGE] = sizeof(ProtobufCMessage *),
	};
	return sizes[field->type];
}

/* How one value stands in the bytes (record/token.h): WIRE_VARINT and so on. WIRE_NONE for floating
 * point, which the schema has not and never will. */
static inline unsigned field_wire(const ProtobufCFieldDescriptor *field) {
	static const uint8_t wires[] = {
		[PROTOBUF_C_TYPE_INT32] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_SINT32] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_SFIXED32] = WIRE_32,
		[PROTOBUF_C_TYPE_INT64] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_SINT64] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_SFIXED64] = WIRE_64,
		[PROTOBUF_C_TYPE_UINT32] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_FIXED32] = WIRE_32,
		[PROTOBUF_C_TYPE_UINT64] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_FIXED64] = WIRE_64,
		[PROTOBUF_C_TYPE_FLOAT] = WIRE_NONE,
		[PROTOBUF_C_TYPE_DOUBLE] = WIRE_NONE,
		[PROTOBUF_C_TYPE_BOOL] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_ENUM] = WIRE_VARINT,
		[PROTOBUF_C_TYPE_STRING] = WIRE_BYTES,
		[PROTOBUF_C_TYPE_BYTES] = WIRE_BYTES,
		[PROTOBUF_C_TYPE_MESSAGE] = WIRE_BYTES,
	};
	return wires[field->type];
}

#endif
