/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postings.h"

#include "base/check.h"

/* What is summed here must not be able to wrap around into truth. */
typedef __int128 wide;

bool is_guard_kept(Pb__AccountKind kind, int64_t balance) {
	return kind == PB__ACCOUNT_KIND__FUND_APPROPRIATED ? balance <= 0 : balance >= 0;
}

static void check_zero_sums(const Pb__JournalEntry *entry) {
	wide sums[LIMIT_CURRENCIES] = { 0 };
	for (size_t i = 0; i < entry->n_postings; i++) {
		const Pb__Posting *posting = entry->postings[i];
		check(posting->currency < LIMIT_CURRENCIES);
		sums[posting->currency] += posting->amount;
	}
	for (size_t i = 0; i < LIMIT_CURRENCIES; i++)
		check(sums[i] == 0);
}

static int64_t post_balance(const struct state *state, const Pb__Posting *posting) {
	struct key key = key_of_balance(posting->account, posting->owner, posting->party);
	const struct balance_row *old = STATE_GET(state, TABLE_BALANCE, &key, struct balance_row);
	struct balance_row row = old ? *old : (struct balance_row){ .currency = posting->currency };
	check(row.currency == posting->currency);
	check(!__builtin_add_overflow(row.balance, posting->amount, &row.balance));
	check(is_guard_kept(posting->account, row.balance));
	STATE_PUT(state, TABLE_BALANCE, &key, &row);
	return row.balance;
}

/* The counter that mirrors the posting's account, summed over payees; NULL: none does. */
static int64_t *mirror_of(struct applying *a, const Pb__Posting *posting) {
	uint64_t owner = posting->owner;
	switch (posting->account) {
	case PB__ACCOUNT_KIND__FUND_APPROPRIATED: return NULL;
	case PB__ACCOUNT_KIND__FUND_AVAILABLE: return &touch_fund(a, owner)->available;
	case PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE: return &touch_programme(a, owner)->available;
	case PB__ACCOUNT_KIND__PROGRAMME_LIVE: return &touch_programme(a, owner)->live;
	case PB__ACCOUNT_KIND__PROGRAMME_RESERVED: return &touch_programme(a, owner)->reserved;
	case PB__ACCOUNT_KIND__PROGRAMME_PAYABLE: return &touch_programme(a, owner)->payable;
	case PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT: return &touch_programme(a, owner)->in_payment;
	case PB__ACCOUNT_KIND__PROGRAMME_PAID: return &touch_programme(a, owner)->paid;
	case PB__ACCOUNT_KIND__ACCOUNT_KIND_UNSPECIFIED:
	default: check(!"an account of the chart"); return NULL;
	}
}

void apply_postings(struct applying *a) {
	check_zero_sums(a->entry);
	for (size_t i = 0; i < a->entry->n_postings; i++) {
		const Pb__Posting *posting = a->entry->postings[i];
		int64_t *mirror = mirror_of(a, posting);
		int64_t balance = post_balance(a->state, posting);
		if (mirror)
			count(mirror, posting->amount);
		else
			touch_fund(a, posting->owner)->appropriated = -balance;
	}
}

bool fund_adds_up(const struct fund_row *fund) {
	return fund->appropriated == (wide)fund->available + fund->allocated;
}

bool programme_adds_up(const struct programme_row *p) {
	return p->allocated ==
	    (wide)p->available + p->live + p->reserved + p->payable + p->in_payment + p->paid &&
	    p->issued == (wide)p->live + p->reserved + p->redeemed + p->returned + p->cancelled &&
	    p->redeemed == (wide)p->payable + p->in_payment + p->paid;
}

void put_touched(struct applying *a) {
	if (a->fund_id) {
		check(fund_adds_up(&a->fund));
		struct key key = key_of_id(a->fund_id);
		STATE_PUT(a->state, TABLE_FUND, &key, &a->fund);
	}
	if (a->programme_id) {
		check(programme_adds_up(&a->programme));
		struct key key = key_of_id(a->programme_id);
		STATE_PUT(a->state, TABLE_PROGRAMME, &key, &a->programme);
	}
}
