/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_env.h"

#include "base/check.h"
#include "base/log.h"
#include "record/crc32c.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum {
	CHECKSUM_BYTES = sizeof(uint32_t),
	WRITE_AHEAD = 8,               /* rows that are fetched before their turn */
	RECORDS_CHECKED_MAX = 1000000, /* of a tree, before it is used: 0.2 s */
};

/* Another layout, or another byte order, reads as another magic. */
static const uint64_t MAGIC = UINT64_C(0x0330455441545356);

struct checkpoint_header {
	uint64_t magic;
	uint64_t seq;
	uint32_t format;
	uint32_t meta_bytes;
	uint32_t crc; /* of this header, with 0 here, and the meta */
	uint32_t zero;
};

static const char ROWS[] = "rows";
static const char CHECKPOINT[] = "checkpoint";
static const char CHECKPOINT_KEY[] = "newest";
static const char IDS_KEY[] = "ids";

static MDB_val text_key(const char *text) {
	return (MDB_val){ .mv_size = strlen(text), .mv_data = (void *)text };
}

/* --- rebuild --- */

static void mark_path(char path[PATH_MAX], const char *directory) {
	int bytes = snprintf(path, PATH_MAX, "%s/rebuild", directory);
	check(bytes > 0 && bytes < PATH_MAX);
}

static bool is_rebuild_asked(const char *directory) {
	char path[PATH_MAX];
	mark_path(path, directory);
	return access(path, F_OK) == 0;
}

static bool ask_for_rebuild(const char *directory) {
	char path[PATH_MAX];
	mark_path(path, directory);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

static void withdraw_rebuild(const char *directory) {
	char path[PATH_MAX];
	mark_path(path, directory);
	unlink(path); /* a mark that comes back costs a rebuild, no more */
}

void state_env_ask_for_rebuild(const struct state_env *env) {
	ask_for_rebuild(env->directory);
}

static enum err begin_bulk(const struct state_env *env) {
	return ask_for_rebuild(env->directory) ? env_sync_directory(env->directory)
	                                       : env_error(&env->env, errno);
}

static enum err erase(const char *directory) {
	char path[PATH_MAX];
	enum err err = env_erase(directory);
	if (err)
		return err;
	mark_path(path, directory);
	return unlink(path) == 0 || !is_rebuild_asked(directory) ? ERR_OK : ERR_IO;
}

/* --- rows --- */

MDB_val state_env_key(unsigned char *room, unsigned table, const void *key, size_t key_bytes) {
	check(key_bytes <= LIMIT_KEY_BYTES);
	room[0] = (unsigned char)table;
	if (key_bytes)
		memcpy(room + 1, key, key_bytes);
	return (MDB_val){ .mv_size = 1 + key_bytes, .mv_data = room };
}

static uint32_t checksum(const MDB_val *key, const void *row, size_t bytes) {
	return crc32c(row, bytes) ^ crc32c(key->mv_data, key->mv_size);
}

enum err state_env_check_row(
    struct state_env *env, const MDB_val *key, const MDB_val *value, struct state_row *ret_row) {
	uint32_t stored;
	size_t bytes = value->mv_size - CHECKSUM_BYTES;
	if (value->mv_size < CHECKSUM_BYTES || bytes > LIMIT_ROW_BYTES)
		goto corrupt;
	memcpy(&stored, (const char *)value->mv_data + bytes, CHECKSUM_BYTES);
	if (stored != checksum(key, value->mv_data, bytes))
		goto corrupt;
	*ret_row = (struct state_row){ .data = value->mv_data, .bytes = bytes };
	return ERR_OK;
corrupt:
	ask_for_rebuild(env->directory);
	return ERR_CORRUPT;
}

enum err state_env_get(struct state_env *env, MDB_txn *txn, unsigned table, const void *key,
    size_t key_bytes, struct state_row *ret_row) {
	unsigned char room[1 + LIMIT_KEY_BYTES];
	MDB_val name = state_env_key(room, table, key, key_bytes);
	MDB_val value;
	int code = mdb_get(txn, env->rows, &name, &value);
	if (!code)
		return state_env_check_row(env, &name, &value, ret_row);
	enum err err = env_error(&env->env, code);
	if (err == ERR_CORRUPT)
		ask_for_rebuild(env->directory);
	return err;
}

enum err state_env_get_id(struct state_env *env, const struct id_view *view, const void *key,
    size_t key_bytes, struct state_row *ret_row) {
	check(key_bytes == ID_KEY_BYTES);
	enum err err = id_index_find(&env->ids, view, key, &ret_row->id_value);
	ret_row->data = &ret_row->id_value;
	ret_row->bytes = sizeof(ret_row->id_value);
	if (err == ERR_CORRUPT)
		ask_for_rebuild(env->directory);
	return err;
}

void state_env_unreadable(enum err err) {
	log_event(LOG_ERROR, "state_unreadable", "reason=%s action=%s", LOG_QUOTED(err_text(err)),
	    LOG_QUOTED("the process ends; start it again to recover from the journal"));
	_exit(err == ERR_MEMORY ? EX_OSERR : EX_IOERR);
}

static int put_row(MDB_cursor *cursor, const struct row *row) {
	unsigned char room[1 + LIMIT_KEY_BYTES];
	MDB_val key = state_env_key(room, row->table, row->data, row->key_bytes);
	MDB_val value = { .mv_size = row->bytes + CHECKSUM_BYTES };
	uint32_t sum = checksum(&key, row_value(row), row->bytes);
	int code = mdb_cursor_put(cursor, &key, &value, MDB_RESERVE);
	if (code)
		return code;
	memcpy(value.mv_data, row_value(row), row->bytes);
	memcpy((char *)value.mv_data + row->bytes, &sum, CHECKSUM_BYTES);
	return 0;
}

static int put_rows(struct state_env *env, MDB_txn *txn, const struct segment *segment) {
	MDB_cursor *cursor;
	int code = mdb_cursor_open(txn, env->rows, &cursor);
	if (code)
		return code;
	for (size_t i = 0; !code && i < segment->count; i++) {
		if (i + WRITE_AHEAD < segment->count)
			__builtin_prefetch(segment->rows[i + WRITE_AHEAD]);
		if (!env->id_table || segment->rows[i]->table != env->id_table)
			code = put_row(cursor, segment->rows[i]);
	}
	mdb_cursor_close(cursor);
	return code;
}

/* --- ids --- */

static enum err prepare_ids(struct state_env *env, const struct segment *segment) {
	size_t count = 0;
	for (size_t i = 0; i < segment->count; i++)
		count += segment->rows[i]->table == env->id_table;
	struct id_entry *entries = malloc((count ? count : 1) * sizeof(*entries));
	if (!entries)
		return ERR_MEMORY;
	count = 0;
	for (size_t i = 0; i < segment->count; i++) {
		const struct row *row = segment->rows[i];
		if (row->table != env->id_table)
			continue;
		check(row->key_bytes == ID_KEY_BYTES && row->bytes == ID_VALUE_BYTES);
		entries[count].id = id_of_key(row->data);
		memcpy(&entries[count].value, row_value(row), sizeof(entries[count].value));
		count++;
	}
	enum err err = id_index_prepare(&env->ids, segment->seq, entries, count);
	if (err == ERR_CORRUPT)
		ask_for_rebuild(env->directory);
	free(entries);
	return err;
}

static enum err put_manifest(struct state_env *env, MDB_txn *txn) {
	struct buffer manifest;
	buffer_init(&manifest, 0);
	enum err err = id_index_manifest(&env->ids, &manifest);
	if (!err) {
		MDB_val key = text_key(IDS_KEY);
		MDB_val value = { .mv_size = manifest.bytes, .mv_data = manifest.data };
		err = env_error(&env->env, mdb_put(txn, env->checkpoint, &key, &value, 0));
	}
	buffer_done(&manifest);
	return err;
}

static enum err open_ids(struct state_env *env, uint64_t seq) {
	MDB_txn *txn;
	enum err err = env_begin_read(&env->env, &txn);
	if (err)
		return err;
	MDB_val key = text_key(IDS_KEY);
	MDB_val value = { .mv_size = 0 };
	err = env_error(&env->env, mdb_get(txn, env->checkpoint, &key, &value));
	if ((!err && !env->id_table) || (err == ERR_NOT_FOUND && env->id_table && seq > 0))
		err = ERR_CORRUPT;
	if (!err || err == ERR_NOT_FOUND)
		err = id_index_open(
		    &env->ids, &env->env, env->directory, seq, err ? NULL : value.mv_data, value.mv_size);
	env_end_read(&env->env, txn);
	return err;
}

/* --- hashes --- */

enum err state_env_read_hashes(
    struct state_env *env, unsigned level, uint64_t first, unsigned count, uint8_t *ret_hashes) {
	check(env->has_hashes);
	enum err err = hashes_read(&env->hashes, level, first, count, ret_hashes);
	if (err == ERR_CORRUPT)
		ask_for_rebuild(env->directory);
	return err;
}

/* --- checkpoint --- */

static uint32_t crc_of_checkpoint(const struct checkpoint_header *header, const void *meta) {
	struct checkpoint_header zeroed = *header;
	zeroed.crc = 0;
	return crc32c(&zeroed, sizeof(zeroed)) ^ crc32c(meta, header->meta_bytes);
}

static int put_checkpoint(struct state_env *env, MDB_txn *txn, const struct segment *segment) {
	struct checkpoint_header header = {
		.magic = MAGIC,
		.seq = segment->seq,
		.format = env->format,
		.meta_bytes = (uint32_t)segment->meta_bytes,
	};
	header.crc = crc_of_checkpoint(&header, segment->meta);
	MDB_val key = text_key(CHECKPOINT_KEY);
	MDB_val value = { .mv_size = sizeof(header) + segment->meta_bytes };
	int code = mdb_put(txn, env->checkpoint, &key, &value, MDB_RESERVE);
	if (code)
		return code;
	memcpy(value.mv_data, &header, sizeof(header));
	memcpy((char *)value.mv_data + sizeof(header), segment->meta, segment->meta_bytes);
	return 0;
}

/* ERR_NOT_FOUND: empty. ERR_CORRUPT: of another format, or broken. */
static enum err get_checkpoint(struct state_env *env, MDB_txn *txn,
    struct checkpoint_header *ret_header, const void **ret_meta) {
	MDB_val key = text_key(CHECKPOINT_KEY);
	MDB_val value;
	int code = mdb_get(txn, env->checkpoint, &key, &value);
	if (code)
		return env_error(&env->env, code);
	struct checkpoint_header header;
	if (value.mv_size < sizeof(header))
		return ERR_CORRUPT;
	memcpy(&header, value.mv_data, sizeof(header));
	if (header.magic != MAGIC || header.format != env->format || header.seq == 0 ||
	    header.meta_bytes > STORE_META_BYTES_MAX ||
	    header.meta_bytes != value.mv_size - sizeof(header) ||
	    header.crc != crc_of_checkpoint(&header, (const char *)value.mv_data + sizeof(header)))
		return ERR_CORRUPT;
	*ret_header = header;
	*ret_meta = (const char *)value.mv_data + sizeof(header);
	return ERR_OK;
}

enum err state_env_seq(struct state_env *env, MDB_txn *txn, uint64_t *ret_seq) {
	struct checkpoint_header header = { 0 };
	const void *meta;
	enum err err = get_checkpoint(env, txn, &header, &meta);
	if (err && err != ERR_NOT_FOUND)
		return err;
	*ret_seq = header.seq;
	return ERR_OK;
}

static enum err write_transaction(struct state_env *env, const struct segment *segment) {
	MDB_txn *txn;
	enum err err = env_begin_write(&env->env, &txn);
	if (err)
		return err;
	err = env_error(&env->env, put_rows(env, txn, segment));
	if (!err && env->id_table)
		err = put_manifest(env, txn);
	if (!err)
		err = env_error(&env->env, put_checkpoint(env, txn, segment));
	if (!err)
		return env_commit(&env->env, txn);
	mdb_txn_abort(txn);
	return err;
}

static enum err write_with_ids(struct state_env *env, const struct segment *segment) {
	enum err err = prepare_ids(env, segment);
	if (err)
		return err;
	err = write_transaction(env, segment);
	if (err)
		id_index_abort(&env->ids, err != ERR_FATAL);
	else
		id_index_commit(&env->ids);
	return err;
}

enum err state_env_write(struct state_env *env, const struct segment *segment) {
	enum err err = ERR_OK;
	if (env->has_hashes)
		err = hashes_write(&env->hashes, segment->seq, !env->is_bulk);
	if (!err)
		err = env->id_table ? write_with_ids(env, segment) : write_transaction(env, segment);
	if (!err && env->has_hashes)
		hashes_release(&env->hashes, segment->seq);
	return err;
}

/* --- open and close --- */

/* Rows without the checkpoint that says what they are would be taken for none. */
static enum err expect_no_rows(struct state_env *env, MDB_txn *txn) {
	MDB_stat stat;
	int code = mdb_stat(txn, env->rows, &stat);
	if (!code && stat.ms_entries > 0)
		code = MDB_CORRUPTED;
	return env_error(&env->env, code);
}

static enum err read_checkpoint(struct state_env *env, struct checkpoint *ret_checkpoint) {
	MDB_txn *txn;
	enum err err = env_begin_read(&env->env, &txn);
	if (err)
		return err;
	struct checkpoint_header header = { 0 };
	const void *meta = NULL;
	err = get_checkpoint(env, txn, &header, &meta);
	if (!err) {
		ret_checkpoint->seq = header.seq;
		ret_checkpoint->meta_bytes = header.meta_bytes;
		memcpy(ret_checkpoint->meta, meta, header.meta_bytes);
	} else if (err == ERR_NOT_FOUND) {
		ret_checkpoint->seq = 0;
		ret_checkpoint->meta_bytes = 0;
		err = expect_no_rows(env, txn);
	}
	env_end_read(&env->env, txn);
	return err;
}

static enum err open_files(struct state_env *env, uint64_t seq) {
	enum err err = open_ids(env, seq);
	if (err || !env->has_hashes)
		return err;
	err = hashes_open(&env->hashes, &env->env, env->directory, seq);
	if (err)
		id_index_close(&env->ids);
	return err;
}

static bool see(void *arg, const char *tree, const MDB_val *key, const MDB_val *value) {
	struct state_row row;
	return strcmp(tree, ROWS) != 0 || state_env_check_row(arg, key, value, &row) == ERR_OK;
}

/* ERR_CORRUPT: it must be emptied first. */
static enum err open_content(
    struct state_env *env, size_t map_bytes, struct checkpoint *ret_checkpoint) {
	const struct pages_options check = {
		.records_max = RECORDS_CHECKED_MAX,
		.see = see,
		.arg = env,
	};
	const struct env_options options = {
		.directory = env->directory,
		.map_bytes = map_bytes,
		.is_unsynced = env->is_bulk,
		.check = &check,
	};
	const struct env_database databases[] = {
		{ ROWS, 0, &env->rows },
		{ CHECKPOINT, 0, &env->checkpoint },
	};
	enum err err = env_open(&env->env, &options);
	if (err)
		return err;
	err = env->is_bulk ? begin_bulk(env) : ERR_OK;
	if (!err)
		err = env_open_databases(&env->env, databases, 2, true);
	if (!err)
		err = read_checkpoint(env, ret_checkpoint);
	if (!err)
		err = open_files(env, ret_checkpoint->seq);
	if (err)
		env_close(&env->env);
	return err;
}

static enum err open_or_empty(const struct state_store_config *config, struct state_env *env,
    struct checkpoint *ret_checkpoint) {
	enum err err = env_make_directory(env->directory);
	if (err)
		return err;
	if (config->discard || config->bulk || is_rebuild_asked(env->directory)) {
		err = erase(env->directory);
		if (err)
			return err;
	}
	err = open_content(env, config->map_bytes, ret_checkpoint);
	if (err != ERR_CORRUPT)
		return err;
	err = erase(env->directory);
	return err ? err : open_content(env, config->map_bytes, ret_checkpoint);
}

enum err state_env_open(const struct state_store_config *config, struct state_env *env,
    struct checkpoint *ret_checkpoint) {
	char directory[PATH_MAX];
	int bytes = snprintf(directory, sizeof(directory), "%s/state", config->directory);
	if (bytes < 0 || (size_t)bytes >= sizeof(directory) - sizeof("/rebuild"))
		return ERR_RANGE;
	*env = (struct state_env){
		.format = config->format,
		.is_bulk = config->bulk,
		.id_table = config->id_table,
		.has_hashes = config->has_hashes,
		.directory = strdup(directory),
	};
	if (!env->directory)
		return ERR_MEMORY;
	enum err err = open_or_empty(config, env, ret_checkpoint);
	if (err)
		free(env->directory);
	return err;
}

void state_env_finish(struct state_env *env) {
	if (!env->is_bulk || env_sync(&env->env) != ERR_OK)
		return;
	if (env->has_hashes && hashes_sync(&env->hashes) != ERR_OK)
		return;
	withdraw_rebuild(env->directory);
	enum err err = env_sync_directory(env->directory);
	(void)err; /* the same */
}

void state_env_close(struct state_env *env) {
	if (env->has_hashes)
		hashes_close(&env->hashes);
	id_index_close(&env->ids);
	env_close(&env->env);
	free(env->directory);
}
