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
#include "ledger/house.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether it waits for the line that says it went out, or that it came back. What ever did stands
 * in TABLE_AWAITED. Of nothing (PAYMENT_NETTED) no line will say anything. */
bool payment_awaits_line(const struct payment_row *payment);
bool payment_awaits_return(const struct payment_row *payment);

/* --- deciding --- */

/* It exists. */
const struct payment_row *the_payment(
    const struct deciding *d, uint64_t settlement, uint32_t number);

/* Moves its amount between two accounts of its payee in the programme. Nothing where all of it was
 * set off. */
bool payment_post(struct deciding *d, uint64_t programme_id, const struct payment_row *payment,
    Pb__AccountKind from, Pb__AccountKind to);

/* A claim of it that has been clawed back; 0: none. What comes back of one is that clawback's
 * recovery: the claim must not be paid a second time. */
uint64_t payment_clawed_claim(const struct deciding *d, const struct payment_row *payment);

/* --- applying --- */

struct settlement_row get_settlement(struct applying *a, uint64_t id);
void put_settlement(struct applying *a, uint64_t id, const struct settlement_row *settlement);

struct payment_row get_payment(const struct applying *a, uint64_t settlement, uint32_t number);

/* Keeps what depends on its status: settlement_row.recorded, whose row must be there. */
void put_payment(
    struct applying *a, uint64_t settlement, uint32_t number, const struct payment_row *payment);

/* A payment as what waits for its line at the settlement's house account. */
struct awaited payment_awaited(struct applying *a, uint64_t settlement, uint32_t number);
struct awaited payment_awaited_return(struct applying *a, uint64_t settlement, uint32_t number);

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

/*
 * By what else than our reference a payment is known: the bank's own (TABLE_BANK_REFERENCE), and
 * its claims' vouchers (TABLE_VOUCHER_PAYMENT). It is known by one while payment_ref_row.count is 1
 * and its settlement not 0: by what several share nobody is known, nor by what they shared once.
 */
struct key key_of_bank_reference(uint64_t house_id, const char *reference);

/* Of a payment that the bank reported. */
void payment_note_reference(
    struct applying *a, uint64_t settlement, uint32_t number, const char *reference);

/* Of one that is approved: its claims' vouchers name it until it is given back (give_back()). */
void payment_note_vouchers(struct applying *a, const struct payment_row *payment);

#endif
