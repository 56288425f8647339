/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_store.h"

#include "base/check.h"
#include "base/limits.h"
#include "store/checkpointer.h"
#include "store/memtable.h"
#include "store/snapshot.h"
#include "store/state_env.h"
#include "store/state_reader.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const size_t MEMTABLE_BYTES_DEFAULT = 256 << 20;
static const size_t MEMTABLE_BYTES_LEAST = 2 << 20;
static const size_t SEGMENT_BYTES_DEFAULT = 64 << 20;
static const size_t SLABS_BYTES_MIN = 64 << 20; /* from this limit on memory comes in slabs */

struct state_store {
	struct state_env env;
	struct checkpointer checkpointer;
	_Atomic size_t memory_bytes;

	/* the writer's */
	struct memtable memtable;
	size_t memtable_bytes_max;
	size_t segment_list_bytes;
	uint64_t merged_seq;
	struct state_reader *reader;
};

/* --- open and close --- */

/* Where memory is short, checkpoints begin early: else it is full before the first is written. */
static size_t segment_default(size_t memtable_bytes) {
	return SEGMENT_BYTES_DEFAULT <= memtable_bytes / 4 ? SEGMENT_BYTES_DEFAULT : memtable_bytes / 8;
}

static struct state_store_config with_defaults(const struct state_store_config *config) {
	struct state_store_config complete = *config;
	if (!complete.memtable_bytes_max)
		complete.memtable_bytes_max = MEMTABLE_BYTES_DEFAULT;
	if (complete.memtable_bytes_max < MEMTABLE_BYTES_LEAST)
		complete.memtable_bytes_max = MEMTABLE_BYTES_LEAST;
	if (!complete.segment_bytes)
		complete.segment_bytes = segment_default(complete.memtable_bytes_max);
	return complete;
}

static enum err start(struct state_store *store, const struct state_store_config *config) {
	enum err err = state_reader_new(&store->env, &store->reader);
	if (err)
		return err;
	err = checkpointer_start(&store->checkpointer, &store->env, config, store->merged_seq);
	if (err)
		state_reader_free(store->reader);
	return err;
}

enum err store_open(const struct state_store_config *given, struct state_store **ret_store,
    uint64_t *ret_seq, void *ret_meta, size_t *ret_meta_bytes) {
	const struct state_store_config config = with_defaults(given);
	struct checkpoint checkpoint;
	struct state_store *store = calloc(1, sizeof(*store));
	if (!store)
		return ERR_MEMORY;
	enum err err = state_env_open(&config, &store->env, &checkpoint);
	if (err) {
		free(store);
		return err;
	}
	store->memtable_bytes_max = config.memtable_bytes_max;
	store->merged_seq = checkpoint.seq;
	err = start(store, &config);
	if (err) {
		state_env_close(&store->env);
		free(store);
		return err;
	}
	bool is_large = store->memtable_bytes_max >= SLABS_BYTES_MIN;
	memtable_init(&store->memtable, is_large ? ROW_SLAB_CHUNKS : 1);
	atomic_init(&store->memory_bytes, memtable_bytes(&store->memtable));
	*ret_store = store;
	*ret_seq = checkpoint.seq;
	*ret_meta_bytes = checkpoint.meta_bytes;
	memcpy(ret_meta, checkpoint.meta, checkpoint.meta_bytes);
	return ERR_OK;
}

static void end(struct state_store *store, bool abandon) {
	if (!store)
		return;
	checkpointer_stop(&store->checkpointer, abandon);
	if (!abandon && store_checkpoint_seq(store) == store->merged_seq)
		state_env_finish(&store->env);
	memtable_done(&store->memtable);
	state_reader_free(store->reader);
	state_env_close(&store->env);
	free(store);
}

void store_close(struct state_store *store) {
	end(store, false);
}

void store_abandon(struct state_store *store) {
	end(store, true);
}

/* --- rows --- */

/* Reads a row that is not in memory; NULL: there is none. */
static const struct row *fetch(struct state_store *store, const struct row_name *name) {
	struct state_row found;
	enum err err = state_reader_get(store->reader, name->table, name->key, name->key_bytes, &found);
	if (err == ERR_NOT_FOUND)
		return NULL;
	if (err)
		state_env_unreadable(err);
	return memtable_add(&store->memtable, name, found.data, found.bytes);
}

const void *store_get(struct state_store *store, unsigned table, const void *key, size_t key_bytes,
    size_t *ret_bytes) {
	struct row_name name = memtable_name(&store->memtable, table, key, key_bytes);
	const struct row *row = memtable_find(&store->memtable, &name);
	if (!row)
		row = fetch(store, &name);
	if (!row)
		return NULL;
	*ret_bytes = row->bytes;
	return row_value(row);
}

void store_put(struct state_store *store, unsigned table, const void *key, size_t key_bytes,
    const void *row, size_t bytes) {
	check(bytes <= LIMIT_ROW_BYTES);
	check(!state_env_is_id(&store->env, table) ||
	    (key_bytes == ID_KEY_BYTES && bytes == ID_VALUE_BYTES));
	struct row_name name = memtable_name(&store->memtable, table, key, key_bytes);
	memtable_put(&store->memtable, &name, row, bytes);
}

void store_prefetch(struct state_store *store, const struct store_key *keys, size_t count) {
	enum { GROUP = 64 };
	uint64_t hashes[GROUP];
	const struct row_table *table = &store->memtable.table;
	for (size_t i = 0; i < count; i += GROUP) {
		size_t n = count - i < GROUP ? count - i : GROUP;
		for (size_t j = 0; j < n; j++) {
			const struct store_key *key = &keys[i + j];
			hashes[j] = row_table_name(table, key->table, key->data, key->bytes).hash;
			row_table_prefetch(table, hashes[j]);
			if (state_env_is_id(&store->env, key->table) && key->bytes == ID_KEY_BYTES)
				state_reader_prefetch_id(store->reader, key->data);
		}
		for (size_t j = 0; j < n; j++)
			row_table_prefetch_row(table, hashes[j]);
	}
}

void store_put_unread(struct state_store *store, unsigned table, const void *key, size_t key_bytes,
    const void *row, size_t bytes) {
	check(bytes <= LIMIT_ROW_BYTES && key_bytes <= LIMIT_KEY_BYTES && table <= UINT8_MAX);
	const struct row_name name = {
		.key = key,
		.key_bytes = (uint8_t)key_bytes,
		.table = (uint8_t)table,
	};
	memtable_put_unread(&store->memtable, &name, row, bytes);
}

void store_put_hashes(
    struct state_store *store, uint64_t index, const uint8_t (*nodes)[DIGEST_BYTES]) {
	hashes_put(&store->env.hashes, index, nodes);
}

size_t store_mark(struct state_store *store) {
	return memtable_mark(&store->memtable);
}

void store_rollback(struct state_store *store, size_t mark) {
	memtable_rollback(&store->memtable, mark);
}

/* --- end of a batch --- */

/* Returns 0, or the segment that memory waits for. */
static uint32_t make_room(struct state_store *store) {
	uint32_t written = checkpointer_written(&store->checkpointer);
	size_t lists = store->segment_list_bytes;
	size_t limit = store->memtable_bytes_max > lists ? store->memtable_bytes_max - lists : 0;
	uint32_t segment = memtable_shrink(&store->memtable, limit, written);
	atomic_store_explicit(
	    &store->memory_bytes, memtable_bytes(&store->memtable) + lists, memory_order_relaxed);
	return segment;
}

enum err store_merge(struct state_store *store, uint64_t seq, const void *meta, size_t meta_bytes) {
	check(seq > store->merged_seq && meta_bytes <= STORE_META_BYTES_MAX);
	if (store->env.has_hashes)
		hashes_commit(&store->env.hashes, seq);
	struct segment *filling = checkpointer_begin(&store->checkpointer);
	memtable_settle(&store->memtable, filling);
	filling->seq = seq;
	filling->meta_bytes = meta_bytes;
	if (meta_bytes)
		memcpy(filling->meta, meta, meta_bytes);
	store->segment_list_bytes = checkpointer_bytes(&store->checkpointer);
	enum err err = checkpointer_end(&store->checkpointer);

	store->merged_seq = seq;
	state_reader_rest(store->reader);
	for (uint32_t segment; !err && (segment = make_room(store)) > 0;)
		err = checkpointer_wait_written(&store->checkpointer, segment);
	return err;
}

size_t store_batch_bytes(const struct state_store *store) {
	return store->memtable.batch_bytes;
}

void store_drop(struct state_store *store) {
	memtable_rollback(&store->memtable, 0);
	if (store->env.has_hashes)
		hashes_drop(&store->env.hashes);
	state_reader_rest(store->reader);
	make_room(store);
}

/* --- any thread --- */

void store_flush(struct state_store *store) {
	checkpointer_flush(&store->checkpointer);
}

uint64_t store_checkpoint_seq(struct state_store *store) {
	return checkpointer_seq(&store->checkpointer);
}

enum err store_wait_checkpoint(struct state_store *store, uint64_t seq, int64_t deadline_us) {
	return checkpointer_wait_seq(&store->checkpointer, seq, deadline_us);
}

enum err store_read_hashes(struct state_store *store, unsigned level, uint64_t first,
    unsigned count, uint8_t *ret_hashes) {
	return state_env_read_hashes(&store->env, level, first, count, ret_hashes);
}

uint64_t store_hashes_size(struct state_store *store) {
	return hashes_size(&store->env.hashes);
}

void store_ask_for_rebuild(struct state_store *store) {
	state_env_ask_for_rebuild(&store->env);
}

size_t store_memory_bytes(struct state_store *store) {
	return atomic_load_explicit(&store->memory_bytes, memory_order_relaxed);
}

enum err snapshot_open(struct state_store *store, struct snapshot **ret_snapshot) {
	return snapshot_new(&store->env, ret_snapshot);
}
