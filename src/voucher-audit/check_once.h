/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be used once: codes, credentials, contract numbers, voucher codes, invoices (while the
 * claim that names them stands), a claim that is topped up, a bank's file, its statement's number,
 * a payment file of a format, an account of ours. (Command ids: check_chain.c.)
 */
#ifndef VOUCHER_AUDIT_CHECK_ONCE_H
#define VOUCHER_AUDIT_CHECK_ONCE_H

#include "voucher-audit/look.h"

void check_once(struct look *look);

#endif
