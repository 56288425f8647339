/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of family *voucher* share:
 *
 *	voucher_apply.c    apply ─► SUBMITTED ─► review ─► APPROVED ─► issue ─► ISSUED
 *	voucher_review.c       two levels: SUBMITTED ─► REVIEWED ─► APPROVED, by two persons
 *	voucher_issue.c        rejected or returned: REJECTED, RETURNED, and another application may
 *	                       replace it; no review: APPROVED from the start, or ISSUED at once
 *	voucher.c          return, cancel: what is neither reserved nor redeemed goes back to the pool
 *	expire.c           what comes of a voucher by itself
 *
 * Issuing moves money from the pool: into a voucher, or, of other instruments (grant.h), to the
 * holder as payable. A voucher keeps the rules of its issue. Internal to src/ledger.
 */
#ifndef LEDGER_VOUCHER_H
#define LEDGER_VOUCHER_H

#include "ledger/applying.h"
#include "ledger/deciding.h"
#include "ledger/grant.h"

/* An application before the rules, when it is made and when it is issued. Borrowed. */
struct issuing {
	uint64_t application; /* its id: that of this entry when it is being made */
	uint64_t programme_id;
	const struct programme_row *programme;
	const Pb__RuleSet *rules;
	uint64_t holder;
	int64_t applied;        /* for; 0: what the rules give (not for vouchers) */
	const Pb__Apply *terms; /* of other instruments; NULL: a voucher */
};

/* --- decide --- */

/* Whether the holder may hold what these rules give, now: standing, eligibility. */
bool voucher_want_holder(struct deciding *d, const struct issuing *issuing, const char *field);

/* Weighs a voucher of `amount`: its face value, its size, and how many the holder has. */
bool voucher_weigh(struct deciding *d, const struct issuing *issuing, int64_t amount);

/* Weighs the pool: POOL_EMPTY. `ret_amount` may be less where the rules grant the rest and have no
 * face values, and `is_rest_taken`. */
bool voucher_weigh_pool(struct deciding *d, const struct issuing *issuing, int64_t amount,
    bool is_rest_taken, int64_t *ret_amount);

/* Issues what was weighed: deadlines, code, money. */
bool voucher_issue(struct deciding *d, const struct issuing *issuing, int64_t amount);

/* The case of an application for another instrument: its terms are checked against each other and
 * the ledger (provider, contract, the claim that is topped up). */
bool voucher_find_grant(struct deciding *d, const struct issuing *issuing, struct grant *ret_grant);

/* Computes and grants it; `asked` 0: as much as the rules give and was applied for. */
bool voucher_grant(
    struct deciding *d, const struct issuing *issuing, const struct grant *grant, int64_t asked);

/* What the voucher has live (not 0) goes back to the pool, to the funds that bear it. */
bool voucher_give_back(struct deciding *d, uint64_t id, const struct voucher_row *voucher);

/* --- apply --- */

/* The rows of what voucher_issue() or voucher_grant() decided; `terms` as in struct issuing. */
void voucher_put_issued(struct applying *a, const Pb__Apply *terms);

/* What voucher_give_back() decided; `gone` says as what the voucher, the programme and take-up
 * count it: returned, cancelled or expired. */
void voucher_apply_given_back(struct applying *a, const struct take_up_row *gone);

#endif
