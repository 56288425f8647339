/* SPDX-License-Identifier: Apache-2.0 */
/* What a new line of a statement is, and what follows when a line is somebody's payment. */
#include "naive_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct naive_payment *naive_payment_of(
    struct naive *world, uint64_t house, uint64_t settlement, uint32_t number) {
	struct naive_settlement *of = naive_settlement(world, settlement);
	return of && of->house == house && number > 0 && number <= of->n_payments
	    ? &of->payments[number - 1]
	    : NULL;
}

/* In the books, or about to be, and on no line yet. */
static bool waits(const struct naive_payment *payment, bool is_return) {
	if (is_return)
		return payment->said_returned && !payment->return_line;
	return !payment->line &&
	    (payment->said_paid || payment->status == PB__PAYMENT_STATUS__PAYMENT_APPROVED);
}

enum naive_fit naive_fit(
    const struct naive *world, uint64_t settlement, uint32_t number, bool is_return) {
	const struct naive_payment *payment =
	    &naive_settlement((struct naive *)world, settlement)->payments[number - 1];
	bool has_left = payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
	if (is_return ? payment->return_line : payment->line)
		return FIT_TAKEN;
	if (waits(payment, is_return))
		return FIT_WAITS;
	if (payment->status == PB__PAYMENT_STATUS__PAYMENT_PREPARED)
		return FIT_PREPARED;
	if (!is_return || !has_left)
		return FIT_NOT;
	return naive_is_clawed_back(world, settlement, number) ? FIT_CLAWED : FIT_NEWS;
}

/* --- what follows --- */

static struct naive_match *match_of(struct naive *world, struct naive_line *line) {
	if (!line->match) {
		line->match = ++world->n_matches;
		world->matches[line->match - 1] = (struct naive_match){ .leader = line->number };
	}
	return &world->matches[line->match - 1];
}

static void keep_claims(struct naive *world, uint64_t settlement, uint32_t number) {
	for (size_t i = 0; i < world->n_claims; i++) {
		const struct naive_claim *claim = &world->claims[i];
		if (claim->settlement == settlement && claim->payment == number && !claim->is_set_off)
			world->returned[world->n_returned++] = (struct naive_returned){ settlement, number,
				claim->id, claim->amount - claim->netted };
	}
}

static void take_payment(
    struct naive *world, const struct naive_line *line, struct naive_target *target) {
	struct naive_settlement *settlement = naive_settlement(world, target->settlement);
	struct naive_payment *payment = &settlement->payments[target->payment - 1];
	uint64_t leader = world->matches[line->match - 1].leader;
	target->amount = payment->amount;
	target->is_news = target->is_return ? !payment->said_returned
	                                    : payment->status == PB__PAYMENT_STATUS__PAYMENT_APPROVED;
	*(target->is_return ? &payment->return_line : &payment->line) = leader;
	if (target->is_return && target->is_news) {
		naive_shift(world, settlement, payment, PB__ACCOUNT_KIND__PROGRAMME_PAID,
		    PB__ACCOUNT_KIND__PROGRAMME_PAYABLE);
		naive_book(world, line->house, payment->amount);
		keep_claims(world, settlement->id, target->payment);
		payment->status = PB__PAYMENT_STATUS__PAYMENT_RETURNED;
		naive_mark(world, settlement->id, target->payment, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	}
	if (target->is_return)
		return;
	if (target->is_news) {
		naive_shift(world, settlement, payment, PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT,
		    PB__ACCOUNT_KIND__PROGRAMME_PAID);
		naive_book(world, line->house, -payment->amount);
	}
	if (payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED)
		return;
	payment->status = PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
	naive_mark(world, settlement->id, target->payment, PB__CLAIM_STATUS__CLAIM_RECONCILED);
}

static void take_clawback(
    struct naive *world, const struct naive_line *line, struct naive_target *target) {
	struct naive_clawback *clawback = naive_clawback(world, target->clawback);
	naive_split(target->amount, clawback->left, 4, target->shares);
	naive_recover(world, clawback, target->shares);
	naive_book(world, line->house, target->amount);
}

void naive_find_target(
    struct naive *world, struct naive_line *line, const struct naive_target *target) {
	struct naive_match *match = match_of(world, line);
	struct naive_target *own = &match->targets[match->n_targets++];
	*own = *target;
	if (own->clawback)
		take_clawback(world, line, own);
	else
		take_payment(world, line, own);
}

/* --- what a line names --- */

struct reading {
	struct naive *world, *before;
	struct naive_line *line;
	const struct naive_party *payee; /* that the line names; NULL: none */
	unsigned long long settlement, claims[2];
	unsigned payment;
	size_t n_claims;
	bool is_ambiguous;
	struct naive_target found[4]; /* payments, each once */
	size_t n_found;
	Pb__MatchBy by;
};

/* As the texts of the model are written: one reference or two, or claims. */
static void read_text(struct reading *r, const char *text) {
	unsigned long long settlement;
	unsigned payment;
	int count = sscanf(text, "V0190a1b2-%llu-%u V0190a1b2-%llu-%u", &r->settlement, &r->payment,
	    &settlement, &payment);
	r->is_ambiguous = count == 4 && (settlement != r->settlement || payment != r->payment);
	int claims = sscanf(text, "claim %llu claim %llu", &r->claims[0], &r->claims[1]);
	r->n_claims = claims > 0 ? (size_t)claims : 0;
}

static void find(struct reading *r, uint64_t settlement, uint32_t number) {
	if (!naive_payment_of(r->world, r->line->house, settlement, number))
		return;
	for (size_t i = 0; i < r->n_found; i++)
		if (r->found[i].settlement == settlement && r->found[i].payment == number)
			return;
	r->found[r->n_found++] = (struct naive_target){
		.settlement = settlement, .payment = number, .is_return = r->line->amount > 0
	};
}

/* The one payment that was said to be paid under the bank's reference. */
static void find_reference(struct reading *r, const char *reference) {
	uint64_t settlement = 0;
	uint32_t number = 0;
	size_t count = 0;
	for (size_t i = 0; i < r->world->n_settlements && reference[0]; i++) {
		const struct naive_settlement *of = &r->world->settlements[i];
		for (uint32_t p = 1; p <= of->n_payments && of->house == r->line->house; p++) {
			const char *own = of->payments[p - 1].reference;
			if (!own || strcmp(own, reference) != 0)
				continue;
			settlement = of->id;
			number = p;
			count++;
		}
	}
	if (count == 1)
		find(r, settlement, number);
}

static void find_all(struct reading *r, const Pb__StatementLine *told) {
	r->by = PB__MATCH_BY__MATCH_BY_REFERENCE;
	find(r, r->settlement, r->payment);
	if (r->n_found)
		return;
	r->by = PB__MATCH_BY__MATCH_BY_BANK_REFERENCE;
	find_reference(r, told->bank_reference);
	find_reference(r, told->serial);
	if (r->n_found)
		return;
	r->by = PB__MATCH_BY__MATCH_BY_NUMBER;
	for (size_t i = 0; i < r->n_claims; i++) {
		const struct naive_claim *claim = naive_claim(r->before, r->claims[i]);
		if (claim && claim->settlement)
			find(r, claim->settlement, claim->payment);
	}
}

/* --- what that makes of it --- */

static void set(struct naive_line *line, Pb__LineException exception) {
	line->state = exception ? PB__LINE_STATE__LINE_EXCEPTION : PB__LINE_STATE__LINE_UNMATCHED;
	line->exception = exception;
}

static void take(struct reading *r, const struct naive_target *target, Pb__MatchBy by) {
	naive_find_target(r->world, r->line, target);
	r->line->state = PB__LINE_STATE__LINE_MATCHED;
	r->line->booked = r->line->amount;
	r->line->by = by;
}

static bool is_early(const struct reading *r, const struct naive_payment *payment) {
	return payment->approved && r->line->day < naive_day(payment->approved);
}

static void decide_payment(struct reading *r) {
	const struct naive_target *target = &r->found[0];
	const struct naive_payment *payment = naive_payment_of(
	    r->world, r->line->house, target->settlement, target->payment);
	enum naive_fit fit = naive_fit(
	    r->world, target->settlement, target->payment, target->is_return);
	int64_t amount = target->is_return ? payment->amount : -payment->amount;
	if (fit == FIT_TAKEN)
		set(r->line, PB__LINE_EXCEPTION__LINE_DUPLICATE);
	else if (llabs(r->line->amount - amount) > (r->world->is_tolerant ? 1 : 0))
		set(r->line, PB__LINE_EXCEPTION__LINE_AMOUNT);
	else if (fit == FIT_PREPARED || is_early(r, payment))
		set(r->line, PB__LINE_EXCEPTION__LINE_DATE);
	else if ((fit != FIT_WAITS && fit != FIT_NEWS) || (r->payee && r->payee->id != payment->payee))
		set(r->line, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	else
		take(r, target, r->by);
	if (fit == FIT_NEWS && r->line->match)
		set(r->line, PB__LINE_EXCEPTION__LINE_RETURNED); /* for somebody to look at */
}

/* How many clawbacks of the claims named owe exactly so much; one of them. */
static size_t find_owed(const struct reading *r, uint64_t *ret_clawback) {
	size_t count = 0;
	for (size_t i = 0; i < r->world->n_clawbacks && r->line->amount > 0; i++) {
		const struct naive_clawback *clawback = &r->world->clawbacks[i];
		bool is_named = false;
		for (size_t c = 0; c < r->n_claims; c++)
			is_named = is_named || clawback->claim == r->claims[c];
		if (!is_named || naive_owed(clawback) != r->line->amount)
			continue;
		*ret_clawback = clawback->id;
		count++;
	}
	return count;
}

/* A whole settlement in one sum. */
static void decide_batch(struct reading *r, const struct naive_settlement *settlement) {
	int64_t sum = 0;
	bool is_any_early = false, is_any_taken = false;
	for (uint32_t p = 1; p <= settlement->n_payments; p++) {
		const struct naive_payment *payment = &settlement->payments[p - 1];
		enum naive_fit fit = naive_fit(r->world, settlement->id, p, false);
		is_any_taken = is_any_taken || fit == FIT_TAKEN;
		sum += fit == FIT_WAITS ? payment->amount : 0;
		is_any_early = is_any_early || (fit == FIT_WAITS && is_early(r, payment));
	}
	if (r->line->amount > 0)
		set(r->line, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	else if (settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		set(r->line, PB__LINE_EXCEPTION__LINE_DATE);
	else if (sum == 0)
		set(r->line,
		    is_any_taken ? PB__LINE_EXCEPTION__LINE_DUPLICATE : PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	else if (sum != -r->line->amount)
		set(r->line, PB__LINE_EXCEPTION__LINE_AMOUNT);
	else if (is_any_early)
		set(r->line, PB__LINE_EXCEPTION__LINE_DATE);
	else
		for (uint32_t p = 1; p <= settlement->n_payments; p++)
			if (naive_fit(r->world, settlement->id, p, false) == FIT_WAITS)
				take(r, &(struct naive_target){ .settlement = settlement->id, .payment = p },
				    PB__MATCH_BY__MATCH_BY_BATCH);
}

/* Some payment waits with just this amount: it may be that. */
static bool is_any_waiting(const struct reading *r) {
	for (size_t i = 0; i < r->world->n_settlements; i++) {
		const struct naive_settlement *of = &r->world->settlements[i];
		for (size_t p = 0; p < of->n_payments && of->house == r->line->house; p++) {
			const struct naive_payment *payment = &of->payments[p];
			bool is_in = r->line->amount > 0;
			if (payment->amount && waits(payment, is_in) &&
			    r->line->amount == (is_in ? payment->amount : -payment->amount))
				return true;
		}
	}
	return false;
}

void naive_match_line(struct naive *world, struct naive *before, struct naive_line *line,
    const Pb__StatementLine *told) {
	struct reading r = { .world = world, .before = before, .line = line };
	r.payee = naive_party_by_code(world, told->payee);
	read_text(&r, told->reference[0] ? told->reference : told->text);
	if (r.is_ambiguous) {
		set(line, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
		return;
	}
	find_all(&r, told);
	const struct naive_settlement *settlement = naive_settlement(world, r.settlement);
	uint64_t clawback = 0;
	size_t owed = r.by == PB__MATCH_BY__MATCH_BY_NUMBER ? find_owed(&r, &clawback) : 0;
	if (owed == 1)
		take(&r, &(struct naive_target){ .clawback = clawback, .amount = line->amount },
		    PB__MATCH_BY__MATCH_BY_NUMBER);
	else if (owed == 0 && r.n_found == 1)
		decide_payment(&r);
	else if (owed > 1 || r.n_found > 1)
		set(line, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	else if (settlement && settlement->house == line->house && !r.payment)
		decide_batch(&r, settlement);
	else
		set(line,
		    is_any_waiting(&r) ? PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE
		                       : PB__LINE_EXCEPTION__LINE_UNKNOWN);
}
