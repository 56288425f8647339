/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A clawback's row: what is owed of it, how it is recovered, and the list of those that a payee
 * owes in a programme, oldest first (TABLE_OWED, clawback_row.next). A clawback is in that list
 * exactly while something of it is owed. Recovered by a person (recover.c), by a line of a bank
 * statement or by being set off against a payment (netting.c), it is the same. Internal to
 * src/ledger.
 */
#ifndef LEDGER_CLAWBACK_H
#define LEDGER_CLAWBACK_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* What is owed of it. */
int64_t clawback_owed(const struct clawback_row *row);

/* --- deciding --- */

/* NULL: there is none. */
const struct clawback_row *clawback_read(const struct deciding *d, uint64_t id);

/* The oldest of those that a payee owes in a programme; 0: none. clawback_row.next leads on. */
uint64_t clawback_oldest(const struct deciding *d, uint64_t programme, uint64_t payee);

/* Something of it is owed, else CLAWBACK_STATE; and so much, else CLAWBACK_EXCEEDS. */
bool clawback_weigh(struct deciding *d, const struct clawback_row *row, int64_t amount);

/* `parts`, of its funds' shares, are owed no longer and go back to the pool: MEMO_RECEIVABLE to
 * MEMO_COUNTER first, then PROGRAMME_RECOVERED of the payee to PROGRAMME_AVAILABLE of each fund. */
bool clawback_post_recovery(
    struct deciding *d, const struct clawback_row *row, const struct by_fund *parts);

/* --- applying --- */

struct clawback_row get_clawback(const struct applying *a, uint64_t id);

/* Writes the row, a new one or what get_clawback() gave with other amounts; keeps the list. */
void put_clawback(struct applying *a, uint64_t id, const struct clawback_row *row);

/* What clawback_post_recovery() posted is recovered. */
void clawback_recover(struct applying *a, uint64_t id, const struct by_fund *parts);

#endif
