/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one checkpoint will write: the newest version of each row changed since the segment before,
 * and the sequence that all of it together reflects. A key is listed once; a later change takes the
 * place of the earlier.
 *
 * Filled by the writer; then the checkpointer's, until it is written and cleared.
 */
#ifndef STORE_SEGMENT_H
#define STORE_SEGMENT_H

#include "store/row.h"
#include "store/state_store.h"

struct segment {
	uint32_t number; /* from 1; later segments have greater ones */
	struct row **rows;
	size_t count;
	size_t capacity;
	size_t bytes;     /* of the rows */
	uint64_t seq;     /* 0: nothing to write */
	int64_t since_us; /* the oldest change; monotonic */
	size_t meta_bytes;
	unsigned char meta[STORE_META_BYTES_MAX];
};

void segment_done(struct segment *segment);

/* Empties it and gives it a number. */
void segment_reset(struct segment *segment, uint32_t number);

/* Lists the row, in place of the version that is listed. No memory stops the process. */
void segment_list(struct segment *segment, struct row *row);

/* Puts the rows into the order of table and key, in which the environment wants them. */
enum err segment_sort(struct segment *segment) MUST_CHECK;

#endif
