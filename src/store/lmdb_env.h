/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An LMDB environment as this project uses it: default sync (but for what a crash may take as a
 * whole), one owner, errors in our own terms.
 *
 *	<directory>/data.mdb, lock.mdb   LMDB's
 *	<directory>/owner                empty; flock(2)ed by the process that has the environment open
 *
 * One open per directory in this process: LMDB does not survive a second one. One owner among all
 * processes; guests only read, and briefly: what a guest sees, the owner cannot reuse. The address
 * space is reserved once, sparse and huge, because it cannot grow under live readers.
 *
 * Threads: at most one writes at a time (LMDB's own lock); any may read. Nothing that LMDB hands
 * out is used after its transaction.
 */
#ifndef STORE_LMDB_ENV_H
#define STORE_LMDB_ENV_H

#include "base/err.h"
#include "store/pages.h"

#include <lmdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	ENV_READERS_MAX = 512, /* at the same time; the next gets ERR_BUSY */
	ENV_READERS_IDLE = 16, /* kept for reuse */
	ENV_DATABASES_MAX = 4, /* named ones */
};

struct env_options {
	const char *directory; /* of the environment */
	size_t map_bytes;      /* address space; 0: 1 TiB, or less where that is limited */
	bool reads_ahead;      /* the kernel may: records are read in order */
	bool is_unsynced;      /* after a crash of the machine all of it is worthless */
	bool is_guest;         /* reads, beside the process that owns it or while nobody does */
	const struct pages_options *check; /* what an owner looks at first; NULL: nothing */
};

struct env {
	MDB_env *mdb;
	int owner_fd;
	unsigned commit_count;
	pthread_mutex_t mutex; /* over the idle readers */
	MDB_txn *idle_readers[ENV_READERS_IDLE];
	size_t idle_reader_count;
};

/* Whether `directory` holds an environment. */
bool env_exists(const char *directory);

/* Makes the directory, for nobody else to read, unless it is there. The entry is durable. */
enum err env_make_directory(const char *directory) MUST_CHECK;

/* Makes durable what was made in the directory. */
enum err env_sync_directory(const char *directory) MUST_CHECK;

/* Opens what is in the directory, which must be there, or starts an empty environment in it.
 * ERR_BUSY: it is open elsewhere. ERR_CORRUPT: that is no environment, or a damaged one; the log
 * says why. ERR_DENIED, … */
enum err env_open(struct env *env, const struct env_options *options) MUST_CHECK;

/* A named database of an environment. */
struct env_database {
	const char *name;
	unsigned flags; /* MDB_INTEGERKEY, … */
	MDB_dbi *ret_database;
};

/* Opens databases that belong together. An environment that has none yet gets them if `makes`, else
 * this is ERR_NOT_FOUND. Where there are some, those asked for are among them: ERR_CORRUPT. */
enum err env_open_databases(
    struct env *env, const struct env_database *databases, size_t count, bool makes) MUST_CHECK;

/* Every transaction must have ended. */
void env_close(struct env *env);

/* Makes durable what an unsynced environment has. */
enum err env_sync(struct env *env) MUST_CHECK;

/* Removes the environment that is in the directory. ERR_BUSY: it is open. */
enum err env_erase(const char *directory) MUST_CHECK;

/* What a return code of LMDB means to us. A code that only a bug can cause ends the process. */
enum err env_error(const struct env *env, int code) MUST_CHECK;

enum err env_begin_read(struct env *env, MDB_txn **ret_txn) MUST_CHECK;
void env_end_read(struct env *env, MDB_txn *txn); /* accepts NULL */

/* Lets go of what the transaction sees, and looks anew. A resting transaction holds up nothing. */
void env_rest_read(MDB_txn *txn);
enum err env_wake_read(struct env *env, MDB_txn *txn) MUST_CHECK;

/* The caller ends it on the same thread, by env_commit or mdb_txn_abort. */
enum err env_begin_write(struct env *env, MDB_txn **ret_txn) MUST_CHECK;

/* Ends the transaction. ERR_FATAL: it may or may not be on disk, and the environment is of no more
 * use. Every other error: it is not. */
enum err env_commit(struct env *env, MDB_txn *txn) MUST_CHECK;

#endif
