/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payment files as tables that a bank's own portal takes, by [payment] of its profile. The same
 * settlement, options and profile give the same bytes.
 *
 * A field's content is text with {placeholders}:
 *
 *	{number}        1, 2, … within the file
 *	{amount}        1234.05
 *	{holder} {account} {bank_code}    the payee's account; its bank's CNAPS code
 *	{reference}     ours, for the remittance text
 *	{date} {day}    of execution: 2026-11-21, 20261121
 *	{debtor_name} {debtor_account} {debtor_bank}    the paying account
 *	{currency} {programme} {message}  CNY; code; the payments' common reference
 *	{same_bank?A:B} A when both accounts are at the same bank (the first three digits), else B
 *
 * Pure: no clock, no files. Any thread.
 */
#ifndef FINANCE_PAYMENT_CSV_H
#define FINANCE_PAYMENT_CSV_H

#include "base/buffer.h"
#include "base/err.h"
#include "finance/bank_profile.h"
#include "finance/payments.h"

/*
 * Appends the file to `buffer`, or nothing. ERR_DENIED when it is refused, and `ret_result` says
 * why; ERR_MEMORY; ERR_RANGE when it is beyond the buffer's limit.
 */
enum err payment_csv_write(const Pb__Settlement *settlement, const struct payments_options *options,
    const struct bank_profile *profile, struct buffer *buffer,
    struct payments_result *ret_result) MUST_CHECK;

/* Is this a content that payment_csv_write() can fill in? NULL, or the first placeholder that is
 * none. */
const char *payment_csv_check_content(const char *content);

#endif
