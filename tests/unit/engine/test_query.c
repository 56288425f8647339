/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query.h"

#include "base/limits.h"
#include "record/json.h"
#include "record/pb.h"
#include "support/ledger_world.h"
#include "support/memory_state.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define COMPANY  "91350100M000100Y43"
#define RIVAL    "91310000MA1FL00900"
#define LAB      "91110108551385082Q"
#define EVIDENCE "00000000000000000000000000000000000000000000000000000000000000ee"

/* --- a ledger with one of everything --- */

struct stage {
	struct world *w;
	uint64_t fund, programme;
	uint64_t company, rival, lab; /* parties */
	uint64_t startup;             /* principals */
	uint64_t application, rejected, voucher, reservation, returned, claim, settlement;
};

static const struct query_viewer staff = { .is_staff = true, .is_banker = true };
static const struct query_viewer nobody = { 0 };

static void set_up(struct stage *s) {
	struct world *w = s->w;
	s->fund = world_accept(w, "{'create_fund': {'code': 'city', 'name': '昌平资金'}}");
	world_accept(w, "{'appropriate': {'fund': 'city', 'amount': 500000, 'document': 'd'}}");
	s->programme = world_accept(w,
	    "{'create_programme': {'code': 'cp', 'name': '创新券', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	world_accept(w, "{'allocate': {'fund': 'city', 'programme': 'cp', 'amount': 100000}}");
	world_accept(w,
	    "{'publish_rules': {'programme': 'cp', 'rules': {'version': 1, 'title': 't'," WORLD_RULES
	    "'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000}],"
	    " 'use_within_days': 30, 'claim_within_days': 10, 'payee': 'PAYEE_PROVIDER'}}}");
	s->company = world_party(w, "PARTY_KIND_COMPANY", COMPANY);
	s->rival = world_party(w, "PARTY_KIND_COMPANY", RIVAL);
	s->lab = world_party(w, "PARTY_KIND_PROVIDER", LAB);
	world_accept(w, "{'admit_provider': {'programme': 'cp', 'party': '" LAB "'}}");
	s->startup = world_member(w, "s1", "ROLE_STARTUP", COMPANY);
	world_accept(w,
	    "{'register_house_account': {'code': 'main', 'name': '零余额账户',"
	    " 'account': {'number': '0200', 'bank_code': '102100099996', 'holder_name': '科委'}}}");
	world_accept(w,
	    "{'update_party': {'code': '" LAB "', 'name': '检测中心', 'region': '110108',"
	    " 'attributes': [{'name': 'staff', 'value': 9}], 'statuses': ['CMA'], 'controller': 'C-1',"
	    " 'related': ['" RIVAL "'], 'bank_account': {'number': '6222', 'bank_code': '102100099996',"
	    " 'holder_name': '检测中心'}}}");
}

static uint64_t apply(struct stage *s, const char *party, int amount) {
	return world_accept(s->w,
	    "{'apply': {'programme': 'cp', 'party': '%s', 'amount': %d, 'purpose': 'tests'}}", party,
	    amount);
}

static void use_voucher(struct stage *s) {
	struct world *w = s->w;
	s->application = apply(s, COMPANY, 40000);
	world_accept(w,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    s->application);
	s->rejected = apply(s, RIVAL, 50);
	world_accept(w,
	    "{'review_application': {'application': %" PRIu64 ","
	    " 'verdict': 'VERDICT_REJECT', 'reason': 'not covered'}}",
	    s->rejected);
	s->voucher = world_accept(
	    w, "{'issue': {'application': %" PRIu64 ", 'amount': 30000}}", s->application);
	world_as(w, s->startup);
	s->reservation = world_accept(w,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '" LAB "',"
	    " 'contract_number': 'HT-1', 'category': '检验检测', 'total': 60000, 'eligible': 40000}}",
	    s->voucher);
	world_accept(w, "{'redeem': {'reservation': %" PRIu64 ", 'amount': 15000}}", s->reservation);
	world_as(w, WORLD_ADMIN);
}

static uint64_t submit_claim(struct stage *s, const char *invoice) {
	return world_accept(s->w,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 15000,"
	    " 'invoices': [{'number': '%s', 'amount': 40000, 'date': '2026-01-05'}],"
	    " 'evidence': ['" EVIDENCE "']}}",
	    s->reservation, invoice);
}

static void claim(struct stage *s) {
	struct world *w = s->w;
	uint64_t lab = world_member(w, "p1", "ROLE_PROVIDER", LAB);
	world_as(w, lab);
	s->returned = submit_claim(s, "24112000000012345678");
	world_as(w, WORLD_ADMIN);
	world_accept(
	    w, "{'return_claim': {'claim': %" PRIu64 ", 'reason': 'unreadable'}}", s->returned);
	world_as(w, lab);
	s->claim = submit_claim(s, "24112000000012345679");
	world_as(w, WORLD_ADMIN);
}

static void settle(struct stage *s) {
	struct world *w = s->w;
	world_accept(w, "{'approve_claim': {'claim': %" PRIu64 "}}", s->claim);
	uint64_t published = world_accept(w, "{'publish_claim': {'claim': %" PRIu64 "}}", s->claim);
	s->settlement = world_accept(w,
	    "{'open_settlement': {'programme': 'cp', 'cutoff': %" PRIu64 ", 'house_account': 'main'}}",
	    published);
	const Pb__Digest *digest = world_entry(w, s->settlement)->decision->payments_digest;
	char hex[65];
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest->value.data[i]);
	world_as(w, world_staff(w, "fin2", "ROLE_APPROVER"));
	world_accept(w, "{'approve_settlement': {'settlement': %" PRIu64 ", 'payments_digest': '%s'}}",
	    s->settlement, hex);
	world_accept(w,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1,"
	    " 'status': 'PAYMENT_PAID', 'bank_reference': 'ICBC-1'}}",
	    s->settlement);
	world_as(w, WORLD_ADMIN);
}

static struct stage stage_new(void) {
	struct stage s = { .w = world_new() };
	set_up(&s);
	use_voucher(&s);
	claim(&s);
	settle(&s);
	return s;
}

static struct engine_view view_of(struct stage *s) {
	return (struct engine_view){ world_state(s->w), world_history(s->w), world_last_seq(s->w) };
}

static struct query_viewer member_of(uint64_t party) {
	return (struct query_viewer){ .party = party };
}

/* --- asking --- */

static enum err get(struct stage *s, enum resource resource, const char *id,
    struct query_viewer viewer, ProtobufCMessage **ret_message) {
	struct engine_view view = view_of(s);
	return query_get(&view, resource, id, &viewer, world_arena(s->w), ret_message);
}

static const char *text_of(struct stage *s, uint64_t id) {
	return arena_printf(world_arena(s->w), "%" PRIu64, id);
}

static const char *json_of(struct stage *s, const ProtobufCMessage *message) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	json_encode(message, JSON_COMPACT, &buffer);
	const char *text = arena_printf(world_arena(s->w), "%s", buffer_string(&buffer));
	buffer_done(&buffer);
	return text;
}

static const char *shown(struct stage *s, enum resource resource, const char *id) {
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(get(s, resource, id, staff, &message), ERR_OK);
	return json_of(s, message);
}

static Pb__Page *list(struct stage *s, enum resource resource, struct query_filter filter,
    struct query_viewer viewer) {
	struct engine_view view = view_of(s);
	Pb__Page *page = NULL;
	const char *field = NULL;
	enum err err = query_list(&view, resource, &filter, &viewer, world_arena(s->w), &page, &field);
	ck_assert_msg(!err, "%s: %s", err_text(err), field);
	ck_assert_uint_eq(page->as_of, world_last_seq(s->w));
	return page;
}

/* How many objects a page has, whatever they are. */
static size_t count_of(const Pb__Page *page) {
	return page->n_funds + page->n_programmes + page->n_parties + page->n_principals +
	    page->n_applications + page->n_vouchers + page->n_reservations + page->n_claims +
	    page->n_settlements + page->n_accounts + page->n_disclosures + page->n_house_accounts +
	    page->n_statements + page->n_bank_lines + page->n_payments + page->n_periods;
}

static size_t seen(struct stage *s, enum resource resource, struct query_viewer viewer) {
	return count_of(list(s, resource, (struct query_filter){ 0 }, viewer));
}

/* --- what is shown --- */

START_TEST(what_is_set_up_is_shown_with_all_there_is) {
	struct stage s = stage_new();
	struct arena *arena = world_arena(s.w);

	ck_assert_str_eq(shown(&s, RESOURCE_FUNDS, "city"),
	    arena_printf(arena,
	        "{\"id\":\"%" PRIu64 "\",\"code\":\"city\",\"name\":\"昌平资金\","
	        "\"currency\":\"CNY\",\"appropriated\":\"500000\",\"allocated\":\"100000\","
	        "\"available\":\"400000\"}",
	        s.fund));
	ck_assert_str_eq(shown(&s, RESOURCE_PARTIES, LAB),
	    arena_printf(arena,
	        "{\"id\":\"%" PRIu64 "\",\"code\":\"" LAB "\","
	        "\"kind\":\"PARTY_KIND_PROVIDER\",\"name\":\"检测中心\",\"region\":\"110108\","
	        "\"attributes\":[{\"name\":\"staff\",\"value\":\"9\"}],\"statuses\":[\"CMA\"],"
	        "\"controller\":\"C-1\",\"related\":[\"" RIVAL "\"],\"bank_account\":"
	        "{\"number\":\"6222\",\"bank_code\":\"102100099996\",\"holder_name\":\"检测中心\"},"
	        "\"standings\":[{\"programme\":\"cp\",\"admitted\":true}]}",
	        s.lab));
	ck_assert_str_eq(shown(&s, RESOURCE_PRINCIPALS, text_of(&s, s.startup)),
	    arena_printf(arena,
	        "{\"id\":\"%" PRIu64 "\",\"person\":\"s1\",\"party\":\"" COMPANY "\","
	        "\"roles\":[\"ROLE_STARTUP\"]}",
	        s.startup));
	ck_assert_str_eq(shown(&s, RESOURCE_PRINCIPALS, text_of(&s, WORLD_ADMIN)),
	    "{\"id\":\"72057594037927937\",\"person\":\"root\",\"roles\":[\"ROLE_ADMIN\","
	    "\"ROLE_OPERATOR\",\"ROLE_FINANCE\"]}");
	world_free(s.w);
}
END_TEST

START_TEST(what_becomes_of_a_voucher_is_shown_with_all_there_is) {
	struct stage s = stage_new();
	struct arena *arena = world_arena(s.w);
	int64_t applied_us = (int64_t)world_entry(s.w, s.application)->time_us;
	int64_t reserved_us = (int64_t)world_entry(s.w, s.reservation)->time_us;
	int64_t issued_us = (int64_t)world_entry(s.w, s.voucher)->time_us;
	int64_t claimed_us = (int64_t)world_entry(s.w, s.claim)->time_us;
	int64_t published_us = (int64_t)world_entry(s.w, s.claim + 2)->time_us;
	int64_t paid_us = (int64_t)world_entry(s.w, world_last_seq(s.w))->time_us;

	ck_assert_str_eq(shown(&s, RESOURCE_APPLICATIONS, text_of(&s, s.application)),
	    arena_printf(arena,
	        "{\"id\":\"%" PRIu64 "\",\"programme\":\"cp\",\"party\":\"" COMPANY "\","
	        "\"amount\":\"40000\",\"status\":\"APPLICATION_ISSUED\",\"purpose\":\"tests\","
	        "\"voucher\":\"%" PRIu64 "\",\"time_us\":\"%" PRId64 "\",\"since_us\":\"%" PRId64 "\"}",
	        s.application, s.voucher, applied_us, issued_us));
	ck_assert_str_eq(shown(&s, RESOURCE_VOUCHERS, text_of(&s, s.voucher)),
	    arena_printf(arena,
	        "{\"id\":\"%" PRIu64 "\",\"programme\":\"cp\",\"holder\":\"" COMPANY "\","
	        "\"status\":\"VOUCHER_ACTIVE\",\"amount\":\"30000\",\"live\":\"10000\","
	        "\"reserved\":\"5000\",\"redeemed\":\"15000\",\"rule_version\":1,"
	        "\"use_by_us\":\"1770220800000000\",\"claim_by_us\":\"1771084800000000\","
	        "\"time_us\":\"%" PRId64 "\",\"code\":\"%s\"}",
	        s.voucher, issued_us, world_entry(s.w, s.voucher)->decision->voucher_code));
	ck_assert_str_eq(shown(&s, RESOURCE_CLAIMS, text_of(&s, s.claim)),
	    arena_printf(arena,
	        "{\"id\":\"%" PRIu64 "\",\"reservation\":\"%" PRIu64 "\","
	        "\"programme\":\"cp\",\"holder\":\"" COMPANY "\",\"provider\":\"" LAB "\","
	        "\"payee\":\"" LAB "\",\"status\":\"CLAIM_PAID\",\"amount\":\"15000\",\"invoices\":"
	        "[{\"number\":\"24112000000012345679\",\"amount\":\"40000\",\"date\":\"2026-01-05\"}],"
	        "\"publication_ends_us\":\"%" PRId64 "\",\"settlement\":\"%" PRIu64 "\",\"payment\":1,"
	        "\"time_us\":\"%" PRId64 "\",\"since_us\":\"%" PRId64 "\","
	        "\"shares\":[{\"fund\":\"%" PRIu64 "\",\"amount\":\"15000\"}]}",
	        s.claim, s.reservation, published_us, s.settlement, claimed_us, paid_us, s.fund));
	ck_assert_str_eq(shown(&s, RESOURCE_DISCLOSURES, text_of(&s, s.claim)),
	    arena_printf(arena,
	        "{\"claim\":\"%" PRIu64 "\",\"programme\":\"cp\",\"holder\":\"" COMPANY
	        "\",\"holder_name\":\"" COMPANY "\",\"provider\":\"" LAB "\",\"provider_name\":"
	        "\"检测中心\",\"category\":\"检验检测\",\"amount\":\"15000\","
	        "\"publication_ends_us\":\"%" PRId64 "\",\"programme_name\":\"创新券\","
	        "\"objections_until\":\"2026-01-05\"}",
	        s.claim, published_us));

	const char *reservation = shown(&s, RESOURCE_RESERVATIONS, text_of(&s, s.reservation));
	const char *start = arena_printf(arena,
	    "{\"id\":\"%" PRIu64 "\",\"voucher\":\"%" PRIu64 "\","
	    "\"programme\":\"cp\",\"holder\":\"" COMPANY "\",\"provider\":\"" LAB "\","
	    "\"status\":\"RESERVATION_OPEN\",\"contract_number\":\"HT-1\",\"category\":\"检验检测\","
	    "\"total\":\"60000\",\"eligible\":\"40000\",\"subsidy\":\"20000\",\"held\":\"5000\","
	    "\"redeemed\":\"15000\",\"claimed\":\"15000\",\"tier\":1,\"time_us\":\"%" PRId64 "\","
	    "\"bounds\":[{\"rule\":\"RULE_RELATED\"",
	    s.reservation, s.voucher, reserved_us);
	ck_assert_msg(strncmp(reservation, start, strlen(start)) == 0, "%s", reservation);
	world_free(s.w);
}
END_TEST

START_TEST(a_programme_alone_has_its_newest_rules) {
	struct stage s = stage_new();
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(get(&s, RESOURCE_PROGRAMMES, "cp", staff, &message), ERR_OK);
	const Pb__Programme *programme = (const Pb__Programme *)message;
	ck_assert_uint_eq(programme->id, s.programme);
	ck_assert_str_eq(programme->name, "创新券");
	ck_assert_str_eq(programme->region, "110114");
	ck_assert_int_eq(programme->utc_offset_minutes, 480);
	ck_assert_str_eq(programme->currency, "CNY");
	ck_assert_int_eq(programme->allocated, 100000);
	ck_assert_int_eq(programme->available, 70000);
	ck_assert_int_eq(programme->live, 10000);
	ck_assert_int_eq(programme->reserved, 5000);
	ck_assert_int_eq(programme->payable, 0);
	ck_assert_int_eq(programme->in_payment, 0);
	ck_assert_int_eq(programme->paid, 15000);
	ck_assert_int_eq(programme->issued, 30000);
	ck_assert_int_eq(programme->redeemed, 15000);
	ck_assert_uint_eq(programme->vouchers, 1);
	ck_assert_uint_eq(programme->rule_version, 1);
	ck_assert_int_eq(programme->rules->tiers[0]->ratio_bp, 5000);
	const Pb__Page *page = list(&s, RESOURCE_PROGRAMMES, (struct query_filter){ 0 }, staff);
	ck_assert_ptr_null(page->programmes[0]->rules);
	ck_assert_uint_eq(page->programmes[0]->rule_version, 1);
	world_free(s.w);
}
END_TEST

START_TEST(a_settlement_alone_has_its_payments) {
	struct stage s = stage_new();
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(
	    get(&s, RESOURCE_SETTLEMENTS, text_of(&s, s.settlement), staff, &message), ERR_OK);
	const Pb__Settlement *settlement = (const Pb__Settlement *)message;
	ck_assert_int_eq(settlement->status, PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED);
	ck_assert_str_eq(settlement->programme, "cp");
	ck_assert_str_eq(settlement->prepared_by, "root");
	ck_assert_str_eq(settlement->approved_by, "fin2");
	ck_assert_int_eq(settlement->amount, 15000);
	ck_assert_uint_eq(settlement->cutoff, s.settlement - 1);
	ck_assert_uint_eq(settlement->payments_count, 1);
	ck_assert_int_eq(settlement->time_us, (int64_t)world_entry(s.w, s.settlement)->time_us);
	uint64_t seq = s.settlement + 1;
	while (world_entry(s.w, seq)->command->body_case != PB__COMMAND__BODY_APPROVE_SETTLEMENT)
		seq++;
	const Pb__JournalEntry *approval = world_entry(s.w, seq);
	ck_assert_int_eq(settlement->approved_us, (int64_t)approval->time_us);
	const Pb__Decision *opened = world_entry(s.w, s.settlement)->decision;
	ck_assert(pb_is_equal(&settlement->payments_digest->base, &opened->payments_digest->base));
	ck_assert_uint_eq(settlement->n_payments, 1);
	const Pb__SettlementPayment *payment = settlement->payments[0];
	ck_assert(pb_is_equal(&payment->payment->base, &opened->payments[0]->base));
	ck_assert_str_eq(payment->payee, LAB);
	ck_assert_int_eq(payment->status, PB__PAYMENT_STATUS__PAYMENT_PAID);
	ck_assert_str_eq(payment->bank_reference, "ICBC-1");
	const Pb__Page *page = list(&s, RESOURCE_SETTLEMENTS, (struct query_filter){ 0 }, staff);
	ck_assert_uint_eq(page->settlements[0]->n_payments, 0);
	ck_assert_uint_eq(page->settlements[0]->payments_count, 1);
	world_free(s.w);
}
END_TEST

START_TEST(reasons_are_read_where_they_were_given) {
	struct stage s = stage_new();
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(get(&s, RESOURCE_CLAIMS, text_of(&s, s.returned), staff, &message), ERR_OK);
	ck_assert_str_eq(((const Pb__Claim *)message)->reason, "unreadable");
	ck_assert_int_eq(((const Pb__Claim *)message)->status, PB__CLAIM_STATUS__CLAIM_RETURNED);
	ck_assert_int_eq(
	    get(&s, RESOURCE_APPLICATIONS, text_of(&s, s.rejected), staff, &message), ERR_OK);
	ck_assert_str_eq(((const Pb__Application *)message)->reason, "not covered");
	world_free(s.w);
}
END_TEST

START_TEST(the_trial_balance_sums_to_zero) {
	struct stage s = stage_new();
	const Pb__Page *page = list(&s, RESOURCE_ACCOUNTS, (struct query_filter){ 0 }, staff);
	int64_t sum = 0;
	bool is_paid_there = false;
	ck_assert_uint_ge(page->n_accounts, 6);
	for (size_t i = 0; i < page->n_accounts; i++) {
		const Pb__AccountBalance *account = page->accounts[i];
		bool is_fund = account->account <= PB__ACCOUNT_KIND__FUND_AVAILABLE;
		bool is_bank = account->account >= PB__ACCOUNT_KIND__MEMO_BANK;
		sum += account->balance;
		ck_assert_str_eq(account->owner, is_fund ? "city" : is_bank ? "main" : "cp");
		ck_assert_str_eq(account->currency, "CNY");
		is_paid_there |= account->account == PB__ACCOUNT_KIND__PROGRAMME_PAID &&
		    strcmp(account->party, LAB) == 0 && account->balance == 15000;
	}
	ck_assert_int_eq(sum, 0);
	ck_assert(is_paid_there);
	world_free(s.w);
}
END_TEST

/* --- who may see what --- */

START_TEST(each_sees_what_concerns_it_and_nothing_else) {
	struct stage s = stage_new();
	struct query_viewer company = member_of(s.company), rival = member_of(s.rival),
	                    lab = member_of(s.lab);
	static const struct {
		enum resource resource;
		size_t staff, company, rival, lab, nobody;
	} table[] = {
		{ RESOURCE_FUNDS, 1, 0, 0, 0, 0 },
		{ RESOURCE_PROGRAMMES, 1, 1, 1, 1, 1 },
		{ RESOURCE_PARTIES, 3, 1, 1, 1, 0 },
		{ RESOURCE_PRINCIPALS, 5, 1, 0, 1, 0 },
		{ RESOURCE_APPLICATIONS, 2, 1, 1, 0, 0 },
		{ RESOURCE_VOUCHERS, 1, 1, 0, 0, 0 },
		{ RESOURCE_RESERVATIONS, 1, 1, 0, 1, 0 },
		{ RESOURCE_CLAIMS, 2, 2, 0, 2, 0 },
		{ RESOURCE_SETTLEMENTS, 1, 0, 0, 0, 0 },
		{ RESOURCE_ACCOUNTS, 12, 2, 0, 3, 0 },
		{ RESOURCE_DISCLOSURES, 1, 1, 1, 1, 1 },
		{ RESOURCE_CLAWBACKS, 0, 0, 0, 0, 0 },
		{ RESOURCE_SAMPLES, 0, 0, 0, 0, 0 },
		{ RESOURCE_HOUSE_ACCOUNTS, 1, 0, 0, 0, 0 },
		{ RESOURCE_STATEMENTS, 0, 0, 0, 0, 0 },
		{ RESOURCE_BANK_LINES, 0, 0, 0, 0, 0 },
		{ RESOURCE_PAYMENTS, 1, 0, 0, 1, 0 },
		{ RESOURCE_PERIODS, 0, 0, 0, 0, 0 },
	};
	ck_assert_uint_eq(COUNT(table), RESOURCE_COUNT);
	for (size_t i = 0; i < COUNT(table); i++) {
		enum resource resource = table[i].resource;
		const char *name = resource_name(resource);
		ck_assert_msg(seen(&s, resource, staff) == table[i].staff, "%s, staff", name);
		ck_assert_msg(seen(&s, resource, company) == table[i].company, "%s, company", name);
		ck_assert_msg(seen(&s, resource, rival) == table[i].rival, "%s, rival", name);
		ck_assert_msg(seen(&s, resource, lab) == table[i].lab, "%s, lab", name);
		ck_assert_msg(seen(&s, resource, nobody) == table[i].nobody, "%s, nobody", name);
	}
	world_free(s.w);
}
END_TEST

START_TEST(what_is_not_listed_for_a_party_is_not_found_by_it_either) {
	struct stage s = stage_new();
	struct query_viewer viewers[] = { member_of(s.company), member_of(s.rival), member_of(s.lab),
		nobody };
	for (int resource = 0; resource < RESOURCE_COUNT; resource++) {
		for (size_t v = 0; v < COUNT(viewers); v++) {
			size_t found = 0;
			for (uint64_t id = 0; id <= world_last_seq(s.w); id++) {
				ProtobufCMessage *message = NULL;
				enum err err = get(
				    &s, (enum resource)resource, text_of(&s, id), viewers[v], &message);
				ck_assert(err == ERR_OK || (err == ERR_NOT_FOUND && !message));
				found += err == ERR_OK;
			}
			bool has_id = resource != RESOURCE_ACCOUNTS && resource != RESOURCE_PAYMENTS;
			size_t listed = has_id ? seen(&s, (enum resource)resource, viewers[v]) : 0;
			ck_assert_uint_eq(found, listed);
		}
	}
	world_free(s.w);
}
END_TEST

START_TEST(an_unpublished_claim_is_no_disclosure) {
	struct stage s = stage_new();
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(
	    get(&s, RESOURCE_DISCLOSURES, text_of(&s, s.returned), staff, &message), ERR_NOT_FOUND);
	ck_assert_int_eq(get(&s, RESOURCE_DISCLOSURES, text_of(&s, s.claim), nobody, &message), ERR_OK);
	world_free(s.w);
}
END_TEST

START_TEST(the_feed_shows_entries_to_whom_they_concern) {
	struct stage s = stage_new();
	struct query_viewer company = member_of(s.company), rival = member_of(s.rival),
	                    lab = member_of(s.lab);
	const struct {
		uint64_t seq;
		bool company, rival, lab;
	} table[] = {
		{ 1, false, false, false }, /* the genesis */
		{ s.fund, false, false, false }, { s.company, true, false, false },
		{ s.application, true, false, false }, { s.rejected + 1, false, true, false },
		{ s.voucher, true, false, false }, { s.reservation, true, false, true },
		{ s.claim, true, false, true }, { s.settlement, false, false, false },
		{ world_last_seq(s.w), false, false, true }, /* record_payment */
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		const Pb__JournalEntry *entry = world_entry(s.w, table[i].seq);
		ck_assert(query_may_see(entry, &staff));
		ck_assert(!query_may_see(entry, &nobody));
		ck_assert(query_may_see(entry, &company) == table[i].company);
		ck_assert(query_may_see(entry, &rival) == table[i].rival);
		ck_assert(query_may_see(entry, &lab) == table[i].lab);
	}
	world_free(s.w);
}
END_TEST

/* --- ids and codes --- */

START_TEST(objects_are_found_by_id_and_by_code) {
	struct stage s = stage_new();
	static const struct {
		enum resource resource;
		const char *text;
	} absent[] = {
		{ RESOURCE_FUNDS, "" },
		{ RESOURCE_FUNDS, "moon" },
		{ RESOURCE_FUNDS, "0" },
		{ RESOURCE_FUNDS, "18446744073709551615" },
		{ RESOURCE_FUNDS, "18446744073709551616" },
		{ RESOURCE_FUNDS, "CITY" },
		{ RESOURCE_FUNDS, " city" },
		{ RESOURCE_FUNDS, "-1" },
		{ RESOURCE_PROGRAMMES, "city" },
		{ RESOURCE_VOUCHERS, "cp" },
		{ RESOURCE_ACCOUNTS, "1" },
	};
	ProtobufCMessage *message = NULL;
	for (size_t i = 0; i < COUNT(absent); i++)
		ck_assert_int_eq(
		    get(&s, absent[i].resource, absent[i].text, staff, &message), ERR_NOT_FOUND);
	char text[4001];
	memset(text, 'c', 4000);
	text[4000] = '\0';
	ck_assert_int_eq(get(&s, RESOURCE_FUNDS, text, staff, &message), ERR_NOT_FOUND);
	ck_assert_ptr_null(message);
	ck_assert_int_eq(get(&s, RESOURCE_FUNDS, text_of(&s, s.fund), staff, &message), ERR_OK);
	ck_assert_int_eq(
	    get(&s, RESOURCE_PROGRAMMES, text_of(&s, s.fund), staff, &message), ERR_NOT_FOUND);
	world_free(s.w);
}
END_TEST

START_TEST(a_code_of_digits_goes_before_an_id) {
	struct stage s = stage_new();
	uint64_t other = world_accept(
	    s.w, "{'create_fund': {'code': '%" PRIu64 "', 'name': 'n'}}", s.fund);
	ProtobufCMessage *message = NULL;
	ck_assert_int_eq(get(&s, RESOURCE_FUNDS, text_of(&s, s.fund), staff, &message), ERR_OK);
	ck_assert_uint_eq(((const Pb__Fund *)message)->id, other);
	world_free(s.w);
}
END_TEST

/* --- filters --- */

START_TEST(lists_are_filtered) {
	struct stage s = stage_new();
	world_accept(s.w, "{'create_programme': {'code': 'empty', 'name': 'n', 'region': '110114'}}");
	static const struct {
		enum resource resource;
		struct query_filter filter;
		size_t count;
	} table[] = {
		{ RESOURCE_VOUCHERS, { .programme = "cp" }, 1 },
		{ RESOURCE_VOUCHERS, { .programme = "empty" }, 0 },
		{ RESOURCE_VOUCHERS, { .party = COMPANY }, 1 },
		{ RESOURCE_VOUCHERS, { .party = RIVAL }, 0 },
		{ RESOURCE_VOUCHERS, { .status = "active" }, 1 },
		{ RESOURCE_VOUCHERS, { .status = "VOUCHER_ACTIVE" }, 1 },
		{ RESOURCE_VOUCHERS, { .status = "closed" }, 0 },
		{ RESOURCE_VOUCHERS, { .programme = "cp", .party = COMPANY, .status = "active" }, 1 },
		{ RESOURCE_VOUCHERS, { .programme = "cp", .party = COMPANY, .status = "closed" }, 0 },
		{ RESOURCE_APPLICATIONS, { .status = "rejected" }, 1 },
		{ RESOURCE_APPLICATIONS, { .party = RIVAL, .status = "issued" }, 0 },
		{ RESOURCE_RESERVATIONS, { .party = LAB, .status = "open" }, 1 },
		{ RESOURCE_CLAIMS, { .party = LAB }, 2 },
		{ RESOURCE_CLAIMS, { .party = LAB, .status = "returned" }, 1 },
		{ RESOURCE_CLAIMS, { .status = "in_settlement" }, 0 },
		{ RESOURCE_CLAIMS, { .status = "CLAIM_PAID", .programme = "cp" }, 1 },
		{ RESOURCE_SETTLEMENTS, { .status = "approved", .programme = "cp" }, 1 },
		{ RESOURCE_PRINCIPALS, { .party = COMPANY }, 1 },
		{ RESOURCE_ACCOUNTS, { .party = LAB }, 3 },
		{ RESOURCE_ACCOUNTS, { .programme = "cp" }, 8 },
		{ RESOURCE_ACCOUNTS, { .programme = "cp", .party = COMPANY }, 2 },
		{ RESOURCE_DISCLOSURES, { .programme = "cp" }, 1 },
		{ RESOURCE_DISCLOSURES, { .programme = "empty" }, 0 },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		size_t count = count_of(list(&s, table[i].resource, table[i].filter, staff));
		ck_assert_msg(count == table[i].count, "row %zu: %zu", i, count);
	}
	world_free(s.w);
}
END_TEST

START_TEST(a_filter_that_does_not_apply_is_named) {
	struct stage s = stage_new();
	static const struct {
		enum resource resource;
		struct query_filter filter;
		const char *field;
	} table[] = {
		{ RESOURCE_FUNDS, { .programme = "cp" }, "programme" },
		{ RESOURCE_FUNDS, { .party = LAB }, "party" },
		{ RESOURCE_FUNDS, { .status = "open" }, "status" },
		{ RESOURCE_PARTIES, { .party = LAB }, "party" },
		{ RESOURCE_SETTLEMENTS, { .party = LAB }, "party" },
		{ RESOURCE_VOUCHERS, { .programme = "moon" }, "programme" },
		{ RESOURCE_VOUCHERS, { .programme = "" }, "programme" },
		{ RESOURCE_VOUCHERS, { .party = "91110108551385082X" }, "party" },
		{ RESOURCE_VOUCHERS, { .status = "" }, "status" },
		{ RESOURCE_VOUCHERS, { .status = "Active" }, "status" },
		{ RESOURCE_VOUCHERS, { .status = "activ" }, "status" },
		{ RESOURCE_VOUCHERS, { .status = "actives" }, "status" },
		{ RESOURCE_VOUCHERS, { .status = "VOUCHER_STATUS_UNSPECIFIED" }, "status" },
		{ RESOURCE_VOUCHERS, { .status = "status_unspecified" }, "status" },
		{ RESOURCE_CLAIMS, { .status = "in settlement" }, "status" },
		{ RESOURCE_VOUCHERS, { .limit = LIMIT_PAGE_ROWS + 1 }, "limit" },
		{ RESOURCE_VOUCHERS, { .cursor = "" }, "cursor" },
		{ RESOURCE_VOUCHERS, { .cursor = "!" }, "cursor" },
		{ RESOURCE_VOUCHERS, { .cursor = "AAAAAAAAAAAA" }, "cursor" },
		{ RESOURCE_VOUCHERS, { .cursor = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		    "cursor" },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		struct engine_view view = view_of(&s);
		Pb__Page *page = NULL;
		const char *field = "none";
		ck_assert_int_eq(query_list(&view, table[i].resource, &table[i].filter, &staff,
		                     world_arena(s.w), &page, &field),
		    ERR_SYNTAX);
		ck_assert_str_eq(field, table[i].field);
		ck_assert_ptr_null(page);
	}
	world_free(s.w);
}
END_TEST

START_TEST(a_party_does_not_learn_from_filters_who_else_there_is) {
	struct stage s = stage_new();
	struct query_viewer company = member_of(s.company);
	const struct query_filter rival = { .party = RIVAL }, unknown = { .party = "T-9" },
	                          lab = { .party = LAB };
	ck_assert_uint_eq(count_of(list(&s, RESOURCE_VOUCHERS, rival, company)), 0);
	ck_assert_uint_eq(count_of(list(&s, RESOURCE_VOUCHERS, unknown, company)), 0);
	ck_assert_uint_eq(count_of(list(&s, RESOURCE_RESERVATIONS, lab, company)), 1);
	ck_assert_uint_eq(count_of(list(&s, RESOURCE_RESERVATIONS, lab, member_of(s.rival))), 0);
	world_free(s.w);
}
END_TEST

/* --- pages --- */

/* Walks all pages; each object comes once, in order. */
static size_t walk(
    struct stage *s, struct query_filter filter, struct query_viewer viewer, size_t *ret_pages) {
	size_t count = 0;
	uint64_t last = 0;
	*ret_pages = 0;
	for (;;) {
		const Pb__Page *page = list(s, RESOURCE_APPLICATIONS, filter, viewer);
		ck_assert_uint_le(page->n_applications, filter.limit);
		for (size_t i = 0; i < page->n_applications; i++) {
			ck_assert_uint_gt(page->applications[i]->id, last);
			last = page->applications[i]->id;
		}
		count += page->n_applications;
		++*ret_pages;
		if (!*page->next)
			return count;
		filter.cursor = page->next;
	}
}

START_TEST(pages_follow_each_other_without_gap_or_repetition) {
	struct stage s = { .w = world_new() };
	set_up(&s);
	for (int i = 0; i < 25; i++)
		apply(&s, i % 5 ? COMPANY : RIVAL, 100 + i);
	static const struct {
		uint32_t limit;
		size_t staff_pages, company_pages;
	} table[] = { { 1, 25, 20 }, { 4, 7, 5 }, { 5, 5, 4 }, { 24, 2, 1 }, { 25, 1, 1 },
		{ 1000, 1, 1 } };
	for (size_t i = 0; i < COUNT(table); i++) {
		struct query_filter filter = { .limit = table[i].limit };
		size_t pages;
		ck_assert_uint_eq(walk(&s, filter, staff, &pages), 25);
		ck_assert_uint_eq(pages, table[i].staff_pages);
		ck_assert_uint_eq(walk(&s, filter, member_of(s.company), &pages), 20);
		ck_assert_uint_eq(pages, table[i].company_pages);
		filter.party = COMPANY;
		ck_assert_uint_eq(walk(&s, filter, staff, &pages), 20);
		ck_assert_uint_eq(pages, table[i].company_pages);
	}
	world_free(s.w);
}
END_TEST

START_TEST(a_page_has_a_hundred_rows_unless_told) {
	struct stage s = { .w = world_new() };
	set_up(&s);
	for (int i = 0; i < LIMIT_PAGE_ROWS_DEFAULT + 1; i++)
		apply(&s, COMPANY, 100 + i);
	const Pb__Page *page = list(&s, RESOURCE_APPLICATIONS, (struct query_filter){ 0 }, staff);
	ck_assert_uint_eq(page->n_applications, LIMIT_PAGE_ROWS_DEFAULT);
	ck_assert_str_ne(page->next, "");
	world_free(s.w);
}
END_TEST

START_TEST(accounts_have_pages_too) {
	struct stage s = stage_new();
	size_t count = 0;
	struct query_filter filter = { .limit = 3 };
	do {
		const Pb__Page *page = list(&s, RESOURCE_ACCOUNTS, filter, staff);
		count += page->n_accounts;
		filter.cursor = page->next;
	} while (*filter.cursor);
	ck_assert_uint_eq(count, seen(&s, RESOURCE_ACCOUNTS, staff));
	world_free(s.w);
}
END_TEST

START_TEST(a_cursor_opens_no_door) {
	struct stage s = { .w = world_new() };
	set_up(&s);
	for (int i = 0; i < 9; i++)
		apply(&s, i % 3 ? COMPANY : RIVAL, 100 + i);
	const struct query_filter first = { .limit = 1 };
	const Pb__Page *of_company = list(&s, RESOURCE_APPLICATIONS, first, member_of(s.company));
	const struct query_filter next = { .cursor = of_company->next };
	const Pb__Page *of_rival = list(&s, RESOURCE_APPLICATIONS, next, member_of(s.rival));
	ck_assert_uint_gt(of_rival->n_applications, 0);
	for (size_t i = 0; i < of_rival->n_applications; i++)
		ck_assert_str_eq(of_rival->applications[i]->party, RIVAL);
	ck_assert_uint_eq(list(&s, RESOURCE_APPLICATIONS, next, nobody)->n_applications, 0);

	const char *parties = list(&s, RESOURCE_PARTIES, first, staff)->next;
	const Pb__Page *own = list(
	    &s, RESOURCE_PARTIES, (struct query_filter){ .cursor = parties }, member_of(s.rival));
	ck_assert_uint_le(own->n_parties, 1);
	if (own->n_parties)
		ck_assert_str_eq(own->parties[0]->code, RIVAL);
	world_free(s.w);
}
END_TEST

START_TEST(a_long_walk_is_cut_and_goes_on) {
	struct memory_state *memory = memory_state_new();
	const struct voucher_row active = { .status = PB__VOUCHER_STATUS__VOUCHER_ACTIVE };
	for (uint64_t id = 1; id <= 2 * LIMIT_SCAN_ROWS + 7; id++) {
		struct key key = key_of_id(id);
		STATE_PUT(memory_state_writable(memory), TABLE_VOUCHER, &key, &active);
	}
	const struct engine_view view = { memory_state_readable(memory), NULL, 12 };
	struct query_filter filter = { .status = "closed" };
	struct arena arena;
	arena_init(&arena, 0);
	for (int i = 0; i < 3; i++) {
		Pb__Page *page = NULL;
		const char *field;
		ck_assert_int_eq(
		    query_list(&view, RESOURCE_VOUCHERS, &filter, &staff, &arena, &page, &field), ERR_OK);
		ck_assert_uint_eq(page->n_vouchers, 0);
		ck_assert_uint_eq(page->as_of, 12);
		ck_assert((*page->next != '\0') == (i < 2));
		filter.cursor = page->next;
	}
	arena_done(&arena);
	memory_state_free(memory);
}
END_TEST

START_TEST(an_exhausted_arena_is_said_so) {
	struct stage s = stage_new();
	struct engine_view view = view_of(&s);
	const struct query_filter all = { 0 };
	for (size_t bytes = 64; bytes < 3000; bytes += 128) {
		struct arena arena;
		ProtobufCMessage *message = NULL;
		Pb__Page *page = NULL;
		const char *field = NULL;
		arena_init(&arena, bytes);
		enum err err = query_get(
		    &view, RESOURCE_SETTLEMENTS, text_of(&s, s.settlement), &staff, &arena, &message);
		ck_assert(err == (message ? ERR_OK : ERR_MEMORY));
		arena_done(&arena);
		arena_init(&arena, bytes);
		err = query_list(&view, RESOURCE_CLAIMS, &all, &staff, &arena, &page, &field);
		ck_assert(err == (page ? ERR_OK : ERR_MEMORY));
		arena_done(&arena);
	}
	world_free(s.w);
}
END_TEST

START_TEST(names_are_those_of_the_lists_of_a_page) {
	for (int i = 0; i < RESOURCE_COUNT; i++)
		ck_assert_ptr_nonnull(protobuf_c_message_descriptor_get_field_by_name(
		    &pb__page__descriptor, resource_name((enum resource)i)));
}
END_TEST

SUITE_MAIN("query", what_is_set_up_is_shown_with_all_there_is,
    what_becomes_of_a_voucher_is_shown_with_all_there_is, a_programme_alone_has_its_newest_rules,
    a_settlement_alone_has_its_payments, reasons_are_read_where_they_were_given,
    the_trial_balance_sums_to_zero, each_sees_what_concerns_it_and_nothing_else,
    what_is_not_listed_for_a_party_is_not_found_by_it_either, an_unpublished_claim_is_no_disclosure,
    the_feed_shows_entries_to_whom_they_concern, objects_are_found_by_id_and_by_code,
    a_code_of_digits_goes_before_an_id, lists_are_filtered, a_filter_that_does_not_apply_is_named,
    a_party_does_not_learn_from_filters_who_else_there_is,
    pages_follow_each_other_without_gap_or_repetition, a_page_has_a_hundred_rows_unless_told,
    accounts_have_pages_too, a_cursor_opens_no_door, a_long_walk_is_cut_and_goes_on,
    an_exhausted_arena_is_said_so, names_are_those_of_the_lists_of_a_page)
