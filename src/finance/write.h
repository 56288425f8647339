/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts and texts as files want them. Problems stay in the buffer. */
#ifndef FINANCE_WRITE_H
#define FINANCE_WRITE_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* Minor units as "-1234.56": no thousands, `digits` (at most 6) after the point. */
void write_amount(struct buffer *out, int64_t amount, uint32_t digits);

/* A string of beancount with its quotes: `"` and `\` and ends of lines escaped by `\`. */
void write_quoted(struct buffer *out, const char *text);

/* The value of a tag of hledger and ledger: '%' and what has a meaning there as %XX. */
void write_tag(struct buffer *out, const char *text);

/* A field of CSV (RFC 4180). `is_for_people`: after "'" when a spreadsheet would compute it. */
void write_csv(struct buffer *out, const char *text, bool is_for_people);

#endif
