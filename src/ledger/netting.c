/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/netting.h"

#include "base/check.h"
#include "ledger/clawback.h"
#include "ledger/find.h"
#include "ledger/payment.h"
#include "ledger/pool.h"

static struct key key_of_netting(uint64_t settlement, uint32_t number, uint32_t index) {
	struct key key = key_of_payment(settlement, number);
	key_add_u32(&key, index);
	return key;
}

/* --- claims --- */

int64_t netting_unpaid(const struct claim_row *claim, struct by_fund *ret_shares) {
	*ret_shares = claim->shares;
	by_fund_subtract(ret_shares, &claim->netted_shares);
	return claim->amount - claim->netted;
}

/* What `*rest` of what is set off pays of a claim, and how its funds bear that; the rest becomes
 * less. */
static struct by_fund pay_claim(const struct claim_row *claim, int64_t *rest) {
	struct by_fund shares;
	int64_t unpaid = netting_unpaid(claim, &shares);
	int64_t part = *rest < unpaid ? *rest : unpaid;
	*rest -= part;
	return by_fund_split(part, &shares);
}

struct by_fund netting_rest(
    const struct applying *a, const uint64_t *claims, size_t count, int64_t netted) {
	struct by_fund sum = { { 0 } };
	for (size_t i = 0; i < count; i++) {
		const struct claim_row claim = get_claim(a, claims[i]);
		const struct by_fund part = pay_claim(&claim, &netted);
		struct by_fund shares;
		netting_unpaid(&claim, &shares);
		by_fund_subtract(&shares, &part);
		by_fund_add(&sum, &shares);
	}
	check(netted == 0);
	return sum;
}

/* --- open_settlement --- */

size_t netting_count(const struct deciding *d, uint64_t programme_id, uint64_t payee) {
	size_t count = 0;
	uint64_t id = clawback_oldest(d, programme_id, payee);
	while (id && count < LIMIT_NETTINGS) {
		count++;
		id = clawback_read(d, id)->next;
	}
	return count;
}

static bool add_netting(struct deciding *d, Pb__Payment *payment, uint64_t id,
    const struct clawback_row *clawback, int64_t amount) {
	const struct by_fund parts = by_fund_split(amount, &clawback->left);
	Pb__Netting *netting = ARENA_NEW(d->arena, Pb__Netting);
	if (!netting)
		return refuse_memory(d);
	pb__netting__init(netting);
	netting->clawback = id;
	netting->amount = amount;
	return pool_list_shares(d, the_programme(d, clawback->programme), &parts, &netting->shares,
	           &netting->n_shares) &&
	    LIST_ADD(d, payment->nettings, payment->n_nettings, netting);
}

bool netting_decide(
    struct deciding *d, uint64_t programme_id, Pb__Payment *payment, struct by_fund *shares) {
	int64_t netted = 0;
	uint64_t id = clawback_oldest(d, programme_id, payment->payee);
	while (id && payment->amount > 0 && payment->n_nettings < LIMIT_NETTINGS) {
		const struct clawback_row *clawback = clawback_read(d, id);
		int64_t owed = clawback_owed(clawback);
		int64_t amount = owed < payment->amount ? owed : payment->amount;
		if (!add_netting(d, payment, id, clawback, amount))
			return false;
		payment->amount -= amount;
		netted += amount;
		id = clawback->next;
	}
	for (size_t i = 0; i < payment->n_claims && netted > 0; i++) {
		const struct by_fund part = pay_claim(the_claim(d, payment->claims[i]), &netted);
		by_fund_subtract(shares, &part);
	}
	check(netted == 0);
	return true;
}

void netting_keep(struct applying *a, uint64_t settlement, const Pb__Payment *payment) {
	const struct programme_row *programme = touch_programme(a, a->decision->programme);
	for (size_t i = 0; i < payment->n_nettings; i++) {
		const Pb__Netting *netting = payment->nettings[i];
		struct key key = key_of_netting(settlement, payment->number, (uint32_t)i);
		const struct netting_row row = {
			.clawback = netting->clawback,
			.amount = netting->amount,
			.shares = pool_listed(programme, netting->shares, netting->n_shares),
		};
		check(by_fund_sum(&row.shares) == row.amount);
		STATE_PUT(a->state, TABLE_NETTING, &key, &row);
	}
}

/* --- approve_settlement --- */

static const struct netting_row *the_netting(
    const struct state *state, uint64_t settlement, uint32_t number, uint32_t index) {
	struct key key = key_of_netting(settlement, number, index);
	const struct netting_row *row = STATE_GET(state, TABLE_NETTING, &key, struct netting_row);
	check(row);
	return row;
}

static bool is_still_owed(const struct clawback_row *clawback, const struct netting_row *netting) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (clawback->left.amount[i] < netting->shares.amount[i])
			return false;
	return true;
}

static bool post_one(struct deciding *d, const struct netting_row *netting) {
	const struct clawback_row *clawback = clawback_read(d, netting->clawback);
	check(clawback);
	if (!is_still_owed(clawback, netting))
		return refuse_detail(d, PB__OUTCOME__PAYMENTS_CHANGED, "settlement",
		    arena_printf(d->arena, "of clawback %llu less is owed than would be set off",
		        (unsigned long long)netting->clawback));
	return clawback_post_recovery(d, clawback, &netting->shares);
}

bool netting_post(
    struct deciding *d, uint64_t programme_id, uint64_t settlement_id, uint32_t number) {
	const struct payment_row *payment = the_payment(d, settlement_id, number);
	const struct programme_row *programme = the_programme(d, programme_id);
	if (payment->netted == 0)
		return true;
	if (!transfer(d,
	        payee_account(
	            PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, programme_id, programme, payment->payee),
	        payee_account(
	            PB__ACCOUNT_KIND__PROGRAMME_PAID, programme_id, programme, payment->payee),
	        payment->netted))
		return false;
	for (uint32_t i = 0; i < payment->nettings; i++)
		if (!post_one(d, the_netting(d->state, settlement_id, number, i)))
			return false;
	return true;
}

/* Pays the payment's claims in their order; those of which it pays all leave the payment. */
static void pay_claims(struct applying *a, struct payment_row *payment) {
	int64_t rest = payment->netted;
	while (rest > 0) {
		uint64_t id = payment->first_claim;
		struct claim_row row = get_claim(a, id);
		check(row.status == PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT);
		const struct by_fund part = pay_claim(&row, &rest);
		count(&row.netted, by_fund_sum(&part));
		by_fund_add(&row.netted_shares, &part);
		if (row.netted == row.amount) {
			row.status = PB__CLAIM_STATUS__CLAIM_RECONCILED;
			payment->first_claim = row.next;
			row.previous = 0;
			row.next = 0;
		}
		put_claim(a, id, &row);
	}
	if (payment->first_claim) {
		struct claim_row row = get_claim(a, payment->first_claim);
		row.previous = 0;
		put_claim(a, payment->first_claim, &row);
	}
}

/* How many transfers clawback_post_recovery() made of it. */
static size_t transfers_of(const struct netting_row *netting) {
	size_t transfers = 1;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		transfers += netting->shares.amount[i] > 0;
	return transfers;
}

void netting_apply(struct applying *a, uint64_t settlement_id, uint32_t number,
    struct payment_row *payment, size_t *transfer) {
	if (payment->netted == 0)
		return;
	check_moved(a, (*transfer)++, payment->payee, payment->netted);
	for (uint32_t i = 0; i < payment->nettings; i++) {
		const struct netting_row row = *the_netting(a->state, settlement_id, number, i);
		check_moved(a, *transfer, payment->payee, row.amount);
		*transfer += transfers_of(&row);
		clawback_recover(a, row.clawback, &row.shares);
	}
	pay_claims(a, payment);
}
