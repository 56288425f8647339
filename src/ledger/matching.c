/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/matching.h"

#include "base/check.h"
#include "base/date.h"
#include "ledger/bank_text.h"
#include "ledger/clawback.h"
#include "ledger/find.h"
#include "ledger/payment.h"
#include "ledger/taking.h"

struct matching {
	struct taking *taking;
};

struct matching *matching_begin(struct deciding *d, uint64_t house_id) {
	struct matching *matching = ARENA_NEW(d->arena, struct matching);
	if (!matching) {
		refuse_memory(d);
		return NULL;
	}
	matching->taking = taking_begin(d, house_id);
	return matching->taking ? matching : NULL;
}

/* --- what a line names --- */

enum { CANDIDATES_MAX = 2 * BANK_TEXT_NUMBERS };

/* A line that is decided, and the payments that it names: each once. */
struct looking {
	struct taking *t;
	const Pb__StatementLine *line;
	int32_t day;
	uint64_t payee; /* the other side's, if we know it; 0: we do not */
	struct bank_text text;
	struct named found[CANDIDATES_MAX];
	size_t count;
	Pb__MatchBy by;
	Pb__LineResult *result;
};

static bool is_incoming(const struct looking *l) {
	return l->line->amount > 0;
}

static void find(struct looking *l, uint64_t settlement, uint32_t number) {
	struct named named;
	if (!taking_find(l->t, settlement, number, &named))
		return;
	for (size_t i = 0; i < l->count; i++)
		if (l->found[i].settlement == settlement && l->found[i].number == number)
			return;
	check(l->count < CANDIDATES_MAX);
	l->found[l->count++] = named;
}

static void find_known(struct looking *l, enum table table, const struct key *key) {
	const struct payment_ref_row *row = STATE_GET(
	    l->t->d->state, table, key, struct payment_ref_row);
	if (row && row->count == 1)
		find(l, row->settlement, row->payment);
}

static void find_by_reference(struct looking *l) {
	if (l->text.payment)
		find(l, l->text.settlement, l->text.payment);
	if (l->text.payment_broken)
		find(l, l->text.settlement, l->text.payment_broken);
}

static void find_by_bank_reference(struct looking *l) {
	const char *const references[] = { l->line->bank_reference, l->line->serial };
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		if (!*references[i])
			continue;
		struct key key = key_of_bank_reference(l->t->house_id, references[i]);
		find_known(l, TABLE_BANK_REFERENCE, &key);
	}
}

static const struct claim_row *look_up_claim(const struct looking *l, uint64_t id) {
	struct key key = key_of_id(id);
	return STATE_GET(l->t->d->state, TABLE_CLAIM, &key, struct claim_row);
}

static void find_by_number(struct looking *l) {
	for (size_t i = 0; i < l->text.claim_count; i++) {
		const struct claim_row *claim = look_up_claim(l, l->text.claims[i]);
		if (claim && claim->settlement)
			find(l, claim->settlement, claim->payment);
	}
	for (size_t i = 0; i < l->text.voucher_count; i++) {
		struct key code = key_of_text(l->text.voucher_codes[i]);
		uint64_t voucher = find_id(l->t->d, TABLE_VOUCHER_CODE, &code);
		struct key key = key_of_id(voucher);
		if (voucher)
			find_known(l, TABLE_VOUCHER_PAYMENT, &key);
	}
}

/* The first way in which any payment is named. */
static void find_named(struct looking *l) {
	static const struct {
		Pb__MatchBy by;
		void (*find)(struct looking *l);
	} ways[] = {
		{ PB__MATCH_BY__MATCH_BY_REFERENCE, find_by_reference },
		{ PB__MATCH_BY__MATCH_BY_BANK_REFERENCE, find_by_bank_reference },
		{ PB__MATCH_BY__MATCH_BY_NUMBER, find_by_number },
	};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && l->count == 0; i++) {
		l->by = ways[i].by;
		ways[i].find(l);
	}
}

/* --- what became of it --- */

static bool leave_open(struct looking *l, Pb__LineException exception) {
	l->result->state = exception ? PB__LINE_STATE__LINE_EXCEPTION : PB__LINE_STATE__LINE_UNMATCHED;
	l->result->exception = exception;
	return true;
}

static bool match(struct looking *l, Pb__MatchBy by) {
	l->result->state = PB__LINE_STATE__LINE_MATCHED;
	l->result->by = by;
	return true;
}

/* --- a payment that it names --- */

static bool is_its_amount(const struct looking *l, const struct named *named) {
	int64_t amount = named->row->amount;
	return l->line->amount == (is_incoming(l) ? amount : -amount);
}

/* Booked before the day of approval, in the programme's zone. */
static bool is_early(const struct looking *l, const struct named *named) {
	int32_t offset = named->programme->utc_offset_minutes;
	return l->day < date_local_day(named->row->approved_us, offset);
}

/* What went to another's account, or came from there, is not this payment. */
static bool is_its_payee(const struct looking *l, const struct named *named) {
	return l->payee == 0 || l->payee == named->row->payee;
}

/* LINE_EXCEPTION_NONE: this payment it is. */
static Pb__LineException against(const struct looking *l, const struct named *named, enum fit fit) {
	bool fits = (fit == FIT_WAITS || fit == FIT_COMES_BACK) && is_its_payee(l, named);
	if (fit == FIT_TAKEN)
		return PB__LINE_EXCEPTION__LINE_DUPLICATE;
	if (!is_its_amount(l, named))
		return PB__LINE_EXCEPTION__LINE_AMOUNT;
	if (fit == FIT_PREPARED || (named->row->approved_us && is_early(l, named)))
		return PB__LINE_EXCEPTION__LINE_DATE;
	return fits ? PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE : PB__LINE_EXCEPTION__LINE_AMBIGUOUS;
}

static bool decide_payment(struct looking *l, const struct named *named) {
	enum fit fit = taking_fit(l->t, named, is_incoming(l));
	Pb__LineException exception = against(l, named, fit);
	if (exception)
		return leave_open(l, exception);
	if (!take_payment(l->t, named, fit, is_incoming(l), l->result) || !match(l, l->by))
		return false;
	return fit != FIT_COMES_BACK || leave_open(l, PB__LINE_EXCEPTION__LINE_RETURNED);
}

/* A reference that a blank may have broken names two, of which one alone may be the line's. Numbers
 * of several payments name none of them. */
static bool decide_named(struct looking *l) {
	const struct named *only = NULL;
	if (l->count == 1)
		return decide_payment(l, &l->found[0]);
	for (size_t i = 0; i < l->count && l->by == PB__MATCH_BY__MATCH_BY_REFERENCE; i++) {
		if (against(l, &l->found[i], taking_fit(l->t, &l->found[i], is_incoming(l))))
			continue;
		if (only)
			return leave_open(l, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
		only = &l->found[i];
	}
	return only ? decide_payment(l, only) : leave_open(l, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
}

/* --- a clawback's recovery --- */

/* In another currency than the account's nothing is taken. */
static bool is_of_account(const struct looking *l, const struct claim_row *claim) {
	const struct deciding *d = l->t->d;
	return the_programme(d, claim->programme)->currency == the_house(d, l->t->house_id)->currency;
}

/* How many clawbacks of a claim owe exactly what came in; `*id` is one of them. */
static size_t find_owed(const struct looking *l, uint64_t claim_id, uint64_t *id) {
	const struct claim_row *claim = look_up_claim(l, claim_id);
	size_t count = 0, looked = 0;
	if (!claim || claim->clawed_back == 0 || !is_of_account(l, claim))
		return 0;
	uint64_t next = clawback_oldest(l->t->d, claim->programme, claim->payee);
	for (; next && looked < LIMIT_NETTINGS; looked++) {
		const struct clawback_row *row = clawback_read(l->t->d, next);
		check(row);
		if (row->claim == claim_id && clawback_owed(row) == l->line->amount &&
		    !taking_has_clawback(l->t, next)) {
			*id = next;
			count++;
		}
		next = row->next;
	}
	return count;
}

/* How many clawbacks of the claims named this money may be. */
static size_t find_recovered(const struct looking *l, uint64_t *id) {
	size_t count = 0;
	for (size_t i = 0; i < l->text.claim_count; i++)
		count += find_owed(l, l->text.claims[i], id);
	return count;
}

static bool decide_recovery(struct looking *l, size_t count, uint64_t clawback) {
	if (count > 1)
		return leave_open(l, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	return take_clawback(l->t, clawback, l->line->amount, l->result) &&
	    match(l, PB__MATCH_BY__MATCH_BY_NUMBER);
}

/* --- a settlement in one sum --- */

struct batch {
	int64_t sum;
	size_t waiting;
	size_t taken;
	bool is_early;
};

/* False: looking at it is too much for one entry. */
static bool add_up(struct looking *l, const struct named *first, struct batch *ret_batch) {
	struct batch batch = { 0 };
	if (first->of->payments > l->t->looks_left)
		return false;
	l->t->looks_left -= first->of->payments;
	for (uint32_t number = 1; number <= first->of->payments; number++) {
		struct named named;
		check(taking_find(l->t, first->settlement, number, &named));
		enum fit fit = taking_fit(l->t, &named, false);
		batch.taken += fit == FIT_TAKEN;
		if (fit != FIT_WAITS)
			continue;
		batch.waiting++;
		batch.is_early |= is_early(l, &named);
		check(!__builtin_add_overflow(batch.sum, named.row->amount, &batch.sum));
	}
	*ret_batch = batch;
	return taking_has_room(l->t, batch.waiting);
}

static bool take_batch(struct looking *l, const struct named *first) {
	for (uint32_t number = 1; number <= first->of->payments; number++) {
		struct named named;
		check(taking_find(l->t, first->settlement, number, &named));
		if (taking_fit(l->t, &named, false) == FIT_WAITS &&
		    !take_payment(l->t, &named, FIT_WAITS, false, l->result))
			return false;
	}
	return match(l, PB__MATCH_BY__MATCH_BY_BATCH);
}

static bool decide_batch(struct looking *l, const struct named *first) {
	struct batch batch;
	if (is_incoming(l))
		return leave_open(l, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	if (first->of->status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN)
		return leave_open(l, PB__LINE_EXCEPTION__LINE_DATE);
	if (!add_up(l, first, &batch))
		return leave_open(l, PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE);
	if (batch.waiting == 0)
		return leave_open(l,
		    batch.taken ? PB__LINE_EXCEPTION__LINE_DUPLICATE : PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	if (batch.sum != -l->line->amount)
		return leave_open(l, PB__LINE_EXCEPTION__LINE_AMOUNT);
	return batch.is_early ? leave_open(l, PB__LINE_EXCEPTION__LINE_DATE) : take_batch(l, first);
}

/* --- a line --- */

static bool decide_unnamed(struct looking *l) {
	return leave_open(l,
	    taking_waiting(l->t, l->line->amount) > 0 ? PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE
	                                              : PB__LINE_EXCEPTION__LINE_UNKNOWN);
}

static uint64_t find_payee(const struct looking *l) {
	struct key code = key_of_text(l->line->payee);
	return *l->line->payee ? find_id(l->t->d, TABLE_PARTY_CODE, &code) : 0;
}

bool matching_decide_line(struct matching *matching, const Pb__StatementLine *line,
    int32_t booking_day, Pb__LineResult *result) {
	struct looking l = {
		.t = matching->taking, .line = line, .day = booking_day, .result = result
	};
	struct named first;
	check(line->amount != 0 && line->amount != INT64_MIN);
	l.payee = find_payee(&l);
	l.text = bank_text_read(l.t->d->head->ledger_id, line);
	if (l.text.is_ambiguous)
		return leave_open(&l, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	find_named(&l);
	bool is_by_number = l.by == PB__MATCH_BY__MATCH_BY_NUMBER; /* or by nothing */
	if (is_by_number && l.text.has_more)
		return leave_open(&l, PB__LINE_EXCEPTION__LINE_AMBIGUOUS);
	uint64_t clawback = 0;
	size_t recovered = is_by_number && is_incoming(&l) ? find_recovered(&l, &clawback) : 0;
	if (recovered > 0)
		return decide_recovery(&l, recovered, clawback);
	if (l.count > 0)
		return decide_named(&l);
	if (taking_find(l.t, l.text.settlement, 1, &first))
		return l.text.payment == 0 ? decide_batch(&l, &first) : decide_unnamed(&l);
	return decide_unnamed(&l);
}

bool matching_end(struct matching *matching) {
	return taking_post(matching->taking);
}
