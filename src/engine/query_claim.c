/* SPDX-License-Identifier: Apache-2.0 */
/* Claims and what is published of them as resources. */
#include "engine/query_build.h"

#include "base/check.h"
#include "base/date.h"

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
	claim->netted = row->netted;
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
	int32_t offset = programme_of(query, row->programme)->utc_offset_minutes;
	return query_date(query, date_local_day(row->publication_ends_us - 1, offset));
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
