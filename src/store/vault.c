/* SPDX-License-Identifier: Apache-2.0 */
#include "store/vault.h"

#include "base/check.h"
#include "record/crc32c.h"

#include <stdlib.h>
#include <string.h>

enum { RECALLS_MAX = 100 }; /* times that a text may be replaced while it is being read */

struct vault_row {
	uint64_t seq;
	uint64_t slot;
	uint64_t checksum;
};

static MDB_val key_val(const uint64_t *key) {
	return (MDB_val){ .mv_size = sizeof(*key), .mv_data = (void *)key };
}

static uint64_t checksum(uint64_t key, const struct vault_row *row) {
	const uint64_t words[] = { key, row->seq, row->slot };
	return crc32c(words, sizeof(words));
}

static enum err read_row(const MDB_val *key, const MDB_val *value, struct vault_row *ret_row) {
	uint64_t key_word;
	if (key->mv_size != sizeof(key_word) || value->mv_size != sizeof(*ret_row))
		return ERR_CORRUPT;
	memcpy(&key_word, key->mv_data, sizeof(key_word));
	memcpy(ret_row, value->mv_data, sizeof(*ret_row));
	return ret_row->checksum == checksum(key_word, ret_row) ? ERR_OK : ERR_CORRUPT;
}

static enum err find_row(
    const struct vault *vault, MDB_txn *txn, uint64_t key, struct vault_row *ret_row) {
	MDB_val name = key_val(&key), value;
	enum err err = env_error(vault->env, mdb_get(txn, vault->rows, &name, &value));
	return err ? err : read_row(&name, &value, ret_row);
}

/* --- changes --- */

static enum err list_add(struct slot_list *list, uint64_t slot) {
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		uint64_t *slots = realloc(list->slots, room * sizeof(*slots));
		if (!slots)
			return ERR_MEMORY;
		list->slots = slots;
		list->room = room;
	}
	list->slots[list->count++] = slot;
	return ERR_OK;
}

/* A slot is listed before anything is written to it. */
static enum err take_slot(
    struct vault *vault, const struct log_erasable *change, uint64_t *ret_slot) {
	const struct slot_text text = { change->key, change->seq, change->data, change->bytes };
	enum err err = slots_take(&vault->slots, ret_slot);
	if (err)
		return err;
	err = list_add(&vault->taken, *ret_slot);
	if (err) {
		slots_free(&vault->slots, *ret_slot);
		return err;
	}
	return slots_put(&vault->slots, *ret_slot, &text);
}

static enum err change_one(struct vault *vault, MDB_txn *txn, const struct log_erasable *change) {
	struct vault_row row;
	MDB_val key = key_val(&change->key);
	enum err err = find_row(vault, txn, change->key, &row);
	if (err == ERR_OK)
		err = list_add(&vault->retired, row.slot);
	else if (err == ERR_NOT_FOUND && change->data)
		err = ERR_OK;
	if (err)
		return err == ERR_NOT_FOUND ? ERR_OK : err; /* nothing to erase */
	if (!change->data)
		return env_error(vault->env, mdb_del(txn, vault->rows, &key, NULL));
	row.seq = change->seq;
	err = take_slot(vault, change, &row.slot);
	if (err)
		return err;
	row.checksum = checksum(change->key, &row);
	MDB_val value = { .mv_size = sizeof(row), .mv_data = &row };
	return env_error(vault->env, mdb_put(txn, vault->rows, &key, &value, 0));
}

/* Overwrites and frees them; the list is empty when all of it is durable. */
static enum err erase_slots(struct vault *vault, struct slot_list *list) {
	enum err err = ERR_OK;
	for (size_t i = 0; !err && i < list->count; i++)
		err = slots_erase(&vault->slots, list->slots[i]);
	if (!err && list->count)
		err = slots_sync(&vault->slots);
	if (err)
		return err;
	for (size_t i = 0; i < list->count; i++)
		slots_free(&vault->slots, list->slots[i]);
	list->count = 0;
	return ERR_OK;
}

enum err vault_change(
    struct vault *vault, MDB_txn *txn, const struct log_erasable *changes, size_t count) {
	enum err err = count ? erase_slots(vault, &vault->taken) : ERR_OK;
	for (size_t i = 0; !err && i < count; i++)
		err = change_one(vault, txn, &changes[i]);
	if (!err && vault->taken.count)
		err = slots_sync(&vault->slots);
	return err;
}

enum err vault_committed(struct vault *vault) {
	vault->taken.count = 0;
	return erase_slots(vault, &vault->retired) ? ERR_FATAL : ERR_OK;
}

void vault_aborted(struct vault *vault) {
	vault->retired.count = 0;
	if (erase_slots(vault, &vault->taken))
		return; /* they stay listed */
}

/* --- reading --- */

static enum err look_up(struct vault *vault, uint64_t key, struct vault_row *ret_row) {
	MDB_txn *txn;
	enum err err = env_begin_read(vault->env, &txn);
	if (err)
		return err;
	err = find_row(vault, txn, key, ret_row);
	env_end_read(vault->env, txn);
	return err;
}

static enum err read_text(
    struct vault *vault, uint64_t key, struct slot_text *text, uint8_t *room) {
	struct vault_row row, before = { 0 };
	for (int i = 0; i < RECALLS_MAX; i++) {
		enum err err = look_up(vault, key, &row);
		if (err)
			return err;
		if (row.seq == before.seq && row.slot == before.slot)
			return ERR_CORRUPT; /* it stands still, and its slot holds something else */
		*text = (struct slot_text){ .key = key, .seq = row.seq };
		err = slots_get(&vault->slots, row.slot, text, room);
		if (err != ERR_NOT_FOUND)
			return err;
		before = row; /* it may have been erased in between: look again */
	}
	return ERR_BUSY;
}

enum err vault_recall(
    struct vault *vault, uint64_t key, struct arena *arena, struct log_erasable *ret_text) {
	uint8_t room[LIMIT_ERASABLE_BYTES];
	struct slot_text text;
	enum err err = read_text(vault, key, &text, room);
	if (err)
		return err;
	const void *data = arena_copy(arena, text.data, text.bytes ? text.bytes : 1);
	if (!data)
		return ERR_MEMORY;
	*ret_text = (struct log_erasable){ key, text.seq, data, text.bytes };
	return ERR_OK;
}

/* --- open and close --- */

/* A row that a damaged page hides would cost its text: as many as the table says must be seen. */
static enum err mark_slots(struct vault *vault, MDB_cursor *cursor, size_t count) {
	MDB_val key, value;
	struct vault_row row;
	size_t seen = 0;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
	while (!code) {
		enum err err = read_row(&key, &value, &row);
		if (!err)
			err = slots_mark(&vault->slots, row.slot);
		if (err)
			return err;
		seen++;
		code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	if (code == MDB_NOTFOUND && seen != count)
		return ERR_CORRUPT;
	return code == MDB_NOTFOUND ? ERR_OK : env_error(vault->env, code);
}

static enum err mark_all(struct vault *vault) {
	MDB_txn *txn;
	enum err err = env_begin_read(vault->env, &txn);
	if (err)
		return err;
	MDB_cursor *cursor;
	MDB_stat stat;
	err = env_error(vault->env, mdb_stat(txn, vault->rows, &stat));
	if (!err)
		err = env_error(vault->env, mdb_cursor_open(txn, vault->rows, &cursor));
	if (!err) {
		err = mark_slots(vault, cursor, stat.ms_entries);
		mdb_cursor_close(cursor);
	}
	env_end_read(vault->env, txn);
	return err;
}

enum err vault_open(struct vault *vault, struct env *env, const char *directory) {
	*vault = (struct vault){ .env = env, .rows = vault->rows };
	enum err err = slots_open(&vault->slots, env, directory);
	if (!err)
		err = mark_all(vault);
	return err ? err : slots_sweep(&vault->slots);
}

enum err vault_open_as_guest(struct vault *vault, struct env *env, const char *directory) {
	*vault = (struct vault){ .env = env, .rows = vault->rows };
	return slots_open_as_guest(&vault->slots, env, directory);
}

void vault_close(struct vault *vault) {
	if (!vault->env)
		return;
	slots_close(&vault->slots);
	free(vault->taken.slots);
	free(vault->retired.slots);
}
