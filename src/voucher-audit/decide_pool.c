/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of a programme, kept by fund: who pays what of an amount that is taken, and who gets
 * what of one that comes back.
 */
#include "voucher-audit/decide_case.h"

#include <string.h>

struct by_fund amounts_of(const int64_t amounts[LIMIT_FUNDS]) {
	struct by_fund by_fund;
	memcpy(by_fund.of, amounts, sizeof(by_fund.of));
	return by_fund;
}

static int64_t left_of(const struct deciding *d, const struct programme *programme, uint64_t fund) {
	return model_balance(d->m, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme->id, fund);
}

static uint64_t fund_of(const struct deciding *d, const Pb__FundShare *share) {
	const struct fund *fund = model_fund(d->m, share->fund);
	return fund ? fund->id : 0;
}

static struct account_name pool_of(const struct programme *programme, uint64_t fund) {
	return case_programme_account(PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, fund);
}

/* --- weighed --- */

size_t case_read_funds(struct deciding *d, const struct programme *programme,
    const Pb__RuleSet *rules, struct decide_fund ret_funds[LIMIT_FUNDS]) {
	size_t count = rules->n_fund_shares < LIMIT_FUNDS ? rules->n_fund_shares : LIMIT_FUNDS;
	for (size_t i = 0; i < count; i++) {
		const Pb__FundShare *share = rules->fund_shares[i];
		ret_funds[i] = (struct decide_fund){ share->fund, share->share_bp,
			left_of(d, programme, fund_of(d, share)) };
	}
	return count;
}

int64_t case_weigh_pool(struct deciding *d, const struct programme *programme,
    const Pb__RuleSet *rules, int64_t amount, bool is_rest_taken) {
	struct decide_fund funds[LIMIT_FUNDS];
	int64_t available = programme->sums[PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE];
	int64_t gone = amount_subtract(programme->allocated, available);
	struct limit limit = { PB__RULE__RULE_POOL, PB__OUTCOME__POOL_EMPTY, NULL, programme->allocated,
		gone > 0 ? gone : 0 };
	size_t count = case_read_funds(d, programme, rules, funds);
	for (size_t i = 0; i <= count; i++) {
		if (i > 0)
			limit = (struct limit){ PB__RULE__RULE_FUND_SHARE, PB__OUTCOME__POOL_EMPTY,
				funds[i - 1].code, amount_whole(funds[i - 1].left, funds[i - 1].share_bp), 0 };
		if (is_rest_taken)
			amount = case_weigh_rest(d, &limit, amount);
		else
			case_weigh(d, &limit, amount);
	}
	return amount;
}

/* --- named --- */

static void add_share(
    struct deciding *d, Pb__Share ***list, size_t *count, uint64_t fund, int64_t amount) {
	Pb__Share *share = decide_alloc(d->arena, sizeof(*share));
	void *larger = arena_grow(d->arena, *list, *count, sizeof(share));
	if (!larger)
		table_die("memory");
	pb__share__init(share);
	share->fund = fund;
	share->amount = amount;
	*list = larger;
	(*list)[(*count)++] = share;
}

static void name_share(struct deciding *d, uint64_t fund, int64_t amount) {
	for (size_t i = 0; i < d->decision.n_shares; i++) {
		Pb__Share *share = d->decision.shares[i];
		if (share->fund == fund) {
			share->amount = amount_add(share->amount, amount);
			return;
		}
	}
	add_share(d, &d->decision.shares, &d->decision.n_shares, fund, amount);
}

void case_name_shares(
    struct deciding *d, const struct programme *programme, const struct by_fund *shares) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (shares->of[i] != 0)
			name_share(d, programme->funds[i], shares->of[i]);
}

void case_list_shares(struct deciding *d, const struct programme *programme,
    const struct by_fund *shares, Pb__Share ***ret_list, size_t *ret_count) {
	*ret_list = NULL;
	*ret_count = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (shares->of[i] != 0)
			add_share(d, ret_list, ret_count, programme->funds[i], shares->of[i]);
}

/* --- taken --- */

static void draw_one(struct deciding *d, const struct programme *programme, struct account_name to,
    uint64_t fund, int64_t amount) {
	if (amount == 0)
		return;
	case_want(d, amount <= left_of(d, programme, fund), PB__OUTCOME__POOL_EMPTY);
	name_share(d, fund, amount);
	case_transfer(d, pool_of(programme, fund), to, amount);
}

/* In the shares that the rules state. */
static void draw_by_shares(struct deciding *d, const struct programme *programme,
    const Pb__RuleSet *rules, struct account_name to, int64_t amount) {
	int64_t weights[LIMIT_FUNDS] = { 0 }, parts[LIMIT_FUNDS];
	size_t count = rules->n_fund_shares < LIMIT_FUNDS ? rules->n_fund_shares : LIMIT_FUNDS;
	for (size_t i = 0; i < count; i++)
		weights[i] = rules->fund_shares[i]->share_bp;
	case_want(d, amount_split(amount, weights, count, parts), PB__OUTCOME__POOL_EMPTY);
	for (size_t i = 0; i < count; i++)
		draw_one(d, programme, to, fund_of(d, rules->fund_shares[i]), parts[i]);
}

/* One fund after the other. */
static void draw_in_order(
    struct deciding *d, const struct programme *programme, struct account_name to, int64_t amount) {
	for (size_t i = 0; i < LIMIT_FUNDS && programme->funds[i] && amount > 0; i++) {
		int64_t left = left_of(d, programme, programme->funds[i]);
		int64_t part = left < amount ? left : amount;
		draw_one(d, programme, to, programme->funds[i], part);
		amount = amount_subtract(amount, part);
	}
	case_want(d, amount == 0, PB__OUTCOME__POOL_EMPTY);
}

void case_draw(struct deciding *d, const struct programme *programme, const Pb__RuleSet *rules,
    struct account_name to, int64_t amount) {
	if (rules->n_fund_shares > 0)
		draw_by_shares(d, programme, rules, to, amount);
	else
		draw_in_order(d, programme, to, amount);
}

/* --- given back --- */

void case_put_back(struct deciding *d, const struct programme *programme, struct account_name from,
    const struct by_fund *parts) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		case_transfer(d, from, pool_of(programme, programme->funds[i]), parts->of[i]);
}

void case_give_back(struct deciding *d, const struct programme *programme, struct account_name from,
    int64_t amount, struct by_fund *weights) {
	const struct by_fund parts = amount_split_by_fund(amount, weights);
	case_name_shares(d, programme, &parts);
	case_put_back(d, programme, from, &parts);
	amounts_subtract(weights, &parts);
}
