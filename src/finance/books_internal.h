/* SPDX-License-Identifier: Apache-2.0 */
/* What the formats of src/finance/books.h share. Internal to src/finance. */
#ifndef FINANCE_BOOKS_INTERNAL_H
#define FINANCE_BOOKS_INTERNAL_H

#include "base/buffer.h"
#include "base/date.h"
#include "finance/books.h"
#include "finance/chart.h"
#include "finance/sheet.h"

/* An entry in the words of all formats. */
struct books_line {
	const Pb__JournalEntry *entry;
	const char *date; /* YYYY-MM-DD, local */
	struct books_words words;
};

struct books {
	enum books_format format;
	struct sink sink;
	struct chart chart;
	struct buffer out;   /* of plain text */
	struct sheet *sheet; /* of the others; NULL before the first entry */
	uint64_t last_seq;
	int32_t last_day; /* the latest day of any entry */
	int32_t date_day; /* the day that `date` says */
	char date[DATE_TEXT_BYTES];
	char opening[DATE_TEXT_BYTES]; /* a day that no entry is before */
};

/* books_plain.c. Problems with memory stay in `out`. */
void books_plain_begin(struct books *books, const Pb__Genesis *genesis);
enum err books_plain_entry(struct books *books, const struct books_line *line) MUST_CHECK;
void books_plain_end(struct books *books);

/* books_table.c */
enum err books_table_begin(struct books *books) MUST_CHECK;
enum err books_table_entry(struct books *books, const struct books_line *line) MUST_CHECK;

#endif
