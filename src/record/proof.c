/* SPDX-License-Identifier: Apache-2.0 */
#include "record/proof.h"

#include "base/check.h"

#include <string.h>

enum { STEP_MAX = 8 };

/* --- making --- */

/* What making a proof works with. */
struct maker {
	const struct proof_source *source;
	struct digest *digest;
	struct proof *proof;
};

/* The node at (level, index), a complete subtree: read, or computed from the level below that can
 * be read. */
static enum err read_node(
    const struct maker *maker, unsigned level, uint64_t index, uint8_t ret_hash[DIGEST_BYTES]) {
	const struct proof_source *source = maker->source;
	uint8_t hashes[1 << (STEP_MAX - 1)][DIGEST_BYTES];
	unsigned above = level % source->step, count = 1u << above;
	enum err err = source->read(source->context, level - above, index << above, count, hashes[0]);
	if (err)
		return err;
	for (; count > 1; count /= 2)
		for (unsigned i = 0; i < count / 2; i++)
			merkle_node(maker->digest, hashes[2 * i], hashes[2 * i + 1], hashes[i]);
	memcpy(ret_hash, hashes[0], DIGEST_BYTES);
	return ERR_OK;
}

/* The level of the largest complete subtree that begins a tree of `size` leaves. */
static unsigned level_of(uint64_t size) {
	return 63 - (unsigned)__builtin_clzll(size);
}

/*
 * MTH of leaves [first, first + size), where the first is a multiple of a power of two not below
 * the size: complete subtrees, largest first, put together from the right.
 */
static enum err read_root(
    const struct maker *maker, uint64_t first, uint64_t size, uint8_t ret_hash[DIGEST_BYTES]) {
	uint8_t hash[DIGEST_BYTES], left[DIGEST_BYTES];
	bool is_begun = false;
	while (size) {
		unsigned level = (unsigned)__builtin_ctzll(size);
		size -= UINT64_C(1) << level;
		enum err err = read_node(maker, level, (first + size) >> level, is_begun ? left : hash);
		if (err)
			return err;
		if (is_begun)
			merkle_node(maker->digest, left, hash, hash);
		is_begun = true;
	}
	memcpy(ret_hash, hash, DIGEST_BYTES);
	return ERR_OK;
}

static void reverse(struct proof *proof) {
	for (size_t i = 0, j = proof->count; i + 1 < j; i++) {
		uint8_t hash[DIGEST_BYTES];
		j--;
		memcpy(hash, proof->hashes[i], DIGEST_BYTES);
		memcpy(proof->hashes[i], proof->hashes[j], DIGEST_BYTES);
		memcpy(proof->hashes[j], hash, DIGEST_BYTES);
	}
}

static enum err add_root(const struct maker *maker, uint64_t first, uint64_t size) {
	struct proof *proof = maker->proof;
	check(proof->count < PROOF_HASHES_MAX);
	enum err err = read_root(maker, first, size, proof->hashes[proof->count]);
	if (!err)
		proof->count++;
	return err;
}

enum err proof_root(const struct proof_source *source, struct digest *digest, uint64_t size,
    uint8_t ret_root[DIGEST_BYTES]) {
	struct maker maker = { .source = source, .digest = digest };
	check(source->step >= 1 && source->step <= STEP_MAX);
	if (size > PROOF_SIZE_MAX)
		return ERR_RANGE;
	if (size)
		return read_root(&maker, 0, size, ret_root);
	digest_compute(digest, NULL, 0, NULL, 0, NULL, 0, ret_root);
	return ERR_OK;
}

/*
 * PATH of 2.1.3.1, walked from the root: the half that the leaf is not in, each time, which the
 * RFC puts behind the rest.
 */
enum err proof_inclusion(const struct proof_source *source, struct digest *digest, uint64_t index,
    uint64_t size, struct proof *ret_proof) {
	struct proof proof = { .count = 0 };
	struct maker maker = { .source = source, .digest = digest, .proof = &proof };
	uint64_t first = 0, left = size; /* the subtree that is left: [first, first + left) */
	check(source->step >= 1 && source->step <= STEP_MAX);
	if (index >= size || size > PROOF_SIZE_MAX)
		return ERR_RANGE;
	while (left > 1) {
		uint64_t half = UINT64_C(1) << level_of(left - 1);
		bool is_left = index - first < half;
		enum err err = is_left ? add_root(&maker, first + half, left - half)
		                       : add_root(&maker, first, half);
		if (err)
			return err;
		first = is_left ? first : first + half;
		left = is_left ? half : left - half;
	}
	reverse(&proof);
	*ret_proof = proof;
	return ERR_OK;
}

/* SUBPROOF of 2.1.4.1, walked from the root likewise. */
enum err proof_consistency(const struct proof_source *source, struct digest *digest, uint64_t from,
    uint64_t to, struct proof *ret_proof) {
	struct proof proof = { .count = 0 };
	struct maker maker = { .source = source, .digest = digest, .proof = &proof };
	uint64_t first = 0, old = from, left = to;
	enum err err = ERR_OK;
	check(source->step >= 1 && source->step <= STEP_MAX);
	if (from > to || to > PROOF_SIZE_MAX)
		return ERR_RANGE;
	while (!err && from && old < left) {
		uint64_t half = UINT64_C(1) << level_of(left - 1);
		if (old <= half) {
			err = add_root(&maker, first + half, left - half);
			left = half;
		} else {
			err = add_root(&maker, first, half);
			first += half;
			old -= half;
			left -= half;
		}
	}
	/* What is left is a complete subtree of both; the root of the old tree need not be said. */
	if (!err && first)
		err = add_root(&maker, first, left);
	if (err)
		return err;
	reverse(&proof);
	*ret_proof = proof;
	return ERR_OK;
}

/* --- checking --- */

static bool is_equal(const uint8_t a[DIGEST_BYTES], const uint8_t b[DIGEST_BYTES]) {
	return memcmp(a, b, DIGEST_BYTES) == 0;
}

/* 2.1.3.2, step by step; fn and sn are the RFC's. */
bool proof_is_included(const struct proof *proof, struct digest *digest, uint64_t index,
    const uint8_t leaf[DIGEST_BYTES], uint64_t size, const uint8_t root[DIGEST_BYTES]) {
	if (index >= size || size > PROOF_SIZE_MAX || proof->count > PROOF_HASHES_MAX)
		return false;
	uint64_t fn = index, sn = size - 1;
	uint8_t hash[DIGEST_BYTES];
	memcpy(hash, leaf, DIGEST_BYTES);
	for (size_t i = 0; i < proof->count; i++) {
		const uint8_t *other = proof->hashes[i];
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(digest, other, hash, hash);
			while (!(fn & 1) && fn) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(digest, hash, other, hash);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && is_equal(hash, root);
}

/* 2.1.4.2 for 0 < from < to; fr and sr are the roots that the hashes so far lead to. */
static bool leads_to_both(const struct proof *proof, struct digest *digest, uint64_t from,
    const uint8_t from_root[DIGEST_BYTES], uint64_t to, const uint8_t to_root[DIGEST_BYTES]) {
	bool is_whole = !(from & (from - 1)); /* the old root is itself where the path begins */
	uint64_t fn = from - 1, sn = to - 1;
	uint8_t fr[DIGEST_BYTES], sr[DIGEST_BYTES];
	size_t next = is_whole ? 0 : 1;
	if (!proof->count || proof->count > PROOF_HASHES_MAX)
		return false;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	memcpy(fr, is_whole ? from_root : proof->hashes[0], DIGEST_BYTES);
	memcpy(sr, fr, DIGEST_BYTES);
	for (; next < proof->count; next++) {
		const uint8_t *other = proof->hashes[next];
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			merkle_node(digest, other, fr, fr);
			merkle_node(digest, other, sr, sr);
			while (!(fn & 1) && fn) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			merkle_node(digest, sr, other, sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && is_equal(fr, from_root) && is_equal(sr, to_root);
}

bool proof_is_consistent(const struct proof *proof, struct digest *digest, uint64_t from,
    const uint8_t from_root[DIGEST_BYTES], uint64_t to, const uint8_t to_root[DIGEST_BYTES]) {
	if (from > to || to > PROOF_SIZE_MAX)
		return false;
	if (from == to)
		return !proof->count && is_equal(from_root, to_root);
	if (from)
		return leads_to_both(proof, digest, from, from_root, to, to_root);
	uint8_t empty[DIGEST_BYTES];
	digest_compute(digest, NULL, 0, NULL, 0, NULL, 0, empty);
	return !proof->count && is_equal(from_root, empty);
}
