/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows derived from the journal: a second LMDB environment that lags behind, and memory that holds
 * the difference.
 *
 *	batch layer    what the commands of the batch being decided have changed: an undo log over the
 *	               memtable; dropped as a whole, or merged
 *	memtable       rows changed since the last checkpoint, and rows lately read or written; only the
 *	               writer sees it
 *	segments       which rows have changed, handed to the checkpointer, which reads those versions
 *	               and nothing else of the memtable
 *	environment    <directory>/state/data.mdb: everything up to the checkpoint's sequence
 *	hashes         nodes of the tree over the journal, in files and, what is newer, in memory
 *
 *	store_get: batch layer → memtable → environment
 *
 * Threads: the functions under "writer" belong to one thread (the sequencer), the others to any.
 * The checkpointer is a thread of its own, inside. Memory is bounded by memtable_bytes_max: at the
 * limit, store_merge waits for the checkpointer, then drops rows that the environment has. A
 * checkpoint under way takes about 64 bytes for each row in it beside that, hashes 43 for each
 * entry that no checkpoint has, and LMDB up to 512 MiB of pages.
 *
 * Every row has a checksum in the environment. One that is damaged there stops the process, and the
 * next store_open begins empty: the journal has it all. Pages have none, and store_open looks at
 * them first, at leaves up to a million rows (pages.h): it begins empty when one is damaged.
 */
#ifndef STORE_STATE_STORE_H
#define STORE_STATE_STORE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct state_store;

#define STORE_META_BYTES_MAX 4096

/*
 * Rows of the table of ids have keys of 16 bytes and values of 8, and are put once and never again.
 * They are kept apart (store/id_index.h): about 24 bytes each on disk, and 2 of memory, which
 * memtable_bytes_max does not bound, so that a look for one that is not there stays in memory.
 */
struct state_store_config {
	const char *directory;
	uint32_t format;           /* of the rows; an environment of another format is emptied */
	size_t map_bytes;          /* address space; as env_options has it */
	size_t memtable_bytes_max; /* at least 2 MiB; 0: 256 MiB */
	size_t segment_bytes;      /* a checkpoint begins when so much has changed; 0: 64 MiB, or an
	                              eighth of the memory where that is more than a quarter */
	int32_t idle_ms;   /* … or nothing for this long, or a change is 10 × as old; 0: 200 */
	bool discard;      /* begin empty: what is there belongs to another journal */
	bool bulk;         /* begin empty, and sync nothing before store_close */
	unsigned id_table; /* 0: none */
	bool has_hashes;   /* store_put_hashes is called for every entry */
};

/*
 * `ret_seq` is the journal sequence that the environment reflects (0: empty, rebuild everything)
 * and `ret_meta`, of STORE_META_BYTES_MAX, what store_merge was given with it. What cannot be read
 * is emptied, as is what has another format. ERR_BUSY: it is open already, here or in another
 * process. ERR_FULL, ERR_DENIED, ERR_IO, ERR_MEMORY.
 *
 * A bulk store is for a rebuild: what is there until store_close has made it durable is marked, and
 * emptied by the next store_open.
 */
enum err store_open(const struct state_store_config *config, struct state_store **ret_store,
    uint64_t *ret_seq, void *ret_meta, size_t *ret_meta_bytes) MUST_CHECK;

/* Checkpoints what is merged, then closes. When that fails the state stays at an older sequence.
 * Snapshots must be closed and the writer be done; who waits for a checkpoint gets ERR_CLOSED.
 * Accepts NULL. */
void store_close(struct state_store *store);

/* Ends without a checkpoint, as a crash would. Accepts NULL. */
void store_abandon(struct state_store *store);

/* --- writer --- */

/*
 * The row, aligned for 64-bit integers; NULL: none. `table` < 256, keys up to LIMIT_KEY_BYTES.
 * Valid until the next rollback, merge or drop: neither a get nor a put moves what an earlier get
 * returned, but after a put of the same key it is the old row or the new one.
 *
 * Rows read stay in memory until the next merge or drop: who only reads calls store_drop now and
 * then.
 */
const void *store_get(struct state_store *store, unsigned table, const void *key, size_t key_bytes,
    size_t *ret_bytes);

/* Says which rows will be got, or put, next; there need be none. Looking them up in order costs a
 * wait for memory each, while here they come side by side. Nothing else changes. */
struct store_key {
	const void *data;
	size_t bytes;
	unsigned table;
};
void store_prefetch(struct state_store *store, const struct store_key *keys, size_t count);

/* Up to LIMIT_ROW_BYTES; 0 is a row like any other. */
void store_put(struct state_store *store, unsigned table, const void *key, size_t key_bytes,
    const void *row, size_t bytes);

/* The same for a key that no row has yet: store_get never finds it in memory, nor does another put,
 * only a checkpoint writes it. For replay, which puts many rows that it does not read. */
void store_put_unread(struct state_store *store, unsigned table, const void *key, size_t key_bytes,
    const void *row, size_t bytes);

/* What merkle_append_kept() (record/merkle.h) gave for entry `index` + 1: of the batch, in order;
 * after a rollback they are put again. */
void store_put_hashes(struct state_store *store, uint64_t index, const uint8_t (*nodes)[32]);

/* A mark within the batch layer, and the way back to it: later puts are undone. Marks nest like a
 * stack. Going back costs as much as what is undone. */
size_t store_mark(struct state_store *store);
void store_rollback(struct state_store *store, size_t mark);

/*
 * The batch is durable in the journal up to `seq`: it becomes part of the memtable, and that always
 * succeeds. The error is about the checkpoints: memory is at its limit and the newest attempt to
 * write failed. ERR_FULL, ERR_IO, ERR_MEMORY: it goes on being tried; with every further merge
 * memory grows beyond the limit. ERR_FATAL: for good.
 */
enum err store_merge(
    struct state_store *store, uint64_t seq, const void *meta, size_t meta_bytes) MUST_CHECK;

/* Memory of the rows that the batch has made so far: before the merge nothing bounds it. */
size_t store_batch_bytes(const struct state_store *store);

/* The batch is not: forget it. Also the end of a time of reading. */
void store_drop(struct state_store *store);

/* --- any thread --- */

/* Hands all merged changes to the checkpointer now (a list query waits for them). Does not wait. */
void store_flush(struct state_store *store);

uint64_t store_checkpoint_seq(struct state_store *store);

/* Waits for store_checkpoint_seq() ≥ seq. ERR_TIMEOUT at the monotonic deadline. ERR_CLOSED.
 * ERR_FULL, ERR_IO, ERR_MEMORY: a checkpoint failed meanwhile, and will be tried again. ERR_FATAL:
 * for good. Does not itself flush. */
enum err store_wait_checkpoint(
    struct state_store *store, uint64_t seq, int64_t deadline_us) MUST_CHECK;

/* Nodes of the tree, as of the newest merge, as hashes_read() (store/hashes.h) has it, and how many
 * leaves it has. Without a lock that the writer takes. ERR_CORRUPT: the next store_open begins
 * empty; so it does after store_ask_for_rebuild. */
enum err store_read_hashes(struct state_store *store, unsigned level, uint64_t first,
    unsigned count, uint8_t *ret_hashes) MUST_CHECK;
uint64_t store_hashes_size(struct state_store *store);
void store_ask_for_rebuild(struct state_store *store);

/* Memory that memtable_bytes_max bounds, as of the newest merge or drop. */
size_t store_memory_bytes(struct state_store *store);

struct snapshot; /* one thread's; a read transaction: while it lives, the file can only grow */

/* ERR_BUSY: too many are open. ERR_CORRUPT, ERR_FATAL, ERR_MEMORY. */
enum err snapshot_open(struct state_store *store, struct snapshot **ret_snapshot) MUST_CHECK;
void snapshot_close(struct snapshot *snapshot);
uint64_t snapshot_seq(const struct snapshot *snapshot);

/* The row, aligned for 64-bit integers; NULL: none. Valid until snapshot_close. */
const void *snapshot_get(struct snapshot *snapshot, unsigned table, const void *key,
    size_t key_bytes, size_t *ret_bytes);

/* Rows of `table` in key order from `from` (inclusive; may be the prefix itself) whose keys begin
 * with `prefix`, until `visit` returns false. Key and row, which is aligned for 64-bit integers,
 * are valid during the visit; it may get and scan. ERR_CORRUPT, ERR_MEMORY. */
typedef bool (*snapshot_visit)(
    void *arg, const void *key, size_t key_bytes, const void *row, size_t bytes);
enum err snapshot_scan(struct snapshot *snapshot, unsigned table, const void *prefix,
    size_t prefix_bytes, const void *from, size_t from_bytes, snapshot_visit visit,
    void *arg) MUST_CHECK;

/* Of the scans so far: ERR_OK, or what one of them failed with. */
enum err snapshot_error(const struct snapshot *snapshot);

#endif
