/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Money as it moves (ARCHITECTURE, "What always holds"): postings come in pairs, each leaving one
 * account and entering another of the same currency, and so sum to nought; memorandum accounts
 * balance among themselves; no guarded account goes below nought, nor the mirrored ones above it.
 *
 * Learns the balances, and the sums of programmes, funds and house accounts.
 */
#ifndef VOUCHER_AUDIT_CHECK_POSTINGS_H
#define VOUCHER_AUDIT_CHECK_POSTINGS_H

#include "voucher-audit/look.h"

void check_postings(struct look *look);
void learn_postings(struct look *look);

/* Its name as in the schema, such as "PROGRAMME_LIVE". */
const char *account_name_of(Pb__AccountKind kind);

/* Whether it is a memorandum account. */
bool is_memo_account(Pb__AccountKind kind);

#endif
