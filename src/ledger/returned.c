/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/returned.h"

#include "base/check.h"
#include "ledger/find.h"
#include "ledger/netting.h"
#include "ledger/payment.h"
#include "ledger/ready.h"

/* In their order; borrowed from the state. */
static const uint64_t *read_claims(
    const struct state *state, uint64_t settlement, uint32_t number, size_t *ret_count) {
	struct key key = key_of_payment(settlement, number);
	size_t bytes = 0;
	const uint64_t *claims = state->ops->get(state->self, TABLE_RETURNED, &key, &bytes);
	check(claims && bytes % sizeof(*claims) == 0);
	*ret_count = bytes / sizeof(*claims);
	return claims;
}

bool returned_want_waiting(
    struct deciding *d, uint64_t settlement, uint32_t number, const struct payment_row *payment) {
	size_t count;
	const uint64_t *claims = read_claims(d->state, settlement, number, &count);
	int64_t unpaid = 0;
	for (size_t i = 0; i < count; i++) {
		struct by_fund shares;
		const struct claim_row *claim = the_claim(d, claims[i]);
		if (claim->status != PB__CLAIM_STATUS__CLAIM_PUBLISHED)
			return refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "line",
			    arena_printf(d->arena, "claim %llu does not wait for settlement any more",
			        (unsigned long long)claims[i]));
		unpaid += netting_unpaid(claim, &shares);
	}
	return unpaid == payment->amount || refuse_field(d, PB__OUTCOME__CLAIM_STATE, "line");
}

void returned_keep(
    struct applying *a, uint64_t settlement, uint32_t number, const struct payment_row *payment) {
	uint64_t *claims = NULL;
	size_t count = 0;
	for (uint64_t id = payment->first_claim; id; id = get_claim(a, id).next) {
		claims = arena_grow(a->arena, claims, count, sizeof(*claims));
		check(claims);
		claims[count++] = id;
	}
	check(count > 0);
	struct key key = key_of_payment(settlement, number);
	state_put(a->state, TABLE_RETURNED, &key, claims, count * sizeof(*claims));
}

static void take_back(struct applying *a, uint64_t id, const struct claim_row *place) {
	ready_remove(a, id);
	struct claim_row row = get_claim(a, id);
	row.settlement = place->settlement;
	row.payment = place->payment;
	row.previous = place->previous;
	row.next = place->next;
	row.status = place->status;
	put_claim(a, id, &row);
}

void returned_take_back(struct applying *a, uint64_t settlement, uint32_t number,
    struct payment_row *payment, uint32_t status) {
	size_t count;
	const uint64_t *kept = read_claims(a->state, settlement, number, &count);
	const uint64_t *claims = arena_copy(a->arena, kept, count * sizeof(*kept));
	check(claims && payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED);
	payment->first_claim = claims[0];
	payment->status = status;
	for (size_t i = 0; i < count; i++) {
		const struct claim_row place = {
			.settlement = settlement,
			.payment = number,
			.previous = i > 0 ? claims[i - 1] : 0,
			.next = i + 1 < count ? claims[i + 1] : 0,
			.status = status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED
			    ? PB__CLAIM_STATUS__CLAIM_RECONCILED
			    : PB__CLAIM_STATUS__CLAIM_PAID,
		};
		take_back(a, claims[i], &place);
	}
	payment_note_vouchers(a, payment);
}
