/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"
#include "record/pb.h"
#include "refusals.h"
#include "support/suite.h"

#define COMPANY "91350100M000100Y43"
#define LAB     "91110108551385082Q"

/* A programme that removes after two failures, whose rules are in force from 5 January on. */
static struct world *world_with_programme(void) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	world_party(w, "PARTY_KIND_PROVIDER", LAB);
	world_accept(w,
	    "{'create_programme': {'code': 'cp', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w,
	    "{'publish_rules': {'programme': 'cp', 'rules': {'version': 1, 'title': 't', 'document': "
	    "'d', 'effective_from': '2026-01-01', " WORLD_RULES
	    "'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 365,"
	    " 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER', 'assessment_failures': 2}}}");
	return w;
}

static struct party_row party_of(struct world *w, uint64_t entry) {
	return WORLD_ROW(w, TABLE_PARTY, world_entry(w, entry)->decision->subject, struct party_row);
}

/* --- suspended, blacklisted --- */

START_TEST(a_party_is_suspended_once_and_reinstated_once) {
	struct world *w = world_new();
	uint64_t id = world_party(w, "PARTY_KIND_COMPANY", COMPANY);
#define SUSPEND   "{'suspend_party': {'party': '" COMPANY "', 'reason': '虚假合同'}}"
#define REINSTATE "{'reinstate_party': {'party': '" COMPANY "', 'reason': '已澄清'}}"
	world_refuse(w, PB__OUTCOME__PARTY_STATE, REINSTATE);
	world_accept(w, SUSPEND);
	ck_assert_uint_eq(WORLD_ROW(w, TABLE_PARTY, id, struct party_row).suspended, 1);
	world_refuse(w, PB__OUTCOME__PARTY_STATE, SUSPEND);
	world_accept(w, REINSTATE);
	ck_assert_uint_eq(WORLD_ROW(w, TABLE_PARTY, id, struct party_row).suspended, 0);
	static const struct refused table[] = {
		{ "{'suspend_party': {'party': '" COMPANY "'}}", PB__OUTCOME__FIELD_MISSING, "reason" },
		{ "{'suspend_party': {'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "party" },
		{ "{'suspend_party': {'party': 'T-9', 'reason': 'r'}}", PB__OUTCOME__PARTY_UNKNOWN,
		    "party" },
		{ "{'reinstate_party': {'party': 'T-9', 'reason': 'r'}}", PB__OUTCOME__PARTY_UNKNOWN,
		    "party" },
		{ "{'reinstate_party': {'party': '" COMPANY "'}}", PB__OUTCOME__FIELD_MISSING, "reason" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

#define BLACKLIST "{'blacklist_party': {'party': '" LAB "', 'reason': '伪造合同'"
#define ADMIT     "{'admit_provider': {'programme': 'cp', 'party': '" LAB "'}}"

START_TEST(a_blacklisting_ends_after_its_last_day) {
	struct world *w = world_with_programme();
	int32_t day;
	ck_assert_int_eq(date_parse("2026-01-06", &day), ERR_OK);
	uint64_t seq = world_accept(w, BLACKLIST ", 'until': '2026-01-06'}}");
	ck_assert_int_eq(party_of(w, seq).blacklisted_until_us, date_day_start_us(day + 1, 480));
	ck_assert_uint_eq(
	    world_entry(w, seq)->decision->provider, world_entry(w, seq)->decision->subject);
	world_at(w, "2026-01-06 23:58");
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__BLACKLISTED, ADMIT);
	ck_assert_str_eq(refusal->field, "party");
	world_refuse(w, PB__OUTCOME__BLACKLISTED, BLACKLIST "}}");
	world_at(w, "2026-01-07 00:00");
	world_accept(w, ADMIT);
	world_refuse(
	    w, PB__OUTCOME__PARTY_STATE, "{'reinstate_party': {'party': '" LAB "', 'reason': 'r'}}");
	world_accept(w, BLACKLIST ", 'until': '2026-01-07'}}");
	world_free(w);
}
END_TEST

START_TEST(a_blacklisting_without_a_last_day_ends_when_the_party_is_reinstated) {
	struct world *w = world_with_programme();
	uint64_t seq = world_accept(w, BLACKLIST "}}");
	ck_assert_int_eq(party_of(w, seq).blacklisted_until_us, INT64_MAX);
	world_accept(w, "{'suspend_party': {'party': '" LAB "', 'reason': 'r'}}");
	world_at(w, "2089-01-01 00:00");
	world_refuse(w, PB__OUTCOME__PARTY_STATE, ADMIT);
	world_accept(w, "{'reinstate_party': {'party': '" LAB "', 'reason': 'r'}}");
	struct party_row row = party_of(w, seq);
	ck_assert_int_eq(row.blacklisted_until_us, 0); /* both have ended */
	ck_assert_uint_eq(row.suspended, 0);
	world_accept(w, ADMIT);
	world_free(w);
}
END_TEST

START_TEST(what_is_wrong_with_a_blacklisting_is_named) {
	struct world *w = world_with_programme();
	static const struct refused table[] = {
		{ "{'blacklist_party': {'party': '" LAB "'}}", PB__OUTCOME__FIELD_MISSING, "reason" },
		{ "{'blacklist_party': {'reason': 'r'}}", PB__OUTCOME__FIELD_MISSING, "party" },
		{ "{'blacklist_party': {'party': 'T-9', 'reason': 'r'}}", PB__OUTCOME__PARTY_UNKNOWN,
		    "party" },
		{ BLACKLIST ", 'until': '2026-02-30'}}", PB__OUTCOME__FIELD_INVALID, "until" },
		{ BLACKLIST ", 'until': '2026-01-04'}}", PB__OUTCOME__FIELD_INVALID, "until" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

/* --- assessed --- */

static struct standing_row standing_of(struct world *w, uint64_t entry) {
	const Pb__Decision *decision = world_entry(w, entry)->decision;
	struct key key = key_of_ids(decision->programme, decision->subject);
	const struct standing_row *row = STATE_GET(
	    world_state(w), TABLE_STANDING, &key, struct standing_row);
	ck_assert_ptr_nonnull(row);
	return *row;
}

#define ASSESS(party, year, passed)                                                                \
	"{'assess_party': {'programme': 'cp', 'party': '" party "', 'year': " year                     \
	", 'passed': " passed ", 'document': 'd', 'reason': 'r'}}"

static void expect_assessment(
    struct world *w, const char *command, uint32_t failures, bool is_removed) {
	uint64_t seq = world_accept(w, "%s", command);
	const Pb__Decision *decision = world_entry(w, seq)->decision;
	ck_assert_uint_eq(decision->failures, failures);
	ck_assert_int_eq(decision->removed, is_removed);
	ck_assert_uint_eq(standing_of(w, seq).failures, failures);
}

START_TEST(one_failed_year_warns_and_two_in_a_row_remove) {
	struct world *w = world_with_programme();
	world_accept(w, ADMIT);
	expect_assessment(w, ASSESS(LAB, "2021", "false"), 1, false);
	expect_assessment(w, ASSESS(LAB, "2022", "true"), 0, false);
	expect_assessment(w, ASSESS(LAB, "2023", "false"), 1, false);
	world_accept(w, ADMIT);
	expect_assessment(w, ASSESS(LAB, "2024", "false"), 2, true);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__PARTY_REMOVED, ADMIT);
	ck_assert_str_eq(refusal->field, "party");
	/* For good: a year passed afterwards brings nothing back, and nobody is removed twice. */
	expect_assessment(w, ASSESS(LAB, "2025", "false"), 3, false);
	expect_assessment(w, ASSESS(LAB, "2026", "true"), 0, false);
	world_refuse(w, PB__OUTCOME__PARTY_REMOVED, ADMIT);
	world_free(w);
}
END_TEST

START_TEST(rules_without_assessments_remove_nobody) {
	struct world *w = world_new();
	world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	world_accept(w,
	    "{'create_programme': {'code': 'cp', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_refuse(w, PB__OUTCOME__RULES_MISSING, ASSESS(COMPANY, "2024", "false"));
	world_accept(w,
	    "{'publish_rules': {'programme': 'cp', 'rules': {'version': 1, 'title': 't', 'document': "
	    "'d', 'effective_from': '2026-01-01', " WORLD_RULES
	    "'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 365,"
	    " 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER'}}}");
	expect_assessment(w, ASSESS(COMPANY, "2024", "false"), 1, false);
	expect_assessment(w, ASSESS(COMPANY, "2025", "false"), 2, false);
	world_free(w);
}
END_TEST

START_TEST(years_are_assessed_once_in_their_order_and_not_ahead) {
	struct world *w = world_with_programme();
	world_accept(w, ASSESS(LAB, "2024", "true"));
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__ASSESSED_ALREADY, ASSESS(LAB, "2024", "false"));
	ck_assert_str_eq(refusal->field, "year");
	ck_assert_str_eq(refusal->detail, "2024");
	static const struct refused table[] = {
		{ ASSESS(LAB, "2023", "false"), PB__OUTCOME__ASSESSED_ALREADY, "year" },
		{ ASSESS(LAB, "2027", "true"), PB__OUTCOME__NOT_DUE, "year" },
		{ ASSESS(LAB, "1969", "true"), PB__OUTCOME__FIELD_INVALID, "year" },
		{ ASSESS(LAB, "-2147483648", "true"), PB__OUTCOME__FIELD_INVALID, "year" },
		{ ASSESS(LAB, "0", "true"), PB__OUTCOME__FIELD_MISSING, "year" },
		{ "{'assess_party': {'programme': 'cp', 'party': '" LAB "', 'year': 2025}}",
		    PB__OUTCOME__FIELD_MISSING, "reason" },
		{ "{'assess_party': {'party': '" LAB "', 'year': 2025, 'passed': true}}",
		    PB__OUTCOME__FIELD_MISSING, "programme" },
		{ "{'assess_party': {'programme': 'cp', 'year': 2025, 'passed': true}}",
		    PB__OUTCOME__FIELD_MISSING, "party" },
		{ ASSESS("T-9", "2025", "true"), PB__OUTCOME__PARTY_UNKNOWN, "party" },
	};
	REFUSE_ALL(w, table);
	world_accept(w, ASSESS(COMPANY, "2023", "false")); /* each party has years of its own */
	world_at(w, "2026-12-31 23:59");
	world_refuse(w, PB__OUTCOME__NOT_DUE, ASSESS(LAB, "2027", "true"));
	world_at(w, "2027-01-01 00:00");
	world_accept(w, ASSESS(LAB, "2027", "true"));
	world_free(w);
}
END_TEST

/* --- assigned --- */

START_TEST(the_newest_assignment_is_kept) {
	struct world *w = world_with_programme();
	world_accept(w,
	    "{'assign_party': {'party': '" LAB "', 'owner': 'S-1', 'task': '年报', 'deadline':"
	    " '2026-03-31'}}");
	uint64_t seq = world_accept(w, "{'assign_party': {'party': '" LAB "', 'owner': 'S-2'}}");
	struct key key = key_of_id(world_entry(w, seq)->decision->subject);
	size_t bytes;
	const void *row = world_state(w)->ops->get(
	    world_state(w)->self, TABLE_ASSIGNMENT, &key, &bytes);
	ck_assert_ptr_nonnull(row);
	ProtobufCMessage *assign;
	ck_assert_int_eq(
	    pb_unpack(&pb__assign_party__descriptor, row, bytes, world_arena(w), &assign), ERR_OK);
	ck_assert(pb_is_equal(assign, &world_entry(w, seq)->command->assign_party->base));
	static const struct refused table[] = {
		{ "{'assign_party': {'party': '" LAB "'}}", PB__OUTCOME__FIELD_MISSING, "owner" },
		{ "{'assign_party': {'party': '" LAB "', 'owner': '张 三'}}", PB__OUTCOME__FIELD_INVALID,
		    "owner" },
		{ "{'assign_party': {'owner': 'S-1'}}", PB__OUTCOME__FIELD_MISSING, "party" },
		{ "{'assign_party': {'party': '" LAB "', 'owner': 'S-1', 'deadline': '2026-13-01'}}",
		    PB__OUTCOME__FIELD_INVALID, "deadline" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

SUITE_MAIN("setup: standing", a_party_is_suspended_once_and_reinstated_once,
    a_blacklisting_ends_after_its_last_day,
    a_blacklisting_without_a_last_day_ends_when_the_party_is_reinstated,
    what_is_wrong_with_a_blacklisting_is_named, one_failed_year_warns_and_two_in_a_row_remove,
    rules_without_assessments_remove_nobody, years_are_assessed_once_in_their_order_and_not_ahead,
    the_newest_assignment_is_kept)
