/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/payment.h"

#include "base/check.h"
#include "ledger/find.h"
#include "ledger/ready.h"

#include <stdlib.h>

/* --- deciding --- */

const struct payment_row *the_payment(
    const struct deciding *d, uint64_t settlement, uint32_t number) {
	struct key key = key_of_payment(settlement, number);
	const struct payment_row *row = STATE_GET(d->state, TABLE_PAYMENT, &key, struct payment_row);
	check(row);
	return row;
}

bool payment_post(struct deciding *d, uint64_t programme_id, const struct payment_row *payment,
    Pb__AccountKind from, Pb__AccountKind to) {
	const struct programme_row *programme = the_programme(d, programme_id);
	return transfer(d, payee_account(from, programme_id, programme, payment->payee),
	    payee_account(to, programme_id, programme, payment->payee), payment->amount);
}

uint64_t payment_clawed_claim(const struct deciding *d, const struct payment_row *payment) {
	uint64_t id = payment->first_claim;
	while (id && the_claim(d, id)->clawed_back == 0)
		id = the_claim(d, id)->next;
	return id;
}

/* --- applying --- */

struct payment_row get_payment(const struct applying *a, uint64_t settlement, uint32_t number) {
	struct key key = key_of_payment(settlement, number);
	const struct payment_row *row = STATE_GET(a->state, TABLE_PAYMENT, &key, struct payment_row);
	check(row);
	return *row;
}

void put_payment(
    struct applying *a, uint64_t settlement, uint32_t number, const struct payment_row *payment) {
	struct key key = key_of_payment(settlement, number);
	STATE_PUT(a->state, TABLE_PAYMENT, &key, payment);
}

/* What the claims of a payment in this status are. */
static Pb__ClaimStatus claim_status(uint32_t payment_status) {
	switch (payment_status) {
	case PB__PAYMENT_STATUS__PAYMENT_APPROVED: return PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT;
	case PB__PAYMENT_STATUS__PAYMENT_PAID: return PB__CLAIM_STATUS__CLAIM_PAID;
	case PB__PAYMENT_STATUS__PAYMENT_RECONCILED: return PB__CLAIM_STATUS__CLAIM_RECONCILED;
	default: check(!"approved, paid or reconciled"); return PB__CLAIM_STATUS__CLAIM_PAID;
	}
}

void payment_become(struct applying *a, struct payment_row *payment, Pb__PaymentStatus status) {
	Pb__ClaimStatus from = claim_status(payment->status), to = claim_status(status);
	uint64_t id = payment->first_claim;
	check(payment->status != status);
	while (id) {
		struct claim_row row = get_claim(a, id);
		check(row.status == from);
		row.status = to;
		put_claim(a, id, &row);
		id = row.next;
	}
	payment->status = status;
}

void give_back(struct giving_back *back, struct payment_row *payment, Pb__PaymentStatus status) {
	uint64_t id = payment->first_claim;
	while (id) {
		struct claim_row row = get_claim(back->a, id);
		uint64_t next = row.next;
		row.status = PB__CLAIM_STATUS__CLAIM_PUBLISHED;
		row.settlement = 0;
		row.payment = 0;
		row.next = 0;
		row.previous = 0;
		put_claim(back->a, id, &row);
		back->places = arena_grow(back->a->arena, back->places, back->count, sizeof(*back->places));
		check(back->places);
		back->places[back->count++] = (struct given_place){ row.published_seq, id };
		id = next;
	}
	payment->first_claim = 0;
	payment->status = status;
}

static int compare_places(const void *a, const void *b) {
	uint64_t first = ((const struct given_place *)a)->published_seq;
	uint64_t second = ((const struct given_place *)b)->published_seq;
	return (first > second) - (first < second);
}

void give_back_end(struct giving_back *back) {
	uint64_t after = 0;
	if (back->count > 0)
		qsort(back->places, back->count, sizeof(*back->places), compare_places);
	for (size_t i = 0; i < back->count; i++) {
		ready_insert(back->a, back->places[i].claim, after);
		after = back->places[i].claim;
	}
}
