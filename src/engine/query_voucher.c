/* SPDX-License-Identifier: Apache-2.0 */
/* Applications, vouchers and reservations as resources. */
#include "engine/query_build.h"

static const char *review_reason(struct query *query, uint64_t seq) {
	if (!seq)
		return "";
	const Pb__JournalEntry *entry = query_glance(query, seq, PB__COMMAND__BODY_REVIEW_APPLICATION);
	return entry ? query_keep(query, entry->command->review_application->reason) : "";
}

ProtobufCMessage *query_build_application(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct application_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__Application *application = PB_NEW(Pb__Application, pb__application, query->arena);
	const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY_APPLY);
	if (!application || !entry)
		return NULL;
	application->id = id;
	application->programme = query_programme_code(query, row->programme);
	application->party = query_party_code(query, row->party);
	application->amount = row->amount;
	application->status = (Pb__ApplicationStatus)row->status;
	application->purpose = entry->command->apply->purpose;
	application->reason = review_reason(query, row->review_seq);
	application->voucher = row->voucher;
	application->time_us = (int64_t)entry->time_us;
	application->since_us = row->since_us;
	application->replaced_by = row->replaced_by;
	return &application->base;
}

/* What the entry that issued it says. */
static void add_origin(struct query *query, Pb__Voucher *voucher) {
	const Pb__JournalEntry *entry = query_glance(query, voucher->id, PB__COMMAND__BODY__NOT_SET);
	if (!entry)
		return;
	voucher->time_us = (int64_t)entry->time_us;
	voucher->code = query_keep(query, entry->decision->voucher_code);
}

ProtobufCMessage *query_build_voucher(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct voucher_row *row = data;
	(void)is_alone;
	Pb__Voucher *voucher = PB_NEW(Pb__Voucher, pb__voucher, query->arena);
	if (!voucher)
		return NULL;
	voucher->id = key_read_u64(key, 0);
	add_origin(query, voucher);
	voucher->programme = query_programme_code(query, row->programme);
	voucher->holder = query_party_code(query, row->holder);
	voucher->status = (Pb__VoucherStatus)row->status;
	voucher->amount = row->amount;
	voucher->live = row->live;
	voucher->reserved = row->reserved;
	voucher->redeemed = row->redeemed;
	voucher->returned = row->returned;
	voucher->cancelled = row->cancelled;
	voucher->rule_version = row->rule_version;
	voucher->use_by_us = row->use_by_us;
	voucher->claim_by_us = row->claim_by_us;
	voucher->expired = row->expired;
	voucher->extended = row->extended != 0;
	return &voucher->base;
}

ProtobufCMessage *query_build_reservation(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct reservation_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__Reservation *reservation = PB_NEW(Pb__Reservation, pb__reservation, query->arena);
	const Pb__JournalEntry *entry = query_entry(query, id, PB__COMMAND__BODY__NOT_SET);
	struct query_contract contract;
	if (!reservation || !entry || !query_contract_of(query, entry, &contract))
		return NULL;
	reservation->id = id;
	reservation->voucher = row->voucher;
	reservation->programme = query_programme_code(query, row->programme);
	reservation->holder = query_party_code(query, row->holder);
	reservation->provider = query_party_code(query, row->provider);
	reservation->status = (Pb__ReservationStatus)row->status;
	reservation->contract_number = contract.number;
	reservation->category = contract.category;
	reservation->total = contract.total;
	reservation->eligible = contract.eligible;
	reservation->own_share = row->own_share;
	reservation->vat = row->vat;
	reservation->subsidy = row->subsidy;
	reservation->held = row->held;
	reservation->redeemed = row->redeemed;
	reservation->released = row->released;
	reservation->claimed = row->claimed;
	reservation->tier = row->tier;
	reservation->time_us = (int64_t)entry->time_us;
	reservation->n_bounds = entry->decision->n_bounds;
	reservation->bounds = entry->decision->bounds;
	return &reservation->base;
}
