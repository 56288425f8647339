/* SPDX-License-Identifier: Apache-2.0 */
/* House accounts, bank statements and their lines. */
#include "base/date.h"
#include "voucher-audit/learn.h"

#include <string.h>

void learn_register_house_account(struct look *look) {
	const Pb__RegisterHouseAccount *told = look->command->register_house_account;
	struct house *row = objects_add(&look->model->houses, look->seq);
	if (!row)
		return;
	uint64_t currency = *told->currency
	    ? model_number(look->model, mark_of_text(MARK_CURRENCY, told->currency))
	    : 1;
	row->code = model_keep_text(look->model, told->code);
	row->currency = currency ? currency - 1 : 0;
	row->opening = told->opening_balance;
	row->statement = told->opening_balance;
	model_set_number(look->model, mark_of_text(MARK_HOUSE, told->code), look->seq);
	if (told->account) {
		const struct mark number = mark_of_text(MARK_ACCOUNT_NUMBER, told->account->number);
		const struct mark bank = mark_of_text(MARK_ACCOUNT_NUMBER, told->account->bank_code);
		model_set_number(look->model,
		    mark_of_numbers(MARK_ACCOUNT_NUMBER, number.high, number.low, bank.high), look->seq);
	}
}

/* --- what a house account counts of its lines --- */

static bool is_open(const struct bank_line *line) {
	return line->state != PB__LINE_STATE__LINE_MATCHED &&
	    line->state != PB__LINE_STATE__LINE_IGNORED;
}

void learn_reckon_line(struct look *look, const struct bank_line *line, int sign) {
	struct house *house = objects_find(&look->model->houses, line->house);
	int64_t rest = line->amount - line->booked;
	if (!house)
		return;
	learn_count(
	    rest > 0 ? &house->open_in : &house->open_out, rest > 0 ? sign * rest : -sign * rest);
	learn_count(line->ignored > 0 ? &house->ignored_in : &house->ignored_out,
	    line->ignored > 0 ? sign * line->ignored : -sign * line->ignored);
	if (!is_open(line))
		return;
	house->open_lines += (uint64_t)(int64_t)sign;
	if (line->carried)
		house->carried_lines += (uint64_t)(int64_t)sign;
}

/* --- import_statement --- */

static struct mark mark_in_house(enum mark_kind kind, uint64_t house, const char *text) {
	const struct mark mark = mark_of_text(kind, text);
	return mark_of_numbers(kind, house, mark.high, mark.low);
}

static void learn_line(struct look *look, struct house *house, const Pb__StatementLine *told,
    const Pb__LineResult *result) {
	struct model *model = look->model;
	struct bank_line *row = table_add(&model->lines);
	*row = (struct bank_line){
		.house = house->id,
		.number = result->line,
		.statement = look->decision->statement,
		.seq = look->seq,
		.amount = told->amount,
		.state = result->state,
		.exception = result->exception,
	};
	if (date_parse(told->booking_date, &row->booking_day) != ERR_OK)
		row->booking_day = 0;
	model_set_number(
	    model, mark_of_numbers(MARK_LINE, house->id, result->line, 0), model->lines.count);
	if (*told->serial)
		model_set_number(model, mark_in_house(MARK_SERIAL, house->id, told->serial), result->line);
	house->lines++;
	learn_count(&house->statement, told->amount);
	if (result->n_targets > 0)
		learn_take_targets(look, row, result->targets, result->n_targets, result->by);
	learn_reckon_line(look, row, 1);
}

static struct statement *find_statement(
    struct look *look, struct house *house, const Pb__ImportStatement *told) {
	struct statement *row = objects_find(&look->model->statements, look->decision->statement);
	if (row)
		return row;
	row = objects_add(&look->model->statements, look->seq);
	if (!row)
		return NULL;
	row->house = house->id;
	row->has_balances = told->has_balances;
	if (told->file && told->file->value.len == sizeof(row->file)) {
		memcpy(row->file, told->file->value.data, sizeof(row->file));
		const struct mark file = mark_of(MARK_FILE, row->file, sizeof(row->file));
		model_set_number(
		    look->model, mark_of_numbers(MARK_FILE, house->id, file.high, file.low), look->seq);
	}
	if (*told->number)
		model_set_number(
		    look->model, mark_in_house(MARK_NUMBER, house->id, told->number), look->seq);
	return row;
}

void learn_import_statement(struct look *look) {
	const Pb__ImportStatement *told = look->command->import_statement;
	const Pb__Decision *decision = look->decision;
	struct house *house = model_house(look->model, told->house_account);
	uint64_t new_lines = 0;
	if (!house)
		return;
	for (size_t i = 0; i < told->n_lines && i < decision->n_lines; i++) {
		if (decision->lines[i]->is_known)
			continue;
		learn_line(look, house, told->lines[i], decision->lines[i]);
		new_lines++;
	}
	struct statement *row = find_statement(look, house, told);
	if (!row)
		return;
	row->page = told->page;
	row->pages = told->pages;
	row->lines += told->n_lines;
	row->new_lines += new_lines;
	if (told->has_balances)
		row->balance = told->closing_balance;
	house->receiving = row->page < row->pages ? row->id : 0;
}

/* --- what people say of lines --- */

static struct bank_line *find_line(struct look *look, const char *house, uint64_t number) {
	const struct house *row = model_house(look->model, house);
	return row ? model_line(look->model, row->id, number) : NULL;
}

void learn_reconcile(struct look *look) {
	const Pb__Reconcile *told = look->command->reconcile;
	const Pb__Decision *decision = look->decision;
	struct bank_line *leader = told->n_lines ? find_line(look, told->house_account, told->lines[0])
	                                         : NULL;
	if (!leader || decision->n_lines == 0)
		return;
	learn_reckon_line(look, leader, -1);
	learn_take_targets(look, leader, decision->lines[0]->targets, decision->lines[0]->n_targets,
	    PB__MATCH_BY__MATCH_BY_PERSON);
	if (told->n_lines > 1) {
		leader->booked = leader->amount;
		leader->together = told->lines[1];
	}
	leader->state = leader->booked == leader->amount ? PB__LINE_STATE__LINE_MATCHED
	                                                 : PB__LINE_STATE__LINE_PARTIALLY_MATCHED;
	leader->exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
	learn_reckon_line(look, leader, 1);
	for (size_t i = 1; i < told->n_lines; i++) {
		struct bank_line *line = find_line(look, told->house_account, told->lines[i]);
		if (!line)
			continue;
		learn_reckon_line(look, line, -1);
		line->booked = line->amount;
		line->leader = leader->number;
		line->together = i + 1 < told->n_lines ? told->lines[i + 1] : 0;
		line->state = PB__LINE_STATE__LINE_MATCHED;
		line->exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
		line->by = PB__MATCH_BY__MATCH_BY_PERSON;
		learn_reckon_line(look, line, 1);
	}
}

static uint64_t leave_match(struct look *look, struct bank_line *line) {
	uint64_t next = line->together;
	learn_reckon_line(look, line, -1);
	line->state = PB__LINE_STATE__LINE_UNMATCHED;
	line->exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
	line->by = PB__MATCH_BY__MATCH_BY_UNSPECIFIED;
	line->booked = 0;
	line->ignored = 0;
	line->leader = 0;
	line->together = 0;
	learn_reckon_line(look, line, 1);
	return next;
}

void learn_unmatch(struct look *look) {
	const Pb__Unmatch *told = look->command->unmatch;
	struct bank_line *line = find_line(look, told->house_account, told->line);
	if (line && line->leader)
		line = model_line(look->model, line->house, line->leader);
	if (!line)
		return;
	learn_leave_targets(look, line);
	uint64_t house = line->house;
	for (unsigned i = 0; line && i < LIMIT_MATCH_LINES; i++)
		line = model_line(look->model, house, leave_match(look, line));
}

void learn_resolve_line(struct look *look) {
	const Pb__ResolveLine *told = look->command->resolve_line;
	struct bank_line *line = find_line(look, told->house_account, told->line);
	if (!line)
		return;
	learn_reckon_line(look, line, -1);
	line->ignored = line->amount - line->booked;
	line->state = line->ignored ? PB__LINE_STATE__LINE_IGNORED : PB__LINE_STATE__LINE_MATCHED;
	line->exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
	line->booked = line->amount;
	learn_reckon_line(look, line, 1);
}
