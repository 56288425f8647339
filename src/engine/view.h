/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's interfaces to its surroundings, bound to the store and the log: `struct state` to
 * the live rows or to a snapshot, `struct history` to the journal.
 */
#ifndef ENGINE_VIEW_H
#define ENGINE_VIEW_H

#include "ledger/state.h"
#include "store/log.h"
#include "store/state_store.h"

/* Rows as the writer sees them: get and put, no scan. For the thread that writes the store. */
struct state view_live(struct state_store *store);

/* The same for a rebuild, which reads no ids of commands: they are put unread. */
struct state view_rebuilt(struct state_store *store);

/* Rows as of the snapshot: get and scan, no put. */
struct state view_snapshot(struct snapshot *snapshot);

/* `log` is borrowed. */
struct history view_history(const struct log *log);

#endif
