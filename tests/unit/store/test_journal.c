/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include "base/clock.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const size_t MAP_BYTES = 64 << 20;

static struct log open_journal(const char *directory, bool create) {
	struct journal_config config = {
		.directory = directory, .map_bytes = MAP_BYTES, .create = create
	};
	struct log log;
	ck_assert_int_eq(journal_open(&config, &log), ERR_OK);
	return log;
}

static enum err try_open(const char *directory, bool create) {
	struct journal_config config = {
		.directory = directory, .map_bytes = MAP_BYTES, .create = create
	};
	struct log log;
	return journal_open(&config, &log);
}

static enum err append_with(const struct log *log, uint64_t first, const struct log_record *records,
    size_t count, const char *head) {
	const struct log_batch batch = {
		.expected_seq = first,
		.records = records,
		.count = count,
		.head = head,
		.head_bytes = strlen(head),
	};
	return log_append(log, &batch);
}

/* Records "1", "2", …, and the head "head N". */
static enum err append_numbers(const struct log *log, uint64_t first, size_t count) {
	char texts[64][24];
	struct log_record records[64];
	ck_assert_uint_le(count, 64);
	for (size_t i = 0; i < count; i++) {
		int bytes = snprintf(texts[i], sizeof(texts[i]), "%llu", (unsigned long long)(first + i));
		records[i] = (struct log_record){ .data = texts[i], .bytes = (size_t)bytes };
	}
	char head[32];
	snprintf(head, sizeof(head), "head %llu", (unsigned long long)(first + count - 1));
	return append_with(log, first, records, count, head);
}

struct reading {
	uint64_t next;
	uint64_t stop_after; /* 0: do not */
};

static bool expect_number(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct reading *reading = arg;
	char text[24];
	ck_assert_uint_eq(seq, reading->next);
	int expected = snprintf(text, sizeof(text), "%llu", (unsigned long long)seq);
	ck_assert_uint_eq(bytes, (size_t)expected);
	ck_assert_mem_eq(data, text, bytes);
	reading->next++;
	return seq != reading->stop_after;
}

static void expect_numbers(const struct log *log, uint64_t from, uint64_t last) {
	struct reading reading = { .next = from };
	ck_assert_int_eq(log_read(log, from, expect_number, &reading), ERR_OK);
	ck_assert_uint_eq(reading.next, last + 1);
}

static void expect_head(const struct log *log, uint64_t size, const char *expected) {
	char head[32];
	size_t bytes = 0;
	ck_assert_int_eq(log_head(log, size, head, sizeof(head), &bytes), ERR_OK);
	ck_assert_uint_eq(bytes, strlen(expected));
	ck_assert_mem_eq(head, expected, bytes);
}

START_TEST(what_was_appended_is_read_back_in_order_also_after_reopening) {
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	ck_assert_uint_eq(log_last(&log), 0);
	ck_assert_int_eq(append_numbers(&log, 1, 1), ERR_OK);
	ck_assert_int_eq(append_numbers(&log, 2, 64), ERR_OK);
	ck_assert_int_eq(append_numbers(&log, 66, 3), ERR_OK);
	for (int round = 0; round < 2; round++) {
		ck_assert_uint_eq(log_last(&log), 68);
		expect_numbers(&log, 1, 68);
		expect_numbers(&log, 40, 68);
		log_close(&log);
		log = open_journal(directory, false);
	}
	log_close(&log);
}
END_TEST

START_TEST(reading_ends_where_the_visitor_says_and_beyond_the_end_visits_nothing) {
	struct log log = open_journal(suite_directory(), true);
	ck_assert_int_eq(append_numbers(&log, 1, 10), ERR_OK);
	struct reading reading = { .next = 3, .stop_after = 5 };
	ck_assert_int_eq(log_read(&log, 3, expect_number, &reading), ERR_OK);
	ck_assert_uint_eq(reading.next, 6);
	expect_numbers(&log, 11, 10);
	expect_numbers(&log, UINT64_MAX, UINT64_MAX - 1);
	log_close(&log);
}
END_TEST

START_TEST(records_of_any_size_survive) {
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	static char large[1 << 20];
	memset(large, 'x', sizeof(large));
	struct log_record records[] = { { "", 0 }, { large, 2038 }, { large, sizeof(large) } };
	ck_assert_int_eq(append_with(&log, 1, records, 3, "h"), ERR_OK);
	log_close(&log);
	log = open_journal(directory, false);
	ck_assert_uint_eq(log_last(&log), 3);
	log_close(&log);
}
END_TEST

START_TEST(head_is_the_newest_at_or_before_the_size) {
	struct log log = open_journal(suite_directory(), true);
	char head[32];
	size_t bytes = 77;
	ck_assert_int_eq(log_head(&log, 9, head, sizeof(head), &bytes), ERR_NOT_FOUND);
	ck_assert_int_eq(append_numbers(&log, 1, 5), ERR_OK);
	ck_assert_int_eq(append_numbers(&log, 6, 5), ERR_OK);
	ck_assert_int_eq(log_head(&log, 4, head, sizeof(head), &bytes), ERR_NOT_FOUND);
	ck_assert_int_eq(log_head(&log, 5, head, 5, &bytes), ERR_RANGE);
	ck_assert_uint_eq(bytes, 77);
	expect_head(&log, 5, "head 5");
	expect_head(&log, 9, "head 5");
	expect_head(&log, 10, "head 10");
	expect_head(&log, UINT64_MAX, "head 10");
	log_close(&log);
}
END_TEST

START_TEST(append_at_another_sequence_is_refused) {
	struct log log = open_journal(suite_directory(), true);
	ck_assert_int_eq(append_numbers(&log, 2, 1), ERR_EXISTS);
	ck_assert_int_eq(append_numbers(&log, 0, 1), ERR_EXISTS);
	ck_assert_int_eq(append_numbers(&log, 1, 2), ERR_OK);
	ck_assert_int_eq(append_numbers(&log, 1, 1), ERR_EXISTS);
	ck_assert_int_eq(append_numbers(&log, 2, 1), ERR_EXISTS);
	ck_assert_int_eq(append_numbers(&log, 4, 1), ERR_EXISTS);
	ck_assert_uint_eq(log_last(&log), 2);
	ck_assert_int_eq(append_numbers(&log, 3, 1), ERR_OK);
	expect_numbers(&log, 1, 3);
	log_close(&log);
}
END_TEST

START_TEST(a_full_map_refuses_the_batch_and_keeps_the_rest) {
	const char *directory = suite_directory();
	struct journal_config config = {
		.directory = directory, .map_bytes = 256 << 10, .create = true
	};
	struct log log;
	ck_assert_int_eq(journal_open(&config, &log), ERR_OK);
	static char data[4000];
	struct log_record record = { data, sizeof(data) };
	uint64_t seq = 1;
	enum err err;
	while ((err = append_with(&log, seq, &record, 1, "h")) == ERR_OK)
		seq++;
	ck_assert_int_eq(err, ERR_FULL);
	ck_assert_uint_gt(seq, 10);
	ck_assert_uint_eq(log_last(&log), seq - 1);
	log_close(&log);

	log = open_journal(directory, false); /* more room */
	ck_assert_uint_eq(log_last(&log), seq - 1);
	ck_assert_int_eq(append_with(&log, seq, &record, 1, "h"), ERR_OK);
	log_close(&log);
}
END_TEST

START_TEST(there_is_no_ledger_before_the_first_record) {
	char path[300];
	const char *directory = suite_directory();
	ck_assert_int_eq(try_open(directory, false), ERR_NOT_FOUND);
	snprintf(path, sizeof(path), "%s/absent/deeper", directory);
	ck_assert_int_eq(try_open(path, false), ERR_NOT_FOUND);
	ck_assert_int_eq(try_open(path, true), ERR_NOT_FOUND);

	struct log log = open_journal(directory, true);
	log_close(&log);
	ck_assert_int_eq(try_open(directory, false), ERR_NOT_FOUND);

	log = open_journal(directory, true); /* again: nothing is lost by it */
	ck_assert_int_eq(append_numbers(&log, 1, 1), ERR_OK);
	log_close(&log);
	ck_assert_int_eq(try_open(directory, true), ERR_EXISTS);
	log = open_journal(directory, false);
	log_close(&log);
}
END_TEST

START_TEST(creation_makes_the_directory_for_nobody_else_to_read) {
	char path[300], file[320];
	struct stat found;
	snprintf(path, sizeof(path), "%s/ledger", suite_directory());
	struct log log = open_journal(path, true);
	static const char *const names[] = { "", "/journal", "/journal/data.mdb", "/journal/owner" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "%s%s", path, names[i]);
		ck_assert_int_eq(stat(file, &found), 0);
		ck_assert_uint_eq(found.st_mode & 077, 0);
	}
	log_close(&log);
}
END_TEST

/* LMDB writes to it through a map: on a full disk, a page without a block would be SIGBUS. */
START_TEST(the_lock_file_has_its_blocks_from_the_start) {
	char path[300];
	struct stat found;
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	snprintf(path, sizeof(path), "%s/journal/lock.mdb", directory);
	ck_assert_int_eq(stat(path, &found), 0);
	ck_assert_int_gt(found.st_size, 512 * 64); /* a slot for each reader */
	ck_assert_int_ge(found.st_blocks * 512, found.st_size);
	log_close(&log);
}
END_TEST

/* Another process, which tries to open the ledger when the pipe says so. */
static pid_t start_opener(const char *directory, int pipe_fds[2]) {
	ck_assert_int_eq(pipe(pipe_fds), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		char byte;
		bool is_told = read(pipe_fds[0], &byte, 1) == 1;
		_exit(is_told && try_open(directory, false) == ERR_BUSY ? 0 : 1);
	}
	return child;
}

START_TEST(second_opener_is_told_that_it_is_busy) {
	int pipe_fds[2], status;
	const char *directory = suite_directory();
	pid_t child = start_opener(directory, pipe_fds);
	struct log log = open_journal(directory, true);
	ck_assert_int_eq(append_numbers(&log, 1, 1), ERR_OK);
	ck_assert_int_eq(try_open(directory, false), ERR_BUSY);
	ck_assert_int_eq(try_open(directory, true), ERR_BUSY);
	ck_assert_int_eq(write(pipe_fds[1], "!", 1), 1);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	close(pipe_fds[0]);
	close(pipe_fds[1]);

	ck_assert_int_eq(append_numbers(&log, 2, 1), ERR_OK);
	log_close(&log);
	log = open_journal(directory, false);
	expect_numbers(&log, 1, 2);
	log_close(&log);
}
END_TEST

START_TEST(a_file_that_is_no_environment_is_called_corrupt) {
	char path[300];
	const char *directory = suite_directory();
	snprintf(path, sizeof(path), "%s/journal", directory);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/journal/data.mdb", directory);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	for (int i = 0; i < 10000; i++)
		fputs("not a ledger ", file);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(try_open(directory, false), ERR_CORRUPT);
	ck_assert_int_eq(try_open(directory, true), ERR_CORRUPT);
}
END_TEST

/* Adds one to the key of a record: 8 bytes before the text that it begins with. */
static void damage_key(const char *directory, const char *text) {
	static char content[1 << 20];
	char path[300];
	unsigned damaged = 0;
	snprintf(path, sizeof(path), "%s/journal/data.mdb", directory);
	FILE *file = fopen(path, "r+");
	ck_assert_ptr_nonnull(file);
	size_t bytes = fread(content, 1, sizeof(content), file);
	for (size_t at = 8; at + strlen(text) <= bytes; at++) {
		if (memcmp(content + at, text, strlen(text)) != 0)
			continue;
		ck_assert_int_eq(fseek(file, (long)at - 8, SEEK_SET), 0);
		ck_assert_int_ne(fputc(content[at - 8] + 1, file), EOF);
		damaged++;
	}
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_uint_ge(damaged, 1);
}

static bool count(void *arg, uint64_t seq, const void *data, size_t bytes) {
	(void)seq, (void)data, (void)bytes;
	++*(unsigned *)arg;
	return true;
}

START_TEST(a_missing_number_is_noticed) {
	static const struct log_record records[] = { { "alpha", 5 }, { "beta", 4 }, { "gamma", 5 } };
	unsigned visited = 0;
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	ck_assert_int_eq(append_with(&log, 1, records, 3, "head"), ERR_OK);
	damage_key(directory, "beta");
	ck_assert_int_eq(log_read(&log, 1, count, &visited), ERR_CORRUPT);
	ck_assert_uint_eq(visited, 1);
	log_close(&log);
	ck_assert_int_eq(try_open(directory, false), ERR_CORRUPT); /* one key comes twice */

	damage_key(directory, "gamma"); /* the last is 4, but there are 3 */
	ck_assert_int_eq(try_open(directory, false), ERR_CORRUPT);
}
END_TEST

START_TEST(a_missing_head_is_noticed) {
	static const struct log_record record = { "alpha", 5 };
	const char *directory = suite_directory();
	struct log log = open_journal(directory, true);
	ck_assert_int_eq(append_with(&log, 1, &record, 1, "head"), ERR_OK);
	log_close(&log);
	damage_key(directory, "head");
	ck_assert_int_eq(try_open(directory, false), ERR_CORRUPT);
}
END_TEST

START_TEST(the_default_map_can_be_had) {
	struct log log;
	struct journal_config config = { .directory = suite_directory(), .create = true };
	ck_assert_int_eq(journal_open(&config, &log), ERR_OK);
	ck_assert_int_eq(append_numbers(&log, 1, 3), ERR_OK);
	expect_numbers(&log, 1, 3);
	log_close(&log);
}
END_TEST

struct appender {
	struct log *log;
	uint64_t from, to;
};

static void *append_one_by_one(void *arg) {
	struct appender *appender = arg;
	for (uint64_t seq = appender->from; seq <= appender->to; seq++)
		if (append_numbers(appender->log, seq, 1) != ERR_OK)
			return arg;
	return NULL;
}

static void *wait_for_two_hundred(void *arg) {
	int64_t deadline_us = clock_monotonic_us() + 60 * US_PER_S;
	return log_wait(arg, 200, deadline_us) == ERR_OK ? NULL : arg;
}

START_TEST(readers_wait_for_and_see_what_another_thread_appends) {
	struct log log = open_journal(suite_directory(), true);
	struct appender appender = { .log = &log, .from = 1, .to = 200 };
	pthread_t writer, waiter;
	ck_assert_int_eq(pthread_create(&waiter, NULL, wait_for_two_hundred, &log), 0);
	ck_assert_int_eq(pthread_create(&writer, NULL, append_one_by_one, &appender), 0);
	int64_t deadline_us = clock_monotonic_us() + 60 * US_PER_S;
	for (uint64_t seq = 1; seq < 200; seq = log_last(&log) + 1) {
		ck_assert_int_eq(log_wait(&log, seq, deadline_us), ERR_OK);
		struct reading reading = { .next = 1 };
		ck_assert_int_eq(log_read(&log, 1, expect_number, &reading), ERR_OK);
		ck_assert_uint_gt(reading.next, seq);
	}
	void *result;
	ck_assert_int_eq(pthread_join(writer, &result), 0);
	ck_assert_ptr_null(result);
	ck_assert_int_eq(pthread_join(waiter, &result), 0);
	ck_assert_ptr_null(result);
	log_close(&log);
}
END_TEST

START_TEST(waiting_ends_at_the_deadline) {
	struct log log = open_journal(suite_directory(), true);
	ck_assert_int_eq(append_numbers(&log, 1, 1), ERR_OK);
	ck_assert_int_eq(log_wait(&log, 1, 0), ERR_OK);
	ck_assert_int_eq(log_wait(&log, 2, 0), ERR_TIMEOUT);
	ck_assert_int_eq(log_wait(&log, 2, -1), ERR_TIMEOUT);
	ck_assert_int_eq(log_wait(&log, 2, clock_monotonic_us() + 1000), ERR_TIMEOUT);
	log_close(&log);
}
END_TEST

struct waiting {
	struct log log; /* of its own: the closer clears the other */
	pthread_barrier_t barrier;
	enum err result;
};

static void *wait_forever(void *arg) {
	struct waiting *waiting = arg;
	pthread_barrier_wait(&waiting->barrier);
	waiting->result = log_wait(&waiting->log, 1000, INT64_MAX);
	return NULL;
}

START_TEST(closing_ends_the_waiting) {
	struct log log = open_journal(suite_directory(), true);
	struct waiting waiting = { .log = log };
	pthread_t thread;
	ck_assert_int_eq(pthread_barrier_init(&waiting.barrier, NULL, 2), 0);
	ck_assert_int_eq(pthread_create(&thread, NULL, wait_forever, &waiting), 0);
	pthread_barrier_wait(&waiting.barrier);
	/* Nothing tells that the thread is inside by now: give it time. Too little only means that
	 * less is tested. */
	usleep(20000);
	log_close(&log);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(waiting.result, ERR_CLOSED);
	pthread_barrier_destroy(&waiting.barrier);
}
END_TEST

SUITE_MAIN("journal", what_was_appended_is_read_back_in_order_also_after_reopening,
    reading_ends_where_the_visitor_says_and_beyond_the_end_visits_nothing,
    records_of_any_size_survive, head_is_the_newest_at_or_before_the_size,
    append_at_another_sequence_is_refused, a_full_map_refuses_the_batch_and_keeps_the_rest,
    there_is_no_ledger_before_the_first_record,
    creation_makes_the_directory_for_nobody_else_to_read,
    the_lock_file_has_its_blocks_from_the_start, second_opener_is_told_that_it_is_busy,
    a_file_that_is_no_environment_is_called_corrupt, a_missing_number_is_noticed,
    a_missing_head_is_noticed, the_default_map_can_be_had,
    readers_wait_for_and_see_what_another_thread_appends, waiting_ends_at_the_deadline,
    closing_ends_the_waiting)
