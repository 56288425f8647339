/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What caps count of each grant (TABLE_USAGE): its amount, and that it was made.
 *
 *	holder, controller, provider   in its year and ever, within the programme; the same jointly
 *	                               for each umbrella that the programme is part of
 *	tier; holder under the tier    in its year
 *	combination of the tier        ever, by beneficiary: the group, its increments, its tier
 *
 * A reservation remembers everything that it was counted against (reservation_row), so that exactly
 * this is taken back, whatever has changed since. A joint row counts what the umbrella's parts
 * grant; what the umbrella itself grants is in its own rows. Internal to src/ledger.
 */
#ifndef LEDGER_COUNTING_H
#define LEDGER_COUNTING_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* What a grant is counted against. Zero, but for the year, where nothing is concerned. */
struct counted {
	uint64_t programme;
	uint64_t holder;
	uint64_t controller;
	uint64_t provider;
	uint64_t beneficiary;
	uint64_t umbrellas[LIMIT_UMBRELLAS];
	int32_t year;
	uint32_t tier;
	uint32_t group;
	bool is_increment;
};

/* --- decide --- */

struct counting {
	const struct state *state;
	struct counted of; /* tier and group are the counter's */
};

/* rules_standing.count; `counting` is a struct counting. */
struct rules_count counting_read(void *counting, const struct rules_counter *counter);

/* Whether `amount` more can be counted: within a programme always (issued bounds it), jointly only
 * while the sum stays in range; else OVERFLOW. */
bool counting_has_room(struct deciding *d, const struct counted *counted, int64_t amount);

/* --- apply --- */

/* Counts a grant of the whole subsidy. */
void counting_add(struct applying *a, const struct reservation_row *grant);

/* Takes back `amount` of it, which the row has among `released` already. When nothing is left of
 * the grant, it was none. */
void counting_take_back(struct applying *a, const struct reservation_row *grant, int64_t amount);

#endif
