/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of ids in order, written once and never changed:
 *
 *	<state>/ids-<number>
 *	blocks of 4,096 bytes   ids with their values, ascending; CRC32C
 *	fences                  the first id of each block
 *	filter                  id_filter.h
 *
 * Fences and filter stay in memory, checked once against the sum that the manifest (id_index.h) has
 * of them; of the blocks a lookup reads the one that the fences name. Numbers are in the machine's
 * byte order, as the rows of the state are.
 *
 * Written by the checkpointer, then read by any thread.
 */
#ifndef STORE_ID_RUN_H
#define STORE_ID_RUN_H

#include "store/id_filter.h"
#include "store/lmdb_env.h"

enum {
	ID_KEY_BYTES = 16,
	ID_VALUE_BYTES = 8,
	ID_BLOCK_ENTRIES = 170,
	ID_BLOCK_BYTES = 4096,
	ID_BLOCKS_AT_ONCE = 64, /* read or written in order */
};

/* The key as two big-endian numbers: they order as its bytes do. */
struct id {
	uint64_t high;
	uint64_t low;
};

struct id_entry {
	struct id id;
	uint64_t value;
};

struct id_block {
	struct id_entry entries[ID_BLOCK_ENTRIES];
	uint64_t count;
	uint32_t zero;
	uint32_t crc; /* of all before it */
};

_Static_assert(sizeof(struct id_block) == ID_BLOCK_BYTES, "as it stands in the file");

/* Where the runs of an index are. */
struct id_place {
	const struct env *env; /* says what an errno means */
	const char *directory;
	uint64_t seed[2]; /* of hashes in filters */
};

/* What the manifest says of a run. */
struct id_run_info {
	uint64_t number;
	uint64_t entries;
	uint64_t blocks;
	uint64_t filter_ids; /* that its filter was made for */
	uint32_t crc;        /* of fences and filter */
	uint32_t zero;
};

struct id_run {
	const struct id_place *place;
	struct id_run_info info;
	int fd;
	struct id *fences;
	struct id_filter filter;
	char *path;
	bool is_doomed;      /* the file goes with it … */
	bool is_kept;        /* … except that a manifest on disk may name it */
	unsigned references; /* id_index.h's, as is this: */
	struct id_run *next_dead;
};

static inline int id_compare(struct id a, struct id b) {
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

struct id id_of_key(const void *key); /* of ID_KEY_BYTES */
void id_to_key(struct id id, unsigned char ret_key[ID_KEY_BYTES]);

uint64_t id_hash(const struct id_place *place, struct id id);

/* ERR_CORRUPT: it is not there, or not what was written. */
enum err id_run_open(const struct id_place *place, const struct id_run_info *info,
    struct id_run **ret_run) MUST_CHECK;
void id_run_free(struct id_run *run); /* accepts NULL */

/* ERR_NOT_FOUND. ERR_CORRUPT, ERR_IO. */
enum err id_run_find(const struct id_run *run, struct id id, uint64_t *ret_value) MUST_CHECK;

/* --- in order --- */

struct id_cursor {
	const struct id_run *run;
	struct id_block *blocks; /* ID_BLOCKS_AT_ONCE; NULL: the end, or not open */
	uint64_t next_block;
	size_t block_count;
	size_t block;
	size_t entry;
};

/* At the first entry that is not before `from`. After a failure there is nothing to close. */
enum err id_cursor_open(
    struct id_cursor *cursor, const struct id_run *run, struct id from) MUST_CHECK;
void id_cursor_close(struct id_cursor *cursor);
enum err id_cursor_next(struct id_cursor *cursor) MUST_CHECK;

/* NULL: it is past the end. */
const struct id_entry *id_cursor_entry(const struct id_cursor *cursor);

/* --- writing --- */

struct id_writer {
	struct id_run *run; /* as it will be; NULL: not open */
	struct id_block *blocks;
	size_t block_count; /* full ones */
	uint64_t blocks_max;
	struct id last;
};

/* Begins the file `number`, for at most so many entries. ERR_FULL, ERR_IO, ERR_MEMORY. */
enum err id_writer_open(struct id_writer *writer, const struct id_place *place, uint64_t number,
    uint64_t entries_max) MUST_CHECK;

/* Not before the one before; the same id again is left out. */
enum err id_writer_add(struct id_writer *writer, const struct id_entry *entry) MUST_CHECK;

/* The file is durable, its name is not (env_sync_directory). After a failure: abandon. */
enum err id_writer_finish(struct id_writer *writer, struct id_run **ret_run) MUST_CHECK;

/* Removes the file. Accepts a zeroed writer. */
void id_writer_abandon(struct id_writer *writer);

#endif
