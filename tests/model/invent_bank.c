/* SPDX-License-Identifier: Apache-2.0 */
/* What banks say of payments, what people make of it, and the months that end with it. */
#include "invent.h"
#include "naive_inside.h"

#include "base/date.h"

#include <stdlib.h>
#include <string.h>

static const char *reason(struct invention *i) {
	return invent_one_in(i, 25) ? "" : "a reason";
}

/* Mostly these days. */
static const char *date(struct invention *i) {
	char text[DATE_TEXT_BYTES];
	int32_t back = invent_one_in(i, 8) ? (int32_t)invent_below(i, 40) : (int32_t)invent_below(i, 3);
	if (invent_one_in(i, 60))
		return invent_one_in(i, 2) ? "2026-02-30" : "";
	date_format(naive_day(i->world->now) + 1 - back, text);
	return invent_text(i, "%s", text);
}

const char *invent_value_date(struct invention *i) {
	return invent_one_in(i, 3) ? "" : date(i);
}

const char *invent_house(struct invention *i) {
	if (invent_one_in(i, 40))
		return invent_one_in(i, 2) ? "" : "nowhere";
	return i->world->houses[invent_one_in(i, 5) ? 1 : 0].code;
}

static const struct naive_house *any_house(struct invention *i) {
	return naive_house_by_code((struct naive *)i->world, invent_house(i));
}

static Pb__Digest *new_hash(struct invention *i, uint64_t value) {
	INVENT(i, digest, Digest);
	digest->value.len = invent_one_in(i, 60) ? 31 : 32;
	digest->value.data = invent_alloc(i, 32);
	memcpy(digest->value.data, &value, sizeof(value));
	return digest;
}

/* --- a line --- */

/* Some settlement of the account; NULL: none was found. */
static const struct naive_settlement *any_settlement(
    struct invention *i, const struct naive_house *house) {
	for (int tries = 0; tries < 20 && house && i->world->n_settlements; tries++) {
		size_t count = i->world->n_settlements;
		size_t from = count > 6 && !invent_one_in(i, 4) ? count - 6 : 0;
		const struct naive_settlement *it =
		    &i->world->settlements[from + invent_below(i, count - from)];
		bool is_usual = it->house == house->id &&
		    it->status == PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
		if (is_usual || invent_one_in(i, 30))
			return it;
	}
	return NULL;
}

static uint64_t claim_of(
    struct invention *i, const struct naive_settlement *settlement, uint32_t number) {
	uint64_t id = 1 + invent_below(i, 3000);
	for (size_t n = 0; n < i->world->n_claims; n++)
		if (i->world->claims[n].settlement == settlement->id &&
		    i->world->claims[n].payment == number)
			id = i->world->claims[n].id;
	return id;
}

/* What has not come of a settlement. */
static int64_t waiting_of(const struct naive_settlement *settlement) {
	int64_t sum = 0;
	for (size_t p = 0; p < settlement->n_payments; p++)
		if (settlement->payments[p].status == PB__PAYMENT_STATUS__PAYMENT_APPROVED ||
		    (settlement->payments[p].said_paid && !settlement->payments[p].line))
			sum += settlement->payments[p].amount;
	return sum;
}

/* About one payment, named in one way or another. */
static void tell_of_payment(
    struct invention *i, const struct naive_settlement *settlement, Pb__StatementLine *line) {
	uint32_t number = 1 + (uint32_t)invent_below(i, settlement->n_payments);
	const struct naive_payment *payment = &settlement->payments[number - 1];
	unsigned long long id = settlement->id, claim = claim_of(i, settlement, number);
	bool is_referred = payment->reference && payment->reference[0] && !payment->line;
	const char *reference = invent_text(i, "V0190a1b2-%llu-%u", id, number);
	line->amount = -payment->amount;
	switch (is_referred && invent_one_in(i, 3) ? 4 : invent_below(i, 12)) {
	case 0: line->text = reference; break;
	case 1: line->text = invent_text(i, "claim %llu", claim); break;
	case 2:
		line->text = invent_text(i, "claim %llu claim %llu", claim, claim + invent_below(i, 2));
		break;
	case 3:
		line->reference = invent_text(i, "V0190a1b2-%llu", id);
		line->amount = -waiting_of(settlement);
		break;
	case 4: line->bank_reference = payment->reference ? payment->reference : "B-0"; break;
	case 5: line->serial = payment->reference ? payment->reference : "B-0"; break;
	case 6: break; /* says nothing */
	case 7:
		line->text = invent_text(
		    i, "%s V0190a1b2-%llu-%u", reference, id, number + (uint32_t)invent_below(i, 2));
		break;
	default: line->reference = reference; line->text = "claim 1";
	}
	if (payment->line ? !invent_one_in(i, 4) : invent_one_in(i, 20))
		line->amount = -line->amount; /* it comes back */
	if (invent_one_in(i, 15))
		line->amount += invent_one_in(i, 2) ? 1 : -1;
}

static void tell_of_clawback(struct invention *i, Pb__StatementLine *line) {
	const struct naive_clawback *clawback =
	    &i->world->clawbacks[invent_below(i, i->world->n_clawbacks)];
	line->amount = naive_owed(clawback);
	if (line->amount == 0 || invent_one_in(i, 8))
		line->amount = 1 + (int64_t)invent_below(i, 500);
	line->text = invent_text(i, "claim %llu", (unsigned long long)clawback->claim);
}

static Pb__StatementLine *new_line(struct invention *i, const struct naive_house *house) {
	INVENT(i, statement_line, StatementLine);
	const struct naive_settlement *settlement = any_settlement(i, house);
	statement_line->file_line = 1 + i->words;
	statement_line->booking_date = date(i);
	statement_line->serial = invent_one_in(i, 8)
	    ? ""
	    : invent_text(i, "S%llu", (unsigned long long)++i->words);
	statement_line->amount = (int64_t)invent_below(i, 4000) - 2000;
	if (i->world->n_clawbacks && invent_one_in(i, 6))
		tell_of_clawback(i, statement_line);
	else if (settlement && !invent_one_in(i, 6))
		tell_of_payment(i, settlement, statement_line);
	if (statement_line->amount == 0 && !invent_one_in(i, 10))
		statement_line->amount = -7;
	if (invent_one_in(i, 8))
		statement_line->payee = i->world->parties[invent_below(i, i->world->n_parties)].told->code;
	if (invent_one_in(i, 120))
		statement_line->payee = "nobody";
	return statement_line;
}

/* One that the account has had, mostly as it was. */
static Pb__StatementLine *old_line(struct invention *i, const struct naive_house *house) {
	const struct naive_line *it = &i->world->lines[invent_below(i, i->world->n_lines)];
	Pb__StatementLine *line = new_line(i, house);
	char text[DATE_TEXT_BYTES];
	date_format(it->day, text);
	line->serial = it->serial;
	line->booking_date = invent_text(i, "%s", text);
	line->amount = it->amount + (invent_one_in(i, 6) ? 1 : 0);
	return line;
}

/* --- statements --- */

/* The next page of the statement that is coming in; NULL: none is. */
static const struct naive_statement *receiving(
    const struct invention *i, const struct naive_house *house) {
	for (size_t n = 0; house && house->receiving && n < i->world->n_statements; n++)
		if (i->world->statements[n].id == house->receiving)
			return &i->world->statements[n];
	return NULL;
}

static void begin_statement(struct invention *i, Pb__ImportStatement *page) {
	page->file = new_hash(i, invent_one_in(i, 20) ? i->words : ++i->words);
	page->page = invent_one_in(i, 40) ? 2 : 1;
	page->pages = invent_one_in(i, 6) ? 2 : 1;
	page->has_balances = invent_one_in(i, 3);
	if (invent_one_in(i, 3))
		page->number = invent_text(i, "N%llu", (unsigned long long)(i->words / 2));
}

static void go_on(
    struct invention *i, const struct naive_statement *coming, Pb__ImportStatement *page) {
	INVENT(i, digest, Digest);
	digest->value.len = 32;
	digest->value.data = invent_alloc(i, 32);
	memcpy(digest->value.data, coming->file, 32);
	page->file = digest;
	page->page = coming->page + (invent_one_in(i, 15) ? 0 : 1);
	page->pages = coming->pages + (invent_one_in(i, 15) ? 1 : 0);
	page->has_balances = invent_one_in(i, 15) ? !coming->has_balances : coming->has_balances;
	page->number = invent_one_in(i, 15) ? "other" : coming->number;
	if (invent_one_in(i, 8)) { /* given up */
		page->pages = page->page;
		page->has_balances = false;
	}
}

uint64_t invent_statement(struct invention *i, Pb__Command *command) {
	INVENT(i, import_statement, ImportStatement);
	import_statement->house_account = invent_house(i);
	const struct naive_house *house = naive_house_by_code(
	    (struct naive *)i->world, import_statement->house_account);
	const struct naive_statement *coming = receiving(i, house);
	import_statement->format = invent_one_in(i, 60) ? "" : "csv";
	if (coming && !invent_one_in(i, 10))
		go_on(i, coming, import_statement);
	else
		begin_statement(i, import_statement);
	size_t count = invent_below(i, 4);
	import_statement->lines = invent_alloc(i, 4 * sizeof(*import_statement->lines));
	import_statement->n_lines = count;
	int64_t sum = house ? naive_bank_sums(i->world, house->id).statement : 0;
	if (coming && invent_one_in(i, 2))
		sum = coming->closing;
	import_statement->opening_balance = sum;
	for (size_t n = 0; n < count; n++) {
		bool is_old = i->world->n_lines && invent_one_in(i, 10);
		import_statement->lines[n] = is_old ? old_line(i, house) : new_line(i, house);
		if (import_statement->lines[n]->amount != INT64_MIN)
			sum += import_statement->lines[n]->amount;
	}
	import_statement->closing_balance = sum + (invent_one_in(i, 20) ? 1 : 0);
	command->body_case = PB__COMMAND__BODY_IMPORT_STATEMENT;
	command->import_statement = import_statement;
	return invent_staff(i);
}

/* --- lines as people see them --- */

/* Mostly one that `is_well`; 0: none. Sets its account. */
static const struct naive_line *any_line(
    struct invention *i, bool (*is_well)(const struct naive_line *line), const char **ret_house) {
	*ret_house = invent_house(i);
	for (int tries = 0; tries < 12 && i->world->n_lines; tries++) {
		size_t count = i->world->n_lines;
		size_t from = count > 12 && !invent_one_in(i, 4) ? count - 12 : 0;
		const struct naive_line *it = &i->world->lines[from + invent_below(i, count - from)];
		if (!is_well(it) && !invent_one_in(i, 20))
			continue;
		if (!invent_one_in(i, 40))
			*ret_house = naive_house((struct naive *)i->world, it->house)->code;
		return it;
	}
	i->has_missed = true;
	return NULL;
}

static bool is_closed_line(const struct naive_line *line) {
	return !naive_is_open_line(line) || line->match;
}

static uint64_t number_of(struct invention *i, const struct naive_line *line) {
	return line && !invent_one_in(i, 60) ? line->number : invent_below(i, 600);
}

uint64_t invent_word(struct invention *i, Pb__Command *command) {
	const char *house;
	const struct naive_line *line = any_line(i, naive_is_open_line, &house);
	if (invent_one_in(i, 6)) {
		INVENT(i, assign_line, AssignLine);
		assign_line->house_account = house;
		assign_line->line = number_of(i, line);
		assign_line->owner = invent_one_in(i, 8) ? "member1" : "finance";
		assign_line->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_ASSIGN_LINE;
		command->assign_line = assign_line;
		return invent_staff(i);
	}
	INVENT(i, resolve_line, ResolveLine);
	bool has_rest = !line || line->amount != line->booked;
	resolve_line->house_account = house;
	resolve_line->line = number_of(i, line);
	resolve_line->kind = has_rest != invent_one_in(i, 10) ? 1 + (Pb__LineKind)invent_below(i, 5)
	                                                      : 0;
	resolve_line->reason = reason(i);
	command->body_case = PB__COMMAND__BODY_RESOLVE_LINE;
	command->resolve_line = resolve_line;
	return invent_staff(i);
}

uint64_t invent_unmatch(struct invention *i, Pb__Command *command) {
	INVENT(i, unmatch, Unmatch);
	const char *house;
	const struct naive_line *line = any_line(i, is_closed_line, &house);
	unmatch->house_account = house;
	unmatch->line = number_of(i, line);
	unmatch->reason = reason(i);
	command->body_case = PB__COMMAND__BODY_UNMATCH;
	command->unmatch = unmatch;
	return invent_staff(i);
}

/* --- reconcile --- */

static bool has_room(const struct invention *i, const struct naive_line *line) {
	return !line->match || i->world->matches[line->match - 1].n_targets < 8;
}

/* What the line may be: a payment of about its amount, all of a settlement, or a clawback. */
static Pb__Target *new_target(struct invention *i, const struct naive_line *line) {
	INVENT(i, target, Target);
	const struct naive_settlement *settlement = any_settlement(
	    i, naive_house((struct naive *)i->world, line->house));
	int64_t rest = line->amount - line->booked;
	if (i->world->n_clawbacks && (!settlement || (rest > 0 && !invent_one_in(i, 3)))) {
		const struct naive_clawback *clawback =
		    &i->world->clawbacks[invent_below(i, i->world->n_clawbacks)];
		int64_t owed = naive_owed(clawback);
		target->clawback = clawback->id;
		target->amount = invent_one_in(i, 10) ? owed : rest < owed ? rest : owed;
		return target;
	}
	if (!settlement)
		return target;
	target->settlement = settlement->id;
	if (rest < 0 && invent_one_in(i, 5))
		return target; /* all of them */
	target->payment = 1 + (uint32_t)invent_below(i, settlement->n_payments + 1);
	target->is_return = rest > 0;
	for (uint32_t p = 1; p <= settlement->n_payments && !invent_one_in(i, 5); p++)
		if (settlement->payments[p - 1].amount == llabs(rest))
			target->payment = p;
	if (invent_one_in(i, 40))
		target->is_return = !target->is_return;
	return target;
}

uint64_t invent_reconcile(struct invention *i, Pb__Command *command) {
	INVENT(i, reconcile, Reconcile);
	const char *house;
	const struct naive_line *line = any_line(i, naive_is_open_line, &house);
	size_t lines = line ? 1 + invent_one_in(i, 8) : 0, targets = 1 + invent_one_in(i, 4);
	if (line && !has_room(i, line))
		lines = 0;
	reconcile->house_account = house;
	reconcile->lines = invent_alloc(i, 2 * sizeof(*reconcile->lines));
	reconcile->targets = invent_alloc(i, 2 * sizeof(*reconcile->targets));
	for (size_t n = 0; n < lines; n++)
		reconcile->lines[n] = number_of(i, n ? any_line(i, naive_is_open_line, &house) : line);
	for (size_t n = 0; n < targets && line; n++)
		reconcile->targets[n] = new_target(i, line);
	reconcile->n_lines = lines;
	reconcile->n_targets = line ? targets : 0;
	command->body_case = PB__COMMAND__BODY_RECONCILE;
	command->reconcile = reconcile;
	return invent_staff(i);
}

/* --- payment files --- */

uint64_t invent_payment_file(struct invention *i, Pb__Command *command) {
	INVENT(i, record_payment_file, RecordPaymentFile);
	const struct naive_settlement *settlement = any_settlement(i, any_house(i));
	record_payment_file->settlement = settlement ? settlement->id : invent_below(i, 3000);
	record_payment_file->format = invent_one_in(i, 20) ? "" : invent_one_in(i, 2) ? "csv" : "pain";
	INVENT(i, digest, Digest);
	digest->value.len = 32;
	digest->value.data = invent_alloc(i, 32);
	digest->value.data[0] = (uint8_t)invent_below(i, 2);
	record_payment_file->file = digest;
	command->body_case = PB__COMMAND__BODY_RECORD_PAYMENT_FILE;
	command->record_payment_file = record_payment_file;
	return invent_staff(i);
}

/* --- months --- */

static const char *month_text(struct invention *i, uint32_t month) {
	return invent_text(i, "%04u-%02u", month / 100, month % 100);
}

/* Mostly the one that comes next, or this one. */
static uint32_t next_month(struct invention *i) {
	uint32_t closed = naive_closed(i->world), now = naive_month(naive_day(i->world->now));
	uint32_t next = closed ? closed + 1 : now - (invent_one_in(i, 2) && now % 100 > 1);
	if (invent_one_in(i, 12))
		next = now + (uint32_t)invent_below(i, 2);
	return next % 100 == 13 ? next + 88 : next;
}

static Pb__CarryOver *carry(struct invention *i, const struct naive_line *line) {
	INVENT(i, carry_over, CarryOver);
	carry_over->house_account = invent_one_in(i, 60)
	    ? invent_house(i)
	    : naive_house((struct naive *)i->world, line->house)->code;
	carry_over->line = number_of(i, line);
	carry_over->reason = invent_one_in(i, 60) ? "" : "later";
	return carry_over;
}

static void prepare(struct invention *i, Pb__Command *command, uint32_t month) {
	INVENT(i, prepare_period, PreparePeriod);
	prepare_period->period = invent_one_in(i, 40) ? "2026-1" : month_text(i, month);
	prepare_period->carry_over = invent_alloc(
	    i, (i->world->n_lines + 1) * sizeof(*prepare_period->carry_over));
	for (size_t n = 0; n < i->world->n_lines; n++) {
		const struct naive_line *line = &i->world->lines[n];
		bool is_due = naive_is_open_line(line) && naive_month(line->day) <= month && !line->carried;
		if (is_due ? !invent_one_in(i, 40) : invent_one_in(i, 400))
			prepare_period->carry_over[prepare_period->n_carry_over++] = carry(i, line);
	}
	command->body_case = PB__COMMAND__BODY_PREPARE_PERIOD;
	command->prepare_period = prepare_period;
}

static void review(struct invention *i, Pb__Command *command, const struct naive_period *period) {
	INVENT(i, review_period, ReviewPeriod);
	INVENT(i, digest, Digest);
	digest->value.len = invent_one_in(i, 40) ? 31 : 32;
	digest->value.data = invent_alloc(i, 32);
	if (!invent_one_in(i, 12))
		memcpy(digest->value.data, period->digest, 32);
	review_period->period = month_text(i, period->period);
	review_period->figures = digest;
	command->body_case = PB__COMMAND__BODY_REVIEW_PERIOD;
	command->review_period = review_period;
}

/* Mostly what comes next of the month that was last spoken of. */
uint64_t invent_period(struct invention *i, Pb__Command *command) {
	const struct naive_period *newest = NULL;
	for (size_t n = 0; n < i->world->n_periods; n++)
		if (!newest || i->world->periods[n].period > newest->period || invent_one_in(i, 12))
			newest = &i->world->periods[n];
	Pb__PeriodStatus status = newest ? newest->status : PB__PERIOD_STATUS__PERIOD_OPEN;
	if (newest && invent_one_in(i, 8))
		status = (Pb__PeriodStatus)(1 + invent_below(i, 4));
	if (status == PB__PERIOD_STATUS__PERIOD_PREPARED) {
		review(i, command, newest);
	} else if (status == PB__PERIOD_STATUS__PERIOD_REVIEWED) {
		INVENT(i, close_period, ClosePeriod);
		close_period->period = month_text(i, newest->period);
		command->body_case = PB__COMMAND__BODY_CLOSE_PERIOD;
		command->close_period = close_period;
	} else if (status == PB__PERIOD_STATUS__PERIOD_CLOSED &&
	    (newest->period >= naive_month(naive_day(i->world->now)) || invent_one_in(i, 3))) {
		INVENT(i, reopen_period, ReopenPeriod);
		reopen_period->period = month_text(i, newest->period);
		reopen_period->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_REOPEN_PERIOD;
		command->reopen_period = reopen_period;
	} else {
		prepare(i, command, next_month(i));
	}
	return invent_staff(i);
}
