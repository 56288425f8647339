/* SPDX-License-Identifier: Apache-2.0 */
/* Banks over TLS, against a whole daemon: from an account to a closed month, and who sees it. */
#include "unit/api/live.h"

#include "api/command_body.h"
#include "api/routes.h"
#include "auth/roles.h"
#include "support/suite.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define FILE_A "00000000000000000000000000000000000000000000000000000000000000aa"
#define FILE_B "00000000000000000000000000000000000000000000000000000000000000bb"

static const char account[] =
    "'account': {'number': '0200', 'bank_code': '102100099996', 'holder_name': 'Committee'}";

/* --- a ledger with an account, a statement, a settlement and a prepared month --- */

struct stage {
	struct live *live;
	uint64_t statement, settlement;
};

/* Claims of it need not wait for the end of their publication. */
static void publish_at_once(struct live *live) {
	live_do(live, OPERATOR, "/v1/programmes/tech:publish_rules",
	    "{'rules': {'version': 2, 'title': 'At once', 'document': 'No. 3', 'effective_from':"
	    " '2026-01-01', 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days':"
	    " 365, 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER',"
	    " 'instrument': 'INSTRUMENT_VOUCHER', 'review': 'REVIEW_ONE', 'when_capped':"
	    " 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL'}}");
}

static uint64_t import(struct live *live) {
	return live_do(live, FINANCE, "/v1/house-accounts/main/statements",
	    "{'file': '" FILE_A "', 'format': 'csv icbc', 'page': 1, 'pages': 1, 'lines': ["
	    "{'file_line': 3, 'serial': 'S1', 'amount': -12345, 'booking_date': '2026-11-02',"
	    " 'text': 'unheard of'},"
	    "{'file_line': 4, 'serial': 'S2', 'amount': 777, 'booking_date': '2026-11-03'}]}");
}

static struct stage stage_new(void) {
	struct stage stage = { .live = live_start() };
	struct live *live = stage.live;
	live_settle(live);
	live_fund_programme(live);
	publish_at_once(live);
	struct story story = live_issue(live, STARTUP);
	live_use(live, STARTUP, &story);
	live_do(live, OPERATOR, "/v1/house-accounts", "{'code': 'main', 'name': 'Main', %s}", account);
	stage.statement = import(live);
	stage.settlement = live_do(live, FINANCE, "/v1/settlements",
	    "{'programme': 'tech', 'house_account': 'main', 'cutoff': '%" PRIu64 "'}", stage.statement);
	return stage;
}

/* --- commands --- */

START_TEST(a_line_is_assigned_and_resolved_by_its_path) {
	struct stage stage = stage_new();
	struct live *live = stage.live;
	live_do(live, FINANCE, "/v1/house-accounts/main/lines/1:assign",
	    "{'owner': 'S-3', 'reason': 'ask the bank'}");
	const struct answer *answer = live_get(live, AUDITOR, "/v1/house-accounts/main/lines/1");
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(live_value(answer, "owner"), "S-3");
	ck_assert_str_eq(live_value(answer, "text"), "unheard of");
	ck_assert_str_eq(live_value(answer, "state"), "LINE_EXCEPTION");
	live_do(live, FINANCE, "/v1/house-accounts/main/lines/1:resolve",
	    "{'kind': 'LINE_FEE', 'reason': 'a fee'}");
	answer = live_get(live, AUDITOR, "/v1/house-accounts/main/lines/1");
	ck_assert_str_eq(live_value(answer, "state"), "LINE_IGNORED");
	ck_assert_str_eq(live_value(answer, "reason"), "a fee");
	answer = live_get(live, AUDITOR, "/v1/house-accounts/main");
	ck_assert_str_eq(live_value(answer, "figures.books"), "-12345");
	ck_assert_str_eq(live_value(answer, "figures.open_lines"), "1");
	live_stop(live);
}
END_TEST

START_TEST(what_a_path_names_must_be_there) {
	struct stage stage = stage_new();
	static const struct {
		const char *target, *body, *outcome;
	} cases[] = {
		{ "/v1/house-accounts/moon/statements",
		    "{'file': '" FILE_B "', 'format': 'x', 'page': 1, 'pages': 1}",
		    "HOUSE_ACCOUNT_UNKNOWN" },
		{ "/v1/house-accounts/main/lines/9:assign", "{'owner': 'S-3', 'reason': 'r'}",
		    "BANK_LINE_UNKNOWN" },
		{ "/v1/house-accounts/main/lines/x:assign", "{'owner': 'S-3', 'reason': 'r'}",
		    "BANK_LINE_UNKNOWN" },
		{ "/v1/periods/2026-09:close", "{}", "PERIOD_UNKNOWN" },
		{ "/v1/settlements/999999:record_file", "{'format': 'x', 'file': '" FILE_B "'}",
		    "SETTLEMENT_UNKNOWN" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct answer *answer = live_post(
		    stage.live, FINANCE, cases[i].target, "%s", cases[i].body);
		ck_assert_msg(answer->status == 404, "%s: %s", cases[i].target, answer->body);
		ck_assert_str_eq(live_value(answer, "outcome_name"), cases[i].outcome);
	}
	static const char *const none[][2] = {
		{ "/v1/house-accounts/moon", "HOUSE_ACCOUNT_UNKNOWN" },
		{ "/v1/house-accounts/main/lines/9", "BANK_LINE_UNKNOWN" },
		{ "/v1/periods/2026-09", "PERIOD_UNKNOWN" },
		{ "/v1/settlements/1/payments/1", "PAYMENT_UNKNOWN" },
		{ "/v1/statements/1", "" },
	};
	for (size_t i = 0; i < COUNT(none); i++) {
		const struct answer *answer = live_get(stage.live, FINANCE, none[i][0]);
		ck_assert_msg(answer->status == 404, "%s: %s", none[i][0], answer->body);
		ck_assert_str_eq(live_value(answer, "outcome_name"), none[i][1]);
	}
	live_stop(stage.live);
}
END_TEST

START_TEST(a_month_is_closed_by_two_persons_and_opened_again) {
	struct stage stage = stage_new();
	struct live *live = stage.live;
	const struct answer *answer = live_post(live, FINANCE, "/v1/periods/2026-11:prepare", "{}");
	ck_assert_str_eq(live_value(answer, "outcome_name"), "EXCEPTIONS_OPEN");
	live_do(live, FINANCE, "/v1/periods/2026-11:prepare",
	    "{'carry_over': [{'house_account': 'main', 'line': 1, 'reason': 'x'},"
	    " {'house_account': 'main', 'line': 2, 'reason': 'y'}]}");
	answer = live_get(live, AUDITOR, "/v1/periods/2026-11");
	ck_assert_str_eq(live_value(answer, "status"), "PERIOD_PREPARED");
	ck_assert_str_eq(live_value(answer, "prepared_by"), "S-3");
	ck_assert_str_eq(live_value(answer, "carried_over.1.reason"), "y");
	ck_assert_str_eq(live_value(answer, "figures.houses.0.open_out"), "12345");
	const char *digest = live_value(answer, "figures_digest");
	live_do(live, APPROVER, "/v1/periods/2026-11:review", "{'figures': '%s'}", digest);
	live_do(live, FINANCE, "/v1/periods/2026-11:close", "{}");
	answer = live_get(live, AUDITOR, "/v1/periods?status=closed");
	ck_assert_str_eq(live_value(answer, "periods.0.reviewed_by"), "S-5");
	live_do(live, APPROVER, "/v1/periods/2026-11:reopen", "{'reason': 'a page was missing'}");
	answer = live_get(live, AUDITOR, "/v1/periods/2026-11");
	ck_assert_str_eq(live_value(answer, "reopened_reason"), "a page was missing");
	live_stop(live);
}
END_TEST

/* --- lists --- */

START_TEST(lists_take_their_filters_from_the_query) {
	struct stage stage = stage_new();
	static const struct {
		const char *target, *list;
		size_t count;
	} cases[] = {
		{ "/v1/bank-lines?house_account=main", "bank_lines", 2 },
		{ "/v1/bank-lines?house_account=main&state=exception", "bank_lines", 2 },
		{ "/v1/bank-lines?state=unmatched", "bank_lines", 0 },
		{ "/v1/bank-lines?state=suggested&open=true", "bank_lines", 0 },
		{ "/v1/bank-lines?exception=unknown&limit=1", "bank_lines", 1 },
		{ "/v1/bank-lines?exception=duplicate", "bank_lines", 0 },
		{ "/v1/bank-lines?open=false", "bank_lines", 0 },
		{ "/v1/statements?house_account=main", "statements", 1 },
		{ "/v1/payments?house_account=main&status=prepared", "payments", 1 },
		{ "/v1/payments?programme=tech&party=" PROVIDER_CODE, "payments", 1 },
		{ "/v1/payments?awaited=true", "payments", 0 }, /* it is not approved */
		{ "/v1/payments?awaited=false", "payments", 1 },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct answer *answer = live_get(stage.live, AUDITOR, cases[i].target);
		ck_assert_msg(answer->status == 200, "%s: %s", cases[i].target, answer->body);
		size_t count = json_array_size(json_object_get(answer->json, cases[i].list));
		ck_assert_msg(count == cases[i].count, "%s: %s", cases[i].target, answer->body);
	}
	static const char *const wrong[][2] = {
		{ "/v1/bank-lines?house_account=moon", "house_account" },
		{ "/v1/bank-lines?state=melted", "state" },
		{ "/v1/bank-lines?exception=odd", "exception" },
		{ "/v1/bank-lines?open=yes", "open" },
		{ "/v1/bank-lines?status=open", "status" },
		{ "/v1/payments?awaited=perhaps", "awaited" },
		{ "/v1/house-accounts?house_account=main", "house_account" },
	};
	for (size_t i = 0; i < COUNT(wrong); i++) {
		const struct answer *answer = live_get(stage.live, AUDITOR, wrong[i][0]);
		ck_assert_msg(answer->status == 400, "%s: %s", wrong[i][0], answer->body);
		ck_assert_str_eq(live_value(answer, "refusal.field"), wrong[i][1]);
	}
	live_stop(stage.live);
}
END_TEST

/* --- who may --- */

START_TEST(only_those_whose_work_banks_are_see_anything_of_them) {
	struct stage stage = stage_new();
	struct live *live = stage.live;
	live_do(live, FINANCE, "/v1/periods/2026-11:prepare",
	    "{'carry_over': [{'house_account': 'main', 'line': 1, 'reason': 'x'},"
	    " {'house_account': 'main', 'line': 2, 'reason': 'y'}]}");
	live_admit_stranger(live, "'roles': ['ROLE_FINANCE'], 'region': '310115'");
	static const struct {
		enum who who;
		bool may_see;
	} people[] = { { ADMIN, false }, { OPERATOR, true }, { FINANCE, true }, { REVIEWER, false },
		{ APPROVER, true }, { AUDITOR, true }, { PROVIDER, false }, { STARTUP, false },
		{ STRANGER, false } };
	static const struct {
		const char *target, *list;
	} lists[] = { { "/v1/house-accounts", "house_accounts" }, { "/v1/statements", "statements" },
		{ "/v1/bank-lines", "bank_lines" }, { "/v1/payments", "payments" },
		{ "/v1/periods", "periods" } };
	const char *const objects[] = { "/v1/house-accounts/main", "/v1/house-accounts/main/lines/1",
		"/v1/periods/2026-11", live_text(live, "/v1/statements/%" PRIu64, stage.statement),
		live_text(live, "/v1/settlements/%" PRIu64 "/payments/1", stage.settlement) };
	const size_t payments = 3, its_payment = 4; /* which the payee sees, too */
	for (size_t p = 0; p < COUNT(people); p++) {
		bool is_payee = people[p].who == PROVIDER;
		for (size_t i = 0; i < COUNT(lists); i++) {
			const struct answer *answer = live_get(live, people[p].who, lists[i].target);
			ck_assert_int_eq(answer->status, 200);
			bool is_seen = json_array_size(json_object_get(answer->json, lists[i].list)) > 0;
			bool may_see = people[p].may_see || (is_payee && i == payments);
			ck_assert_msg(is_seen == may_see, "%d %s", people[p].who, answer->body);
		}
		for (size_t i = 0; i < COUNT(objects); i++) {
			long status = live_get(live, people[p].who, objects[i])->status;
			bool may_see = people[p].may_see || (is_payee && i == its_payment);
			ck_assert_msg(
			    status == (may_see ? 200 : 404), "%d %s: %ld", people[p].who, objects[i], status);
		}
		const char *journal = live_get(live, people[p].who, "/v1/journal?after=0")->body;
		bool is_told = strstr(journal, "import_statement") != NULL;
		ck_assert_msg(is_told == people[p].may_see, "the journal, to %d", people[p].who);
	}
	live_stop(live);
}
END_TEST

static const char *target_of(struct live *live, const struct route *route) {
	const char *target = "";
	for (const char *c = route->pattern; *c; c++) {
		if (*c == '{') {
			target = live_text(live, "%s999999", target);
			c = strchr(c, '}');
		} else {
			target = live_text(live, "%s%c", target, *c);
		}
	}
	return live_text(live, "%s?dry_run=true", target);
}

/* All of them, not only those of banks: nothing but the table of roles lets a command in. */
START_TEST(every_command_is_for_its_roles_alone) {
	struct live *live = live_start();
	live_settle(live);
	static const struct {
		enum who who;
		Pb__Role role;
	} people[] = { { ADMIN, PB__ROLE__ROLE_ADMIN }, { OPERATOR, PB__ROLE__ROLE_OPERATOR },
		{ FINANCE, PB__ROLE__ROLE_FINANCE }, { REVIEWER, PB__ROLE__ROLE_REVIEWER },
		{ APPROVER, PB__ROLE__ROLE_APPROVER }, { AUDITOR, PB__ROLE__ROLE_AUDITOR },
		{ PROVIDER, PB__ROLE__ROLE_PROVIDER }, { STARTUP, PB__ROLE__ROLE_STARTUP } };
	size_t count;
	const struct route *routes = routes_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (routes[i].handler != HANDLE_COMMAND)
			continue;
		const char *target = target_of(live, &routes[i]);
		for (size_t p = 0; p < COUNT(people); p++) {
			const struct answer *answer = live_post(live, people[p].who, target, "{}");
			bool is_kept_out = strcmp(live_value(answer, "outcome_name"), "ROLE_NOT_ALLOWED") == 0;
			bool may = roles_may_command(ROLE_BIT(people[p].role), routes[i].command);
			ck_assert_msg(is_kept_out == !may, "%s as %d: %s", target, people[p].who, answer->body);
			ck_assert_int_eq(is_kept_out, answer->status == 403);
		}
	}
	live_stop(live);
}
END_TEST

SUITE_MAIN("banking", a_line_is_assigned_and_resolved_by_its_path, what_a_path_names_must_be_there,
    a_month_is_closed_by_two_persons_and_opened_again, lists_take_their_filters_from_the_query,
    only_those_whose_work_banks_are_see_anything_of_them, every_command_is_for_its_roles_alone)
