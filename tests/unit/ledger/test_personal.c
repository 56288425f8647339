/* SPDX-License-Identifier: Apache-2.0 */
/* Particulars of natural persons: sealed before they are decided, compared without being kept. */
#include "base/buffer.h"
#include "record/entry.h"
#include "record/pb.h"
#include "refusals.h"
#include "support/suite.h"

#include <string.h>

#define COMPANY "91350100M000100Y43"
#define MARKER  "marker-of-a-person"

#define TEAM(extra)                                                                                \
	"{'register_party': {'code': 'T-1', 'kind': 'PARTY_KIND_TEAM', 'region': '110114'" extra "}}"
#define NAMED(name)   "'personal': {'name': '" name "'}"
#define ACCOUNT(name) "{'number': '6222', 'bank_code': '102100099996', 'holder_name': '" name "'}"
#define UPDATE(extra) "{'update_party': {'code': 'T-1', 'region': '110108'" extra "}}"
#define ERASE         "{'erase_personal': {'party': 'T-1', 'reason': 'asked for'}}"
#define FULL(name)                                                                                 \
	"'personal': {'name': '" name "', 'telephone': '1', 'identity_number': '2', 'bank_account': "  \
	"" ACCOUNT(name) "}"

/* Whether the bytes of an entry, or of the party's particulars in the state, hold the text. */
static bool is_in_entry(struct world *w, uint64_t seq, const char *text) {
	struct buffer bytes;
	buffer_init(&bytes, 0);
	ck_assert_int_eq(entry_encode(world_entry(w, seq), &bytes), ERR_OK);
	bool is_there = memmem(bytes.data, bytes.bytes, text, strlen(text));
	buffer_done(&bytes);
	return is_there;
}

static bool is_in_state(struct world *w, uint64_t party, const char *text) {
	struct key key = key_of_id(party);
	size_t bytes;
	const struct state *state = world_state(w);
	const void *row = state->ops->get(state->self, TABLE_PARTICULARS, &key, &bytes);
	ck_assert_ptr_nonnull(row);
	return memmem(row, bytes, text, strlen(text));
}

static enum err recall(struct world *w, uint64_t party, uint64_t *ret_seq) {
	struct sealed sealed;
	const struct history *history = world_history(w);
	return history->ops->personal(history->self, party, world_arena(w), ret_seq, &sealed);
}

START_TEST(an_entry_has_a_commitment_and_the_text_stands_beside_it) {
	struct world *w = world_new();
	uint64_t seq;
	uint64_t team = world_accept(w, TEAM(", " FULL(MARKER)));
	const Pb__RegisterParty *entry = world_entry(w, team)->command->register_party;
	ck_assert_ptr_null(entry->personal);
	ck_assert_uint_eq(entry->personal_commitment->value.len, DIGEST_BYTES);
	ck_assert(entry->personal_account);
	ck_assert_int_eq(recall(w, team, &seq), ERR_OK);
	ck_assert_uint_eq(seq, team);
	ck_assert(!is_in_entry(w, team, MARKER));
	ck_assert(!is_in_state(w, team, MARKER));
	ck_assert(is_in_entry(w, team, "T-1")); /* one would see it */
	world_free(w);
}
END_TEST

START_TEST(an_update_replaces_what_it_has_and_keeps_what_it_has_not) {
	struct world *w = world_new();
	uint64_t seq;
	uint64_t team = world_accept(w, TEAM(", " FULL("one")));
	uint64_t plain = world_accept(w, UPDATE(""));
	ck_assert_ptr_null(world_entry(w, plain)->command->update_party->personal_commitment);
	ck_assert_int_eq(recall(w, team, &seq), ERR_OK);
	ck_assert_uint_eq(seq, team);
	uint64_t update = world_accept(w, UPDATE(", " NAMED("two")));
	ck_assert_int_eq(recall(w, team, &seq), ERR_OK);
	ck_assert_uint_eq(seq, update);
	ck_assert(!world_entry(w, update)->command->update_party->personal_account);
	world_free(w);
}
END_TEST

START_TEST(erased_is_erased_until_something_new_is_put) {
	struct world *w = world_new();
	uint64_t seq;
	uint64_t team = world_accept(w, TEAM(", " FULL("one")));
	world_accept(w, ERASE);
	ck_assert_int_eq(recall(w, team, &seq), ERR_NOT_FOUND);
	ck_assert_str_eq(world_refuse(w, PB__OUTCOME__PERSONAL_STATE, ERASE)->field, "party");
	world_accept(w, UPDATE(""));
	ck_assert_int_eq(recall(w, team, &seq), ERR_NOT_FOUND);
	world_refuse(w, PB__OUTCOME__PERSONAL_STATE, ERASE);
	uint64_t update = world_accept(w, UPDATE(", " NAMED("two")));
	ck_assert_int_eq(recall(w, team, &seq), ERR_OK);
	ck_assert_uint_eq(seq, update);
	world_accept(w, ERASE);
	world_free(w);
}
END_TEST

#define DIGEST_TEXT "00000000000000000000000000000000000000000000000000000000000000ee"

START_TEST(what_is_wrong_with_particulars_is_named) {
	struct world *w = world_new();
	const char *long_name = repeated(w, 'x', 201), *long_word = repeated(w, 'x', 65);
	static const struct refused table[] = {
		{ TEAM(""), PB__OUTCOME__FIELD_MISSING, "personal" },
		{ TEAM(", 'personal': {}"), PB__OUTCOME__FIELD_MISSING, "personal.name" },
		{ TEAM(", 'personal': {'name': 'a\\u0007b'}"), PB__OUTCOME__FIELD_INVALID,
		    "personal.name" },
		{ TEAM(", 'personal': {'name': 'n', 'bank_account': {}}"), PB__OUTCOME__FIELD_MISSING,
		    "personal.bank_account.number" },
		{ TEAM(", 'personal': {'name': 'n', 'bank_account': {'number': '12-3'}}"),
		    PB__OUTCOME__FIELD_INVALID, "personal.bank_account.number" },
		{ TEAM(", 'personal': {'name': 'n', 'bank_account': {'number': '1', 'bank_code': '1'}}"),
		    PB__OUTCOME__FIELD_INVALID, "personal.bank_account.bank_code" },
		{ TEAM(", 'personal': {'name': 'n', 'bank_account': {'number': '1',"
		       " 'bank_code': '102100099996'}}"),
		    PB__OUTCOME__FIELD_MISSING, "personal.bank_account.holder_name" },
		{ TEAM(", 'personal_commitment': '" DIGEST_TEXT "'"), PB__OUTCOME__FIELD_INVALID,
		    "personal_commitment" },
		{ TEAM(", 'personal_account': true, " NAMED("n")), PB__OUTCOME__FIELD_INVALID,
		    "personal_account" },
		{ UPDATE(", 'personal_commitment': '" DIGEST_TEXT "', " NAMED("n")),
		    PB__OUTCOME__FIELD_INVALID, "personal_commitment" },
		{ UPDATE(", 'personal': {'telephone': '1'}"), PB__OUTCOME__FIELD_MISSING, "personal.name" },
		{ TEAM(", 'name': 'in clear', " NAMED("n")), PB__OUTCOME__PERSONAL_DATA_IN_CLEAR, "name" },
	};
	REFUSE_ALL(w, table);
	ck_assert_str_eq(
	    world_refuse(w, PB__OUTCOME__FIELD_INVALID, TEAM(", 'personal': {'name': '%s'}"), long_name)
	        ->field,
	    "personal.name");
	ck_assert_str_eq(world_refuse(w, PB__OUTCOME__FIELD_INVALID,
	                     TEAM(", 'personal': {'name': 'n', 'telephone': '%s'}"), long_word)
	                     ->field,
	    "personal.telephone");
	ck_assert_str_eq(world_refuse(w, PB__OUTCOME__FIELD_INVALID,
	                     TEAM(", 'personal': {'name': 'n', 'identity_number': '%s'}"), long_word)
	                     ->field,
	    "personal.identity_number");
	world_free(w);
}
END_TEST

START_TEST(the_longest_particulars_fit_beside_the_journal) {
	struct world *w = world_new();
	const char *name = repeated(w, 'x', 200), *word = repeated(w, 'x', 64);
	struct sealed sealed;
	uint64_t seq,
	    team = world_accept(w,
	        TEAM(", 'personal': {'name': '%s', 'telephone': '%s', 'identity_number': '%s',"
	             " 'bank_account': {'number': '12345678901234567890123456789012',"
	             " 'bank_code': '102100099996', 'holder_name': '%s'}}"),
	        name, word, word, name);
	const struct history *history = world_history(w);
	ck_assert_int_eq(
	    history->ops->personal(history->self, team, world_arena(w), &seq, &sealed), ERR_OK);
	ck_assert_uint_le(sealed.bytes, LIMIT_ERASABLE_BYTES);
	world_free(w);
}
END_TEST

/* --- the same id again --- */

enum { ID = 77 };

static const Pb__Reply *again(struct world *w, const char *json) {
	world_next_id(w, ID);
	return world_give(w, "%s", json);
}

static void expect_replay(struct world *w, uint64_t seq, const char *json) {
	const Pb__Reply *reply = again(w, json);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__OUTCOME_OK);
	ck_assert(reply->replayed);
	ck_assert_uint_eq(reply->seq, seq);
}

static void expect_reused(struct world *w, const char *json, const char *field) {
	const Pb__Reply *reply = again(w, json);
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__ID_REUSED);
	ck_assert_str_eq(reply->refusal->field, field);
}

START_TEST(the_same_particulars_are_a_replay_and_others_are_not) {
	struct world *w = world_new();
	world_next_id(w, ID);
	uint64_t team = world_accept(w, "%s", TEAM(", " FULL("one")));
	expect_replay(w, team, TEAM(", " FULL("one")));
	expect_reused(w, TEAM(", " FULL("two")), "personal.name");
	expect_reused(w, TEAM(", " NAMED("one")), "personal.telephone");
	expect_reused(w,
	    TEAM(", 'personal': {'name': 'one', 'telephone': '1', 'identity_number': '2',"
	         " 'bank_account': " ACCOUNT("two") "}"),
	    "personal.bank_account.holder_name");
	expect_reused(w, TEAM(""), "personal");
	expect_reused(
	    w, TEAM(", 'personal_commitment': '" DIGEST_TEXT "', " FULL("one")), "personal_commitment");
	expect_reused(w, UPDATE(", " FULL("one")), "update_party");
	world_free(w);
}
END_TEST

START_TEST(what_is_gone_is_not_compared_but_that_it_was_there_is) {
	struct world *w = world_new();
	world_next_id(w, ID);
	uint64_t team = world_accept(w, "%s", TEAM(", " FULL("one")));
	world_accept(w, "%s", UPDATE(", " NAMED("two"))); /* replaced */
	expect_replay(w, team, TEAM(", " FULL("one")));
	expect_replay(w, team, TEAM(", " NAMED("anybody")));
	expect_reused(w, TEAM(""), "personal");
	world_accept(w, ERASE); /* erased */
	expect_replay(w, team, TEAM(", " FULL("one")));
	expect_reused(w, TEAM(""), "personal");
	expect_reused(w, TEAM(", 'statuses': ['x'], " FULL("one")), "statuses[0]");
	world_free(w);
}
END_TEST

START_TEST(particulars_where_there_were_none_are_another_content) {
	struct world *w = world_new();
	world_accept(w, "%s", TEAM(", " FULL("one")));
	world_next_id(w, ID);
	uint64_t update = world_accept(w, "%s", UPDATE(""));
	expect_replay(w, update, UPDATE(""));
	expect_reused(w, UPDATE(", " FULL("one")), "personal");
	world_free(w);
}
END_TEST

START_TEST(who_did_not_give_the_command_learns_nothing_of_it) {
	struct world *w = world_new();
	uint64_t other = world_staff(w, "op2", "ROLE_OPERATOR");
	world_next_id(w, ID);
	world_accept(w, "%s", TEAM(", " FULL("one")));
	world_as(w, other);
	const Pb__Reply *reply = again(w, TEAM(", " FULL("one")));
	ck_assert_int_eq(reply->outcome, PB__OUTCOME__ID_REUSED);
	ck_assert_ptr_null(reply->refusal);
	world_free(w);
}
END_TEST

START_TEST(a_company_may_have_a_contact_beside_its_name) {
	struct world *w = world_new();
	uint64_t id = world_accept(w,
	    "{'register_party': {'code': '" COMPANY "', 'kind': 'PARTY_KIND_COMPANY', 'name': 'A',"
	    " 'region': '110114', 'bank_account': " ACCOUNT("A") ", " NAMED(MARKER) "}}");
	ck_assert(!is_in_entry(w, id, MARKER));
	ck_assert_str_eq(world_entry(w, id)->command->register_party->name, "A");
	world_accept(w, "{'erase_personal': {'party': '" COMPANY "', 'reason': 'left'}}");
	world_free(w);
}
END_TEST

SUITE_MAIN("personal", an_entry_has_a_commitment_and_the_text_stands_beside_it,
    an_update_replaces_what_it_has_and_keeps_what_it_has_not,
    erased_is_erased_until_something_new_is_put, what_is_wrong_with_particulars_is_named,
    the_longest_particulars_fit_beside_the_journal,
    the_same_particulars_are_a_replay_and_others_are_not,
    what_is_gone_is_not_compared_but_that_it_was_there_is,
    particulars_where_there_were_none_are_another_content,
    who_did_not_give_the_command_learns_nothing_of_it, a_company_may_have_a_contact_beside_its_name)
