/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roots, proofs and tiles of a running engine, against the tree as RFC 9162 defines it, computed
 * here from the entries of the journal.
 */
#include "engine/engine.h"

#include "base/buffer.h"
#include "record/entry.h"
#include "support/stage.h"
#include "support/suite.h"
#include "support/tree_definition.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RESERVATIONS = 40, LEAVES_MAX = 2000 };

static struct arena arena;
static const char *directory;
static struct engine *engine;
static uint64_t startup;
static uint64_t reservations[RESERVATIONS];

/* --- the tree by definition --- */

static struct digest *digest;
static uint8_t leaves[LEAVES_MAX][DIGEST_BYTES];
static uint64_t leaf_count;

static bool take_leaf(void *arg, uint64_t seq, const void *data, size_t bytes) {
	(void)arg;
	ck_assert_uint_le(seq, LEAVES_MAX);
	tree_leaf(digest, (const char *)data + ENTRY_HEADER_BYTES, bytes - ENTRY_HEADER_BYTES,
	    leaves[seq - 1]);
	leaf_count = seq;
	return true;
}

static void read_leaves(void) {
	ck_assert_int_eq(engine_read_journal(engine, 1, take_leaf, NULL), ERR_OK);
	ck_assert_uint_eq(leaf_count, engine_last_seq(engine));
}

/* --- a ledger --- */

static void redeem(int rounds) {
	for (int round = 0; round < rounds; round++) {
		Pb__Command *commands[RESERVATIONS];
		struct arena own;
		arena_init(&own, 0);
		for (size_t i = 0; i < RESERVATIONS; i++)
			commands[i] = stage_redeem(&own, reservations[i], 1);
		const Pb__BatchReply *reply = stage_run(
		    engine, startup, stage_batch(&own, commands, RESERVATIONS), &own);
		ck_assert_ptr_nonnull(reply);
		arena_done(&own);
	}
}

static void begin(void) {
	arena_init(&arena, 0);
	directory = suite_directory();
	stage_create(directory);
	engine = stage_open(directory);
	startup = stage_set_up(engine, RESERVATIONS);
	stage_reserve(engine, startup, reservations, RESERVATIONS);
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
}

static void end(void) {
	digest_free(digest);
	engine_close(engine);
	arena_done(&arena);
}

static void reopen(void) {
	engine_close(engine);
	engine = stage_open(directory);
}

/* --- what is to hold --- */

static void expect_root(uint64_t size) {
	uint8_t told[DIGEST_BYTES], right[DIGEST_BYTES];
	ck_assert_int_eq(engine_tree_root(engine, size, told), ERR_OK);
	tree_root(digest, leaves, size, right);
	ck_assert_mem_eq(told, right, DIGEST_BYTES);
}

static void expect_inclusion(uint64_t seq, uint64_t size) {
	struct inclusion inclusion;
	uint8_t root[DIGEST_BYTES];
	ck_assert_int_eq(engine_prove_inclusion(engine, seq, size, &inclusion), ERR_OK);
	tree_root(digest, leaves, size, root);
	ck_assert_uint_eq(inclusion.index, seq - 1);
	ck_assert_uint_eq(inclusion.size, size);
	ck_assert_mem_eq(inclusion.leaf, leaves[seq - 1], DIGEST_BYTES);
	ck_assert_mem_eq(inclusion.root, root, DIGEST_BYTES);
	ck_assert(proof_is_included(&inclusion.proof, digest, seq - 1, leaves[seq - 1], size, root));
	/* Neither of another leaf, nor in another place. */
	ck_assert(!proof_is_included(
	    &inclusion.proof, digest, seq - 1, leaves[seq % leaf_count], size, root));
	ck_assert(!proof_is_included(&inclusion.proof, digest, seq, leaves[seq - 1], size, root));
}

static void expect_consistency(uint64_t from, uint64_t to) {
	struct consistency consistency;
	uint8_t from_root[DIGEST_BYTES], to_root[DIGEST_BYTES];
	ck_assert_int_eq(engine_prove_consistency(engine, from, to, &consistency), ERR_OK);
	tree_root(digest, leaves, from, from_root);
	tree_root(digest, leaves, to, to_root);
	ck_assert_mem_eq(consistency.from_root, from_root, DIGEST_BYTES);
	ck_assert_mem_eq(consistency.to_root, to_root, DIGEST_BYTES);
	ck_assert(proof_is_consistent(&consistency.proof, digest, from, from_root, to, to_root));
}

static void expect_everything(void) {
	read_leaves();
	for (uint64_t size = 1; size <= leaf_count; size += size < 40 ? 1 : 61) {
		expect_root(size);
		for (uint64_t seq = 1; seq <= size; seq += size < 40 ? 1 : 37)
			expect_inclusion(seq, size);
		expect_inclusion(size, size);
		for (uint64_t from = 0; from <= size; from += size < 40 ? 1 : 43)
			expect_consistency(from, size);
	}
}

START_TEST(roots_and_proofs_of_every_size_are_those_of_the_definition) {
	uint8_t head[DIGEST_BYTES], root[DIGEST_BYTES];
	uint64_t size;
	begin();
	redeem(20);
	expect_everything();
	engine_tree_head(engine, &size, head);
	ck_assert_int_eq(engine_tree_root(engine, size, root), ERR_OK);
	ck_assert_mem_eq(head, root, DIGEST_BYTES);
	ck_assert_int_eq(engine_tree_root(engine, 0, root), ERR_OK);
	tree_root(digest, leaves, 0, head);
	ck_assert_mem_eq(head, root, DIGEST_BYTES);
	end();
}
END_TEST

START_TEST(they_are_the_same_after_a_restart_and_after_a_rebuild) {
	char command[400];
	begin();
	redeem(10);
	reopen();
	expect_everything();
	redeem(3);
	expect_everything();
	engine_close(engine);
	snprintf(command, sizeof(command), "rm -r %s/state", directory);
	ck_assert_int_eq(system(command), 0);
	engine = stage_open(directory);
	expect_everything();
	end();
}
END_TEST

START_TEST(without_a_size_the_newest_tree_is_meant) {
	struct inclusion inclusion;
	struct consistency consistency;
	begin();
	uint64_t size = engine_last_seq(engine);
	ck_assert_int_eq(engine_prove_inclusion(engine, 3, 0, &inclusion), ERR_OK);
	ck_assert_uint_eq(inclusion.size, size);
	ck_assert_int_eq(engine_prove_consistency(engine, 3, 0, &consistency), ERR_OK);
	ck_assert_uint_eq(consistency.to, size);
	end();
}
END_TEST

START_TEST(what_is_not_in_the_tree_is_not_proved) {
	struct inclusion inclusion;
	struct consistency consistency;
	uint8_t root[DIGEST_BYTES];
	begin();
	uint64_t size = engine_last_seq(engine);
	const struct {
		uint64_t seq, size;
	} entries[] = { { size + 1, 0 }, { size + 1, size + 1 }, { 1, size + 1 }, { 5, 4 }, { 0, 0 },
		{ UINT64_MAX, 0 }, { 1, UINT64_MAX } };
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		ck_assert_int_eq(
		    engine_prove_inclusion(engine, entries[i].seq, entries[i].size, &inclusion),
		    ERR_NOT_FOUND);
	const struct {
		uint64_t from, to;
	} trees[] = { { 1, size + 1 }, { size + 1, 0 }, { 7, 6 }, { UINT64_MAX, UINT64_MAX } };
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++)
		ck_assert_int_eq(engine_prove_consistency(engine, trees[i].from, trees[i].to, &consistency),
		    ERR_NOT_FOUND);
	ck_assert_int_eq(engine_tree_root(engine, size + 1, root), ERR_NOT_FOUND);
	end();
}
END_TEST

START_TEST(tiles_are_the_hashes_of_the_leaves_and_of_the_tiles_below) {
	static uint8_t hashes[TILE_BYTES_MAX];
	uint8_t root[DIGEST_BYTES];
	begin();
	redeem(20);
	read_leaves();
	ck_assert_uint_gt(leaf_count, 3 * TILE_WIDTH);
	ck_assert_uint_lt(leaf_count, 4 * TILE_WIDTH);
	unsigned rest = (unsigned)(leaf_count % TILE_WIDTH);
	const struct {
		struct tile tile;
		enum err err;
	} cases[] = {
		{ { 0, 0, TILE_WIDTH }, ERR_OK },
		{ { 0, 2, TILE_WIDTH }, ERR_OK },
		{ { 0, 2, 17 }, ERR_OK },
		{ { 0, 3, rest }, ERR_OK },
		{ { 0, 3, 1 }, ERR_OK },
		{ { 0, 3, rest + 1 }, ERR_NOT_FOUND },
		{ { 0, 3, TILE_WIDTH }, ERR_NOT_FOUND },
		{ { 0, 4, 1 }, ERR_NOT_FOUND },
		{ { 0, TILE_INDEX_MAX, 1 }, ERR_NOT_FOUND },
		{ { 1, 0, 3 }, ERR_OK },
		{ { 1, 0, 4 }, ERR_NOT_FOUND },
		{ { 2, 0, 1 }, ERR_NOT_FOUND },
		{ { TILE_LEVELS - 1, 0, 1 }, ERR_NOT_FOUND },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tile *tile = &cases[i].tile;
		ck_assert_int_eq(engine_read_tile(engine, tile, hashes), cases[i].err);
		for (unsigned w = 0; !cases[i].err && w < tile->width; w++) {
			uint64_t node = tile->index * TILE_WIDTH + w;
			uint64_t width = tile->level ? TILE_WIDTH : 1;
			tree_root(digest, leaves + node * width, width, root);
			ck_assert_mem_eq(hashes + (size_t)w * DIGEST_BYTES, root, DIGEST_BYTES);
		}
	}
	end();
}
END_TEST

/* --- damage --- */

/* Flips a bit of the hash of a node of the state that lies on the disk. */
static void damage(unsigned level, uint64_t index) {
	char path[400];
	uint8_t byte;
	snprintf(path, sizeof(path), "%s/state/hashes-%u", directory, level);
	int fd = open(path, O_RDWR);
	off_t offset = (off_t)(index * DIGEST_BYTES + 5);
	ck_assert_int_eq(pread(fd, &byte, 1, offset), 1);
	byte ^= 4;
	ck_assert_int_eq(pwrite(fd, &byte, 1, offset), 1);
	close(fd);
}

START_TEST(a_damaged_hash_gives_no_proof_and_is_made_again_at_the_next_start) {
	struct inclusion inclusion;
	begin();
	redeem(10);
	reopen(); /* all of it is in the files */
	read_leaves();
	ck_assert_uint_gt(leaf_count, 300);
	damage(0, 100);
	for (uint64_t seq = 1; seq <= 256; seq++) {
		/* Four leaves stand for each other in their proofs; beyond, the node above them does. */
		bool is_near = (seq - 1) / 4 == 100 / 4;
		ck_assert_int_eq(engine_prove_inclusion(engine, seq, leaf_count, &inclusion),
		    is_near ? ERR_CORRUPT : ERR_OK);
	}
	reopen();
	expect_everything();
	end();
}
END_TEST

START_TEST(hashes_of_another_tree_are_not_started_with) {
	begin();
	redeem(10);
	while (engine_last_seq(engine) % 2 == 0)
		stage_must(engine, startup, stage_redeem(&arena, reservations[0], 1), &arena);
	uint64_t size = engine_last_seq(engine);
	engine_close(engine);
	damage(0, size - 1); /* at the right edge: the root is not the journal's */
	engine = stage_open(directory);
	expect_everything();
	end();
}
END_TEST

/* --- threads --- */

static _Atomic bool is_over;
static _Atomic unsigned proofs, failures;

static void *prove_at_random(void *arg) {
	uint64_t random = 1;
	struct digest *own;
	(void)arg;
	if (digest_new("SHA256", &own) != ERR_OK)
		return NULL;
	while (!atomic_load(&is_over)) {
		struct inclusion inclusion;
		struct consistency consistency;
		uint64_t size = engine_last_seq(engine);
		random = random * UINT64_C(6364136223846793005) + 1;
		uint64_t seq = (random >> 33) % size + 1;
		if (engine_prove_inclusion(engine, seq, 0, &inclusion) != ERR_OK || inclusion.size < size ||
		    !proof_is_included(
		        &inclusion.proof, own, seq - 1, inclusion.leaf, inclusion.size, inclusion.root) ||
		    engine_prove_consistency(engine, seq, inclusion.size, &consistency) != ERR_OK ||
		    memcmp(consistency.to_root, inclusion.root, DIGEST_BYTES) != 0)
			atomic_fetch_add(&failures, 1);
		atomic_fetch_add(&proofs, 1);
	}
	digest_free(own);
	return NULL;
}

START_TEST(proofs_are_right_while_commits_and_checkpoints_go_on) {
	enum { THREADS = 2 };
	pthread_t threads[THREADS];
	begin();
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, prove_at_random, NULL), 0);
	for (int round = 0; round < 40 || atomic_load(&proofs) < 500; round++)
		redeem(1);
	atomic_store(&is_over, true);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
	ck_assert_uint_eq(atomic_load(&failures), 0);
	end();
}
END_TEST

SUITE_MAIN("prover", roots_and_proofs_of_every_size_are_those_of_the_definition,
    they_are_the_same_after_a_restart_and_after_a_rebuild, without_a_size_the_newest_tree_is_meant,
    what_is_not_in_the_tree_is_not_proved,
    tiles_are_the_hashes_of_the_leaves_and_of_the_tiles_below,
    a_damaged_hash_gives_no_proof_and_is_made_again_at_the_next_start,
    hashes_of_another_tree_are_not_started_with,
    proofs_are_right_while_commits_and_checkpoints_go_on)
