/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A place to try a ledger out on: a template of it, a copy that is loaded and recorded in a process
 * of its own, and what is left of it examined in others, several at once.
 *
 *	work/template/ledger   as it is before
 *	work/live/ledger       under load; what happens below work/live is recorded
 *	work/state-N/ledger    what is examined
 *
 * FAULTS_JOBS says how many are examined at once (as many as there are processors), FAULTS_SEED
 * where chance begins, FAULTS_KEEP names a directory for what is unsound.
 */
#ifndef TESTS_CRASH_GROUND_H
#define TESTS_CRASH_GROUND_H

#include "disk.h"
#include "load.h"
#include "recorder.h"

#include <stdint.h>

enum { GROUND_TIMEOUT_S = 900 }; /* of a test program; the machine may be busy */

struct ground {
	char work[200];
	char root[220];
	char ledger[240];
	struct trace *trace;
	struct load load;
	struct told told;
	uint64_t seed;
	int jobs, running, loads;
	uint64_t examined, unsound;
};

void ground_init(struct ground *ground);
void ground_done(struct ground *ground);

/* Runs a command line; it must succeed. */
void ground_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new template: load.h's load_create(). */
void ground_make_template(struct ground *ground, uint64_t more);

/* The ledger is as the template again, and nothing has been told. */
void ground_begin_anew(struct ground *ground);

/* Loads the ledger and records that. `fault` may be NULL. How the process ended: wait(2). */
int ground_run(struct ground *ground, const struct recorder_fault *fault);

/* Examines in a process of its own, when there is room for one: a state of the disk, or (NULL) the
 * ledger as it stands. `what` stands before what is found to be wrong. */
void ground_examine(struct ground *ground, const struct disk *disk, const char *what);

/* Waits for examinations; all of them have been counted then. */
void ground_collect(struct ground *ground);

#endif
