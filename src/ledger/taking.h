/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking targets for lines: whether a payment waits for a line, what taking it posts, and what the
 * entry has taken so far, which is not in the state yet. A line by itself (matching.c) and a person
 * (reconcile.c) take in the same way.
 *
 * Every lookup is one in the state and one in a hash table. Internal to src/ledger.
 */
#ifndef LEDGER_TAKING_H
#define LEDGER_TAKING_H

#include "ledger/matching.h"

/* A settlement, and the programme that it is of. */
struct paid_from {
	uint64_t settlement; /* 0: none */
	const struct settlement_row *of;
	const struct programme_row *programme;
};

struct taking {
	struct deciding *d;
	uint64_t house_id;
	struct taken *slots; /* hash table, open addressing */
	size_t slot_count;   /* a power of two */
	size_t used;
	struct paid_from last; /* what was found last: the state stays while an entry is decided */
	int64_t moved;         /* in the books, since taking_post() */
	size_t targets_left;   /* that the entry has room for */
	size_t looks_left;     /* at payments of settlements */
};

/* NULL: refused for lack of memory. In d->arena. */
struct taking *taking_begin(struct deciding *d, uint64_t house_id);

/* A payment of this house account. */
struct named {
	uint64_t settlement;
	uint32_t number;
	const struct settlement_row *of;
	const struct programme_row *programme;
	const struct payment_row *row;
};

/* False: there is none, or another house account pays it. */
bool taking_find(struct taking *t, uint64_t settlement, uint32_t number, struct named *ret_named);

/* What a payment, or its return, is to a line that names it. */
enum fit {
	FIT_WAITS,      /* the line says what the books say, or may say */
	FIT_COMES_BACK, /* of a return: the books do not know of it yet */
	FIT_TAKEN,      /* another line has it */
	FIT_PREPARED,   /* it is not approved */
	FIT_CLAWED,     /* of a return: a claim of it was clawed back */
	FIT_NOT,        /* it does not wait: it failed, was cancelled, … */
};
enum fit taking_fit(const struct taking *t, const struct named *named, bool is_return);

/* How many payments wait for a line of this amount, as it stands on a statement. */
uint64_t taking_waiting(const struct taking *t, int64_t amount);

/* Whether the entry has room for so many more targets, and for one of each line of a page. */
bool taking_has_room(const struct taking *t, size_t count);

/* Takes what fits, as taking_fit() says (FIT_WAITS, FIT_COMES_BACK): its postings, and its target
 * in `result`. */
bool take_payment(struct taking *t, const struct named *named, enum fit fit, bool is_return,
    Pb__LineResult *result);

/* Takes `amount` (> 0) of a clawback that owes as much and was not taken in this entry. */
bool taking_has_clawback(const struct taking *t, uint64_t id);
bool take_clawback(struct taking *t, uint64_t id, int64_t amount, Pb__LineResult *result);

/* Posts to the house account what was taken since the last time. */
bool taking_post(struct taking *t);

#endif
