/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of fixed slots, each for one text that must go for good when it goes: what is erased is
 * overwritten where it stands, and there has never been a second copy of it.
 *
 *	<directory>/erasable, slot n at offset n × SLOT_BYTES:
 *	   0  u32 CRC32C of what follows, to the end of the text   4  u32 bytes of the text
 *	   8  u64 key   16  u64 seq   24  the text, then zeros
 *	an empty slot is all zeros; numbers are in the machine's byte order, as LMDB's are
 *
 * Which slots are in use is not written here: it is for the owner to say (slots_mark) after
 * opening. One thread writes; any may read. Overwriting reaches what the file system calls the
 * same block: one that keeps old blocks (snapshots, copy on write), and a disk that spares cells,
 * want encryption of the whole disk below them.
 */
#ifndef STORE_SLOTS_H
#define STORE_SLOTS_H

#include "base/err.h"
#include "base/limits.h"

#include <stddef.h>
#include <stdint.h>

enum {
	SLOT_BYTES = 1024,
	SLOT_HEADER_BYTES = 24,
};

_Static_assert(SLOT_HEADER_BYTES + LIMIT_ERASABLE_BYTES <= SLOT_BYTES, "a text fits in its slot");

struct env;

struct slots {
	const struct env *env; /* of whose directory it is; says what an errno means */
	int fd;
	uint64_t count;
	uint64_t lowest; /* no slot below is free */
	uint8_t *used;   /* a bit for each */
};

struct slot_text {
	uint64_t key;
	uint64_t seq;
	const void *data;
	size_t bytes; /* at most LIMIT_ERASABLE_BYTES */
};

/* Makes the file if it is not there. No slot is marked. */
enum err slots_open(struct slots *slots, const struct env *env, const char *directory) MUST_CHECK;

/* For slots_get only: what is there, which another process may be writing. */
enum err slots_open_as_guest(
    struct slots *slots, const struct env *env, const char *directory) MUST_CHECK;

void slots_close(struct slots *slots); /* accepts what slots_open left after a failure */

/* The slot is in use. ERR_CORRUPT: there is none, or it was marked before. */
enum err slots_mark(struct slots *slots, uint64_t slot) MUST_CHECK;

/* Overwrites what stands in slots that are not marked: a crash may have left it. Durable. */
enum err slots_sweep(struct slots *slots) MUST_CHECK;

/* Marks a free slot, with what the disk must give for it. ERR_FULL, … */
enum err slots_take(struct slots *slots, uint64_t *ret_slot) MUST_CHECK;

/* The slot may be taken again: nothing has been written to it, or it has been overwritten. */
void slots_free(struct slots *slots, uint64_t slot);

/* Writes to a marked slot. Durable after slots_sync(). After a failure it may hold anything. */
enum err slots_put(struct slots *slots, uint64_t slot, const struct slot_text *text) MUST_CHECK;

/* Overwrites a marked slot with zeros. Durable after slots_sync(). */
enum err slots_erase(struct slots *slots, uint64_t slot) MUST_CHECK;

enum err slots_sync(struct slots *slots) MUST_CHECK;

/* Any thread. The text, in `room`, that was put with this key and seq; ERR_NOT_FOUND: the slot
 * holds something else, nothing, or something that is just being written. */
enum err slots_get(const struct slots *slots, uint64_t slot, struct slot_text *text,
    uint8_t room[LIMIT_ERASABLE_BYTES]) MUST_CHECK;

#endif
