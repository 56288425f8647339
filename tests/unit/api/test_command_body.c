/* SPDX-License-Identifier: Apache-2.0 */
#include "api/command_body.h"

#include "base/buffer.h"
#include "record/pb.h"
#include "support/suite.h"

#include <string.h>

#define ID       "0190a1b2-c3d4-7e5f-8a9b-0123456789ab"
#define OTHER_ID "0190a1b2-c3d4-7e5f-8a9b-0123456789ff"

static struct arena arena;

static struct body json(const char *text) {
	return (struct body){ text[0] ? MEDIA_JSON : MEDIA_NONE, text, strlen(text) };
}

/* Reads what a client would send to `target`. */
static bool read_request(const char *target, const char *key, struct body body,
    Pb__Command **ret_command, struct problem *ret_problem) {
	struct route_match match;
	routes_match("POST", target, &match);
	ck_assert_ptr_nonnull(match.route);
	const char *values[ROUTE_VALUES_MAX] = { NULL };
	for (size_t i = 0; i < match.count; i++)
		values[i] = arena_string(&arena, match.values[i].text, match.values[i].bytes);
	const struct command_source source = { match.route, values, key, body };
	return command_read(&source, &arena, ret_command, ret_problem);
}

static const Pb__Command *good(const char *target, const char *key, struct body body) {
	Pb__Command *command = NULL;
	struct problem problem = { 0 };
	bool is_good = read_request(target, key, body, &command, &problem);
	ck_assert_msg(is_good, "%s: outcome %d, field %s, %s", target, (int)problem.outcome,
	    problem.refusal ? problem.refusal->field : "",
	    problem.refusal ? problem.refusal->detail : problem.detail);
	ck_assert_uint_eq(command->id->high, 0x0190a1b2c3d47e5f);
	ck_assert_uint_eq(command->id->low, 0x8a9b0123456789ab);
	return command;
}

START_TEST(a_message_and_a_key_make_a_command) {
	arena_init(&arena, 0);
	static const char *const keys[] = { ID, "\"" ID "\"", "0190A1B2-C3D4-7E5F-8A9B-0123456789AB" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const Pb__Command *command = good("/v1/reservations/12:redeem", keys[i],
		    json("{\"amount\": \"500\", \"milestone\": \"一\"}"));
		ck_assert_int_eq(command->body_case, PB__COMMAND__BODY_REDEEM);
		ck_assert_uint_eq(command->redeem->reservation, 12);
		ck_assert_int_eq(command->redeem->amount, 500);
		ck_assert_str_eq(command->redeem->milestone, "一");
	}
	arena_done(&arena);
}
END_TEST

START_TEST(a_whole_command_needs_no_key) {
	arena_init(&arena, 0);
	static const char text[] = "{\"id\": \"" ID "\", \"redeem\": {\"amount\": 500}}";
	const Pb__Command *command = good("/v1/reservations/12:redeem", "", json(text));
	ck_assert_uint_eq(command->redeem->reservation, 12);
	command = good("/v1/reservations/12:redeem", ID, json(text));
	ck_assert_int_eq(command->redeem->amount, 500);
	command = good("/v1/reservations/12:redeem", ID, json("{\"redeem\": {\"amount\": 500}}"));
	ck_assert_int_eq(command->redeem->amount, 500);
	arena_done(&arena);
}
END_TEST

START_TEST(an_action_that_says_it_all_in_its_path_needs_no_body) {
	arena_init(&arena, 0);
	const Pb__Command *command = good("/v1/claims/9:approve", ID, json(""));
	ck_assert_int_eq(command->body_case, PB__COMMAND__BODY_APPROVE_CLAIM);
	ck_assert_uint_eq(command->approve_claim->claim, 9);
	command = good("/v1/claims/9:approve", ID, json("{}"));
	ck_assert_uint_eq(command->approve_claim->claim, 9);
	command = good("/v1/claims/9:approve", "", json("{\"id\": \"" ID "\"}"));
	ck_assert_int_eq(command->body_case, PB__COMMAND__BODY_APPROVE_CLAIM);
	ck_assert_uint_eq(command->approve_claim->claim, 9);
	arena_done(&arena);
}
END_TEST

START_TEST(the_path_fills_codes_and_numbers) {
	arena_init(&arena, 0);
	const Pb__Command *command = good("/v1/funds/city:appropriate", ID, json("{\"amount\": 1}"));
	ck_assert_str_eq(command->appropriate->fund, "city");
	command = good("/v1/funds/city:appropriate", ID, json("{\"fund\": \"city\", \"amount\": 1}"));
	ck_assert_str_eq(command->appropriate->fund, "city");
	command = good("/v1/settlements/18446744073709551615/payments/4294967295:record", ID,
	    json("{\"settlement\": \"18446744073709551615\", \"status\": \"PAYMENT_PAID\"}"));
	ck_assert_uint_eq(command->record_payment->settlement, UINT64_MAX);
	ck_assert_uint_eq(command->record_payment->payment, UINT32_MAX);
	arena_done(&arena);
}
END_TEST

static struct body packed(const ProtobufCMessage *message, struct buffer *buffer) {
	pb_pack(message, buffer);
	ck_assert_int_eq(buffer_error(buffer), ERR_OK);
	return (struct body){ MEDIA_PROTOBUF, buffer_string(buffer), buffer->bytes };
}

START_TEST(protobuf_is_the_message_with_a_key_and_the_command_without) {
	arena_init(&arena, 0);
	Pb__Redeem redeem = PB__REDEEM__INIT;
	redeem.amount = 500;
	Pb__Uuid id = PB__UUID__INIT;
	id.high = 0x0190a1b2c3d47e5f, id.low = 0x8a9b0123456789ab;
	Pb__Command whole = PB__COMMAND__INIT;
	whole.id = &id;
	whole.body_case = PB__COMMAND__BODY_REDEEM;
	whole.redeem = &redeem;
	struct buffer buffer;
	buffer_init(&buffer, 0);
	const Pb__Command *command = good(
	    "/v1/reservations/12:redeem", ID, packed(&redeem.base, &buffer));
	ck_assert_int_eq(command->redeem->amount, 500);
	ck_assert_uint_eq(command->redeem->reservation, 12);
	buffer_clear(&buffer);
	command = good("/v1/reservations/12:redeem", "", packed(&whole.base, &buffer));
	ck_assert_int_eq(command->redeem->amount, 500);
	ck_assert_uint_eq(command->redeem->reservation, 12);
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_wrong_is_refused_by_name) {
	arena_init(&arena, 0);
	static const struct {
		const char *target, *key, *body;
		Pb__Outcome outcome;
		const char *field;
	} cases[] = {
		/* The id. */
		{ "/v1/reservations/12:redeem", "", "{\"amount\": 5}", PB__OUTCOME__FIELD_MISSING, "id" },
		{ "/v1/reservations/12:redeem", "", "", PB__OUTCOME__FIELD_MISSING, "id" },
		{ "/v1/reservations/12:redeem", "", "{\"redeem\": {\"amount\": 5}}",
		    PB__OUTCOME__FIELD_MISSING, "id" },
		{ "/v1/reservations/12:redeem", "00000000-0000-0000-0000-000000000000", "{\"amount\": 5}",
		    PB__OUTCOME__FIELD_INVALID, "id" },
		{ "/v1/reservations/12:redeem", "12345", "{\"amount\": 5}", PB__OUTCOME__FIELD_INVALID,
		    "id" },
		{ "/v1/reservations/12:redeem", "\"" ID, "{\"amount\": 5}", PB__OUTCOME__FIELD_INVALID,
		    "id" },
		{ "/v1/reservations/12:redeem", OTHER_ID,
		    "{\"id\": \"" ID "\", \"redeem\": {\"amount\": 5}}", PB__OUTCOME__FIELD_INVALID, "id" },
		/* Another object, another command. */
		{ "/v1/reservations/12:redeem", ID, "{\"reservation\": 13}", PB__OUTCOME__FIELD_INVALID,
		    "reservation" },
		{ "/v1/funds/city:appropriate", ID, "{\"fund\": \"county\"}", PB__OUTCOME__FIELD_INVALID,
		    "fund" },
		{ "/v1/reservations/12:redeem", ID, "{\"release\": {}}", PB__OUTCOME__FIELD_INVALID,
		    "release" },
		/* What is not there cannot have such an id. */
		{ "/v1/reservations/x:redeem", ID, "{}", PB__OUTCOME__RESERVATION_UNKNOWN, NULL },
		{ "/v1/reservations/0:redeem", ID, "{}", PB__OUTCOME__RESERVATION_UNKNOWN, NULL },
		{ "/v1/vouchers/18446744073709551616:reserve", ID, "{}", PB__OUTCOME__VOUCHER_UNKNOWN,
		    NULL },
		{ "/v1/settlements/1/payments/4294967296:record", ID, "{}", PB__OUTCOME__PAYMENT_UNKNOWN,
		    NULL },
		{ "/v1/principals/-1:revoke", ID, "{}", PB__OUTCOME__PRINCIPAL_UNKNOWN, NULL },
		/* The JSON: the complaint is about the form that was meant. */
		{ "/v1/reservations/12:redeem", ID, "{", PB__OUTCOME__MALFORMED, "" },
		{ "/v1/reservations/12:redeem", "", "{", PB__OUTCOME__MALFORMED, "" },
		{ "/v1/reservations/12:redeem", ID, "[]", PB__OUTCOME__MALFORMED, "" },
		{ "/v1/reservations/12:redeem", ID, "{\"colour\": 1}", PB__OUTCOME__FIELD_INVALID,
		    "colour" },
		{ "/v1/reservations/12:redeem", "", "{\"colour\": 1}", PB__OUTCOME__FIELD_INVALID,
		    "colour" },
		{ "/v1/reservations/12:redeem", "", "{\"id\": \"" ID "\", \"redeem\": {\"colour\": 1}}",
		    PB__OUTCOME__FIELD_INVALID, "redeem.colour" },
		{ "/v1/reservations/12:redeem", ID, "{\"redeem\": {\"colour\": 1}}",
		    PB__OUTCOME__FIELD_INVALID, "redeem.colour" },
		{ "/v1/reservations/12:redeem", "", "{\"id\": \"x\"}", PB__OUTCOME__FIELD_INVALID, "id" },
		{ "/v1/reservations/12:redeem", ID, "{\"amount\": 1.5}", PB__OUTCOME__FIELD_INVALID,
		    "amount" },
		{ "/v1/reservations/12:redeem", ID, "{\"amount\": \"9223372036854775808\"}",
		    PB__OUTCOME__FIELD_INVALID, "amount" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Pb__Command *command = NULL;
		struct problem problem = { 0 };
		ck_assert_msg(
		    !read_request(cases[i].target, cases[i].key, json(cases[i].body), &command, &problem),
		    "case %zu: %s %s was taken", i, cases[i].target, cases[i].body);
		const char *field = problem.refusal ? problem.refusal->field : "(none)";
		ck_assert_msg(problem.outcome == cases[i].outcome, "case %zu: %s %s: outcome %d field %s",
		    i, cases[i].target, cases[i].body, (int)problem.outcome, field);
		if (cases[i].field)
			ck_assert_msg(strcmp(field, cases[i].field) == 0, "case %zu: %s %s: field %s", i,
			    cases[i].target, cases[i].body, field);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(only_json_and_protobuf_are_read) {
	arena_init(&arena, 0);
	static const struct {
		enum media media;
		const char *text;
		uint16_t status;
	} cases[] = {
		{ MEDIA_OTHER, "{}", 415 },
		{ MEDIA_NONE, "{}", 415 },
		{ MEDIA_PROTOBUF, "\xff\xff", 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct body body = { cases[i].media, cases[i].text, strlen(cases[i].text) };
		Pb__Command *command;
		struct problem problem = { 0 };
		ck_assert(!read_request("/v1/reservations/12:redeem", ID, body, &command, &problem));
		ck_assert_int_eq(problem.outcome, PB__OUTCOME__MALFORMED);
		ck_assert_uint_eq(problem.status, cases[i].status);
	}
	arena_done(&arena);
}
END_TEST

START_TEST(commands_are_known_by_their_number) {
	ck_assert_str_eq(command_field(PB__COMMAND__BODY_REDEEM)->name, "redeem");
	ck_assert_ptr_null(command_field(PB__COMMAND__BODY__NOT_SET));
	ck_assert_ptr_null(command_field((Pb__Command__BodyCase)1)); /* the id */
	ck_assert_ptr_null(command_field((Pb__Command__BodyCase)9999));
}
END_TEST

SUITE_MAIN("command body", a_message_and_a_key_make_a_command, a_whole_command_needs_no_key,
    an_action_that_says_it_all_in_its_path_needs_no_body, the_path_fills_codes_and_numbers,
    protobuf_is_the_message_with_a_key_and_the_command_without, what_is_wrong_is_refused_by_name,
    only_json_and_protobuf_are_read, commands_are_known_by_their_number)
