/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How entries follow one another: numbers without gaps, times that rise, one ledger, an entry's
 * parts where they belong, and each command id once.
 */
#ifndef VOUCHER_AUDIT_CHECK_CHAIN_H
#define VOUCHER_AUDIT_CHECK_CHAIN_H

#include "voucher-audit/look.h"

void check_chain(struct look *look);
void learn_chain(struct look *look);

#endif
