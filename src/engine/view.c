/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/view.h"

#include "base/check.h"
#include "record/entry.h"

#include <string.h>

/* --- live --- */

static const void *live_get(
    void *self, enum table table, const struct key *key, size_t *ret_bytes) {
	return store_get(self, table, key->data, key->bytes, ret_bytes);
}

static void live_put(
    void *self, enum table table, const struct key *key, const void *row, size_t bytes) {
	store_put(self, table, key->data, key->bytes, row, bytes);
}

/* All but those of one table; 0: all. */
static void prefetch_but(
    void *self, enum table left_out, const struct state_name *names, size_t count) {
	enum { GROUP = 64 };
	struct store_key keys[GROUP];
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		const struct state_name *name = &names[i];
		if (name->table != left_out)
			keys[n++] = (struct store_key){
				.data = name->key.data, .bytes = name->key.bytes, .table = name->table
			};
		if (n == GROUP || (n > 0 && i + 1 == count)) {
			store_prefetch(self, keys, n);
			n = 0;
		}
	}
}

static void live_prefetch(void *self, const struct state_name *names, size_t count) {
	prefetch_but(self, 0, names, count);
}

static void rebuilt_put(
    void *self, enum table table, const struct key *key, const void *row, size_t bytes) {
	if (table == TABLE_COMMAND)
		store_put_unread(self, table, key->data, key->bytes, row, bytes);
	else
		store_put(self, table, key->data, key->bytes, row, bytes);
}

static void rebuilt_prefetch(void *self, const struct state_name *names, size_t count) {
	prefetch_but(self, TABLE_COMMAND, names, count);
}

struct state view_rebuilt(struct state_store *store) {
	static const struct state_ops ops = {
		.get = live_get, .put = rebuilt_put, .prefetch = rebuilt_prefetch
	};
	return (struct state){ .ops = &ops, .self = store };
}

struct state view_live(struct state_store *store) {
	static const struct state_ops ops = {
		.get = live_get,
		.put = live_put,
		.prefetch = live_prefetch,
	};
	return (struct state){ .ops = &ops, .self = store };
}

/* --- snapshot --- */

static const void *snapshot_row(
    void *self, enum table table, const struct key *key, size_t *ret_bytes) {
	return snapshot_get(self, table, key->data, key->bytes, ret_bytes);
}

struct scan {
	bool (*visit)(void *arg, const struct key *key, const void *row, size_t bytes);
	void *arg;
};

static bool visit_row(
    void *arg, const void *key_data, size_t key_bytes, const void *row, size_t bytes) {
	const struct scan *scan = arg;
	struct key key = { .bytes = key_bytes };
	check(key_bytes <= sizeof(key.data));
	if (key_bytes)
		memcpy(key.data, key_data, key_bytes);
	return scan->visit(scan->arg, &key, row, bytes);
}

static void snapshot_rows(void *self, enum table table, const struct key *prefix,
    const struct key *from, bool (*visit)(void *, const struct key *, const void *, size_t),
    void *arg) {
	struct scan scan = { .visit = visit, .arg = arg };
	enum err err = snapshot_scan(
	    self, table, prefix->data, prefix->bytes, from->data, from->bytes, visit_row, &scan);
	check(err == ERR_OK || err == ERR_MEMORY); /* whoever has the snapshot asks snapshot_error() */
}

struct state view_snapshot(struct snapshot *snapshot) {
	static const struct state_ops ops = { .get = snapshot_row, .scan = snapshot_rows };
	return (struct state){ .ops = &ops, .self = snapshot };
}

/* --- history --- */

struct lookup {
	uint64_t seq;
	struct arena *arena;
	Pb__JournalEntry *entry;
};

static bool visit_record(void *arg, uint64_t seq, const void *data, size_t bytes) {
	struct lookup *lookup = arg;
	Pb__JournalEntry *entry;
	if (seq == lookup->seq && entry_decode(data, bytes, lookup->arena, &entry) == ERR_OK)
		lookup->entry = entry;
	return false;
}

static const Pb__JournalEntry *history_entry(void *self, uint64_t seq, struct arena *arena) {
	struct lookup lookup = { .seq = seq, .arena = arena };
	if (log_read(self, seq, visit_record, &lookup) != ERR_OK)
		return NULL;
	return lookup.entry;
}

static enum err history_personal(
    void *self, uint64_t party, struct arena *arena, uint64_t *ret_seq, struct sealed *ret_sealed) {
	struct log_erasable text;
	enum err err = log_recall(self, party, arena, &text);
	if (err)
		return err;
	*ret_seq = text.seq;
	*ret_sealed = (struct sealed){ .data = text.data, .bytes = text.bytes };
	return ERR_OK;
}

struct history view_history(const struct log *log) {
	static const struct history_ops ops = {
		.entry = history_entry,
		.personal = history_personal,
	};
	return (struct history){ .ops = &ops, .self = (void *)log };
}
