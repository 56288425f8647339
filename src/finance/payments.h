/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payments of one approved settlement, as files for the bank hold them: what is checked before
 * one is written, whatever its form: pain001.h, payment_csv.h. What was set off in full (an amount
 * of 0) is in no file.
 *
 * The message id is the payments' reference without their number: "V0190a1b2-60". It is created at
 * the moment of approval.
 *
 * Pure: no clock, no files. Any thread.
 */
#ifndef FINANCE_PAYMENTS_H
#define FINANCE_PAYMENTS_H

#include "base/date.h"
#include "base/err.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

#define PAYMENTS_REFERENCE_CHARS 35  /* Max35Text of ISO 20022 */
#define PAYMENTS_NAME_CHARS      140 /* Max140Text */
#define PAYMENTS_NAME_BYTES      (4 * PAYMENTS_NAME_CHARS + 1)
#define PAYMENTS_MOMENT_BYTES    40
#define PAYMENTS_AMOUNT_BYTES    32

struct payments_options {
	const char *debtor_name;
	const char *debtor_account; /* 1–32 digits */
	const char *debtor_bank;    /* its CNAPS code, 12 digits */
	const char *currency;       /* ISO 4217 */
	int32_t utc_offset_minutes; /* the programme's: what day it was when it was approved */
	const char *execution_date; /* YYYY-MM-DD; NULL: the day of approval */
};

/* Why there is no file. Those about a payment say which. */
enum payments_refusal {
	PAYMENTS_WRITTEN, /* there is one */
	PAYMENTS_NOT_APPROVED,
	PAYMENTS_NONE, /* or all were set off */
	PAYMENTS_BAD_DEBTOR_NAME,
	PAYMENTS_BAD_DEBTOR_ACCOUNT,
	PAYMENTS_BAD_DEBTOR_BANK,
	PAYMENTS_BAD_CURRENCY,   /* none, or another than that of the bank's profile */
	PAYMENTS_BAD_DATE,       /* of execution, or of approval */
	PAYMENTS_BAD_COUNT,      /* not as many payments as the settlement says */
	PAYMENTS_BAD_SUM,        /* they do not come to what the settlement says */
	PAYMENTS_NO_ACCOUNT,     /* of the payee is known, or not to who asks */
	PAYMENTS_BAD_ACCOUNT,    /* not 1–32 digits, or no 12-digit code of its bank */
	PAYMENTS_BAD_NAME,       /* of the account's holder: none, or not UTF-8 */
	PAYMENTS_BAD_AMOUNT,     /* below nought, or more than 18 digits */
	PAYMENTS_BAD_REFERENCE,  /* not that of this payment of this settlement */
	PAYMENTS_BAD_CHARACTERS, /* the file's encoding lacks one; of the whole: in its first row */
	PAYMENTS_NO_FORM,        /* the bank's profile has no [payment] */
};

struct payments_result {
	enum payments_refusal refusal;
	uint32_t payment;  /* its number, 0: about the whole */
	const char *payee; /* its code, of the settlement; "": about the whole */
};

/* What all of the files say of the whole. */
struct payments_facts {
	char message_id[PAYMENTS_REFERENCE_CHARS + 1];
	char moment[PAYMENTS_MOMENT_BYTES]; /* of approval, with its offset from UTC */
	char day[DATE_TEXT_BYTES];          /* of execution */
	uint32_t count;                     /* payments that are in a file */
	int64_t sum;
};

/* Who pays from this account, and in what. Borrows its texts. */
void payments_from_house(const Pb__HouseAccount *house, struct payments_options *options);

/* ERR_DENIED when no file may be written, and `ret_result` says why. */
enum err payments_check(const Pb__Settlement *settlement, const struct payments_options *options,
    struct payments_facts *ret_facts, struct payments_result *ret_result) MUST_CHECK;

/* Set off in full, or not? */
bool payments_has(const Pb__SettlementPayment *entry);

/*
 * What a bank can take of a name: runs of spaces and controls become one space, none at the ends,
 * noncharacters '?', and at most PAYMENTS_NAME_CHARS characters. False: nothing is left, or it is
 * not UTF-8.
 */
bool payments_limit_name(const char *text, char ret_name[PAYMENTS_NAME_BYTES]);

/* "1234.05": digits only. Not below nought. */
void payments_format_amount(int64_t amount, char ret_text[PAYMENTS_AMOUNT_BYTES]);

#endif
