/* SPDX-License-Identifier: Apache-2.0 */
#include "record/pb.h"
#include "refusals.h"
#include "support/suite.h"

#define PROGRAMME "'code': 'cp', 'name': 'n', 'region': '110114'"

/* A rule set as short as one can be. */
#define RULES(version, from)                                                                       \
	"{'version': " version ", 'title': 't', 'document': 'd', " WORLD_RULES                         \
	"'effective_from': '" from                                                                     \
	"', 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}], 'use_within_days': 365,"            \
	" 'claim_within_days': 90, 'payee': 'PAYEE_PROVIDER'}"
#define PUBLISH(version, from)                                                                     \
	"{'publish_rules': {'programme': 'cp', 'rules': " RULES(version, from) "}}"

static struct world *world_with_programme(void) {
	struct world *w = world_new();
	world_accept(w, "{'create_programme': {" PROGRAMME ", 'utc_offset_minutes': 480}}");
	return w;
}

START_TEST(a_programme_begins_empty) {
	struct world *w = world_new();
	uint64_t id = world_accept(
	    w, "{'create_programme': {" PROGRAMME ", 'utc_offset_minutes': -210, 'currency': 'EUR'}}");
	struct programme_row row = WORLD_ROW(w, TABLE_PROGRAMME, id, struct programme_row);
	struct programme_row empty = { .currency = 1, .utc_offset_minutes = -210, .region = "110114" };
	ck_assert_mem_eq(&row, &empty, sizeof(row));
	ck_assert_uint_eq(world_entry(w, id)->decision->programme, id);
	world_free(w);
}
END_TEST

START_TEST(what_is_wrong_with_a_programme_is_named) {
	struct world *w = world_with_programme();
	static const struct refused table[] = {
		{ "{'create_programme': {'name': 'n', 'region': '110114'}}", PB__OUTCOME__FIELD_MISSING,
		    "code" },
		{ "{'create_programme': {'code': 'a b', 'name': 'n', 'region': '110114'}}",
		    PB__OUTCOME__FIELD_INVALID, "code" },
		{ "{'create_programme': {'code': 'b', 'region': '110114'}}", PB__OUTCOME__FIELD_MISSING,
		    "name" },
		{ "{'create_programme': {'code': 'b', 'name': 'n'}}", PB__OUTCOME__FIELD_MISSING,
		    "region" },
		{ "{'create_programme': {'code': 'b', 'name': 'n', 'region': '1101'}}",
		    PB__OUTCOME__FIELD_INVALID, "region" },
		{ "{'create_programme': {'code': 'b', 'name': 'n', 'region': '110114',"
		  " 'utc_offset_minutes': 841}}",
		    PB__OUTCOME__FIELD_INVALID, "utc_offset_minutes" },
		{ "{'create_programme': {'code': 'b', 'name': 'n', 'region': '110114',"
		  " 'utc_offset_minutes': -721}}",
		    PB__OUTCOME__FIELD_INVALID, "utc_offset_minutes" },
		{ "{'create_programme': {'code': 'b', 'name': 'n', 'region': '110114',"
		  " 'currency': 'USD'}}",
		    PB__OUTCOME__FIELD_INVALID, "currency" },
		{ "{'create_programme': {" PROGRAMME "}}", PB__OUTCOME__CODE_TAKEN, "code" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(rule_versions_are_numbered_without_gaps) {
	struct world *w = world_with_programme();
	const Pb__Refusal *refusal = world_refuse(
	    w, PB__OUTCOME__RULES_VERSION, PUBLISH("2", "2026-01-01"));
	ck_assert_str_eq(refusal->field, "rules.version");
	ck_assert_str_eq(refusal->detail, "1");
	uint64_t first = world_accept(w, PUBLISH("1", "2026-01-01"));
	world_refuse(w, PB__OUTCOME__RULES_VERSION, PUBLISH("1", "2026-01-01"));
	world_refuse(w, PB__OUTCOME__RULES_VERSION, PUBLISH("3", "2026-01-01"));
	world_accept(w, PUBLISH("2", "2026-06-01"));

	const Pb__Decision *decision = world_entry(w, first)->decision;
	ck_assert_uint_eq(decision->rule_version, 1);
	struct programme_row row = WORLD_ROW(
	    w, TABLE_PROGRAMME, decision->programme, struct programme_row);
	ck_assert_uint_eq(row.rule_version, 2);
	world_free(w);
}
END_TEST

START_TEST(a_published_rule_set_is_kept_as_it_was_given) {
	struct world *w = world_with_programme();
	uint64_t seq = world_accept(w, PUBLISH("1", "2026-01-01"));
	const Pb__JournalEntry *entry = world_entry(w, seq);
	struct key key = key_of_rules(entry->decision->programme, 1);
	size_t bytes;
	const struct state *state = world_state(w);
	const void *row = state->ops->get(state->self, TABLE_RULES, &key, &bytes);
	ck_assert_ptr_nonnull(row);
	ProtobufCMessage *rules;
	ck_assert_int_eq(
	    pb_unpack(&pb__rule_set__descriptor, row, bytes, world_arena(w), &rules), ERR_OK);
	ck_assert(pb_is_equal(rules, &entry->command->publish_rules->rules->base));
	world_free(w);
}
END_TEST

START_TEST(rules_that_contradict_themselves_are_not_published) {
	struct world *w = world_with_programme();
	static const struct refused table[] = {
		{ "{'publish_rules': {'programme': 'cp'}}", PB__OUTCOME__FIELD_MISSING, "rules" },
		{ "{'publish_rules': {'programme': 'cp', 'rules': {'version': 1}}}",
		    PB__OUTCOME__RULES_INVALID, "rules.effective_from" },
		{ PUBLISH("1", "2026-02-30"), PB__OUTCOME__RULES_INVALID, "rules.effective_from" },
		{ "{'publish_rules': {'rules': " RULES("1", "2026-01-01") "}}", PB__OUTCOME__FIELD_MISSING,
		    "programme" },
		{ "{'publish_rules': {'programme': 'moon', 'rules': " RULES("1", "2026-01-01") "}}",
		    PB__OUTCOME__PROGRAMME_UNKNOWN, "programme" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

START_TEST(a_rule_set_larger_than_a_row_is_too_large) {
	struct world *w = world_with_programme();
	Pb__Tier tier = PB__TIER__INIT;
	Pb__Tier *tiers[] = { &tier };
	Pb__RuleSet rules = PB__RULE_SET__INIT;
	Pb__PublishRules publish = PB__PUBLISH_RULES__INIT;
	Pb__Uuid id = PB__UUID__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	rules.title = repeated(w, 't', LIMIT_ROW_BYTES);
	rules.tiers = tiers;
	rules.n_tiers = 1;
	publish.programme = "cp";
	publish.rules = &rules;
	id.low = 77;
	command.id = &id;
	command.body_case = PB__COMMAND__BODY_PUBLISH_RULES;
	command.publish_rules = &publish;

	struct ledger *ledger;
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	const struct occasion occasion = { WORLD_ADMIN, world_last_seq(w) + 1,
		world_time_us(w) + 1000000, NULL };
	struct verdict verdict;
	ledger_decide(ledger, world_state(w), &command, &occasion, world_arena(w), &verdict);
	ck_assert_int_eq(verdict.outcome, PB__OUTCOME__TOO_LARGE);
	ck_assert_ptr_null(verdict.entry);
	ledger_free(ledger);
	world_free(w);
}
END_TEST

static const Pb__AdmitProvider *read_row(struct world *w, uint64_t programme, uint64_t party) {
	struct key key = key_of_ids(programme, party);
	size_t bytes;
	const struct state *state = world_state(w);
	const void *row = state->ops->get(state->self, TABLE_ADMISSION, &key, &bytes);
	ck_assert_ptr_nonnull(row);
	ProtobufCMessage *admit;
	ck_assert_int_eq(
	    pb_unpack(&pb__admit_provider__descriptor, row, bytes, world_arena(w), &admit), ERR_OK);
	return (const Pb__AdmitProvider *)admit;
}

START_TEST(the_newest_admission_counts) {
	struct world *w = world_with_programme();
	uint64_t lab = world_party(w, "PARTY_KIND_PROVIDER", "91110108551385082Q");
	uint64_t seq = world_accept(w,
	    "{'admit_provider': {'programme': 'cp', 'party': '91110108551385082Q',"
	    " 'categories': ['检验检测']}}");
	const Pb__Decision *decision = world_entry(w, seq)->decision;
	ck_assert_uint_eq(decision->provider, lab);
	ck_assert_uint_eq(read_row(w, decision->programme, lab)->n_categories, 1);
	world_accept(w, "{'admit_provider': {'programme': 'cp', 'party': '91110108551385082Q'}}");
	ck_assert_uint_eq(read_row(w, decision->programme, lab)->n_categories, 0);
	world_free(w);
}
END_TEST

START_TEST(only_a_provider_is_admitted_for_clean_categories) {
	struct world *w = world_with_programme();
	world_party(w, "PARTY_KIND_PROVIDER", "91110108551385082Q");
	world_party(w, "PARTY_KIND_COMPANY", "91350100M000100Y43");
#define ADMIT "{'admit_provider': {'programme': 'cp', 'party': '91110108551385082Q', "
	static const struct refused table[] = {
		{ ADMIT "'categories': ['a', '']}}", PB__OUTCOME__FIELD_MISSING, "categories[1]" },
		{ ADMIT "'categories': ['a', 'b', 'a']}}", PB__OUTCOME__FIELD_INVALID, "categories[2]" },
		{ ADMIT "'categories': ['"
		        "01234567890123456789012345678901234567890123456789012345678901234']}}",
		    PB__OUTCOME__FIELD_INVALID, "categories[0]" },
		{ "{'admit_provider': {'party': '91110108551385082Q'}}", PB__OUTCOME__FIELD_MISSING,
		    "programme" },
		{ "{'admit_provider': {'programme': 'moon', 'party': '91110108551385082Q'}}",
		    PB__OUTCOME__PROGRAMME_UNKNOWN, "programme" },
		{ "{'admit_provider': {'programme': 'cp'}}", PB__OUTCOME__FIELD_MISSING, "party" },
		{ "{'admit_provider': {'programme': 'cp', 'party': '91310000MA1FL00900'}}",
		    PB__OUTCOME__PARTY_UNKNOWN, "party" },
		{ "{'admit_provider': {'programme': 'cp', 'party': '91350100M000100Y43'}}",
		    PB__OUTCOME__PARTY_KIND_WRONG, "party" },
	};
	REFUSE_ALL(w, table);
	world_free(w);
}
END_TEST

SUITE_MAIN("setup: programmes", a_programme_begins_empty, what_is_wrong_with_a_programme_is_named,
    rule_versions_are_numbered_without_gaps, a_published_rule_set_is_kept_as_it_was_given,
    rules_that_contradict_themselves_are_not_published, a_rule_set_larger_than_a_row_is_too_large,
    the_newest_admission_counts, only_a_provider_is_admitted_for_clean_categories)
