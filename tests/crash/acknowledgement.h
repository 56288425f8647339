/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a ledger told its clients, kept outside of it: one record for each acknowledged command, in
 * a file that survives the process. And the examination of a journal against it.
 */
#ifndef TESTS_CRASH_ACKNOWLEDGEMENT_H
#define TESTS_CRASH_ACKNOWLEDGEMENT_H

#include "base/arena.h"
#include "base/uuid.h"
#include "engine/engine.h"

#include <stddef.h>
#include <stdint.h>

struct acknowledgement {
	struct uuid id;
	uint64_t seq;
	uint64_t reservation; /* what was redeemed, with amount 1: enough to send it again */
};

struct acknowledgements {
	struct acknowledgement *list;
	size_t count;
	uint64_t setup_seq; /* entries up to this one were there before; their ids mean nothing */
};

/* Appends with one write(2). False: it failed. */
bool acknowledgements_append(int fd, const struct acknowledgement *list, size_t count);

/* What the file holds; a record that was cut short is left out. */
struct acknowledgements acknowledgements_read(const char *path);
void acknowledgements_free(struct acknowledgements *acknowledgements);

/*
 * Examines the journal of an open engine: no gaps, rising times, postings that sum to zero,
 * no command id twice, linked pairs
 * whole (their ids differ in the last bit), the head that of the entries; and every acknowledged
 * command there, under the sequence that was told. NULL, or what is wrong, as text in `arena`.
 */
const char *examine_journal(
    struct engine *engine, const struct acknowledgements *acknowledgements, struct arena *arena);

/* Examines the state: every identity holds, and the hashes are those of the journal (hashes.h).
 * Sets a digest of every row of it. */
const char *examine_state(
    struct engine *engine, struct arena *arena, uint8_t ret_digest[DIGEST_BYTES]);

/* The low half of an id of a command that was sent alone ends in …00, of a linked pair in …10, …11.
 * */
#define ID_LINKED UINT64_C(2)

#endif
