/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log under the sequencer: records with the sequence numbers 1, 2, 3, … without gaps, appended
 * in batches, each batch with the tree head after it. An interface, so that a replicated log can
 * stand in for the embedded one; nothing above it may know which one runs. The embedded one is
 * store/journal.h.
 *
 * One thread appends; any thread reads.
 */
#ifndef STORE_LOG_H
#define STORE_LOG_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_record {
	const void *data; /* as record/entry.h encodes it */
	size_t bytes;
};

/* Called with one record in order of sequence, memory valid during the call only. False ends the
 * reading. */
typedef bool (*log_visit)(void *arg, uint64_t seq, const void *data, size_t bytes);

struct log_ops {
	enum err (*append)(void *self, uint64_t expected_seq, const struct log_record *records,
	    size_t count, const void *head, size_t head_bytes);
	enum err (*read)(void *self, uint64_t from, log_visit visit, void *arg);
	enum err (*head)(void *self, uint64_t size, void *ret_head, size_t room, size_t *ret_bytes);
	uint64_t (*last)(void *self);
	enum err (*wait)(void *self, uint64_t seq, int64_t deadline_us);
	void (*close)(void *self);
};

struct log {
	const struct log_ops *ops;
	void *self;
};

/*
 * Appends `count` > 0 records as expected_seq, expected_seq + 1, … and the head of the tree after
 * them: all durable when this returns ERR_OK, or none. ERR_EXISTS: the log does not end at
 * expected_seq − 1 (somebody else wrote). ERR_FULL: no room on disk or in the map. ERR_RANGE: too
 * much for one batch. ERR_IO, ERR_MEMORY. With all of these nothing is written and the log can be
 * used further. ERR_FATAL: it is not known what was written; reply nothing, stop the process and
 * recover.
 */
enum err log_append(const struct log *log, uint64_t expected_seq, const struct log_record *records,
    size_t count, const void *head, size_t head_bytes) MUST_CHECK;

/* Visits records from `from` on until the end of a snapshot taken now: none when that lies beyond
 * the end. The visit must be short-lived: a snapshot that stays open makes the file grow.
 * ERR_CORRUPT: a number is missing. ERR_BUSY: too many are reading. */
enum err log_read(const struct log *log, uint64_t from, log_visit visit, void *arg) MUST_CHECK;

/* The newest head at or before `size`. ERR_NOT_FOUND. ERR_RANGE: it takes more than `room`. */
enum err log_head(const struct log *log, uint64_t size, void *ret_head, size_t room,
    size_t *ret_bytes) MUST_CHECK;

uint64_t log_last(const struct log *log); /* 0: empty */

/* Waits until log_last() ≥ seq or the monotonic deadline (base/clock.h): ERR_TIMEOUT. ERR_CLOSED:
 * log_close() was called. */
enum err log_wait(const struct log *log, uint64_t seq, int64_t deadline_us) MUST_CHECK;

/* Ends every log_wait(), then closes. Reads and appends must have ended. Accepts a zeroed log. */
void log_close(struct log *log);

#endif
