/* SPDX-License-Identifier: Apache-2.0 */
#include "store/row_heap.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum { SPARE_MAX = 16 };

static const size_t HEADER_BYTES = (sizeof(struct row_chunk) + 7) & ~(size_t)7;

/* Chunks are aligned to their size. */
static struct row_chunk *chunk_of(const struct row *row) {
	return (struct row_chunk *)((uintptr_t)row & ~(uintptr_t)(ROW_CHUNK_BYTES - 1));
}

void row_heap_init(struct row_heap *heap) {
	*heap = (struct row_heap){ 0 };
}

static void free_list(struct row_chunk *chunk) {
	while (chunk) {
		struct row_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
}

void row_heap_done(struct row_heap *heap) {
	free_list(heap->oldest);
	free_list(heap->dead);
	free_list(heap->spare);
	row_heap_init(heap);
}

/* --- chunks --- */

static void add_chunk(struct row_heap *heap) {
	struct row_chunk *chunk = heap->spare;
	if (chunk) {
		heap->spare = chunk->next;
		heap->spare_count--;
	} else {
		chunk = aligned_alloc(ROW_CHUNK_BYTES, ROW_CHUNK_BYTES);
		check(chunk);
		heap->bytes += ROW_CHUNK_BYTES;
	}
	*chunk = (struct row_chunk){
		.previous = heap->newest,
		.used_bytes = (uint32_t)HEADER_BYTES,
	};
	if (heap->newest)
		heap->newest->next = chunk;
	else
		heap->oldest = chunk;
	heap->newest = chunk;
}

static void unlink_chunk(struct row_heap *heap, struct row_chunk *chunk) {
	*(chunk->previous ? &chunk->previous->next : &heap->oldest) = chunk->next;
	*(chunk->next ? &chunk->next->previous : &heap->newest) = chunk->previous;
}

static void recycle(struct row_heap *heap, struct row_chunk *chunk) {
	if (heap->spare_count >= SPARE_MAX) {
		free(chunk);
		heap->bytes -= ROW_CHUNK_BYTES;
		return;
	}
	chunk->next = heap->spare;
	heap->spare = chunk;
	heap->spare_count++;
}

void row_heap_take_back(struct row_heap *heap, struct row_chunk *chunk) {
	check(chunk != heap->newest);
	unlink_chunk(heap, chunk);
	recycle(heap, chunk);
}

void row_heap_collect(struct row_heap *heap, uint32_t written) {
	for (struct row_chunk **link = &heap->dead; *link;) {
		struct row_chunk *chunk = *link;
		if (chunk->segment_max > written)
			link = &chunk->next;
		else {
			*link = chunk->next;
			recycle(heap, chunk);
		}
	}
}

void row_heap_trim(struct row_heap *heap) {
	heap->bytes -= heap->spare_count * ROW_CHUNK_BYTES;
	free_list(heap->spare);
	heap->spare = NULL;
	heap->spare_count = 0;
}

struct row_chunk *row_heap_oldest(const struct row_heap *heap) {
	return heap->oldest != heap->newest ? heap->oldest : NULL;
}

/* --- rows --- */

struct row *row_heap_new(
    struct row_heap *heap, const struct row_name *name, const void *value, size_t bytes) {
	size_t footprint = row_footprint(name->key_bytes, bytes);
	if (!heap->newest || footprint > ROW_CHUNK_BYTES - heap->newest->used_bytes)
		add_chunk(heap);
	struct row_chunk *chunk = heap->newest;
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
	if (--chunk->live_rows > 0 || chunk == heap->newest)
		return;
	unlink_chunk(heap, chunk);
	chunk->next = heap->dead;
	heap->dead = chunk;
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
