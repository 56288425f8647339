/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_recovery: how long a ledger takes to open.
 *
 *	bench_recovery LEDGER [ROUNDS]
 *
 * LEDGER is one that bench_prepare made. ROUNDS (1) times: deletes its state and opens it, which
 * rebuilds the state from the journal; closes it, and opens it again. "cpu" is the processor time
 * of the whole process, all threads together.
 */
#include "base/clock.h"
#include "engine/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

struct cost {
	int64_t wall_us;
	int64_t cpu_us;
};

static struct cost now(void) {
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (struct cost){
		.wall_us = clock_monotonic_us(),
		.cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S +
		    usage.ru_utime.tv_usec + usage.ru_stime.tv_usec,
	};
}

static struct engine *open_ledger(const char *directory) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = { .directory = directory };
	struct engine *engine;
	if (engine_open(&config, &engine, detail)) {
		fprintf(stderr, "bench_recovery: %s\n", detail);
		exit(EXIT_FAILURE);
	}
	return engine;
}

static void report(const char *name, struct cost start, uint64_t entries) {
	struct cost end = now();
	double wall_us = (double)(end.wall_us - start.wall_us);
	double cpu_us = (double)(end.cpu_us - start.cpu_us);
	printf("%-32s %9.3f s", name, wall_us / 1e6);
	if (entries)
		printf("  %9.0f entries/s  cpu %.2f µs  (%" PRIu64 " entries)",
		    (double)entries * 1e6 / wall_us, cpu_us / (double)entries, entries);
	printf("\n");
	fflush(stdout);
}

static void run_round(const char *directory) {
	char command[600];
	int bytes = snprintf(command, sizeof(command), "rm -rf '%s/state'", directory);
	if (bytes < 0 || (size_t)bytes >= sizeof(command) || system(command) != 0)
		exit(EXIT_FAILURE);
	struct cost start = now();
	struct engine *engine = open_ledger(directory);
	report("rebuilding the state", start, engine_last_seq(engine));
	start = now();
	engine_close(engine);
	report("closing, with a checkpoint", start, 0);
	start = now();
	engine = open_ledger(directory);
	report("opening again", start, 0);
	engine_close(engine);
}

int main(int argc, char **argv) {
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "Usage: bench_recovery LEDGER [ROUNDS]\n");
		return 2;
	}
	int rounds = argc > 2 ? atoi(argv[2]) : 1;
	for (int i = 0; i < rounds; i++)
		run_round(argv[1]);
	return EXIT_SUCCESS;
}
