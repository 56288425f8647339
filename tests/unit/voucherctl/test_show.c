/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as people see them. */
#include "voucherctl/show.h"

#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 2026-11-21T16:00:00Z: midnight in China. */
#define MIDNIGHT_US 1795276800000000LL

static void in_china(void) {
	setenv("TZ", "CST-8", 1);
	tzset();
}

static void check_shown(const ProtobufCMessage *message, enum lang lang, const char *expected) {
	struct arena arena;
	struct buffer buffer;
	arena_init(&arena, 0);
	buffer_init(&buffer, 0);
	struct view view = { lang, &arena };
	ck_assert_int_eq(show_message(&view, message, 0, &buffer), ERR_OK);
	ck_assert_str_eq(buffer_string(&buffer), expected);
	buffer_done(&buffer);
	arena_done(&arena);
}

START_TEST(voucher_is_shown_with_money_dates_and_status) {
	in_china();
	Pb__Voucher voucher = PB__VOUCHER__INIT;
	voucher.id = 42;
	voucher.programme = "cp";
	voucher.holder = "91350100M000100Y43";
	voucher.status = PB__VOUCHER_STATUS__VOUCHER_ACTIVE;
	voucher.amount = 20000000;
	voucher.live = 5000001;
	voucher.redeemed = 14999999;
	voucher.rule_version = 1;
	voucher.use_by_us = MIDNIGHT_US + 86400000000LL; /* the first moment that is too late */
	voucher.time_us = MIDNIGHT_US;
	check_shown(&voucher.base, LANG_EN,
	    "id            42\n"
	    "programme     cp\n"
	    "holder        91350100M000100Y43\n"
	    "status        active\n"
	    "amount        200,000.00\n"
	    "live          50,000.01\n"
	    "reserved      0.00\n"
	    "redeemed      149,999.99\n"
	    "returned      0.00\n"
	    "cancelled     0.00\n"
	    "rule version  1\n"
	    "use by        2026-11-22\n"
	    "time          2026-11-22 00:00:00\n"
	    "expired       0.00\n");
	voucher = (Pb__Voucher)PB__VOUCHER__INIT;
	voucher.id = 7;
	voucher.status = PB__VOUCHER_STATUS__VOUCHER_CLOSED;
	check_shown(&voucher.base, LANG_ZH,
	    "编号    7\n"
	    "状态    已结清\n"
	    "金额    0.00\n"
	    "未使用  0.00\n"
	    "已登记  0.00\n"
	    "已核销  0.00\n"
	    "已退回  0.00\n"
	    "已作废  0.00\n"
	    "已过期  0.00\n");
}
END_TEST

START_TEST(lists_of_messages_are_tables_and_bounds_sentences) {
	in_china();
	Pb__Bound ratio = PB__BOUND__INIT, staff = PB__BOUND__INIT;
	ratio.rule = PB__RULE__RULE_RATIO;
	ratio.limit = ratio.granted = 15000000;
	ratio.asked = 30000000;
	ratio.binds = 1;
	ratio.unit = PB__UNIT__UNIT_MONEY;
	staff.rule = PB__RULE__RULE_CONDITION; /* counts persons, not money */
	staff.attribute = "staff";
	staff.is = PB__COMPARISON__LESS;
	staff.limit = 100;
	staff.asked = 99;
	staff.holds = 1;
	Pb__Bound *bounds[] = { &ratio, &staff };
	Pb__Share share = PB__SHARE__INIT;
	share.fund = 7;
	share.amount = 15000000;
	Pb__Share *shares[] = { &share };
	Pb__Decision decision = PB__DECISION__INIT;
	decision.amount = 15000000;
	decision.ratio_bp = 3350;
	decision.n_bounds = 2;
	decision.bounds = bounds;
	decision.n_shares = 1;
	decision.shares = shares;
	check_shown(&decision.base, LANG_EN,
	    "amount  150,000.00\n"
	    "ratio   33.50%\n"
	    "shares  fund 7, amount 150,000.00\n"
	    "rules weighed:\n"
	    "  - Ratio: 300,000.00 of expense gives 150,000.00; this decided the amount.\n"
	    "  - staff: asked for less than 100, is 99: met.\n");
	Pb__Standing standing = PB__STANDING__INIT;
	standing.programme = "cp";
	standing.admitted = 1;
	standing.failures = 1;
	standing.warned = 1;
	Pb__Standing *standings[] = { &standing };
	Pb__Party party = PB__PARTY__INIT;
	party.code = "C";
	party.n_standings = 1;
	party.standings = standings;
	check_shown(&party.base, LANG_EN,
	    "code  C\n"
	    "standings:\n"
	    "  programme  admitted  failures  warned\n"
	    "  cp         yes              1  yes\n");
}
END_TEST

START_TEST(messages_within_messages_are_indented) {
	in_china();
	uint8_t hash[3] = { 0xab, 0xcd, 0x01 };
	Pb__Digest digest = PB__DIGEST__INIT;
	digest.value.data = hash;
	digest.value.len = sizeof(hash);
	Pb__Digest *evidence[] = { &digest, &digest };
	Pb__Uuid id = PB__UUID__INIT;
	id.high = 0x0190a1b200007000;
	id.low = 0x8000000000000001;
	Pb__Redeem redeem = PB__REDEEM__INIT;
	redeem.reservation = 43;
	redeem.amount = 1;
	redeem.n_evidence = 2;
	redeem.evidence = evidence;
	Pb__Command command = PB__COMMAND__INIT;
	command.id = &id;
	command.body_case = PB__COMMAND__BODY_REDEEM;
	command.redeem = &redeem;
	check_shown(&command.base, LANG_EN,
	    "id  0190a1b2-0000-7000-8000-000000000001\n"
	    "redeem:\n"
	    "  reservation  43\n"
	    "  amount       0.01\n"
	    "  evidence     abcd01, abcd01\n");
}
END_TEST

START_TEST(hostile_names_do_no_harm) {
	in_china();
	Pb__Fund fund = PB__FUND__INIT;
	fund.code = "a\033]0;x\007";
	fund.name = "b\r\nvoucherctl: done";
	check_shown(&fund.base, LANG_EN,
	    "code          a\xef\xbf\xbd]0;x\xef\xbf\xbd\n"
	    "name          b\xef\xbf\xbd\xef\xbf\xbdvoucherctl: done\n"
	    "appropriated  0.00\n"
	    "allocated     0.00\n"
	    "available     0.00\n");
}
END_TEST

START_TEST(paths_lead_into_messages) {
	in_china();
	struct arena arena;
	arena_init(&arena, 0);
	struct view view = { LANG_EN, &arena };
	Pb__BankAccount account = PB__BANK_ACCOUNT__INIT;
	account.number = "0200";
	Pb__Payment payment = PB__PAYMENT__INIT;
	Pb__SettlementPayment paid = PB__SETTLEMENT_PAYMENT__INIT;
	ck_assert_str_eq(view_value(&view, &paid.base, "payment.account.number"), "");
	paid.payment = &payment;
	ck_assert_str_eq(view_value(&view, &paid.base, "payment.account.number"), "");
	ck_assert_str_eq(view_value(&view, &paid.base, "payment.amount"), "0.00");
	payment.account = &account;
	uint64_t claims[] = { 5, 6, 7 };
	payment.n_claims = 3;
	payment.claims = claims;
	ck_assert_str_eq(view_value(&view, &paid.base, "payment.account.number"), "0200");
	ck_assert_str_eq(view_value(&view, &paid.base, "payment.claims"), "5, 6, 7");
	ck_assert(view_is_number(view_find(paid.base.descriptor, "payment.amount")));
	ck_assert(!view_is_number(view_find(paid.base.descriptor, "payment.claims")));
	arena_done(&arena);
}
END_TEST

START_TEST(summary_is_one_line) {
	in_china();
	struct arena arena;
	arena_init(&arena, 0);
	struct view view = { LANG_EN, &arena };
	Pb__Condition condition = PB__CONDITION__INIT;
	condition.attribute = "staff";
	condition.is = PB__COMPARISON__LESS;
	condition.value = 100;
	Pb__Condition *conditions[] = { &condition };
	Pb__Eligibility holder = PB__ELIGIBILITY__INIT;
	Pb__PartyKind kinds[] = { PB__PARTY_KIND__PARTY_KIND_COMPANY, PB__PARTY_KIND__PARTY_KIND_TEAM };
	holder.n_kinds = 2;
	holder.kinds = kinds;
	holder.n_conditions = 1;
	holder.conditions = conditions;
	holder.region = "110114";
	ck_assert_str_eq(view_summary(&view, &holder.base),
	    "kinds company, team, region 110114, conditions staff < 100");
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("show", voucher_is_shown_with_money_dates_and_status,
    lists_of_messages_are_tables_and_bounds_sentences, messages_within_messages_are_indented,
    hostile_names_do_no_harm, paths_lead_into_messages, summary_is_one_line)
