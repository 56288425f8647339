/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree over the journal (RFC 6962 section 2.1), kept as a compact range: the roots of
 * the complete subtrees that make up the tree, largest first. One hash per set bit of the size.
 *
 *	leaf  H(0x00 ‖ entry)      node  H(0x01 ‖ left ‖ right)      empty tree  H()
 *
 * Proofs need nodes further down. Those of every MERKLE_KEPT_STEP-th level are worth keeping, from
 * the leaves (level 0) up: a third more than the leaves alone, and any other node is one hash away.
 */
#ifndef RECORD_MERKLE_H
#define RECORD_MERKLE_H

#include "record/digest.h"

#define MERKLE_RANGE_MAX 64
#define MERKLE_KEPT_STEP 2
#define MERKLE_KEPT_MAX  (MERKLE_RANGE_MAX / MERKLE_KEPT_STEP)

struct merkle {
	uint64_t size;                                 /* leaves */
	uint8_t range[MERKLE_RANGE_MAX][DIGEST_BYTES]; /* popcount(size) of them */
};

/* One leaf, one node. `ret_hash` may be one of the two. */
void merkle_leaf(
    struct digest *digest, const void *entry, size_t bytes, uint8_t ret_hash[DIGEST_BYTES]);
void merkle_node(struct digest *digest, const uint8_t left[DIGEST_BYTES],
    const uint8_t right[DIGEST_BYTES], uint8_t ret_hash[DIGEST_BYTES]);

void merkle_init(struct merkle *tree);
void merkle_append(struct merkle *tree, struct digest *digest, const void *entry, size_t bytes);

/* The same for an entry whose leaf is known. */
void merkle_append_leaf(
    struct merkle *tree, struct digest *digest, const uint8_t leaf[DIGEST_BYTES]);

/* Likewise; and `ret_nodes` (MERKLE_KEPT_MAX) are the nodes worth keeping that the entry completes:
 * the leaf, then those of levels 2, 4, … whose last leaf it is. Returns how many, which is
 * merkle_kept_count() of the entry's index. */
unsigned merkle_append_kept(struct merkle *tree, struct digest *digest, const void *entry,
    size_t bytes, uint8_t (*ret_nodes)[DIGEST_BYTES]);

static inline unsigned merkle_kept_count(uint64_t index) {
	return 1 + (unsigned)__builtin_ctzll(index + 1) / MERKLE_KEPT_STEP;
}

void merkle_root(const struct merkle *tree, struct digest *digest, uint8_t ret_root[DIGEST_BYTES]);

/* The compact range as bytes: size (8, big-endian), then the hashes. `room` takes
 * MERKLE_PACKED_BYTES_MAX. */
#define MERKLE_PACKED_BYTES_MAX (8 + MERKLE_RANGE_MAX * DIGEST_BYTES)
size_t merkle_pack(const struct merkle *tree, uint8_t *ret_room);
enum err merkle_unpack(
    const void *data, size_t bytes, struct merkle *ret_tree) MUST_CHECK; /* ERR_CORRUPT */

#endif
