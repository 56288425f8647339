/* SPDX-License-Identifier: Apache-2.0 */
/* What became of each payment, followed through the journal alone. */
#ifndef TESTS_UNIT_LEDGER_FATES_H
#define TESTS_UNIT_LEDGER_FATES_H

#include "support/ledger_world.h"

/* Of a payment: what people recorded, and which lines, by the first line of their match, say that
 * it went out and came back; 0: none. */
struct fate {
	bool is_recorded_paid;
	bool is_recorded_returned;
	uint64_t line;
	uint64_t return_line;
};

bool fate_is_paid(const struct fate *fate);       /* and did not come back */
bool fate_is_reconciled(const struct fate *fate); /* and on the statement */

/* Who is told; either may be NULL. */
struct fates_watch {
	void *arg;
	/* The fate of a payment becomes another. */
	void (*change)(void *arg, const Pb__JournalEntry *entry, const Pb__Payment *payment,
	    const struct fate *before, const struct fate *after);
	/* So much of a claim is set off. */
	void (*set_off)(void *arg, const Pb__JournalEntry *entry, uint64_t claim, int64_t amount);
};

struct fates;

struct fates *fates_new(struct world *world, const struct fates_watch *watch);
void fates_free(struct fates *fates);

/* The entries, one after another. */
void fates_follow(struct fates *fates, const Pb__JournalEntry *entry);

/* What of a claim is not set off (so far): what a payment of it pays. */
int64_t fates_left(const struct fates *fates, uint64_t claim);

#endif
