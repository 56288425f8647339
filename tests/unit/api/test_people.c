/* SPDX-License-Identifier: Apache-2.0 */
/* What people read: decisions in words, the publication list, statistics, and staff of a region. */
#include "unit/api/live.h"

#include "support/suite.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- decisions in words --- */

static const char *const reserve = "{'provider': '" PROVIDER_CODE
                                   "', 'contract_number': 'HT-77', 'category': 'testing',"
                                   " 'total': '6000', 'eligible': '6000'}";

static const struct answer *give(
    struct live *live, const char *target, const char *key, const char *body) {
	const struct question question = {
		.who = STARTUP,
		.target = target,
		.key = key,
		.body = live_json(live, body),
	};
	return live_ask(live, &question);
}

static size_t explained(const struct answer *answer) {
	return json_array_size(json_object_get(answer->json, "explanation"));
}

static void check_same_explanation(const struct answer *a, const struct answer *b) {
	const json_t *first = json_object_get(a->json, "explanation");
	const json_t *second = json_object_get(b->json, "explanation");
	ck_assert_uint_gt(json_array_size(first), 1);
	ck_assert_msg(json_equal(first, second), "%s\n%s", a->body, b->body);
}

START_TEST(an_accepted_amount_explains_itself_the_same_each_time) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story story = live_issue(live, STARTUP);
	const char *path = live_text(live, "/v1/vouchers/%" PRIu64 ":reserve", story.voucher);
	const char *dry = live_text(live, "%s?dry_run=true", path);
	const char *key = live_text(live, "%s", live_id());
	const struct answer *tried = give(live, dry, key, reserve);
	ck_assert_int_eq(tried->status, 200);
	const struct answer *done = give(live, path, key, reserve);
	ck_assert_int_eq(done->status, 201);
	check_same_explanation(tried, done);
	const struct answer *again = give(live, path, key, reserve);
	ck_assert_str_eq(live_value(again, "replayed"), "true");
	check_same_explanation(done, again);
	check_same_explanation(done, live_get(live, STARTUP, live_text(live, "/v1/commands/%s", key)));
	size_t bounds = json_array_size(
	    json_object_get(json_object_get(done->json, "decision"), "bounds"));
	ck_assert_uint_eq(explained(done), bounds);
	ck_assert_ptr_nonnull(strstr(done->body, "; this decided the amount."));
	ck_assert_ptr_nonnull(strstr(done->body, "；金额由此确定。"));
	live_stop(live);
}
END_TEST

START_TEST(a_redemption_is_explained_only_when_it_is_tried) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story story = live_issue(live, STARTUP);
	story.reservation = live_do(live, STARTUP,
	    live_text(live, "/v1/vouchers/%" PRIu64 ":reserve", story.voucher), "%s", reserve);
	const char *path = live_text(live, "/v1/reservations/%" PRIu64 ":redeem", story.reservation);
	const char *body = "{'amount': '1000'}";
	const struct answer *tried = give(
	    live, live_text(live, "%s?dry_run=true", path), live_id(), body);
	ck_assert_int_eq(tried->status, 200);
	ck_assert_uint_eq(explained(tried), 1);
	const struct answer *done = give(live, path, live_id(), body);
	ck_assert_int_eq(done->status, 200);
	ck_assert_uint_eq(explained(done), 0);
	live_stop(live);
}
END_TEST

START_TEST(a_refusal_names_every_rule_that_was_weighed) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story story = live_issue(live, STARTUP);
	story.reservation = live_do(live, STARTUP,
	    live_text(live, "/v1/vouchers/%" PRIu64 ":reserve", story.voucher), "%s", reserve);
	const char *path = live_text(live, "/v1/reservations/%" PRIu64 ":redeem", story.reservation);
	const struct answer *refused = give(live, path, live_id(), "{'amount': '3001'}");
	ck_assert_int_eq(refused->status, 422);
	static const char sentence[] = "Held by the reservation: limit 30.00, used 0.00, asked 30.01,"
	                               " possible 30.00; this stood against it.";
	ck_assert_str_eq(live_value(refused, "detail"), sentence);
	ck_assert_str_eq(live_value(refused, "explanation.0.en"), sentence);
	ck_assert_str_eq(live_value(refused, "explanation.0.zh"),
	    "使用登记预留金额：上限 30.00，已用 0.00，申请 30.01，可给予 30.00；因此不予通过。");
	const struct answer *batch = live_post(live, STARTUP, "/v1/batch",
	    "{'commands': [{'id': '%s', 'redeem': {'reservation': '%" PRIu64 "', 'amount': '3001'}}]}",
	    live_id(), story.reservation);
	ck_assert_str_eq(live_value(batch, "replies.0.explanation.0.en"), sentence);
	live_stop(live);
}
END_TEST

/* --- the publication list --- */

static struct live *live_with_claim(struct story *ret_story) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	*ret_story = live_issue(live, STARTUP);
	live_use(live, STARTUP, ret_story);
	return live;
}

START_TEST(the_publication_list_has_three_forms) {
	struct story story;
	struct live *live = live_with_claim(&story);
	static const struct {
		const char *target, *accept, *type, *text;
	} cases[] = {
		{ "/public/v1/disclosures", NULL, "application/json", "\"holder_name\":\"T-ONE\"" },
		{ "/public/v1/disclosures", "*/*", "application/json", "\"disclosures\"" },
		{ "/public/v1/disclosures", "text/html,application/xhtml+xml,*/*;q=0.8",
		    "text/html; charset=utf-8", "<td class=\"amount\">40.00</td>" },
		{ "/public/v1/disclosures", "text/csv", "text/csv; charset=utf-8", ",40.00," },
		{ "/public/v1/disclosures?format=html", "text/csv", "text/html; charset=utf-8",
		    "<td>T-ONE</td>" },
		{ "/public/v1/disclosures?format=csv", NULL, "text/csv; charset=utf-8", ",T-ONE,T-ONE," },
		{ "/public/v1/disclosures?format=json", "text/html", "application/json", "\"as_of\"" },
		{ "/public/v1/disclosures?programme=tech&limit=5", "text/html", "text/html; charset=utf-8",
		    "<a href=\"?programme=tech&amp;limit=5&amp;format=csv\">CSV</a>" },
		{ "/public/v1/disclosures?programme=tech&format=html", NULL, "text/html; charset=utf-8",
		    "Tech vouchers" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct question question = {
			.who = NOBODY,
			.target = cases[i].target,
			.accept = cases[i].accept,
		};
		const struct answer *answer = live_ask(live, &question);
		ck_assert_int_eq(answer->status, 200);
		ck_assert_str_eq(answer->type, cases[i].type);
		ck_assert_msg(strstr(answer->body, cases[i].text) != NULL, "%zu: %s", i, answer->body);
		bool is_html = strstr(cases[i].type, "html"), is_csv = strstr(cases[i].type, "csv");
		ck_assert((strstr(answer->policy, "default-src 'none'") != NULL) == is_html);
		ck_assert_str_eq(
		    answer->disposition, is_csv ? "attachment; filename=\"disclosures.csv\"" : "");
		ck_assert_ptr_null(strstr(answer->body, "Party T-ONE")); /* who the team is */
		ck_assert_ptr_null(strstr(answer->body, "6222"));
	}
	const struct answer *wrong = live_get(live, NOBODY, "/public/v1/disclosures?format=xml");
	ck_assert_int_eq(wrong->status, 400);
	ck_assert_str_eq(live_value(wrong, "refusal.field"), "format");
	wrong = live_get(live, NOBODY, "/public/v1/disclosures?cursor=AAAA&format=html");
	ck_assert_int_eq(wrong->status, 400);
	live_stop(live);
}
END_TEST

START_TEST(a_person_can_turn_the_page) {
	struct story first, second;
	struct live *live = live_with_claim(&first);
	second = live_issue(live, STARTUP);
	live_use(live, STARTUP, &second);
	const struct answer *page = live_get(
	    live, NOBODY, "/public/v1/disclosures?format=html&limit=1");
	ck_assert_ptr_nonnull(
	    strstr(page->body, live_text(live, "<td>%" PRIu64 "</td>", second.claim)));
	static const char before[] = "<a rel=\"next\" href=\"?format=html&amp;limit=1&amp;cursor=";
	const char *link = strstr(page->body, before);
	ck_assert_ptr_nonnull(link);
	link += strlen(before);
	page = live_get(live, NOBODY,
	    live_text(live, "/public/v1/disclosures?format=html&limit=1&cursor=%.*s",
	        (int)strcspn(link, "\""), link));
	ck_assert_int_eq(page->status, 200);
	ck_assert_ptr_nonnull(strstr(page->body, live_text(live, "<td>%" PRIu64 "</td>", first.claim)));
	ck_assert_ptr_null(strstr(page->body, "rel=\"next\""));
	live_stop(live);
}
END_TEST

/* --- statistics and the register --- */

START_TEST(statistics_are_for_staff) {
	struct story story;
	struct live *live = live_with_claim(&story);
	static const char *const targets[] = { "/v1/statistics/take-up?programme=tech",
		"/v1/statistics/waiting?programme=tech", "/v1/statistics/waiting" };
	for (size_t i = 0; i < COUNT(targets); i++) {
		ck_assert_int_eq(live_get(live, NOBODY, targets[i])->status, 401);
		ck_assert_int_eq(live_get(live, STARTUP, targets[i])->status, 403);
		ck_assert_int_eq(live_get(live, PROVIDER, targets[i])->status, 403);
		ck_assert_int_eq(live_get(live, AUDITOR, targets[i])->status, 200);
	}
	const struct answer *answer = live_get(
	    live, AUDITOR, "/v1/statistics/take-up?programme=tech&by=region,category");
	ck_assert_str_eq(live_value(answer, "take_up.0.region"), "110114");
	ck_assert_str_eq(live_value(answer, "take_up.0.issued"), "10000");
	ck_assert_str_eq(live_value(answer, "take_up.1.used"), "4000");
	answer = live_get(live, AUDITOR, "/v1/statistics/waiting?programme=tech");
	ck_assert_ptr_nonnull(strstr(answer->body, "CLAIM_PUBLISHED"));
	answer = live_get(live, AUDITOR, "/v1/statistics/take-up?programme=tech&by=colour");
	ck_assert_int_eq(answer->status, 400);
	ck_assert_str_eq(live_value(answer, "refusal.field"), "by");
	live_stop(live);
}
END_TEST

START_TEST(the_register_is_asked_by_its_columns) {
	struct live *live = live_start();
	live_settle(live);
	live_do(live, OPERATOR, "/v1/parties/T-ONE:assign",
	    "{'owner': 'S-2', 'task': 'visit', 'deadline': '2020-01-01'}");
	const struct answer *answer = live_get(live, AUDITOR, "/v1/parties?overdue=true&owner=S-2");
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(live_value(answer, "parties.0.code"), "T-ONE");
	ck_assert_str_eq(live_value(answer, "parties.0.overdue"), "true");
	ck_assert_str_eq(live_value(answer, "parties.1.code"), "");
	answer = live_get(live, AUDITOR, "/v1/parties?kind=provider&region=110000");
	ck_assert_str_eq(live_value(answer, "parties.0.code"), PROVIDER_CODE);
	ck_assert_int_eq(live_get(live, AUDITOR, "/v1/parties?status=open")->status, 400);
	ck_assert_int_eq(live_get(live, AUDITOR, "/v1/vouchers?code=nonsense")->status, 400);
	ck_assert_int_eq(live_get(live, AUDITOR, "/v1/clawbacks/7")->status, 404);
	ck_assert_int_eq(live_get(live, AUDITOR, "/v1/samples/7")->status, 404);
	live_stop(live);
}
END_TEST

/* --- staff of a region --- */

static void check_region(struct live *live, const struct story *mine, const struct story *theirs) {
	const struct answer *answer = live_get(live, STRANGER, "/v1/vouchers");
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(
	    live_value(answer, "vouchers.0.id"), live_text(live, "%" PRIu64, theirs->voucher));
	ck_assert_str_eq(live_value(answer, "vouchers.1.id"), "");
	const struct answer *hidden = live_get(
	    live, STRANGER, live_text(live, "/v1/vouchers/%" PRIu64, mine->voucher));
	const struct answer *none = live_get(live, STRANGER, "/v1/vouchers/999999");
	ck_assert_int_eq(hidden->status, 404);
	ck_assert_str_eq(live_value(hidden, "detail"), live_value(none, "detail"));
	ck_assert_str_eq(live_value(hidden, "type"), live_value(none, "type"));
	const char *journal = live_get(live, STRANGER, "/v1/journal")->body;
	ck_assert_ptr_nonnull(
	    strstr(journal, live_text(live, "\"application\":\"%" PRIu64 "\"", theirs->application)));
	ck_assert_ptr_null(
	    strstr(journal, live_text(live, "\"application\":\"%" PRIu64 "\"", mine->application)));
}

START_TEST(staff_of_a_region_read_its_files_alone) {
	struct live *live = live_start();
	live_settle(live);
	live_do(live, OPERATOR, "/v1/parties/T-TWO:update", "{'region': '310115'}");
	live_admit_stranger(live, "'roles': ['ROLE_REVIEWER'], 'region': '310000'");
	live_fund_programme(live);
	struct story mine = live_issue(live, STARTUP), theirs = live_issue(live, RIVAL);
	check_region(live, &mine, &theirs);
	live_restart(live); /* the region is known again */
	check_region(live, &mine, &theirs);
	live_stop(live);
}
END_TEST

SUITE_MAIN("people", an_accepted_amount_explains_itself_the_same_each_time,
    a_redemption_is_explained_only_when_it_is_tried, a_refusal_names_every_rule_that_was_weighed,
    the_publication_list_has_three_forms, a_person_can_turn_the_page, statistics_are_for_staff,
    the_register_is_asked_by_its_columns, staff_of_a_region_read_its_files_alone)
