/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/returned.h"

#include "base/check.h"
#include "ledger/find.h"
#include "ledger/netting.h"
#include "ledger/payment.h"
#include "ledger/ready.h"

#include <stdlib.h>

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

static bool add_claim(struct deciding *d, struct returned_claims *taken, uint64_t id) {
	uint64_t *claims = arena_grow(d->arena, taken->claims, taken->count, sizeof(*claims));
	if (!claims)
		return refuse_memory(d);
	taken->claims = claims;
	claims[taken->count++] = id;
	return true;
}

bool returned_want_waiting(struct deciding *d, uint64_t settlement, uint32_t number,
    const struct payment_row *payment, struct returned_claims *taken) {
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
		if (!add_claim(d, taken, claims[i]))
			return false;
	}
	return unpaid == payment->amount || refuse_field(d, PB__OUTCOME__CLAIM_STATE, "line");
}

static int compare_ids(const void *a, const void *b) {
	uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
	return (first > second) - (first < second);
}

bool returned_want_once(struct deciding *d, const struct returned_claims *taken) {
	if (taken->count > 0)
		qsort(taken->claims, taken->count, sizeof(taken->claims[0]), compare_ids);
	for (size_t i = 1; i < taken->count; i++)
		if (taken->claims[i] == taken->claims[i - 1])
			return refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "line",
			    arena_printf(d->arena, "claim %llu came back with it twice",
			        (unsigned long long)taken->claims[i]));
	return true;
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
