/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postings as they take effect, and what must hold after them. Internal to src/ledger.
 */
#ifndef LEDGER_POSTINGS_H
#define LEDGER_POSTINGS_H

#include "ledger/applying.h"

#include <stdbool.h>

/* Applies the entry's postings to the balances, and to the counters that mirror them. They sum to
 * zero per currency, and no guarded account goes below zero: checked. */
void apply_postings(struct applying *a);

/* Writes back the fund and the programme touched; checks their identities (DESIGN 3.2). */
void settle_touched(struct applying *a);

/* Whether the counters of a row add up. */
bool fund_adds_up(const struct fund_row *fund);
bool programme_adds_up(const struct programme_row *programme);

/* FUND_APPROPRIATED, the source of all money, never goes above zero; every other account never
 * below. */
bool is_guard_kept(Pb__AccountKind kind, int64_t balance);

#endif
