/* SPDX-License-Identifier: Apache-2.0 */
/* Instruments other than vouchers: what is applied for, computed, granted and claimed. */
#include "refusals.h"
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#define LOCAL "110114"

#define ID(number) ((unsigned long long)(number))

/* `body`: from the tiers on. */
#define RULES_OF(programme, instrument, review, base, body)                                        \
	"{'programme': '" programme "', 'rules': {'version': 1, 'title': 't', 'document': 'd',"        \
	" 'effective_from': '2026-01-01', 'instrument': '" instrument "', 'review': '" review          \
	"', 'when_capped': 'GRANT_THE_REST', 'expense_base': '" base "', 'use_within_days': 10,"       \
	" 'claim_within_days': 60, 'payee': 'PAYEE_STARTUP', " body "}}"

/* 30 % of what was spent this year, without VAT, at most 2,000.00 a year. */
#define POST_SUBSIDY                                                                               \
	RULES_OF("plain", "INSTRUMENT_POST_SUBSIDY", "REVIEW_ONE", "EXPENSE_NEW_THIS_YEAR",            \
	    "'vat_excluded': true, 'categories': ['equipment'], 'related_parties_allowed': true,"      \
	    " 'tiers': [{'id': 4, 'name': 'equipment', 'ratio_bp': 3000, 'per_year': 200000}]")

/* 500.00 for a recognised firm, once. */
#define ONE_OFF                                                                                    \
	RULES_OF("plain", "INSTRUMENT_GRANT", "REVIEW_NONE", "EXPENSE_ACTUAL",                         \
	    "'issue_at_once': true, 'holder': {'statuses': ['recognised']},"                           \
	    " 'related_parties_allowed': true,"                                                        \
	    " 'tiers': [{'id': 1, 'name': 'one-off', 'fixed': 50000}],"                                \
	    " 'caps': [{'name': 'once', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_FOR_EVER',"            \
	    " 'grants': 1}]")

/* Awards for persons, of whom each has the highest alone; and a recognition with an increment. */
#define AWARD                                                                                      \
	RULES_OF("plain", "INSTRUMENT_AWARD", "REVIEW_NONE", "EXPENSE_ACTUAL",                         \
	    "'issue_at_once': true, 'related_parties_allowed': true,"                                  \
	    " 'categories': ['nation', 'city', 'team', 'base', 'more'], 'tiers': ["                    \
	    "{'id': 1, 'name': 'nation', 'categories': ['nation'], 'per_unit': 20000, 'group': 1},"    \
	    "{'id': 2, 'name': 'city', 'categories': ['city'], 'per_unit': 10000, 'group': 1},"        \
	    "{'id': 3, 'name': 'team', 'categories': ['team'], 'per_unit': 500},"                      \
	    "{'id': 4, 'name': 'base', 'categories': ['base'], 'fixed': 3000, 'group': 2},"            \
	    "{'id': 5, 'name': 'more', 'categories': ['more'], 'fixed': 1000, 'group': 2,"             \
	    " 'increment': true}], 'combinations': ["                                                  \
	    "{'group': 1, 'name': 'highest', 'kind': 'COMBINATION_HIGHEST_ONLY'},"                     \
	    "{'group': 2, 'name': 'increments', 'kind': 'COMBINATION_INCREMENTS'}]")

static struct scheme *scheme_of(const char *rules, int64_t allocated) {
	struct scheme_config config = scheme_plain;
	config.rules = rules;
	config.allocated = allocated;
	return scheme_new(&config);
}

static struct application_row application_of(struct scheme *s, uint64_t id) {
	return WORLD_ROW(s->world, TABLE_APPLICATION, id, struct application_row);
}

static void review(struct scheme *s, uint64_t application, const char *verdict) {
	uint64_t actor = world_as(s->world, s->reviewer);
	world_accept(s->world,
	    "{'review_application': {'application': %llu, 'verdict': '%s', 'reason': 'r'}}",
	    ID(application), verdict);
	world_as(s->world, actor);
}

static const Pb__Bound *binding(const Pb__Decision *decision) {
	for (size_t i = 0; i < decision->n_bounds; i++)
		if (decision->bounds[i]->binds)
			return decision->bounds[i];
	ck_abort_msg("nothing binds");
}

/* --- post-subsidy --- */

#define EXPENSE                                                                                    \
	"'category': 'equipment', 'contract_number': 'HT-9', 'total': 150000, 'eligible': 120000,"     \
	" 'vat': 12000, 'earlier': 8000"

START_TEST(application_says_at_once_what_the_rules_would_give) {
	struct scheme *s = scheme_of(POST_SUBSIDY, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	uint64_t id = world_accept(s->world, "{'apply': {'programme': 'plain', " EXPENSE "}}");
	const Pb__JournalEntry *entry = world_entry(s->world, id);
	ck_assert_int_eq(entry->decision->amount, 30000); /* 30 % of 120,000 − 12,000 − 8,000 */
	ck_assert_int_eq(entry->decision->expense_base, 100000);
	ck_assert_uint_eq(entry->decision->tier, 4);
	ck_assert_int_eq(binding(entry->decision)->rule, PB__RULE__RULE_RATIO);
	ck_assert_uint_eq(entry->n_postings, 0);
	ck_assert_int_eq(application_of(s, id).amount, 30000);
	ck_assert_int_eq(scheme_programme(s).available, 1000000);
	scheme_free(s);
}
END_TEST

START_TEST(issue_grants_what_is_payable_at_once) {
	struct scheme *s = scheme_of(POST_SUBSIDY, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	uint64_t application = world_accept(s->world, "{'apply': {'programme': 'plain', " EXPENSE "}}");
	review(s, application, "VERDICT_APPROVE");
	world_as(s->world, s->office);
	uint64_t id = world_accept(s->world, "{'issue': {'application': %llu}}", ID(application));

	struct voucher_row voucher = scheme_voucher_row(s, id);
	ck_assert_int_eq(voucher.amount, 30000);
	ck_assert_int_eq(voucher.redeemed, 30000);
	ck_assert_uint_eq(voucher.status, PB__VOUCHER_STATUS__VOUCHER_CLOSED);
	ck_assert_int_eq(voucher.left.amount[0], 30000);
	ck_assert_uint_eq(voucher.issued_by, s->office);
	struct reservation_row row = scheme_reservation_row(s, id);
	ck_assert_uint_eq(row.voucher, id);
	ck_assert_int_eq(row.subsidy, 30000);
	ck_assert_int_eq(row.redeemed, 30000);
	ck_assert_uint_eq(row.status, PB__RESERVATION_STATUS__RESERVATION_CLOSED);
	ck_assert_uint_eq(row.provider, 0);
	ck_assert_uint_eq(row.ratio_bp, 3000);
	ck_assert_uint_eq(row.category, 1);
	ck_assert_int_eq(row.own_share, 108000); /* 150,000 − 12,000 − 30,000 */
	ck_assert_int_eq(row.vat, 12000);
	struct programme_row programme = scheme_programme(s);
	ck_assert_int_eq(programme.available, 970000);
	ck_assert_int_eq(programme.payable, 30000);
	ck_assert_int_eq(programme.issued, 30000);
	ck_assert_int_eq(programme.redeemed, 30000);
	ck_assert_int_eq(
	    world_balance(s->world, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, s->programme, holder->party),
	    30000);
	ck_assert_int_eq(
	    world_balance(s->world, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, s->programme, holder->party),
	    108000);
	ck_assert_int_eq(
	    world_balance(s->world, PB__ACCOUNT_KIND__MEMO_VAT, s->programme, holder->party), 12000);
	ck_assert_uint_eq(application_of(s, application).voucher, id);

	/* The contract is taken; the holder claims, with invoices for what was spent. */
	world_as(s->world, holder->principal);
	world_refuse(
	    s->world, PB__OUTCOME__CONTRACT_TAKEN, "{'apply': {'programme': 'plain', " EXPENSE "}}");
	world_refuse(s->world, PB__OUTCOME__FIELD_MISSING,
	    "{'submit_claim': {'reservation': %llu, 'amount': 30000}}", ID(id));
	uint64_t claim = world_accept(s->world,
	    "{'submit_claim': {'reservation': %llu, 'amount': 30000, 'invoices': [{'number':"
	    " '26110000000000000009', 'amount': 112000, 'vat': 12000, 'date': '2026-01-05'}]}}",
	    ID(id));
	ck_assert_uint_eq(scheme_claim_row(s, claim).payee, holder->party);
	scheme_free(s);
}
END_TEST

START_TEST(no_more_is_granted_than_was_applied_for) {
	struct scheme *s = scheme_of(POST_SUBSIDY, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	uint64_t application = world_accept(
	    s->world, "{'apply': {'programme': 'plain', 'amount': 20000, " EXPENSE "}}");
	review(s, application, "VERDICT_APPROVE");
	world_as(s->world, s->office);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__CAP_REACHED,
	    "{'issue': {'application': %llu, 'amount': 20001}}", ID(application));
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_APPLICATION);
	uint64_t id = world_accept(s->world, "{'issue': {'application': %llu}}", ID(application));
	const Pb__Decision *decision = world_entry(s->world, id)->decision;
	ck_assert_int_eq(decision->amount, 20000);
	ck_assert_int_eq(binding(decision)->rule, PB__RULE__RULE_APPLICATION);
	ck_assert_int_eq(binding(decision)->asked, 30000);
	scheme_free(s);
}
END_TEST

START_TEST(staff_grant_the_amount_that_they_name_or_nothing) {
	struct scheme *s = scheme_of(POST_SUBSIDY, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	uint64_t application = world_accept(s->world, "{'apply': {'programme': 'plain', " EXPENSE "}}");
	review(s, application, "VERDICT_APPROVE");
	world_as(s->world, s->office);
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__CAP_REACHED,
	    "{'issue': {'application': %llu, 'amount': 30001}}", ID(application));
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_RATIO);
	world_refuse(s->world, PB__OUTCOME__AMOUNT_INVALID,
	    "{'issue': {'application': %llu, 'amount': -1}}", ID(application));
	uint64_t id = world_accept(
	    s->world, "{'issue': {'application': %llu, 'amount': 29999}}", ID(application));
	ck_assert_int_eq(scheme_voucher_row(s, id).amount, 29999);
	scheme_free(s);
}
END_TEST

START_TEST(what_is_wrong_with_the_terms_is_named) {
	struct scheme *s = scheme_of(POST_SUBSIDY, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *newcomer = scheme_newcomer(s, LOCAL);
	world_as(s->world, holder->principal);
#define APPLY "{'apply': {'programme': 'plain', 'category': 'equipment', "
	static const struct refused table[] = {
		{ APPLY "'amount': -1, 'eligible': 9}}", PB__OUTCOME__AMOUNT_INVALID, "amount" },
		{ APPLY "'total': -1, 'eligible': 9}}", PB__OUTCOME__AMOUNT_INVALID, "total" },
		{ APPLY "'total': 8, 'eligible': 9}}", PB__OUTCOME__AMOUNT_INVALID, "eligible" },
		{ APPLY "'eligible': -9}}", PB__OUTCOME__AMOUNT_INVALID, "eligible" },
		{ APPLY "'eligible': 9, 'vat': 10}}", PB__OUTCOME__AMOUNT_INVALID, "vat" },
		{ APPLY "'eligible': 9, 'vat': -1}}", PB__OUTCOME__AMOUNT_INVALID, "vat" },
		{ APPLY "'eligible': 9, 'earlier': 10}}", PB__OUTCOME__AMOUNT_INVALID, "earlier" },
		{ APPLY "'eligible': 9, 'contract_number': ' '}}", PB__OUTCOME__FIELD_INVALID,
		    "contract_number" },
		{ APPLY "'eligible': 9, 'beneficiary': '张三'}}", PB__OUTCOME__FIELD_INVALID,
		    "beneficiary" },
		{ APPLY "'eligible': 9, 'provider': 'x'}}", PB__OUTCOME__PARTY_UNKNOWN, "provider" },
		{ APPLY "'eligible': 9, 'claim': 7}}", PB__OUTCOME__FIELD_INVALID, "claim" },
		{ "{'apply': {'programme': 'plain', 'eligible': 9, 'category': 'x'}}",
		    PB__OUTCOME__CATEGORY_NOT_COVERED, "category" },
	};
	REFUSE_ALL(s->world, table);
	world_refuse(s->world, PB__OUTCOME__PROVIDER_NOT_ADMITTED,
	    APPLY "'eligible': 9000, 'provider': '%s'}}", newcomer->code);
	scheme_admit(s, newcomer, "");
	uint64_t id = world_accept(
	    s->world, APPLY "'eligible': 9000, 'provider': '%s'}}", newcomer->code);
	ck_assert_uint_eq(world_entry(s->world, id)->decision->provider, newcomer->party);
	scheme_free(s);
}
END_TEST

START_TEST(contract_of_two_applications_is_granted_once) {
	struct scheme *s = scheme_of(POST_SUBSIDY, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	uint64_t ids[2];
	for (int i = 0; i < 2; i++) {
		world_as(s->world, holder->principal);
		ids[i] = world_accept(s->world, "{'apply': {'programme': 'plain', " EXPENSE "}}");
		review(s, ids[i], "VERDICT_APPROVE");
	}
	world_as(s->world, s->office);
	world_accept(s->world, "{'issue': {'application': %llu}}", ID(ids[1]));
	world_refuse(
	    s->world, PB__OUTCOME__CONTRACT_TAKEN, "{'issue': {'application': %llu}}", ID(ids[0]));
	scheme_free(s);
}
END_TEST

START_TEST(application_for_what_the_rules_no_longer_give_is_not_issued) {
	struct scheme *s = scheme_of(POST_SUBSIDY, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	uint64_t application = world_accept(s->world, "{'apply': {'programme': 'plain', " EXPENSE "}}");
	review(s, application, "VERDICT_APPROVE");
	world_as(s->world, s->office);
	world_accept(s->world,
	    "{'publish_rules': {'programme': 'plain', 'rules': {'version': 2, 'title': 't',"
	    " 'document': 'd', " WORLD_RULES "'effective_from': '2026-02-01',"
	    " 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 30,"
	    " 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}}");
	world_at(s->world, "2026-02-01 00:00");
	world_refuse(s->world, PB__OUTCOME__APPLICATION_STATE, "{'issue': {'application': %llu}}",
	    ID(application));
	scheme_free(s);
}
END_TEST

/* --- one-off, awards --- */

START_TEST(one_off_grant_is_granted_once_to_who_is_recognised) {
	struct scheme *s = scheme_of(ONE_OFF, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, ", 'statuses': ['recognised']");
	const struct member *other = scheme_holder(s, LOCAL, "");
	world_as(s->world, other->principal);
	world_refuse(s->world, PB__OUTCOME__NOT_ELIGIBLE, "{'apply': {'programme': 'plain'}}");
	world_as(s->world, holder->principal);
	uint64_t id = world_accept(s->world, "{'apply': {'programme': 'plain'}}");
	ck_assert_int_eq(scheme_voucher_row(s, id).redeemed, 50000);
	ck_assert_int_eq(scheme_reservation_row(s, id).own_share, 0);
	ck_assert_uint_eq(application_of(s, id).status, PB__APPLICATION_STATUS__APPLICATION_ISSUED);
	const Pb__Refusal *refusal = world_refuse(
	    s->world, PB__OUTCOME__CAP_REACHED, "{'apply': {'programme': 'plain'}}");
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_CAP_GRANTS);

	/* A claim that is rejected undoes the grant. */
	uint64_t claim = world_accept(
	    s->world, "{'submit_claim': {'reservation': %llu, 'amount': 50000}}", ID(id));
	world_as(s->world, s->approver);
	world_accept(s->world, "{'reject_claim': {'claim': %llu, 'reason': 'r'}}", ID(claim));
	ck_assert_int_eq(scheme_programme(s).available, 1000000);
	world_as(s->world, holder->principal);
	world_accept(s->world, "{'apply': {'programme': 'plain'}}");
	scheme_free(s);
}
END_TEST

static const Pb__Reply *award(
    struct scheme *s, const char *category, const char *beneficiary, unsigned units) {
	return world_give(s->world,
	    "{'apply': {'programme': 'plain', 'category': '%s', 'beneficiary': '%s', 'units': %u}}",
	    category, beneficiary, units);
}

START_TEST(beneficiary_gets_the_highest_award_alone) {
	static const struct {
		const char *category, *beneficiary;
		unsigned units;
		Pb__Outcome outcome;
		int64_t amount;
	} table[] = {
		{ "city", "W-1", 1, PB__OUTCOME__OUTCOME_OK, 10000 },
		{ "city", "W-1", 1, PB__OUTCOME__HIGHEST_ONLY, 0 },
		{ "nation", "W-1", 1, PB__OUTCOME__OUTCOME_OK, 10000 }, /* the difference */
		{ "nation", "W-1", 1, PB__OUTCOME__HIGHEST_ONLY, 0 },
		{ "nation", "W-2", 1, PB__OUTCOME__OUTCOME_OK, 20000 },
		{ "city", "W-2", 1, PB__OUTCOME__HIGHEST_ONLY, 0 },
		{ "team", "W-2", 3, PB__OUTCOME__OUTCOME_OK, 1500 },
		{ "team", "W-2", 0, PB__OUTCOME__AMOUNT_INVALID, 0 },
		{ "more", "", 0, PB__OUTCOME__BASE_NOT_GRANTED, 0 },
		{ "base", "", 0, PB__OUTCOME__OUTCOME_OK, 3000 },
		{ "base", "", 0, PB__OUTCOME__ALREADY_GRANTED, 0 },
		{ "more", "", 0, PB__OUTCOME__OUTCOME_OK, 1000 },
		{ "more", "", 0, PB__OUTCOME__ALREADY_GRANTED, 0 },
		{ "more", "S-1", 0, PB__OUTCOME__BASE_NOT_GRANTED, 0 },
	};
	struct scheme *s = scheme_of(AWARD, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const Pb__Reply *reply = award(s, table[i].category, table[i].beneficiary, table[i].units);
		ck_assert_msg(reply->outcome == table[i].outcome, "%zu: %d", i, reply->outcome);
		if (reply->outcome == PB__OUTCOME__OUTCOME_OK)
			ck_assert_int_eq(reply->decision->amount, table[i].amount);
	}
	scheme_free(s);
}
END_TEST

START_TEST(beneficiary_is_known_by_the_entry_that_first_named_it) {
	struct scheme *s = scheme_of(AWARD, 1000000);
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(s->world, holder->principal);
	uint64_t first = award(s, "city", "W-1", 1)->seq;
	ck_assert_uint_eq(scheme_reservation_row(s, first).beneficiary, first);
	uint64_t second = award(s, "nation", "W-1", 1)->seq;
	ck_assert_uint_eq(scheme_reservation_row(s, second).beneficiary, first);
	uint64_t own = award(s, "base", "", 0)->seq;
	ck_assert_uint_eq(scheme_reservation_row(s, own).beneficiary, holder->party);
	ck_assert_uint_eq(scheme_reservation_row(s, own).group, 2);
	scheme_free(s);
}
END_TEST

/* --- several funds --- */

START_TEST(funds_pay_their_shares_to_the_last_fen) {
	struct scheme *s = scheme_of(ONE_OFF, 100);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, LOCAL, "");
	world_as(w, WORLD_ADMIN);
	uint64_t other = world_accept(w, "{'create_fund': {'code': 'other', 'name': 'n'}}");
	world_accept(w, "{'appropriate': {'fund': 'other', 'amount': 50000, 'document': 'd'}}");
	world_accept(w, "{'appropriate': {'fund': 'fund', 'amount': 50000, 'document': 'd'}}");
	uint64_t programme = world_accept(w,
	    "{'create_programme': {'code': 'shared', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w, "{'allocate': {'fund': 'fund', 'programme': 'shared', 'amount': 1000}}");
	world_accept(w, "{'allocate': {'fund': 'other', 'programme': 'shared', 'amount': 50000}}");
	world_accept(w,
	    "{'publish_rules': " RULES_OF("shared", "INSTRUMENT_AWARD", "REVIEW_NONE", "EXPENSE_ACTUAL",
	        "'issue_at_once': true, 'related_parties_allowed': true, 'fund_shares':"
	        " [{'fund': 'fund', 'share_bp': 3333}, {'fund': 'other', 'share_bp': 6667}],"
	        " 'tiers': [{'id': 1, 'name': 'unit', 'per_unit': 1}]") "}");
	world_as(w, holder->principal);
	uint64_t id = world_accept(w, "{'apply': {'programme': 'shared', 'units': 1001}}");
	const Pb__Decision *decision = world_entry(w, id)->decision;
	ck_assert_uint_eq(decision->n_shares, 2);
	ck_assert_uint_eq(decision->shares[0]->fund, s->fund);
	ck_assert_int_eq(decision->shares[0]->amount, 334); /* of 333.6333 */
	ck_assert_uint_eq(decision->shares[1]->fund, other);
	ck_assert_int_eq(decision->shares[1]->amount, 667); /* of 667.3667 */
	ck_assert_int_eq(
	    world_balance(w, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, s->fund), 666);

	/* The first fund's 666 are its share of 1,998. */
	id = world_accept(w, "{'apply': {'programme': 'shared', 'units': 5000}}");
	decision = world_entry(w, id)->decision;
	ck_assert_int_eq(decision->amount, 1998);
	ck_assert_int_eq(binding(decision)->rule, PB__RULE__RULE_FUND_SHARE);
	ck_assert_str_eq(binding(decision)->name, "fund");
	ck_assert_int_eq(
	    world_balance(w, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, s->fund), 0);
	world_refuse(w, PB__OUTCOME__POOL_EMPTY, "{'apply': {'programme': 'shared', 'units': 1}}");
	scheme_free(s);
}
END_TEST

/* --- top-ups --- */

/* A claim of "plain" that was paid to the holder. */
static uint64_t paid_claim(
    struct scheme *s, const struct member *holder, const struct member *provider, int64_t amount) {
	uint64_t claim = scheme_published_claim(s, holder, provider, amount);
	world_wait(s->world, (int64_t)8 * 24 * 60);
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	world_as(s->world, s->finance);
	world_accept(s->world,
	    "{'record_payment': {'settlement': %llu, 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    ID(settlement));
	return claim;
}

START_TEST(paid_claim_is_topped_up_once_for_its_holder) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, LOCAL, "");
	const struct member *other = scheme_holder(s, LOCAL, "");
	const struct member *provider = scheme_provider(s, LOCAL);
	uint64_t paid = paid_claim(s, holder, provider, 5001);
	uint64_t unpaid = scheme_published_claim(s, holder, provider, 500);
	world_as(w, WORLD_ADMIN);
	world_accept(w,
	    "{'create_programme': {'code': 'top', 'name': 'n', 'region': '110000',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w, "{'appropriate': {'fund': 'fund', 'amount': 50000, 'document': 'd'}}");
	world_accept(w, "{'allocate': {'fund': 'fund', 'programme': 'top', 'amount': 50000}}");
	world_accept(w,
	    "{'publish_rules': " RULES_OF("top", "INSTRUMENT_POST_SUBSIDY", "REVIEW_ONE",
	        "EXPENSE_GRANTED",
	        "'tops_up': 'plain', 'related_parties_allowed': true,"
	        " 'tiers': [{'id': 1, 'name': 'top', 'ratio_bp': 2000}]") "}");
#define TOP_UP "{'apply': {'programme': 'top', 'claim': %llu}}"
	world_as(w, other->principal);
	world_refuse(w, PB__OUTCOME__NOT_OWNER, TOP_UP, ID(paid));
	world_as(w, holder->principal);
	world_refuse(w, PB__OUTCOME__FIELD_MISSING, TOP_UP, ID(0));
	world_refuse(w, PB__OUTCOME__CLAIM_UNKNOWN, TOP_UP, ID(7777));
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__CLAIM_STATE, TOP_UP, ID(unpaid));
	ck_assert_str_eq(refusal->detail, "CLAIM_PUBLISHED");
	uint64_t first = world_accept(w, TOP_UP, ID(paid));
	ck_assert_int_eq(application_of(s, first).amount, 1000);
	world_refuse(w, PB__OUTCOME__ALREADY_GRANTED, TOP_UP, ID(paid));
	review(s, first, "VERDICT_REJECT");
	uint64_t second = world_accept(w, TOP_UP, ID(paid)); /* may apply again */
	review(s, second, "VERDICT_APPROVE");
	world_as(w, s->office);
	uint64_t id = world_accept(w, "{'issue': {'application': %llu}}", ID(second));
	ck_assert_int_eq(scheme_voucher_row(s, id).amount, 1000);
	ck_assert_uint_eq(world_entry(w, id)->decision->claim, paid);
	world_as(w, holder->principal);
	world_refuse(w, PB__OUTCOME__ALREADY_GRANTED, TOP_UP, ID(paid));
	uint64_t claim = world_accept(
	    w, "{'submit_claim': {'reservation': %llu, 'amount': 1000}}", ID(id));
	world_refuse(w, PB__OUTCOME__FIELD_INVALID, TOP_UP, ID(claim)); /* of another programme */
	scheme_free(s);
}
END_TEST

SUITE_MAIN("grant", application_says_at_once_what_the_rules_would_give,
    issue_grants_what_is_payable_at_once, no_more_is_granted_than_was_applied_for,
    staff_grant_the_amount_that_they_name_or_nothing, what_is_wrong_with_the_terms_is_named,
    contract_of_two_applications_is_granted_once,
    application_for_what_the_rules_no_longer_give_is_not_issued,
    one_off_grant_is_granted_once_to_who_is_recognised, beneficiary_gets_the_highest_award_alone,
    beneficiary_is_known_by_the_entry_that_first_named_it, funds_pay_their_shares_to_the_last_fen,
    paid_claim_is_topped_up_once_for_its_holder)
