/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The auditor's own computation of what rules give, by tables: shares and splits, the worked cases
 * of the policy documents from their rule files, and every limit by itself.
 */
#include "base/text.h"
#include "record/json.h"
#include "support/suite.h"
#include "voucher-audit/decide_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t yuan(const char *text) {
	int64_t amount;
	ck_assert_int_eq(text_parse_money(text, &amount), ERR_OK);
	return amount;
}

/* --- shares and splits --- */

START_TEST(a_share_is_cut_off_behind_the_smallest_unit) {
	static const struct {
		int64_t amount;
		uint32_t ratio_bp;
		int64_t share;
	} rows[] = {
		{ 9999999, 4000, 3999999 }, { 33333333, 2000, 6666666 }, { 1, 9999, 0 }, { 0, 5000, 0 },
		{ INT64_MAX, 10000, INT64_MAX },
		{ INT64_MAX, 20000, INT64_MAX }, /* no more than there are numbers */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_int_eq(amount_share(rows[i].amount, rows[i].ratio_bp), rows[i].share);
}
END_TEST

START_TEST(a_split_is_exact_and_goes_by_the_largest_remainder) {
	static const struct {
		int64_t amount, weights[4], parts[4];
	} rows[] = {
		{ 100, { 5000, 5000 }, { 50, 50 } },
		{ 101, { 5000, 5000 }, { 51, 50 } }, /* of equal remainders the first */
		{ 10, { 1, 1, 1 }, { 4, 3, 3 } },
		{ 11, { 1, 1, 1 }, { 4, 4, 3 } },
		{ 10, { 6667, 3333 }, { 7, 3 } },
		{ 1, { 1, 2, 3, 4 }, { 0, 0, 0, 1 } },
		{ 7, { 0, 7, 0, 0 }, { 0, 7, 0, 0 } },
		{ INT64_MAX, { INT64_MAX, INT64_MAX }, { INT64_MAX / 2 + 1, INT64_MAX / 2 } },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t parts[4];
		ck_assert(amount_split(rows[i].amount, rows[i].weights, 4, parts));
		for (size_t n = 0; n < 4; n++)
			ck_assert_msg(
			    parts[n] == rows[i].parts[n], "row %zu part %zu: %lld", i, n, (long long)parts[n]);
	}
}
END_TEST

START_TEST(what_nobody_bears_is_not_split) {
	const int64_t none[] = { 0, 0, -5 };
	int64_t parts[3];
	ck_assert(!amount_split(1, none, 3, parts));
	ck_assert(!amount_split(-1, (int64_t[]){ 1, 1, 1 }, 3, parts));
	ck_assert(amount_split(0, none, 3, parts));
}
END_TEST

START_TEST(numbers_stay_in_their_range) {
	ck_assert_int_eq(amount_add(INT64_MAX, 1), INT64_MAX);
	ck_assert_int_eq(amount_subtract(INT64_MIN, 1), INT64_MIN);
	ck_assert_int_eq(amount_whole(INT64_MAX, 1), INT64_MAX);
	ck_assert_int_eq(amount_whole(5, 0), INT64_MAX);
	ck_assert_int_eq(amount_whole(100, 3333), 300);
	ck_assert_int_eq(amount_part(10, 1, 0), 0);
	ck_assert_int_eq(amount_part(10, 1, 3), 3);
}
END_TEST

/* --- a desk: rules, a case, and what was granted before --- */

static struct desk {
	struct arena arena;
	Pb__RuleSet *rules;
	Pb__RegisterParty holder_told, provider_told;
	struct decide_party holder, provider;
	struct decide_case one;
	struct decide_standing standing;
	struct decide_had had[OF_GROUP_TIER + 1];
	struct decide_question asked; /* the last */
	struct weighed weighed;
} desk;

static struct decide_had answer(void *arg, const struct decide_question *question) {
	(void)arg;
	desk.asked = *question;
	return desk.had[question->whose];
}

static void *decode(const ProtobufCMessageDescriptor *descriptor, const char *text) {
	ProtobufCMessage *message;
	struct json_error error;
	char *plain = arena_string(&desk.arena, text, strlen(text));
	for (char *c = plain; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	ck_assert_msg(
	    json_decode(descriptor, plain, strlen(plain), &desk.arena, &message, &error) == ERR_OK,
	    "%s: %s", error.path, error.reason);
	return message;
}

/* Holder and provider are companies in 110114, unrelated. */
static void begin(void) {
	arena_done(&desk.arena); /* of the last desk, if there was one */
	arena_init(&desk.arena, 0);
	pb__register_party__init(&desk.holder_told);
	pb__register_party__init(&desk.provider_told);
	desk.holder_told.code = "H";
	desk.holder_told.region = "110114";
	desk.holder_told.kind = PB__PARTY_KIND__PARTY_KIND_COMPANY;
	desk.provider_told.code = "P";
	desk.provider_told.region = "110114";
	desk.provider_told.kind = PB__PARTY_KIND__PARTY_KIND_PROVIDER;
	desk.holder = (struct decide_party){ 11, &desk.holder_told };
	desk.provider = (struct decide_party){ 12, &desk.provider_told };
	desk.one = (struct decide_case){ .region = "110114",
		.holder = &desk.holder,
		.provider = &desk.provider,
		.category = "testing",
		.units = 1 };
	desk.standing = (struct decide_standing){
		.had = answer, .annual_pool = 0, .voucher_live = -1, .pool = -1
	};
	memset(desk.had, 0, sizeof(desk.had));
}

static void use_file(const char *name) {
	char path[512], *text = arena_zalloc(&desk.arena, 1 << 16);
	snprintf(path, sizeof(path), "%s/contrib/programmes/%s", SOURCE_DIRECTORY, name);
	FILE *file = fopen(path, "r");
	ck_assert_msg(file, "%s", path);
	ck_assert_uint_lt(fread(text, 1, (1 << 16) - 1, file), (1 << 16) - 1);
	fclose(file);
	const Pb__PublishRules *publish = decode(&pb__publish_rules__descriptor, text);
	desk.one.rules = publish->rules;
}

#define RULES                                                                                      \
	"'version': 1, 'instrument': 'INSTRUMENT_VOUCHER', 'when_capped': 'GRANT_THE_REST',"           \
	" 'expense_base': 'EXPENSE_ACTUAL', "

static void use_rules(const char *fields) {
	char text[4096];
	snprintf(text, sizeof(text), "{" RULES "%s}", fields);
	desk.one.rules = decode(&pb__rule_set__descriptor, text);
}

static struct decide_subsidy ask(int64_t eligible) {
	desk.one.eligible = eligible;
	desk.weighed = (struct weighed){ .arena = &desk.arena };
	return decide_subsidise(&desk.one, &desk.standing, &desk.weighed);
}

static const Pb__Bound *binding(void) {
	const Pb__Bound *found = NULL;
	for (size_t i = 0; i < desk.weighed.count; i++)
		if (desk.weighed.bounds[i]->binds) {
			ck_assert_ptr_null(found);
			found = desk.weighed.bounds[i];
		}
	ck_assert_ptr_nonnull(found);
	return found;
}

static void expect(const char *name, const char *eligible, const char *amount, Pb__Rule binds) {
	struct decide_subsidy subsidy = ask(yuan(eligible));
	ck_assert_msg(!subsidy.against, "%s: outcome %d", name, subsidy.against);
	ck_assert_msg(subsidy.amount == yuan(amount), "%s: %lld", name, (long long)subsidy.amount);
	ck_assert_msg(binding()->rule == binds, "%s: rule %d binds", name, binding()->rule);
}

static void expect_against(const char *name, const char *eligible, Pb__Outcome outcome) {
	ck_assert_msg(
	    ask(yuan(eligible)).against == outcome, "%s: %d", name, ask(yuan(eligible)).against);
}

/* --- the worked cases --- */

static void state_changping(int64_t staff) {
	static const char *const names[] = { "staff", "revenue_last_year", "revenue_year_before_last",
		"registered_capital" };
	Pb__Attribute **list = arena_zalloc(&desk.arena, 4 * sizeof(*list));
	for (size_t i = 0; i < 4; i++) {
		list[i] = arena_zalloc(&desk.arena, sizeof(**list));
		pb__attribute__init(list[i]);
		list[i]->name = names[i];
		list[i]->value = i ? 500000000 : staff;
	}
	desk.holder_told.attributes = list;
	desk.holder_told.n_attributes = 4;
}

static void take_changping(bool is_local, bool is_near, const char *had, const char *tier_had) {
	desk.holder_told.region = is_local ? "110114" : "120101";
	desk.provider_told.region = is_near ? "110114" : "120101";
	desk.had[OF_HOLDER].amount = yuan(had);
	desk.had[OF_TIER].amount = yuan(tier_had);
}

START_TEST(changping_2017) {
	begin();
	use_file("changping-2017.json");
	desk.one.category = "样品测试检验";
	desk.standing.annual_pool = yuan("100000");
	state_changping(42);
	take_changping(true, true, "0", "0");
	expect("A1", "300000", "150000", PB__RULE__RULE_RATIO);
	take_changping(true, true, "150000", "0");
	expect("A2", "150000", "50000", PB__RULE__RULE_TIER_PER_YEAR);
	take_changping(true, false, "0", "0");
	expect("A3", "99999.99", "39999.99", PB__RULE__RULE_RATIO);
	take_changping(false, true, "0", "0");
	expect("A4", "400000", "100000", PB__RULE__RULE_TIER_PER_YEAR);
	take_changping(false, false, "0", "0");
	expect("A5", "50000", "10000", PB__RULE__RULE_RATIO);
	take_changping(false, false, "0", "10000");
	expect("A6", "300000", "10000", PB__RULE__RULE_TIER_POOL_SHARE);
	ck_assert_int_eq(binding()->limit, yuan("20000"));
	ck_assert_int_eq(binding()->used, yuan("10000"));
	take_changping(true, true, "0", "0");
	state_changping(100);
	expect_against("A7", "10000", PB__OUTCOME__NOT_ELIGIBLE);
	state_changping(42);
	desk.holder_told.controller = "P";
	expect_against("A8", "10000", PB__OUTCOME__RELATED_PARTY);
}
END_TEST

START_TEST(ninghai_2016) {
	begin();
	use_file("ninghai-2016.json");
	desk.one.region = desk.holder_told.region = desk.provider_told.region = "330226";
	desk.one.category = "设备购置";
	expect("B1", "500000", "150000", PB__RULE__RULE_RATIO);
	expect("B2", "700000", "200000", PB__RULE__RULE_TIER_PER_YEAR);
	desk.one.category = "活动举办";
	expect("B3", "333333.33", "66666.66", PB__RULE__RULE_RATIO);
}
END_TEST

/* --- combinations --- */

static void expect_combined(const char *kind, const char *more, struct decide_had group,
    struct decide_had increments, struct decide_had tier, Pb__Outcome against, int64_t amount) {
	char text[1024];
	begin();
	snprintf(text, sizeof(text),
	    "'tiers': [{'id': 1, 'name': 't', 'fixed': 1000, 'group': 7%s}],"
	    " 'combinations': [{'group': 7, 'name': 'c', 'kind': '%s'}]",
	    more, kind);
	use_rules(text);
	desk.had[OF_GROUP] = group;
	desk.had[OF_GROUP_INCREMENT] = increments;
	desk.had[OF_GROUP_TIER] = tier;
	struct decide_subsidy subsidy = ask(5000);
	ck_assert_msg(subsidy.against == against, "%s%s: %d", kind, more, subsidy.against);
	ck_assert_msg(against || subsidy.amount == amount, "%s: %lld", kind, (long long)subsidy.amount);
}

START_TEST(combinations) {
	const struct decide_had none = { 0, 0 }, one = { 400, 1 }, two = { 900, 2 }, much = { 1000, 1 };
	const char *increment = ", 'increment': true";
	static const Pb__Outcome granted = PB__OUTCOME__ALREADY_GRANTED;
	expect_combined("COMBINATION_CUMULATIVE", "", one, none, none, 0, 1000);
	expect_combined("COMBINATION_CUMULATIVE", "", one, none, one, granted, 0);
	expect_combined("COMBINATION_HIGHEST_ONLY", "", one, none, one, 0, 600);
	expect_combined("COMBINATION_HIGHEST_ONLY", "", much, none, none, PB__OUTCOME__HIGHEST_ONLY, 0);
	expect_combined("COMBINATION_INCREMENTS", "", one, none, none, granted, 0);
	expect_combined("COMBINATION_INCREMENTS", "", one, one, none, 0, 1000);
	expect_combined(
	    "COMBINATION_INCREMENTS", increment, none, none, none, PB__OUTCOME__BASE_NOT_GRANTED, 0);
	expect_combined("COMBINATION_INCREMENTS", increment, two, one, none, 0, 1000);
	expect_combined("COMBINATION_INCREMENTS", increment, two, one, one, granted, 0);
	expect_combined("COMBINATION_HIGHEST_INCREMENT", increment, two, one, one, 0, 600);
}
END_TEST

/* --- limits --- */

START_TEST(each_limit_by_itself) {
	static const struct {
		const char *name, *fields;
		enum decide_whose whose;
		int64_t had, grants;
		int64_t amount;
		Pb__Rule binds;
		Pb__Outcome against;
	} rows[] = {
		{ "ratio", "", OF_HOLDER, 0, 0, 5000, PB__RULE__RULE_RATIO, 0 },
		{ "contract", ", 'per_contract': 3000", OF_HOLDER, 9, 1, 3000, PB__RULE__RULE_PER_CONTRACT,
		    0 },
		{ "year", ", 'per_year': 6000", OF_HOLDER, 2000, 1, 4000, PB__RULE__RULE_TIER_PER_YEAR, 0 },
		{ "year alone", ", 'per_year': 6000, 'per_year_alone': true", OF_HOLDER_TIER, 5999, 1, 1,
		    PB__RULE__RULE_TIER_PER_YEAR, 0 },
		{ "year reached", ", 'per_year': 6000", OF_HOLDER, 6000, 1, 0, PB__RULE__RULE_TIER_PER_YEAR,
		    PB__OUTCOME__CAP_REACHED },
		{ "lowered below what is used", ", 'per_year': 6000", OF_HOLDER, 9000, 1, 0,
		    PB__RULE__RULE_TIER_PER_YEAR, PB__OUTCOME__CAP_REACHED },
		{ "holder",
		    "}], 'caps': [{'name': 'c', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"
		    " 'amount': 4000",
		    OF_HOLDER, 1500, 1, 2500, PB__RULE__RULE_CAP, 0 },
		{ "controller",
		    "}], 'caps': [{'name': 'c', 'per': 'CAP_PER_CONTROLLER', 'period': 'CAP_FOR_EVER',"
		    " 'amount': 4000",
		    OF_CONTROLLER, 3999, 1, 1, PB__RULE__RULE_CAP, 0 },
		{ "provider",
		    "}], 'caps': [{'name': 'c', 'per': 'CAP_PER_PROVIDER', 'period': 'CAP_A_YEAR',"
		    " 'grants': 2",
		    OF_PROVIDER, 0, 2, 0, PB__RULE__RULE_CAP_GRANTS, PB__OUTCOME__CAP_REACHED },
		{ "not meant",
		    "}], 'caps': [{'name': 'c', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"
		    " 'amount': 1, 'who': {'statuses': ['x']}",
		    OF_HOLDER, 1, 1, 5000, PB__RULE__RULE_RATIO, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[1024];
		begin();
		snprintf(text, sizeof(text), "'tiers': [{'id': 3, 'name': 't', 'ratio_bp': 5000%s}]",
		    rows[i].fields);
		use_rules(text);
		desk.had[rows[i].whose] = (struct decide_had){ rows[i].had, rows[i].grants };
		struct decide_subsidy subsidy = ask(10000);
		ck_assert_msg(subsidy.against == rows[i].against, "%s: %d", rows[i].name, subsidy.against);
		ck_assert_msg(
		    subsidy.amount == rows[i].amount, "%s: %lld", rows[i].name, (long long)subsidy.amount);
		ck_assert_msg(binding()->rule == rows[i].binds, "%s: %d", rows[i].name, binding()->rule);
	}
}
END_TEST

START_TEST(sources_of_the_money) {
	begin();
	use_rules("'tiers': [{'id': 3, 'name': 't', 'ratio_bp': 5000}]");
	desk.standing.voucher_live = 100;
	expect("voucher", "10", "1", PB__RULE__RULE_VOUCHER);
	desk.standing.voucher_live = 0;
	expect_against("empty voucher", "10", PB__OUTCOME__VOUCHER_INSUFFICIENT);
	desk.standing.voucher_live = -1;
	desk.standing.pool = 300;
	expect("pool", "10", "3", PB__RULE__RULE_POOL);
	desk.standing.funds[0] = (struct decide_fund){ "a", 5000, 100 };
	desk.standing.funds[1] = (struct decide_fund){ "b", 5000, 900 };
	desk.standing.n_funds = 2;
	expect("fund", "10", "2", PB__RULE__RULE_FUND_SHARE);
	ck_assert_str_eq(binding()->name, "a");
	desk.standing.funds[0].left = 0;
	expect_against("empty fund", "10", PB__OUTCOME__POOL_EMPTY);
}
END_TEST

START_TEST(an_umbrella_binds_with_its_joint_caps_alone) {
	begin();
	use_rules("'tiers': [{'id': 3, 'name': 't', 'ratio_bp': 5000}]");
	desk.standing.umbrellas[0] = decode(&pb__rule_set__descriptor,
	    "{'version': 1, 'caps': [{'name': 'own', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"
	    " 'amount': 1}, {'name': 'all', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_FOR_EVER',"
	    " 'amount': 2000, 'joint': true}]}");
	desk.standing.umbrella_codes[0] = "city";
	desk.standing.n_umbrellas = 1;
	desk.had[OF_HOLDER].amount = 1200;
	expect("joint", "100", "8", PB__RULE__RULE_JOINT_CAP);
	ck_assert_str_eq(binding()->name, "city: all");
	ck_assert(desk.asked.is_ever && desk.asked.is_with_parts && desk.asked.level == 1);
}
END_TEST

START_TEST(what_is_cut_is_refused_where_the_rules_say_so) {
	begin();
	use_rules("'tiers': [{'id': 3, 'name': 't', 'ratio_bp': 5000, 'per_contract': 300}]");
	((Pb__RuleSet *)desk.one.rules)->when_capped = PB__WHEN_CAPPED__REFUSE;
	expect("uncut", "6", "3", PB__RULE__RULE_RATIO);
	expect_against("cut", "6.02", PB__OUTCOME__WOULD_BE_CUT);
}
END_TEST

START_TEST(windows_may_go_over_the_new_year) {
	static const struct {
		const char *from, *to;
		int32_t day; /* 2026-01-05 is 20458 */
		bool is_open;
	} rows[] = {
		{ "01-05", "01-05", 20458, true },
		{ "01-06", "12-31", 20458, false },
		{ "11-01", "01-05", 20458, true },
		{ "11-01", "01-04", 20458, false },
		{ "2026-01-01", "2026-01-05", 20458, true },
		{ "2025-01-01", "2025-12-31", 20458, false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		Pb__Window window = PB__WINDOW__INIT, *list[] = { &window };
		window.from = rows[i].from;
		window.to = rows[i].to;
		ck_assert_msg(decide_is_open(list, 1, rows[i].day) == rows[i].is_open, "row %zu", i);
	}
	ck_assert(decide_is_open(NULL, 0, 20458));
}
END_TEST

SUITE_MAIN("decide_rules", a_share_is_cut_off_behind_the_smallest_unit,
    a_split_is_exact_and_goes_by_the_largest_remainder, what_nobody_bears_is_not_split,
    numbers_stay_in_their_range, changping_2017, ninghai_2016, combinations, each_limit_by_itself,
    sources_of_the_money, an_umbrella_binds_with_its_joint_caps_alone,
    what_is_cut_is_refused_where_the_rules_say_so, windows_may_go_over_the_new_year)
