/* SPDX-License-Identifier: Apache-2.0 */
#include "ground.h"

#include "base/check.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { JOBS_MAX = 64, HANG_S = 120 };

static const size_t TRACE_BYTES = (size_t)1 << 30;

void ground_shell(const char *format, ...) {
	char command[1000];
	va_list list;
	va_start(list, format);
	int bytes = vsnprintf(command, sizeof(command), format, list);
	va_end(list);
	ck_assert(bytes > 0 && (size_t)bytes < sizeof(command));
	ck_assert_msg(system(command) == 0, "%s", command);
}

/* --- life --- */

void ground_init(struct ground *ground) {
	const char *seed = getenv("FAULTS_SEED");
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1); /* disks are simulated: a real one would only be slow */
	*ground = (struct ground){ .seed = seed ? strtoull(seed, NULL, 10) : (uint64_t)getpid() };
	printf("FAULTS_SEED=%" PRIu64 "\n", ground->seed);
	fflush(stdout);
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	long jobs = suite_setting("FAULTS_JOBS", processors);
	ground->jobs = jobs < 1 || jobs > JOBS_MAX ? 1 : (int)jobs;
	snprintf(ground->work, sizeof(ground->work), "%s", suite_directory());
	snprintf(ground->root, sizeof(ground->root), "%s/live", ground->work);
	snprintf(ground->ledger, sizeof(ground->ledger), "%s/ledger", ground->root);
	ground->trace = trace_new(TRACE_BYTES);
}

static void forget_told(struct ground *ground) {
	told_free(&ground->told);
	ground->told = (struct told){ 0 };
}

void ground_done(struct ground *ground) {
	ground_collect(ground);
	forget_told(ground);
	trace_free(ground->trace);
}

void ground_make_template(struct ground *ground, uint64_t more) {
	char template[300], ledger[320];
	snprintf(template, sizeof(template), "%s/template", ground->work);
	snprintf(ledger, sizeof(ledger), "%s/ledger", template);
	suite_remove(template);
	ground_shell("mkdir %s", template);
	ground->load = (struct load){ .directory = ledger };
	load_create(&ground->load, more);
	ground->load.directory = ground->ledger;
}

void ground_begin_anew(struct ground *ground) {
	suite_remove(ground->root);
	ground_shell("cp -r %s/template %s", ground->work, ground->root);
	forget_told(ground);
}

/* --- load --- */

int ground_run(struct ground *ground, const struct recorder_fault *fault) {
	int status;
	ground->load.seed = chance(&ground->seed);
	ground->load.round = ground->loads++;
	trace_clear(ground->trace);
	fflush(stdout);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		alarm(HANG_S);
		recorder_start(ground->trace, ground->root, fault);
		load_run(&ground->load);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

/* --- examination --- */

/* Makes a copy of what is to be examined. */
static void put_there(
    const struct ground *ground, const struct disk *disk, const char *state, uint64_t seed) {
	if (disk)
		disk_make_state(disk, state, seed);
	else
		ground_shell("cp -r %s %s", ground->root, state);
}

__attribute__((noreturn)) static void be_the_examiner(
    const struct ground *ground, const struct disk *disk, uint64_t seed, const char *what) {
	char state[300], ledger[320];
	const char *keep = getenv("FAULTS_KEEP");
	struct arena arena;
	alarm(HANG_S);
	arena_init(&arena, 0);
	snprintf(state, sizeof(state), "%s/state-%" PRIu64, ground->work, ground->examined);
	snprintf(ledger, sizeof(ledger), "%s/ledger", state);
	put_there(ground, disk, state, seed);
	if (keep) /* until it is known to be sound: it may end this process */
		ground_shell("cp -r %s %s/", state, keep);
	const char *fault = load_examine(&ground->load, ledger, &ground->told, seed, &arena);
	suite_remove(state);
	if (fault) {
		printf("%s, seed %" PRIu64 ": %s\n", what, seed, fault);
		fflush(stdout);
		_exit(EXIT_FAILURE);
	}
	if (keep)
		ground_shell("rm -r %s/state-%" PRIu64, keep, ground->examined);
	_exit(EXIT_SUCCESS);
}

static void collect(struct ground *ground, int running_max) {
	int status;
	while (ground->running > running_max) {
		ck_assert_int_gt(wait(&status), 0);
		ground->running--;
		if (WIFSIGNALED(status))
			printf("an examination ended by signal %d\n", WTERMSIG(status));
		ground->unsound += !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
	}
}

void ground_examine(struct ground *ground, const struct disk *disk, const char *what) {
	uint64_t seed = chance(&ground->seed);
	collect(ground, ground->jobs - 1);
	fflush(stdout);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0)
		be_the_examiner(ground, disk, seed, what);
	ground->running++;
	ground->examined++;
}

void ground_collect(struct ground *ground) {
	collect(ground, 0);
}
