/* SPDX-License-Identifier: Apache-2.0 */
/* Claims, what is published of them, and settlements as resources. */
#include "engine/query_build.h"

#include "base/check.h"
#include "base/date.h"
#include "record/digest.h"

#include <string.h>

/* --- claims --- */

static const char *stop_reason(struct query *query, uint64_t seq) {
	if (!seq)
		return "";
	const Pb__JournalEntry *entry = query_glance(query, seq, PB__COMMAND__BODY__NOT_SET);
	if (!entry)
		return "";
	const Pb__Command *command = entry->command;
	switch (command->body_case) {
	case PB__COMMAND__BODY_RETURN_CLAIM: return query_keep(query, command->return_claim->reason);
	case PB__COMMAND__BODY_REJECT_CLAIM: return query_keep(query, command->reject_claim->reason);
	case PB__COMMAND__BODY_OBJECT_CLAIM: return query_keep(query, command->object_claim->reason);
	case PB__COMMAND__BODY_RESOLVE_OBJECTION:
		return query_keep(query, command->resolve_objection->reason);
	default: return "";
	}
}

static const struct programme_row *programme_of(const struct query *query, uint64_t id) {
	struct key key = key_of_id(id);
	const struct programme_row *row = STATE_GET(
	    query->view->state, TABLE_PROGRAMME, &key, struct programme_row);
	check(row);
	return row;
}

/* Which fund bears how much of it. */
static void add_shares(struct query *query, const struct claim_row *row, Pb__Claim *claim) {
	uint64_t funds[LIMIT_FUNDS];
	memcpy(funds, programme_of(query, row->programme)->funds, sizeof(funds));
	claim->shares = arena_alloc(query->arena, LIMIT_FUNDS * sizeof(claim->shares[0]));
	if (!claim->shares)
		query->err = ERR_MEMORY;
	for (size_t i = 0; claim->shares && i < LIMIT_FUNDS; i++) {
		if (!row->shares.amount[i])
			continue;
		Pb__Share *share = PB_NEW(Pb__Share, pb__share, query->arena);
		if (!share) {
			query->err = ERR_MEMORY;
			return;
		}
		share->fund = funds[i];
		share->amount = row->shares.amount[i];
		claim->shares[claim->n_shares++] = share;
	}
}

ProtobufCMessage *query_build_claim(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct claim_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__Claim *claim = PB_NEW(Pb__Claim, pb__claim, query->arena);
	const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY_SUBMIT_CLAIM);
	if (!claim || !entry)
		return NULL;
	const Pb__SubmitClaim *submit = entry->command->submit_claim;
	claim->id = id;
	claim->reservation = row->reservation;
	claim->programme = query_programme_code(query, row->programme);
	claim->holder = query_party_code(query, row->holder);
	claim->provider = query_party_code(query, row->provider);
	claim->payee = query_party_code(query, row->payee);
	claim->status = (Pb__ClaimStatus)row->status;
	claim->amount = row->amount;
	claim->n_invoices = submit->n_invoices;
	claim->invoices = submit->invoices;
	claim->publication_ends_us = row->publication_ends_us;
	claim->settlement = row->settlement;
	claim->payment = row->payment;
	claim->reason = stop_reason(query, row->settled_reason_seq);
	claim->time_us = (int64_t)entry->time_us;
	claim->since_us = row->since_us;
	claim->clawed_back = row->clawed_back;
	add_shares(query, row, claim);
	return &claim->base;
}

/* A team's name is its people's: it is known by its code. */
static const char *public_name(struct query *query, uint64_t party) {
	if (!party)
		return "";
	const Pb__RegisterParty *particulars = query_particulars(query, party);
	if (!particulars)
		return "";
	bool is_team = particulars->kind == PB__PARTY_KIND__PARTY_KIND_TEAM;
	return is_team ? particulars->code : particulars->name;
}

static const char *category_of(struct query *query, uint64_t reservation) {
	struct query_contract contract;
	const Pb__JournalEntry *entry = query_entry(query, reservation, PB__COMMAND__BODY__NOT_SET);
	return entry && query_contract_of(query, entry, &contract) ? contract.category : "";
}

static const char *programme_name(struct query *query, uint64_t programme) {
	const Pb__JournalEntry *entry = query_glance(
	    query, programme, PB__COMMAND__BODY_CREATE_PROGRAMME);
	return entry ? query_keep(query, entry->command->create_programme->name) : "";
}

/* The last day on which it may be objected to. */
static const char *last_day(struct query *query, const struct claim_row *row) {
	char date[DATE_TEXT_BYTES];
	int32_t offset = programme_of(query, row->programme)->utc_offset_minutes;
	date_format(date_local_day(row->publication_ends_us - 1, offset), date);
	return query_keep(query, date);
}

ProtobufCMessage *query_build_disclosure(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct claim_row *row = data;
	(void)is_alone;
	Pb__Disclosure *disclosure = PB_NEW(Pb__Disclosure, pb__disclosure, query->arena);
	if (!disclosure)
		return NULL;
	disclosure->claim = key_read_u64(key, 0);
	disclosure->programme = query_programme_code(query, row->programme);
	disclosure->holder = query_party_code(query, row->holder);
	disclosure->holder_name = public_name(query, row->holder);
	disclosure->provider = query_party_code(query, row->provider);
	disclosure->provider_name = public_name(query, row->provider);
	disclosure->category = category_of(query, row->reservation);
	disclosure->amount = row->amount;
	disclosure->publication_ends_us = row->publication_ends_us;
	disclosure->programme_name = programme_name(query, row->programme);
	disclosure->objections_until = last_day(query, row);
	return &disclosure->base;
}

/* --- settlements --- */

static const char *bank_reference(struct query *query, uint64_t record_seq) {
	if (!record_seq)
		return "";
	const Pb__JournalEntry *entry = query_glance(
	    query, record_seq, PB__COMMAND__BODY_RECORD_PAYMENT);
	return entry ? query_keep(query, entry->command->record_payment->bank_reference) : "";
}

static Pb__SettlementPayment *build_payment(
    struct query *query, uint64_t settlement, Pb__Payment *payment) {
	struct key key = key_of_payment(settlement, payment->number);
	const struct payment_row *row = STATE_GET(
	    query->view->state, TABLE_PAYMENT, &key, struct payment_row);
	check(row);
	Pb__SettlementPayment *result = PB_NEW(
	    Pb__SettlementPayment, pb__settlement_payment, query->arena);
	if (!result) {
		query->err = ERR_MEMORY;
		return NULL;
	}
	result->payment = payment;
	if (payment->account_commitment && query->viewer->is_payer)
		payment->account = query_personal_account(
		    query, payment->payee, payment->account_commitment);
	result->payee = query_party_code(query, row->payee);
	result->status = (Pb__PaymentStatus)row->status;
	result->bank_reference = bank_reference(query, row->record_seq);
	return result;
}

static void build_payments(
    struct query *query, const Pb__Decision *opened, Pb__Settlement *settlement) {
	size_t count = opened->n_payments;
	settlement->payments = arena_zalloc(query->arena, count * sizeof(settlement->payments[0]));
	if (!settlement->payments) {
		query->err = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < count && !query->err; i++)
		settlement->payments[i] = build_payment(query, settlement->id, opened->payments[i]);
	settlement->n_payments = query->err ? 0 : count;
}

ProtobufCMessage *query_build_settlement(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct settlement_row *row = data;
	uint64_t id = key_read_u64(key, 0);
	Pb__Settlement *settlement = PB_NEW(Pb__Settlement, pb__settlement, query->arena);
	Pb__Digest *digest = PB_NEW(Pb__Digest, pb__digest, query->arena);
	uint8_t *hash = arena_copy(query->arena, row->payments_digest, DIGEST_BYTES);
	if (!settlement || !digest || !hash)
		return NULL;
	digest->value = (ProtobufCBinaryData){ .len = DIGEST_BYTES, .data = hash };
	settlement->id = id;
	settlement->programme = query_programme_code(query, row->programme);
	settlement->status = (Pb__SettlementStatus)row->status;
	settlement->cutoff = row->cutoff;
	settlement->amount = row->amount;
	settlement->payments_count = row->payments;
	settlement->payments_digest = digest;
	settlement->prepared_by = query_keep(query, row->prepared_by);
	settlement->approved_by = query_keep(query, row->approved_by);
	settlement->time_us = query_time_us(query, id);
	if (row->approve_seq)
		settlement->approved_us = query_time_us(query, row->approve_seq);
	if (is_alone) {
		const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY_OPEN_SETTLEMENT);
		if (entry)
			build_payments(query, entry->decision, settlement);
	}
	return &settlement->base;
}
