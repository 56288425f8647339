/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state on disk: an LMDB environment with two databases, and files beside it.
 *
 *	"rows"         key: table (1 byte), key of the row      value: row, checksum (4 bytes)
 *	"checkpoint"   key: "newest"                            value: struct checkpoint_header, meta
 *	               key: "ids"                               value: manifest (id_index.h)
 *	ids-*          rows of the table of ids (id_run.h), if there is one
 *	hashes-*       nodes of the tree over the journal (hashes.h), if they are kept
 *
 *	checksum       CRC32C of the row, xor CRC32C of table and key; in the machine's byte order, as
 *	               the rows are: the state never leaves the machine that derived it
 *
 * Rows, ids and checkpoint change together, in one transaction; hashes are durable before it.
 * Whatever is wrong in here is no loss: the environment is emptied, and filled again from the
 * journal. A file "rebuild" beside it asks for that at the next opening; it also stands there while
 * nothing is synced.
 *
 * Threads: as store/lmdb_env.h.
 */
#ifndef STORE_STATE_ENV_H
#define STORE_STATE_ENV_H

#include "store/hashes.h"
#include "store/id_index.h"
#include "store/lmdb_env.h"
#include "store/segment.h"
#include "store/state_store.h"

struct state_env {
	struct env env;
	MDB_dbi rows;
	MDB_dbi checkpoint;
	uint32_t format;
	bool is_bulk;
	unsigned id_table; /* 0: none */
	bool has_hashes;
	struct id_index ids;
	struct hashes hashes;
	char *directory;
};

struct checkpoint {
	uint64_t seq; /* 0: none */
	size_t meta_bytes;
	unsigned char meta[STORE_META_BYTES_MAX];
};

/* A row in a transaction: its memory ends with it, and is not aligned. That of an id is `id_value`,
 * in this struct. */
struct state_row {
	const void *data;
	size_t bytes;
	uint64_t id_value;
};

enum err state_env_open(const struct state_store_config *config, struct state_env *env,
    struct checkpoint *ret_checkpoint) MUST_CHECK;
void state_env_close(struct state_env *env);

/* Makes durable what was written in bulk. When that fails, the next opening begins empty. */
void state_env_finish(struct state_env *env);

static inline bool state_env_is_id(const struct state_env *env, unsigned table) {
	return table != 0 && table == env->id_table;
}

/* Of any table but that of ids. ERR_NOT_FOUND. ERR_CORRUPT: the row is not what was written; a
 * rebuild has been asked for. */
enum err state_env_get(struct state_env *env, MDB_txn *txn, unsigned table, const void *key,
    size_t key_bytes, struct state_row *ret_row) MUST_CHECK;

/* The same for a key of the table of ids. */
enum err state_env_get_id(struct state_env *env, const struct id_view *view, const void *key,
    size_t key_bytes, struct state_row *ret_row) MUST_CHECK;

/* The same for what a cursor found in "rows". */
enum err state_env_check_row(struct state_env *env, const MDB_val *key, const MDB_val *value,
    struct state_row *ret_row) MUST_CHECK;

/* The next opening begins empty. */
void state_env_ask_for_rebuild(const struct state_env *env);

/* Ends the process (EX_IOERR; EX_OSERR for want of memory), for those who have no way to return the
 * error: a row is damaged, or the environment is of no more use. */
__attribute__((noreturn)) void state_env_unreadable(enum err err);

/* As hashes_read; ERR_CORRUPT: a rebuild has been asked for. Any thread. */
enum err state_env_read_hashes(struct state_env *env, unsigned level, uint64_t first,
    unsigned count, uint8_t *ret_hashes) MUST_CHECK;

/* The sequence that the transaction sees. */
enum err state_env_seq(struct state_env *env, MDB_txn *txn, uint64_t *ret_seq) MUST_CHECK;

/* Writes a sorted segment, in one transaction. ERR_FULL, ERR_IO, …: nothing is written, it can be
 * tried again. ERR_FATAL. */
enum err state_env_write(struct state_env *env, const struct segment *segment) MUST_CHECK;

/* Key of a row in the environment; `room` takes 1 + LIMIT_KEY_BYTES. */
MDB_val state_env_key(unsigned char *room, unsigned table, const void *key, size_t key_bytes);

#endif
