/* SPDX-License-Identifier: Apache-2.0 */
/* The register, staff who answer for a region, voucher codes, clawbacks and samples. */
#include "base/clock.h"
#include "base/limits.h"
#include "engine/query.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define HERE  "110114"
#define THERE "310115"

static const struct scheme_config assessed = {
	.programme = "plain",
	.region = HERE,
	.rules = "{'programme': 'plain', 'rules': {'version': 1, 'title': 'Plain',"
	         " 'instrument': 'INSTRUMENT_VOUCHER', 'review': 'REVIEW_ONE',"
	         " 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL',"
	         " 'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'name': 'all',"
	         " 'ratio_bp': 5000}], 'use_within_days': 30, 'claim_within_days': 30,"
	         " 'payee': 'PAYEE_PROVIDER', 'assessment_failures': 2, 'countersign': true}}",
	.allocated = 100000000,
};

struct stage {
	struct scheme *s;
	const struct member *here, *there, *provider;
	uint64_t claim, other_claim; /* of `here` and `there` */
	struct query_viewer staff, local;
};

static struct stage stage_new(const struct scheme_config *config) {
	struct stage stage = { .s = scheme_new(config) };
	stage.here = scheme_holder(stage.s, HERE, "");
	stage.there = scheme_holder(stage.s, THERE, "");
	stage.provider = scheme_provider(stage.s, "440305");
	stage.claim = scheme_published_claim(stage.s, stage.here, stage.provider, 300000);
	stage.other_claim = scheme_published_claim(stage.s, stage.there, stage.provider, 200000);
	stage.staff = (struct query_viewer){
		.is_staff = true,
		.is_banker = true,
		.principal = stage.s->office,
		.now_us = world_time_us(stage.s->world),
	};
	stage.local = stage.staff;
	stage.local.is_banker = false;
	strcpy(stage.local.region, THERE);
	return stage;
}

static Pb__Page *list(const struct stage *stage, enum resource resource, struct query_filter filter,
    const struct query_viewer *viewer) {
	struct world *w = stage->s->world;
	const struct engine_view view = { world_state(w), world_history(w), world_last_seq(w) };
	Pb__Page *page = NULL;
	const char *field = NULL;
	enum err err = query_list(&view, resource, &filter, viewer, world_arena(w), &page, &field);
	ck_assert_msg(!err, "%s: %s", err_text(err), field ? field : "");
	return page;
}

static const char *fault(const struct stage *stage, enum resource resource,
    struct query_filter filter, const struct query_viewer *viewer) {
	struct world *w = stage->s->world;
	const struct engine_view view = { world_state(w), world_history(w), world_last_seq(w) };
	Pb__Page *page = NULL;
	const char *field = "none";
	enum err err = query_list(&view, resource, &filter, viewer, world_arena(w), &page, &field);
	return err == ERR_SYNTAX ? field : "";
}

static const ProtobufCMessage *get(const struct stage *stage, enum resource resource, uint64_t id,
    const struct query_viewer *who) {
	struct world *w = stage->s->world;
	const struct engine_view view = { world_state(w), world_history(w), world_last_seq(w) };
	ProtobufCMessage *message = NULL;
	const char *text = arena_printf(world_arena(w), "%" PRIu64, id);
	enum err err = query_get(&view, resource, text, who, world_arena(w), &message);
	ck_assert(err == (message ? ERR_OK : ERR_NOT_FOUND));
	return message;
}

/* --- the register --- */

static void assign(
    const struct stage *stage, const char *party, const char *owner, const char *deadline) {
	world_accept(stage->s->world,
	    "{'assign_party': {'party': '%s', 'owner': '%s', 'task': 'visit', 'deadline': '%s'}}",
	    party, owner, deadline);
}

START_TEST(the_register_says_who_answers_and_what_is_due) {
	struct stage stage = stage_new(&assessed);
	world_as(stage.s->world, stage.s->office);
	assign(&stage, stage.here->code, "S1", "2026-01-10");
	assign(&stage, stage.there->code, "S2", "");
	const int64_t last_moment_us = 1768060799LL * US_PER_S; /* 2026-01-10 23:59:59 in Beijing */
	stage.staff.now_us = last_moment_us;
	const Pb__Party *party = (const Pb__Party *)get(
	    &stage, RESOURCE_PARTIES, stage.here->party, &stage.staff);
	ck_assert_str_eq(party->owner, "S1");
	ck_assert_str_eq(party->task, "visit");
	ck_assert_str_eq(party->deadline, "2026-01-10");
	ck_assert(!party->overdue);
	ck_assert_uint_eq(
	    list(&stage, RESOURCE_PARTIES, (struct query_filter){ .overdue = "true" }, &stage.staff)
	        ->n_parties,
	    0);
	stage.staff.now_us += US_PER_S;
	const Pb__Page *page = list(
	    &stage, RESOURCE_PARTIES, (struct query_filter){ .overdue = "true" }, &stage.staff);
	ck_assert_uint_eq(page->n_parties, 1);
	ck_assert_uint_eq(page->parties[0]->id, stage.here->party);
	ck_assert(page->parties[0]->overdue);

	/* what the office has to do is not the party's to read */
	const struct query_viewer itself = { .party = stage.here->party, .now_us = stage.staff.now_us };
	party = (const Pb__Party *)get(&stage, RESOURCE_PARTIES, stage.here->party, &itself);
	ck_assert_str_eq(party->owner, "");
	ck_assert(!party->overdue);
	ck_assert_uint_eq(
	    list(&stage, RESOURCE_PARTIES, (struct query_filter){ .owner = "S1" }, &itself)->n_parties,
	    0);
	scheme_free(stage.s);
}
END_TEST

START_TEST(the_register_is_filtered) {
	struct stage stage = stage_new(&assessed);
	struct world *w = stage.s->world;
	world_as(w, stage.s->office);
	assign(&stage, stage.here->code, "S1", "2026-01-10");
	world_accept(w,
	    "{'blacklist_party': {'party': '%s', 'reason': 'fraud', 'until': '2026-06-30'}}",
	    stage.there->code);
	stage.staff.now_us = world_time_us(w);
	static const struct {
		struct query_filter filter;
		size_t count;
	} table[] = {
		{ { .kind = "company" }, 2 },
		{ { .kind = "PARTY_KIND_PROVIDER" }, 1 },
		{ { .kind = "team" }, 0 },
		{ { .region = "110000" }, 1 },
		{ { .region = HERE }, 1 },
		{ { .region = "440000", .kind = "company" }, 0 },
		{ { .owner = "S1" }, 1 },
		{ { .owner = "S2" }, 0 },
		{ { .overdue = "false" }, 3 },
		{ { .overdue = "true" }, 0 },
		{ { .blacklisted = "true" }, 1 },
		{ { .blacklisted = "false" }, 2 },
		{ { .blacklisted = "true", .region = HERE }, 0 },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		size_t count = list(&stage, RESOURCE_PARTIES, table[i].filter, &stage.staff)->n_parties;
		ck_assert_msg(count == table[i].count, "row %zu: %zu", i, count);
	}
	const Pb__Party *party = (const Pb__Party *)get(
	    &stage, RESOURCE_PARTIES, stage.there->party, &stage.staff);
	ck_assert(party->blacklisted);
	ck_assert_str_eq(party->blacklisted_until, "2026-06-30");
	stage.staff.now_us = 1782835200LL * US_PER_S; /* 2026-07-01 00:00 in Beijing */
	party = (const Pb__Party *)get(&stage, RESOURCE_PARTIES, stage.there->party, &stage.staff);
	ck_assert(!party->blacklisted);
	ck_assert_str_eq(party->blacklisted_until, "");
	scheme_free(stage.s);
}
END_TEST

START_TEST(what_cannot_be_asked_is_named) {
	struct stage stage = stage_new(&assessed);
	static const struct {
		enum resource resource;
		struct query_filter filter;
		const char *field;
	} table[] = {
		{ RESOURCE_PARTIES, { .kind = "unicorn" }, "kind" },
		{ RESOURCE_PARTIES, { .region = "Beijing" }, "region" },
		{ RESOURCE_PARTIES, { .owner = "" }, "owner" },
		{ RESOURCE_PARTIES, { .overdue = "yes" }, "overdue" },
		{ RESOURCE_PARTIES, { .blacklisted = "" }, "blacklisted" },
		{ RESOURCE_PARTIES, { .code = "7ZQK-03MA-X9D2-T" }, "code" },
		{ RESOURCE_VOUCHERS, { .kind = "company" }, "kind" },
		{ RESOURCE_VOUCHERS, { .region = HERE }, "region" },
		{ RESOURCE_VOUCHERS, { .owner = "S1" }, "owner" },
		{ RESOURCE_CLAIMS, { .overdue = "true" }, "overdue" },
		{ RESOURCE_CLAIMS, { .blacklisted = "true" }, "blacklisted" },
		{ RESOURCE_VOUCHERS, { .code = "7ZQK" }, "code" },
	};
	for (size_t i = 0; i < COUNT(table); i++)
		ck_assert_str_eq(
		    fault(&stage, table[i].resource, table[i].filter, &stage.staff), table[i].field);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_party_stands_in_each_programme_as_it_was_assessed) {
	struct stage stage = stage_new(&assessed);
	struct world *w = stage.s->world;
	for (int year = 2024; year <= 2025; year++) {
		world_as(w, stage.s->office);
		world_accept(w,
		    "{'assess_party': {'programme': 'plain', 'party': '%s', 'year': %d,"
		    " 'passed': false, 'reason': 'late', 'document': 'd'}}",
		    stage.provider->code, year);
		const Pb__Party *party = (const Pb__Party *)get(
		    &stage, RESOURCE_PARTIES, stage.provider->party, &stage.staff);
		ck_assert_uint_eq(party->n_standings, 1);
		const Pb__Standing *standing = party->standings[0];
		bool is_removed = year == 2025;
		ck_assert_str_eq(standing->programme, "plain");
		ck_assert_int_eq(standing->assessed_year, year);
		ck_assert_uint_eq(standing->failures, year == 2024 ? 1 : 2);
		ck_assert(standing->admitted == !is_removed);
		ck_assert(standing->warned == !is_removed);
		ck_assert(standing->removed == is_removed);
	}
	const Pb__Party *holder = (const Pb__Party *)get(
	    &stage, RESOURCE_PARTIES, stage.here->party, &stage.staff);
	ck_assert_uint_eq(holder->n_standings, 0);
	scheme_free(stage.s);
}
END_TEST

/* --- regions --- */

static size_t seen(
    const struct stage *stage, enum resource resource, const struct query_viewer *viewer) {
	const Pb__Page *page = list(stage, resource, (struct query_filter){ 0 }, viewer);
	return page->n_funds + page->n_programmes + page->n_parties + page->n_principals +
	    page->n_applications + page->n_vouchers + page->n_reservations + page->n_claims +
	    page->n_settlements + page->n_accounts + page->n_disclosures + page->n_clawbacks +
	    page->n_samples;
}

static uint64_t pay_all(const struct stage *stage) {
	struct scheme *s = stage->s;
	world_wait(s->world, 1440 * 10);
	uint64_t settlement = scheme_settlement(s);
	scheme_approve_settlement(s, settlement);
	world_as(s->world, s->finance);
	world_accept(s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID',"
	    " 'bank_reference': 'b', 'value_date': '2026-01-20'}}",
	    settlement);
	return settlement;
}

static uint64_t claw_back(const struct stage *stage, uint64_t claim) {
	world_as(stage->s->world, stage->s->office);
	return world_accept(stage->s->world,
	    "{'order_clawback': {'claim': %" PRIu64 ", 'amount': '1000', 'ground':"
	    " 'CLAWBACK_MISUSE', 'reason': 'not used', 'due': '2026-12-31'}}",
	    claim);
}

static uint64_t draw(const struct stage *stage, uint64_t after, uint32_t share_bp) {
	struct world *w = stage->s->world;
	return world_accept(w,
	    "{'draw_sample': {'programme': 'plain', 'after': %" PRIu64 ", 'until': %" PRIu64
	    ", 'share_bp': %u, 'reason': 'half-yearly',"
	    " 'seed': '00000000000000000000000000000000000000000000000000000000000000aa'}}",
	    after, world_last_seq(w), share_bp);
}

START_TEST(staff_of_a_region_see_its_holders_alone) {
	struct stage stage = stage_new(&assessed);
	pay_all(&stage);
	claw_back(&stage, stage.claim);
	claw_back(&stage, stage.other_claim);
	draw(&stage, 0, 10000);
	static const struct {
		enum resource resource;
		size_t all, local;
	} table[] = {
		{ RESOURCE_FUNDS, 1, 1 }, { RESOURCE_PROGRAMMES, 1, 1 },
		{ RESOURCE_PARTIES, 3, 2 }, /* and the provider */
		{ RESOURCE_APPLICATIONS, 2, 1 }, { RESOURCE_VOUCHERS, 2, 1 },
		{ RESOURCE_RESERVATIONS, 2, 1 }, { RESOURCE_CLAIMS, 2, 1 }, { RESOURCE_CLAWBACKS, 2, 1 },
		{ RESOURCE_SETTLEMENTS, 1, 0 }, { RESOURCE_SAMPLES, 1, 0 },
		{ RESOURCE_DISCLOSURES, 2, 2 }, /* for everybody */
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		const char *name = resource_name(table[i].resource);
		size_t all = seen(&stage, table[i].resource, &stage.staff);
		size_t local = seen(&stage, table[i].resource, &stage.local);
		ck_assert_msg(all == table[i].all, "%s: %zu", name, all);
		ck_assert_msg(local == table[i].local, "%s, local: %zu", name, local);
	}
	const Pb__Page *page = list(
	    &stage, RESOURCE_VOUCHERS, (struct query_filter){ 0 }, &stage.local);
	ck_assert_str_eq(page->vouchers[0]->holder, stage.there->code);
	page = list(&stage, RESOURCE_PRINCIPALS, (struct query_filter){ 0 }, &stage.local);
	ck_assert_uint_eq(page->n_principals, 1);
	ck_assert_str_eq(page->principals[0]->party, stage.there->code);
	page = list(&stage, RESOURCE_ACCOUNTS, (struct query_filter){ 0 }, &stage.local);
	for (size_t i = 0; i < page->n_accounts; i++)
		ck_assert_str_ne(page->accounts[i]->party, stage.here->code);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_file_of_another_region_looks_like_none) {
	struct stage stage = stage_new(&assessed);
	uint64_t ids[] = { stage.claim, stage.here->party };
	enum resource resources[] = { RESOURCE_CLAIMS, RESOURCE_PARTIES };
	for (size_t i = 0; i < COUNT(ids); i++) {
		ck_assert_ptr_nonnull(get(&stage, resources[i], ids[i], &stage.staff));
		ck_assert_ptr_null(get(&stage, resources[i], ids[i], &stage.local));
	}
	ck_assert_ptr_nonnull(get(&stage, RESOURCE_CLAIMS, stage.other_claim, &stage.local));
	ck_assert_ptr_nonnull(get(&stage, RESOURCE_PARTIES, stage.provider->party, &stage.local));
	/* and so does a party that is asked for */
	const char *codes[] = { stage.here->code, "91110108551385082Q" };
	for (size_t i = 0; i < COUNT(codes); i++) {
		const struct query_filter filter = { .party = codes[i] };
		ck_assert_uint_eq(list(&stage, RESOURCE_VOUCHERS, filter, &stage.local)->n_vouchers, 0);
	}
	ck_assert_str_eq(
	    fault(&stage, RESOURCE_VOUCHERS, (struct query_filter){ .party = codes[1] }, &stage.staff),
	    "party");
	scheme_free(stage.s);
}
END_TEST

START_TEST(staff_of_a_region_read_its_part_of_the_journal) {
	struct stage stage = stage_new(&assessed);
	struct world *w = stage.s->world;
	pay_all(&stage);
	size_t seen_local = 0;
	for (uint64_t seq = 1; seq <= world_last_seq(w); seq++) {
		const Pb__JournalEntry *entry = world_entry(w, seq);
		const Pb__Decision *decision = entry->decision;
		ck_assert(query_may_see(entry, &stage.staff));
		bool may_see = query_may_see(entry, &stage.local);
		bool is_here = decision && decision->holder == stage.here->party;
		bool is_there = decision && decision->holder == stage.there->party;
		ck_assert_msg(!is_here || !may_see, "entry %" PRIu64, seq);
		ck_assert_msg(!is_there || may_see, "entry %" PRIu64, seq);
		if (entry->command && entry->command->body_case == PB__COMMAND__BODY_OPEN_SETTLEMENT)
			ck_assert(!may_see);
		seen_local += may_see;
	}
	ck_assert_uint_gt(seen_local, 8);
	/* a city's staff see all of its districts */
	strcpy(stage.local.region, "310000");
	ck_assert_ptr_nonnull(get(&stage, RESOURCE_CLAIMS, stage.other_claim, &stage.local));
	scheme_free(stage.s);
}
END_TEST

/* --- voucher codes, clawbacks, samples --- */

START_TEST(a_voucher_is_found_by_its_code_by_those_who_may_see_it) {
	struct stage stage = stage_new(&assessed);
	uint64_t id = scheme_voucher(stage.s, stage.here, 1000);
	const Pb__Voucher *voucher = (const Pb__Voucher *)get(
	    &stage, RESOURCE_VOUCHERS, id, &stage.staff);
	ck_assert_uint_gt(strlen(voucher->code), 12);
	const struct query_filter filter = { .code = voucher->code };
	const Pb__Page *page = list(&stage, RESOURCE_VOUCHERS, filter, &stage.staff);
	ck_assert_uint_eq(page->n_vouchers, 1);
	ck_assert_uint_eq(page->vouchers[0]->id, id);
	ck_assert_str_eq(page->next, "");
	const struct query_viewer holder = { .party = stage.here->party };
	const struct query_viewer other = { .party = stage.there->party };
	ck_assert_uint_eq(list(&stage, RESOURCE_VOUCHERS, filter, &holder)->n_vouchers, 1);
	ck_assert_uint_eq(list(&stage, RESOURCE_VOUCHERS, filter, &other)->n_vouchers, 0);
	ck_assert_uint_eq(list(&stage, RESOURCE_VOUCHERS, filter, &stage.local)->n_vouchers, 0);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_clawback_is_shown_to_staff_and_to_its_payee) {
	struct stage stage = stage_new(&assessed);
	pay_all(&stage);
	uint64_t id = claw_back(&stage, stage.claim);
	const struct query_viewer payee = { .party = stage.provider->party };
	const struct query_viewer holder = { .party = stage.here->party };
	const Pb__Clawback *clawback = (const Pb__Clawback *)get(
	    &stage, RESOURCE_CLAWBACKS, id, &payee);
	ck_assert_ptr_nonnull(clawback);
	ck_assert_uint_eq(clawback->claim, stage.claim);
	ck_assert_str_eq(clawback->programme, "plain");
	ck_assert_str_eq(clawback->payee, stage.provider->code);
	ck_assert_int_eq(clawback->ground, PB__CLAWBACK_GROUND__CLAWBACK_MISUSE);
	ck_assert_int_eq(clawback->amount, 1000);
	ck_assert_int_eq(clawback->recovered, 0);
	ck_assert_str_eq(clawback->due, "2026-12-31");
	ck_assert_str_eq(clawback->reason, "not used");
	ck_assert_ptr_null(get(&stage, RESOURCE_CLAWBACKS, id, &holder));
	ck_assert_ptr_null(get(&stage, RESOURCE_CLAWBACKS, id + 1, &payee));
	const Pb__Claim *claim = (const Pb__Claim *)get(
	    &stage, RESOURCE_CLAIMS, stage.claim, &stage.staff);
	ck_assert_int_eq(claim->clawed_back, 1000);
	ck_assert_uint_eq(claim->n_shares, 1);
	ck_assert_uint_eq(claim->shares[0]->fund, stage.s->fund);
	ck_assert_int_eq(claim->shares[0]->amount, 300000);
	scheme_free(stage.s);
}
END_TEST

START_TEST(a_sample_alone_has_the_claims_that_are_drawn) {
	struct stage stage = stage_new(&assessed);
	uint64_t before = world_last_seq(stage.s->world);
	pay_all(&stage);
	world_as(stage.s->world, stage.s->office);
	uint64_t all = draw(&stage, 0, 10000), half = draw(&stage, before, 5000);
	uint64_t none = draw(&stage, world_last_seq(stage.s->world) - 1, 10000);
	const Pb__Sample *sample = (const Pb__Sample *)get(&stage, RESOURCE_SAMPLES, all, &stage.staff);
	ck_assert_uint_eq(sample->population, 2);
	ck_assert_uint_eq(sample->n_claims, 2);
	ck_assert_uint_eq(sample->claims[0], stage.claim);
	ck_assert_uint_eq(sample->claims[1], stage.other_claim);
	sample = (const Pb__Sample *)get(&stage, RESOURCE_SAMPLES, half, &stage.staff);
	ck_assert_uint_eq(sample->population, 2);
	ck_assert_uint_eq(sample->n_claims, 1);
	ck_assert_uint_eq(sample->share_bp, 5000);
	sample = (const Pb__Sample *)get(&stage, RESOURCE_SAMPLES, none, &stage.staff);
	ck_assert_uint_eq(sample->population, 0);
	ck_assert_uint_eq(sample->n_claims, 0);
	const Pb__Page *page = list(
	    &stage, RESOURCE_SAMPLES, (struct query_filter){ .programme = "plain" }, &stage.staff);
	ck_assert_uint_eq(page->n_samples, 3);
	ck_assert_uint_eq(page->samples[0]->n_claims, 0);
	const struct query_viewer provider = { .party = stage.provider->party };
	ck_assert_ptr_null(get(&stage, RESOURCE_SAMPLES, all, &provider));
	scheme_free(stage.s);
}
END_TEST

/* --- what is published --- */

START_TEST(what_is_published_last_comes_first) {
	struct stage stage = stage_new(&assessed);
	uint64_t third = scheme_published_claim(stage.s, stage.here, stage.provider, 500);
	const struct query_viewer nobody = { 0 };
	struct query_filter filter = { .limit = 2 };
	const Pb__Page *page = list(&stage, RESOURCE_DISCLOSURES, filter, &nobody);
	ck_assert_uint_eq(page->n_disclosures, 2);
	ck_assert_uint_eq(page->disclosures[0]->claim, third);
	ck_assert_uint_eq(page->disclosures[1]->claim, stage.other_claim);
	filter.cursor = page->next;
	filter.programme = "plain";
	page = list(&stage, RESOURCE_DISCLOSURES, filter, &nobody);
	ck_assert_uint_eq(page->n_disclosures, 1);
	ck_assert_uint_eq(page->disclosures[0]->claim, stage.claim);
	ck_assert_str_eq(page->next, "");
	scheme_free(stage.s);
}
END_TEST

START_TEST(what_is_objected_to_stays_published_until_it_is_rejected) {
	struct stage stage = stage_new(&scheme_plain);
	struct world *w = stage.s->world;
	const struct query_viewer nobody = { 0 };
	ck_assert_uint_eq(seen(&stage, RESOURCE_DISCLOSURES, &nobody), 2);
	world_as(w, stage.s->office);
	world_accept(
	    w, "{'object_claim': {'claim': %" PRIu64 ", 'reason': 'no such work'}}", stage.claim);
	ck_assert_uint_eq(seen(&stage, RESOURCE_DISCLOSURES, &nobody), 2);
	world_as(w, stage.s->director);
	world_accept(w,
	    "{'resolve_objection': {'claim': %" PRIu64 ", 'upheld': true, 'reason': 'true'}}",
	    stage.claim);
	const Pb__Page *page = list(&stage, RESOURCE_DISCLOSURES, (struct query_filter){ 0 }, &nobody);
	ck_assert_uint_eq(page->n_disclosures, 1);
	ck_assert_uint_eq(page->disclosures[0]->claim, stage.other_claim);
	ck_assert_str_eq(page->disclosures[0]->objections_until, "2026-01-12");
	const Pb__Claim *claim = (const Pb__Claim *)get(
	    &stage, RESOURCE_CLAIMS, stage.claim, &stage.staff);
	ck_assert_str_eq(claim->reason, "true");
	scheme_free(stage.s);
}
END_TEST

/* A state that counts the rows at which is looked. */
static size_t rows_seen;

struct counted {
	bool (*visit)(void *arg, const struct key *key, const void *row, size_t bytes);
	void *arg;
};

static bool count_row(void *arg, const struct key *key, const void *row, size_t bytes) {
	const struct counted *counted = arg;
	rows_seen++;
	return counted->visit(counted->arg, key, row, bytes);
}

static const void *counting_get(
    void *self, enum table table, const struct key *key, size_t *ret_bytes) {
	const struct state *state = self;
	return state->ops->get(state->self, table, key, ret_bytes);
}

static void counting_scan(void *self, enum table table, const struct key *prefix,
    const struct key *from, bool (*visit)(void *, const struct key *, const void *, size_t),
    void *arg) {
	const struct state *state = self;
	struct counted counted = { visit, arg };
	state->ops->scan(state->self, table, prefix, from, count_row, &counted);
}

START_TEST(a_page_costs_what_it_shows) {
	struct stage stage = stage_new(&assessed);
	struct world *w = stage.s->world;
	uint64_t voucher = scheme_voucher(stage.s, stage.here, 100000);
	uint64_t reservation = scheme_reserve(stage.s, voucher, stage.provider, "HT-9", 200000);
	scheme_redeem(stage.s, reservation, 100000);
	for (unsigned i = 0; i < 50; i++) /* none of which is published */
		scheme_claim(stage.s, stage.provider, reservation, 10, 1000 + i);
	static const struct state_ops ops = { .get = counting_get, .scan = counting_scan };
	const struct state counting = { .ops = &ops, .self = (void *)world_state(w) };
	const struct engine_view view = { &counting, world_history(w), world_last_seq(w) };
	const struct query_viewer nobody = { 0 };
	const struct query_filter filter = { .limit = 2 };
	const char *field = "";
	Pb__Page *page = NULL;
	ck_assert_int_eq(
	    query_list(&view, RESOURCE_DISCLOSURES, &filter, &nobody, world_arena(w), &page, &field),
	    ERR_OK);
	ck_assert_uint_eq(page->n_disclosures, 2);
	ck_assert_uint_eq(rows_seen, 2);
	scheme_free(stage.s);
}
END_TEST

SUITE_MAIN("register", the_register_says_who_answers_and_what_is_due, the_register_is_filtered,
    what_cannot_be_asked_is_named, a_party_stands_in_each_programme_as_it_was_assessed,
    staff_of_a_region_see_its_holders_alone, a_file_of_another_region_looks_like_none,
    staff_of_a_region_read_its_part_of_the_journal,
    a_voucher_is_found_by_its_code_by_those_who_may_see_it,
    a_clawback_is_shown_to_staff_and_to_its_payee, a_sample_alone_has_the_claims_that_are_drawn,
    what_is_published_last_comes_first, what_is_objected_to_stays_published_until_it_is_rejected,
    a_page_costs_what_it_shows)
