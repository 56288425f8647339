/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims in the order in which they were published (公示), newest first, and in that in which they
 * were first paid: indexes, so that a page of the publication list costs what it shows, and a
 * sample looks at what was paid in its range. What is in an index stays in it; how a claim stands
 * now stands in its row. Internal to src/ledger, except for the key.
 */
#ifndef LEDGER_CLAIM_INDEX_H
#define LEDGER_CLAIM_INDEX_H

#include "ledger/applying.h"

/* TABLE_PAID: programme id, sequence number of the first payment, claim id → nothing */
struct key claim_index_paid_key(uint64_t programme, uint64_t paid_seq, uint64_t claim);

/* Called by put_claim(): keeps both, and sets row->paid_seq. */
void claim_index(
    struct applying *a, uint64_t id, const struct claim_row *before, struct claim_row *row);

#endif
