/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule set may not say: each row is a valid one with some fields changed, and every path
 * that must be named. (Single fields of the oldest kind are in test_rules_check.c.) */
#include "rules_desk.h"
#include "support/suite.h"

#include <string.h>

struct row {
	const char *name;
	const char *fields;
	const char *paths; /* "": none */
};

#define GRANT        "'instrument': 'INSTRUMENT_GRANT', 'payee': 'PAYEE_STARTUP'"
#define AWARD        "'instrument': 'INSTRUMENT_AWARD', 'payee': 'PAYEE_STARTUP'"
#define POST         "'instrument': 'INSTRUMENT_POST_SUBSIDY', 'payee': 'PAYEE_STARTUP'"
#define FIXED        ", 'tiers': [{'id': 1, 'fixed': 100}]"
#define TIER(fields) "'tiers': [{'id': 1, " fields "}]"
#define TIERS(a, b)  "'tiers': [{'id': 1, " a "}, {'id': 2, " b "}]"
#define HALF         "'ratio_bp': 5000"
#define CAP(fields)  "'caps': [{" fields "}]"
#define YEARLY       "'name': 'C', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR'"
#define GROUP(kind)  ", 'combinations': [{'group': 7, 'name': 'G', 'kind': 'COMBINATION_" kind "'}]"

static const struct row process_rows[] = {
	{ "as it is", "'title': 'x'", "" },
	{ "no instrument", "'instrument': 0", "rules.instrument" },
	{ "no review stated", "'review': 0", "rules.review" },
	{ "nothing stated for what is capped", "'when_capped': 0", "rules.when_capped" },
	{ "no expense base", "'expense_base': 0", "rules.expense_base" },
	{ "nobody is paid", "'payee': 0", "rules.payee" },
	{ "another claimant", "'claimant': 'PAYEE_STARTUP'", "" },
	{ "a grant paid to a provider", GRANT FIXED ", 'claimant': 'PAYEE_PROVIDER'",
	    "rules.claimant" },
	{ "a subsidy paid to a provider", "'instrument': 'INSTRUMENT_POST_SUBSIDY'", "rules.payee" },
	{ "issued at once after a review", "'issue_at_once': true", "rules.issue_at_once" },
	{ "issued at once", "'issue_at_once': true, 'review': 'REVIEW_NONE'", "" },
	{ "a duty twice", "'duties_apart': ['DUTY_APPROVE_FROM_ISSUE', 'DUTY_APPROVE_FROM_ISSUE']",
	    "rules.duties_apart[1]" },
	{ "duties of a review that is none",
	    "'review': 'REVIEW_NONE', 'duties_apart': ['DUTY_REVIEW_FROM_APPLY',"
	    " 'DUTY_PUBLISH_FROM_APPROVE', 'DUTY_ISSUE_FROM_REVIEW']",
	    "rules.duties_apart[0] rules.duties_apart[2]" },
	{ "clawbacks set off", "'net_clawbacks': true", "" },
	{ "a document twice", "'documents': ['a', 'b', 'a']", "rules.documents[2]" },
	{ "an empty document", "'documents': ['']", "rules.documents[0]" },
	{ "what is topped up", POST ", 'expense_base': 'EXPENSE_GRANTED', 'tops_up': 'city'", "" },
	{ "tops up nothing", POST ", 'expense_base': 'EXPENSE_GRANTED'", "rules.tops_up" },
	{ "tops up with no need", "'tops_up': 'city'", "rules.tops_up" },
	{ "tops up no code", POST ", 'expense_base': 'EXPENSE_GRANTED', 'tops_up': 'City!'",
	    "rules.tops_up" },
	{ "a voucher that tops up", "'expense_base': 'EXPENSE_GRANTED', 'tops_up': 'city'",
	    "rules.expense_base" },
	{ "VAT in what was granted",
	    POST ", 'expense_base': 'EXPENSE_GRANTED', 'tops_up': 'city', 'vat_excluded': true",
	    "rules.vat_excluded" },
	{ "VAT of a fixed grant", GRANT FIXED ", 'vat_excluded': true", "rules.vat_excluded" },
	{ "an expense of an award", AWARD FIXED ", 'expense_base': 'EXPENSE_NEW_THIS_YEAR'",
	    "rules.expense_base" },
};

static const struct row who_rows[] = {
	{ "a space holds one", "'holder': {'kinds': ['PARTY_KIND_SPACE']}", "" },
	{ "a provider holds a voucher", "'holder': {'kinds': ['PARTY_KIND_PROVIDER']}",
	    "rules.holder.kinds[0]" },
	{ "a provider is awarded", AWARD FIXED ", 'holder': {'kinds': ['PARTY_KIND_PROVIDER']}", "" },
	{ "a status required and ruled out",
	    "'holder': {'statuses': ['a', 'b'], 'statuses_without': ['c', 'b']}",
	    "rules.holder.statuses_without[1]" },
	{ "a status ruled out twice", "'holder': {'statuses_without': ['c', 'c']}",
	    "rules.holder.statuses_without[1]" },
	{ "three mistakes in one",
	    "'holder': {'conditions': [{}, {'attribute': 'a', 'is': 'MORE'}], 'region': '1'}",
	    "rules.holder.region rules.holder.conditions[0].attribute rules.holder.conditions[0].is" },
	{ "a mandatory category is covered", "'categories': ['a', 'b'], 'exclusions': ['b']",
	    "rules.exclusions[0]" },
};

static const struct row tier_rows[] = {
	{ "nothing to compute", TIER("'name': 'T'"), "rules.tiers[0]" },
	{ "a ratio and a fixed amount", TIER(HALF ", 'fixed': 5"), "rules.tiers[0]" },
	{ "all three", TIER(HALF ", 'fixed': 5, 'per_unit': 5"), "rules.tiers[0]" },
	{ "a voucher by unit", TIER("'per_unit': 5"), "rules.tiers[0]" },
	{ "a fixed voucher", TIER("'fixed': 5"), "" },
	{ "a subsidy that is fixed", POST FIXED, "rules.tiers[0]" },
	{ "a grant by ratio", GRANT, "rules.tiers[0]" },
	{ "a grant by unit", GRANT ", " TIER("'per_unit': 5"), "rules.tiers[0]" },
	{ "an award by ratio", AWARD, "rules.tiers[0]" },
	{ "an award by unit", AWARD ", " TIER("'per_unit': 5"), "" },
	{ "a fixed award", AWARD FIXED, "" },
	{ "negative amounts", TIER("'fixed': -5, 'per_contract': -1, 'per_year': -1"),
	    "rules.tiers[0].fixed rules.tiers[0].per_contract rules.tiers[0].per_year" },
	{ "a negative amount by unit", AWARD ", " TIER("'per_unit': -5"), "rules.tiers[0].per_unit" },
	{ "a ratio of more than all", TIER("'ratio_bp': 10001"), "rules.tiers[0].ratio_bp" },
	{ "more than its own caps", TIER("'fixed': 5, 'per_contract': 4, 'per_year': 4"),
	    "rules.tiers[0].fixed rules.tiers[0].fixed" },
	{ "an award of more than its year", AWARD ", " TIER("'per_unit': 5, 'per_year': 4"),
	    "rules.tiers[0].per_unit" },
	{ "as much as its own caps", TIER("'fixed': 5, 'per_contract': 5, 'per_year': 5"), "" },
	{ "more than a voucher's worth", TIER("'fixed': 5") ", 'voucher_amount_max': 4",
	    "rules.tiers[0].fixed" },
	{ "a cap of its own that is none", TIER(HALF ", 'per_year_alone': true"),
	    "rules.tiers[0].per_year_alone" },
	{ "a share of more than the pool", TIER(HALF ", 'pool_share_bp': 10001"),
	    "rules.tiers[0].pool_share_bp" },
	{ "a name twice", TIERS("'name': 'T', 'statuses': ['a'], " HALF, "'name': 'T', " HALF),
	    "rules.tiers[1].name" },
	{ "no names", TIERS("'statuses': ['a'], " HALF, HALF), "" },
	{ "a status twice", TIER("'statuses': ['a', 'a'], " HALF), "rules.tiers[0].statuses[1]" },
	{ "a status that no holder has",
	    TIER("'statuses': ['b'], " HALF) ", 'holder': {'statuses_without': ['b']}",
	    "rules.tiers[0].statuses[0]" },
};

static const struct row reach_rows[] = {
	{ "everyone first", TIERS(HALF, "'statuses': ['a'], " HALF), "rules.tiers[1]" },
	{ "those with a status first", TIERS("'statuses': ['a'], " HALF, HALF), "" },
	{ "those with another status later",
	    TIERS("'statuses': ['a'], " HALF, "'statuses': ['b'], " HALF), "" },
	{ "those with more statuses later",
	    TIERS("'statuses': ['a'], " HALF, "'statuses': ['b', 'a'], " HALF), "rules.tiers[1]" },
	{ "those with fewer statuses later",
	    TIERS("'statuses': ['a', 'b'], " HALF, "'statuses': ['a'], " HALF), "" },
	{ "a status that all holders have first",
	    TIERS("'statuses': ['a'], " HALF, HALF) ", 'holder': {'statuses': ['a']}",
	    "rules.tiers[1]" },
	{ "a status and a condition, of which one follows",
	    TIERS("'statuses': ['a'], 'conditions': [{'attribute': 's', 'is': 'LESS', 'value': "
	          "9}], " HALF,
	        "'statuses': ['a'], " HALF),
	    "" },
	{ "both follow",
	    TIERS("'statuses': ['a'], 'conditions': [{'attribute': 's', 'is': 'LESS', 'value': "
	          "9}], " HALF,
	        "'statuses': ['a'], 'conditions': [{'attribute': 's', 'is': 'LESS', 'value': "
	        "8}], " HALF),
	    "rules.tiers[1]" },
	{ "near and far leave no provider of a voucher",
	    "'tiers': [{'id': 1, 'provider': 'LOCALITY_LOCAL', 'ratio_bp': 1},"
	    " {'id': 2, 'provider': 'LOCALITY_OUTSIDE', 'ratio_bp': 1}, {'id': 3, 'ratio_bp': 1}]",
	    "rules.tiers[2]" },
	{ "near and far leave who has no provider",
	    POST ", 'tiers': [{'id': 1, 'provider': 'LOCALITY_LOCAL', 'ratio_bp': 1},"
	         " {'id': 2, 'provider': 'LOCALITY_OUTSIDE', 'ratio_bp': 1}, {'id': 3, 'ratio_bp': 1}]",
	    "" },
	{ "every tier that is out of reach",
	    "'tiers': [{'id': 1, 'ratio_bp': 1}, {'id': 2, 'ratio_bp': 1}, {'id': 3, 'ratio_bp': 1}]",
	    "rules.tiers[1] rules.tiers[2]" },
};

static const struct row combination_rows[] = {
	{ "together", TIER(HALF ", 'group': 7") GROUP("CUMULATIVE"), "" },
	{ "a group without a combination", TIER(HALF ", 'group': 7"), "rules.tiers[0].group" },
	{ "a combination without a tier", TIER(HALF) GROUP("CUMULATIVE"), "rules.combinations[0]" },
	{ "group 0", "'combinations': [{'name': 'G', 'kind': 'COMBINATION_CUMULATIVE'}]",
	    "rules.combinations[0].group" },
	{ "a group twice",
	    TIER(HALF ", 'group': 7") ", 'combinations': [{'group': 7, 'name': 'G', 'kind': 1},"
	                              " {'group': 7, 'name': 'H', 'kind': 2}]",
	    "rules.combinations[1].group" },
	{ "no kind, no name", TIER(HALF ", 'group': 7") ", 'combinations': [{'group': 7}]",
	    "rules.combinations[0].name rules.combinations[0].kind" },
	{ "an increment by itself", TIER(HALF ", 'increment': true"), "rules.tiers[0].increment" },
	{ "an increment where there are none",
	    TIER(HALF ", 'group': 7, 'increment': true") GROUP("HIGHEST_ONLY"),
	    "rules.tiers[0].increment" },
	{ "an increment without a base",
	    TIER(HALF ", 'group': 7, 'increment': true") GROUP("INCREMENTS"), "rules.combinations[0]" },
	{ "a base without an increment", TIER(HALF ", 'group': 7") GROUP("HIGHEST_INCREMENT"),
	    "rules.combinations[0]" },
	{ "a base and an increment",
	    TIERS("'group': 7, 'statuses': ['a'], " HALF, "'group': 7, 'increment': true, " HALF)
	        GROUP("INCREMENTS"),
	    "" },
};

static const struct row money_rows[] = {
	{ "a cap", CAP(YEARLY ", 'amount': 5"), "" },
	{ "a cap on nothing", CAP(YEARLY), "rules.caps[0]" },
	{ "a negative cap", CAP(YEARLY ", 'amount': -5"), "rules.caps[0].amount" },
	{ "a cap with nothing stated", CAP("'grants': 1"),
	    "rules.caps[0].name rules.caps[0].per rules.caps[0].period" },
	{ "a cap's name twice", "'caps': [{" YEARLY ", 'amount': 5}, {" YEARLY ", 'grants': 1}]",
	    "rules.caps[1].name" },
	{ "a cap on a kind that holds none",
	    CAP(YEARLY
	        ", 'grants': 1, 'who': {'kinds': ['PARTY_KIND_TEAM']}") ", 'holder': {'kinds': "
	                                                                "['PARTY_KIND_COMPANY']}",
	    "rules.caps[0].who.kinds" },
	{ "a joint cap on a kind that holds none here",
	    CAP(YEARLY
	        ", 'joint': true, 'grants': 1, 'who': {'kinds': ['PARTY_KIND_TEAM']}") ", 'holder': "
	                                                                               "{'kinds': "
	                                                                               "['PARTY_KIND_"
	                                                                               "COMPANY']}",
	    "" },
	{ "a cap on who cannot be a holder",
	    CAP(YEARLY
	        ", 'grants': 1, 'who': {'statuses': ['b'], 'statuses_without': ['a'],"
	        " 'conditions': [{'attribute': 's', 'is': 'AT_LEAST', 'value': 9}]}") ", 'holder': "
	                                                                              "{'statuses': "
	                                                                              "['a'], "
	                                                                              "'statuses_"
	                                                                              "without': ['b'],"
	                                                                              " 'conditions': "
	                                                                              "[{'attribute': "
	                                                                              "'s', 'is': "
	                                                                              "'LESS', "
	                                                                              "'value': 9}]}",
	    "rules.caps[0].who.statuses[0] rules.caps[0].who.statuses_without[0]"
	    " rules.caps[0].who.conditions[0]" },
	{ "shares of the whole",
	    "'fund_shares': [{'fund': 'a', 'share_bp': 3333}, {'fund': 'b', 'share_bp': 6667}]", "" },
	{ "shares of less than the whole",
	    "'fund_shares': [{'fund': 'a', 'share_bp': 3333}, {'fund': 'b', 'share_bp': 6666}]",
	    "rules.fund_shares" },
	{ "shares of more than the whole",
	    "'fund_shares': [{'fund': 'a', 'share_bp': 3333}, {'fund': 'b', 'share_bp': 6668}]",
	    "rules.fund_shares" },
	{ "shares that come to the whole around 32 bits",
	    "'fund_shares': [{'fund': 'a', 'share_bp': 4294967295}, {'fund': 'b', 'share_bp': 10001}]",
	    "rules.fund_shares[0].share_bp rules.fund_shares[1].share_bp rules.fund_shares" },
	{ "a share of nothing",
	    "'fund_shares': [{'fund': 'a', 'share_bp': 10000}, {'fund': 'b', 'share_bp': 0}]",
	    "rules.fund_shares[1].share_bp" },
	{ "a fund twice",
	    "'fund_shares': [{'fund': 'a', 'share_bp': 5000}, {'fund': 'a', 'share_bp': 5000}]",
	    "rules.fund_shares[1].fund" },
	{ "a fund that is no code", "'fund_shares': [{'fund': 'A b', 'share_bp': 10000}]",
	    "rules.fund_shares[0].fund" },
	{ "more funds than a programme has",
	    "'fund_shares': [{'fund': 'a', 'share_bp': 2000}, {'fund': 'b', 'share_bp': 2000},"
	    " {'fund': 'c', 'share_bp': 2000}, {'fund': 'd', 'share_bp': 2000},"
	    " {'fund': 'e', 'share_bp': 2000}]",
	    "rules.fund_shares" },
	{ "face values", "'face_values': [5, 10], 'voucher_amount_max': 10", "" },
	{ "a face value too high", "'face_values': [5, 10], 'voucher_amount_max': 9",
	    "rules.face_values[1]" },
	{ "face values that do not rise", "'face_values': [5, 5]", "rules.face_values[1]" },
	{ "no face value", "'face_values': [0]", "rules.face_values[0]" },
	{ "a grant's face",
	    GRANT FIXED ", 'face_values': [5], 'vouchers_at_once': 1,"
	                " 'voucher_amount_max': 500",
	    "rules.voucher_amount_max rules.vouchers_at_once rules.face_values" },
	{ "part of no code", "'part_of': '-'", "rules.part_of" },
	{ "negative pools", "'annual_pool': -1, 'voucher_amount_max': -1",
	    "rules.voucher_amount_max rules.annual_pool" },
};

#define BY_DATE ", 'use_within_days': 0, 'use_by': '2026-12-31'"
#define CLAIM   ", 'claim_within_days': 0"

static const struct row time_rows[] = {
	{ "used by a date", "'title': ''" BY_DATE, "" },
	{ "used by a date and within days", "'use_by': '2026-12-31'", "rules.use_by" },
	{ "used by no date", "'use_within_days': 0", "rules.use_within_days" },
	{ "used by what is no date", "'use_within_days': 0, 'use_by': '2026-02-29'", "rules.use_by" },
	{ "used before it is in force", "'use_within_days': 0, 'use_by': '2025-12-31'",
	    "rules.use_by" },
	{ "used on the first day only", "'use_within_days': 0, 'use_by': '2026-01-01'", "" },
	{ "used for ever", "'use_within_days': 3661", "rules.use_within_days" },
	{ "claimed by a date", "'claim_by': '2027-03-31'" CLAIM, "" },
	{ "claimed by a date and within days", "'claim_by': '2027-03-31'", "rules.claim_by" },
	{ "claimed by what is no date", "'claim_by': 'never'" CLAIM, "rules.claim_by" },
	{ "claimed before it is used", "'claim_by': '2026-12-30'" CLAIM BY_DATE, "rules.claim_by" },
	{ "claimed on the last day of use", "'claim_by': '2026-12-31'" CLAIM BY_DATE, "" },
	{ "claimed before even the first voucher is used", "'claim_by': '2026-12-30'" CLAIM,
	    "rules.claim_by" },
	{ "claimed before it is in force", "'claim_by': '2025-06-30'" CLAIM BY_DATE,
	    "rules.claim_by rules.claim_by" },
	{ "corrected for ever", "'correct_within_days': 3661", "rules.correct_within_days" },
	{ "extended", "'extension_days': 90", "" },
	{ "extended for ever", "'extension_days': 4000", "rules.extension_days" },
	{ "extended beyond the last day for claims",
	    "'claim_by': '2027-03-31', 'extension_days': 91" CLAIM BY_DATE, "rules.extension_days" },
	{ "extended up to the last day for claims",
	    "'claim_by': '2027-03-31', 'extension_days': 90" CLAIM BY_DATE, "" },
	{ "a grant extended", GRANT FIXED ", 'extension_days': 90, 'remind_days': [7]",
	    "rules.extension_days rules.remind_days" },
	{ "reminders", "'remind_days': [364, 30, 7, 1]", "" },
	{ "a reminder before it is issued", "'remind_days': [365, 30]", "rules.remind_days[0]" },
	{ "a reminder before it is in force", "'remind_days': [365, 364]" BY_DATE,
	    "rules.remind_days[0]" },
	{ "a reminder too late", "'remind_days': [7, 0]", "rules.remind_days[1]" },
	{ "reminders that do not fall", "'remind_days': [7, 30, 30]",
	    "rules.remind_days[1] rules.remind_days[2]" },
	{ "reminders without end", "'remind_days': [9, 8, 7, 6, 5, 4, 3, 2, 1]", "rules.remind_days" },
	{ "windows",
	    "'application_windows': [{'from': '03-01', 'to': '06-30'}, {'from': '11-01', 'to': "
	    "'01-31'},"
	    " {'from': '2026-02-01', 'to': '2026-02-01'}, {'from': '02-29', 'to': '02-29'}]",
	    "" },
	{ "windows that are none",
	    "'claim_windows': [{'from': '03-01', 'to': '06-31'}, {'from': '03-01', 'to': '2026-06-30'},"
	    " {}, {'from': '2026-13-01', 'to': '2026-12-31'}]",
	    "rules.claim_windows[0] rules.claim_windows[1] rules.claim_windows[2]"
	    " rules.claim_windows[3]" },
	{ "a window the wrong way round",
	    "'claim_windows': [{'from': '2026-06-30', 'to': '2026-03-01'}]", "rules.claim_windows[0]" },
	{ "a window before it is in force",
	    "'application_windows': [{'from': '2025-06-01', 'to': '2025-12-31'}]",
	    "rules.application_windows[0]" },
	{ "a window after it is used up",
	    "'application_windows': [{'from': '2027-01-01', 'to': '2027-01-31'}]" BY_DATE,
	    "rules.application_windows[0]" },
	{ "a window after the last day for claims",
	    "'claim_by': '2027-03-31', 'claim_windows': [{'from': '2027-04-01', 'to': "
	    "'2027-04-02'}]" CLAIM,
	    "rules.claim_windows[0]" },
	{ "a window twice",
	    "'claim_windows': [{'from': '03-01', 'to': '06-30'}, {'from': '03-01', 'to': '06-30'}]",
	    "rules.claim_windows[1]" },
};

static struct arena arena;

static const char *paths_of(struct rules_mistake *mistakes, size_t count) {
	const char *paths = "";
	for (size_t i = 0; i < count; i++) {
		ck_assert_msg(strchr(mistakes[i].en, '.') != NULL, "%s", mistakes[i].en);
		ck_assert_msg(strstr(mistakes[i].zh, "。") != NULL, "%s", mistakes[i].zh);
		paths = arena_printf(&arena, "%s%s%s", paths, i ? " " : "", mistakes[i].path);
	}
	return paths;
}

static void check_rows(const struct row *rows, size_t n_rows) {
	arena_init(&arena, 0);
	for (size_t i = 0; i < n_rows; i++) {
		struct rules_mistake *mistakes = NULL;
		size_t count = 0;
		const Pb__RuleSet *rules = desk_rules(&arena, rows[i].fields);
		Pb__Outcome outcome = rules_mistakes(rules, &arena, &mistakes, &count);
		const char *paths = paths_of(mistakes, count);
		ck_assert_msg(strcmp(paths, rows[i].paths) == 0, "%s: %s", rows[i].name, paths);
		ck_assert_int_eq(outcome, count ? PB__OUTCOME__RULES_INVALID : PB__OUTCOME__OUTCOME_OK);
	}
	arena_done(&arena);
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof(rows[0]))

START_TEST(instrument_and_process_fit_together) {
	CHECK_ROWS(process_rows);
}
END_TEST

START_TEST(holders_can_exist) {
	CHECK_ROWS(who_rows);
}
END_TEST

START_TEST(tiers_compute_in_one_way_that_the_instrument_takes) {
	CHECK_ROWS(tier_rows);
}
END_TEST

START_TEST(every_tier_can_be_reached) {
	CHECK_ROWS(reach_rows);
}
END_TEST

START_TEST(groups_and_combinations_name_each_other) {
	CHECK_ROWS(combination_rows);
}
END_TEST

START_TEST(money_adds_up) {
	CHECK_ROWS(money_rows);
}
END_TEST

START_TEST(dates_are_in_order) {
	CHECK_ROWS(time_rows);
}
END_TEST

START_TEST(terms_of_an_agreement_are_checked_as_a_tier_is) {
	arena_init(&arena, 0);
	const Pb__RuleSet *rules = desk_rules(&arena, "'categories': ['a']");
	struct rules_mistake *mistakes = NULL;
	size_t count = 0;
	Pb__Tier terms = PB__TIER__INIT;
	const char *categories[] = { "b" };
	terms.per_unit = 5;
	terms.categories = categories;
	terms.n_categories = 1;
	ck_assert_int_eq(
	    rules_terms_mistakes(rules, &terms, &arena, &mistakes, &count), PB__OUTCOME__RULES_INVALID);
	ck_assert_str_eq(paths_of(mistakes, count), "terms.id terms.categories[0] terms");
	terms.id = rules->tiers[0]->id; /* whose usage it then shares */
	terms.per_unit = 0;
	terms.ratio_bp = 9000;
	terms.n_categories = 0;
	ck_assert_int_eq(
	    rules_terms_mistakes(rules, &terms, &arena, &mistakes, &count), PB__OUTCOME__OUTCOME_OK);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("rules_mistakes", instrument_and_process_fit_together, holders_can_exist,
    tiers_compute_in_one_way_that_the_instrument_takes, every_tier_can_be_reached,
    groups_and_combinations_name_each_other, money_adds_up, dates_are_in_order,
    terms_of_an_agreement_are_checked_as_a_tier_is)
