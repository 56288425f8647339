/* SPDX-License-Identifier: Apache-2.0 */
#include "store/snapshot.h"

#include "base/arena.h"
#include "base/check.h"

#include <stdlib.h>
#include <string.h>

struct snapshot {
	struct state_env *env;
	MDB_txn *txn;
	struct id_view *ids;
	uint64_t seq;
	enum err error;     /* of a scan that came to no end */
	struct arena arena; /* rows handed out that were not aligned */
};

/* Rows and ids of one checkpoint: the transaction looks anew when a newer one has just come. */
static enum err find_ids(struct snapshot *snapshot) {
	struct state_env *env = snapshot->env;
	for (;;) {
		enum err err = state_env_seq(env, snapshot->txn, &snapshot->seq);
		if (err || !env->id_table)
			return err;
		snapshot->ids = id_index_view(&env->ids, snapshot->seq);
		if (snapshot->ids)
			return ERR_OK;
		env_rest_read(snapshot->txn);
		err = env_wake_read(&env->env, snapshot->txn);
		if (err)
			return err;
	}
}

enum err snapshot_new(struct state_env *env, struct snapshot **ret_snapshot) {
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
	if (!snapshot)
		return ERR_MEMORY;
	snapshot->env = env;
	arena_init(&snapshot->arena, 0);
	enum err err = env_begin_read(&env->env, &snapshot->txn);
	if (!err)
		err = find_ids(snapshot);
	if (err)
		snapshot_close(snapshot);
	else
		*ret_snapshot = snapshot;
	return err;
}

void snapshot_close(struct snapshot *snapshot) {
	if (!snapshot)
		return;
	id_index_release(&snapshot->env->ids, snapshot->ids);
	env_end_read(&snapshot->env->env, snapshot->txn);
	arena_done(&snapshot->arena);
	free(snapshot);
}

uint64_t snapshot_seq(const struct snapshot *snapshot) {
	return snapshot->seq;
}

static bool is_aligned(const void *data) {
	return (uintptr_t)data % _Alignof(uint64_t) == 0;
}

const void *snapshot_get(struct snapshot *snapshot, unsigned table, const void *key,
    size_t key_bytes, size_t *ret_bytes) {
	struct state_row row;
	bool is_id = state_env_is_id(snapshot->env, table);
	enum err err = is_id ? state_env_get_id(snapshot->env, snapshot->ids, key, key_bytes, &row)
	                     : state_env_get(snapshot->env, snapshot->txn, table, key, key_bytes, &row);
	if (err == ERR_NOT_FOUND)
		return NULL;
	if (err)
		state_env_unreadable(err);
	const void *data = row.data;
	if (is_id || !is_aligned(data)) {
		data = arena_copy(&snapshot->arena, row.data, row.bytes);
		if (!data)
			state_env_unreadable(ERR_MEMORY);
	}
	*ret_bytes = row.bytes;
	return data;
}

/* --- scan --- */

struct scan {
	struct snapshot *snapshot;
	MDB_cursor *cursor;
	MDB_val prefix;
	void *aligned; /* LIMIT_ROW_BYTES */
	snapshot_visit visit;
	void *arg;
};

static bool has_prefix(const MDB_val *key, const MDB_val *prefix) {
	return key->mv_size >= prefix->mv_size &&
	    memcmp(key->mv_data, prefix->mv_data, prefix->mv_size) == 0;
}

static enum err visit_row(
    const struct scan *scan, const MDB_val *key, const MDB_val *value, bool *ret_goes_on) {
	struct state_row row;
	enum err err = state_env_check_row(scan->snapshot->env, key, value, &row);
	if (err)
		return err;
	const void *data = row.data;
	if (!is_aligned(data))
		data = memcpy(scan->aligned, row.data, row.bytes);
	*ret_goes_on = scan->visit(
	    scan->arg, (const char *)key->mv_data + 1, key->mv_size - 1, data, row.bytes);
	return ERR_OK;
}

static enum err run_scan(const struct scan *scan, MDB_val from) {
	MDB_val key = from;
	MDB_val value;
	bool goes_on = true;
	int code = mdb_cursor_get(scan->cursor, &key, &value, MDB_SET_RANGE);
	while (!code && has_prefix(&key, &scan->prefix)) {
		enum err err = visit_row(scan, &key, &value, &goes_on);
		if (err || !goes_on)
			return err;
		code = mdb_cursor_get(scan->cursor, &key, &value, MDB_NEXT);
	}
	return code == 0 || code == MDB_NOTFOUND ? ERR_OK : env_error(&scan->snapshot->env->env, code);
}

/* Where the scan begins: not before the prefix. */
static const MDB_val *later(const MDB_val *prefix, const MDB_val *from) {
	size_t bytes = from->mv_size < prefix->mv_size ? from->mv_size : prefix->mv_size;
	int order = memcmp(from->mv_data, prefix->mv_data, bytes);
	return order < 0 || (order == 0 && from->mv_size < prefix->mv_size) ? prefix : from;
}

static bool visit_id(void *arg, const struct id_entry *entry) {
	const struct scan *scan = arg;
	unsigned char room[1 + ID_KEY_BYTES], *key = room + 1;
	room[0] = (unsigned char)scan->snapshot->env->id_table;
	id_to_key(entry->id, key);
	return has_prefix(&(MDB_val){ .mv_size = sizeof(room), .mv_data = room }, &scan->prefix) &&
	    scan->visit(scan->arg, key, ID_KEY_BYTES, &entry->value, sizeof(entry->value));
}

/* Shorter than an id, it is filled with zeros: no id lies between. */
static enum err scan_ids(struct scan *scan, const MDB_val *from) {
	unsigned char key[ID_KEY_BYTES] = { 0 };
	check(from->mv_size <= 1 + sizeof(key));
	memcpy(key, (const char *)from->mv_data + 1, from->mv_size - 1);
	return id_index_scan(scan->snapshot->ids, id_of_key(key), visit_id, scan);
}

static enum err scan_rows(struct scan *scan, const MDB_val *from) {
	struct snapshot *snapshot = scan->snapshot;
	enum err err = env_error(
	    &snapshot->env->env, mdb_cursor_open(snapshot->txn, snapshot->env->rows, &scan->cursor));
	if (err)
		return err;
	scan->aligned = malloc(LIMIT_ROW_BYTES);
	err = scan->aligned ? run_scan(scan, *from) : ERR_MEMORY;
	free(scan->aligned);
	mdb_cursor_close(scan->cursor);
	return err;
}

enum err snapshot_scan(struct snapshot *snapshot, unsigned table, const void *prefix,
    size_t prefix_bytes, const void *from, size_t from_bytes, snapshot_visit visit, void *arg) {
	unsigned char prefix_room[1 + LIMIT_KEY_BYTES];
	unsigned char from_room[1 + LIMIT_KEY_BYTES];
	struct scan scan = {
		.snapshot = snapshot,
		.prefix = state_env_key(prefix_room, table, prefix, prefix_bytes),
		.visit = visit,
		.arg = arg,
	};
	MDB_val start = state_env_key(from_room, table, from, from_bytes);
	enum err err = state_env_is_id(snapshot->env, table)
	    ? scan_ids(&scan, later(&scan.prefix, &start))
	    : scan_rows(&scan, later(&scan.prefix, &start));
	if (err)
		snapshot->error = err;
	if (err == ERR_CORRUPT)
		state_env_ask_for_rebuild(snapshot->env);
	return err;
}

enum err snapshot_error(const struct snapshot *snapshot) {
	return snapshot->error;
}
