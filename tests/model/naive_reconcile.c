/* SPDX-License-Identifier: Apache-2.0 */
/* What a person says a line is, and takes back. */
#include "naive_inside.h"

#include <string.h>

/* Staff of all regions, and one of our accounts. */
static Pb__Outcome ask_house(
    struct naive *world, const char *code, const struct naive_house **ret_house) {
	*ret_house = naive_house_by_code(world, code);
	if (!*ret_house)
		return code[0] ? PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN : PB__OUTCOME__FIELD_MISSING;
	return naive_may_bank(world) ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__NOT_IN_REGION;
}

static bool is_fixed(const struct naive *world, const struct naive_line *line) {
	return naive_is_closed_day(world, line->day) && !line->carried;
}

/* --- reconcile --- */

static Pb__Outcome ask_target(const Pb__Reconcile *command, const Pb__Target *target) {
	if (!target->settlement && !target->clawback)
		return PB__OUTCOME__FIELD_MISSING;
	if (target->settlement && target->clawback)
		return PB__OUTCOME__FIELD_INVALID;
	if (target->clawback && (target->payment || target->is_return))
		return PB__OUTCOME__FIELD_INVALID;
	if (target->clawback)
		return target->amount > 0 ? PB__OUTCOME__OUTCOME_OK : PB__OUTCOME__AMOUNT_INVALID;
	if (target->amount)
		return PB__OUTCOME__FIELD_INVALID;
	if (target->is_return && !target->payment)
		return PB__OUTCOME__FIELD_MISSING;
	for (size_t i = 0; i < command->n_targets && target->is_return; i++) {
		const Pb__Target *other = command->targets[i];
		if (other->settlement == target->settlement && !other->is_return &&
		    (!other->payment || other->payment == target->payment))
			return PB__OUTCOME__FIELD_INVALID; /* out and back in one match */
	}
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome ask_fields(const Pb__Reconcile *command) {
	Pb__Outcome outcome = PB__OUTCOME__OUTCOME_OK;
	if (!command->n_lines)
		return PB__OUTCOME__FIELD_MISSING;
	for (size_t i = 0; i < command->n_lines; i++)
		for (size_t j = 0; j < i; j++)
			if (command->lines[i] == command->lines[j])
				return PB__OUTCOME__FIELD_INVALID;
	if (!command->n_targets)
		return PB__OUTCOME__FIELD_MISSING;
	for (size_t i = 0; i < command->n_targets && !outcome; i++)
		outcome = ask_target(command, command->targets[i]);
	return outcome;
}

static Pb__Outcome ask_line(
    struct naive *world, const struct naive_house *house, uint64_t number, bool is_alone) {
	const struct naive_line *line = naive_line(world, house->id, number);
	if (!line)
		return naive_unknown(number, PB__OUTCOME__BANK_LINE_UNKNOWN);
	if (!naive_is_open_line(line))
		return PB__OUTCOME__BANK_LINE_STATE;
	if (is_fixed(world, line))
		return PB__OUTCOME__DATE_CLOSED;
	return line->booked == line->amount || (line->match && !is_alone) ? PB__OUTCOME__BANK_LINE_STATE
	                                                                  : PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome take_one(
    struct naive *world, struct naive_line *leader, const struct naive_target *target) {
	const struct naive_payment *payment = naive_payment_of(
	    world, leader->house, target->settlement, target->payment);
	switch (naive_fit(world, target->settlement, target->payment, target->is_return)) {
	case FIT_TAKEN: return PB__OUTCOME__STATEMENT_LINE_TAKEN;
	case FIT_CLAWED: return PB__OUTCOME__CLAIM_STATE;
	case FIT_WAITS:
	case FIT_NEWS: break;
	default: return PB__OUTCOME__PAYMENT_STATE;
	}
	if (target->is_return && payment->line == leader->number)
		return PB__OUTCOME__FIELD_INVALID;
	naive_find_target(world, leader, target);
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome take_payments(
    struct naive *world, struct naive_line *leader, const Pb__Target *told) {
	const struct naive_settlement *settlement = naive_settlement(world, told->settlement);
	if (!settlement)
		return PB__OUTCOME__SETTLEMENT_UNKNOWN;
	if (settlement->house != leader->house)
		return PB__OUTCOME__FIELD_INVALID;
	if (told->payment > settlement->n_payments)
		return PB__OUTCOME__PAYMENT_UNKNOWN;
	struct naive_target target = {
		.settlement = told->settlement, .payment = told->payment, .is_return = told->is_return
	};
	if (told->payment)
		return take_one(world, leader, &target);
	Pb__Outcome outcome = PB__OUTCOME__PAYMENT_STATE; /* none of them waits */
	while (target.payment++ < settlement->n_payments) {
		if (naive_fit(world, settlement->id, target.payment, false) != FIT_WAITS)
			continue;
		naive_find_target(world, leader, &target);
		outcome = PB__OUTCOME__OUTCOME_OK;
	}
	return outcome;
}

static Pb__Outcome take_owed(struct naive *world, const struct naive *before,
    struct naive_line *leader, const Pb__Target *told) {
	const struct naive_clawback *clawback = naive_clawback((struct naive *)before, told->clawback);
	if (!clawback)
		return PB__OUTCOME__CLAWBACK_UNKNOWN;
	if (!naive_owed(clawback))
		return PB__OUTCOME__CLAWBACK_STATE;
	if (naive_owed(clawback) != naive_owed(naive_clawback(world, told->clawback)))
		return PB__OUTCOME__FIELD_INVALID; /* named twice */
	if (told->amount > naive_owed(clawback))
		return PB__OUTCOME__CLAWBACK_EXCEEDS;
	const struct naive_target target = { .clawback = told->clawback, .amount = told->amount };
	naive_find_target(world, leader, &target);
	return PB__OUTCOME__OUTCOME_OK;
}

/* What the match's targets come to, from the one at `from`. */
static int64_t sum_of(const struct naive_match *match, size_t from) {
	int64_t sum = 0;
	for (size_t i = from; i < match->n_targets; i++) {
		const struct naive_target *target = &match->targets[i];
		sum += target->clawback || target->is_return ? target->amount : -target->amount;
	}
	return sum;
}

static Pb__Outcome book_lines(struct naive *world, const struct naive_house *house,
    const Pb__Reconcile *command, int64_t sum) {
	int64_t open = 0;
	struct naive_line *leader = naive_line(world, house->id, command->lines[0]);
	for (size_t i = 0; i < command->n_lines; i++) {
		const struct naive_line *line = naive_line(world, house->id, command->lines[i]);
		open += line->amount - line->booked;
	}
	bool is_part = command->n_lines == 1 &&
	    (open > 0 ? sum > 0 && sum < open : sum < 0 && sum > open);
	if (!is_part && sum != open)
		return PB__OUTCOME__AMOUNT_MISMATCH;
	for (size_t i = 0; i < command->n_lines; i++) {
		struct naive_line *line = naive_line(world, house->id, command->lines[i]);
		line->booked = is_part ? line->booked + sum : line->amount;
		line->state = is_part ? PB__LINE_STATE__LINE_PARTIALLY_MATCHED
		                      : PB__LINE_STATE__LINE_MATCHED;
		line->exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
		line->by = PB__MATCH_BY__MATCH_BY_PERSON;
		line->match = leader->match;
	}
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome reconcile(
    struct naive *world, const struct naive *before, const Pb__Reconcile *command) {
	const struct naive_house *house;
	Pb__Outcome outcome = ask_fields(command);
	if (!outcome)
		outcome = ask_house(world, command->house_account, &house);
	for (size_t i = 0; i < command->n_lines && !outcome; i++)
		outcome = ask_line(world, house, command->lines[i], command->n_lines == 1);
	if (outcome)
		return outcome;
	struct naive_line *leader = naive_line(world, house->id, command->lines[0]);
	size_t from = leader->match ? world->matches[leader->match - 1].n_targets : 0;
	for (size_t i = 0; i < command->n_targets && !outcome; i++)
		outcome = command->targets[i]->clawback
		    ? take_owed(world, before, leader, command->targets[i])
		    : take_payments(world, leader, command->targets[i]);
	return outcome
	    ? outcome
	    : book_lines(world, house, command, sum_of(&world->matches[leader->match - 1], from));
}

/* --- unmatch --- */

static Pb__Outcome leave_out(
    struct naive *world, uint64_t house, const struct naive_target *target) {
	struct naive_settlement *settlement = naive_settlement(world, target->settlement);
	struct naive_payment *payment = &settlement->payments[target->payment - 1];
	bool is_returned = payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	if (target->is_news) {
		if (is_returned)
			return PB__OUTCOME__PAYMENT_STATE;
		if (naive_is_clawed_back(world, settlement->id, target->payment))
			return PB__OUTCOME__CLAIM_STATE;
		naive_shift(world, settlement, payment, PB__ACCOUNT_KIND__PROGRAMME_PAID,
		    PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT);
		naive_book(world, house, payment->amount);
	}
	payment->line = 0;
	if (is_returned)
		return PB__OUTCOME__OUTCOME_OK;
	payment->status = target->is_news ? PB__PAYMENT_STATUS__PAYMENT_APPROVED
	                                  : PB__PAYMENT_STATUS__PAYMENT_PAID;
	naive_mark(world, settlement->id, target->payment,
	    target->is_news ? PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT : PB__CLAIM_STATUS__CLAIM_PAID);
	return PB__OUTCOME__OUTCOME_OK;
}

/* The claims that came back with it are its own again, if they still wait as they did. */
static Pb__Outcome regain(struct naive *world, const struct naive_target *target, bool is_found) {
	for (size_t i = 0; i < world->n_returned; i++) {
		struct naive_returned *kept = &world->returned[i];
		if (kept->settlement != target->settlement || kept->payment != target->payment)
			continue;
		struct naive_claim *claim = naive_claim(world, kept->claim);
		if (claim->status != PB__CLAIM_STATUS__CLAIM_PUBLISHED ||
		    claim->amount - claim->netted != kept->unpaid)
			return PB__OUTCOME__CLAIM_STATE;
		claim->settlement = target->settlement;
		claim->payment = target->payment;
		claim->status = is_found ? PB__CLAIM_STATUS__CLAIM_RECONCILED
		                         : PB__CLAIM_STATUS__CLAIM_PAID;
		kept->settlement = 0; /* remembered no longer */
	}
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome leave_return(
    struct naive *world, uint64_t house, const struct naive_target *target) {
	struct naive_settlement *settlement = naive_settlement(world, target->settlement);
	struct naive_payment *payment = &settlement->payments[target->payment - 1];
	payment->return_line = 0;
	if (!target->is_news)
		return PB__OUTCOME__OUTCOME_OK;
	Pb__Outcome outcome = regain(world, target, payment->line);
	payment->status = payment->line ? PB__PAYMENT_STATUS__PAYMENT_RECONCILED
	                                : PB__PAYMENT_STATUS__PAYMENT_PAID;
	naive_shift(world, settlement, payment, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE,
	    PB__ACCOUNT_KIND__PROGRAMME_PAID);
	naive_book(world, house, -payment->amount);
	return outcome;
}

/* It is owed again, and its funds have not got it back. */
static Pb__Outcome leave_recovery(
    struct naive *world, uint64_t house, const struct naive_target *target) {
	struct naive_clawback *c = naive_clawback(world, target->clawback);
	const struct naive_programme *programme = naive_programme(world, c->programme);
	for (size_t i = 0; i < programme->n_funds; i++) {
		if (naive_balance(world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme->id,
		        programme->funds[i]) < target->shares[i])
			return PB__OUTCOME__POOL_EMPTY;
		naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme->id, programme->funds[i],
		    -target->shares[i]);
		c->left[i] += target->shares[i];
	}
	c->recovered -= target->amount;
	naive_move(
	    world, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, c->programme, c->payee, target->amount);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, c->programme, c->payee, target->amount);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_COUNTER, c->programme, c->payee, -target->amount);
	naive_book(world, house, -target->amount);
	return PB__OUTCOME__OUTCOME_OK;
}

static Pb__Outcome leave(struct naive *world, uint64_t house, const struct naive_match *match) {
	Pb__Outcome outcome = PB__OUTCOME__OUTCOME_OK;
	for (size_t i = match->n_targets; i-- > 0 && !outcome;) {
		const struct naive_target *target = &match->targets[i];
		outcome = target->clawback ? leave_recovery(world, house, target)
		    : target->is_return    ? leave_return(world, house, target)
		                           : leave_out(world, house, target);
	}
	return outcome;
}

static bool is_of_match(const struct naive_line *line, const struct naive_line *named) {
	return line == named || (named->match && line->match == named->match);
}

int64_t naive_ignored(const struct naive *world, const struct naive_line *line) {
	if (line->state != PB__LINE_STATE__LINE_IGNORED)
		return 0;
	return line->amount - (line->match ? sum_of(&world->matches[line->match - 1], 0) : 0);
}

static Pb__Outcome unmatch(struct naive *world, const Pb__Unmatch *command) {
	const struct naive_house *house;
	if (!command->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	Pb__Outcome outcome = ask_house(world, command->house_account, &house);
	if (outcome)
		return outcome;
	const struct naive_line *named = naive_line(world, house->id, command->line);
	if (!named)
		return naive_unknown(command->line, PB__OUTCOME__BANK_LINE_UNKNOWN);
	if (!named->match && named->state != PB__LINE_STATE__LINE_IGNORED)
		return PB__OUTCOME__BANK_LINE_STATE;
	for (size_t i = 0; i < world->n_lines; i++)
		if (is_of_match(&world->lines[i], named) && is_fixed(world, &world->lines[i]))
			return PB__OUTCOME__DATE_CLOSED;
	naive_book(world, house->id, -naive_ignored(world, named));
	if (named->match)
		outcome = leave(world, house->id, &world->matches[named->match - 1]);
	size_t match = named->match;
	for (size_t i = 0; i < world->n_lines; i++) {
		struct naive_line *line = &world->lines[i];
		if (line != named && (!match || line->match != match))
			continue;
		line->state = PB__LINE_STATE__LINE_UNMATCHED;
		line->exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
		line->by = PB__MATCH_BY__MATCH_BY_UNSPECIFIED;
		line->booked = 0;
		line->match = 0;
	}
	return outcome;
}

struct naive_answer naive_matches(struct naive *world, const Pb__Command *command) {
	static struct naive before;
	before = *world;
	Pb__Outcome outcome = command->body_case == PB__COMMAND__BODY_RECONCILE
	    ? reconcile(world, &before, command->reconcile)
	    : unmatch(world, command->unmatch);
	if (outcome)
		*world = before; /* all of it, or nothing */
	return refused(outcome);
}
