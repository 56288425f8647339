/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small ledger with reservations to redeem from, and the load on it: redemptions one by one, in
 * batches and in linked pairs, persons who come and go, and lists that ask for checkpoints. What is
 * asked and what is answered goes into the trace (recorder.h).
 */
#ifndef TESTS_CRASH_LOAD_H
#define TESTS_CRASH_LOAD_H

#include "acknowledgement.h"
#include "persons.h"
#include "trace.h"

#include <stdbool.h>

enum { LOAD_RESERVATIONS = 20 };

/* What is told to the recorder, and of what its data are a list. */
enum {
	TOLD_ASKED = 1,    /* struct acknowledgement without seq: about to be sent */
	TOLD_ACKNOWLEDGED, /* struct acknowledgement */
	TOLD_ERASED,       /* person_code */
};

struct told {
	struct acknowledgements acknowledged;
	struct acknowledgements asked; /* redemptions only */
	person_code *erased;
	size_t erased_count;
};

/* Adds an event of a trace, if it is one of those. */
void told_add(struct told *told, const struct trace_event *event);
void told_free(struct told *told);

struct load {
	const char *directory; /* of the ledger */
	uint64_t startup;
	uint64_t reservations[LOAD_RESERVATIONS];
	uint64_t setup_seq;
	uint64_t seed;
	int steps;              /* how often something is redeemed */
	int round;              /* distinguishes the codes of persons */
	bool is_closed;         /* in the end, instead of killed */
	bool may_fail;          /* commands may be UNAVAILABLE, and are sent again */
	void (*on_start)(void); /* in the process, before it opens the ledger; may be NULL */
	void (*spare)(bool);    /* says that a thread is a client's, or not any more; may be NULL */
	bool is_old;            /* nothing is redeemed: it is opened and closed */
};

/* How a process under load ends, if nothing kills it and it does not end itself. */
enum { LOAD_CLOSED = 0, LOAD_NOT_OPENED = 3, LOAD_REFUSED = 4 };

/* Makes the ledger, with `more` entries beside what it needs. */
void load_create(struct load *load, uint64_t more);

/* Opens and loads it in this process, which it ends. */
__attribute__((noreturn)) void load_run(const struct load *load);

/* NULL: the ledger in the directory, which nobody has open, is sound, takes commands, and is so
 * again when it has been opened anew without its state. Or what is wrong, as text in `arena`. */
const char *load_examine(const struct load *load, const char *directory, const struct told *told,
    uint64_t seed, struct arena *arena);

#endif
