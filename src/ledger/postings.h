/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Postings as they take effect, and what must hold after every entry:
 *
 *	an entry   its postings sum to zero per currency, and those of memorandum accounts by themselves
 *	a fund     appropriated = available + allocated
 *	programme  allocated = available + live + reserved + payable + in_payment + paid − recovered
 *	           issued = live + reserved + redeemed + returned + cancelled + expired
 *	           redeemed = payable + in_payment + paid
 *	house      statement − (open_in − open_out) = books − (awaited_in − awaited_out)
 *	account    not below zero; FUND_APPROPRIATED, the source of all money, PROGRAMME_RECOVERED and
 *	           MEMO_COUNTER not above it; MEMO_BANK and MEMO_BANK_COUNTER, which mirror each other,
 *	           on either side
 *
 * (Of a voucher and of a reservation: applying.h; house_adds_up(): house.h.) Sums are taken in 128
 * bits. Internal to src/ledger.
 */
#ifndef LEDGER_POSTINGS_H
#define LEDGER_POSTINGS_H

#include "ledger/applying.h"

#include <stdbool.h>

/* Applies the entry's postings to the balances, and to the counters that mirror them. */
void apply_postings(struct applying *a);

/* Writes back the fund, the programmes and the house account touched, if they add up. */
void put_touched(struct applying *a);

/* Whether the counters of a row add up. */
bool fund_adds_up(const struct fund_row *fund);
bool programme_adds_up(const struct programme_row *programme);

/* Whether an account is a memorandum account. */
bool is_memo(Pb__AccountKind kind);

/* Whether it is one of what a party is owed. */
bool is_owed(Pb__AccountKind kind);

/* Whether an account may have this balance. */
bool is_guard_kept(Pb__AccountKind kind, int64_t balance);

#endif
