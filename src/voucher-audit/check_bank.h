/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bank statements against the books, both ways.
 *
 * As they are imported: a page's balances lead over its lines, a page goes on from the one before
 * it, the end of a statement leads from the account's balance to the bank's, lines are numbered
 * without gaps, and one that is known says what it said. At the end: every payment that is said to
 * be on a line is what that line is matched with, and the other way round; what is awaited is what
 * payments wait; what is open is what lines have left; and the bank's balance is the sum of it all.
 */
#ifndef VOUCHER_AUDIT_CHECK_BANK_H
#define VOUCHER_AUDIT_CHECK_BANK_H

#include "voucher-audit/look.h"

void check_bank(struct look *look);
void check_bank_whole(struct look *look);

#endif
