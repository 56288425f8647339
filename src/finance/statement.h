/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank's statement as read from a file, whatever the file was: camt053.h, bank_csv.h. What is
 * pending is left out and counted. Texts are "" where the file has none; all is in the reader's
 * arena.
 */
#ifndef FINANCE_STATEMENT_H
#define FINANCE_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statement_line {
	uint64_t file_line; /* where it begins */
	int64_t amount;     /* minor units; above nought: it came in */
	const char *serial;
	const char *booking_date; /* YYYY-MM-DD */
	const char *value_date;
	const char *reference;      /* EndToEndId; "" for NOTPROVIDED */
	const char *bank_reference; /* where it is another than the serial */
	const char *text;           /* UTF-8, its parts joined with blanks */
	const char *other_account;  /* the other side's number */
	const char *other_name;
	uint32_t details; /* transactions that it sums; 1 mostly */
	bool is_reversal;
};

struct statement {
	const char *account;  /* ours */
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

#endif
