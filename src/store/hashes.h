/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hashes of the Merkle tree over the journal, for proofs and tiles: the nodes of every second
 * level (record/merkle.h), each level a flat file beside the state environment, and in memory what
 * no checkpoint has yet.
 *
 *	state/hashes-0     32 bytes for each leaf, in the order of the entries
 *	state/hashes-2     … for each complete subtree of 4 leaves
 *	state/hashes-4     … of 16, and so on: node i of a level is at byte 32·i
 *
 * So tile N of level L (record/tile.h) is the 8,192 bytes from N·8,192 on in hashes-8L.
 *
 *	put ─► chunks in memory ─► commit: can be read ─► write: in the files, durable ─► release
 *	         ▲ an index put again takes the place of what was put there: a batch goes back
 *
 * What a file has beyond the size that the checkpoint states is of no account, and written again. A
 * file that is shorter, or missing, makes the state worthless, like all else that is wrong there.
 *
 * Threads: put, commit and drop are the writer's; write and release the checkpointer's; the others
 * are for any. Readers hold up the checkpointer when it gives memory back, for one read each, and
 * the writer never. Memory in chunks of 4,096 leaves, 43 bytes a leaf.
 */
#ifndef STORE_HASHES_H
#define STORE_HASHES_H

#include "record/merkle.h"
#include "store/lmdb_env.h"

#include <pthread.h>
#include <stdatomic.h>

struct hash_ring;

struct hashes {
	const struct env *env;
	const char *directory;
	int fds[MERKLE_KEPT_MAX]; /* −1: the level has no node in a checkpoint yet */

	pthread_rwlock_t lock;    /* over `written` as its readers need it, and what goes with it */
	_Atomic uint64_t written; /* leaves in the files */
	_Atomic uint64_t size;    /* leaves that can be read */
	_Atomic(struct hash_ring *) ring;

	/* the writer's */
	uint64_t next;      /* leaves that have been put */
	uint64_t chunk_end; /* number of the next chunk to be made */
};

/* In an open environment, whose checkpoint has `size` leaves. `env` and `directory` outlive it.
 * ERR_CORRUPT: there is less than that. ERR_IO, ERR_MEMORY, … */
enum err hashes_open(
    struct hashes *hashes, const struct env *env, const char *directory, uint64_t size) MUST_CHECK;
void hashes_close(struct hashes *hashes);

/* --- writer --- */

/* What merkle_append_kept() gave for the leaf `index`: the next one, or one that is not committed.
 * No memory stops the process. */
void hashes_put(struct hashes *hashes, uint64_t index, const uint8_t (*nodes)[DIGEST_BYTES]);

/* From now on a tree of `size` leaves can be read. */
void hashes_commit(struct hashes *hashes, uint64_t size);

/* Forgets what is not committed. */
void hashes_drop(struct hashes *hashes);

/* --- checkpointer --- */

/* Brings the files up to `size` leaves, which are committed; durable, unless `is_synced` is false.
 * ERR_FULL, ERR_IO: nothing is lost, it can be tried again. */
enum err hashes_write(struct hashes *hashes, uint64_t size, bool is_synced) MUST_CHECK;

/* The checkpoint that says so is durable: memory of these leaves is given back. */
void hashes_release(struct hashes *hashes, uint64_t size);

/* Makes durable what was written unsynced. */
enum err hashes_sync(struct hashes *hashes) MUST_CHECK;

/* --- any thread --- */

uint64_t hashes_size(const struct hashes *hashes);

/* `count` nodes of a level, which is a multiple of MERKLE_KEPT_STEP, from `first` on. ERR_RANGE:
 * the tree has not got them all. ERR_CORRUPT: a file lacks some. ERR_IO. */
enum err hashes_read(struct hashes *hashes, unsigned level, uint64_t first, unsigned count,
    uint8_t *ret_hashes) MUST_CHECK;

#endif
