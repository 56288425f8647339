/* SPDX-License-Identifier: Apache-2.0 */
#include "refusals.h"
#include "support/suite.h"

#define COMPANY "91350100M000100Y43"
#define LAB     "91110108551385082Q"

#define KEY(last) "00000000000000000000000000000000000000000000000000000000000000" last
#define REGISTER(person, roles)                                                                    \
	"{'register_principal': {'person': '" person "', 'roles': [" roles "]"
#define CERTIFICATE(last) ", 'certificate_spki': '" KEY(last) "'"
#define TOKEN(last)       ", 'token': '" KEY(last) "'"
#define OF(party)         ", 'party': '" party "'"

static struct world *world_with_parties(void) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	world_party(w, "PARTY_KIND_PROVIDER", LAB);
	return w;
}

START_TEST(staff_have_roles_and_no_party) {
	struct world *w = world_with_parties();
	uint64_t id = world_accept(
	    w, REGISTER("op1", "'ROLE_OPERATOR', 'ROLE_AUDITOR'") CERTIFICATE("01") ", 'label': 'a'}}");
	struct principal_row row = WORLD_ROW(w, TABLE_PRINCIPAL, id, struct principal_row);
	struct principal_row expected = { .person = "op1",
		.person_id = id,
		.roles = 1U << PB__ROLE__ROLE_OPERATOR | 1U << PB__ROLE__ROLE_AUDITOR };
	ck_assert_mem_eq(&row, &expected, sizeof(row));
	ck_assert_uint_eq(world_entry(w, id)->decision->subject, id);
	world_free(w);
}
END_TEST

START_TEST(members_act_for_their_party) {
	struct world *w = world_with_parties();
	uint64_t startup = world_accept(
	    w, REGISTER("s1", "'ROLE_STARTUP'") OF(COMPANY) TOKEN("01") "}}");
	uint64_t lab = world_accept(
	    w, REGISTER("p1", "'ROLE_PROVIDER'") OF(LAB) CERTIFICATE("02") "}}");
	uint64_t company = WORLD_ROW(w, TABLE_PRINCIPAL, startup, struct principal_row).party;
	ck_assert_str_eq(WORLD_ROW(w, TABLE_PARTY, company, struct party_row).code, COMPANY);
	ck_assert_uint_eq(world_entry(w, startup)->decision->holder, company);
	uint64_t provider = WORLD_ROW(w, TABLE_PRINCIPAL, lab, struct principal_row).party;
	ck_assert_str_eq(WORLD_ROW(w, TABLE_PARTY, provider, struct party_row).code, LAB);
	ck_assert_uint_eq(world_entry(w, lab)->decision->provider, provider);
	world_free(w);
}
END_TEST

START_TEST(what_is_wrong_with_a_principal_is_named) {
	struct world *w = world_with_parties();
#define OPERATOR REGISTER("op1", "'ROLE_OPERATOR'")
	static const struct refused table[] = {
		{ "{'register_principal': {'roles': ['ROLE_OPERATOR']" CERTIFICATE("01") "}}",
		    PB__OUTCOME__FIELD_MISSING, "person" },
		{ REGISTER("张三", "'ROLE_OPERATOR'") CERTIFICATE("01") "}}", PB__OUTCOME__FIELD_INVALID,
		    "person" },
		{ REGISTER("op1", "") CERTIFICATE("01") "}}", PB__OUTCOME__FIELD_MISSING, "roles" },
		{ REGISTER("op1", "'ROLE_UNSPECIFIED'") CERTIFICATE("01") "}}", PB__OUTCOME__FIELD_INVALID,
		    "roles[0]" },
		{ REGISTER("op1", "'ROLE_ADMIN', 'ROLE_ADMIN'") CERTIFICATE("01") "}}",
		    PB__OUTCOME__FIELD_INVALID, "roles[1]" },
		{ REGISTER("op1", "'ROLE_OPERATOR', 'ROLE_STARTUP'") CERTIFICATE("01") "}}",
		    PB__OUTCOME__FIELD_INVALID, "roles[1]" },
		{ REGISTER("op1", "'ROLE_PROVIDER', 'ROLE_STARTUP'") OF(LAB) CERTIFICATE("01") "}}",
		    PB__OUTCOME__FIELD_INVALID, "roles[0]" },
		{ REGISTER("op1",
		      "'ROLE_ADMIN', 'ROLE_OPERATOR', 'ROLE_REVIEWER', 'ROLE_APPROVER', 'ROLE_FINANCE',"
		      " 'ROLE_AUDITOR', 'ROLE_ADMIN', 'ROLE_ADMIN', 'ROLE_ADMIN'") CERTIFICATE("01") "}}",
		    PB__OUTCOME__FIELD_INVALID, "roles" },
		{ OPERATOR OF(LAB) CERTIFICATE("01") "}}", PB__OUTCOME__FIELD_INVALID, "party" },
		{ REGISTER("s1", "'ROLE_STARTUP'") TOKEN("01") "}}", PB__OUTCOME__FIELD_MISSING, "party" },
		{ OPERATOR "}}", PB__OUTCOME__FIELD_MISSING, "certificate_spki" },
		{ OPERATOR TOKEN("01") "}}", PB__OUTCOME__FIELD_INVALID, "token" },
		{ REGISTER("p1", "'ROLE_PROVIDER'") OF(LAB) TOKEN("01") "}}", PB__OUTCOME__FIELD_INVALID,
		    "token" },
		{ REGISTER("s1", "'ROLE_STARTUP'") OF(COMPANY) TOKEN("01") CERTIFICATE("02") "}}",
		    PB__OUTCOME__FIELD_INVALID, "token" },
		{ OPERATOR ", 'certificate_spki': '00ff'}}", PB__OUTCOME__FIELD_INVALID,
		    "certificate_spki" },
		{ REGISTER("s1", "'ROLE_STARTUP'") OF(COMPANY) ", 'token': ''}}",
		    PB__OUTCOME__FIELD_INVALID, "token" },
		{ OPERATOR CERTIFICATE("01") ", 'label': '\\u0085'}}", PB__OUTCOME__FIELD_INVALID,
		    "label" },
		{ REGISTER("s1", "'ROLE_STARTUP'") OF("T-1") TOKEN("01") "}}", PB__OUTCOME__PARTY_UNKNOWN,
		    "party" },
		{ REGISTER("s1", "'ROLE_STARTUP'") OF(LAB) TOKEN("01") "}}", PB__OUTCOME__PARTY_KIND_WRONG,
		    "party" },
		{ REGISTER("p1", "'ROLE_PROVIDER'") OF(COMPANY) CERTIFICATE("01") "}}",
		    PB__OUTCOME__PARTY_KIND_WRONG, "party" },
		{ OPERATOR CERTIFICATE("ff") "}}", PB__OUTCOME__CREDENTIAL_TAKEN, "certificate_spki" },
		{ REGISTER("s1", "'ROLE_STARTUP'") OF(COMPANY) TOKEN("ff") "}}",
		    PB__OUTCOME__CREDENTIAL_TAKEN, "token" },
		{ "{'revoke_principal': {'principal': 7}}", PB__OUTCOME__FIELD_MISSING, "reason" },
		{ "{'revoke_principal': {'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "principal" },
		{ "{'revoke_principal': {'principal': 7777, 'reason': 'r'}}",
		    PB__OUTCOME__PRINCIPAL_UNKNOWN, "principal" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(a_revoked_principal_acts_no_more_and_its_credential_stays_taken) {
	struct world *w = world_with_parties();
	uint64_t id = world_accept(w, REGISTER("op1", "'ROLE_OPERATOR'") CERTIFICATE("01") "}}");
	world_accept(
	    w, "{'revoke_principal': {'principal': %llu, 'reason': '离职'}}", (unsigned long long)id);
	world_refuse(w, PB__OUTCOME__PRINCIPAL_STATE,
	    "{'revoke_principal': {'principal': %llu, 'reason': 'r'}}", (unsigned long long)id);
	world_refuse(w, PB__OUTCOME__CREDENTIAL_TAKEN,
	    REGISTER("op2", "'ROLE_OPERATOR'") CERTIFICATE("01") "}}");
	world_as(w, id);
	world_refuse(w, PB__OUTCOME__PRINCIPAL_REVOKED, "{'create_fund': {'code': 'a', 'name': 'n'}}");
	world_as(w, 123456789);
	world_refuse(w, PB__OUTCOME__PRINCIPAL_REVOKED, "{'create_fund': {'code': 'a', 'name': 'n'}}");
	world_free(w);
}
END_TEST

START_TEST(the_last_administrator_stays) {
	struct world *w = world_new();
#define REVOKE_ROOT "{'revoke_principal': {'principal': '72057594037927937', 'reason': 'r'}}"
	world_refuse(w, PB__OUTCOME__LAST_ADMIN, REVOKE_ROOT);
	uint64_t second = world_staff(w, "root2", "ROLE_ADMIN");
	world_accept(w, REVOKE_ROOT);
	world_as(w, second);
	world_refuse(w, PB__OUTCOME__LAST_ADMIN,
	    "{'revoke_principal': {'principal': %llu, 'reason': 'r'}}", (unsigned long long)second);
	world_free(w);
}
END_TEST

START_TEST(a_person_is_one_whatever_keys_it_has) {
	struct world *w = world_with_parties();
	uint64_t first = world_accept(
	    w, REGISTER("op1", "'ROLE_OPERATOR'") CERTIFICATE("01") ", 'region': '110114'}}");
	uint64_t second = world_accept(
	    w, REGISTER("op1", "'ROLE_APPROVER'") CERTIFICATE("02") ", 'label': 'b'}}");
	uint64_t other = world_accept(w, REGISTER("Op1", "'ROLE_APPROVER'") CERTIFICATE("03") "}}");
	struct principal_row row = WORLD_ROW(w, TABLE_PRINCIPAL, first, struct principal_row);
	ck_assert_uint_eq(row.person_id, first);
	ck_assert_str_eq(row.region, "110114");
	row = WORLD_ROW(w, TABLE_PRINCIPAL, second, struct principal_row);
	ck_assert_uint_eq(row.person_id, first);
	ck_assert_str_eq(row.region, "");
	row = WORLD_ROW(w, TABLE_PRINCIPAL, other, struct principal_row);
	ck_assert_uint_eq(row.person_id, other);
	world_free(w);
}
END_TEST

START_TEST(the_daemon_is_a_principal_that_nobody_can_become_or_revoke) {
	struct world *w = world_with_parties();
	struct principal_row row = WORLD_ROW(
	    w, TABLE_PRINCIPAL, LEDGER_SYSTEM_PRINCIPAL, struct principal_row);
	struct principal_row expected = { .person_id = LEDGER_SYSTEM_PRINCIPAL, .person = "voucherd" };
	ck_assert_mem_eq(&row, &expected, sizeof(row));
	static const struct refused table[] = {
		{ REGISTER("voucherd", "'ROLE_OPERATOR'") CERTIFICATE("01") "}}",
		    PB__OUTCOME__FIELD_INVALID, "person" },
		{ "{'revoke_principal': {'principal': '144115188075855872', 'reason': 'r'}}",
		    PB__OUTCOME__FIELD_INVALID, "principal" },
	};
	ck_assert_uint_eq(LEDGER_SYSTEM_PRINCIPAL, UINT64_C(144115188075855872));
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(only_staff_answer_for_a_region) {
	struct world *w = world_with_parties();
	static const struct refused table[] = {
		{ REGISTER("op1", "'ROLE_REVIEWER'") CERTIFICATE("01") ", 'region': '1101'}}",
		    PB__OUTCOME__FIELD_INVALID, "region" },
		{ REGISTER("s1", "'ROLE_STARTUP'") OF(COMPANY) TOKEN("01") ", 'region': '110114'}}",
		    PB__OUTCOME__FIELD_INVALID, "region" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

SUITE_MAIN("setup: principals", staff_have_roles_and_no_party, members_act_for_their_party,
    what_is_wrong_with_a_principal_is_named,
    a_revoked_principal_acts_no_more_and_its_credential_stays_taken, the_last_administrator_stays,
    a_person_is_one_whatever_keys_it_has,
    the_daemon_is_a_principal_that_nobody_can_become_or_revoke, only_staff_answer_for_a_region)
