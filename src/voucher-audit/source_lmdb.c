/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal's LMDB environment, read-only:
 *
 *	database "entries"   key: sequence, native 64-bit integer; value: as in record/entry.h
 *	database "heads"     key: tree size; value: packed TreeHead; one for each commit
 *
 * LMDB follows what stands in pages without looking whether it can be. So nothing that it points to
 * is read unless it lies in the file, and where it falls over a damaged page itself, the signal
 * ends the read and not the process: what is behind that page counts as damaged.
 *
 * A read transaction lasts for one batch: a daemon that writes meanwhile keeps no old pages for us.
 */
#include "base/limits.h"
#include "voucher-audit/source.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <lmdb.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define FORGET_BYTES ((size_t)64 << 20) /* of pages that were read count as our memory */

struct lmdb_source {
	MDB_env *env;
	MDB_dbi entries, heads;
	uint64_t next; /* the entry to be read */
	uint64_t last;
	const char *map;   /* where its file is mapped */
	size_t read_bytes; /* since pages were last given back */
	bool is_broken;    /* LMDB fell over: it is not called again */
};

/* --- falling over --- */

static __thread sigjmp_buf fallen;
static __thread volatile sig_atomic_t is_guarded;

static void on_signal(int number) {
	if (is_guarded)
		siglongjmp(fallen, number);
	signal(number, SIG_DFL);
	raise(number);
}

static void guard_signals(void) {
	const int numbers[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_NODEFER };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaction(numbers[i], &action, NULL);
}

/* --- reading --- */

struct reading {
	struct lmdb_source *self;
	struct batch *batch;
	MDB_txn *txn;
	const char *begin, *end; /* of the file, as it is mapped */
};

static enum err trouble(struct reading *r, const char *what) {
	r->batch->trouble = what;
	return ERR_CORRUPT;
}

static bool is_in_file(const struct reading *r, const MDB_val *value) {
	const char *data = value->mv_data;
	return data >= r->begin && data <= r->end && value->mv_size <= (size_t)(r->end - data);
}

static enum err read_key(struct reading *r, const MDB_val *key, uint64_t *ret_key) {
	if (key->mv_size != sizeof(*ret_key) || !is_in_file(r, key))
		return trouble(r, "a key is no number");
	memcpy(ret_key, key->mv_data, sizeof(*ret_key));
	return ERR_OK;
}

static enum err add_record(struct reading *r, const MDB_val *key, const MDB_val *value) {
	uint64_t seq;
	enum err err = read_key(r, key, &seq);
	if (err)
		return err;
	if (value->mv_size > LIMIT_ENTRY_BYTES || !is_in_file(r, value))
		return trouble(r, "an entry does not lie in the file");
	if (seq < r->self->next)
		return trouble(r, "keys do not rise");
	r->self->next = seq + 1;
	return batch_add(r->batch, seq, value->mv_data, value->mv_size, true);
}

static enum err read_entries(struct reading *r) {
	MDB_cursor *cursor;
	if (mdb_cursor_open(r->txn, r->self->entries, &cursor) != 0)
		return trouble(r, "its database cannot be read");
	uint64_t from = r->self->next;
	MDB_val key = { sizeof(from), &from }, value;
	enum err err = ERR_OK;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (!code && !err && !batch_is_full(r->batch)) {
		err = add_record(r, &key, &value);
		if (!err && !batch_is_full(r->batch))
			code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	if (!err && code && code != MDB_NOTFOUND)
		err = trouble(r, mdb_strerror(code));
	return err;
}

/* The heads of what is in the batch. */
static enum err read_heads(struct reading *r, uint64_t first) {
	MDB_cursor *cursor;
	if (mdb_cursor_open(r->txn, r->self->heads, &cursor) != 0)
		return trouble(r, "its tree heads cannot be read");
	MDB_val key = { sizeof(first), &first }, value;
	uint64_t size = 0;
	enum err err = ERR_OK;
	int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
	while (!code && !err) {
		err = read_key(r, &key, &size);
		if (err || size >= r->self->next)
			break;
		err = is_in_file(r, &value) ? batch_add_head(r->batch, size, value.mv_data, value.mv_size)
		                            : trouble(r, "a tree head does not lie in the file");
		code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
	}
	mdb_cursor_close(cursor);
	if (!err && code && code != MDB_NOTFOUND)
		err = trouble(r, mdb_strerror(code));
	return err;
}

/* The extent of the file now: what is mapped behind its end must not be touched. */
static enum err measure(struct reading *r) {
	int fd;
	struct stat status;
	if (mdb_env_get_fd(r->self->env, &fd) != 0 || fstat(fd, &status) != 0)
		return ERR_IO;
	r->begin = r->self->map;
	r->end = r->begin + status.st_size;
	return ERR_OK;
}

static enum err read_batch_guarded(struct reading *r) {
	uint64_t first = r->self->next;
	int code = mdb_txn_begin(r->self->env, NULL, MDB_RDONLY, &r->txn);
	if (code)
		return trouble(r, mdb_strerror(code));
	enum err err = measure(r);
	if (!err)
		err = read_entries(r);
	if ((!err || err == ERR_CORRUPT) && r->batch->count > 0) {
		enum err heads = read_heads(r, first);
		err = err ? err : heads;
	}
	mdb_txn_abort(r->txn);
	return err;
}

static enum err read_batch(void *self, struct batch *batch) {
	struct lmdb_source *source = self;
	struct reading r = { .self = source, .batch = batch };
	enum err err;
	if (source->is_broken)
		return ERR_OK;
	if (sigsetjmp(fallen, 1) == 0) {
		is_guarded = 1;
		err = read_batch_guarded(&r);
	} else {
		source->is_broken = true;
		batch->trouble = "a page of it cannot be followed";
		err = ERR_CORRUPT;
	}
	is_guarded = 0;
	batch->read = source->next - 1;
	source->read_bytes += batch->data.bytes;
	if (source->read_bytes > FORGET_BYTES) {
		source->read_bytes = 0;
		madvise((void *)source->map, (size_t)(r.end - r.begin), MADV_DONTNEED);
	}
	return err;
}

/* --- open --- */

static void close_source(void *self) {
	struct lmdb_source *source = self;
	if (source->env && !source->is_broken)
		mdb_env_close(source->env);
	free(source);
}

/* Whether the file holds every page that it says it has. */
static enum err want_whole(struct lmdb_source *source, const char **ret_reason) {
	MDB_envinfo info;
	MDB_stat stat;
	int fd;
	struct stat status;
	if (mdb_env_info(source->env, &info) != 0 || mdb_env_stat(source->env, &stat) != 0 ||
	    mdb_env_get_fd(source->env, &fd) != 0 || fstat(fd, &status) != 0)
		return ERR_IO;
	uint64_t want = ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
	if ((uint64_t)status.st_size >= want)
		return ERR_OK;
	*ret_reason = "the journal's file is shorter than it says: it was cut off";
	return ERR_CORRUPT;
}

static enum err open_databases(struct lmdb_source *source, const char **ret_reason) {
	MDB_txn *txn;
	MDB_stat stat = { 0 };
	int code = mdb_txn_begin(source->env, NULL, MDB_RDONLY, &txn);
	if (!code) {
		code = mdb_dbi_open(txn, "entries", MDB_INTEGERKEY, &source->entries);
		if (!code)
			code = mdb_dbi_open(txn, "heads", MDB_INTEGERKEY, &source->heads);
		if (!code)
			code = mdb_stat(txn, source->entries, &stat);
		/* handles of a transaction that ends well stay */
		if (code)
			mdb_txn_abort(txn);
		else
			code = mdb_txn_commit(txn);
	}
	source->last = stat.ms_entries;
	if (code)
		*ret_reason = "it is not the journal of a ledger";
	return code ? ERR_CORRUPT : ERR_OK;
}

static enum err open_env(
    struct lmdb_source *source, const char *directory, const char **ret_reason) {
	int code = mdb_env_create(&source->env);
	if (code)
		return ERR_MEMORY;
	code = mdb_env_set_maxdbs(source->env, 8);
	if (!code)
		code = mdb_env_open(source->env, directory, MDB_RDONLY | MDB_NOTLS, 0600);
	if (code == EROFS || code == EACCES || code == EPERM) {
		/* where no lock can be written there is nobody else to write */
		mdb_env_close(source->env);
		source->env = NULL;
		code = mdb_env_create(&source->env);
		if (!code)
			code = mdb_env_set_maxdbs(source->env, 8);
		if (!code)
			code = mdb_env_open(source->env, directory, MDB_RDONLY | MDB_NOTLS | MDB_NOLOCK, 0600);
	}
	if (!code)
		return want_whole(source, ret_reason);
	*ret_reason = mdb_strerror(code);
	return code == MDB_INVALID || code == MDB_CORRUPTED || code == MDB_VERSION_MISMATCH
	    ? ERR_CORRUPT
	    : ERR_IO;
}

/* Where LMDB has mapped its file, which it does not tell: as the kernel has it. */
static enum err find_map(struct lmdb_source *source) {
	int fd;
	struct stat status;
	char line[PATH_MAX + 128];
	uintptr_t begin = 0;
	FILE *maps = fopen("/proc/self/maps", "re");
	bool is_known = maps && mdb_env_get_fd(source->env, &fd) == 0 && fstat(fd, &status) == 0;
	while (is_known && !source->map && fgets(line, sizeof(line), maps)) {
		unsigned long inode = 0;
		if (sscanf(line, "%" SCNxPTR "-%*x %*s %*x %*s %lu", &begin, &inode) == 2 &&
		    inode == status.st_ino)
			source->map = (const char *)begin;
	}
	if (maps)
		fclose(maps);
	return source->map ? ERR_OK : ERR_IO;
}

static const struct source_ops LMDB_OPS = { .read = read_batch, .close = close_source };

enum err source_open_lmdb(
    const char *directory, uint64_t after, struct source *ret_source, const char **ret_reason) {
	struct lmdb_source *source = calloc(1, sizeof(*source));
	if (!source)
		return ERR_MEMORY;
	guard_signals();
	enum err err;
	if (sigsetjmp(fallen, 1) == 0) {
		is_guarded = 1;
		err = open_env(source, directory, ret_reason);
		if (!err)
			err = open_databases(source, ret_reason);
		if (!err)
			err = find_map(source);
	} else {
		source->is_broken = true;
		*ret_reason = "the journal's file is damaged at its root";
		err = ERR_CORRUPT;
	}
	is_guarded = 0;
	if (err) {
		close_source(source);
		return err;
	}
	source->next = after + 1;
	*ret_source = (struct source){
		.ops = &LMDB_OPS, .self = source, .total = source->last, .has_heads = true
	};
	return ERR_OK;
}
