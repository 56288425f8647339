/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another way to unpack, to compare with: the bytes are first checked, naively and without building
 * anything, and then given to protobuf-c.
 */
#ifndef TESTS_UNIT_RECORD_ORACLE_H
#define TESTS_UNIT_RECORD_ORACLE_H

#include "base/arena.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>

/* As pb_unpack (record/pb.h). */
enum err oracle_unpack(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message) MUST_CHECK;

#endif
