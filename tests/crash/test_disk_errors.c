/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The disk fails: the nth call that changes or syncs a file of the ledger, once or from then on,
 * and also such that it did what it says it did not. The ledger may refuse, end or not begin; but
 * what it acknowledges is there, and what it did not can be asked again under the same id, with
 * one effect. Then the power fails too, and a sync that failed has kept nothing.
 *
 * DISK_ERRORS (150; 20,000 in the long form) says how many times. Which call comes nth is up to the
 * threads; the numbers are chosen by chance among the calls of a load.
 */
#include "ground.h"
#include "support/suite.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	ERRORS = 150,
	ERRORS_LONG = 20000,
	STEPS = 8,
	STATES_PER_ERROR = 2, /* of the disk, beside the files as they are */
	WORKERS = 6,          /* most of the time is waiting for what fails to be tried again */
	CONTROLS = 60,        /* writes that are only said to be done */
	TRIES = 8,            /* loads for an error that some of them may not come to */
};

static const struct kind {
	struct recorder_fault fault; /* but for nth */
	const char *name;
} kinds[] = {
	{ { .error = EIO }, "EIO once" },
	{ { .error = EIO, .is_done = true }, "EIO once, although it was done" },
	{ { .error = EIO, .is_lasting = true }, "EIO from then on" },
	{ { .error = EIO, .is_lasting = true, .is_done = true },
	    "EIO from then on, although it was done" },
	{ { .error = ENOSPC }, "ENOSPC once" },
	{ { .error = ENOSPC, .is_lasting = true }, "ENOSPC from then on" },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct ground ground;

/* Of all workers: in shared memory. */
struct tally {
	_Atomic uint64_t hit, closed, ended, not_opened, examined, unsound;
};

static void count_end(int status, const char *what, struct tally *tally) {
	if (WIFEXITED(status) && WEXITSTATUS(status) == LOAD_CLOSED)
		tally->closed++;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == EX_IOERR)
		tally->ended++;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == LOAD_NOT_OPENED)
		tally->not_opened++;
	else {
		printf("%s: the load ended with status %x\n", what, (unsigned)status);
		ground.unsound++;
	}
}

/* As the files are, and as they may be if the power fails now. */
static void examine(struct disk *disk, const char *what) {
	for (const struct trace_event *event = NULL; (event = trace_next(ground.trace, event));) {
		disk_apply(disk, event);
		told_add(&ground.told, event);
	}
	ground_examine(&ground, NULL, what);
	for (int i = 0; i < STATES_PER_ERROR; i++)
		ground_examine(&ground, disk, what);
	ground_collect(&ground); /* before the files are others */
}

/* False: the load had not so many calls. */
static bool fail_once(const struct kind *kind, uint64_t nth, struct tally *tally) {
	char what[100];
	struct recorder_fault fault = kind->fault;
	fault.nth = nth;
	snprintf(what, sizeof(what), "%s, call %" PRIu64, kind->name, nth);
	ground_begin_anew(&ground);
	struct disk *disk = disk_new(ground.root, NULL);
	int status = ground_run(&ground, &fault);
	bool is_hit = ground.trace->hits > 0;
	if (is_hit) {
		tally->hit++;
		count_end(status, what, tally);
		examine(disk, what);
	}
	disk_free(disk);
	return is_hit;
}

static uint64_t count_calls(void) {
	ground_begin_anew(&ground);
	int status = ground_run(&ground, NULL);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == LOAD_CLOSED);
	return ground.trace->calls;
}

static void begin(void) {
	ground_init(&ground);
	ground.jobs = 1;
	ground_make_template(&ground, 0);
	ground.load.steps = STEPS;
	ground.load.is_closed = ground.load.may_fail = true;
}

__attribute__((noreturn)) static void be_a_worker(
    uint64_t number, uint64_t errors, struct tally *tally) {
	begin();
	ground.seed += number;
	uint64_t calls = count_calls();
	/* Few may not bring all about that must be: then as many as usual. */
	for (uint64_t i = number; i < errors || (i < ERRORS && !(tally->closed && tally->ended));
	     i += WORKERS) {
		for (int j = 0; j < TRIES; j++) {
			if (fail_once(&kinds[i % KINDS], 1 + chance(&ground.seed) % calls, tally))
				break;
		}
	}
	ground_done(&ground);
	tally->examined += ground.examined;
	tally->unsound += ground.unsound;
	suite_remove(ground.work);
	_exit(EXIT_SUCCESS);
}

static void run_workers(uint64_t errors, struct tally *tally) {
	int status;
	for (uint64_t i = 0; i < WORKERS; i++) {
		pid_t worker = fork();
		ck_assert_int_ge(worker, 0);
		if (worker == 0)
			be_a_worker(i, errors, tally);
	}
	for (int i = 0; i < WORKERS; i++) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
	}
}

START_TEST(what_was_acknowledged_is_there_whatever_call_fails) {
	uint64_t errors = (uint64_t)suite_count("DISK_ERRORS", ERRORS, ERRORS_LONG);
	char count[200];
	struct tally *tally = mmap(
	    NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(tally, MAP_FAILED);
	run_workers(errors, tally);
	snprintf(count, sizeof(count),
	    "%" PRIu64 " errors (%" PRIu64 " survived, %" PRIu64 " ended the process, %" PRIu64
	    " at the start), %" PRIu64 " states",
	    tally->hit, tally->closed, tally->ended, tally->not_opened, tally->examined);
	suite_row(5, "EIO and ENOSPC on the nth write, sync and removal; also done but reported failed",
	    count, tally->unsound);
	ck_assert_uint_eq(tally->unsound, 0);
	ck_assert_uint_gt(tally->hit, errors / 2);
	ck_assert(tally->closed && tally->ended);
	munmap(tally, sizeof(*tally));
}
END_TEST

/* The examination would notice: writes and syncs that are not done and say that they are. */
START_TEST(what_is_only_said_to_be_written_is_found_out) {
	static const struct kind silent = { { .is_silent = true }, "said, not done" };
	struct tally tally = { 0 };
	begin();
	uint64_t calls = count_calls();
	printf("(from here on the ledger is meant to be unsound)\n");
	for (int i = 0; i < CONTROLS && !ground.unsound; i++)
		fail_once(&silent, 1 + chance(&ground.seed) % calls, &tally);
	ck_assert_uint_gt(ground.unsound, 0);
	ground_done(&ground);
}
END_TEST

SUITE_MAIN_WITHIN(GROUND_TIMEOUT_S, "disk errors",
    what_was_acknowledged_is_there_whatever_call_fails,
    what_is_only_said_to_be_written_is_found_out)
