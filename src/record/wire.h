/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether bytes are a strict protobuf encoding of a message type. protobuf-c's own unpacking keeps
 * unknown fields, merges what comes twice, cuts numbers that are too large, and does not look into
 * text; this runs before it.
 *
 * ERR_SYNTAX for: unknown fields, wrong wire types, a singular field or a oneof set twice, numbers
 * that do not fit their field, enum values without a name, text that is not UTF-8 or holds NUL,
 * nesting deeper than LIMIT_JSON_DEPTH, anything cut short. ERR_RANGE for more than
 * LIMIT_JSON_VALUES fields: unpacked, two bytes may take a hundred.
 */
#ifndef RECORD_WIRE_H
#define RECORD_WIRE_H

#include "base/err.h"

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

enum err wire_check(
    const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes) MUST_CHECK;

#endif
