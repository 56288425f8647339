/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of a programme: what funds have allocated to it and nothing has taken yet, kept by fund
 * (PROGRAMME_AVAILABLE, party = the fund).
 *
 *	PROGRAMME_AVAILABLE of each fund ── pool_draw ─► PROGRAMME_LIVE, PROGRAMME_PAYABLE, …
 *	                                 ◄─ pool_give_back ──
 *
 * What is taken comes from the funds in the shares that the rules state, or, where they state none,
 * from one fund after the other in the order of their first allocation. What comes back is split
 * over the funds as they bear it. `Decision.shares` says which fund moved how much, each fund once,
 * nothing for those that moved nothing; each share is one transfer. Internal to src/ledger.
 */
#ifndef LEDGER_POOL_H
#define LEDGER_POOL_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* --- amounts by fund --- */

int64_t by_fund_sum(const struct by_fund *amounts);
bool by_fund_is_zero(const struct by_fund *amounts);

/* Each stays in range and not below zero (checked). */
void by_fund_add(struct by_fund *amounts, const struct by_fund *more);
void by_fund_subtract(struct by_fund *amounts, const struct by_fund *less);

/* `amount`, at most the sum of `weights`, in their proportion: no part is more than its weight. */
struct by_fund by_fund_split(int64_t amount, const struct by_fund *weights);

/* --- decide --- */

struct pool {
	uint64_t programme_id;
	const struct programme_row *programme;
	const Pb__RuleSet *rules;
};

/* The funds that the rules share costs over, for rules_standing.funds; none where they do not. */
bool pool_read_funds(struct deciding *d, const struct pool *pool,
    struct rules_fund ret_funds[LIMIT_FUNDS], size_t *ret_count);

/* Weighs `amount` against the pool and the funds' shares: POOL_EMPTY. */
bool pool_weigh(struct deciding *d, const struct pool *pool, int64_t amount);

/* The same, but takes what there is left of `*amount`, which becomes less. */
bool pool_weigh_rest(struct deciding *d, const struct pool *pool, int64_t *amount);

/* Moves `amount` (> 0), which has been weighed here or by rules_decide(), from the pool to an
 * account of the programme, and names the shares. */
bool pool_draw(struct deciding *d, const struct pool *pool, struct account to, int64_t amount);

/* Moves `amount` (> 0; `pool->rules` is not asked) from an account of the programme back to the
 * pool, split over `weights` (voucher_row.left, claim_row.shares, …), which become less by it; adds
 * to the shares. May be used more than once in an entry. */
bool pool_give_back(struct deciding *d, const struct pool *pool, struct account from,
    int64_t amount, struct by_fund *weights);

/* Moves `parts`, split already, from an account of the programme back to the pool. */
bool pool_put(
    struct deciding *d, const struct pool *pool, struct account from, const struct by_fund *parts);

/* Names the shares of an amount that moves within the programme, such as a claim's. */
bool pool_name_shares(
    struct deciding *d, const struct programme_row *programme, const struct by_fund *shares);

/* A list of their own, such as a payment's; pool_listed() reads it. */
bool pool_list_shares(struct deciding *d, const struct programme_row *programme,
    const struct by_fund *shares, Pb__Share ***ret_list, size_t *ret_count);

/* --- apply --- */

/* The entry's shares in the order of the programme's funds; they sum to the decision's amount
 * (checked). */
struct by_fund pool_shares(struct applying *a);

/* The same, and the entry's postings took exactly this from the pool, or gave it back (checked). */
struct by_fund pool_taken(struct applying *a);
struct by_fund pool_given_back(struct applying *a);

/* A payment's shares, or another list, in the order of the programme's funds (checked). */
struct by_fund pool_listed(
    const struct programme_row *programme, Pb__Share *const *shares, size_t count);

#endif
