/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statements that banks write as tables: comma separated values (RFC 4180) or with another
 * separator, by the bank's profile. Read whole or not at all.
 *
 * - What is before the row of names is searched for labels, no more; rows that begin with a word of
 *   the trailer likewise.
 * - A row has as many cells as there are names; more only when they are empty. What is no amount,
 *   no day or no direction where one should be is refused: columns that slipped do not pass.
 * - The running balance, where there is one, is followed from line to line, in whichever order the
 *   lines are; what is said of balances, numbers and sums beside the table must agree with it.
 * - A debit or credit below nought (red ink, 红字) is a reversal of the other kind.
 * - A tab, an apostrophe or ="…" around a long number, thousands' commas, full-width characters and
 *   padding are taken as banks and spreadsheets write them.
 *
 * Pure. Any thread.
 */
#ifndef FINANCE_BANK_CSV_H
#define FINANCE_BANK_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "finance/bank_profile.h"
#include "finance/mistake.h"
#include "finance/statement.h"

#include <stddef.h>

#define BANK_CSV_BYTES_MAX ((size_t)256 << 20)

/* Everything is in `arena`, about as much as the file and 100 bytes for a line. ERR_SYNTAX,
 * ERR_RANGE (a limit), with the mistake; ERR_MEMORY. */
enum err bank_csv_read(const struct bank_profile *profile, const char *data, size_t bytes,
    struct arena *arena, struct statement *ret_statement,
    struct file_mistake *ret_mistake) MUST_CHECK;

#endif
