/* SPDX-License-Identifier: Apache-2.0 */
#include "store/lmdb_env.h"

#include "base/check.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
	LOCK_FILE_BYTES = 4096 + ENV_READERS_MAX * 64, /* its header, and 64 bytes for each reader */
	COMMITS_PER_READER_CHECK = 256,
};

_Static_assert(sizeof(size_t) == 8, "an address space of 1 TiB needs 64 bits");

static const size_t MAP_BYTES_DEFAULT = (size_t)1 << 40;
static const size_t MAP_BYTES_LEAST = (size_t)1 << 32;
static const size_t BYTES_BESIDE_MAPS = (size_t)1 << 30;
static const uint64_t DISK_FULL_BYTES = 1 << 20; /* less than this is "full" */

/* --- errors --- */

static enum err error_of_errno(int code) {
	switch (code) {
	case ENOENT: return ERR_NOT_FOUND;
	case EEXIST: return ERR_EXISTS;
	case ENOMEM: return ERR_MEMORY;
	case EACCES:
	case EPERM:
	case EROFS: return ERR_DENIED;
	case ENOSPC:
	case EDQUOT:
	case EFBIG: return ERR_FULL;
	case EAGAIN:
	case EBUSY: return ERR_BUSY;
	default: return ERR_IO;
	}
}

/* LMDB reports a short write, which is how most full disks first show, as EIO. */
static bool is_disk_full(const struct env *env) {
	struct statvfs disk;
	if (fstatvfs(env->owner_fd, &disk) != 0)
		return false;
	uint64_t blocks = geteuid() == 0 ? disk.f_bfree : disk.f_bavail;
	return blocks < DISK_FULL_BYTES / disk.f_frsize;
}

enum err env_error(const struct env *env, int code) {
	switch (code) {
	case MDB_SUCCESS: return ERR_OK;
	case MDB_NOTFOUND: return ERR_NOT_FOUND;
	case MDB_KEYEXIST: return ERR_EXISTS;
	case MDB_MAP_FULL: return ERR_FULL;
	case MDB_TXN_FULL: return ERR_RANGE;
	case MDB_READERS_FULL: return ERR_BUSY;
	case MDB_PANIC: return ERR_FATAL;
	case MDB_PAGE_NOTFOUND:
	case MDB_CORRUPTED:
	case MDB_PAGE_FULL:
	case MDB_CURSOR_FULL:
	case MDB_VERSION_MISMATCH:
	case MDB_INVALID:
	case MDB_MAP_RESIZED:
	case MDB_INCOMPATIBLE: return ERR_CORRUPT;
	case EIO: return is_disk_full(env) ? ERR_FULL : ERR_IO;
	default:
		check(code > 0); /* the others are misuse of the library */
		return error_of_errno(code);
	}
}

/* --- directories --- */

enum err env_sync_directory(const char *path) {
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_of_errno(errno);
	enum err err = fsync(fd) == 0 ? ERR_OK : error_of_errno(errno);
	close(fd);
	return err;
}

static enum err file_path(char path[PATH_MAX], const char *directory, const char *name) {
	int bytes = snprintf(path, PATH_MAX, "%s/%s", directory, name);
	return bytes > 0 && bytes < PATH_MAX ? ERR_OK : ERR_RANGE;
}

bool env_exists(const char *directory) {
	char path[PATH_MAX];
	struct stat stat_buffer;
	return file_path(path, directory, "data.mdb") == ERR_OK && stat(path, &stat_buffer) == 0;
}

enum err env_make_directory(const char *directory) {
	char parent[PATH_MAX];
	if (mkdir(directory, 0700) != 0)
		return errno == EEXIST ? ERR_OK : error_of_errno(errno);
	enum err err = file_path(parent, directory, "..");
	return err ? err : env_sync_directory(parent);
}

/* --- open and close --- */

/* LMDB maps lock.mdb for writing: where the disk is full, touching a page of it that has no block
 * would be SIGBUS. So it gets its blocks before; after, nobody may open it but LMDB. */
static enum err reserve_lock_file(const char *directory) {
	char path[PATH_MAX];
	enum err err = file_path(path, directory, "lock.mdb");
	if (err)
		return err;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_of_errno(errno);
	int error = posix_fallocate(fd, 0, LOCK_FILE_BYTES);
	close(fd);
	return error ? error_of_errno(error) : ERR_OK;
}

static enum err become_owner(struct env *env, const char *directory) {
	char path[PATH_MAX];
	enum err err = file_path(path, directory, "owner");
	if (err)
		return err;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_of_errno(errno);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err = error_of_errno(errno);
		close(fd);
		return err;
	}
	env->owner_fd = fd;
	return ERR_OK;
}

static int open_mdb(const struct env_options *options, size_t map_bytes, MDB_env **ret_mdb) {
	MDB_env *mdb;
	int code = mdb_env_create(&mdb);
	if (code)
		return code;
	unsigned flags = MDB_NOTLS | (options->reads_ahead ? 0 : MDB_NORDAHEAD) |
	    (options->is_unsynced ? MDB_NOSYNC : 0) | (options->is_guest ? MDB_RDONLY : 0);
	if ((code = mdb_env_set_maxreaders(mdb, ENV_READERS_MAX)) == 0 &&
	    (code = mdb_env_set_maxdbs(mdb, ENV_DATABASES_MAX)) == 0 &&
	    (code = mdb_env_set_mapsize(mdb, map_bytes)) == 0 &&
	    (code = mdb_env_open(mdb, options->directory, flags, 0600)) == 0)
		*ret_mdb = mdb;
	else
		mdb_env_close(mdb);
	return code;
}

static bool can_be_had(size_t map_bytes) {
	void *map = mmap(
	    NULL, map_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return false;
	munmap(map, map_bytes);
	return true;
}

/* Where the address space is limited (ulimit -v, sanitizers), less of it will do: so much that the
 * same for another environment, and some for all else, is left. */
static size_t choose_map_bytes(void) {
	size_t map_bytes = MAP_BYTES_DEFAULT;
	while (map_bytes > MAP_BYTES_LEAST && !can_be_had(2 * map_bytes + BYTES_BESIDE_MAPS))
		map_bytes /= 4;
	return map_bytes;
}

static int open_mdb_sized(const struct env_options *options, MDB_env **ret_mdb) {
	if (options->map_bytes)
		return open_mdb(options, options->map_bytes, ret_mdb);
	size_t map_bytes = choose_map_bytes();
	int code = open_mdb(options, map_bytes, ret_mdb);
	if (!code && map_bytes < MAP_BYTES_DEFAULT && !options->is_guest)
		log_event(LOG_WARNING, "address_space_limited",
		    "directory=%s grows_to_gib=%zu action=\"see ulimit -v\"",
		    LOG_QUOTED(options->directory), map_bytes >> 30);
	return code;
}

static enum err check_pages(const struct env_options *options) {
	char path[PATH_MAX];
	const char *fault = NULL;
	enum err err = file_path(path, options->directory, "data.mdb");
	if (!err)
		err = pages_check(path, options->check, &fault);
	if (err && fault)
		log_event(
		    LOG_ERROR, "file_damaged", "file=%s fault=%s", LOG_QUOTED(path), LOG_QUOTED(fault));
	return err;
}

static enum err open_as_guest(struct env *env, const struct env_options *options) {
	check(pthread_mutex_init(&env->mutex, NULL) == 0);
	enum err err = env_error(env, open_mdb_sized(options, &env->mdb));
	if (err)
		env_close(env);
	return err;
}

enum err env_open(struct env *env, const struct env_options *options) {
	*env = (struct env){ .owner_fd = -1 };
	if (options->is_guest)
		return open_as_guest(env, options);
	enum err err = become_owner(env, options->directory);
	if (err)
		return err;
	check(pthread_mutex_init(&env->mutex, NULL) == 0);
	err = options->check ? check_pages(options) : ERR_OK;
	if (!err)
		err = reserve_lock_file(options->directory);
	if (!err)
		err = env_error(env, open_mdb_sized(options, &env->mdb));
	if (!err)
		err = env_sync_directory(options->directory);
	if (err)
		env_close(env);
	return err;
}

static int open_databases(
    MDB_txn *txn, const struct env_database *databases, size_t count, bool makes) {
	MDB_dbi names;
	MDB_stat stat;
	int code = mdb_dbi_open(txn, NULL, 0, &names);
	if (!code)
		code = mdb_stat(txn, names, &stat);
	if (code)
		return code;
	const bool is_new = stat.ms_entries == 0;
	const unsigned flags = makes && is_new ? MDB_CREATE : 0;
	for (size_t i = 0; !code && i < count; i++)
		code = mdb_dbi_open(
		    txn, databases[i].name, databases[i].flags | flags, databases[i].ret_database);
	return code == MDB_NOTFOUND && !is_new ? MDB_CORRUPTED : code;
}

enum err env_open_databases(
    struct env *env, const struct env_database *databases, size_t count, bool makes) {
	const bool is_guest = env->owner_fd < 0;
	MDB_txn *txn;
	enum err err = is_guest ? env_begin_read(env, &txn) : env_begin_write(env, &txn);
	if (err)
		return err;
	int code = open_databases(txn, databases, count, makes);
	if (code) {
		mdb_txn_abort(txn);
		return env_error(env, code);
	}
	return is_guest ? env_error(env, mdb_txn_commit(txn)) : env_commit(env, txn);
}

void env_close(struct env *env) {
	for (size_t i = 0; i < env->idle_reader_count; i++)
		mdb_txn_abort(env->idle_readers[i]);
	if (env->mdb)
		mdb_env_close(env->mdb);
	pthread_mutex_destroy(&env->mutex);
	if (env->owner_fd >= 0)
		close(env->owner_fd);
}

enum err env_sync(struct env *env) {
	return env_error(env, mdb_env_sync(env->mdb, 1));
}

enum err env_erase(const char *directory) {
	static const char *const names[] = { "data.mdb", "lock.mdb" };
	struct env env;
	enum err err = become_owner(&env, directory);
	if (err)
		return err;
	for (size_t i = 0; !err && i < sizeof(names) / sizeof(names[0]); i++) {
		char path[PATH_MAX];
		err = file_path(path, directory, names[i]);
		if (!err && unlink(path) != 0 && errno != ENOENT)
			err = error_of_errno(errno);
	}
	if (!err)
		err = env_sync_directory(directory);
	close(env.owner_fd);
	return err;
}

/* --- transactions --- */

enum err env_begin_read(struct env *env, MDB_txn **ret_txn) {
	MDB_txn *txn = NULL;
	check(pthread_mutex_lock(&env->mutex) == 0);
	if (env->idle_reader_count > 0)
		txn = env->idle_readers[--env->idle_reader_count];
	check(pthread_mutex_unlock(&env->mutex) == 0);
	if (!txn) {
		int code = mdb_txn_begin(env->mdb, NULL, MDB_RDONLY, &txn);
		if (code)
			return env_error(env, code);
	} else {
		int code = mdb_txn_renew(txn);
		if (code) {
			mdb_txn_abort(txn);
			return env_error(env, code);
		}
	}
	*ret_txn = txn;
	return ERR_OK;
}

void env_end_read(struct env *env, MDB_txn *txn) {
	if (!txn)
		return;
	mdb_txn_reset(txn);
	check(pthread_mutex_lock(&env->mutex) == 0);
	bool is_kept = env->idle_reader_count < ENV_READERS_IDLE;
	if (is_kept)
		env->idle_readers[env->idle_reader_count++] = txn;
	check(pthread_mutex_unlock(&env->mutex) == 0);
	if (!is_kept)
		mdb_txn_abort(txn);
}

void env_rest_read(MDB_txn *txn) {
	mdb_txn_reset(txn);
}

enum err env_wake_read(struct env *env, MDB_txn *txn) {
	return env_error(env, mdb_txn_renew(txn));
}

enum err env_begin_write(struct env *env, MDB_txn **ret_txn) {
	return env_error(env, mdb_txn_begin(env->mdb, NULL, 0, ret_txn));
}

/* A failed write of the meta page marks the environment, and the next transaction is refused. */
static bool is_broken(struct env *env) {
	MDB_txn *txn;
	int code = mdb_txn_begin(env->mdb, NULL, 0, &txn);
	if (code == 0)
		mdb_txn_abort(txn);
	return code == MDB_PANIC;
}

/* What a guest saw that died while it looked could never be reused. */
static void forget_dead_guests(struct env *env) {
	int dead;
	if (++env->commit_count % COMMITS_PER_READER_CHECK == 0)
		(void)mdb_reader_check(env->mdb, &dead);
}

enum err env_commit(struct env *env, MDB_txn *txn) {
	int code = mdb_txn_commit(txn);
	if (code == 0) {
		forget_dead_guests(env);
		return ERR_OK;
	}
	return is_broken(env) ? ERR_FATAL : env_error(env, code);
}
