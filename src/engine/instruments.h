/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine measures about itself. One set for the process; any thread.
 */
#ifndef ENGINE_INSTRUMENTS_H
#define ENGINE_INSTRUMENTS_H

#include "voucher/v1/command.pb-c.h"

#include <stddef.h>
#include <stdint.h>

/* Registers the metrics, the first time. Before the engine's threads start. */
void instruments_init(void);

/* What one reply adds to the counts; counted for a whole batch, then added at once. */
struct instruments_tally {
	uint32_t by_retry[PB__RETRY__RETRY_LIMIT + 1];
	uint32_t replays;
};

void instruments_count(struct instruments_tally *tally, const Pb__BatchReply *reply);
void instruments_add(const struct instruments_tally *tally);

void instruments_commit(size_t entries, int64_t took_us);
void instruments_commit_failed(void);
void instruments_reads(size_t latest, size_t snapshot);
void instruments_snapshot_wait(int64_t took_us);

/* What a tick did, and how long the oldest due row is overdue that it did not come to. */
struct instruments_tick {
	size_t expired;
	size_t reminded;
	size_t withdrawn; /* from parties that were removed */
	size_t refused;
};

void instruments_ticked(const struct instruments_tick *tick, int64_t took_us);
void instruments_due_lag(int64_t lag_us);

/* A checkpoint of `size` entries was signed, or could not be. */
void instruments_signed(uint64_t size, int64_t took_us);
void instruments_sign_failed(void);

void instruments_gauges(size_t queue_depth, uint64_t last_seq, uint64_t checkpoint_seq);

#endif
