/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sequencer does, step by step and by one thread: decide, append, merge, answer,
 * checkpoint. A seed chooses the commands (new ones, repeated ones, linked pairs, dry runs), which
 * appends fail and how (nothing written; or nobody knows, and it was or was not), when there is a
 * checkpoint, and between which two steps the process ends. After each end the ledger is opened
 * again and examined.
 *
 * SIMULATION_LIVES (300; 30,000 in the long form) says how often it ends; a failure prints the seed
 * of its ledger, and SIMULATION_SEED=seed begins with that one.
 */
#include "acknowledgement.h"
#include "base/clock.h"
#include "disk.h"
#include "engine/batch.h"
#include "engine/engine_internal.h"
#include "engine/recovery.h"
#include "support/memory_log.h"
#include "support/stage.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LIVES = 300,
	LIVES_LONG = 30000,
	LIVES_PER_LEDGER = 20,
	STEPS_MAX = 40, /* of a life */
	CALLS_MAX = 16, /* that wait for one commit */
	COMMANDS_MAX = 4,
	RESERVATIONS = 5,
	ASKED_MAX = 1000,
	MEMTABLE_BYTES = 2 << 20,
};

/* How an append ends. */
enum fate { FATE_DONE, FATE_FAILS, FATE_UNKNOWN_LOST, FATE_UNKNOWN_DONE, FATE_LIE };

struct pending {
	struct engine_call call;
	struct arena arena;
};

static struct simulation {
	uint64_t seed, first_seed;
	char directory[300], fresh[300];
	struct memory_log memory;
	struct log inner, log;
	enum fate fate;
	bool is_lying; /* appends do nothing and say that they did: a control */
	int64_t now_us;
	uint64_t startup, reservations[RESERVATIONS];

	/* a life */
	struct arena genesis_arena;
	const Pb__JournalEntry *genesis;
	struct recovered recovered;
	struct batch *batch;
	struct pending pending[CALLS_MAX];
	size_t pending_count;

	/* what clients know */
	struct acknowledgements told;
	struct acknowledgement asked[ASKED_MAX];
	size_t asked_count;

	uint64_t lives, steps, failed, unknown, checkpoints, commits;
} sim;

/* --- the log --- */

static enum err append(void *self, const struct log_batch *batch) {
	static const enum err errs[] = { ERR_IO, ERR_FULL, ERR_MEMORY };
	(void)self;
	if (sim.fate == FATE_FAILS)
		return errs[chance(&sim.seed) % 3];
	if (sim.fate == FATE_UNKNOWN_LOST)
		return ERR_FATAL;
	if (sim.fate == FATE_LIE)
		return ERR_OK;
	enum err err = log_append(&sim.inner, batch);
	return sim.fate == FATE_UNKNOWN_DONE && !err ? ERR_FATAL : err;
}

static void close_nothing(void *self) {
	(void)self;
}

static struct log_ops ops;

static void make_log(void) {
	memory_log_init(&sim.memory);
	sim.inner = memory_log_open(&sim.memory);
	ops = *sim.inner.ops;
	ops.append = append;
	ops.close = close_nothing;
	sim.log = (struct log){ .ops = &ops, .self = sim.inner.self };
	sim.fate = FATE_DONE;
}

/* --- the ledger --- */

static int64_t now_us(void *arg) {
	(void)arg;
	return ++sim.now_us;
}

static struct engine *open_engine(const char *directory) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	struct engine *engine;
	const struct engine_config config = {
		.directory = directory,
		.memtable_bytes_max = MEMTABLE_BYTES,
		.now_us = now_us,
	};
	sim.fate = FATE_DONE;
	ck_assert_msg(!engine_open_with_log(&config, sim.log, &engine, detail), "seed %" PRIu64 ": %s",
	    sim.first_seed, detail);
	return engine;
}

static void begin_ledger(uint64_t seed) {
	const char *path = suite_directory();
	sim.seed = sim.first_seed = seed;
	sim.now_us = 1700000000 * US_PER_S;
	sim.told = (struct acknowledgements){ 0 };
	sim.asked_count = 0;
	snprintf(sim.directory, sizeof(sim.directory), "%s/ledger", path);
	snprintf(sim.fresh, sizeof(sim.fresh), "%s/fresh", path);
	ck_assert_int_eq(mkdir(sim.directory, 0700), 0);
	make_log();
	stage_create_in(&sim.inner, sim.now_us);
	struct engine *engine = open_engine(sim.directory);
	sim.startup = stage_set_up(engine, RESERVATIONS);
	stage_reserve(engine, sim.startup, sim.reservations, RESERVATIONS);
	sim.told.setup_seq = engine_last_seq(engine);
	engine_close(engine);
}

static void end_ledger(void) {
	memory_log_done(&sim.memory);
	acknowledgements_free(&sim.told);
	suite_remove(sim.directory);
	suite_remove(sim.fresh);
}

static void begin_life(void) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	arena_init(&sim.genesis_arena, 0);
	ck_assert_int_eq(
	    recovery_read_genesis(&sim.log, sim.directory, &sim.genesis_arena, &sim.genesis, detail),
	    ERR_OK);
	const struct recovery_config config = {
		.directory = sim.directory,
		.memtable_bytes_max = MEMTABLE_BYTES,
		.log = &sim.log,
		.genesis = sim.genesis,
	};
	ck_assert_msg(!recovery_run(&config, &sim.recovered, detail), "%s", detail);
	const struct batch_config batch = {
		.store = sim.recovered.store,
		.log = &sim.log,
		.ledger = sim.recovered.ledger,
		.genesis = sim.genesis,
		.position = &sim.recovered.position,
		.now_us = now_us,
	};
	ck_assert_int_eq(batch_new(&batch, &sim.batch), ERR_OK);
}

static void forget_pending(void) {
	for (size_t i = 0; i < sim.pending_count; i++)
		arena_done(&sim.pending[i].arena);
	sim.pending_count = 0;
}

/* Without a word to anyone, or as a process that is asked to. */
static void end_life(bool is_crash) {
	forget_pending();
	batch_free(sim.batch);
	if (is_crash)
		store_abandon(sim.recovered.store);
	else
		store_close(sim.recovered.store);
	ledger_free(sim.recovered.ledger);
	arena_done(&sim.genesis_arena);
	sim.lives++;
}

/* --- clients --- */

static struct uuid new_id(uint64_t last_bits) {
	return (struct uuid){ chance(&sim.seed), (chance(&sim.seed) & ~UINT64_C(3)) | last_bits };
}

/* A redemption: new, or one that was asked before. */
static Pb__Command *make_command(struct arena *arena, struct uuid id, bool may_repeat) {
	struct acknowledgement command = {
		.id = id,
		.reservation = sim.reservations[chance(&sim.seed) % RESERVATIONS],
	};
	if (may_repeat && sim.asked_count && chance(&sim.seed) % 3 == 0)
		command = sim.asked[chance(&sim.seed) % sim.asked_count];
	else if (may_repeat && sim.asked_count < ASKED_MAX)
		sim.asked[sim.asked_count++] = command;
	Pb__Command *made = stage_redeem(arena, command.reservation, 1);
	made->id->high = command.id.high;
	made->id->low = command.id.low;
	return made;
}

static void execute_call(void) {
	Pb__Command *commands[COMMANDS_MAX];
	struct pending *pending = &sim.pending[sim.pending_count++];
	arena_init(&pending->arena, 0);
	bool is_linked = chance(&sim.seed) % 4 == 0;
	size_t count = is_linked ? 2 : 1 + chance(&sim.seed) % COMMANDS_MAX;
	struct uuid base = new_id(0);
	for (size_t i = 0; i < count; i++) {
		struct uuid linked = { base.high, base.low | ID_LINKED | i };
		commands[i] = make_command(&pending->arena, is_linked ? linked : new_id(0), !is_linked);
	}
	Pb__Batch *batch = stage_batch(&pending->arena, commands, count);
	batch->linked = is_linked;
	batch->dry_run = chance(&sim.seed) % 8 == 0;
	pending->call = (struct engine_call){
		.batch = batch, .principal = sim.startup, .arena = &pending->arena
	};
	batch_execute(sim.batch, &pending->call);
}

/* What was answered is known from here on. */
static void hear(const struct pending *pending, bool is_committed) {
	const Pb__BatchReply *reply = pending->call.reply;
	for (size_t i = 0; i < reply->n_replies; i++) {
		const Pb__Reply *one = reply->replies[i];
		bool is_ok = one->outcome == PB__OUTCOME__OUTCOME_OK;
		ck_assert_msg(
		    is_ok || sim.is_lying || (!is_committed && one->outcome == PB__OUTCOME__UNAVAILABLE),
		    "seed %" PRIu64 ": outcome %d", sim.first_seed, (int)one->outcome);
		if (!is_ok || pending->call.batch->dry_run)
			continue;
		struct acknowledgements *told = &sim.told;
		told->list = realloc(told->list, (told->count + 1) * sizeof(told->list[0]));
		ck_assert_ptr_nonnull(told->list);
		told->list[told->count++] = (struct acknowledgement){ .id = { one->id->high, one->id->low },
			.seq = one->seq };
	}
}

/* False: the process must end. */
static bool commit(void) {
	uint64_t dice = chance(&sim.seed) % 16;
	sim.fate = dice == 0 ? FATE_UNKNOWN_LOST
	    : dice == 1      ? FATE_UNKNOWN_DONE
	    : dice < 5       ? FATE_FAILS
	                     : FATE_DONE;
	if (sim.is_lying)
		sim.fate = FATE_LIE;
	enum err err = batch_commit(sim.batch);
	sim.commits++;
	sim.failed += err != ERR_OK;
	sim.unknown += err == ERR_FATAL;
	if (err == ERR_FATAL || chance(&sim.seed) % 16 == 0)
		return false; /* or it ends before anybody is answered */
	for (size_t i = 0; i < sim.pending_count; i++) {
		if (err)
			batch_answer_failed(sim.batch, &sim.pending[i].call);
		hear(&sim.pending[i], !err);
	}
	forget_pending();
	if (!err)
		batch_clear(sim.batch);
	store_drop(sim.recovered.store);
	return true;
}

static void checkpoint(void) {
	struct state_store *store = sim.recovered.store;
	store_flush(store);
	if (chance(&sim.seed) % 2)
		return; /* it may end in the middle of it */
	ck_assert_int_eq(store_wait_checkpoint(
	                     store, sim.batch->durable.tree.size, clock_monotonic_us() + 60 * US_PER_S),
	    ERR_OK);
	sim.checkpoints++;
}

static void live(void) {
	uint64_t steps = 1 + chance(&sim.seed) % STEPS_MAX;
	bool is_alive = true;
	begin_life();
	for (uint64_t i = 0; i < steps && is_alive; i++, sim.steps++) {
		uint64_t dice = chance(&sim.seed) % 8;
		if (dice < 4 && sim.pending_count < CALLS_MAX)
			execute_call();
		else if (dice < 7)
			is_alive = commit();
		else
			checkpoint();
	}
	end_life(!is_alive || chance(&sim.seed) % 4 != 0);
}

/* --- examination --- */

/* NULL, or what is wrong, as text in `arena`. */
static const char *examine(struct arena *arena) {
	uint8_t digest[DIGEST_BYTES], again[DIGEST_BYTES];
	struct engine *engine = open_engine(sim.directory);
	const char *fault = examine_journal(engine, &sim.told, arena);
	if (!fault)
		fault = examine_state(engine, arena, digest);
	engine_close(engine);
	suite_remove(sim.fresh);
	ck_assert_int_eq(mkdir(sim.fresh, 0700), 0);
	engine = open_engine(sim.fresh);
	if (!fault)
		fault = examine_state(engine, arena, again);
	engine_close(engine);
	if (!fault && memcmp(digest, again, DIGEST_BYTES) != 0)
		fault = "the state is not what the journal says";
	return fault;
}

static void find_memory(void) {
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
}

START_TEST(a_ledger_is_sound_between_whatever_steps_it_ends) {
	char count[200];
	uint64_t lives = (uint64_t)suite_count("SIMULATION_LIVES", LIVES, LIVES_LONG);
	uint64_t seed = (uint64_t)suite_setting("SIMULATION_SEED", 1);
	uint64_t entries = 0;
	struct arena arena;
	arena_init(&arena, 0);
	find_memory();
	while (sim.lives < lives) {
		begin_ledger(seed++);
		for (int i = 0; i < LIVES_PER_LEDGER && sim.lives < lives; i++) {
			live();
			arena_reset(&arena);
			const char *fault = examine(&arena);
			ck_assert_msg(!fault, "SIMULATION_SEED=%" PRIu64 ", life %" PRIu64 ": %s",
			    sim.first_seed, sim.lives, fault);
		}
		entries += log_last(&sim.inner);
		end_ledger();
	}
	snprintf(count, sizeof(count),
	    "%" PRIu64 " ends among %" PRIu64 " steps, %" PRIu64 " of %" PRIu64
	    " commits failed (%" PRIu64 " unknown), %" PRIu64 " entries",
	    sim.lives, sim.steps, sim.failed, sim.commits, sim.unknown, entries);
	suite_row(2, "simulation with a seed: failed commits, an end between any two steps", count, 0);
	ck_assert(sim.failed > sim.unknown && sim.unknown > 0 && sim.checkpoints > 0);
	arena_done(&arena);
}
END_TEST

/* The examination would notice. */
START_TEST(a_log_that_only_says_that_it_appends_is_found_out) {
	const char *fault = NULL;
	struct arena arena;
	arena_init(&arena, 0);
	find_memory();
	begin_ledger(1);
	sim.is_lying = true;
	for (int i = 0; i < LIVES_PER_LEDGER && !fault; i++) {
		live();
		fault = examine(&arena);
	}
	ck_assert_ptr_nonnull(fault);
	ck_assert_ptr_nonnull(strstr(fault, "is not in the journal"));
	end_ledger();
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("simulation", a_ledger_is_sound_between_whatever_steps_it_ends,
    a_log_that_only_says_that_it_appends_is_found_out)
