/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *voucher*: issue, and what applying shares with it. A voucher takes its amount from the
 * pool; of another instrument the grant is computed by the rules of the day and payable at once.
 */
#include "ledger/voucher.h"

#include "base/check.h"
#include "base/date.h"
#include "base/text.h"
#include "ledger/due.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/pool.h"
#include "ledger/take_up.h"
#include "ledger/want.h"
#include "record/voucher_code.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

/* --- what is weighed --- */

bool voucher_want_holder(struct deciding *d, const struct issuing *i, const char *field) {
	struct rules_party holder;
	struct rules_result result;
	if (!want_in_good_standing(d, i->holder, field) ||
	    !want_not_removed(d, i->programme_id, i->holder, field))
		return false;
	if (i->terms) /* the rules ask for eligibility when they decide */
		return true;
	if (!read_rules_party(d, i->holder, &holder))
		return false;
	rules_eligible(i->rules, &holder, d->arena, &result);
	return weigh_result(d, &result);
}

static bool has_face_value(const Pb__RuleSet *rules, int64_t amount) {
	for (size_t i = 0; i < rules->n_face_values; i++)
		if (rules->face_values[i] == amount)
			return true;
	return false;
}

/* As people read them: "10,000.00, 50,000.00". */
static const char *list_face_values(struct deciding *d, const Pb__RuleSet *rules) {
	char money[TEXT_MONEY_BYTES];
	const char *list = "";
	for (size_t i = 0; list && i < rules->n_face_values; i++) {
		text_money(rules->face_values[i], money);
		list = arena_printf(d->arena, "%s%s%s", list, i ? ", " : "", money);
	}
	return list;
}

static bool weigh_face_value(struct deciding *d, const Pb__RuleSet *rules, int64_t amount) {
	if (rules->n_face_values == 0)
		return true;
	const struct fact face = { PB__RULE__RULE_FACE_VALUE, PB__OUTCOME__FACE_VALUE_WRONG, "amount",
		.attribute = list_face_values(d, rules), .holds = has_face_value(rules, amount) };
	return face.attribute ? weigh_fact(d, &face) : refuse_memory(d);
}

/* A cap of 0 is none. */
bool voucher_weigh(struct deciding *d, const struct issuing *i, int64_t amount) {
	const Pb__RuleSet *rules = i->rules;
	const struct weight size = { PB__RULE__RULE_VOUCHER_AMOUNT, PB__OUTCOME__CAP_REACHED,
		.limit = rules->voucher_amount_max, .asked = amount };
	const struct weight at_once = { PB__RULE__RULE_VOUCHERS_AT_ONCE, PB__OUTCOME__VOUCHERS_AT_ONCE,
		.limit = rules->vouchers_at_once,
		.used = usage_so_far(d, USAGE_VOUCHERS, i->programme_id, i->holder, 0), .asked = 1 };
	return weigh_face_value(d, rules, amount) && (size.limit == 0 || weigh(d, &size)) &&
	    (at_once.limit == 0 || weigh(d, &at_once));
}

bool voucher_weigh_pool(struct deciding *d, const struct issuing *i, int64_t amount,
    bool is_rest_taken, int64_t *ret_amount) {
	const struct pool pool = { i->programme_id, i->programme, i->rules };
	bool is_cut = is_rest_taken && i->rules->n_face_values == 0 &&
	    i->rules->when_capped == PB__WHEN_CAPPED__GRANT_THE_REST;
	*ret_amount = amount;
	return is_cut ? pool_weigh_rest(d, &pool, ret_amount) : pool_weigh(d, &pool, amount);
}

/* --- issuing a voucher --- */

/* Local days: the last of use, as a date or counted from today, and the last of claims, as a date
 * or counted from that. Each is over when the day after it begins. */
static bool set_deadlines(struct deciding *d, const struct issuing *i) {
	const Pb__RuleSet *rules = i->rules;
	int32_t offset = i->programme->utc_offset_minutes;
	int32_t use_by = local_day(d, i->programme) + (int32_t)rules->use_within_days;
	if (*rules->use_by)
		check(date_parse(rules->use_by, &use_by) == ERR_OK);
	int32_t claim_by = use_by + (int32_t)rules->claim_within_days;
	if (*rules->claim_by)
		check(date_parse(rules->claim_by, &claim_by) == ERR_OK);
	d->decision->use_by_us = date_day_start_us(use_by + 1, offset);
	d->decision->claim_by_us = date_day_start_us(claim_by + 1, offset);
	return d->occasion->time_us < d->decision->use_by_us ||
	    refuse_detail(d, PB__OUTCOME__VOUCHER_EXPIRED, "", "the rules' last day of use has passed");
}

/* The first code of this entry that no voucher has. */
static bool choose_code(struct deciding *d) {
	char code[VOUCHER_CODE_BYTES];
	char text[VOUCHER_CODE_TEXT_BYTES];
	for (uint32_t attempt = 0;; attempt++) {
		voucher_code_make(d->head->ledger_id, d->entry->seq, attempt, code);
		struct key key = key_of_text(code);
		if (find_id(d, TABLE_VOUCHER_CODE, &key) == 0)
			break;
	}
	voucher_code_format(code, text);
	d->decision->voucher_code = arena_string(d->arena, text, strlen(text));
	return d->decision->voucher_code || refuse_memory(d);
}

/* What a programme ever issued bounds whatever is counted of its vouchers. */
static bool want_issued_in_range(struct deciding *d, const struct issuing *i, int64_t amount) {
	int64_t sum;
	return !__builtin_add_overflow(i->programme->issued, amount, &sum) ||
	    refuse_field(d, PB__OUTCOME__OVERFLOW, "amount");
}

static void name_application(struct deciding *d, const struct issuing *i) {
	d->decision->subject = i->application;
	d->decision->programme = i->programme_id;
	d->decision->holder = i->holder;
	d->decision->rule_version = i->rules->version;
	d->decision->voucher = d->entry->seq;
}

bool voucher_issue(struct deciding *d, const struct issuing *i, int64_t amount) {
	const struct pool pool = { i->programme_id, i->programme, i->rules };
	name_application(d, i);
	d->decision->amount = amount;
	return want_issued_in_range(d, i, amount) && set_deadlines(d, i) && choose_code(d) &&
	    pool_draw(d, &pool,
	        programme_account(PB__ACCOUNT_KIND__PROGRAMME_LIVE, i->programme_id, i->programme),
	        amount);
}

/* --- granting another instrument --- */

/* A claim of the programme that is topped up, paid to the same holder, and topped up by no other
 * application that stands. */
static bool find_topped(struct deciding *d, const struct issuing *i, int64_t *ret_granted) {
	const Pb__Apply *terms = i->terms;
	if (i->rules->expense_base != PB__EXPENSE_BASE__EXPENSE_GRANTED)
		return terms->claim == 0 || refuse_field(d, PB__OUTCOME__FIELD_INVALID, "claim");
	const struct claim_row *claim = find_claim(d, terms->claim, "claim");
	if (!claim)
		return false;
	struct key code = key_of_text(i->rules->tops_up);
	if (claim->programme != find_id(d, TABLE_PROGRAMME_CODE, &code))
		return refuse_detail(
		    d, PB__OUTCOME__FIELD_INVALID, "claim", "a claim of another programme");
	if (claim->holder != i->holder)
		return refuse_field(d, PB__OUTCOME__NOT_OWNER, "claim");
	if (claim->status != PB__CLAIM_STATUS__CLAIM_PAID &&
	    claim->status != PB__CLAIM_STATUS__CLAIM_RECONCILED)
		return refuse_state(
		    d, PB__OUTCOME__CLAIM_STATE, &pb__claim_status__descriptor, claim->status);
	*ret_granted = claim->amount - claim->clawed_back;
	return true;
}

static bool is_standing(const struct deciding *d, uint64_t application) {
	struct key key = key_of_id(application);
	const struct application_row *row = STATE_GET(
	    d->state, TABLE_APPLICATION, &key, struct application_row);
	check(row);
	return row->status != PB__APPLICATION_STATUS__APPLICATION_REJECTED &&
	    row->status != PB__APPLICATION_STATUS__APPLICATION_RETURNED;
}

static bool want_not_topped(struct deciding *d, const struct issuing *i) {
	struct key key = key_of_ids(i->programme_id, i->terms->claim);
	uint64_t other = i->terms->claim ? find_id(d, TABLE_TOPPED, &key) : 0;
	return other == 0 || other == i->application || !is_standing(d, other) ||
	    refuse_detail(d, PB__OUTCOME__ALREADY_GRANTED, "claim",
	        arena_printf(d->arena, "application %llu", (unsigned long long)other));
}

bool voucher_find_grant(struct deciding *d, const struct issuing *i, struct grant *ret_grant) {
	const Pb__Apply *terms = i->terms;
	struct grant grant = {
		.programme_id = i->programme_id,
		.programme = i->programme,
		.rules = i->rules,
		.holder = i->holder,
		.category = terms->category,
		.beneficiary = terms->beneficiary,
		.total = terms->total ? terms->total : terms->eligible,
		.eligible = terms->eligible,
		.vat = terms->vat,
		.earlier = terms->earlier,
		.units = terms->units,
		.amount_max = i->applied,
	};
	if (!grant_want_numbers(d, &grant) ||
	    (*terms->contract_number && !grant_want_new_contract(d, terms->contract_number)) ||
	    (*terms->provider && !grant_find_provider(d, &grant, terms->provider, &grant.provider)) ||
	    !find_topped(d, i, &grant.granted) || !want_not_topped(d, i))
		return false;
	*ret_grant = grant;
	return true;
}

/* Staff asked for an amount: it is that, or nothing. */
static bool want_granted(struct deciding *d, int64_t asked) {
	const Pb__Decision *decision = d->decision;
	if (asked == 0 || decision->amount == asked)
		return true;
	Pb__Bound *binding = NULL;
	for (size_t i = 0; i < decision->n_bounds && !binding; i++)
		if (decision->bounds[i]->binds)
			binding = decision->bounds[i];
	return refuse_bound(d, PB__OUTCOME__CAP_REACHED, binding);
}

bool voucher_grant(
    struct deciding *d, const struct issuing *i, const struct grant *asked_for, int64_t asked) {
	const struct pool pool = { i->programme_id, i->programme, i->rules };
	const struct weight applied = { PB__RULE__RULE_APPLICATION, PB__OUTCOME__CAP_REACHED,
		.limit = i->applied, .asked = asked };
	struct grant grant = *asked_for;
	if (asked && i->applied && !weigh(d, &applied))
		return false;
	if (asked)
		grant.amount_max = asked;
	if (!grant_decide(d, &grant) || !want_granted(d, asked) ||
	    !want_issued_in_range(d, i, d->decision->amount) || !set_deadlines(d, i))
		return false;
	name_application(d, i);
	d->decision->reservation = d->entry->seq;
	d->decision->payee = i->holder;
	d->decision->claim = i->terms->claim;
	return pool_draw(d, &pool,
	           payee_account(
	               PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, i->programme_id, i->programme, i->holder),
	           d->decision->amount) &&
	    grant_post_memo(d, &grant);
}

/* --- issue --- */

static bool find_issuing(struct deciding *d, struct issuing *i) {
	const struct application_row *row = find_application(d, i->application, "application");
	if (!row || !want_in_region(d, row->party, "application"))
		return false;
	if (row->status != PB__APPLICATION_STATUS__APPLICATION_APPROVED)
		return refuse_state(
		    d, PB__OUTCOME__APPLICATION_STATE, &pb__application_status__descriptor, row->status);
	i->programme_id = row->programme;
	i->programme = the_programme(d, row->programme);
	i->holder = row->party;
	i->applied = row->amount;
	i->rules = read_rules_in_force(d, row->programme, i->programme);
	if (!i->rules || !want_apart(d, i->rules, PB__DUTY__DUTY_ISSUE_FROM_REVIEW, row->reviewed_by) ||
	    !want_apart(d, i->rules, PB__DUTY__DUTY_ISSUE_FROM_REVIEW, row->reviewed_again_by) ||
	    !read_applied(d, i->application, &i->terms))
		return false;
	if (i->terms)
		i->applied = i->terms->amount;
	return true;
}

static bool issue_voucher(struct deciding *d, const struct issuing *i, int64_t amount) {
	const struct weight applied = { PB__RULE__RULE_APPLICATION, PB__OUTCOME__CAP_REACHED,
		.limit = i->applied, .asked = amount };
	int64_t granted;
	return want_amount(d, amount, "amount") && voucher_want_holder(d, i, "application") &&
	    weigh(d, &applied) && voucher_weigh(d, i, amount) &&
	    voucher_weigh_pool(d, i, amount, false, &granted) && voucher_issue(d, i, amount);
}

static bool issue_grant(struct deciding *d, const struct issuing *i, int64_t amount) {
	struct grant grant;
	return (amount == 0 || want_amount(d, amount, "amount")) &&
	    voucher_want_holder(d, i, "application") && voucher_find_grant(d, i, &grant) &&
	    voucher_grant(d, i, &grant, amount);
}

/* An application for what the rules no longer give is not issued. */
static bool want_same_instrument(struct deciding *d, const struct issuing *i) {
	bool is_voucher = i->rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	return is_voucher == (i->terms == NULL) ||
	    refuse_detail(d, PB__OUTCOME__APPLICATION_STATE, "application",
	        "the rules in force have another instrument");
}

bool decide_issue(struct deciding *d) {
	const Pb__Issue *issue = d->command->issue;
	struct issuing i = { .application = issue->application };
	if (!find_issuing(d, &i) || !want_same_instrument(d, &i))
		return false;
	return i.terms ? issue_grant(d, &i, issue->amount) : issue_voucher(d, &i, issue->amount);
}

/* --- apply --- */

static struct voucher_row new_voucher(struct applying *a, bool is_grant) {
	const Pb__Decision *decision = a->decision;
	return (struct voucher_row){
		.programme = decision->programme,
		.holder = decision->holder,
		.amount = decision->amount,
		.live = is_grant ? 0 : decision->amount,
		.redeemed = is_grant ? decision->amount : 0,
		.use_by_us = decision->use_by_us,
		.claim_by_us = decision->claim_by_us,
		.left = pool_taken(a),
		.issued_by = actor_person(a),
		.rule_version = decision->rule_version,
	};
}

static void put_code(struct applying *a) {
	char code[VOUCHER_CODE_BYTES];
	check(voucher_code_parse(a->decision->voucher_code, code) == ERR_OK);
	struct key key = key_of_text(code);
	check(!STATE_GET(a->state, TABLE_VOUCHER_CODE, &key, struct id_row));
	put_id(a, TABLE_VOUCHER_CODE, &key, a->decision->voucher);
}

static void put_grant(
    struct applying *a, const Pb__Apply *terms, const struct voucher_row *voucher) {
	const struct grant_texts texts = { terms->category, terms->beneficiary,
		terms->contract_number };
	const Pb__Decision *decision = a->decision;
	check_posted(a, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, decision->programme, decision->payee,
	    decision->amount);
	const struct reservation_row row = grant_put(a, &texts, true);
	due_put_reservation(a, decision->reservation, &row, voucher);
	count(&touch_programme(a, decision->programme)->redeemed, decision->amount);
	const struct take_up_row taken = {
		.issued = row.subsidy, .used = row.subsidy, .vouchers = 1, .uses = 1
	};
	take_up(a, &TAKE_UP_RESERVATION(&row), &taken);
}

void voucher_put_issued(struct applying *a, const Pb__Apply *terms) {
	const Pb__Decision *decision = a->decision;
	const struct voucher_row voucher = new_voucher(a, terms != NULL);
	struct programme_row *programme = touch_programme(a, decision->programme);
	count(&programme->issued, decision->amount);
	programme->vouchers++;
	put_voucher(a, decision->voucher, &voucher);
	index_party(a, voucher.holder, TABLE_VOUCHER, decision->voucher);
	if (terms) {
		put_grant(a, terms, &voucher);
		return;
	}
	put_code(a);
	due_put_voucher(a, decision->voucher, &voucher);
	const struct take_up_row taken = { .issued = voucher.amount, .vouchers = 1 };
	take_up(a, &TAKE_UP_VOUCHER(&voucher), &taken);
}

void apply_issue(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct application_row application = get_application(a, decision->subject);
	check(application.status == PB__APPLICATION_STATUS__APPLICATION_APPROVED);
	application.status = PB__APPLICATION_STATUS__APPLICATION_ISSUED;
	application.voucher = decision->voucher;
	put_application(a, decision->subject, &application);
	const Pb__Apply *terms = NULL;
	if (decision->reservation) {
		struct key key = key_of_id(decision->subject);
		terms = (const Pb__Apply *)get_message(a, TABLE_APPLIED, &key, &pb__apply__descriptor);
	}
	voucher_put_issued(a, terms);
}
