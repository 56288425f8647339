/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/instruments.h"

#include "base/clock.h"
#include "base/metrics.h"

#include <pthread.h>

enum instrument {
	COMMANDS_OK, /* by Pb__Retry, in its order */
	COMMANDS_FIX_REQUEST,
	COMMANDS_RETRY_SAME_ID,
	COMMANDS_CONFLICT,
	COMMANDS_NOT_ALLOWED,
	COMMANDS_LIMIT,
	REPLAYS,
	ENTRIES,
	COMMITS_FAILED,
	COMMIT_SECONDS,
	READS_LATEST,
	READS_SNAPSHOT,
	SNAPSHOT_WAIT_SECONDS,
	QUEUE_DEPTH,
	LAST_SEQ,
	CHECKPOINT_SEQ,
	CHECKPOINT_LAG,
	TICK_EXPIRED,
	TICK_REMINDED,
	TICK_WITHDRAWN,
	TICK_REFUSED,
	TICK_SECONDS,
	SIGNED_SIZE,
	SIGN_SECONDS,
	SIGN_FAILED,
	DUE_LAG_SECONDS,
	INSTRUMENT_COUNT,
};

#define COUNTER(text, about)                                                                       \
	{ .name = (text), .help = (about), .kind = METRIC_COUNTER }
#define GAUGE(text, about)                                                                         \
	{ .name = (text), .help = (about), .kind = METRIC_GAUGE }
#define HISTOGRAM(text, about)                                                                     \
	{ .name = (text), .help = (about), .kind = METRIC_HISTOGRAM }
#define BY_RETRY(retry)                                                                            \
	{                                                                                              \
		.name = "voucherd_commands_total",                                                         \
		.help = "Commands answered, by the retry class of their outcome.",                         \
		.labels = "retry=\"" retry "\"", .kind = METRIC_COUNTER,                                   \
	}
#define BY_KIND(of)                                                                                \
	{                                                                                              \
		.name = "voucherd_reads_total", .help = "Reads answered, by kind.",                        \
		.labels = "kind=\"" of "\"", .kind = METRIC_COUNTER,                                       \
	}

#define BY_CHORE(chore)                                                                            \
	{                                                                                              \
		.name = "voucherd_tick_commands_total",                                                    \
		.help = "Commands that the daemon gave for what had fallen due, by what became of them.",  \
		.labels = "result=\"" chore "\"", .kind = METRIC_COUNTER,                                  \
	}

static struct metric metrics[INSTRUMENT_COUNT] = {
	[COMMANDS_OK] = BY_RETRY("none"),
	[COMMANDS_FIX_REQUEST] = BY_RETRY("fix_request"),
	[COMMANDS_RETRY_SAME_ID] = BY_RETRY("retry_same_id"),
	[COMMANDS_CONFLICT] = BY_RETRY("conflict"),
	[COMMANDS_NOT_ALLOWED] = BY_RETRY("not_allowed"),
	[COMMANDS_LIMIT] = BY_RETRY("limit"),
	[REPLAYS] = COUNTER("voucherd_replays_total",
	    "Commands answered again because their id had taken effect before."),
	[ENTRIES] = COUNTER("voucherd_journal_entries_total", "Entries made durable since the start."),
	[COMMITS_FAILED] = COUNTER("voucherd_commits_failed_total",
	    "Commits that failed; their commands were answered UNAVAILABLE."),
	[COMMIT_SECONDS] = HISTOGRAM("voucherd_commit_seconds",
	    "Time to make a batch durable; its count is the number of commits."),
	[READS_LATEST] = BY_KIND("latest"),
	[READS_SNAPSHOT] = BY_KIND("snapshot"),
	[SNAPSHOT_WAIT_SECONDS] = HISTOGRAM(
	    "voucherd_snapshot_wait_seconds", "Time that list reads waited for a checkpoint."),
	[QUEUE_DEPTH] = GAUGE("voucherd_queue_commands", "Commands waiting for the sequencer."),
	[LAST_SEQ] = GAUGE("voucherd_journal_seq", "Sequence of the last durable entry."),
	[CHECKPOINT_SEQ] = GAUGE(
	    "voucherd_checkpoint_seq", "Sequence that the state on disk reflects."),
	[CHECKPOINT_LAG] = GAUGE(
	    "voucherd_checkpoint_lag_entries", "Entries that a restart would replay."),
	[TICK_EXPIRED] = BY_CHORE("expired"),
	[TICK_REMINDED] = BY_CHORE("reminded"),
	[TICK_WITHDRAWN] = BY_CHORE("withdrawn"),
	[TICK_REFUSED] = BY_CHORE("refused"),
	[TICK_SECONDS] = HISTOGRAM(
	    "voucherd_tick_seconds", "Time that a tick took; its count is the number of ticks."),
	[SIGNED_SIZE] = GAUGE("voucherd_signed_seq", "Entries in the newest signed checkpoint."),
	[SIGN_SECONDS] = HISTOGRAM("voucherd_sign_seconds",
	    "Time to sign and store a checkpoint; its count is the number of checkpoints."),
	[SIGN_FAILED] = COUNTER("voucherd_sign_failed_total",
	    "Checkpoints that could not be signed, or not stored in the guard file."),
	[DUE_LAG_SECONDS] = GAUGE("voucherd_due_lag_seconds",
	    "For how long the oldest thing is due that no tick has come to; 0: none is."),
};

static void register_all(void) {
	for (int i = 0; i < INSTRUMENT_COUNT; i++)
		metric_register(&metrics[i]);
}

void instruments_init(void) {
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, register_all);
}

void instruments_count(struct instruments_tally *tally, const Pb__BatchReply *reply) {
	for (size_t i = 0; reply && i < reply->n_replies; i++) {
		unsigned retry = reply->replies[i]->retry;
		if (retry <= PB__RETRY__RETRY_LIMIT)
			tally->by_retry[retry]++;
		if (reply->replies[i]->replayed)
			tally->replays++;
	}
}

static void add(enum instrument instrument, int64_t amount) {
	if (amount)
		metric_add(&metrics[instrument], amount);
}

void instruments_add(const struct instruments_tally *tally) {
	for (int retry = 0; retry <= PB__RETRY__RETRY_LIMIT; retry++)
		add(COMMANDS_OK + retry, tally->by_retry[retry]);
	add(REPLAYS, tally->replays);
}

void instruments_commit(size_t entries, int64_t took_us) {
	add(ENTRIES, (int64_t)entries);
	metric_observe_us(&metrics[COMMIT_SECONDS], took_us);
}

void instruments_commit_failed(void) {
	add(COMMITS_FAILED, 1);
}

void instruments_reads(size_t latest, size_t snapshot) {
	add(READS_LATEST, (int64_t)latest);
	add(READS_SNAPSHOT, (int64_t)snapshot);
}

void instruments_snapshot_wait(int64_t took_us) {
	metric_observe_us(&metrics[SNAPSHOT_WAIT_SECONDS], took_us);
}

void instruments_ticked(const struct instruments_tick *tick, int64_t took_us) {
	add(TICK_EXPIRED, (int64_t)tick->expired);
	add(TICK_REMINDED, (int64_t)tick->reminded);
	add(TICK_WITHDRAWN, (int64_t)tick->withdrawn);
	add(TICK_REFUSED, (int64_t)tick->refused);
	metric_observe_us(&metrics[TICK_SECONDS], took_us);
}

void instruments_due_lag(int64_t lag_us) {
	metric_set(&metrics[DUE_LAG_SECONDS], lag_us / US_PER_S);
}

void instruments_signed(uint64_t size, int64_t took_us) {
	metric_set(&metrics[SIGNED_SIZE], (int64_t)size);
	metric_observe_us(&metrics[SIGN_SECONDS], took_us);
}

void instruments_sign_failed(void) {
	add(SIGN_FAILED, 1);
}

void instruments_gauges(size_t queue_depth, uint64_t last_seq, uint64_t checkpoint_seq) {
	metric_set(&metrics[QUEUE_DEPTH], (int64_t)queue_depth);
	metric_set(&metrics[LAST_SEQ], (int64_t)last_seq);
	metric_set(&metrics[CHECKPOINT_SEQ], (int64_t)checkpoint_seq);
	metric_set(&metrics[CHECKPOINT_LAG],
	    last_seq > checkpoint_seq ? (int64_t)(last_seq - checkpoint_seq) : 0);
}
