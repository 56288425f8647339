/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger that registers natural persons, changes them and erases them is killed with SIGKILL at
 * random moments. After each: a text is there exactly if its entry is the last word on it; what was
 * erased and acknowledged stands in no file, even before the ledger is opened again; and once it
 * has been, no text stands anywhere without its entry.
 *
 * CRASH_ROUNDS (50) and CRASH_SEED as in test_kill.
 */
#include "persons.h"
#include "support/stage.h"
#include "support/suite.h"

#include "base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	ROUNDS = 50,
	ROUNDS_LONG = 1000,
	OPENING_EVERY = 4,
	DELAY_US_MAX = 120000,
	TIME_US_MAX = 60000000,
};

static char directory[300], told[300];

/* --- the child --- */

static void must(struct engine *engine, Pb__Command *command, struct arena *arena) {
	stage_must(engine, STAGE_STAFF, command, arena);
}

__attribute__((noreturn)) static void be_the_ledger(int round, int opened) {
	struct arena arena;
	person_code code;
	int fd = open(told, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0)
		abort();
	arena_init(&arena, 0);
	struct engine *engine = stage_open(directory);
	if (write(opened, "", 1) != 1)
		abort();
	for (int i = 0;; i++) {
		memset(code, 0, sizeof(code));
		snprintf(code, sizeof(code), "T-%d-%d", round, i);
		arena_reset(&arena);
		must(engine, person_enter(code, &arena), &arena);
		if (i % 3 == 0)
			must(engine, person_update(code, &arena), &arena);
		if (i % 4 == 0)
			continue;
		must(engine, person_erase(code, &arena), &arena);
		if (write(fd, code, sizeof(code)) != (ssize_t)sizeof(code))
			abort();
	}
}

static void run_and_kill(int round, unsigned *seed) {
	int status, ends[2];
	char byte;
	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		be_the_ledger(round, ends[1]);
	if (round % OPENING_EVERY) /* else it may be killed while it opens */
		ck_assert_int_eq(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	close(ends[1]);
	usleep((useconds_t)(rand_r(seed) % DELAY_US_MAX));
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGKILL);
}

/* --- the parent --- */

static person_code *erased; /* and told so */
static size_t n_erased, n_texts;

static void read_told(void) {
	struct stat stat_of;
	int fd = open(told, O_RDONLY | O_CREAT, 0600);
	ck_assert(fd >= 0 && fstat(fd, &stat_of) == 0);
	n_erased = (size_t)stat_of.st_size / PERSON_CODE_BYTES;
	erased = malloc(n_erased * PERSON_CODE_BYTES + 1);
	ck_assert_int_eq(
	    read(fd, erased, n_erased * PERSON_CODE_BYTES), (ssize_t)(n_erased * PERSON_CODE_BYTES));
	close(fd);
}

static void examine(void) {
	struct arena arena;
	arena_init(&arena, 0);
	read_told();
	const char *fault = persons_examine_erased(
	    directory, (const person_code *)erased, n_erased, &arena);
	ck_assert_msg(!fault, "%s", fault);
	struct engine *engine = stage_open(directory);
	fault = persons_examine(engine, directory, &n_texts, &arena);
	engine_close(engine);
	ck_assert_msg(!fault, "%s", fault);
	free(erased);
	arena_done(&arena);
}

START_TEST(a_text_is_there_exactly_if_its_entry_is_whenever_the_ledger_is_killed) {
	const char *given = getenv("CRASH_SEED");
	int rounds = (int)suite_count("CRASH_ROUNDS", ROUNDS, ROUNDS_LONG), done = 0;
	bool is_asked = getenv("CRASH_ROUNDS") || rounds > ROUNDS;
	char count[200];
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)getpid();
	const char *path = suite_directory();
	int64_t start_us = clock_monotonic_us();
	snprintf(directory, sizeof(directory), "%s/ledger", path);
	snprintf(told, sizeof(told), "%s/told", path);
	printf("CRASH_SEED=%u\n", seed);
	fflush(stdout);
	stage_create(directory);
	while (done < rounds && (is_asked || clock_monotonic_us() - start_us < TIME_US_MAX)) {
		run_and_kill(done, &seed);
		done++;
		examine();
	}
	snprintf(count, sizeof(count), "%d kills, %zu erasures acknowledged, %zu texts kept", done,
	    n_erased, n_texts);
	suite_row(2, "kill -9 while persons are registered and erased", count, 0);
	ck_assert_uint_gt(n_erased, 0);
	ck_assert_uint_gt(n_texts, 0);
}
END_TEST

SUITE_MAIN("kill: persons", a_text_is_there_exactly_if_its_entry_is_whenever_the_ledger_is_killed)
