/* SPDX-License-Identifier: Apache-2.0 */
/* The journal read ahead of its replay: in groups, each proved before it is given out. */
#include "engine/loader.h"

#include "engine/engine_internal.h"
#include "record/entry.h"
#include "support/memory_log.h"
#include "support/stage.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

enum {
	COMMIT = 500, /* entries of each commit but the first */
	COMMITS = 12,
	ENTRIES = 1 + COMMIT * COMMITS,
};

static struct memory_log memory;
static struct log borrowed;
static struct arena arena;
static struct digest *digest;
static char detail[ENGINE_DETAIL_BYTES];

static void fill_memory(void) {
	char opened[ENGINE_DETAIL_BYTES] = "";
	struct engine *engine;
	arena_init(&arena, 0);
	memory_log_init(&memory);
	borrowed = memory_log_open(&memory);
	stage_create_in(&borrowed, 0);
	const struct engine_config config = { .directory = suite_directory() };
	ck_assert_int_eq(
	    engine_open_with_log(&config, memory_log_open(&memory), &engine, opened), ERR_OK);
	for (int i = 0; i < COMMITS; i++) {
		Pb__Command *commands[COMMIT];
		for (int k = 0; k < COMMIT; k++) {
			char code[16];
			snprintf(code, sizeof(code), "f%d", i * COMMIT + k);
			commands[k] = stage_create_fund(&arena, code);
		}
		const Pb__BatchReply *reply = stage_run(
		    engine, STAGE_STAFF, stage_batch(&arena, commands, COMMIT), &arena);
		ck_assert_ptr_nonnull(reply);
	}
	ck_assert_uint_eq(engine_last_seq(engine), ENTRIES);
	engine_close(engine);
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
}

static void forget_memory(void) {
	digest_free(digest);
	memory_log_done(&memory);
	arena_done(&arena);
}

static struct group_reader reader_of_all(void) {
	Pb__JournalEntry *genesis;
	const struct memory_record *record = &memory.records[0];
	ck_assert_int_eq(entry_decode(record->data, record->bytes, &arena, &genesis), ERR_OK);
	return (struct group_reader){
		.log = &borrowed,
		.directory = "here",
		.digest = digest,
		.ledger_id = { genesis->ledger_id->high, genesis->ledger_id->low },
		.detail = detail,
	};
}

/* Reads until the end or an error; the last sequence that was given out. */
static uint64_t read_all(enum err *ret_err) {
	struct group_reader reader = reader_of_all();
	struct loader *loader;
	const struct group *group;
	uint64_t last = 0;
	ck_assert_int_eq(loader_start(&reader, &loader), ERR_OK);
	while ((*ret_err = loader_next(loader, &group)) == ERR_OK && group->count) {
		for (size_t i = 0; i < group->count; i++)
			ck_assert_uint_eq(group->entries[i]->seq, last + 1 + i);
		last += group->count;
		ck_assert_uint_eq(group->end.tree.size, last);
		ck_assert_int_eq(group->end.time_us, (int64_t)group->entries[group->count - 1]->time_us);
	}
	loader_stop(loader);
	return last;
}

START_TEST(every_entry_is_given_out_once_and_in_order) {
	enum err err;
	fill_memory();
	ck_assert_uint_eq(read_all(&err), ENTRIES);
	ck_assert_int_eq(err, ERR_OK);
	forget_memory();
}
END_TEST

static void flip_bit(uint64_t seq, size_t offset) {
	((char *)memory.records[seq - 1].data)[offset] ^= 1;
}

START_TEST(nothing_of_a_group_with_a_flipped_bit_is_given_out) {
	static const uint64_t damaged[] = { 2, COMMIT, COMMIT + 2, ENTRIES / 2, ENTRIES - 1, ENTRIES };
	char expected[64];
	enum err err;
	fill_memory();
	for (size_t i = 0; i < COUNT_OF(damaged); i++) {
		size_t bytes = memory.records[damaged[i] - 1].bytes;
		size_t offsets[] = { 0, 1, bytes / 2, bytes - 1 };
		for (size_t k = 0; k < COUNT_OF(offsets); k++) {
			flip_bit(damaged[i], offsets[k]);
			uint64_t last = read_all(&err);
			flip_bit(damaged[i], offsets[k]);
			ck_assert_int_eq(err, ERR_CORRUPT);
			ck_assert_uint_lt(last, damaged[i]);
			ck_assert(last == 0 || memory.heads[last - 1].bytes > 0);
			snprintf(expected, sizeof(expected), "Entry %ju of", (uintmax_t)damaged[i]);
			ck_assert_msg(strstr(detail, expected) == detail, "%s", detail);
		}
	}
	ck_assert_uint_eq(read_all(&err), ENTRIES);
	forget_memory();
}
END_TEST

START_TEST(a_loader_can_be_stopped_at_any_time) {
	fill_memory();
	for (int taken = 0; taken < 6; taken++) {
		struct group_reader reader = reader_of_all();
		struct loader *loader;
		const struct group *group;
		ck_assert_int_eq(loader_start(&reader, &loader), ERR_OK);
		for (int i = 0; i < taken; i++)
			ck_assert_int_eq(loader_next(loader, &group), ERR_OK);
		loader_stop(loader);
	}
	loader_stop(NULL);
	forget_memory();
}
END_TEST

SUITE_MAIN("loader", every_entry_is_given_out_once_and_in_order,
    nothing_of_a_group_with_a_flipped_bit_is_given_out, a_loader_can_be_stopped_at_any_time)
