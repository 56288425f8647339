/* SPDX-License-Identifier: Apache-2.0 */
/* A progress bar on stderr: for audits of over a second that somebody watches on a terminal. */
#ifndef VOUCHER_AUDIT_PROGRESS_H
#define VOUCHER_AUDIT_PROGRESS_H

#include "voucher-audit/source.h"

struct progress {
	int64_t began_us, drawn_us;
	bool is_watched, is_drawn;
};

void progress_begin(struct progress *progress, bool is_quiet);

/* journey_config.progress; `arg`: struct progress. */
void progress_show(void *arg, const struct source *source, uint64_t read, uint64_t entries);

void progress_end(struct progress *progress); /* takes the bar away */

#endif
