/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_store.h"

#include "base/clock.h"
#include "base/limits.h"
#include "fixture.h"
#include "model.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- the batch layer --- */

START_TEST(a_put_is_seen_at_once_and_a_drop_forgets_it) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	ck_assert_ptr_null(get_text(store, "a"));
	put_text(store, "a", "one");
	ck_assert_str_eq(get_text(store, "a"), "one");
	merge(store, 1);
	put_text(store, "a", "two");
	put_text(store, "b", "two");
	put_text(store, "a", "three");
	ck_assert_str_eq(get_text(store, "a"), "three");
	store_drop(store);
	ck_assert_str_eq(get_text(store, "a"), "one");
	ck_assert_ptr_null(get_text(store, "b"));
	store_drop(store);
	store_close(store);
}
END_TEST

START_TEST(marks_nest_like_a_stack) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "0");
	size_t outer = store_mark(store);
	put_text(store, "a", "1");
	put_text(store, "b", "1");
	size_t inner = store_mark(store);
	put_text(store, "a", "2");
	put_text(store, "c", "2");
	store_rollback(store, inner);
	ck_assert_str_eq(get_text(store, "a"), "1");
	ck_assert_ptr_null(get_text(store, "c"));
	put_text(store, "b", "3");
	store_rollback(store, inner); /* the same mark again */
	ck_assert_str_eq(get_text(store, "b"), "1");
	store_rollback(store, outer);
	ck_assert_str_eq(get_text(store, "a"), "0");
	ck_assert_ptr_null(get_text(store, "b"));
	merge(store, 1);
	ck_assert_str_eq(get_text(store, "a"), "0");
	store_close(store);
}
END_TEST

START_TEST(what_a_get_returned_stays_through_later_gets_and_puts) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	char key[16];
	const char *rows[2000];
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		put_text(store, key, key);
	}
	merge(store, 1);
	store_close(store);
	store = open_expecting(&config, 1);
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		rows[i] = get_text(store, key);
		put_text(store, key, "changed");
		rows[1000 + i] = get_text(store, key);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "%d", i);
		ck_assert_str_eq(rows[i], key);
		ck_assert_str_eq(rows[1000 + i], "changed");
	}
	store_close(store);
}
END_TEST

/* Every third key is a row; what is read next is near, or far, or nothing. */
START_TEST(rows_are_found_in_any_order_whatever_was_read_before) {
	static const int steps[] = { 1, -1, 7, -503 };
	enum { KEYS = 3000 };
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	char key[16];
	for (int i = 0; i < KEYS; i += 3) {
		snprintf(key, sizeof(key), "key %05d", i);
		put_text(store, key, key);
	}
	merge(store, 1);
	for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
		store_close(store);
		store = open_expecting(&config, s + 1);
		for (int n = 0, i = 0; n < KEYS; n++, i = (i + steps[s] + KEYS) % KEYS) {
			snprintf(key, sizeof(key), "key %05d", i);
			const char *row = get_text(store, key);
			ck_assert_msg((row != NULL) == (i % 3 == 0), "%s", key);
			if (row)
				ck_assert_str_eq(row, key);
			if (n % 100 == 0)
				store_drop(store); /* the next is looked up as of then */
		}
		put_text(store, "key 00000", "key 00000");
		merge(store, s + 2);
	}
	store_close(store);
}
END_TEST

START_TEST(the_longest_keys_and_rows_are_kept) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	static unsigned char row[LIMIT_ROW_BYTES];
	unsigned char key[LIMIT_KEY_BYTES];
	memset(row, 'r', sizeof(row));
	memset(key, 'k', sizeof(key));
	store_put(store, 255, key, sizeof(key), row, sizeof(row));
	store_put(store, 0, NULL, 0, NULL, 0);
	merge(store, 1);
	for (int round = 0; round < 2; round++) {
		size_t bytes = 0;
		const void *found = store_get(store, 255, key, sizeof(key), &bytes);
		ck_assert_ptr_nonnull(found);
		ck_assert_uint_eq(bytes, sizeof(row));
		ck_assert_mem_eq(found, row, sizeof(row));
		ck_assert_ptr_nonnull(store_get(store, 0, NULL, 0, &bytes));
		ck_assert_uint_eq(bytes, 0);
		ck_assert_ptr_null(store_get(store, 255, key, sizeof(key) - 1, &bytes));
		ck_assert_ptr_null(store_get(store, 254, key, sizeof(key), &bytes));
		store_close(store);
		store = open_expecting(&config, 1);
	}
	store_close(store);
}
END_TEST

/* --- checkpoints --- */

START_TEST(an_idle_store_checkpoints_by_itself) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "one");
	merge(store, 10);
	wait_for(store, 10);
	store_abandon(store);
	store = open_expecting(&config, 10);
	ck_assert_str_eq(get_text(store, "a"), "one");
	store_close(store);
}
END_TEST

START_TEST(a_flush_does_not_wait_for_age_or_size) {
	struct state_store_config config = small_config(suite_directory());
	config.idle_ms = 3600 * 1000;
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "one");
	merge(store, 10);
	ck_assert_int_eq(store_wait_checkpoint(store, 10, 0), ERR_TIMEOUT);
	store_flush(store);
	wait_for(store, 10);
	store_flush(store); /* nothing to do */
	merge(store, 11);   /* a batch that changed no row */
	store_flush(store);
	wait_for(store, 11);
	store_abandon(store);
	store_close(open_expecting(&config, 11));
}
END_TEST

START_TEST(what_is_large_is_checkpointed_without_being_asked) {
	struct state_store_config config = small_config(suite_directory());
	config.idle_ms = 3600 * 1000;
	struct state_store *store = open_expecting(&config, 0);
	static unsigned char row[60000];
	store_put(store, 1, "a", 1, row, sizeof(row));
	merge(store, 1);
	ck_assert_int_eq(store_wait_checkpoint(store, 1, 0), ERR_TIMEOUT);
	store_put(store, 1, "b", 1, row, sizeof(row));
	merge(store, 2);
	wait_for(store, 2);
	store_close(store);
}
END_TEST

START_TEST(abandoned_changes_are_gone_and_closed_ones_are_not) {
	struct state_store_config config = small_config(suite_directory());
	config.idle_ms = 3600 * 1000;
	struct state_store *store = open_expecting(&config, 0);
	put_text(store, "a", "one");
	merge(store, 1);
	store_close(store);
	store = open_expecting(&config, 1);
	put_text(store, "a", "two");
	merge(store, 2);
	store_abandon(store);
	store = open_expecting(&config, 1);
	ck_assert_str_eq(get_text(store, "a"), "one");
	store_close(store);
}
END_TEST

START_TEST(the_meta_of_a_checkpoint_comes_back) {
	struct state_store_config config = small_config(suite_directory());
	unsigned char meta[STORE_META_BYTES_MAX], found[STORE_META_BYTES_MAX];
	for (size_t i = 0; i < sizeof(meta); i++)
		meta[i] = (unsigned char)(i * 7);
	static const size_t sizes[] = { 0, 1, 700, STORE_META_BYTES_MAX };
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct state_store *store;
		uint64_t seq;
		size_t bytes;
		ck_assert_int_eq(store_open(&config, &store, &seq, found, &bytes), ERR_OK);
		ck_assert_int_eq(store_merge(store, 100 + i, meta, sizes[i]), ERR_OK);
		store_close(store);
		ck_assert_int_eq(store_open(&config, &store, &seq, found, &bytes), ERR_OK);
		ck_assert_uint_eq(seq, 100 + i);
		ck_assert_uint_eq(bytes, sizes[i]);
		ck_assert_int_eq(memcmp(meta, found, bytes), 0);
		store_close(store);
	}
}
END_TEST

START_TEST(a_snapshot_does_not_see_what_comes_after_it) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	struct snapshot *empty, *first;
	size_t bytes = 0;
	ck_assert_int_eq(snapshot_open(store, &empty), ERR_OK);
	put_text(store, "a", "one");
	merge(store, 1);
	wait_for(store, 1);
	ck_assert_int_eq(snapshot_open(store, &first), ERR_OK);
	const char *row = snapshot_get(first, 1, "a", 1, &bytes);
	put_text(store, "a", "two");
	put_text(store, "b", "two");
	merge(store, 2);
	wait_for(store, 2);

	ck_assert_uint_eq(snapshot_seq(empty), 0);
	ck_assert_ptr_null(snapshot_get(empty, 1, "a", 1, &bytes));
	ck_assert_uint_eq(snapshot_seq(first), 1);
	ck_assert_str_eq(row, "one");
	ck_assert_str_eq(snapshot_get(first, 1, "a", 1, &bytes), "one");
	ck_assert_ptr_null(snapshot_get(first, 1, "b", 1, &bytes));
	snapshot_close(first);
	snapshot_close(empty);
	snapshot_close(NULL);
	store_close(store);
}
END_TEST

/* --- limits --- */

START_TEST(memory_stays_within_its_limit) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	uint64_t random = 5, seq = 0;
	uint64_t row[50]; /* 400 bytes: 60,000 of them are more than ten times the limit */
	for (uint64_t i = 0; i < 60000;) {
		for (int n = 0; n < 500; n++, i++) {
			uint64_t key = model_random(&random);
			memset(row, (int)i, sizeof(row));
			store_put(store, 1, &key, sizeof(key), row, sizeof(row));
		}
		merge(store, ++seq);
		ck_assert_uint_le(store_memory_bytes(store), config.memtable_bytes_max);
	}
	store_flush(store);
	wait_for(store, seq);
	random = 5; /* and reading them all back */
	for (uint64_t i = 0; i < 60000; i++) {
		uint64_t key = model_random(&random);
		size_t bytes = 0;
		memset(row, (int)i, sizeof(row));
		const void *found = store_get(store, 1, &key, sizeof(key), &bytes);
		EXPECT(found);
		EXPECT(bytes == sizeof(row));
		EXPECT(memcmp(found, row, sizeof(row)) == 0);
		if (i % 500 == 0) {
			store_drop(store);
			ck_assert_uint_le(store_memory_bytes(store), config.memtable_bytes_max);
		}
	}
	store_close(store);
}
END_TEST

START_TEST(a_batch_larger_than_the_memory_is_merged_and_then_leaves_it) {
	struct state_store_config config = small_config(suite_directory());
	struct state_store *store = open_expecting(&config, 0);
	uint64_t random = 5;
	uint64_t row[25] = { 0 };
	for (int i = 0; i < 30000; i++) {
		uint64_t key = model_random(&random);
		store_put(store, 1, &key, sizeof(key), row, sizeof(row));
	}
	merge(store, 1);
	merge(store, 2);
	ck_assert_uint_le(store_memory_bytes(store), config.memtable_bytes_max);
	random = 5;
	for (int i = 0; i < 30000; i++) {
		uint64_t key = model_random(&random);
		size_t bytes = 0;
		EXPECT(store_get(store, 1, &key, sizeof(key), &bytes));
	}
	store_close(store);
}
END_TEST

START_TEST(a_full_map_is_reported_and_loses_nothing) {
	struct state_store_config config = small_config(suite_directory());
	config.map_bytes = 512 << 10;
	struct state_store *store = open_expecting(&config, 0);
	uint64_t row[25] = { 0 };
	uint64_t key = 0, seq = 0;
	enum err err = ERR_OK;
	while (!err) {
		for (int n = 0; n < 500; n++) {
			key++;
			row[0] = key;
			store_put(store, 1, &key, sizeof(key), row, sizeof(row));
		}
		err = store_merge(store, ++seq, &seq, sizeof(seq));
		ck_assert_uint_lt(seq, 1000);
	}
	ck_assert_int_eq(err, ERR_FULL);
	int64_t deadline_us = clock_monotonic_us() + 60 * US_PER_S;
	store_flush(store);
	ck_assert_int_eq(store_wait_checkpoint(store, seq, deadline_us), ERR_FULL);
	uint64_t written = store_checkpoint_seq(store);
	ck_assert_uint_lt(written, seq);
	for (uint64_t i = 1; i <= key; i++) {
		size_t bytes = 0;
		const uint64_t *found = store_get(store, 1, &i, sizeof(i), &bytes);
		EXPECT(found);
		EXPECT(*found == i);
	}
	store_close(store);

	config.map_bytes = 64 << 20;
	store = open_expecting(&config, written);
	for (uint64_t i = 1; i <= key; i++) {
		size_t bytes = 0;
		const uint64_t *found = store_get(store, 1, &i, sizeof(i), &bytes);
		EXPECT((found != NULL) == (i <= written * 500));
	}
	store_close(store);
}
END_TEST

/* --- threads --- */

struct reading {
	struct state_store *store;
	_Atomic bool ends;
	unsigned failures;
};

/* Row n of the writer's batch s holds s: within one snapshot they are all the same. */
static bool visit_same(
    void *arg, const void *key, size_t key_bytes, const void *row, size_t bytes) {
	(void)key, (void)key_bytes;
	const uint64_t *expected = arg;
	return bytes == sizeof(uint64_t) && memcmp(row, expected, bytes) == 0;
}

static bool is_consistent(struct snapshot *snapshot) {
	uint64_t seq = snapshot_seq(snapshot);
	for (uint64_t key = 0; key < 100; key++) {
		size_t bytes = 0;
		const uint64_t *row = snapshot_get(snapshot, 1, &key, sizeof(key), &bytes);
		if (seq == 0 ? row != NULL : !row || *row != seq)
			return false;
	}
	return snapshot_scan(snapshot, 1, NULL, 0, NULL, 0, visit_same, &seq) == ERR_OK;
}

static void *read_snapshots(void *arg) {
	struct reading *reading = arg;
	while (!reading->ends) {
		struct snapshot *snapshot;
		if (snapshot_open(reading->store, &snapshot) != ERR_OK)
			reading->failures++;
		else {
			reading->failures += !is_consistent(snapshot);
			snapshot_close(snapshot);
		}
		store_flush(reading->store);
		reading->failures += store_memory_bytes(reading->store) == 0;
	}
	return NULL;
}

START_TEST(snapshots_of_other_threads_are_whole_while_the_writer_writes) {
	struct state_store_config config = small_config(suite_directory());
	struct reading readings[2] = { 0 };
	pthread_t threads[2];
	struct state_store *store = open_expecting(&config, 0);
	for (int i = 0; i < 2; i++) {
		readings[i].store = store;
		ck_assert_int_eq(pthread_create(&threads[i], NULL, read_snapshots, &readings[i]), 0);
	}
	for (uint64_t seq = 1; seq <= 2000; seq++) {
		for (uint64_t key = 0; key < 100; key++)
			store_put(store, 1, &key, sizeof(key), &seq, sizeof(seq));
		merge(store, seq);
		if (seq % 500 == 0)
			wait_for(store, seq);
	}
	for (int i = 0; i < 2; i++) {
		readings[i].ends = true;
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
		ck_assert_uint_eq(readings[i].failures, 0);
	}
	store_close(store);
}
END_TEST

struct waiting {
	struct state_store *store;
	pthread_barrier_t barrier;
	enum err result;
};

static void *wait_forever(void *arg) {
	struct waiting *waiting = arg;
	pthread_barrier_wait(&waiting->barrier);
	waiting->result = store_wait_checkpoint(waiting->store, 1000, INT64_MAX);
	return NULL;
}

START_TEST(closing_ends_the_waiting) {
	struct state_store_config config = small_config(suite_directory());
	struct waiting waiting = { .store = open_expecting(&config, 0) };
	pthread_t thread;
	ck_assert_int_eq(pthread_barrier_init(&waiting.barrier, NULL, 2), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, wait_forever, &waiting), 0);
	pthread_barrier_wait(&waiting.barrier);
	usleep(20000); /* nothing tells that the thread is inside; too little only tests less */
	store_close(waiting.store);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(waiting.result, ERR_CLOSED);
	pthread_barrier_destroy(&waiting.barrier);
	store_close(NULL);
	store_abandon(NULL);
}
END_TEST

SUITE_MAIN("state store", a_put_is_seen_at_once_and_a_drop_forgets_it, marks_nest_like_a_stack,
    what_a_get_returned_stays_through_later_gets_and_puts,
    rows_are_found_in_any_order_whatever_was_read_before, the_longest_keys_and_rows_are_kept,
    an_idle_store_checkpoints_by_itself, a_flush_does_not_wait_for_age_or_size,
    what_is_large_is_checkpointed_without_being_asked,
    abandoned_changes_are_gone_and_closed_ones_are_not, the_meta_of_a_checkpoint_comes_back,
    a_snapshot_does_not_see_what_comes_after_it, memory_stays_within_its_limit,
    a_batch_larger_than_the_memory_is_merged_and_then_leaves_it,
    a_full_map_is_reported_and_loses_nothing,
    snapshots_of_other_threads_are_whole_while_the_writer_writes, closing_ends_the_waiting)
