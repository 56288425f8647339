/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/bank_line.h"
#include "ledger/foresee.h"
#include "ledger/house.h"
#include "ledger/matching.h"
#include "ledger/rows.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <string.h>

#define REGION "110114"

static struct {
	const struct state *below; /* the world's */
	struct state_name names[64];
	size_t count;
} seen;

static const void *get(void *self, enum table table, const struct key *key, size_t *ret_bytes) {
	(void)self;
	return seen.below->ops->get(seen.below->self, table, key, ret_bytes);
}

static void note(void *self, const struct state_name *names, size_t count) {
	(void)self;
	for (size_t i = 0; i < count; i++)
		seen.names[seen.count++] = names[i];
}

static const struct state_ops noting_ops = { .get = get, .prefetch = note };

static void foresee(const struct scheme *s, const Pb__Command *const *commands, size_t count) {
	const struct state state = { .ops = &noting_ops };
	seen.below = world_state(s->world);
	seen.count = 0;
	ledger_foresee(&state, commands, count);
}

static bool was_seen(enum table table, struct key key) {
	for (size_t i = 0; i < seen.count; i++) {
		const struct state_name *name = &seen.names[i];
		if (name->table == table && name->key.bytes == key.bytes &&
		    memcmp(name->key.data, key.data, key.bytes) == 0)
			return true;
	}
	return false;
}

START_TEST(id_object_and_what_the_object_belongs_to_are_foreseen) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, REGION, "");
	const struct member *provider = scheme_provider(s, REGION);
	uint64_t voucher = scheme_voucher(s, holder, 50000);
	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 20000);

	Pb__Uuid id = PB__UUID__INIT;
	id.high = 7, id.low = 9;
	Pb__Redeem redeem = PB__REDEEM__INIT;
	redeem.reservation = reservation;
	Pb__Command command = PB__COMMAND__INIT;
	command.id = &id;
	command.body_case = PB__COMMAND__BODY_REDEEM;
	command.redeem = &redeem;
	const Pb__Command *one[] = { &command };
	foresee(s, one, 1);
	ck_assert_uint_eq(seen.count, 3);
	ck_assert(was_seen(TABLE_COMMAND, key_of_ids(7, 9)));
	ck_assert(was_seen(TABLE_RESERVATION, key_of_id(reservation)));
	ck_assert(was_seen(TABLE_VOUCHER, key_of_id(voucher)));
	scheme_free(s);
}
END_TEST

START_TEST(what_is_not_there_leads_nowhere) {
	struct scheme *s = scheme_new(&scheme_plain);
	Pb__Uuid id = PB__UUID__INIT;
	id.low = 1;
	Pb__ApproveClaim approve = PB__APPROVE_CLAIM__INIT;
	approve.claim = 12345;
	Pb__Command of_unknown = PB__COMMAND__INIT, without_id = PB__COMMAND__INIT,
	            of_nothing = PB__COMMAND__INIT;
	of_unknown.id = of_nothing.id = &id;
	of_unknown.body_case = PB__COMMAND__BODY_APPROVE_CLAIM;
	of_unknown.approve_claim = &approve;
	const Pb__Command *commands[] = { NULL, &without_id, &of_nothing, &of_unknown };
	foresee(s, commands, 4);
	ck_assert_uint_eq(seen.count, 3);
	ck_assert(was_seen(TABLE_COMMAND, key_of_ids(0, 1)));
	ck_assert(was_seen(TABLE_CLAIM, key_of_id(12345)));
	foresee(s, commands, 0);
	ck_assert_uint_eq(seen.count, 0);
	scheme_free(s);
}
END_TEST

START_TEST(lines_of_a_statement_and_what_they_lead_to_are_foreseen) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct member *holder = scheme_holder(s, REGION, "");
	const struct member *provider = scheme_provider(s, REGION);
	uint64_t claim = scheme_published_claim(s, holder, provider, 100);
	world_at(s->world, "2026-01-13 00:00");
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	const struct state state = { .ops = &noting_ops };
	seen.below = world_state(s->world);

	Pb__StatementLine line = PB__STATEMENT_LINE__INIT, *lines[FORESEE_MAX + 1];
	line.serial = "S1";
	line.amount = -5;
	Pb__LineResult result = PB__LINE_RESULT__INIT, *results[] = { &result };
	Pb__Target target = PB__TARGET__INIT, *targets[] = { &target };
	result.line = 4;
	result.n_targets = 1;
	result.targets = targets;
	target.settlement = settlement;
	target.payment = 1;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		lines[i] = &line;
	seen.count = 0;
	foresee_lines(&state, 9, lines, 1, FORESEE_MAX + 1); /* it has been, with those before it */
	ck_assert_uint_eq(seen.count, 0);
	foresee_lines(&state, 9, lines, FORESEE_MAX, FORESEE_MAX + 1);
	ck_assert_uint_eq(seen.count, 2);
	ck_assert(was_seen(TABLE_BANK_SERIAL, key_of_serial(9, "S1")));
	ck_assert(was_seen(TABLE_AWAITED_COUNT, key_of_awaited(9, -5)));

	seen.count = 0;
	foresee_line_results(&state, 9, results, 0, 1);
	ck_assert_uint_eq(seen.count, 5);
	ck_assert(was_seen(TABLE_BANK_LINE, key_of_ids(9, 4)));
	ck_assert(was_seen(TABLE_MATCH, key_of_match(9, 4, 0)));
	ck_assert(was_seen(TABLE_CLAIM, key_of_id(claim)));
	uint64_t reservation = WORLD_ROW(s->world, TABLE_CLAIM, claim, struct claim_row).reservation;
	ck_assert(was_seen(TABLE_RESERVATION, key_of_id(reservation)));
	scheme_free(s);
}
END_TEST

START_TEST(balances_of_postings_are_foreseen) {
	struct scheme *s = scheme_new(&scheme_plain);
	const struct state state = { .ops = &noting_ops };
	Pb__Posting posting = PB__POSTING__INIT, *postings[] = { &posting };
	posting.account = PB__ACCOUNT_KIND__PROGRAMME_PAID;
	posting.owner = 3;
	posting.party = 4;
	seen.below = world_state(s->world);
	seen.count = 0;
	foresee_postings(&state, postings, 0, 1);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert(was_seen(TABLE_BALANCE, key_of_balance(PB__ACCOUNT_KIND__PROGRAMME_PAID, 3, 4)));
	scheme_free(s);
}
END_TEST

SUITE_MAIN("foresee", lines_of_a_statement_and_what_they_lead_to_are_foreseen,
    balances_of_postings_are_foreseen, id_object_and_what_the_object_belongs_to_are_foreseen,
    what_is_not_there_leads_nowhere)
