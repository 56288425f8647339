/* SPDX-License-Identifier: Apache-2.0 */
/* Programmes that several funds pay for. */
#ifndef TESTS_UNIT_LEDGER_FUNDS_H
#define TESTS_UNIT_LEDGER_FUNDS_H

#include "support/scheme.h"

/* scheme_plain with three funds, "fund", "f2" and "f3" of 1,000,000.00 each, that bear 50 %,
 * 33.33 % and 16.67 %; claims need one approval and are ready when they are published. */
struct scheme *new_shared_scheme(void);

/* The same, and what a payee owes of clawbacks is set off against what it is paid. */
struct scheme *new_netting_scheme(void);

/*
 * What each fund of a programme has put in must be found again, to the minor unit:
 *
 *	allocated + recovered = in the pool + borne by vouchers (left) + borne by claims that stand
 *
 * The left side is read from the journal, the right side from the rows.
 */
void check_fund_sums(struct world *world, uint64_t programme);

#endif
