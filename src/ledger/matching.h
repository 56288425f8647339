/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a new line of a bank statement is. Tried in this order, and the first that names anything
 * decides:
 *
 *	1  our reference: the payment it names, with exactly its amount
 *	2  the bank's reference: the payment that was recorded with it
 *	3  a claim's or a voucher's number in the text: its payment
 *	4  a settlement's reference: all of its payments that wait, if they come to the line's amount
 *	5  nothing is named: a payment that waits with this amount may be it. That is for a person to
 *	   say: the line stays UNMATCHED, and queries suggest by account, amount and day.
 *	   None waits: EXCEPTION, UNKNOWN
 *
 * Only what is unique and exact matches by itself, tolerance nought. Money that went out confirms
 * payments (APPROVED or PAID ─► RECONCILED); what came in with a payment's reference, or its
 * claim's number, is that payment come back (PAID or RECONCILED ─► RETURNED, payable again): an
 * EXCEPTION, RETURNED, for somebody to look at, with the books right already; or MATCHED, if
 * somebody has recorded it as returned before. What came in with the number of a claim of which
 * exactly so much is owed back is that clawback's recovery. All else that names something is an
 * exception: AMOUNT, DATE (booked before the day of approval), DUPLICATE, and AMBIGUOUS, which is
 * also what names a payment that neither waits nor has a line: it failed, was cancelled, or may not
 * come back since a claim of it was clawed back; and one of which the line says that the other side
 * is another party than its payee. What another house account pays is not named.
 *
 * Internal to src/ledger.
 */
#ifndef LEDGER_MATCHING_H
#define LEDGER_MATCHING_H

#include "ledger/bank_line.h"
#include "ledger/house.h"

/* What the lines of one entry decided so far: they are not in the state yet. */
struct matching;

/* NULL: refused for lack of memory. In d->arena. */
struct matching *matching_begin(struct deciding *d, uint64_t house_id);

/* Decides one new line: fills `result` (all but `line`) and posts what follows from it, but for the
 * house account. False: refused (OVERFLOW, memory). */
bool matching_decide_line(struct matching *matching, const Pb__StatementLine *line,
    int32_t booking_day, Pb__LineResult *result);

/* After the last line: posts to the house account what all of them moved. */
bool matching_end(struct matching *matching);

/*
 * Takes targets as decided into account: payments, their claims, clawbacks, what is awaited, and
 * the rows of the match. `lines` are the lines of it, the leader first; their rows get leader,
 * together, targets, booked and state from it. Used for import and reconcile alike.
 */
struct match {
	uint64_t house_id;
	const uint64_t *lines;
	size_t line_count;
	Pb__Target *const *targets;
	size_t target_count;
	Pb__MatchBy by;
};
void apply_match(struct applying *a, const struct match *match);

/* The same for one line that has no row yet: adds `row`, completed. */
void apply_new_match(
    struct applying *a, const struct match *match, const struct bank_line_row *row);

/* Its lines are UNMATCHED again, its targets as they were before, the newest first; a line that was
 * resolved alone leads itself. */
void apply_match_taken_back(struct applying *a, uint64_t house_id, uint64_t leader);

/* TABLE_MATCH */
struct key key_of_match(uint64_t house_id, uint64_t leader, uint32_t index);

/* Target `index` of a match. Borrowed from the state. */
const struct match_row *match_at(
    const struct state *state, uint64_t house_id, uint64_t leader, uint32_t index);

/* As it stands on the account: above nought, it came in. */
int64_t match_signed_amount(const struct match_row *row);

#endif
