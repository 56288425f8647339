/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that LMDB wrote are in order. Then one bit is flipped, anywhere: either that is noticed, or
 * it makes no difference, neither to what is read nor to what is written next.
 *
 * PAGE_FLIPS (200; 20,000 in the long form) says how many bits.
 */
#include "store/pages.h"

#include "support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	ROWS = 900,
	LARGE_EACH = 50, /* each of so many has pages of its own */
	VALUE_BYTES = 700,
	LARGE_BYTES = 9000,
	PAGE_BYTES = 4096,
	FLIPS = 200,
	FLIPS_LONG = 20000,
};

/* Two trees of the same rows, by text and by number. Version 0 of a row: it is not there. */
static const char *const TREES[] = { "texts", "numbers" };
static const unsigned FLAGS[] = { 0, MDB_INTEGERKEY };
static unsigned versions[ROWS];

static const struct pages_options ALL;

/* --- rows --- */

struct row {
	uint64_t number;
	char text[16];
	size_t bytes;
	char value[LARGE_BYTES];
};

static void make_row(uint64_t number, unsigned version, struct row *row) {
	row->number = number;
	snprintf(row->text, sizeof(row->text), "row-%05u", (unsigned)number);
	row->bytes = number % LARGE_EACH == 0 ? LARGE_BYTES : VALUE_BYTES + number % 7;
	memset(row->value, (int)('a' + (number + version) % 26), row->bytes);
	snprintf(row->value, row->bytes, "%u of %u", version, (unsigned)number);
}

static MDB_val key_of(const struct row *row, int tree) {
	return tree ? (MDB_val){ sizeof(row->number), (void *)&row->number }
	            : (MDB_val){ strlen(row->text), (void *)row->text };
}

/* --- files --- */

static const char *path_in(const char *directory) {
	static char path[300];
	snprintf(path, sizeof(path), "%s/data.mdb", directory);
	return path;
}

static MDB_env *open_env(const char *directory) {
	MDB_env *env;
	ck_assert_int_eq(mdb_env_create(&env), 0);
	ck_assert_int_eq(mdb_env_set_maxdbs(env, 4), 0);
	ck_assert_int_eq(mdb_env_set_mapsize(env, (size_t)64 << 20), 0);
	ck_assert_int_eq(mdb_env_open(env, directory, MDB_NOSYNC | MDB_NOLOCK, 0600), 0);
	return env;
}

/* Gives some rows their next version, or deletes them. */
static void change(MDB_env *env, unsigned first, unsigned step, bool deletes) {
	static struct row row;
	MDB_txn *txn;
	ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
	for (int tree = 0; tree < 2; tree++) {
		MDB_dbi dbi;
		ck_assert_int_eq(mdb_dbi_open(txn, TREES[tree], FLAGS[tree] | MDB_CREATE, &dbi), 0);
		for (unsigned i = first; i < ROWS; i += step) {
			make_row(i, versions[i] + 1, &row);
			MDB_val key = key_of(&row, tree), value = { row.bytes, row.value };
			int code = deletes ? mdb_del(txn, dbi, &key, NULL) : mdb_put(txn, dbi, &key, &value, 0);
			ck_assert(code == 0 || (deletes && code == MDB_NOTFOUND));
		}
	}
	ck_assert_int_eq(mdb_txn_commit(txn), 0);
	for (unsigned i = first; i < ROWS; i += step)
		versions[i] = deletes ? 0 : versions[i] + 1;
}

static void expect_row(MDB_txn *txn, MDB_dbi dbi, int tree, unsigned number) {
	static struct row row;
	make_row(number, versions[number], &row);
	MDB_val key = key_of(&row, tree), value;
	int code = mdb_get(txn, dbi, &key, &value);
	ck_assert_int_eq(code, versions[number] ? 0 : MDB_NOTFOUND);
	if (!code)
		ck_assert(value.mv_size == row.bytes && !memcmp(value.mv_data, row.value, row.bytes));
}

static void expect_rows(MDB_env *env) {
	MDB_txn *txn;
	ck_assert_int_eq(mdb_txn_begin(env, NULL, MDB_RDONLY, &txn), 0);
	for (int tree = 0; tree < 2; tree++) {
		MDB_dbi dbi;
		ck_assert_int_eq(mdb_dbi_open(txn, TREES[tree], FLAGS[tree], &dbi), 0);
		for (unsigned i = 0; i < ROWS; i++)
			expect_row(txn, dbi, tree, i);
	}
	mdb_txn_abort(txn);
}

/* A file with inner pages, large values, and lists of free pages, short ones and one that is longer
 * than a page. */
static void make_file(const char *directory) {
	MDB_env *env = open_env(directory);
	memset(versions, 0, sizeof(versions));
	change(env, 0, 1, false);
	for (unsigned i = 0; i < 20; i++)
		change(env, i, 37, false);
	change(env, 0, 1, false);
	change(env, 1, 3, true);
	for (unsigned i = 0; i < 3; i++)
		change(env, i, ROWS, false);
	expect_rows(env);
	mdb_env_close(env);
}

/* --- checks --- */

static enum err check_file(const char *directory, const struct pages_options *options) {
	const char *fault;
	enum err err = pages_check(path_in(directory), options, &fault);
	ck_assert_int_eq(err != ERR_OK, fault != NULL);
	return err;
}

/* Whether a record agrees with itself, as a checksum would have it. */
static bool is_row(void *arg, const char *tree, const MDB_val *key, const MDB_val *value) {
	static struct row row;
	size_t *count = arg;
	char text[16] = "", head[32] = "";
	uint64_t number = ROWS;
	unsigned version, of;
	++*count;
	if (!*tree)
		return true;
	if (strcmp(tree, TREES[1]) == 0)
		memcpy(&number, key->mv_data, sizeof(number));
	else if (key->mv_size < sizeof(text) && memcpy(text, key->mv_data, key->mv_size))
		number = strtoul(text + strlen("row-"), NULL, 10);
	memcpy(head, value->mv_data, value->mv_size < sizeof(head) ? value->mv_size : sizeof(head) - 1);
	if (number >= ROWS || sscanf(head, "%u of %u", &version, &of) != 2 || of != number)
		return false;
	make_row(number, version, &row);
	return value->mv_size == row.bytes && !memcmp(value->mv_data, row.value, row.bytes);
}

START_TEST(what_lmdb_wrote_is_in_order) {
	const char *directory = suite_directory();
	ck_assert_int_eq(check_file(directory, &ALL), ERR_OK); /* there is none yet */
	MDB_env *env = open_env(directory);
	memset(versions, 0, sizeof(versions));
	ck_assert_int_eq(check_file(directory, &ALL), ERR_OK);
	for (unsigned i = 0; i < 100; i++) {
		change(env, i * 7 % 50, 1 + i * 13 % 97, i % 5 == 3);
		size_t count = 0;
		const struct pages_options options = {
			.records_max = SIZE_MAX, .see = is_row, .arg = &count
		};
		ck_assert_int_eq(check_file(directory, &options), ERR_OK);
		ck_assert_int_eq(check_file(directory, &ALL), ERR_OK);
		ck_assert_uint_ge(count, 2);
	}
	mdb_env_close(env);
}
END_TEST

/* --- flips --- */

static unsigned char *file;
static size_t file_bytes;

static void load_file(const char *directory) {
	struct stat stat_of;
	int fd = open(path_in(directory), O_RDONLY);
	ck_assert(fd >= 0 && fstat(fd, &stat_of) == 0);
	file_bytes = (size_t)stat_of.st_size;
	file = malloc(file_bytes);
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(read(fd, file, file_bytes), (ssize_t)file_bytes);
	close(fd);
}

static void store_file(const char *directory) {
	int fd = open(path_in(directory), O_WRONLY | O_TRUNC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, file, file_bytes), (ssize_t)file_bytes);
	close(fd);
}

/* Reads all, writes on, and reads all again. */
static void expect_no_difference(const char *directory, unsigned round) {
	unsigned kept[ROWS];
	memcpy(kept, versions, sizeof(kept));
	MDB_env *env = open_env(directory);
	expect_rows(env);
	change(env, round % 5, 5, false);
	change(env, round % 3, 3, false);
	expect_rows(env);
	mdb_env_close(env);
	ck_assert_int_eq(check_file(directory, &ALL), ERR_OK);
	memcpy(versions, kept, sizeof(kept));
}

static bool is_noticed(const char *directory, size_t bit) {
	size_t count = 0;
	const struct pages_options options = { .records_max = SIZE_MAX, .see = is_row, .arg = &count };
	file[bit / 8] ^= (unsigned char)(1 << bit % 8);
	store_file(directory);
	file[bit / 8] ^= (unsigned char)(1 << bit % 8);
	return check_file(directory, &options) == ERR_CORRUPT;
}

/* A bit of a page; every other time within its first bytes, where the heads and offsets are. */
static size_t choose_bit(size_t page) {
	size_t within = (size_t)random() % (random() % 2 ? 8 * 160 : 8 * PAGE_BYTES);
	return 8 * PAGE_BYTES * page + within;
}

START_TEST(a_flipped_bit_is_noticed_or_makes_no_difference) {
	const char *directory = suite_directory();
	unsigned noticed = 0;
	const long flips = suite_count("PAGE_FLIPS", FLIPS, FLIPS_LONG);
	srandom((unsigned)suite_count("FAULTS_SEED", 1, 1));
	make_file(directory);
	load_file(directory);
	ck_assert_int_eq(check_file(directory, &ALL), ERR_OK);
	const size_t pages = file_bytes / PAGE_BYTES;
	for (long i = 0; i < flips; i++) {
		/* Both heads of the file as often as all the rest. */
		size_t bit = choose_bit(i % 4 == 0 ? (size_t)i / 4 % 2 : (size_t)random() % pages);
		if (is_noticed(directory, bit))
			noticed++;
		else
			expect_no_difference(directory, (unsigned)i);
	}
	printf("%u of %ld flips were noticed\n", noticed, flips);
	ck_assert_uint_gt(noticed, 0);
	free(file);
}
END_TEST

/* --- every bit of what leads to all else --- */

enum {
	HEAD_BYTES = 16, /* of a page */
	TREES_AT = HEAD_BYTES + 24,
	TREE_BYTES = 48,
	LAST_PAGE_AT = TREES_AT + 2 * TREE_BYTES,
	TXNID_AT = LAST_PAGE_AT + 8,
};

static void expect_noticed_or_no_difference(const char *directory, size_t first, size_t end) {
	for (size_t bit = 8 * first; bit < 8 * end; bit++)
		if (!is_noticed(directory, bit))
			expect_no_difference(directory, (unsigned)bit);
}

/* The numbers of the last transactions: which of two heads counts. The bit by which the later one
 * falls back behind the other is as after a commit that failed (pages.c). */
START_TEST(a_flipped_number_of_a_transaction_is_noticed) {
	const char *directory = suite_directory();
	make_file(directory);
	load_file(directory);
	unsigned unnoticed = 0;
	for (size_t head = 0; head < 2; head++)
		for (size_t bit = 0; bit < 64; bit++)
			unnoticed += !is_noticed(directory, 8 * (head * PAGE_BYTES + TXNID_AT) + bit);
	ck_assert_uint_le(unnoticed, 1);
	free(file);
}
END_TEST

START_TEST(a_flipped_bit_of_a_head_is_noticed_or_makes_no_difference) {
	const char *directory = suite_directory();
	make_file(directory);
	load_file(directory);
	uint64_t txnids[2];
	for (size_t head = 0; head < 2; head++)
		memcpy(&txnids[head], file + head * PAGE_BYTES + TXNID_AT, sizeof(txnids[0]));
	const size_t newest = txnids[1] > txnids[0] ? PAGE_BYTES : 0;
	const size_t end = suite_is_brief() ? TREES_AT + 8 : LAST_PAGE_AT;
	expect_noticed_or_no_difference(directory, newest + TREES_AT, newest + end);
	free(file);
}
END_TEST

START_TEST(a_flipped_bit_of_the_record_of_a_tree_is_noticed_or_makes_no_difference) {
	const char *directory = suite_directory();
	const size_t name_bytes = strlen(TREES[1]);
	unsigned found = 0;
	make_file(directory);
	load_file(directory);
	for (size_t at = 2 * PAGE_BYTES; at + name_bytes + TREE_BYTES <= file_bytes; at++) {
		/* Of a page that is not in use any more nobody takes notice. */
		if (memcmp(file + at, TREES[1], name_bytes) != 0 ||
		    !is_noticed(directory, 8 * (at / PAGE_BYTES * PAGE_BYTES)))
			continue;
		at += name_bytes;
		expect_noticed_or_no_difference(directory, at, at + (suite_is_brief() ? 8 : TREE_BYTES));
		found++;
	}
	ck_assert_uint_eq(found, 1);
	free(file);
}
END_TEST

/* --- one fault each --- */

struct head {
	uint64_t number;
	uint16_t pad, flags, lower, upper;
	uint16_t nodes[];
};

/* A list of free pages that has pages of its own: its count, then their numbers. */
static uint64_t *find_free_list(void) {
	for (size_t page = 2; page < file_bytes / PAGE_BYTES; page++) {
		struct head *head = (struct head *)(file + page * PAGE_BYTES);
		uint64_t *list = (uint64_t *)(head + 1);
		if (head->number == page && head->flags == 4 && list[0] > 400 && list[0] < 10000)
			return list;
	}
	return NULL;
}

/* LMDB would write over it. */
START_TEST(a_page_that_is_in_use_and_free_is_noticed) {
	const char *directory = suite_directory();
	make_file(directory);
	load_file(directory);
	uint64_t *list = find_free_list();
	ck_assert_ptr_nonnull(list);
	unsigned wrong = 0;
	for (uint64_t i = 1; i < list[0]; i++) {
		if (list[i] - 1 == list[i + 1])
			continue;
		list[i]--; /* still in order */
		store_file(directory);
		ck_assert_int_eq(check_file(directory, &ALL), ERR_CORRUPT);
		MDB_env *env = open_env(directory);
		expect_rows(env);
		mdb_env_close(env);
		list[i]++;
		wrong++;
	}
	ck_assert_uint_gt(wrong, 0);
	free(file);
}
END_TEST

/* A node of a leaf that looks like a list of free pages: count, then so many numbers. */
static bool is_list(const unsigned char *node) {
	uint16_t head[4]; /* size of the value, flags, size of the key */
	uint64_t count;
	memcpy(head, node, sizeof(head));
	memcpy(&count, node + sizeof(head) + sizeof(uint64_t), sizeof(count));
	return head[1] == 0 && head[2] == 0 && head[3] == sizeof(uint64_t) &&
	    head[0] == (count + 1) * sizeof(count);
}

/* Every bit of the node's head must be noticed, if the page is in use. */
static unsigned damage_list(const char *directory, size_t page, size_t node) {
	if (!is_list(file + node) || !is_noticed(directory, 8 * PAGE_BYTES * page))
		return 0;
	for (size_t bit = 0; bit < 8 * 8; bit++)
		ck_assert_msg(is_noticed(directory, 8 * node + bit), "bit %zu", bit);
	return 1;
}

/* LMDB moves what stands beside a node by what the node says that it takes. */
START_TEST(a_damaged_node_of_a_free_list_is_noticed) {
	const char *directory = suite_directory();
	unsigned damaged = 0;
	make_file(directory);
	load_file(directory);
	for (size_t page = 2; page < file_bytes / PAGE_BYTES; page++) {
		const struct head *head = (const struct head *)(file + page * PAGE_BYTES);
		if (head->number != page || head->flags != 2)
			continue;
		for (size_t i = 0; i < (head->lower - sizeof(*head)) / 2; i++)
			damaged += damage_list(directory, page, page * PAGE_BYTES + head->nodes[i]);
	}
	ck_assert_uint_gt(damaged, 0);
	free(file);
}
END_TEST

START_TEST(trees_with_many_records_are_followed_to_their_leaves) {
	const char *directory = suite_directory();
	size_t count = 0;
	const struct pages_options few = { .records_max = 10, .see = is_row, .arg = &count };
	make_file(directory);
	ck_assert_int_eq(check_file(directory, &few), ERR_OK);
	ck_assert_uint_eq(count, 2); /* their names */
	load_file(directory);
	unsigned noticed = 0;
	for (size_t page = 2; page < file_bytes / PAGE_BYTES; page++) {
		struct head *head = (struct head *)(file + page * PAGE_BYTES);
		if (head->number != page || head->flags != 1)
			continue;
		head->nodes[0] = head->nodes[1]; /* the second child twice, the first one never */
		store_file(directory);
		noticed += check_file(directory, &few) == ERR_CORRUPT;
	}
	ck_assert_uint_gt(noticed, 0);
	free(file);
}
END_TEST

START_TEST(what_is_cut_short_is_noticed) {
	const char *directory = suite_directory();
	make_file(directory);
	load_file(directory);
	for (size_t bytes = 1; bytes < file_bytes; bytes = bytes * 3 / 2 + 1) {
		ck_assert_int_eq(truncate(path_in(directory), (off_t)bytes), 0);
		ck_assert_int_eq(check_file(directory, &ALL), ERR_CORRUPT);
		store_file(directory);
	}
	free(file);
}
END_TEST

SUITE_MAIN("pages", what_lmdb_wrote_is_in_order, a_flipped_bit_is_noticed_or_makes_no_difference,
    a_flipped_number_of_a_transaction_is_noticed,
    a_flipped_bit_of_a_head_is_noticed_or_makes_no_difference,
    a_flipped_bit_of_the_record_of_a_tree_is_noticed_or_makes_no_difference,
    a_page_that_is_in_use_and_free_is_noticed, a_damaged_node_of_a_free_list_is_noticed,
    trees_with_many_records_are_followed_to_their_leaves, what_is_cut_short_is_noticed)
