/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log under the sequencer: records with the sequence numbers 1, 2, 3, … without gaps, appended
 * in batches, each batch with the tree head after it. An interface, so that a replicated log can
 * stand in for the embedded one; nothing above it may know which one runs. The embedded one is
 * store/journal.h.
 *
 * A record is for ever. Beside the records stand texts that can be erased, for what must not be for
 * ever: one for each key, from the record that puts it until a later one replaces or erases it. A
 * text is there exactly if the record that put it is; erased, it is nowhere any more. (In a
 * replicated log: keys beside that of the batch, in the same transaction.)
 *
 * One thread appends; any thread reads.
 */
#ifndef STORE_LOG_H
#define STORE_LOG_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_record {
	const void *data; /* as record/entry.h encodes it */
	size_t bytes;
};

struct log_erasable {
	uint64_t key;     /* whose text it is */
	uint64_t seq;     /* of the record that puts or erases it */
	const void *data; /* NULL: the text is erased */
	size_t bytes;     /* at most LIMIT_ERASABLE_BYTES */
};

struct log_batch {
	uint64_t expected_seq; /* of the first record */
	const struct log_record *records;
	size_t count;     /* > 0 */
	const void *head; /* of the tree after them */
	size_t head_bytes;
	const struct log_erasable *erasables; /* changes, in the order of their records */
	size_t n_erasables;
};

/* Called with one record in order of sequence, memory valid during the call only. False ends the
 * reading. */
typedef bool (*log_visit)(void *arg, uint64_t seq, const void *data, size_t bytes);

struct log_ops {
	enum err (*append)(void *self, const struct log_batch *batch);
	enum err (*read)(void *self, uint64_t from, log_visit visit, void *arg);
	enum err (*head)(void *self, uint64_t size, void *ret_head, size_t room, size_t *ret_bytes);
	enum err (*recall)(
	    void *self, uint64_t key, struct arena *arena, struct log_erasable *ret_text);
	uint64_t (*last)(void *self);
	enum err (*wait)(void *self, uint64_t seq, int64_t deadline_us);
	void (*close)(void *self);
};

struct log {
	const struct log_ops *ops;
	void *self;
};

/*
 * Appends the records as expected_seq, expected_seq + 1, … with the head of the tree after them and
 * the changes of erasable texts: all durable when this returns ERR_OK, or none. ERR_EXISTS: the log
 * does not end at expected_seq − 1 (somebody else wrote). ERR_FULL: no room on disk or in the map.
 * ERR_RANGE: too much for one batch. ERR_IO, ERR_MEMORY. With all of these nothing is written and
 * the log can be used further. ERR_FATAL: it is not known what was written, or what was to be
 * erased may still stand on the disk; reply nothing, stop the process and recover.
 */
enum err log_append(const struct log *log, const struct log_batch *batch) MUST_CHECK;

/* Visits records from `from` on until the end of a snapshot taken now: none when that lies beyond
 * the end. The visit must be short-lived: a snapshot that stays open makes the file grow.
 * ERR_CORRUPT: a number is missing. ERR_BUSY: too many are reading. */
enum err log_read(const struct log *log, uint64_t from, log_visit visit, void *arg) MUST_CHECK;

/* The newest head at or before `size`. ERR_NOT_FOUND. ERR_RANGE: it takes more than `room`. */
enum err log_head(const struct log *log, uint64_t size, void *ret_head, size_t room,
    size_t *ret_bytes) MUST_CHECK;

/* The text of a key, in `arena`, and the record that put it. ERR_NOT_FOUND: there is none, or it
 * was erased. ERR_CORRUPT, ERR_BUSY, ERR_MEMORY, … */
enum err log_recall(const struct log *log, uint64_t key, struct arena *arena,
    struct log_erasable *ret_text) MUST_CHECK;

uint64_t log_last(const struct log *log); /* 0: empty */

/* Waits until log_last() ≥ seq or the monotonic deadline (base/clock.h): ERR_TIMEOUT. ERR_CLOSED:
 * log_close() was called. */
enum err log_wait(const struct log *log, uint64_t seq, int64_t deadline_us) MUST_CHECK;

/* Ends every log_wait(), then closes. Reads and appends must have ended. Accepts a zeroed log. */
void log_close(struct log *log);

#endif
