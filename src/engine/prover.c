/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/prover.h"

#include "base/check.h"
#include "record/merkle.h"
#include "store/state_store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
	IDLE_MAX = 16, /* digests kept for the next */
	BLOCK = 16,    /* hashes of a level that are read at once */
	ROOTS = 16,    /* that are remembered: most ask about the newest checkpoint */
	TILE_STEPS = 8 / MERKLE_KEPT_STEP, /* a level of tiles in levels that are kept */
	GROUP = 1 << MERKLE_KEPT_STEP,     /* hashes of a kept level below one of the next */
	GROUPS_MAX = TILE_WIDTH / GROUP,
};

struct known_root {
	uint64_t size; /* 0: none */
	uint8_t root[DIGEST_BYTES];
};

struct prover {
	struct state_store *store;
	const char *hash;
	struct prover_head head;       /* its read NULL: none */
	pthread_mutex_t mutex;         /* over what follows */
	struct digest *idle[IDLE_MAX]; /* each a single thread's at a time */
	size_t idle_count;
	struct known_root roots[ROOTS]; /* by their size, modulo ROOTS */
};

/* --- life --- */

enum err prover_new(struct state_store *store, const char *hash, const struct prover_head *head,
    struct prover **ret_prover) {
	struct prover *prover = calloc(1, sizeof(*prover));
	if (!prover)
		return ERR_MEMORY;
	prover->store = store;
	prover->hash = hash;
	if (head)
		prover->head = *head;
	check(pthread_mutex_init(&prover->mutex, NULL) == 0);
	*ret_prover = prover;
	return ERR_OK;
}

void prover_free(struct prover *prover) {
	if (!prover)
		return;
	for (size_t i = 0; i < prover->idle_count; i++)
		digest_free(prover->idle[i]);
	pthread_mutex_destroy(&prover->mutex);
	free(prover);
}

static enum err borrow_digest(struct prover *prover, struct digest **ret_digest) {
	struct digest *digest = NULL;
	check(pthread_mutex_lock(&prover->mutex) == 0);
	if (prover->idle_count)
		digest = prover->idle[--prover->idle_count];
	check(pthread_mutex_unlock(&prover->mutex) == 0);
	if (!digest)
		return digest_new(prover->hash, ret_digest);
	*ret_digest = digest;
	return ERR_OK;
}

static void give_back(struct prover *prover, struct digest *digest) {
	check(pthread_mutex_lock(&prover->mutex) == 0);
	if (prover->idle_count < IDLE_MAX) {
		prover->idle[prover->idle_count++] = digest;
		digest = NULL;
	}
	check(pthread_mutex_unlock(&prover->mutex) == 0);
	digest_free(digest);
}

/* --- reading --- */

/* What a proof asks for next is mostly beside what it asked for last. */
struct block {
	uint64_t first;
	unsigned count; /* 0: nothing read yet */
	uint8_t hashes[BLOCK * DIGEST_BYTES];
};

struct reading {
	struct prover *prover;
	struct digest *digest;
	uint64_t size; /* committed when it began */
	uint8_t root[DIGEST_BYTES];
	struct block blocks[MERKLE_KEPT_MAX];
	struct proof_source source;
};

static enum err fill(struct reading *reading, unsigned level, uint64_t first, struct block *block) {
	uint64_t rest = (reading->size >> level) - first;
	block->count = 0;
	unsigned count = rest < BLOCK ? (unsigned)rest : BLOCK;
	enum err err = store_read_hashes(reading->prover->store, level, first, count, block->hashes);
	if (err)
		return err;
	block->first = first;
	block->count = count;
	return ERR_OK;
}

static enum err read_hashes(
    void *context, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	struct reading *reading = context;
	struct block *block = &reading->blocks[level / MERKLE_KEPT_STEP];
	uint64_t start = first / BLOCK * BLOCK;
	check(first + count <= reading->size >> level && first + count <= start + BLOCK);
	if (!block->count || block->first != start) {
		enum err err = fill(reading, level, start, block);
		if (err)
			return err;
	}
	memcpy(ret_hashes, block->hashes + (first - start) * DIGEST_BYTES, count * DIGEST_BYTES);
	return ERR_OK;
}

static enum err begin(struct prover *prover, struct reading *ret_reading) {
	enum err err = borrow_digest(prover, &ret_reading->digest);
	if (err)
		return err;
	ret_reading->prover = prover;
	if (prover->head.read)
		prover->head.read(prover->head.arg, &ret_reading->size, ret_reading->root);
	else
		ret_reading->size = store_hashes_size(prover->store);
	ret_reading->source = (struct proof_source){
		.read = read_hashes,
		.context = ret_reading,
		.step = MERKLE_KEPT_STEP,
	};
	for (size_t i = 0; i < MERKLE_KEPT_MAX; i++)
		ret_reading->blocks[i].count = 0;
	return ERR_OK;
}

static void end(struct reading *reading) {
	give_back(reading->prover, reading->digest);
}

/* What is read does not fit together. */
static enum err damaged(const struct reading *reading) {
	store_ask_for_rebuild(reading->prover->store);
	return ERR_CORRUPT;
}

/* --- the tree --- */

static bool recall_root(struct prover *prover, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) {
	const struct known_root *known = &prover->roots[size % ROOTS];
	check(pthread_mutex_lock(&prover->mutex) == 0);
	bool is_known = size && known->size == size;
	if (is_known)
		memcpy(ret_root, known->root, DIGEST_BYTES);
	check(pthread_mutex_unlock(&prover->mutex) == 0);
	return is_known;
}

static void remember_root(struct prover *prover, uint64_t size, const uint8_t root[DIGEST_BYTES]) {
	struct known_root *known = &prover->roots[size % ROOTS];
	check(pthread_mutex_lock(&prover->mutex) == 0);
	known->size = size;
	memcpy(known->root, root, DIGEST_BYTES);
	check(pthread_mutex_unlock(&prover->mutex) == 0);
}

/* Computes it; the tree of all that is committed must begin with it. */
static enum err compute_root(
    struct reading *reading, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) {
	struct proof proof;
	enum err err = proof_root(&reading->source, reading->digest, size, ret_root);
	if (err || !reading->prover->head.read)
		return err;
	err = proof_consistency(&reading->source, reading->digest, size, reading->size, &proof);
	if (err)
		return err;
	bool is_right = proof_is_consistent(
	    &proof, reading->digest, size, ret_root, reading->size, reading->root);
	return is_right ? ERR_OK : damaged(reading);
}

static enum err read_root(struct reading *reading, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) {
	if (size > reading->size)
		return ERR_NOT_FOUND;
	if (size == reading->size && reading->prover->head.read) {
		memcpy(ret_root, reading->root, DIGEST_BYTES);
		return ERR_OK;
	}
	if (recall_root(reading->prover, size, ret_root))
		return ERR_OK;
	enum err err = compute_root(reading, size, ret_root);
	if (!err)
		remember_root(reading->prover, size, ret_root);
	return err;
}

enum err prover_root(struct prover *prover, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) {
	struct reading reading;
	enum err err = begin(prover, &reading);
	if (err)
		return err;
	err = read_root(&reading, size, ret_root);
	end(&reading);
	return err;
}

static enum err prove_inclusion(struct reading *reading, struct inclusion *inclusion) {
	if (inclusion->index >= inclusion->size)
		return ERR_NOT_FOUND;
	enum err err = read_root(reading, inclusion->size, inclusion->root);
	if (!err)
		err = read_hashes(reading, 0, inclusion->index, 1, inclusion->leaf);
	if (!err)
		err = proof_inclusion(&reading->source, reading->digest, inclusion->index, inclusion->size,
		    &inclusion->proof);
	if (!err &&
	    !proof_is_included(&inclusion->proof, reading->digest, inclusion->index, inclusion->leaf,
	        inclusion->size, inclusion->root))
		err = damaged(reading);
	return err;
}

enum err prover_inclusion(
    struct prover *prover, uint64_t seq, uint64_t size, struct inclusion *ret_inclusion) {
	struct reading reading;
	enum err err = begin(prover, &reading);
	if (err)
		return err;
	struct inclusion inclusion = { .index = seq - 1, .size = size ? size : reading.size };
	err = prove_inclusion(&reading, &inclusion);
	end(&reading);
	if (!err)
		*ret_inclusion = inclusion;
	return err;
}

/* That the larger tree begins with the smaller one is what is proved: the root of the smaller one
 * needs no other check. */
static enum err prove_consistency(struct reading *reading, struct consistency *consistency) {
	uint64_t from = consistency->from, to = consistency->to;
	if (from > to)
		return ERR_NOT_FOUND;
	enum err err = read_root(reading, to, consistency->to_root);
	if (!err && !recall_root(reading->prover, from, consistency->from_root))
		err = proof_root(&reading->source, reading->digest, from, consistency->from_root);
	if (!err)
		err = proof_consistency(&reading->source, reading->digest, from, to, &consistency->proof);
	if (!err &&
	    !proof_is_consistent(&consistency->proof, reading->digest, from, consistency->from_root, to,
	        consistency->to_root))
		err = damaged(reading);
	return err;
}

enum err prover_consistency(
    struct prover *prover, uint64_t from, uint64_t to, struct consistency *ret_consistency) {
	struct reading reading;
	enum err err = begin(prover, &reading);
	if (err)
		return err;
	struct consistency consistency = { .from = from, .to = to ? to : reading.size };
	err = prove_consistency(&reading, &consistency);
	end(&reading);
	if (!err)
		*ret_consistency = consistency;
	return err;
}

/* --- tiles --- */

/* The root of `count` neighbouring hashes, a power of two; `hashes` is used up. */
static void join(struct digest *digest, uint8_t *hashes, unsigned count) {
	for (; count > 1; count /= 2) {
		for (unsigned i = 0; i < count / 2; i++)
			merkle_node(digest, hashes + (size_t)2 * i * DIGEST_BYTES,
			    hashes + (size_t)(2 * i + 1) * DIGEST_BYTES, hashes + (size_t)i * DIGEST_BYTES);
	}
}

/* Whether each group of hashes that is complete makes the one that is kept above it. */
static enum err check_groups(struct reading *reading, unsigned level, uint64_t first,
    const uint8_t *hashes, unsigned width) {
	uint8_t above[GROUPS_MAX * DIGEST_BYTES], group[GROUP * DIGEST_BYTES];
	unsigned count = width / GROUP;
	if (!count)
		return ERR_OK;
	enum err err = store_read_hashes(
	    reading->prover->store, level + MERKLE_KEPT_STEP, first / GROUP, count, above);
	for (unsigned i = 0; !err && i < count; i++) {
		memcpy(group, hashes + (size_t)i * sizeof(group), sizeof(group));
		join(reading->digest, group, GROUP);
		if (memcmp(group, above + (size_t)i * DIGEST_BYTES, DIGEST_BYTES) != 0)
			err = damaged(reading);
	}
	return err;
}

/* All of the tile that there is; a group that the tree has not completed is part of its right edge,
 * and so of its root. */
static enum err read_tile(
    struct reading *reading, const struct tile *tile, uint8_t ret_hashes[TILE_BYTES_MAX]) {
	unsigned level = tile->level * TILE_STEPS * MERKLE_KEPT_STEP;
	unsigned width = tile_width(tile->level, tile->index, reading->size);
	uint64_t first = tile->index * TILE_WIDTH;
	uint8_t root[DIGEST_BYTES];
	if (tile->width > width)
		return ERR_NOT_FOUND;
	enum err err = store_read_hashes(reading->prover->store, level, first, width, ret_hashes);
	if (!err)
		err = check_groups(reading, level, first, ret_hashes, width);
	return !err && width % GROUP ? compute_root(reading, reading->size, root) : err;
}

enum err prover_tile(
    struct prover *prover, const struct tile *tile, uint8_t ret_hashes[TILE_BYTES_MAX]) {
	struct reading reading;
	uint8_t hashes[TILE_BYTES_MAX];
	check(tile->width > 0 && tile->width <= TILE_WIDTH);
	enum err err = begin(prover, &reading);
	if (err)
		return err;
	err = read_tile(&reading, tile, hashes);
	end(&reading);
	if (!err)
		memcpy(ret_hashes, hashes, (size_t)tile->width * DIGEST_BYTES);
	return err;
}
