/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the tree over the journal: roots, proofs and tiles, of any committed size, from the store's
 * hashes. Nothing here waits for the sequencer, nor it for anything here.
 *
 * Whatever is given out is checked against the head of the committed tree before, or against hashes
 * that are: what does not fit is damaged on the disk, and made again from the journal at the next
 * start.
 */
#ifndef ENGINE_PROVER_H
#define ENGINE_PROVER_H

#include "record/proof.h"
#include "record/tile.h"

/* An entry is in the tree of `size` entries. */
struct inclusion {
	uint64_t index; /* sequence number − 1 */
	uint64_t size;
	uint8_t leaf[DIGEST_BYTES]; /* hash of the entry */
	uint8_t root[DIGEST_BYTES];
	struct proof proof;
};

/* The tree of `to` entries begins with that of `from`. */
struct consistency {
	uint64_t from, to;
	uint8_t from_root[DIGEST_BYTES], to_root[DIGEST_BYTES];
	struct proof proof;
};

struct prover;
struct state_store;

/* Whence the committed tree's size and root are known, other than from hashes. Any thread. */
struct prover_head {
	void (*read)(void *arg, uint64_t *ret_size, uint8_t ret_root[DIGEST_BYTES]);
	void *arg;
};

/* `hash` as in digest_new(). `store` is borrowed. `head` NULL: nothing is known but the hashes. */
enum err prover_new(struct state_store *store, const char *hash, const struct prover_head *head,
    struct prover **ret_prover) MUST_CHECK;
void prover_free(struct prover *prover); /* accepts NULL */

/* Any thread. Errors as engine_prove_inclusion and the others (engine.h) have them. */
enum err prover_root(
    struct prover *prover, uint64_t size, uint8_t ret_root[DIGEST_BYTES]) MUST_CHECK;
enum err prover_inclusion(
    struct prover *prover, uint64_t seq, uint64_t size, struct inclusion *ret_inclusion) MUST_CHECK;
enum err prover_consistency(struct prover *prover, uint64_t from, uint64_t to,
    struct consistency *ret_consistency) MUST_CHECK;
enum err prover_tile(
    struct prover *prover, const struct tile *tile, uint8_t ret_hashes[TILE_BYTES_MAX]) MUST_CHECK;

#endif
