/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of any type with made-up content, the same for the same seed. */
#ifndef TESTS_UNIT_RECORD_FILL_H
#define TESTS_UNIT_RECORD_FILL_H

#include "base/arena.h"

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

/*
 * A new message whose fields are set or not, with values that favour the ends of their ranges.
 * Nested messages at most `depth` deep.
 */
ProtobufCMessage *fill_message(
    const ProtobufCMessageDescriptor *descriptor, uint64_t *seed, int depth, struct arena *arena);

/*
 * Every message type that can be reached from the roots of the schema (commands, entries, answers)
 * and from `extra`, each once, in `ret_types`. Returns how many, at most `types_max`.
 */
size_t fill_types(const ProtobufCMessageDescriptor *extra,
    const ProtobufCMessageDescriptor *ret_types[], size_t types_max);

/* The next number of the sequence, below `limit`. */
uint64_t fill_below(uint64_t *seed, uint64_t limit);

#endif
