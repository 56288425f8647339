/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory runs out: the nth allocation of a ledger under load fails, from its start to its end, or
 * that and some that follow, or all. And the whole process has little room (RLIMIT_AS). It may
 * refuse, end with a message or not begin, but not fall; and what it acknowledged is there.
 *
 * MEMORY_FAILURES (120; 20,000 in the long form) says how many allocations fail, a tenth as many
 * limits are tried.
 */
#include "ground.h"
#include "starve.h"
#include "support/suite.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	FAILURES = 120,
	FAILURES_LONG = 20000,
	STEPS = 8,
	TRIES = 4,      /* loads for an allocation that some of them may not come to */
	OPENING = 3000, /* about so many allocations open a ledger: half of the failures are there */
	HANG_S = 120,
	LIMIT_MIB_MIN = 9200, /* two maps of 4 GiB, and the trace of the test */
	LIMIT_MIB_STEPS = 600,
};

static struct ground ground;
static struct starvation *starvation;

static struct { uint64_t hit, closed, ended, not_opened; } tally;

static void count_end(int status, const char *what) {
	if (WIFEXITED(status) && WEXITSTATUS(status) == LOAD_CLOSED)
		tally.closed++;
	else if (WIFEXITED(status) && WEXITSTATUS(status) == LOAD_NOT_OPENED)
		tally.not_opened++;
	else if (WIFEXITED(status) &&
	    (WEXITSTATUS(status) == EX_IOERR || WEXITSTATUS(status) == EX_OSERR))
		tally.ended++; /* with a message */
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
		tally.ended++; /* by check(), which says where */
	else {
		printf("%s: the load ended with status %x\n", what, (unsigned)status);
		ground.unsound++;
	}
}

static void examine(const char *what) {
	for (const struct trace_event *event = NULL; (event = trace_next(ground.trace, event));)
		told_add(&ground.told, event);
	ground_examine(&ground, NULL, what);
	ground_collect(&ground);
}

static void starve(void) {
	starve_start(starvation);
}

static bool fail_at(uint64_t nth, uint64_t length) {
	char what[100];
	*starvation = (struct starvation){ .nth = nth, .length = length };
	snprintf(what, sizeof(what), "allocation %" PRIu64 " and %" PRIu64 " more", nth, length - 1);
	ground_begin_anew(&ground);
	ground.load.on_start = starve;
	int status = ground_run(&ground, NULL);
	bool is_hit = starvation->hits > 0;
	if (is_hit) {
		tally.hit++;
		count_end(status, what);
		examine(what);
	}
	return is_hit;
}

static uint64_t count_calls(void) {
	fail_at(0, 0);
	return starvation->calls;
}

static uint64_t limit_mib;

static void limit(void) {
	const struct rlimit limits = { limit_mib << 20, limit_mib << 20 };
	if (setrlimit(RLIMIT_AS, &limits) != 0)
		_exit(EX_UNAVAILABLE);
}

static void run_limited(uint64_t mib) {
	char what[100];
	snprintf(what, sizeof(what), "a limit of %" PRIu64 " MiB", mib);
	limit_mib = mib;
	ground_begin_anew(&ground);
	ground.load.on_start = limit;
	count_end(ground_run(&ground, NULL), what);
	examine(what);
}

static void begin(void) {
	ground_init(&ground);
	ground_make_template(&ground, 0);
	ground.load.steps = STEPS;
	ground.load.is_closed = ground.load.may_fail = true;
	ground.load.spare = starve_spare;
	starvation = mmap(
	    NULL, sizeof(*starvation), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(starvation, MAP_FAILED);
}

START_TEST(what_was_acknowledged_is_there_whatever_allocation_fails) {
	static const uint64_t lengths[] = { 1, 1, 10, UINT64_MAX };
	char count[200];
	uint64_t failures = (uint64_t)suite_count("MEMORY_FAILURES", FAILURES, FAILURES_LONG);
	if (!starve_can()) {
		suite_row(14, "out of memory", "skipped: sanitizers have allocators of their own", 0);
		return;
	}
	begin();
	uint64_t calls = count_calls();
	ck_assert_uint_gt(calls, 100);
	/* Few may not bring all about that must be: then as many as usual. */
	for (uint64_t i = 0; i < failures || (i < FAILURES && !(tally.closed && tally.not_opened));
	     i++) {
		for (int j = 0; j < TRIES; j++) {
			uint64_t most = i % 2 && calls > OPENING ? OPENING : calls;
			if (fail_at(1 + chance(&ground.seed) % most, lengths[i / 2 % 4]))
				break;
		}
	}
	snprintf(count, sizeof(count),
	    "%" PRIu64 " allocations (%" PRIu64 " survived, %" PRIu64 " ended the process, %" PRIu64
	    " at the start)",
	    tally.hit, tally.closed, tally.ended, tally.not_opened);
	suite_row(14, "nth allocation of a ledger under load fails", count, ground.unsound);
	ck_assert_uint_eq(ground.unsound, 0);
	ck_assert_uint_gt(tally.hit, failures / 2);
	ck_assert(tally.closed && tally.not_opened);
	ground_done(&ground);
}
END_TEST

START_TEST(what_was_acknowledged_is_there_however_little_room_there_is) {
	char count[200];
	uint64_t limits = (uint64_t)suite_count("MEMORY_FAILURES", FAILURES, FAILURES_LONG) / 10;
	if (!starve_can())
		return;
	begin();
	for (uint64_t i = 0; i < limits; i++)
		run_limited(LIMIT_MIB_MIN + chance(&ground.seed) % LIMIT_MIB_STEPS);
	snprintf(count, sizeof(count),
	    "%" PRIu64 " limits (%" PRIu64 " survived, %" PRIu64 " ended the process, %" PRIu64
	    " at the start)",
	    limits, tally.closed, tally.ended, tally.not_opened);
	suite_row(14, "address space limited", count, ground.unsound);
	ck_assert_uint_eq(ground.unsound, 0);
	ground_done(&ground);
}
END_TEST

SUITE_MAIN_WITHIN(GROUND_TIMEOUT_S, "memory",
    what_was_acknowledged_is_there_whatever_allocation_fails,
    what_was_acknowledged_is_there_however_little_room_there_is)
