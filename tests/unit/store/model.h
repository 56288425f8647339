/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The naive state that the store is compared with: for each of a fixed set of keys, which value it
 * has, if any. A value is a number from which its bytes are made again.
 */
#ifndef TESTS_UNIT_STORE_MODEL_H
#define TESTS_UNIT_STORE_MODEL_H

#include "store/state_store.h"

#include <check.h>
#include <stdint.h>

/* For inner loops: Check's own assertions each write a record to a file. */
#define EXPECT(condition)                                                                          \
	do {                                                                                           \
		if (!(condition))                                                                          \
			ck_abort_msg("%s", #condition);                                                        \
	} while (0)

enum {
	MODEL_KEYS = 2000,
	MODEL_ROW_BYTES_MAX = 24000,
	MODEL_ID_TABLE = 4, /* its rows are put once */
};

struct model {
	uint64_t values[MODEL_KEYS]; /* 0: no row */
};

struct model_key {
	unsigned table;
	size_t bytes;
	unsigned char data[128];
};

/* Tables 1, 2, 255 and that of ids; keys of 0 to 128 bytes, many with common beginnings. */
const struct model_key *model_key(unsigned index);

/* Bytes of the row that `value` stands for in a table; most are small. */
size_t model_row(unsigned table, uint64_t value, unsigned char ret_row[MODEL_ROW_BYTES_MAX]);

/* Fails the test unless the row is what the model has at that key. */
void model_expect(
    const struct model *model, unsigned index, const void *row, size_t bytes, const char *where);

/* Compares every key, and what a scan of each table finds, in order. */
void model_expect_snapshot(const struct model *model, struct snapshot *snapshot);

/* Pseudo-random, the same on every machine (splitmix64). */
uint64_t model_random(uint64_t *state);

#endif
