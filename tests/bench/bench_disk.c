/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the disk allows, without anything of ours:
 *
 *	bench_disk DIRECTORY lmdb ENTRIES_PER_COMMIT SECONDS    durable appends of 250 bytes to LMDB
 *	bench_disk DIRECTORY fdatasync COUNT                    appends of 250 bytes, each synced
 *
 * Prints per second; fdatasync also the median and the 99th percentile in ms, as bench_load does.
 * Files are made in DIRECTORY and removed.
 */
#include "base/check.h"
#include "base/clock.h"
#include "base/text.h"

#include <fcntl.h>
#include <inttypes.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ENTRY_BYTES = 250 };

static void must(int code, const char *what) {
	if (code) {
		fprintf(stderr, "bench_disk: %s: %s\n", what, mdb_strerror(code));
		exit(EXIT_FAILURE);
	}
}

static void append(MDB_env *env, MDB_dbi dbi, uint64_t *sequence, uint64_t count) {
	MDB_txn *txn;
	must(mdb_txn_begin(env, NULL, 0, &txn), "begin");
	for (uint64_t i = 0; i < count; i++) {
		char entry[ENTRY_BYTES];
		size_t number = ++*sequence;
		memset(entry, (int)number, sizeof(entry));
		MDB_val key = { sizeof(number), &number }, value = { sizeof(entry), entry };
		must(mdb_put(txn, dbi, &key, &value, MDB_APPEND), "put");
	}
	must(mdb_txn_commit(txn), "commit");
}

static void run_lmdb(const char *directory, uint64_t per_commit, uint64_t seconds) {
	char path[4096], lock[4096 + 8];
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi dbi;
	uint64_t sequence = 0;
	snprintf(path, sizeof(path), "%s/bench-disk.mdb", directory);
	snprintf(lock, sizeof(lock), "%s-lock", path);
	must(mdb_env_create(&env), "create");
	must(mdb_env_set_mapsize(env, (size_t)64 << 30), "map size");
	must(mdb_env_open(env, path, MDB_NOSUBDIR, 0600), path);
	must(mdb_txn_begin(env, NULL, 0, &txn), "begin");
	must(mdb_dbi_open(txn, NULL, MDB_INTEGERKEY, &dbi), "table");
	must(mdb_txn_commit(txn), "commit");
	int64_t start_us = clock_monotonic_us(), now_us;
	do
		append(env, dbi, &sequence, per_commit);
	while ((now_us = clock_monotonic_us()) - start_us < (int64_t)seconds * US_PER_S);
	mdb_env_close(env);
	unlink(path);
	unlink(lock);
	printf("LMDB, %" PRIu64 " per commit | %.0f\n", per_commit,
	    (double)sequence * 1e6 / (double)(now_us - start_us));
}

static int compare(const void *a, const void *b) {
	int64_t left = *(const int64_t *)a;
	int64_t right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

static void run_fdatasync(const char *directory, uint64_t count) {
	char path[4096];
	char entry[ENTRY_BYTES] = { 1 };
	int64_t *us = calloc(count, sizeof(*us));
	snprintf(path, sizeof(path), "%s/bench-disk.log", directory);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || !us) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	int64_t start_us = clock_monotonic_us(), last_us = start_us;
	for (uint64_t i = 0; i < count; i++) {
		check(write(fd, entry, sizeof(entry)) == sizeof(entry) && fdatasync(fd) == 0);
		int64_t now_us = clock_monotonic_us();
		us[i] = now_us - last_us;
		last_us = now_us;
	}
	close(fd);
	unlink(path);
	qsort(us, count, sizeof(*us), compare);
	printf("bare fdatasync | %.0f | %.3f | %.3f | %.3f\n",
	    (double)count * 1e6 / (double)(last_us - start_us), (double)us[count / 2] / 1e3,
	    (double)us[count - 1 - count / 100] / 1e3, (double)us[count - 1] / 1e3);
	free(us);
}

int main(int argc, char **argv) {
	uint64_t first, second = 0;
	bool is_lmdb = argc == 5 && !strcmp(argv[2], "lmdb");
	bool is_fdatasync = argc == 4 && !strcmp(argv[2], "fdatasync");
	if ((!is_lmdb && !is_fdatasync) || text_parse_u64(argv[3], strlen(argv[3]), &first) || !first ||
	    (is_lmdb && text_parse_u64(argv[4], strlen(argv[4]), &second))) {
		fprintf(stderr, "Usage: bench_disk DIRECTORY lmdb PER_COMMIT SECONDS | fdatasync COUNT\n");
		return 2;
	}
	if (is_lmdb)
		run_lmdb(argv[1], first, second);
	else
		run_fdatasync(argv[1], first);
	return EXIT_SUCCESS;
}
