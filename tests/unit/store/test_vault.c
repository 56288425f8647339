/* SPDX-License-Identifier: Apache-2.0 */
/* Texts beside the journal: there with their records, and nowhere once they are erased. */
#include "store/journal.h"

#include "base/limits.h"
#include "faults.h"
#include "support/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static const char *directory;
static struct log log_;

static enum err try_open(bool create) {
	const struct journal_config config = {
		.directory = directory, .map_bytes = 64 << 20, .create = create
	};
	return journal_open(&config, &log_);
}

static void open_new(void) {
	arena_init(&arena, 0);
	directory = suite_directory();
	ck_assert_int_eq(try_open(true), ERR_OK);
}

static void reopen(void) {
	log_close(&log_);
	ck_assert_int_eq(try_open(false), ERR_OK);
}

static void close_all(void) {
	log_close(&log_);
	arena_done(&arena);
}

/* A change of the text of `key` by the next record; NULL: erased. */
static struct log_erasable change(uint64_t key, const char *text) {
	return (struct log_erasable){
		.key = key,
		.seq = log_last(&log_) + 1,
		.data = text,
		.bytes = text ? strlen(text) : 0,
	};
}

/* A record of its own, with these changes. */
static enum err append(const struct log_erasable *changes, size_t count) {
	static const struct log_record record = { "record", 6 };
	const struct log_batch batch = {
		.expected_seq = log_last(&log_) + 1,
		.records = &record,
		.count = 1,
		.head = "head",
		.head_bytes = 4,
		.erasables = changes,
		.n_erasables = count,
	};
	return log_append(&log_, &batch);
}

static enum err set(uint64_t key, const char *text) {
	const struct log_erasable only = change(key, text);
	return append(&only, 1);
}

static void must_set(uint64_t key, const char *text) {
	ck_assert_int_eq(set(key, text), ERR_OK);
}

static void expect(uint64_t key, const char *text, uint64_t seq) {
	struct log_erasable found;
	ck_assert_int_eq(log_recall(&log_, key, &arena, &found), ERR_OK);
	ck_assert_uint_eq(found.key, key);
	ck_assert_uint_eq(found.seq, seq);
	ck_assert_uint_eq(found.bytes, strlen(text));
	ck_assert_mem_eq(found.data, text, found.bytes);
}

static void expect_none(uint64_t key) {
	struct log_erasable found;
	ck_assert_int_eq(log_recall(&log_, key, &arena, &found), ERR_NOT_FOUND);
}

/* --- what stands on the disk --- */

static size_t count_in_file(const char *path, const char *marker) {
	struct stat stat_of;
	size_t count = 0, length = strlen(marker);
	int fd = open(path, O_RDONLY);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, &stat_of), 0);
	size_t size = (size_t)stat_of.st_size;
	char *bytes = malloc(size + 1);
	ck_assert_ptr_nonnull(bytes);
	ck_assert_int_eq(read(fd, bytes, size), (ssize_t)size);
	for (const char *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), marker, length));
	     at += length)
		count++;
	free(bytes);
	close(fd);
	return count;
}

/* How often it stands in the files of the journal, which LMDB writes through the page cache. */
static size_t count_on_disk(const char *marker) {
	char path[600];
	snprintf(path, sizeof(path), "%s/journal", directory);
	DIR *listing = opendir(path);
	ck_assert_ptr_nonnull(listing);
	size_t count = 0, files = 0;
	for (const struct dirent *file; (file = readdir(listing)) != NULL;) {
		if (file->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/journal/%s", directory, file->d_name);
		count += count_in_file(path, marker);
		files++;
	}
	closedir(listing);
	ck_assert_uint_ge(files, 3); /* of LMDB and ours: it looked at the right place */
	return count;
}

START_TEST(a_text_is_there_with_its_record_also_after_reopening) {
	open_new();
	expect_none(7);
	must_set(7, "Zhang San");
	must_set(8, "");
	for (int round = 0; round < 2; round++) {
		expect(7, "Zhang San", 1);
		expect(8, "", 2);
		expect_none(9);
		reopen();
	}
	close_all();
}
END_TEST

START_TEST(a_later_text_replaces_an_earlier_one_and_an_erased_one_is_gone) {
	open_new();
	must_set(7, "first text");
	must_set(7, "second text");
	expect(7, "second text", 2);
	must_set(7, NULL);
	must_set(7, NULL); /* there is nothing: that is well too */
	expect_none(7);
	reopen();
	expect_none(7);
	must_set(7, "third text");
	expect(7, "third text", 5);
	close_all();
}
END_TEST

START_TEST(changes_of_one_batch_take_effect_in_their_order) {
	open_new();
	must_set(1, "put before");
	const struct log_erasable changes[] = {
		change(1, NULL),
		change(2, "put and erased"),
		change(3, "first of two"),
		change(2, NULL),
		change(3, "second of two"),
		change(1, "put after"),
	};
	ck_assert_int_eq(append(changes, sizeof(changes) / sizeof(changes[0])), ERR_OK);
	expect(1, "put after", 2);
	expect_none(2);
	expect(3, "second of two", 2);
	ck_assert_uint_eq(count_on_disk("put before"), 0);
	ck_assert_uint_eq(count_on_disk("put and erased"), 0);
	ck_assert_uint_eq(count_on_disk("first of two"), 0);
	close_all();
}
END_TEST

START_TEST(what_is_erased_or_replaced_stands_nowhere_in_the_files) {
	char text[LIMIT_ERASABLE_BYTES + 1];
	open_new();
	memset(text, 'x', LIMIT_ERASABLE_BYTES);
	text[LIMIT_ERASABLE_BYTES] = '\0';
	for (uint64_t key = 1; key <= 200; key++) { /* the file grows more than once */
		snprintf(text, sizeof(text), "marker-%03u-of-a-person", (unsigned)key);
		text[strlen(text)] = key % 2 ? 'x' : '\0'; /* as long as may be, and short */
		must_set(key, text);
		must_set(1000 + key, "somebody else");
	}
	ck_assert_uint_eq(count_on_disk("marker-077-of-a-person"), 1); /* it can be found at all */
	ck_assert_uint_eq(count_on_disk("marker-078-of-a-person"), 1);
	ck_assert_uint_eq(count_on_disk("marker-079-of-a-person"), 1);
	must_set(77, NULL);
	must_set(78, "somebody new");
	ck_assert_uint_eq(count_on_disk("marker-077-of-a-person"), 0);
	ck_assert_uint_eq(count_on_disk("marker-078-of-a-person"), 0);
	ck_assert_uint_eq(count_on_disk("marker-079-of-a-person"), 1);
	reopen();
	expect_none(77);
	expect(78, "somebody new", 402);
	ck_assert_uint_eq(count_on_disk("marker-077-of-a-person"), 0);
	close_all();
}
END_TEST

START_TEST(slots_are_used_again) {
	char path[600];
	struct stat before, after;
	open_new();
	snprintf(path, sizeof(path), "%s/journal/erasable", directory);
	must_set(1, "one");
	ck_assert_int_eq(stat(path, &before), 0);
	ck_assert_uint_eq(before.st_mode & 0777, 0600);
	for (int i = 0; i < 500; i++) {
		must_set(1, i % 3 ? "another" : NULL);
		must_set(2, i % 2 ? NULL : "and another");
	}
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_int_eq(before.st_size, after.st_size);
	close_all();
}
END_TEST

/* --- when the disk fails --- */

START_TEST(a_failed_append_leaves_neither_text_nor_change) {
	static const struct {
		enum fault fault;
		enum err err;
	} cases[] = {
		{ FAULT_DATA_IO, ERR_IO },
		{ FAULT_DATA_SPACE, ERR_FULL },
		{ FAULT_SYNC, ERR_IO },
		{ FAULT_SLOT, ERR_IO },
	};
	open_new();
	must_set(1, "the old text");
	must_set(2, "another old text");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct log_erasable changes[] = { change(1, "the new text"), change(2, NULL) };
		uint64_t last = log_last(&log_);
		faults_set(cases[i].fault);
		ck_assert_int_eq(append(changes, 2), cases[i].err);
		ck_assert_int_eq(append(changes, 2), cases[i].err);
		faults_set(FAULT_NONE);
		ck_assert_uint_eq(log_last(&log_), last);
		expect(1, "the old text", 1);
		expect(2, "another old text", 2);
		must_set(3, "works again"); /* and clears up what could not be cleared up */
		ck_assert_uint_eq(count_on_disk("the new text"), 0);
		ck_assert_uint_eq(count_on_disk("the old text"), 1);
	}
	reopen();
	expect(1, "the old text", 1);
	close_all();
}
END_TEST

START_TEST(a_batch_for_which_there_is_no_room_leaves_nothing) {
	enum { COUNT = 65 }; /* one more than the file has slots */
	struct log_erasable changes[COUNT];
	struct rlimit limit, small = { 64 * 1024, RLIM_INFINITY };
	open_new();
	must_set(1000, NULL);
	for (uint64_t i = 0; i < COUNT; i++)
		changes[i] = change(i + 1, "one of many");
	ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
	ck_assert_int_eq(append(changes, COUNT), ERR_FULL);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_uint_eq(count_on_disk("one of many"), 0);
	ck_assert_int_eq(append(changes, COUNT), ERR_OK);
	ck_assert_uint_eq(count_on_disk("one of many"), COUNT);
	expect(COUNT, "one of many", 2);
	close_all();
}
END_TEST

START_TEST(what_could_not_be_overwritten_is_fatal_and_gone_after_a_restart) {
	open_new();
	must_set(1, "to be erased");
	must_set(2, "to be kept");
	const struct log_erasable erase = change(1, NULL);
	faults_set(FAULT_SLOT);
	ck_assert_int_eq(append(&erase, 1), ERR_FATAL);
	faults_set(FAULT_NONE);
	ck_assert_uint_eq(
	    count_on_disk("to be erased"), 1); /* the commit is there, the zeros are not */
	reopen();
	ck_assert_uint_eq(log_last(&log_), 3);
	expect_none(1);
	expect(2, "to be kept", 2);
	ck_assert_uint_eq(count_on_disk("to be erased"), 0);
	close_all();
}
END_TEST

START_TEST(what_a_crash_left_in_a_free_slot_is_overwritten_at_the_next_start) {
	char path[600];
	open_new();
	must_set(1, "one");
	snprintf(path, sizeof(path), "%s/journal/erasable", directory);
	int fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, "left behind", 11, 5 * 1024 + 24), 11);
	close(fd);
	ck_assert_uint_eq(count_on_disk("left behind"), 1);
	reopen();
	ck_assert_uint_eq(count_on_disk("left behind"), 0);
	expect(1, "one", 1);
	close_all();
}
END_TEST

START_TEST(a_damaged_text_is_found_out) {
	char path[600];
	open_new();
	must_set(1, "one");
	snprintf(path, sizeof(path), "%s/journal/erasable", directory);
	int fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, "T", 1, 25), 1);
	close(fd);
	struct log_erasable found;
	ck_assert_int_eq(log_recall(&log_, 1, &arena, &found), ERR_CORRUPT);
	close_all();
}
END_TEST

START_TEST(a_journal_without_its_texts_is_not_opened) {
	char path[600];
	open_new();
	must_set(1, "one");
	log_close(&log_);
	snprintf(path, sizeof(path), "%s/journal/erasable", directory);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(try_open(false), ERR_CORRUPT);
	arena_done(&arena);
}
END_TEST

/* --- readers beside the writer --- */

struct reading {
	pthread_t thread;
	atomic_bool is_over;
	uint64_t found;
	uint64_t missed;
};

/* Texts are "aaaa…", "bbbb…", …: a torn one would show. */
static void *read_for_ever(void *arg) {
	struct reading *reading = arg;
	struct arena mine;
	arena_init(&mine, 0);
	while (!atomic_load(&reading->is_over)) {
		struct log_erasable text;
		arena_reset(&mine);
		enum err err = log_recall(&log_, 1, &mine, &text);
		ck_assert(err == ERR_OK || err == ERR_NOT_FOUND);
		reading->found += err == ERR_OK;
		reading->missed += err == ERR_NOT_FOUND;
		for (size_t i = 1; !err && i < text.bytes; i++)
			ck_assert_int_eq(((const char *)text.data)[i], ((const char *)text.data)[0]);
	}
	arena_done(&mine);
	return NULL;
}

START_TEST(a_reader_sees_a_whole_text_or_none) {
	enum { READERS = 3, CHANGES = 600 };
	struct reading readings[READERS] = { 0 };
	char text[LIMIT_ERASABLE_BYTES + 1] = "";
	uint64_t found = 0;
	open_new();
	for (int i = 0; i < READERS; i++)
		ck_assert_int_eq(pthread_create(&readings[i].thread, NULL, read_for_ever, &readings[i]), 0);
	for (int i = 0; i < CHANGES; i++) {
		memset(text, 'a' + i % 26, LIMIT_ERASABLE_BYTES);
		must_set(1, i % 5 == 4 ? NULL : text);
		must_set(2, i % 2 ? NULL : text); /* so that slots change hands */
	}
	for (int i = 0; i < READERS; i++) {
		atomic_store(&readings[i].is_over, true);
		ck_assert_int_eq(pthread_join(readings[i].thread, NULL), 0);
		found += readings[i].found;
	}
	ck_assert_uint_gt(found, 0);
	close_all();
}
END_TEST

SUITE_MAIN("vault", a_text_is_there_with_its_record_also_after_reopening,
    a_later_text_replaces_an_earlier_one_and_an_erased_one_is_gone,
    changes_of_one_batch_take_effect_in_their_order,
    what_is_erased_or_replaced_stands_nowhere_in_the_files, slots_are_used_again,
    a_failed_append_leaves_neither_text_nor_change,
    a_batch_for_which_there_is_no_room_leaves_nothing,
    what_could_not_be_overwritten_is_fatal_and_gone_after_a_restart,
    what_a_crash_left_in_a_free_slot_is_overwritten_at_the_next_start, a_damaged_text_is_found_out,
    a_journal_without_its_texts_is_not_opened, a_reader_sees_a_whole_text_or_none)
