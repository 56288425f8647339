/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard: the newest checkpoint that was ever handed out, in a file of its own. What others have
 * seen signed must stay true, so a journal that does not go on from there (yesterday's copy, or
 * another one with the same beginning) is refused at the start. It protects best where a restored
 * copy of the ledger does not bring its own: on another disk.
 *
 * The file is the signed note itself. One thread at a time.
 */
#ifndef ENGINE_GUARD_H
#define ENGINE_GUARD_H

#include "base/buffer.h"
#include "engine/engine.h"
#include "record/checkpoint.h"

#include <limits.h>

#define GUARD_FILE_NAME "checkpoint.guard" /* in the ledger's directory, if no other is named */

struct guard {
	char path[PATH_MAX];
	struct checkpoint last; /* size 0: nothing was handed out yet */
};

/*
 * Reads the file, if there is one, and compares it with the journal. `ret_detail`: what is wrong
 * and what to do, in English and Chinese. ERR_CORRUPT: the journal ends before it, or is another.
 * ERR_SYNTAX: the file is no checkpoint; ERR_CONFIG: it is one of another ledger. ERR_IO, …
 */
enum err guard_open(const char *path, struct engine *engine, struct guard *ret_guard,
    char ret_detail[ENGINE_DETAIL_BYTES]) MUST_CHECK;

/* Puts the note there, durably, before it is handed out. Its checkpoint goes on from the last one.
 * ERR_FULL, ERR_IO with errno: it must not be handed out. */
enum err guard_store(
    struct guard *guard, const struct checkpoint *checkpoint, const struct buffer *note) MUST_CHECK;

#endif
