/* SPDX-License-Identifier: Apache-2.0 */
/* What stands against an application, who reviews it, and what follows from it at once. */
#include "record/voucher_code.h"
#include "refusals.h"
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LOCAL   "110114"
#define OUTSIDE "310115"

#define ID(number) ((unsigned long long)(number))

/* A rule set for vouchers with a review of its own; `extra`: further fields. */
#define RULES(review, extra)                                                                       \
	"{'programme': 'plain', 'rules': {'version': 1, 'title': 't', 'document': 'd',"                \
	" 'effective_from': '2026-01-01', 'instrument': 'INSTRUMENT_VOUCHER', 'review': '" review      \
	"', 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL',"                        \
	" 'categories': ['testing'], 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"           \
	" 'use_within_days': 30, 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'" extra "}}"

static struct scheme *scheme_of(const char *rules, int64_t allocated) {
	struct scheme_config config = scheme_plain;
	config.rules = rules;
	config.allocated = allocated;
	return scheme_new(&config);
}

static struct application_row application_of(struct scheme *s, uint64_t id) {
	return WORLD_ROW(s->world, TABLE_APPLICATION, id, struct application_row);
}

static uint64_t apply(struct scheme *s, const struct member *holder, int64_t amount) {
	world_as(s->world, holder->principal);
	return world_accept(
	    s->world, "{'apply': {'programme': 'plain', 'amount': %" PRId64 "}}", amount);
}

#define REVIEW(verdict) "{'review_application': {'application': %llu, 'verdict': '" verdict "'}}"
#define REVIEW_BECAUSE(verdict)                                                                    \
	"{'review_application': {'application': %llu, 'verdict': '" verdict "', 'reason': 'why'}}"

/* --- what stands against it --- */

START_TEST(applications_are_taken_on_the_days_of_a_window) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE",
	                                 ", 'application_windows': [{'from': '02-01', 'to': '02-10'},"
	                                 " {'from': '2026-03-05', 'to': '2026-03-05'}]"),
	    100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	static const struct {
		const char *time;
		bool is_open;
	} table[] = {
		{ "2026-01-31 23:59", false },
		{ "2026-02-01 00:00", true },
		{ "2026-02-10 23:59", true },
		{ "2026-02-11 00:00", false },
		{ "2026-03-05 12:00", true },
		{ "2026-03-06 00:00", false },
		{ "2027-02-03 12:00", true },
		{ "2027-03-05 12:00", false },
	};
	world_as(s->world, holder->principal);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		world_at(s->world, table[i].time);
		const Pb__Reply *reply = world_give(
		    s->world, "{'apply': {'programme': 'plain', 'amount': 1}}");
		ck_assert_msg(
		    (reply->outcome == PB__OUTCOME__OUTCOME_OK) == table[i].is_open, "%s", table[i].time);
		if (table[i].is_open)
			continue;
		ck_assert_int_eq(reply->outcome, PB__OUTCOME__WINDOW_CLOSED);
		ck_assert_int_eq(reply->refusal->bound->rule, PB__RULE__RULE_WINDOW);
		ck_assert_str_eq(
		    reply->refusal->bound->attribute, "02-01 – 02-10, 2026-03-05 – 2026-03-05");
	}
	scheme_free(s);
}
END_TEST

START_TEST(every_document_that_the_rules_ask_for_is_cited) {
	struct scheme *s = scheme_of(
	    RULES("REVIEW_ONE", ", 'documents': ['recognition', 'contract']"), 100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
#define APPLY "{'apply': {'programme': 'plain', 'amount': 1"
	static const struct refused table[] = {
		{ APPLY "}}", PB__OUTCOME__DOCUMENT_MISSING, "documents" },
		{ APPLY ", 'documents': [{'kind': 'recognition', 'number': 'R-1'}]}}",
		    PB__OUTCOME__DOCUMENT_MISSING, "documents" },
		{ APPLY ", 'documents': [{'kind': 'recognition'}]}}", PB__OUTCOME__FIELD_MISSING,
		    "documents[0].number" },
		{ APPLY ", 'documents': [{'number': 'R-1'}]}}", PB__OUTCOME__FIELD_MISSING,
		    "documents[0].kind" },
		{ APPLY ", 'documents': [{'kind': 'recognition', 'number': 'R-1', 'date': '2026'}]}}",
		    PB__OUTCOME__FIELD_INVALID, "documents[0].date" },
		{ APPLY ", 'documents': [{'kind': 'recognition', 'number': 'R-1', 'digest': '00'}]}}",
		    PB__OUTCOME__FIELD_INVALID, "documents[0].digest" },
	};
	REFUSE_ALL(s->world, table);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__DOCUMENT_MISSING,
	    APPLY ", 'documents': [{'kind': 'recognition', 'number': 'R-1'}]}}");
	ck_assert_str_eq(refusal->bound->attribute, "contract");
	ck_assert_uint_eq(refusal->n_bounds, 2);
	ck_assert(refusal->bounds[0]->holds);
	world_accept(s->world,
	    APPLY ", 'documents': [{'kind': 'recognition', 'number': 'R-1', 'date': '2026-01-02'},"
	          " {'kind': 'contract', 'number': 'C-1', 'digest': '%s'}]}}",
	    repeated(s->world, 'a', 64));
	scheme_free(s);
}
END_TEST

START_TEST(voucher_has_one_of_the_face_values) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE", ", 'face_values': [1000, 5000]"), 100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__FACE_VALUE_WRONG,
	    "{'apply': {'programme': 'plain', 'amount': 4000}}");
	ck_assert_str_eq(refusal->field, "amount");
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_FACE_VALUE);
	ck_assert_str_eq(refusal->bound->attribute, "10.00, 50.00");
	uint64_t application = apply(s, holder, 5000);
	world_as(s->world, s->reviewer);
	world_accept(s->world, REVIEW("VERDICT_APPROVE"), ID(application));
	world_as(s->world, s->office);
	world_refuse(s->world, PB__OUTCOME__FACE_VALUE_WRONG,
	    "{'issue': {'application': %llu, 'amount': 4999}}", ID(application));
	world_accept(s->world, "{'issue': {'application': %llu, 'amount': 1000}}", ID(application));
	scheme_free(s);
}
END_TEST

START_TEST(voucher_programme_takes_nothing_that_other_instruments_are_computed_from) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE", ""), 100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	static const struct refused table[] = {
		{ APPLY ", 'category': 'testing'}}", PB__OUTCOME__FIELD_INVALID, "category" },
		{ APPLY ", 'provider': 'x'}}", PB__OUTCOME__FIELD_INVALID, "provider" },
		{ APPLY ", 'contract_number': 'x'}}", PB__OUTCOME__FIELD_INVALID, "contract_number" },
		{ APPLY ", 'total': 1}}", PB__OUTCOME__FIELD_INVALID, "total" },
		{ APPLY ", 'eligible': -1}}", PB__OUTCOME__FIELD_INVALID, "eligible" },
		{ APPLY ", 'vat': 1}}", PB__OUTCOME__FIELD_INVALID, "vat" },
		{ APPLY ", 'earlier': 1}}", PB__OUTCOME__FIELD_INVALID, "earlier" },
		{ APPLY ", 'units': 1}}", PB__OUTCOME__FIELD_INVALID, "units" },
		{ APPLY ", 'beneficiary': 'x'}}", PB__OUTCOME__FIELD_INVALID, "beneficiary" },
		{ APPLY ", 'claim': 1}}", PB__OUTCOME__FIELD_INVALID, "claim" },
	};
	REFUSE_ALL(s->world, table);
	scheme_free(s);
}
END_TEST

START_TEST(who_is_blacklisted_or_removed_does_not_apply) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE", ", 'assessment_failures': 1"), 100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *failed = scheme_holder(s, LOCAL, "");
	world_as(s->world, s->office);
	world_accept(s->world,
	    "{'blacklist_party': {'party': '%s', 'reason': 'r', 'until': '2026-02-01'}}", holder->code);
	world_accept(s->world,
	    "{'assess_party': {'programme': 'plain', 'party': '%s', 'year': 2025, 'reason': 'r',"
	    " 'document': 'd'}}",
	    failed->code);
	world_as(s->world, failed->principal);
	world_refuse(s->world, PB__OUTCOME__PARTY_REMOVED, APPLY "}}");
	world_as(s->world, holder->principal);
	world_refuse(s->world, PB__OUTCOME__BLACKLISTED, APPLY "}}");
	world_at(s->world, "2026-02-02 00:00");
	world_accept(s->world, APPLY "}}");
	scheme_free(s);
}
END_TEST

START_TEST(empty_pool_is_said_when_somebody_applies) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE", ""), 1000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	scheme_voucher(s, holder, 900);
	uint64_t late = apply(s, holder, 500); /* more than is left, but something is */
	scheme_voucher(s, holder, 100);
	world_as(s->world, holder->principal);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__POOL_EMPTY, APPLY "}}");
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_POOL);
	ck_assert_int_eq(refusal->bound->limit, 1000);
	ck_assert_int_eq(refusal->bound->used, 1000);
	ck_assert_uint_eq(
	    application_of(s, late).status, PB__APPLICATION_STATUS__APPLICATION_SUBMITTED);
	scheme_free(s);
}
END_TEST

#define REFUSING                                                                                   \
	"{'programme': 'plain', 'rules': {'version': 1, 'title': 't', 'document': 'd',"                \
	" 'effective_from': '2026-01-01', 'instrument': 'INSTRUMENT_VOUCHER', 'review': "              \
	"'REVIEW_NONE',"                                                                               \
	" 'when_capped': 'REFUSE', 'expense_base': 'EXPENSE_ACTUAL', 'issue_at_once': true,"           \
	" 'categories': ['testing'], 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"           \
	" 'use_within_days': 30, 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}"

START_TEST(rest_of_a_pool_is_granted_only_where_the_rules_say_so) {
	struct scheme *s = scheme_of(REFUSING, 1000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	apply(s, holder, 700);
	world_as(s->world, holder->principal);
	const Pb__Refusal *refusal = world_refuse(
	    s->world, PB__OUTCOME__POOL_EMPTY, "{'apply': {'programme': 'plain', 'amount': 301}}");
	ck_assert_int_eq(refusal->bound->granted, 300);
	apply(s, holder, 300);
	ck_assert_int_eq(scheme_programme(s).available, 0);
	scheme_free(s);
}
END_TEST

/* --- at once --- */

START_TEST(first_come_first_served_to_exactly_zero) {
	struct scheme *s = scheme_of(RULES("REVIEW_NONE", ", 'issue_at_once': true"), 1000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	int64_t granted[] = { 300, 300, 300, 100 };
	for (size_t i = 0; i < 4; i++) {
		uint64_t id = apply(s, holder, 300);
		struct voucher_row voucher = scheme_voucher_row(s, id);
		ck_assert_int_eq(voucher.amount, granted[i]);
		ck_assert_int_eq(voucher.left.amount[0], granted[i]);
		ck_assert_uint_eq(voucher.issued_by, holder->principal);
		ck_assert_uint_eq(application_of(s, id).voucher, id);
		ck_assert_uint_eq(application_of(s, id).status, PB__APPLICATION_STATUS__APPLICATION_ISSUED);
		const Pb__Decision *decision = world_entry(s->world, id)->decision;
		ck_assert_uint_eq(decision->voucher, id);
		ck_assert_int_eq(decision->amount, granted[i]);
		ck_assert_uint_eq(decision->n_shares, 1);
		ck_assert_uint_eq(decision->shares[0]->fund, s->fund);
	}
	ck_assert_int_eq(scheme_programme(s).available, 0);
	world_as(s->world, holder->principal);
	world_refuse(
	    s->world, PB__OUTCOME__POOL_EMPTY, "{'apply': {'programme': 'plain', 'amount': 300}}");
	scheme_free(s);
}
END_TEST

START_TEST(without_review_an_application_is_approved_from_the_start) {
	struct scheme *s = scheme_of(RULES("REVIEW_NONE", ""), 1000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	uint64_t id = apply(s, holder, 300);
	ck_assert_uint_eq(application_of(s, id).status, PB__APPLICATION_STATUS__APPLICATION_APPROVED);
	world_as(s->world, s->reviewer);
	world_refuse(s->world, PB__OUTCOME__APPLICATION_STATE, REVIEW("VERDICT_APPROVE"), ID(id));
	world_as(s->world, s->office);
	uint64_t voucher = world_accept(
	    s->world, "{'issue': {'application': %llu, 'amount': 300}}", ID(id));
	ck_assert_int_eq(scheme_voucher_row(s, voucher).amount, 300);
	scheme_free(s);
}
END_TEST

START_TEST(voucher_has_a_code_that_leads_to_it) {
	struct scheme *s = scheme_of(RULES("REVIEW_NONE", ", 'issue_at_once': true"), 1000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	for (int i = 0; i < 3; i++) {
		char code[VOUCHER_CODE_BYTES];
		uint64_t id = apply(s, holder, 300);
		const char *text = world_entry(s->world, id)->decision->voucher_code;
		ck_assert_int_eq(voucher_code_parse(text, code), ERR_OK);
		struct key key = key_of_text(code);
		const struct id_row *row = STATE_GET(
		    world_state(s->world), TABLE_VOUCHER_CODE, &key, struct id_row);
		ck_assert_ptr_nonnull(row);
		ck_assert_uint_eq(row->id, id);
	}
	scheme_free(s);
}
END_TEST

/* --- review --- */

START_TEST(two_levels_are_two_persons) {
	struct scheme *s = scheme_of(RULES("REVIEW_TWO", ""), 100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	uint64_t second = world_staff(s->world, "S9", "ROLE_REVIEWER");
	uint64_t same = world_staff(s->world, "S2", "ROLE_REVIEWER"); /* the reviewer's other key */
	uint64_t id = apply(s, holder, 100);
	world_at(s->world, "2026-01-07 10:00");
	world_as(s->world, s->reviewer);
	world_accept(s->world, REVIEW("VERDICT_APPROVE"), ID(id));
	ck_assert_uint_eq(application_of(s, id).status, PB__APPLICATION_STATUS__APPLICATION_REVIEWED);
	ck_assert_uint_eq(application_of(s, id).reviewed_by, s->reviewer);
	ck_assert_int_gt(application_of(s, id).since_us, world_time_us(s->world) - 60000000);
	world_refuse(s->world, PB__OUTCOME__SAME_PERSON, REVIEW("VERDICT_APPROVE"), ID(id));
	world_as(s->world, same);
	world_refuse(s->world, PB__OUTCOME__SAME_PERSON, REVIEW("VERDICT_APPROVE"), ID(id));
	world_as(s->world, s->office);
	world_refuse(s->world, PB__OUTCOME__APPLICATION_STATE,
	    "{'issue': {'application': %llu, 'amount': 100}}", ID(id));
	world_as(s->world, second);
	uint64_t review = world_accept(s->world, REVIEW("VERDICT_APPROVE"), ID(id));
	struct application_row row = application_of(s, id);
	ck_assert_uint_eq(row.status, PB__APPLICATION_STATUS__APPLICATION_APPROVED);
	ck_assert_uint_eq(row.reviewed_again_by, second);
	ck_assert_uint_eq(row.review_seq, review);
	world_refuse(s->world, PB__OUTCOME__APPLICATION_STATE, REVIEW("VERDICT_APPROVE"), ID(id));
	scheme_free(s);
}
END_TEST

START_TEST(either_level_may_stop_an_application_and_says_why) {
	static const struct {
		const char *verdict;
		Pb__ApplicationStatus status;
	} table[] = {
		{ "VERDICT_REJECT", PB__APPLICATION_STATUS__APPLICATION_REJECTED },
		{ "VERDICT_RETURN", PB__APPLICATION_STATUS__APPLICATION_RETURNED },
	};
	struct scheme *s = scheme_of(RULES("REVIEW_TWO", ""), 100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	for (size_t i = 0; i < 4; i++) {
		uint64_t id = apply(s, holder, 100);
		world_as(s->world, s->reviewer);
		if (i >= 2)
			world_accept(s->world, REVIEW("VERDICT_APPROVE"), ID(id));
		world_refuse(
		    s->world, PB__OUTCOME__FIELD_MISSING, REVIEW("%s"), ID(id), table[i % 2].verdict);
		world_accept(s->world, REVIEW_BECAUSE("%s"), ID(id), table[i % 2].verdict);
		ck_assert_uint_eq(application_of(s, id).status, table[i % 2].status);
	}
	scheme_free(s);
}
END_TEST

START_TEST(returned_application_is_replaced_once_by_its_party) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE", ""), 100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *other = scheme_holder(s, LOCAL, "");
	uint64_t open = apply(s, holder, 100), bad = apply(s, holder, 100);
	world_as(s->world, s->reviewer);
	world_accept(s->world, REVIEW_BECAUSE("VERDICT_RETURN"), ID(bad));
#define REPLACE "{'apply': {'programme': 'plain', 'amount': 90, 'replaces': %llu}}"
	world_as(s->world, other->principal);
	world_refuse(s->world, PB__OUTCOME__NOT_OWNER, REPLACE, ID(bad));
	world_as(s->world, holder->principal);
	world_refuse(s->world, PB__OUTCOME__APPLICATION_UNKNOWN, REPLACE, ID(7777));
	const Pb__Refusal *refusal = world_refuse(
	    s->world, PB__OUTCOME__APPLICATION_STATE, REPLACE, ID(open));
	ck_assert_str_eq(refusal->detail, "APPLICATION_SUBMITTED");
	uint64_t better = world_accept(s->world, REPLACE, ID(bad));
	ck_assert_uint_eq(application_of(s, bad).replaced_by, better);
	ck_assert_uint_eq(application_of(s, bad).status, PB__APPLICATION_STATUS__APPLICATION_RETURNED);
	world_refuse(s->world, PB__OUTCOME__APPLICATION_STATE, REPLACE, ID(bad));
	scheme_free(s);
}
END_TEST

START_TEST(duties_that_lie_apart_need_two_persons) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE",
	                                 ", 'duties_apart': ['DUTY_REVIEW_FROM_APPLY',"
	                                 " 'DUTY_ISSUE_FROM_REVIEW']"),
	    100000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, s->office);
	uint64_t id = world_accept(
	    s->world, "{'apply': {'programme': 'plain', 'party': '%s', 'amount': 9}}", holder->code);
	ck_assert_uint_eq(application_of(s, id).applied_by, s->office);
	world_refuse(s->world, PB__OUTCOME__SAME_PERSON, REVIEW("VERDICT_APPROVE"), ID(id));
	world_as(s->world, s->reviewer);
	world_accept(s->world, REVIEW("VERDICT_APPROVE"), ID(id));
	world_refuse(s->world, PB__OUTCOME__SAME_PERSON,
	    "{'issue': {'application': %llu, 'amount': 9}}", ID(id));
	world_as(s->world, s->office);
	world_accept(s->world, "{'issue': {'application': %llu, 'amount': 9}}", ID(id));
	scheme_free(s);
}
END_TEST

START_TEST(staff_of_a_region_decide_its_files_alone) {
	struct scheme *s = scheme_of(RULES("REVIEW_ONE", ""), 100000);
	const struct member *local = scheme_holder(s, LOCAL, "");
	const struct member *outside = scheme_holder(s, OUTSIDE, "");
	uint64_t district = scheme_regional(s, "D1", "ROLE_OPERATOR", "110100");
	uint64_t ours = apply(s, local, 100), theirs = apply(s, outside, 100);
	uint64_t voucher = scheme_voucher(s, outside, 50);
	world_as(s->world, district);
	world_refuse(s->world, PB__OUTCOME__NOT_IN_REGION, REVIEW("VERDICT_APPROVE"), ID(theirs));
	world_refuse(s->world, PB__OUTCOME__NOT_IN_REGION,
	    "{'apply': {'programme': 'plain', 'party': '%s', 'amount': 9}}", outside->code);
	world_refuse(s->world, PB__OUTCOME__NOT_IN_REGION,
	    "{'cancel_voucher': {'voucher': %llu, 'reason': 'r'}}", ID(voucher));
	world_accept(s->world, REVIEW("VERDICT_APPROVE"), ID(ours));
	world_as(s->world, s->reviewer);
	world_accept(s->world, REVIEW("VERDICT_APPROVE"), ID(theirs));
	world_as(s->world, district);
	world_refuse(s->world, PB__OUTCOME__NOT_IN_REGION,
	    "{'issue': {'application': %llu, 'amount': 9}}", ID(theirs));
	world_accept(s->world, "{'issue': {'application': %llu, 'amount': 9}}", ID(ours));
	scheme_free(s);
}
END_TEST

/* --- deadlines --- */

START_TEST(deadlines_may_be_dates) {
	struct scheme *s = scheme_of(
	    "{'programme': 'plain', 'rules': {'version': 1, 'title': 't', 'document': 'd',"
	    " 'effective_from': '2026-01-01', 'instrument': 'INSTRUMENT_VOUCHER',"
	    " 'review': 'REVIEW_NONE', 'issue_at_once': true, 'when_capped': 'GRANT_THE_REST',"
	    " 'expense_base': 'EXPENSE_ACTUAL', 'categories': ['testing'],"
	    " 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_by': '2026-06-30',"
	    " 'claim_by': '2026-09-30', 'payee': 'PAYEE_PROVIDER'}}",
	    1000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	struct voucher_row row = scheme_voucher_row(s, apply(s, holder, 300));
	world_at(s->world, "2026-06-30 23:59");
	ck_assert_int_gt(row.use_by_us, world_time_us(s->world));
	apply(s, holder, 300);
	world_at(s->world, "2026-07-01 00:00");
	ck_assert_int_le(row.use_by_us, world_time_us(s->world));
	world_as(s->world, holder->principal);
	world_refuse(
	    s->world, PB__OUTCOME__VOUCHER_EXPIRED, "{'apply': {'programme': 'plain', 'amount': 300}}");
	world_at(s->world, "2026-10-01 00:00");
	ck_assert_int_le(row.claim_by_us, world_time_us(s->world));
	ck_assert_int_gt(row.claim_by_us, world_time_us(s->world) - 3600000000);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("apply", applications_are_taken_on_the_days_of_a_window,
    every_document_that_the_rules_ask_for_is_cited, voucher_has_one_of_the_face_values,
    voucher_programme_takes_nothing_that_other_instruments_are_computed_from,
    who_is_blacklisted_or_removed_does_not_apply, empty_pool_is_said_when_somebody_applies,
    rest_of_a_pool_is_granted_only_where_the_rules_say_so, first_come_first_served_to_exactly_zero,
    without_review_an_application_is_approved_from_the_start, voucher_has_a_code_that_leads_to_it,
    two_levels_are_two_persons, either_level_may_stop_an_application_and_says_why,
    returned_application_is_replaced_once_by_its_party, duties_that_lie_apart_need_two_persons,
    staff_of_a_region_decide_its_files_alone, deadlines_may_be_dates)
