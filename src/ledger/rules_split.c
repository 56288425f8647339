/* SPDX-License-Identifier: Apache-2.0 */
/* Largest remainder (Hamilton). Pure; any thread. */
#include "ledger/rules.h"

#include "base/check.h"

typedef unsigned __int128 wide;

static wide remainder_of(int64_t amount, int64_t weight, wide total) {
	return (wide)amount * (wide)weight % total;
}

/* The share that comes after `last` in the order of who gets one more: larger remainders first, of
 * equal ones the first. `last` == `count`: none had one. */
static size_t next_of(
    int64_t amount, const int64_t *weights, size_t count, wide total, size_t last) {
	wide bound = last < count ? remainder_of(amount, weights[last], total) : total;
	size_t next = count;
	wide largest = 0;
	for (size_t i = 0; i < count; i++) {
		wide rest = remainder_of(amount, weights[i], total);
		bool had_one = rest > bound || (rest == bound && i <= last);
		if (had_one || (next < count && rest <= largest))
			continue;
		next = i;
		largest = rest;
	}
	check(next < count);
	return next;
}

void rules_split(int64_t amount, const int64_t *weights, size_t count, int64_t *ret_parts) {
	wide total = 0;
	check(amount >= 0);
	for (size_t i = 0; i < count; i++) {
		check(weights[i] >= 0);
		total += (wide)weights[i];
	}
	check(total > 0 || amount == 0);
	int64_t left = amount;
	for (size_t i = 0; i < count; i++) {
		ret_parts[i] = amount ? (int64_t)((wide)amount * (wide)weights[i] / total) : 0;
		left -= ret_parts[i];
	}
	/* fewer than one for each whose share was not whole */
	for (size_t last = count; left > 0; left--) {
		last = next_of(amount, weights, count, total, last);
		ret_parts[last]++;
	}
}
