/* SPDX-License-Identifier: Apache-2.0 */
/* Who gets in, and to what: over TLS, against a whole daemon. */
#include "unit/api/live.h"

#include "api/routes.h"
#include "support/suite.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define A_TOKEN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq"

static void is_problem(const struct answer *answer, long status, const char *type) {
	ck_assert_msg(
	    answer->status == status, "%ld instead of %ld: %s", answer->status, status, answer->body);
	ck_assert_str_eq(answer->type, "application/problem+json");
	ck_assert_ptr_nonnull(answer->json);
	ck_assert_str_eq(live_value(answer, "type"), type);
	ck_assert_str_ne(live_value(answer, "title"), "");
	ck_assert_str_ne(live_value(answer, "title_zh"), "");
	ck_assert_str_ne(live_value(answer, "instance"), "");
}

START_TEST(without_a_known_identity_nobody_gets_in) {
	struct live *live = live_start();
	const struct question questions[] = {
		{ .who = NOBODY, .target = "/v1/funds" },
		{ .who = STRANGER, .target = "/v1/funds" },
		{ .who = NOBODY, .target = "/v1/funds", .token = A_TOKEN },
		{ .who = NOBODY, .target = "/v1/funds", .token = "short" },
		{ .who = NOBODY, .target = "/v1/funds", .is_http2 = true },
		{ .who = STARTUP, .target = "/v1/me" }, /* not registered yet */
		{ .who = STRANGER, .target = "/v1/batch", .body = "{}" },
	};
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct answer *answer = live_ask(live, &questions[i]);
		is_problem(answer, 401, "about:blank");
		ck_assert_str_eq(answer->authenticate, "Bearer realm=\"voucherd\"");
		ck_assert_str_eq(live_value(answer, "retry"), "RETRY_NOT_ALLOWED");
	}
	live_stop(live);
}
END_TEST

/* The documentation, asked for as nobody: only what it calls public answers anything but 401. */
START_TEST(every_route_that_is_not_public_asks_who_it_is) {
	struct live *live = live_start();
	size_t count;
	const struct route *routes = routes_table(&count);
	for (size_t i = 0; i < count; i++) {
		char target[128] = "";
		for (const char *c = routes[i].pattern; *c; c++) {
			if (*c == '{') {
				strcat(target, "7");
				c = strchr(c, '}');
			} else {
				strncat(target, c, 1);
			}
		}
		const struct question question = {
			.who = NOBODY,
			.method = routes[i].method,
			.target = target,
			.body = routes[i].method[0] == 'P' ? "{}" : NULL,
		};
		const struct answer *answer = live_ask(live, &question);
		if (routes[i].audience == AUDIENCE_PRINCIPAL || routes[i].audience == AUDIENCE_STAFF_ONLY)
			ck_assert_msg(answer->status == 401, "%s: %ld", target, answer->status);
		else if (strcmp(routes[i].pattern, "/problems/{name}") == 0 ||
		    strcmp(routes[i].pattern, "/tile/{tile}") == 0)
			ck_assert_int_eq(answer->status, 404); /* no outcome is called 7, and no tile */
		else
			ck_assert_msg(answer->status == 200, "%s: %ld", target, answer->status);
	}
	live_stop(live);
}
END_TEST

START_TEST(certificates_and_tokens_are_known_as_soon_as_they_are_registered) {
	struct live *live = live_start();
	live_settle(live);
	static const struct {
		enum who who;
		const char *person, *party, *role, *by_token;
	} cases[] = {
		{ ADMIN, "S-1", "", "ROLE_ADMIN", "false" },
		{ OPERATOR, "S-2", "", "ROLE_OPERATOR", "false" },
		{ PROVIDER, "P-1", PROVIDER_CODE, "ROLE_PROVIDER", "false" },
		{ STARTUP, "F-1", "T-ONE", "ROLE_STARTUP", "true" },
	};
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
			const struct answer *answer = live_get(live, cases[i].who, "/v1/me");
			ck_assert_msg(answer->status == 200, "%s: %s", cases[i].person, answer->body);
			ck_assert_str_eq(live_value(answer, "person"), cases[i].person);
			ck_assert_str_eq(live_value(answer, "party"), cases[i].party);
			ck_assert_str_eq(live_value(answer, "roles.0"), cases[i].role);
			ck_assert_str_eq(live_value(answer, "by_token"), cases[i].by_token);
		}
		live_restart(live); /* the second time the directory comes from the ledger */
	}
	live_stop(live);
}
END_TEST

START_TEST(a_revoked_principal_is_nobody_from_then_on) {
	struct live *live = live_start();
	live_settle(live);
	ck_assert_int_eq(live_get(live, STARTUP, "/v1/me")->status, 200);
	live_do(live, ADMIN,
	    live_text(live, "/v1/principals/%" PRIu64 ":revoke", live_principal(live, STARTUP)),
	    "{'reason': 'left'}");
	is_problem(live_get(live, STARTUP, "/v1/me"), 401, "about:blank");
	ck_assert_int_eq(live_get(live, RIVAL, "/v1/me")->status, 200);
	live_restart(live);
	is_problem(live_get(live, STARTUP, "/v1/me"), 401, "about:blank");
	ck_assert_int_eq(live_get(live, RIVAL, "/v1/me")->status, 200);
	live_stop(live);
}
END_TEST

START_TEST(a_role_that_does_not_fit_is_refused) {
	struct live *live = live_start();
	live_settle(live);
	static const struct {
		enum who who;
		const char *target;
	} cases[] = {
		{ ADMIN, "/v1/funds" },
		{ OPERATOR, "/v1/funds/city:appropriate" },
		{ FINANCE, "/v1/funds" },
		{ AUDITOR, "/v1/funds" },
		{ OPERATOR, "/v1/principals" },
		{ STARTUP, "/v1/applications/1:review" },
		{ PROVIDER, "/v1/reservations/1:redeem" },
		{ REVIEWER, "/v1/claims/1:approve" },
		{ FINANCE, "/v1/settlements/1:approve" },
		{ APPROVER, "/v1/settlements" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct answer *answer = live_post(live, cases[i].who, cases[i].target, "{}");
		is_problem(answer, 403, "/problems/ROLE_NOT_ALLOWED");
		ck_assert_str_eq(live_value(answer, "outcome_name"), "ROLE_NOT_ALLOWED");
		ck_assert_str_eq(live_value(answer, "outcome"), "20");
	}
	live_stop(live);
}
END_TEST

START_TEST(what_belongs_to_another_party_is_out_of_reach) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story story = live_issue(live, STARTUP);
	const char *voucher = live_text(live, "/v1/vouchers/%" PRIu64, story.voucher);
	const struct answer *answer = live_post(
	    live, RIVAL, live_text(live, "%s:return", voucher), "{'reason': 'mine now'}");
	is_problem(answer, 403, "/problems/NOT_OWNER");
	answer = live_post(live, RIVAL, live_text(live, "%s:reserve", voucher),
	    "{'provider': '" PROVIDER_CODE "', 'contract_number': 'C', 'category': 'testing', 'total':"
	    " 100, 'eligible': 100}");
	is_problem(answer, 403, "/problems/NOT_OWNER");

	/* Nor may it be seen; the owner and staff see it. */
	is_problem(live_get(live, RIVAL, voucher), 404, "/problems/VOUCHER_UNKNOWN");
	is_problem(live_get(live, STARTUP, "/v1/vouchers/4711"), 404, "/problems/VOUCHER_UNKNOWN");
	ck_assert_str_eq(live_value(live_get(live, STARTUP, voucher), "live"), "10000");
	ck_assert_str_eq(live_value(live_get(live, AUDITOR, voucher), "holder"), "T-ONE");
	live_stop(live);
}
END_TEST

START_TEST(paths_and_methods_that_are_not_served_are_told_apart) {
	struct live *live = live_start();
	live_settle(live);
	is_problem(live_get(live, OPERATOR, "/v1/unicorns"), 404, "about:blank");
	is_problem(live_get(live, NOBODY, "/"), 404, "about:blank");
	is_problem(live_post(live, OPERATOR, "/v1/vouchers/1:burn", "{}"), 404, "about:blank");
	is_problem(live_get(live, NOBODY, "/problems/NOTHING"), 404, "about:blank");
	static const struct {
		const char *method, *target, *allow;
	} cases[] = {
		{ "DELETE", "/v1/funds", "GET, POST" },
		{ "PUT", "/v1/vouchers", "GET" },
		{ "GET", "/v1/batch", "POST" },
		{ "POST", "/healthz", "GET" },
		{ "PATCH", "/v1/vouchers/1:reserve", "POST" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct question question = {
			.who = OPERATOR,
			.method = cases[i].method,
			.target = cases[i].target,
		};
		const struct answer *answer = live_ask(live, &question);
		is_problem(answer, 405, "about:blank");
		ck_assert_str_eq(answer->allow, cases[i].allow);
	}
	live_stop(live);
}
END_TEST

START_TEST(queries_with_unknown_or_wrong_parameters_are_refused) {
	struct live *live = live_start();
	static const struct {
		const char *target, *field;
	} cases[] = {
		{ "/v1/vouchers?colour=red", "colour" },
		{ "/v1/vouchers?limit=0", "limit" },
		{ "/v1/vouchers?limit=1001", "limit" },
		{ "/v1/vouchers?limit=ten", "limit" },
		{ "/v1/vouchers?limit=1&limit=2", "limit" },
		{ "/v1/vouchers?status=melted", "status" },
		{ "/v1/vouchers?cursor=%25%25", "cursor" },
		{ "/v1/vouchers?party=%ff", "party" },
		{ "/v1/me?x=1", "x" },
		{ "/v1/journal?wait=61", "wait" },
		{ "/v1/journal?after=-1", "after" },
		{ "/v1/journal?after=1000", "after" },
		{ "/v1/journal?limit=0", "limit" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct answer *answer = live_get(live, ADMIN, cases[i].target);
		is_problem(answer, 400, "/problems/FIELD_INVALID");
		ck_assert_str_eq(live_value(answer, "refusal.field"), cases[i].field);
	}
	ck_assert_int_eq(live_get(live, ADMIN, "/v1/vouchers/%zz")->status, 400);
	ck_assert_int_eq(live_get(live, ADMIN, "/v1/vouchers/%00")->status, 400);
	live_stop(live);
}
END_TEST

/* From now on the log goes to a file; what it has so far. */
static char log_path[320];

static void catch_log(void) {
	snprintf(log_path, sizeof(log_path), "%s/log", suite_directory());
	int fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
}

static const char *caught_log(struct live *live) {
	static char text[4000];
	FILE *file = fopen(log_path, "r");
	ck_assert_ptr_nonnull(file);
	size_t bytes = fread(text, 1, sizeof(text) - 1, file);
	text[bytes] = '\0';
	fclose(file);
	ck_assert_int_eq(truncate(log_path, 0), 0);
	return live_text(live, "%s", text);
}

static void has_logged(struct live *live, const char *expected) {
	const char *log = caught_log(live);
	ck_assert_msg(strstr(log, expected) != NULL, "not logged: %s\nbut: %s", expected, log);
}

START_TEST(what_was_not_permitted_is_in_the_log) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	struct story story = live_issue(live, STARTUP);
	catch_log();
	live_get(live, STRANGER, "/v1/funds");
	has_logged(live,
	    "level=warning event=denied address=\"127.0.0.1\" principal=0 person=\"\" "
	    "action=\"/v1/funds\" reason=UNKNOWN_IDENTITY\n");
	live_post(live, AUDITOR, "/v1/funds", "{}");
	has_logged(live,
	    live_text(live,
	        "principal=%" PRIu64 " person=\"S-6\" action=\"create_fund\" "
	        "reason=ROLE_NOT_ALLOWED\n",
	        live_principal(live, AUDITOR)));
	live_post(live, RIVAL, live_text(live, "/v1/vouchers/%" PRIu64 ":return", story.voucher),
	    "{'reason': 'x'}");
	has_logged(live, "person=\"F-2\" action=\"return_voucher\" reason=NOT_OWNER\n");
	const char *batch = live_json(live,
	    live_text(live, "{'commands': [{'id': '%s', 'issue': {}}, {'id': '%s', 'allocate': {}}]}",
	        live_id(), live_id()));
	const struct question question = { .who = RIVAL, .target = "/v1/batch", .body = batch };
	live_ask(live, &question);
	const char *log = caught_log(live);
	ck_assert_ptr_nonnull(strstr(log, "action=\"issue\" reason=ROLE_NOT_ALLOWED\n"));
	ck_assert_ptr_nonnull(strstr(log, "action=\"allocate\" reason=ROLE_NOT_ALLOWED\n"));
	live_get(live, RIVAL, "/v1/me");
	ck_assert_ptr_null(strstr(caught_log(live), "denied"));
	live_stop(live);
}
END_TEST

SUITE_MAIN("access", without_a_known_identity_nobody_gets_in,
    every_route_that_is_not_public_asks_who_it_is,
    certificates_and_tokens_are_known_as_soon_as_they_are_registered,
    a_revoked_principal_is_nobody_from_then_on, a_role_that_does_not_fit_is_refused,
    what_belongs_to_another_party_is_out_of_reach,
    paths_and_methods_that_are_not_served_are_told_apart,
    queries_with_unknown_or_wrong_parameters_are_refused, what_was_not_permitted_is_in_the_log)
