/* SPDX-License-Identifier: Apache-2.0 */
/* Particulars of natural persons over the whole daemon: who sees them, and who never does. */
#include "unit/api/live.h"

#include "base/buffer.h"
#include "record/pb.h"
#include "support/suite.h"
#include "voucher/v1/command.pb-c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MARKER "marker-of-a-person"
#define TEAM(code)                                                                                 \
	"{'code': '" code "', 'kind': 'PARTY_KIND_TEAM', 'region': '110114', 'personal':"              \
	" {'name': '" MARKER "', 'telephone': '13800000000', 'bank_account': {'number': '6222',"       \
	" 'bank_code': '102100099996', 'holder_name': '" MARKER "'}}}"

static bool has_marker(const struct answer *answer) {
	return memmem(answer->body, answer->bytes, MARKER, strlen(MARKER));
}

static void is_refused(const struct answer *answer, const char *outcome, const char *field) {
	ck_assert_msg(answer->status == 400, "%ld: %s", answer->status, answer->body);
	ck_assert_str_eq(live_value(answer, "outcome_name"), outcome);
	ck_assert_str_eq(live_value(answer, "refusal.field"), field);
	ck_assert(!has_marker(answer));
}

START_TEST(replies_and_the_feed_have_no_particulars) {
	struct live *live = live_start();
	live_settle(live);
	const struct answer *answer = live_post(live, OPERATOR, "/v1/parties", TEAM("T-1"));
	ck_assert_msg(answer->status == 201, "%s", answer->body);
	ck_assert(!has_marker(answer));
	answer = live_post(live, OPERATOR, "/v1/parties?dry_run=true", TEAM("T-2"));
	ck_assert_int_eq(answer->status, 200);
	ck_assert(!has_marker(answer));
	answer = live_get(live, AUDITOR, "/v1/journal?after=0&limit=1000");
	ck_assert(!has_marker(answer));
	ck_assert_ptr_nonnull(strstr(answer->body, "\"T-1\"")); /* the entry is there */
	ck_assert_ptr_nonnull(strstr(answer->body, "\"personal_commitment\""));
	live_stop(live);
}
END_TEST

START_TEST(a_retry_is_a_replay_and_another_name_is_not) {
	struct live *live = live_start();
	live_settle(live);
	struct question question = {
		.who = OPERATOR,
		.target = "/v1/parties",
		.key = live_text(live, "%s", live_id()),
		.body = live_json(live, TEAM("T-1")),
	};
	ck_assert_int_eq(live_ask(live, &question)->status, 201);
	live_restart(live);
	const struct answer *answer = live_ask(live, &question);
	ck_assert_str_eq(live_value(answer, "replayed"), "true");
	question.body = live_json(live,
	    "{'code': 'T-1', 'kind': 'PARTY_KIND_TEAM', 'region': '110114', 'personal':"
	    " {'name': 'somebody else'}}");
	answer = live_ask(live, &question);
	ck_assert_str_eq(live_value(answer, "outcome_name"), "ID_REUSED");
	ck_assert_str_eq(live_value(answer, "refusal.field"), "personal.name");
	ck_assert(!has_marker(answer));
	live_stop(live);
}
END_TEST

START_TEST(staff_and_the_party_itself_see_them_until_they_are_erased) {
	struct live *live = live_start();
	live_settle(live);
	live_do(live, OPERATOR, "/v1/parties/T-ONE:update",
	    "{'region': '110114', 'personal': {'name': '" MARKER "'}}");
	static const enum who told[] = { ADMIN, OPERATOR, AUDITOR, STARTUP };
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		const struct answer *answer = live_get(live, told[i], "/v1/parties/T-ONE");
		ck_assert_int_eq(answer->status, 200);
		ck_assert_str_eq(live_value(answer, "personal.name"), MARKER);
	}
	static const enum who strangers[] = { RIVAL, PROVIDER, NOBODY };
	static const char *const targets[] = { "/v1/parties/T-ONE", "/v1/parties", "/v1/journal" };
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 3; j++)
			ck_assert(!has_marker(live_get(live, strangers[i], targets[j])));

	live_do(live, ADMIN, "/v1/parties/T-ONE:erase_personal", "{'reason': 'asked for'}");
	const struct answer *answer = live_get(live, ADMIN, "/v1/parties/T-ONE");
	ck_assert(!has_marker(answer));
	ck_assert_str_eq(live_value(answer, "personal_erased"), "true");
	ck_assert(!has_marker(live_get(live, ADMIN, "/v1/parties")));
	live_stop(live);
}
END_TEST

START_TEST(what_only_the_server_sets_is_refused_from_a_client) {
	static const char *const fields[] = { "personal_commitment", "personal_account" };
	static const char *const values[] = {
		"'00000000000000000000000000000000000000000000000000000000000000ee'", "true"
	};
	struct live *live = live_start();
	live_settle(live);
	for (size_t i = 0; i < 2; i++)
		is_refused(live_post(live, OPERATOR, "/v1/parties",
		               "{'code': 'T-1', 'kind': 'PARTY_KIND_TEAM', 'region': '110114', '%s': %s,"
		               " 'personal': {'name': '" MARKER "'}}",
		               fields[i], values[i]),
		    "FIELD_INVALID", fields[i]);
	is_refused(live_post(live, OPERATOR, "/v1/parties",
	               "{'code': 'T-1', 'kind': 'PARTY_KIND_TEAM', 'region': '110114',"
	               " 'name': '" MARKER "', 'personal': {'name': '" MARKER "'}}"),
	    "PERSONAL_DATA_IN_CLEAR", "name");
	is_refused(live_post(live, OPERATOR, "/v1/parties",
	               "{'code': 'T-1', 'kind': 'PARTY_KIND_TEAM', 'region': '110114',"
	               " 'personal': {'name': '" MARKER "\\u0001'}}"),
	    "FIELD_INVALID", "personal.name");
	live_stop(live);
}
END_TEST

START_TEST(a_batch_seals_them_in_either_form) {
	struct live *live = live_start();
	live_settle(live);
	Pb__Uuid id = PB__UUID__INIT;
	Pb__Personal personal = PB__PERSONAL__INIT;
	Pb__RegisterParty party = PB__REGISTER_PARTY__INIT;
	Pb__Command command = PB__COMMAND__INIT, *commands[] = { &command };
	Pb__Batch batch = PB__BATCH__INIT;
	struct buffer bytes;
	id.high = 1, id.low = 2;
	personal.name = MARKER;
	party.code = "T-1";
	party.kind = PB__PARTY_KIND__PARTY_KIND_TEAM;
	party.region = "110114";
	party.personal = &personal;
	command.id = &id;
	command.body_case = PB__COMMAND__BODY_REGISTER_PARTY;
	command.register_party = &party;
	batch.n_commands = 1;
	batch.commands = commands;
	buffer_init(&bytes, 0);
	pb_pack(&batch.base, &bytes);
	const struct question as_protobuf = {
		.who = OPERATOR,
		.target = "/v1/batch",
		.type = "application/x-protobuf",
		.accept = "application/json",
		.body = bytes.data,
		.bytes = bytes.bytes,
	};
	const struct question as_json = {
		.who = OPERATOR,
		.target = "/v1/batch",
		.body = live_text(live, "{\"commands\":[{\"id\":\"%s\",\"register_party\":%s}]}", live_id(),
		    live_json(live, TEAM("T-2"))),
	};
	const struct question *const questions[] = { &as_protobuf, &as_json };
	for (size_t i = 0; i < 2; i++) {
		const struct answer *answer = live_ask(live, questions[i]);
		ck_assert_str_eq(live_value(answer, "replies.0.outcome"), "OUTCOME_OK");
		ck_assert(!has_marker(answer));
		answer = live_get(live, OPERATOR, i ? "/v1/parties/T-2" : "/v1/parties/T-1");
		ck_assert_str_eq(live_value(answer, "personal.name"), MARKER);
	}
	ck_assert(!has_marker(live_get(live, AUDITOR, "/v1/journal?after=0&limit=1000")));
	buffer_done(&bytes);
	live_stop(live);
}
END_TEST

START_TEST(no_line_of_the_log_has_them) {
	char path[300], text[1 << 16];
	snprintf(path, sizeof(path), "%s/log", suite_directory());
	ck_assert_ptr_nonnull(freopen(path, "w", stderr));
	struct live *live = live_start();
	live_settle(live);
	live_post(live, OPERATOR, "/v1/parties", TEAM("T-1"));
	live_post(live, OPERATOR, "/v1/parties", TEAM("T-1"));
	live_post(live, STARTUP, "/v1/parties", TEAM("T-2")); /* denied, which is logged */
	live_post(live, ADMIN, "/v1/parties/T-1:erase_personal", "{'reason': 'asked for'}");
	live_stop(live);
	fflush(stderr);
	FILE *log = fopen(path, "r");
	ck_assert_ptr_nonnull(log);
	size_t bytes = fread(text, 1, sizeof(text) - 1, log);
	text[bytes] = '\0';
	fclose(log);
	ck_assert_ptr_nonnull(strstr(text, "event=denied"));
	ck_assert_ptr_null(strstr(text, MARKER));
}
END_TEST

SUITE_MAIN("api: persons", replies_and_the_feed_have_no_particulars,
    a_retry_is_a_replay_and_another_name_is_not,
    staff_and_the_party_itself_see_them_until_they_are_erased,
    what_only_the_server_sets_is_refused_from_a_client, a_batch_seals_them_in_either_form,
    no_line_of_the_log_has_them)
