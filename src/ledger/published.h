/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is published (公示), newest first: an index, so that a page of the publication list costs
 * what it shows. A claim comes in when it is published and stays in; whether it is still to be shown
 * stands in its row. Internal to src/ledger, except for the keys.
 */
#ifndef LEDGER_PUBLISHED_H
#define LEDGER_PUBLISHED_H

#include "ledger/applying.h"

/* programme id (0: of all programmes), the complement of the sequence number of publication → claim
 * id */
struct key published_key(uint64_t programme, uint64_t published_seq);

/* Called by put_claim(). */
void published_claim(
    struct applying *a, uint64_t id, const struct claim_row *before, const struct claim_row *row);

#endif
