/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C struct of a message as its descriptor lays it out (protobuf-c). For the codecs of this
 * folder.
 */
#ifndef RECORD_FIELD_H
#define RECORD_FIELD_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
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
size_t field_size(const ProtobufCFieldDescriptor *field);

#endif
