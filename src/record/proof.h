/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proofs about a Merkle tree (RFC 9162, section 2.1; the tree is record/merkle.h's):
 *
 *	inclusion    (2.1.3) an entry is in a tree at an index, which is its sequence number − 1
 *	consistency  (2.1.4) a larger tree begins with a smaller one
 *
 * A proof is made from the hashes of complete subtrees, which are read through a callback: the node
 * at (level, index) is the root over leaves [index·2^level, (index + 1)·2^level). It is checked
 * with nothing but the hashes in it. Pure; any thread that owns the digest.
 */
#ifndef RECORD_PROOF_H
#define RECORD_PROOF_H

#include "record/merkle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROOF_HASHES_MAX 64
#define PROOF_SIZE_MAX   INT64_MAX /* entries of a tree that proofs are made of and checked for */

struct proof {
	size_t count;
	uint8_t hashes[PROOF_HASHES_MAX][DIGEST_BYTES]; /* in the order of the RFC */
};

/*
 * Where hashes are read. Only every `step`-th level can be read (1: all; 8: the levels of tiles);
 * those between are computed, at most 2^(step − 1) hashes at a time.
 */
struct proof_source {
	/* `count` (1 to 2^(step − 1)) neighbouring hashes of a level, the first of which is a multiple
	 * of `count`: they never reach beyond a complete subtree, nor beyond the tree. */
	enum err (*read)(
	    void *context, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes);
	void *context;
	unsigned step; /* 1 to 8 */
};

/* The root of the tree of the first `size` entries. ERR_RANGE: more than PROOF_SIZE_MAX. Otherwise
 * the callback's errors. */
enum err proof_root(const struct proof_source *source, struct digest *digest, uint64_t size,
    uint8_t ret_root[DIGEST_BYTES]) MUST_CHECK;

/* ERR_RANGE: `index` is not below `size`, or that is above PROOF_SIZE_MAX. Otherwise the callback's
 * errors. */
enum err proof_inclusion(const struct proof_source *source, struct digest *digest, uint64_t index,
    uint64_t size, struct proof *ret_proof) MUST_CHECK;

/* From `from` entries to `to`. Empty from 0 (as C2SP tlog-witness has it) and from equal sizes.
 * ERR_RANGE: `from` is above `to`, or that is above PROOF_SIZE_MAX. Otherwise the callback's
 * errors. */
enum err proof_consistency(const struct proof_source *source, struct digest *digest, uint64_t from,
    uint64_t to, struct proof *ret_proof) MUST_CHECK;

/* Whether the leaf with this hash is at `index` in the tree of `size` with this root. */
bool proof_is_included(const struct proof *proof, struct digest *digest, uint64_t index,
    const uint8_t leaf[DIGEST_BYTES], uint64_t size, const uint8_t root[DIGEST_BYTES]);

/* Whether the tree of `to` begins with the tree of `from`. From 0: `from_root` is the empty tree's
 * and the proof is empty. */
bool proof_is_consistent(const struct proof *proof, struct digest *digest, uint64_t from,
    const uint8_t from_root[DIGEST_BYTES], uint64_t to, const uint8_t to_root[DIGEST_BYTES]);

#endif
