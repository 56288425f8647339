/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Take-up: what became of a programme's money, counted as it happens, by the holder's region, the
 * category of service and the month (TABLE_TAKE_UP). Issuing, using, giving back: the families call
 * take_up(). Paying, and what a rejected claim takes back: put_claim() does.
 *
 * A month counts what happens in it: a claim rejected in May takes its use back in May, whenever
 * that was, so that a row may be negative; sums over months are what counts. Internal to
 * src/ledger, except for the keys.
 */
#ifndef LEDGER_TAKE_UP_H
#define LEDGER_TAKE_UP_H

#include "ledger/applying.h"

/* Categories of a programme that are told apart; what comes later is counted as none. */
#define TAKE_UP_CATEGORIES 256

struct take_up_place {
	uint64_t programme;
	uint64_t holder;
	uint32_t category; /* its number; 0: not known before use */
};

/* Adds `delta` to the row of the place, in the month of the entry. One row is read and written:
 *	take_up(a, &TAKE_UP_RESERVATION(&row), &(struct take_up_row){ .used = amount, .uses = 1 }); */
void take_up(
    struct applying *a, const struct take_up_place *place, const struct take_up_row *delta);

#define TAKE_UP_VOUCHER(row)                                                                       \
	((struct take_up_place){ .programme = (row)->programme, .holder = (row)->holder })
#define TAKE_UP_RESERVATION(row)                                                                   \
	((struct take_up_place){                                                                       \
	    .programme = (row)->programme, .holder = (row)->holder, .category = (row)->category })

/* The number of a category, given when it first occurs: for reservation_row.category. 0: it has
 * none ("", or one too many). */
uint32_t take_up_category(struct applying *a, uint64_t programme, const char *category);

/* What a claim's new status means: paid, or paid no longer; rejected, so that its use is undone. */
void take_up_claim(struct applying *a, const struct claim_row *before, const struct claim_row *row);

/* --- keys --- */

/* programme id, region, category number, month */
#define TAKE_UP_KEY_BYTES (8 + REGION_ROOM_BYTES + 4 + 4)

struct take_up_key {
	uint64_t programme;
	char region[REGION_ROOM_BYTES]; /* and zeros */
	uint32_t category;
	uint32_t month; /* year × 12 + month − 1 */
};

struct key take_up_key(const struct take_up_key *parts);
void take_up_key_read(const struct key *key, struct take_up_key *ret_parts);

/* programme id, category; the category "" has how many there are. */
struct key take_up_category_key(uint64_t programme, const char *category);

#endif
