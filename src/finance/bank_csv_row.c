/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/text.h"
#include "finance/bank_csv_internal.h"

#include <stdio.h>
#include <string.h>

/* The cell of a column in this row; NULL: there is none. */
static struct csv_cell *cell_of(struct bank_csv_reading *r, enum bank_column column) {
	return r->place[column] > 0 ? &r->csv.cells[r->place[column] - 1] : NULL;
}

/* Where it begins; 1 when the table has no such column. */
static uint64_t column_of(struct bank_csv_reading *r, enum bank_column column) {
	const struct csv_cell *cell = cell_of(r, column);
	return cell ? cell->column : 1;
}

/* Cleaned; "" when the table has no such column. */
static char *text_of(struct bank_csv_reading *r, enum bank_column column) {
	struct csv_cell *cell = cell_of(r, column);
	if (!cell)
		return r->nothing;
	cell->text = bank_csv_clean(cell->text);
	return cell->text;
}

enum err bank_csv_refuse(
    struct bank_csv_reading *r, enum bank_column column, const char *en, const char *zh) {
	const struct csv_cell *cell = cell_of(r, column);
	char shown[BANK_CSV_SHOWN_BYTES];
	text_show(shown, sizeof(shown), cell->text);
	r->mistake->line = cell->line;
	r->mistake->column = cell->column;
	mistake_say(r->mistake, "%s: \"%s\" %s", "%s：“%s”%s", r->title[column], shown, en);
	snprintf(r->mistake->zh, sizeof(r->mistake->zh), "%s：“%s”%s", r->title[column], shown, zh);
	return ERR_SYNTAX;
}

/* --- amounts --- */

/* `ret_amount` 0 where nothing stands. */
static enum err read_amount(
    struct bank_csv_reading *r, enum bank_column column, int64_t *ret_amount, bool *ret_is_there) {
	int64_t amount = 0;
	const char *text = text_of(r, column);
	enum err err = text[0] ? bank_csv_parse_amount(text, &amount) : ERR_OK;
	if (err != ERR_OK)
		return bank_csv_refuse(r, column, "is no amount with two digits after the point at most",
		    "不是金额（小数最多两位）");
	*ret_amount = amount;
	*ret_is_there = text[0] != '\0';
	return ERR_OK;
}

static enum err count_side(struct bank_csv_reading *r, struct bank_csv_side *side,
    enum bank_column column, int64_t amount) {
	if (amount == 0)
		return ERR_OK;
	side->count++;
	if (__builtin_add_overflow(side->sum, amount, &side->sum))
		return bank_csv_refuse(r, column, "is too much with what is above it", "与上文合计过大");
	return ERR_OK;
}

/* One column for each side. */
static enum err read_sides(struct bank_csv_reading *r, struct statement_line *line) {
	int64_t debit = 0, credit = 0;
	bool has_debit = false, has_credit = false;
	enum err err = read_amount(r, BANK_COLUMN_DEBIT, &debit, &has_debit);
	if (err == ERR_OK)
		err = read_amount(r, BANK_COLUMN_CREDIT, &credit, &has_credit);
	if (err != ERR_OK)
		return err;
	if (debit != 0 && credit != 0)
		return bank_csv_refuse(r, BANK_COLUMN_CREDIT, "stands beside an amount of the other side",
		    "与另一方金额同时出现");
	if (!has_debit && !has_credit)
		return bank_csv_refuse(r, BANK_COLUMN_DEBIT, "stands there, and on neither side an amount",
		    "，借贷双方均无金额");
	line->is_reversal = debit < 0 || credit < 0;
	if (__builtin_sub_overflow(credit, debit, &line->amount))
		return bank_csv_refuse(r, BANK_COLUMN_DEBIT, "is too much", "金额过大");
	err = count_side(r, &r->debits, BANK_COLUMN_DEBIT, debit);
	return err == ERR_OK ? count_side(r, &r->credits, BANK_COLUMN_CREDIT, credit) : err;
}

static bool is_among(const struct bank_words *words, const char *text) {
	for (size_t i = 0; i < words->count; i++)
		if (bank_words_are_equal(words->words[i], text))
			return true;
	return false;
}

/* One column, with a sign or beside a word. */
static enum err read_single(struct bank_csv_reading *r, struct statement_line *line) {
	int64_t amount = 0;
	bool is_there = false, is_out = false;
	enum err err = read_amount(r, BANK_COLUMN_AMOUNT, &amount, &is_there);
	if (err == ERR_OK && !is_there)
		err = bank_csv_refuse(r, BANK_COLUMN_AMOUNT, "is no amount", "没有金额");
	if (err != ERR_OK)
		return err;
	if (r->place[BANK_COLUMN_DIRECTION] > 0) {
		const char *word = text_of(r, BANK_COLUMN_DIRECTION);
		is_out = is_among(&r->profile->out, word);
		if (!is_out && !is_among(&r->profile->in, word))
			return bank_csv_refuse(r, BANK_COLUMN_DIRECTION,
			    "is none of the words for in and out in the profile", "不是配置中表示收或支的词");
		line->is_reversal = amount < 0;
	} else if (amount < 0) {
		is_out = true;
		amount = -amount;
	}
	line->amount = is_out ? -amount : amount;
	return count_side(r, is_out ? &r->debits : &r->credits, BANK_COLUMN_AMOUNT, amount);
}

/* --- dates --- */

/* Most lines are of the same day as the one before. */
static const char *keep_date(struct bank_csv_reading *r, const char *date) {
	if (r->kept_date && strcmp(r->date, date) == 0)
		return r->kept_date;
	memcpy(r->date, date, sizeof(r->date));
	r->kept_date = arena_string(r->arena, date, strlen(date));
	return r->kept_date;
}

static enum err read_date(struct bank_csv_reading *r, enum bank_column column,
    const char **ret_date, const char **ret_time) {
	char date[DATE_TEXT_BYTES];
	const char *text = text_of(r, column);
	if (bank_csv_parse_date(text, date, ret_time) != ERR_OK)
		return bank_csv_refuse(r, column, "is no day", "不是日期");
	*ret_date = keep_date(r, date);
	return *ret_date ? ERR_OK : ERR_MEMORY;
}

static enum err read_dates(
    struct bank_csv_reading *r, struct statement_line *line, struct bank_csv_row *row) {
	const char *unused;
	enum err err = read_date(r, BANK_COLUMN_BOOKING_DATE, &line->booking_date, &row->time);
	if (err == ERR_OK && text_of(r, BANK_COLUMN_VALUE_DATE)[0])
		err = read_date(r, BANK_COLUMN_VALUE_DATE, &line->value_date, &unused);
	if (r->place[BANK_COLUMN_TIME] > 0)
		row->time = text_of(r, BANK_COLUMN_TIME);
	return err;
}

/* --- texts --- */

/* A number or a name of something: whole, or too long to be one. */
static enum err read_code(
    struct bank_csv_reading *r, enum bank_column column, size_t bytes_max, const char **ret_text) {
	char *text = text_of(r, column);
	*ret_text = text;
	if (!text[0])
		return ERR_OK;
	if (bank_csv_is_shortened(text))
		return bank_csv_refuse(r, column,
		    "is what a spreadsheet leaves of a long number: export the statement again",
		    "是表格软件截短的长号码，请重新导出对账单");
	statement_squeeze(text, bytes_max);
	return ERR_OK;
}

static enum err read_account(
    struct bank_csv_reading *r, enum bank_column column, const char **ret_text) {
	bank_csv_remove_blanks(text_of(r, column));
	return read_code(r, column, LIMIT_REFERENCE_BYTES, ret_text);
}

/* A reference that is too long to be one is read as text. */
static bool is_text(struct bank_csv_reading *r) {
	return strlen(text_of(r, BANK_COLUMN_REFERENCE)) > LIMIT_REFERENCE_BYTES;
}

static enum err read_text(struct bank_csv_reading *r, struct statement_line *line) {
	const char *parts[BANK_PROFILE_WORDS_MAX + 1];
	size_t count = 0, bytes = 1;
	if (is_text(r))
		parts[count++] = text_of(r, BANK_COLUMN_REFERENCE);
	for (size_t i = 0; i < r->text_count; i++) {
		struct csv_cell *cell = &r->csv.cells[r->texts[i]];
		cell->text = bank_csv_clean(cell->text);
		if (cell->text[0])
			parts[count++] = cell->text;
	}
	for (size_t i = 0; i < count; i++)
		bytes += strlen(parts[i]) + 1;
	char *text = arena_alloc(r->arena, bytes), *out = text;
	if (!text)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(parts[i]);
		memcpy(out, parts[i], length);
		out += length;
		*out++ = ' ';
	}
	*out = '\0';
	statement_squeeze(text, LIMIT_TEXT_BYTES);
	line->text = text;
	return ERR_OK;
}

/* The other side is the payee of what went out and the payer of what came in. */
static enum err read_other_side(struct bank_csv_reading *r, struct statement_line *line) {
	bool is_out = line->amount < 0;
	enum bank_column account = BANK_COLUMN_OTHER_ACCOUNT, name = BANK_COLUMN_OTHER_NAME;
	if (r->place[account] == 0)
		account = is_out ? BANK_COLUMN_PAYEE_ACCOUNT : BANK_COLUMN_PAYER_ACCOUNT;
	if (r->place[name] == 0)
		name = is_out ? BANK_COLUMN_PAYEE_NAME : BANK_COLUMN_PAYER_NAME;
	enum err err = read_account(r, account, &line->other_account);
	return err == ERR_OK ? read_code(r, name, LIMIT_NAME_BYTES, &line->other_name) : err;
}

static enum err read_references(struct bank_csv_reading *r, struct statement_line *line) {
	enum err err = read_code(r, BANK_COLUMN_SERIAL, 2 * LIMIT_REFERENCE_BYTES, &line->serial);
	if (err == ERR_OK && !is_text(r))
		err = read_code(r, BANK_COLUMN_REFERENCE, LIMIT_REFERENCE_BYTES, &line->reference);
	if (err == ERR_OK)
		err = read_code(
		    r, BANK_COLUMN_BANK_REFERENCE, LIMIT_REFERENCE_BYTES, &line->bank_reference);
	if (strcmp(line->bank_reference, line->serial) == 0)
		line->bank_reference = "";
	return err;
}

/* --- what all lines have in common --- */

static enum err check_account(struct bank_csv_reading *r) {
	struct statement *statement = &r->statement;
	const char *account;
	enum err err = read_account(r, BANK_COLUMN_ACCOUNT, &account);
	if (err != ERR_OK || !account[0])
		return err;
	if (statement->account[0] && strcmp(statement->account, account) != 0)
		return bank_csv_refuse(r, BANK_COLUMN_ACCOUNT,
		    "is another account than that of the lines above: a file must be of one",
		    "与上文账号不同：一个文件只能有一个账户");
	statement->account = account;
	return ERR_OK;
}

static enum err check_currency(struct bank_csv_reading *r) {
	struct statement *statement = &r->statement;
	const char *text = text_of(r, BANK_COLUMN_CURRENCY);
	if (!text[0])
		return ERR_OK;
	const char *currency = bank_csv_currency(text);
	if (!currency)
		return bank_csv_refuse(
		    r, BANK_COLUMN_CURRENCY, "is no currency that is known", "不是已知币种");
	if (statement->currency[0] && strcmp(statement->currency, currency) != 0)
		return bank_csv_refuse(r, BANK_COLUMN_CURRENCY,
		    "is another currency than that of the lines above: a file must be of one",
		    "与上文币种不同：一个文件只能有一种币种");
	statement->currency = currency;
	return ERR_OK;
}

/* --- a line --- */

/* Cells beyond the names must be empty; of the others none may be missing. */
static enum err check_width(struct bank_csv_reading *r) {
	const struct csv_cell *odd = &r->csv.cells[r->csv.count - 1];
	bool is_short = r->csv.count < r->names;
	for (size_t i = r->names; i < r->csv.count && !is_short; i++) {
		odd = &r->csv.cells[i];
		if (bank_csv_clean(odd->text)[0])
			break;
		if (i + 1 == r->csv.count)
			return ERR_OK;
	}
	if (r->csv.count == r->names)
		return ERR_OK;
	r->mistake->line = odd->line;
	r->mistake->column = odd->column;
	mistake_say(r->mistake, "this row has %zu cells, and there are %zu names of columns",
	    "该行有 %zu 个单元格，而列名有 %zu 个", r->csv.count, r->names);
	return ERR_SYNTAX;
}

static enum err read_values(
    struct bank_csv_reading *r, struct statement_line *line, struct bank_csv_row *row) {
	enum err err = read_dates(r, line, row);
	if (err == ERR_OK)
		err = r->place[BANK_COLUMN_DEBIT] > 0 ? read_sides(r, line) : read_single(r, line);
	if (err == ERR_OK)
		err = read_amount(r, BANK_COLUMN_BALANCE, &row->balance, &row->has_balance);
	if (err == ERR_OK)
		err = check_account(r);
	if (err == ERR_OK)
		err = check_currency(r);
	if (err == ERR_OK)
		err = read_text(r, line); /* before the cells that it has in common with others are cut */
	if (err == ERR_OK)
		err = read_references(r, line);
	return err == ERR_OK ? read_other_side(r, line) : err;
}

enum err bank_csv_take_line(struct bank_csv_reading *r) {
	struct statement *statement = &r->statement;
	struct statement_line line = { r->csv.cells[0].line, (uint32_t)column_of(r, BANK_COLUMN_SERIAL),
		1, 0, "", "", "", "", "", "", "", "", false };
	struct bank_csv_row row = { 0, column_of(r, BANK_COLUMN_BALANCE), false, "" };
	enum err err = check_width(r);
	if (err == ERR_OK)
		err = read_values(r, &line, &row);
	if (err != ERR_OK)
		return err;
	r->lines++;
	if (line.amount == 0) {
		statement->pending++;
		return ERR_OK;
	}
	if (statement->count == r->room) {
		r->mistake->line = line.file_line;
		r->mistake->column = 1;
		mistake_say(
		    r->mistake, "the statement has more than %zu lines", "对账单超过 %zu 行", r->room);
		return ERR_RANGE;
	}
	r->rows[statement->count] = row;
	statement->lines[statement->count++] = line;
	return ERR_OK;
}
