/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store can do by itself, on this machine's disk:
 *
 *	bench_store [DIRECTORY [ROWS [IDS]]]     ROWS (1,000,000): how many the state holds
 *	                                         IDS (0): of commands, as far as they are measured
 *
 * The rates depend on what else the machine does; the CPU time is that of the calling thread alone.
 * First the journal, appending records of 250 bytes, so many to a commit. Then the state, with the
 * gets and puts of something like a redemption, and single operations. Prints one line for each.
 */
#include "base/check.h"
#include "base/clock.h"
#include "store/journal.h"
#include "store/state_store.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { RECORD_BYTES = 250, BATCH_MAX = 8000, MERGE_COMMANDS = 1000, CHOSEN_AT_ONCE = 20 };

enum { TABLE_VOUCHER = 1, TABLE_RESERVATION, TABLE_COMMAND, TABLE_BALANCE, TABLE_EVENT };

static uint64_t next_random(uint64_t *state) {
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

struct stopwatch {
	int64_t wall_us;
	int64_t cpu_ns; /* of this thread */
};

static int64_t thread_cpu_ns(void) {
	struct timespec now;
	check(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
	return now.tv_sec * 1000 * US_PER_S + now.tv_nsec;
}

static struct stopwatch start(void) {
	return (struct stopwatch){ .wall_us = clock_monotonic_us(), .cpu_ns = thread_cpu_ns() };
}

static void report(const char *what, uint64_t count, const struct stopwatch *since) {
	double wall_us = (double)(clock_monotonic_us() - since->wall_us);
	double cpu_ns = (double)(thread_cpu_ns() - since->cpu_ns);
	printf("%-44s %10.0f /s   %6.0f ns of CPU each\n", what,
	    (double)count / wall_us * (double)US_PER_S, cpu_ns / (double)count);
	fflush(stdout);
}

/* --- journal --- */

static void append_for_a_while(const struct log *log, size_t batch) {
	static char data[BATCH_MAX][RECORD_BYTES];
	static struct log_record records[BATCH_MAX];
	char head[40] = "head", what[64];
	uint64_t random = batch, count = 0;
	for (size_t i = 0; i < batch; i++) {
		for (size_t at = 0; at + 8 <= RECORD_BYTES; at += 8)
			memcpy(data[i] + at, &(uint64_t){ next_random(&random) }, 8);
		records[i] = (struct log_record){ .data = data[i], .bytes = RECORD_BYTES };
	}
	struct stopwatch since = start();
	while (clock_monotonic_us() < since.wall_us + 2 * US_PER_S) {
		const struct log_batch append = {
			.expected_seq = log_last(log) + 1,
			.records = records,
			.count = batch,
			.head = head,
			.head_bytes = sizeof(head),
		};
		check(log_append(log, &append) == ERR_OK);
		count += batch;
	}
	snprintf(what, sizeof(what), "journal: append, %zu to a commit", batch);
	report(what, count, &since);
}

static bool add_bytes(void *arg, uint64_t seq, const void *data, size_t bytes) {
	(void)seq, (void)data;
	*(uint64_t *)arg += bytes;
	return true;
}

static bool stop_at_once(void *arg, uint64_t seq, const void *data, size_t bytes) {
	add_bytes(arg, seq, data, bytes);
	return false;
}

static void bench_journal(const char *directory) {
	static const size_t batches[] = { 1, 10, 100, 1000, BATCH_MAX };
	struct log log;
	struct journal_config config = { .directory = directory, .create = true };
	check(journal_open(&config, &log) == ERR_OK);
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++)
		append_for_a_while(&log, batches[i]);

	uint64_t bytes = 0, random = 1;
	struct stopwatch since = start();
	check(log_read(&log, 1, add_bytes, &bytes) == ERR_OK);
	report("journal: read in order", log_last(&log), &since);
	since = start();
	for (int i = 0; i < 300000; i++) {
		uint64_t seq = 1 + next_random(&random) % log_last(&log);
		check(log_read(&log, seq, stop_at_once, &bytes) == ERR_OK);
	}
	report("journal: read one at random", 300000, &since);
	log_close(&log);
}

/* --- state --- */

struct bench {
	struct state_store *store;
	uint64_t rows; /* vouchers, and as many reservations and commands */
	uint64_t seq;
	uint64_t random;
};

static uint64_t big_endian(uint64_t number) {
	return __builtin_bswap64(number);
}

static const uint64_t *get(struct bench *bench, unsigned table, uint64_t number) {
	size_t bytes = 0;
	uint64_t key = big_endian(number);
	return store_get(bench->store, table, &key, sizeof(key), &bytes);
}

static void put(struct bench *bench, unsigned table, uint64_t number, size_t bytes) {
	uint64_t row[32] = { bench->seq };
	uint64_t key = big_endian(number);
	store_put(bench->store, table, &key, sizeof(key), row, bytes);
}

/* Command ids are random: 16 bytes that are made again from the number. */
static void put_command(struct bench *bench, uint64_t number) {
	uint64_t id[2] = { next_random(&number), next_random(&number) };
	store_put(bench->store, TABLE_COMMAND, id, sizeof(id), &bench->seq, sizeof(bench->seq));
}

static bool has_command(struct bench *bench, uint64_t number) {
	size_t bytes = 0;
	uint64_t id[2] = { next_random(&number), next_random(&number) };
	return store_get(bench->store, TABLE_COMMAND, id, sizeof(id), &bytes);
}

static void merge(struct bench *bench) {
	check(store_merge(bench->store, bench->seq, NULL, 0) == ERR_OK);
}

static void settle(struct bench *bench) {
	store_flush(bench->store);
	check(store_wait_checkpoint(bench->store, bench->seq, INT64_MAX) == ERR_OK);
}

static void fill(struct bench *bench) {
	struct stopwatch since = start();
	for (uint64_t i = 1; i <= bench->rows; i++) {
		bench->seq++;
		put(bench, TABLE_VOUCHER, i, 96);
		put(bench, TABLE_RESERVATION, i, 120);
		put_command(bench, i);
		if (i % MERGE_COMMANDS == 0)
			merge(bench);
	}
	for (uint64_t i = 1; i <= 1000; i++)
		put(bench, TABLE_BALANCE, i, 32);
	bench->seq++;
	merge(bench);
	settle(bench);
	report("state: fill, 3 rows each, and checkpoint", bench->rows, &since);
}

/* What a command names. */
struct redemption {
	uint64_t voucher; /* and its reservation */
	uint64_t provider;
	uint64_t id[2];
};

/* The next commands, as they come in from outside, and their rows on the way. */
static void choose(struct bench *bench, struct redemption *redemptions, size_t count) {
	static uint64_t numbers[CHOSEN_AT_ONCE][2];
	static struct store_key keys[CHOSEN_AT_ONCE][4];
	for (size_t i = 0; i < count; i++) {
		struct redemption *r = &redemptions[i];
		uint64_t number = bench->seq + 1 + i + bench->rows;
		r->voucher = 1 + next_random(&bench->random) % bench->rows;
		r->provider = 10 + next_random(&bench->random) % 900;
		r->id[0] = next_random(&number);
		r->id[1] = next_random(&number);
		numbers[i][0] = big_endian(r->voucher);
		numbers[i][1] = big_endian(r->provider);
		keys[i][0] = (struct store_key){ &numbers[i][0], 8, TABLE_VOUCHER };
		keys[i][1] = (struct store_key){ &numbers[i][0], 8, TABLE_RESERVATION };
		keys[i][2] = (struct store_key){ &numbers[i][1], 8, TABLE_BALANCE };
		keys[i][3] = (struct store_key){ r->id, 16, TABLE_COMMAND };
	}
	store_prefetch(bench->store, keys[0], 4 * count);
}

static void redeem(struct bench *bench, const struct redemption *redemption) {
	uint64_t voucher = redemption->voucher, provider = redemption->provider;
	size_t bytes = 0;
	bench->seq++;
	check(!store_get(bench->store, TABLE_COMMAND, redemption->id, 16, &bytes));
	check(get(bench, TABLE_RESERVATION, voucher) && get(bench, TABLE_VOUCHER, voucher));
	for (uint64_t balance = 1; balance <= 4; balance++)
		check(get(bench, TABLE_BALANCE, balance));
	check(get(bench, TABLE_BALANCE, provider));
	put(bench, TABLE_RESERVATION, voucher, 120);
	put(bench, TABLE_VOUCHER, voucher, 96);
	put(bench, TABLE_BALANCE, 1, 180);
	put(bench, TABLE_BALANCE, 2, 32);
	put(bench, TABLE_BALANCE, provider, 32);
	put(bench, TABLE_EVENT, bench->seq, 0);
	store_put(bench->store, TABLE_COMMAND, redemption->id, 16, &bench->seq, sizeof(bench->seq));
}

static void redeem_many(struct bench *bench, const char *what, uint64_t count) {
	int64_t longest_us = 0;
	static struct redemption redemptions[MERGE_COMMANDS];
	struct stopwatch since = start();
	for (uint64_t n = 0; n < count; n += MERGE_COMMANDS) {
		for (size_t i = 0; i < MERGE_COMMANDS; i += CHOSEN_AT_ONCE) {
			choose(bench, &redemptions[i], CHOSEN_AT_ONCE);
			for (size_t j = 0; j < CHOSEN_AT_ONCE; j++)
				redeem(bench, &redemptions[i + j]);
		}
		int64_t merge_us = clock_monotonic_us();
		merge(bench);
		merge_us = clock_monotonic_us() - merge_us;
		longest_us = merge_us > longest_us ? merge_us : longest_us;
	}
	report(what, count, &since);
	printf("%44s longest merge %" PRId64 " ms, memory %zu MiB\n", "", longest_us / 1000,
	    store_memory_bytes(bench->store) >> 20);
	settle(bench);
	report("  … until it is checkpointed", count, &since);
}

static void get_at_random(struct bench *bench, const char *what, uint64_t among, uint64_t count) {
	struct stopwatch since = start();
	for (uint64_t i = 1; i <= count; i++) {
		check(get(bench, TABLE_VOUCHER, 1 + next_random(&bench->random) % among));
		if (i % 10000 == 0)
			store_drop(bench->store);
	}
	report(what, count, &since);
}

static void single_operations(struct bench *bench) {
	get_at_random(bench, "state: get, in memory", 10000, 20000);
	get_at_random(bench, "state: get, in memory, again", 10000, 2000000);
	get_at_random(bench, "state: get, among all", bench->rows, 1000000);
	struct stopwatch since = start();
	for (uint64_t i = 0; i < 1000000; i++)
		check(!has_command(bench, i + (UINT64_C(1) << 40)));
	report("state: get, none there, random key", 1000000, &since);

	since = start();
	struct snapshot *snapshot;
	check(snapshot_open(bench->store, &snapshot) == ERR_OK);
	for (uint64_t i = 0; i < 1000000; i++) {
		uint64_t number = i + (UINT64_C(1) << 40);
		uint64_t id[2] = { next_random(&number), next_random(&number) };
		size_t bytes;
		check(!snapshot_get(snapshot, TABLE_COMMAND, id, sizeof(id), &bytes));
	}
	snapshot_close(snapshot);
	report("  … the same straight from the environment", 1000000, &since);

	since = start();
	for (int round = 0; round < 200; round++) {
		for (uint64_t i = 1; i <= 10000; i++)
			put(bench, TABLE_VOUCHER, i, 96);
		bench->seq++;
		merge(bench);
	}
	report("state: put and merge, 10,000 rows", 2000000, &since);
}

static void bench_state(const char *directory, uint64_t rows) {
	unsigned char meta[STORE_META_BYTES_MAX];
	size_t meta_bytes;
	struct bench bench = { .rows = rows, .random = 1 };
	struct state_store_config config = {
		.directory = directory, .format = 1, .id_table = TABLE_COMMAND
	};
	check(store_open(&config, &bench.store, &bench.seq, meta, &meta_bytes) == ERR_OK);
	fill(&bench);
	redeem_many(&bench, "state: redeem, a burst of 200,000", 200000);
	redeem_many(&bench, "state: redeem, 2,000,000", 2000000);
	single_operations(&bench);
	store_close(bench.store);
}

/* --- ids --- */

static size_t resident_bytes(void) {
	size_t pages = 0, resident = 0, shared = 0;
	FILE *file = fopen("/proc/self/statm", "r");
	check(file && fscanf(file, "%zu %zu %zu", &pages, &resident, &shared) == 3);
	fclose(file);
	return (resident - shared) * (size_t)sysconf(_SC_PAGESIZE);
}

/* New ids, each looked for in vain before it is put; what the next million costs, as they grow. */
static void bench_ids(const char *directory, uint64_t ids) {
	enum { STEP = 1000000 };
	unsigned char meta[STORE_META_BYTES_MAX];
	char what[64];
	size_t meta_bytes;
	struct bench bench = { .rows = 0 };
	struct state_store_config config = {
		.directory = directory, .format = 2, .id_table = TABLE_COMMAND
	};
	check(store_open(&config, &bench.store, &bench.seq, meta, &meta_bytes) == ERR_OK);
	for (uint64_t done = 0; done < ids; done += STEP) {
		struct stopwatch since = start();
		for (int i = 1; i <= STEP; i++) {
			bench.seq++;
			check(!has_command(&bench, bench.seq));
			put_command(&bench, bench.seq);
			if (i % MERGE_COMMANDS == 0)
				merge(&bench);
		}
		snprintf(what, sizeof(what), "ids: a million after %" PRIu64 " million", done / STEP);
		if (done % (ids / 5) < STEP)
			report(what, STEP, &since);
	}
	settle(&bench);
	printf("%44s anonymous memory %zu MiB\n", "", resident_bytes() >> 20);
	store_close(bench.store);
	struct stopwatch since = start();
	check(store_open(&config, &bench.store, &bench.seq, meta, &meta_bytes) == ERR_OK);
	report("ids: open, all of them", bench.seq, &since);
	printf("%44s in %" PRId64 " ms\n", "", (clock_monotonic_us() - since.wall_us) / 1000);
	since = start();
	for (uint64_t i = 1; i <= STEP / 10; i++)
		check(has_command(&bench, i * (ids / STEP)));
	report("ids: find one that is there", STEP / 10, &since);
	store_close(bench.store);
}

static int remove_one(const char *path, const struct stat *stat, int flag, struct FTW *ftw) {
	(void)stat, (void)flag, (void)ftw;
	return remove(path);
}

int main(int argc, char **argv) {
	char directory[300];
	snprintf(directory, sizeof(directory), "%s/bench_store-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	uint64_t rows = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
	check(rows >= MERGE_COMMANDS && mkdtemp(directory));
	bench_journal(directory);
	bench_state(directory, rows);
	uint64_t ids = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	if (ids)
		bench_ids(directory, ids);
	struct rusage usage;
	check(getrusage(RUSAGE_SELF, &usage) == 0);
	printf("resident at most %ld MiB, mapped files included\n", usage.ru_maxrss >> 10);
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
