/* SPDX-License-Identifier: Apache-2.0 */
/* What reading a bank's table consists of. Internal to src/finance. */
#ifndef FINANCE_BANK_CSV_INTERNAL_H
#define FINANCE_BANK_CSV_INTERNAL_H

#include "base/date.h"
#include "finance/bank_csv.h"
#include "finance/csv.h"

#include <stdbool.h>

#define BANK_CSV_SHOWN_BYTES 60 /* of a cell, in a mistake */

struct bank_csv_label {
	bool is_there;
	const char *text;
	uint64_t line, column;
};

/* Beside each line, what tells the order and the balance. */
struct bank_csv_row {
	int64_t balance; /* after it */
	uint64_t balance_column;
	bool has_balance;
	const char *time; /* or "" */
};

struct bank_csv_side {
	uint64_t count;
	int64_t sum;
};

struct bank_csv_reading {
	const struct bank_profile *profile;
	struct arena *arena;
	struct file_mistake *mistake;
	struct csv_reader csv;
	struct bank_csv_label labels[BANK_LABELS];

	/* The row of names. */
	size_t names;               /* 0: not there yet */
	size_t place[BANK_COLUMNS]; /* of a column + 1; 0: there is none */
	const char *title[BANK_COLUMNS];
	size_t texts[BANK_PROFILE_WORDS_MAX]; /* places of those that are joined */
	size_t text_count;

	struct statement statement;
	struct bank_csv_row *rows; /* as many as lines */
	size_t room;
	struct bank_csv_side debits, credits; /* as the columns have them */
	uint64_t lines;                       /* also those of nothing */
	char date[DATE_TEXT_BYTES];           /* the last one, */
	const char *kept_date;                /* in the arena */
	char nothing[1];                      /* the text of a cell that there is not */
};

/* --- values: bank_csv_value.c --- */

/* In place: without what surrounds a value where spreadsheets keep numbers as text, half-width, and
 * "" for what stands for nothing ("-", "--", "/"). */
char *bank_csv_clean(char *text);

/* In place: of a number that is written in groups. */
void bank_csv_remove_blanks(char *text);

/* "1,234.56", "+1", "-0.05", "￥1"; ERR_SYNTAX, ERR_RANGE. */
enum err bank_csv_parse_amount(const char *text, int64_t *ret_amount) MUST_CHECK;

/* 20261121, 2026-11-21, 2026/1/2, 2026.11.21, 2026年11月21日; what follows a blank, a T or the day's
 * sign must be a time of day, and `ret_time` is where it begins. ERR_SYNTAX. */
enum err bank_csv_parse_date(
    const char *text, char ret_date[DATE_TEXT_BYTES], const char **ret_time) MUST_CHECK;

/* NULL: a currency that is not known. */
const char *bank_csv_currency(const char *text);

/* Has a spreadsheet shortened this number (1.02E+18)? */
bool bank_csv_is_shortened(const char *text);

/* --- rows: bank_csv_row.c --- */

/* Says what is wrong with a cell; the formats take its name and what stands there. */
enum err bank_csv_refuse(
    struct bank_csv_reading *r, enum bank_column column, const char *en, const char *zh) MUST_CHECK;

/* The row that was read last is a line of the statement. */
enum err bank_csv_take_line(struct bank_csv_reading *r) MUST_CHECK;

/* --- the whole: bank_csv_check.c --- */

/* Puts the oldest line first; follows the balance; compares what labels say. */
enum err bank_csv_check(struct bank_csv_reading *r) MUST_CHECK;

#endif
