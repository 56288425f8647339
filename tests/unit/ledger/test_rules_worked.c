/* SPDX-License-Identifier: Apache-2.0 */
/* The worked cases of real schemes, from the rule files of contrib/programmes and by rules alone.
 * Amounts in yuan, as the policies state them. */
#include "base/text.h"

#include "rules_desk.h"
#include "support/suite.h"

#include <string.h>

static struct desk desk;

static int64_t yuan(const char *text) {
	int64_t amount;
	ck_assert_int_eq(text_parse_money(text, &amount), ERR_OK);
	return amount;
}

static void expect_granted(
    const char *name, const Pb__RuleSet *rules, const char *amount, Pb__Rule binds) {
	const struct rules_result *result = desk_grant(&desk, rules);
	ck_assert_msg(result->outcome == PB__OUTCOME__OUTCOME_OK, "%s: %d", name, result->outcome);
	ck_assert_msg(result->amount == yuan(amount), "%s: %lld", name, (long long)result->amount);
	ck_assert_msg(desk_binding(result)->rule == binds, "%s: %d", name, desk_binding(result)->rule);
}

static void expect_refused(const char *name, const Pb__RuleSet *rules, Pb__Outcome outcome) {
	const struct rules_result *result = desk_decide(&desk, rules);
	ck_assert_msg(result->outcome == outcome, "%s: %d", name, result->outcome);
}

/* --- A. 昌平 2017 --- */

static Pb__Attribute attributes[4];
static Pb__Attribute *const attribute_list[] = { &attributes[0], &attributes[1], &attributes[2],
	&attributes[3] };

static void state_attributes(int64_t staff) {
	static const char *const names[] = { "staff", "revenue_last_year", "revenue_year_before_last",
		"registered_capital" };
	for (int i = 0; i < 4; i++) {
		pb__attribute__init(&attributes[i]);
		attributes[i].name = names[i];
		attributes[i].value = 500000000;
	}
	attributes[0].value = staff;
	desk.holder.attributes = attribute_list;
	desk.holder.n_attributes = 4;
}

static void take_changping_case(
    uint64_t holder, bool is_local, bool is_near, const char *eligible) {
	desk.holder.id = holder;
	desk.holder.region = is_local ? "110114" : "120101";
	desk.provider.region = is_near ? "110114" : "120101";
	desk.one.eligible = yuan(eligible);
}

START_TEST(changping_2017) {
	desk_init(&desk);
	const Pb__RuleSet *rules = desk_rules_of(&desk.arena, "changping-2017.json");
	state_attributes(42);
	desk.one.category = "样品测试检验";
	desk.standing.annual_pool = yuan("100000");
	take_changping_case(11, true, true, "300000");
	expect_granted("A1", rules, "150000", PB__RULE__RULE_RATIO);
	take_changping_case(11, true, true, "150000");
	expect_granted("A2", rules, "50000", PB__RULE__RULE_TIER_PER_YEAR);
	take_changping_case(12, true, false, "99999.99");
	expect_granted("A3", rules, "39999.99", PB__RULE__RULE_RATIO);
	take_changping_case(13, false, true, "400000");
	expect_granted("A4", rules, "100000", PB__RULE__RULE_TIER_PER_YEAR);
	take_changping_case(14, false, false, "50000");
	expect_granted("A5", rules, "10000", PB__RULE__RULE_RATIO);
	take_changping_case(15, false, false, "300000");
	expect_granted("A6", rules, "10000", PB__RULE__RULE_TIER_POOL_SHARE);
	const Pb__Bound *share = desk_bound(&desk.result, PB__RULE__RULE_TIER_POOL_SHARE);
	ck_assert_int_eq(share->limit, yuan("20000"));
	ck_assert_int_eq(share->used, yuan("10000"));
	ck_assert_int_eq(share->asked, yuan("60000"));
	take_changping_case(16, true, true, "10000");
	state_attributes(100);
	expect_refused("A7", rules, PB__OUTCOME__NOT_ELIGIBLE);
	ck_assert_str_eq(desk.result.against->attribute, "staff");
	state_attributes(42);
	desk.holder.controller = "P";
	expect_refused("A8", rules, PB__OUTCOME__RELATED_PARTY);
	desk_done(&desk);
}
END_TEST

/* --- B. 宁海 2016 --- */

START_TEST(ninghai_2016_equipment_and_events) {
	desk_init(&desk);
	const Pb__RuleSet *rules = desk_rules_of(&desk.arena, "ninghai-2016.json");
	desk.holder.region = desk.provider.region = desk.one.programme_region = "330226";
	desk.one.category = "设备购置";
	desk.one.eligible = yuan("500000");
	expect_granted("B1", rules, "150000", PB__RULE__RULE_RATIO);
	desk.holder.id = 12;
	desk.one.eligible = yuan("700000");
	expect_granted("B2", rules, "200000", PB__RULE__RULE_TIER_PER_YEAR);
	desk.one.category = "活动举办"; /* whose cap is a cap of its own */
	desk.one.eligible = yuan("333333.33");
	expect_granted("B3", rules, "66666.66", PB__RULE__RULE_RATIO);
	desk_done(&desk);
}
END_TEST

static void take_award(uint64_t person, const char *category) {
	desk.beneficiary = person;
	desk.one.category = category;
	desk.one.units = 1;
	desk.one.provider = NULL;
	desk.holder.region = desk.one.programme_region = "330226";
}

START_TEST(ninghai_2016_talent_is_paid_by_the_highest_award) {
	desk_init(&desk);
	const Pb__RuleSet *rules = desk_rules_of(&desk.arena, "ninghai-2016-talent.json");
	take_award(21, "国家、省千人计划");
	expect_granted("B4 national", rules, "200000", PB__RULE__RULE_PER_UNIT);
	take_award(21, "市3315计划");
	expect_refused("B4 city", rules, PB__OUTCOME__HIGHEST_ONLY);
	take_award(22, "市3315计划"); /* the other way round: the difference */
	expect_granted("city first", rules, "100000", PB__RULE__RULE_PER_UNIT);
	take_award(22, "国家、省千人计划");
	expect_granted("national then", rules, "100000", PB__RULE__RULE_COMBINATION);
	desk_done(&desk);
}
END_TEST

START_TEST(ninghai_2016_recognition_adds_up_or_takes_the_highest) {
	static const char *const statuses[] = { "县级众创空间", "市级众创空间", "省级众创空间",
		"国家级众创空间" };
	desk_init(&desk);
	const Pb__RuleSet *adding = desk_rules_of(&desk.arena, "ninghai-2016-recognition.json");
	const Pb__RuleSet *highest = desk_rules_of(
	    &desk.arena, "ninghai-2016-recognition-highest.json");
	desk.holder.kind = PB__PARTY_KIND__PARTY_KIND_SPACE;
	desk.holder.statuses = statuses;
	desk.holder.n_statuses = 4;
	take_award(31, "市级认定");
	expect_refused("nothing to add to", adding, PB__OUTCOME__BASE_NOT_GRANTED);
	take_award(31, "县级认定");
	expect_granted("B5 county", adding, "200000", PB__RULE__RULE_FIXED);
	expect_refused("county again", adding, PB__OUTCOME__ALREADY_GRANTED);
	take_award(31, "市级认定");
	expect_granted("B5 city", adding, "100000", PB__RULE__RULE_FIXED);
	expect_refused("city again", adding, PB__OUTCOME__ALREADY_GRANTED);
	take_award(31, "省级认定");
	expect_granted("province", adding, "200000", PB__RULE__RULE_FIXED);
	take_award(32, "县级认定");
	expect_granted("county", highest, "200000", PB__RULE__RULE_FIXED);
	take_award(32, "市级认定");
	expect_granted("city", highest, "100000", PB__RULE__RULE_FIXED);
	take_award(32, "国家级认定");
	expect_granted("nation", highest, "200000", PB__RULE__RULE_COMBINATION);
	take_award(32, "省级认定");
	expect_refused("province", highest, PB__OUTCOME__HIGHEST_ONLY);
	desk_done(&desk);
}
END_TEST

/* --- C, D, E --- */

START_TEST(tongzhou_2018) {
	static const char *const statuses[] = { "市级众创空间", "国家级众创空间" };
	desk_init(&desk);
	const Pb__RuleSet *rules = desk_rules_of(&desk.arena, "tongzhou-2018.json");
	take_award(1, "市级认定");
	desk.holder.region = "110112";
	desk.holder.kind = PB__PARTY_KIND__PARTY_KIND_SPACE;
	desk.holder.statuses = statuses;
	desk.holder.n_statuses = 1;
	expect_granted("city", rules, "300000", PB__RULE__RULE_FIXED);
	desk.one.category = "国家级认定";
	expect_refused("not recognised", rules, PB__OUTCOME__NO_TIER);
	desk.holder.n_statuses = 2;
	expect_granted("nation", rules, "500000", PB__RULE__RULE_FIXED);
	desk_done(&desk);
}
END_TEST

START_TEST(jixian_2015) {
	static const char *const statuses[] = { "大学生创业企业", "科技型中小企业" };
	desk_init(&desk);
	const Pb__RuleSet *rules = desk_rules_of(&desk.arena, "jixian-2015.json");
	desk.one.provider = NULL;
	desk.holder.region = "120225";
	desk.holder.statuses = statuses;
	desk.holder.n_statuses = 1;
	expect_refused("without the status", rules, PB__OUTCOME__NOT_ELIGIBLE);
	ck_assert_str_eq(desk.result.against->attribute, "科技型中小企业");
	desk.holder.n_statuses = 2;
	expect_granted("once", rules, "50000", PB__RULE__RULE_FIXED);
	expect_refused("twice", rules, PB__OUTCOME__CAP_REACHED);
	desk_done(&desk);
}
END_TEST

START_TEST(beijing_2026_computing) {
	static const char *const statuses[] = { "在孵企业" };
	desk_init(&desk);
	const Pb__RuleSet *rules = desk_rules_of(&desk.arena, "beijing-computing-2026.json");
	desk.one.category = "算力服务";
	desk.one.programme_region = "110000";
	desk.one.eligible = yuan("1600000.01");
	expect_granted("others", rules, "200000", PB__RULE__RULE_TIER_PER_YEAR);
	desk.holder.id = 12;
	desk.holder.statuses = statuses;
	desk.holder.n_statuses = 1;
	expect_granted("incubated", rules, "400000", PB__RULE__RULE_RATIO);
	expect_granted("its year", rules, "100000", PB__RULE__RULE_TIER_PER_YEAR);
	expect_refused("used up", rules, PB__OUTCOME__CAP_REACHED);
	desk.holder.id = 13;
	desk.standing.pool = yuan("0.01");
	expect_granted("to exactly zero", rules, "0.01", PB__RULE__RULE_POOL);
	desk.standing.pool = 0;
	expect_refused("too late", rules, PB__OUTCOME__POOL_EMPTY);
	desk_done(&desk);
}
END_TEST

/* Every one of the files may be published. */
START_TEST(rule_files_are_without_mistakes) {
	static const char *const names[] = { "beijing-computing-2026.json", "changping-2017.json",
		"jinyun-2017.json", "jixian-2015.json", "ninghai-2016.json", "ninghai-2016-centre.json",
		"ninghai-2016-recognition.json", "ninghai-2016-recognition-highest.json",
		"ninghai-2016-talent.json", "shifan-2026.json", "shifan-city-2026.json",
		"shifan-top-up-2026.json", "tongzhou-2018.json", "tongzhou-2018-vouchers.json" };
	struct rules_mistake *mistakes;
	size_t count;
	desk_init(&desk);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const Pb__RuleSet *rules = desk_rules_of(&desk.arena, names[i]);
		Pb__Outcome outcome = rules_mistakes(rules, &desk.arena, &mistakes, &count);
		ck_assert_msg(outcome == PB__OUTCOME__OUTCOME_OK, "%s: %s: %s", names[i], mistakes[0].path,
		    mistakes[0].en);
	}
	desk_done(&desk);
}
END_TEST

SUITE_MAIN("rules: worked cases", changping_2017, ninghai_2016_equipment_and_events,
    ninghai_2016_talent_is_paid_by_the_highest_award,
    ninghai_2016_recognition_adds_up_or_takes_the_highest, tongzhou_2018, jixian_2015,
    beijing_2026_computing, rule_files_are_without_mistakes)
