/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Netting (抵扣): where the rules say so (RuleSet.net_clawbacks, of the version in force when the
 * settlement is opened), what a payee owes of clawbacks in the programme is set off against what
 * it is paid.
 *
 * Set off is the oldest clawback first, at most LIMIT_NETTINGS of them, and at most what the
 * payment has; the payment's amount is what is left to pay, and may be nought. What is set off pays
 * the payment's claims in their order: a claim of which it pays all is paid and final there and
 * then (RECONCILED: nothing of it waits at a bank), and leaves the payment; of one of which it pays
 * a part (claim_row.netted), a payment has still to pay the rest.
 *
 *	open      names what is set off; nothing moves, nothing is kept for it
 *	approve   each clawback named must still owe its funds what is named, else PAYMENTS_CHANGED.
 *	          Of the payee, PROGRAMME_PAYABLE ─► PROGRAMME_PAID, then clawback_post_recovery()
 *	          of each
 *
 * From then on it is final: a payment that fails, returns or is cancelled gives back its amount
 * alone, and the claims' next payment pays what is not set off. Internal to src/ledger.
 */
#ifndef LEDGER_NETTING_H
#define LEDGER_NETTING_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* What a netting takes at most, in bytes: in the entry that opens a settlement, and in that which
 * approves it. */
enum {
	NETTING_BYTES = 160,
	NETTING_POSTINGS_BYTES = 2 * (1 + LIMIT_FUNDS) * 48,
};

/* What a claim has still to be paid, and how its funds bear that. */
int64_t netting_unpaid(const struct claim_row *claim, struct by_fund *ret_shares);

/* How many clawbacks a payee owes, up to LIMIT_NETTINGS. */
size_t netting_count(const struct deciding *d, uint64_t programme_id, uint64_t payee);

/* Names what is set off against a payment, whose amount and `shares` become less by it. */
bool netting_decide(
    struct deciding *d, uint64_t programme_id, Pb__Payment *payment, struct by_fund *shares);

/* What the claims of a payment have still to be paid, all of it together, when what is set off
 * against it (`netted`) has paid them in their order. */
struct by_fund netting_rest(
    const struct applying *a, const uint64_t *claims, size_t count, int64_t netted);

/* Writes down what is set off against a payment of the settlement that is opened. */
void netting_keep(struct applying *a, uint64_t settlement, const Pb__Payment *payment);

/* Approval: what is named is still owed, and is set off. */
bool netting_post(
    struct deciding *d, uint64_t programme_id, uint64_t settlement_id, uint32_t number);

/* The same taken into account: clawbacks, claims, and the payment's first claim. `*transfer` is the
 * number of the first transfer that netting_post() made (check_moved), and then of the next. */
void netting_apply(struct applying *a, uint64_t settlement_id, uint32_t number,
    struct payment_row *payment, size_t *transfer);

#endif
