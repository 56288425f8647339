/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A settlement after it has been opened (settle_open.c):
 *
 *	OPEN ─► approve, by another person, for exactly the payments it has ─► APPROVED
 *	  └───► cancel ─► CANCELLED: its claims wait again
 *
 *	PREPARED ─► APPROVED ─► record paid ─► PAID ─► reconcile ─► RECONCILED
 *	                └─► record failed ─► FAILED  └──── record returned ────┴─► RETURNED
 *
 * Approval asks once more whether each payee may be paid, its account is still known and each claim
 * is supported. It moves each payment's amount from PROGRAMME_PAYABLE to PROGRAMME_IN_PAYMENT of
 * its payee, the bank's confirmation from there to PROGRAMME_PAID; what failed or came back is
 * payable again, and its claims wait, published, where they waited before. A payment found on the
 * bank statement may still come back: another line says so; unless a claim of it has been clawed
 * back, for then it is a recovery (recover.c).
 */
#include "ledger/settle.h"

#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/payment.h"
#include "ledger/use.h"
#include "ledger/want.h"

#include <string.h>

/* --- approve_settlement, cancel_settlement --- */

static const struct settlement_row *find_in_region(struct deciding *d, uint64_t id) {
	const struct settlement_row *settlement = find_settlement(d, id, "settlement");
	return settlement &&
	        want_programme_in_region(d, the_programme(d, settlement->programme), "settlement")
	    ? settlement
	    : NULL;
}

static const struct settlement_row *find_open(struct deciding *d, uint64_t id) {
	const struct settlement_row *settlement = find_in_region(d, id);
	if (settlement && settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN) {
		refuse_state(d, PB__OUTCOME__SETTLEMENT_STATE, &pb__settlement_status__descriptor,
		    settlement->status);
		return NULL;
	}
	return settlement;
}

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

bool decide_approve_settlement(struct deciding *d) {
	const Pb__ApproveSettlement *approve = d->command->approve_settlement;
	const struct settlement_row *settlement;
	if (!want_digest(d, approve->payments_digest, "payments_digest") ||
	    !(settlement = find_open(d, approve->settlement)) ||
	    !want_other_person_named(d, settlement->prepared_by))
		return false;
	if (memcmp(approve->payments_digest->value.data, settlement->payments_digest,
	        sizeof(settlement->payments_digest)) != 0)
		return refuse_field(d, PB__OUTCOME__PAYMENTS_CHANGED, "payments_digest");
	for (uint32_t number = 1; number <= settlement->payments; number++) {
		const struct payment_row *payment = the_payment(d, approve->settlement, number);
		if (!want_payable(d, payment) ||
		    !payment_post(d, settlement->programme, payment, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE,
		        PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT))
			return false;
	}
	d->decision->programme = settlement->programme;
	d->decision->amount = settlement->amount;
	return true;
}

bool decide_cancel_settlement(struct deciding *d) {
	const Pb__CancelSettlement *cancel = d->command->cancel_settlement;
	const struct settlement_row *settlement;
	if (!want_text(d, cancel->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(settlement = find_open(d, cancel->settlement)))
		return false;
	d->decision->programme = settlement->programme;
	d->decision->amount = settlement->amount;
	return true;
}

static struct settlement_row get_settlement(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct settlement_row *row = STATE_GET(
	    a->state, TABLE_SETTLEMENT, &key, struct settlement_row);
	check(row);
	return *row;
}

static void put_settlement(
    struct applying *a, uint64_t id, const struct settlement_row *settlement) {
	struct key key = key_of_id(id);
	STATE_PUT(a->state, TABLE_SETTLEMENT, &key, settlement);
}

void apply_approve_settlement(struct applying *a) {
	uint64_t id = a->command->approve_settlement->settlement;
	struct settlement_row settlement = get_settlement(a, id);
	check(settlement.status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN);
	settlement.status = PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	settlement.approve_seq = a->entry->seq;
	set_code(settlement.approved_by, a->entry->actor->person);
	put_settlement(a, id, &settlement);
	for (uint32_t number = 1; number <= settlement.payments; number++) {
		struct payment_row payment = get_payment(a, id, number);
		check_moved(a, number - 1, payment.payee, payment.amount);
		payment.status = PB__PAYMENT_STATUS__PAYMENT_APPROVED;
		put_payment(a, id, number, &payment);
	}
}

void apply_cancel_settlement(struct applying *a) {
	uint64_t id = a->command->cancel_settlement->settlement;
	struct settlement_row settlement = get_settlement(a, id);
	check(settlement.status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN);
	settlement.status = PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED;
	put_settlement(a, id, &settlement);
	struct giving_back back = { .a = a };
	for (uint32_t number = 1; number <= settlement.payments; number++) {
		struct payment_row payment = get_payment(a, id, number);
		give_back(&back, &payment, PB__PAYMENT_STATUS__PAYMENT_CANCELLED);
		put_payment(a, id, number, &payment);
	}
	give_back_end(&back);
}

/* --- record_payment --- */

static const struct payment_row *find_payment(
    struct deciding *d, uint64_t settlement_id, uint32_t number) {
	const struct settlement_row *settlement = find_in_region(d, settlement_id);
	if (!settlement)
		return NULL;
	if (number == 0 || number > settlement->payments) {
		refuse_field(
		    d, number ? PB__OUTCOME__PAYMENT_UNKNOWN : PB__OUTCOME__FIELD_MISSING, "payment");
		return NULL;
	}
	const struct payment_row *payment = the_payment(d, settlement_id, number);
	d->decision->programme = settlement->programme;
	d->decision->payee = payment->payee;
	d->decision->amount = payment->amount;
	return payment;
}

static bool want_payment_state(
    struct deciding *d, const struct payment_row *payment, bool is_well) {
	return is_well ||
	    refuse_state(
	        d, PB__OUTCOME__PAYMENT_STATE, &pb__payment_status__descriptor, payment->status);
}

/* Which states may become `status`, and what that does to the money. */
struct transition {
	Pb__PaymentStatus status;
	Pb__PaymentStatus before[2];
	Pb__AccountKind from;
	Pb__AccountKind to;
	bool needs_reason;
};

static const struct transition transitions[] = {
	{ PB__PAYMENT_STATUS__PAYMENT_PAID,
	    { PB__PAYMENT_STATUS__PAYMENT_APPROVED, PB__PAYMENT_STATUS__PAYMENT_APPROVED },
	    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAID, false },
	{ PB__PAYMENT_STATUS__PAYMENT_FAILED,
	    { PB__PAYMENT_STATUS__PAYMENT_APPROVED, PB__PAYMENT_STATUS__PAYMENT_APPROVED },
	    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, true },
	{ PB__PAYMENT_STATUS__PAYMENT_RETURNED,
	    { PB__PAYMENT_STATUS__PAYMENT_PAID, PB__PAYMENT_STATUS__PAYMENT_RECONCILED },
	    PB__ACCOUNT_KIND__PROGRAMME_PAID, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, true },
};

static const struct transition *find_transition(Pb__PaymentStatus status) {
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
		if (transitions[i].status == status)
			return &transitions[i];
	}
	return NULL;
}

static bool may_follow(const struct transition *transition, const struct payment_row *payment) {
	return payment->status == transition->before[0] || payment->status == transition->before[1];
}

static const struct transition *want_transition(
    struct deciding *d, const Pb__RecordPayment *record) {
	const struct transition *transition = find_transition(record->status);
	if (!transition) {
		refuse_field(
		    d, record->status ? PB__OUTCOME__FIELD_INVALID : PB__OUTCOME__FIELD_MISSING, "status");
		return NULL;
	}
	bool is_well = (transition->needs_reason
	                       ? want_text(d, record->reason, LIMIT_TEXT_BYTES, "reason")
	                       : allow_text(d, record->reason, LIMIT_TEXT_BYTES, "reason")) &&
	    allow_text(d, record->bank_reference, LIMIT_REFERENCE_BYTES, "bank_reference") &&
	    allow_date(d, record->value_date, "value_date");
	return is_well ? transition : NULL;
}

static bool want_not_clawed_back(struct deciding *d, const struct payment_row *payment) {
	uint64_t claim = payment_clawed_claim(d, payment);
	return !claim ||
	    refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "payment",
	        arena_printf(d->arena, "claim %llu is clawed back: record a recovery",
	            (unsigned long long)claim));
}

bool decide_record_payment(struct deciding *d) {
	const Pb__RecordPayment *record = d->command->record_payment;
	const struct transition *transition;
	const struct payment_row *payment;
	if (!(transition = want_transition(d, record)) ||
	    !(payment = find_payment(d, record->settlement, record->payment)))
		return false;
	return want_payment_state(d, payment, may_follow(transition, payment)) &&
	    want_not_clawed_back(d, payment) &&
	    payment_post(d, d->decision->programme, payment, transition->from, transition->to);
}

void apply_record_payment(struct applying *a) {
	const Pb__RecordPayment *record = a->command->record_payment;
	const struct transition *transition = find_transition(record->status);
	struct payment_row payment = get_payment(a, record->settlement, record->payment);
	check(transition && may_follow(transition, &payment));
	check_moved(a, 0, payment.payee, payment.amount);
	payment.record_seq = a->entry->seq;
	if (record->status == PB__PAYMENT_STATUS__PAYMENT_PAID) {
		payment_become(a, &payment, record->status);
	} else {
		struct giving_back back = { .a = a };
		give_back(&back, &payment, record->status);
		give_back_end(&back);
	}
	put_payment(a, record->settlement, record->payment, &payment);
}
