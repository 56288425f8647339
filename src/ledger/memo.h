/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memorandum accounts (MEMO_*): what belongs to the picture and is not the funds' money. Each party
 * has its own in a programme, and MEMO_COUNTER of the same party is their other side.
 *
 * What contracts state is bounded by no fund: it may fill half of the range of amounts. So nobody
 * can, by stating much, stand in another's way or keep what it owes out of the books. Internal to
 * src/ledger.
 */
#ifndef LEDGER_MEMO_H
#define LEDGER_MEMO_H

#include "ledger/deciding.h"

/* Whether contracts that cost a party so much more still fit; else OVERFLOW naming `field`. */
bool memo_want_contracts(struct deciding *d, uint64_t programme, uint64_t party,
    const int64_t costs[2], const char *field);

/* Whether it may owe so much more; else OVERFLOW naming `field`. */
bool memo_want_debt(
    struct deciding *d, uint64_t programme, uint64_t party, int64_t amount, const char *field);

/* `amount` (0: nothing moves) enters a memorandum account of a party, or leaves it. */
bool memo_enter(struct deciding *d, struct account account, int64_t amount);
bool memo_leave(struct deciding *d, struct account account, int64_t amount);

#endif
