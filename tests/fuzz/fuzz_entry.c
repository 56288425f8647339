/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that claim to be a journal entry, as stored and, behind the CRC, as protobuf: what is taken
 * is whole, packs to the same message again and has a JSON form that leads back to it.
 */
#include "base/check.h"
#include "record/entry.h"
#include "record/json.h"
#include "record/pb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_stored(const Pb__JournalEntry *entry, struct arena *arena) {
	struct buffer stored;
	Pb__JournalEntry *back;
	buffer_init(&stored, 0);
	check(!entry_encode(entry, &stored));
	check(!entry_verify(stored.data, stored.bytes));
	check(!entry_decode(stored.data, stored.bytes, arena, &back));
	check(pb_is_equal(&entry->base, &back->base));
	stored.data[stored.bytes - 1] ^= 1;
	check(entry_verify(stored.data, stored.bytes) == ERR_CORRUPT);
	buffer_done(&stored);
}

static void check_json(const ProtobufCMessage *message, struct arena *arena) {
	struct buffer json;
	struct json_error error;
	ProtobufCMessage *back;
	buffer_init(&json, 0);
	json_encode(message, JSON_COMPACT, &json);
	check(!json_decode(message->descriptor, json.data, json.bytes, arena, &back, &error));
	check(pb_is_equal(message, back));
	buffer_done(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	struct arena arena;
	Pb__JournalEntry *stored;
	ProtobufCMessage *entry;
	arena_init(&arena, 0);
	if (!entry_decode(data, bytes, &arena, &stored))
		check(!entry_verify(data, bytes));
	/* Mutations do not guess the CRC: the protobuf is also tried without it. */
	size_t header = bytes < ENTRY_HEADER_BYTES ? bytes : ENTRY_HEADER_BYTES;
	if (bytes < 1 << 18 &&
	    !pb_unpack(&pb__journal_entry__descriptor, data + header, bytes - header, &arena, &entry)) {
		check_stored((Pb__JournalEntry *)entry, &arena);
		check_json(entry, &arena);
	}
	arena_done(&arena);
	return 0;
}
