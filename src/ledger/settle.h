/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *settle*: from published claims to reconciled payments.
 *
 * What a settlement takes. The programme's published claims in order of publication, those
 *
 *	- published by an entry up to and including the cut-off,
 *	- whose publication is over,
 *	- whose reservation's claims are supported by their invoices,
 *	- whose payee is not suspended and has a bank account, or a commitment to one,
 *
 * as one payment per payee (which has one account), numbered 1, 2, … in the order of their first
 * claims. A payment pays what its claims have still to be paid, less what is set off (netting.h).
 * It stops, and leaves the rest to the next settlement, at LIMIT_SETTLEMENT_CLAIMS claims, when its
 * entry, or that of its approval, would grow beyond LIMIT_ENTRY_BYTES, or after
 * LIMIT_SETTLEMENT_LOOK claims looked at. A payee that cannot be paid holds up nobody: its claims
 * keep their place, and it is named in `Decision.unpayable`. (A claim without a bank account is
 * refused when submitted; this is for what changed since.)
 *
 * A payment's reference is "V", the first 8 hexadecimal digits of the ledger's id, "-", the
 * settlement, "-", the payment's number: at most 35 characters, unique at every bank.
 *
 * What the approver approves. Decision.payments_digest is the SHA-256 of
 *
 *	"voucher-payments-3\n"                      19 bytes
 *	ledger id                                   16 bytes, as in its text form
 *	settlement u64
 *	code of the house account that pays: u32 length, bytes
 *	count of payments u32
 *	per payment, in order of its number:
 *	  number u32, payee u64, amount i64
 *	  account number, bank code, holder name: each u32 length, bytes
 *	  account commitment: u32 length, bytes
 *	  reference: u32 length, bytes
 *	  count of shares u32, each fund u64, amount i64
 *	  count of claims u32, each claim u64
 *	  count of nettings u32, each clawback u64, amount i64,
 *	    count of shares u32, each fund u64, amount i64
 *
 * with every integer big-endian. The account of a team is personal and stands nowhere in the
 * journal: the payment has the commitment to it, and the three texts before that are empty. Of any
 * other payee the commitment is empty.
 *
 * A payment's shares are what each fund pays of its amount, a netting's what each fund gets back;
 * the funds in the order of their first allocation to the programme.
 */
#ifndef LEDGER_SETTLE_H
#define LEDGER_SETTLE_H

#include "base/err.h"
#include "base/uuid.h"
#include "record/digest.h"
#include "voucher/v1/command.pb-c.h"

#include <stddef.h>
#include <stdint.h>

struct settle_payments {
	struct uuid ledger_id;
	uint64_t settlement;
	const char *house_account; /* its code */
	Pb__Payment *const *payments;
	size_t count;
};

/* Each payment has an account or a commitment. ERR_MEMORY. */
enum err settle_digest(
    const struct settle_payments *payments, uint8_t ret_hash[DIGEST_BYTES]) MUST_CHECK;

#endif
