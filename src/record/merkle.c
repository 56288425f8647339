/* SPDX-License-Identifier: Apache-2.0 */
#include "record/merkle.h"

#include "base/check.h"

#include <string.h>

static const uint8_t leaf_prefix = 0x00;
static const uint8_t node_prefix = 0x01;

void merkle_leaf(
    struct digest *digest, const void *entry, size_t bytes, uint8_t ret_hash[DIGEST_BYTES]) {
	digest_compute(digest, &leaf_prefix, 1, entry, bytes, NULL, 0, ret_hash);
}

void merkle_node(struct digest *digest, const uint8_t left[DIGEST_BYTES],
    const uint8_t right[DIGEST_BYTES], uint8_t ret_hash[DIGEST_BYTES]) {
	digest_compute(digest, &node_prefix, 1, left, DIGEST_BYTES, right, DIGEST_BYTES, ret_hash);
}

static unsigned range_count(const struct merkle *tree) {
	return (unsigned)__builtin_popcountll(tree->size);
}

void merkle_init(struct merkle *tree) {
	*tree = (struct merkle){ 0 };
}

static unsigned append(struct merkle *tree, struct digest *digest, const uint8_t leaf[DIGEST_BYTES],
    uint8_t (*ret_nodes)[DIGEST_BYTES]) {
	check(tree->size < UINT64_MAX);
	unsigned count = range_count(tree);
	unsigned kept = 0;
	unsigned level = 0;
	uint8_t hash[DIGEST_BYTES];
	memcpy(hash, leaf, DIGEST_BYTES);
	memcpy(ret_nodes[kept++], hash, DIGEST_BYTES);
	/* Each trailing one bit of the size is a subtree as large as what has been built so far. */
	for (uint64_t size = tree->size; size & 1; size >>= 1) {
		merkle_node(digest, tree->range[--count], hash, hash);
		if (++level % MERKLE_KEPT_STEP == 0)
			memcpy(ret_nodes[kept++], hash, DIGEST_BYTES);
	}
	memcpy(tree->range[count], hash, DIGEST_BYTES);
	tree->size++;
	return kept;
}

unsigned merkle_append_kept(struct merkle *tree, struct digest *digest, const void *entry,
    size_t bytes, uint8_t (*ret_nodes)[DIGEST_BYTES]) {
	uint8_t leaf[DIGEST_BYTES];
	merkle_leaf(digest, entry, bytes, leaf);
	return append(tree, digest, leaf, ret_nodes);
}

void merkle_append_leaf(
    struct merkle *tree, struct digest *digest, const uint8_t leaf[DIGEST_BYTES]) {
	uint8_t nodes[MERKLE_KEPT_MAX][DIGEST_BYTES];
	append(tree, digest, leaf, nodes);
}

void merkle_append(struct merkle *tree, struct digest *digest, const void *entry, size_t bytes) {
	uint8_t nodes[MERKLE_KEPT_MAX][DIGEST_BYTES];
	merkle_append_kept(tree, digest, entry, bytes, nodes);
}

void merkle_root(const struct merkle *tree, struct digest *digest, uint8_t ret_root[DIGEST_BYTES]) {
	unsigned count = range_count(tree);
	if (!count) {
		digest_compute(digest, NULL, 0, NULL, 0, NULL, 0, ret_root);
		return;
	}
	memcpy(ret_root, tree->range[--count], DIGEST_BYTES);
	while (count)
		merkle_node(digest, tree->range[--count], ret_root, ret_root);
}

size_t merkle_pack(const struct merkle *tree, uint8_t *ret_room) {
	size_t hashes_bytes = (size_t)range_count(tree) * DIGEST_BYTES;
	for (int i = 0; i < 8; i++)
		ret_room[i] = (uint8_t)(tree->size >> (56 - 8 * i));
	memcpy(ret_room + 8, tree->range, hashes_bytes);
	return 8 + hashes_bytes;
}

enum err merkle_unpack(const void *data, size_t bytes, struct merkle *ret_tree) {
	const uint8_t *in = data;
	struct merkle tree = { 0 };
	if (bytes < 8)
		return ERR_CORRUPT;
	for (int i = 0; i < 8; i++)
		tree.size = tree.size << 8 | in[i];
	size_t hashes_bytes = (size_t)range_count(&tree) * DIGEST_BYTES;
	if (bytes != 8 + hashes_bytes)
		return ERR_CORRUPT;
	memcpy(tree.range, in + 8, hashes_bytes);
	*ret_tree = tree;
	return ERR_OK;
}
