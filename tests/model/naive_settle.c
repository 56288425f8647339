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

static int64_t unpaid(const struct naive_claim *claim) {
	return claim->amount - claim->netted;
}

/* Sets off what the payee owes, the oldest first. */
static void net(struct naive *world, const struct naive_settlement *settlement, uint32_t number,
    struct naive_payment *payment) {
	size_t count = 0;
	for (size_t i = 0; i < world->n_clawbacks && payment->amount > 0; i++) {
		const struct naive_clawback *clawback = &world->clawbacks[i];
		int64_t part = naive_owed(clawback);
		if (clawback->programme != settlement->programme || clawback->payee != payment->payee ||
		    part == 0 || count == NAIVE_NETTINGS)
			continue;
		if (part > payment->amount)
			part = payment->amount;
		struct naive_netting *netting = &world->nettings[world->n_nettings++];
		*netting = (struct naive_netting){ .settlement = settlement->id,
			.payment = number,
			.clawback = clawback->id,
			.amount = part };
		naive_split(part, clawback->left, 4, netting->shares);
		payment->amount -= part;
		payment->netted += part;
		count++;
	}
}

/* One payment for each payee. */
static void collect(struct naive *world, struct naive_settlement *settlement, uint64_t cutoff) {
	uint64_t after = 0;
	struct naive_claim *claim;
	while ((claim = next_ready(world, settlement->programme, cutoff, after))) {
		size_t number = 0;
		after = claim->published_seq;
		while (
		    number < settlement->n_payments && settlement->payments[number].payee != claim->payee)
			number++;
		if (number == settlement->n_payments)
			settlement->payments[settlement->n_payments++] = (struct naive_payment){
				.payee = claim->payee, .status = PB__PAYMENT_STATUS__PAYMENT_PREPARED
			};
		settlement->payments[number].amount += unpaid(claim);
		claim->status = PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT;
		claim->settlement = settlement->id;
		claim->payment = (uint32_t)number + 1;
	}
}

static struct naive_answer open(struct naive *world, const Pb__OpenSettlement *command) {
	struct naive_programme *programme = naive_programme_by_code(world, command->programme);
	struct naive_settlement *settlement = &world->settlements[world->n_settlements];
	const struct naive_house *house = naive_house_by_code(world, command->house_account);
	if (!programme)
		return refused(PB__OUTCOME__PROGRAMME_UNKNOWN);
	if (!naive_may_settle(world, programme->id))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (!house)
		return refused(command->house_account[0] ? PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN
		                                         : PB__OUTCOME__FIELD_MISSING);
	if (!command->cutoff)
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (command->cutoff >= world->seq)
		return refused(PB__OUTCOME__CUTOFF_AHEAD);
	*settlement = (struct naive_settlement){ .id = world->seq,
		.programme = programme->id,
		.house = house->id,
		.status = PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN,
		.prepared_by = world->actor->person };
	collect(world, settlement, command->cutoff);
	if (!settlement->n_payments)
		return refused(PB__OUTCOME__NOTHING_TO_SETTLE);
	bool is_netting = naive_rules_in_force(world, programme->id, world->now)->net_clawbacks;
	for (size_t i = 0; i < settlement->n_payments; i++) {
		if (is_netting)
			net(world, settlement, (uint32_t)i + 1, &settlement->payments[i]);
		settlement->amount += settlement->payments[i].amount;
	}
	world->n_settlements++;
	return accepted(settlement->amount);
}

/* --- after it was opened --- */

void naive_mark(
    struct naive *world, uint64_t settlement, uint32_t payment, Pb__ClaimStatus status) {
	for (size_t i = 0; i < world->n_claims; i++) {
		struct naive_claim *claim = &world->claims[i];
		if (claim->settlement != settlement || (payment && claim->payment != payment) ||
		    claim->is_set_off)
			continue;
		claim->status = status;
		if (status == PB__CLAIM_STATUS__CLAIM_PUBLISHED)
			claim->settlement = 0;
	}
}

void naive_shift(struct naive *world, const struct naive_settlement *settlement,
    const struct naive_payment *payment, Pb__AccountKind from, Pb__AccountKind to) {
	naive_move(world, from, settlement->programme, payment->payee, -payment->amount);
	naive_move(world, to, settlement->programme, payment->payee, payment->amount);
}

static Pb__Outcome ask_payable(
    struct naive *world, const struct naive_settlement *settlement, size_t at) {
	const struct naive_payment *payment = &settlement->payments[at];
	if (naive_party(world, payment->payee)->suspended)
		return PB__OUTCOME__PARTY_STATE;
	for (size_t c = 0; c < world->n_claims; c++)
		if (world->claims[c].settlement == settlement->id && world->claims[c].payment == at + 1 &&
		    !is_supported(naive_reservation(world, world->claims[c].reservation)))
			return PB__OUTCOME__INVOICES_INSUFFICIENT;
	for (size_t n = 0; n < world->n_nettings; n++) {
		const struct naive_netting *netting = &world->nettings[n];
		for (size_t f = 0; f < 4; f++)
			if (netting->settlement == settlement->id && netting->payment == at + 1 &&
			    netting->shares[f] > naive_clawback(world, netting->clawback)->left[f])
				return PB__OUTCOME__PAYMENTS_CHANGED;
	}
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_approve(struct naive *world, const Pb__ApproveSettlement *command) {
	const struct naive_settlement *settlement = naive_settlement(world, command->settlement);
	if (command->payments_digest->value.len != 32)
		return PB__OUTCOME__FIELD_INVALID;
	if (!settlement)
		return naive_unknown(command->settlement, PB__OUTCOME__SETTLEMENT_UNKNOWN);
	if (!naive_may_settle(world, settlement->programme))
		return PB__OUTCOME__NOT_IN_REGION;
	if (settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		return PB__OUTCOME__SETTLEMENT_STATE;
	if (naive_is_same(settlement->prepared_by, world->actor->person))
		return PB__OUTCOME__SAME_PERSON;
	if (memcmp(command->payments_digest->value.data, settlement->digest, 32) != 0)
		return PB__OUTCOME__PAYMENTS_CHANGED;
	Pb__Outcome outcome = PB__OUTCOME__OUTCOME_OK;
	for (size_t i = 0; i < settlement->n_payments && !outcome; i++)
		outcome = ask_payable(world, settlement, i);
	return outcome;
}

/* The oldest publication of the payment after this one; NULL: there is none. */
static struct naive_claim *next_of_payment(
    struct naive *world, uint64_t settlement, uint32_t payment, uint64_t after) {
	struct naive_claim *oldest = NULL;
	for (size_t i = 0; i < world->n_claims; i++) {
		struct naive_claim *claim = &world->claims[i];
		if (claim->settlement == settlement && claim->payment == payment && !claim->is_set_off &&
		    claim->published_seq > after &&
		    (!oldest || claim->published_seq < oldest->published_seq))
			oldest = claim;
	}
	return oldest;
}

/* What is set off recovers the clawbacks and pays the claims, one after the other. */
static void set_off(
    struct naive *world, const struct naive_settlement *settlement, uint32_t number) {
	const struct naive_payment *payment = &settlement->payments[number - 1];
	int64_t rest = payment->netted;
	uint64_t after = 0;
	struct naive_claim *claim;
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, settlement->programme, payment->payee,
	    -payment->netted);
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_PAID, settlement->programme, payment->payee,
	    payment->netted);
	for (size_t i = 0; i < world->n_nettings; i++) {
		const struct naive_netting *netting = &world->nettings[i];
		if (netting->settlement == settlement->id && netting->payment == number)
			naive_recover(world, naive_clawback(world, netting->clawback), netting->shares);
	}
	while (rest > 0 && (claim = next_of_payment(world, settlement->id, number, after))) {
		int64_t part = rest < unpaid(claim) ? rest : unpaid(claim);
		after = claim->published_seq;
		rest -= part;
		claim->netted += part;
		if (unpaid(claim) > 0)
			continue;
		claim->status = PB__CLAIM_STATUS__CLAIM_RECONCILED;
		claim->is_set_off = true;
	}
}

static struct naive_answer approve(struct naive *world, const Pb__ApproveSettlement *command) {
	Pb__Outcome outcome = ask_approve(world, command);
	if (outcome)
		return refused(outcome);
	struct naive_settlement *settlement = naive_settlement(world, command->settlement);
	for (uint32_t number = 1; number <= settlement->n_payments; number++) {
		struct naive_payment *payment = &settlement->payments[number - 1];
		payment->status = payment->amount ? PB__PAYMENT_STATUS__PAYMENT_APPROVED
		                                  : PB__PAYMENT_STATUS__PAYMENT_NETTED;
		payment->approved = world->now;
		naive_shift(world, settlement, payment, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE,
		    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT);
		set_off(world, settlement, number);
	}
	settlement->status = PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	return accepted(settlement->amount);
}

/* Nothing of it has left the house. */
static bool is_unsent(const struct naive *world, const struct naive_settlement *settlement) {
	for (size_t i = 0; i < world->n_files; i++)
		if (world->files[i].settlement == settlement->id)
			return false;
	for (size_t i = 0; i < settlement->n_payments; i++)
		if (settlement->payments[i].status != PB__PAYMENT_STATUS__PAYMENT_APPROVED &&
		    settlement->payments[i].status != PB__PAYMENT_STATUS__PAYMENT_NETTED)
			return false;
	return settlement->amount > 0;
}

static struct naive_answer cancel(struct naive *world, const Pb__CancelSettlement *command) {
	struct naive_settlement *settlement = naive_settlement(world, command->settlement);
	if (!command->reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (!settlement)
		return refused(naive_unknown(command->settlement, PB__OUTCOME__SETTLEMENT_UNKNOWN));
	if (!naive_may_settle(world, settlement->programme))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	bool is_approved = settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	if (is_approved ? !is_unsent(world, settlement)
	                : settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		return refused(PB__OUTCOME__SETTLEMENT_STATE);
	for (size_t i = 0; i < settlement->n_payments; i++) {
		struct naive_payment *payment = &settlement->payments[i];
		if (payment->status == PB__PAYMENT_STATUS__PAYMENT_NETTED)
			continue;
		payment->status = PB__PAYMENT_STATUS__PAYMENT_CANCELLED;
		if (is_approved)
			naive_shift(world, settlement, payment, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT,
			    PB__ACCOUNT_KIND__PROGRAMME_PAYABLE);
	}
	settlement->status = PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED;
	naive_mark(world, settlement->id, 0, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	return accepted(settlement->amount);
}

/* --- what is sent --- */

static struct naive_answer record_file(struct naive *world, const Pb__RecordPaymentFile *command) {
	const struct naive_settlement *settlement = naive_settlement(world, command->settlement);
	if (!command->format[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (!settlement)
		return refused(naive_unknown(command->settlement, PB__OUTCOME__SETTLEMENT_UNKNOWN));
	if (!naive_may_settle(world, settlement->programme))
		return refused(PB__OUTCOME__NOT_IN_REGION);
	if (settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED || !settlement->amount)
		return refused(PB__OUTCOME__SETTLEMENT_STATE);
	for (size_t i = 0; i < world->n_files; i++)
		if (world->files[i].settlement == settlement->id &&
		    strcmp(world->files[i].format, command->format) == 0)
			return refused(memcmp(world->files[i].hash, command->file->value.data, 32) == 0
			        ? PB__OUTCOME__PAYMENT_FILE_KNOWN
			        : PB__OUTCOME__PAYMENT_FILE_DIFFERS);
	struct naive_file *file = &world->files[world->n_files++];
	*file = (struct naive_file){ .settlement = settlement->id, .format = command->format };
	memcpy(file->hash, command->file->value.data, 32);
	return accepted(settlement->amount);
}

/* --- payments --- */

static Pb__Outcome ask_record(const struct naive *world, const Pb__RecordPayment *command) {
	bool is_bad = command->status == PB__PAYMENT_STATUS__PAYMENT_FAILED ||
	    command->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	if (!command->status)
		return PB__OUTCOME__FIELD_MISSING;
	if (!is_bad && command->status != PB__PAYMENT_STATUS__PAYMENT_PAID)
		return PB__OUTCOME__FIELD_INVALID;
	if (is_bad && !command->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!command->value_date[0])
		return PB__OUTCOME__OUTCOME_OK;
	if (naive_parse_date(command->value_date) < 0)
		return PB__OUTCOME__FIELD_INVALID;
	return naive_is_closed_day(world, naive_parse_date(command->value_date))
	    ? PB__OUTCOME__DATE_CLOSED
	    : PB__OUTCOME__OUTCOME_OK;
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
bool naive_is_clawed_back(const struct naive *world, uint64_t settlement, uint32_t payment) {
	for (size_t i = 0; i < world->n_claims; i++)
		if (world->claims[i].settlement == settlement && world->claims[i].payment == payment &&
		    world->claims[i].clawed_back && !world->claims[i].is_set_off)
			return true;
	return false;
}

static struct naive_answer record(struct naive *world, const Pb__RecordPayment *command) {
	struct naive_settlement *settlement;
	struct naive_payment *payment;
	Pb__Outcome outcome = ask_record(world, command);
	if (!outcome)
		outcome = find_payment(world, command->settlement, command->payment, &settlement, &payment);
	if (outcome)
		return refused(outcome);
	bool was_paid = payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
	bool is_returned = command->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	bool is_mistake = command->status == PB__PAYMENT_STATUS__PAYMENT_FAILED &&
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID;
	bool had_left = is_returned || is_mistake;
	if (had_left ? !was_paid : payment->status != PB__PAYMENT_STATUS__PAYMENT_APPROVED)
		return refused(PB__OUTCOME__PAYMENT_STATE);
	if (had_left && naive_is_clawed_back(world, settlement->id, command->payment))
		return refused(PB__OUTCOME__CLAIM_STATE);
	bool is_paid = command->status == PB__PAYMENT_STATUS__PAYMENT_PAID;
	naive_shift(world, settlement, payment,
	    had_left ? PB__ACCOUNT_KIND__PROGRAMME_PAID : PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT,
	    is_paid ? PB__ACCOUNT_KIND__PROGRAMME_PAID : PB__ACCOUNT_KIND__PROGRAMME_PAYABLE);
	payment->status = command->status;
	if (is_paid) {
		payment->said_paid = true;
		payment->reference = command->bank_reference;
		naive_book(world, settlement->house, -payment->amount);
	} else if (had_left) {
		payment->said_returned = is_returned;
		payment->said_paid = is_returned && payment->said_paid;
		naive_book(world, settlement->house, payment->amount);
	}
	naive_mark(world, settlement->id, command->payment,
	    is_paid ? PB__CLAIM_STATUS__CLAIM_PAID : PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	return accepted(payment->amount);
}

struct naive_answer naive_settlements(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_OPEN_SETTLEMENT: return open(world, command->open_settlement);
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT: return approve(world, command->approve_settlement);
	case PB__COMMAND__BODY_CANCEL_SETTLEMENT: return cancel(world, command->cancel_settlement);
	case PB__COMMAND__BODY_RECORD_PAYMENT: return record(world, command->record_payment);
	default: return record_file(world, command->record_payment_file);
	}
}
