/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our own accounts at banks: their books, and what the books and the bank's statements do not have
 * in common yet (银行存款余额调节表). Of every house account holds, after every entry,
 *
 *	statement − (open_in − open_out) = books − (awaited_in − awaited_out)
 *
 * where an event is in the books when the ledger knows of it (a payment recorded as paid or
 * returned, a line matched or resolved), and at the bank when a line says it. What is in the books
 * first is awaited: TABLE_AWAITED and TABLE_AWAITED_COUNT know it by its amount, signed as on the
 * account. What is approved and not recorded yet is awaited there too (its line may come first),
 * and is not in the books: it counts in no sum.
 *
 * MEMO_BANK mirrors `books`; MEMO_BANK_COUNTER is its other side. Internal to src/ledger.
 */
#ifndef LEDGER_HOUSE_H
#define LEDGER_HOUSE_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* --- deciding --- */

/* By its code; sets decision->house_account, its id. NULL: refused (FIELD_MISSING,
 * HOUSE_ACCOUNT_UNKNOWN). */
const struct house_row *house_find(struct deciding *d, const char *code, const char *field);

/* Whether books, what is open and what is awaited have room for so much more (≥ 0), in either
 * direction; else OVERFLOW. What opens or is awaited without a posting must have asked. */
bool house_want_room(struct deciding *d, uint64_t house_id, __int128 amount);

/* Two postings: its books grow by `amount` (not 0), or shrink. All postings of an entry are of one
 * house account, decision->house_account, which it sets. There must be room for all of them. */
bool house_post(struct deciding *d, uint64_t house_id, int64_t amount);

/* Not in a period that is closed, else DATE_CLOSED. "": no date. */
bool house_want_open_day(struct deciding *d, int32_t day, const char *field);
bool house_want_open_date(struct deciding *d, const char *date, const char *field);

/* Whether the identity above holds. */
bool house_adds_up(const struct house_row *house);

/* What the row says, for people. */
void house_figures(uint64_t house_id, const struct house_row *house, Pb__HouseFigures *ret_figures);

/* --- applying: the row is applying.h's touch_house(), whose identity is checked at the end --- */

/* A payment of `amount` > 0 that goes out (or, is_return, comes back). */
struct awaited {
	uint64_t house_id;
	int64_t amount;
	uint64_t settlement;
	uint32_t payment;
	bool is_return;
};

/* It waits for its line from now on, or does not any more, as its row says that it did before
 * (payment.h). Not in the sums of the house account's row. */
void house_await(struct applying *a, const struct awaited *awaited);
void house_await_no_longer(struct applying *a, const struct awaited *awaited);

/* What waits entered the books (after apply_postings posted it), or left them: awaited_in and
 * awaited_out of the row. */
void house_count_awaited(struct applying *a, const struct awaited *awaited, bool enters);

/* --- keys --- */

/* TABLE_AWAITED and TABLE_AWAITED_COUNT by an amount as it stands on a statement: above nought, it
 * came in. They sort by amount. Settlement u64, payment u32 and is_return u8 end the former's. */
struct key key_of_awaited(uint64_t house_id, int64_t signed_amount);

#endif
