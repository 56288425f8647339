/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payment files: ISO 20022 pain.001, customer credit transfer initiation, of one approved
 * settlement. The same settlement and options give the same bytes, whatever became of its payments
 * since; the message id is the same too, so that a bank knows a file that it has had.
 *
 * The message id (and that of its one payment information block) is the payments' reference
 * without their number: "V0190a1b2-60". It is created at the moment of approval. A payment carries
 * its reference as EndToEndId and at the beginning of the remittance text, before the programme's
 * code. Banks are named by their CNAPS code (ClrSysMmbId of clearing system CNAPS), accounts by
 * number (Othr/Id), creditors by the account's holder.
 *
 * Pure: no clock, no files. Any thread.
 */
#ifndef FINANCE_PAIN001_H
#define FINANCE_PAIN001_H

#include "base/buffer.h"
#include "base/err.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdint.h>

enum pain001_version {
	PAIN001_09, /* pain.001.001.09 */
	PAIN001_03, /* pain.001.001.03 */
};

struct pain001_options {
	enum pain001_version version;
	const char *debtor_name;
	const char *debtor_account; /* 1–32 digits */
	const char *debtor_bank;    /* its CNAPS code, 12 digits */
	const char *currency;       /* the programme's, ISO 4217 */
	int32_t utc_offset_minutes; /* the programme's: what day it was when it was approved */
	const char *execution_date; /* YYYY-MM-DD; NULL: the day of approval */
};

/* Why there is no file. Those about a payment say which. */
enum pain001_refusal {
	PAIN001_WRITTEN, /* there is one */
	PAIN001_NOT_APPROVED,
	PAIN001_NO_PAYMENTS,
	PAIN001_BAD_DEBTOR_NAME,
	PAIN001_BAD_DEBTOR_ACCOUNT,
	PAIN001_BAD_DEBTOR_BANK,
	PAIN001_BAD_CURRENCY,
	PAIN001_BAD_DATE,      /* of execution, or of approval */
	PAIN001_BAD_COUNT,     /* not as many payments as the settlement says */
	PAIN001_BAD_SUM,       /* they do not come to what the settlement says */
	PAIN001_NO_ACCOUNT,    /* of the payee is known, or not to who asks */
	PAIN001_BAD_ACCOUNT,   /* not 1–32 digits, or no 12-digit code of its bank */
	PAIN001_BAD_NAME,      /* of the account's holder: none, or not UTF-8 */
	PAIN001_BAD_AMOUNT,    /* not above nought, or more than 18 digits */
	PAIN001_BAD_REFERENCE, /* not that of this payment of this settlement */
};

struct pain001_result {
	enum pain001_refusal refusal;
	uint32_t payment;  /* its number, 0: about the whole */
	const char *payee; /* its code, of the settlement; "": about the whole */
};

/*
 * Appends the file to `buffer`, or nothing. ERR_DENIED when it is refused, and `ret_result` says
 * why; ERR_MEMORY; ERR_RANGE when it is beyond the buffer's limit.
 */
enum err pain001_write(const Pb__Settlement *settlement, const struct pain001_options *options,
    struct buffer *buffer, struct pain001_result *ret_result) MUST_CHECK;

#endif
