/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The power fails. What a ledger under load does to its files is recorded; from the record come the
 * states in which a disk may be found that lost, kept or tore what had not been synced (disk.h); each
 * of them is opened and examined as after a crash. Some are the beginning of the next load, so
 * that the power also fails during recovery.
 *
 * POWER_STATES (2,000; 100,000 in the long form) says how many, POWER_SEED where chance begins (the
 * threads of the load are not of its choosing), FAULTS_JOBS how many are examined at once.
 * POWER_KEEP names a directory for the states that are unsound.
 */
#include "disk.h"
#include "load.h"
#include "recorder.h"
#include "support/suite.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STATES_PER_LOAD = 100,
	STEPS = 25,
	LOADS_IN_A_ROW = 8, /* each begins where the power failed in the one before */
	JOBS_MAX = 64,
	HANG_S = 120,
	CONTROL_STATES = 100,
};

static const size_t TRACE_BYTES = (size_t)1 << 30;

/* Ledgers to begin with. */
static const struct course {
	const char *name;
	uint64_t more;  /* entries beside what it needs */
	bool is_old;    /* its state is to be made again, and nothing is redeemed */
	unsigned share; /* of the states, in 16ths */
} courses[] = {
	{ "small", 0, false, 13 }, { "many ids", 2000, false, 2 }, /* that soon fill a file of ids */
	{ "rebuilt", 10100, true, 1 },                             /* in bulk, unsynced until the end */
};

enum { COURSES = sizeof(courses) / sizeof(courses[0]) };

static struct power {
	char work[200];
	char root[220]; /* is recorded: root/ledger */
	char ledger[240];
	struct trace *trace;
	struct told told;
	uint64_t seed;
	int jobs, running, rounds;
	uint64_t states, unsound, loads;
} power;

static void shell(const char *format, ...) {
	char command[1000];
	va_list list;
	va_start(list, format);
	int bytes = vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	ck_assert(bytes > 0 && (size_t)bytes < sizeof(command));
	ck_assert_msg(system(command) == 0, "%s", command);
}

static void forget_told(void) {
	told_free(&power.told);
	power.told = (struct told){ 0 };
}

/* --- the load --- */

static void run_load(const struct load *load) {
	int status;
	trace_clear(power.trace);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(HANG_S);
		recorder_start(power.trace, power.root, NULL);
		load_run(load);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(load->is_closed ? WIFEXITED(status) && WEXITSTATUS(status) == LOAD_CLOSED
	                              : WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "the load ended with status %x", (unsigned)status);
}

/* --- states --- */

__attribute__((noreturn)) static void be_the_examiner(
    const struct load *load, const struct disk *disk, uint64_t seed, uint64_t event) {
	char state[300], ledger[320];
	struct arena arena;
	alarm(HANG_S);
	arena_init(&arena, 0);
	snprintf(state, sizeof(state), "%s/state-%" PRIu64, power.work, power.states);
	snprintf(ledger, sizeof(ledger), "%s/ledger", state);
	disk_make_state(disk, state, seed);
	const char *fault = load_examine(load, ledger, &power.told, seed, &arena);
	suite_remove(state);
	if (!fault)
		_exit(EXIT_SUCCESS);
	printf("state %" PRIu64 " of load %" PRIu64 ", event %" PRIu64 ", seed %" PRIu64 ": %s\n",
	    power.states, power.loads, event, seed, fault);
	fflush(stdout);
	_exit(EXIT_FAILURE);
}

static void keep(const struct disk *disk, uint64_t seed) {
	char state[300];
	const char *directory = getenv("POWER_KEEP");
	if (!directory)
		return;
	snprintf(state, sizeof(state), "%s/state-%" PRIu64, directory, power.states);
	disk_make_state(disk, state, seed);
}

static void collect(int running_max) {
	int status;
	while (power.running > running_max) {
		ck_assert_int_gt(wait(&status), 0);
		power.running--;
		if (WIFSIGNALED(status))
			printf("an examination ended by signal %d\n", WTERMSIG(status));
		power.unsound += !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
	}
}

static void examine_state_of(const struct load *load, const struct disk *disk, uint64_t event) {
	uint64_t seed = chance(&power.seed);
	collect(power.jobs - 1);
	fflush(stdout);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		be_the_examiner(load, disk, seed, event);
	power.running++;
	power.states++;
	if (getenv("POWER_KEEP")) {
		uint64_t before = power.unsound;
		collect(0);
		if (power.unsound > before)
			keep(disk, seed);
	}
}

static uint64_t count_events(void) {
	uint64_t count = 0;
	for (const struct trace_event *event = NULL; (event = trace_next(power.trace, event));)
		count++;
	return count;
}

/* Where power fails `count` times: how often before each event. */
static unsigned *choose_moments(uint64_t events, uint64_t count) {
	unsigned *moments = calloc(events + 1, sizeof(moments[0]));
	ck_assert_ptr_nonnull(moments);
	for (uint64_t i = 0; i < count; i++)
		moments[chance(&power.seed) % (events + 1)]++;
	return moments;
}

/* The state of now is where the next load begins. */
static void go_on_from(const struct disk *disk, struct told *told) {
	char next[300];
	snprintf(next, sizeof(next), "%s/next", power.work);
	disk_make_state(disk, next, chance(&power.seed));
	*told = power.told;
}

/* Examines states of the trace; `disk` is as it was before. The ledger is then as in one of them. */
static void examine_trace(const struct load *load, struct disk *disk, uint64_t count) {
	uint64_t events = count_events(), at = 0;
	uint64_t chosen = chance(&power.seed) % (events + 1);
	unsigned *moments = choose_moments(events, count);
	struct told then = { 0 };
	for (const struct trace_event *event = NULL;; at++) {
		while (moments[at]-- > 0)
			examine_state_of(load, disk, at);
		if (at == chosen)
			go_on_from(disk, &then);
		event = trace_next(power.trace, event);
		if (!event)
			break;
		disk_apply(disk, event);
		told_add(&power.told, event);
	}
	collect(0);
	free(moments);
	/* The lists have only grown since. */
	power.told.acknowledged.count = then.acknowledged.count;
	power.told.asked.count = then.asked.count;
	power.told.erased_count = then.erased_count;
	suite_remove(power.root);
	shell("mv %s/next %s", power.work, power.root);
}

static void load_and_examine(struct load *load, const struct disk_lies *lies, uint64_t count) {
	load->seed = chance(&power.seed);
	load->round = power.rounds++;
	load->is_closed = load->is_old || chance(&power.seed) % 4 == 0;
	struct disk *disk = disk_new(power.root, lies);
	run_load(load);
	examine_trace(load, disk, count);
	disk_free(disk);
	power.loads++;
}

/* --- courses --- */

static void begin(void) {
	const char *seed = getenv("POWER_SEED");
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1); /* the disk is simulated: a real one would only be slow */
	power = (struct power){ .seed = seed ? strtoull(seed, NULL, 10) : (uint64_t)getpid() };
	printf("POWER_SEED=%" PRIu64 "\n", power.seed);
	fflush(stdout);
	power.jobs = (int)suite_count("FAULTS_JOBS", sysconf(_SC_NPROCESSORS_ONLN), 0);
	if (power.jobs < 1 || power.jobs > JOBS_MAX)
		power.jobs = 1;
	snprintf(power.work, sizeof(power.work), "%s", suite_directory());
	snprintf(power.root, sizeof(power.root), "%s/live", power.work);
	snprintf(power.ledger, sizeof(power.ledger), "%s/ledger", power.root);
	power.trace = trace_new(TRACE_BYTES);
}

static void end(void) {
	forget_told();
	trace_free(power.trace);
}

static void make_template(const struct course *course, struct load *load) {
	char template[300], ledger[320];
	snprintf(template, sizeof(template), "%s/template", power.work);
	snprintf(ledger, sizeof(ledger), "%s/ledger", template);
	suite_remove(template);
	shell("mkdir %s", template);
	*load = (struct load){ .directory = ledger, .steps = STEPS, .is_old = course->is_old };
	load_create(load, course->more);
	load->directory = power.ledger;
	if (course->is_old)
		shell("rm -r %s/state", ledger);
}

static void begin_anew(void) {
	suite_remove(power.root);
	shell("cp -r %s/template %s", power.work, power.root);
	forget_told();
}

static void run_course(const struct course *course, const struct disk_lies *lies, uint64_t states) {
	struct load load;
	make_template(course, &load);
	for (uint64_t done = 0, loads = 0; done < states; loads++) {
		uint64_t count = states - done < STATES_PER_LOAD ? states - done : STATES_PER_LOAD;
		if (loads % LOADS_IN_A_ROW == 0)
			begin_anew();
		load_and_examine(&load, lies, count);
		done += count;
	}
}

START_TEST(what_was_acknowledged_survives_a_power_cut) {
	char count[100];
	uint64_t states = (uint64_t)suite_count("POWER_STATES", 2000, 100000);
	begin();
	for (size_t i = 0; i < COURSES; i++)
		run_course(&courses[i], NULL, (states * courses[i].share + 15) / 16);
	snprintf(count, sizeof(count), "%" PRIu64 " states of the disk, of %" PRIu64 " loads",
	    power.states, power.loads);
	suite_row(1, "power cut with lost and torn writes", count, power.unsound);
	ck_assert_uint_eq(power.unsound, 0);
	ck_assert_uint_ge(power.states, states);
	end();
}
END_TEST

/* --- controls: the examination would notice --- */

/* The record lacks nothing: what it says was done is what the files say. */
START_TEST(the_record_is_complete) {
	struct load load;
	char whole[300];
	begin();
	make_template(&courses[0], &load);
	begin_anew();
	load.is_closed = true;
	snprintf(whole, sizeof(whole), "%s/whole", power.work);
	for (int i = 0; i < 2; i++) { /* the second finds ids and texts */
		struct disk *disk = disk_new(power.root, NULL);
		run_load(&load);
		ck_assert_uint_gt(count_events(), 100);
		for (const struct trace_event *event = NULL; (event = trace_next(power.trace, event));)
			disk_apply(disk, event);
		disk_make_whole(disk, whole);
		disk_free(disk);
		shell("diff -r --exclude=lock.mdb %s %s", power.root, whole);
		suite_remove(whole);
		load.round++;
	}
	end();
}
END_TEST

/* Syncs of which nothing comes: some of the states must be unsound. */
static const struct {
	struct disk_lies lies;
	const char *what;
} controls[] = {
	{ { LIE_FILES | LIE_SETTLED, NULL }, "nothing" },
	{ { LIE_FILES, "journal/data.mdb" }, "everything but the journal's pages" },
	{ { LIE_SETTLED, "journal/data.mdb" }, "everything but the journal's meta page" },
	{ { LIE_FILES, "journal/erasable" }, "everything but erasable texts" },
	{ { LIE_FILES, "state/data.mdb" }, "everything but the state's pages" },
};

START_TEST(what_is_not_synced_is_found_out) {
	struct load load;
	begin();
	make_template(&courses[0], &load);
	printf("(from here on states are meant to be unsound)\n");
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		power.unsound = 0;
		begin_anew();
		load_and_examine(&load, &controls[i].lies, CONTROL_STATES);
		printf("a disk that syncs %s: %" PRIu64 " of %d states unsound\n", controls[i].what,
		    power.unsound, CONTROL_STATES);
		ck_assert_msg(power.unsound > 0, "nobody noticed");
	}
	end();
}
END_TEST

SUITE_MAIN("power", what_was_acknowledged_survives_a_power_cut, the_record_is_complete,
    what_is_not_synced_is_found_out)
