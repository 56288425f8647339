/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The proto3 JSON mapping, for every message of the schema, driven by its descriptor.
 *
 * Field names as in the .proto files (snake_case). 64-bit integers are written as strings and read
 * as strings or, up to 2⁶³ − 1, as integers; 32-bit ones as numbers; enums by name (read also by
 * number); bytes as base64; Uuid as its text and Digest as hexadecimal
 * (proto/voucher/v1/types.proto). Default values are left out when writing (`JSON_ALL_FIELDS` keeps
 * the scalar ones). `null` reads as absent.
 * Source: protobuf.dev, "ProtoJSON Format".
 *
 * Refused when reading: unknown fields, duplicate keys, wrong types, numbers out of range or with a
 * fraction or an exponent, two members of one oneof, text that is not UTF-8 or holds NUL, null in a
 * list, nesting beyond LIMIT_JSON_DEPTH, more than LIMIT_JSON_VALUES values, anything after the
 * document.
 */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "record/path.h"

#include <protobuf-c/protobuf-c.h>

/* Where and why reading failed: for the person who wrote the JSON. */
struct json_error {
	int line; /* of the document, from 1; 0: does not apply */
	int column;
	char path[PATH_BYTES]; /* "commands[3].redeem.amount", or "" for the document */
	char reason[320];
};

/* ERR_SYNTAX, ERR_RANGE (a number, the depth or the size), ERR_MEMORY; `ret_error` is filled on
 * failure. */
enum err json_decode(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t bytes,
    struct arena *arena, ProtobufCMessage **ret_message, struct json_error *ret_error) MUST_CHECK;

enum json_flags {
	JSON_COMPACT = 0,
	JSON_PRETTY = 1,     /* indented by two spaces, one field per line */
	JSON_ALL_FIELDS = 2, /* also numbers, strings and booleans that are zero, empty or false */
	JSON_ALL_ENUMS = 4,  /* also enums that are zero: "outcome": "OUTCOME_OK" */
};

void json_encode(const ProtobufCMessage *message, unsigned flags, struct buffer *buffer);

/* Appends a JSON string with its quotes, escaped as RFC 8259 asks. `text` must be UTF-8. */
void json_append_string(struct buffer *buffer, const char *text);

#endif
