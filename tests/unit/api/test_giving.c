/* SPDX-License-Identifier: Apache-2.0 */
/* Giving commands, singly and in batches: over TLS, against a whole daemon. */
#include "unit/api/live.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "record/pb.h"
#include "support/suite.h"
#include "voucher/v1/command.pb-c.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void is_problem(const struct answer *answer, long status, const char *outcome) {
	ck_assert_msg(
	    answer->status == status, "%ld instead of %ld: %s", answer->status, status, answer->body);
	ck_assert_str_eq(answer->type, "application/problem+json");
	ck_assert_str_eq(live_value(answer, "outcome_name"), outcome);
}

/* The journal's size: it has changed, or not. */
static const char *size_of(struct live *live) {
	return live_value(live_get(live, ADMIN, "/v1/tree-head"), "size");
}

static const struct answer *batch(struct live *live, enum who who, const char *text) {
	const struct question question = { .who = who, .target = "/v1/batch", .body = text };
	return live_ask(live, &question);
}

static const char *create_fund(struct live *live, const char *code) {
	return live_text(
	    live, "{\"id\":\"%s\",\"create_fund\":{\"code\":\"%s\",\"name\":\"F\"}}", live_id(), code);
}

START_TEST(a_command_answers_what_was_decided) {
	struct live *live = live_start();
	live_settle(live);
	const struct answer *answer = live_post(
	    live, OPERATOR, "/v1/funds", "{'code': 'city', 'name': '市级资金'}");
	ck_assert_int_eq(answer->status, 201);
	ck_assert_str_eq(answer->type, "application/json");
	ck_assert_str_eq(live_value(answer, "outcome"), "OUTCOME_OK");
	ck_assert_str_eq(live_value(answer, "sentence"), "Done.");
	const char *seq = live_text(live, "%s", live_value(answer, "seq"));
	answer = live_post(
	    live, FINANCE, "/v1/funds/city:appropriate", "{'amount': 100000, 'document': 'No. 1'}");
	ck_assert_int_eq(answer->status, 200); /* nothing was made */
	ck_assert_str_eq(live_value(answer, "decision.amount"), "100000");
	answer = live_get(live, OPERATOR, "/v1/funds/city");
	ck_assert_str_eq(live_value(answer, "id"), seq);
	ck_assert_str_eq(live_value(answer, "name"), "市级资金");
	ck_assert_str_eq(live_value(answer, "available"), "100000");
	live_stop(live);
}
END_TEST

START_TEST(a_body_that_is_wrong_is_refused_where_it_is_wrong) {
	struct live *live = live_start();
	live_settle(live);
	static const struct {
		enum who who;
		const char *target, *body;
		const char *outcome, *field, *detail;
	} cases[] = {
		{ OPERATOR, "/v1/funds", "{\n  'code' 'city'\n}", "MALFORMED", "", "line 2" },
		{ OPERATOR, "/v1/funds", "{'code': 'city', 'colour': 'red'}", "FIELD_INVALID", "colour",
		    "" },
		{ OPERATOR, "/v1/funds", "{'code': 5}", "FIELD_INVALID", "code", "" },
		{ OPERATOR, "/v1/funds", "{'code': 'a', 'code': 'b'}", "", "", "" },
		{ FINANCE, "/v1/funds/city:appropriate", "{'amount': '99999999999999999999'}",
		    "FIELD_INVALID", "amount", "" },
		{ FINANCE, "/v1/funds/city:appropriate", "{'amount': 1.5}", "FIELD_INVALID", "amount", "" },
		{ OPERATOR, "/v1/parties",
		    "{'code': '91310115MA1H8R7C6D', 'kind': 'PARTY_KIND_COMPANY', 'name': 'x', 'region':"
		    " '110114'}",
		    "USCC_INVALID", "code", "" },
		{ ADMIN, "/v1/batch", "{'commands': [{'id': 'x'}]}", "FIELD_INVALID", "commands[0].id",
		    "" },
		{ ADMIN, "/v1/batch", "{'commands': [{'burn': {}}]}", "FIELD_INVALID", "commands[0].burn",
		    "" },
		{ ADMIN, "/v1/batch", "{'commands': []}", "FIELD_MISSING", "commands", "" },
		{ ADMIN, "/v1/batch", "{'commands': [", "MALFORMED", "", "line 1" },
		{ ADMIN, "/v1/batch", "", "MALFORMED", "", "" },
	};
	const char *before = live_text(live, "%s", size_of(live));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct question question = {
			.who = cases[i].who,
			.target = cases[i].target,
			.key = live_id(),
			.body = live_json(live, cases[i].body),
		};
		const struct answer *answer = live_ask(live, &question);
		ck_assert_msg(answer->status == 400, "%s: %ld", cases[i].body, answer->status);
		if (cases[i].outcome[0])
			is_problem(answer, 400, cases[i].outcome);
		ck_assert_msg(
		    !cases[i].field[0] || strcmp(live_value(answer, "refusal.field"), cases[i].field) == 0,
		    "%s: %s", cases[i].body, answer->body);
		ck_assert_msg(strstr(live_value(answer, "detail"), cases[i].detail) != NULL, "%s: %s",
		    cases[i].body, answer->body);
	}
	ck_assert_str_eq(size_of(live), before);
	live_stop(live);
}
END_TEST

START_TEST(other_media_types_are_not_read) {
	struct live *live = live_start();
	static const char *const types[] = { "text/plain", "application/xml", "application/jsonp",
		"application/x-www-form-urlencoded" };
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct question question = {
			.who = ADMIN,
			.target = "/v1/batch",
			.type = types[i],
			.body = "{}",
		};
		is_problem(live_ask(live, &question), 415, "MALFORMED");
		question.target = "/v1/principals";
		question.key = live_id();
		is_problem(live_ask(live, &question), 415, "MALFORMED");
	}
	live_stop(live);
}
END_TEST

START_TEST(what_is_too_large_is_refused) {
	struct live *live = live_start();
	size_t bytes = LIMIT_BODY_BYTES + 1;
	char *large = malloc(bytes);
	ck_assert_ptr_nonnull(large);
	memset(large, ' ', bytes);
	const struct question question = {
		.who = ADMIN,
		.target = "/v1/batch",
		.body = large,
		.bytes = bytes,
	};
	ck_assert_int_eq(live_ask(live, &question)->status, 413);
	free(large);

	struct buffer many;
	buffer_init(&many, 0);
	buffer_append_text(&many, "{\"commands\":[{}");
	for (int i = 0; i < LIMIT_BATCH_COMMANDS; i++)
		buffer_append_text(&many, ",{}");
	buffer_append_text(&many, "]}");
	is_problem(batch(live, ADMIN, buffer_string(&many)), 413, "TOO_LARGE");
	buffer_done(&many);
	live_stop(live);
}
END_TEST

START_TEST(the_same_id_answers_the_same_and_another_body_is_refused) {
	struct live *live = live_start();
	live_settle(live);
	struct question question = {
		.who = OPERATOR,
		.target = "/v1/funds",
		.key = live_text(live, "%s", live_id()),
		.body = "{\"code\": \"city\", \"name\": \"City fund\"}",
	};
	const struct answer *first = live_ask(live, &question);
	ck_assert_int_eq(first->status, 201);
	const struct answer *again = live_ask(live, &question);
	ck_assert_int_eq(again->status, 201);
	ck_assert_str_eq(live_value(again, "replayed"), "true");
	const char *seq = live_text(live, "%s", live_value(first, "seq"));
	ck_assert_str_eq(live_value(again, "seq"), seq);

	question.body = "{\"code\": \"city\", \"name\": \"Another fund\"}";
	const struct answer *other = live_ask(live, &question);
	is_problem(other, 409, "ID_REUSED");
	ck_assert_str_eq(live_value(other, "refusal.field"), "name");

	const char *target = live_text(live, "/v1/commands/%s", question.key);
	const struct answer *became = live_get(live, OPERATOR, target);
	ck_assert_int_eq(became->status, 200);
	ck_assert_str_eq(live_value(became, "seq"), seq);
	ck_assert_int_eq(live_get(live, RIVAL, target)->status, 404);
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/commands/x")->status, 404);
	ck_assert_int_eq(
	    live_get(live, OPERATOR, live_text(live, "/v1/commands/%s", live_id()))->status, 404);
	live_stop(live);
}
END_TEST

START_TEST(a_dry_run_decides_and_changes_nothing) {
	struct live *live = live_start();
	live_settle(live);
	const char *before = live_text(live, "%s", size_of(live));
	const struct answer *answer = live_post(
	    live, OPERATOR, "/v1/funds?dry_run=true", "{'code': 'city', 'name': 'F'}");
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(live_value(answer, "outcome"), "OUTCOME_OK");
	answer = live_post(live, OPERATOR, "/v1/funds?dry_run=true", "{'code': 'NO', 'name': 'F'}");
	is_problem(answer, 400, "FIELD_INVALID");
	answer = live_post(live, OPERATOR, "/v1/funds?dry_run=perhaps", "{'code': 'c'}");
	is_problem(answer, 400, "FIELD_INVALID");
	ck_assert_str_eq(size_of(live), before);
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/funds/city")->status, 404);
	live_stop(live);
}
END_TEST

START_TEST(a_batch_answers_each_command_in_its_place) {
	struct live *live = live_start();
	live_settle(live);
	const struct answer *answer = batch(live, OPERATOR,
	    live_text(live,
	        "{\"commands\":[%s,"
	        "{\"id\":\"%s\",\"appropriate\":{\"fund\":\"one\",\"amount\":1}},"
	        "{\"create_fund\":{\"code\":\"x\"}},"
	        "{\"id\":\"%s\"},"
	        "{\"id\":\"%s\",\"suspend_party\":{\"party\":\"T-NONE\",\"reason\":\"r\"}},"
	        "%s]}",
	        create_fund(live, "one"), live_id(), live_id(), live_id(), create_fund(live, "two")));
	ck_assert_int_eq(answer->status, 200);
	static const struct {
		const char *path, *value;
	} cases[] = {
		{ "replies.0.outcome", "OUTCOME_OK" },
		{ "replies.1.outcome", "ROLE_NOT_ALLOWED" },
		{ "replies.1.retry", "RETRY_NOT_ALLOWED" },
		{ "replies.2.outcome", "FIELD_MISSING" },
		{ "replies.2.refusal.field", "id" },
		{ "replies.3.outcome", "FIELD_MISSING" },
		{ "replies.3.refusal.field", "body" },
		{ "replies.4.outcome", "PARTY_UNKNOWN" },
		{ "replies.4.sentence", "No such party." },
		{ "replies.4.sentence_zh", "主体不存在。" },
		{ "replies.5.outcome", "OUTCOME_OK" },
		{ "replies.6.outcome", "" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(strcmp(live_value(answer, cases[i].path), cases[i].value) == 0,
		    "%s is not %s: %s", cases[i].path, cases[i].value, answer->body);
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/funds/one")->status, 200);
	ck_assert_int_eq(live_get(live, OPERATOR, "/v1/funds/two")->status, 200);
	live_stop(live);
}
END_TEST

START_TEST(a_linked_batch_takes_effect_as_a_whole_or_not_at_all) {
	struct live *live = live_start();
	live_settle(live);
	const char *before = live_text(live, "%s", size_of(live));
	/* The ledger refuses one. */
	const struct answer *answer = batch(live, OPERATOR,
	    live_text(live, "{\"linked\":true,\"commands\":[%s,%s]}", create_fund(live, "one"),
	        create_fund(live, "one")));
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(live_value(answer, "replies.0.outcome"), "LINKED_FAILED");
	ck_assert_str_eq(live_value(answer, "replies.1.outcome"), "CODE_TAKEN");
	/* The table of roles refuses one. */
	answer = batch(live, OPERATOR,
	    live_text(live,
	        "{\"linked\":true,\"commands\":[%s,"
	        "{\"id\":\"%s\",\"appropriate\":{\"fund\":\"one\",\"amount\":1}}]}",
	        create_fund(live, "one"), live_id()));
	ck_assert_str_eq(live_value(answer, "replies.0.outcome"), "LINKED_FAILED");
	ck_assert_str_eq(live_value(answer, "replies.1.outcome"), "ROLE_NOT_ALLOWED");
	ck_assert_str_eq(size_of(live), before);
	/* All are good. */
	answer = batch(live, OPERATOR,
	    live_text(live, "{\"linked\":true,\"commands\":[%s,%s]}", create_fund(live, "one"),
	        create_fund(live, "two")));
	ck_assert_str_eq(live_value(answer, "replies.0.outcome"), "OUTCOME_OK");
	ck_assert_str_eq(live_value(answer, "replies.1.outcome"), "OUTCOME_OK");
	live_stop(live);
}
END_TEST

/* A batch of one create_fund, packed. */
static void pack_batch(const char *code, uint64_t id, struct buffer *buffer) {
	Pb__CreateFund fund = PB__CREATE_FUND__INIT;
	fund.code = code;
	fund.name = "F";
	Pb__Uuid uuid = PB__UUID__INIT;
	uuid.high = 0x0190a1b2c3d47e5f, uuid.low = 0x8a9b000000000000 | id;
	Pb__Command command = PB__COMMAND__INIT;
	command.id = &uuid;
	command.body_case = PB__COMMAND__BODY_CREATE_FUND;
	command.create_fund = &fund;
	Pb__Command *commands[] = { &command };
	Pb__Batch batch = PB__BATCH__INIT;
	batch.n_commands = 1;
	batch.commands = commands;
	buffer_clear(buffer);
	pb_pack(&batch.base, buffer);
	ck_assert_int_eq(buffer_error(buffer), ERR_OK);
}

START_TEST(a_batch_may_be_protobuf_and_its_answer_too) {
	struct live *live = live_start();
	live_settle(live);
	struct buffer packed;
	buffer_init(&packed, 0);
	for (int http2 = 0; http2 < 2; http2++) {
		pack_batch(http2 ? "three" : "one", 1 + (uint64_t)http2, &packed);
		struct question question = {
			.who = OPERATOR,
			.target = "/v1/batch",
			.type = "application/x-protobuf",
			.body = buffer_string(&packed),
			.bytes = packed.bytes,
			.is_http2 = http2,
		};
		const struct answer *answer = live_ask(live, &question);
		ck_assert_int_eq(answer->status, 200);
		ck_assert_str_eq(answer->type, "application/x-protobuf");
		struct arena arena;
		arena_init(&arena, 0);
		ProtobufCMessage *message;
		ck_assert_int_eq(
		    pb_unpack(&pb__batch_reply__descriptor, answer->body, answer->bytes, &arena, &message),
		    ERR_OK);
		const Pb__BatchReply *reply = (const Pb__BatchReply *)message;
		ck_assert_uint_eq(reply->n_replies, 1);
		ck_assert_int_eq(reply->replies[0]->outcome, PB__OUTCOME__OUTCOME_OK);
		ck_assert_uint_gt(reply->replies[0]->seq, 1);
		arena_done(&arena);

		question.accept = "application/json";
		answer = live_ask(live, &question);
		ck_assert_str_eq(answer->type, "application/json");
		ck_assert_str_eq(live_value(answer, "replies.0.replayed"), "true");
	}
	const struct question broken = {
		.who = OPERATOR,
		.target = "/v1/batch",
		.type = "application/x-protobuf",
		.body = "\xff\xff\xff",
		.bytes = 3,
	};
	is_problem(live_ask(live, &broken), 400, "MALFORMED");
	buffer_done(&packed);
	live_stop(live);
}
END_TEST

START_TEST(a_refusal_explains_itself) {
	struct live *live = live_start();
	live_settle(live);
	live_fund_programme(live);
	const struct answer *answer = live_post(
	    live, FINANCE, "/v1/programmes/tech:allocate", "{'fund': 'city', 'amount': 1}");
	is_problem(answer, 422, "FUND_INSUFFICIENT");
	ck_assert_str_eq(live_value(answer, "retry"), "RETRY_LIMIT");
	ck_assert_str_eq(live_value(answer, "refusal.bound.rule"), "RULE_FUND");
	ck_assert_str_eq(live_value(answer, "refusal.bound.asked"), "1");
	answer = live_post(live, OPERATOR, "/v1/funds", "{'code': 'city', 'name': 'again'}");
	is_problem(answer, 409, "CODE_TAKEN");
	const struct answer *meaning = live_get(live, NOBODY, live_value(answer, "type"));
	ck_assert_int_eq(meaning->status, 200);
	ck_assert_str_eq(live_value(meaning, "outcome_name"), "CODE_TAKEN");
	ck_assert_str_eq(live_value(meaning, "title"), "This code is in use already.");
	answer = live_post(
	    live, FINANCE, "/v1/funds/moon:appropriate", "{'amount': 1, 'document': 'd'}");
	is_problem(answer, 404, "FUND_UNKNOWN");
	live_stop(live);
}
END_TEST

SUITE_MAIN("giving", a_command_answers_what_was_decided,
    a_body_that_is_wrong_is_refused_where_it_is_wrong, other_media_types_are_not_read,
    what_is_too_large_is_refused, the_same_id_answers_the_same_and_another_body_is_refused,
    a_dry_run_decides_and_changes_nothing, a_batch_answers_each_command_in_its_place,
    a_linked_batch_takes_effect_as_a_whole_or_not_at_all,
    a_batch_may_be_protobuf_and_its_answer_too, a_refusal_explains_itself)
