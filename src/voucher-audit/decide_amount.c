/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/decide_amount.h"

typedef __int128 wide;
typedef unsigned __int128 uwide;

enum { WHOLE_BP = 10000 };

int64_t amount_narrow(wide number) {
	if (number > INT64_MAX)
		return INT64_MAX;
	return number < INT64_MIN ? INT64_MIN : (int64_t)number;
}

int64_t amount_add(int64_t a, int64_t b) {
	return amount_narrow((wide)a + b);
}

int64_t amount_subtract(int64_t a, int64_t b) {
	return amount_narrow((wide)a - b);
}

int64_t amount_share(int64_t amount, uint32_t ratio_bp) {
	return amount_narrow((wide)amount * ratio_bp / WHOLE_BP);
}

int64_t amount_whole(int64_t left, uint32_t share_bp) {
	return share_bp ? amount_narrow((wide)left * WHOLE_BP / share_bp) : INT64_MAX;
}

int64_t amount_part(int64_t leg, int64_t part, int64_t whole) {
	return whole ? amount_narrow((wide)leg * part / whole) : 0;
}

/* --- splitting --- */

static uwide weight_of(int64_t weight) {
	return weight > 0 ? (uwide)weight : 0;
}

/* The one that lacks most of its next 分, of those that have had none of what is left over. */
static size_t neediest(const uwide *rests, const bool *has_had, size_t count) {
	size_t best = count;
	for (size_t i = 0; i < count; i++)
		if (!has_had[i] && (best == count || rests[i] > rests[best]))
			best = i;
	return best;
}

bool amount_split(int64_t amount, const int64_t *weights, size_t count, int64_t *ret_parts) {
	enum { COUNT_MAX = 64 };
	uwide rests[COUNT_MAX], total = 0;
	bool has_had[COUNT_MAX] = { false };
	int64_t given = 0;
	for (size_t i = 0; i < count; i++) {
		total += weight_of(weights[i]);
		ret_parts[i] = 0;
	}
	if (amount == 0)
		return true;
	if (amount < 0 || total == 0 || count > COUNT_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		uwide product = (uwide)amount * weight_of(weights[i]);
		ret_parts[i] = amount_narrow((wide)(product / total));
		rests[i] = product % total;
		given += ret_parts[i];
	}
	while (given < amount) {
		size_t next = neediest(rests, has_had, count);
		if (next == count)
			return false; /* cannot be: fewer are left over than there are weights */
		has_had[next] = true;
		ret_parts[next]++;
		given++;
	}
	return true;
}

struct by_fund amount_split_by_fund(int64_t amount, const struct by_fund *weights) {
	struct by_fund parts;
	if (!amount_split(amount, weights->of, LIMIT_FUNDS, parts.of))
		parts = (struct by_fund){ .of = { amount } }; /* nobody bears it: the first does */
	return parts;
}

void amounts_add(struct by_fund *amounts, const struct by_fund *more) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		amounts->of[i] = amount_add(amounts->of[i], more->of[i]);
}

void amounts_subtract(struct by_fund *amounts, const struct by_fund *less) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		amounts->of[i] = amount_subtract(amounts->of[i], less->of[i]);
}

int64_t amounts_sum(const struct by_fund *amounts) {
	wide sum = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		sum += amounts->of[i];
	return amount_narrow(sum);
}
