/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include "record/entry.h"
#include "support/bank.h"
#include "support/scheme.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define U "%" PRIu64

/* What the story remembers. */
struct story {
	struct scheme *s;
	struct world *w;
	const struct member *firms[4], *team, *space;
	const struct member *providers[3];
	uint64_t award_reviewer;
	unsigned invoices;
	uint64_t paid_claim, settlement;
};

/* As this person, for one command. */
#define AS(story, principal, ...)                                                                  \
	(world_as((story)->w, (principal)), world_accept((story)->w, __VA_ARGS__))

/* --- the scheme --- */

static const char rules[] =
    "{'programme': 'main', 'rules': {'version': 1, 'title': 'Main'," WORLD_RULES
    " 'effective_from': '2026-01-01', 'part_of': 'above',"
    " 'holder': {'kinds': ['PARTY_KIND_COMPANY', 'PARTY_KIND_SPACE'], 'region': '110000',"
    "   'statuses_without': ['barred'],"
    "   'conditions': [{'attribute': 'staff', 'is': 'LESS', 'value': 100}]},"
    " 'categories': ['testing', 'consulting'],"
    " 'tiers': [{'id': 1, 'name': 'local', 'holder': 'LOCALITY_LOCAL', 'ratio_bp': 5000,"
    "     'per_contract': 9000000, 'per_year': 20000000},"
    "   {'id': 2, 'name': 'other', 'ratio_bp': 3333, 'pool_share_bp': 2000}],"
    " 'caps': [{'name': 'group', 'per': 'CAP_PER_CONTROLLER', 'period': 'CAP_A_YEAR',"
    "     'amount': 30000000}, {'name': 'provider', 'per': 'CAP_PER_PROVIDER',"
    "     'period': 'CAP_FOR_EVER', 'grants': 50}],"
    " 'fund_shares': [{'fund': 'fund', 'share_bp': 6667}, {'fund': 'district', 'share_bp': 3333}],"
    " 'voucher_amount_max': 40000000, 'vouchers_at_once': 3, 'documents': ['recognition'],"
    " 'application_windows': [{'from': '01-01', 'to': '10-31'}],"
    " 'agreements_allowed': true, 'use_within_days': 60, 'claim_within_days': 30,"
    " 'correct_within_days': 10, 'extension_days': 20, 'remind_days': [5],"
    " 'assessment_failures': 2, 'payee': 'PAYEE_PROVIDER', 'publication_days': 3,"
    " 'countersign': true, 'net_clawbacks': true, 'duties_apart': ['DUTY_REVIEW_FROM_APPLY',"
    " 'DUTY_ISSUE_FROM_REVIEW', 'DUTY_PUBLISH_FROM_APPROVE']}}";

static const char award_rules[] =
    "{'programme': 'award', 'rules': {'version': 1, 'title': 'Awards',"
    " 'instrument': 'INSTRUMENT_AWARD', 'review': 'REVIEW_TWO', 'when_capped': 'GRANT_THE_REST',"
    " 'expense_base': 'EXPENSE_ACTUAL', 'effective_from': '2026-01-01',"
    " 'tiers': [{'id': 1, 'name': 'city', 'categories': ['city'], 'per_unit': 1000000,"
    "   'group': 1}, {'id': 2, 'name': 'nation', 'categories': ['nation'], 'per_unit': 3000000,"
    "   'group': 1}],"
    " 'combinations': [{'group': 1, 'name': 'awards', 'kind': 'COMBINATION_HIGHEST_ONLY'}],"
    " 'use_within_days': 60, 'claim_within_days': 30, 'payee': 'PAYEE_STARTUP'}}";

static const char above_rules[] =
    "{'programme': 'above', 'rules': {'version': 1, 'title': 'Above'," WORLD_RULES
    " 'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'ratio_bp': 5000}],"
    " 'caps': [{'name': 'each', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"
    "   'amount': 50000000, 'joint': true}],"
    " 'use_within_days': 60, 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}";

static const struct scheme_config above = {
	.programme = "above", .region = "110000", .rules = above_rules, .allocated = 60000000
};

static void begin(struct story *t) {
	t->s = scheme_new(&above);
	t->w = t->s->world;
	uint64_t admin = WORLD_ADMIN;
	AS(t, admin, "{'create_fund': {'code': 'district', 'name': 'District', 'currency': 'CNY'}}");
	AS(t, admin, "{'appropriate': {'fund': 'district', 'amount': 90000000, 'document': 'b1'}}");
	AS(t, admin, "{'appropriate': {'fund': 'fund', 'amount': 200000000, 'document': 'b2'}}");
	AS(t, admin,
	    "{'create_programme': {'code': 'main', 'name': 'Main', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	AS(t, admin,
	    "{'create_programme': {'code': 'award', 'name': 'Awards', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	AS(t, admin, "{'allocate': {'fund': 'fund', 'programme': 'main', 'amount': 150000000}}");
	AS(t, admin, "{'allocate': {'fund': 'district', 'programme': 'main', 'amount': 80000000}}");
	AS(t, admin, "{'allocate': {'fund': 'fund', 'programme': 'award', 'amount': 20000000}}");
	AS(t, admin, "{'publish_rules': %s}", rules);
	AS(t, admin, "{'publish_rules': %s}", award_rules);
	t->s->code = "main";
	t->award_reviewer = world_staff(t->w, "S9", "ROLE_REVIEWER");
}

/* --- parties --- */

static void register_parties(struct story *t) {
	const char *staff = ", 'attributes': [{'name': 'staff', 'value': '42'}]";
	t->firms[0] = scheme_holder(t->s, "110114", staff);
	t->firms[1] = scheme_holder(t->s, "110108", staff);
	t->firms[2] = scheme_holder(
	    t->s, "110114", ", 'controller': 'C1', 'attributes': [{'name': 'staff', 'value': '7'}]");
	t->firms[3] = scheme_holder(t->s, "110114", staff);
	t->space = scheme_space(t->s, "110114", staff);
	for (size_t i = 0; i < 3; i++)
		t->providers[i] = scheme_provider(t->s, i == 1 ? "310115" : "110114");
	AS(t, t->s->office,
	    "{'register_party': {'code': 'T-1', 'kind': 'PARTY_KIND_TEAM', 'region': '110114',"
	    " 'personal': {'name': 'Zhang', 'telephone': '1', 'bank_account': {'number': '622200',"
	    " 'bank_code': '102100099996', 'holder_name': 'Zhang'}}}}");
	AS(t, t->s->office,
	    "{'update_party': {'code': '%s', 'name': 'Renamed', 'region': '110114',"
	    " 'attributes': [{'name': 'staff', 'value': '43'}], 'controller': 'C1',"
	    " 'bank_account': {'number': '62221', 'bank_code': '102100099996',"
	    " 'holder_name': 'Renamed'}}}",
	    t->firms[3]->code);
	AS(t, t->s->office,
	    "{'assign_party': {'party': '%s', 'owner': 'S1', 'task': 'look', 'deadline':"
	    " '2026-02-01'}}",
	    t->firms[0]->code);
	AS(t, t->s->office,
	    "{'record_agreement': {'programme': 'main', 'party': '%s', 'document': 'A1',"
	    " 'terms': {'id': 9, 'name': 'agreed', 'ratio_bp': 6000}, 'from': '2026-01-01',"
	    " 'until': '2026-12-31'}}",
	    t->firms[2]->code);
	AS(t, t->s->office, "{'suspend_party': {'party': '%s', 'reason': 'asked'}}", t->firms[3]->code);
	AS(t, t->s->office, "{'reinstate_party': {'party': '%s', 'reason': 'answered'}}",
	    t->firms[3]->code);
	AS(t, t->s->office,
	    "{'blacklist_party': {'party': '%s', 'reason': 'r', 'until': '2026-01-31'}}", "T-1");
	AS(t, WORLD_ADMIN, "{'erase_personal': {'party': 'T-1', 'reason': 'asked for'}}");
	AS(t, WORLD_ADMIN,
	    "{'rotate_checkpoint_key': {'key': {'ed25519':"
	    " 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA='}, 'reason': 'yearly'}}");
	uint64_t gone = world_staff(t->w, "S10", "ROLE_OPERATOR");
	AS(t, WORLD_ADMIN, "{'revoke_principal': {'principal': " U ", 'reason': 'left'}}", gone);
}

/* --- vouchers --- */

#define CITED "'documents': [{'kind': 'recognition', 'number': 'R1'}]"

static uint64_t voucher(struct story *t, const struct member *holder, int64_t amount) {
	uint64_t application = AS(t, holder->principal,
	    "{'apply': {'programme': 'main', 'amount': '%" PRId64 "', " CITED "}}", amount);
	AS(t, t->s->reviewer,
	    "{'review_application': {'application': " U ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	return AS(t, t->s->office, "{'issue': {'application': " U ", 'amount': '%" PRId64 "'}}",
	    application, amount);
}

static uint64_t reserve(struct story *t, const struct member *holder, uint64_t voucher_id,
    const struct member *provider, int64_t eligible) {
	return AS(t, holder->principal,
	    "{'reserve': {'voucher': " U ", 'provider': '%s', 'contract_number': 'HT-" U "',"
	    " 'category': 'testing', 'total': '%" PRId64 "', 'eligible': '%" PRId64
	    "', 'vat': '%" PRId64 "'}}",
	    voucher_id, provider->code, world_last_seq(t->w), eligible + 1000, eligible, eligible / 20);
}

static void redeem(
    struct story *t, const struct member *holder, uint64_t reservation, int64_t amount) {
	AS(t, holder->principal,
	    "{'redeem': {'reservation': " U ", 'amount': '%" PRId64 "', 'milestone': 'm'}}",
	    reservation, amount);
}

static uint64_t claim(struct story *t, const struct member *claimant, uint64_t reservation,
    int64_t amount, uint64_t replaces) {
	return AS(t, claimant->principal,
	    "{'submit_claim': {'reservation': " U ", 'amount': '%" PRId64 "', 'replaces': " U
	    ", 'invoices': [{'number': '2611%016u', 'amount': '%" PRId64
	    "', 'date': '2026-01-05', 'vat': '100'}]}}",
	    reservation, amount, replaces, ++t->invoices, 4 * amount);
}

static void approve(struct story *t, uint64_t id) {
	AS(t, t->s->approver, "{'approve_claim': {'claim': " U "}}", id);
	AS(t, t->s->director, "{'countersign_claim': {'claim': " U "}}", id);
	AS(t, t->s->office, "{'publish_claim': {'claim': " U "}}", id);
}

/* Applications that go wrong, and what is given back. */
static void voucher_exits(struct story *t) {
	uint64_t first = AS(
	    t, t->firms[0]->principal, "{'apply': {'programme': 'main', 'amount': 500000, " CITED "}}");
	AS(t, t->s->reviewer,
	    "{'review_application': {'application': " U ", 'verdict': 'VERDICT_RETURN', 'reason':"
	    " 'more'}}",
	    first);
	uint64_t second = AS(t, t->firms[0]->principal,
	    "{'apply': {'programme': 'main', 'amount': 600000, 'replaces': " U ", " CITED "}}", first);
	AS(t, t->s->reviewer,
	    "{'review_application': {'application': " U ", 'verdict': 'VERDICT_REJECT', 'reason':"
	    " 'no'}}",
	    second);
	uint64_t returned = voucher(t, t->firms[0], 700001);
	uint64_t cancelled = voucher(t, t->firms[0], 800002);
	AS(t, t->firms[0]->principal, "{'return_voucher': {'voucher': " U ", 'reason': 'no use'}}",
	    returned);
	AS(t, t->s->office, "{'cancel_voucher': {'voucher': " U ", 'reason': 'mistake'}}", cancelled);
}

/* A contract whose rest is released, one that is withdrawn, and one that is claimed wrongly. */
static void uses(struct story *t) {
	const struct member *firm = t->firms[1];
	uint64_t id = voucher(t, firm, 9000000);
	uint64_t released = reserve(t, firm, id, t->providers[0], 3000001);
	redeem(t, firm, released, 333333);
	AS(t, firm->principal, "{'release': {'reservation': " U ", 'reason': 'done'}}", released);
	uint64_t withdrawn = reserve(t, firm, id, t->providers[1], 1000003);
	AS(t, t->s->office, "{'withdraw_reservation': {'reservation': " U ", 'reason': 'fraud'}}",
	    withdrawn);
	uint64_t wrong = claim(t, t->providers[0], released, 333333, 0);
	AS(t, t->s->office, "{'return_claim': {'claim': " U ", 'reason': 'blurred'}}", wrong);
	uint64_t corrected = claim(t, t->providers[0], released, 300000, wrong);
	AS(t, t->s->approver, "{'reject_claim': {'claim': " U ", 'reason': 'forged'}}", corrected);
	uint64_t objected = claim(t, t->providers[0], released, 33333, 0);
	approve(t, objected);
	AS(t, t->firms[0]->principal, "{'object_claim': {'claim': " U ", 'reason': 'never done'}}",
	    objected);
	world_wait(t->w, 60);
	AS(t, t->s->director,
	    "{'resolve_objection': {'claim': " U ", 'upheld': true, 'reason': 'so it is'}}", objected);
}

/* --- paid --- */

static uint64_t published(
    struct story *t, const struct member *holder, const struct member *provider, int64_t eligible) {
	uint64_t id = voucher(t, holder, eligible);
	uint64_t reservation = reserve(t, holder, id, provider, eligible);
	int64_t held = scheme_reservation_row(t->s, reservation).held;
	redeem(t, holder, reservation, held / 2);
	redeem(t, holder, reservation, held - held / 2);
	uint64_t claimed = claim(t, provider, reservation, held, 0);
	approve(t, claimed);
	return claimed;
}

static uint64_t open_settlement(struct story *t, const char *programme) {
	return AS(t, t->s->finance,
	    "{'open_settlement': {'programme': '%s', 'house_account': 'house', 'cutoff': " U "}}",
	    programme, world_last_seq(t->w));
}

static void record(struct story *t, uint64_t settlement, uint32_t payment, const char *status) {
	AS(t, t->s->finance,
	    "{'record_payment': {'settlement': " U ", 'payment': %u, 'status': '%s', 'reason': 'bank',"
	    " 'bank_reference': 'B" U "', 'value_date': '2026-02-03'}}",
	    settlement, payment, status, world_last_seq(t->w));
}

static void settle_first(struct story *t) {
	t->paid_claim = published(t, t->firms[0], t->providers[0], 4000001);
	published(t, t->firms[2], t->providers[1], 5000007);
	uint64_t objected = published(t, t->firms[1], t->providers[2], 600011);
	AS(t, t->firms[0]->principal, "{'object_claim': {'claim': " U ", 'reason': 'doubt'}}",
	    objected);
	world_wait(t->w, 90);
	AS(t, t->s->director, "{'resolve_objection': {'claim': " U ", 'reason': 'no'}}", objected);
	world_at(t->w, "2026-02-01 09:00");
	uint64_t dropped = open_settlement(t, "main");
	AS(t, t->s->finance, "{'cancel_settlement': {'settlement': " U ", 'reason': 'again'}}",
	    dropped);
	t->settlement = open_settlement(t, "main");
	scheme_approve_settlement(t->s, t->settlement);
	AS(t, t->s->finance,
	    "{'record_payment_file': {'settlement': " U ", 'format': 'pain.001.001.09', 'file':"
	    " '%064d'}}",
	    t->settlement, 7);
	world_at(t->w, "2026-02-03 09:00");
	record(t, t->settlement, 1, "PAYMENT_PAID");
	record(t, t->settlement, 2, "PAYMENT_PAID");
	record(t, t->settlement, 2, "PAYMENT_RETURNED");
	record(t, t->settlement, 3, "PAYMENT_FAILED");
}

/* What was paid is clawed back, in part recovered, in part written off, the rest set off. */
static void claw_back(struct story *t) {
	scheme_bank_line(t->s, t->settlement, 1, false);
	uint64_t clawback = AS(t, t->s->approver,
	    "{'order_clawback': {'claim': " U ", 'amount': 1000003, 'ground': 'CLAWBACK_MISUSE',"
	    " 'reason': 'other use', 'due': '2026-06-30'}}",
	    t->paid_claim);
	AS(t, t->s->finance,
	    "{'record_recovery': {'clawback': " U ", 'amount': 100001, 'bank_reference': 'BR1',"
	    " 'value_date': '2026-02-04'}}",
	    clawback);
	AS(t, t->s->director,
	    "{'write_off': {'clawback': " U ", 'amount': 50001, 'reason': 'bankrupt'}}", clawback);
	AS(t, WORLD_ADMIN,
	    "{'register_principal': {'person': 'A1', 'roles': ['ROLE_AUDITOR'], 'certificate_spki':"
	    " '%064d'}}",
	    4711);
	AS(t, t->s->office,
	    "{'draw_sample': {'programme': 'main', 'after': 1, 'until': " U ", 'share_bp': 500,"
	    " 'seed': '%064d'}}",
	    world_last_seq(t->w), 5);
	published(t, t->firms[3], t->providers[0], 2500000);
	world_at(t->w, "2026-02-10 09:00");
	uint64_t settlement = open_settlement(t, "main");
	scheme_approve_settlement(t->s, settlement);
	scheme_bank_line(t->s, settlement, 1, false);
	scheme_bank_line(t->s, settlement, 2, false);
	scheme_bank_line(t->s, settlement, 2, true);
}

/* --- the bank --- */

static void bank(struct story *t) {
	world_as(t->w, t->s->finance);
	uint64_t fee = bank_import_line(t->w, -1500, "2026-02-10", "fee");
	uint64_t unknown = bank_import_line(t->w, 70000, "2026-02-10", "who knows");
	AS(t, t->s->finance,
	    "{'assign_line': {'house_account': 'house', 'line': " U ", 'owner': 'S5', 'reason':"
	    " 'ask the bank'}}",
	    unknown);
	AS(t, t->s->finance,
	    "{'resolve_line': {'house_account': 'house', 'line': " U ", 'kind': 'LINE_FEE',"
	    " 'reason': 'a fee'}}",
	    fee);
	AS(t, t->s->finance,
	    "{'unmatch': {'house_account': 'house', 'line': " U ", 'reason': 'no fee'}}", fee);
	uint64_t clawback = AS(t, t->s->approver,
	    "{'order_clawback': {'claim': " U ", 'amount': 70000, 'ground': 'CLAWBACK_ERROR',"
	    " 'reason': 'counted twice'}}",
	    t->paid_claim);
	AS(t, t->s->finance,
	    "{'reconcile': {'house_account': 'house', 'lines': [" U "], 'targets': [{'clawback': " U
	    ", 'amount': 70000}]}}",
	    unknown, clawback);
	AS(t, t->s->finance,
	    "{'import_statement': {'house_account': 'house', 'file': '%064d', 'format': 'csv',"
	    " 'number': 'N1', 'page': 1, 'pages': 2, 'lines': [{'serial': 's1', 'amount': '250',"
	    " 'booking_date': '2026-02-10', 'text': 'interest'}]}}",
	    99);
	AS(t, t->s->finance,
	    "{'import_statement': {'house_account': 'house', 'file': '%064d', 'format': 'csv',"
	    " 'number': 'N1', 'page': 2, 'pages': 2, 'lines': [{'serial': 's1', 'amount': '250',"
	    " 'booking_date': '2026-02-10'}, {'serial': 's2', 'amount': '-300',"
	    " 'booking_date': '2026-02-10', 'text': 'more'}]}}",
	    99);
}

static const char *figures_of(struct story *t, uint64_t seq) {
	const Pb__Digest *digest = world_entry(t->w, seq)->decision->period_digest;
	char *hex = arena_zalloc(world_arena(t->w), 2 * digest->value.len + 1);
	for (size_t i = 0; i < digest->value.len; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest->value.data[i]);
	return hex;
}

static void close_month(struct story *t) {
	struct house_row house = bank_house_row(t->w, t->s->house);
	char over[4096] = "";
	for (uint64_t line = 1; line <= house.lines; line++) {
		struct bank_line_row row = bank_line_row(t->w, t->s->house, line);
		if (row.state == PB__LINE_STATE__LINE_MATCHED || row.state == PB__LINE_STATE__LINE_IGNORED)
			continue;
		snprintf(over + strlen(over), sizeof(over) - strlen(over),
		    "%s{'house_account': 'house', 'line': " U ", 'reason': 'later'}", *over ? ", " : "",
		    line);
	}
	world_at(t->w, "2026-03-02 09:00");
	uint64_t prepared = AS(
	    t, t->s->finance, "{'prepare_period': {'period': '2026-02', 'carry_over': [%s]}}", over);
	AS(t, t->s->director, "{'review_period': {'period': '2026-02', 'figures': '%s'}}",
	    figures_of(t, prepared));
	AS(t, t->s->finance, "{'close_period': {'period': '2026-02'}}");
	AS(t, t->s->director, "{'reopen_period': {'period': '2026-02', 'reason': 'late line'}}");
}

/* --- awards, and what time takes --- */

static void award(struct story *t) {
	static const char *const categories[] = { "city", "nation" };
	for (size_t i = 0; i < 2; i++) {
		uint64_t application = AS(t, t->space->principal,
		    "{'apply': {'programme': 'award', 'category': '%s', 'units': 1, 'beneficiary':"
		    " 'P-7'}}",
		    categories[i]);
		AS(t, t->s->reviewer,
		    "{'review_application': {'application': " U ", 'verdict': 'VERDICT_APPROVE'}}",
		    application);
		AS(t, t->award_reviewer,
		    "{'review_application': {'application': " U ", 'verdict': 'VERDICT_APPROVE'}}",
		    application);
		AS(t, t->s->office, "{'issue': {'application': " U "}}", application);
	}
}

static void lapse(struct story *t) {
	const struct member *firm = t->firms[0];
	uint64_t lapsing = voucher(t, firm, 900000);
	uint64_t reservation = reserve(t, firm, lapsing, t->providers[2], 1000001);
	redeem(t, firm, reservation, 123457);
	AS(t, t->s->office, "{'extend_voucher': {'voucher': " U ", 'reason': 'ill'}}", lapsing);
	world_at(t->w, "2026-05-17 09:00");
	AS(t, LEDGER_SYSTEM_PRINCIPAL, "{'remind': {'voucher': " U ", 'days': 5}}", lapsing);
	world_at(t->w, "2026-05-22 09:00");
	AS(t, LEDGER_SYSTEM_PRINCIPAL, "{'expire': {'voucher': " U "}}", lapsing);
	AS(t, LEDGER_SYSTEM_PRINCIPAL, "{'expire': {'reservation': " U "}}", reservation);
	world_at(t->w, "2026-07-10 09:00");
	AS(t, LEDGER_SYSTEM_PRINCIPAL, "{'expire': {'reservation': " U "}}", reservation);
}

static void assess(struct story *t) {
	for (int year = 2024; year <= 2025; year++)
		AS(t, t->s->office,
		    "{'assess_party': {'programme': 'main', 'party': '%s', 'year': %d, 'document': 'd',"
		    " 'reason': 'late'}}",
		    t->providers[2]->code, year);
}

static void publish_again(struct story *t) {
	char next[sizeof(rules)];
	memcpy(next, rules, sizeof(rules));
	memcpy(strstr(next, "'version': 1"), "'version': 2", strlen("'version': 2"));
	memcpy(strstr(next, "'2026-01-01'"), "'2026-07-01'", strlen("'2026-07-01'"));
	AS(t, WORLD_ADMIN, "{'publish_rules': %s}", next);
	voucher(t, t->firms[1], 100000);
}

/* --- the whole --- */

static struct golden take_entries(struct story *t) {
	struct golden golden = { .count = world_last_seq(t->w) };
	golden.entries = calloc(golden.count, sizeof(*golden.entries));
	ck_assert_ptr_nonnull(golden.entries);
	for (size_t i = 0; i < golden.count; i++) {
		struct buffer buffer;
		buffer_init(&buffer, 0);
		ck_assert_int_eq(entry_encode(world_entry(t->w, i + 1), &buffer), ERR_OK);
		golden.entries[i].data = malloc(buffer.bytes);
		golden.entries[i].bytes = buffer.bytes;
		ck_assert_ptr_nonnull(golden.entries[i].data);
		memcpy(golden.entries[i].data, buffer.data, buffer.bytes);
		buffer_done(&buffer);
	}
	return golden;
}

struct golden golden_make(void) {
	struct story story = { .invoices = 0 };
	begin(&story);
	register_parties(&story);
	voucher_exits(&story);
	uses(&story);
	settle_first(&story);
	claw_back(&story);
	bank(&story);
	award(&story);
	close_month(&story);
	lapse(&story);
	assess(&story);
	publish_again(&story);
	struct golden golden = take_entries(&story);
	scheme_free(story.s);
	return golden;
}

void golden_free(struct golden *golden) {
	for (size_t i = 0; i < golden->count; i++)
		free(golden->entries[i].data);
	free(golden->entries);
}
