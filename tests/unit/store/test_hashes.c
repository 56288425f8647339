/* SPDX-License-Identifier: Apache-2.0 */
#include "store/hashes.h"

#include "faults.h"
#include "support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	LEAVES_MAX = 300000, /* more than the first ring of chunks takes */
	LEVELS = 19,
};

static struct digest *digest;

/* Every node of the tree over the numbers 0, 1, 2, …, level by level: hashed pair by pair. */
static struct oracle {
	uint64_t count;
	uint8_t (*levels[LEVELS])[DIGEST_BYTES];
} oracle;

static void oracle_make(uint64_t count) {
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
	oracle.count = count;
	for (unsigned level = 0; level < LEVELS && count >> level; level++) {
		oracle.levels[level] = malloc((count >> level) * DIGEST_BYTES);
		ck_assert_ptr_nonnull(oracle.levels[level]);
		for (uint64_t i = 0; i < count >> level; i++) {
			uint8_t *node = oracle.levels[level][i];
			if (level == 0)
				digest_compute(digest, "\0", 1, &i, sizeof(i), NULL, 0, node);
			else
				digest_compute(digest, "\1", 1, oracle.levels[level - 1][2 * i], DIGEST_BYTES,
				    oracle.levels[level - 1][2 * i + 1], DIGEST_BYTES, node);
		}
	}
}

static void oracle_done(void) {
	for (unsigned level = 0; level < LEVELS; level++) {
		free(oracle.levels[level]);
		oracle.levels[level] = NULL;
	}
	digest_free(digest);
}

/* --- the hashes under test --- */

static char directory[200];
static struct env env;
static struct hashes hashes;
static struct merkle tree;

static void begin(uint64_t leaves) {
	oracle_make(leaves);
	snprintf(directory, sizeof(directory), "%s/state", suite_directory());
	ck_assert_int_eq(env_make_directory(directory), ERR_OK);
	const struct env_options options = { .directory = directory, .map_bytes = 1 << 20 };
	ck_assert_int_eq(env_open(&env, &options), ERR_OK);
	ck_assert_int_eq(hashes_open(&hashes, &env, directory, 0), ERR_OK);
	merkle_init(&tree);
}

static void end(void) {
	hashes_close(&hashes);
	env_close(&env);
	oracle_done();
}

static void put_number(uint64_t number) {
	uint8_t nodes[MERKLE_KEPT_MAX][DIGEST_BYTES];
	uint64_t index = tree.size;
	unsigned count = merkle_append_kept(&tree, digest, &number, sizeof(number), nodes);
	ck_assert_uint_eq(count, merkle_kept_count(index));
	hashes_put(&hashes, index, (const uint8_t(*)[DIGEST_BYTES])nodes);
}

static void add(uint64_t size) {
	while (tree.size < size)
		put_number(tree.size);
	hashes_commit(&hashes, size);
}

static void checkpoint(uint64_t size) {
	ck_assert_int_eq(hashes_write(&hashes, size, true), ERR_OK);
	hashes_release(&hashes, size);
}

/* As after a crash: what no checkpoint has is gone, and put again. */
static enum err try_reopen(uint64_t size) {
	hashes_close(&hashes);
	merkle_init(&tree);
	for (uint64_t i = 0; i < size; i++)
		merkle_append(&tree, digest, &i, sizeof(i));
	return hashes_open(&hashes, &env, directory, size);
}

static void expect_nodes(unsigned level, uint64_t first, unsigned count) {
	uint8_t *read = malloc((size_t)count * DIGEST_BYTES);
	ck_assert_int_eq(hashes_read(&hashes, level, first, count, read), ERR_OK);
	ck_assert_mem_eq(read, oracle.levels[level][first], (size_t)count * DIGEST_BYTES);
	free(read);
}

static void expect_whole_tree(uint64_t size) {
	ck_assert_uint_eq(hashes_size(&hashes), size);
	for (unsigned level = 0; size >> level; level += MERKLE_KEPT_STEP)
		expect_nodes(level, 0, (unsigned)(size >> level));
}

/* --- tests --- */

START_TEST(every_node_is_found_wherever_the_checkpoint_ends) {
	static const uint64_t written[] = { 0, 1, 15, 16, 17, 255, 4095, 4096, 4097, 8192, 9999 };
	begin(10000);
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		ck_assert_int_eq(try_reopen(0), ERR_OK);
		add(written[i]);
		expect_whole_tree(written[i]);
		checkpoint(written[i]);
		expect_whole_tree(written[i]);
		add(10000);
		expect_whole_tree(10000);
		ck_assert_int_eq(try_reopen(written[i]), ERR_OK);
		expect_whole_tree(written[i]);
		add(10000);
		expect_whole_tree(10000);
	}
	end();
}
END_TEST

START_TEST(many_small_checkpoints_make_the_same_files_as_one) {
	begin(5000);
	for (uint64_t size = 7; size <= 4999; size += 7) {
		add(size);
		checkpoint(size);
	}
	add(5000);
	checkpoint(5000);
	ck_assert_int_eq(try_reopen(5000), ERR_OK);
	expect_whole_tree(5000);
	end();
}
END_TEST

START_TEST(a_tree_of_more_leaves_than_the_ring_has_room_for_is_whole) {
	begin(LEAVES_MAX);
	add(LEAVES_MAX);
	expect_whole_tree(LEAVES_MAX);
	checkpoint(LEAVES_MAX - 5000);
	expect_whole_tree(LEAVES_MAX);
	end();
}
END_TEST

START_TEST(a_batch_that_goes_back_leaves_nothing) {
	begin(5000);
	add(4000);
	struct merkle before = tree;
	for (uint64_t i = 0; i < 500; i++)
		put_number(777 + i); /* others than are to come, into a second chunk */
	uint8_t read[DIGEST_BYTES];
	ck_assert_int_eq(hashes_read(&hashes, 0, 4000, 1, read), ERR_RANGE);
	tree = before;
	hashes_drop(&hashes);
	expect_whole_tree(4000);
	add(5000);
	expect_whole_tree(5000);
	checkpoint(5000);
	expect_whole_tree(5000);
	end();
}
END_TEST

START_TEST(only_what_is_committed_can_be_read) {
	static const struct {
		unsigned level;
		uint64_t first;
		unsigned count;
		enum err err;
	} cases[] = {
		{ 0, 99, 1, ERR_OK },
		{ 0, 99, 2, ERR_RANGE },
		{ 0, 100, 1, ERR_RANGE },
		{ 0, UINT64_MAX, 2, ERR_RANGE },
		{ 4, 5, 1, ERR_OK },
		{ 4, 6, 1, ERR_RANGE },
		{ 8, 0, 1, ERR_RANGE },
		{ 60, 0, 1, ERR_RANGE },
	};
	begin(200);
	add(100);
	for (uint64_t i = 100; i < 200; i++)
		put_number(i);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t read[2 * DIGEST_BYTES];
		ck_assert_int_eq(hashes_read(&hashes, cases[i].level, cases[i].first, cases[i].count, read),
		    cases[i].err);
	}
	end();
}
END_TEST

static void path_of(char path[300], unsigned level) {
	snprintf(path, 300, "%s/hashes-%u", directory, level);
}

START_TEST(files_that_lack_something_are_not_taken) {
	char path[300];
	begin(600);
	add(600);
	checkpoint(600);
	for (unsigned level = 0; level <= 8; level += MERKLE_KEPT_STEP) {
		struct stat status;
		path_of(path, level);
		ck_assert_int_eq(stat(path, &status), 0);
		ck_assert_int_eq(status.st_size, (600 >> level) * DIGEST_BYTES);
		ck_assert_int_eq(truncate(path, status.st_size - 1), 0);
		ck_assert_int_eq(try_reopen(600), ERR_CORRUPT);
		ck_assert_int_eq(truncate(path, status.st_size), 0);
		ck_assert_int_eq(hashes_open(&hashes, &env, directory, 600), ERR_OK);
	}
	path_of(path, 4);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(try_reopen(600), ERR_CORRUPT);
	ck_assert_int_eq(hashes_open(&hashes, &env, directory, 0), ERR_OK);
	end();
}
END_TEST

START_TEST(what_files_have_beyond_the_checkpoint_is_of_no_account) {
	char path[300];
	static const char noise[3 * DIGEST_BYTES + 5] = "noise";
	begin(700);
	add(300);
	checkpoint(300);
	path_of(path, 0);
	int fd = open(path, O_WRONLY | O_APPEND);
	ck_assert_int_eq(write(fd, noise, sizeof(noise)), sizeof(noise));
	close(fd);
	ck_assert_int_eq(try_reopen(300), ERR_OK);
	expect_whole_tree(300);
	add(301);
	checkpoint(301);
	add(700);
	expect_whole_tree(700);
	checkpoint(700);
	expect_whole_tree(700);
	end();
}
END_TEST

START_TEST(an_empty_tree_takes_nothing_over_from_an_earlier_life) {
	char path[300];
	begin(600);
	add(600);
	checkpoint(600);
	ck_assert_int_eq(try_reopen(0), ERR_OK);
	for (unsigned level = 0; level <= 8; level += MERKLE_KEPT_STEP) {
		path_of(path, level);
		ck_assert_int_ne(access(path, F_OK), 0);
	}
	end();
}
END_TEST

START_TEST(a_failing_disk_loses_nothing) {
	begin(9000);
	for (size_t i = 0; i < FAULTS_OF_WRITING; i++) {
		uint64_t size = 3000 * (i + 1);
		add(size);
		faults_set(faults_of_writing[i].fault);
		ck_assert_int_eq(hashes_write(&hashes, size, true), faults_of_writing[i].err);
		faults_set(FAULT_NONE);
		expect_whole_tree(size);
		checkpoint(size);
		expect_whole_tree(size);
	}
	ck_assert_int_eq(try_reopen(9000), ERR_OK);
	expect_whole_tree(9000);
	end();
}
END_TEST

/* --- threads --- */

static _Atomic bool is_over;
static _Atomic uint64_t reads;
static _Atomic bool has_failed;

static void *read_at_random(void *arg) {
	uint64_t random = (uint64_t)(uintptr_t)arg;
	while (!atomic_load(&is_over)) {
		uint64_t size = hashes_size(&hashes);
		random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
		unsigned level = (unsigned)(random >> 60) % 8 * MERKLE_KEPT_STEP;
		uint64_t nodes = size >> level;
		if (!nodes)
			continue;
		/* Mostly near the end, where files give way to memory. */
		uint64_t back = (random >> 20) % (random & 1 ? nodes : nodes < 50 ? nodes : 50);
		uint64_t first = nodes - 1 - back;
		unsigned count = (unsigned)(back < 16 ? back + 1 : 16);
		uint8_t read[16 * DIGEST_BYTES];
		if (hashes_read(&hashes, level, first, count, read) != ERR_OK ||
		    memcmp(read, oracle.levels[level][first], count * DIGEST_BYTES) != 0)
			atomic_store(&has_failed, true);
		atomic_fetch_add(&reads, 1);
	}
	return NULL;
}

static void *write_checkpoints(void *arg) {
	uint64_t done = 0;
	(void)arg;
	while (done < oracle.count && !atomic_load(&has_failed)) {
		uint64_t size = hashes_size(&hashes);
		if (size == done)
			continue;
		if (hashes_write(&hashes, size, false) != ERR_OK)
			atomic_store(&has_failed, true);
		hashes_release(&hashes, size);
		done = size;
	}
	return NULL;
}

START_TEST(readers_see_right_hashes_while_the_tree_grows_and_is_written) {
	enum { READERS = 3, COUNT = 40000, BATCH = 37 };
	pthread_t readers[READERS], checkpointer;
	begin(COUNT);
	ck_assert_int_eq(pthread_create(&checkpointer, NULL, write_checkpoints, NULL), 0);
	for (uintptr_t i = 0; i < READERS; i++)
		ck_assert_int_eq(pthread_create(&readers[i], NULL, read_at_random, (void *)(i + 1)), 0);
	while (tree.size < COUNT && !atomic_load(&has_failed))
		add(tree.size + BATCH < COUNT ? tree.size + BATCH : COUNT);
	ck_assert_int_eq(pthread_join(checkpointer, NULL), 0);
	while (atomic_load(&reads) < 1000 && !atomic_load(&has_failed))
		usleep(1000);
	atomic_store(&is_over, true);
	for (int i = 0; i < READERS; i++)
		ck_assert_int_eq(pthread_join(readers[i], NULL), 0);
	ck_assert(!atomic_load(&has_failed));
	expect_whole_tree(COUNT);
	end();
}
END_TEST

SUITE_MAIN("hashes", every_node_is_found_wherever_the_checkpoint_ends,
    many_small_checkpoints_make_the_same_files_as_one,
    a_tree_of_more_leaves_than_the_ring_has_room_for_is_whole,
    a_batch_that_goes_back_leaves_nothing, only_what_is_committed_can_be_read,
    files_that_lack_something_are_not_taken, what_files_have_beyond_the_checkpoint_is_of_no_account,
    an_empty_tree_takes_nothing_over_from_an_earlier_life, a_failing_disk_loses_nothing,
    readers_see_right_hashes_while_the_tree_grows_and_is_written)
