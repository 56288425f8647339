/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The map is full: ledgers whose address space ends soon are filled up, by single commands or
 * batches. Then they are read-only: new commands are refused, reads and what was done before are
 * answered; told to go on, they are refused again; and with a larger map they go on, sound.
 *
 * FULL_MAPS (40; 1,000 in the long form) says how many. Full disks: tests/system/full.sh.
 */
#include "ground.h"
#include "support/stage.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAPS = 40,
	MAPS_LONG = 1000,
	BATCH = 50,
	BATCHES_MAX = 100000, /* it is full long before */
	MAP_BYTES_MIN = 600 << 10,
	MAP_BYTES_STEP = 4096,
	MAP_STEPS = 500,
	MEMTABLE_BYTES = 2 << 20,
};

static struct ground ground;

static struct engine *open_with(size_t map_bytes) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	struct engine *engine;
	const struct engine_config config = {
		.directory = ground.ledger,
		.memtable_bytes_max = MEMTABLE_BYTES,
		.map_bytes = map_bytes,
	};
	ck_assert_msg(!engine_open(&config, &engine, detail), "%s", detail);
	return engine;
}

static void tell(uint32_t what, const struct acknowledgement *list, size_t count) {
	size_t bytes = count * sizeof(list[0]);
	struct trace_event *event = calloc(1, sizeof(*event) + bytes);
	ck_assert_ptr_nonnull(event);
	*event = (struct trace_event){ .kind = TRACE_TOLD, .file = what, .bytes = bytes };
	memcpy(event->data, list, bytes);
	told_add(&ground.told, event);
	free(event);
}

/* Redeems; false: refused, all of it. */
static bool redeem(struct engine *engine, size_t count) {
	struct arena arena;
	Pb__Command *commands[BATCH];
	struct acknowledgement list[BATCH];
	size_t accepted = 0;
	arena_init(&arena, 0);
	for (size_t i = 0; i < count; i++) {
		uint64_t reservation = ground.load.reservations[chance(&ground.seed) % LOAD_RESERVATIONS];
		commands[i] = stage_redeem(&arena, reservation, 1);
		commands[i]->id->low &= ~UINT64_C(3);
		list[i] = (struct acknowledgement){ .id = { commands[i]->id->high, commands[i]->id->low },
			.reservation = reservation };
	}
	tell(TOLD_ASKED, list, count);
	const Pb__BatchReply *reply = stage_run(
	    engine, ground.load.startup, stage_batch(&arena, commands, count), &arena);
	for (size_t i = 0; i < count; i++) {
		Pb__Outcome outcome = reply->replies[i]->outcome;
		ck_assert(outcome == PB__OUTCOME__OUTCOME_OK || outcome == PB__OUTCOME__UNAVAILABLE);
		accepted += outcome == PB__OUTCOME__OUTCOME_OK;
		list[i].seq = reply->replies[i]->seq;
	}
	ck_assert(accepted == 0 || accepted == count);
	if (accepted)
		tell(TOLD_ACKNOWLEDGED, list, count);
	arena_done(&arena);
	return accepted > 0;
}

/* What needs no room still works. */
static void must_answer(struct engine *engine) {
	const struct acknowledgements *all = &ground.told.acknowledged;
	const struct acknowledgement *told = &all->list[chance(&ground.seed) % all->count];
	struct arena arena;
	arena_init(&arena, 0);
	Pb__Command *command = stage_redeem(&arena, told->reservation, 1);
	command->id->high = told->id.high;
	command->id->low = told->id.low;
	const Pb__Reply *reply = stage_run_one(engine, ground.load.startup, command, &arena);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert(reply->replayed);
	ck_assert_uint_eq(reply->seq, told->seq);
	const char *fault = examine_journal(engine, all, &arena);
	ck_assert_msg(!fault, "%s", fault);
	arena_done(&arena);
}

static void fill(size_t map_bytes, size_t batch) {
	struct engine *engine = open_with(map_bytes);
	ground.told.acknowledged.setup_seq = ground.load.setup_seq;
	int batches = 0;
	while (redeem(engine, batch))
		ck_assert_int_lt(batches++, BATCHES_MAX);
	ck_assert_int_gt(batches, 0);
	ck_assert(!engine_is_writable(engine));
	ck_assert(!redeem(engine, 1));
	must_answer(engine);
	engine_resume(engine);
	/* One command may fit where a batch did not, but not many. */
	for (batches = 0; redeem(engine, 1); batches++)
		ck_assert_int_lt(batches, BATCHES_MAX);
	ck_assert(!engine_is_writable(engine));
	must_answer(engine);
	engine_close(engine);
}

START_TEST(a_full_map_makes_the_ledger_read_only_and_a_larger_one_lets_it_go_on) {
	char what[100], count[100];
	long maps = suite_count("FULL_MAPS", MAPS, MAPS_LONG);
	uint64_t acknowledged = 0;
	ground_init(&ground);
	ground_make_template(&ground, 0);
	for (long i = 0; i < maps; i++) {
		size_t map_bytes = MAP_BYTES_MIN + chance(&ground.seed) % MAP_STEPS * MAP_BYTES_STEP;
		size_t batch = i % 2 ? BATCH : 1 + chance(&ground.seed) % BATCH;
		snprintf(what, sizeof(what), "a map of %zu bytes, %zu at once", map_bytes, batch);
		ground_begin_anew(&ground);
		fill(map_bytes, batch);
		acknowledged += ground.told.acknowledged.count;
		ground_examine(&ground, NULL, what);
		ground_collect(&ground);
	}
	snprintf(
	    count, sizeof(count), "%ld maps, %" PRIu64 " commands acknowledged", maps, acknowledged);
	suite_row(6, "map full", count, ground.unsound);
	ck_assert_uint_eq(ground.unsound, 0);
	ground_done(&ground);
}
END_TEST

SUITE_MAIN_WITHIN(
    GROUND_TIMEOUT_S, "full", a_full_map_makes_the_ledger_read_only_and_a_larger_one_lets_it_go_on)
