/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ledger's journal, copied: for a backup while a daemon has it open, and for a ledger as it was
 * at some moment.
 *
 * What is copied has been proved first, group by group, against the tree heads stored with it
 * (group.h), and so has what the copy had before. A copy is a ledger: whoever opens it rebuilds its
 * state from the journal. Texts that can be erased come along as they are now: what has been erased
 * or replaced is in no copy made or continued afterwards.
 *
 * The owner's commits go on; the copy reads in short transactions, steps back behind others for the
 * processor, and takes its time if it is told to.
 */
#ifndef ENGINE_COPY_H
#define ENGINE_COPY_H

#include "engine/engine.h"
#include "record/digest.h"

#include <stdbool.h>
#include <stdint.h>

struct copy_config {
	const char *from;     /* a ledger's directory; not open in this process */
	const char *to;       /* another: made if there is none, else continued; nobody has it open */
	bool is_new;          /* it must not be there: ERR_EXISTS */
	uint64_t seq_max;     /* the last entry; 0: all there are */
	int64_t time_max_us;  /* or the last one at or before this moment; INT64_MAX: whenever */
	uint64_t bytes_per_s; /* of entries; 0: as fast as it goes */
	void (*progress)(void *arg, uint64_t seq, uint64_t last); /* may be NULL */
	void *arg;
};

struct copy_result {
	uint64_t before; /* entries that the copy had */
	uint64_t size;   /* that it has now */
	int64_t time_us; /* of the last */
	uint8_t root[DIGEST_BYTES];
};

/* ERR_NOT_FOUND: there is no ledger in `from`. ERR_EXISTS: what is in `to` is another ledger, or
 * has gone another way. ERR_RANGE: `from` does not reach as far as seq_max, or the genesis is later
 * than time_max_us; then nothing is made. ERR_BUSY: `to` is open. ERR_CORRUPT, ERR_IO, ERR_FULL,
 * ERR_MEMORY. `ret_detail` says what happened. What was copied before a failure stays, is whole,
 * and can be continued. */
enum err engine_copy(const struct copy_config *config, struct copy_result *ret_result,
    char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

#endif
