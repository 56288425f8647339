/* SPDX-License-Identifier: Apache-2.0 */
#include "store/row_heap.h"

#include "base/check.h"
#include "store/huge.h"

#include <string.h>

static const size_t HEADER_BYTES = (sizeof(struct row_chunk) + 7) & ~(size_t)7;

/* Chunks are aligned to their size. */
static struct row_chunk *chunk_of(const struct row *row) {
	return (struct row_chunk *)((uintptr_t)row & ~(uintptr_t)(ROW_CHUNK_BYTES - 1));
}

void row_heap_init(struct row_heap *heap, unsigned slab_chunks) {
	*heap = (struct row_heap){ .slab_chunks = slab_chunks };
}

static void make_spare(struct row_heap *heap, struct row_chunk *chunk) {
	chunk->next = heap->spare;
	heap->spare = chunk;
	heap->spare_count++;
	chunk->slab->slab_spare++;
}

static struct row_chunk *take_spare(struct row_heap *heap) {
	struct row_chunk *chunk = heap->spare;
	heap->spare = chunk->next;
	heap->spare_count--;
	chunk->slab->slab_spare--;
	return chunk;
}

static void spare_list(struct row_heap *heap, struct row_chunk *chunk) {
	while (chunk) {
		struct row_chunk *next = chunk->next;
		make_spare(heap, chunk);
		chunk = next;
	}
}

void row_heap_done(struct row_heap *heap) {
	for (size_t lane = 0; lane < ROW_LANES; lane++)
		spare_list(heap, heap->lanes[lane].oldest);
	spare_list(heap, heap->dead);
	row_heap_trim(heap);
	check(heap->bytes == 0);
	row_heap_init(heap, heap->slab_chunks);
}

/* --- slabs --- */

static void add_slab(struct row_heap *heap) {
	size_t bytes = (size_t)heap->slab_chunks * ROW_CHUNK_BYTES;
	char *slab = huge_new(bytes);
	check(slab);
	heap->bytes += bytes;
	for (size_t i = heap->slab_chunks; i-- > 0;) {
		struct row_chunk *chunk = (struct row_chunk *)(slab + i * ROW_CHUNK_BYTES);
		*chunk = (struct row_chunk){ .slab = (struct row_chunk *)slab };
	}
	for (size_t i = heap->slab_chunks; i-- > 0;)
		make_spare(heap, (struct row_chunk *)(slab + i * ROW_CHUNK_BYTES));
}

/* Takes the chunks of wholly unused slabs off the list, and returns the first ones as another. */
static struct row_chunk *take_unused(struct row_heap *heap) {
	struct row_chunk *slabs = NULL;
	for (struct row_chunk **link = &heap->spare; *link;) {
		struct row_chunk *chunk = *link;
		if (chunk->slab->slab_spare < heap->slab_chunks) {
			link = &chunk->next;
			continue;
		}
		*link = chunk->next;
		heap->spare_count--;
		if (chunk == chunk->slab) {
			chunk->next = slabs;
			slabs = chunk;
		}
	}
	return slabs;
}

void row_heap_trim(struct row_heap *heap) {
	size_t bytes = (size_t)heap->slab_chunks * ROW_CHUNK_BYTES;
	struct row_chunk *slabs = take_unused(heap);
	while (slabs) {
		struct row_chunk *next = slabs->next;
		huge_free(slabs, bytes);
		heap->bytes -= bytes;
		slabs = next;
	}
}

/* --- chunks --- */

static void unlink_chunk(struct row_heap *heap, struct row_chunk *chunk) {
	struct row_chunks *chunks = &heap->lanes[chunk->lane];
	*(chunk->previous ? &chunk->previous->next : &chunks->oldest) = chunk->next;
	*(chunk->next ? &chunk->next->previous : &chunks->newest) = chunk->previous;
}

/* What has no rows that live is taken back by row_heap_collect. */
static void bury(struct row_heap *heap, struct row_chunk *chunk) {
	unlink_chunk(heap, chunk);
	chunk->next = heap->dead;
	heap->dead = chunk;
}

static void add_chunk(struct row_heap *heap, enum row_lane lane) {
	if (!heap->spare)
		add_slab(heap);
	struct row_chunks *chunks = &heap->lanes[lane];
	struct row_chunk *chunk = take_spare(heap), *before = chunks->newest;
	chunk->next = NULL;
	chunk->previous = before;
	chunk->number = ++heap->number;
	chunk->lane = lane;
	chunk->used_bytes = (uint32_t)HEADER_BYTES;
	chunk->live_rows = 0;
	chunk->segment_max = 0;
	*(before ? &before->next : &chunks->oldest) = chunk;
	chunks->newest = chunk;
	if (before && before->live_rows == 0)
		bury(heap, before);
}

static bool is_newest(const struct row_heap *heap, const struct row_chunk *chunk) {
	return chunk == heap->lanes[chunk->lane].newest;
}

void row_heap_take_back(struct row_heap *heap, struct row_chunk *chunk) {
	check(!is_newest(heap, chunk));
	unlink_chunk(heap, chunk);
	make_spare(heap, chunk);
}

void row_heap_collect(struct row_heap *heap, uint32_t written) {
	for (struct row_chunk **link = &heap->dead; *link;) {
		struct row_chunk *chunk = *link;
		if (chunk->segment_max > written)
			link = &chunk->next;
		else {
			*link = chunk->next;
			make_spare(heap, chunk);
		}
	}
}

struct row_chunk *row_heap_oldest(const struct row_heap *heap, uint32_t written) {
	struct row_chunk *read = heap->lanes[ROW_READ].oldest;
	struct row_chunk *changed = heap->lanes[ROW_CHANGED].oldest;
	if (changed && is_newest(heap, changed))
		changed = NULL;
	if (!read || is_newest(heap, read))
		return changed;
	bool is_older = changed && changed->segment_max <= written && changed->number < read->number;
	return is_older ? changed : read;
}

/* --- rows --- */

struct row *row_heap_new(struct row_heap *heap, enum row_lane lane, const struct row_name *name,
    const void *value, size_t bytes) {
	size_t footprint = row_footprint(name->key_bytes, bytes);
	const struct row_chunks *chunks = &heap->lanes[lane];
	if (!chunks->newest || footprint > ROW_CHUNK_BYTES - chunks->newest->used_bytes)
		add_chunk(heap, lane);
	struct row_chunk *chunk = chunks->newest;
	struct row *row = (struct row *)((char *)chunk + chunk->used_bytes);
	*row = (struct row){
		.bytes = (uint32_t)bytes,
		.table = name->table,
		.key_bytes = name->key_bytes,
		.status = ROW_CURRENT,
	};
	if (name->key_bytes)
		memcpy(row->data, name->key, name->key_bytes);
	if (bytes)
		memcpy(row->data + row_round_up(name->key_bytes), value, bytes);
	chunk->used_bytes += (uint32_t)footprint;
	chunk->live_rows++;
	return row;
}

void row_heap_release(struct row_heap *heap, struct row *row) {
	struct row_chunk *chunk = chunk_of(row);
	row->status = ROW_DEAD;
	if (--chunk->live_rows == 0 && !is_newest(heap, chunk))
		bury(heap, chunk);
}

void row_heap_pin(struct row *row, uint32_t segment) {
	chunk_of(row)->segment_max = segment;
}

static struct row *row_at(struct row_chunk *chunk, size_t offset) {
	return offset < chunk->used_bytes ? (struct row *)((char *)chunk + offset) : NULL;
}

struct row *row_chunk_first(struct row_chunk *chunk) {
	return row_at(chunk, HEADER_BYTES);
}

struct row *row_chunk_next(struct row_chunk *chunk, struct row *row) {
	size_t offset = (size_t)((char *)row - (char *)chunk);
	return row_at(chunk, offset + row_footprint(row->key_bytes, row->bytes));
}
