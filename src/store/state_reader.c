/* SPDX-License-Identifier: Apache-2.0 */
#include "store/state_reader.h"

#include "base/check.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum {
	TABLES = 256,   /* the first byte of a key */
	OWN_BYTES = 2,  /* by which the keys of neighbours differ */
	KEY_BYTES = 64, /* longer ones are nobody's neighbours */
};

/* Of a table: what was read last, and a cursor that stands near it. */
struct place {
	MDB_cursor *cursor; /* NULL: none yet */
	uint64_t period;    /* for which the cursor is good */
	size_t key_bytes;
	unsigned char key[KEY_BYTES];
};

struct state_reader {
	struct state_env *env;
	MDB_txn *txn;
	bool is_awake;
	uint64_t period;     /* from one rest to the next */
	struct id_view *ids; /* NULL: not looked at in this period */
	struct place places[TABLES];
};

enum err state_reader_new(struct state_env *env, struct state_reader **ret_reader) {
	struct state_reader *reader = calloc(1, sizeof(*reader));
	if (!reader)
		return ERR_MEMORY;
	reader->env = env;
	enum err err = env_begin_read(&env->env, &reader->txn);
	if (err) {
		free(reader);
		return err;
	}
	reader->is_awake = true;
	state_reader_rest(reader);
	*ret_reader = reader;
	return ERR_OK;
}

void state_reader_free(struct state_reader *reader) {
	if (!reader)
		return;
	for (size_t i = 0; i < TABLES; i++)
		if (reader->places[i].cursor)
			mdb_cursor_close(reader->places[i].cursor);
	id_index_release(&reader->env->ids, reader->ids);
	env_end_read(&reader->env->env, reader->txn);
	free(reader);
}

void state_reader_rest(struct state_reader *reader) {
	if (reader->is_awake)
		env_rest_read(reader->txn);
	reader->is_awake = false;
	id_index_release(&reader->env->ids, reader->ids);
	reader->ids = NULL;
}

static const struct id_view *ids(struct state_reader *reader) {
	if (!reader->ids)
		reader->ids = id_index_newest(&reader->env->ids);
	return reader->ids;
}

void state_reader_prefetch_id(struct state_reader *reader, const void *key) {
	id_index_prefetch(&reader->env->ids, ids(reader), key);
}

static enum err wake(struct state_reader *reader) {
	if (reader->is_awake)
		return ERR_OK;
	reader->is_awake = true;
	reader->period++;
	return env_wake_read(&reader->env->env, reader->txn);
}

/* Whether this key is near the one before it, whose place it takes. */
static bool moves_near(struct place *place, const void *key, size_t key_bytes) {
	if (key_bytes > KEY_BYTES || key_bytes <= OWN_BYTES)
		return false;
	bool is_near = place->key_bytes == key_bytes &&
	    memcmp(place->key, key, key_bytes - OWN_BYTES) == 0;
	memcpy(place->key, key, key_bytes);
	place->key_bytes = key_bytes;
	return is_near;
}

/* The cursor looks into the page where it stands, before it goes the way from the root. */
static int get_near(
    struct state_reader *reader, struct place *place, MDB_val *name, MDB_val *ret_value) {
	int code = 0;
	if (!place->cursor)
		code = mdb_cursor_open(reader->txn, reader->env->rows, &place->cursor);
	else if (place->period != reader->period)
		code = mdb_cursor_renew(reader->txn, place->cursor);
	place->period = reader->period;
	return code ? code : mdb_cursor_get(place->cursor, name, ret_value, MDB_SET);
}

enum err state_reader_get(struct state_reader *reader, unsigned table, const void *key,
    size_t key_bytes, struct state_row *ret_row) {
	if (state_env_is_id(reader->env, table))
		return state_env_get_id(reader->env, ids(reader), key, key_bytes, ret_row);
	check(table < TABLES);
	struct place *place = &reader->places[table];
	enum err err = wake(reader);
	if (err)
		return err;
	if (!moves_near(place, key, key_bytes))
		return state_env_get(reader->env, reader->txn, table, key, key_bytes, ret_row);
	unsigned char room[1 + LIMIT_KEY_BYTES];
	MDB_val name = state_env_key(room, table, key, key_bytes), value;
	int code = get_near(reader, place, &name, &value);
	if (code)
		return env_error(&reader->env->env, code);
	return state_env_check_row(reader->env, &name, &value, ret_row);
}
