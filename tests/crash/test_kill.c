/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger under load is killed with SIGKILL at random moments, again and again, and examined after
 * each: what it acknowledged must be there, exactly once, and its state must be what the journal
 * says.
 *
 * CRASH_ROUNDS (50; 1000 in the long form) says how often; with many, CK_FORK=no lifts Check's time
 * limit.
 * CRASH_SEED repeats the moments of a run, as far as moments can be repeated.
 */
#include "acknowledgement.h"
#include "base/clock.h"
#include "support/stage.h"
#include "support/suite.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ROUNDS = 50,
	ROUNDS_LONG = 1000,
	THREADS = 4,
	RESERVATIONS = 200,
	BATCH = 20,
	DELAY_US_MAX = 200000, /* of the kill, after the child began to open the ledger */
	REBUILD_EVERY = 5,     /* rounds between full rebuilds */
	RESENT = 50,           /* acknowledged commands sent again after each round */
	MEMTABLE_BYTES = 4 << 20,
	TIME_US_MAX = 60000000, /* of all rounds, unless CRASH_ROUNDS asks for more */
	RESTART_US_MAX = 2000000,
};

static char directory[300], rebuilt[300], told[300];
static uint64_t startup;
static uint64_t setup_seq;
static uint64_t reservations[RESERVATIONS];

/* --- the child: a ledger under load --- */

struct client {
	struct engine *engine;
	int number;
	int fd;
};

static void set_id(Pb__Command *command, struct uuid id) {
	command->id->high = id.high;
	command->id->low = id.low;
}

/* How many commands this client sends at once; two are linked. */
static size_t make_commands(int number, Pb__Command **commands, struct arena *arena) {
	static const size_t sizes[THREADS] = { 1, BATCH, 2, 1 };
	size_t count = sizes[number];
	struct uuid base = uuid_new();
	for (size_t i = 0; i < count; i++) {
		struct uuid id = count == 2 ? base : uuid_new();
		id.low = (id.low & ~UINT64_C(3)) | (count == 2 ? ID_LINKED | i : 0);
		commands[i] = stage_redeem(arena, reservations[(base.low + i) % RESERVATIONS], 1);
		set_id(commands[i], id);
	}
	return count;
}

static void *send_for_ever(void *arg) {
	struct client *client = arg;
	struct arena arena;
	arena_init(&arena, 0);
	for (;;) {
		Pb__Command *commands[BATCH];
		struct acknowledgement list[BATCH];
		arena_reset(&arena);
		size_t count = make_commands(client->number, commands, &arena);
		Pb__Batch *batch = stage_batch(&arena, commands, count);
		batch->linked = count == 2;
		const Pb__BatchReply *reply = stage_run(client->engine, startup, batch, &arena);
		for (size_t i = 0; i < count; i++) {
			if (!reply || reply->replies[i]->outcome != PB__OUTCOME__OUTCOME_OK)
				abort(); /* a redemption of 0.01 that is refused: the test is wrong */
			list[i] = (struct acknowledgement){
				.id = { commands[i]->id->high, commands[i]->id->low },
				.seq = reply->replies[i]->seq,
				.reservation = commands[i]->redeem->reservation,
			};
		}
		if (!acknowledgements_append(client->fd, list, count))
			abort();
	}
	return NULL;
}

static struct engine *open_small(const char *path) {
	struct engine *engine;
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = {
		.directory = path,
		.memtable_bytes_max = MEMTABLE_BYTES,
	};
	if (engine_open(&config, &engine, detail)) {
		fprintf(stderr, "cannot open: %s\n", detail);
		abort();
	}
	return engine;
}

__attribute__((noreturn)) static void be_the_ledger(void) {
	static struct client clients[THREADS];
	pthread_t thread;
	int fd = open(told, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0)
		abort();
	struct engine *engine = open_small(directory);
	for (int i = 0; i < THREADS; i++) {
		clients[i] = (struct client){ .engine = engine, .number = i, .fd = fd };
		if (pthread_create(&thread, NULL, send_for_ever, &clients[i]) != 0)
			abort();
	}
	for (;;)
		pause();
}

static void run_and_kill(unsigned *seed) {
	pid_t child = fork();
	int status;
	ck_assert_int_ge(child, 0);
	if (child == 0)
		be_the_ledger();
	usleep((useconds_t)(rand_r(seed) % DELAY_US_MAX));
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	/* An abort before the kill is a failure of the ledger. */
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
}

/* --- the parent: what is left --- */

/* Some of what was acknowledged is answered again, with the same sequence. */
static void send_again(struct engine *engine, const struct acknowledgements *all, unsigned *seed,
    struct arena *arena) {
	for (int i = 0; i < RESENT && all->count; i++) {
		const struct acknowledgement *told_once = &all->list[(size_t)rand_r(seed) % all->count];
		Pb__Command *command = stage_redeem(arena, told_once->reservation, 1);
		set_id(command, told_once->id);
		const Pb__Reply *reply = stage_run_one(engine, startup, command, arena);
		ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
		ck_assert(reply->replayed);
		ck_assert_uint_eq(reply->seq, told_once->seq);
	}
}

/* A ledger with the same journal and no state comes to the same state. */
static void compare_with_rebuilt(const uint8_t digest[DIGEST_BYTES], struct arena *arena) {
	char command[2000];
	uint8_t again[DIGEST_BYTES];
	snprintf(command, sizeof(command), "rm -rf %s && mkdir %s && cp -r %s/journal %s/", rebuilt,
	    rebuilt, directory, rebuilt);
	ck_assert_int_eq(system(command), 0);
	struct engine *engine = open_small(rebuilt);
	const char *fault = examine_state(engine, arena, again);
	engine_close(engine);
	ck_assert_msg(!fault, "rebuilt: %s", fault);
	ck_assert_mem_eq(digest, again, DIGEST_BYTES);
}

static uint64_t examine(unsigned *seed, bool rebuild, int64_t *slowest_us) {
	uint8_t digest[DIGEST_BYTES];
	struct arena arena;
	arena_init(&arena, 0);
	struct acknowledgements all = acknowledgements_read(told);
	all.setup_seq = setup_seq;
	int64_t start_us = clock_monotonic_us();
	struct engine *engine = open_small(directory);
	int64_t took_us = clock_monotonic_us() - start_us;
	*slowest_us = took_us > *slowest_us ? took_us : *slowest_us;
	const char *fault = examine_journal(engine, &all, &arena);
	ck_assert_msg(!fault, "%s", fault);
	uint64_t last = engine_last_seq(engine);
	send_again(engine, &all, seed, &arena);
	ck_assert_uint_eq(engine_last_seq(engine), last);
	fault = examine_state(engine, &arena, digest);
	engine_close(engine);
	ck_assert_msg(!fault, "%s", fault);
	if (rebuild)
		compare_with_rebuilt(digest, &arena);
	acknowledgements_free(&all);
	arena_done(&arena);
	return last;
}

static void begin(void) {
	const char *path = suite_directory();
	snprintf(directory, sizeof(directory), "%s/ledger", path);
	snprintf(rebuilt, sizeof(rebuilt), "%s/rebuilt", path);
	snprintf(told, sizeof(told), "%s/told", path);
	stage_create(directory);
	struct engine *engine = stage_open(directory);
	startup = stage_set_up(engine, RESERVATIONS);
	stage_reserve(engine, startup, reservations, RESERVATIONS);
	setup_seq = engine_last_seq(engine);
	engine_close(engine);
}

START_TEST(a_killed_ledger_keeps_everything_it_acknowledged) {
	const char *given = getenv("CRASH_SEED");
	int rounds = (int)suite_count("CRASH_ROUNDS", ROUNDS, ROUNDS_LONG), done = 0;
	bool is_asked = getenv("CRASH_ROUNDS") || rounds > ROUNDS;
	char count[200];
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	int64_t start_us = clock_monotonic_us(), slowest_us = 0;
	uint64_t last = 0;
	ck_assert_int_gt(rounds, 0);
	printf("CRASH_SEED=%u\n", seed);
	fflush(stdout);
	begin();
	while (done < rounds && (is_asked || clock_monotonic_us() - start_us < TIME_US_MAX)) {
		run_and_kill(&seed);
		done++;
		uint64_t now = examine(&seed, done % REBUILD_EVERY == 0 || done == rounds, &slowest_us);
		ck_assert_uint_ge(now, last);
		last = now;
	}
	struct acknowledgements all = acknowledgements_read(told);
	snprintf(count, sizeof(count),
	    "%d kills, %zu commands acknowledged, %" PRIu64 " entries; slowest restart %" PRId64 " ms",
	    done, all.count, last, slowest_us / 1000);
	/* For tests/faults; `make check` may run on a machine that others use. */
	suite_row(2, "kill -9 under load", count, slowest_us > RESTART_US_MAX);
	ck_assert_uint_gt(all.count, (size_t)done);
	acknowledgements_free(&all);
}
END_TEST

/* What follows makes sure that the examination can fail. */

static const char *examine_with(struct acknowledgement forged, struct arena *arena) {
	struct acknowledgements all = { .list = &forged, .count = 1, .setup_seq = setup_seq };
	struct engine *engine = open_small(directory);
	const char *fault = examine_journal(engine, &all, arena);
	engine_close(engine);
	return fault;
}

START_TEST(a_forged_acknowledgement_is_found_out) {
	struct arena arena;
	arena_init(&arena, 0);
	begin();
	Pb__Command *command = stage_redeem(&arena, reservations[0], 1);
	command->id->low &= ~UINT64_C(3);
	struct engine *engine = open_small(directory);
	struct acknowledgement real = {
		.id = { command->id->high, command->id->low },
		.seq = stage_must(engine, startup, command, &arena),
		.reservation = reservations[0],
	};
	engine_close(engine);
	struct acknowledgement never_sent = real, elsewhere = real;
	never_sent.id = uuid_new();
	elsewhere.seq--;
	ck_assert_ptr_null(examine_with(real, &arena));
	ck_assert_ptr_nonnull(strstr(examine_with(never_sent, &arena), "is not in the journal"));
	ck_assert_ptr_nonnull(strstr(examine_with(elsewhere, &arena), "is elsewhere"));
	arena_done(&arena);
}
END_TEST

START_TEST(half_of_a_linked_pair_is_found_out) {
	struct arena arena;
	arena_init(&arena, 0);
	begin();
	Pb__Command *command = stage_redeem(&arena, reservations[0], 1);
	command->id->low |= ID_LINKED;
	struct engine *engine = open_small(directory);
	stage_must(engine, startup, command, &arena);
	const char *fault = examine_journal(engine, &(struct acknowledgements){ .count = 0 }, &arena);
	ck_assert_ptr_nonnull(fault);
	ck_assert_ptr_nonnull(strstr(fault, "half of a linked pair"));
	engine_close(engine);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("kill", a_killed_ledger_keeps_everything_it_acknowledged,
    a_forged_acknowledgement_is_found_out, half_of_a_linked_pair_is_found_out)
