/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows on disk as the store's writer reads them: each that is not in memory. A row near the one of
 * its table that was read last (their keys differ in the last bytes alone) is found from there, not
 * from the root: lines of a file, and what was made one after another, are read so.
 *
 * One thread. It rests between batches, so that it never holds up the checkpointer for long.
 */
#ifndef STORE_STATE_READER_H
#define STORE_STATE_READER_H

#include "store/state_env.h"

struct state_reader;

enum err state_reader_new(struct state_env *env, struct state_reader **ret_reader) MUST_CHECK;
void state_reader_free(struct state_reader *reader);

/* As state_env_get(), or state_env_get_id(). The row lives until the reader rests. */
enum err state_reader_get(struct state_reader *reader, unsigned table, const void *key,
    size_t key_bytes, struct state_row *ret_row) MUST_CHECK;

/* Gets what looking up this key, of ids, will touch on its way from memory. */
void state_reader_prefetch_id(struct state_reader *reader, const void *key);

/* At the end of a batch: what is read after it may be newer on disk than what was seen before. */
void state_reader_rest(struct state_reader *reader);

#endif
