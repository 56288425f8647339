/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What banks say, and what people make of it. Which payment a line names is the ledger's to find;
 * that the targets stated waited for a line, that they come to its amount, and what follows from
 * them is computed here.
 */
#include "voucher-audit/decide_case.h"

#include "base/date.h"

#include <string.h>

typedef __int128 wide;

/* Targets as they are taken for lines of one house account. */
struct taking {
	struct deciding *d;
	const struct house *house;
	const Pb__Target **taken;
	size_t n_taken;
	wide moved; /* in the books */
};

static void note_taken(struct taking *t, const Pb__Target *target) {
	const Pb__Target **larger = arena_grow(t->d->arena, t->taken, t->n_taken, sizeof(*larger));
	if (!larger)
		table_die("memory");
	t->taken = larger;
	t->taken[t->n_taken++] = target;
}

static bool was_taken(const struct taking *t, const Pb__Target *target, bool is_return) {
	for (size_t i = 0; i < t->n_taken; i++) {
		const Pb__Target *other = t->taken[i];
		if (other->settlement == target->settlement && other->payment == target->payment &&
		    other->clawback == target->clawback && !other->is_return == !is_return)
			return true;
	}
	return false;
}

static int64_t signed_amount(const Pb__Target *target) {
	bool is_in = target->clawback || target->is_return;
	return is_in ? target->amount : amount_subtract(0, target->amount);
}

/* --- payments that wait for a line --- */

static bool awaits_line(const struct payment *payment) {
	return payment->line == 0 &&
	    (payment->status == PB__PAYMENT_STATUS__PAYMENT_APPROVED ||
	        payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	        payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED);
}

static void take_out(struct taking *t, const Pb__Target *target, const struct payment *payment,
    const struct programme *programme) {
	bool is_news = payment->status == PB__PAYMENT_STATUS__PAYMENT_APPROVED;
	case_want(
	    t->d, !was_taken(t, target, false) && awaits_line(payment), PB__OUTCOME__PAYMENT_STATE);
	if (!is_news)
		return;
	case_move_payment(t->d, programme, payment, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID);
	t->moved -= payment->amount;
}

/* What was said to have come back waits; else the line is the first to say it. */
static void take_return(struct taking *t, const Pb__Target *target, const struct payment *payment,
    const struct programme *programme) {
	bool is_news = payment->status != PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	bool has_left = payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED || was_taken(t, target, false);
	case_want(t->d,
	    !was_taken(t, target, true) && payment->return_line == 0 && (!is_news || has_left),
	    PB__OUTCOME__PAYMENT_STATE);
	if (!is_news)
		return;
	case_want(t->d, case_clawed_claim_of(t->d, payment) == 0, PB__OUTCOME__CLAIM_STATE);
	case_move_payment(t->d, programme, payment, PB__ACCOUNT_KIND__PROGRAMME_PAID,
	    PB__ACCOUNT_KIND__PROGRAMME_PAYABLE);
	t->moved += payment->amount;
}

static void take_clawback(struct taking *t, const Pb__Target *target) {
	struct deciding *d = t->d;
	const struct clawback *clawback = objects_find(&d->m->clawbacks, target->clawback);
	if (!clawback) {
		case_unknown(d, PB__OUTCOME__CLAWBACK_UNKNOWN);
		return;
	}
	const struct by_fund left = amounts_of(clawback->left);
	const struct by_fund parts = amount_split_by_fund(target->amount, &left);
	case_want(d, target->amount > 0 && target->amount <= case_owed_of(clawback),
	    PB__OUTCOME__CLAWBACK_EXCEEDS);
	case_want(d, !was_taken(t, target, false), PB__OUTCOME__FIELD_INVALID);
	case_post_recovery(d, clawback, &parts);
	t->moved += target->amount;
}

/* Takes it, and sets what its amount must be. */
static void take(struct taking *t, Pb__Target *target) {
	struct deciding *d = t->d;
	const struct payment *payment = target->settlement
	    ? model_payment(d->m, target->settlement, target->payment)
	    : NULL;
	const struct settlement *settlement = payment
	    ? objects_find(&d->m->settlements, target->settlement)
	    : NULL;
	const struct programme *programme = settlement ? case_programme_at(d, settlement->programme)
	                                               : NULL;
	if (target->clawback) {
		take_clawback(t, target);
	} else if (!programme) {
		case_unknown(d, PB__OUTCOME__PAYMENT_UNKNOWN);
	} else {
		case_want(d, settlement->house == t->house->id, PB__OUTCOME__FIELD_INVALID);
		target->amount = payment->amount;
		if (target->is_return)
			take_return(t, target, payment, programme);
		else
			take_out(t, target, payment, programme);
	}
	note_taken(t, target);
}

static void book_moved(struct taking *t) {
	case_book(t->d, t->house->id, t->house->currency, amount_narrow(t->moved));
}

/* --- results --- */

static Pb__LineResult *add_result(struct deciding *d) {
	Pb__Decision *decision = &d->decision;
	Pb__LineResult *result = decide_alloc(d->arena, sizeof(*result));
	Pb__LineResult **larger = arena_grow(
	    d->arena, decision->lines, decision->n_lines, sizeof(result));
	if (!larger)
		table_die("memory");
	decision->lines = larger;
	decision->lines[decision->n_lines++] = result;
	pb__line_result__init(result);
	return result;
}

static Pb__Target *add_target(struct deciding *d, Pb__LineResult *result) {
	Pb__Target *target = decide_alloc(d->arena, sizeof(*target));
	Pb__Target **larger = arena_grow(d->arena, result->targets, result->n_targets, sizeof(target));
	if (!larger)
		table_die("memory");
	result->targets = larger;
	result->targets[result->n_targets++] = target;
	pb__target__init(target);
	return target;
}

static void add_copy(struct deciding *d, Pb__LineResult *result, const Pb__Target *target) {
	Pb__Target *copy = add_target(d, result);
	copy->settlement = target->settlement;
	copy->payment = target->payment;
	copy->is_return = target->is_return;
	copy->clawback = target->clawback;
	copy->amount = target->amount;
}

static wide sum_of(const Pb__LineResult *result) {
	wide sum = 0;
	for (size_t i = 0; i < result->n_targets; i++)
		sum += signed_amount(result->targets[i]);
	return sum;
}

/* --- import --- */

static bool is_news_of_return(const struct deciding *d, const Pb__Target *target) {
	const struct payment *payment = model_payment(d->m, target->settlement, target->payment);
	return target->is_return && payment && payment->status != PB__PAYMENT_STATUS__PAYMENT_RETURNED;
}

/* Of a line that matches by itself, all of it does. */
static void decide_line(struct taking *t, const Pb__StatementLine *line,
    const Pb__LineResult *stated, Pb__LineResult *result) {
	struct deciding *d = t->d;
	bool came_back = false;
	result->by = stated->by;
	result->state = stated->state;
	result->exception = stated->exception;
	for (size_t i = 0; i < stated->n_targets; i++) {
		add_copy(d, result, stated->targets[i]);
		came_back = came_back || is_news_of_return(d, result->targets[i]);
		take(t, result->targets[i]);
	}
	case_want(
	    d, result->n_targets == 0 || sum_of(result) == line->amount, PB__OUTCOME__AMOUNT_MISMATCH);
	if (result->n_targets > 0) {
		result->state = came_back ? PB__LINE_STATE__LINE_EXCEPTION : PB__LINE_STATE__LINE_MATCHED;
		result->exception = came_back ? PB__LINE_EXCEPTION__LINE_RETURNED
		                              : PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
		case_want(d, result->by != PB__MATCH_BY__MATCH_BY_UNSPECIFIED, PB__OUTCOME__FIELD_INVALID);
	} else {
		result->state = stated->exception ? PB__LINE_STATE__LINE_EXCEPTION
		                                  : PB__LINE_STATE__LINE_UNMATCHED;
		result->by = PB__MATCH_BY__MATCH_BY_UNSPECIFIED;
		case_want(d, stated->exception != PB__LINE_EXCEPTION__LINE_RETURNED,
		    PB__OUTCOME__BANK_LINE_STATE);
	}
}

/* The page by itself, behind the page before it, and at the end from our balance to the bank's. */
static void want_balances(struct deciding *d, const struct house *house,
    const struct statement *before, wide new_sum, uint64_t new_lines) {
	const Pb__ImportStatement *import = d->command->import_statement;
	wide balance = import->opening_balance;
	if (!import->has_balances)
		return;
	for (size_t i = 0; i < import->n_lines; i++)
		balance += import->lines[i]->amount;
	case_want(d, balance == import->closing_balance, PB__OUTCOME__BALANCE_BROKEN);
	case_want(
	    d, !before || before->balance == import->opening_balance, PB__OUTCOME__BALANCE_BROKEN);
	uint64_t lines = import->n_lines + (before ? before->lines : 0);
	new_lines += before ? before->new_lines : 0;
	bool says_something = lines == 0 || new_lines > 0;
	if (import->page == import->pages && says_something)
		case_want(
		    d, house->statement + new_sum == import->closing_balance, PB__OUTCOME__BALANCE_BROKEN);
}

static bool import(struct deciding *d) {
	const Pb__ImportStatement *command = d->command->import_statement;
	const struct house *house = case_find_house(d, command->house_account);
	if (!house)
		return false;
	const struct statement *before = command->page > 1
	    ? objects_find(&d->m->statements, house->receiving)
	    : NULL;
	struct taking t = { .d = d, .house = house };
	uint64_t new_lines = 0;
	wide new_sum = 0;
	case_want(d, command->page > 0 && command->page <= command->pages, PB__OUTCOME__FIELD_INVALID);
	case_want(d,
	    command->page == 1 ? house->receiving == 0 : before && before->page + 1 == command->page,
	    PB__OUTCOME__STATEMENT_INCOMPLETE);
	for (size_t i = 0; i < command->n_lines; i++) {
		static const Pb__LineResult nothing = PB__LINE_RESULT__INIT;
		const Pb__StatementLine *line = command->lines[i];
		const Pb__LineResult *stated = i < d->stated->n_lines ? d->stated->lines[i] : &nothing;
		Pb__LineResult *result = add_result(d);
		result->is_known = stated->is_known && line->serial[0];
		result->line = result->is_known ? stated->line : house->lines + ++new_lines;
		if (result->is_known)
			continue;
		new_sum += line->amount;
		case_want(d, line->amount != 0, PB__OUTCOME__AMOUNT_INVALID);
		case_want_open_date(d, line->booking_date);
		decide_line(&t, line, stated, result);
	}
	book_moved(&t);
	want_balances(d, house, before, new_sum, new_lines);
	d->decision.house_account = house->id;
	d->decision.statement = command->page > 1 ? house->receiving : d->seq;
	return true;
}

/* --- lines that people see to --- */

static bool is_open_line(const struct bank_line *line) {
	return line->state != PB__LINE_STATE__LINE_MATCHED &&
	    line->state != PB__LINE_STATE__LINE_IGNORED;
}

static const struct bank_line *find_open_line(
    struct deciding *d, const struct house *house, uint64_t number) {
	const struct bank_line *line = model_line(d->m, house->id, number);
	case_want(d, line != NULL, PB__OUTCOME__BANK_LINE_UNKNOWN);
	if (!line)
		return NULL;
	case_want(d, is_open_line(line), PB__OUTCOME__BANK_LINE_STATE);
	case_want(
	    d, line->carried || !case_is_closed_day(d, line->booking_day), PB__OUTCOME__DATE_CLOSED);
	return line;
}

static bool assign(struct deciding *d) {
	const Pb__AssignLine *command = d->command->assign_line;
	const struct house *house = case_find_house(d, command->house_account);
	if (!house || !find_open_line(d, house, command->line))
		return false;
	d->decision.house_account = house->id;
	return true;
}

static bool resolve(struct deciding *d) {
	const Pb__ResolveLine *command = d->command->resolve_line;
	const struct house *house = case_find_house(d, command->house_account);
	const struct bank_line *line = house ? find_open_line(d, house, command->line) : NULL;
	if (!line)
		return false;
	int64_t rest = amount_subtract(line->amount, line->booked);
	case_want(d, (rest != 0) == (command->kind != PB__LINE_KIND__LINE_KIND_UNSPECIFIED),
	    PB__OUTCOME__FIELD_INVALID);
	d->decision.house_account = house->id;
	d->decision.amount = rest < 0 ? amount_subtract(0, rest) : rest;
	case_book(d, house->id, house->currency, rest);
	return true;
}

/* --- reconcile --- */

/* Every payment of the settlement that waits for its line. */
static void take_all(struct taking *t, Pb__LineResult *leader, uint64_t id) {
	const struct settlement *settlement = objects_find(&t->d->m->settlements, id);
	size_t before = leader->n_targets;
	for (uint32_t number = 1; settlement && number <= settlement->n_payments; number++) {
		const struct payment *payment = model_payment(t->d->m, id, number);
		Pb__Target probe = PB__TARGET__INIT;
		probe.settlement = id;
		probe.payment = number;
		if (!awaits_line(payment) || was_taken(t, &probe, false))
			continue;
		Pb__Target *target = add_target(t->d, leader);
		target->settlement = id;
		target->payment = number;
		take(t, target);
	}
	case_want(t->d, leader->n_targets > before, PB__OUTCOME__PAYMENT_STATE);
}

static void take_targets(struct taking *t, Pb__LineResult *leader) {
	const Pb__Reconcile *command = t->d->command->reconcile;
	for (size_t i = 0; i < command->n_targets; i++) {
		const Pb__Target *target = command->targets[i];
		const struct clawback *clawback = target->clawback
		    ? objects_find(&t->d->m->clawbacks, target->clawback)
		    : NULL;
		if (clawback)
			case_weigh_owed(t->d, clawback, target->amount);
		if (target->settlement && !target->payment) {
			take_all(t, leader, target->settlement);
		} else {
			add_copy(t->d, leader, target);
			take(t, leader->targets[leader->n_targets - 1]);
		}
	}
}

/* Several lines must come to what the targets come to; one may come to more. */
static void want_sum(struct deciding *d, Pb__LineResult *leader, wide open) {
	wide sum = sum_of(leader);
	bool is_part = d->command->reconcile->n_lines == 1 &&
	    (open > 0 ? sum > 0 && sum < open : sum < 0 && sum > open);
	if (is_part)
		leader->state = PB__LINE_STATE__LINE_PARTIALLY_MATCHED;
	case_want(d, is_part || sum == open, PB__OUTCOME__AMOUNT_MISMATCH);
}

static bool reconcile(struct deciding *d) {
	const Pb__Reconcile *command = d->command->reconcile;
	const struct house *house = case_find_house(d, command->house_account);
	wide open = 0;
	if (!house || command->n_lines == 0)
		return case_unknown(d, PB__OUTCOME__FIELD_MISSING);
	for (size_t i = 0; i < command->n_lines; i++) {
		const struct bank_line *line = find_open_line(d, house, command->lines[i]);
		Pb__LineResult *result = add_result(d);
		if (!line)
			return false;
		case_want(d, line->booked != line->amount && (!line->leader || command->n_lines == 1),
		    PB__OUTCOME__BANK_LINE_STATE);
		open += (wide)line->amount - line->booked;
		result->line = command->lines[i];
		result->state = PB__LINE_STATE__LINE_MATCHED;
		result->by = PB__MATCH_BY__MATCH_BY_PERSON;
	}
	struct taking t = { .d = d, .house = house };
	take_targets(&t, d->decision.lines[0]);
	want_sum(d, d->decision.lines[0], open);
	book_moved(&t);
	d->decision.house_account = house->id;
	return true;
}

/* --- unmatch --- */

static void leave_recovery(struct deciding *d, const struct target *target) {
	const struct clawback *clawback = objects_find(&d->m->clawbacks, target->clawback);
	const struct programme *programme = clawback ? case_programme_at(d, clawback->programme) : NULL;
	if (!programme) {
		case_unknown(d, PB__OUTCOME__CLAWBACK_UNKNOWN);
		return;
	}
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		case_transfer(d,
		    case_programme_account(
		        PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, programme->funds[i]),
		    case_programme_account(
		        PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, programme, clawback->payee),
		    target->shares[i]);
	case_enter_memo(
	    d, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, programme, clawback->payee, target->amount);
}

/* What the line told the books of is taken out of them; what they knew waits again. */
static wide leave_payment(struct deciding *d, const struct target *target) {
	const struct payment *payment = model_payment(d->m, target->settlement, target->payment);
	const struct settlement *settlement = objects_find(&d->m->settlements, target->settlement);
	const struct programme *programme = settlement ? case_programme_at(d, settlement->programme)
	                                               : NULL;
	if (!payment || !programme) {
		case_unknown(d, PB__OUTCOME__PAYMENT_UNKNOWN);
		return 0;
	}
	int64_t amount = target->is_return ? target->amount : amount_subtract(0, target->amount);
	if (!target->is_news)
		return amount;
	if (target->is_return) {
		case_want(
		    d, payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED, PB__OUTCOME__PAYMENT_STATE);
		case_move_payment(d, programme, payment, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE,
		    PB__ACCOUNT_KIND__PROGRAMME_PAID);
	} else {
		case_want(d, case_clawed_claim_of(d, payment) == 0, PB__OUTCOME__CLAIM_STATE);
		case_move_payment(d, programme, payment, PB__ACCOUNT_KIND__PROGRAMME_PAID,
		    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT);
	}
	return 0;
}

/* All lines of the match, as they are stated; each must be of it. */
static wide name_lines(struct deciding *d, const struct house *house, uint64_t leader) {
	wide booked = 0;
	for (size_t i = 0; i < d->stated->n_lines; i++) {
		uint64_t number = d->stated->lines[i]->line;
		const struct bank_line *line = model_line(d->m, house->id, number);
		bool is_of_it = line && (number == leader || line->leader == leader);
		Pb__LineResult *result = add_result(d);
		result->line = i == 0 ? leader : number;
		result->state = PB__LINE_STATE__LINE_UNMATCHED;
		case_want(d, is_of_it, PB__OUTCOME__BANK_LINE_UNKNOWN);
		if (!is_of_it)
			continue;
		case_want(d, line->carried || !case_is_closed_day(d, line->booking_day),
		    PB__OUTCOME__DATE_CLOSED);
		booked += line->booked;
	}
	return booked;
}

static bool unmatch(struct deciding *d) {
	const Pb__Unmatch *command = d->command->unmatch;
	const struct house *house = case_find_house(d, command->house_account);
	const struct bank_line *line = house ? model_line(d->m, house->id, command->line) : NULL;
	if (!line)
		return case_unknown(d, PB__OUTCOME__BANK_LINE_UNKNOWN);
	uint64_t leader = line->leader ? line->leader : command->line;
	const struct bank_line *first = model_line(d->m, house->id, leader);
	case_want(d, line->leader || line->state == PB__LINE_STATE__LINE_IGNORED,
	    PB__OUTCOME__BANK_LINE_STATE);
	wide booked = name_lines(d, house, leader);
	for (uint32_t i = first ? first->n_targets : 0; i-- > 0;) {
		const struct target *target = table_row(&d->m->targets, first->targets + i);
		if (target->clawback)
			leave_recovery(d, target);
		else
			booked -= leave_payment(d, target);
	}
	case_book(d, house->id, house->currency, amount_narrow(-booked));
	d->decision.house_account = house->id;
	return true;
}

bool case_bank(struct deciding *d) {
	switch (d->command->body_case) {
	case PB__COMMAND__BODY_IMPORT_STATEMENT: return import(d);
	case PB__COMMAND__BODY_RECONCILE: return reconcile(d);
	case PB__COMMAND__BODY_UNMATCH: return unmatch(d);
	case PB__COMMAND__BODY_ASSIGN_LINE: return assign(d);
	default: return resolve(d);
	}
}
