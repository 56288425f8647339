/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protobuf messages in arenas. A message unpacked or built here lives exactly as long as its arena.
 */
#ifndef RECORD_PB_H
#define RECORD_PB_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

/* A new empty message of `descriptor`'s type; NULL when the arena is exhausted. */
ProtobufCMessage *pb_new(const ProtobufCMessageDescriptor *descriptor, struct arena *arena);
#define PB_NEW(type, prefix, arena) ((type *)pb_new(&prefix##__descriptor, (arena)))

/*
 * Unpacks strictly. ERR_SYNTAX for: unknown fields, wrong wire types, a singular field or a oneof
 * set twice, numbers that do not fit their field, enum values without a name, text that is not
 * UTF-8 or holds NUL, nesting deeper than LIMIT_JSON_DEPTH, anything cut short. ERR_RANGE for more
 * than LIMIT_JSON_VALUES fields: unpacked, two bytes may take a hundred. ERR_MEMORY. Strings and
 * bytes are copied. (protobuf-c's own unpacking keeps unknown fields, merges what comes twice, cuts
 * numbers that are too large and does not look into text.)
 */
enum err pb_unpack(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message) MUST_CHECK;

/*
 * Appends the packed message. Equal messages give equal bytes: fields go in order of their numbers.
 */
void pb_pack(const ProtobufCMessage *message, struct buffer *buffer);

/*
 * The same, but at most `bytes_max`: ERR_RANGE when it takes more, which is no error of the
 * buffer's. ERR_MEMORY. On failure nothing has been appended.
 */
enum err pb_pack_within(
    const ProtobufCMessage *message, size_t bytes_max, struct buffer *buffer) MUST_CHECK;

/* Whether two messages of one type pack to the same bytes. */
bool pb_is_equal(const ProtobufCMessage *a, const ProtobufCMessage *b);

/*
 * The path of the first field (in order of field numbers) in which two messages of one type differ,
 * such as "redeem.amount" or "rules.tiers[2].ratio_bp"; NULL when they are equal. Lives in `arena`;
 * "" when that is exhausted.
 */
const char *pb_first_difference(
    const ProtobufCMessage *a, const ProtobufCMessage *b, struct arena *arena);

/* The field of a oneof that is set, as its descriptor; NULL if none is. */
const ProtobufCFieldDescriptor *pb_set_field(const ProtobufCMessage *message, uint32_t body_case);

#endif
