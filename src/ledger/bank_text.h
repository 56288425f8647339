/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a line of a bank statement names: our references and numbers, found in its fields. Pure.
 *
 *	V0190a1b2-60-2            a payment's reference (ledger/settle.h)
 *	V0190a1b2-60              a settlement's: the whole of it in one sum
 *	claim 12, 兑付12, 兑付申请12号    a claim
 *	K7QM-…                    a voucher's code (record/voucher_code.h), its check symbol right
 *
 * Full-width characters count as their half-width ones, letters in either case; banks break
 * references with blanks: those within one are passed over. What belongs to another ledger is none.
 */
#ifndef LEDGER_BANK_TEXT_H
#define LEDGER_BANK_TEXT_H

#include "base/uuid.h"
#include "voucher/v1/bank.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

/* Each is 0 when nothing of its kind is named, and is_ambiguous when several different ones are. */
struct bank_text {
	uint64_t settlement; /* of a payment's reference */
	uint32_t payment;    /* 0: the settlement as a whole */
	uint64_t claim;
	char voucher_code[40]; /* without hyphens; "": none */
	bool is_ambiguous;
};

/* Reads the line's reference first; then, where that names nothing, its text. */
struct bank_text bank_text_read(struct uuid ledger_id, const Pb__StatementLine *line);

#endif
