/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions in words, added to replies on the loops' threads, so that the sequencer has nothing to
 * do with it. Made from what the ledger decided alone: the first answer, a replay and a dry run of
 * the same decision say the same.
 */
#ifndef API_EXPLAINED_H
#define API_EXPLAINED_H

#include "base/arena.h"
#include "voucher/v1/command.pb-c.h"

#include <stdbool.h>

/*
 * Sets `explanation` of every reply whose decision or refusal weighed rules; of an accepted command
 * only when it weighed more than one, or nothing was to happen (`is_dry_run`). Without memory, or
 * when the sentences of one batch are very many, the rest goes without: what was weighed stands in
 * the bounds as well.
 */
void explained_replies(
    Pb__Reply *const *replies, size_t count, bool is_dry_run, struct arena *arena);

#endif
