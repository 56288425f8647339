/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/taking.h"

#include "base/check.h"
#include "ledger/clawback.h"
#include "ledger/find.h"
#include "ledger/payment.h"
#include "ledger/pool.h"

enum {
	SLOTS = 64, /* to begin with */

	/* As large a batch as a settlement may be, and one for each line of a page: the entry stays
	 * below LIMIT_ENTRY_BYTES. */
	TARGETS_MAX = LIMIT_SETTLEMENT_CLAIMS + LIMIT_STATEMENT_LINES,
	LOOKS_MAX = 4 * LIMIT_SETTLEMENT_CLAIMS,
};

/* --- what the entry has taken --- */

enum taken_kind {
	TAKEN_FREE = 0,
	TAKEN_PAYMENT,  /* settlement, number: it went out */
	TAKEN_RETURN,   /* settlement, number */
	TAKEN_CLAWBACK, /* id */
	TAKEN_AMOUNT,   /* amount: how many that waited with it */
};

struct taken {
	uint64_t first;
	uint64_t second;
	uint64_t count;
	enum taken_kind kind;
	uint32_t reserved;
};

struct taking *taking_begin(struct deciding *d, uint64_t house_id) {
	struct taking *t = ARENA_NEW(d->arena, struct taking);
	if (t) {
		t->d = d;
		t->house_id = house_id;
		t->slot_count = SLOTS;
		t->slots = arena_zalloc(d->arena, SLOTS * sizeof(struct taken));
		t->targets_left = TARGETS_MAX;
		t->looks_left = LOOKS_MAX;
	}
	if (t && t->slots)
		return t;
	refuse_memory(d);
	return NULL;
}

/* Its slot, or the free one where it belongs. There is always a free one. */
static struct taken *slot_of(
    const struct taking *t, enum taken_kind kind, uint64_t first, uint64_t second) {
	uint64_t hash = (first * 0x9E3779B97F4A7C15U + second + kind) * 0xD1B54A32D192ED03U;
	size_t slot = (size_t)(hash >> 32);
	for (;; slot++) {
		struct taken *taken = &t->slots[slot & (t->slot_count - 1)];
		bool is_it = taken->kind == kind && taken->first == first && taken->second == second;
		if (is_it || taken->kind == TAKEN_FREE)
			return taken;
	}
}

static bool grow(struct taking *t) {
	const struct taken *old = t->slots;
	size_t old_count = t->slot_count;
	struct taken *larger = arena_zalloc(t->d->arena, 2 * old_count * sizeof(struct taken));
	if (!larger)
		return refuse_memory(t->d);
	t->slots = larger;
	t->slot_count = 2 * old_count;
	for (size_t i = 0; i < old_count; i++)
		if (old[i].kind)
			*slot_of(t, old[i].kind, old[i].first, old[i].second) = old[i];
	return true;
}

static bool note(struct taking *t, enum taken_kind kind, uint64_t first, uint64_t second) {
	if (2 * (t->used + 1) > t->slot_count && !grow(t))
		return false;
	struct taken *taken = slot_of(t, kind, first, second);
	t->used += taken->kind == TAKEN_FREE;
	*taken = (struct taken){ first, second, taken->count + 1, kind, 0 };
	return true;
}

static uint64_t count_taken(
    const struct taking *t, enum taken_kind kind, uint64_t first, uint64_t second) {
	return slot_of(t, kind, first, second)->count;
}

static bool was_taken(const struct taking *t, const struct named *named, bool is_return) {
	return count_taken(
	           t, is_return ? TAKEN_RETURN : TAKEN_PAYMENT, named->settlement, named->number) > 0;
}

/* --- payments --- */

/* Lines of one page mostly name one settlement. False: there is none. */
static bool look_up_settlement(struct taking *t, uint64_t settlement) {
	if (t->last.settlement == settlement && settlement)
		return true;
	struct key key = key_of_id(settlement);
	const struct settlement_row *of = STATE_GET(
	    t->d->state, TABLE_SETTLEMENT, &key, struct settlement_row);
	if (of)
		t->last = (struct paid_from){ settlement, of, the_programme(t->d, of->programme) };
	return of != NULL;
}

bool taking_find(struct taking *t, uint64_t settlement, uint32_t number, struct named *ret_named) {
	if (!look_up_settlement(t, settlement))
		return false;
	const struct paid_from *from = &t->last;
	if (from->of->house_account != t->house_id || number == 0 || number > from->of->payments)
		return false;
	*ret_named = (struct named){ settlement, number, from->of, from->programme,
		the_payment(t->d, settlement, number) };
	return true;
}

/* As its line says it on the account. */
static int64_t signed_amount(const struct named *named, bool is_return) {
	return is_return ? named->row->amount : -named->row->amount;
}

static enum fit fit_of_return(const struct taking *t, const struct named *named) {
	const struct payment_row *row = named->row;
	if (row->return_line || was_taken(t, named, true))
		return FIT_TAKEN;
	if (payment_awaits_return(row))
		return FIT_WAITS;
	bool has_left = row->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    row->status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED || was_taken(t, named, false);
	if (!has_left || row->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED)
		return row->status == PB__PAYMENT_STATUS__PAYMENT_PREPARED ? FIT_PREPARED : FIT_NOT;
	return payment_clawed_claim(t->d, row) ? FIT_CLAWED : FIT_COMES_BACK;
}

enum fit taking_fit(const struct taking *t, const struct named *named, bool is_return) {
	if (is_return)
		return fit_of_return(t, named);
	if (named->row->line || was_taken(t, named, false))
		return FIT_TAKEN;
	if (payment_awaits_line(named->row))
		return FIT_WAITS;
	return named->row->status == PB__PAYMENT_STATUS__PAYMENT_PREPARED ? FIT_PREPARED : FIT_NOT;
}

uint64_t taking_waiting(const struct taking *t, int64_t amount) {
	struct key key = key_of_awaited(t->house_id, amount);
	return find_id(t->d, TABLE_AWAITED_COUNT, &key) -
	    count_taken(t, TAKEN_AMOUNT, (uint64_t)amount, 0);
}

bool taking_has_room(const struct taking *t, size_t count) {
	return count + LIMIT_STATEMENT_LINES <= t->targets_left;
}

static Pb__Target *add_target(struct taking *t, Pb__LineResult *result, int64_t amount) {
	Pb__Target *target = ARENA_NEW(t->d->arena, Pb__Target);
	if (!target) {
		refuse_memory(t->d);
		return NULL;
	}
	pb__target__init(target);
	target->amount = amount;
	check(t->targets_left > 0);
	t->targets_left--;
	return LIST_ADD(t->d, result->targets, result->n_targets, target) ? target : NULL;
}

static bool move_books(struct taking *t, int64_t amount) {
	return !__builtin_add_overflow(t->moved, amount, &t->moved) ||
	    refuse(t->d, PB__OUTCOME__OVERFLOW);
}

/* The line itself says it, and the books did not know. */
static bool post_payment(struct taking *t, const struct named *named, bool is_return) {
	Pb__AccountKind from = is_return ? PB__ACCOUNT_KIND__PROGRAMME_PAID
	                                 : PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT;
	Pb__AccountKind to = is_return ? PB__ACCOUNT_KIND__PROGRAMME_PAYABLE
	                               : PB__ACCOUNT_KIND__PROGRAMME_PAID;
	return payment_post(t->d, named->of->programme, named->row, from, to) &&
	    move_books(t, signed_amount(named, is_return));
}

bool take_payment(struct taking *t, const struct named *named, enum fit fit, bool is_return,
    Pb__LineResult *result) {
	bool is_news = is_return ? fit == FIT_COMES_BACK
	                         : named->row->status == PB__PAYMENT_STATUS__PAYMENT_APPROVED;
	check(fit == FIT_WAITS || fit == FIT_COMES_BACK);
	Pb__Target *target = add_target(t, result, named->row->amount);
	if (!target)
		return false;
	target->settlement = named->settlement;
	target->payment = named->number;
	target->is_return = is_return;
	if (is_news && !post_payment(t, named, is_return))
		return false;
	uint64_t amount = (uint64_t)signed_amount(named, is_return);
	return (fit != FIT_WAITS || note(t, TAKEN_AMOUNT, amount, 0)) &&
	    note(t, is_return ? TAKEN_RETURN : TAKEN_PAYMENT, named->settlement, named->number);
}

/* --- clawbacks --- */

bool taking_has_clawback(const struct taking *t, uint64_t id) {
	return count_taken(t, TAKEN_CLAWBACK, id, 0) > 0;
}

bool take_clawback(struct taking *t, uint64_t id, int64_t amount, Pb__LineResult *result) {
	const struct clawback_row *row = clawback_read(t->d, id);
	check(row && amount > 0 && amount <= clawback_owed(row) && !taking_has_clawback(t, id));
	const struct by_fund parts = by_fund_split(amount, &row->left);
	Pb__Target *target = add_target(t, result, amount);
	if (!target)
		return false;
	target->clawback = id;
	return clawback_post_recovery(t->d, row, &parts) && move_books(t, amount) &&
	    note(t, TAKEN_CLAWBACK, id, 0);
}

/* --- the house account --- */

bool taking_post(struct taking *t) {
	int64_t moved = t->moved;
	t->moved = 0;
	if (moved == INT64_MIN)
		return refuse(t->d, PB__OUTCOME__OVERFLOW);
	return moved == 0 || house_post(t->d, t->house_id, moved);
}
