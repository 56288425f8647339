/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of decisions, done by the auditor's own hand: shares, and splits over funds. Pure;
 * any thread. Nothing here is undefined for any number: what a journal says may be anything.
 */
#ifndef VOUCHER_AUDIT_DECIDE_AMOUNT_H
#define VOUCHER_AUDIT_DECIDE_AMOUNT_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An amount by the funds of its programme, in the order of their first allocation. */
struct by_fund {
	int64_t of[LIMIT_FUNDS];
};

/* A number of 128 bits as the nearest that 64 bits hold. */
int64_t amount_narrow(__int128 wide);

/* Sums and differences that stay at the end of the range. */
int64_t amount_add(int64_t a, int64_t b);
int64_t amount_subtract(int64_t a, int64_t b);

/* floor(amount × ratio_bp / 10,000) for amounts ≥ 0. */
int64_t amount_share(int64_t amount, uint32_t ratio_bp);

/* The largest amount of which `left` pays `share_bp` in 10,000 (0: no limit). */
int64_t amount_whole(int64_t left, uint32_t share_bp);

/* Of a leg that belongs to `whole`, what goes with `part` of it: floor(leg × part / whole). */
int64_t amount_part(int64_t leg, int64_t part, int64_t whole);

/*
 * Splits in proportion to weights by largest remainder (Hamilton): everybody gets the whole of his
 * share that is whole, and what is left over goes, 分 by 分, to whoever lacks most of his next one;
 * to the first of those who lack the same. Weights below nought are nought. False, and nothing is
 * given: no weight is above nought and the amount is not nought.
 */
bool amount_split(int64_t amount, const int64_t *weights, size_t count, int64_t *ret_parts);

/* The same over funds, as they bear it. */
struct by_fund amount_split_by_fund(int64_t amount, const struct by_fund *weights);

void amounts_add(struct by_fund *amounts, const struct by_fund *more);
void amounts_subtract(struct by_fund *amounts, const struct by_fund *less);
int64_t amounts_sum(const struct by_fund *amounts);

#endif
