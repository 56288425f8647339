/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank's statement as read from a file, whatever the file was: camt053.h, bank_csv.h. What is not
 * booked and what is of nothing is left out and counted. Texts are "" where the file has none, else
 * UTF-8 without control characters, with single blanks; all is in the reader's arena.
 *
 * Pure. Any thread.
 */
#ifndef FINANCE_STATEMENT_H
#define FINANCE_STATEMENT_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATEMENT_LINES_MAX 1000000 /* of one file */

struct statement_line {
	uint64_t file_line;   /* where it begins */
	uint32_t file_column; /* of its number, in a table */
	uint32_t details;     /* transactions that it sums; 1 mostly */
	int64_t amount;       /* minor units, not 0; above nought: it came in */
	/* The bank's own number of it. No two lines of a statement have the same: where a bank writes
	 * one number on several (a payment and its fee), the second has "/2" behind it. */
	const char *serial;
	const char *booking_date;   /* YYYY-MM-DD */
	const char *value_date;     /* or "" */
	const char *reference;      /* end-to-end reference; of several payments in one sum: theirs */
	const char *bank_reference; /* where it is another than the serial */
	const char *text;           /* its parts joined with blanks, at most LIMIT_TEXT_BYTES */
	const char *other_account;  /* the other side's number */
	const char *other_name;
	bool is_reversal;
};

struct statement {
	const char *account;  /* ours; "": the file does not say */
	const char *number;   /* the bank's own number of the statement; "": none */
	const char *currency; /* ISO 4217; "": the file does not say */
	const char *format;   /* "camt.053.001.08", "csv icbc" */
	bool has_balances;    /* and the lines lead from one to the other: the reader has seen to it */
	int64_t opening_balance;
	int64_t closing_balance;
	struct statement_line *lines; /* the oldest first */
	size_t count;
	size_t pending; /* lines left out */
};

/* --- for readers --- */

/* In place, UTF-8: controls and runs of blanks, also full-width ones, become one blank, none at the
 * ends; what is beyond `bytes_max` goes, whole characters at a time. */
void statement_squeeze(char *text, size_t bytes_max);

/* Puts "/2" and so on behind serials that stand there again. ERR_RANGE: one is longer than
 * LIMIT_REFERENCE_BYTES then, and `ret_line` is it. ERR_MEMORY. */
enum err statement_number_serials(struct statement *statement, struct arena *arena,
    const struct statement_line **ret_line) MUST_CHECK;

void statement_reverse(struct statement *statement);

/* The lines come to `ret_sum`. ERR_RANGE: to more than an amount can be. */
enum err statement_sum(const struct statement *statement, int64_t *ret_sum) MUST_CHECK;

#endif
