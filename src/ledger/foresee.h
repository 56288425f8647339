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

/*
 * Within one large entry: of `count` things, the FORESEE_MAX that begin with `from`; nothing,
 * unless it is a multiple of that. So they are called in each turn of a loop.
 */

/* Postings that are about to be applied: their balances. */
void foresee_postings(
    const struct state *state, Pb__Posting *const *postings, size_t from, size_t count);

/* Lines of a bank statement that are about to be decided: whether the account has had them, and how
 * many payments wait for so much. */
void foresee_lines(const struct state *state, uint64_t house_id, Pb__StatementLine *const *lines,
    size_t from, size_t count);

/* What has been decided of them, and is about to be applied: the rows that they will get, and the
 * claims of the payments that they are. */
void foresee_line_results(const struct state *state, uint64_t house_id,
    Pb__LineResult *const *results, size_t from, size_t count);

#endif
