/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/progress.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define SILENT_US   (2 * US_PER_S)
#define INTERVAL_US (US_PER_S / 10)
#define BAR_COLUMNS 30

void progress_begin(struct progress *progress, uint64_t total) {
	*progress = (struct progress){
		.total = total,
		.noun = "commands",
		.began_us = clock_monotonic_us(),
		.is_watched = isatty(STDERR_FILENO),
	};
}

static void draw(const struct progress *progress, uint64_t bytes, uint64_t count, int64_t us) {
	char bar[BAR_COLUMNS + 1];
	uint64_t full = progress->total > 0 ? bytes * BAR_COLUMNS / progress->total : 0;
	for (uint64_t i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR_COLUMNS] = '\0';
	fputc('\r', stderr);
	if (progress->total > 0)
		fprintf(stderr, "[%s] %3" PRIu64 " %%  ", bar, bytes * 100 / progress->total);
	fprintf(stderr, "%" PRIu64 " %s, %" PRIu64 "/s\033[K", count, progress->noun,
	    us > 0 ? count * 1000 / (uint64_t)(us / 1000 + 1) : 0);
	fflush(stderr);
}

void progress_show(struct progress *progress, uint64_t bytes, uint64_t count) {
	int64_t now_us = clock_monotonic_us();
	if (!progress->is_watched || now_us - progress->began_us < SILENT_US ||
	    now_us - progress->drawn_us < INTERVAL_US)
		return;
	if (progress->total > 0 && bytes > progress->total)
		bytes = progress->total; /* the file grows */
	draw(progress, bytes, count, now_us - progress->began_us);
	progress->drawn_us = now_us;
	progress->is_drawn = true;
}

void progress_clear(struct progress *progress) {
	if (!progress->is_drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->is_drawn = false;
}
