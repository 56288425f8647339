/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The identities of the books (ARCHITECTURE, "What always holds"), after every entry, of what it
 * touched:
 *
 *	fund         appropriated = available + allocated
 *	programme    allocated = available + live + reserved + payable + in payment + paid − recovered
 *	             issued = live + reserved + redeemed + returned + cancelled + expired
 *	             redeemed = payable + in payment + paid
 *	             the memorandum accounts of parties balance among themselves
 *	house        statement − (open_in − open_out) = books − (awaited_in − awaited_out)
 *	voucher      amount = live + reserved + redeemed + returned + cancelled + expired, none of
 *	             them below nought
 *	reservation  subsidy = held + redeemed + released
 *	clawback     amount = recovered + written off + owed, which the funds' shares come to
 *
 * And at the end, of everything: that vouchers, reservations and claims come to what programmes
 * have in their accounts, and bank lines to what house accounts have of them.
 */
#ifndef VOUCHER_AUDIT_CHECK_IDENTITIES_H
#define VOUCHER_AUDIT_CHECK_IDENTITIES_H

#include "voucher-audit/look.h"

void check_identities(struct look *look); /* after */
void check_whole(struct look *look);      /* end */

#endif
