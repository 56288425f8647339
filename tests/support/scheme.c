/* SPDX-License-Identifier: Apache-2.0 */
#include "support/scheme.h"

#include "base/buffer.h"
#include "base/date.h"
#include "base/text.h"
#include "ledger/identifier.h"
#include "record/digest.h"
#include "support/bank.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct scheme_config scheme_plain = {
	.programme = "plain",
	.region = "110114",
	.rules = "{'programme': 'plain', 'rules': {'version': 1, 'title': 'Plain'," WORLD_RULES
	         "'effective_from': '2026-01-01', 'categories': ['testing', 'consulting'],"
	         " 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000, 'per_year': 20000000}],"
	         " 'use_within_days': 30, 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER',"
	         " 'publication_days': 7, 'countersign': true}}",
	.allocated = 100000000,
};

const struct scheme_config scheme_direct = {
	.programme = "plain",
	.region = "110114",
	.rules = "{'programme': 'plain', 'rules': {'version': 1, " WORLD_RULES
	         "'effective_from': '2026-01-01',"
	         " 'tiers': [{'id': 1, 'ratio_bp': 5000}], 'use_within_days': 30,"
	         " 'claim_within_days': 30, 'payee': 'PAYEE_PROVIDER'}}",
	.allocated = 100000000,
};

const char *scheme_rules_file(const char *name) {
	static char text[16384];
	char path[512];
	const char *top = getenv("top_srcdir");
	snprintf(path, sizeof(path), "%s/contrib/programmes/%s", top ? top : ".", name);
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "cannot read %s; is top_srcdir set?", path);
	size_t bytes = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	ck_assert_uint_lt(bytes, sizeof(text) - 1);
	text[bytes] = '\0';
	return text;
}

struct scheme *scheme_new(const struct scheme_config *config) {
	struct scheme *s = calloc(1, sizeof(*s));
	ck_assert_ptr_nonnull(s);
	struct world *w = config->begins ? world_new_at(config->begins) : world_new();
	s->world = w;
	s->code = config->programme;
	s->fund = world_accept(w, "{'create_fund': {'code': 'fund', 'name': 'Fund'}}");
	world_accept(w, "{'appropriate': {'fund': 'fund', 'amount': '%" PRId64 "', 'document': 'd'}}",
	    config->allocated);
	s->programme = world_accept(w,
	    "{'create_programme': {'code': '%s', 'name': 'Programme', 'region': '%s',"
	    " 'utc_offset_minutes': 480}}",
	    config->programme, config->region);
	world_accept(w, "{'allocate': {'fund': 'fund', 'programme': '%s', 'amount': '%" PRId64 "'}}",
	    config->programme, config->allocated);
	world_accept(w, "{'publish_rules': %s}", config->rules);
	s->house = bank_house(w, config->allocated);
	s->office = world_staff(w, "S1", "ROLE_OPERATOR");
	s->reviewer = world_staff(w, "S2", "ROLE_REVIEWER");
	s->approver = world_staff(w, "S3", "ROLE_APPROVER");
	s->director = world_staff(w, "S4", "ROLE_APPROVER");
	s->finance = world_staff(w, "S5", "ROLE_FINANCE");
	return s;
}

void scheme_free(struct scheme *s) {
	world_free(s->world);
	free(s);
}

/* --- parties --- */

static void make_code(int number, char ret_code[24]) {
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	for (const char *inner = "0123456789X"; *inner; inner++) {
		for (const char *outer = alphabet; *outer; outer++) {
			snprintf(ret_code, 24, "91110114%08d%c%c", number, *inner, *outer);
			if (identifier_is_credit_code(ret_code))
				return;
		}
	}
	ck_abort_msg("no credit code for %d", number);
}

static struct member *new_member(
    struct scheme *s, const char *kind, const char *region, const char *more) {
	struct world *w = s->world;
	struct member *member = arena_zalloc(world_arena(w), sizeof(*member));
	ck_assert_ptr_nonnull(member);
	ck_assert_int_lt(s->count, SCHEME_MEMBERS_MAX);
	s->members[s->count] = member;
	int number = ++s->count;
	make_code(number, member->code);
	snprintf(member->person, sizeof(member->person), "M%d", number);
	uint64_t actor = world_as(w, s->office);
	member->party = world_accept(w,
	    "{'register_party': {'code': '%s', 'kind': '%s', 'name': 'Party %d', 'region': '%s',"
	    " 'bank_account': {'number': '6222%08d', 'bank_code': '102100099996',"
	    " 'holder_name': 'Party %d'}%s}}",
	    member->code, kind, number, region, number, number, more);
	world_as(w, actor);
	bool is_provider = strcmp(kind, "PARTY_KIND_PROVIDER") == 0;
	member->principal = world_member(
	    w, member->person, is_provider ? "ROLE_PROVIDER" : "ROLE_STARTUP", member->code);
	return member;
}

const struct member *scheme_holder(struct scheme *s, const char *region, const char *more) {
	return new_member(s, "PARTY_KIND_COMPANY", region, more);
}

const struct member *scheme_space(struct scheme *s, const char *region, const char *more) {
	return new_member(s, "PARTY_KIND_SPACE", region, more);
}

const struct member *scheme_newcomer(struct scheme *s, const char *region) {
	return new_member(s, "PARTY_KIND_PROVIDER", region, "");
}

void scheme_admit(struct scheme *s, const struct member *provider, const char *categories) {
	uint64_t actor = world_as(s->world, s->office);
	world_accept(s->world,
	    "{'admit_provider': {'programme': '%s', 'party': '%s', 'categories': [%s]}}", s->code,
	    provider->code, categories);
	world_as(s->world, actor);
}

const struct member *scheme_provider(struct scheme *s, const char *region) {
	const struct member *member = scheme_newcomer(s, region);
	scheme_admit(s, member, "");
	return member;
}

uint64_t scheme_regional(
    struct scheme *s, const char *person, const char *role, const char *region) {
	struct world *w = s->world;
	uint64_t actor = world_as(w, WORLD_ADMIN);
	uint8_t hash[DIGEST_BYTES];
	char credential[2 * DIGEST_BYTES + 1];
	digest_sha256(person, strlen(person), hash);
	text_hex(hash, sizeof(hash), credential);
	uint64_t id = world_accept(w,
	    "{'register_principal': {'person': '%s', 'roles': ['%s'], 'region': '%s',"
	    " 'certificate_spki': '%s'}}",
	    person, role, region, credential);
	world_as(w, actor);
	return id;
}

/* --- steps --- */

static uint64_t principal_of(const struct scheme *s, uint64_t party) {
	for (int i = 0; i < s->count; i++) {
		if (s->members[i]->party == party)
			return s->members[i]->principal;
	}
	ck_abort_msg("party %llu is no member", (unsigned long long)party);
}

uint64_t scheme_voucher(struct scheme *s, const struct member *holder, int64_t amount) {
	struct world *w = s->world;
	uint64_t actor = world_as(w, holder->principal);
	uint64_t application = world_accept(
	    w, "{'apply': {'programme': '%s', 'amount': '%" PRId64 "'}}", s->code, amount);
	world_as(w, s->reviewer);
	world_accept(w,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	world_as(w, s->office);
	uint64_t voucher = world_accept(
	    w, "{'issue': {'application': %" PRIu64 ", 'amount': '%" PRId64 "'}}", application, amount);
	world_as(w, actor);
	return voucher;
}

uint64_t scheme_reserve(struct scheme *s, uint64_t voucher, const struct member *provider,
    const char *contract, int64_t eligible) {
	struct world *w = s->world;
	uint64_t actor = world_as(w, principal_of(s, scheme_voucher_row(s, voucher).holder));
	uint64_t reservation = world_accept(w,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': '%s',"
	    " 'category': 'testing', 'total': '%" PRId64 "', 'eligible': '%" PRId64 "'}}",
	    voucher, provider->code, contract, eligible, eligible);
	world_as(w, actor);
	return reservation;
}

uint64_t scheme_redeem(struct scheme *s, uint64_t reservation, int64_t amount) {
	struct world *w = s->world;
	uint64_t actor = world_as(w, principal_of(s, scheme_reservation_row(s, reservation).holder));
	uint64_t seq = world_accept(w,
	    "{'redeem': {'reservation': %" PRIu64 ", 'amount': '%" PRId64 "', 'milestone': 'm'}}",
	    reservation, amount);
	world_as(w, actor);
	return seq;
}

uint64_t scheme_claim(struct scheme *s, const struct member *claimant, uint64_t reservation,
    int64_t amount, unsigned invoice) {
	struct world *w = s->world;
	uint64_t actor = world_as(w, claimant->principal);
	uint64_t claim = world_accept(w,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': '%" PRId64 "', 'invoices':"
	    " [{'number': '2611%016u', 'amount': '%" PRId64 "', 'date': '2026-01-05'}]}}",
	    reservation, amount, invoice, 2 * amount);
	world_as(w, actor);
	return claim;
}

void scheme_step(
    struct scheme *s, uint64_t principal, const char *command, const char *field, uint64_t id) {
	uint64_t actor = world_as(s->world, principal);
	world_accept(s->world, "{'%s': {'%s': %" PRIu64 "}}", command, field, id);
	world_as(s->world, actor);
}

void scheme_publish(struct scheme *s, uint64_t claim) {
	scheme_step(s, s->approver, "approve_claim", "claim", claim);
	scheme_step(s, s->director, "countersign_claim", "claim", claim);
	scheme_step(s, s->office, "publish_claim", "claim", claim);
}

uint64_t scheme_published_claim(
    struct scheme *s, const struct member *holder, const struct member *provider, int64_t amount) {
	char contract[32];
	uint64_t voucher = scheme_voucher(s, holder, amount);
	snprintf(contract, sizeof(contract), "C-%" PRIu64, voucher);
	uint64_t reservation = scheme_reserve(s, voucher, provider, contract, 2 * amount);
	scheme_redeem(s, reservation, amount);
	uint64_t claim = scheme_claim(s, provider, reservation, amount, (unsigned)voucher);
	scheme_publish(s, claim);
	return claim;
}

uint64_t scheme_settlement(struct scheme *s) {
	struct world *w = s->world;
	uint64_t actor = world_as(w, s->finance);
	uint64_t settlement = world_accept(w,
	    "{'open_settlement': {'programme': '%s', 'house_account': 'house', 'cutoff': %" PRIu64 "}}",
	    s->code, world_last_seq(w));
	world_as(w, actor);
	return settlement;
}

const char *scheme_payments_digest(struct scheme *s, uint64_t settlement) {
	const Pb__Digest *digest = world_entry(s->world, settlement)->decision->payments_digest;
	char *hex = arena_alloc(world_arena(s->world), 2 * digest->value.len + 1);
	ck_assert_ptr_nonnull(hex);
	text_hex(digest->value.data, digest->value.len, hex);
	return hex;
}

void scheme_approve_settlement(struct scheme *s, uint64_t settlement) {
	struct world *w = s->world;
	uint64_t actor = world_as(w, s->approver);
	world_accept(w, "{'approve_settlement': {'settlement': %" PRIu64 ", 'payments_digest': '%s'}}",
	    settlement, scheme_payments_digest(s, settlement));
	world_as(w, actor);
}

uint64_t scheme_bank_line(struct scheme *s, uint64_t settlement, uint32_t payment, bool is_return) {
	const Pb__Decision *opened = world_entry(s->world, settlement)->decision;
	ck_assert(payment > 0 && payment <= opened->n_payments);
	const Pb__Payment *paid = opened->payments[payment - 1];
	char today[DATE_TEXT_BYTES];
	date_format(date_local_day(world_time_us(s->world), 480), today);
	uint64_t actor = world_as(s->world, s->finance);
	uint64_t line = bank_import_line(
	    s->world, is_return ? paid->amount : -paid->amount, today, paid->reference);
	world_as(s->world, actor);
	return line;
}

/* --- what there is --- */

struct programme_row scheme_programme(struct scheme *s) {
	return WORLD_ROW(s->world, TABLE_PROGRAMME, s->programme, struct programme_row);
}

struct voucher_row scheme_voucher_row(struct scheme *s, uint64_t id) {
	return WORLD_ROW(s->world, TABLE_VOUCHER, id, struct voucher_row);
}

struct reservation_row scheme_reservation_row(struct scheme *s, uint64_t id) {
	return WORLD_ROW(s->world, TABLE_RESERVATION, id, struct reservation_row);
}

struct claim_row scheme_claim_row(struct scheme *s, uint64_t id) {
	return WORLD_ROW(s->world, TABLE_CLAIM, id, struct claim_row);
}

size_t scheme_ready(struct scheme *s, uint64_t *ret_claims, size_t max) {
	struct programme_row programme = scheme_programme(s);
	size_t count = 0;
	uint64_t previous = 0;
	uint64_t published_seq = 0;
	for (uint64_t id = programme.ready_head; id; count++) {
		struct claim_row row = scheme_claim_row(s, id);
		ck_assert_uint_lt(count, max);
		ck_assert_uint_eq(row.previous, previous);
		ck_assert_uint_gt(row.published_seq, published_seq);
		published_seq = row.published_seq;
		ret_claims[count] = id;
		previous = id;
		id = row.next;
	}
	ck_assert_uint_eq(programme.ready_tail, previous);
	return count;
}

static bool append_row(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct buffer *buffer = arg;
	buffer_append(buffer, &key->bytes, sizeof(key->bytes));
	buffer_append(buffer, key->data, key->bytes);
	buffer_append(buffer, &bytes, sizeof(bytes));
	buffer_append(buffer, row, bytes);
	return true;
}

void scheme_digest_state(struct scheme *s, uint8_t ret_hash[32]) {
	const struct state *state = world_state(s->world);
	const struct key all = KEY_EMPTY;
	struct buffer buffer;
	buffer_init(&buffer, 0);
	for (int table = 1; table < TABLE_COUNT; table++) {
		buffer_append(&buffer, &table, sizeof(table));
		state->ops->scan(state->self, (enum table)table, &all, &all, append_row, &buffer);
	}
	ck_assert_int_eq(buffer_error(&buffer), ERR_OK);
	digest_sha256(buffer.data, buffer.bytes, ret_hash);
	buffer_done(&buffer);
}
