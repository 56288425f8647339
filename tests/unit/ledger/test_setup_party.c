/* SPDX-License-Identifier: Apache-2.0 */
#include "record/pb.h"
#include "refusals.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <stdio.h>

#define COMPANY "91350100M000100Y43"
#define LAB     "91110108551385082Q"
#define BROKEN  "91310115MA1H8R7C6D" /* a real firm's code, with a check that is wrong */

#define BODY "'name': '某某科技', 'region': '110114'"

static const Pb__RegisterParty *particulars(struct world *w, uint64_t party) {
	struct key key = key_of_id(party);
	size_t bytes;
	const struct state *state = world_state(w);
	const void *row = state->ops->get(state->self, TABLE_PARTICULARS, &key, &bytes);
	ck_assert_ptr_nonnull(row);
	ProtobufCMessage *message;
	ck_assert_int_eq(
	    pb_unpack(&pb__register_party__descriptor, row, bytes, world_arena(w), &message), ERR_OK);
	return (const Pb__RegisterParty *)message;
}

START_TEST(a_company_is_known_by_its_credit_code) {
	struct world *w = world_new();
	uint64_t id = world_accept(w,
	    "{'register_party': {'code': '" COMPANY "', 'kind': 'PARTY_KIND_COMPANY', " BODY
	    ", 'attributes': [{'name': 'staff', 'value': 42}], 'statuses': ['科技型中小企业'],"
	    " 'controller': 'c-1', 'related': ['" LAB "'], 'bank_account': {'number': '6222',"
	    " 'bank_code': '102100099996', 'holder_name': '某某科技'}}}");
	struct party_row row = WORLD_ROW(w, TABLE_PARTY, id, struct party_row);
	struct party_row expected = { .kind = PB__PARTY_KIND__PARTY_KIND_COMPANY,
		.controller = id,
		.region = "110114",
		.code = COMPANY };
	ck_assert_mem_eq(&row, &expected, sizeof(row));
	const Pb__JournalEntry *entry = world_entry(w, id);
	ck_assert_uint_eq(entry->decision->holder, id);
	ck_assert_uint_eq(entry->decision->subject, id);
	ck_assert(pb_is_equal(&particulars(w, id)->base, &entry->command->register_party->base));
	world_free(w);
}
END_TEST

START_TEST(a_team_has_a_team_id_and_a_provider_is_named_as_one) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_TEAM", "T-2026-001");
	uint64_t lab = world_party(w, "PARTY_KIND_PROVIDER", LAB);
	ck_assert_uint_eq(world_entry(w, lab)->decision->provider, lab);
	ck_assert_uint_eq(world_entry(w, lab)->decision->holder, 0);
	world_free(w);
}
END_TEST

START_TEST(what_is_personal_of_a_team_never_stands_in_clear) {
	struct world *w = world_new();
#define TEAM    "{'register_party': {'code': 'T-7', 'kind': 'PARTY_KIND_TEAM', 'region': '110114'"
#define ACCOUNT "{'number': '6222', 'bank_code': '102100099996', 'holder_name': '张三'}"
	static const struct refused table[] = {
		{ TEAM ", 'name': '张三'}}", PB__OUTCOME__PERSONAL_DATA_IN_CLEAR, "name" },
		{ TEAM ", 'name': '张三', 'personal': {'name': '张三'}}}",
		    PB__OUTCOME__PERSONAL_DATA_IN_CLEAR, "name" },
		{ TEAM ", 'bank_account': " ACCOUNT "}}", PB__OUTCOME__PERSONAL_DATA_IN_CLEAR,
		    "bank_account" },
		{ TEAM "}}", PB__OUTCOME__FIELD_MISSING, "personal" },
	};
	REFUSE_ALL(w, table);
	uint64_t id = world_accept(
	    w, TEAM ", 'personal': {'name': '张三', 'bank_account': " ACCOUNT "}}}");
	const Pb__RegisterParty *party = particulars(w, id);
	ck_assert_ptr_null(party->personal);
	ck_assert_uint_eq(party->personal_commitment->value.len, 32);
	ck_assert(party->personal_account);
	static const struct refused updates[] = {
		{ "{'update_party': {'code': 'T-7', 'region': '110114', 'name': '张三'}}",
		    PB__OUTCOME__PERSONAL_DATA_IN_CLEAR, "name" },
		{ "{'update_party': {'code': 'T-7', 'region': '110114', 'bank_account': " ACCOUNT "}}",
		    PB__OUTCOME__PERSONAL_DATA_IN_CLEAR, "bank_account" },
	};
	REFUSE_ALL(w, updates);
	world_free(w);
}
END_TEST

START_TEST(an_update_that_says_nothing_personal_leaves_what_there_was) {
	struct world *w = world_new();
	uint64_t id = world_accept(
	    w, TEAM ", 'personal': {'name': '张三', 'bank_account': " ACCOUNT "}}}");
	const Pb__RegisterParty *before = particulars(w, id);
	world_accept(w, "{'update_party': {'code': 'T-7', 'region': '310000'}}");
	const Pb__RegisterParty *after = particulars(w, id);
	ck_assert_str_eq(after->region, "310000");
	ck_assert(pb_is_equal(&before->personal_commitment->base, &after->personal_commitment->base));
	ck_assert(after->personal_account);
	world_accept(
	    w, "{'update_party': {'code': 'T-7', 'region': '310000', 'personal': {'name': '李四'}}}");
	after = particulars(w, id);
	ck_assert(!pb_is_equal(&before->personal_commitment->base, &after->personal_commitment->base));
	ck_assert(!after->personal_account);
	world_free(w);
}
END_TEST

START_TEST(what_is_personal_is_erased_once) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	uint64_t id = world_accept(w, TEAM ", 'personal': {'name': '张三'}}}");
#define ERASE "{'erase_personal': {'party': 'T-7', 'reason': '本人要求'}}"
	static const struct refused table[] = {
		{ "{'erase_personal': {'party': 'T-7'}}", PB__OUTCOME__FIELD_MISSING, "reason" },
		{ "{'erase_personal': {'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "party" },
		{ "{'erase_personal': {'party': 'T-8', 'reason': 'r'}}", PB__OUTCOME__PARTY_UNKNOWN,
		    "party" },
		{ "{'erase_personal': {'party': '" COMPANY "', 'reason': 'r'}}",
		    PB__OUTCOME__PERSONAL_STATE, "party" },
	};
	REFUSE_ALL(w, table);
	world_accept(w, ERASE);
	ck_assert_uint_eq(particulars(w, id)->personal_commitment->value.len, 0);
	world_refuse(w, PB__OUTCOME__PERSONAL_STATE, ERASE);
	world_accept(w, "{'update_party': {'code': 'T-7', 'region': '310000'}}");
	world_refuse(w, PB__OUTCOME__PERSONAL_STATE, ERASE);
	world_accept(
	    w, "{'update_party': {'code': 'T-7', 'region': '310000', 'personal': {'name': '李四'}}}");
	world_accept(w, ERASE);
	world_free(w);
}
END_TEST

static const struct scheme_config paid_to_the_holder = {
	.programme = "plain",
	.region = "110114",
	.rules = "{'programme': 'plain', 'rules': {'version': 1, 'title': 'Plain',"
	         " 'effective_from': '2026-01-01', " WORLD_RULES
	         "'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 30,"
	         " 'claim_within_days': 30, 'payee': 'PAYEE_STARTUP', 'countersign': true}}",
	.allocated = 1000000,
};

START_TEST(nothing_is_erased_while_money_is_owed) {
	struct scheme *s = scheme_new(&paid_to_the_holder);
	struct world *w = s->world;
	const struct member *holder = scheme_holder(s, "110114", ", 'personal': {'name': '张三'}");
	const struct member *provider = scheme_provider(s, "110114");
	uint64_t reservation = scheme_reserve(
	    s, scheme_voucher(s, holder, 1000), provider, "C-1", 1000);
	world_as(w, WORLD_ADMIN);
#define ERASE_OF "{'erase_personal': {'party': '%s', 'reason': 'r'}}"
	scheme_redeem(s, reservation, 300);
	scheme_redeem(s, reservation, 200);
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__PERSONAL_STATE, ERASE_OF, holder->code);
	ck_assert_str_eq(refusal->detail, "money is owed to it");
	scheme_publish(s, scheme_claim(s, holder, reservation, 500, 1));
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	world_refuse(w, PB__OUTCOME__PERSONAL_STATE, ERASE_OF, holder->code);
	ck_assert_uint_eq(WORLD_ROW(w, TABLE_PARTY, holder->party, struct party_row).owed_by, 1);
	world_as(w, s->finance);
	world_accept(w,
	    "{'record_payment': {'settlement': %llu, 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    (unsigned long long)settlement);
	world_as(w, WORLD_ADMIN);
	ck_assert_uint_eq(WORLD_ROW(w, TABLE_PARTY, holder->party, struct party_row).owed_by, 0);
	world_accept(w, ERASE_OF, holder->code);
	scheme_free(s);
}
END_TEST

START_TEST(a_space_is_a_legal_person) {
	struct world *w = world_new();
	uint64_t id = world_party(w, "PARTY_KIND_SPACE", LAB);
	ck_assert_uint_eq(world_entry(w, id)->decision->holder, id);
	world_refuse(w, PB__OUTCOME__USCC_INVALID,
	    "{'register_party': {'code': 'T-1', 'kind': 'PARTY_KIND_SPACE', " BODY "}}");
	world_member(w, "space1", "ROLE_STARTUP", LAB);
	world_refuse(w, PB__OUTCOME__PARTY_KIND_WRONG,
	    "{'register_principal': {'person': 'space2', 'roles': ['ROLE_PROVIDER'], 'party': '" LAB
	    "', 'certificate_spki': '%064d'}}",
	    9);
	world_free(w);
}
END_TEST

static uint64_t controller_of(struct world *w, uint64_t party) {
	return WORLD_ROW(w, TABLE_PARTY, party, struct party_row).controller;
}

START_TEST(parties_under_one_controller_are_one_group) {
	struct world *w = world_new();
#define UNDER(code, controller)                                                                    \
	"{'register_party': {'code': '" code "', 'kind': 'PARTY_KIND_COMPANY', " BODY                  \
	", 'controller': '" controller "'}}"
	uint64_t first = world_accept(w, UNDER(COMPANY, "C-1"));
	uint64_t second = world_accept(w, UNDER("91310000MA1FL00900", " Ｃ－1"));
	uint64_t apart = world_accept(w, UNDER(LAB, ""));
	ck_assert_uint_eq(controller_of(w, first), first);
	ck_assert_uint_eq(controller_of(w, second), first);
	ck_assert_uint_eq(controller_of(w, apart), apart);
	/* A party that another one is controlled by leads the group of both. */
	world_accept(
	    w, "{'update_party': {'code': '91310000MA1FL00900', " BODY ", 'controller': '" LAB "'}}");
	ck_assert_uint_eq(controller_of(w, second), apart);
	ck_assert_uint_eq(controller_of(w, first), first);
	world_free(w);
}
END_TEST

START_TEST(staff_of_a_region_decide_about_its_parties_alone) {
	struct world *w = world_new();
	uint64_t inside = world_party(w, "PARTY_KIND_COMPANY", COMPANY); /* 110114 */
	world_accept(w,
	    "{'register_principal': {'person': 'cp1', 'roles': ['ROLE_OPERATOR'], 'region': '110114',"
	    " 'certificate_spki': '%064d'}}",
	    5);
	uint64_t outside = world_accept(w,
	    "{'register_party': {'code': '91310000MA1FL00900', 'kind': 'PARTY_KIND_COMPANY', 'name':"
	    " '外地', 'region': '310000'}}");
	world_as(w, outside - 1);
	static const struct refused table[] = {
		{ "{'register_party': {'code': '" LAB "', 'kind': 'PARTY_KIND_PROVIDER', 'name': 'n',"
		  " 'region': '110108'}}",
		    PB__OUTCOME__NOT_IN_REGION, "region" },
		{ "{'update_party': {'code': '91310000MA1FL00900', " BODY "}}", PB__OUTCOME__NOT_IN_REGION,
		    "code" },
		{ "{'suspend_party': {'party': '91310000MA1FL00900', 'reason': 'r'}}",
		    PB__OUTCOME__NOT_IN_REGION, "party" },
		{ "{'blacklist_party': {'party': '91310000MA1FL00900', 'reason': 'r'}}",
		    PB__OUTCOME__NOT_IN_REGION, "party" },
		{ "{'assign_party': {'party': '91310000MA1FL00900', 'owner': 'cp1'}}",
		    PB__OUTCOME__NOT_IN_REGION, "party" },
	};
	REFUSE_ALL(w, table);
	world_accept(w,
	    "{'register_party': {'code': '" LAB "', 'kind': 'PARTY_KIND_PROVIDER', 'name': 'n',"
	    " 'region': '110114'}}");
	world_accept(w, "{'suspend_party': {'party': '" COMPANY "', 'reason': 'r'}}");
	ck_assert_uint_eq(WORLD_ROW(w, TABLE_PARTY, inside, struct party_row).suspended, 1);
	world_free(w);
}
END_TEST

START_TEST(an_operator_may_override_the_check_of_a_code_with_a_reason) {
	struct world *w = world_new();
#define REGISTER_BROKEN                                                                            \
	"{'register_party': {'code': '" BROKEN "', 'kind': 'PARTY_KIND_COMPANY', " BODY
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__USCC_INVALID, REGISTER_BROKEN "}}");
	ck_assert_str_eq(refusal->field, "code");
	world_accept(w, REGISTER_BROKEN ", 'code_override_reason': '营业执照原件已核对'}}");
	world_free(w);
}
END_TEST

START_TEST(what_is_wrong_with_a_party_is_named) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
#define REGISTER(code, kind)                                                                       \
	"{'register_party': {'code': '" code "', 'kind': 'PARTY_KIND_" kind "', "
#define NEW REGISTER(LAB, "COMPANY") BODY ", "
	static const struct refused table[] = {
		{ "{'register_party': {'code': '" LAB "', " BODY "}}", PB__OUTCOME__FIELD_MISSING, "kind" },
		{ "{'register_party': {'kind': 'PARTY_KIND_COMPANY', " BODY "}}",
		    PB__OUTCOME__FIELD_MISSING, "code" },
		{ "{'register_party': {'kind': 'PARTY_KIND_TEAM', " BODY "}}", PB__OUTCOME__FIELD_MISSING,
		    "code" },
		{ REGISTER(LAB, "TEAM") BODY "}}", PB__OUTCOME__FIELD_INVALID, "code" },
		{ REGISTER("T-1", "COMPANY") BODY "}}", PB__OUTCOME__USCC_INVALID, "code" },
		{ REGISTER("T-1", "COMPANY") BODY ", 'code_override_reason': 'r'}}",
		    PB__OUTCOME__USCC_INVALID, "code" },
		{ REGISTER("T-1", "TEAM") BODY ", 'code_override_reason': 'r'}}",
		    PB__OUTCOME__FIELD_INVALID, "code_override_reason" },
		{ NEW "'code_override_reason': 'r'}}", PB__OUTCOME__FIELD_INVALID, "code_override_reason" },
		{ REGISTER(BROKEN, "PROVIDER") BODY ", 'code_override_reason': '\\u0001'}}",
		    PB__OUTCOME__FIELD_INVALID, "code_override_reason" },
		{ REGISTER(LAB, "COMPANY") "'region': '110114'}}", PB__OUTCOME__FIELD_MISSING, "name" },
		{ REGISTER(LAB, "COMPANY") "'name': 'n'}}", PB__OUTCOME__FIELD_MISSING, "region" },
		{ REGISTER(LAB, "COMPANY") "'name': 'n', 'region': '11011a'}}", PB__OUTCOME__FIELD_INVALID,
		    "region" },
		{ NEW "'attributes': [{'name': 'staff'}, {'value': 1}]}}", PB__OUTCOME__FIELD_MISSING,
		    "attributes[1].name" },
		{ NEW "'attributes': [{'name': 'staff'}, {'name': 'staff', 'value': 1}]}}",
		    PB__OUTCOME__FIELD_INVALID, "attributes[1].name" },
		{ NEW "'statuses': ['']}}", PB__OUTCOME__FIELD_MISSING, "statuses[0]" },
		{ NEW "'controller': '\\u007f'}}", PB__OUTCOME__FIELD_INVALID, "controller" },
		{ NEW "'related': ['a', 'a']}}", PB__OUTCOME__FIELD_INVALID, "related[1]" },
		{ NEW "'bank_account': {'bank_code': '102100099996', 'holder_name': 'n'}}}",
		    PB__OUTCOME__FIELD_MISSING, "bank_account.number" },
		{ NEW "'bank_account': {'number': '62-22', 'bank_code': '102100099996',"
		      " 'holder_name': 'n'}}}",
		    PB__OUTCOME__FIELD_INVALID, "bank_account.number" },
		{ NEW "'bank_account': {'number': '1', 'bank_code': '1021', 'holder_name': 'n'}}}",
		    PB__OUTCOME__FIELD_INVALID, "bank_account.bank_code" },
		{ NEW "'bank_account': {'number': '1', 'bank_code': '102100099996'}}}",
		    PB__OUTCOME__FIELD_MISSING, "bank_account.holder_name" },
		{ REGISTER(COMPANY, "PROVIDER") BODY "}}", PB__OUTCOME__CODE_TAKEN, "code" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(lists_may_be_as_long_as_their_limit) {
	struct world *w = world_new();
	char list[LIMIT_WORDS * 40 + 40] = "";
	for (int i = 0, at = 0; i <= LIMIT_WORDS; i++) {
		if (i == LIMIT_WORDS)
			world_accept(w,
			    "{'register_party': {'code': '" COMPANY "', 'kind': 'PARTY_KIND_COMPANY', " BODY
			    ", 'attributes': [%s]}}",
			    list);
		at += snprintf(list + at, sizeof(list) - (size_t)at, "%s{'name': 'a%d'}", i ? ", " : "", i);
	}
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__FIELD_INVALID,
	    "{'register_party': {'code': '" LAB "', 'kind': 'PARTY_KIND_COMPANY', " BODY
	    ", 'attributes': [%s]}}",
	    list);
	ck_assert_str_eq(refusal->field, "attributes");
	world_free(w);
}
END_TEST

START_TEST(an_update_replaces_everything_but_code_and_kind) {
	struct world *w = world_new();
	uint64_t id = world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	uint64_t seq = world_accept(w,
	    "{'update_party': {'code': '" COMPANY "', 'name': '新名', 'region': '310000',"
	    " 'statuses': ['高新技术企业']}}");
	const Pb__RegisterParty *now = particulars(w, id);
	ck_assert_str_eq(now->code, COMPANY);
	ck_assert_int_eq(now->kind, PB__PARTY_KIND__PARTY_KIND_COMPANY);
	ck_assert_str_eq(now->name, "新名");
	ck_assert_str_eq(now->region, "310000");
	ck_assert_uint_eq(now->n_statuses, 1);
	ck_assert_ptr_null(now->bank_account);
	ck_assert_uint_eq(world_entry(w, seq)->decision->holder, id);
	world_free(w);
}
END_TEST

START_TEST(what_is_wrong_with_an_update_is_named) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	static const struct refused table[] = {
		{ "{'update_party': {" BODY "}}", PB__OUTCOME__FIELD_MISSING, "code" },
		{ "{'update_party': {'code': '" LAB "', " BODY "}}", PB__OUTCOME__PARTY_UNKNOWN, "code" },
		{ "{'update_party': {'code': '" COMPANY "', 'region': '110114'}}",
		    PB__OUTCOME__FIELD_MISSING, "name" },
		{ "{'update_party': {'code': '" COMPANY "', " BODY ", 'statuses': ['a', 'a']}}",
		    PB__OUTCOME__FIELD_INVALID, "statuses[1]" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

SUITE_MAIN("setup: parties", a_company_is_known_by_its_credit_code,
    a_team_has_a_team_id_and_a_provider_is_named_as_one,
    what_is_personal_of_a_team_never_stands_in_clear,
    an_update_that_says_nothing_personal_leaves_what_there_was, what_is_personal_is_erased_once,
    nothing_is_erased_while_money_is_owed, a_space_is_a_legal_person,
    parties_under_one_controller_are_one_group, staff_of_a_region_decide_about_its_parties_alone,
    an_operator_may_override_the_check_of_a_code_with_a_reason, what_is_wrong_with_a_party_is_named,
    lists_may_be_as_long_as_their_limit, an_update_replaces_everything_but_code_and_kind,
    what_is_wrong_with_an_update_is_named)
