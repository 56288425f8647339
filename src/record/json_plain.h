/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ways of json_decode() (record/json.h), which tries the first and then the second. What
 * the first takes, the second would read as the same message.
 */
#ifndef RECORD_JSON_PLAIN_H
#define RECORD_JSON_PLAIN_H

#include "record/json.h"

#include <stdbool.h>

/* JSON as programs write it, straight into the message. False: an escape, a null, a long number, a
 * mistake, no memory: whatever it is, the other way says so. */
bool json_decode_plain(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message) MUST_CHECK;

/* Any JSON, by jansson. */
enum err json_decode_any(const ProtobufCMessageDescriptor *descriptor, const char *text,
    size_t bytes, struct arena *arena, ProtobufCMessage **ret_message,
    struct json_error *ret_error) MUST_CHECK;

#endif
