/* SPDX-License-Identifier: Apache-2.0 */
/* The settlement that a command names: settle.c, settle_record.c. Internal to src/ledger. */
#ifndef LEDGER_SETTLE_FIND_H
#define LEDGER_SETTLE_FIND_H

#include "ledger/deciding.h"
#include "voucher/v1/resource.pb-c.h"

/* In the actor's region; the entry is then about its programme, its house account and its amount.
 * NULL: refused. */
const struct settlement_row *settle_find(struct deciding *d, uint64_t id);

/* Else SETTLEMENT_STATE. */
bool settle_want_status(
    struct deciding *d, const struct settlement_row *settlement, Pb__SettlementStatus status);

#endif
