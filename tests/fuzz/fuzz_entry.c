/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that claim to be a journal entry, as stored and, behind the CRC, as protobuf: what is taken
 * is whole, packs to the same message again and has a JSON form that leads back to it. protobuf-c,
 * behind a naive check of the bytes, takes the same, and packs it to the same bytes.
 */
#include "base/check.h"
#include "oracle.h"
#include "record/entry.h"
#include "record/json.h"
#include "record/pb.h"

#include <string.h>

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

static void check_oracle(const uint8_t *data, size_t bytes, enum err err,
    const ProtobufCMessage *entry, struct arena *arena) {
	struct buffer packed;
	ProtobufCMessage *theirs;
	check(oracle_unpack(&pb__journal_entry__descriptor, data, bytes, arena, &theirs) == err);
	if (err)
		return;
	check(pb_is_equal(theirs, entry));
	buffer_init(&packed, 0);
	pb_pack(entry, &packed);
	uint8_t *room = arena_alloc(arena, protobuf_c_message_get_packed_size(theirs));
	check(protobuf_c_message_pack(theirs, room) == packed.bytes);
	check(memcmp(packed.data, room, packed.bytes) == 0);
	buffer_done(&packed);
}

/* Mutations do not guess the CRC: this is without it. */
static void check_unpacked(const uint8_t *data, size_t bytes, struct arena *arena) {
	ProtobufCMessage *entry = NULL;
	enum err err = pb_unpack(&pb__journal_entry__descriptor, data, bytes, arena, &entry);
	check_oracle(data, bytes, err, entry, arena);
	if (err)
		return;
	check_stored((Pb__JournalEntry *)entry, arena);
	check_json(entry, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	struct arena arena;
	Pb__JournalEntry *stored;
	arena_init(&arena, 0);
	if (!entry_decode(data, bytes, &arena, &stored))
		check(!entry_verify(data, bytes));
	size_t header = bytes < ENTRY_HEADER_BYTES ? bytes : ENTRY_HEADER_BYTES;
	if (bytes < 1 << 18)
		check_unpacked(data + header, bytes - header, &arena);
	arena_done(&arena);
	return 0;
}
