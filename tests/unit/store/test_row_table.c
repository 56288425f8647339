/* SPDX-License-Identifier: Apache-2.0 */
#include "store/row_table.h"

#include "model.h"
#include "store/row_heap.h"
#include "support/suite.h"

#include <stdlib.h>

enum { KEYS = 20000 };

struct fixture {
	struct row_table table;
	struct row_heap heap;
	struct row *rows[KEYS]; /* as they should be found; NULL: not there */
};

static struct fixture *fixture_new(void) {
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	ck_assert_ptr_nonnull(fixture);
	row_table_init(&fixture->table);
	row_heap_init(&fixture->heap, 1);
	return fixture;
}

static void fixture_free(struct fixture *fixture) {
	row_table_done(&fixture->table);
	row_heap_done(&fixture->heap);
	free(fixture);
}

static struct row_name name_of(const struct fixture *fixture, const uint32_t *number) {
	return row_table_name(&fixture->table, *number % 7, number, sizeof(*number));
}

static void add(struct fixture *fixture, uint32_t number) {
	struct row_name name = name_of(fixture, &number);
	fixture->rows[number] = row_heap_new(&fixture->heap, ROW_CHANGED, &name, NULL, 0);
	row_table_insert(&fixture->table, &name, fixture->rows[number]);
}

static void take(struct fixture *fixture, uint32_t number) {
	row_table_remove(&fixture->table, row_table_place(&fixture->table, fixture->rows[number]));
	fixture->rows[number] = NULL;
}

static void expect_all(const struct fixture *fixture) {
	size_t count = 0;
	for (uint32_t number = 0; number < KEYS; number++) {
		struct row_name name = name_of(fixture, &number);
		struct row **place = row_table_find(&fixture->table, &name);
		EXPECT((place ? *place : NULL) == fixture->rows[number]);
		count += place != NULL;
	}
	ck_assert_uint_eq(fixture->table.count, count);
}

START_TEST(rows_are_found_however_many_come_and_go) {
	struct fixture *fixture = fixture_new();
	uint64_t random = 1;
	for (int round = 0; round < 8; round++) {
		unsigned of_ten = round % 2 ? 2 : 8; /* fills, empties, fills, … */
		for (int i = 0; i < KEYS; i++) {
			uint32_t number = (uint32_t)(model_random(&random) % KEYS);
			bool is_there = fixture->rows[number];
			if (model_random(&random) % 10 < of_ten ? !is_there : is_there) {
				if (is_there)
					take(fixture, number);
				else
					add(fixture, number);
			}
		}
		expect_all(fixture);
	}
	fixture_free(fixture);
}
END_TEST

START_TEST(memory_comes_back_when_rows_have_gone) {
	struct fixture *fixture = fixture_new();
	size_t bytes = row_table_bytes(&fixture->table);
	for (uint32_t number = 0; number < KEYS; number++)
		add(fixture, number);
	ck_assert_uint_gt(row_table_bytes(&fixture->table), bytes);
	row_table_fit(&fixture->table);
	expect_all(fixture);
	for (uint32_t number = 10; number < KEYS; number++)
		take(fixture, number);
	row_table_fit(&fixture->table);
	ck_assert_uint_eq(row_table_bytes(&fixture->table), bytes);
	expect_all(fixture);
	fixture_free(fixture);
}
END_TEST

/* Keys of one length that differ in a single bit, and keys that differ in length alone. */
START_TEST(hashes_of_similar_keys_spread) {
	static unsigned counts[256];
	unsigned char key[LIMIT_KEY_BYTES] = { 0 };
	struct row_table table;
	row_table_init(&table);
	unsigned total = 0;
	for (size_t bytes = 0; bytes <= sizeof(key); bytes++) {
		for (size_t bit = 0; bit <= bytes * 8; bit++, total++) {
			if (bit < bytes * 8)
				key[bit / 8] ^= (unsigned char)(1u << bit % 8);
			counts[row_table_name(&table, 9, key, bytes).hash % 256]++;
			if (bit < bytes * 8)
				key[bit / 8] ^= (unsigned char)(1u << bit % 8);
		}
	}
	for (int i = 0; i < 256; i++) { /* 258 expected, with a deviation of 16 */
		ck_assert_uint_gt(counts[i], total / 256 * 2 / 3);
		ck_assert_uint_lt(counts[i], total / 256 * 4 / 3);
	}
	row_table_done(&table);
}
END_TEST

START_TEST(hashes_depend_on_table_and_seed) {
	struct row_table table, other;
	row_table_init(&table);
	row_table_init(&other);
	uint64_t hash = row_table_name(&table, 1, "key", 3).hash;
	ck_assert_uint_eq(hash, row_table_name(&table, 1, "key", 3).hash);
	ck_assert_uint_ne(hash, row_table_name(&table, 2, "key", 3).hash);
	ck_assert_uint_ne(hash, row_table_name(&other, 1, "key", 3).hash);
	row_table_done(&other);
	row_table_done(&table);
}
END_TEST

SUITE_MAIN("row table", rows_are_found_however_many_come_and_go,
    memory_comes_back_when_rows_have_gone, hashes_of_similar_keys_spread,
    hashes_depend_on_table_and_seed)
