/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The query thread: runs list reads, one after the other, each on a snapshot of its own.
 */
#ifndef ENGINE_READER_H
#define ENGINE_READER_H

#include "engine/engine.h"
#include "engine/sequencer.h"
#include "store/log.h"
#include "store/state_store.h"

struct reader;

/* Everything is borrowed until reader_stop. */
enum err reader_start(struct state_store *store, const struct log *log, struct sequencer *sequencer,
    struct reader **ret_reader) MUST_CHECK;

/* Answers what is queued, then ends the thread. The sequencer must still run. Accepts NULL. */
void reader_stop(struct reader *reader);

/* Any thread. ERR_FULL, ERR_CLOSED. */
enum err reader_submit(struct reader *reader, struct engine_read *read) MUST_CHECK;

#endif
