/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON from outside: whatever is taken comes back unchanged, whatever is refused is explained in
 * clean text. A document is tried as a batch of commands and as a page of resources. What is read
 * in one pass, jansson reads as the same.
 */
#include "base/check.h"
#include "base/text.h"
#include "record/json_plain.h"
#include "record/pb.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_error(const struct json_error *error) {
	check(memchr(error->path, '\0', sizeof(error->path)));
	check(memchr(error->reason, '\0', sizeof(error->reason)));
	check(text_is_clean_utf8(error->path, strlen(error->path)));
	check(text_is_clean_utf8(error->reason, strlen(error->reason)));
	check(error->reason[0]);
	check(error->line >= 0 && error->column >= 0);
}

static void check_round_trip(const ProtobufCMessage *message, unsigned flags, struct arena *arena) {
	struct buffer json, packed;
	struct json_error error;
	ProtobufCMessage *back;
	buffer_init(&json, 0);
	buffer_init(&packed, 0);
	json_encode(message, flags, &json);
	check(!buffer_error(&json));
	check(!json_decode(message->descriptor, json.data, json.bytes, arena, &back, &error));
	check(pb_is_equal(message, back));
	check(!pb_first_difference(message, back, arena));
	pb_pack(message, &packed);
	check(!pb_unpack(message->descriptor, packed.data, packed.bytes, arena, &back));
	check(pb_is_equal(message, back));
	buffer_done(&packed);
	buffer_done(&json);
}

/* Both ways of reading. */
static void check_ways(
    const ProtobufCMessageDescriptor *descriptor, const char *text, size_t bytes) {
	struct arena arena;
	struct json_error error;
	ProtobufCMessage *plain, *any;
	arena_init(&arena, 0);
	if (json_decode_plain(descriptor, text, bytes, &arena, &plain)) {
		check(!json_decode_any(descriptor, text, bytes, &arena, &any, &error));
		check(pb_is_equal(plain, any));
	}
	arena_done(&arena);
}

static void try_as(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t bytes) {
	struct arena arena;
	struct json_error error;
	ProtobufCMessage *message;
	check_ways(descriptor, text, bytes);
	arena_init(&arena, 0);
	if (json_decode(descriptor, text, bytes, &arena, &message, &error)) {
		check_error(&error);
	} else {
		check_round_trip(message, JSON_COMPACT, &arena);
		check_round_trip(message, JSON_PRETTY | JSON_ALL_FIELDS, &arena);
	}
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	try_as(&pb__batch__descriptor, (const char *)data, bytes);
	try_as(&pb__page__descriptor, (const char *)data, bytes);
	return 0;
}
