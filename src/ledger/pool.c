/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/pool.h"

#include "base/check.h"
#include "ledger/find.h"

/* --- amounts by fund --- */

int64_t by_fund_sum(const struct by_fund *amounts) {
	int64_t sum = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		check(!__builtin_add_overflow(sum, amounts->amount[i], &sum));
	return sum;
}

bool by_fund_is_zero(const struct by_fund *amounts) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (amounts->amount[i] != 0)
			return false;
	return true;
}

void by_fund_add(struct by_fund *amounts, const struct by_fund *more) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		count(&amounts->amount[i], more->amount[i]);
}

void by_fund_subtract(struct by_fund *amounts, const struct by_fund *less) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		count(&amounts->amount[i], -less->amount[i]);
}

struct by_fund by_fund_split(int64_t amount, const struct by_fund *weights) {
	struct by_fund parts = { { 0 } };
	check(amount >= 0 && amount <= by_fund_sum(weights));
	if (amount > 0)
		rules_split(amount, weights->amount, LIMIT_FUNDS, parts.amount);
	return parts;
}

/* --- funds --- */

/* Where a fund stands among those of the programme; LIMIT_FUNDS: nowhere. */
static size_t place_of(const struct programme_row *programme, uint64_t fund) {
	size_t place = 0;
	while (place < LIMIT_FUNDS && programme->funds[place] != fund)
		place++;
	return fund ? place : LIMIT_FUNDS;
}

static struct account pool_account(const struct pool *pool, uint64_t fund) {
	return payee_account(
	    PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, pool->programme_id, pool->programme, fund);
}

static int64_t left_of(const struct deciding *d, const struct pool *pool, uint64_t fund) {
	struct key key = key_of_balance(
	    PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, pool->programme_id, fund);
	const struct balance_row *row = STATE_GET(d->state, TABLE_BALANCE, &key, struct balance_row);
	return row ? row->balance : 0;
}

/* The fund of a rule set, which was looked up when that was published. */
static uint64_t fund_of(const struct deciding *d, const Pb__FundShare *share) {
	struct key key = key_of_text(share->fund);
	uint64_t fund = find_id(d, TABLE_FUND_CODE, &key);
	check(fund);
	return fund;
}

/* --- weighing --- */

bool pool_read_funds(struct deciding *d, const struct pool *pool,
    struct rules_fund ret_funds[LIMIT_FUNDS], size_t *ret_count) {
	const Pb__RuleSet *rules = pool->rules;
	check(rules->n_fund_shares <= LIMIT_FUNDS);
	for (size_t i = 0; i < rules->n_fund_shares; i++) {
		const Pb__FundShare *share = rules->fund_shares[i];
		ret_funds[i] = (struct rules_fund){
			.code = share->fund,
			.share_bp = share->share_bp,
			.left = left_of(d, pool, fund_of(d, share)),
		};
	}
	*ret_count = rules->n_fund_shares;
	return true;
}

/* All of the amount, or what is left of it. */
static bool weigh_source(
    struct deciding *d, struct weight *weight, bool is_rest_taken, int64_t *amount) {
	weight->outcome = PB__OUTCOME__POOL_EMPTY;
	weight->asked = *amount;
	return is_rest_taken ? weigh_rest(d, weight, amount) : weigh(d, weight);
}

static bool weigh_sources(
    struct deciding *d, const struct pool *pool, bool is_rest_taken, int64_t *amount) {
	int64_t gone = pool->programme->allocated - pool->programme->available;
	struct weight weight = { .rule = PB__RULE__RULE_POOL,
		.limit = pool->programme->allocated,
		.used = gone > 0 ? gone : 0 };
	struct rules_fund funds[LIMIT_FUNDS];
	size_t count;
	if (!weigh_source(d, &weight, is_rest_taken, amount) ||
	    !pool_read_funds(d, pool, funds, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		weight = (struct weight){ .rule = PB__RULE__RULE_FUND_SHARE,
			.limit = rules_whole(&funds[i]),
			.name = funds[i].code };
		if (!weigh_source(d, &weight, is_rest_taken, amount))
			return false;
	}
	return true;
}

bool pool_weigh(struct deciding *d, const struct pool *pool, int64_t amount) {
	return weigh_sources(d, pool, false, &amount);
}

bool pool_weigh_rest(struct deciding *d, const struct pool *pool, int64_t *amount) {
	return weigh_sources(d, pool, true, amount);
}

/* --- moving --- */

static bool add_share(
    struct deciding *d, Pb__Share ***list, size_t *count, uint64_t fund, int64_t amount) {
	Pb__Share *share = ARENA_NEW(d->arena, Pb__Share);
	if (!share)
		return refuse_memory(d);
	pb__share__init(share);
	share->fund = fund;
	share->amount = amount;
	return LIST_ADD(d, *list, *count, share);
}

static bool name_share(struct deciding *d, uint64_t fund, int64_t amount) {
	Pb__Decision *decision = d->decision;
	for (size_t i = 0; i < decision->n_shares; i++) {
		if (decision->shares[i]->fund == fund) {
			decision->shares[i]->amount += amount; /* no more than the programme holds */
			return true;
		}
	}
	return add_share(d, &decision->shares, &decision->n_shares, fund, amount);
}

static bool draw_one(
    struct deciding *d, const struct pool *pool, struct account to, uint64_t fund, int64_t amount) {
	if (amount == 0)
		return true;
	if (amount > left_of(d, pool, fund)) /* whoever weighed it rounded otherwise */
		return refuse(d, PB__OUTCOME__POOL_EMPTY);
	return name_share(d, fund, amount) && transfer(d, pool_account(pool, fund), to, amount);
}

static bool draw_by_shares(
    struct deciding *d, const struct pool *pool, struct account to, int64_t amount) {
	const Pb__RuleSet *rules = pool->rules;
	int64_t weights[LIMIT_FUNDS], parts[LIMIT_FUNDS];
	for (size_t i = 0; i < rules->n_fund_shares; i++)
		weights[i] = rules->fund_shares[i]->share_bp;
	rules_split(amount, weights, rules->n_fund_shares, parts);
	for (size_t i = 0; i < rules->n_fund_shares; i++)
		if (!draw_one(d, pool, to, fund_of(d, rules->fund_shares[i]), parts[i]))
			return false;
	return true;
}

static bool draw_in_order(
    struct deciding *d, const struct pool *pool, struct account to, int64_t amount) {
	for (size_t i = 0; i < LIMIT_FUNDS && pool->programme->funds[i] && amount > 0; i++) {
		uint64_t fund = pool->programme->funds[i];
		int64_t left = left_of(d, pool, fund);
		int64_t part = left < amount ? left : amount;
		if (!draw_one(d, pool, to, fund, part))
			return false;
		amount -= part;
	}
	return amount == 0 || refuse(d, PB__OUTCOME__POOL_EMPTY);
}

bool pool_draw(struct deciding *d, const struct pool *pool, struct account to, int64_t amount) {
	check(amount > 0);
	return pool->rules->n_fund_shares > 0 ? draw_by_shares(d, pool, to, amount)
	                                      : draw_in_order(d, pool, to, amount);
}

bool pool_put(
    struct deciding *d, const struct pool *pool, struct account from, const struct by_fund *parts) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++) {
		struct account to = pool_account(pool, pool->programme->funds[i]);
		if (parts->amount[i] > 0 && !transfer(d, from, to, parts->amount[i]))
			return false;
	}
	return true;
}

bool pool_give_back(struct deciding *d, const struct pool *pool, struct account from,
    int64_t amount, struct by_fund *weights) {
	check(amount > 0);
	const struct by_fund parts = by_fund_split(amount, weights);
	if (!pool_name_shares(d, pool->programme, &parts) || !pool_put(d, pool, from, &parts))
		return false;
	by_fund_subtract(weights, &parts);
	return true;
}

bool pool_name_shares(
    struct deciding *d, const struct programme_row *programme, const struct by_fund *shares) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (shares->amount[i] > 0 && !name_share(d, programme->funds[i], shares->amount[i]))
			return false;
	return true;
}

bool pool_list_shares(struct deciding *d, const struct programme_row *programme,
    const struct by_fund *shares, Pb__Share ***ret_list, size_t *ret_count) {
	*ret_list = NULL;
	*ret_count = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (shares->amount[i] > 0 &&
		    !add_share(d, ret_list, ret_count, programme->funds[i], shares->amount[i]))
			return false;
	return true;
}

/* --- apply --- */

struct by_fund pool_listed(
    const struct programme_row *programme, Pb__Share *const *shares, size_t n_shares) {
	struct by_fund amounts = { { 0 } };
	for (size_t i = 0; i < n_shares; i++) {
		size_t place = place_of(programme, shares[i]->fund);
		check(place < LIMIT_FUNDS && shares[i]->amount > 0 && amounts.amount[place] == 0);
		amounts.amount[place] = shares[i]->amount;
	}
	return amounts;
}

struct by_fund pool_shares(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	const struct by_fund shares = pool_listed(
	    touch_programme(a, decision->programme), decision->shares, decision->n_shares);
	check(by_fund_sum(&shares) == decision->amount);
	return shares;
}

/* What the entry's postings added to the pool, of each fund. */
static struct by_fund posted(struct applying *a) {
	const struct programme_row *programme = touch_programme(a, a->decision->programme);
	struct by_fund amounts = { { 0 } };
	for (size_t i = 0; i < a->entry->n_postings; i++) {
		const Pb__Posting *posting = a->entry->postings[i];
		if (posting->account != PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE)
			continue;
		size_t place = place_of(programme, posting->party);
		check(place < LIMIT_FUNDS && posting->owner == a->decision->programme);
		check(!__builtin_add_overflow(
		    amounts.amount[place], posting->amount, &amounts.amount[place]));
	}
	return amounts;
}

struct by_fund pool_taken(struct applying *a) {
	const struct by_fund shares = pool_shares(a), added = posted(a);
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		check(added.amount[i] == -shares.amount[i]);
	return shares;
}

struct by_fund pool_given_back(struct applying *a) {
	const struct by_fund shares = pool_shares(a), added = posted(a);
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		check(added.amount[i] == shares.amount[i]);
	return shares;
}
