/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A progress bar on stderr, for work that takes over two seconds and has somebody watching. Never
 * on anything but a terminal.
 */
#ifndef VOUCHERCTL_PROGRESS_H
#define VOUCHERCTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	uint64_t total;   /* bytes; 0: nobody knows */
	const char *noun; /* of what is counted; "commands" */
	int64_t began_us, drawn_us;
	bool is_watched;
	bool is_drawn;
};

void progress_begin(struct progress *progress, uint64_t total);

/* So far: `bytes` of the total, and so many commands answered. Draws at most ten times a second. */
void progress_show(struct progress *progress, uint64_t bytes, uint64_t count);

/* Takes the bar away, so that other lines can be written. */
void progress_clear(struct progress *progress);

#endif
