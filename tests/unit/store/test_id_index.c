/* SPDX-License-Identifier: Apache-2.0 */
#include "store/id_index.h"

#include "base/check.h"
#include "faults.h"
#include "model.h"
#include "support/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT_MAX = 20000 };

/* An index in a directory, and the manifest as the environment would keep it. Ids are numbered:
 * checkpoint after checkpoint takes the next few of them. */
struct fixture {
	char directory[200];
	struct env env;
	struct id_index index;
	struct buffer manifest; /* of the newest checkpoint */
	uint64_t seq;
	uint64_t count; /* of ids in it */
};

static struct id_entry entry_of(uint64_t number) {
	uint64_t seed = number;
	struct id id = { .high = model_random(&seed), .low = model_random(&seed) };
	return (struct id_entry){ .id = id, .value = number };
}

static void key_of(uint64_t number, uint64_t ret_key[2]) {
	struct id_entry entry = entry_of(number);
	ret_key[0] = __builtin_bswap64(entry.id.high);
	ret_key[1] = __builtin_bswap64(entry.id.low);
}

static int compare(const void *a, const void *b) {
	return id_compare(((const struct id_entry *)a)->id, ((const struct id_entry *)b)->id);
}

static enum err try_open(struct fixture *fixture) {
	return id_index_open(&fixture->index, &fixture->env, fixture->directory, fixture->seq,
	    fixture->manifest.bytes ? fixture->manifest.data : NULL, fixture->manifest.bytes);
}

static void reopen(struct fixture *fixture) {
	id_index_close(&fixture->index);
	ck_assert_int_eq(try_open(fixture), ERR_OK);
}

static void fixture_init(struct fixture *fixture) {
	*fixture = (struct fixture){ .seq = 0 };
	snprintf(fixture->directory, sizeof(fixture->directory), "%s/state", suite_directory());
	ck_assert_int_eq(env_make_directory(fixture->directory), ERR_OK);
	const struct env_options options = { .directory = fixture->directory, .map_bytes = 1 << 20 };
	ck_assert_int_eq(env_open(&fixture->env, &options), ERR_OK);
	buffer_init(&fixture->manifest, 0);
	ck_assert_int_eq(try_open(fixture), ERR_OK);
}

static void fixture_done(struct fixture *fixture) {
	id_index_close(&fixture->index);
	buffer_done(&fixture->manifest);
	env_close(&fixture->env);
}

static enum err prepare(struct fixture *fixture, uint64_t count) {
	static struct id_entry entries[COUNT_MAX];
	check(count <= COUNT_MAX);
	for (uint64_t i = 0; i < count; i++)
		entries[i] = entry_of(fixture->count + 1 + i);
	qsort(entries, count, sizeof(entries[0]), compare);
	return id_index_prepare(&fixture->index, fixture->seq + 1, entries, count);
}

/* The transaction of the checkpoint. */
static void keep_manifest(struct fixture *fixture, uint64_t count) {
	buffer_clear(&fixture->manifest);
	ck_assert_int_eq(id_index_manifest(&fixture->index, &fixture->manifest), ERR_OK);
	fixture->seq++;
	fixture->count += count;
}

static void checkpoint(struct fixture *fixture, uint64_t count) {
	ck_assert_int_eq(prepare(fixture, count), ERR_OK);
	keep_manifest(fixture, count);
	id_index_commit(&fixture->index);
}

static enum err find(struct fixture *fixture, uint64_t number, uint64_t *ret_value) {
	uint64_t key[2];
	key_of(number, key);
	struct id_view *view = id_index_newest(&fixture->index);
	id_index_prefetch(&fixture->index, view, key);
	enum err err = id_index_find(&fixture->index, view, key, ret_value);
	id_index_release(&fixture->index, view);
	return err;
}

struct listed {
	uint64_t count;
	struct id last;
	uint64_t stop_after;
};

static bool visit(void *arg, const struct id_entry *entry) {
	struct listed *listed = arg;
	EXPECT(id_compare(entry_of(entry->value).id, entry->id) == 0);
	EXPECT(listed->count == 0 || id_compare(listed->last, entry->id) < 0);
	listed->last = entry->id;
	return ++listed->count != listed->stop_after;
}

static void expect_scan(const struct fixture *fixture) {
	const struct id_view *view = fixture->index.current;
	struct listed all = { .count = 0 };
	ck_assert_int_eq(id_index_scan(view, (struct id){ 0 }, visit, &all), ERR_OK);
	ck_assert_uint_eq(all.count, fixture->count);
	struct listed half = { .stop_after = fixture->count / 2 }, rest = { .count = 0 };
	ck_assert_int_eq(id_index_scan(view, (struct id){ 0 }, visit, &half), ERR_OK);
	ck_assert_int_eq(id_index_scan(view, half.last, visit, &rest), ERR_OK);
	ck_assert_uint_eq(half.count + rest.count, fixture->count + 1);
	ck_assert_int_eq(id_compare(rest.last, all.last), 0);
}

/* All that were put, and none of those that will be. */
static void expect_all(struct fixture *fixture) {
	expect_scan(fixture);
	for (uint64_t number = 1; number <= fixture->count; number++) {
		uint64_t value = 0;
		EXPECT(find(fixture, number, &value) == ERR_OK);
		EXPECT(value == number);
	}
	for (uint64_t number = fixture->count + 1; number < fixture->count + 3000; number++)
		EXPECT(find(fixture, number, &(uint64_t){ 0 }) == ERR_NOT_FOUND);
}

static size_t count_files(const struct fixture *fixture, char *ret_path) {
	size_t count = 0;
	DIR *directory = opendir(fixture->directory);
	ck_assert_ptr_nonnull(directory);
	for (const struct dirent *entry; (entry = readdir(directory));) {
		if (strncmp(entry->d_name, "ids-", 4) != 0)
			continue;
		count++;
		if (ret_path)
			snprintf(ret_path, 500, "%s/%s", fixture->directory, entry->d_name);
	}
	closedir(directory);
	return count;
}

START_TEST(ids_are_found_through_tail_runs_and_merges) {
	struct fixture fixture;
	uint64_t random = 1;
	fixture_init(&fixture);
	for (int i = 0; i < 400; i++) {
		uint64_t count = model_random(&random) % (i % 10 ? 1000 : 9000);
		checkpoint(&fixture, i % 7 ? count : 0);
		if (model_random(&random) % 50 == 0)
			reopen(&fixture);
		EXPECT(fixture.index.current->run_count < 5 * ID_MERGE_RUNS);
	}
	ck_assert_uint_gt(fixture.count, 200000);
	expect_all(&fixture);
	reopen(&fixture);
	expect_all(&fixture);
	ck_assert_uint_eq(count_files(&fixture, NULL), fixture.index.current->run_count);
	fixture_done(&fixture);
}
END_TEST

START_TEST(a_few_ids_make_no_file) {
	struct fixture fixture;
	fixture_init(&fixture);
	for (int i = 0; i < ID_TAIL_MAX; i++)
		checkpoint(&fixture, 1);
	ck_assert_uint_eq(count_files(&fixture, NULL), 0);
	reopen(&fixture);
	expect_all(&fixture);
	checkpoint(&fixture, 1);
	ck_assert_uint_eq(count_files(&fixture, NULL), 1);
	ck_assert_uint_eq(fixture.index.current->tail_count, 0);
	expect_all(&fixture);
	fixture_done(&fixture);
}
END_TEST

START_TEST(few_strangers_pass_a_filter) {
	struct fixture fixture;
	fixture_init(&fixture);
	checkpoint(&fixture, COUNT_MAX);
	const struct id_view *view = fixture.index.current;
	ck_assert_uint_eq(view->run_count, 1);
	unsigned passed = 0;
	for (uint64_t number = COUNT_MAX + 1; number <= 11 * COUNT_MAX; number++) {
		uint64_t hash = id_hash(&fixture.index.place, entry_of(number).id);
		passed += id_filter_may_have(&view->runs[0]->filter, hash);
	}
	ck_assert_uint_lt(passed, 10 * COUNT_MAX / 100);
	fixture_done(&fixture);
}
END_TEST

/* The process ends after so many steps of a checkpoint: as good as nothing has happened before the
 * manifest is on the disk, and everything after it. */
START_TEST(a_crash_between_any_two_steps_loses_and_invents_nothing) {
	enum { PREPARED, IN_MANIFEST, COMMITTED, STEPS };
	struct fixture fixture;
	char path[300];
	fixture_init(&fixture);
	snprintf(path, sizeof(path), "%s/manifest", fixture.directory);
	for (int round = 0; round < 8 * STEPS; round++) {
		for (int i = 0; i < 3; i++)
			checkpoint(&fixture, 1000);
		pid_t child = fork();
		ck_assert_int_ge(child, 0);
		if (child == 0) {
			check(prepare(&fixture, 3000) == ERR_OK);
			if (round % STEPS >= IN_MANIFEST) {
				keep_manifest(&fixture, 3000);
				int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
				check(write(fd, fixture.manifest.data, fixture.manifest.bytes) ==
				    (ssize_t)fixture.manifest.bytes);
			}
			if (round % STEPS == COMMITTED)
				id_index_commit(&fixture.index);
			_exit(0);
		}
		int status;
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_int_eq(status, 0);
		if (round % STEPS >= IN_MANIFEST) {
			static char bytes[100000];
			int fd = open(path, O_RDONLY);
			ssize_t n = read(fd, bytes, sizeof(bytes));
			close(fd);
			buffer_clear(&fixture.manifest);
			buffer_append(&fixture.manifest, bytes, (size_t)n);
			fixture.seq++;
			fixture.count += 3000;
		}
		/* the parent stands for the next process: what it had in memory is not looked at */
		struct id_index old = fixture.index;
		ck_assert_int_eq(try_open(&fixture), ERR_OK);
		ck_assert_uint_eq(count_files(&fixture, NULL), fixture.index.current->run_count);
		if (old.merge.writer.run) /* the child's merge went on in that file */
			old.merge.writer.run->is_kept = true;
		if (old.merge.output)
			old.merge.output->is_kept = true;
		id_index_close(&old);
		if (round % 10 == 0)
			expect_all(&fixture);
	}
	expect_all(&fixture);
	fixture_done(&fixture);
}
END_TEST

START_TEST(what_cannot_be_written_leaves_nothing_and_is_tried_again) {
	struct fixture fixture;
	fixture_init(&fixture);
	for (int round = 0; round < 60; round++) {
		size_t which = (size_t)round % FAULTS_OF_WRITING;
		checkpoint(&fixture, 3000);
		faults_set(faults_of_writing[which].fault);
		ck_assert_int_eq(prepare(&fixture, 4000), faults_of_writing[which].err);
		faults_set(FAULT_NONE);
		ck_assert_uint_eq(count_files(&fixture, NULL), fixture.index.current->run_count);

		ck_assert_int_eq(prepare(&fixture, 4000), ERR_OK); /* and then the transaction fails */
		id_index_abort(&fixture.index, true);
		ck_assert_ptr_null(id_index_view(&fixture.index, fixture.seq + 1));
		ck_assert_uint_eq(fixture.index.current->seq, fixture.seq);
		if (round % 20 == 0)
			expect_all(&fixture);
	}
	reopen(&fixture);
	expect_all(&fixture);
	ck_assert_uint_eq(count_files(&fixture, NULL), fixture.index.current->run_count);
	fixture_done(&fixture);
}
END_TEST

START_TEST(a_checkpoint_of_which_nothing_is_known_keeps_its_files) {
	struct fixture fixture;
	fixture_init(&fixture);
	for (int i = 0; i < 30; i++)
		checkpoint(&fixture, 3000);
	for (int i = 0; i < ID_MERGE_RUNS; i++) { /* with and without a merge that has just ended */
		ck_assert_int_eq(prepare(&fixture, 3000), ERR_OK);
		keep_manifest(&fixture, 3000);
		id_index_abort(&fixture.index, false);
		reopen(&fixture); /* it was written after all */
		expect_all(&fixture);
	}
	fixture_done(&fixture);
}
END_TEST

START_TEST(a_view_stays_while_runs_are_merged_away) {
	struct fixture fixture;
	fixture_init(&fixture);
	checkpoint(&fixture, 5000);
	struct id_view *old = id_index_view(&fixture.index, 1);
	ck_assert_ptr_nonnull(old);
	for (int i = 0; i < 40; i++)
		checkpoint(&fixture, 5000);
	ck_assert_ptr_null(id_index_view(&fixture.index, 1));
	for (uint64_t number = 1; number <= 10000; number++) {
		uint64_t key[2], value;
		key_of(number, key);
		enum err err = id_index_find(&fixture.index, old, key, &value);
		EXPECT(err == (number <= 5000 ? ERR_OK : ERR_NOT_FOUND));
	}
	ck_assert_uint_gt(count_files(&fixture, NULL), fixture.index.current->run_count);
	id_index_release(&fixture.index, old);
	checkpoint(&fixture, 1);
	ck_assert_uint_eq(count_files(&fixture, NULL), fixture.index.current->run_count);
	fixture_done(&fixture);
}
END_TEST

static void flip(const char *path, off_t offset) {
	char byte;
	int fd = open(path, O_RDWR);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &byte, 1, offset), 1);
	byte ^= 4;
	ck_assert_int_eq(lseek(fd, offset, SEEK_SET), offset);
	ck_assert_int_eq(write(fd, &byte, 1), 1);
	close(fd);
}

START_TEST(what_is_damaged_is_noticed) {
	struct fixture fixture;
	char path[500];
	struct stat stat_of;
	fixture_init(&fixture);
	checkpoint(&fixture, 5000);
	ck_assert_uint_eq(count_files(&fixture, path), 1);
	ck_assert_int_eq(stat(path, &stat_of), 0);
	off_t blocks = (off_t)fixture.index.current->runs[0]->info.blocks * ID_BLOCK_BYTES;
	id_index_close(&fixture.index);

	for (off_t offset = blocks; offset < stat_of.st_size; offset += 97) {
		flip(path, offset);
		EXPECT(try_open(&fixture) == ERR_CORRUPT);
		flip(path, offset);
	}
	for (size_t i = 0; i < fixture.manifest.bytes; i++) {
		fixture.manifest.data[i] ^= 16;
		EXPECT(try_open(&fixture) == ERR_CORRUPT);
		fixture.manifest.data[i] ^= 16;
	}
	ck_assert_int_eq(try_open(&fixture), ERR_OK);
	for (off_t offset = 0; offset < blocks; offset += 1000) {
		unsigned noticed = 0, lost = 0;
		flip(path, offset);
		for (uint64_t number = 1; number <= 5000; number++) {
			enum err err = find(&fixture, number, &(uint64_t){ 0 });
			noticed += err == ERR_CORRUPT;
			lost += err == ERR_NOT_FOUND;
		}
		EXPECT(noticed > 0 && lost == 0);
		flip(path, offset);
	}
	id_index_close(&fixture.index);
	ck_assert_int_eq(truncate(path, stat_of.st_size - 1), 0);
	ck_assert_int_eq(try_open(&fixture), ERR_CORRUPT);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(try_open(&fixture), ERR_CORRUPT);
	buffer_clear(&fixture.manifest);
	ck_assert_int_eq(try_open(&fixture), ERR_OK);
	fixture_done(&fixture);
}
END_TEST

SUITE_MAIN("id index", ids_are_found_through_tail_runs_and_merges, a_few_ids_make_no_file,
    few_strangers_pass_a_filter, a_crash_between_any_two_steps_loses_and_invents_nothing,
    what_cannot_be_written_leaves_nothing_and_is_tried_again,
    a_checkpoint_of_which_nothing_is_known_keeps_its_files, a_view_stays_while_runs_are_merged_away,
    what_is_damaged_is_noticed)
