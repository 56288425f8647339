/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of rows, written like a log: rows lie one after the other in chunks of fixed size, in the
 * order in which they were made, and memory comes back by the chunk. There is no fragmentation to
 * speak of, no call to malloc for a row, and what is oldest is found without a search.
 *
 * A chunk can be taken back when its rows are dead, or moved elsewhere, and the newest segment that
 * lists one of them has been written. Rows that were read and rows that were changed are in chunks
 * of their own: what is read is often changed at once, and its chunk is dead, and comes back, long
 * before the chunk of the change is written.
 *
 * Chunks come from the system, and go back to it, in slabs: of one chunk where memory is short, of
 * a huge page elsewhere, since rows are looked up all over the heap and each look would otherwise
 * miss the TLB, too.
 *
 * One thread: the writer.
 */
#ifndef STORE_ROW_HEAP_H
#define STORE_ROW_HEAP_H

#include "store/row.h"

enum {
	ROW_CHUNK_BYTES = 1 << 17,
	ROW_SLAB_CHUNKS = 16, /* as many as make a huge page */
};

/* Which chunk a row is made in. */
enum row_lane {
	ROW_READ, /* as the environment has it: no segment lists it */
	ROW_CHANGED,
	ROW_LANES,
};

_Static_assert(sizeof(struct row) + LIMIT_KEY_BYTES + LIMIT_ROW_BYTES < ROW_CHUNK_BYTES - 256,
    "any row fits into a chunk");

struct row_chunk {
	struct row_chunk *next; /* newer, in its lane; or the next of a list */
	struct row_chunk *previous;
	uint64_t number; /* the order in which they were begun */
	enum row_lane lane;
	uint32_t used_bytes; /* this header included */
	uint32_t live_rows;
	uint32_t segment_max;   /* the newest segment that lists, or listed, a row in here */
	struct row_chunk *slab; /* its first chunk */
	unsigned slab_spare;    /* of the slab's chunks; in its first one */
};

struct row_heap {
	struct row_chunks {
		struct row_chunk *oldest;
		struct row_chunk *newest; /* where rows are made */
	} lanes[ROW_LANES];
	struct row_chunk *dead; /* nothing lives there, but a segment may still list it */
	struct row_chunk *spare;
	size_t spare_count;
	size_t bytes;    /* of all chunks */
	uint64_t number; /* of the newest chunk */
	unsigned slab_chunks;
};

void row_heap_init(struct row_heap *heap, unsigned slab_chunks);
void row_heap_done(struct row_heap *heap);

/* A new row, ROW_CURRENT and of no segment. No memory stops the process. */
struct row *row_heap_new(struct row_heap *heap, enum row_lane lane, const struct row_name *name,
    const void *value, size_t bytes);

/* Makes the row dead. */
void row_heap_release(struct row_heap *heap, struct row *row);

/* The segment lists the row. */
void row_heap_pin(struct row *row, uint32_t segment);

/* Takes back what is dead and whose segments have been written, `written` being the newest. */
void row_heap_collect(struct row_heap *heap, uint32_t written);

/* Gives unused slabs back to the system. */
void row_heap_trim(struct row_heap *heap);

/* The oldest chunk that no segment newer than `written` lists; where all are listed, the oldest of
 * them. NULL: there are only those that rows are made in. */
struct row_chunk *row_heap_oldest(const struct row_heap *heap, uint32_t written);

/* The first row of the chunk, and the one after `row`; NULL: no more. */
struct row *row_chunk_first(struct row_chunk *chunk);
struct row *row_chunk_next(struct row_chunk *chunk, struct row *row);

/* Takes back a chunk whose rows nobody refers to any more. */
void row_heap_take_back(struct row_heap *heap, struct row_chunk *chunk);

#endif
