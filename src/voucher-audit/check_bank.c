/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_bank.h"

#include "base/date.h"

typedef __int128 wide;

static void same(struct look *look, uint64_t object, const char *where, wide want, wide have) {
	if (want == have)
		return;
	wide difference = want > have ? want - have : have - want;
	look_money(look, FINDING_BANK, object, difference > INT64_MAX ? INT64_MAX : (int64_t)difference,
	    "%s", where);
}

/* --- a page of a statement --- */

static void check_known(struct look *look, const struct house *house, const Pb__StatementLine *told,
    const Pb__LineResult *result) {
	const struct bank_line *line = model_line(look->model, house->id, result->line);
	int32_t day;
	if (!line) /* one of this page */
		return;
	same(look, house->id, "a line that is known, with another amount", line->amount, told->amount);
	if (date_parse(told->booking_date, &day) == ERR_OK && day != line->booking_day)
		look_found(look, FINDING_BANK, house->id, "line %llu is known, with another day",
		    (unsigned long long)result->line);
}

static void check_serial(struct look *look, const struct house *house,
    const Pb__StatementLine *told, const Pb__LineResult *result) {
	const struct mark serial = mark_of_text(MARK_SERIAL, told->serial);
	uint64_t known = *told->serial
	    ? model_number(
	          look->model, mark_of_numbers(MARK_SERIAL, house->id, serial.high, serial.low))
	    : 0;
	if (known && !result->is_known)
		look_money(look, FINDING_USED_TWICE, known, told->amount, "line %llu: its serial",
		    (unsigned long long)result->line);
}

static void check_page(struct look *look, const struct house *house) {
	const Pb__ImportStatement *told = look->command->import_statement;
	const Pb__Decision *decision = look->decision;
	uint64_t next = house->lines + 1;
	look_same_number(look, FINDING_BANK, "decision.lines", told->n_lines, decision->n_lines);
	for (size_t i = 0; i < told->n_lines && i < decision->n_lines; i++) {
		const Pb__LineResult *result = decision->lines[i];
		check_serial(look, house, told->lines[i], result);
		if (result->is_known)
			check_known(look, house, told->lines[i], result);
		else
			look_same_number(look, FINDING_BANK, "a line's number", next++, result->line);
	}
}

static void check_balances(
    struct look *look, const struct house *house, const struct statement *before) {
	const Pb__ImportStatement *told = look->command->import_statement;
	const Pb__Decision *decision = look->decision;
	wide sum = told->opening_balance, fresh = 0;
	uint64_t lines = told->n_lines + (before ? before->lines : 0);
	uint64_t new_lines = before ? before->new_lines : 0;
	for (size_t i = 0; i < told->n_lines; i++) {
		bool is_new = i < decision->n_lines && !decision->lines[i]->is_known;
		sum += told->lines[i]->amount;
		fresh += is_new ? told->lines[i]->amount : 0;
		new_lines += is_new;
	}
	same(look, house->id, "a page's balances and its lines", told->closing_balance, sum);
	if (before)
		same(look, house->id, "a page's opening balance", before->balance, told->opening_balance);
	bool is_end = told->page == told->pages && (lines == 0 || new_lines > 0);
	if (is_end)
		same(look, house->id, "the statement's closing balance", told->closing_balance,
		    house->statement + fresh);
}

void check_bank(struct look *look) {
	if (!look->command || look->command->body_case != PB__COMMAND__BODY_IMPORT_STATEMENT)
		return;
	const Pb__ImportStatement *told = look->command->import_statement;
	const struct house *house = model_house(look->model, told->house_account);
	if (!house)
		return;
	check_page(look, house);
	if (told->has_balances)
		check_balances(
		    look, house, objects_find(&look->model->statements, look->decision->statement));
}

/* --- the whole: from lines to payments --- */

/* What a house account must have, from its lines and from payments. */
struct sums {
	wide lines, open_in, open_out, awaited_in, awaited_out, ignored_in, ignored_out;
	uint64_t count;
};

static struct sums *sums_of(struct look *look, struct sums *all, uint64_t house) {
	const struct house *row = objects_find(&look->model->houses, house);
	return row ? all + (row - (const struct house *)look->model->houses.rows.rows) : NULL;
}

static void check_target(
    struct look *look, const struct bank_line *line, const struct target *target) {
	const struct payment *payment = model_payment(look->model, target->settlement, target->payment);
	if (!payment) {
		look_money(look, FINDING_BANK, target->settlement, target->amount,
		    "line %llu is matched with a payment that is not there",
		    (unsigned long long)line->number);
		return;
	}
	uint64_t back = target->is_return ? payment->return_line : payment->line;
	if (back != line->number)
		look_money(look, FINDING_BANK, target->settlement, target->amount,
		    "line %llu is matched with payment %u, which is not on it",
		    (unsigned long long)line->number, payment->number);
	same(look, target->settlement, "a line's payment and its amount", payment->amount,
	    target->amount);
}

static void add_lines(struct look *look, struct sums *all) {
	for (uint64_t i = 0; i < look->model->lines.count; i++) {
		const struct bank_line *line = table_row(&look->model->lines, i);
		struct sums *sums = sums_of(look, all, line->house);
		int64_t rest = line->amount - line->booked;
		if (!sums)
			continue;
		sums->count++;
		sums->lines += line->amount;
		*(rest > 0 ? &sums->open_in : &sums->open_out) += rest > 0 ? rest : -(wide)rest;
		*(line->ignored > 0 ? &sums->ignored_in : &sums->ignored_out) += line->ignored > 0
		    ? line->ignored
		    : -(wide)line->ignored;
		for (uint32_t t = 0; t < line->n_targets; t++) {
			const struct target *target = table_row(&look->model->targets, line->targets + t);
			if (!target->clawback)
				check_target(look, line, target);
		}
	}
}

/* --- and back --- */

static bool is_target_of(const struct look *look, const struct bank_line *line,
    const struct payment *payment, bool back) {
	for (uint32_t t = 0; t < line->n_targets; t++) {
		const struct target *target = table_row(&look->model->targets, line->targets + t);
		if (target->settlement == payment->settlement && target->payment == payment->number &&
		    !target->is_return == !back)
			return true;
	}
	return false;
}

static void check_line_of(
    struct look *look, uint64_t house, const struct payment *payment, uint64_t number, bool back) {
	const struct bank_line *line = number ? model_line(look->model, house, number) : NULL;
	if (number && (!line || !is_target_of(look, line, payment, back)))
		look_money(look, FINDING_BANK, payment->settlement, payment->amount,
		    "payment %u is said to be on line %llu, which is not matched with it", payment->number,
		    (unsigned long long)number);
}

static void add_payment(struct look *look, struct sums *sums, const struct payment *payment) {
	bool is_out = payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    (payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED && payment->is_said_paid);
	bool is_back = payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	if (is_out && !payment->line)
		sums->awaited_out += payment->amount;
	if (is_back && !payment->return_line)
		sums->awaited_in += payment->amount;
	if (payment->status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED && !payment->line)
		look_money(look, FINDING_BANK, payment->settlement, payment->amount,
		    "payment %u is reconciled with no line", payment->number);
}

static void add_payments(struct look *look, struct sums *all) {
	for (uint64_t i = 0; i < look->model->payments.count; i++) {
		const struct payment *payment = table_row(&look->model->payments, i);
		const struct settlement *settlement = objects_find(
		    &look->model->settlements, payment->settlement);
		struct sums *sums = settlement ? sums_of(look, all, settlement->house) : NULL;
		if (!sums)
			continue;
		add_payment(look, sums, payment);
		check_line_of(look, settlement->house, payment, payment->line, false);
		check_line_of(look, settlement->house, payment, payment->return_line, true);
	}
}

static void check_house(struct look *look, const struct house *house, const struct sums *sums) {
	same(look, house->id, "the bank's balance is what its lines come to",
	    house->opening + sums->lines, house->statement);
	same(look, house->id, "what came in and is not in the books", sums->open_in, house->open_in);
	same(look, house->id, "what went out and is not in the books", sums->open_out, house->open_out);
	same(look, house->id, "what came in and is none of the ledger's", sums->ignored_in,
	    house->ignored_in);
	same(look, house->id, "what went out and is none of the ledger's", sums->ignored_out,
	    house->ignored_out);
	same(look, house->id, "what came back and is on no line", sums->awaited_in, house->awaited_in);
	same(look, house->id, "what was paid and is on no line", sums->awaited_out, house->awaited_out);
	look_same_number(look, FINDING_BANK, "lines of a house account", sums->count, house->lines);
}

void check_bank_whole(struct look *look) {
	uint64_t count = look->model->houses.rows.count;
	struct sums *all = arena_zalloc(look->arena, (count + 1) * sizeof(*all));
	if (!all)
		table_die("memory");
	add_lines(look, all);
	add_payments(look, all);
	for (uint64_t i = 0; i < count; i++)
		check_house(look, table_row(&look->model->houses.rows, i), &all[i]);
}
