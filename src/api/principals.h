/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping the directory of principals (auth/directory.h) equal to the ledger's. */
#ifndef API_PRINCIPALS_H
#define API_PRINCIPALS_H

#include "auth/directory.h"
#include "base/err.h"
#include "engine/engine.h"

/* Fills the directory with every principal that has not been revoked. Blocks; nothing may be
 * committing. */
enum err principals_load(struct engine *engine, struct directory *directory) MUST_CHECK;

/* Takes note of an entry that was committed. Quick: the sequencer's thread. */
void principals_note(struct directory *directory, const Pb__JournalEntry *entry);

#endif
