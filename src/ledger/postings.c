/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/postings.h"

#include "base/check.h"
#include "ledger/foresee.h"
#include "ledger/held.h"

/* What is summed here must not be able to wrap around into truth. */
typedef __int128 wide;

bool is_guard_kept(Pb__AccountKind kind, int64_t balance) {
	switch (kind) {
	case PB__ACCOUNT_KIND__FUND_APPROPRIATED:
	case PB__ACCOUNT_KIND__PROGRAMME_RECOVERED:
	case PB__ACCOUNT_KIND__MEMO_COUNTER: return balance <= 0;
	case PB__ACCOUNT_KIND__MEMO_BANK:
	case PB__ACCOUNT_KIND__MEMO_BANK_COUNTER: return true;
	default: return balance >= 0;
	}
}

bool is_memo(Pb__AccountKind kind) {
	return kind >= PB__ACCOUNT_KIND__MEMO_OWN_SHARE && kind <= PB__ACCOUNT_KIND__MEMO_BANK_COUNTER;
}

/* Whose accounts balance among themselves. */
enum book { BOOK_MONEY, BOOK_MEMO, BOOK_BANK, BOOK_COUNT };

static enum book book_of(Pb__AccountKind kind) {
	if (kind == PB__ACCOUNT_KIND__MEMO_BANK || kind == PB__ACCOUNT_KIND__MEMO_BANK_COUNTER)
		return BOOK_BANK;
	return is_memo(kind) ? BOOK_MEMO : BOOK_MONEY;
}

static void check_zero_sums(const Pb__JournalEntry *entry) {
	wide sums[BOOK_COUNT][LIMIT_CURRENCIES] = { 0 };
	for (size_t i = 0; i < entry->n_postings; i++) {
		const Pb__Posting *posting = entry->postings[i];
		check(posting->currency < LIMIT_CURRENCIES);
		sums[book_of(posting->account)][posting->currency] += posting->amount;
	}
	for (size_t i = 0; i < entry->n_postings; i++) {
		const Pb__Posting *posting = entry->postings[i];
		check(sums[book_of(posting->account)][posting->currency] == 0);
	}
}

bool is_owed(Pb__AccountKind kind) {
	return kind == PB__ACCOUNT_KIND__PROGRAMME_PAYABLE ||
	    kind == PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT;
}

static void count_owed(const struct state *state, uint64_t party, int64_t before, int64_t after) {
	if ((before == 0) == (after == 0))
		return;
	struct key key = key_of_id(party);
	const struct party_row *old = STATE_GET(state, TABLE_PARTY, &key, struct party_row);
	check(old && (after != 0 || old->owed_by > 0));
	struct party_row row = *old;
	row.owed_by += after != 0 ? 1 : -UINT64_C(1);
	STATE_PUT(state, TABLE_PARTY, &key, &row);
}

static int64_t post_balance(const struct state *state, const Pb__Posting *posting) {
	struct key key = key_of_balance(posting->account, posting->owner, posting->party);
	const struct balance_row *old = STATE_GET(state, TABLE_BALANCE, &key, struct balance_row);
	struct balance_row row = old ? *old : (struct balance_row){ .currency = posting->currency };
	int64_t before = row.balance;
	check(row.currency == posting->currency);
	check(!__builtin_add_overflow(row.balance, posting->amount, &row.balance));
	check(is_guard_kept(posting->account, row.balance));
	STATE_PUT(state, TABLE_BALANCE, &key, &row);
	if (is_owed(posting->account))
		count_owed(state, posting->party, before, row.balance);
	return row.balance;
}

/* The counter of a programme that mirrors an account, summed over parties; NULL: none does. */
static int64_t *mirror_of(struct programme_row *programme, Pb__AccountKind account) {
	switch (account) {
	case PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE: return &programme->available;
	case PB__ACCOUNT_KIND__PROGRAMME_LIVE: return &programme->live;
	case PB__ACCOUNT_KIND__PROGRAMME_RESERVED: return &programme->reserved;
	case PB__ACCOUNT_KIND__PROGRAMME_PAYABLE: return &programme->payable;
	case PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT: return &programme->in_payment;
	case PB__ACCOUNT_KIND__PROGRAMME_PAID: return &programme->paid;
	case PB__ACCOUNT_KIND__PROGRAMME_RECOVERED: return &programme->recovered;
	case PB__ACCOUNT_KIND__MEMO_RECEIVABLE: return &programme->receivable;
	case PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF: return &programme->written_off;
	case PB__ACCOUNT_KIND__MEMO_OWN_SHARE:
	case PB__ACCOUNT_KIND__MEMO_VAT:
	case PB__ACCOUNT_KIND__MEMO_COUNTER: return NULL;
	case PB__ACCOUNT_KIND__FUND_APPROPRIATED:
	case PB__ACCOUNT_KIND__FUND_AVAILABLE:
	case PB__ACCOUNT_KIND__MEMO_BANK:
	case PB__ACCOUNT_KIND__MEMO_BANK_COUNTER:
	case PB__ACCOUNT_KIND__ACCOUNT_KIND_UNSPECIFIED:
	default: check(!"an account of the chart"); return NULL;
	}
}

static void count_in_programme(struct applying *a, const Pb__Posting *posting) {
	int64_t *mirror = mirror_of(touch_programme(a, posting->owner), posting->account);
	bool is_recovered = posting->account == PB__ACCOUNT_KIND__PROGRAMME_RECOVERED;
	check(posting->amount != INT64_MIN);
	if (mirror)
		count(mirror, is_recovered ? -posting->amount : posting->amount);
}

void apply_postings(struct applying *a) {
	const Pb__JournalEntry *entry = a->entry;
	check_zero_sums(entry);
	for (size_t i = 0; i < entry->n_postings; i++) {
		if (entry->n_postings > FORESEE_MAX)
			foresee_postings(a->state, entry->postings, i, entry->n_postings);
		const Pb__Posting *posting = entry->postings[i];
		int64_t balance = post_balance(a->state, posting);
		if (posting->account == PB__ACCOUNT_KIND__FUND_APPROPRIATED)
			touch_fund(a, posting->owner)->appropriated = -balance;
		else if (posting->account == PB__ACCOUNT_KIND__FUND_AVAILABLE)
			count(&touch_fund(a, posting->owner)->available, posting->amount);
		else if (posting->account == PB__ACCOUNT_KIND__MEMO_BANK)
			touch_house(a, posting->owner)->books = balance;
		else if (posting->account == PB__ACCOUNT_KIND__MEMO_BANK_COUNTER)
			check(touch_house(a, posting->owner));
		else
			count_in_programme(a, posting);
	}
}

bool fund_adds_up(const struct fund_row *fund) {
	return fund->appropriated == (wide)fund->available + fund->allocated;
}

bool programme_adds_up(const struct programme_row *p) {
	wide held = (wide)p->available + p->live + p->reserved + p->payable + p->in_payment;
	wide issued = (wide)p->live + p->reserved + p->redeemed + p->returned + p->cancelled +
	    p->expired;
	return p->allocated == held + p->paid - p->recovered && p->issued == issued &&
	    p->redeemed == (wide)p->payable + p->in_payment + p->paid;
}

static void put_programmes(struct applying *a) {
	check(programme_adds_up(&a->programme));
	struct key key = key_of_id(a->programme_id);
	STATE_PUT(a->state, TABLE_PROGRAMME, &key, &a->programme);
	for (size_t i = 0; i < a->left_count; i++) {
		key = key_of_id(a->left[i]);
		const struct programme_row *row = STATE_GET(
		    a->state, TABLE_PROGRAMME, &key, struct programme_row);
		check(row && programme_adds_up(row));
	}
}

void put_touched(struct applying *a) {
	if (a->fund_id) {
		check(fund_adds_up(&a->fund));
		struct key key = key_of_id(a->fund_id);
		STATE_PUT(a->state, TABLE_FUND, &key, &a->fund);
	}
	if (a->programme_id)
		put_programmes(a);
	put_house(a);
	put_held(a);
}
