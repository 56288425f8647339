/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How one bank writes its tables: the profile, an INI file (contrib/bank-profiles, whose README
 * says what each setting means). It names columns by the words that stand above them, never by
 * their position.
 *
 * Pure, but for inih, whose switches are global: one thread at a time.
 */
#ifndef FINANCE_BANK_PROFILE_H
#define FINANCE_BANK_PROFILE_H

#include "base/arena.h"
#include "base/err.h"
#include "finance/mistake.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BANK_PROFILE_BYTES_MAX  65536
#define BANK_PROFILE_LINE_BYTES 1024
#define BANK_PROFILE_WORDS_MAX  12
#define BANK_PROFILE_FIELDS_MAX 64  /* columns of a payment file */
#define BANK_PROFILE_LINES_MAX  100 /* before the row of names */

enum bank_encoding {
	BANK_ENCODING_AUTO, /* UTF-8 if it is that, else GB18030 */
	BANK_ENCODING_UTF8,
	BANK_ENCODING_UTF8_BOM, /* written with a byte order mark; read either way */
	BANK_ENCODING_GB18030,
	BANK_ENCODING_GBK, /* to write: what has no GBK is refused; read as GB18030 */
};

enum bank_order { BANK_ORDER_ANY, BANK_ORDER_OLDEST_FIRST, BANK_ORDER_NEWEST_FIRST };

enum bank_column {
	BANK_COLUMN_ACCOUNT, /* ours */
	BANK_COLUMN_CURRENCY,
	BANK_COLUMN_BOOKING_DATE,
	BANK_COLUMN_TIME, /* tells the order within a day */
	BANK_COLUMN_VALUE_DATE,
	BANK_COLUMN_DEBIT,  /* what went out */
	BANK_COLUMN_CREDIT, /* what came in */
	BANK_COLUMN_AMOUNT,
	BANK_COLUMN_DIRECTION,
	BANK_COLUMN_BALANCE, /* after the line */
	BANK_COLUMN_SERIAL,
	BANK_COLUMN_REFERENCE,
	BANK_COLUMN_BANK_REFERENCE,
	BANK_COLUMN_OTHER_ACCOUNT,
	BANK_COLUMN_OTHER_NAME,
	BANK_COLUMN_PAYER_ACCOUNT, /* the other side's when it came in */
	BANK_COLUMN_PAYER_NAME,
	BANK_COLUMN_PAYEE_ACCOUNT, /* the other side's when it went out */
	BANK_COLUMN_PAYEE_NAME,
	BANK_COLUMN_TEXT, /* all of those that there are, joined */
	BANK_COLUMNS,
};

/* What stands beside a word, before the row of names or in the trailer. */
enum bank_label {
	BANK_LABEL_ACCOUNT,
	BANK_LABEL_CURRENCY,
	BANK_LABEL_NUMBER, /* of the statement */
	BANK_LABEL_OPENING_BALANCE,
	BANK_LABEL_CLOSING_BALANCE,
	BANK_LABEL_LINES,
	BANK_LABEL_DEBIT_LINES,
	BANK_LABEL_CREDIT_LINES,
	BANK_LABEL_DEBIT_SUM,
	BANK_LABEL_CREDIT_SUM,
	BANK_LABELS,
};

struct bank_words {
	const char *words[BANK_PROFILE_WORDS_MAX];
	size_t count;
};

struct bank_field {
	const char *header;
	const char *content; /* text with {placeholders}, which are known */
};

struct bank_payment_form {
	bool is_there;
	enum bank_encoding encoding;
	char separator;
	bool has_header;
	bool has_unix_lines; /* LF, not CR LF */
	struct bank_field fields[BANK_PROFILE_FIELDS_MAX];
	size_t count;
};

struct bank_profile {
	const char *name; /* "icbc": part of a statement's format */
	const char *title;
	enum bank_encoding encoding;
	char separator;
	const char *currency; /* ISO 4217, where the file does not say */
	size_t lines_max;     /* before the row of names */
	enum bank_order order;
	struct bank_words columns[BANK_COLUMNS]; /* names, those that come first are looked for first */
	struct bank_words in, out;               /* what stands in the direction's column */
	struct bank_words labels[BANK_LABELS];
	struct bank_words trailer; /* what rows that are no lines begin with */
	struct bank_payment_form payment;
};

/* Everything is in `arena`. ERR_SYNTAX with the line; ERR_MEMORY. */
enum err bank_profile_parse(const char *text, size_t bytes, struct arena *arena,
    struct bank_profile *ret_profile, struct file_mistake *ret_mistake) MUST_CHECK;

/* Do they say the same? Blanks, the width of characters, the case of letters and a last colon do
 * not count. */
bool bank_words_are_equal(const char *one, const char *other);

#endif
