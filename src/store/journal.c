/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include "base/check.h"
#include "store/condition.h"
#include "store/lmdb_env.h"
#include "store/vault.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDS_CHECKED_MAX = 100000 }; /* of a table, before it is used: 0.1 s */

struct journal {
	struct env env;
	MDB_dbi entries;
	MDB_dbi heads;
	struct vault vault;
	_Atomic uint64_t last;

	pthread_mutex_t mutex; /* over what follows */
	pthread_cond_t changed;
	unsigned waiting;
	bool is_closing;
};

/* --- keys --- */

static MDB_val key_of_seq(const uint64_t *seq) {
	return (MDB_val){ .mv_size = sizeof(*seq), .mv_data = (void *)seq };
}

static uint64_t seq_of_key(const MDB_val *key) {
	uint64_t seq = 0;
	if (key->mv_size == sizeof(seq))
		memcpy(&seq, key->mv_data, sizeof(seq));
	return seq;
}

/* --- append --- */

static int put_records(MDB_txn *txn, MDB_dbi entries, uint64_t first_seq,
    const struct log_record *records, size_t count) {
	MDB_cursor *cursor;
	int code = mdb_cursor_open(txn, entries, &cursor);
	if (code)
		return code;
	for (size_t i = 0; !code && i < count; i++) {
		uint64_t seq = first_seq + i;
		MDB_val key = key_of_seq(&seq);
		MDB_val value = { .mv_size = records[i].bytes, .mv_data = (void *)records[i].data };
		code = mdb_cursor_put(cursor, &key, &value, MDB_APPEND);
	}
	mdb_cursor_close(cursor);
	return code;
}

static void publish(struct journal *journal, uint64_t last) {
	atomic_store_explicit(&journal->last, last, memory_order_release);
	check(pthread_mutex_lock(&journal->mutex) == 0);
	if (journal->waiting > 0)
		check(pthread_cond_broadcast(&journal->changed) == 0);
	check(pthread_mutex_unlock(&journal->mutex) == 0);
}

static enum err put_batch(
    struct journal *journal, MDB_txn *txn, const struct log_batch *batch, uint64_t last) {
	int code = put_records(
	    txn, journal->entries, batch->expected_seq, batch->records, batch->count);
	MDB_val key = key_of_seq(&last);
	MDB_val value = { .mv_size = batch->head_bytes, .mv_data = (void *)batch->head };
	if (!code)
		code = mdb_put(txn, journal->heads, &key, &value, MDB_APPEND);
	if (code)
		return env_error(&journal->env, code);
	return vault_change(&journal->vault, txn, batch->erasables, batch->n_erasables);
}

static enum err append(void *self, const struct log_batch *batch) {
	struct journal *journal = self;
	check(batch->count > 0);
	if (batch->expected_seq != atomic_load_explicit(&journal->last, memory_order_relaxed) + 1)
		return ERR_EXISTS;
	uint64_t last;
	if (__builtin_add_overflow(batch->expected_seq, batch->count - 1, &last))
		return ERR_RANGE;

	MDB_txn *txn;
	enum err err = env_begin_write(&journal->env, &txn);
	if (err)
		return err;
	err = put_batch(journal, txn, batch, last);
	if (err)
		mdb_txn_abort(txn);
	else
		err = env_commit(&journal->env, txn);
	if (err == ERR_FATAL)
		return err; /* whose slots are whose is found out after a restart */
	if (err)
		vault_aborted(&journal->vault);
	else
		err = vault_committed(&journal->vault);
	if (!err)
		publish(journal, last);
	return err;
}

/* --- read --- */

static enum err visit_records(
    struct journal *journal, MDB_cursor *cursor, uint64_t from, log_visit visit, void *arg) {
	uint64_t expected = from;
	MDB_val key = key_of_seq(&from);
	MDB_val value;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (!code) {
		if (seq_of_key(&key) != expected)
			return ERR_CORRUPT;
		if (!visit(arg, expected, value.mv_data, value.mv_size))
			return ERR_OK;
		expected++;
		code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	return code == MDB_NOTFOUND ? ERR_OK : env_error(&journal->env, code);
}

static enum err read_records(void *self, uint64_t from, log_visit visit, void *arg) {
	struct journal *journal = self;
	MDB_txn *txn;
	enum err err = env_begin_read(&journal->env, &txn);
	if (err)
		return err;
	MDB_cursor *cursor;
	err = env_error(&journal->env, mdb_cursor_open(txn, journal->entries, &cursor));
	if (!err) {
		err = visit_records(journal, cursor, from ? from : 1, visit, arg);
		mdb_cursor_close(cursor);
	}
	env_end_read(&journal->env, txn);
	return err;
}

/* Moves to the greatest key that is at most `size`. */
static int seek_head(MDB_cursor *cursor, uint64_t size, MDB_val *ret_value) {
	MDB_val key = key_of_seq(&size);
	int code = mdb_cursor_get(cursor, &key, ret_value, MDB_SET_RANGE);
	if (code == MDB_NOTFOUND)
		return mdb_cursor_get(cursor, &key, ret_value, MDB_LAST);
	if (code || seq_of_key(&key) == size)
		return code;
	return mdb_cursor_get(cursor, &key, ret_value, MDB_PREV);
}

static enum err read_head(
    void *self, uint64_t size, void *ret_head, size_t room, size_t *ret_bytes) {
	struct journal *journal = self;
	MDB_txn *txn;
	enum err err = env_begin_read(&journal->env, &txn);
	if (err)
		return err;
	MDB_cursor *cursor;
	MDB_val value;
	err = env_error(&journal->env, mdb_cursor_open(txn, journal->heads, &cursor));
	if (!err) {
		err = env_error(&journal->env, seek_head(cursor, size, &value));
		mdb_cursor_close(cursor);
	}
	if (!err && value.mv_size > room)
		err = ERR_RANGE;
	if (!err) {
		memcpy(ret_head, value.mv_data, value.mv_size);
		*ret_bytes = value.mv_size;
	}
	env_end_read(&journal->env, txn);
	return err;
}

static enum err recall(
    void *self, uint64_t key, struct arena *arena, struct log_erasable *ret_text) {
	struct journal *journal = self;
	return vault_recall(&journal->vault, key, arena, ret_text);
}

static uint64_t last_seq(void *self) {
	struct journal *journal = self;
	return atomic_load_explicit(&journal->last, memory_order_acquire);
}

static enum err wait_for(void *self, uint64_t seq, int64_t deadline_us) {
	struct journal *journal = self;
	if (last_seq(journal) >= seq)
		return ERR_OK;
	enum err err = ERR_OK;
	check(pthread_mutex_lock(&journal->mutex) == 0);
	journal->waiting++;
	while (last_seq(journal) < seq && !err) {
		if (journal->is_closing)
			err = ERR_CLOSED;
		else if (!condition_wait_until(&journal->changed, &journal->mutex, deadline_us))
			err = last_seq(journal) < seq ? ERR_TIMEOUT : ERR_OK;
	}
	if (--journal->waiting == 0 && journal->is_closing)
		check(pthread_cond_broadcast(&journal->changed) == 0);
	check(pthread_mutex_unlock(&journal->mutex) == 0);
	return err;
}

/* --- open and close --- */

static void close_journal(void *self) {
	struct journal *journal = self;
	check(pthread_mutex_lock(&journal->mutex) == 0);
	journal->is_closing = true;
	check(pthread_cond_broadcast(&journal->changed) == 0);
	while (journal->waiting > 0)
		check(pthread_cond_wait(&journal->changed, &journal->mutex) == 0);
	check(pthread_mutex_unlock(&journal->mutex) == 0);
	vault_close(&journal->vault);
	env_close(&journal->env);
	pthread_cond_destroy(&journal->changed);
	pthread_mutex_destroy(&journal->mutex);
	free(journal);
}

static const struct log_ops JOURNAL_OPS = {
	.append = append,
	.read = read_records,
	.head = read_head,
	.recall = recall,
	.last = last_seq,
	.wait = wait_for,
	.close = close_journal,
};

static enum err open_databases(struct journal *journal, bool create) {
	const struct env_database databases[] = {
		{ "entries", MDB_INTEGERKEY, &journal->entries },
		{ "heads", MDB_INTEGERKEY, &journal->heads },
		{ "erasable", MDB_INTEGERKEY, &journal->vault.rows },
	};
	return env_open_databases(
	    &journal->env, databases, sizeof(databases) / sizeof(databases[0]), create);
}

static enum err find_end(
    struct journal *journal, MDB_txn *txn, MDB_dbi database, uint64_t *ret_last) {
	MDB_cursor *cursor;
	enum err err = env_error(&journal->env, mdb_cursor_open(txn, database, &cursor));
	if (err)
		return err;
	MDB_val key, value;
	err = env_error(&journal->env, mdb_cursor_get(cursor, &key, &value, MDB_LAST));
	if (!err)
		*ret_last = seq_of_key(&key);
	else if (err == ERR_NOT_FOUND) {
		*ret_last = 0;
		err = ERR_OK;
	}
	mdb_cursor_close(cursor);
	return err;
}

/* As many entries as the last number says, and a head for exactly that many. */
static enum err find_last(struct journal *journal) {
	MDB_txn *txn;
	enum err err = env_begin_read(&journal->env, &txn);
	if (err)
		return err;
	uint64_t last_entry, last_head;
	MDB_stat stat;
	err = find_end(journal, txn, journal->entries, &last_entry);
	if (!err)
		err = find_end(journal, txn, journal->heads, &last_head);
	if (!err)
		err = env_error(&journal->env, mdb_stat(txn, journal->entries, &stat));
	if (!err && (stat.ms_entries != last_entry || last_head != last_entry))
		err = ERR_CORRUPT;
	if (!err)
		atomic_init(&journal->last, last_entry);
	env_end_read(&journal->env, txn);
	return err;
}

static enum err open_content(struct journal *journal, bool create, const char *directory) {
	enum err err = open_databases(journal, create);
	if (!err)
		err = find_last(journal);
	if (!err && create && journal->last > 0)
		err = ERR_EXISTS;
	if (!err && !create && journal->last == 0)
		err = ERR_NOT_FOUND;
	return err ? err : vault_open(&journal->vault, &journal->env, directory);
}

static enum err open_as_guest(struct journal *journal, const char *directory) {
	enum err err = open_databases(journal, false);
	if (!err)
		err = find_last(journal);
	if (!err && journal->last == 0)
		err = ERR_NOT_FOUND;
	return err ? err : vault_open_as_guest(&journal->vault, &journal->env, directory);
}

static enum err open_env(
    const struct journal_config *config, struct env *env, char directory[PATH_MAX]) {
	int bytes = snprintf(directory, PATH_MAX, "%s/journal", config->directory);
	if (bytes < 0 || bytes >= PATH_MAX)
		return ERR_RANGE;
	if (config->create) {
		enum err err = env_make_directory(config->directory);
		if (!err)
			err = env_make_directory(directory);
		if (err)
			return err;
	} else if (!env_exists(directory))
		return ERR_NOT_FOUND;
	/* Records have hashes of their own; what is looked for is what LMDB would lose them by. */
	static const struct pages_options check = { .records_max = RECORDS_CHECKED_MAX };
	return env_open(env,
	    &(struct env_options){
	        .directory = directory,
	        .map_bytes = config->map_bytes,
	        .reads_ahead = true,
	        .is_guest = config->is_guest,
	        .check = &check,
	    });
}

enum err journal_open(const struct journal_config *config, struct log *ret_log) {
	struct journal *journal = calloc(1, sizeof(*journal));
	if (!journal)
		return ERR_MEMORY;
	char directory[PATH_MAX];
	enum err err = open_env(config, &journal->env, directory);
	if (err) {
		free(journal);
		return err;
	}
	check(pthread_mutex_init(&journal->mutex, NULL) == 0);
	condition_init(&journal->changed);
	err = config->is_guest ? open_as_guest(journal, directory)
	                       : open_content(journal, config->create, directory);
	if (err)
		close_journal(journal);
	else
		*ret_log = (struct log){ .ops = &JOURNAL_OPS, .self = journal };
	return err;
}
