/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include "base/clock.h"
#include "faults.h"
#include "store/state_store.h"
#include "support/suite.h"

#include <string.h>

/* --- journal --- */

static struct log open_journal(const char *directory, bool create) {
	struct journal_config config = {
		.directory = directory, .map_bytes = 64 << 20, .create = create
	};
	struct log log;
	ck_assert_int_eq(journal_open(&config, &log), ERR_OK);
	return log;
}

static enum err append(const struct log *log, uint64_t seq) {
	static const char data[9000]; /* pages of its own, and some that are shared */
	struct log_record records[] = { { data, 200 }, { data, sizeof(data) } };
	const struct log_batch batch = {
		.expected_seq = seq,
		.records = records,
		.count = 2,
		.head = "head",
		.head_bytes = 4,
	};
	return log_append(log, &batch);
}

static bool count_records(void *arg, uint64_t seq, const void *data, size_t bytes) {
	(void)data;
	ck_assert_uint_eq(bytes, seq % 2 ? 200 : 9000);
	++*(uint64_t *)arg;
	return true;
}

static uint64_t record_count(const struct log *log) {
	uint64_t count = 0;
	ck_assert_int_eq(log_read(log, 1, count_records, &count), ERR_OK);
	return count;
}

START_TEST(a_failed_write_leaves_nothing_and_the_next_append_works) {
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	uint64_t seq = 1;
	for (size_t i = 0; i < FAULTS_OF_WRITING; i++) {
		ck_assert_int_eq(append(&log, seq), ERR_OK);
		seq += 2;
		unsigned hits = faults_hit();
		faults_set(faults_of_writing[i].fault);
		ck_assert_int_eq(append(&log, seq), faults_of_writing[i].err);
		ck_assert_int_eq(append(&log, seq), faults_of_writing[i].err);
		faults_set(FAULT_NONE);
		ck_assert_uint_ge(faults_hit(), hits + 2);
		ck_assert_uint_eq(log_last(&log), seq - 1);
		ck_assert_uint_eq(record_count(&log), seq - 1);
	}
	ck_assert_int_eq(append(&log, seq), ERR_OK);
	log_close(&log);
	log = open_journal(directory, false);
	ck_assert_uint_eq(record_count(&log), seq + 1);
	log_close(&log);
}
END_TEST

START_TEST(a_failed_meta_page_is_fatal_and_the_past_is_safe) {
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	ck_assert_int_eq(append(&log, 1), ERR_OK);
	faults_set(FAULT_META);
	ck_assert_int_eq(append(&log, 3), ERR_FATAL);
	faults_set(FAULT_NONE);
	ck_assert_int_eq(append(&log, 3), ERR_FATAL);
	ck_assert_uint_eq(log_last(&log), 2);
	log_close(&log);

	log = open_journal(directory, false);
	ck_assert_uint_ge(log_last(&log), 2); /* either is right */
	ck_assert_uint_eq(record_count(&log), log_last(&log));
	ck_assert_int_eq(append(&log, log_last(&log) + 1), ERR_OK);
	log_close(&log);
}
END_TEST

/* --- state --- */

static struct state_store *open_store_as(const char *directory, bool is_bulk, uint64_t *ret_seq) {
	struct state_store_config config = {
		.directory = directory,
		.format = 1,
		.map_bytes = 64 << 20,
		.idle_ms = 1,
		.bulk = is_bulk,
	};
	unsigned char meta[STORE_META_BYTES_MAX];
	struct state_store *store;
	size_t meta_bytes;
	ck_assert_int_eq(store_open(&config, &store, ret_seq, meta, &meta_bytes), ERR_OK);
	return store;
}

static struct state_store *open_store(const char *directory, uint64_t *ret_seq) {
	return open_store_as(directory, false, ret_seq);
}

static void change(struct state_store *store, uint64_t seq) {
	store_put(store, 1, "key", 3, &seq, sizeof(seq));
	ck_assert_int_eq(store_merge(store, seq, NULL, 0), ERR_OK);
}

static enum err wait_for(struct state_store *store, uint64_t seq) {
	return store_wait_checkpoint(store, seq, clock_monotonic_us() + 60 * US_PER_S);
}

static void expect_row(struct state_store *store, uint64_t seq) {
	size_t bytes = 0;
	const uint64_t *row = store_get(store, 1, "key", 3, &bytes);
	ck_assert_ptr_nonnull(row);
	ck_assert_uint_eq(*row, seq);
	store_drop(store);
}

START_TEST(a_failed_checkpoint_is_reported_and_tried_again_until_it_succeeds) {
	uint64_t seq = 0, found;
	const char *directory = suite_directory();
	struct state_store *store = open_store(directory, &found);
	for (size_t i = 0; i < FAULTS_OF_WRITING; i++) {
		faults_set(faults_of_writing[i].fault);
		change(store, ++seq);
		ck_assert_int_eq(wait_for(store, seq), faults_of_writing[i].err);
		change(store, ++seq); /* it goes on */
		store_flush(store);
		ck_assert_int_eq(wait_for(store, seq), faults_of_writing[i].err);
		ck_assert_uint_eq(store_checkpoint_seq(store), seq - 2);
		expect_row(store, seq);
		faults_set(FAULT_NONE);
		store_flush(store);
		ck_assert_int_eq(wait_for(store, seq), ERR_OK);
	}
	store_abandon(store);
	store = open_store(directory, &found);
	ck_assert_uint_eq(found, seq);
	expect_row(store, seq);
	store_close(store);
}
END_TEST

START_TEST(closing_does_not_hang_on_a_disk_that_fails) {
	uint64_t found;
	const char *directory = suite_directory();
	struct state_store *store = open_store(directory, &found);
	change(store, 1);
	ck_assert_int_eq(wait_for(store, 1), ERR_OK);
	faults_set(FAULT_DATA_IO);
	change(store, 2);
	ck_assert_int_eq(wait_for(store, 2), ERR_IO);
	change(store, 3);
	store_close(store);
	faults_set(FAULT_NONE);
	store = open_store(directory, &found);
	ck_assert_uint_eq(found, 1);
	expect_row(store, 1);
	store_close(store);
}
END_TEST

START_TEST(a_checkpoint_that_fails_for_good_says_so_to_everyone) {
	uint64_t found;
	const char *directory = suite_directory();
	struct state_store *store = open_store(directory, &found);
	change(store, 1);
	ck_assert_int_eq(wait_for(store, 1), ERR_OK);
	faults_set(FAULT_META);
	change(store, 2);
	ck_assert_int_eq(wait_for(store, 2), ERR_FATAL);
	faults_set(FAULT_NONE);
	ck_assert_int_eq(wait_for(store, 2), ERR_FATAL);
	ck_assert_int_eq(store_merge(store, 3, NULL, 0), ERR_FATAL);
	struct snapshot *snapshot;
	ck_assert_int_eq(snapshot_open(store, &snapshot), ERR_FATAL);
	store_close(store);
	store = open_store(directory, &found);
	ck_assert_uint_ge(found, 1); /* 2 is as right */
	ck_assert_uint_le(found, 2);
	expect_row(store, found);
	store_close(store);
}
END_TEST

START_TEST(what_was_made_in_bulk_and_cannot_be_synced_begins_empty) {
	static const enum fault faults[] = { FAULT_SYNC, FAULT_DATA_IO, FAULT_META };
	uint64_t found;
	const char *directory = suite_directory();
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct state_store *store = open_store_as(directory, true, &found);
		change(store, 1);
		ck_assert_int_eq(wait_for(store, 1), ERR_OK);
		faults_set(faults[i]);
		change(store, 2);
		store_close(store);
		ck_assert_uint_gt(faults_hit(), 0);
		faults_set(FAULT_NONE);
		store = open_store(directory, &found);
		ck_assert_uint_eq(found, 0);
		store_close(store);
	}
}
END_TEST

SUITE_MAIN("faults", a_failed_write_leaves_nothing_and_the_next_append_works,
    a_failed_meta_page_is_fatal_and_the_past_is_safe,
    a_failed_checkpoint_is_reported_and_tried_again_until_it_succeeds,
    closing_does_not_hang_on_a_disk_that_fails,
    what_was_made_in_bulk_and_cannot_be_synced_begins_empty,
    a_checkpoint_that_fails_for_good_says_so_to_everyone)
