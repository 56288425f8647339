/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The published claims of a programme that wait for settlement: a list in order of publication,
 * oldest first, through programme_row.ready_head, .ready_tail and claim_row.next, .previous.
 *
 * A claim is in it exactly while its status is CLAIM_PUBLISHED. The claim's row must have been
 * written before; these functions change nothing of it but its links. Internal to src/ledger.
 */
#ifndef LEDGER_READY_H
#define LEDGER_READY_H

#include "ledger/applying.h"

/*
 * At the end when it has just been published; one that comes back goes where it was. `after` is a
 * claim of the list that was published before it, from which to look for its place; 0: from the
 * oldest.
 */
void ready_insert(struct applying *a, uint64_t claim, uint64_t after);

void ready_remove(struct applying *a, uint64_t claim);

#endif
