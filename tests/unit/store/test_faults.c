/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include "faults.h"
#include "support/suite.h"

#include <string.h>

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
	return log_append(log, seq, records, 2, "head", 4);
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
	static const struct {
		enum fault fault;
		enum err err;
	} cases[] = {
		{ FAULT_DATA_IO, ERR_IO },
		{ FAULT_DATA_SPACE, ERR_FULL },
		{ FAULT_SYNC, ERR_IO },
	};
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	uint64_t seq = 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_int_eq(append(&log, seq), ERR_OK);
		seq += 2;
		unsigned hits = faults_hit();
		faults_set(cases[i].fault);
		ck_assert_int_eq(append(&log, seq), cases[i].err);
		ck_assert_int_eq(append(&log, seq), cases[i].err);
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

SUITE_MAIN("faults", a_failed_write_leaves_nothing_and_the_next_append_works,
    a_failed_meta_page_is_fatal_and_the_past_is_safe)
