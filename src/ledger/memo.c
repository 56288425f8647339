/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/memo.h"

#include "base/check.h"

#define CONTRACTS_MAX (INT64_MAX / 2)

typedef __int128 wide;

/* All that stands in a party's memorandum accounts. */
static wide sum_of(const struct deciding *d, uint64_t programme, uint64_t party) {
	struct key key = key_of_balance(PB__ACCOUNT_KIND__MEMO_COUNTER, programme, party);
	const struct balance_row *row = STATE_GET(d->state, TABLE_BALANCE, &key, struct balance_row);
	return row ? -(wide)row->balance : 0;
}

bool memo_want_contracts(struct deciding *d, uint64_t programme, uint64_t party,
    const int64_t costs[2], const char *field) {
	check(costs[0] >= 0 && costs[1] >= 0);
	return (costs[0] == 0 && costs[1] == 0) ||
	    sum_of(d, programme, party) + costs[0] + costs[1] <= CONTRACTS_MAX ||
	    refuse_field(d, PB__OUTCOME__OVERFLOW, field);
}

bool memo_want_debt(
    struct deciding *d, uint64_t programme, uint64_t party, int64_t amount, const char *field) {
	return sum_of(d, programme, party) + amount <= INT64_MAX ||
	    refuse_field(d, PB__OUTCOME__OVERFLOW, field);
}

static struct account counter_of(struct account account) {
	account.kind = PB__ACCOUNT_KIND__MEMO_COUNTER;
	return account;
}

bool memo_enter(struct deciding *d, struct account account, int64_t amount) {
	return amount == 0 || transfer(d, counter_of(account), account, amount);
}

bool memo_leave(struct deciding *d, struct account account, int64_t amount) {
	return amount == 0 || transfer(d, account, counter_of(account), amount);
}
