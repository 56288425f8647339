/* SPDX-License-Identifier: Apache-2.0 */
/* Signed checkpoints and receipts over HTTP: who gets them, and that they prove what they say. */
#include "unit/api/live.h"

#include "base/arena.h"
#include "record/pb.h"
#include "record/receipt.h"
#include "support/checkpoint_key.h"
#include "support/suite.h"
#include "voucher/v1/journal.pb-c.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct note_key test_key;

static struct checkpoint_trust trust_test_key(void) {
	Pb__Genesis genesis = PB__GENESIS__INIT;
	test_name_log(&genesis);
	ck_assert_int_eq(note_key_make(NOTE_ED25519, TEST_ORIGIN, genesis.checkpoint_key->ed25519.data,
	                     NOTE_ED25519_BYTES, &test_key),
	    ERR_OK);
	return (struct checkpoint_trust){ .origin = TEST_ORIGIN, .keys = &test_key, .count = 1 };
}

static struct checkpoint checkpoint_of(const struct answer *answer) {
	const struct checkpoint_trust trust = trust_test_key();
	struct checkpoint checkpoint;
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(answer->type, "text/plain; charset=utf-8");
	ck_assert_int_eq(
	    checkpoint_open(&trust, answer->body, answer->bytes, &checkpoint, NULL), ERR_OK);
	return checkpoint;
}

/* The receipt proves the entry, which is returned, in `arena`. */
static const Pb__JournalEntry *proved(const char *text, struct arena *arena) {
	const struct checkpoint_trust trust = trust_test_key();
	struct receipt receipt;
	struct checkpoint checkpoint;
	struct digest *digest;
	ProtobufCMessage *entry;
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
	ck_assert_int_eq(receipt_parse(text, strlen(text), arena, &receipt), ERR_OK);
	ck_assert_int_eq(receipt_verify(&receipt, digest, &trust, &checkpoint, NULL), ERR_OK);
	digest_free(digest);
	ck_assert_int_eq(pb_unpack(&pb__journal_entry__descriptor, receipt.entry, receipt.entry_bytes,
	                     arena, &entry),
	    ERR_OK);
	ck_assert_uint_eq(((Pb__JournalEntry *)entry)->seq, receipt.index + 1);
	return (const Pb__JournalEntry *)entry;
}

START_TEST(checkpoint_covers_what_was_acknowledged_before_it_was_asked_for) {
	struct live *live = live_start();
	live_settle(live);
	for (int i = 0; i < 3; i++) {
		uint64_t seq = live_do(live, OPERATOR, "/v1/funds", "{'code': 'f%d', 'name': 'Fund'}", i);
		struct checkpoint checkpoint = checkpoint_of(live_get(live, STARTUP, "/v1/checkpoint"));
		ck_assert_uint_eq(checkpoint.size, seq);
	}
	ck_assert_int_eq(live_get(live, NOBODY, "/v1/checkpoint")->status, 401);
	live_stop(live);
}
END_TEST

START_TEST(world_gets_the_newest_there_is_and_causes_no_signature) {
	struct live *live = live_start();
	uint64_t before = checkpoint_of(live_get(live, NOBODY, "/checkpoint")).size;
	live_settle(live);
	ck_assert_uint_eq(checkpoint_of(live_get(live, NOBODY, "/checkpoint")).size, before);
	uint64_t fresh = checkpoint_of(live_get(live, ADMIN, "/v1/checkpoint")).size;
	ck_assert_uint_gt(fresh, before);
	ck_assert_uint_eq(checkpoint_of(live_get(live, NOBODY, "/checkpoint")).size, fresh);
	live_stop(live);
}
END_TEST

START_TEST(receipt_proves_its_entry_to_those_who_may_see_it) {
	struct live *live = live_start();
	struct arena arena;
	arena_init(&arena, 0);
	live_settle(live);
	live_fund_programme(live);
	struct story mine = live_issue(live, STARTUP);
	const char *target = live_text(live, "/v1/receipts/%" PRIu64, mine.voucher);
	static const enum who readers[] = { STARTUP, OPERATOR, AUDITOR };
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		const struct answer *answer = live_get(live, readers[i], target);
		ck_assert_msg(answer->status == 200, "%s", answer->body);
		const Pb__JournalEntry *entry = proved(answer->body, &arena);
		ck_assert_uint_eq(entry->seq, mine.voucher);
		ck_assert_int_eq(entry->command->body_case, PB__COMMAND__BODY_ISSUE);
	}
	ck_assert_int_eq(live_get(live, RIVAL, target)->status, 404);
	ck_assert_int_eq(live_get(live, NOBODY, target)->status, 401);
	static const char *const nothing[] = { "/v1/receipts/0", "/v1/receipts/999999",
		"/v1/receipts/one", "/v1/receipts/-1", "/v1/receipts/18446744073709551615" };
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		ck_assert_int_eq(live_get(live, ADMIN, nothing[i])->status, 404);
	arena_done(&arena);
	live_stop(live);
}
END_TEST

START_TEST(command_returns_its_receipt_where_it_is_asked_for) {
	struct live *live = live_start();
	struct arena arena;
	arena_init(&arena, 0);
	live_settle(live);
	const char *body = "{'code': 'city', 'name': 'Fund'}";
	const struct question question = {
		.who = OPERATOR,
		.target = "/v1/funds?receipt=true",
		.key = live_id(),
		.body = live_json(live, body),
	};
	const struct answer *answer = live_ask(live, &question);
	ck_assert_int_eq(answer->status, 201);
	const Pb__JournalEntry *entry = proved(live_value(answer, "receipt"), &arena);
	ck_assert_uint_eq(entry->seq, strtoull(live_value(answer, "seq"), NULL, 10));
	ck_assert_str_eq(entry->command->create_fund->code, "city");
	answer = live_ask(live, &question); /* the same command again */
	ck_assert_str_eq(live_value(answer, "replayed"), "true");
	ck_assert_uint_eq(proved(live_value(answer, "receipt"), &arena)->seq, entry->seq);
	answer = live_post(live, OPERATOR, "/v1/funds", "{'code': 'b', 'name': 'Fund'}");
	ck_assert_str_eq(live_value(answer, "receipt"), "");
	answer = live_post(
	    live, OPERATOR, "/v1/funds?receipt=true&dry_run=true", "{'code': 'c', 'name': 'Fund'}");
	ck_assert_int_eq(answer->status, 200);
	ck_assert_str_eq(live_value(answer, "receipt"), "");
	answer = live_post(live, OPERATOR, "/v1/funds?receipt=yes", "{'code': 'c', 'name': 'Fund'}");
	ck_assert_int_eq(answer->status, 400);
	arena_done(&arena);
	live_stop(live);
}
END_TEST

START_TEST(without_a_signer_commands_take_effect_and_checkpoints_are_unavailable) {
	struct live *live = live_start();
	live_settle(live);
	api_set_signer(live_api(live), NULL);
	const struct answer *answer = live_post(
	    live, OPERATOR, "/v1/funds?receipt=true", "{'code': 'city', 'name': 'Fund'}");
	ck_assert_int_eq(answer->status, 201);
	ck_assert_str_eq(live_value(answer, "receipt"), "");
	ck_assert_int_eq(live_get(live, ADMIN, "/v1/checkpoint")->status, 503);
	ck_assert_int_eq(live_get(live, NOBODY, "/checkpoint")->status, 503);
	ck_assert_int_eq(live_get(live, ADMIN, "/v1/receipts/1")->status, 503);
	live_stop(live);
}
END_TEST

SUITE_MAIN("checkpoints", checkpoint_covers_what_was_acknowledged_before_it_was_asked_for,
    world_gets_the_newest_there_is_and_causes_no_signature,
    receipt_proves_its_entry_to_those_who_may_see_it,
    command_returns_its_receipt_where_it_is_asked_for,
    without_a_signer_commands_take_effect_and_checkpoints_are_unavailable)
