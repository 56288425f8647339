/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows in memory: those changed by the batch under way, those that the environment does not
 * have yet, and those read or written lately.
 *
 * A put makes a new version and remembers, in the undo log, which one it replaced. A mark is a
 * length of the undo log; rolling back goes back to it; settling makes the versions final and lists
 * them in a segment. So the batch layer costs nothing to look through: the table always finds the
 * newest. A version made since the newest mark is changed in place by the next put, since nothing
 * can come back to it: what every command of a batch changes has one version in it.
 *
 *	undo log    now A3 ← before A2 | now B1 ← before (none) | now A4 ← before A3
 *	                               ^ mark 1
 *
 * Versions stay where they are until memtable_rollback, memtable_settle or memtable_shrink:
 * pointers from find and add are good until then.
 *
 * One thread: the writer.
 */
#ifndef STORE_MEMTABLE_H
#define STORE_MEMTABLE_H

#include "store/row_heap.h"
#include "store/row_table.h"
#include "store/segment.h"

struct undo_record {
	struct row *now;
	struct row *before; /* NULL: there was none in memory */
};

struct memtable {
	struct row_heap heap;
	struct row_table table;
	struct undo_record *undo;
	size_t undo_count;
	size_t undo_capacity;
	size_t fresh_from;  /* versions of the undo log from here on may be fresh */
	size_t batch_bytes; /* of the versions that the undo log remembers */
};

/* `slab_chunks`: as in row_heap.h. */
void memtable_init(struct memtable *memtable, unsigned slab_chunks);
void memtable_done(struct memtable *memtable);

struct row_name memtable_name(
    const struct memtable *memtable, unsigned table, const void *key, size_t key_bytes);

/* NULL: not in memory. */
const struct row *memtable_find(struct memtable *memtable, const struct row_name *name);

/* Keeps what the environment has under a name that is not in memory. */
const struct row *memtable_add(
    struct memtable *memtable, const struct row_name *name, const void *value, size_t bytes);

void memtable_put(
    struct memtable *memtable, const struct row_name *name, const void *value, size_t bytes);

/* A row of a key that is not in memory, for the segment alone: it cannot be found. */
void memtable_put_unread(
    struct memtable *memtable, const struct row_name *name, const void *value, size_t bytes);

size_t memtable_mark(struct memtable *memtable);
void memtable_rollback(struct memtable *memtable, size_t mark);

/* Makes the batch final and lists its rows in the segment. */
void memtable_settle(struct memtable *memtable, struct segment *segment);

/*
 * Forgets rows that the environment has, the oldest first and those in use last, until the memory
 * is within `bytes_max`; there must be no batch. `written` is the newest segment in the
 * environment. Returns 0, or the number of the segment that must be written before anything more
 * can go.
 */
uint32_t memtable_shrink(struct memtable *memtable, size_t bytes_max, uint32_t written);

size_t memtable_bytes(const struct memtable *memtable);

#endif
