/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_ticker: how fast what has fallen due is done, and passed over after a restart.
 *
 *	bench_ticker DIRECTORY [VOUCHERS]
 *
 * Makes a ledger in DIRECTORY/ledger with VOUCHERS (500,000) vouchers, each with two due rows (a
 * reminder and its expiry), and turns the clock: on the day of the reminders, on the day after the
 * last of use, and once more after a restart, when every row is stale.
 */
#include "base/clock.h"
#include "engine/ticker.h"
#include "support/stage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct engine *engine;
static int64_t days_later;

static int64_t now_us(void *arg) {
	(void)arg;
	return clock_wall_us() + days_later * US_PER_DAY;
}

static void open_engine(const char *directory) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = { .directory = directory, .now_us = now_us };
	if (engine_open(&config, &engine, detail)) {
		fprintf(stderr, "bench_ticker: %s\n", detail);
		exit(EXIT_FAILURE);
	}
}

static void make_vouchers(size_t count) {
	uint64_t *vouchers = calloc(count, sizeof(vouchers[0]));
	if (!vouchers)
		abort();
	stage_issue(engine, stage_set_up(engine, count), vouchers, count);
	free(vouchers);
}

/* A ticker that has just started, and so begins at the first due row. */
static void measure(const char *what, int64_t days, size_t rows) {
	struct ticker *ticker;
	days_later = days;
	uint64_t before = engine_last_seq(engine);
	int64_t start_us = clock_monotonic_us();
	if (ticker_start(engine, 0, &ticker) || ticker_tick(ticker))
		exit(EXIT_FAILURE);
	double took_s = (double)(clock_monotonic_us() - start_us) / 1e6;
	ticker_stop(ticker);
	printf("%-40s %8.2f s  %9.0f rows/s  %8" PRIu64 " entries\n", what, took_s,
	    (double)rows / took_s, engine_last_seq(engine) - before);
}

int main(int argc, char **argv) {
	char directory[500];
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "Usage: bench_ticker DIRECTORY [VOUCHERS]\n");
		return 2;
	}
	snprintf(directory, sizeof(directory), "%s/ledger", argv[1]);
	size_t count = argc > 2 ? strtoull(argv[2], NULL, 10) : 500000;
	stage_create(directory);
	open_engine(directory);
	make_vouchers(count);
	measure("reminding", STAGE_USE_DAYS - STAGE_REMIND_DAYS, count);
	measure("expiring, past the reminders", STAGE_USE_DAYS + 1, 2 * count);
	engine_close(engine);
	open_engine(directory);
	measure("passing what is done, after a restart", STAGE_USE_DAYS + 1, 2 * count);
	engine_close(engine);
	return EXIT_SUCCESS;
}
