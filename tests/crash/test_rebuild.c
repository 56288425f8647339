/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger whose state is being rebuilt from a long journal is killed at random moments, and opened
 * again: its state must then be what it was before it was deleted, and the identities must hold.
 */
#include "acknowledgement.h"
#include "base/clock.h"
#include "hashes.h"
#include "support/stage.h"
#include "support/suite.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	RESERVATIONS = 1000,
	REDEMPTIONS = 16000,
	ROUNDS = 12,
	MEMTABLE_BYTES = 2 << 20, /* so that there are many checkpoints */
};

static char directory[300];
static uint64_t reservations[RESERVATIONS];

static struct engine *open_small(void) {
	struct engine *engine;
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = {
		.directory = directory,
		.memtable_bytes_max = MEMTABLE_BYTES,
	};
	if (engine_open(&config, &engine, detail)) {
		fprintf(stderr, "cannot open: %s\n", detail);
		abort();
	}
	return engine;
}

static void fill(struct arena *arena) {
	snprintf(directory, sizeof(directory), "%s/ledger", suite_directory());
	stage_create(directory);
	struct engine *engine = open_small();
	uint64_t startup = stage_set_up(engine, RESERVATIONS);
	stage_reserve(engine, startup, reservations, RESERVATIONS);
	for (int done = 0; done < REDEMPTIONS; done += RESERVATIONS) {
		Pb__Command *commands[RESERVATIONS];
		arena_reset(arena);
		for (int i = 0; i < RESERVATIONS; i++)
			commands[i] = stage_redeem(arena, reservations[i], 1);
		const Pb__BatchReply *reply = stage_run(
		    engine, startup, stage_batch(arena, commands, RESERVATIONS), arena);
		ck_assert_ptr_nonnull(reply);
	}
	ck_assert_uint_gt(engine_last_seq(engine), REDEMPTIONS);
	engine_close(engine);
}

/* Opens the ledger, and how long that took. */
static int64_t examine(uint8_t ret_digest[DIGEST_BYTES], struct arena *arena) {
	int64_t start_us = clock_monotonic_us();
	struct engine *engine = open_small();
	int64_t took_us = clock_monotonic_us() - start_us;
	arena_reset(arena);
	const char *fault = examine_state(engine, arena, ret_digest);
	engine_close(engine);
	ck_assert_msg(!fault, "%s", fault);
	return took_us;
}

static void delete_state(void) {
	char command[400];
	snprintf(command, sizeof(command), "rm -r %s/state", directory);
	ck_assert_int_eq(system(command), 0);
}

/* Whether the child was killed before it was done. */
static bool rebuild_and_kill(int64_t delay_us) {
	pid_t child = fork();
	int status;
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		engine_close(open_small());
		_exit(0);
	}
	usleep((useconds_t)delay_us);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		ck_assert_int_eq(WEXITSTATUS(status), 0);
	else
		ck_assert_int_eq(WTERMSIG(status), SIGKILL); /* nothing else ended it */
	return WIFSIGNALED(status);
}

START_TEST(a_rebuild_that_is_killed_begins_again_and_comes_to_the_same_state) {
	uint8_t before[DIGEST_BYTES], after[DIGEST_BYTES];
	struct arena arena;
	int killed = 0;
	const int rounds = suite_is_brief() ? ROUNDS / 4 : ROUNDS;
	arena_init(&arena, 0);
	fill(&arena);
	examine(before, &arena);
	delete_state();
	int64_t whole_us = examine(after, &arena);
	ck_assert_mem_eq(before, after, DIGEST_BYTES);
	for (int round = 0; round < rounds; round++) {
		delete_state();
		killed += rebuild_and_kill(whole_us * (round + 1) / rounds);
		examine(after, &arena);
		ck_assert_mem_eq(before, after, DIGEST_BYTES);
	}
	char count[100];
	snprintf(count, sizeof(count), "%d of %d rebuilds killed", killed, rounds);
	suite_row(2, "kill -9 while the state is rebuilt", count, 0);
	ck_assert_int_gt(killed, 0);
	arena_done(&arena);
}
END_TEST

/* That the examination would notice: flips a bit in each file of hashes, of a node somewhere. */
START_TEST(a_damaged_hash_would_be_noticed) {
	static const unsigned levels[] = { 0, 8 };
	struct arena arena;
	arena_init(&arena, 0);
	fill(&arena);
	struct engine *engine = open_small();
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		char path[400];
		uint8_t byte;
		snprintf(path, sizeof(path), "%s/state/hashes-%u", directory, levels[i]);
		int fd = open(path, O_RDWR);
		off_t offset = 31 * DIGEST_BYTES + 7;
		ck_assert_int_eq(pread(fd, &byte, 1, offset), 1);
		for (int time = 0; time < 2; time++) { /* there and back */
			arena_reset(&arena);
			byte ^= 1;
			ck_assert_int_eq(pwrite(fd, &byte, 1, offset), 1);
			const char *fault = examine_hashes(engine, &arena);
			ck_assert_int_eq(fault != NULL, time == 0);
		}
		close(fd);
	}
	engine_close(engine);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("rebuild", a_rebuild_that_is_killed_begins_again_and_comes_to_the_same_state,
    a_damaged_hash_would_be_noticed)
