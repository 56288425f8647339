/* SPDX-License-Identifier: Apache-2.0 */
#include "record/proof.h"

#include "base/text.h"
#include "known_leaves.h"
#include "support/suite.h"
#include "support/tree_definition.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { LEAVES = 300 };

static struct digest *digest;

/* A tree of leaf hashes, read a node at a time by the definition. */
struct tree {
	uint8_t leaves[LEAVES][DIGEST_BYTES];
	uint64_t size; /* whoever reads beyond it has made a mistake */
	unsigned step;
	enum err err; /* that reading ends in */
};

static enum err read_nodes(
    void *context, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	struct tree *tree = context;
	ck_assert_uint_eq(level % tree->step, 0);
	ck_assert_uint_ge(count, 1);
	ck_assert_uint_le(count, 1u << (tree->step - 1));
	ck_assert_uint_eq(first % count, 0);
	ck_assert_uint_le((first + count) << level, tree->size);
	for (unsigned i = 0; i < count; i++)
		tree_root(digest, tree->leaves + ((first + i) << level), (size_t)1 << level,
		    ret_hashes + (size_t)i * DIGEST_BYTES);
	return tree->err;
}

static void tree_init(struct tree *tree) {
	*tree = (struct tree){ .size = LEAVES, .step = 1 };
	for (size_t i = 0; i < LEAVES; i++)
		merkle_leaf(digest, &i, sizeof(i), tree->leaves[i]);
}

static struct proof_source source_of(struct tree *tree) {
	return (struct proof_source){ .read = read_nodes, .context = tree, .step = tree->step };
}

static void setup(void) {
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
}

/*
 * Proofs over the known leaves (their roots are in test_merkle.c) as RFC 6962 2.1.1 and 2.1.2
 * define them, computed by Python from nothing but hashlib:
 *
 *	mth(d)      = H(b"") | H(b"\0" + d[0]) | H(b"\1" + mth(d[:k]) + mth(d[k:]))
 *	path(m, d)  = [] | path(m, d[:k]) + [mth(d[k:])] | path(m - k, d[k:]) + [mth(d[:k])]
 *	sub(m, d, b) = [] | [mth(d)] | sub(m, d[:k], b) + [mth(d[k:])]
 *	                 | sub(m - k, d[k:], False) + [mth(d[:k])]
 */
struct known {
	uint64_t a, b; /* index and size, or from and to */
	const char *hashes[5];
};

/* clang-format off */
static const struct known known_inclusion[] = {
	{ 0, 1, { NULL } },
	{ 0, 8, { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
	{ 5, 8, { "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
	          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
	{ 2, 3, { "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" } },
	{ 1, 5, { "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" } },
};
static const struct known known_consistency[] = {
	{ 1, 1, { NULL } },
	{ 0, 8, { NULL } }, /* C2SP tlog-witness */
	{ 1, 8, { "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
	          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4" } },
	{ 6, 8, { "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
	          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
	{ 2, 5, { "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
	          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" } },
	{ 7, 8, { "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
	          "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
	          "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
	          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" } },
};
/* clang-format on */

static void assert_hashes(const struct proof *proof, const struct known *known) {
	size_t count = 0;
	for (; known->hashes[count]; count++) {
		char text[2 * DIGEST_BYTES + 1];
		ck_assert_uint_lt(count, proof->count);
		text_hex(proof->hashes[count], DIGEST_BYTES, text);
		ck_assert_str_eq(text, known->hashes[count]);
	}
	ck_assert_uint_eq(proof->count, count);
}

START_TEST(known_trees_have_their_known_proofs) {
	static struct tree tree;
	struct proof_source source;
	struct proof proof;
	setup();
	tree_init(&tree);
	tree.size = COUNT(known_leaves);
	for (size_t i = 0; i < tree.size; i++)
		merkle_leaf(digest, known_leaves[i].data, known_leaves[i].bytes, tree.leaves[i]);
	source = source_of(&tree);
	for (size_t i = 0; i < COUNT(known_inclusion); i++) {
		const struct known *known = &known_inclusion[i];
		ck_assert_int_eq(proof_inclusion(&source, digest, known->a, known->b, &proof), ERR_OK);
		assert_hashes(&proof, known);
	}
	for (size_t i = 0; i < COUNT(known_consistency); i++) {
		const struct known *known = &known_consistency[i];
		ck_assert_int_eq(proof_consistency(&source, digest, known->a, known->b, &proof), ERR_OK);
		assert_hashes(&proof, known);
	}
	digest_free(digest);
}
END_TEST

/* One bit of a hash, a hash too few, a hash too many: each must be noticed. */
static void for_each_change(
    struct proof *proof, bool (*verify)(const struct proof *, void *), void *context) {
	ck_assert(verify(proof, context));
	for (size_t i = 0; i < proof->count; i++) {
		proof->hashes[i][i % DIGEST_BYTES] ^= 0x10;
		ck_assert(!verify(proof, context));
		proof->hashes[i][i % DIGEST_BYTES] ^= 0x10;
	}
	memset(proof->hashes[proof->count++], 7, DIGEST_BYTES);
	ck_assert(!verify(proof, context));
	proof->count--;
	if (proof->count) {
		proof->count--;
		ck_assert(!verify(proof, context));
		proof->count++;
	}
}

struct claim {
	uint64_t a, b;
	uint8_t first[DIGEST_BYTES], root[DIGEST_BYTES];
};

static bool includes(const struct proof *proof, void *context) {
	struct claim *claim = context;
	return proof_is_included(proof, digest, claim->a, claim->first, claim->b, claim->root);
}

static bool extends(const struct proof *proof, void *context) {
	struct claim *claim = context;
	return proof_is_consistent(proof, digest, claim->a, claim->first, claim->b, claim->root);
}

/* Sizes around the powers of two, and those between only now and then. */
static uint64_t next_size(uint64_t size) {
	return size < 34 || (size > 125 && size < 131) || (size > 253 && size < 260) ? size + 1
	                                                                             : size + 13;
}

static void check_inclusion(struct tree *tree, uint64_t size) {
	for (uint64_t index = 0; index < size; index = next_size(index)) {
		struct proof_source source = source_of(tree);
		struct claim claim = { .a = index, .b = size };
		struct proof proof;
		tree->size = size;
		memcpy(claim.first, tree->leaves[index], DIGEST_BYTES);
		tree_root(digest, tree->leaves, size, claim.root);
		ck_assert_int_eq(proof_inclusion(&source, digest, index, size, &proof), ERR_OK);
		for_each_change(&proof, includes, &claim);
		claim.first[3] ^= 1;
		ck_assert(!includes(&proof, &claim));
		claim.first[3] ^= 1;
		claim.root[3] ^= 1;
		ck_assert(!includes(&proof, &claim));
		claim.root[3] ^= 1;
		claim.a = index ^ 1;
		ck_assert(!includes(&proof, &claim) || size == 1);
	}
}

START_TEST(every_leaf_is_proved_to_be_where_it_is_and_nowhere_else) {
	static const unsigned steps[] = { 1, 4, 8 };
	static struct tree tree;
	setup();
	tree_init(&tree);
	for (size_t i = 0; i < COUNT(steps); i++) {
		tree.step = steps[i];
		for (uint64_t size = 1; size <= LEAVES; size = next_size(size))
			check_inclusion(&tree, size);
	}
	digest_free(digest);
}
END_TEST

static void check_consistency(struct tree *tree, uint64_t from, uint64_t to) {
	struct proof_source source = source_of(tree);
	struct claim claim = { .a = from, .b = to };
	struct proof proof;
	tree->size = to;
	tree_root(digest, tree->leaves, from, claim.first);
	tree_root(digest, tree->leaves, to, claim.root);
	ck_assert_int_eq(proof_consistency(&source, digest, from, to, &proof), ERR_OK);
	for_each_change(&proof, extends, &claim);
	claim.first[9] ^= 1;
	ck_assert(!extends(&proof, &claim));
	claim.first[9] ^= 1;
	claim.root[9] ^= 1;
	ck_assert_int_eq(extends(&proof, &claim), from == 0 && to > 0); /* anything extends nothing */
	claim.root[9] ^= 1;
	if (from < to) {
		claim.a = to;
		claim.b = from;
		ck_assert(!extends(&proof, &claim));
	}
}

START_TEST(every_tree_is_proved_to_begin_with_every_smaller_one) {
	static const unsigned steps[] = { 1, 8 };
	static struct tree tree;
	setup();
	tree_init(&tree);
	for (size_t i = 0; i < COUNT(steps); i++) {
		tree.step = steps[i];
		for (uint64_t to = 0; to <= LEAVES; to = next_size(to))
			for (uint64_t from = 0; from <= to; from = next_size(from))
				check_consistency(&tree, from, to);
	}
	digest_free(digest);
}
END_TEST

/* A history that was written anew from some entry on is not consistent with what it was. */
START_TEST(a_rewritten_history_has_no_proof) {
	static struct tree tree, other;
	struct proof proof;
	uint8_t from_root[DIGEST_BYTES], to_root[DIGEST_BYTES];
	setup();
	tree_init(&tree);
	tree_init(&other);
	other.leaves[40][0] ^= 1;
	for (uint64_t from = 1; from < 80; from++) {
		struct proof_source source = source_of(&other);
		tree_root(digest, tree.leaves, from, from_root);
		tree_root(digest, other.leaves, 100, to_root);
		ck_assert_int_eq(proof_consistency(&source, digest, from, 100, &proof), ERR_OK);
		ck_assert_int_eq(
		    proof_is_consistent(&proof, digest, from, from_root, 100, to_root), from <= 40);
	}
	digest_free(digest);
}
END_TEST

START_TEST(roots_are_those_of_the_definition) {
	static struct tree tree;
	uint8_t root[DIGEST_BYTES], wanted[DIGEST_BYTES];
	setup();
	tree_init(&tree);
	tree.step = 8;
	for (uint64_t size = 0; size <= LEAVES; size++) {
		struct proof_source source = source_of(&tree);
		ck_assert_int_eq(proof_root(&source, digest, size, root), ERR_OK);
		tree_root(digest, tree.leaves, size, wanted);
		ck_assert_mem_eq(root, wanted, DIGEST_BYTES);
	}
	digest_free(digest);
}
END_TEST

/* All leaves the same: the hash of a complete subtree depends on its level alone. */
static enum err read_same(
    void *context, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	uint8_t(*levels)[DIGEST_BYTES] = context;
	(void)first;
	for (unsigned i = 0; i < count; i++)
		memcpy(ret_hashes + (size_t)i * DIGEST_BYTES, levels[level], DIGEST_BYTES);
	return ERR_OK;
}

START_TEST(the_largest_trees_have_proofs) {
	static const uint64_t sizes[] = { PROOF_SIZE_MAX, PROOF_SIZE_MAX - 1, UINT64_C(1) << 62,
		(UINT64_C(1) << 62) + 1, (UINT64_C(1) << 32) - 1 };
	uint8_t levels[64][DIGEST_BYTES] = { { 1 } };
	struct proof_source source = { .read = read_same, .context = levels, .step = 8 };
	size_t most = 0;
	setup();
	for (size_t i = 1; i < 64; i++)
		merkle_node(digest, levels[i - 1], levels[i - 1], levels[i]);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint64_t size = sizes[i];
		const uint64_t smaller[] = { 1, 2, 3, 0x5555555, size / 2, size / 2 + 1, size / 2 + 2,
			size - 2, size - 1 };
		uint8_t root[DIGEST_BYTES], old[DIGEST_BYTES];
		struct proof proof;
		ck_assert_int_eq(proof_root(&source, digest, size, root), ERR_OK);
		for (size_t j = 0; j < COUNT(smaller); j++) {
			ck_assert_int_eq(proof_inclusion(&source, digest, smaller[j], size, &proof), ERR_OK);
			ck_assert(proof_is_included(&proof, digest, smaller[j], levels[0], size, root));
			ck_assert_int_eq(proof_root(&source, digest, smaller[j], old), ERR_OK);
			ck_assert_int_eq(proof_consistency(&source, digest, smaller[j], size, &proof), ERR_OK);
			ck_assert(proof_is_consistent(&proof, digest, smaller[j], old, size, root));
			most = proof.count > most ? proof.count : most;
		}
	}
	ck_assert_uint_eq(most, PROOF_HASHES_MAX);
	digest_free(digest);
}
END_TEST

START_TEST(what_cannot_be_proved_is_refused) {
	static struct tree tree;
	struct proof proof = { .count = 9 };
	uint8_t root[DIGEST_BYTES];
	setup();
	tree_init(&tree);
	struct proof_source source = source_of(&tree);
	ck_assert_int_eq(proof_inclusion(&source, digest, 5, 5, &proof), ERR_RANGE);
	ck_assert_int_eq(proof_inclusion(&source, digest, 0, 0, &proof), ERR_RANGE);
	ck_assert_int_eq(proof_inclusion(&source, digest, 0, UINT64_MAX, &proof), ERR_RANGE);
	ck_assert_int_eq(proof_consistency(&source, digest, 6, 5, &proof), ERR_RANGE);
	ck_assert_int_eq(proof_consistency(&source, digest, 6, UINT64_MAX, &proof), ERR_RANGE);
	ck_assert_int_eq(proof_root(&source, digest, UINT64_MAX, root), ERR_RANGE);
	tree.err = ERR_CORRUPT;
	ck_assert_int_eq(proof_inclusion(&source, digest, 4, 5, &proof), ERR_CORRUPT);
	ck_assert_int_eq(proof_consistency(&source, digest, 3, 5, &proof), ERR_CORRUPT);
	ck_assert_int_eq(proof_root(&source, digest, 5, root), ERR_CORRUPT);
	ck_assert_uint_eq(proof.count, 9);
	memset(&proof, 0, sizeof(proof));
	ck_assert(!proof_is_included(&proof, digest, 0, tree.leaves[0], 0, tree.leaves[0]));
	ck_assert(!proof_is_included(&proof, digest, 0, tree.leaves[0], UINT64_MAX, tree.leaves[0]));
	ck_assert(!proof_is_consistent(&proof, digest, 1, tree.leaves[0], UINT64_MAX, tree.leaves[0]));
	digest_free(digest);
}
END_TEST

SUITE_MAIN("proof", known_trees_have_their_known_proofs,
    every_leaf_is_proved_to_be_where_it_is_and_nowhere_else,
    every_tree_is_proved_to_begin_with_every_smaller_one, a_rewritten_history_has_no_proof,
    roots_are_those_of_the_definition, the_largest_trees_have_proofs,
    what_cannot_be_proved_is_refused)
