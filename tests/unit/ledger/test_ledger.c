/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every command: the closed table, ids and replays, memory. */
#include "base/date.h"
#include "record/pb.h"
#include "support/ledger_world.h"
#include "support/suite.h"

START_TEST(every_kind_of_command_in_the_schema_can_be_decided) {
	const ProtobufCMessageDescriptor *schema = &pb__command__descriptor;
	size_t kinds = 0;
	for (unsigned i = 0; i < schema->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &schema->fields[i];
		if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		const char *name = ledger_command_name((Pb__Command__BodyCase)field->id);
		ck_assert_msg(name != NULL, "%s", field->name);
		ck_assert_str_eq(name, field->name);
		kinds++;
	}
	ck_assert_uint_eq(kinds, schema->n_fields - 1);
	ck_assert_ptr_null(ledger_command_name(PB__COMMAND__BODY__NOT_SET));
	ck_assert_ptr_null(ledger_command_name((Pb__Command__BodyCase)-1));
	ck_assert_ptr_null(ledger_command_name((Pb__Command__BodyCase)1000));
}
END_TEST

/* --- the command as such --- */

static struct verdict decide(struct world *w, const Pb__Command *command, struct arena *arena) {
	struct ledger *ledger;
	struct verdict verdict;
	const struct occasion occasion = { WORLD_ADMIN, world_last_seq(w) + 1,
		world_time_us(w) + 1000000, NULL };
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	ledger_decide(ledger, world_state(w), command, &occasion, arena, &verdict);
	ledger_free(ledger);
	return verdict;
}

START_TEST(a_command_needs_a_body_and_an_id) {
	struct world *w = world_new();
	Pb__Uuid id = PB__UUID__INIT;
	Pb__CreateFund fund = PB__CREATE_FUND__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	command.id = &id;
	id.high = 1;
	ck_assert_int_eq(decide(w, &command, world_arena(w)).outcome, PB__OUTCOME__MALFORMED);
	command.body_case = PB__COMMAND__BODY_CREATE_FUND;
	command.create_fund = &fund;
	command.id = NULL;
	struct verdict verdict = decide(w, &command, world_arena(w));
	ck_assert_int_eq(verdict.outcome, PB__OUTCOME__FIELD_MISSING);
	ck_assert_str_eq(verdict.refusal->field, "id");
	command.id = &id;
	id.high = 0;
	verdict = decide(w, &command, world_arena(w));
	ck_assert_int_eq(verdict.outcome, PB__OUTCOME__FIELD_INVALID);
	ck_assert_str_eq(verdict.refusal->field, "id");
	world_free(w);
}
END_TEST

START_TEST(exhausted_memory_is_unavailable_and_nothing_else) {
	struct world *w = world_new();
	uint64_t seq = world_accept(w,
	    "{'register_party': {'code': '91350100M000100Y43', 'kind': 'PARTY_KIND_COMPANY',"
	    " 'name': 'n', 'region': '110114', 'statuses': ['a', 'b']}}");
	Pb__RegisterParty body = *world_entry(w, seq)->command->register_party;
	body.code = "91110108551385082Q";
	Pb__RegisterParty wrong = body;
	wrong.name = "";
	Pb__Uuid id = PB__UUID__INIT;
	id.low = 99;
	Pb__Command command = PB__COMMAND__INIT;
	command.id = &id;
	command.body_case = PB__COMMAND__BODY_REGISTER_PARTY;
	int accepted = 0, unavailable = 0;
	for (size_t bytes = 1; bytes < 2000; bytes += 16) {
		struct arena arena;
		arena_init(&arena, bytes);
		command.register_party = &body;
		Pb__Outcome outcome = decide(w, &command, &arena).outcome;
		ck_assert(outcome == PB__OUTCOME__OUTCOME_OK || outcome == PB__OUTCOME__UNAVAILABLE);
		accepted += outcome == PB__OUTCOME__OUTCOME_OK;
		unavailable += outcome == PB__OUTCOME__UNAVAILABLE;
		arena_done(&arena);
		command.register_party = &wrong;
		outcome = decide(w, &command, &arena).outcome;
		ck_assert(outcome == PB__OUTCOME__FIELD_MISSING || outcome == PB__OUTCOME__UNAVAILABLE);
		arena_done(&arena);
	}
	ck_assert_int_gt(accepted, 0);
	ck_assert_int_gt(unavailable, 0);
	world_free(w);
}
END_TEST

START_TEST(an_entry_says_who_when_and_in_which_ledger) {
	struct world *w = world_new();
	world_at(w, "2026-01-05 10:00");
	const Pb__JournalEntry *entry = world_entry(
	    w, world_accept(w, "{'create_fund': {'code': 'a', 'name': 'n'}}"));
	ck_assert_uint_eq(entry->seq, 2);
	ck_assert_int_eq((int64_t)entry->time_us, world_time_us(w));
	ck_assert_uint_eq(entry->actor->principal, WORLD_ADMIN);
	ck_assert_str_eq(entry->actor->person, "root");
	ck_assert_uint_eq(entry->ledger_id->high, world_entry(w, 1)->ledger_id->high);
	ck_assert_uint_eq(entry->ledger_id->low, world_entry(w, 1)->ledger_id->low);
	world_free(w);
}
END_TEST

/* --- rule sets are kept unpacked --- */

/* A world where application `ret_application` waits for a voucher, to be used within `days`. */
static struct world *world_with_days(int days, uint64_t *ret_application) {
	struct world *w = world_new();
	world_accept(w, "{'create_fund': {'code': 'a', 'name': 'n'}}");
	world_accept(w, "{'appropriate': {'fund': 'a', 'amount': 1000, 'document': 'd'}}");
	world_accept(w, "{'create_programme': {'code': 'p', 'name': 'n', 'region': '110114'}}");
	world_accept(w, "{'allocate': {'fund': 'a', 'programme': 'p', 'amount': 1000}}");
	world_accept(w,
	    "{'publish_rules': {'programme': 'p', 'rules': {'version': 1, 'title': 't'," WORLD_RULES
	    "'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'name': 'a', 'ratio_bp': 5000}],"
	    " 'use_within_days': %d, 'claim_within_days': 9, 'payee': 'PAYEE_PROVIDER'}}}",
	    days);
	world_party(w, "PARTY_KIND_TEAM", "T-1");
	*ret_application = world_accept(
	    w, "{'apply': {'programme': 'p', 'party': 'T-1', 'amount': 1000}}");
	world_accept(w, "{'review_application': {'application': %llu, 'verdict': 'VERDICT_APPROVE'}}",
	    (unsigned long long)*ret_application);
	return w;
}

START_TEST(a_rule_set_that_became_another_is_not_remembered) {
	uint64_t application;
	struct world *brief = world_with_days(9, &application);
	struct world *lasting = world_with_days(10, &application); /* the same numbers throughout */
	struct ledger *ledger;
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	Pb__Uuid id = PB__UUID__INIT;
	Pb__Issue issue = PB__ISSUE__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	id.low = 1000;
	issue.application = application;
	issue.amount = 100;
	command.id = &id;
	command.body_case = PB__COMMAND__BODY_ISSUE;
	command.issue = &issue;
	for (int round = 0; round < 4; round++) {
		struct world *w = round % 2 ? lasting : brief;
		struct verdict verdict;
		const struct occasion occasion = { WORLD_ADMIN, world_last_seq(w) + 1, world_time_us(w) + 1,
			NULL };
		ledger_decide(ledger, world_state(w), &command, &occasion, world_arena(w), &verdict);
		ck_assert_int_eq(verdict.outcome, PB__OUTCOME__OUTCOME_OK);
		int32_t end; /* of 5 January, with so many days after it */
		ck_assert_int_eq(date_parse(w == brief ? "2026-01-15" : "2026-01-16", &end), ERR_OK);
		ck_assert_int_eq(verdict.entry->decision->use_by_us, date_day_start_us(end, 0));
	}
	ledger_free(ledger);
	world_free(brief);
	world_free(lasting);
}
END_TEST

/* --- ids --- */

#define CREATE_A "{'create_fund': {'code': 'a', 'name': 'n'}}"

START_TEST(the_same_command_again_gets_the_same_answer) {
	struct world *w = world_new();
	world_next_id(w, 5);
	const Pb__Reply *first = world_give(w, CREATE_A);
	ck_assert_int_eq(first->outcome, PB__OUTCOME__OUTCOME_OK);
	world_accept(w, "{'create_fund': {'code': 'b', 'name': 'n'}}");
	world_next_id(w, 5);
	Pb__Reply again = *world_give(w, CREATE_A);
	ck_assert(again.replayed);
	again.replayed = false;
	ck_assert(pb_is_equal(&again.base, &first->base));
	ck_assert_uint_eq(world_last_seq(w), 3);
	world_free(w);
}
END_TEST

START_TEST(an_id_with_another_body_names_the_first_field_that_differs) {
	struct world *w = world_new();
	uint64_t other = world_staff(w, "op1", "ROLE_OPERATOR");
	world_next_id(w, 5);
	world_accept(w, CREATE_A);
	static const struct {
		const char *command;
		const char *field;
	} table[] = {
		{ "{'create_fund': {'code': 'b', 'name': 'm'}}", "code" },
		{ "{'create_fund': {'code': 'a', 'name': 'm'}}", "name" },
		{ "{'create_fund': {'code': 'a', 'name': 'n', 'currency': 'EUR'}}", "currency" },
		{ "{'appropriate': {'fund': 'a', 'amount': 1}}", "appropriate" },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		world_next_id(w, 5);
		const Pb__Refusal *refusal = world_refuse(
		    w, PB__OUTCOME__ID_REUSED, "%s", table[i].command);
		ck_assert_str_eq(refusal->field, table[i].field);
	}
	world_as(w, other);
	world_next_id(w, 5);
	const Pb__Refusal *refusal = world_refuse(w, PB__OUTCOME__ID_REUSED, CREATE_A);
	ck_assert_str_eq(refusal->field, "");
	world_free(w);
}
END_TEST

START_TEST(a_refused_command_leaves_its_id_free) {
	struct world *w = world_new();
#define APPROPRIATE "{'appropriate': {'fund': 'a', 'amount': 1, 'document': 'd'}}"
	world_next_id(w, 5);
	world_refuse(w, PB__OUTCOME__FUND_UNKNOWN, APPROPRIATE);
	world_accept(w, CREATE_A);
	world_next_id(w, 5);
	world_accept(w, APPROPRIATE);
	world_free(w);
}
END_TEST

START_TEST(a_reply_carries_its_outcomes_class_and_sentences) {
	struct world *w = world_new();
	const Pb__Reply *reply = world_give(w, "{'create_fund': {'code': 'a'}}");
	ck_assert_int_eq(reply->retry, PB__RETRY__RETRY_FIX_REQUEST);
	ck_assert_str_eq(reply->sentence, "A required field is missing.");
	ck_assert_str_eq(reply->sentence_zh, "缺少必填字段。");
	ck_assert_ptr_nonnull(reply->id);
	reply = world_give(w, CREATE_A);
	ck_assert_str_eq(reply->sentence, "Done.");
	ck_assert_uint_eq(reply->seq, 2);
	ck_assert_int_eq(reply->time_us, world_time_us(w));
	world_free(w);
}
END_TEST

SUITE_MAIN("ledger", every_kind_of_command_in_the_schema_can_be_decided,
    a_command_needs_a_body_and_an_id, exhausted_memory_is_unavailable_and_nothing_else,
    an_entry_says_who_when_and_in_which_ledger, a_rule_set_that_became_another_is_not_remembered,
    the_same_command_again_gets_the_same_answer,
    an_id_with_another_body_names_the_first_field_that_differs,
    a_refused_command_leaves_its_id_free, a_reply_carries_its_outcomes_class_and_sentences)
