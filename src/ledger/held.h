/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows that one entry changes over and over, as a page of a bank statement does those of its
 * settlement, of take-up and of a clock: read once, changed in place, written once.
 *
 * Of each table one row is held at a time; another takes its place. While an entry is applied, a
 * table that is held is read in this way alone. Internal to src/ledger.
 */
#ifndef LEDGER_HELD_H
#define LEDGER_HELD_H

#include "ledger/applying.h"

/* The row as the entry has made it so far, zeros where there is none; until another of the table is
 * held. Typed: HOLD_ROW(a, TABLE_CLOCK, &key, struct clock_row). */
void *hold_row(struct applying *a, enum table table, const struct key *key, size_t bytes);
#define HOLD_ROW(a, table, key, type) ((type *)hold_row((a), (table), (key), sizeof(type)))

/* Writes what is held: at the end of the entry. */
void put_held(struct applying *a);

#endif
