/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a line of a bank statement names: our references and numbers, found in its fields. Pure.
 *
 *	V0190a1b2-60-2            a payment's reference (ledger/settle.h)
 *	V0190a1b2-60              a settlement's: the whole of it in one sum
 *	claim 12, 兑付12, 兑付申请12号    a claim
 *	K7QM-…                    a voucher's code (record/voucher_code.h), its check symbol right
 *
 * Full-width characters count as their half-width ones, letters in either case. Banks break
 * references with blanks: those within one are passed over. Behind its last number a blank may
 * break it or end it, so that both readings are given. What belongs to another ledger is none, nor
 * is what a letter or a digit touches.
 */
#ifndef LEDGER_BANK_TEXT_H
#define LEDGER_BANK_TEXT_H

#include "base/uuid.h"
#include "record/voucher_code.h"
#include "voucher/v1/bank.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

#define BANK_TEXT_NUMBERS 8

struct bank_text {
	uint64_t settlement;     /* of a reference; 0: none is named */
	uint32_t payment;        /* 0: the settlement as a whole */
	uint32_t payment_broken; /* or this one, of "V0190a1b2-60-1 2": 12; 0: no */
	bool is_ambiguous;       /* several different references */

	/* Each once. Whether there is such a claim or voucher is not looked at. */
	uint64_t claims[BANK_TEXT_NUMBERS];
	size_t claim_count;
	char voucher_codes[BANK_TEXT_NUMBERS][VOUCHER_CODE_BYTES]; /* without hyphens */
	size_t voucher_count;
	bool has_more; /* than there is room for */
};

/* Reads the line's reference first; then, where that names no payment and no claim, its text. */
struct bank_text bank_text_read(struct uuid ledger_id, const Pb__StatementLine *line);

#endif
