/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/clawback.h"

#include "base/check.h"
#include "ledger/find.h"
#include "ledger/memo.h"
#include "ledger/pool.h"

int64_t clawback_owed(const struct clawback_row *row) {
	return row->amount - row->recovered - row->written_off;
}

/* --- deciding --- */

const struct clawback_row *clawback_read(const struct deciding *d, uint64_t id) {
	struct key key = key_of_id(id);
	return STATE_GET(d->state, TABLE_CLAWBACK, &key, struct clawback_row);
}

uint64_t clawback_oldest(const struct deciding *d, uint64_t programme, uint64_t payee) {
	struct key key = key_of_ids(programme, payee);
	const struct owed_row *list = STATE_GET(d->state, TABLE_OWED, &key, struct owed_row);
	return list ? list->first : 0;
}

bool clawback_weigh(struct deciding *d, const struct clawback_row *row, int64_t amount) {
	if (clawback_owed(row) == 0)
		return refuse_field(d, PB__OUTCOME__CLAWBACK_STATE, "clawback");
	const struct weight receivable = {
		.rule = PB__RULE__RULE_RECEIVABLE,
		.outcome = PB__OUTCOME__CLAWBACK_EXCEEDS,
		.limit = row->amount,
		.used = row->amount - clawback_owed(row),
		.asked = amount,
	};
	return weigh(d, &receivable);
}

bool clawback_post_recovery(
    struct deciding *d, const struct clawback_row *row, const struct by_fund *parts) {
	const struct programme_row *programme = the_programme(d, row->programme);
	const struct pool pool = { .programme_id = row->programme, .programme = programme };
	return memo_leave(d,
	           payee_account(
	               PB__ACCOUNT_KIND__MEMO_RECEIVABLE, row->programme, programme, row->payee),
	           by_fund_sum(parts)) &&
	    pool_put(d, &pool,
	        payee_account(
	            PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, row->programme, programme, row->payee),
	        parts);
}

/* --- the list --- */

static struct owed_row get_list(const struct applying *a, const struct clawback_row *row) {
	struct key key = key_of_ids(row->programme, row->payee);
	const struct owed_row *list = STATE_GET(a->state, TABLE_OWED, &key, struct owed_row);
	return list ? *list : (struct owed_row){ 0 };
}

static void put_list(
    struct applying *a, const struct clawback_row *row, const struct owed_row *list) {
	struct key key = key_of_ids(row->programme, row->payee);
	STATE_PUT(a->state, TABLE_OWED, &key, list);
}

static void put_row(struct applying *a, uint64_t id, const struct clawback_row *row) {
	struct key key = key_of_id(id);
	STATE_PUT(a->state, TABLE_CLAWBACK, &key, row);
}

/* Makes two clawbacks of a list neighbours; 0 is its end. */
static void join(struct applying *a, struct owed_row *list, uint64_t first, uint64_t second) {
	if (first) {
		struct clawback_row row = get_clawback(a, first);
		row.next = second;
		put_row(a, first, &row);
	} else {
		list->first = second;
	}
	if (second) {
		struct clawback_row row = get_clawback(a, second);
		row.previous = first;
		put_row(a, second, &row);
	} else {
		list->last = first;
	}
}

/* By age, which is their number: a new one is the last. */
static void enter_list(struct applying *a, uint64_t id) {
	const struct clawback_row row = get_clawback(a, id);
	struct owed_row list = get_list(a, &row);
	uint64_t previous = list.last;
	while (previous > id)
		previous = get_clawback(a, previous).previous;
	uint64_t next = previous ? get_clawback(a, previous).next : list.first;
	join(a, &list, previous, id);
	join(a, &list, id, next);
	put_list(a, &row, &list);
}

static void leave_list(struct applying *a, uint64_t id) {
	struct clawback_row row = get_clawback(a, id);
	struct owed_row list = get_list(a, &row);
	check((row.previous || list.first == id) && (row.next || list.last == id));
	join(a, &list, row.previous, row.next);
	put_list(a, &row, &list);
	row.previous = 0;
	row.next = 0;
	put_row(a, id, &row);
}

/* --- applying --- */

struct clawback_row get_clawback(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct clawback_row *row = STATE_GET(a->state, TABLE_CLAWBACK, &key, struct clawback_row);
	check(row);
	return *row;
}

void put_clawback(struct applying *a, uint64_t id, const struct clawback_row *row) {
	check(clawback_owed(row) >= 0 && by_fund_sum(&row->left) == clawback_owed(row));
	struct key key = key_of_id(id);
	const struct clawback_row *before = STATE_GET(
	    a->state, TABLE_CLAWBACK, &key, struct clawback_row);
	bool was_owed = before && clawback_owed(before) > 0;
	bool is_owed = clawback_owed(row) > 0;
	put_row(a, id, row);
	if (is_owed && !was_owed)
		enter_list(a, id);
	else if (was_owed && !is_owed)
		leave_list(a, id);
}

void clawback_recover(struct applying *a, uint64_t id, const struct by_fund *parts) {
	struct clawback_row row = get_clawback(a, id);
	by_fund_subtract(&row.left, parts);
	count(&row.recovered, by_fund_sum(parts));
	put_clawback(a, id, &row);
}
