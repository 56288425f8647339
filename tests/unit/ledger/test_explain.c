/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/explain.h"

#include "ledger/rules.h"
#include "record/json.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct arena arena;

/* --- every rule --- */

static bool has_chinese(const char *text) {
	for (; *text; text++)
		if ((unsigned char)*text >= 0xe4 && (unsigned char)*text <= 0xe9)
			return true;
	return false;
}

START_TEST(every_rule_has_a_sentence_in_both_languages) {
	arena_init(&arena, 0);
	const ProtobufCEnumDescriptor *rules = &pb__rule__descriptor;
	for (unsigned i = 0; i < rules->n_values; i++) {
		for (int named = 0; named < 2; named++) {
			Pb__Bound bound = PB__BOUND__INIT;
			bound.rule = (Pb__Rule)rules->values[i].value;
			bound.name = named ? "NAME" : "";
			bound.attribute = bound.rule == PB__RULE__RULE_CONDITION ? "NAME" : "";
			const Pb__Explanation *said = explain_bound(&bound, &arena);
			const char *rule = rules->values[i].name;
			ck_assert_ptr_nonnull(said);
			bool is_rule = bound.rule != PB__RULE__RULE_UNSPECIFIED;
			ck_assert_msg((strncmp(said->en, "Rule ", 5) != 0) == is_rule, "%s", rule);
			ck_assert_msg(has_chinese(said->zh), "%s: %s", rule, said->zh);
			ck_assert_msg(!has_chinese(said->en), "%s: %s", rule, said->en);
			ck_assert_ptr_null(strstr(said->en, "  "));
			ck_assert_msg(
			    !named || !is_rule || (strstr(said->en, "NAME") && strstr(said->zh, "NAME")),
			    "%s: %s / %s", rule, said->en, said->zh);
		}
	}
	arena_done(&arena);
}
END_TEST

START_TEST(a_rule_that_is_not_known_yet_is_told_by_its_number) {
	arena_init(&arena, 0);
	Pb__Bound bound = PB__BOUND__INIT;
	bound.rule = (Pb__Rule)9999;
	bound.limit = INT64_MIN, bound.used = INT64_MAX;
	ck_assert_str_eq(explain_bound(&bound, &arena)->en,
	    "Rule 9999: limit -9223372036854775808, used 9223372036854775807, asked 0.");
	bound.rule = (Pb__Rule)-1;
	ck_assert_str_eq(explain_bound(&bound, &arena)->zh,
	    "规则 -1：上限 -9223372036854775808，已用 9223372036854775807，申请 0。");
	arena_done(&arena);
}
END_TEST

START_TEST(kinds_of_parties_are_named_in_either_language) {
	arena_init(&arena, 0);
	Pb__Bound bound = PB__BOUND__INIT;
	bound.rule = PB__RULE__RULE_KIND;
	bound.attribute = "company, team";
	bound.holds = true;
	ck_assert_str_eq(explain_bound(&bound, &arena)->en, "Kind of party “company, team”: met.");
	ck_assert_str_eq(explain_bound(&bound, &arena)->zh, "主体类型为“企业、创业团队”：符合。");
	bound.attribute = "space";
	ck_assert_str_eq(explain_bound(&bound, &arena)->zh, "主体类型为“众创空间”：符合。");
	arena_done(&arena);
}
END_TEST

/* --- single sentences --- */

#define CONDITION(comparison, value, found, what, met)                                             \
	{                                                                                              \
		.base = PROTOBUF_C_MESSAGE_INIT(&pb__bound__descriptor), .rule = PB__RULE__RULE_CONDITION, \
		.is = PB__COMPARISON__##comparison, .limit = (value), .asked = (found),                    \
		.unit = PB__UNIT__UNIT_##what, .holds = (met), .attribute = "staff", .name = ""            \
	}

START_TEST(conditions_say_what_was_asked_for_and_what_there_is) {
	static const struct {
		Pb__Bound bound;
		const char *en, *zh;
	} rows[] = {
		{ CONDITION(LESS, 100, 99, NUMBER, true), "staff: asked for less than 100, is 99: met.",
		    "staff：要求小于 100，实际 99：符合。" },
		{ CONDITION(LESS, 100, 1234, NUMBER, false),
		    "staff: asked for less than 100, is 1234: not met.",
		    "staff：要求小于 100，实际 1234：不符合。" },
		{ CONDITION(LESS, 100, 0, NUMBER, true), "staff: asked for less than 100, is 0: met.",
		    "staff：要求小于 100，实际 0：符合。" },
		{ CONDITION(LESS, 100, 0, NUMBER, false),
		    "staff: asked for less than 100, is not stated: not met.",
		    "staff：要求小于 100，未填报：不符合。" },
		{ CONDITION(AT_LEAST, 5, 0, NUMBER, false),
		    "staff: asked for at least 5, is 0 or not stated: not met.",
		    "staff：要求不少于 5，实际为 0 或未填报：不符合。" },
		{ CONDITION(AT_MOST, 3000000000, 2999999999, MONEY, true),
		    "staff: asked for at most 30,000,000.00, is 29,999,999.99: met.",
		    "staff：要求不超过 30,000,000.00，实际 29,999,999.99：符合。" },
		{ CONDITION(MORE, -5, -6, NUMBER, false), "staff: asked for more than -5, is -6: not met.",
		    "staff：要求大于 -5，实际 -6：不符合。" },
		{ CONDITION(EQUAL, INT64_MIN, INT64_MAX, NUMBER, false),
		    "staff: asked for exactly -9223372036854775808, is 9223372036854775807: not met.",
		    "staff：要求等于 -9223372036854775808，实际 9223372036854775807：不符合。" },
	};
	arena_init(&arena, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const Pb__Explanation *said = explain_bound(&rows[i].bound, &arena);
		ck_assert_str_eq(said->en, rows[i].en);
		ck_assert_str_eq(said->zh, rows[i].zh);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(a_cap_says_what_it_left_and_whether_it_decided) {
	arena_init(&arena, 0);
	Pb__Bound bound = PB__BOUND__INIT;
	bound.rule = PB__RULE__RULE_TIER_PER_YEAR;
	bound.name = "local";
	bound.unit = PB__UNIT__UNIT_MONEY;
	bound.limit = 20000000, bound.used = 15000000, bound.asked = 7500000, bound.granted = 5000000;
	bound.binds = true;
	ck_assert_str_eq(explain_bound(&bound, &arena)->en,
	    "Annual cap of tier “local”: limit 200,000.00, used 150,000.00, asked 75,000.00,"
	    " granted 50,000.00; this decided the amount.");
	ck_assert_str_eq(explain_bound(&bound, &arena)->zh,
	    "档次“local”的年度上限：上限 200,000.00，已用 150,000.00，申请 75,000.00，"
	    "核定 50,000.00；金额由此确定。");
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	Pb__Explanation **said;
	size_t count;
	refusal.bound = &bound;
	ck_assert(explain_refusal(&refusal, &arena, &said, &count));
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(said[0]->en,
	    "Annual cap of tier “local”: limit 200,000.00, used 150,000.00, asked 75,000.00,"
	    " possible 50,000.00; this stood against it.");
	bound.rule = PB__RULE__RULE_VOUCHERS_AT_ONCE;
	bound.name = "";
	bound.limit = 2, bound.used = 2, bound.asked = 1, bound.granted = 0;
	ck_assert(explain_refusal(&refusal, &arena, &said, &count));
	ck_assert_str_eq(said[0]->zh, "同时持券数量：上限 2，已用 2，申请 1，可给予 0；因此不予通过。");
	arena_done(&arena);
}
END_TEST

/* Names come from rule files: what would not fit is left out, and the rest is said. */
START_TEST(a_name_that_is_too_long_is_left_out) {
	static char name[4096];
	arena_init(&arena, 0);
	memset(name, 'x', sizeof(name) - 1);
	Pb__Bound bound = PB__BOUND__INIT;
	bound.rule = PB__RULE__RULE_CAP;
	bound.name = name;
	bound.limit = INT64_MAX, bound.used = INT64_MIN, bound.asked = -1;
	ck_assert_str_eq(explain_bound(&bound, &arena)->en,
	    "Cap “”: limit 92,233,720,368,547,758.07, used -92,233,720,368,547,758.08, asked -0.01,"
	    " granted 0.00.");
	bound.rule = PB__RULE__RULE_EXPENSE_BASE;
	bound.name = "";
	ck_assert_ptr_nonnull(explain_bound(&bound, &arena));
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_computed_says_of_what) {
	static const struct {
		Pb__Rule rule;
		int64_t limit, used, asked;
		const char *en, *zh;
	} rows[] = {
		{ PB__RULE__RULE_EXPENSE_BASE, 10000, 600, 0,
		    "Expense base: of 100.00, 6.00 does not count, which leaves 94.00.",
		    "支出基数：100.00 中不计入 6.00，余 94.00。" },
		{ PB__RULE__RULE_FIXED, 5000000, 0, 5000000, "Fixed amount: 50,000.00.",
		    "固定金额：50,000.00。" },
		{ PB__RULE__RULE_PER_UNIT, 15000000, 0, 3, "Amount per unit: 3 units give 150,000.00.",
		    "单位金额：3 个单位，计得 150,000.00。" },
		{ PB__RULE__RULE_CAP_GRANTS, 3, 2, 1,
		    "Number of grants: limit 3, used 2, asked 1, granted 0.",
		    "补贴次数上限：上限 3，已用 2，申请 1，核定 0。" },
		{ PB__RULE__RULE_DOCUMENT, 0, 0, 0, "Document cited: not met.", "提供文件：不符合。" },
	};
	arena_init(&arena, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		Pb__Bound bound = PB__BOUND__INIT;
		bound.rule = rows[i].rule;
		bound.limit = rows[i].limit, bound.used = rows[i].used, bound.asked = rows[i].asked;
		ck_assert_str_eq(explain_bound(&bound, &arena)->en, rows[i].en);
		ck_assert_str_eq(explain_bound(&bound, &arena)->zh, rows[i].zh);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(a_reply_explains_its_decision_or_its_refusal) {
	arena_init(&arena, 0);
	Pb__Bound first = PB__BOUND__INIT, second = PB__BOUND__INIT;
	Pb__Bound *bounds[] = { &first, &second };
	first.rule = PB__RULE__RULE_RATIO, second.rule = PB__RULE__RULE_POOL;
	Pb__Decision decision = PB__DECISION__INIT;
	Pb__Reply reply = PB__REPLY__INIT;
	ck_assert(explain_reply(&reply, &arena));
	ck_assert_uint_eq(reply.n_explanation, 0);
	reply.decision = &decision;
	decision.bounds = bounds, decision.n_bounds = 2;
	ck_assert(explain_reply(&reply, &arena));
	ck_assert_uint_eq(reply.n_explanation, 2);
	ck_assert_str_eq(reply.explanation[0]->en, "Ratio: 0.00 of expense gives 0.00.");
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	reply.refusal = &refusal;
	refusal.bound = &second, refusal.bounds = bounds, refusal.n_bounds = 2;
	ck_assert(explain_reply(&reply, &arena));
	ck_assert_uint_eq(reply.n_explanation, 2);
	arena_done(&arena);
}
END_TEST

START_TEST(without_memory_there_is_no_explanation) {
	Pb__Bound bound = PB__BOUND__INIT;
	bound.rule = PB__RULE__RULE_CONDITION;
	bound.attribute = "staff";
	Pb__Bound *bounds[] = { &bound };
	Pb__Decision decision = PB__DECISION__INIT;
	decision.bounds = bounds, decision.n_bounds = 1;
	Pb__Reply reply = PB__REPLY__INIT;
	reply.decision = &decision;
	arena_init(&arena, 1);
	ck_assert_ptr_null(explain_bound(&bound, &arena));
	ck_assert(!explain_reply(&reply, &arena));
	ck_assert_uint_eq(reply.n_explanation, 0);
	arena_done(&arena);
}
END_TEST

/* --- the worked cases of Changping --- */

static const Pb__RuleSet *changping(void) {
	struct json_error error;
	ProtobufCMessage *message;
	const char *text = scheme_rules_file("changping-2017.json");
	ck_assert_int_eq(
	    json_decode(&pb__publish_rules__descriptor, text, strlen(text), &arena, &message, &error),
	    ERR_OK);
	return ((const Pb__PublishRules *)message)->rules;
}

struct changping_case {
	const char *name;
	const char *holder, *provider; /* regions */
	int64_t staff;
	int64_t eligible, used, tier_used;
	bool is_related;
	const char *en[7]; /* of money and of what stood against it, in their order */
	const char *zh;    /* of the one that binds */
};

static struct rules_count count_used(void *arg, const struct rules_counter *counter) {
	const struct changping_case *one = arg;
	return (struct rules_count){ counter->what == RULES_TIER ? one->tier_used : one->used, 0 };
}

static struct rules_result decide(const Pb__RuleSet *rules, const struct changping_case *one) {
	static const char *const names[] = { "staff", "revenue_last_year", "revenue_year_before_last",
		"registered_capital" };
	const int64_t values[] = { one->staff, 800000000, 600000000, 500000000 };
	static Pb__Attribute attributes[COUNT(names)];
	static Pb__Attribute *list[COUNT(names)];
	for (size_t i = 0; i < COUNT(names); i++) {
		pb__attribute__init(&attributes[i]);
		attributes[i].name = names[i];
		attributes[i].value = values[i];
		list[i] = &attributes[i];
	}
	static const char *const related[] = { "LAB" };
	const struct rules_party holder = { .id = 1,
		.kind = PB__PARTY_KIND__PARTY_KIND_COMPANY,
		.region = one->holder,
		.code = "FIRM",
		.controller = "",
		.n_attributes = COUNT(names),
		.attributes = list,
		.n_related = one->is_related,
		.related = related };
	const struct rules_party provider = { .id = 2,
		.kind = PB__PARTY_KIND__PARTY_KIND_PROVIDER,
		.region = one->provider,
		.code = "LAB",
		.controller = "" };
	const struct rules_case facts = { .programme_region = "110114",
		.holder = &holder,
		.provider = &provider,
		.category = "样品测试检验",
		.eligible = one->eligible };
	const struct rules_standing standing = { .count = count_used,
		.arg = (void *)one,
		.annual_pool = 10000000,
		.voucher_live = -1,
		.pool = -1 };
	struct rules_result result;
	rules_decide(rules, &facts, &standing, &arena, &result);
	return result;
}

/* What is said of the case from the ratio on, or of what stood against it. */
static void check_sentences(const struct changping_case *one, const struct rules_result *result) {
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	Pb__Decision decision = PB__DECISION__INIT;
	Pb__Reply reply = PB__REPLY__INIT;
	bool is_refused = result->outcome != PB__OUTCOME__OUTCOME_OK;
	reply.refusal = is_refused ? &refusal : NULL;
	reply.decision = is_refused ? NULL : &decision;
	refusal.bounds = decision.bounds = result->bounds;
	refusal.n_bounds = decision.n_bounds = result->n_bounds;
	ck_assert(explain_reply(&reply, &arena));
	ck_assert_uint_eq(reply.n_explanation, result->n_bounds);
	size_t said = 0;
	for (size_t i = 0; i < result->n_bounds; i++) {
		const Pb__Bound *bound = result->bounds[i];
		bool is_told = is_refused
		    ? bound->binds
		    : bound->unit == PB__UNIT__UNIT_MONEY && bound->rule != PB__RULE__RULE_CONDITION;
		if (is_told)
			ck_assert_str_eq(reply.explanation[i]->en, one->en[said++] ?: "");
		if (bound->binds)
			ck_assert_str_eq(reply.explanation[i]->zh, one->zh);
	}
	ck_assert_ptr_null(one->en[said]);
}

#define LOCAL   "110114"
#define OUTSIDE "120101"
#define T1      "本区企业使用本区服务"
#define T2      "本区企业使用区外服务"
#define T3      "区外企业使用本区服务"

START_TEST(the_worked_cases_of_changping_explain_themselves) {
	static const struct changping_case cases[] = {
		{ "A1", LOCAL, LOCAL, 42, 30000000, 0, 0, false,
		    { "Ratio of tier “" T1
		      "”: 300,000.00 of expense gives 150,000.00; this decided the amount.",
		        "Annual cap of tier “" T1
		        "”: limit 200,000.00, used 0.00, asked 150,000.00, granted 150,000.00." },
		    "档次“" T1 "”的补贴比例：支出 300,000.00，计得 150,000.00；金额由此确定。" },
		{ "A2", LOCAL, LOCAL, 42, 15000000, 15000000, 0, false,
		    { "Ratio of tier “" T1 "”: 150,000.00 of expense gives 75,000.00.",
		        "Annual cap of tier “" T1 "”: limit 200,000.00, used 150,000.00, asked 75,000.00,"
		        " granted 50,000.00; this decided the amount." },
		    "档次“" T1 "”的年度上限：上限 200,000.00，已用 150,000.00，申请 75,000.00，"
		    "核定 50,000.00；金额由此确定。" },
		{ "A3", LOCAL, OUTSIDE, 42, 9999999, 0, 0, false,
		    { "Ratio of tier “" T2
		      "”: 99,999.99 of expense gives 39,999.99; this decided the amount.",
		        "Annual cap of tier “" T2
		        "”: limit 200,000.00, used 0.00, asked 39,999.99, granted 39,999.99." },
		    "档次“" T2 "”的补贴比例：支出 99,999.99，计得 39,999.99；金额由此确定。" },
		{ "A4", OUTSIDE, LOCAL, 42, 40000000, 0, 0, false,
		    { "Ratio of tier “" T3 "”: 400,000.00 of expense gives 120,000.00.",
		        "Annual cap of tier “" T3 "”: limit 100,000.00, used 0.00, asked 120,000.00,"
		        " granted 100,000.00; this decided the amount." },
		    "档次“" T3 "”的年度上限：上限 100,000.00，已用 0.00，申请 120,000.00，"
		    "核定 100,000.00；金额由此确定。" },
		{ "A5", OUTSIDE, OUTSIDE, 42, 5000000, 0, 0, false,
		    { "Ratio of tier “其他”: 50,000.00 of expense gives 10,000.00; this decided the "
		      "amount.",
		        "Annual cap of tier “其他”: limit 100,000.00, used 0.00, asked 10,000.00,"
		        " granted 10,000.00.",
		        "Share of the annual pool for tier “其他”: limit 20,000.00, used 0.00,"
		        " asked 10,000.00, granted 10,000.00." },
		    "档次“其他”的补贴比例：支出 50,000.00，计得 10,000.00；金额由此确定。" },
		{ "A6", OUTSIDE, OUTSIDE, 42, 30000000, 0, 1000000, false,
		    { "Ratio of tier “其他”: 300,000.00 of expense gives 60,000.00.",
		        "Annual cap of tier “其他”: limit 100,000.00, used 0.00, asked 60,000.00,"
		        " granted 60,000.00.",
		        "Share of the annual pool for tier “其他”: limit 20,000.00, used 10,000.00,"
		        " asked 60,000.00, granted 10,000.00; this decided the amount." },
		    "档次“其他”在年度资金池中的份额：上限 20,000.00，已用 10,000.00，申请 60,000.00，"
		    "核定 10,000.00；金额由此确定。" },
		{ "A7", LOCAL, LOCAL, 100, 1000000, 0, 0, false,
		    { "staff: asked for less than 100, is 100: not met." },
		    "staff：要求小于 100，实际 100：不符合。" },
		{ "A8", LOCAL, LOCAL, 42, 1000000, 0, 0, true,
		    { "Holder and provider not related “LAB”: not met." },
		    "持券方与服务机构无关联关系“LAB”：不符合。" },
	};
	arena_init(&arena, 0);
	const Pb__RuleSet *rules = changping();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct rules_result result = decide(rules, &cases[i]);
		check_sentences(&cases[i], &result);
	}
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("explain", every_rule_has_a_sentence_in_both_languages,
    a_rule_that_is_not_known_yet_is_told_by_its_number,
    kinds_of_parties_are_named_in_either_language,
    conditions_say_what_was_asked_for_and_what_there_is,
    a_cap_says_what_it_left_and_whether_it_decided, a_name_that_is_too_long_is_left_out,
    what_is_computed_says_of_what, a_reply_explains_its_decision_or_its_refusal,
    without_memory_there_is_no_explanation, the_worked_cases_of_changping_explain_themselves)
