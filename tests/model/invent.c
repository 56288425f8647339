/* SPDX-License-Identifier: Apache-2.0 */
#include "invent.h"

#include "naive_inside.h"

#include "base/check.h"
#include "base/date.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MICROSECONDS_A_DAY (86400 * INT64_C(1000000))

/* --- chance --- */

uint64_t invent_number(struct invention *i) {
	uint64_t z = i->random += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

size_t invent_below(struct invention *i, size_t limit) {
	return (size_t)(invent_number(i) % limit);
}

bool invent_one_in(struct invention *i, size_t count) {
	return invent_below(i, count) == 0;
}

void *invent_alloc(struct invention *i, size_t bytes) {
	void *memory = arena_zalloc(i->arena, bytes);
	check(memory);
	return memory;
}

const char *invent_text(struct invention *i, const char *format, ...) {
	char text[128];
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	check(length >= 0 && (size_t)length < sizeof(text));
	const char *copy = arena_string(i->arena, text, (size_t)length);
	check(copy);
	return copy;
}

/* --- numbers --- */

/* About `sensible`: mostly within it, often exactly it, or beside it; sometimes an edge of
 * int64. */
static int64_t money(struct invention *i, int64_t sensible) {
	static const int64_t edges[] = { 0, -1, 1, INT64_MAX, INT64_MAX - 1, INT64_MIN,
		INT64_MAX / 10000, INT64_MAX / 10000 + 1, 4611686018427387904 };
	if (invent_one_in(i, 25))
		return edges[invent_below(i, sizeof(edges) / sizeof(edges[0]))];
	if (sensible <= 0 || invent_one_in(i, 12))
		return 1 + (int64_t)invent_below(i, 100000);
	switch (invent_below(i, 6)) {
	case 0: return sensible;
	case 1: return sensible < INT64_MAX ? sensible + 1 : sensible;
	default: return 1 + (int64_t)invent_below(i, (size_t)sensible);
	}
}

/* Of `count` things, mostly one of the newest; `count` itself for one that there is not. */
static size_t pick(struct invention *i, size_t count) {
	if (count == 0 || invent_one_in(i, 60))
		return count;
	size_t from = count > 8 && !invent_one_in(i, 4) ? count - 8 : 0;
	return from + invent_below(i, count - from);
}

#define PICK(i, list)                                                                              \
	__extension__({                                                                                \
		size_t at = pick((i), (i)->world->n_##list);                                               \
		at < (i)->world->n_##list ? &(i)->world->list[at] : NULL;                                  \
	})

/* The same, of those for which `is_well` holds of `it`; if a few tries find none, the command is
 * mostly left for another (has_missed). */
#define PICK_WELL(i, list, is_well)                                                                \
	__extension__({                                                                                \
		__typeof__(&(i)->world->list[0]) it = NULL;                                                \
		for (int tries = 0; tries < 12; tries++) {                                                 \
			it = PICK((i), list);                                                                  \
			if (!it || (is_well) || invent_one_in((i), 40))                                        \
				break;                                                                             \
		}                                                                                          \
		(i)->has_missed = (i)->has_missed || (it && !(is_well));                                   \
		it;                                                                                        \
	})

static uint64_t unknown(struct invention *i) {
	return invent_one_in(i, 3) ? 0 : 1 + invent_below(i, 5000);
}
#define ID(i, object) ((object) ? (object)->id : unknown(i))

/* --- who acts --- */

uint64_t invent_staff(struct invention *i) {
	for (;;) {
		const struct naive_principal *p =
		    &i->world->principals[invent_below(i, i->world->n_principals)];
		bool is_usual = p->id != NAIVE_DAEMON && !p->region[0];
		if (p->party == 0 && (is_usual || invent_one_in(i, 12)))
			return p->id;
	}
}

/* Mostly who acts for the party; sometimes anyone. */
static uint64_t member(struct invention *i, uint64_t party) {
	for (size_t n = 0; n < i->world->n_principals && !invent_one_in(i, 100); n++)
		if (i->world->principals[n].party == party)
			return i->world->principals[n].id;
	return i->world->principals[invent_below(i, i->world->n_principals)].id;
}

static const struct naive_party *any_party(struct invention *i, Pb__PartyKind kind, bool is_kind) {
	for (int tries = 0; tries < 30; tries++) {
		const struct naive_party *p = &i->world->parties[invent_below(i, i->world->n_parties)];
		if ((p->told->kind == kind) == is_kind || invent_one_in(i, 60))
			return p;
	}
	return &i->world->parties[0];
}

static const struct naive_party *any_holder(struct invention *i) {
	return any_party(i, PB__PARTY_KIND__PARTY_KIND_PROVIDER, false);
}

static const struct naive_party *any_provider(struct invention *i) {
	return any_party(i, PB__PARTY_KIND__PARTY_KIND_PROVIDER, true);
}

/* --- what is in most commands --- */

static const char *category(struct invention *i) {
	static const char *const usual[] = { "testing", "design", "training" };
	if (invent_one_in(i, 30))
		return invent_one_in(i, 2) ? "mandatory" : "unheard of";
	return usual[invent_below(i, 3)];
}

static const char *new_word(struct invention *i, const char *kind) {
	uint64_t word = invent_one_in(i, 25) ? i->words : ++i->words;
	return invent_text(i, "%s-%llu", kind, (unsigned long long)word);
}

static const char *reason(struct invention *i) {
	return invent_one_in(i, 25) ? "" : "a reason";
}

static const char *programme_code(struct invention *i) {
	if (invent_one_in(i, 40))
		return invent_one_in(i, 3) ? "nowhere" : "p3";
	return invent_one_in(i, 3) ? "p2" : "p1";
}

struct expense {
	int64_t total, eligible, vat, earlier;
};

static struct expense invent_expense(struct invention *i) {
	struct expense e = { .total = money(i, 300000) };
	e.eligible = invent_one_in(i, 3) ? e.total : money(i, e.total);
	if (e.eligible > e.total && !invent_one_in(i, 10))
		e.eligible = e.total;
	if (invent_one_in(i, 3))
		e.vat = invent_one_in(i, 20) ? -1 : e.eligible / 10;
	if (invent_one_in(i, 3))
		e.earlier = invent_one_in(i, 6) ? money(i, e.eligible) : e.eligible / 3;
	if (e.earlier > e.eligible && !invent_one_in(i, 10))
		e.earlier = e.eligible / 2;
	if (invent_one_in(i, 30))
		e.earlier = e.eligible;
	return e;
}

static uint32_t units(struct invention *i) {
	return invent_one_in(i, 20) ? (invent_one_in(i, 2) ? 0 : UINT32_MAX)
	                            : 1 + (uint32_t)invent_below(i, 4);
}

/* --- one function for each kind of command: it fills the body and says who gives it --- */

static uint64_t give_appropriate(struct invention *i, Pb__Command *command) {
	static const char *const funds[] = { "f1", "f2", "f3", "f9" };
	INVENT(i, appropriate, Appropriate);
	appropriate->fund = funds[invent_one_in(i, 10) ? 3 : invent_below(i, 3)];
	appropriate->amount = money(i, 1000000);
	appropriate->document = "budget";
	command->body_case = PB__COMMAND__BODY_APPROPRIATE;
	command->appropriate = appropriate;
	return invent_staff(i);
}

static uint64_t give_allocate(struct invention *i, Pb__Command *command) {
	static const char *const funds[] = { "f1", "f2", "f3", "f9" };
	INVENT(i, allocate, Allocate);
	allocate->fund = funds[invent_one_in(i, 20) ? 3 : invent_below(i, 3)];
	allocate->programme = programme_code(i);
	allocate->amount = money(i, 120000);
	command->body_case = PB__COMMAND__BODY_ALLOCATE;
	command->allocate = allocate;
	return invent_staff(i);
}

static uint64_t give_publish_rules(struct invention *i, Pb__Command *command) {
	const struct naive_programme *programme =
	    &i->world->programmes[invent_below(i, i->world->n_programmes)];
	uint32_t version = 1;
	for (size_t n = 0; n < i->world->n_rules; n++)
		version += i->world->rules[n].programme == programme->id;
	INVENT(i, publish_rules, PublishRules);
	char date[DATE_TEXT_BYTES];
	date_format(naive_day(i->world->now) + (int32_t)invent_below(i, 5), date);
	publish_rules->programme = programme->code;
	publish_rules->rules = invent_rules(
	    i, programme, invent_one_in(i, 20) ? version + 1 : version, invent_text(i, "%s", date));
	command->body_case = PB__COMMAND__BODY_PUBLISH_RULES;
	command->publish_rules = publish_rules;
	return invent_staff(i);
}

static uint64_t give_standing(struct invention *i, Pb__Command *command) {
	const char *party = invent_one_in(i, 3) ? any_provider(i)->told->code
	                                        : any_holder(i)->told->code;
	switch (invent_below(i, 3)) {
	case 0: {
		INVENT(i, suspend_party, SuspendParty);
		suspend_party->party = party;
		suspend_party->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_SUSPEND_PARTY;
		command->suspend_party = suspend_party;
		break;
	}
	case 1: {
		INVENT(i, blacklist_party, BlacklistParty);
		char date[DATE_TEXT_BYTES];
		date_format(naive_day(i->world->now) + (int32_t)invent_below(i, 3), date);
		blacklist_party->party = party;
		blacklist_party->reason = reason(i);
		blacklist_party->until = invent_one_in(i, 3) ? "" : invent_text(i, "%s", date);
		command->body_case = PB__COMMAND__BODY_BLACKLIST_PARTY;
		command->blacklist_party = blacklist_party;
		break;
	}
	default: {
		INVENT(i, assess_party, AssessParty);
		assess_party->programme = programme_code(i);
		assess_party->party = party;
		assess_party->year = naive_year(i->world->now) - (int32_t)invent_below(i, 3);
		assess_party->passed = !invent_one_in(i, 3);
		assess_party->document = "assessment";
		assess_party->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_ASSESS_PARTY;
		command->assess_party = assess_party;
		break;
	}
	}
	return invent_staff(i);
}

static uint64_t give_update_party(struct invention *i, Pb__Command *command) {
	invent_update_party(i, command);
	return invent_staff(i);
}

static uint64_t give_agreement(struct invention *i, Pb__Command *command) {
	invent_agreement(i, command);
	return invent_staff(i);
}

/* Often right after: who is out comes back, or the world would stand still. */
static uint64_t give_reinstate(struct invention *i, Pb__Command *command) {
	INVENT(i, reinstate_party, ReinstateParty);
	const struct naive_party *party = any_holder(i);
	for (size_t n = 0; n < i->world->n_parties && !invent_one_in(i, 10); n++)
		if (i->world->parties[n].suspended || i->world->parties[n].blacklisted_until)
			party = &i->world->parties[n];
	reinstate_party->party = party->told->code;
	reinstate_party->reason = reason(i);
	command->body_case = PB__COMMAND__BODY_REINSTATE_PARTY;
	command->reinstate_party = reinstate_party;
	return invent_staff(i);
}

static void set_cited(struct invention *i, Pb__Apply *apply) {
	if (invent_one_in(i, 5))
		return;
	INVENT(i, cited_document, CitedDocument);
	cited_document->kind = "recognition";
	cited_document->number = invent_one_in(i, 20) ? "" : "R-1";
	apply->documents = invent_alloc(i, sizeof(*apply->documents));
	apply->documents[0] = cited_document;
	apply->n_documents = 1;
}

static bool is_for_grant(struct invention *i, const char *programme) {
	for (size_t n = 0; n < i->world->n_programmes; n++) {
		const Pb__RuleSet *rules = naive_rules_in_force(
		    i->world, i->world->programmes[n].id, i->world->now);
		if (strcmp(i->world->programmes[n].code, programme) == 0)
			return rules && rules->instrument != PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	}
	return false;
}

/* Mostly what was paid elsewhere, where the rules ask for it. Whose it was; NULL: anyone's. */
static const struct naive_party *set_topped(struct invention *i, Pb__Apply *apply) {
	struct naive *world = (struct naive *)i->world;
	const struct naive_programme *programme = naive_programme_by_code(world, apply->programme);
	const Pb__RuleSet *rules = programme ? naive_rules_in_force(world, programme->id, world->now)
	                                     : NULL;
	const struct naive_party *holder = NULL;
	bool is_asked = rules && rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED;
	if (is_asked == invent_one_in(i, 40))
		return NULL;
	const struct naive_claim *claim = PICK(i, claims);
	for (size_t n = 0; is_asked && n < world->n_claims && !invent_one_in(i, 60); n++) {
		const struct naive_claim *it = &world->claims[n];
		bool is_paid = it->status == PB__CLAIM_STATUS__CLAIM_PAID ||
		    it->status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
		if (!is_paid || it->programme == programme->id || invent_one_in(i, 3))
			continue;
		claim = it;
		holder = naive_party(world, it->holder);
		apply->party = holder->told->code;
	}
	apply->claim = ID(i, claim);
	return holder;
}

static uint64_t give_apply(struct invention *i, Pb__Command *command) {
	static const int64_t faces[] = { 20000, 50000, 100000 };
	INVENT(i, apply, Apply);
	const struct naive_party *holder = any_holder(i);
	const struct naive_application *before = PICK(i, applications);
	struct expense e = invent_expense(i);
	apply->programme = programme_code(i);
	apply->party = invent_one_in(i, 10) ? any_holder(i)->told->code : holder->told->code;
	apply->amount = invent_one_in(i, 3) ? faces[invent_below(i, 3)]
	    : invent_one_in(i, 4)           ? 0
	                                    : money(i, 60000);
	if (before && invent_one_in(i, 20))
		apply->replaces = before->id;
	set_cited(i, apply);
	if (is_for_grant(i, apply->programme) != invent_one_in(i, 20)) {
		apply->category = category(i);
		apply->total = e.total;
		apply->eligible = e.eligible;
		apply->vat = e.vat;
		apply->earlier = e.earlier;
		apply->units = units(i);
		apply->contract_number = invent_one_in(i, 2) ? "" : new_word(i, "c");
		apply->provider = invent_one_in(i, 3) ? any_provider(i)->told->code : "";
		apply->beneficiary = invent_one_in(i, 2) ? "" : invent_one_in(i, 2) ? "w1" : "w2";
	}
	const struct naive_party *topped = set_topped(i, apply);
	command->body_case = PB__COMMAND__BODY_APPLY;
	command->apply = apply;
	return invent_one_in(i, 4) ? invent_staff(i) : member(i, topped ? topped->id : holder->id);
}

static uint64_t give_review(struct invention *i, Pb__Command *command) {
	INVENT(i, review_application, ReviewApplication);
	const struct naive_application *application = PICK_WELL(i, applications,
	    it->status == PB__APPLICATION_STATUS__APPLICATION_SUBMITTED ||
	        it->status == PB__APPLICATION_STATUS__APPLICATION_REVIEWED);
	review_application->application = ID(i, application);
	review_application->verdict = invent_one_in(i, 5) ? (Pb__Verdict)invent_below(i, 5)
	                                                  : PB__VERDICT__VERDICT_APPROVE;
	review_application->reason = reason(i);
	command->body_case = PB__COMMAND__BODY_REVIEW_APPLICATION;
	command->review_application = review_application;
	return invent_staff(i);
}

static uint64_t give_issue(struct invention *i, Pb__Command *command) {
	INVENT(i, issue, Issue);
	const struct naive_application *application = PICK_WELL(
	    i, applications, it->status == PB__APPLICATION_STATUS__APPLICATION_APPROVED);
	issue->application = ID(i, application);
	issue->amount = application && !invent_one_in(i, 3)
	    ? application->amount
	    : money(i, application ? application->amount : 0);
	if (invent_one_in(i, 4))
		issue->amount = 0;
	command->body_case = PB__COMMAND__BODY_ISSUE;
	command->issue = issue;
	return invent_staff(i);
}

static uint64_t give_back(struct invention *i, Pb__Command *command) {
	const struct naive_voucher *voucher = PICK_WELL(i, vouchers, it->live > 0);
	if (invent_one_in(i, 2)) {
		INVENT(i, return_voucher, ReturnVoucher);
		return_voucher->voucher = ID(i, voucher);
		return_voucher->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_RETURN_VOUCHER;
		command->return_voucher = return_voucher;
		return member(i, voucher ? voucher->holder : 0);
	}
	INVENT(i, cancel_voucher, CancelVoucher);
	cancel_voucher->voucher = ID(i, voucher);
	cancel_voucher->reason = reason(i);
	command->body_case = PB__COMMAND__BODY_CANCEL_VOUCHER;
	command->cancel_voucher = cancel_voucher;
	return invent_staff(i);
}

static uint64_t give_extend(struct invention *i, Pb__Command *command) {
	INVENT(i, extend_voucher, ExtendVoucher);
	const struct naive_voucher *voucher = PICK_WELL(
	    i, vouchers, it->live > 0 && it->use_by > i->world->now);
	extend_voucher->voucher = ID(i, voucher);
	extend_voucher->reason = reason(i);
	command->body_case = PB__COMMAND__BODY_EXTEND_VOUCHER;
	command->extend_voucher = extend_voucher;
	return invent_staff(i);
}

static uint64_t give_expire(struct invention *i, Pb__Command *command) {
	INVENT(i, expire, Expire);
	const struct naive_voucher *voucher = PICK_WELL(
	    i, vouchers, it->live > 0 && it->use_by <= i->world->now);
	const struct naive_reservation *reservation = PICK_WELL(
	    i, reservations, it->held > 0 || it->redeemed > it->claimed);
	if (invent_one_in(i, 2))
		expire->voucher = ID(i, voucher);
	else
		expire->reservation = ID(i, reservation);
	if (invent_one_in(i, 50))
		expire->voucher = expire->reservation = 1;
	command->body_case = PB__COMMAND__BODY_EXPIRE;
	command->expire = expire;
	return invent_one_in(i, 20) ? member(i, 0)
	    : invent_one_in(i, 2)   ? invent_staff(i)
	                            : NAIVE_DAEMON;
}

static uint64_t give_reserve(struct invention *i, Pb__Command *command) {
	INVENT(i, reserve, Reserve);
	const struct naive_voucher *voucher = PICK_WELL(
	    i, vouchers, it->live > 0 && it->use_by > i->world->now);
	struct expense e = invent_expense(i);
	reserve->voucher = ID(i, voucher);
	reserve->provider = invent_one_in(i, 60) ? "nobody" : any_provider(i)->told->code;
	reserve->contract_number = new_word(i, "c");
	reserve->category = category(i);
	reserve->total = e.total;
	reserve->eligible = e.eligible;
	reserve->vat = e.vat;
	reserve->earlier = e.earlier;
	reserve->units = units(i);
	command->body_case = PB__COMMAND__BODY_RESERVE;
	command->reserve = reserve;
	return member(i, voucher ? voucher->holder : 0);
}

static uint64_t give_redeem(struct invention *i, Pb__Command *command) {
	INVENT(i, redeem, Redeem);
	const struct naive_reservation *reservation = PICK_WELL(i, reservations, it->held > 0);
	redeem->reservation = ID(i, reservation);
	redeem->amount = money(i, reservation ? reservation->held : 0);
	redeem->milestone = "m";
	command->body_case = PB__COMMAND__BODY_REDEEM;
	command->redeem = redeem;
	return member(i, reservation ? reservation->holder : 0);
}

static uint64_t give_release(struct invention *i, Pb__Command *command) {
	const struct naive_reservation *reservation = PICK_WELL(i, reservations, it->held > 0);
	if (invent_one_in(i, 2)) {
		INVENT(i, release, Release);
		release->reservation = ID(i, reservation);
		release->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_RELEASE;
		command->release = release;
		return member(i, reservation ? reservation->holder : 0);
	}
	INVENT(i, withdraw_reservation, WithdrawReservation);
	withdraw_reservation->reservation = ID(i, reservation);
	withdraw_reservation->reason = reason(i);
	command->body_case = PB__COMMAND__BODY_WITHDRAW_RESERVATION;
	command->withdraw_reservation = withdraw_reservation;
	return invent_staff(i);
}

static Pb__Invoice *new_invoice(struct invention *i, int64_t amount) {
	INVENT(i, invoice, Invoice);
	uint64_t word = invent_one_in(i, 25) ? i->words : ++i->words;
	invoice->number = invent_text(i, "%020llu", (unsigned long long)word);
	invoice->amount = amount;
	invoice->vat = invent_one_in(i, 3) && amount > 0 ? amount / 10 : 0;
	if (invent_one_in(i, 40))
		invoice->vat = invent_one_in(i, 2) ? -1 : INT64_MAX;
	invoice->date = "2026-02-01";
	return invoice;
}

static uint64_t give_claim(struct invention *i, Pb__Command *command) {
	INVENT(i, submit_claim, SubmitClaim);
	const struct naive_reservation *r = PICK_WELL(i, reservations, it->redeemed > it->claimed);
	const struct naive_claim *before = PICK_WELL(
	    i, claims, it->status == PB__CLAIM_STATUS__CLAIM_RETURNED && !it->replaced_by);
	int64_t open = r ? r->redeemed - r->claimed : 0;
	size_t count = invent_one_in(i, 20) ? 0 : 1 + invent_below(i, 2);
	submit_claim->reservation = ID(i, r);
	submit_claim->amount = money(i, open);
	if (before && before->status == PB__CLAIM_STATUS__CLAIM_RETURNED
	        ? invent_one_in(i, 3)
	        : before && invent_one_in(i, 40)) {
		submit_claim->replaces = before->id;
		submit_claim->reservation = before->reservation;
		submit_claim->amount = money(i, before->amount);
	}
	submit_claim->invoices = invent_alloc(i, 2 * sizeof(*submit_claim->invoices));
	submit_claim->n_invoices = count;
	for (size_t n = 0; n < count; n++)
		submit_claim->invoices[n] = new_invoice(
		    i, invent_one_in(i, 4) ? money(i, 300000) : 3 * (submit_claim->amount & 0xFFFFFFFF));
	command->body_case = PB__COMMAND__BODY_SUBMIT_CLAIM;
	command->submit_claim = submit_claim;
	return member(i, r ? naive_claimant(i->world, r) : 0);
}

/* Mostly what comes next for the claim. */
static uint64_t give_judgement(struct invention *i, Pb__Command *command) {
	const struct naive_claim *claim = PICK_WELL(i, claims,
	    it->status == PB__CLAIM_STATUS__CLAIM_SUBMITTED ||
	        it->status == PB__CLAIM_STATUS__CLAIM_APPROVED ||
	        it->status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ||
	        it->status == PB__CLAIM_STATUS__CLAIM_OBJECTED ||
	        (it->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED && invent_one_in(i, 12)));
	Pb__ClaimStatus status = claim ? claim->status : 0;
	size_t choice = status == PB__CLAIM_STATUS__CLAIM_SUBMITTED ? 0
	    : status == PB__CLAIM_STATUS__CLAIM_APPROVED            ? 1 + invent_below(i, 2)
	    : status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED       ? 2
	    : status == PB__CLAIM_STATUS__CLAIM_OBJECTED            ? 6
	    : status == PB__CLAIM_STATUS__CLAIM_PUBLISHED           ? 3 + invent_below(i, 3)
	                                                            : invent_below(i, 7);
	if (invent_one_in(i, 6))
		choice = invent_below(i, 7);
#define JUDGE(number, name, Type, NAME)                                                            \
	if (choice == number) {                                                                        \
		INVENT(i, name, Type);                                                                     \
		name->claim = ID(i, claim);                                                                \
		command->body_case = PB__COMMAND__BODY_##NAME;                                             \
		command->name = name;                                                                      \
	}
	JUDGE(0, approve_claim, ApproveClaim, APPROVE_CLAIM)
	JUDGE(1, countersign_claim, CountersignClaim, COUNTERSIGN_CLAIM)
	JUDGE(2, publish_claim, PublishClaim, PUBLISH_CLAIM)
	JUDGE(3, return_claim, ReturnClaim, RETURN_CLAIM)
	JUDGE(4, reject_claim, RejectClaim, REJECT_CLAIM)
	JUDGE(5, object_claim, ObjectClaim, OBJECT_CLAIM)
	JUDGE(6, resolve_objection, ResolveObjection, RESOLVE_OBJECTION)
#undef JUDGE
	if (choice == 3)
		command->return_claim->reason = reason(i);
	if (choice == 4)
		command->reject_claim->reason = reason(i);
	if (choice == 5)
		command->object_claim->reason = reason(i);
	if (choice == 6) {
		command->resolve_objection->reason = reason(i);
		command->resolve_objection->upheld = invent_one_in(i, 3);
	}
	return choice == 5 && invent_one_in(i, 2) ? member(i, 0) : invent_staff(i);
}

static uint64_t give_open_settlement(struct invention *i, Pb__Command *command) {
	INVENT(i, open_settlement, OpenSettlement);
	open_settlement->programme = programme_code(i);
	open_settlement->house_account = invent_house(i);
	open_settlement->cutoff = i->world->seq - 1;
	if (invent_one_in(i, 8))
		open_settlement->cutoff = invent_below(i, (size_t)i->world->seq + 2);
	command->body_case = PB__COMMAND__BODY_OPEN_SETTLEMENT;
	command->open_settlement = open_settlement;
	return invent_staff(i);
}

/* Approved by the digest that was answered when it was opened, sometimes by another. */
static uint64_t give_settlement_end(struct invention *i, Pb__Command *command) {
	const struct naive_settlement *settlement = PICK_WELL(i, settlements,
	    it->status == PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN ||
	        (it->payments[0].status == PB__PAYMENT_STATUS__PAYMENT_APPROVED &&
	            invent_one_in(i, 12)));
	bool is_approved = settlement &&
	    settlement->status == PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	if (is_approved ? !invent_one_in(i, 3) : invent_one_in(i, 4)) {
		INVENT(i, cancel_settlement, CancelSettlement);
		cancel_settlement->settlement = ID(i, settlement);
		cancel_settlement->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_CANCEL_SETTLEMENT;
		command->cancel_settlement = cancel_settlement;
		return invent_staff(i);
	}
	INVENT(i, approve_settlement, ApproveSettlement);
	INVENT(i, digest, Digest);
	digest->value.len = invent_one_in(i, 40) ? 31 : 32;
	digest->value.data = invent_alloc(i, 32);
	if (settlement && !invent_one_in(i, 20))
		memcpy(digest->value.data, settlement->digest, 32);
	approve_settlement->settlement = ID(i, settlement);
	approve_settlement->payments_digest = digest;
	command->body_case = PB__COMMAND__BODY_APPROVE_SETTLEMENT;
	command->approve_settlement = approve_settlement;
	return invent_staff(i);
}

/* Mostly one that there is. */
static uint32_t payment_number(struct invention *i, const struct naive_settlement *settlement) {
	size_t count = settlement ? settlement->n_payments : 1;
	return (uint32_t)(invent_one_in(i, 12) ? (count + 1) * invent_below(i, 2)
	                                       : 1 + invent_below(i, count));
}

static uint64_t give_payment(struct invention *i, Pb__Command *command) {
	INVENT(i, record_payment, RecordPayment);
	const struct naive_settlement *settlement = PICK_WELL(
	    i, settlements, it->status == PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED);
	record_payment->settlement = ID(i, settlement);
	record_payment->payment = payment_number(i, settlement);
	record_payment->status = invent_one_in(i, 2)
	    ? PB__PAYMENT_STATUS__PAYMENT_PAID
	    : (Pb__PaymentStatus)invent_below(i, PB__PAYMENT_STATUS__PAYMENT_CANCELLED + 1);
	record_payment->reason = reason(i);
	record_payment->value_date = invent_value_date(i);
	if (!invent_one_in(i, 4))
		record_payment->bank_reference = new_word(i, "B");
	command->body_case = PB__COMMAND__BODY_RECORD_PAYMENT;
	command->record_payment = record_payment;
	return invent_staff(i);
}

static uint64_t give_clawback(struct invention *i, Pb__Command *command) {
	INVENT(i, order_clawback, OrderClawback);
	const struct naive_claim *claim = PICK(i, claims);
	for (size_t n = 0; n < i->world->n_claims && !invent_one_in(i, 10); n++)
		if (i->world->claims[n].status == PB__CLAIM_STATUS__CLAIM_PAID)
			claim = &i->world->claims[n];
	order_clawback->claim = ID(i, claim);
	order_clawback->amount = money(i, claim ? claim->amount - claim->clawed_back : 0);
	order_clawback->ground = (Pb__ClawbackGround)invent_below(i, 4);
	order_clawback->reason = reason(i);
	order_clawback->due = "2027-01-01";
	command->body_case = PB__COMMAND__BODY_ORDER_CLAWBACK;
	command->order_clawback = order_clawback;
	return invent_staff(i);
}

static uint64_t give_recovery(struct invention *i, Pb__Command *command) {
	const struct naive_clawback *clawback = PICK_WELL(
	    i, clawbacks, it->amount > it->recovered + it->written_off);
	int64_t owed = clawback ? clawback->amount - clawback->recovered - clawback->written_off : 0;
	if (!invent_one_in(i, 3)) {
		INVENT(i, record_recovery, RecordRecovery);
		record_recovery->clawback = ID(i, clawback);
		record_recovery->amount = money(i, owed);
		record_recovery->bank_reference = "B";
		record_recovery->value_date = "2026-04-01";
		command->body_case = PB__COMMAND__BODY_RECORD_RECOVERY;
		command->record_recovery = record_recovery;
	} else {
		INVENT(i, write_off, WriteOff);
		write_off->clawback = ID(i, clawback);
		write_off->amount = money(i, owed);
		write_off->reason = reason(i);
		command->body_case = PB__COMMAND__BODY_WRITE_OFF;
		command->write_off = write_off;
	}
	return invent_staff(i);
}

/* How often each comes, out of the sum of all. */
static const struct {
	unsigned weight;
	uint64_t (*give)(struct invention *i, Pb__Command *command);
	size_t needs; /* in struct naive: how many there are of what it is about; 0: nothing */
} kinds[] = {
	{ 1, give_appropriate, 0 },
	{ 4, give_allocate, 0 },
	{ 1, give_publish_rules, 0 },
	{ 1, give_standing, 0 },
	{ 2, give_reinstate, 0 },
	{ 1, give_update_party, 0 },
	{ 1, give_agreement, 0 },
	{ 16, give_apply, 0 },
	{ 13, give_review, offsetof(struct naive, n_applications) },
	{ 9, give_issue, offsetof(struct naive, n_applications) },
	{ 2, give_back, offsetof(struct naive, n_vouchers) },
	{ 1, give_extend, offsetof(struct naive, n_vouchers) },
	{ 3, give_expire, offsetof(struct naive, n_vouchers) },
	{ 20, give_reserve, offsetof(struct naive, n_vouchers) },
	{ 14, give_redeem, offsetof(struct naive, n_reservations) },
	{ 3, give_release, offsetof(struct naive, n_reservations) },
	{ 16, give_claim, offsetof(struct naive, n_reservations) },
	{ 26, give_judgement, offsetof(struct naive, n_claims) },
	{ 3, give_open_settlement, offsetof(struct naive, n_claims) },
	{ 4, give_settlement_end, offsetof(struct naive, n_settlements) },
	{ 8, give_payment, offsetof(struct naive, n_settlements) },
	{ 1, invent_payment_file, offsetof(struct naive, n_settlements) },
	{ 7, invent_statement, offsetof(struct naive, n_settlements) },
	{ 7, invent_reconcile, offsetof(struct naive, n_lines) },
	{ 1, invent_unmatch, offsetof(struct naive, n_lines) },
	{ 2, invent_word, offsetof(struct naive, n_lines) },
	{ 1, invent_period, offsetof(struct naive, n_lines) },
	{ 3, give_clawback, offsetof(struct naive, n_settlements) },
	{ 4, give_recovery, offsetof(struct naive, n_clawbacks) },
};

static size_t draw_kind(struct invention *i) {
	size_t sum = 0, n = 0;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		sum += kinds[k].weight;
	size_t chosen = invent_below(i, sum);
	for (; chosen >= kinds[n].weight; n++)
		chosen -= kinds[n].weight;
	return n;
}

static bool is_about_something(const struct invention *i, size_t kind) {
	const char *world = (const char *)i->world;
	return kinds[kind].needs == 0 || *(const size_t *)(const void *)(world + kinds[kind].needs) > 0;
}

/* What is prepared is soon reviewed and closed, or too much would come between. */
static bool is_month_going(const struct invention *i) {
	for (size_t n = 0; n < i->world->n_periods; n++)
		if (i->world->periods[n].status == PB__PERIOD_STATUS__PERIOD_PREPARED ||
		    i->world->periods[n].status == PB__PERIOD_STATUS__PERIOD_REVIEWED)
			return true;
	return false;
}

static Pb__Command *invent_once(struct invention *i, uint64_t *ret_principal) {
	size_t kind = draw_kind(i);
	while (!is_about_something(i, kind) && !invent_one_in(i, 30))
		kind = draw_kind(i);
	INVENT(i, command, Command);
	INVENT(i, uuid, Uuid);
	uuid->high = invent_number(i) | 1;
	uuid->low = invent_number(i);
	command->id = uuid;
	i->has_missed = false;
	*ret_principal = is_month_going(i) && invent_one_in(i, 5) ? invent_period(i, command)
	                                                          : kinds[kind].give(i, command);
	return i->has_missed && !invent_one_in(i, 8) ? NULL : command;
}

Pb__Command *invent_command(struct invention *i, uint64_t *ret_principal) {
	Pb__Command *command = NULL;
	while (!command)
		command = invent_once(i, ret_principal);
	return command;
}

/* --- time --- */

static void nearer(int64_t deadline, int64_t now, int64_t *nearest) {
	if (deadline > now && deadline < *nearest)
		*nearest = deadline;
}

int64_t invent_time(struct invention *i, int64_t now) {
	int64_t nearest = INT64_MAX;
	if (!invent_one_in(i, 40))
		return now + 1 + (int64_t)invent_below(i, 30 * 60 * (size_t)1000000);
	for (size_t n = 0; n < i->world->n_vouchers; n++) {
		nearer(i->world->vouchers[n].use_by, now, &nearest);
		nearer(i->world->vouchers[n].claim_by, now, &nearest);
	}
	for (size_t n = 0; n < i->world->n_claims; n++)
		nearer(i->world->claims[n].publication_ends, now, &nearest);
	for (size_t n = 0; n < i->world->n_parties; n++)
		nearer(i->world->parties[n].blacklisted_until, now, &nearest);
	if (nearest == INT64_MAX || nearest - now > 10 * MICROSECONDS_A_DAY || invent_one_in(i, 3))
		return now + (1 + (int64_t)invent_below(i, 3)) * MICROSECONDS_A_DAY / 2;
	int64_t beside = nearest - 1 + (int64_t)invent_below(i, 3);
	return beside > now ? beside : now + 1;
}
