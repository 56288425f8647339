/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/progress.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define BAR_COLUMNS 30

void progress_begin(struct progress *progress, bool is_quiet) {
	*progress = (struct progress){ .began_us = clock_monotonic_us(),
		.is_watched = !is_quiet && isatty(STDERR_FILENO) };
}

static void draw(const struct source *source, uint64_t read, uint64_t entries, int64_t us) {
	char bar[BAR_COLUMNS + 1];
	uint64_t total = source->total > read ? source->total : read;
	unsigned full = total ? (unsigned)((unsigned __int128)read * BAR_COLUMNS / total) : 0;
	for (unsigned i = 0; i < BAR_COLUMNS; i++)
		bar[i] = i < full ? '#' : '.';
	bar[BAR_COLUMNS] = '\0';
	fprintf(stderr, "\r[%s] %" PRIu64 "  %" PRIu64 "/s\033[K", bar, entries,
	    us > 0 ? (uint64_t)((unsigned __int128)entries * US_PER_S / (uint64_t)us) : 0);
	fflush(stderr);
}

void progress_show(void *arg, const struct source *source, uint64_t read, uint64_t entries) {
	struct progress *progress = arg;
	if (!progress->is_watched)
		return;
	int64_t now_us = clock_monotonic_us();
	if (now_us - progress->began_us < US_PER_S || now_us - progress->drawn_us < US_PER_S / 10)
		return;
	draw(source, read, entries, now_us - progress->began_us);
	progress->drawn_us = now_us;
	progress->is_drawn = true;
}

void progress_end(struct progress *progress) {
	if (progress->is_drawn)
		fputs("\r\033[K", stderr);
	fflush(stderr);
}
