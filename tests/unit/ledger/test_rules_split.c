/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/rules.h"

#include "support/suite.h"

#include <stdint.h>

#define PARTS_MAX 6

static void check_split(int64_t amount, const int64_t *weights, size_t count) {
	int64_t parts[PARTS_MAX];
	unsigned __int128 total = 0;
	__int128 sum = 0;
	rules_split(amount, weights, count, parts);
	for (size_t i = 0; i < count; i++)
		total += (unsigned __int128)weights[i];
	for (size_t i = 0; i < count; i++) {
		ck_assert_int_ge(parts[i], 0);
		sum += parts[i];
		if ((unsigned __int128)amount <= total)
			ck_assert_int_le(parts[i], weights[i]);
		if (amount == 0)
			continue;
		unsigned __int128 product = (unsigned __int128)amount * (unsigned __int128)weights[i];
		int64_t quota = (int64_t)(product / total);
		bool is_whole = product % total == 0;
		ck_assert(parts[i] == quota || (!is_whole && parts[i] == quota + 1));
	}
	ck_assert(sum == amount);
}

START_TEST(shares_are_split_by_largest_remainder) {
	static const struct {
		int64_t amount;
		size_t count;
		int64_t weights[PARTS_MAX];
		int64_t parts[PARTS_MAX];
	} rows[] = {
		{ 100, 1, { 10000 }, { 100 } }, { 100, 2, { 5000, 5000 }, { 50, 50 } },
		{ 101, 2, { 5000, 5000 }, { 51, 50 } }, /* equal remainders: the first */
		{ 1, 3, { 3333, 3333, 3334 }, { 0, 0, 1 } }, { 2, 3, { 3333, 3333, 3334 }, { 1, 0, 1 } },
		{ 100, 3, { 5000, 3333, 1667 }, { 50, 33, 17 } }, { 7, 3, { 1, 1, 1 }, { 3, 2, 2 } },
		{ 8, 3, { 1, 1, 1 }, { 3, 3, 2 } }, { 5, 3, { 0, 2, 3 }, { 0, 2, 3 } },
		{ 1, 3, { 0, 2, 3 }, { 0, 0, 1 } }, { 0, 2, { 0, 0 }, { 0, 0 } },
		{ 0, 2, { 3, 4 }, { 0, 0 } }, { INT64_MAX, 2, { INT64_MAX, 0 }, { INT64_MAX, 0 } },
		{ INT64_MAX, 2, { INT64_MAX, INT64_MAX }, { INT64_MAX / 2 + 1, INT64_MAX / 2 } },
		{ 10, 2, { 1, 2 }, { 3, 7 } }, /* more than the weights together */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t parts[PARTS_MAX];
		rules_split(rows[i].amount, rows[i].weights, rows[i].count, parts);
		for (size_t j = 0; j < rows[i].count; j++)
			ck_assert_msg(
			    parts[j] == rows[i].parts[j], "row %zu, part %zu: %lld", i, j, (long long)parts[j]);
		check_split(rows[i].amount, rows[i].weights, rows[i].count);
	}
}
END_TEST

START_TEST(nothing_to_split_among_none) {
	rules_split(0, NULL, 0, NULL);
}
END_TEST

static uint64_t next_random(uint64_t *state) { /* xorshift64* */
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545F4914F6CDD1DULL;
}

/* Of all sizes, and often an edge. */
static int64_t random_amount(uint64_t *state) {
	uint64_t shape = next_random(state) % 8;
	if (shape == 0)
		return INT64_MAX - (int64_t)(next_random(state) % 3);
	if (shape == 1)
		return (int64_t)(next_random(state) % 3);
	return (int64_t)(next_random(state) >> (1 + next_random(state) % 62));
}

START_TEST(parts_sum_exactly_and_are_never_more_than_their_weights) {
	uint64_t state = 20260101;
	for (int round = 0; round < 200000; round++) {
		int64_t weights[PARTS_MAX];
		size_t count = 1 + next_random(&state) % PARTS_MAX;
		__int128 total = 0;
		for (size_t i = 0; i < count; i++) {
			weights[i] = random_amount(&state);
			total += weights[i];
		}
		int64_t amount = total ? random_amount(&state) : 0;
		check_split(amount, weights, count);
		if (amount > total) /* what gives back goes up to all that was taken */
			check_split((int64_t)total, weights, count);
	}
}
END_TEST

SUITE_MAIN("rules_split", shares_are_split_by_largest_remainder, nothing_to_split_among_none,
    parts_sum_exactly_and_are_never_more_than_their_weights)
