/* SPDX-License-Identifier: Apache-2.0 */
/* Settlements and what the bank says of their payments. */
#include "naive_inside.h"

#include <stdio.h>
#include <string.h>

/* The invoices of a reservation's claims support what is claimed on it. */
static bool is_supported(const struct naive_reservation *r) {
	return r->ratio_bp == 0 || r->claimed <= (int64_t)((__int128)r->invoiced * r->ratio_bp / 10000);
}

static bool is_ready(struct naive *world, const struct naive_claim *claim, uint64_t cutoff) {
	return claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED && claim->published_seq <= cutoff &&
	    claim->publication_ends <= world->now &&
	    is_supported(naive_reservation(world, claim->reservation)) &&
	    !naive_party(world, claim->payee)->suspended;
}

/* The oldest publication first. */
static struct naive_claim *next_ready(
    struct naive *world, uint64_t programme, uint64_t cutoff, uint64_t after) {
	struct naive_claim *oldest = NULL;
	for (size_t i = 0; i < world->n_claims; i++) {
		struct naive_claim *claim = &world->claims[i];
		if (claim->programme == programme && claim->published_seq > after &&
		    is_ready(world, claim, cutoff) &&
		    (!oldest || claim->published_seq < oldest->published_seq))
			oldest = claim;
	}
	return oldest;
}

static struct naive_answer open(struct naive *world, const Pb__OpenSettlement *command) {
	struct naive_programme *programme = naive_programme_by_code(world, command->programme);
	struct naive_settlement *settlement = &world->settlements[world->n_settlements];
	if (!programme)
		return refused(PB__OUTCOME__PROGRAMME_UNKNOWN);
	if (!naive_may_settle(world, programme->id))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (!command->cutoff)
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (command->cutoff >= world->seq)
		return refused(PB__OUTCOME__CUTOFF_AHEAD);
	*settlement = (struct naive_settlement){ .id = world->seq,
		.programme = programme->id,
		.status = PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN,
		.prepared_by = world->actor->person };
	int64_t sum = 0;
	uint64_t after = 0;
	struct naive_claim *claim;
	while ((claim = next_ready(world, programme->id, command->cutoff, after))) {
		size_t number = 0;
		after = claim->published_seq;
		while (
		    number < settlement->n_payments && settlement->payments[number].payee != claim->payee)
			number++;
		if (number == settlement->n_payments)
			settlement->payments[settlement->n_payments++] = (struct naive_payment){
				.payee = claim->payee, .status = PB__PAYMENT_STATUS__PAYMENT_PREPARED
			};
		settlement->payments[number].amount += claim->amount;
		sum += claim->amount;
		claim->status = PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT;
		claim->settlement = settlement->id;
		claim->payment = (uint32_t)number + 1;
	}
	if (!sum)
		return refused(PB__OUTCOME__NOTHING_TO_SETTLE);
	world->n_settlements++;
	return accepted(sum);
}

/* --- after it was opened --- */

/* The claims of a payment, or of all (0), become this. */
static void mark(
    struct naive *world, uint64_t settlement, uint32_t payment, Pb__ClaimStatus status) {
	for (size_t i = 0; i < world->n_claims; i++) {
		struct naive_claim *claim = &world->claims[i];
		if (claim->settlement != settlement || (payment && claim->payment != payment))
			continue;
		claim->status = status;
		if (status == PB__CLAIM_STATUS__CLAIM_PUBLISHED)
			claim->settlement = 0;
	}
}

static struct naive_answer approve(struct naive *world, const Pb__ApproveSettlement *command) {
	if (command->payments_digest->value.len != 32)
		return refused(PB__OUTCOME__FIELD_INVALID);
	struct naive_settlement *settlement = naive_settlement(world, command->settlement);
	if (!settlement)
		return refused(naive_unknown(command->settlement, PB__OUTCOME__SETTLEMENT_UNKNOWN));
	if (!naive_may_settle(world, settlement->programme))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		return refused(PB__OUTCOME__SETTLEMENT_STATE);
	if (naive_is_same(settlement->prepared_by, world->actor->person))
		return refused(PB__OUTCOME__SAME_PERSON);
	if (memcmp(command->payments_digest->value.data, settlement->digest, 32) != 0)
		return refused(PB__OUTCOME__PAYMENTS_CHANGED);
	int64_t sum = 0;
	for (size_t i = 0; i < settlement->n_payments; i++) {
		if (naive_party(world, settlement->payments[i].payee)->suspended)
			return refused(PB__OUTCOME__PARTY_STATE);
		for (size_t c = 0; c < world->n_claims; c++)
			if (world->claims[c].settlement == settlement->id &&
			    world->claims[c].payment == i + 1 &&
			    !is_supported(naive_reservation(world, world->claims[c].reservation)))
				return refused(PB__OUTCOME__INVOICES_INSUFFICIENT);
	}
	for (size_t i = 0; i < settlement->n_payments; i++) {
		struct naive_payment *payment = &settlement->payments[i];
		payment->status = PB__PAYMENT_STATUS__PAYMENT_APPROVED;
		naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, settlement->programme,
		    payment->payee, -payment->amount);
		naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT, settlement->programme,
		    payment->payee, payment->amount);
		sum += payment->amount;
	}
	settlement->status = PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	return accepted(sum);
}

static struct naive_answer cancel(struct naive *world, const Pb__CancelSettlement *command) {
	struct naive_settlement *settlement = naive_settlement(world, command->settlement);
	int64_t sum = 0;
	if (!command->reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (!settlement)
		return refused(naive_unknown(command->settlement, PB__OUTCOME__SETTLEMENT_UNKNOWN));
	if (!naive_may_settle(world, settlement->programme))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		return refused(PB__OUTCOME__SETTLEMENT_STATE);
	for (size_t i = 0; i < settlement->n_payments; i++) {
		settlement->payments[i].status = PB__PAYMENT_STATUS__PAYMENT_CANCELLED;
		sum += settlement->payments[i].amount;
	}
	settlement->status = PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED;
	mark(world, settlement->id, 0, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	return accepted(sum);
}

/* --- payments --- */

static void shift(struct naive *world, const struct naive_settlement *settlement,
    const struct naive_payment *payment, Pb__AccountKind from, Pb__AccountKind to) {
	naive_move(world, from, settlement->programme, payment->payee, -payment->amount);
	naive_move(world, to, settlement->programme, payment->payee, payment->amount);
}

static Pb__Outcome ask_record(const Pb__RecordPayment *command) {
	bool is_bad = command->status == PB__PAYMENT_STATUS__PAYMENT_FAILED ||
	    command->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	if (!command->status)
		return PB__OUTCOME__FIELD_MISSING;
	if (!is_bad && command->status != PB__PAYMENT_STATUS__PAYMENT_PAID)
		return PB__OUTCOME__FIELD_INVALID;
	if (is_bad && !command->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (command->value_date[0] && naive_parse_date(command->value_date) < 0)
		return PB__OUTCOME__FIELD_INVALID;
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome find_payment(struct naive *world, uint64_t id, uint32_t number,
    struct naive_settlement **ret_settlement, struct naive_payment **ret_payment) {
	struct naive_settlement *settlement = naive_settlement(world, id);
	if (!settlement)
		return naive_unknown(id, PB__OUTCOME__SETTLEMENT_UNKNOWN);
	if (!naive_may_settle(world, settlement->programme))
		return PB__OUTCOME__NOT_IN_REGION;
	if (!number)
		return PB__OUTCOME__FIELD_MISSING;
	if (number > settlement->n_payments)
		return PB__OUTCOME__PAYMENT_UNKNOWN;
	*ret_settlement = settlement;
	*ret_payment = &settlement->payments[number - 1];
	return PB__OUTCOME__OUTCOME_OK;
}

/* Whose money is owed back is not paid again. */
static bool is_clawed_back(const struct naive *world, uint64_t settlement, uint32_t payment) {
	for (size_t i = 0; i < world->n_claims; i++)
		if (world->claims[i].settlement == settlement && world->claims[i].payment == payment &&
		    world->claims[i].clawed_back)
			return true;
	return false;
}

static struct naive_answer record(struct naive *world, const Pb__RecordPayment *command) {
	struct naive_settlement *settlement;
	struct naive_payment *payment;
	Pb__Outcome outcome = ask_record(command);
	if (!outcome)
		outcome = find_payment(world, command->settlement, command->payment, &settlement, &payment);
	if (outcome)
		return refused(outcome);
	bool was_paid = payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
	bool is_returned = command->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	if (is_returned ? !was_paid : payment->status != PB__PAYMENT_STATUS__PAYMENT_APPROVED)
		return refused(PB__OUTCOME__PAYMENT_STATE);
	if (is_returned && is_clawed_back(world, settlement->id, command->payment))
		return refused(PB__OUTCOME__CLAIM_STATE);
	bool is_paid = command->status == PB__PAYMENT_STATUS__PAYMENT_PAID;
	shift(world, settlement, payment,
	    is_returned ? PB__ACCOUNT_KIND__PROGRAMME_PAID : PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT,
	    is_paid ? PB__ACCOUNT_KIND__PROGRAMME_PAID : PB__ACCOUNT_KIND__PROGRAMME_PAYABLE);
	payment->status = command->status;
	mark(world, settlement->id, command->payment,
	    is_paid ? PB__CLAIM_STATUS__CLAIM_PAID : PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	return accepted(payment->amount);
}

static struct naive_answer reconcile(struct naive *world, const Pb__Reconcile *command) {
	struct naive_settlement *settlement;
	struct naive_payment *payment;
	if (command->amount <= 0)
		return refused(PB__OUTCOME__AMOUNT_INVALID);
	Pb__Outcome outcome = find_payment(
	    world, command->settlement, command->payment, &settlement, &payment);
	if (outcome)
		return refused(outcome);
	if (payment->status != PB__PAYMENT_STATUS__PAYMENT_PAID)
		return refused(PB__OUTCOME__PAYMENT_STATE);
	if (command->amount != payment->amount)
		return refused(PB__OUTCOME__AMOUNT_MISMATCH);
	if (naive_is_taken(world->lines, world->n_lines, command->serial))
		return refused(PB__OUTCOME__STATEMENT_LINE_TAKEN);
	struct naive_word *line = &world->lines[world->n_lines++];
	snprintf(line->text, sizeof(line->text), "%s", command->serial);
	payment->status = PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
	mark(world, settlement->id, command->payment, PB__CLAIM_STATUS__CLAIM_RECONCILED);
	return accepted(payment->amount);
}

struct naive_answer naive_settlements(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_OPEN_SETTLEMENT: return open(world, command->open_settlement);
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT: return approve(world, command->approve_settlement);
	case PB__COMMAND__BODY_CANCEL_SETTLEMENT: return cancel(world, command->cancel_settlement);
	case PB__COMMAND__BODY_RECORD_PAYMENT: return record(world, command->record_payment);
	default: return reconcile(world, command->reconcile);
	}
}
