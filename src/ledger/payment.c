/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/payment.h"

#include "base/check.h"
#include "ledger/find.h"
#include "ledger/held.h"
#include "ledger/ready.h"

#include <stdlib.h>
#include <string.h>

bool payment_awaits_line(const struct payment_row *payment) {
	switch (payment->status) {
	case PB__PAYMENT_STATUS__PAYMENT_APPROVED:
	case PB__PAYMENT_STATUS__PAYMENT_PAID:
	case PB__PAYMENT_STATUS__PAYMENT_RETURNED: return payment->line == 0;
	default: return false;
	}
}

bool payment_awaits_return(const struct payment_row *payment) {
	return payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED && payment->return_line == 0;
}

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
	return payment->amount == 0 ||
	    transfer(d, payee_account(from, programme_id, programme, payment->payee),
	        payee_account(to, programme_id, programme, payment->payee), payment->amount);
}

uint64_t payment_clawed_claim(const struct deciding *d, const struct payment_row *payment) {
	uint64_t id = payment->first_claim;
	while (id && the_claim(d, id)->clawed_back == 0)
		id = the_claim(d, id)->next;
	return id;
}

/* --- applying --- */

static struct settlement_row *hold_settlement(struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	return HOLD_ROW(a, TABLE_SETTLEMENT, &key, struct settlement_row);
}

struct settlement_row get_settlement(struct applying *a, uint64_t id) {
	const struct settlement_row *row = hold_settlement(a, id);
	check(row->status);
	return *row;
}

void put_settlement(struct applying *a, uint64_t id, const struct settlement_row *settlement) {
	*hold_settlement(a, id) = *settlement;
}

struct payment_row get_payment(const struct applying *a, uint64_t settlement, uint32_t number) {
	struct key key = key_of_payment(settlement, number);
	const struct payment_row *row = STATE_GET(a->state, TABLE_PAYMENT, &key, struct payment_row);
	check(row);
	return *row;
}

/* The bank, or its statement, said what became of it. */
static bool is_recorded(uint32_t status) {
	return status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    status == PB__PAYMENT_STATUS__PAYMENT_FAILED ||
	    status == PB__PAYMENT_STATUS__PAYMENT_RETURNED ||
	    status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
}

void put_payment(
    struct applying *a, uint64_t settlement, uint32_t number, const struct payment_row *payment) {
	struct key key = key_of_payment(settlement, number);
	const struct payment_row *before = STATE_GET(a->state, TABLE_PAYMENT, &key, struct payment_row);
	bool was_recorded = before && is_recorded(before->status);
	STATE_PUT(a->state, TABLE_PAYMENT, &key, payment);
	if (was_recorded == is_recorded(payment->status))
		return;
	struct settlement_row *row = hold_settlement(a, settlement);
	check(row->status && (!was_recorded || row->recorded > 0));
	row->recorded += was_recorded ? UINT32_MAX : 1;
}

struct awaited payment_awaited(struct applying *a, uint64_t settlement, uint32_t number) {
	return (struct awaited){
		.house_id = get_settlement(a, settlement).house_account,
		.amount = get_payment(a, settlement, number).amount,
		.settlement = settlement,
		.payment = number,
	};
}

struct awaited payment_awaited_return(struct applying *a, uint64_t settlement, uint32_t number) {
	struct awaited awaited = payment_awaited(a, settlement, number);
	awaited.is_return = true;
	return awaited;
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

/* --- by what it is known --- */

struct key key_of_bank_reference(uint64_t house_id, const char *reference) {
	struct key key = key_of_id(house_id);
	key_add_bytes(&key, reference, strlen(reference));
	return key;
}

static void note(struct applying *a, enum table table, const struct key *key, uint64_t settlement,
    uint32_t number) {
	const struct payment_ref_row *old = STATE_GET(a->state, table, key, struct payment_ref_row);
	struct payment_ref_row row = old ? *old : (struct payment_ref_row){ 0 };
	if (row.settlement == settlement && row.payment == number)
		return;
	row.settlement = settlement;
	row.payment = number;
	row.count++;
	STATE_PUT(a->state, table, key, &row);
}

void payment_note_reference(
    struct applying *a, uint64_t settlement, uint32_t number, const char *reference) {
	if (!*reference)
		return;
	struct key key = key_of_bank_reference(get_settlement(a, settlement).house_account, reference);
	note(a, TABLE_BANK_REFERENCE, &key, settlement, number);
}

static struct key voucher_of(const struct applying *a, const struct claim_row *claim) {
	return key_of_id(get_reservation(a, claim->reservation).voucher);
}

void payment_note_vouchers(struct applying *a, const struct payment_row *payment) {
	uint64_t id = payment->first_claim;
	while (id) {
		const struct claim_row claim = get_claim(a, id);
		struct key key = voucher_of(a, &claim);
		note(a, TABLE_VOUCHER_PAYMENT, &key, claim.settlement, claim.payment);
		id = claim.next;
	}
}

/* A payment of which this is a claim is none of the voucher's any more. What is left of several is
 * not known by it: which one that is stands nowhere. */
static void forget_voucher(struct applying *a, const struct claim_row *claim) {
	struct key key = voucher_of(a, claim);
	const struct payment_ref_row *row = STATE_GET(
	    a->state, TABLE_VOUCHER_PAYMENT, &key, struct payment_ref_row);
	if (!row || row->settlement != claim->settlement || row->payment != claim->payment)
		return;
	const struct payment_ref_row none = { .count = row->count - 1 };
	STATE_PUT(a->state, TABLE_VOUCHER_PAYMENT, &key, &none);
}

/* --- given back --- */

void give_back(struct giving_back *back, struct payment_row *payment, Pb__PaymentStatus status) {
	uint64_t id = payment->first_claim;
	while (id) {
		struct claim_row row = get_claim(back->a, id);
		uint64_t next = row.next;
		forget_voucher(back->a, &row);
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
