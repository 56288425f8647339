/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unmatch: what a line was matched or resolved with is taken back, and with it the whole match. The
 * state is afterwards what it was before; where money has gone on since, it is refused:
 *
 *	a payment confirmed by its line    in payment again; not when it came back since, nor when a
 *	                                   claim of it was clawed back
 *	one that the line said came back   paid again; not when a claim of it is in a settlement again
 *	recovered                          owed again; not when its funds' pool is spent
 *	what was recorded before           waits for its line again
 */
#include "base/check.h"
#include "ledger/bank_line.h"
#include "ledger/clawback.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/matching.h"
#include "ledger/memo.h"
#include "ledger/payment.h"
#include "ledger/returned.h"
#include "ledger/want.h"

typedef __int128 wide;

struct unmatching {
	struct deciding *d;
	uint64_t house_id;
	wide booked;   /* by the match, or by resolving: what the books lose */
	wide opened;   /* in either direction, or awaited again */
	int64_t debts; /* that come back, of all clawbacks */
	struct returned_claims claims;
};

/* --- lines --- */

static uint64_t leader_of(const struct bank_line_row *row, uint64_t line) {
	return row->leader ? row->leader : line;
}

static const struct bank_line_row *find_matched(struct deciding *d, uint64_t line) {
	const struct bank_line_row *row = bank_line_find(d, d->decision->house_account, line, "line");
	if (row && !row->leader && row->state != PB__LINE_STATE__LINE_IGNORED) {
		refuse_state(d, PB__OUTCOME__BANK_LINE_STATE, &pb__line_state__descriptor, row->state);
		return NULL;
	}
	return row;
}

/* Names every line of the match in the decision. */
static bool add_lines(struct unmatching *u, uint64_t leader) {
	struct deciding *d = u->d;
	for (uint64_t line = leader; line;) {
		const struct bank_line_row *row = bank_line_find(d, u->house_id, line, "line");
		Pb__LineResult *result = ARENA_NEW(d->arena, Pb__LineResult);
		check(row);
		if (!result)
			return refuse_memory(d);
		if (!row->carried && !house_want_open_day(d, row->booking_day, "line"))
			return false;
		pb__line_result__init(result);
		result->line = line;
		result->state = PB__LINE_STATE__LINE_UNMATCHED;
		u->booked += row->booked;
		u->opened += row->booked < 0 ? -(wide)row->booked : row->booked;
		line = row->together;
		if (!LIST_ADD(d, d->decision->lines, d->decision->n_lines, result))
			return false;
	}
	return true;
}

/* --- targets --- */

/* The books have known of it before: it is awaited again. */
static bool leave_recorded(struct unmatching *u, const struct match_row *match) {
	u->booked -= match_signed_amount(match);
	u->opened += match->amount;
	return true;
}

static bool leave_out(
    struct unmatching *u, const struct match_row *match, const struct payment_row *payment) {
	struct deciding *d = u->d;
	const struct settlement_row *settlement = find_settlement(d, match->settlement, "line");
	check(settlement);
	if (payment->was_recorded & RECORDED_PAID)
		return leave_recorded(u, match);
	if (payment->status != PB__PAYMENT_STATUS__PAYMENT_RECONCILED)
		return refuse_state(
		    d, PB__OUTCOME__PAYMENT_STATE, &pb__payment_status__descriptor, payment->status);
	uint64_t claim = payment_clawed_claim(d, payment);
	if (claim)
		return refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "line",
		    arena_printf(d->arena, "claim %llu is clawed back", (unsigned long long)claim));
	return payment_post(d, settlement->programme, payment, PB__ACCOUNT_KIND__PROGRAMME_PAID,
	    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT);
}

static bool leave_return(
    struct unmatching *u, const struct match_row *match, const struct payment_row *payment) {
	struct deciding *d = u->d;
	const struct settlement_row *settlement = find_settlement(d, match->settlement, "line");
	check(settlement);
	if (payment->was_recorded & RECORDED_RETURNED)
		return leave_recorded(u, match);
	return returned_want_waiting(d, match->settlement, match->payment, payment, &u->claims) &&
	    payment_post(d, settlement->programme, payment, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE,
	        PB__ACCOUNT_KIND__PROGRAMME_PAID);
}

/* With what this entry has posted so far. */
static int64_t balance_now(const struct deciding *d, const struct account *account) {
	struct key key = key_of_balance(account->kind, account->owner, account->party);
	const struct balance_row *row = STATE_GET(d->state, TABLE_BALANCE, &key, struct balance_row);
	int64_t balance = row ? row->balance : 0;
	for (size_t i = 0; i < d->entry->n_postings; i++) {
		const Pb__Posting *posting = d->entry->postings[i];
		if (posting->account == account->kind && posting->owner == account->owner &&
		    posting->party == account->party)
			balance += posting->amount; /* of what was there before it was recovered */
	}
	return balance;
}

/* What a fund got back leaves its pool. */
static bool take_from_pool(
    struct deciding *d, const struct clawback_row *clawback, uint64_t fund, int64_t amount) {
	const struct programme_row *programme = the_programme(d, clawback->programme);
	struct account pool = payee_account(
	    PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, clawback->programme, programme, fund);
	struct account recovered = payee_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, clawback->programme, programme, clawback->payee);
	if (amount == 0)
		return true;
	return balance_now(d, &pool) >= amount ? transfer(d, pool, recovered, amount)
	                                       : refuse_field(d, PB__OUTCOME__POOL_EMPTY, "line");
}

static bool leave_recovery(struct unmatching *u, const struct match_row *match) {
	struct deciding *d = u->d;
	const struct clawback_row *clawback = clawback_read(d, match->clawback);
	check(clawback);
	const struct programme_row *programme = the_programme(d, clawback->programme);
	if (__builtin_add_overflow(u->debts, match->amount, &u->debts))
		return refuse_field(d, PB__OUTCOME__OVERFLOW, "line");
	if (!memo_want_debt(d, clawback->programme, clawback->payee, u->debts, "line"))
		return false;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (!take_from_pool(d, clawback, programme->funds[i], match->shares.amount[i]))
			return false;
	return memo_enter(d,
	    payee_account(
	        PB__ACCOUNT_KIND__MEMO_RECEIVABLE, clawback->programme, programme, clawback->payee),
	    match->amount);
}

static bool leave_target(struct unmatching *u, const struct match_row *match) {
	if (match->clawback)
		return leave_recovery(u, match);
	const struct payment_row *payment = the_payment(u->d, match->settlement, match->payment);
	return match->is_return ? leave_return(u, match, payment) : leave_out(u, match, payment);
}

/* The newest first, as apply_match_taken_back() does. */
static bool leave_targets(struct unmatching *u, uint64_t leader) {
	uint32_t index = bank_line_find(u->d, u->house_id, leader, "line")->targets;
	while (index-- > 0)
		if (!leave_target(u, match_at(u->d->state, u->house_id, leader, index)))
			return false;
	return true;
}

static bool leave_books(struct unmatching *u) {
	wide moved = u->booked < 0 ? -u->booked : u->booked;
	return house_want_room(u->d, u->house_id, u->opened > moved ? u->opened : moved) &&
	    (u->booked == 0 || house_post(u->d, u->house_id, (int64_t)-u->booked));
}

bool decide_unmatch(struct deciding *d) {
	const Pb__Unmatch *unmatch = d->command->unmatch;
	const struct bank_line_row *row;
	if (!want_text(d, unmatch->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !house_find(d, unmatch->house_account, "house_account") ||
	    !want_all_regions(d, "house_account") || !(row = find_matched(d, unmatch->line)))
		return false;
	struct unmatching u = { .d = d, .house_id = d->decision->house_account };
	uint64_t leader = leader_of(row, unmatch->line);
	return add_lines(&u, leader) && leave_targets(&u, leader) && returned_want_once(d, &u.claims) &&
	    leave_books(&u);
}

void apply_unmatch(struct applying *a) {
	const Pb__Unmatch *unmatch = a->command->unmatch;
	uint64_t house_id = a->decision->house_account;
	const struct bank_line_row row = get_bank_line(a, house_id, unmatch->line);
	apply_match_taken_back(a, house_id, leader_of(&row, unmatch->line));
}
