/* SPDX-License-Identifier: Apache-2.0 */
/* Our accounts at banks, their statements, and what people say of a line. */
#include "naive_inside.h"

#include <string.h>

struct naive_house *naive_house_by_code(struct naive *world, const char *code) {
	for (size_t i = 0; i < world->n_houses; i++)
		if (strcmp(world->houses[i].code, code) == 0)
			return &world->houses[i];
	return NULL;
}

struct naive_house *naive_house(struct naive *world, uint64_t id) {
	for (size_t i = 0; i < world->n_houses; i++)
		if (world->houses[i].id == id)
			return &world->houses[i];
	return NULL;
}

struct naive_line *naive_line(struct naive *world, uint64_t house, uint64_t number) {
	for (size_t i = 0; i < world->n_lines; i++)
		if (world->lines[i].house == house && world->lines[i].number == number)
			return &world->lines[i];
	return NULL;
}

void naive_book(struct naive *world, uint64_t house, int64_t amount) {
	naive_move(world, PB__ACCOUNT_KIND__MEMO_BANK, house, 0, amount);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_BANK_COUNTER, house, 0, -amount);
}

bool naive_may_bank(const struct naive *world) {
	return !world->actor->region[0];
}

bool naive_is_open_line(const struct naive_line *line) {
	return line->state != PB__LINE_STATE__LINE_MATCHED &&
	    line->state != PB__LINE_STATE__LINE_IGNORED;
}

/* --- what an account comes to --- */

static void add_line(
    const struct naive *world, struct naive_bank_sums *sums, const struct naive_line *line) {
	int64_t rest = line->amount - line->booked, ignored = naive_ignored(world, line);
	sums->ignored_in += ignored > 0 ? ignored : 0;
	sums->ignored_out += ignored < 0 ? -ignored : 0;
	sums->statement += line->amount;
	sums->open_in += rest > 0 ? rest : 0;
	sums->open_out += rest < 0 ? -rest : 0;
	sums->lines++;
	sums->open_lines += naive_is_open_line(line);
	sums->carried_lines += naive_is_open_line(line) && line->carried;
	sums->exceptions += line->state == PB__LINE_STATE__LINE_EXCEPTION;
}

struct naive_bank_sums naive_bank_sums(const struct naive *world, uint64_t house) {
	struct naive_bank_sums sums = { 0 };
	sums.statement = naive_house((struct naive *)world, house)->opening;
	sums.books = naive_balance(world, PB__ACCOUNT_KIND__MEMO_BANK, house, 0);
	for (size_t i = 0; i < world->n_lines; i++)
		if (world->lines[i].house == house)
			add_line(world, &sums, &world->lines[i]);
	for (size_t i = 0; i < world->n_settlements; i++) {
		const struct naive_settlement *settlement = &world->settlements[i];
		for (size_t p = 0; p < settlement->n_payments && settlement->house == house; p++) {
			const struct naive_payment *payment = &settlement->payments[p];
			if (payment->said_paid && !payment->line)
				sums.awaited_out += payment->amount;
			if (payment->said_returned && !payment->return_line)
				sums.awaited_in += payment->amount;
		}
	}
	return sums;
}

/* --- register --- */

static struct naive_answer open_account(
    struct naive *world, const Pb__RegisterHouseAccount *command) {
	struct naive_house *house = &world->houses[world->n_houses++];
	*house = (struct naive_house){
		.id = world->seq, .code = command->code, .opening = command->opening_balance
	};
	naive_book(world, house->id, house->opening);
	return accepted(0);
}

/* --- import --- */

static Pb__Outcome ask_line(struct naive *world, const Pb__StatementLine *line) {
	if (line->amount == 0 || line->amount == INT64_MIN)
		return PB__OUTCOME__AMOUNT_INVALID;
	if (!line->booking_date[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (naive_parse_date(line->booking_date) < 0)
		return PB__OUTCOME__FIELD_INVALID;
	return line->payee[0] && !naive_party_by_code(world, line->payee) ? PB__OUTCOME__PARTY_UNKNOWN
	                                                                  : PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_fields(struct naive *world, const Pb__ImportStatement *command) {
	if (command->file->value.len != 32)
		return PB__OUTCOME__FIELD_INVALID;
	if (!command->format[0] || !command->page || !command->pages)
		return PB__OUTCOME__FIELD_MISSING;
	if (command->page > command->pages)
		return PB__OUTCOME__FIELD_INVALID;
	for (size_t i = 0; i < command->n_lines; i++) {
		Pb__Outcome outcome = ask_line(world, command->lines[i]);
		if (outcome)
			return outcome;
	}
	return PB__OUTCOME__OUTCOME_OK;
}

/* Of this account, by its file. */
static struct naive_statement *find_statement(
    struct naive *world, uint64_t house, const uint8_t file[32]) {
	for (size_t i = 0; i < world->n_statements; i++)
		if (world->statements[i].house == house && memcmp(world->statements[i].file, file, 32) == 0)
			return &world->statements[i];
	return NULL;
}

static bool is_number_taken(
    const struct naive *world, uint64_t house, const char *number, uint64_t but) {
	for (size_t i = 0; i < world->n_statements; i++)
		if (world->statements[i].house == house && world->statements[i].id != but &&
		    strcmp(world->statements[i].number, number) == 0)
			return true;
	return false;
}

static Pb__Outcome ask_page(const struct naive_statement *known, const Pb__ImportStatement *page) {
	if (known->page == known->pages || page->page <= known->page)
		return PB__OUTCOME__STATEMENT_KNOWN;
	bool is_end = page->n_lines == 0 && !page->has_balances && page->pages == page->page;
	bool goes_on = page->pages == known->pages && page->has_balances == known->has_balances;
	if ((!goes_on && !is_end) || page->page != known->page + 1)
		return PB__OUTCOME__FIELD_INVALID;
	return page->number[0] && strcmp(page->number, known->number) != 0
	    ? PB__OUTCOME__STATEMENT_DIFFERS
	    : PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_statement(struct naive *world, const struct naive_house *house,
    const Pb__ImportStatement *page, const struct naive_statement *known) {
	Pb__Outcome outcome = PB__OUTCOME__OUTCOME_OK;
	if (known)
		outcome = ask_page(known, page);
	else if (house->receiving)
		outcome = PB__OUTCOME__STATEMENT_INCOMPLETE;
	else if (page->page != 1)
		outcome = PB__OUTCOME__FIELD_INVALID;
	else if (page->number[0] && is_number_taken(world, house->id, page->number, 0))
		outcome = PB__OUTCOME__STATEMENT_DIFFERS;
	if (outcome || !page->has_balances)
		return outcome;
	int64_t sum = page->opening_balance;
	for (size_t i = 0; i < page->n_lines; i++)
		sum += page->lines[i]->amount;
	bool continues = !known || page->opening_balance == known->closing;
	return continues && sum == page->closing_balance ? PB__OUTCOME__OUTCOME_OK
	                                                 : PB__OUTCOME__BALANCE_BROKEN;
}

static struct naive_line *known_line(struct naive *world, uint64_t house, const char *serial) {
	for (size_t i = 0; i < world->n_lines && serial[0]; i++)
		if (world->lines[i].house == house && strcmp(world->lines[i].serial, serial) == 0)
			return &world->lines[i];
	return NULL;
}

/* One after another, as if each came alone. */
static Pb__Outcome take_line(struct naive *world, struct naive *before, uint64_t house,
    const Pb__StatementLine *told, struct naive_answer *answer) {
	int32_t day = naive_parse_date(told->booking_date);
	const struct naive_line *known = known_line(world, house, told->serial);
	size_t at = answer->n_lines++;
	answer->known[at] = known;
	if (known) {
		answer->lines[at] = known->number;
		return known->amount == told->amount && known->day == day ? PB__OUTCOME__OUTCOME_OK
		                                                          : PB__OUTCOME__STATEMENT_DIFFERS;
	}
	if (naive_is_closed_day(world, day))
		return PB__OUTCOME__DATE_CLOSED;
	struct naive_line *line = &world->lines[world->n_lines++];
	*line = (struct naive_line){ .house = house,
		.number = naive_bank_sums(before, house).lines + 1,
		.amount = told->amount,
		.day = day,
		.serial = told->serial };
	for (size_t i = 0; i < at; i++)
		line->number += !answer->known[i];
	answer->lines[at] = line->number;
	naive_match_line(world, before, line, told);
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome take_page(struct naive *world, struct naive_house *house,
    const Pb__ImportStatement *page, struct naive_answer *answer) {
	static struct naive before;
	before = *world;
	struct naive_statement *statement = find_statement(world, house->id, page->file->value.data);
	Pb__Outcome outcome = PB__OUTCOME__OUTCOME_OK;
	for (size_t i = 0; i < page->n_lines && !outcome; i++)
		outcome = take_line(world, &before, house->id, page->lines[i], answer);
	if (!statement) {
		statement = &world->statements[world->n_statements++];
		*statement = (struct naive_statement){ .id = world->seq,
			.house = house->id,
			.number = page->number,
			.pages = page->pages,
			.has_balances = page->has_balances };
		memcpy(statement->file, page->file->value.data, 32);
	}
	statement->page = page->page;
	statement->pages = page->pages;
	statement->closing = page->closing_balance;
	statement->lines += page->n_lines;
	statement->new_lines += world->n_lines - before.n_lines;
	house->receiving = page->page < page->pages ? statement->id : 0;
	bool says_nothing_new = statement->lines > 0 && statement->new_lines == 0;
	if (!outcome && page->has_balances && page->page == page->pages && !says_nothing_new &&
	    naive_bank_sums(world, house->id).statement != page->closing_balance)
		outcome = PB__OUTCOME__BALANCE_BROKEN;
	if (outcome)
		*world = before; /* all of it, or nothing */
	return outcome;
}

static struct naive_answer import(struct naive *world, const Pb__ImportStatement *page) {
	struct naive_answer answer = { 0 };
	struct naive_house *house = naive_house_by_code(world, page->house_account);
	answer.outcome = ask_fields(world, page);
	if (!answer.outcome && !house)
		answer.outcome = page->house_account[0] ? PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN
		                                        : PB__OUTCOME__FIELD_MISSING;
	if (!answer.outcome && !naive_may_bank(world))
		answer.outcome = PB__OUTCOME__NOT_IN_REGION;
	if (!answer.outcome)
		answer.outcome = ask_statement(
		    world, house, page, find_statement(world, house->id, page->file->value.data));
	if (!answer.outcome)
		answer.outcome = take_page(world, house, page, &answer);
	return answer;
}

/* --- what people say of an open line --- */

static Pb__Outcome ask_open(
    struct naive *world, const char *code, uint64_t number, struct naive_line **ret_line) {
	const struct naive_house *house = naive_house_by_code(world, code);
	if (!house)
		return code[0] ? PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN : PB__OUTCOME__FIELD_MISSING;
	if (!naive_may_bank(world))
		return PB__OUTCOME__NOT_IN_REGION;
	struct naive_line *line = naive_line(world, house->id, number);
	if (!line)
		return naive_unknown(number, PB__OUTCOME__BANK_LINE_UNKNOWN);
	*ret_line = line;
	if (!naive_is_open_line(line))
		return PB__OUTCOME__BANK_LINE_STATE;
	return naive_is_closed_day(world, line->day) && !line->carried ? PB__OUTCOME__DATE_CLOSED
	                                                               : PB__OUTCOME__OUTCOME_OK;
}

static struct naive_answer assign(struct naive *world, const Pb__AssignLine *command) {
	struct naive_line *line;
	if (!command->reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	Pb__Outcome outcome = ask_open(world, command->house_account, command->line, &line);
	if (!outcome && !command->owner[0])
		outcome = PB__OUTCOME__FIELD_MISSING;
	bool is_colleague = false;
	for (size_t i = 0; i < world->n_principals && !is_colleague; i++)
		is_colleague = !world->principals[i].party &&
		    strcmp(world->principals[i].person, command->owner) == 0;
	if (!outcome && !is_colleague)
		outcome = PB__OUTCOME__PRINCIPAL_UNKNOWN;
	return refused(outcome);
}

static struct naive_answer resolve(struct naive *world, const Pb__ResolveLine *command) {
	struct naive_line *line;
	if (!command->reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	Pb__Outcome outcome = ask_open(world, command->house_account, command->line, &line);
	if (outcome)
		return refused(outcome);
	int64_t rest = line->amount - line->booked;
	if (rest && !command->kind)
		return refused(PB__OUTCOME__FIELD_MISSING);
	if (rest ? command->kind > PB__LINE_KIND__LINE_OTHER : command->kind != 0)
		return refused(PB__OUTCOME__FIELD_INVALID);
	line->state = rest ? PB__LINE_STATE__LINE_IGNORED : PB__LINE_STATE__LINE_MATCHED;
	line->exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
	line->booked = line->amount;
	naive_book(world, line->house, rest);
	return accepted(rest < 0 ? -rest : rest);
}

struct naive_answer naive_banks(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT:
		return open_account(world, command->register_house_account);
	case PB__COMMAND__BODY_IMPORT_STATEMENT: return import(world, command->import_statement);
	case PB__COMMAND__BODY_ASSIGN_LINE: return assign(world, command->assign_line);
	default: return resolve(world, command->resolve_line);
	}
}
