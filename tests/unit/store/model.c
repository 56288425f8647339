/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include <string.h>

static const unsigned TABLES[] = { 1, 2, 255, MODEL_ID_TABLE };
enum { TABLE_COUNT = sizeof(TABLES) / sizeof(TABLES[0]) };

uint64_t model_random(uint64_t *state) {
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static void put_u64(unsigned char *data, uint64_t number) {
	for (int i = 7; i >= 0; i--, number >>= 8)
		data[i] = (unsigned char)number;
}

/* Within a table: the empty key; then numbers of 8 bytes, hashes of 16, and a number and a tail. */
static struct model_key make_key(unsigned index) {
	uint64_t seed = index;
	unsigned number = index / TABLE_COUNT;
	struct model_key key = { .table = TABLES[index % TABLE_COUNT] };
	bool is_id = key.table == MODEL_ID_TABLE;
	if (number == 0 && !is_id)
		return key;
	if (number % 3 == 0 && !is_id) {
		key.bytes = 8;
		put_u64(key.data, number);
	} else if (number % 3 == 1 || is_id) {
		key.bytes = 16;
		put_u64(key.data, model_random(&seed));
		put_u64(key.data + 8, model_random(&seed));
	} else {
		key.bytes = 10 + number % 119;
		put_u64(key.data, number / 30);
		memset(key.data + 8, 'a' + (int)(number % 2), key.bytes - 8);
		key.data[key.bytes - 1] ^= (unsigned char)(number % 31);
	}
	return key;
}

const struct model_key *model_key(unsigned index) {
	static struct model_key keys[MODEL_KEYS];
	if (keys[0].table == 0) {
		for (unsigned i = 0; i < MODEL_KEYS; i++)
			keys[i] = make_key(i);
	}
	return &keys[index];
}

size_t model_row(unsigned table, uint64_t value, unsigned char ret_row[MODEL_ROW_BYTES_MAX]) {
	uint64_t seed = value;
	size_t bytes = model_random(&seed) % 200;
	if (table == MODEL_ID_TABLE)
		bytes = sizeof(value);
	else if (value % 16 == 0)
		bytes = model_random(&seed) % MODEL_ROW_BYTES_MAX;
	else if (value % 16 == 1)
		bytes = 0;
	for (size_t i = 0; i < bytes; i += sizeof(seed), seed++)
		memcpy(ret_row + i, &seed, bytes - i < sizeof(seed) ? bytes - i : sizeof(seed));
	return bytes;
}

void model_expect(
    const struct model *model, unsigned index, const void *row, size_t bytes, const char *where) {
	unsigned char expected[MODEL_ROW_BYTES_MAX];
	uint64_t value = model->values[index];
	if (!value) {
		ck_assert_msg(!row, "%s: key %u should have no row", where, index);
		return;
	}
	size_t expected_bytes = model_row(model_key(index)->table, value, expected);
	ck_assert_msg(row, "%s: key %u should have a row", where, index);
	ck_assert_msg((uintptr_t)row % 8 == 0, "%s: key %u is not aligned", where, index);
	ck_assert_msg(bytes == expected_bytes && memcmp(row, expected, bytes) == 0,
	    "%s: key %u has another row", where, index);
}

/* --- scans --- */

struct scan {
	unsigned count;
	struct model_key last;
	const unsigned char *prefix;
	size_t prefix_bytes;
	unsigned stop_after;
};

static int compare(const unsigned char *a, size_t a_bytes, const unsigned char *b, size_t b_bytes) {
	int order = memcmp(a, b, a_bytes < b_bytes ? a_bytes : b_bytes);
	return order ? order : (a_bytes > b_bytes) - (a_bytes < b_bytes);
}

static bool visit(void *arg, const void *key, size_t key_bytes, const void *row, size_t bytes) {
	struct scan *scan = arg;
	EXPECT(key_bytes <= sizeof(scan->last.data));
	EXPECT((uintptr_t)row % 8 == 0);
	EXPECT(bytes <= MODEL_ROW_BYTES_MAX);
	if (scan->count > 0)
		EXPECT(compare(scan->last.data, scan->last.bytes, key, key_bytes) < 0);
	EXPECT(key_bytes >= scan->prefix_bytes);
	EXPECT(scan->prefix_bytes == 0 || memcmp(key, scan->prefix, scan->prefix_bytes) == 0);
	scan->last.bytes = key_bytes;
	memcpy(scan->last.data, key, key_bytes);
	return ++scan->count != scan->stop_after;
}

static unsigned count_rows(const struct model *model, unsigned table, const struct scan *scan,
    const unsigned char *from, size_t from_bytes) {
	unsigned count = 0;
	for (unsigned i = 0; i < MODEL_KEYS; i++) {
		const struct model_key *key = model_key(i);
		count += model->values[i] && key->table == table && key->bytes >= scan->prefix_bytes &&
		    memcmp(key->data, scan->prefix, scan->prefix_bytes) == 0 &&
		    compare(key->data, key->bytes, from, from_bytes) >= 0;
	}
	return count;
}

static void expect_scan(const struct model *model, struct snapshot *snapshot, unsigned table,
    size_t prefix_bytes, size_t from_bytes) {
	unsigned char from[9];
	put_u64(from, 18); /* a key, and the beginning of others */
	from[8] = 'b';
	struct scan scan = { .prefix = from, .prefix_bytes = prefix_bytes };
	ck_assert_int_eq(
	    snapshot_scan(snapshot, table, from, prefix_bytes, from, from_bytes, visit, &scan), ERR_OK);
	ck_assert_uint_eq(scan.count,
	    count_rows(
	        model, table, &scan, from, from_bytes > prefix_bytes ? from_bytes : prefix_bytes));
	if (scan.count < 2)
		return;
	struct scan short_scan = { .prefix = from, .prefix_bytes = prefix_bytes, .stop_after = 2 };
	ck_assert_int_eq(
	    snapshot_scan(snapshot, table, from, prefix_bytes, from, from_bytes, visit, &short_scan),
	    ERR_OK);
	ck_assert_uint_eq(short_scan.count, 2);
}

void model_expect_snapshot(const struct model *model, struct snapshot *snapshot) {
	for (unsigned i = 0; i < MODEL_KEYS; i++) {
		const struct model_key *key = model_key(i);
		size_t bytes = 0;
		const void *row = snapshot_get(snapshot, key->table, key->data, key->bytes, &bytes);
		model_expect(model, i, row, bytes, "snapshot");
	}
	for (unsigned i = 0; i < TABLE_COUNT; i++) {
		expect_scan(model, snapshot, TABLES[i], 0, 0);
		expect_scan(model, snapshot, TABLES[i], 8, 8);
		expect_scan(model, snapshot, TABLES[i], 0, 8);
		expect_scan(model, snapshot, TABLES[i], 8, 9);
		expect_scan(model, snapshot, TABLES[i], 8, 0);
		expect_scan(model, snapshot, TABLES[i], 7, 9);
	}
	expect_scan(model, snapshot, 3, 0, 0);
}
