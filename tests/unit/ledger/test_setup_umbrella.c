/* SPDX-License-Identifier: Apache-2.0 */
/* What rules say of other programmes and of funds, which only the ledger knows. */
#include "refusals.h"
#include "support/suite.h"

#define RULES(programme, version, from, more)                                                      \
	"{'publish_rules': {'programme': '" programme "', 'rules': {'version': " version               \
	", 'title': 't', 'document': 'd', 'effective_from': '" from "', " WORLD_RULES                  \
	"'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 365,"               \
	" 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER'" more "}}}"
#define PUBLISH(programme, more) RULES(programme, "1", "2026-01-01", more)
#define PART_OF(programme, of)   PUBLISH(programme, ", 'part_of': '" of "'")

static struct world *world_with_programmes(void) {
	static const char *const codes[] = { "a", "b", "c", "d", "e" };
	struct world *w = world_new();
	for (int i = 0; i < 5; i++)
		world_accept(
		    w, "{'create_programme': {'code': '%s', 'name': 'n', 'region': '110114'}}", codes[i]);
	world_accept(w,
	    "{'create_programme': {'code': 'euro', 'name': 'n', 'region': '110114', 'currency':"
	    " 'EUR'}}");
	return w;
}

static struct programme_row programme_of(struct world *w, uint64_t entry) {
	return WORLD_ROW(
	    w, TABLE_PROGRAMME, world_entry(w, entry)->decision->programme, struct programme_row);
}

START_TEST(a_programme_is_part_of_another_and_that_of_a_third) {
	struct world *w = world_with_programmes();
	uint64_t b = world_accept(w, PART_OF("b", "c"));
	uint64_t a = world_accept(w, PART_OF("a", "b"));
	uint64_t c = world_accept(w, PUBLISH("c", ""));
	const Pb__Decision *decision = world_entry(w, a)->decision;
	ck_assert_uint_eq(decision->n_umbrellas, 2);
	ck_assert_uint_eq(decision->umbrellas[0], world_entry(w, b)->decision->programme);
	ck_assert_uint_eq(decision->umbrellas[1], world_entry(w, c)->decision->programme);
	ck_assert_uint_eq(programme_of(w, a).part_of, decision->umbrellas[0]);
	ck_assert_uint_eq(programme_of(w, a).levels_below, 0);
	ck_assert_uint_eq(programme_of(w, b).levels_below, 1);
	ck_assert_uint_eq(programme_of(w, c).levels_below, 2);
	ck_assert_uint_eq(programme_of(w, c).part_of, 0);
	world_free(w);
}
END_TEST

START_TEST(no_programme_is_part_of_itself_by_however_many_others) {
	struct world *w = world_with_programmes();
	world_accept(w, PART_OF("a", "b"));
	static const struct refused table[] = {
		{ PART_OF("b", "a"), PB__OUTCOME__RULES_INVALID, "rules.part_of" },
		{ PART_OF("c", "c"), PB__OUTCOME__RULES_INVALID, "rules.part_of" },
		{ PART_OF("c", "moon"), PB__OUTCOME__PROGRAMME_UNKNOWN, "rules.part_of" },
		{ PART_OF("c", "euro"), PB__OUTCOME__RULES_INVALID, "rules.part_of" },
	};
	REFUSE_ALL(w, table);
	world_accept(w, PART_OF("b", "c"));
	world_refuse(w, PB__OUTCOME__RULES_INVALID, PART_OF("c", "a"));
	/* Vouchers keep their version: what was part of others counts as if it still were. */
	world_accept(w, RULES("a", "2", "2026-01-01", ""));
	world_refuse(w, PB__OUTCOME__RULES_INVALID, PART_OF("c", "a"));
	world_accept(w, RULES("a", "3", "2026-01-01", ", 'part_of': 'd'"));
	world_free(w);
}
END_TEST

START_TEST(there_are_no_more_than_two_levels_above_a_programme) {
	struct world *w = world_with_programmes();
	world_accept(w, PART_OF("a", "b"));
	world_accept(w, PART_OF("b", "c"));
	static const struct refused table[] = {
		{ PART_OF("c", "d"), PB__OUTCOME__RULES_INVALID, "rules.part_of" }, /* from below */
		{ PART_OF("e", "a"), PB__OUTCOME__RULES_INVALID, "rules.part_of" }, /* from above */
	};
	REFUSE_ALL(w, table);
	world_accept(w, PART_OF("e", "b")); /* several beside one another are no level more */
	world_free(w);
}
END_TEST

START_TEST(costs_are_shared_by_funds_that_there_are) {
	struct world *w = world_with_programmes();
	world_accept(w, "{'create_fund': {'code': 'city', 'name': 'n'}}");
	world_accept(w, "{'create_fund': {'code': 'europe', 'name': 'n', 'currency': 'EUR'}}");
#define SHARES(first, second)                                                                      \
	PUBLISH("a",                                                                                   \
	    ", 'fund_shares': [{'fund': '" first "', 'share_bp': 6000},"                               \
	    " {'fund': '" second "', 'share_bp': 4000}]")
	static const struct refused table[] = {
		{ SHARES("city", "moon"), PB__OUTCOME__FUND_UNKNOWN, "rules.fund_shares[1].fund" },
		{ SHARES("europe", "city"), PB__OUTCOME__RULES_INVALID, "rules.fund_shares[0].fund" },
	};
	REFUSE_ALL(w, table);
	world_accept(w, "{'create_fund': {'code': 'moon', 'name': 'n'}}");
	world_accept(w, SHARES("city", "moon"));
	world_free(w);
}
END_TEST

#define TOP_UP(of)                                                                                 \
	"{'publish_rules': {'programme': 'a', 'rules': {'version': 1, 'title': 't', 'document': 'd',"  \
	" 'effective_from': '2026-01-01', 'instrument': 'INSTRUMENT_POST_SUBSIDY', 'review':"          \
	" 'REVIEW_ONE', 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_GRANTED',"           \
	" 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 9, "               \
	"'claim_within_days': 9,"                                                                      \
	" 'payee': 'PAYEE_STARTUP', 'tops_up': '" of "'}}}"

START_TEST(what_is_topped_up_is_another_programme) {
	struct world *w = world_with_programmes();
	static const struct refused table[] = {
		{ TOP_UP("moon"), PB__OUTCOME__PROGRAMME_UNKNOWN, "rules.tops_up" },
		{ TOP_UP("a"), PB__OUTCOME__RULES_INVALID, "rules.tops_up" },
		{ TOP_UP("euro"), PB__OUTCOME__RULES_INVALID, "rules.tops_up" },
	};
	REFUSE_ALL(w, table);
	world_accept(w, TOP_UP("b"));
	world_free(w);
}
END_TEST

START_TEST(versions_come_into_force_in_their_order) {
	struct world *w = world_with_programmes();
	world_accept(w, RULES("a", "1", "2026-02-01", ""));
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__RULES_INVALID, RULES("a", "2", "2026-01-31", ""));
	ck_assert_str_eq(refusal->field, "rules.effective_from");
	ck_assert_str_eq(refusal->detail, "version 1 is in force from 2026-02-01");
	world_accept(w, RULES("a", "2", "2026-02-01", ""));
	world_free(w);
}
END_TEST

START_TEST(no_more_than_sixteen_versions_wait_for_their_day) {
	struct world *w = world_with_programmes();
	world_accept(w, RULES("a", "1", "2026-01-01", ""));
#define AHEAD                                                                                      \
	"{'publish_rules': {'programme': 'a', 'rules': {'version': %d, 'title': 't',"                  \
	"'effective_from': '2026-02-01', " WORLD_RULES                                                 \
	"'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 365,"               \
	" 'payee': 'PAYEE_PROVIDER'}}}"
	for (int version = 2; version <= 17; version++)
		world_accept(w, AHEAD, version);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__RULES_INVALID, AHEAD, 18);
	ck_assert_str_eq(refusal->field, "rules.effective_from");
	world_at(w, "2026-02-01 08:00"); /* its day is that of UTC */
	world_accept(w, AHEAD, 18);
	world_free(w);
}
END_TEST

SUITE_MAIN("setup: programmes and funds that rules name",
    a_programme_is_part_of_another_and_that_of_a_third,
    no_programme_is_part_of_itself_by_however_many_others,
    there_are_no_more_than_two_levels_above_a_programme, costs_are_shared_by_funds_that_there_are,
    what_is_topped_up_is_another_programme, versions_come_into_force_in_their_order,
    no_more_than_sixteen_versions_wait_for_their_day)
