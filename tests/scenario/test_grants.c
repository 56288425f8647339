/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worked cases of what is granted without vouchers, from their rule files in
 * contrib/programmes: 宁海 2016 (B: post-subsidy, award, recognition), 通州 2018 (C: recognition)
 * and 蓟县 2015 (D). Each row applies, is reviewed and granted, in a world in which the rows before
 * it were. Amounts are in 分.
 */
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define YUAN         INT64_C(100)
#define NINGHAI      "330226"
#define TONGZHOU     "110112"
#define JIXIAN       "120225"
#define RECOGNISED   "认定文件"
#define TALENT       "入选文件"
#define FIRM         "科技型中小企业认定文件"
#define HOLDERS_MAX  8
#define STATUS_BYTES 300

struct programme {
	const char *code;
	const char *file;
	const char *region;
	const char *begins;
	int64_t allocated;
};

static const struct programme ninghai = { "ninghai-2016", "ninghai-2016.json", NINGHAI,
	"2016-09-20 09:00", 3000000 * YUAN };
static const struct programme talent = { "ninghai-talent", "ninghai-2016-talent.json", NINGHAI,
	"2016-09-20 09:00", 3000000 * YUAN };
static const struct programme adding = { "ninghai-recognition", "ninghai-2016-recognition.json",
	NINGHAI, "2016-09-20 09:00", 3000000 * YUAN };
static const struct programme highest = { "ninghai-recognition",
	"ninghai-2016-recognition-highest.json", NINGHAI, "2016-09-20 09:00", 3000000 * YUAN };
static const struct programme centre = { "ninghai-centre", "ninghai-2016-centre.json", NINGHAI,
	"2016-09-20 09:00", 2000000 * YUAN };
static const struct programme tongzhou = { "tongzhou-2018", "tongzhou-2018.json", TONGZHOU,
	"2018-03-12 09:00", 1000000 * YUAN };
static const struct programme jixian = { "jixian-2015", "jixian-2015.json", JIXIAN,
	"2015-08-12 09:00", 120000 * YUAN };

struct grant_case {
	const char *name;
	const char *holder; /* the same name is the same party */
	const char *category;
	const char *statuses; /* "'x', 'y'" */
	const char *beneficiary;
	const char *document; /* "": none is cited */
	int64_t eligible;
	unsigned units;
	int64_t amount;
	Pb__Outcome outcome;
	Pb__Rule bound_by; /* what binds, or stands against it; 0: no rule with numbers */
};

/* clang-format off */
#define OK(amount, rule)       (amount), PB__OUTCOME__OUTCOME_OK, PB__RULE__RULE_##rule
#define NO(outcome, rule)      0, PB__OUTCOME__##outcome, PB__RULE__RULE_##rule
#define EQUIPMENT              "设备购置"
#define EVENTS                 "活动举办"
#define NATION                 "国家、省千人计划"
#define CITY                   "市3315计划"
#define OWN                    "县级引才"
#define COUNTY_SPACE           "'县级众创空间'"
#define CITY_SPACE             "'县级众创空间', '市级众创空间'"
#define NATION_SPACE           "'县级众创空间', '市级众创空间', '国家级众创空间'"

static const struct grant_case ninghai_cases[] = {
	/*       holder category   statuses benef. doc. eligible units granted */
	{ "B1",  "S1", EQUIPMENT, "", "", "", 50000000, 0, OK(15000000, RATIO) },
	{ "B2",  "S2", EQUIPMENT, "", "", "", 70000000, 0, OK(20000000, TIER_PER_YEAR) },
	{ "B3",  "S3", EVENTS,    "", "", "", 33333333, 0, OK( 6666666, RATIO) },
	/* Each tier has a yearly cap of its own, so that equipment used up leaves events as they
	 * were. */
	{ "B2+", "S2", EVENTS,    "", "", "", 60000000, 0, OK(10000000, TIER_PER_YEAR) },
	{ "B2-", "S2", EQUIPMENT, "", "", "",  1000000, 0, NO(CAP_REACHED, TIER_PER_YEAR) },
	{ "B1+", "S1", EQUIPMENT, "", "", "", 50000000, 0, OK( 5000000, TIER_PER_YEAR) },
	{ "other", "S4", "装修",  "", "", "",  1000000, 0, NO(CATEGORY_NOT_COVERED, CATEGORY) },
};
static const struct grant_case talent_cases[] = {
	{ "B4",         "S1", NATION, "", "RC-001", TALENT, 0, 1, OK(20000000, PER_UNIT) },
	{ "B4 city",    "S1", CITY,   "", "RC-001", TALENT, 0, 1, NO(HIGHEST_ONLY, COMBINATION) },
	{ "own first",  "S1", OWN,    "", "RC-002", TALENT, 0, 1, OK( 5000000, PER_UNIT) },
	{ "then city",  "S1", CITY,   "", "RC-002", TALENT, 0, 1, OK( 5000000, COMBINATION) },
	{ "at another", "S2", NATION, "", "RC-002", TALENT, 0, 1, OK(10000000, COMBINATION) },
	{ "no units",   "S2", OWN,    "", "RC-003", TALENT, 0, 0, 0, PB__OUTCOME__AMOUNT_INVALID, 0 },
	{ "no document", "S2", OWN,   "", "RC-003", "",     0, 1, NO(DOCUMENT_MISSING, DOCUMENT) },
};
static const struct grant_case adding_cases[] = {
	{ "B5 county", "S1", "县级认定", COUNTY_SPACE, "", RECOGNISED, 0, 0, OK(20000000, FIXED) },
	{ "B5 city",   "S1", "市级认定", CITY_SPACE,   "", RECOGNISED, 0, 0, OK(10000000, FIXED) },
	{ "nation",  "S1", "国家级认定", NATION_SPACE, "", RECOGNISED, 0, 0, OK(30000000, FIXED) },
	{ "again",     "S1", "市级认定", NATION_SPACE, "", RECOGNISED, 0, 0,
		NO(ALREADY_GRANTED, COMBINATION) },
	{ "no base",   "S2", "市级认定", CITY_SPACE,   "", RECOGNISED, 0, 0,
		NO(BASE_NOT_GRANTED, COMBINATION) },
	{ "no status", "S3", "县级认定", "",           "", RECOGNISED, 0, 0,
		0, PB__OUTCOME__NO_TIER, 0 },
};
static const struct grant_case highest_cases[] = {
	{ "county",    "S1", "县级认定", COUNTY_SPACE, "", RECOGNISED, 0, 0, OK(20000000, FIXED) },
	{ "city",      "S1", "市级认定", CITY_SPACE,   "", RECOGNISED, 0, 0, OK(10000000, FIXED) },
	{ "nation",  "S1", "国家级认定", NATION_SPACE, "", RECOGNISED, 0, 0,
		OK(20000000, COMBINATION) },
	{ "city too late", "S1", "市级认定", NATION_SPACE, "", RECOGNISED, 0, 0,
		NO(HIGHEST_ONLY, COMBINATION) },
};
static const struct grant_case centre_cases[] = {
	{ "whole",   "C", "", "'县科创中心'", "", "", 0, 0, OK(200000000, FIXED) },
	{ "again",   "C", "", "'县科创中心'", "", "", 0, 0, NO(CAP_REACHED, CAP) },
	{ "another", "S1", "", "", "", "",            0, 0, NO(NOT_ELIGIBLE, STATUS) },
};
static const struct grant_case tongzhou_cases[] = {
	{ "C city",   "S1", "市级认定", "'市级众创空间'", "", RECOGNISED, 0, 0, OK(30000000, FIXED) },
	{ "C nation", "S1", "国家级认定", "'国家级众创空间'", "", RECOGNISED, 0, 0,
		OK(50000000, FIXED) },
	{ "C again",  "S1", "国家级认定", "'国家级众创空间'", "", RECOGNISED, 0, 0,
		NO(ALREADY_GRANTED, COMBINATION) },
	{ "pool has less", "S2", "国家级认定", "'国家级众创空间'", "", RECOGNISED, 0, 0,
		NO(WOULD_BE_CUT, POOL) },
};
#define GRADUATE "'科技型中小企业', '大学生创业企业'"
static const struct grant_case jixian_cases[] = {
	{ "D",             "F1", "", GRADUATE, "", FIRM, 0, 0, OK(5000000, FIXED) },
	{ "D second",      "F1", "", GRADUATE, "", FIRM, 0, 0, NO(CAP_REACHED, CAP) },
	{ "D no status",   "F2", "", "'大学生创业企业'", "", FIRM, 0, 0, NO(NOT_ELIGIBLE, STATUS) },
	{ "D no document", "F3", "", GRADUATE, "", "",   0, 0, NO(DOCUMENT_MISSING, DOCUMENT) },
	{ "D another",     "F4", "", GRADUATE, "", FIRM, 0, 0, OK(5000000, FIXED) },
	{ "D pool",        "F5", "", GRADUATE, "", FIRM, 0, 0, NO(WOULD_BE_CUT, POOL) },
};
/* clang-format on */

/* --- the stage --- */

struct stage {
	struct scheme *scheme;
	const struct programme *programme;
	const char *names[HOLDERS_MAX];
	const struct member *holders[HOLDERS_MAX];
	size_t count;
};

static struct stage begin(const struct programme *programme) {
	const struct scheme_config config = { .programme = programme->code,
		.region = programme->region,
		.rules = scheme_rules_file(programme->file),
		.allocated = programme->allocated,
		.begins = programme->begins };
	return (struct stage){ .scheme = scheme_new(&config), .programme = programme };
}

/* The party of that name, with these statuses from now on. */
static const struct member *find_holder(struct stage *stage, const struct grant_case *row) {
	char more[STATUS_BYTES];
	size_t i = 0;
	while (i < stage->count && strcmp(stage->names[i], row->holder) != 0)
		i++;
	if (i == stage->count) {
		ck_assert_uint_lt(stage->count++, HOLDERS_MAX);
		bool is_firm = row->holder[0] == 'F';
		stage->names[i] = row->holder;
		stage->holders[i] = is_firm ? scheme_holder(stage->scheme, stage->programme->region, "")
		                            : scheme_space(stage->scheme, stage->programme->region, "");
	}
	struct world *w = stage->scheme->world;
	const struct member *holder = stage->holders[i];
	world_as(w, stage->scheme->office);
	snprintf(more, sizeof(more), "'statuses': [%s]", row->statuses);
	world_accept(w,
	    "{'update_party': {'code': '%s', 'name': '%s', 'region': '%s', %s, 'bank_account':"
	    " {'number': '6222%zu', 'bank_code': '102100099996', 'holder_name': '%s'}}}",
	    holder->code, row->holder, stage->programme->region, more, i, row->holder);
	return holder;
}

static const Pb__Reply *apply(struct stage *stage, const struct grant_case *row) {
	struct world *w = stage->scheme->world;
	const struct member *holder = find_holder(stage, row);
	char documents[STATUS_BYTES] = "";
	if (row->document[0])
		snprintf(documents, sizeof(documents),
		    ", 'documents': [{'kind': '%s', 'number': 'N-1', 'date': '2015-01-05'}]",
		    row->document);
	world_as(w, holder->principal);
	return world_give(w,
	    "{'apply': {'programme': '%s', 'category': '%s', 'beneficiary': '%s', 'eligible':"
	    " '%" PRId64 "', 'units': %u%s}}",
	    stage->programme->code, row->category, row->beneficiary, row->eligible, row->units,
	    documents);
}

static const Pb__Bound *binding(Pb__Bound *const *bounds, size_t count) {
	const Pb__Bound *found = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!bounds[i]->binds)
			continue;
		ck_assert_msg(!found, "two bounds bind");
		found = bounds[i];
	}
	return found;
}

static void expect_refusal(const struct grant_case *row, const Pb__Reply *reply) {
	const Pb__Bound *against = reply->refusal ? reply->refusal->bound : NULL;
	ck_assert_msg(reply->outcome == row->outcome, "%s: %d", row->name, (int)reply->outcome);
	world_note_refusal(row->outcome);
	ck_assert_msg((int)(against ? against->rule : 0) == (int)row->bound_by, "%s: by %d", row->name,
	    against ? (int)against->rule : 0);
}

static uint64_t grant(struct stage *stage, uint64_t application) {
	struct scheme *s = stage->scheme;
	world_as(s->world, s->reviewer);
	world_accept(s->world,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	world_as(s->world, s->office);
	return world_accept(s->world, "{'issue': {'application': %" PRIu64 "}}", application);
}

/* What is granted is payable to the holder, and the pool has so much less. */
static uint64_t play_row(struct stage *stage, const struct grant_case *row) {
	struct scheme *s = stage->scheme;
	struct programme_row before = scheme_programme(s);
	const Pb__Reply *reply = apply(stage, row);
	uint64_t granted = 0;
	if (row->outcome == PB__OUTCOME__OUTCOME_OK) {
		ck_assert_msg(
		    reply->outcome == PB__OUTCOME__OUTCOME_OK, "%s: %d", row->name, (int)reply->outcome);
		granted = grant(stage, reply->seq);
		const Pb__Decision *decision = world_entry(s->world, granted)->decision;
		const Pb__Bound *bound = binding(decision->bounds, decision->n_bounds);
		ck_assert_msg(decision->amount == row->amount, "%s: %" PRId64, row->name, decision->amount);
		ck_assert_msg(bound && bound->rule == row->bound_by, "%s: bound by %d", row->name,
		    bound ? (int)bound->rule : 0);
	} else {
		expect_refusal(row, reply);
	}
	struct programme_row after = scheme_programme(s);
	ck_assert_int_eq(after.payable, before.payable + row->amount);
	ck_assert_int_eq(after.available, before.available - row->amount);
	return granted;
}

static void play(const struct programme *programme, const struct grant_case *rows, size_t count) {
	struct stage stage = begin(programme);
	for (size_t i = 0; i < count; i++)
		play_row(&stage, &rows[i]);
	scheme_free(stage.scheme);
}

#define PLAY(programme, rows) play(&(programme), (rows), sizeof(rows) / sizeof((rows)[0]))

/* --- the cases --- */

START_TEST(b1_b2_b3_expense_is_subsidised_up_to_each_tiers_yearly_cap) {
	PLAY(ninghai, ninghai_cases);
}
END_TEST

START_TEST(b4_of_two_awards_for_a_person_the_higher_one_counts) {
	PLAY(talent, talent_cases);
}
END_TEST

START_TEST(b5_increments_add_up_on_their_base) {
	PLAY(adding, adding_cases);
}
END_TEST

START_TEST(b5_of_increments_the_highest_counts_where_the_rules_say_so) {
	PLAY(highest, highest_cases);
}
END_TEST

START_TEST(first_sub_budget_goes_to_the_centre_once_a_year) {
	PLAY(centre, centre_cases);
}
END_TEST

START_TEST(c_each_recognition_is_granted_once_and_whole) {
	PLAY(tongzhou, tongzhou_cases);
}
END_TEST

START_TEST(d_graduates_firm_gets_its_money_once_ever) {
	PLAY(jixian, jixian_cases);
}
END_TEST

/* Two sub-budgets are two funds: what one lacks the other does not lend. */
START_TEST(b6_second_sub_budget_cannot_exceed_its_fund) {
	struct stage stage = begin(&ninghai); /* 3,000,000.00, all allocated */
	struct world *w = stage.scheme->world;
	world_as(w, WORLD_ADMIN);
	world_accept(w, "{'create_fund': {'code': 'centre', 'name': 'Centre'}}");
	world_accept(w, "{'appropriate': {'fund': 'centre', 'amount': 200000000, 'document': 'd'}}");
	world_accept(w, "{'create_fund': {'code': 'rest', 'name': 'Rest'}}");
	world_accept(w, "{'appropriate': {'fund': 'rest', 'amount': 300000000, 'document': 'd'}}");
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__FUND_INSUFFICIENT,
	    "{'allocate': {'fund': 'rest', 'programme': 'ninghai-2016', 'amount': 300000001}}");
	ck_assert_int_eq(refusal->bound->rule, PB__RULE__RULE_FUND);
	ck_assert_int_eq(refusal->bound->limit - refusal->bound->used, 300000000);
	ck_assert_int_eq(refusal->bound->asked, 300000001);
	world_accept(
	    w, "{'allocate': {'fund': 'rest', 'programme': 'ninghai-2016', 'amount': 300000000}}");
	scheme_free(stage.scheme);
}
END_TEST

/* Claimed with no invoices, for nothing but the decision supports it. */
START_TEST(grant_is_claimed_and_paid_like_any_other_money) {
	struct stage stage = begin(&jixian);
	struct scheme *s = stage.scheme;
	struct world *w = s->world;
	uint64_t granted = play_row(&stage, &jixian_cases[0]);
	const struct member *firm = stage.holders[0];
	ck_assert_int_eq(scheme_voucher_row(s, granted).redeemed, 50000 * YUAN);
	world_as(w, firm->principal);
	uint64_t claim = world_accept(
	    w, "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 5000000}}", granted);
	scheme_publish(s, claim);
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	world_as(w, s->finance);
	world_accept(w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID',"
	    " 'bank_reference': 'B1', 'value_date': '2015-08-20'}}",
	    settlement);
	ck_assert_int_eq(scheme_programme(s).paid, 50000 * YUAN);
	ck_assert_int_eq(world_balance(w, PB__ACCOUNT_KIND__PROGRAMME_PAID, s->programme, firm->party),
	    50000 * YUAN);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("grants", b1_b2_b3_expense_is_subsidised_up_to_each_tiers_yearly_cap,
    b4_of_two_awards_for_a_person_the_higher_one_counts, b5_increments_add_up_on_their_base,
    b5_of_increments_the_highest_counts_where_the_rules_say_so,
    first_sub_budget_goes_to_the_centre_once_a_year, c_each_recognition_is_granted_once_and_whole,
    d_graduates_firm_gets_its_money_once_ever, b6_second_sub_budget_cannot_exceed_its_fund,
    grant_is_claimed_and_paid_like_any_other_money)
