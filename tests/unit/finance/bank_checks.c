/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/finance/bank_checks.h"

#include "base/check.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

static void check_text(const char *text, size_t bytes_max) {
	size_t bytes = strlen(text);
	check(bytes <= bytes_max);
	check(text_is_clean_utf8(text, bytes));
}

static void check_line(const struct statement_line *line) {
	int32_t day;
	check(line->file_line > 0 && line->amount != 0 && line->details > 0);
	check(date_parse(line->booking_date, &day) == ERR_OK);
	check(!line->value_date[0] || date_parse(line->value_date, &day) == ERR_OK);
	check_text(line->serial, LIMIT_REFERENCE_BYTES);
	check_text(line->reference, LIMIT_REFERENCE_BYTES);
	check_text(line->bank_reference, LIMIT_REFERENCE_BYTES);
	check_text(line->text, LIMIT_TEXT_BYTES);
	check_text(line->other_account, LIMIT_REFERENCE_BYTES);
	check_text(line->other_name, LIMIT_NAME_BYTES);
}

void bank_check_statement(const struct statement *statement) {
	int64_t sum;
	for (size_t i = 0; i < statement->count; i++)
		check_line(&statement->lines[i]);
	check_text(statement->account, LIMIT_REFERENCE_BYTES);
	check_text(statement->number, LIMIT_REFERENCE_BYTES);
	check(!statement->currency[0] || strlen(statement->currency) == 3);
	check(statement->format[0]);
	if (!statement->has_balances)
		return;
	check(statement_sum(statement, &sum) == ERR_OK);
	check(!__builtin_add_overflow(sum, statement->opening_balance, &sum));
	check(sum == statement->closing_balance);
}

void bank_check_mistake(const struct file_mistake *mistake) {
	check(memchr(mistake->text, '\0', sizeof(mistake->text)) && mistake->text[0]);
	check(memchr(mistake->zh, '\0', sizeof(mistake->zh)));
	check(text_is_clean_utf8(mistake->text, strlen(mistake->text)));
	check(text_is_clean_utf8(mistake->zh, strlen(mistake->zh)));
	check(mistake->line > 0 || mistake->column == 0);
}
