/* SPDX-License-Identifier: Apache-2.0 */
/* Settlements, their payments and the files made of them as resources. */
#include "engine/query_build.h"

#include "base/check.h"
#include "ledger/payment.h"

#include <string.h>

/* --- payments --- */

/* What the bank's line says of a payment, when that is how it became known. */
static void add_line_said(
    struct query *query, uint64_t house_account, uint64_t number, Pb__SettlementPayment *payment) {
	struct key key = key_of_ids(house_account, number);
	const struct bank_line_row *row = STATE_GET(
	    query->view->state, TABLE_BANK_LINE, &key, struct bank_line_row);
	check(row);
	const struct bank_line_row line = *row;
	const Pb__JournalEntry *entry = query_glance(
	    query, line.seq, PB__COMMAND__BODY_IMPORT_STATEMENT);
	if (!entry)
		return;
	const Pb__StatementLine *said = entry->command->import_statement->lines[line.index];
	const char *reference = said->bank_reference[0] ? said->bank_reference : said->serial;
	const char *date = said->value_date[0] ? said->value_date : said->booking_date;
	payment->bank_reference = query_keep(query, reference);
	payment->value_date = query_keep(query, date);
}

/* How it was paid: as it was recorded, else as its line says. */
static void add_recorded(struct query *query, uint64_t house_account, const struct payment_row *row,
    Pb__SettlementPayment *payment) {
	if (!row->record_seq)
		return;
	const Pb__JournalEntry *entry = query_glance(
	    query, row->record_seq, PB__COMMAND__BODY__NOT_SET);
	if (!entry)
		return;
	uint64_t line = row->return_line ? row->return_line : row->line;
	if (entry->command->body_case == PB__COMMAND__BODY_RECORD_PAYMENT) {
		const Pb__RecordPayment *record = entry->command->record_payment;
		payment->bank_reference = query_keep(query, record->bank_reference);
		payment->value_date = query_keep(query, record->value_date);
	} else if (line) {
		add_line_said(query, house_account, line, payment);
	}
}

/* `made` as the entry that opened the settlement has it, in the result's arena. */
static Pb__SettlementPayment *build_payment(
    struct query *query, uint64_t settlement, Pb__Payment *made) {
	const struct state *state = query->view->state;
	struct key key = key_of_id(settlement);
	const struct settlement_row *opened = STATE_GET(
	    state, TABLE_SETTLEMENT, &key, struct settlement_row);
	check(opened);
	uint64_t programme = opened->programme, house_account = opened->house_account;
	key = key_of_payment(settlement, made->number);
	const struct payment_row *found = STATE_GET(state, TABLE_PAYMENT, &key, struct payment_row);
	check(found);
	const struct payment_row row = *found;
	Pb__SettlementPayment *result = PB_NEW(
	    Pb__SettlementPayment, pb__settlement_payment, query->arena);
	if (!result) {
		query->err = ERR_MEMORY;
		return NULL;
	}
	result->payment = made;
	if (made->account_commitment && query->viewer->is_payer)
		made->account = query_personal_account(query, made->payee, made->account_commitment);
	result->payee = query_party_code(query, row.payee);
	result->status = (Pb__PaymentStatus)row.status;
	result->settlement = settlement;
	result->programme = query_programme_code(query, programme);
	if (query->viewer->is_banker) {
		result->house_account = query_house_code(query, house_account);
		result->line = row.line;
		result->return_line = row.return_line;
	}
	add_recorded(query, house_account, &row, result);
	return result;
}

ProtobufCMessage *query_build_payment(
    struct query *query, const struct key *key, const void *row, bool is_alone) {
	(void)row, (void)is_alone;
	uint64_t settlement = key_read_u64(key, 0);
	uint32_t number = key_read_u32(key, ID_KEY_BYTES);
	const Pb__JournalEntry *entry = query_recent(
	    query, settlement, PB__COMMAND__BODY_OPEN_SETTLEMENT);
	if (!entry)
		return NULL;
	check(number >= 1 && number <= entry->decision->n_payments);
	const Pb__Payment *made = entry->decision->payments[number - 1];
	Pb__Payment *copy = (Pb__Payment *)query_keep_message(query, &made->base);
	Pb__SettlementPayment *payment = copy ? build_payment(query, settlement, copy) : NULL;
	return payment ? &payment->base : NULL;
}

/* --- which of them wait for their bank line --- */

bool query_is_payment_wanted(struct query *query, const struct query_wanted *wanted,
    const struct key *key, const void *data) {
	const struct payment_row *row = data;
	(void)query;
	(void)key;
	if (!wanted->has_awaited)
		return true;
	bool waits = payment_awaits_line(row) || payment_awaits_return(row);
	return waits == wanted->is_awaited;
}

/* --- settlements --- */

static void add_payments(struct query *query, Pb__Settlement *settlement) {
	const Pb__JournalEntry *entry = query_entry(
	    query, settlement->id, PB__COMMAND__BODY_OPEN_SETTLEMENT);
	if (!entry)
		return;
	size_t count = entry->decision->n_payments;
	settlement->payments = arena_zalloc(query->arena, count * sizeof(settlement->payments[0]));
	if (!settlement->payments) {
		query->err = ERR_MEMORY;
		return;
	}
	for (size_t i = 0; i < count && !query->err; i++)
		settlement->payments[i] = build_payment(
		    query, settlement->id, entry->decision->payments[i]);
	settlement->n_payments = query->err ? 0 : count;
}

struct files {
	struct query *query;
	Pb__Settlement *settlement;
};

static Pb__PaymentFile *build_file(struct query *query, const struct payment_file_row *row) {
	Pb__PaymentFile *file = PB_NEW(Pb__PaymentFile, pb__payment_file, query->arena);
	const Pb__JournalEntry *entry = query_glance(
	    query, row->seq, PB__COMMAND__BODY_RECORD_PAYMENT_FILE);
	if (!file || !entry)
		return NULL;
	file->time_us = (int64_t)entry->time_us;
	file->format = query_keep(query, entry->command->record_payment_file->format);
	file->person = query_keep(query, entry->actor->person);
	file->file = query_keep_digest(query, row->file);
	return file;
}

static bool visit_file(void *arg, const struct key *key, const void *row, size_t bytes) {
	const struct files *files = arg;
	Pb__Settlement *settlement = files->settlement;
	struct query *query = files->query;
	(void)key;
	check(bytes == sizeof(struct payment_file_row));
	Pb__PaymentFile *file = build_file(query, row);
	Pb__PaymentFile **grown = arena_grow(
	    query->arena, settlement->files, settlement->n_files, sizeof(*grown));
	if (!file || !grown) {
		query->err = query->err ? query->err : ERR_MEMORY;
		return false;
	}
	settlement->files = grown;
	settlement->files[settlement->n_files++] = file;
	return true;
}

static void add_files(struct query *query, Pb__Settlement *settlement) {
	const struct state *state = query->view->state;
	struct files files = { .query = query, .settlement = settlement };
	struct key prefix = key_of_id(settlement->id);
	if (state->ops->scan)
		state->ops->scan(state->self, TABLE_PAYMENT_FILE, &prefix, &prefix, visit_file, &files);
}

ProtobufCMessage *query_build_settlement(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct settlement_row *row = data;
	uint64_t id = key_read_u64(key, 0);
	Pb__Settlement *settlement = PB_NEW(Pb__Settlement, pb__settlement, query->arena);
	if (!settlement)
		return NULL;
	settlement->id = id;
	settlement->programme = query_programme_code(query, row->programme);
	settlement->status = (Pb__SettlementStatus)row->status;
	settlement->cutoff = row->cutoff;
	settlement->amount = row->amount;
	settlement->netted = row->netted;
	settlement->house_account = query_house_code(query, row->house_account);
	settlement->payments_count = row->payments;
	settlement->payments_digest = query_keep_digest(query, row->payments_digest);
	settlement->prepared_by = query_keep(query, row->prepared_by);
	settlement->approved_by = query_keep(query, row->approved_by);
	settlement->time_us = query_time_us(query, id);
	if (row->approve_seq)
		settlement->approved_us = query_time_us(query, row->approve_seq);
	if (is_alone) {
		add_payments(query, settlement);
		add_files(query, settlement);
	}
	return &settlement->base;
}
