/* SPDX-License-Identifier: Apache-2.0 */
/* Which key signs checkpoints, and that none comes back. */
#include "support/checkpoint_key.h"
#include "support/ledger_world.h"
#include "support/suite.h"

#define KEY_A "'ed25519': 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE='"
#define KEY_B "'ed25519': 'AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI='"
#define KEY_C "'ed25519': 'AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM='"
#define SM2                                                                                        \
	"'sm2': 'BDyTra2T2oUgbzEoHHHzNa7TeWwlHvGLhDT0zNQRNJrTf72WcQux3GA/mNx8cKRKkzp05w2Cz/l6k7B+fSS6" \
	"WH4='"
#define ROTATE(key) "{'rotate_checkpoint_key': {'key': {" key "}, 'reason': 'r'}}"

static uint64_t key_in_force(struct world *w) {
	struct key key = KEY_EMPTY;
	return STATE_GET(world_state(w), TABLE_LEDGER, &key, struct ledger_row)->checkpoint_key;
}

START_TEST(newest_rotation_names_the_key_in_force) {
	struct world *w = world_new();
	ck_assert_uint_eq(key_in_force(w), 1);
	uint64_t first = world_accept(w, ROTATE(KEY_A));
	ck_assert_uint_eq(key_in_force(w), first);
	world_accept(w, "{'create_fund': {'code': 'f', 'name': 'n'}}");
	ck_assert_uint_eq(key_in_force(w), first);
	uint64_t second = world_accept(w, ROTATE(KEY_B ", " SM2));
	ck_assert_uint_eq(key_in_force(w), second);
	world_free(w);
}
END_TEST

START_TEST(key_that_the_ledger_ever_had_is_refused) {
	struct world *w = world_new();
	world_accept(w, ROTATE(KEY_A ", " SM2));
	world_accept(w, ROTATE(KEY_B));
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__CHECKPOINT_KEY_TAKEN, ROTATE(KEY_B));
	ck_assert_str_eq(refusal->field, "key.ed25519");
	world_refuse(w, PB__OUTCOME__CHECKPOINT_KEY_TAKEN, ROTATE(KEY_A));
	world_refuse(
	    w, PB__OUTCOME__CHECKPOINT_KEY_TAKEN, ROTATE("'ed25519': '" TEST_CHECKPOINT_PUBLIC "'"));
	refusal = world_refuse(w, PB__OUTCOME__CHECKPOINT_KEY_TAKEN, ROTATE(KEY_C ", " SM2));
	ck_assert_str_eq(refusal->field, "key.sm2");
	world_free(w);
}
END_TEST

START_TEST(key_of_a_wrong_form_is_refused) {
	static const struct {
		const char *command;
		Pb__Outcome outcome;
		const char *field;
	} table[] = {
		{ "{'rotate_checkpoint_key': {'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "key.ed25519" },
		{ ROTATE(SM2), PB__OUTCOME__FIELD_MISSING, "key.ed25519" },
		{ ROTATE("'ed25519': 'AAAA'"), PB__OUTCOME__FIELD_INVALID, "key.ed25519" },
		{ ROTATE(KEY_A ", 'sm2': 'BAAA'"), PB__OUTCOME__FIELD_INVALID, "key.sm2" },
		{ "{'rotate_checkpoint_key': {'key': {" KEY_A "}}}", PB__OUTCOME__FIELD_MISSING, "reason" },
	};
	struct world *w = world_new();
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const Pb__Refusal *refusal = world_refuse(w, table[i].outcome, "%s", table[i].command);
		ck_assert_str_eq(refusal->field, table[i].field);
	}
	world_free(w);
}
END_TEST

SUITE_MAIN("checkpoint_key", newest_rotation_names_the_key_in_force,
    key_that_the_ledger_ever_had_is_refused, key_of_a_wrong_form_is_refused)
