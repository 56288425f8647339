/* SPDX-License-Identifier: Apache-2.0 */
#include "api/problem.h"

#include "record/json.h"
#include "record/outcome.h"
#include "support/suite.h"

#include <stdbool.h>
#include <string.h>

static struct arena arena;

START_TEST(every_outcome_has_a_status_of_its_retry_class) {
	size_t count;
	const struct outcome_info *outcomes = outcome_table(&count);
	for (size_t i = 0; i < count; i++) {
		uint16_t status = problem_status(outcomes[i].outcome);
		switch (outcomes[i].retry) {
		case PB__RETRY__RETRY_NONE: ck_assert_uint_eq(status, 200); break;
		case PB__RETRY__RETRY_FIX_REQUEST:
			ck_assert(status == 400 || status == 404 || status == 409 || status == 413);
			break;
		case PB__RETRY__RETRY_SAME_ID: ck_assert(status == 503 || status == 409); break;
		case PB__RETRY__RETRY_CONFLICT: ck_assert_uint_eq(status, 409); break;
		case PB__RETRY__RETRY_NOT_ALLOWED: ck_assert_uint_eq(status, 403); break;
		case PB__RETRY__RETRY_LIMIT: ck_assert_uint_eq(status, 422); break;
		default: ck_abort_msg("%s has another retry class", outcomes[i].name);
		}
	}
}
END_TEST

START_TEST(single_outcomes_have_the_status_that_http_knows_for_them) {
	ck_assert_uint_eq(problem_status(PB__OUTCOME__VOUCHER_UNKNOWN), 404);
	ck_assert_uint_eq(problem_status(PB__OUTCOME__PAYMENT_UNKNOWN), 404);
	ck_assert_uint_eq(problem_status(PB__OUTCOME__ID_REUSED), 409);
	ck_assert_uint_eq(problem_status(PB__OUTCOME__LINKED_FAILED), 409);
	ck_assert_uint_eq(problem_status(PB__OUTCOME__TOO_LARGE), 413);
	ck_assert_uint_eq(problem_status(PB__OUTCOME__UNAVAILABLE), 503);
	ck_assert_uint_eq(problem_status(PB__OUTCOME__FIELD_INVALID), 400);
}
END_TEST

START_TEST(every_unknown_object_is_found_by_its_noun) {
	size_t count, found = 0;
	const struct outcome_info *outcomes = outcome_table(&count);
	for (size_t i = 0; i < count; i++) {
		const char *tail = strstr(outcomes[i].name, "_UNKNOWN");
		if (!tail)
			continue;
		char noun[32] = "";
		for (const char *c = outcomes[i].name; c < tail; c++)
			noun[strlen(noun)] = *c == '_' ? '_' : (char)(*c | 0x20);
		ck_assert_msg(problem_unknown(noun) == outcomes[i].outcome, "%s", noun);
		ck_assert_uint_eq(problem_status(outcomes[i].outcome), 404);
		found++;
	}
	ck_assert_uint_eq(found, 14);
	ck_assert_int_eq(problem_unknown("parties"), PB__OUTCOME__PARTY_UNKNOWN);
	ck_assert_int_eq(problem_unknown("unicorns"), PB__OUTCOME__MALFORMED);
}
END_TEST

START_TEST(a_refusal_becomes_a_document_that_says_everything) {
	arena_init(&arena, 0);
	Pb__Bound bound = PB__BOUND__INIT;
	bound.rule = PB__RULE__RULE_POOL;
	bound.limit = 10000, bound.used = 9000, bound.asked = 2000, bound.granted = 1000;
	bound.binds = true;
	Pb__Refusal refusal = PB__REFUSAL__INIT;
	refusal.bound = &bound;
	const struct problem problem = { .outcome = PB__OUTCOME__POOL_EMPTY, .refusal = &refusal };
	const Pb__Problem *document = problem_document(&problem, "/v1/applications/7:issue", &arena);
	ck_assert_ptr_nonnull(document);
	ck_assert_str_eq(document->type, "/problems/POOL_EMPTY");
	ck_assert_str_eq(document->title, "The programme's pool has not enough left.");
	ck_assert_str_eq(document->title_zh, "项目资金池余额不足。");
	ck_assert_uint_eq(document->status, 422);
	ck_assert_int_eq(document->outcome_name, PB__OUTCOME__POOL_EMPTY);
	ck_assert_uint_eq(document->outcome, PB__OUTCOME__POOL_EMPTY);
	ck_assert_int_eq(document->retry, PB__RETRY__RETRY_LIMIT);
	ck_assert_str_eq(document->instance, "/v1/applications/7:issue");
	static const char sentence[] = "Pool of the programme: limit 100.00, used 90.00, asked 20.00,"
	                               " possible 10.00; this stood against it.";
	ck_assert_str_eq(document->detail, sentence);
	ck_assert_uint_eq(document->n_explanation, 1);
	ck_assert_str_eq(document->explanation[0]->en, sentence);
	ck_assert_str_eq(document->explanation[0]->zh,
	    "项目资金池余额：上限 100.00，已用 90.00，申请 20.00，可给予 10.00；因此不予通过。");
	ck_assert_ptr_eq(document->refusal, &refusal);
	arena_done(&arena);
}
END_TEST

START_TEST(the_detail_is_made_of_what_the_refusal_has) {
	arena_init(&arena, 0);
	static const struct {
		const char *field, *detail, *expected;
	} cases[] = {
		{ "", "", "" },
		{ "amount", "", "Field amount." },
		{ "amount", "must be positive", "Field amount: must be positive" },
		{ "", "VOUCHER_CLOSED", "VOUCHER_CLOSED" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Pb__Refusal refusal = PB__REFUSAL__INIT;
		refusal.field = cases[i].field;
		refusal.detail = cases[i].detail;
		const struct problem problem = {
			.outcome = PB__OUTCOME__FIELD_INVALID,
			.refusal = &refusal,
		};
		const Pb__Problem *document = problem_document(&problem, "", &arena);
		ck_assert_str_eq(document->detail, cases[i].expected);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(without_an_outcome_the_status_speaks) {
	arena_init(&arena, 0);
	static const uint16_t statuses[] = { 400, 401, 403, 404, 405, 500, 503 };
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		const struct problem problem = { .status = statuses[i], .detail = "So it is." };
		const Pb__Problem *document = problem_document(&problem, "/v1/nothing", &arena);
		ck_assert_str_eq(document->type, "about:blank");
		ck_assert_uint_eq(document->status, statuses[i]);
		ck_assert_uint_eq(document->outcome, 0);
		ck_assert_str_ne(document->title, "Error");
		ck_assert_str_ne(document->title_zh, "");
		ck_assert_int_ne(document->retry, PB__RETRY__RETRY_NONE);
		ck_assert_str_eq(document->detail, "So it is.");
	}
	arena_done(&arena);
}
END_TEST

START_TEST(a_fault_in_json_is_placed) {
	arena_init(&arena, 0);
	const struct json_error syntax = { .line = 3, .column = 7, .path = "", .reason = "no comma" };
	struct problem problem = problem_of_json(&syntax, &arena);
	ck_assert_int_eq(problem.outcome, PB__OUTCOME__MALFORMED);
	ck_assert_str_eq(problem.refusal->detail, "line 3, column 7: no comma");
	const struct json_error field = { .path = "commands[1].redeem.amuont", .reason = "unknown" };
	problem = problem_of_json(&field, &arena);
	ck_assert_int_eq(problem.outcome, PB__OUTCOME__FIELD_INVALID);
	ck_assert_str_eq(problem.refusal->field, "commands[1].redeem.amuont");
	ck_assert_str_eq(problem.refusal->detail, "unknown");
	arena_done(&arena);
}
END_TEST

START_TEST(without_memory_there_is_no_document) {
	struct arena tiny;
	arena_init(&tiny, 1);
	const struct problem problem = { .outcome = PB__OUTCOME__POOL_EMPTY };
	ck_assert_ptr_null(problem_document(&problem, "", &tiny));
	arena_done(&tiny);
}
END_TEST

SUITE_MAIN("problem", every_outcome_has_a_status_of_its_retry_class,
    single_outcomes_have_the_status_that_http_knows_for_them,
    every_unknown_object_is_found_by_its_noun, a_refusal_becomes_a_document_that_says_everything,
    the_detail_is_made_of_what_the_refusal_has, without_an_outcome_the_status_speaks,
    a_fault_in_json_is_placed, without_memory_there_is_no_document)
