/* SPDX-License-Identifier: Apache-2.0 */
#include "record/json.h"
#include "support/checkpoint_key.h"
#include "support/ledger_world.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define CNY "{'code': 'CNY', 'minor_digits': 2}"
#define KEY1                                                                                       \
	"'certificate_spki': '0000000000000000000000000000000000000000000000000000000000000001'"
#define KEY2                                                                                       \
	"'certificate_spki': '0000000000000000000000000000000000000000000000000000000000000002'"
#define ROOT "{'person': 'root', 'roles': ['ROLE_ADMIN'], " KEY1 "}"

#define ED25519 "'ed25519': '" TEST_CHECKPOINT_PUBLIC "'"
#define SM2                                                                                        \
	"'sm2': 'BDyTra2T2oUgbzEoHHHzNa7TeWwlHvGLhDT0zNQRNJrTf72WcQux3GA/mNx8cKRKkzp05w2Cz/l6k7B+fSS6" \
	"WH4='"

#define GENESIS(name, currencies, hash, administrators, format, log)                               \
	"{'name': '" name "', 'currencies': [" currencies "], 'hash': '" hash                          \
	"', 'administrators': [" administrators "], 'format': " format ", " log "}"
#define LOG(origin, key) "'origin': '" origin "', 'checkpoint_key': {" key "}"
#define USUAL_LOG        LOG(TEST_ORIGIN, ED25519)
#define USUAL(currencies, administrators)                                                          \
	GENESIS("n", currencies, "SHA256", administrators, "3", USUAL_LOG)
#define OF_LOG(log) GENESIS("n", CNY, "SHA256", ROOT, "3", log)

static enum err make(
    const char *json, struct arena *arena, Pb__JournalEntry **ret_entry, const char **ret_reason) {
	char text[4096];
	ProtobufCMessage *genesis;
	struct json_error error;
	snprintf(text, sizeof(text), "%s", json);
	for (char *c = text; *c; c++)
		if (*c == '\'')
			*c = '"';
	enum err err = json_decode(
	    &pb__genesis__descriptor, text, strlen(text), arena, &genesis, &error);
	ck_assert_msg(err == ERR_OK, "%s: %s", error.reason, text);
	return ledger_genesis((const Pb__Genesis *)genesis, (struct uuid){ 1, 2 }, 1767574800000000,
	    arena, ret_entry, ret_reason);
}

START_TEST(entry_1_has_a_genesis_and_no_command) {
	struct world *w = world_new();
	const Pb__JournalEntry *entry = world_entry(w, 1);
	ck_assert_uint_eq(entry->seq, 1);
	ck_assert_ptr_nonnull(entry->genesis);
	ck_assert_ptr_null(entry->command);
	ck_assert_ptr_null(entry->actor);
	struct principal_row row = WORLD_ROW(w, TABLE_PRINCIPAL, WORLD_ADMIN, struct principal_row);
	ck_assert_str_eq(row.person, "root");
	struct key key = KEY_EMPTY;
	const struct ledger_row *head = STATE_GET(
	    world_state(w), TABLE_LEDGER, &key, struct ledger_row);
	ck_assert_uint_eq(head->seq, 1);
	ck_assert_int_eq(head->admins, 1);
	world_free(w);
}
END_TEST

START_TEST(chinese_algorithms_and_many_administrators_are_welcome) {
	struct arena arena;
	Pb__JournalEntry *entry = NULL;
	const char *reason = "";
	arena_init(&arena, 0);
#define SECOND "{'person': 'b', 'roles': ['ROLE_AUDITOR', 'ROLE_ADMIN'], " KEY2 "}"
	enum err err = make(
	    GENESIS("账本", CNY, "SM3", ROOT ", " SECOND, "3", LOG("o", ED25519 ", " SM2)), &arena,
	    &entry, &reason);
	ck_assert_msg(err == ERR_OK, "%s", reason);
	ck_assert_uint_eq(entry->genesis->n_administrators, 2);
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_wrong_with_a_genesis_is_named) {
	static const struct {
		const char *genesis;
		const char *field;
	} table[] = {
		{ GENESIS("", CNY, "SHA256", ROOT, "3", USUAL_LOG), "name" },
		{ USUAL("", ROOT), "currencies" },
		{ USUAL("{'code': 'cny'}", ROOT), "currencies[0].code" },
		{ USUAL(CNY ", " CNY, ROOT), "currencies[1].code" },
		{ USUAL("{'code': 'CNY', 'minor_digits': 9}", ROOT), "currencies[0].minor_digits" },
		{ GENESIS("n", CNY, "MD5", ROOT, "3", USUAL_LOG), "hash" },
		{ GENESIS("n", CNY, "", ROOT, "3", USUAL_LOG), "hash" },
		{ GENESIS("n", CNY, "SHA256", ROOT, "2", USUAL_LOG), "format" },
		{ OF_LOG(LOG("", ED25519)), "origin" },
		{ OF_LOG(LOG("/a", ED25519)), "origin" },
		{ OF_LOG(LOG("a+b", ED25519)), "origin" },
		{ OF_LOG(LOG("a b", ED25519)), "origin" },
		{ OF_LOG(LOG("账本", ED25519)), "origin" },
		{ OF_LOG("'origin': 'o'"), "checkpoint_key.ed25519" },
		{ OF_LOG(LOG("o", SM2)), "checkpoint_key.ed25519" },
		{ OF_LOG(LOG("o", "'ed25519': 'AAAA'")), "checkpoint_key.ed25519" },
		{ OF_LOG(LOG("o", ED25519 ", 'sm2': 'AAAA'")), "checkpoint_key.sm2" },
		{ USUAL(CNY, ""), "administrators" },
		{ USUAL(CNY, "{'roles': ['ROLE_ADMIN'], " KEY1 "}"), "administrators[0].person" },
		{ USUAL(CNY, "{'person': 'a', 'roles': ['ROLE_OPERATOR'], " KEY1 "}"),
		    "administrators[0].roles" },
		{ USUAL(CNY, "{'person': 'a', 'roles': ['ROLE_ADMIN']}"),
		    "administrators[0].certificate_spki" },
		{ USUAL(CNY, "{'person': 'a', 'roles': ['ROLE_ADMIN'], 'party': 'T-1', " KEY1 "}"),
		    "administrators[0].party" },
		{ USUAL(CNY, ROOT ", " ROOT), "administrators[1].certificate_spki" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct arena arena;
		Pb__JournalEntry *entry;
		const char *reason = "";
		arena_init(&arena, 0);
		ck_assert_int_eq(make(table[i].genesis, &arena, &entry, &reason), ERR_RANGE);
		size_t bytes = strlen(table[i].field);
		ck_assert_msg(strncmp(reason, table[i].field, bytes) == 0 && reason[bytes] == ':',
		    "%s, not %s", reason, table[i].field);
		arena_done(&arena);
	}
}
END_TEST

SUITE_MAIN("genesis", entry_1_has_a_genesis_and_no_command,
    chinese_algorithms_and_many_administrators_are_welcome, what_is_wrong_with_a_genesis_is_named)
