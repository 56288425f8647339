/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reconcile: a person says what open lines of a house account are. Every target must wait as it
 * would have to for a line by itself (taking.h), only that its amount is not the line's to name:
 * several lines must come to what the targets come to, and one line may come to more.
 */
#include "base/check.h"
#include "ledger/bank_line.h"
#include "ledger/clawback.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/matching.h"
#include "ledger/payment.h"
#include "ledger/taking.h"
#include "ledger/want.h"

typedef __int128 wide;

struct reconciling {
	struct deciding *d;
	const Pb__Reconcile *command;
	struct taking *taking;
	Pb__LineResult *leader; /* its targets are those of the match */
	wide open;              /* of the lines, not in the books */
	size_t had;             /* targets, of a line that is matched in part */
};

/* --- fields --- */

static bool want_target(struct deciding *d, const Pb__Target *target) {
	if (!target->settlement == !target->clawback)
		return refuse_field(d,
		    target->settlement ? PB__OUTCOME__FIELD_INVALID : PB__OUTCOME__FIELD_MISSING,
		    "settlement");
	if (target->clawback && (target->payment || target->is_return))
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "clawback");
	if (target->clawback)
		return want_amount(d, target->amount, "amount");
	if (target->amount != 0)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "amount");
	return target->payment || !target->is_return ||
	    refuse_field(d, PB__OUTCOME__FIELD_MISSING, "payment");
}

/* A payment that goes out and comes back is two matches: each can be taken back by itself. */
static bool want_apart_from(struct deciding *d, const Pb__Reconcile *command, size_t index) {
	const Pb__Target *target = command->targets[index];
	for (size_t i = 0; target->is_return && i < command->n_targets; i++) {
		const Pb__Target *other = command->targets[i];
		if (other->settlement == target->settlement && !other->is_return &&
		    (other->payment == target->payment || other->payment == 0))
			return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "is_return");
	}
	return true;
}

static bool want_lines(struct deciding *d, const Pb__Reconcile *command) {
	if (command->n_lines == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "lines");
	if (command->n_lines > LIMIT_MATCH_LINES)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "lines");
	for (size_t i = 0; i < command->n_lines; i++)
		for (size_t j = 0; j < i; j++)
			if (command->lines[j] == command->lines[i])
				return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "lines");
	return true;
}

static bool want_fields(struct deciding *d, const Pb__Reconcile *command) {
	if (!want_lines(d, command))
		return false;
	if (command->n_targets == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "targets");
	if (command->n_targets > LIMIT_MATCH_TARGETS)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "targets");
	for (size_t i = 0; i < command->n_targets; i++)
		if (!want_target(d, command->targets[i]) || !want_apart_from(d, command, i))
			return refuse_within(d, "targets", i);
	return true;
}

/* --- lines --- */

/* Something of it is not in the books, and it is in no match with other lines. */
static bool want_rest(struct reconciling *r, const struct bank_line_row *row) {
	bool is_free = row->booked != row->amount && (!row->leader || r->command->n_lines == 1);
	return is_free ||
	    refuse_state(r->d, PB__OUTCOME__BANK_LINE_STATE, &pb__line_state__descriptor, row->state);
}

static bool add_line(struct reconciling *r, uint64_t number) {
	struct deciding *d = r->d;
	const struct bank_line_row *row = bank_line_find(
	    d, d->decision->house_account, number, "lines");
	Pb__LineResult *result = ARENA_NEW(d->arena, Pb__LineResult);
	if (!row || !bank_line_want_open(d, row, "lines") || !want_rest(r, row))
		return false;
	if (!result)
		return refuse_memory(d);
	pb__line_result__init(result);
	result->line = number;
	result->state = PB__LINE_STATE__LINE_MATCHED;
	result->by = PB__MATCH_BY__MATCH_BY_PERSON;
	r->leader = r->leader ? r->leader : result;
	r->open += (wide)row->amount - row->booked;
	r->had += row->targets;
	return LIST_ADD(d, d->decision->lines, d->decision->n_lines, result);
}

/* --- targets --- */

static bool refuse_fit(struct deciding *d, const struct named *named, enum fit fit) {
	if (fit == FIT_TAKEN)
		return refuse_field(d, PB__OUTCOME__STATEMENT_LINE_TAKEN, "payment");
	if (fit == FIT_CLAWED)
		return refuse_detail(d, PB__OUTCOME__CLAIM_STATE, "payment",
		    arena_printf(d->arena, "claim %llu is clawed back",
		        (unsigned long long)payment_clawed_claim(d, named->row)));
	return refuse_state(
	    d, PB__OUTCOME__PAYMENT_STATE, &pb__payment_status__descriptor, named->row->status);
}

static bool take_one(struct reconciling *r, const struct named *named, bool is_return) {
	enum fit fit = taking_fit(r->taking, named, is_return);
	if (fit != FIT_WAITS && fit != FIT_COMES_BACK)
		return refuse_fit(r->d, named, fit);
	if (is_return && named->row->line && named->row->line == r->leader->line)
		return refuse_field(r->d, PB__OUTCOME__FIELD_INVALID, "is_return");
	return take_payment(r->taking, named, fit, is_return, r->leader);
}

/* All that wait of a settlement. */
static bool take_all(struct reconciling *r, const struct named *first) {
	size_t before = r->leader->n_targets;
	if (first->of->payments > r->taking->looks_left ||
	    !taking_has_room(r->taking, first->of->payments))
		return refuse_detail(r->d, PB__OUTCOME__FIELD_INVALID, "payment", "too many at once");
	r->taking->looks_left -= first->of->payments;
	for (uint32_t number = 1; number <= first->of->payments; number++) {
		struct named named;
		check(taking_find(r->taking, first->settlement, number, &named));
		if (taking_fit(r->taking, &named, false) == FIT_WAITS &&
		    !take_payment(r->taking, &named, FIT_WAITS, false, r->leader))
			return false;
	}
	return r->leader->n_targets > before ||
	    refuse_detail(r->d, PB__OUTCOME__PAYMENT_STATE, "payment", "none of them waits");
}

static bool take_payments(struct reconciling *r, const Pb__Target *target) {
	struct deciding *d = r->d;
	const struct settlement_row *settlement = find_settlement(d, target->settlement, "settlement");
	struct named named;
	if (!settlement)
		return false;
	if (settlement->house_account != d->decision->house_account)
		return refuse_detail(
		    d, PB__OUTCOME__FIELD_INVALID, "settlement", "another house account pays it");
	if (!taking_find(r->taking, target->settlement, target->payment ? target->payment : 1, &named))
		return refuse_field(d, PB__OUTCOME__PAYMENT_UNKNOWN, "payment");
	return target->payment ? take_one(r, &named, target->is_return) : take_all(r, &named);
}

static bool take_owed(struct reconciling *r, const Pb__Target *target) {
	struct deciding *d = r->d;
	const struct clawback_row *clawback = clawback_read(d, target->clawback);
	if (!clawback)
		return refuse_field(d, PB__OUTCOME__CLAWBACK_UNKNOWN, "clawback");
	if (the_programme(d, clawback->programme)->currency !=
	    the_house(d, d->decision->house_account)->currency)
		return refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "clawback", "another currency");
	if (taking_has_clawback(r->taking, target->clawback))
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "clawback");
	return clawback_weigh(d, clawback, target->amount) &&
	    take_clawback(r->taking, target->clawback, target->amount, r->leader);
}

/* A match that grows stays small enough to be taken back in one entry. */
static bool want_few(struct reconciling *r) {
	return r->had == 0 || r->had + r->leader->n_targets <= LIMIT_MATCH_TARGETS ||
	    refuse_detail(r->d, PB__OUTCOME__FIELD_INVALID, "targets",
	        arena_printf(r->d->arena, "the line is matched with %zu already", r->had));
}

static wide sum_of(const Pb__LineResult *result) {
	wide sum = 0;
	for (size_t i = 0; i < result->n_targets; i++) {
		const Pb__Target *target = result->targets[i];
		bool is_in = target->clawback || target->is_return;
		sum += is_in ? target->amount : -target->amount;
	}
	return sum;
}

static bool want_sum(struct reconciling *r) {
	wide sum = sum_of(r->leader);
	bool is_part = r->command->n_lines == 1 &&
	    (r->open > 0 ? sum > 0 && sum < r->open : sum < 0 && sum > r->open);
	if (is_part)
		r->leader->state = PB__LINE_STATE__LINE_PARTIALLY_MATCHED;
	return is_part || sum == r->open || refuse_field(r->d, PB__OUTCOME__AMOUNT_MISMATCH, "targets");
}

bool decide_reconcile(struct deciding *d) {
	struct reconciling r = { .d = d, .command = d->command->reconcile };
	if (!want_fields(d, r.command) || !house_find(d, r.command->house_account, "house_account") ||
	    !want_all_regions(d, "house_account"))
		return false;
	for (size_t i = 0; i < r.command->n_lines; i++)
		if (!add_line(&r, r.command->lines[i]))
			return false;
	if (!(r.taking = taking_begin(d, d->decision->house_account)))
		return false;
	for (size_t i = 0; i < r.command->n_targets; i++) {
		const Pb__Target *target = r.command->targets[i];
		if (!(target->clawback ? take_owed(&r, target) : take_payments(&r, target)))
			return refuse_within(d, "targets", i);
	}
	return want_few(&r) && want_sum(&r) && taking_post(r.taking);
}

void apply_reconcile(struct applying *a) {
	const Pb__Reconcile *command = a->command->reconcile;
	const Pb__LineResult *leader = a->decision->lines[0];
	const struct match match = {
		.house_id = a->decision->house_account,
		.lines = command->lines,
		.line_count = command->n_lines,
		.targets = leader->targets,
		.target_count = leader->n_targets,
		.by = PB__MATCH_BY__MATCH_BY_PERSON,
	};
	apply_match(a, &match);
}
