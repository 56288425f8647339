/* SPDX-License-Identifier: Apache-2.0 */
#include "store/memtable.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>

enum {
	UNDO_MIN = 1024,
	UNDO_KEPT_MAX = 1 << 16, /* records of capacity that outlive a batch */
	SETTLE_AHEAD = 8,        /* records whose old rows are fetched before their turn */
	ESCAPED_BYTES_MAX = ROW_CHUNK_BYTES /
	    2,              /* of a chunk: eviction frees at least the other half */
	EVICT_GROUP = 16,   /* rows whose slots are fetched at once */
	SPARE_CHUNKS = 8,   /* that are kept for the next batch, where memory is at its limit */
	SPARE_DIVISOR = 16, /* … if they are no more than this part of it */
};

void memtable_init(struct memtable *memtable, unsigned slab_chunks) {
	*memtable = (struct memtable){ 0 };
	row_heap_init(&memtable->heap, slab_chunks);
	row_table_init(&memtable->table);
}

void memtable_done(struct memtable *memtable) {
	row_heap_done(&memtable->heap);
	row_table_done(&memtable->table);
	free(memtable->undo);
	memtable->undo = NULL;
}

size_t memtable_bytes(const struct memtable *memtable) {
	return memtable->heap.bytes + row_table_bytes(&memtable->table) +
	    memtable->undo_capacity * sizeof(*memtable->undo);
}

struct row_name memtable_name(
    const struct memtable *memtable, unsigned table, const void *key, size_t key_bytes) {
	return row_table_name(&memtable->table, table, key, key_bytes);
}

/* --- rows --- */

const struct row *memtable_find(struct memtable *memtable, const struct row_name *name) {
	struct row **place = row_table_find(&memtable->table, name);
	if (!place)
		return NULL;
	(*place)->is_used = true;
	return *place;
}

const struct row *memtable_add(
    struct memtable *memtable, const struct row_name *name, const void *value, size_t bytes) {
	struct row *row = row_heap_new(&memtable->heap, ROW_READ, name, value, bytes);
	row_table_insert(&memtable->table, name, row);
	return row;
}

static void remember(struct memtable *memtable, struct row *now, struct row *before) {
	if (memtable->undo_count == memtable->undo_capacity) {
		size_t capacity = memtable->undo_capacity ? memtable->undo_capacity * 2 : UNDO_MIN;
		struct undo_record *undo = realloc(memtable->undo, capacity * sizeof(*undo));
		check(undo);
		memtable->undo = undo;
		memtable->undo_capacity = capacity;
	}
	memtable->undo[memtable->undo_count++] = (struct undo_record){ .now = now, .before = before };
}

void memtable_put(
    struct memtable *memtable, const struct row_name *name, const void *value, size_t bytes) {
	struct row **place = row_table_find(&memtable->table, name);
	struct row *before = place ? *place : NULL;
	if (before && before->status == ROW_FRESH && before->bytes == bytes) {
		row_overwrite(before, value);
		return;
	}
	struct row *now = row_heap_new(&memtable->heap, ROW_CHANGED, name, value, bytes);
	now->status = ROW_FRESH;
	if (before) {
		now->segment = before->segment;
		now->segment_index = before->segment_index;
		now->is_used = true;
		before->status = ROW_REPLACED;
		*place = now;
	} else
		row_table_insert(&memtable->table, name, now);
	remember(memtable, now, before);
	memtable->batch_bytes += row_footprint(name->key_bytes, bytes);
}

void memtable_put_unread(
    struct memtable *memtable, const struct row_name *name, const void *value, size_t bytes) {
	struct row *row = row_heap_new(&memtable->heap, ROW_CHANGED, name, value, bytes);
	row->status = ROW_UNREAD;
	remember(memtable, row, NULL);
	memtable->batch_bytes += row_footprint(name->key_bytes, bytes);
}

/* --- batch --- */

size_t memtable_mark(struct memtable *memtable) {
	for (size_t i = memtable->fresh_from; i < memtable->undo_count; i++) {
		struct row *row = memtable->undo[i].now;
		if (row->status == ROW_FRESH)
			row->status = ROW_CURRENT;
	}
	memtable->fresh_from = memtable->undo_count;
	return memtable->undo_count;
}

/* The table finds what it found before. */
static void take_out(struct memtable *memtable, const struct undo_record *record) {
	if (record->now->status == ROW_UNREAD)
		return;
	struct row **place = row_table_place(&memtable->table, record->now);
	if (record->before) {
		record->before->status = ROW_CURRENT;
		*place = record->before;
	} else
		row_table_remove(&memtable->table, place);
}

void memtable_rollback(struct memtable *memtable, size_t mark) {
	check(mark <= memtable->undo_count);
	while (memtable->undo_count > mark) {
		const struct undo_record *record = &memtable->undo[--memtable->undo_count];
		take_out(memtable, record);
		memtable->batch_bytes -= row_footprint(record->now->key_bytes, record->now->bytes);
		row_heap_release(&memtable->heap, record->now);
	}
	if (memtable->fresh_from > mark)
		memtable->fresh_from = mark;
}

/* Of every version the row before it is looked at, which has long left the caches. */
static void prefetch_before(const struct memtable *memtable, size_t index) {
	if (index < memtable->undo_count && memtable->undo[index].before)
		__builtin_prefetch(memtable->undo[index].before, 1);
}

static void list(struct memtable *memtable, struct row *row, struct segment *segment) {
	if (row->status != ROW_CURRENT && row->status != ROW_FRESH && row->status != ROW_UNREAD)
		return;
	segment_list(segment, row);
	row_heap_pin(row, segment->number);
	if (row->status == ROW_UNREAD)
		row_heap_release(&memtable->heap, row);
	else
		row->status = ROW_CURRENT;
}

void memtable_settle(struct memtable *memtable, struct segment *segment) {
	for (size_t i = 0; i < SETTLE_AHEAD; i++)
		prefetch_before(memtable, i);
	for (size_t i = 0; i < memtable->undo_count; i++) {
		const struct undo_record *record = &memtable->undo[i];
		prefetch_before(memtable, i + SETTLE_AHEAD);
		list(memtable, record->now, segment);
		if (record->before)
			row_heap_release(&memtable->heap, record->before);
	}
	memtable->undo_count = 0;
	memtable->fresh_from = 0;
	memtable->batch_bytes = 0;
	if (memtable->undo_capacity > UNDO_KEPT_MAX) {
		free(memtable->undo);
		memtable->undo = NULL;
		memtable->undo_capacity = 0;
	}
}

/* --- eviction --- */

struct evictee {
	struct row *row;
	struct row_name name;
};

/* The next few living rows of a chunk from `*row` on; their slots are on their way from memory. */
static size_t gather(struct memtable *memtable, struct row_chunk *chunk, struct row **row,
    struct evictee group[EVICT_GROUP]) {
	size_t count = 0;
	for (; *row && count < EVICT_GROUP; *row = row_chunk_next(chunk, *row)) {
		if ((*row)->status == ROW_DEAD)
			continue;
		group[count] = (struct evictee){ *row, row_table_name_of(&memtable->table, *row) };
		row_table_prefetch(&memtable->table, group[count].name.hash);
		count++;
	}
	return count;
}

/* A row in use goes once more to the young end, if the chunk has not kept too many already. */
static void evict_row(
    struct memtable *memtable, const struct evictee *evictee, size_t *escaped_bytes) {
	struct row *row = evictee->row;
	struct row **place = row_table_place(&memtable->table, row);
	size_t footprint = row_footprint(row->key_bytes, row->bytes);
	check(row->status == ROW_CURRENT);
	if (row->is_used && *escaped_bytes + footprint <= ESCAPED_BYTES_MAX) {
		*place = row_heap_new(
		    &memtable->heap, ROW_READ, &evictee->name, row_value(row), row->bytes);
		*escaped_bytes += footprint;
	} else
		row_table_remove(&memtable->table, place);
}

static void evict_chunk(struct memtable *memtable, struct row_chunk *chunk) {
	struct evictee group[EVICT_GROUP];
	struct row *row = row_chunk_first(chunk);
	size_t escaped_bytes = 0;
	size_t count;
	while ((count = gather(memtable, chunk, &row, group)) > 0) {
		for (size_t i = 0; i < count; i++)
			evict_row(memtable, &group[i], &escaped_bytes);
	}
	row_heap_take_back(&memtable->heap, chunk);
}

/* What the next batch makes must find room: in chunks that are there, or below the limit. */
static bool is_tight(const struct memtable *memtable, size_t bytes_max) {
	size_t wanted = bytes_max / SPARE_DIVISOR / ROW_CHUNK_BYTES;
	wanted = wanted < SPARE_CHUNKS ? wanted : SPARE_CHUNKS;
	if (memtable->heap.spare_count >= wanted)
		return memtable_bytes(memtable) > bytes_max;
	size_t slab_bytes = (size_t)memtable->heap.slab_chunks * ROW_CHUNK_BYTES;
	return memtable_bytes(memtable) + slab_bytes > bytes_max;
}

uint32_t memtable_shrink(struct memtable *memtable, size_t bytes_max, uint32_t written) {
	struct row_heap *heap = &memtable->heap;
	check(memtable->undo_count == 0);
	row_heap_collect(heap, written);
	while (is_tight(memtable, bytes_max)) {
		if (memtable_bytes(memtable) > bytes_max)
			row_heap_trim(heap);
		if (!is_tight(memtable, bytes_max))
			break;
		struct row_chunk *chunk = row_heap_oldest(heap, written);
		if (!chunk) {
			row_table_fit(&memtable->table);
			return heap->dead ? heap->dead->segment_max : 0;
		}
		/* Only now is there a wait: reading rows in use again costs less. */
		if (chunk->segment_max > written)
			return chunk->segment_max;
		evict_chunk(memtable, chunk);
	}
	return 0;
}
