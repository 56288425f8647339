/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a bank statement, and what of it is in the books. Internal to src/ledger.
 *
 *	import ─► UNMATCHED ─► reconcile ─► MATCHED, or PARTIALLY_MATCHED
 *	   │          └──────► resolve ───► IGNORED: its kind is in the books
 *	   ├────► MATCHED: its payment was unique and exact
 *	   └────► EXCEPTION ─► as UNMATCHED
 *	              RETURNED, which is in the books already: resolve ─► MATCHED
 *
 *	unmatch: MATCHED, PARTIALLY_MATCHED, IGNORED, RETURNED ─► UNMATCHED, the whole match of it
 *
 * A match has a leader, the first of its lines; TABLE_MATCH keeps its targets under the leader, and
 * the lines follow each other by bank_line_row.together.
 */
#ifndef LEDGER_BANK_LINE_H
#define LEDGER_BANK_LINE_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* --- deciding --- */

/* NULL: refused (FIELD_MISSING, BANK_LINE_UNKNOWN). */
const struct bank_line_row *bank_line_find(
    struct deciding *d, uint64_t house_id, uint64_t line, const char *field);

bool bank_line_is_open(const struct bank_line_row *line);

/* Open, and its month not closed or it is carried over; else BANK_LINE_STATE, DATE_CLOSED. */
bool bank_line_want_open(struct deciding *d, const struct bank_line_row *line, const char *field);

/* --- applying --- */

struct bank_line_row get_bank_line(const struct applying *a, uint64_t house_id, uint64_t line);

/*
 * Writes a line's row: that of the newest line of its account, which has none yet, or one that
 * changed. Keeps what depends on it: open_in, open_out, ignored_in, ignored_out, open_lines,
 * carried_lines and exceptions of the house account, TABLE_OPEN_LINES, and since_us when the state
 * changes.
 */
void add_bank_line(
    struct applying *a, uint64_t house_id, uint64_t line, const struct bank_line_row *row);
void put_bank_line(
    struct applying *a, uint64_t house_id, uint64_t line, const struct bank_line_row *row);

/* --- keys: TABLE_BANK_LINE's is key_of_ids(house account, line) --- */

/* TABLE_BANK_SERIAL; at most LIMIT_REFERENCE_BYTES of the serial. */
struct key key_of_serial(uint64_t house_id, const char *serial);

/* TABLE_OPEN_LINES, by the month of booking (year × 100 + month). */
struct key key_of_open_lines(uint64_t house_id, uint32_t period);

#endif
