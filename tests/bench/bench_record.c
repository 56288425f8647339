/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_record [WORD [ROUNDS]]: nanoseconds of the processor for the codecs' work on one
 * redemption: its journal entry packed, unpacked and written as JSON, its command read from JSON.
 * Beside it, what protobuf-c and jansson need. With WORD only the ways that are called so: for a
 * profiler.
 */
#include "record/entry.h"
#include "record/json_plain.h"
#include "record/pb.h"
#include "voucher/v1/command.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CALLS = 20000, ROUNDS = 15, BATCH = 64 };

static const char entry_json[] =
    "{\"seq\":\"1234567\",\"time_us\":\"1785312000000000\","
    "\"ledger_id\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\","
    "\"actor\":{\"principal\":\"72057594037927999\",\"person\":\"S-0017\"},"
    "\"command\":{\"id\":\"015cf3a0-7c00-7000-8000-000000000012\","
    "\"redeem\":{\"reservation\":\"23456\",\"amount\":\"100\"}},"
    "\"decision\":{\"amount\":\"100\",\"rule_version\":1,\"programme\":\"4\",\"holder\":\"7\","
    "\"provider\":\"8\",\"voucher\":\"12345\",\"payee\":\"8\",\"own_share\":\"100\","
    "\"reservation\":\"23456\",\"shares\":[{\"fund\":\"2\",\"amount\":\"100\"}],"
    "\"holder_region\":\"110114\"},"
    "\"postings\":[{\"account\":\"PROGRAMME_RESERVED\",\"owner\":\"4\",\"amount\":\"-100\"},"
    "{\"account\":\"PROGRAMME_PAYABLE\",\"owner\":\"4\",\"party\":\"8\",\"amount\":\"100\"}]}";
static const char command_json[] = "{\"id\":\"015cf3a0-7c00-7000-8000-000000000012\","
                                   "\"redeem\":{\"reservation\":\"23456\",\"amount\":\"100\"}}";

struct work {
	const Pb__JournalEntry *entry;
	struct buffer packed;
	struct buffer out;
	struct arena arena;
};

static void must(bool is_good) {
	if (is_good)
		return;
	fprintf(stderr, "bench_record: a codec failed\n");
	exit(EXIT_FAILURE);
}

/* --- one call of each --- */

static void encode(struct work *work) {
	must(!entry_encode(work->entry, &work->out));
}

static void pack(struct work *work) {
	pb_pack(&work->entry->base, &work->out);
}

static void pack_protobuf_c(struct work *work) {
	size_t bytes = protobuf_c_message_get_packed_size(&work->entry->base);
	uint8_t *room = buffer_reserve(&work->out, bytes);
	must(room);
	buffer_grow(&work->out, protobuf_c_message_pack(&work->entry->base, room));
}

static void unpack(struct work *work) {
	ProtobufCMessage *message;
	must(!pb_unpack(&pb__journal_entry__descriptor, work->packed.data, work->packed.bytes,
	    &work->arena, &message));
}

static void *alloc_in_arena(void *arena, size_t bytes) {
	return arena_alloc(arena, bytes);
}

static void free_in_arena(void *arena, void *memory) {
	(void)arena, (void)memory;
}

static void unpack_protobuf_c(struct work *work) {
	ProtobufCAllocator allocator = { alloc_in_arena, free_in_arena, &work->arena };
	must(protobuf_c_message_unpack(&pb__journal_entry__descriptor, &allocator, work->packed.bytes,
	    (const uint8_t *)work->packed.data));
}

static void read_json(struct work *work) {
	ProtobufCMessage *message;
	struct json_error error;
	must(!json_decode(&pb__command__descriptor, command_json, sizeof(command_json) - 1,
	    &work->arena, &message, &error));
}

static void read_any_json(struct work *work) {
	ProtobufCMessage *message;
	struct json_error error;
	must(!json_decode_any(&pb__command__descriptor, command_json, sizeof(command_json) - 1,
	    &work->arena, &message, &error));
}

static void write_json(struct work *work) {
	json_encode(&work->entry->base, JSON_COMPACT, &work->out);
}

/* --- measuring --- */

static double now_ns(void) {
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double round_ns(struct work *work, void (*call)(struct work *)) {
	double start = now_ns();
	for (int i = 0; i < CALLS; i++) {
		if (i % BATCH == 0) {
			buffer_clear(&work->out);
			arena_reset(&work->arena);
		}
		call(work);
	}
	return (now_ns() - start) / CALLS;
}

int main(int argc, char **argv) {
	static const struct {
		const char *what;
		void (*call)(struct work *);
	} ways[] = {
		{ "entry: encode (pack, CRC)", encode },
		{ "entry: pack", pack },
		{ "entry: pack by protobuf-c", pack_protobuf_c },
		{ "entry: unpack, strictly", unpack },
		{ "entry: unpack by protobuf-c", unpack_protobuf_c },
		{ "command: read JSON", read_json },
		{ "command: read JSON by jansson", read_any_json },
		{ "entry: write JSON", write_json },
	};
	enum { WAYS = sizeof(ways) / sizeof(ways[0]) };
	struct arena arena;
	struct work work = { 0 };
	struct json_error error;
	ProtobufCMessage *entry;
	double fastest[WAYS] = { 0 };
	int rounds = argc > 2 ? atoi(argv[2]) : ROUNDS;
	arena_init(&arena, 0);
	arena_init(&work.arena, 0);
	buffer_init(&work.packed, 0);
	buffer_init(&work.out, 0);
	must(!json_decode(&pb__journal_entry__descriptor, entry_json, sizeof(entry_json) - 1, &arena,
	    &entry, &error));
	work.entry = (const Pb__JournalEntry *)entry;
	pb_pack(entry, &work.packed);
	for (int round = 0; round < rounds; round++) {
		for (int i = 0; i < WAYS; i++) {
			if (argc > 1 && !strstr(ways[i].what, argv[1]))
				continue;
			double each = round_ns(&work, ways[i].call);
			fastest[i] = round == 0 || each < fastest[i] ? each : fastest[i];
		}
	}
	printf("an entry of %zu bytes, a command of %zu bytes of JSON\n", work.packed.bytes,
	    sizeof(command_json) - 1);
	for (int i = 0; i < WAYS; i++)
		if (fastest[i] > 0)
			printf("%-31s %6.0f ns\n", ways[i].what, fastest[i]);
	buffer_done(&work.packed);
	buffer_done(&work.out);
	arena_done(&work.arena);
	arena_done(&arena);
	return EXIT_SUCCESS;
}
