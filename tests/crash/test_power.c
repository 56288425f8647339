/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power fails. What a ledger under load does to its files is recorded; from the record come the
 * states in which a disk may be found that lost, kept or tore what had not been synced (disk.h);
 * each of them is opened and examined as after a crash. Some are the beginning of the next load,
 * so that the power also fails during recovery.
 *
 * POWER_STATES (2,000; 100,000 in the long form) says how many. The seed (ground.h) repeats the
 * choices, not the order of the load's threads.
 */
#include "ground.h"
#include "support/suite.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

enum {
	STATES = 2000,
	STATES_LONG = 100000,
	STATES_PER_LOAD = 100,
	STEPS = 25,
	LOADS_IN_A_ROW = 8, /* each begins where the power failed in the one before */
	CONTROL_STATES = 100,
	CONTROL_LOADS = 10, /* of which some may enter few texts */
};

/* Ledgers to begin with. */
static const struct course {
	uint64_t more;  /* entries beside what it needs */
	bool is_old;    /* its state is to be made again, and nothing is redeemed */
	unsigned share; /* of the states, in 16ths */
} courses[] = {
	{ 0, false, 13 }, { 2000, false, 2 }, /* ids that soon fill a file */
	{ 10100, true, 1 },                   /* a state made in bulk, unsynced until the end */
};

enum { COURSES = sizeof(courses) / sizeof(courses[0]) };

static struct ground ground;

static void run_load(void) {
	int status = ground_run(&ground, NULL);
	ck_assert_msg(ground.load.is_closed ? WIFEXITED(status) && WEXITSTATUS(status) == LOAD_CLOSED
	                                    : WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "the load ended with status %x", (unsigned)status);
}

static uint64_t count_events(void) {
	uint64_t count = 0;
	for (const struct trace_event *event = NULL; (event = trace_next(ground.trace, event));)
		count++;
	return count;
}

/* Where power fails `count` times: how often before each event. */
static unsigned *choose_moments(uint64_t events, uint64_t count) {
	unsigned *moments = calloc(events + 1, sizeof(moments[0]));
	ck_assert_ptr_nonnull(moments);
	for (uint64_t i = 0; i < count; i++)
		moments[chance(&ground.seed) % (events + 1)]++;
	return moments;
}

static void examine_now(const struct disk *disk, uint64_t event) {
	char what[100];
	snprintf(what, sizeof(what), "state %" PRIu64 " of load %d, event %" PRIu64, ground.examined,
	    ground.loads, event);
	ground_examine(&ground, disk, what);
}

/* The next load begins with a state of now. */
static void go_on_from(const struct disk *disk, struct told *ret_told) {
	char next[300];
	snprintf(next, sizeof(next), "%s/next", ground.work);
	disk_make_state(disk, next, chance(&ground.seed));
	*ret_told = ground.told;
}

/* Examines states of the trace; `disk` is as before it. The ledger is then as in one of them. */
static void examine_trace(struct disk *disk, uint64_t count) {
	uint64_t events = count_events(), at = 0;
	uint64_t chosen = chance(&ground.seed) % (events + 1);
	unsigned *moments = choose_moments(events, count);
	struct told then = { 0 };
	for (const struct trace_event *event = NULL;; at++) {
		while (moments[at]-- > 0)
			examine_now(disk, at);
		if (at == chosen)
			go_on_from(disk, &then);
		event = trace_next(ground.trace, event);
		if (!event)
			break;
		disk_apply(disk, event);
		told_add(&ground.told, event);
	}
	free(moments);
	/* The lists have only grown since. */
	ground.told.acknowledged.count = then.acknowledged.count;
	ground.told.asked.count = then.asked.count;
	ground.told.erased_count = then.erased_count;
	suite_remove(ground.root);
	ground_shell("mv %s/next %s", ground.work, ground.root);
}

static void load_and_examine(const struct disk_lies *lies, uint64_t count) {
	ground.load.is_closed = ground.load.is_old || chance(&ground.seed) % 4 == 0;
	struct disk *disk = disk_new(ground.root, lies);
	run_load();
	examine_trace(disk, count);
	disk_free(disk);
}

static void make_template(const struct course *course) {
	ground_make_template(&ground, course->more);
	ground.load.steps = STEPS;
	ground.load.is_old = course->is_old;
	if (course->is_old)
		ground_shell("rm -r %s/template/ledger/state", ground.work);
}

static void run_course(const struct course *course, uint64_t states) {
	make_template(course);
	for (uint64_t done = 0, loads = 0; done < states; loads++) {
		uint64_t count = states - done < STATES_PER_LOAD ? states - done : STATES_PER_LOAD;
		if (loads % LOADS_IN_A_ROW == 0)
			ground_begin_anew(&ground);
		load_and_examine(NULL, count);
		done += count;
	}
}

START_TEST(what_was_acknowledged_survives_a_power_cut) {
	char count[100];
	uint64_t states = (uint64_t)suite_count("POWER_STATES", STATES, STATES_LONG);
	ground_init(&ground);
	for (size_t i = 0; i < COURSES; i++)
		run_course(&courses[i], (states * courses[i].share + 15) / 16);
	ground_collect(&ground);
	snprintf(count, sizeof(count), "%" PRIu64 " states of the disk, of %d loads", ground.examined,
	    ground.loads);
	suite_row(1, "power cut with lost and torn writes", count, ground.unsound);
	ck_assert_uint_eq(ground.unsound, 0);
	ck_assert_uint_ge(ground.examined, states);
	ground_done(&ground);
}
END_TEST

/* --- controls: the examination would notice --- */

/* What the record says was done is what the files say. */
START_TEST(the_record_is_complete) {
	char whole[300];
	ground_init(&ground);
	make_template(&courses[0]);
	ground_begin_anew(&ground);
	ground.load.is_closed = true;
	snprintf(whole, sizeof(whole), "%s/whole", ground.work);
	for (int i = 0; i < 2; i++) { /* the second finds a state and texts */
		struct disk *disk = disk_new(ground.root, NULL);
		run_load();
		ck_assert_uint_gt(count_events(), 100);
		for (const struct trace_event *event = NULL; (event = trace_next(ground.trace, event));)
			disk_apply(disk, event);
		disk_make_whole(disk, whole);
		disk_free(disk);
		ground_shell("diff -r --exclude=lock.mdb %s %s", ground.root, whole);
		suite_remove(whole);
	}
	ground_done(&ground);
}
END_TEST

/* Syncs of which nothing comes: some of the states must be unsound. Not those of the state: what it
 * lacks is found when it is opened, and made again. */
static const struct {
	struct disk_lies lies;
	const char *what;
} controls[] = {
	{ { LIE_FILES | LIE_SETTLED, NULL }, "nothing" },
	{ { LIE_FILES, "journal/data.mdb" }, "everything but the journal's pages" },
	{ { LIE_SETTLED, "journal/data.mdb" }, "everything but the journal's meta page" },
	{ { LIE_FILES, "journal/erasable" }, "everything but erasable texts" },
};

START_TEST(what_is_not_synced_is_found_out) {
	const uint64_t states = suite_is_brief() ? CONTROL_STATES / 4 : CONTROL_STATES;
	ground_init(&ground);
	make_template(&courses[0]);
	printf("(from here on states are meant to be unsound)\n");
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		uint64_t before = ground.examined;
		ground.unsound = 0;
		for (int load = 0; load < CONTROL_LOADS && !ground.unsound; load++) {
			ground_begin_anew(&ground);
			load_and_examine(&controls[i].lies, states);
			ground_collect(&ground);
		}
		printf("a disk that syncs %s: %" PRIu64 " of %" PRIu64 " states unsound\n",
		    controls[i].what, ground.unsound, ground.examined - before);
		ck_assert_msg(ground.unsound > 0, "nobody noticed");
	}
	ground_done(&ground);
}
END_TEST

SUITE_MAIN_WITHIN(GROUND_TIMEOUT_S, "power", what_was_acknowledged_survives_a_power_cut,
    the_record_is_complete, what_is_not_synced_is_found_out)
