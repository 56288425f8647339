/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A settlement after it has been opened (settle_open.c):
 *
 *	OPEN ─► approve, by another person, for exactly the payments it has ─► APPROVED
 *	  └───► cancel ─► CANCELLED: its claims wait again ◄── cancel ── before it is sent ─┘
 *
 * Approval asks once more whether each payee may be paid, its account is still known, each claim is
 * supported and what is set off is still owed. It moves each payment's amount from
 * PROGRAMME_PAYABLE to PROGRAMME_IN_PAYMENT of its payee, and sets off what is named (netting.h).
 * What is left to pay waits for its line at the house account from then on; a payment of which
 * nothing is left is NETTED, and done.
 *
 * An approved settlement is sent when a payment file of it is recorded, or what became of any of
 * its payments (settle_record.c). Until then it can be cancelled; what was set off stays set off.
 */
#include "ledger/settle.h"

#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/netting.h"
#include "ledger/payment.h"
#include "ledger/settle_find.h"
#include "ledger/use.h"
#include "ledger/want.h"

#include <string.h>

/* --- approve_settlement --- */

/* The text of an account that was replaced is gone: nobody could be paid there. */
static bool want_account_kept(struct deciding *d, const struct payment_row *payment) {
	if (!payment->is_personal)
		return true;
	const Pb__RegisterParty *particulars = read_particulars(d, payment->payee);
	if (!particulars)
		return false;
	const Pb__Digest *now = particulars->personal_commitment;
	return (now && now->value.len == sizeof(payment->account_commitment) &&
	           memcmp(now->value.data, payment->account_commitment, now->value.len) == 0) ||
	    refuse_detail(d, PB__OUTCOME__PAYMENTS_CHANGED, "settlement",
	        arena_printf(d->arena, "the particulars of %s were replaced",
	            the_party(d, payment->payee)->code));
}

/* What has come to light since the settlement was opened; the way out is to cancel it. */
static bool want_payable(struct deciding *d, const struct payment_row *payment) {
	if (!want_not_suspended(d, payment->payee, "settlement") || !want_account_kept(d, payment))
		return false;
	for (uint64_t id = payment->first_claim; id; id = the_claim(d, id)->next)
		if (!use_is_supported(the_reservation(d, the_claim(d, id)->reservation)))
			return refuse_detail(d, PB__OUTCOME__INVOICES_INSUFFICIENT, "settlement",
			    arena_printf(d->arena, "claim %llu", (unsigned long long)id));
	return true;
}

static bool decide_payment(struct deciding *d, uint64_t settlement_id, uint32_t number) {
	uint64_t programme_id = find_settlement(d, settlement_id, "settlement")->programme;
	const struct payment_row *payment = the_payment(d, settlement_id, number);
	return want_payable(d, payment) &&
	    payment_post(d, programme_id, payment, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE,
	        PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT) &&
	    netting_post(d, programme_id, settlement_id, number);
}

bool decide_approve_settlement(struct deciding *d) {
	const Pb__ApproveSettlement *approve = d->command->approve_settlement;
	const struct settlement_row *settlement;
	if (!want_digest(d, approve->payments_digest, "payments_digest") ||
	    !(settlement = settle_find(d, approve->settlement)) ||
	    !settle_want_status(d, settlement, PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN) ||
	    !want_other_person_named(d, settlement->prepared_by))
		return false;
	if (memcmp(approve->payments_digest->value.data, settlement->payments_digest,
	        sizeof(settlement->payments_digest)) != 0)
		return refuse_field(d, PB__OUTCOME__PAYMENTS_CHANGED, "payments_digest");
	for (uint32_t number = 1; number <= settlement->payments; number++)
		if (!decide_payment(d, approve->settlement, number))
			return false;
	return true;
}

/* `*transfer`: the number of the entry's next transfer. */
static void apply_payment(struct applying *a, uint64_t id, uint32_t number, size_t *transfer) {
	struct payment_row payment = get_payment(a, id, number);
	check(payment.status == PB__PAYMENT_STATUS__PAYMENT_PREPARED);
	if (payment.amount > 0)
		check_moved(a, (*transfer)++, payment.payee, payment.amount);
	netting_apply(a, id, number, &payment, transfer);
	payment.approved_us = (int64_t)a->entry->time_us;
	payment.status = payment.amount > 0 ? PB__PAYMENT_STATUS__PAYMENT_APPROVED
	                                    : PB__PAYMENT_STATUS__PAYMENT_NETTED;
	put_payment(a, id, number, &payment);
	check((payment.amount > 0) == (payment.first_claim != 0));
	if (payment.amount == 0)
		return;
	const struct awaited awaited = payment_awaited(a, id, number);
	house_await(a, &awaited);
	payment_note_vouchers(a, &payment);
}

void apply_approve_settlement(struct applying *a) {
	uint64_t id = a->command->approve_settlement->settlement;
	struct settlement_row settlement = get_settlement(a, id);
	check(settlement.status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN);
	settlement.status = PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	settlement.approve_seq = a->entry->seq;
	set_code(settlement.approved_by, a->entry->actor->person);
	put_settlement(a, id, &settlement);
	size_t transfer = 0;
	for (uint32_t number = 1; number <= settlement.payments; number++)
		apply_payment(a, id, number, &transfer);
	check(a->entry->n_postings == 2 * transfer);
}

/* --- cancel_settlement --- */

static bool want_not_sent(struct deciding *d, const struct settlement_row *settlement) {
	const char *why = settlement->files > 0 ? "a payment file of it was recorded"
	    : settlement->recorded > 0          ? "payments of it were recorded"
	    : settlement->amount == 0           ? "all of it was set off"
	                                        : NULL;
	return !why || refuse_detail(d, PB__OUTCOME__SETTLEMENT_STATE, "settlement", why);
}

/* What was about to be paid is payable again. */
static bool decide_unpaid(
    struct deciding *d, uint64_t id, const struct settlement_row *settlement) {
	for (uint32_t number = 1; number <= settlement->payments; number++)
		if (!payment_post(d, settlement->programme, the_payment(d, id, number),
		        PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE))
			return false;
	return true;
}

bool decide_cancel_settlement(struct deciding *d) {
	const Pb__CancelSettlement *cancel = d->command->cancel_settlement;
	const struct settlement_row *settlement;
	if (!want_text(d, cancel->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(settlement = settle_find(d, cancel->settlement)))
		return false;
	if (settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		return true;
	return settle_want_status(d, settlement, PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED) &&
	    want_not_sent(d, settlement) && decide_unpaid(d, cancel->settlement, settlement);
}

static void cancel_payment(struct giving_back *back, uint64_t id, uint32_t number) {
	struct payment_row payment = get_payment(back->a, id, number);
	if (payment.status == PB__PAYMENT_STATUS__PAYMENT_NETTED)
		return;
	if (payment.status == PB__PAYMENT_STATUS__PAYMENT_APPROVED) {
		const struct awaited awaited = payment_awaited(back->a, id, number);
		check(payment_awaits_line(&payment));
		house_await_no_longer(back->a, &awaited);
	}
	give_back(back, &payment, PB__PAYMENT_STATUS__PAYMENT_CANCELLED);
	put_payment(back->a, id, number, &payment);
}

void apply_cancel_settlement(struct applying *a) {
	uint64_t id = a->command->cancel_settlement->settlement;
	struct settlement_row settlement = get_settlement(a, id);
	check(settlement.status != PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED);
	settlement.status = PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED;
	put_settlement(a, id, &settlement);
	struct giving_back back = { .a = a };
	for (uint32_t number = 1; number <= settlement.payments; number++)
		cancel_payment(&back, id, number);
	give_back_end(&back);
}
