/* SPDX-License-Identifier: Apache-2.0 */
#include "store/memtable.h"

#include "model.h"
#include "support/suite.h"

#include <string.h>

enum { ROW_BYTES = 1000, ROWS_OF_A_CHUNK = ROW_CHUNK_BYTES / ROW_BYTES, LONG_KEYS = 3000 };

struct fixture {
	struct memtable memtable;
	struct segment segments[2];
};

static void fixture_init(struct fixture *fixture) {
	*fixture = (struct fixture){ 0 };
	memtable_init(&fixture->memtable, 1);
	segment_reset(&fixture->segments[0], 1);
	segment_reset(&fixture->segments[1], 2);
}

static void fixture_done(struct fixture *fixture) {
	segment_done(&fixture->segments[0]);
	segment_done(&fixture->segments[1]);
	memtable_done(&fixture->memtable);
}

static const struct row *find(struct memtable *memtable, uint64_t key) {
	struct row_name name = memtable_name(memtable, 1, &key, sizeof(key));
	return memtable_find(memtable, &name);
}

static bool is_there(struct memtable *memtable, uint64_t key) {
	struct row_name name = memtable_name(memtable, 1, &key, sizeof(key));
	return row_table_find(&memtable->table, &name) != NULL; /* no use of the row */
}

static void put(struct memtable *memtable, uint64_t key, int fill) {
	unsigned char row[ROW_BYTES];
	struct row_name name = memtable_name(memtable, 1, &key, sizeof(key));
	memset(row, fill, sizeof(row));
	memtable_put(memtable, &name, row, sizeof(row));
}

static void add(struct memtable *memtable, uint64_t key) {
	unsigned char row[ROW_BYTES] = { 0 };
	struct row_name name = memtable_name(memtable, 1, &key, sizeof(key));
	memtable_add(memtable, &name, row, sizeof(row));
}

START_TEST(a_segment_lists_each_changed_row_once_and_the_newest) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	struct segment *first = &fixture.segments[0], *second = &fixture.segments[1];
	add(memtable, 1); /* read, not changed */
	for (int batch = 0; batch < 3; batch++) {
		put(memtable, 2, batch);
		put(memtable, 3, batch);
		size_t mark = memtable_mark(memtable);
		put(memtable, 2, 77);
		put(memtable, 4, 77);
		memtable_rollback(memtable, mark);
		put(memtable, 2, 10 + batch);
		memtable_settle(memtable, first);
	}
	ck_assert_uint_eq(first->count, 2);
	ck_assert_ptr_eq(first->rows[0], find(memtable, 3));
	ck_assert_ptr_eq(first->rows[1], find(memtable, 2));
	ck_assert_uint_eq(first->bytes, 2 * row_footprint(sizeof(uint64_t), ROW_BYTES));
	ck_assert_int_eq(row_value(first->rows[0])[0], 2);
	ck_assert_int_eq(row_value(first->rows[1])[ROW_BYTES - 1], 12);

	const struct row *listed = first->rows[1];
	put(memtable, 2, 20);
	memtable_settle(memtable, second);
	ck_assert_uint_eq(second->count, 1);
	ck_assert_int_eq(row_value(second->rows[0])[0], 20);
	ck_assert_ptr_eq(first->rows[1], listed);
	ck_assert_int_eq(row_value(listed)[0], 12); /* still there for the checkpointer */
	fixture_done(&fixture);
}
END_TEST

START_TEST(what_is_put_again_is_changed_in_place_unless_something_may_come_back_to_it) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	put(memtable, 1, 1);
	memtable_settle(memtable, &fixture.segments[0]);
	const struct row *settled = find(memtable, 1);
	put(memtable, 1, 2);
	const struct row *fresh = find(memtable, 1);
	put(memtable, 1, 3);
	ck_assert_ptr_ne(fresh, settled);
	ck_assert_ptr_eq(find(memtable, 1), fresh);
	ck_assert_int_eq(row_value(settled)[0], 1);
	size_t outer = memtable_mark(memtable);
	put(memtable, 1, 4);
	ck_assert_ptr_ne(find(memtable, 1), fresh);
	size_t inner = memtable_mark(memtable);
	put(memtable, 1, 5);
	put(memtable, 1, 6);
	memtable_rollback(memtable, inner);
	ck_assert_int_eq(row_value(find(memtable, 1))[0], 4);
	put(memtable, 1, 7);
	memtable_rollback(memtable, outer);
	ck_assert_ptr_eq(find(memtable, 1), fresh);
	ck_assert_int_eq(row_value(fresh)[0], 3);
	put(memtable, 1, 8); /* the mark may be come back to again */
	ck_assert_int_eq(row_value(fresh)[0], 3);
	memtable_rollback(memtable, 0);
	ck_assert_ptr_eq(find(memtable, 1), settled);
	ck_assert_int_eq(row_value(settled)[0], 1);
	fixture_done(&fixture);
}
END_TEST

START_TEST(slabs_serve_until_the_memory_is_wanted_back) {
	struct memtable memtable;
	struct segment segment = { .number = 1 };
	memtable_init(&memtable, ROW_SLAB_CHUNKS);
	for (uint64_t key = 0; key < 3 * ROW_SLAB_CHUNKS * ROWS_OF_A_CHUNK; key++) {
		put(&memtable, key, 1);
		memtable_settle(&memtable, &segment);
	}
	size_t full = memtable_bytes(&memtable);
	ck_assert_uint_eq(memtable_shrink(&memtable, full, 1), 0); /* room for the next batch */
	ck_assert_uint_eq(memtable_bytes(&memtable), full);
	ck_assert_uint_gt(memtable.heap.spare_count, 0);
	ck_assert(is_there(&memtable, 3 * ROW_SLAB_CHUNKS * ROWS_OF_A_CHUNK - 1));
	ck_assert_uint_eq(memtable_shrink(&memtable, 0, 1), 0);
	size_t slab_bytes = (size_t)ROW_SLAB_CHUNKS * ROW_CHUNK_BYTES;
	ck_assert_uint_le(memtable.heap.bytes, slab_bytes);
	segment_done(&segment);
	memtable_done(&memtable);
}
END_TEST

START_TEST(what_is_put_unread_is_listed_and_never_found) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	struct segment *segment = &fixture.segments[0];
	static const unsigned char row[ROW_BYTES] = { 1 };
	size_t mark = memtable_mark(memtable);
	for (int round = 0; round < 2; round++) {
		for (uint64_t key = 0; key < 10 * ROWS_OF_A_CHUNK; key++) {
			struct row_name name = { .key = &key, .key_bytes = sizeof(key), .table = 1 };
			memtable_put_unread(memtable, &name, row, sizeof(row));
			ck_assert(!is_there(memtable, key));
		}
		ck_assert_uint_gt(memtable->batch_bytes, 10 * ROWS_OF_A_CHUNK * ROW_BYTES);
		if (round == 0)
			memtable_rollback(memtable, mark);
		ck_assert_uint_eq(memtable->batch_bytes == 0, round == 0);
	}
	put(memtable, 5, 2);
	memtable_settle(memtable, segment);
	ck_assert_uint_eq(segment->count, 10 * ROWS_OF_A_CHUNK + 1);
	memtable_shrink(memtable, 0, 0); /* it is not written yet */
	for (uint64_t i = 0; i < 10 * ROWS_OF_A_CHUNK; i++)
		EXPECT(memcmp(segment->rows[i]->data, &i, sizeof(i)) == 0 &&
		    row_value(segment->rows[i])[0] == 1);
	ck_assert(is_there(memtable, 5));
	size_t bytes = memtable_bytes(memtable);
	ck_assert_uint_eq(memtable_shrink(memtable, 0, 1), 0);
	ck_assert_uint_lt(memtable_bytes(memtable), bytes);
	fixture_done(&fixture);
}
END_TEST

START_TEST(what_is_not_written_cannot_be_forgotten) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	for (uint64_t key = 0; key < 10 * ROWS_OF_A_CHUNK; key++) {
		put(memtable, key, 1);
		memtable_settle(memtable, &fixture.segments[key >= 5 * ROWS_OF_A_CHUNK]);
	}
	size_t bytes = memtable_bytes(memtable);
	ck_assert_uint_eq(memtable_shrink(memtable, bytes, 0), 0);
	ck_assert_uint_eq(memtable_shrink(memtable, 0, 0), 1);
	ck_assert_uint_eq(memtable_bytes(memtable), bytes);
	ck_assert_uint_eq(memtable_shrink(memtable, 0, 1), 2);
	ck_assert_uint_lt(memtable_bytes(memtable), bytes);
	for (uint64_t key = 0; key < 10 * ROWS_OF_A_CHUNK; key++)
		EXPECT(key < 5 * ROWS_OF_A_CHUNK || is_there(memtable, key));
	ck_assert(!is_there(memtable, 0));
	ck_assert_uint_eq(memtable_shrink(memtable, 0, 2), 0);
	ck_assert(!is_there(memtable, 6 * ROWS_OF_A_CHUNK));
	fixture_done(&fixture);
}
END_TEST

START_TEST(what_was_read_is_forgotten_while_changes_are_not_written) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	enum { CHUNKS = 5, CHANGED = CHUNKS * ROWS_OF_A_CHUNK };
	for (uint64_t key = 0; key < CHANGED; key++)
		put(memtable, key, 1);
	memtable_settle(memtable, &fixture.segments[0]);
	size_t limit = memtable_bytes(memtable) + CHUNKS * ROW_CHUNK_BYTES;
	for (uint64_t key = CHANGED; key < 20 * CHANGED; key++) {
		add(memtable, key);
		if (key % ROWS_OF_A_CHUNK == 0)
			ck_assert_uint_eq(memtable_shrink(memtable, limit, 0), 0);
	}
	ck_assert_uint_le(memtable_bytes(memtable), limit + ROW_CHUNK_BYTES);
	for (uint64_t key = 0; key < CHANGED; key++)
		EXPECT(is_there(memtable, key));
	ck_assert(!is_there(memtable, CHANGED));
	fixture_done(&fixture);
}
END_TEST

/* As a batch does: what it reads, it changes. */
START_TEST(rows_that_are_read_and_changed_take_the_memory_of_their_changes_alone) {
	enum { CHUNKS = 20 };
	static const uint64_t batches[] = { 1, 10, ROWS_OF_A_CHUNK };
	for (size_t i = 0; i < 3; i++) {
		struct fixture fixture;
		fixture_init(&fixture);
		struct memtable *memtable = &fixture.memtable;
		for (uint64_t key = 0; key < CHUNKS * ROWS_OF_A_CHUNK; key++) {
			add(memtable, key);
			put(memtable, key, 1);
			if (key % batches[i] == batches[i] - 1) {
				memtable_settle(memtable, &fixture.segments[0]);
				ck_assert_uint_eq(memtable_shrink(memtable, SIZE_MAX, 0), 0);
			}
		}
		ck_assert_uint_le(memtable->heap.bytes, (CHUNKS + 5) * ROW_CHUNK_BYTES);
		fixture_done(&fixture);
	}
}
END_TEST

START_TEST(versions_that_a_segment_lists_outlive_their_successors) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	for (int fill = 1; fill <= 2; fill++) { /* the second makes whole chunks of the first dead */
		for (uint64_t key = 0; key < 5 * ROWS_OF_A_CHUNK; key++)
			put(memtable, key, fill);
		memtable_settle(memtable, &fixture.segments[fill - 1]);
	}
	memtable_shrink(memtable, SIZE_MAX, 0);
	for (uint64_t key = 0; key < 5 * ROWS_OF_A_CHUNK; key++)
		put(memtable, 10000 + key, 3);
	ck_assert_uint_eq(fixture.segments[0].count, 5 * ROWS_OF_A_CHUNK);
	for (uint64_t i = 0; i < 5 * ROWS_OF_A_CHUNK; i++) {
		const struct row *row = fixture.segments[0].rows[i];
		EXPECT(memcmp(row->data, &i, sizeof(i)) == 0 && row_value(row)[0] == 1);
	}
	fixture_done(&fixture);
}
END_TEST

START_TEST(old_versions_give_their_memory_back_when_they_are_written) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	uint32_t number = 1;
	for (int i = 0; i < 200 * ROWS_OF_A_CHUNK; i++) {
		put(memtable, (uint64_t)(i % 10), i);
		memtable_settle(memtable, &fixture.segments[0]);
		if (i % ROWS_OF_A_CHUNK == 0) { /* written */
			memtable_shrink(memtable, SIZE_MAX, number);
			segment_reset(&fixture.segments[0], ++number);
		}
	}
	ck_assert_uint_le(memtable->heap.bytes, 20 * ROW_CHUNK_BYTES);
	fixture_done(&fixture);
}
END_TEST

START_TEST(rows_in_use_are_forgotten_last) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	uint64_t key = 0;
	for (; key < 4 * ROWS_OF_A_CHUNK; key++)
		add(memtable, key);
	size_t limit = memtable_bytes(memtable);
	for (int round = 0; round < 10; round++) {
		for (uint64_t used = 0; used < 10; used++)
			ck_assert_ptr_nonnull(find(memtable, used));
		for (int i = 0; i < 2 * ROWS_OF_A_CHUNK; i++)
			add(memtable, key++);
		ck_assert_uint_eq(memtable_shrink(memtable, limit, 0), 0);
		ck_assert_uint_le(memtable_bytes(memtable), limit);
	}
	ck_assert(!is_there(memtable, 10));
	ck_assert(is_there(memtable, 0));
	fixture_done(&fixture);
}
END_TEST

START_TEST(a_segment_is_sorted_by_table_and_key) {
	struct fixture fixture;
	fixture_init(&fixture);
	struct memtable *memtable = &fixture.memtable;
	struct segment *segment = &fixture.segments[0];
	for (unsigned i = 0; i < MODEL_KEYS; i++) {
		const struct model_key *key = model_key(i);
		struct row_name name = memtable_name(memtable, key->table, key->data, key->bytes);
		memtable_put(memtable, &name, NULL, 0);
	}
	static const char zeros[40]; /* keys that are beginnings of one another */
	for (size_t bytes = 0; bytes < sizeof(zeros); bytes++) {
		struct row_name name = memtable_name(memtable, 9, zeros, (bytes * 7) % sizeof(zeros));
		memtable_put(memtable, &name, NULL, 0);
	}
	uint64_t random = 1;
	for (size_t i = 0; i < LONG_KEYS; i++) { /* that differ in few bytes, or late */
		unsigned char data[24];
		for (size_t k = 0; k < sizeof(data); k++) {
			random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
			data[k] = k < 4 ? random >> 62 : k < 18 ? 7 : random >> 56;
		}
		memcpy(data + 20, &i, 4);
		struct row_name name = memtable_name(memtable, 8, data, sizeof(data));
		memtable_put(memtable, &name, NULL, 0);
	}
	memtable_settle(memtable, segment);
	ck_assert_int_eq(segment_sort(segment), ERR_OK);
	ck_assert_uint_eq(segment->count, MODEL_KEYS + sizeof(zeros) + LONG_KEYS);
	for (size_t i = 1; i < segment->count; i++) {
		const struct row *a = segment->rows[i - 1], *b = segment->rows[i];
		size_t common = a->key_bytes < b->key_bytes ? a->key_bytes : b->key_bytes;
		int order = memcmp(a->data, b->data, common);
		EXPECT(a->table < b->table ||
		    (a->table == b->table && (order < 0 || (order == 0 && a->key_bytes < b->key_bytes))));
	}
	fixture_done(&fixture);
}
END_TEST

SUITE_MAIN("memtable", a_segment_lists_each_changed_row_once_and_the_newest,
    what_is_put_again_is_changed_in_place_unless_something_may_come_back_to_it,
    what_is_put_unread_is_listed_and_never_found, what_is_not_written_cannot_be_forgotten,
    what_was_read_is_forgotten_while_changes_are_not_written,
    rows_that_are_read_and_changed_take_the_memory_of_their_changes_alone,
    versions_that_a_segment_lists_outlive_their_successors,
    slabs_serve_until_the_memory_is_wanted_back,
    old_versions_give_their_memory_back_when_they_are_written, rows_in_use_are_forgotten_last,
    a_segment_is_sorted_by_table_and_key)
