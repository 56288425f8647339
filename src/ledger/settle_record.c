/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of an approved settlement, as people say it: the payment file that was made of it,
 * and what the bank reports of each payment. The lines of bank statements say it, too (matching.h).
 *
 *	PREPARED ─► APPROVED ─► record paid ─► PAID ─► its line ─► RECONCILED
 *	       │        │                       │└──── record returned ────┴─► RETURNED
 *	       │        └─► record failed ◄─────┘ no line of it
 *	       │                └─► FAILED
 *	       └─► NETTED: all of it was set off
 *
 * The bank's confirmation moves a payment's amount from PROGRAMME_IN_PAYMENT of its payee to
 * PROGRAMME_PAID, and out of the books of the house account; what came back comes back into them.
 * What was recorded paid by mistake, with no line that confirms it, is recorded failed: the money
 * is in the books again, and its line is awaited no longer. What failed or came back is payable
 * again, and its claims wait, published, where they waited before: for what was not set off. A
 * payment found on the bank statement may still come back. Where a claim has been clawed back, what
 * was paid does neither: it is a recovery (recover.c).
 */
#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/house.h"
#include "ledger/payment.h"
#include "ledger/settle_find.h"
#include "ledger/want.h"

#include <string.h>

/* --- record_payment_file --- */

static struct key key_of_file(const Pb__RecordPaymentFile *record) {
	struct key key = key_of_id(record->settlement);
	key_add_bytes(&key, record->format, strlen(record->format));
	return key;
}

/* One of a format. */
static bool want_new_file(struct deciding *d, const Pb__RecordPaymentFile *record) {
	struct key key = key_of_file(record);
	const struct payment_file_row *known = STATE_GET(
	    d->state, TABLE_PAYMENT_FILE, &key, struct payment_file_row);
	if (!known)
		return true;
	return memcmp(known->file, record->file->value.data, sizeof(known->file)) == 0
	    ? refuse_field(d, PB__OUTCOME__PAYMENT_FILE_KNOWN, "file")
	    : refuse_field(d, PB__OUTCOME__PAYMENT_FILE_DIFFERS, "file");
}

bool decide_record_payment_file(struct deciding *d) {
	const Pb__RecordPaymentFile *record = d->command->record_payment_file;
	const struct settlement_row *settlement;
	if (!want_text(d, record->format, LIMIT_WORD_BYTES, "format") ||
	    !want_digest(d, record->file, "file") ||
	    !(settlement = settle_find(d, record->settlement)) ||
	    !settle_want_status(d, settlement, PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED))
		return false;
	if (settlement->amount == 0)
		return refuse_detail(
		    d, PB__OUTCOME__SETTLEMENT_STATE, "settlement", "all of it was set off");
	return want_new_file(d, record);
}

void apply_record_payment_file(struct applying *a) {
	const Pb__RecordPaymentFile *record = a->command->record_payment_file;
	struct settlement_row settlement = get_settlement(a, record->settlement);
	struct payment_file_row row = { .seq = a->entry->seq };
	check(record->file->value.len == sizeof(row.file));
	memcpy(row.file, record->file->value.data, sizeof(row.file));
	struct key key = key_of_file(record);
	STATE_PUT(a->state, TABLE_PAYMENT_FILE, &key, &row);
	settlement.files++;
	put_settlement(a, record->settlement, &settlement);
}

/* --- record_payment --- */

static const struct payment_row *find_payment(
    struct deciding *d, uint64_t settlement_id, uint32_t number) {
	const struct settlement_row *settlement = settle_find(d, settlement_id);
	if (!settlement)
		return NULL;
	if (number == 0 || number > settlement->payments) {
		refuse_field(
		    d, number ? PB__OUTCOME__PAYMENT_UNKNOWN : PB__OUTCOME__FIELD_MISSING, "payment");
		return NULL;
	}
	const struct payment_row *payment = the_payment(d, settlement_id, number);
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

/* What may become of a payment, and what that does to the money. */
struct transition {
	Pb__PaymentStatus before;
	Pb__PaymentStatus status;
	Pb__AccountKind from;
	Pb__AccountKind to;
	int books; /* of the house account: its amount leaves them, −1, or comes back, 1 */
};

static const struct transition transitions[] = {
	{ PB__PAYMENT_STATUS__PAYMENT_APPROVED, PB__PAYMENT_STATUS__PAYMENT_PAID,
	    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAID, -1 },
	{ PB__PAYMENT_STATUS__PAYMENT_APPROVED, PB__PAYMENT_STATUS__PAYMENT_FAILED,
	    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 0 },
	{ PB__PAYMENT_STATUS__PAYMENT_PAID, PB__PAYMENT_STATUS__PAYMENT_FAILED,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 1 },
	{ PB__PAYMENT_STATUS__PAYMENT_PAID, PB__PAYMENT_STATUS__PAYMENT_RETURNED,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 1 },
	{ PB__PAYMENT_STATUS__PAYMENT_RECONCILED, PB__PAYMENT_STATUS__PAYMENT_RETURNED,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 1 },
};

/* NULL: it cannot become that. */
static const struct transition *find_transition(
    const struct payment_row *payment, Pb__PaymentStatus status) {
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
		const struct transition *transition = &transitions[i];
		if (transition->status == status && transition->before == payment->status)
			return transition;
	}
	return NULL;
}

static bool want_status(struct deciding *d, Pb__PaymentStatus status) {
	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++)
		if (transitions[i].status == status)
			return true;
	return refuse_field(
	    d, status ? PB__OUTCOME__FIELD_INVALID : PB__OUTCOME__FIELD_MISSING, "status");
}

static bool want_words(struct deciding *d, const Pb__RecordPayment *record) {
	bool has_reason = record->status == PB__PAYMENT_STATUS__PAYMENT_PAID
	    ? allow_text(d, record->reason, LIMIT_TEXT_BYTES, "reason")
	    : want_text(d, record->reason, LIMIT_TEXT_BYTES, "reason");
	return has_reason &&
	    allow_text(d, record->bank_reference, LIMIT_REFERENCE_BYTES, "bank_reference") &&
	    house_want_open_date(d, record->value_date, "value_date");
}

static bool want_not_clawed_back(struct deciding *d, const struct payment_row *payment) {
	uint64_t claim = payment_clawed_claim(d, payment);
	return !claim ||
	    refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "payment",
	        arena_printf(d->arena, "claim %llu is clawed back: record a recovery",
	            (unsigned long long)claim));
}

static bool post_books(
    struct deciding *d, const struct transition *transition, const struct payment_row *payment) {
	return transition->books == 0 ||
	    house_post(d, d->decision->house_account, transition->books * payment->amount);
}

bool decide_record_payment(struct deciding *d) {
	const Pb__RecordPayment *record = d->command->record_payment;
	const struct payment_row *payment;
	if (!want_status(d, record->status) || !want_words(d, record) ||
	    !(payment = find_payment(d, record->settlement, record->payment)))
		return false;
	const struct transition *transition = find_transition(payment, record->status);
	return want_payment_state(d, payment, transition != NULL) && want_not_clawed_back(d, payment) &&
	    payment_post(d, d->decision->programme, payment, transition->from, transition->to) &&
	    post_books(d, transition, payment);
}

/* It may be in the books: said to be paid, by mistake. */
static void apply_failed(
    struct applying *a, const struct payment_row *payment, const struct awaited *out) {
	check(payment_awaits_line(payment));
	house_await_no_longer(a, out);
	if (payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID)
		house_count_awaited(a, out, false);
}

/* What its line is waited for. */
static void apply_awaited(
    struct applying *a, const Pb__RecordPayment *record, const struct payment_row *payment) {
	struct awaited out = payment_awaited(a, record->settlement, record->payment);
	struct awaited back = payment_awaited_return(a, record->settlement, record->payment);
	switch (record->status) {
	case PB__PAYMENT_STATUS__PAYMENT_PAID: house_count_awaited(a, &out, true); break;
	case PB__PAYMENT_STATUS__PAYMENT_FAILED: apply_failed(a, payment, &out); break;
	default: house_await(a, &back); house_count_awaited(a, &back, true);
	}
}

void apply_record_payment(struct applying *a) {
	const Pb__RecordPayment *record = a->command->record_payment;
	struct payment_row payment = get_payment(a, record->settlement, record->payment);
	check(find_transition(&payment, record->status));
	check((payment.status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED) == (payment.line != 0));
	check_moved(a, 0, payment.payee, payment.amount);
	apply_awaited(a, record, &payment);
	payment.record_seq = a->entry->seq;
	if (record->status == PB__PAYMENT_STATUS__PAYMENT_PAID) {
		payment_become(a, &payment, record->status);
		payment_note_reference(a, record->settlement, record->payment, record->bank_reference);
	} else {
		struct giving_back back = { .a = a };
		give_back(&back, &payment, record->status);
		give_back_end(&back);
	}
	put_payment(a, record->settlement, record->payment, &payment);
}
