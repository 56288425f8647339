/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that commands will read, on their way from memory before their turn comes. In a ledger that
 * is larger than the processor's caches a command waits for memory several times, each time for
 * what the last one led to; here the commands of a batch wait together.
 *
 * Advice to the state and nothing more: nothing depends on it.
 */
#ifndef LEDGER_FORESEE_H
#define LEDGER_FORESEE_H

#include "ledger/state.h"

/* As many at once as pays: they must still be near when their turn comes. */
enum { FORESEE_MAX = 32 };

/* Up to FORESEE_MAX commands that are about to be decided, or whose entries are to be applied; one
 * that is NULL, or has no id, is passed over. */
void ledger_foresee(const struct state *state, const Pb__Command *const *commands, size_t count);

#endif
