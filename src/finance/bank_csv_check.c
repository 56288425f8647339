/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table may begin with the oldest line or with the newest. Where both orders lead from balance to
 * balance, and where there are no balances, the days of the first and last line tell, then their
 * times of day.
 */
#include "base/limits.h"
#include "base/text.h"
#include "finance/bank_csv_internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where balances lead when the lines are taken in one order. */
struct course {
	bool is_newest_first;
	bool has_balance; /* there is one at all */
	bool has_broken;
	size_t broken_at; /* place in the file */
	int64_t expected; /* there */
	int64_t opening, closing;
};

/* --- order --- */

static size_t place_of(const struct course *course, size_t count, size_t i) {
	return course->is_newest_first ? count - 1 - i : i;
}

static void break_off(struct course *course, size_t place, int64_t expected) {
	course->has_broken = true;
	course->broken_at = place;
	course->expected = expected;
}

/* Lines without a balance are passed over: the next one must make up for them. */
static struct course follow(const struct bank_csv_reading *r, bool is_newest_first) {
	const struct statement *statement = &r->statement;
	struct course course = { .is_newest_first = is_newest_first };
	int64_t sum = 0; /* of the lines so far, from nought */
	for (size_t i = 0; i < statement->count && !course.has_broken; i++) {
		size_t place = place_of(&course, statement->count, i);
		const struct bank_csv_row *row = &r->rows[place];
		int64_t opening = 0, expected = 0;
		if (__builtin_add_overflow(sum, statement->lines[place].amount, &sum) ||
		    (row->has_balance && __builtin_sub_overflow(row->balance, sum, &opening)) ||
		    __builtin_add_overflow(course.opening, sum, &expected)) {
			break_off(&course, place, 0);
		} else if (row->has_balance && course.has_balance && row->balance != expected) {
			break_off(&course, place, expected);
		} else if (row->has_balance && !course.has_balance) {
			course.has_balance = true;
			course.opening = opening;
		}
	}
	if (__builtin_add_overflow(course.opening, sum, &course.closing) && !course.has_broken)
		break_off(&course, 0, 0);
	return course;
}

/* By the days of the first and the last line, and their times. */
static bool seems_newest_first(const struct bank_csv_reading *r) {
	const struct statement *statement = &r->statement;
	if (statement->count < 2)
		return false;
	size_t last = statement->count - 1;
	int days = strcmp(statement->lines[0].booking_date, statement->lines[last].booking_date);
	return days > 0 || (days == 0 && strcmp(r->rows[0].time, r->rows[last].time) > 0);
}

static struct course choose(const struct bank_csv_reading *r) {
	enum bank_order order = r->profile->order;
	if (order != BANK_ORDER_ANY)
		return follow(r, order == BANK_ORDER_NEWEST_FIRST);
	bool seems = seems_newest_first(r);
	struct course likely = follow(r, seems);
	if (!likely.has_broken)
		return likely;
	struct course other = follow(r, !seems);
	return other.has_broken ? likely : other;
}

static enum err refuse_balance(struct bank_csv_reading *r, const struct course *course) {
	const struct bank_csv_row *row = &r->rows[course->broken_at];
	char said[TEXT_MONEY_BYTES], expected[TEXT_MONEY_BYTES];
	text_money(row->balance, said);
	text_money(course->expected, expected);
	r->mistake->line = r->statement.lines[course->broken_at].file_line;
	r->mistake->column = row->balance_column;
	mistake_say(r->mistake,
	    "the balance of this line is %s, and the lines before it lead to %s: a line is missing, "
	    "doubled or changed",
	    "该行余额为 %s，而按前后明细应为 %s：有明细缺失、重复或被改动", said, expected);
	return ERR_SYNTAX;
}

/* --- labels --- */

static enum err refuse_label(
    struct bank_csv_reading *r, enum bank_label label, const char *figure) {
	const struct bank_csv_label *said = &r->labels[label];
	char shown[BANK_CSV_SHOWN_BYTES];
	r->mistake->line = said->line;
	r->mistake->column = said->column;
	mistake_say(r->mistake, "%s: \"%s\" stands here, and by the lines it is %s",
	    "%s：此处为“%s”，而按明细应为 %s", r->profile->labels[label].words[0],
	    text_show(shown, sizeof(shown), said->text), figure);
	return ERR_SYNTAX;
}

static enum err read_label(struct bank_csv_reading *r, enum bank_label label, int64_t *ret_amount) {
	if (bank_csv_parse_amount(r->labels[label].text, ret_amount) == ERR_OK)
		return ERR_OK;
	return refuse_label(r, label, "an amount, 金额");
}

static enum err check_sum(struct bank_csv_reading *r, enum bank_label label, int64_t sum) {
	char figure[TEXT_MONEY_BYTES];
	int64_t said;
	if (!r->labels[label].is_there)
		return ERR_OK;
	enum err err = read_label(r, label, &said);
	if (err != ERR_OK || said == sum || said == -sum) /* some banks write debits below nought */
		return err;
	text_money(sum, figure);
	return refuse_label(r, label, figure);
}

static enum err check_count(struct bank_csv_reading *r, enum bank_label label, uint64_t count) {
	char figure[24];
	uint64_t said;
	const char *text = r->labels[label].text;
	if (!r->labels[label].is_there)
		return ERR_OK;
	if (text_parse_u64(text, strlen(text), &said) == ERR_OK && said == count)
		return ERR_OK;
	snprintf(figure, sizeof(figure), "%" PRIu64, count);
	return refuse_label(r, label, figure);
}

static enum err check_totals(struct bank_csv_reading *r) {
	enum err err = check_count(r, BANK_LABEL_LINES, r->lines);
	if (err == ERR_OK)
		err = check_count(r, BANK_LABEL_DEBIT_LINES, r->debits.count);
	if (err == ERR_OK)
		err = check_count(r, BANK_LABEL_CREDIT_LINES, r->credits.count);
	if (err == ERR_OK)
		err = check_sum(r, BANK_LABEL_DEBIT_SUM, r->debits.sum);
	return err == ERR_OK ? check_sum(r, BANK_LABEL_CREDIT_SUM, r->credits.sum) : err;
}

/* What labels say of balances, where the lines have none, stands for them. */
static enum err find_balances(struct bank_csv_reading *r, const struct course *course) {
	struct statement *statement = &r->statement;
	const bool has_opening = r->labels[BANK_LABEL_OPENING_BALANCE].is_there;
	const bool has_closing = r->labels[BANK_LABEL_CLOSING_BALANCE].is_there;
	int64_t opening = course->opening, closing = course->closing;
	enum err err = ERR_OK;
	if (!course->has_balance && has_opening) {
		err = read_label(r, BANK_LABEL_OPENING_BALANCE, &opening);
		if (err == ERR_OK && __builtin_add_overflow(opening, course->closing, &closing))
			err = refuse_label(r, BANK_LABEL_OPENING_BALANCE, "less");
	}
	statement->has_balances = course->has_balance || (has_opening && has_closing);
	if (err != ERR_OK || !statement->has_balances)
		return err;
	statement->opening_balance = opening;
	statement->closing_balance = closing;
	char figure[TEXT_MONEY_BYTES];
	const int64_t figures[] = { opening, closing };
	const enum bank_label labels[] = { BANK_LABEL_OPENING_BALANCE, BANK_LABEL_CLOSING_BALANCE };
	for (size_t i = 0; i < 2 && err == ERR_OK; i++) {
		int64_t said = figures[i];
		if (r->labels[labels[i]].is_there)
			err = read_label(r, labels[i], &said);
		text_money(figures[i], figure);
		if (err == ERR_OK && said != figures[i])
			err = refuse_label(r, labels[i], figure);
	}
	return err;
}

/* --- what it is a statement of --- */

static enum err find_account(struct bank_csv_reading *r) {
	struct statement *statement = &r->statement;
	const struct bank_csv_label *account = &r->labels[BANK_LABEL_ACCOUNT];
	if (!account->is_there)
		return ERR_OK;
	if (statement->account[0])
		return bank_words_are_equal(account->text, statement->account)
		    ? ERR_OK
		    : refuse_label(r, BANK_LABEL_ACCOUNT, statement->account);
	char *text = arena_string(r->arena, account->text, strlen(account->text));
	if (!text)
		return ERR_MEMORY;
	statement_squeeze(text, LIMIT_REFERENCE_BYTES);
	bank_csv_remove_blanks(text);
	statement->account = text;
	return ERR_OK;
}

static enum err find_number(struct bank_csv_reading *r) {
	const struct bank_csv_label *number = &r->labels[BANK_LABEL_NUMBER];
	if (!number->is_there)
		return ERR_OK;
	char *text = arena_string(r->arena, number->text, strlen(number->text));
	if (!text)
		return ERR_MEMORY;
	statement_squeeze(text, LIMIT_REFERENCE_BYTES);
	r->statement.number = text;
	return ERR_OK;
}

static enum err find_currency(struct bank_csv_reading *r) {
	struct statement *statement = &r->statement;
	const struct bank_csv_label *label = &r->labels[BANK_LABEL_CURRENCY];
	const char *said = label->is_there ? bank_csv_currency(label->text) : statement->currency;
	const char *found = statement->currency[0] ? statement->currency : r->profile->currency;
	if (!said || (said[0] && statement->currency[0] && strcmp(said, statement->currency) != 0))
		return refuse_label(r, BANK_LABEL_CURRENCY, found);
	statement->currency = said[0] ? said : found;
	return ERR_OK;
}

static enum err name_statement(struct bank_csv_reading *r) {
	enum err err = find_account(r);
	if (err == ERR_OK)
		err = find_number(r);
	return err == ERR_OK ? find_currency(r) : err;
}

static enum err number_serials(struct bank_csv_reading *r) {
	const struct statement_line *line;
	enum err err = statement_number_serials(&r->statement, r->arena, &line);
	if (err != ERR_RANGE)
		return err;
	r->mistake->line = line->file_line;
	r->mistake->column = line->file_column;
	mistake_say(r->mistake, "the bank's number of this line has more than %d bytes",
	    "该行的银行流水号超过 %d 字节", LIMIT_REFERENCE_BYTES);
	return ERR_RANGE;
}

enum err bank_csv_check(struct bank_csv_reading *r) {
	struct course course = choose(r);
	if (course.has_broken)
		return refuse_balance(r, &course);
	enum err err = check_totals(r);
	if (err == ERR_OK)
		err = find_balances(r, &course);
	if (err == ERR_OK)
		err = name_statement(r);
	if (err == ERR_OK && course.is_newest_first)
		statement_reverse(&r->statement);
	return err == ERR_OK ? number_serials(r) : err;
}
