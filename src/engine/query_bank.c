/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our accounts at banks, their statements and the lines of these as resources. What the bank said
 * of a line is in the entry that imported it; what has become of it since is in its row.
 */
#include "engine/query_build.h"

#include "base/check.h"
#include "ledger/bank_line.h"
#include "ledger/house.h"
#include "ledger/matching.h"

#include <string.h>

ProtobufCMessage *query_build_house_account(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct house_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__HouseAccount *house = PB_NEW(Pb__HouseAccount, pb__house_account, query->arena);
	const Pb__JournalEntry *entry = query_entry(
	    query, id, PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT);
	if (!house || !entry)
		return NULL;
	house->figures = PB_NEW(Pb__HouseFigures, pb__house_figures, query->arena);
	if (!house->figures)
		return NULL;
	const Pb__RegisterHouseAccount *registered = entry->command->register_house_account;
	house->id = id;
	house->code = registered->code;
	house->name = registered->name;
	house->account = registered->account;
	house->currency = query_currency(query, row->currency);
	house_figures(id, row, house->figures);
	house->exceptions = row->exceptions;
	house->opening_balance = row->opening;
	if (row->lines)
		house->booked_until = query_date(query, row->last_day);
	return &house->base;
}

ProtobufCMessage *query_build_statement(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct statement_row *row = data;
	(void)is_alone;
	uint64_t id = key_read_u64(key, 0);
	Pb__BankStatement *statement = PB_NEW(Pb__BankStatement, pb__bank_statement, query->arena);
	const Pb__JournalEntry *first = query_glance(query, id, PB__COMMAND__BODY_IMPORT_STATEMENT);
	if (!statement || !first)
		return NULL;
	const Pb__ImportStatement *import = first->command->import_statement;
	statement->id = id;
	statement->format = query_keep(query, import->format);
	statement->number = query_keep(query, import->number);
	statement->person = query_keep(query, first->actor->person);
	statement->time_us = (int64_t)first->time_us;
	statement->house_account = query_house_code(query, row->house_account);
	statement->file = query_keep_digest(query, row->file);
	statement->lines = row->lines;
	statement->new_lines = row->new_lines;
	statement->closing_balance = row->balance;
	statement->is_whole = row->page == row->pages;
	return &statement->base;
}

/* --- lines --- */

const Pb__StatementLine *query_line_said(struct query *query, const struct bank_line_row *row) {
	const Pb__JournalEntry *entry = query_recent(
	    query, row->seq, PB__COMMAND__BODY_IMPORT_STATEMENT);
	if (!entry)
		return NULL;
	const Pb__ImportStatement *import = entry->command->import_statement;
	check(row->index < import->n_lines);
	return import->lines[row->index];
}

Pb__LineState query_line_state(
    struct query *query, const struct key *key, const struct bank_line_row *row) {
	if (row->state == PB__LINE_STATE__LINE_UNMATCHED && query_suggest(query, key, row)->count)
		return PB__LINE_STATE__LINE_SUGGESTED;
	return (Pb__LineState)row->state;
}

/* What is stored as UNMATCHED may be shown as SUGGESTED; all else is shown as it is stored. */
static bool is_in_state(struct query *query, Pb__LineState wanted, const struct key *key,
    const struct bank_line_row *row) {
	bool may_differ = row->state == PB__LINE_STATE__LINE_UNMATCHED &&
	    (wanted == PB__LINE_STATE__LINE_UNMATCHED || wanted == PB__LINE_STATE__LINE_SUGGESTED);
	return may_differ ? query_line_state(query, key, row) == wanted
	                  : row->state == (uint32_t)wanted;
}

bool query_is_line_wanted(struct query *query, const struct query_wanted *wanted,
    const struct key *key, const void *data) {
	const struct bank_line_row *row = data;
	return (!wanted->has_exception || row->exception == wanted->exception) &&
	    (!wanted->has_open || bank_line_is_open(row) == wanted->is_open) &&
	    (!wanted->has_state || is_in_state(query, (Pb__LineState)wanted->state, key, row));
}

/* What the newest entry that said something of a line gave as its reason. */
static const char *reason_in(const Pb__Command *command, const char *house_account, uint64_t line) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_ASSIGN_LINE: return command->assign_line->reason;
	case PB__COMMAND__BODY_RESOLVE_LINE: return command->resolve_line->reason;
	case PB__COMMAND__BODY_UNMATCH: return command->unmatch->reason;
	case PB__COMMAND__BODY_PREPARE_PERIOD:
		for (size_t i = 0; i < command->prepare_period->n_carry_over; i++) {
			const Pb__CarryOver *carried = command->prepare_period->carry_over[i];
			if (carried->line == line && strcmp(carried->house_account, house_account) == 0)
				return carried->reason;
		}
		return "";
	default: return "";
	}
}

static void add_words(struct query *query, const struct bank_line_row *row, Pb__BankLine *line) {
	const Pb__JournalEntry *entry = NULL;
	if (row->owner_seq)
		entry = query_glance(query, row->owner_seq, PB__COMMAND__BODY_ASSIGN_LINE);
	if (entry)
		line->owner = query_keep(query, entry->command->assign_line->owner);
	entry = row->word_seq ? query_glance(query, row->word_seq, PB__COMMAND__BODY__NOT_SET) : NULL;
	if (entry && entry->command)
		line->reason = query_keep(
		    query, reason_in(entry->command, line->house_account, line->line));
}

static void add_said(struct query *query, const struct bank_line_row *row, Pb__BankLine *line) {
	const Pb__StatementLine *said = query_line_said(query, row);
	if (!said)
		return;
	line->time_us = (int64_t)query->recent_entry->time_us;
	line->file_line = said->file_line;
	line->booking_date = query_keep(query, said->booking_date);
	line->value_date = query_keep(query, said->value_date);
	line->serial = query_keep(query, said->serial);
	line->reference = query_keep(query, said->reference);
	line->bank_reference = query_keep(query, said->bank_reference);
	line->text = query_keep(query, said->text);
	line->payee = query_keep(query, said->payee);
}

static void add_target(struct query *query, const struct match_row *row, Pb__BankLine *line) {
	Pb__Target *target = PB_NEW(Pb__Target, pb__target, query->arena);
	Pb__Target **targets = arena_grow(
	    query->arena, line->targets, line->n_targets, sizeof(*targets));
	if (!target || !targets) {
		query->err = ERR_MEMORY;
		return;
	}
	target->settlement = row->settlement;
	target->payment = row->payment;
	target->is_return = row->is_return != 0;
	target->clawback = row->clawback;
	target->amount = row->amount;
	line->targets = targets;
	line->targets[line->n_targets++] = target;
}

static const struct bank_line_row *line_at(struct query *query, uint64_t house_id, uint64_t line) {
	struct key key = key_of_ids(house_id, line);
	const struct bank_line_row *row = STATE_GET(
	    query->view->state, TABLE_BANK_LINE, &key, struct bank_line_row);
	check(row);
	return row;
}

/* The targets of a match are kept with its leader. */
static void add_targets(
    struct query *query, uint64_t house_id, uint64_t leader, Pb__BankLine *line) {
	uint32_t count = line_at(query, house_id, leader)->targets;
	for (uint32_t i = 0; i < count && !query->err; i++)
		add_target(query, match_at(query->view->state, house_id, leader, i), line);
}

static void add_together(
    struct query *query, uint64_t house_id, uint64_t leader, Pb__BankLine *line) {
	for (uint64_t other = leader; other; other = line_at(query, house_id, other)->together) {
		if (other == line->line)
			continue;
		uint64_t *together = arena_grow(
		    query->arena, line->together, line->n_together, sizeof(*together));
		if (!together) {
			query->err = ERR_MEMORY;
			return;
		}
		line->together = together;
		line->together[line->n_together++] = other;
	}
}

static void add_suggestions(struct query *query, const struct key *key,
    const struct bank_line_row *row, Pb__BankLine *line) {
	const struct query_suggestions *suggested = query_suggest(query, key, row);
	for (size_t i = 0; i < suggested->count && !query->err; i++)
		add_target(query, &suggested->targets[i], line);
	line->by = PB__MATCH_BY__MATCH_BY_AMOUNT;
}

ProtobufCMessage *query_build_bank_line(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct bank_line_row row = *(const struct bank_line_row *)data;
	uint64_t house_id = key_read_u64(key, 0);
	Pb__BankLine *line = PB_NEW(Pb__BankLine, pb__bank_line, query->arena);
	if (!line)
		return NULL;
	line->house_account = query_house_code(query, house_id);
	line->line = key_read_u64(key, ID_KEY_BYTES);
	line->state = query_line_state(query, key, &row);
	line->exception = (Pb__LineException)row.exception;
	line->amount = row.amount;
	line->open = row.amount - row.booked;
	line->statement = row.statement;
	line->by = (Pb__MatchBy)row.by;
	line->kind = (Pb__LineKind)row.kind;
	line->since_us = row.since_us;
	if (row.carried)
		line->carried_over = query_period(query, row.carried);
	add_said(query, &row, line);
	add_words(query, &row, line);
	if (line->state == PB__LINE_STATE__LINE_SUGGESTED) {
		add_suggestions(query, key, &row, line);
	} else if (is_alone && row.leader) {
		add_targets(query, house_id, row.leader, line);
		add_together(query, house_id, row.leader, line);
	}
	return &line->base;
}
