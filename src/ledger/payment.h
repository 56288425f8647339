/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One payment of a settlement: its row, its claims, and how it is confirmed and comes back. Said by
 * a person (settle.c) or by a line of a bank statement (matching.c), it is the same.
 *
 * The claims of a payment are linked: payment_row.first_claim, claim_row.next. Internal to
 * src/ledger.
 */
#ifndef LEDGER_PAYMENT_H
#define LEDGER_PAYMENT_H

#include "ledger/applying.h"
#include "ledger/deciding.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- deciding --- */

/* It exists. */
const struct payment_row *the_payment(
    const struct deciding *d, uint64_t settlement, uint32_t number);

/* Moves its amount between two accounts of its payee in the programme. */
bool payment_post(struct deciding *d, uint64_t programme_id, const struct payment_row *payment,
    Pb__AccountKind from, Pb__AccountKind to);

/* A claim of it that has been clawed back; 0: none. What comes back of one is that clawback's
 * recovery: the claim must not be paid a second time. */
uint64_t payment_clawed_claim(const struct deciding *d, const struct payment_row *payment);

/* --- applying --- */

struct payment_row get_payment(const struct applying *a, uint64_t settlement, uint32_t number);
void put_payment(
    struct applying *a, uint64_t settlement, uint32_t number, const struct payment_row *payment);

/* Its status becomes APPROVED, PAID or RECONCILED, from another of these, and that of its claims
 * with it. The caller puts the row. */
void payment_become(struct applying *a, struct payment_row *payment, Pb__PaymentStatus status);

/*
 * Payments that are given back: their claims wait for settlement again, published, where they
 * waited before. In one walk for all of them:
 *
 *	struct giving_back back = { .a = a };
 *	give_back(&back, &payment, status);     of each; the caller puts the row
 *	give_back_end(&back);
 */
struct giving_back {
	struct applying *a;
	struct given_place {
		uint64_t published_seq;
		uint64_t claim;
	} * places;
	size_t count;
};
void give_back(struct giving_back *back, struct payment_row *payment, Pb__PaymentStatus status);
void give_back_end(struct giving_back *back);

#endif
