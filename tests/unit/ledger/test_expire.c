/* SPDX-License-Identifier: Apache-2.0 */
/* Time: last days, extension, reminders, and what goes back to the pool by itself. */
#include "base/clock.h"
#include "base/date.h"
#include "ledger/due.h"
#include "support/scheme.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>

#define DAEMON LEDGER_SYSTEM_PRINCIPAL

#define RULES(extra)                                                                               \
	"{'programme': 'plain', 'rules': {'version': 1, 'title': 't'," WORLD_RULES                     \
	" 'effective_from': '2026-01-01', 'payee': 'PAYEE_PROVIDER',"                                  \
	" 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 5000, 'per_year': 20000000}]," extra "}}"

/* Last day of use 30 days from now, for claims 10 days later, for their correction 5 more. */
static const struct scheme_config timed = {
	.programme = "plain",
	.region = "110114",
	.rules = RULES("'use_within_days': 30, 'claim_within_days': 10, 'correct_within_days': 5,"
	               " 'extension_days': 15, 'remind_days': [7, 1]"),
	.allocated = 100000000,
};

struct stage {
	struct scheme *scheme;
	struct world *w;
	const struct member *holder;
	const struct member *provider;
};

static struct stage stage_of(const struct scheme_config *config) {
	struct stage s = { .scheme = scheme_new(config) };
	s.w = s.scheme->world;
	s.holder = scheme_holder(s.scheme, "110114", "");
	s.provider = scheme_provider(s.scheme, "110114");
	world_as(s.w, DAEMON);
	return s;
}

static struct voucher_row voucher_of(struct stage *s, uint64_t id) {
	return scheme_voucher_row(s->scheme, id);
}

/* --- what the daemon gives --- */

static uint64_t expire_voucher(struct stage *s, uint64_t id) {
	world_as(s->w, DAEMON);
	return world_accept(s->w, "{'expire': {'voucher': %" PRIu64 "}}", id);
}

static uint64_t expire_reservation(struct stage *s, uint64_t id) {
	world_as(s->w, DAEMON);
	return world_accept(s->w, "{'expire': {'reservation': %" PRIu64 "}}", id);
}

static const Pb__Refusal *refuse_expiry(
    struct stage *s, Pb__Outcome outcome, const char *field, uint64_t id) {
	world_as(s->w, DAEMON);
	return world_refuse(s->w, outcome, "{'expire': {'%s': %" PRIu64 "}}", field, id);
}

static const Pb__Refusal *refuse_reminder(
    struct stage *s, Pb__Outcome outcome, uint64_t voucher, unsigned days) {
	world_as(s->w, DAEMON);
	return world_refuse(
	    s->w, outcome, "{'remind': {'voucher': %" PRIu64 ", 'days': %u}}", voucher, days);
}

static uint64_t remind(struct stage *s, uint64_t voucher, unsigned days) {
	world_as(s->w, DAEMON);
	return world_accept(s->w, "{'remind': {'voucher': %" PRIu64 ", 'days': %u}}", voucher, days);
}

static uint64_t extend(struct stage *s, uint64_t voucher) {
	world_as(s->w, s->scheme->office);
	return world_accept(
	    s->w, "{'extend_voucher': {'voucher': %" PRIu64 ", 'reason': 'illness'}}", voucher);
}

static const Pb__Refusal *refuse_extension(
    struct stage *s, uint64_t principal, Pb__Outcome outcome, uint64_t voucher) {
	world_as(s->w, principal);
	return world_refuse(s->w, outcome,
	    "{'extend_voucher': {'voucher': %" PRIu64 ", 'reason': 'illness'}}", voucher);
}

/* Entries that change nothing here, of a second each, until the next one is made so many seconds
 * after the minute. */
static void reach_second(struct stage *s, int second) {
	static int funds;
	uint64_t actor = world_as(s->w, s->scheme->office);
	for (int64_t now = world_time_us(s->w) / US_PER_S % 60; now < second - 1; now++)
		world_accept(s->w, "{'create_fund': {'code': 'f%d', 'name': 'f'}}", funds++);
	world_as(s->w, actor);
}

/* --- a voucher's last day of use --- */

START_TEST(a_voucher_expires_with_the_first_moment_after_its_last_day) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	world_at(s.w, "2026-02-04 23:59");
	reach_second(&s, 59);
	ck_assert_str_eq(
	    refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "voucher", voucher)->detail, "2026-02-05");
	reach_second(&s, 60);
	ck_assert_int_eq(world_time_us(s.w) + US_PER_S, voucher_of(&s, voucher).use_by_us);
	uint64_t seq = expire_voucher(&s, voucher);

	const Pb__JournalEntry *entry = world_entry(s.w, seq);
	ck_assert_int_eq((int64_t)entry->time_us, voucher_of(&s, voucher).use_by_us);
	ck_assert_str_eq(entry->actor->person, "voucherd");
	ck_assert_uint_eq(entry->decision->holder, s.holder->party);
	ck_assert_uint_eq(entry->decision->voucher, voucher);
	ck_assert_uint_eq(entry->decision->programme, s.scheme->programme);
	ck_assert_int_eq(entry->decision->amount, 5000000);
	struct voucher_row row = voucher_of(&s, voucher);
	ck_assert_int_eq(row.live, 0);
	ck_assert_int_eq(row.expired, 5000000);
	ck_assert_uint_eq(row.status, PB__VOUCHER_STATUS__VOUCHER_CLOSED);
	ck_assert_int_eq(scheme_programme(s.scheme).expired, 5000000);
	refuse_expiry(&s, PB__OUTCOME__NOTHING_LEFT, "voucher", voucher);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(what_expires_is_in_the_pool_at_once) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, timed.allocated);
	world_as(s.w, s.holder->principal);
	world_at(s.w, "2026-02-05 00:00");
	ck_assert_int_eq(scheme_programme(s.scheme).available, 0);
	expire_voucher(&s, voucher);
	ck_assert_int_eq(scheme_programme(s.scheme).available, timed.allocated);
	scheme_voucher(s.scheme, s.holder, timed.allocated);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(days_are_those_of_the_calendar) {
	static const struct {
		const char *issued; /* in Beijing */
		const char *last_minute;
		const char *over;
	} table[] = {
		{ "2028-01-30 00:00", "2028-02-29 23:59", "2028-03-01" }, /* a leap year */
		{ "2027-01-30 23:58", "2027-03-01 23:59", "2027-03-02" },
		{ "2027-12-15 07:59", "2028-01-14 23:59", "2028-01-15" }, /* before midnight in UTC */
		{ "2027-12-15 08:01", "2028-01-14 23:59", "2028-01-15" },
		{ "2096-01-31 12:00", "2096-03-01 23:59", "2096-03-02" },
		{ "2100-01-31 12:00", "2100-03-02 23:59", "2100-03-03" }, /* none, though 4 divides it */
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct stage s = stage_of(&timed);
		world_at(s.w, table[i].issued);
		uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
		world_at(s.w, table[i].last_minute);
		ck_assert_str_eq(
		    refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "voucher", voucher)->detail, table[i].over);
		world_wait(s.w, 1);
		expire_voucher(&s, voucher);
		scheme_free(s.scheme);
	}
}
END_TEST

START_TEST(nobody_but_the_daemon_reminds_and_no_party_expires_what_it_holds) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	uint64_t reservation = scheme_reserve(s.scheme, voucher, s.provider, "HT-1", 100);
	world_at(s.w, "2026-02-05 00:00");
	const uint64_t others[] = { WORLD_ADMIN, s.scheme->office, s.holder->principal };
	for (size_t i = 0; i < 3; i++) {
		world_as(s.w, others[i]);
		world_refuse(s.w, PB__OUTCOME__ROLE_NOT_ALLOWED,
		    "{'remind': {'voucher': %" PRIu64 ", 'days': 7}}", voucher);
	}
	world_refuse(s.w, PB__OUTCOME__NOT_OWNER, "{'expire': {'voucher': %" PRIu64 "}}", voucher);
	world_refuse(
	    s.w, PB__OUTCOME__NOT_OWNER, "{'expire': {'reservation': %" PRIu64 "}}", reservation);
	world_as(s.w, s.scheme->office); /* staff may do by hand what the daemon does */
	world_accept(s.w, "{'expire': {'voucher': %" PRIu64 "}}", voucher);
	world_accept(s.w, "{'expire': {'reservation': %" PRIu64 "}}", reservation);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(an_expiry_names_one_object_that_there_is) {
	struct stage s = stage_of(&timed);
	ck_assert_str_eq(
	    world_refuse(s.w, PB__OUTCOME__FIELD_MISSING, "{'expire': {}}")->field, "voucher");
	ck_assert_str_eq(world_refuse(s.w, PB__OUTCOME__FIELD_INVALID,
	                     "{'expire': {'voucher': 1, 'reservation': 1}}")
	                     ->field,
	    "reservation");
	refuse_expiry(&s, PB__OUTCOME__VOUCHER_UNKNOWN, "voucher", 99999);
	refuse_expiry(&s, PB__OUTCOME__RESERVATION_UNKNOWN, "reservation", 99999);
	refuse_reminder(&s, PB__OUTCOME__VOUCHER_UNKNOWN, 99999, 7);
	scheme_free(s.scheme);
}
END_TEST

/* --- reservations --- */

/* A voucher of 100,000.00 of which 40,000.00 are reserved, and 15,000.00 of these redeemed. */
static void use_some(struct stage *s, uint64_t *ret_voucher, uint64_t *ret_reservation) {
	*ret_voucher = scheme_voucher(s->scheme, s->holder, 10000000);
	*ret_reservation = scheme_reserve(s->scheme, *ret_voucher, s->provider, "HT-1", 8000000);
	scheme_redeem(s->scheme, *ret_reservation, 1500000);
}

START_TEST(what_is_held_expires_with_the_last_day_of_use) {
	struct stage s = stage_of(&timed);
	uint64_t voucher, reservation;
	use_some(&s, &voucher, &reservation);
	world_at(s.w, "2026-02-04 23:50");
	ck_assert_str_eq(
	    refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "reservation", reservation)->detail, "2026-02-05");
	world_at(s.w, "2026-02-05 00:00");
	const Pb__Decision *decision = world_entry(s.w, expire_reservation(&s, reservation))->decision;
	ck_assert_int_eq(decision->amount, 2500000);
	ck_assert_uint_eq(decision->reservation, reservation);
	ck_assert_uint_eq(decision->provider, s.provider->party);
	ck_assert_uint_eq(decision->payee, 0);

	struct reservation_row row = scheme_reservation_row(s.scheme, reservation);
	ck_assert_int_eq(row.held, 0);
	ck_assert_int_eq(row.redeemed, 1500000);
	ck_assert_int_eq(row.released, 2500000);
	ck_assert_uint_eq(row.status, PB__RESERVATION_STATUS__RESERVATION_CLOSED);
	struct voucher_row left = voucher_of(&s, voucher);
	ck_assert_int_eq(left.live, 6000000); /* has a row of its own */
	ck_assert_int_eq(left.expired, 2500000);
	ck_assert_int_eq(scheme_programme(s.scheme).available, timed.allocated - 7500000);
	ck_assert_str_eq(refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "reservation", reservation)->detail,
	    "2026-02-20"); /* what is not claimed by the 19th */
	scheme_free(s.scheme);
}
END_TEST

START_TEST(what_is_redeemed_and_not_claimed_expires_when_no_claim_can_come_any_more) {
	struct stage s = stage_of(&timed);
	uint64_t voucher, reservation;
	use_some(&s, &voucher, &reservation);
	scheme_claim(s.scheme, s.provider, reservation, 600000, 1);
	world_at(s.w, "2026-02-05 00:00");
	expire_reservation(&s, reservation);
	world_at(s.w, "2026-02-19 23:59");
	refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "reservation", reservation);
	world_at(s.w, "2026-02-20 00:00");
	int64_t payable = world_balance(
	    s.w, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, s.scheme->programme, s.provider->party);
	ck_assert_int_eq(payable, 1500000);
	const Pb__Decision *decision = world_entry(s.w, expire_reservation(&s, reservation))->decision;
	ck_assert_int_eq(decision->amount, 900000);
	ck_assert_uint_eq(decision->payee, s.provider->party);

	struct reservation_row row = scheme_reservation_row(s.scheme, reservation);
	ck_assert_int_eq(row.redeemed, 600000);
	ck_assert_int_eq(row.claimed, 600000);
	ck_assert_int_eq(row.released, 3400000);
	ck_assert_int_eq(voucher_of(&s, voucher).redeemed, 600000);
	ck_assert_int_eq(voucher_of(&s, voucher).expired, 3400000);
	struct programme_row programme = scheme_programme(s.scheme);
	ck_assert_int_eq(programme.redeemed, 600000);
	ck_assert_int_eq(programme.expired, 3400000);
	refuse_expiry(&s, PB__OUTCOME__NOTHING_LEFT, "reservation", reservation);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(both_go_back_in_one_entry_when_the_daemon_comes_late) {
	struct stage s = stage_of(&timed);
	uint64_t voucher, reservation;
	use_some(&s, &voucher, &reservation);
	world_at(s.w, "2026-03-01 00:00");
	ck_assert_int_eq(
	    world_entry(s.w, expire_reservation(&s, reservation))->decision->amount, 4000000);
	expire_voucher(&s, voucher);
	ck_assert_int_eq(voucher_of(&s, voucher).expired, 10000000);
	ck_assert_int_eq(scheme_programme(s.scheme).available, timed.allocated);
	refuse_expiry(&s, PB__OUTCOME__NOTHING_LEFT, "reservation", reservation);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(what_expires_counts_against_no_cap_any_more) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 20000000);
	uint64_t reservation = scheme_reserve(s.scheme, voucher, s.provider, "HT-1", 40000000);
	scheme_redeem(s.scheme, reservation, 500000);
	world_at(s.w, "2026-03-01 00:00");
	uint64_t next = scheme_voucher(s.scheme, s.holder, 20000000);
	world_as(s.w, s.holder->principal);
	world_refuse(s.w, PB__OUTCOME__CAP_REACHED,
	    "{'reserve': {'voucher': %" PRIu64 ", 'provider': '%s', 'contract_number': 'HT-2',"
	    " 'category': 'testing', 'total': 100, 'eligible': 100}}",
	    next, s.provider->code);
	expire_reservation(&s, reservation);
	reservation = scheme_reserve(s.scheme, next, s.provider, "HT-2", 60000000);
	ck_assert_int_eq(scheme_reservation_row(s.scheme, reservation).subsidy, 20000000);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(what_the_contract_cost_beside_the_subsidy_is_forgotten_in_proportion) {
	struct stage s = stage_of(&timed);
	uint64_t programme = s.scheme->programme;
	uint64_t voucher, reservation;
	use_some(&s, &voucher, &reservation); /* own share: 40,000.00 beside a subsidy of 40,000.00 */
	Pb__AccountKind own = PB__ACCOUNT_KIND__MEMO_OWN_SHARE;
	ck_assert_int_eq(world_balance(s.w, own, programme, s.holder->party), 4000000);
	world_at(s.w, "2026-02-05 00:00");
	expire_reservation(&s, reservation);
	ck_assert_int_eq(world_balance(s.w, own, programme, s.holder->party), 1500000);
	world_at(s.w, "2026-02-20 00:00");
	expire_reservation(&s, reservation);
	ck_assert_int_eq(world_balance(s.w, own, programme, s.holder->party), 0);
	scheme_free(s.scheme);
}
END_TEST

/* Of expense already made: granted and payable at once, to be claimed by a day. */
START_TEST(a_grant_that_is_not_claimed_expires) {
	struct scheme_config config = timed;
	config.rules = "{'programme': 'plain', 'rules': {'version': 1, 'title': 't',"
	               " 'instrument': 'INSTRUMENT_POST_SUBSIDY', 'review': 'REVIEW_ONE',"
	               " 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL',"
	               " 'effective_from': '2026-01-01', 'tiers': [{'id': 1, 'ratio_bp': 3000}],"
	               " 'use_within_days': 30, 'claim_within_days': 30, 'payee': 'PAYEE_STARTUP'}}";
	struct stage s = stage_of(&config);
	world_as(s.w, s.holder->principal);
	uint64_t application = world_accept(
	    s.w, "{'apply': {'programme': 'plain', 'category': 'equipment', 'eligible': 33333}}");
	world_as(s.w, s.scheme->reviewer);
	world_accept(s.w,
	    "{'review_application': {'application': %" PRIu64 ", 'verdict': 'VERDICT_APPROVE'}}",
	    application);
	world_as(s.w, s.scheme->office);
	uint64_t grant = world_accept(s.w, "{'issue': {'application': %" PRIu64 "}}", application);
	const char *over = refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "reservation", grant)->detail;
	refuse_expiry(&s, PB__OUTCOME__NOTHING_LEFT, "voucher", grant);
	char time[32];
	snprintf(time, sizeof(time), "%s 00:00", over);
	world_at(s.w, time);
	const Pb__Decision *decision = world_entry(s.w, expire_reservation(&s, grant))->decision;
	ck_assert_int_eq(decision->amount, 9999);
	ck_assert_uint_eq(decision->payee, s.holder->party);
	ck_assert_int_eq(voucher_of(&s, grant).expired, 9999);
	ck_assert_int_eq(scheme_programme(s.scheme).available, timed.allocated);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(each_fund_has_back_what_it_bore) {
	struct stage s = stage_of(&timed);
	world_as(s.w, WORLD_ADMIN);
	uint64_t second = world_accept(s.w, "{'create_fund': {'code': 'city', 'name': 'City'}}");
	world_accept(s.w, "{'appropriate': {'fund': 'city', 'amount': 7, 'document': 'd'}}");
	world_accept(s.w, "{'allocate': {'fund': 'city', 'programme': 'plain', 'amount': 7}}");
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, timed.allocated + 5);
	world_at(s.w, "2026-02-05 00:00");
	const Pb__Decision *decision = world_entry(s.w, expire_voucher(&s, voucher))->decision;
	ck_assert_uint_eq(decision->n_shares, 2);
	ck_assert_int_eq(decision->shares[0]->amount, timed.allocated);
	ck_assert_uint_eq(decision->shares[1]->fund, second);
	ck_assert_int_eq(decision->shares[1]->amount, 5);
	ck_assert_int_eq(
	    world_balance(s.w, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, s.scheme->programme, second), 7);
	scheme_free(s.scheme);
}
END_TEST

/* --- extension --- */

START_TEST(a_voucher_is_extended_once) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	struct voucher_row before = voucher_of(&s, voucher);
	world_at(s.w, "2026-02-04 23:59");
	const Pb__Decision *decision = world_entry(s.w, extend(&s, voucher))->decision;
	struct voucher_row row = voucher_of(&s, voucher);
	ck_assert_int_eq(row.use_by_us, before.use_by_us + 15 * US_PER_DAY);
	ck_assert_int_eq(row.claim_by_us, before.claim_by_us + 15 * US_PER_DAY);
	ck_assert_int_eq(decision->use_by_us, row.use_by_us);
	ck_assert_int_eq(decision->claim_by_us, row.claim_by_us);
	ck_assert_uint_eq(decision->holder, s.holder->party);
	ck_assert_uint_eq(row.extended, 1);
	ck_assert_str_eq(
	    refuse_extension(&s, s.scheme->office, PB__OUTCOME__EXTENSION_NOT_ALLOWED, voucher)->detail,
	    "extended before");

	world_at(s.w, "2026-02-05 12:00");
	ck_assert_str_eq(
	    refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "voucher", voucher)->detail, "2026-02-20");
	scheme_reserve(s.scheme, voucher, s.provider, "HT-1", 100); /* it can be used */
	scheme_free(s.scheme);
}
END_TEST

START_TEST(an_extension_needs_rules_staff_and_time) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	uint64_t gone = scheme_voucher(s.scheme, s.holder, 5000000);
	refuse_extension(&s, s.holder->principal, PB__OUTCOME__NOT_OWNER, voucher);
	refuse_extension(&s, s.scheme->office, PB__OUTCOME__VOUCHER_UNKNOWN, 99999);
	ck_assert_str_eq(world_refuse(s.w, PB__OUTCOME__FIELD_MISSING,
	                     "{'extend_voucher': {'voucher': %" PRIu64 "}}", voucher)
	                     ->field,
	    "reason");
	world_as(s.w, s.holder->principal);
	world_accept(s.w, "{'return_voucher': {'voucher': %" PRIu64 "}}", gone);
	refuse_extension(&s, s.scheme->office, PB__OUTCOME__VOUCHER_STATE, gone);
	world_at(s.w, "2026-02-05 00:00");
	refuse_extension(&s, s.scheme->office, PB__OUTCOME__VOUCHER_EXPIRED, voucher);
	scheme_free(s.scheme);

	struct stage plain = stage_of(&scheme_plain);
	voucher = scheme_voucher(plain.scheme, plain.holder, 5000000);
	refuse_extension(&plain, plain.scheme->office, PB__OUTCOME__EXTENSION_NOT_ALLOWED, voucher);
	scheme_free(plain.scheme);
}
END_TEST

START_TEST(staff_of_another_region_do_not_extend_or_expire) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	world_as(s.w, WORLD_ADMIN);
	uint64_t other = world_accept(s.w,
	    "{'register_principal': {'person': 'far', 'roles': ['ROLE_OPERATOR'], 'region': '110105',"
	    " 'certificate_spki': '%064x'}}",
	    0xfa7);
	refuse_extension(&s, other, PB__OUTCOME__NOT_IN_REGION, voucher);
	world_refuse(s.w, PB__OUTCOME__NOT_IN_REGION, "{'expire': {'voucher': %" PRIu64 "}}", voucher);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(a_date_for_claims_stays_unless_use_goes_beyond_it) {
	static const struct {
		const char *claim_by;
		const char *then; /* after an extension of 15 days from 2026-02-09: the last day */
	} table[] = { { "2026-03-31", "2026-03-31" }, { "2026-02-10", "2026-02-24" } };
	for (size_t i = 0; i < 2; i++) {
		char rules[1024];
		snprintf(rules, sizeof(rules),
		    RULES("'use_within_days': 20, 'claim_by': '%s', 'extension_days': 15"),
		    table[i].claim_by);
		struct scheme_config config = timed;
		config.rules = rules;
		struct stage s = stage_of(&config);
		world_at(s.w, "2026-01-20 09:00");
		uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
		extend(&s, voucher);
		int32_t day;
		ck_assert_int_eq(date_parse(table[i].then, &day), ERR_OK);
		ck_assert_int_eq(voucher_of(&s, voucher).claim_by_us, date_day_start_us(day + 1, 480));
		scheme_free(s.scheme);
	}
}
END_TEST

/* --- reminders --- */

START_TEST(holders_are_reminded_on_the_days_that_the_rules_say) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	world_at(s.w, "2026-01-27 23:59");
	ck_assert_str_eq(refuse_reminder(&s, PB__OUTCOME__NOT_DUE, voucher, 7)->detail, "2026-01-28");
	world_at(s.w, "2026-01-28 00:00");
	const Pb__JournalEntry *entry = world_entry(s.w, remind(&s, voucher, 7));
	ck_assert_uint_eq(entry->decision->holder, s.holder->party);
	ck_assert_uint_eq(entry->decision->voucher, voucher);
	ck_assert_int_eq(entry->decision->amount, 5000000);
	ck_assert_int_eq(entry->decision->use_by_us, voucher_of(&s, voucher).use_by_us);
	ck_assert_uint_eq(entry->n_postings, 0);
	ck_assert_uint_eq(voucher_of(&s, voucher).reminded_days, 7);

	refuse_reminder(&s, PB__OUTCOME__VOUCHER_STATE, voucher, 7);
	refuse_reminder(&s, PB__OUTCOME__NOT_DUE, voucher, 1);
	ck_assert_str_eq(refuse_reminder(&s, PB__OUTCOME__FIELD_INVALID, voucher, 3)->field, "days");
	world_at(s.w, "2026-02-03 00:00");
	remind(&s, voucher, 1);
	world_at(s.w, "2026-02-05 00:00");
	refuse_reminder(&s, PB__OUTCOME__VOUCHER_EXPIRED, voucher, 1);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(a_reminder_that_comes_too_late_is_overtaken_by_the_next) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	world_at(s.w, "2026-02-03 10:00");
	refuse_reminder(&s, PB__OUTCOME__VOUCHER_STATE, voucher, 7);
	remind(&s, voucher, 1);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(nobody_is_reminded_of_what_is_used_up) {
	struct stage s = stage_of(&timed);
	uint64_t reserved = scheme_voucher(s.scheme, s.holder, 5000000);
	uint64_t returned = scheme_voucher(s.scheme, s.holder, 5000000);
	scheme_reserve(s.scheme, reserved, s.provider, "HT-1", 10000000);
	world_as(s.w, s.holder->principal);
	world_accept(s.w, "{'return_voucher': {'voucher': %" PRIu64 "}}", returned);
	world_at(s.w, "2026-01-28 00:00");
	refuse_reminder(&s, PB__OUTCOME__NOTHING_LEFT, reserved, 7);
	refuse_reminder(&s, PB__OUTCOME__VOUCHER_STATE, returned, 7);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(the_holder_of_an_extended_voucher_is_reminded_again) {
	struct stage s = stage_of(&timed);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	world_at(s.w, "2026-01-28 00:00");
	remind(&s, voucher, 7);
	extend(&s, voucher);
	refuse_reminder(&s, PB__OUTCOME__NOT_DUE, voucher, 7);
	world_at(s.w, "2026-02-12 00:00");
	remind(&s, voucher, 7);
	scheme_free(s.scheme);
}
END_TEST

/* --- due rows --- */

struct due_list {
	struct due rows[64];
	size_t count;
};

static bool note_due(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct due_list *list = arg;
	(void)row;
	ck_assert_uint_eq(bytes, 0);
	ck_assert_uint_lt(list->count, 64);
	list->rows[list->count++] = due_of_key(key);
	struct key again = due_key(&list->rows[list->count - 1]);
	ck_assert_uint_eq(again.bytes, key->bytes);
	ck_assert_mem_eq(again.data, key->data, key->bytes);
	return true;
}

static struct due_list due_rows(struct stage *s) {
	const struct state *state = world_state(s->w);
	struct key all = KEY_EMPTY;
	struct due_list list = { .count = 0 };
	state->ops->scan(state->self, TABLE_DUE, &all, &all, note_due, &list);
	return list;
}

struct expected {
	const char *day; /* of which the row has the first moment */
	enum due_kind kind;
	uint64_t object;
};

static void expect_rows(struct stage *s, const struct expected *table, size_t count) {
	struct due_list list = due_rows(s);
	ck_assert_uint_eq(list.count, count);
	for (size_t i = 0; i < count; i++) {
		int32_t day;
		ck_assert_int_eq(date_parse(table[i].day, &day), ERR_OK);
		ck_assert_int_eq(list.rows[i].time_us, date_day_start_us(day, 480));
		ck_assert_int_eq(list.rows[i].kind, table[i].kind);
		ck_assert_uint_eq(list.rows[i].object, table[i].object);
	}
}
#define EXPECT_ROWS(s, table) expect_rows((s), (table), sizeof(table) / sizeof((table)[0]))

START_TEST(every_moment_that_matters_has_its_row) {
	struct stage s = stage_of(&timed);
	uint64_t voucher, reservation;
	use_some(&s, &voucher, &reservation);
	const struct expected before[] = {
		{ "2026-01-28", DUE_REMINDER, voucher },
		{ "2026-02-03", DUE_REMINDER, voucher },
		{ "2026-02-05", DUE_VOUCHER, voucher },
		{ "2026-02-05", DUE_RESERVATION, reservation },
		{ "2026-02-20", DUE_CLAIMS, reservation },
	};
	EXPECT_ROWS(&s, before);
	extend(&s, voucher); /* what was there stays, and is stale */
	const struct expected after[] = {
		{ "2026-01-28", DUE_REMINDER, voucher },
		{ "2026-02-03", DUE_REMINDER, voucher },
		{ "2026-02-05", DUE_VOUCHER, voucher },
		{ "2026-02-05", DUE_RESERVATION, reservation },
		{ "2026-02-12", DUE_REMINDER, voucher },
		{ "2026-02-18", DUE_REMINDER, voucher },
		{ "2026-02-20", DUE_VOUCHER, voucher },
		{ "2026-02-20", DUE_CLAIMS, reservation },
		{ "2026-02-20", DUE_EXTENDED, voucher },
		{ "2026-03-07", DUE_EXTENDED, voucher },
	};
	EXPECT_ROWS(&s, after);
	world_at(s.w, "2026-02-05 00:00");
	refuse_reminder(&s, PB__OUTCOME__NOT_DUE, voucher, 7);
	refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "voucher", voucher);
	refuse_expiry(&s, PB__OUTCOME__NOT_DUE, "reservation", reservation);
	world_at(s.w, "2026-02-20 00:00");
	expire_voucher(&s, voucher);
	expire_reservation(&s, reservation);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(a_voucher_that_is_shorter_than_a_reminder_has_none) {
	struct scheme_config config = timed;
	config.rules = RULES("'use_by': '2026-01-10', 'claim_within_days': 10, 'remind_days': [7, 1]");
	struct stage s = stage_of(&config);
	uint64_t voucher = scheme_voucher(s.scheme, s.holder, 5000000);
	const struct expected table[] = {
		{ "2026-01-09", DUE_REMINDER, voucher },
		{ "2026-01-11", DUE_VOUCHER, voucher },
	};
	EXPECT_ROWS(&s, table);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(what_becomes_live_after_the_last_day_is_due_at_once) {
	struct stage s = stage_of(&timed);
	uint64_t voucher, reservation;
	use_some(&s, &voucher, &reservation);
	world_at(s.w, "2026-02-05 00:00");
	expire_voucher(&s, voucher);
	world_as(s.w, s.holder->principal);
	uint64_t seq = world_accept(
	    s.w, "{'release': {'reservation': %" PRIu64 ", 'reason': 'r'}}", reservation);
	int64_t released_us = (int64_t)world_entry(s.w, seq)->time_us;
	struct due_list list = due_rows(&s);
	bool is_there = false;
	for (size_t i = 0; i < list.count; i++)
		is_there |= list.rows[i].kind == DUE_VOUCHER && list.rows[i].time_us == released_us;
	ck_assert(is_there);
	expire_voucher(&s, voucher);
	ck_assert_int_eq(voucher_of(&s, voucher).expired, 8500000);
	scheme_free(s.scheme);
}
END_TEST

START_TEST(what_a_returned_claim_leaves_unclaimed_is_due_again) {
	struct stage s = stage_of(&timed);
	uint64_t voucher, reservation;
	use_some(&s, &voucher, &reservation);
	uint64_t claim = scheme_claim(s.scheme, s.provider, reservation, 1500000, 1);
	world_at(s.w, "2026-02-20 00:00");
	expire_reservation(&s, reservation);
	refuse_expiry(&s, PB__OUTCOME__NOTHING_LEFT, "reservation", reservation);
	world_as(s.w, s.scheme->office);
	uint64_t seq = world_accept(
	    s.w, "{'return_claim': {'claim': %" PRIu64 ", 'reason': 'r'}}", claim);
	int64_t returned_us = (int64_t)world_entry(s.w, seq)->time_us;
	struct due_list list = due_rows(&s);
	ck_assert_int_eq(list.rows[list.count - 1].kind, DUE_CLAIMS);
	ck_assert_int_eq(list.rows[list.count - 1].time_us, returned_us);
	expire_reservation(&s, reservation);
	ck_assert_int_eq(scheme_reservation_row(s.scheme, reservation).redeemed, 0);
	scheme_free(s.scheme);
}
END_TEST

/* --- ids --- */

START_TEST(the_daemons_ids_are_like_no_others) {
	const struct uuid ledger = { 1, 2 };
	const struct due_command one = { .time_us = 1770220800000000, .object = 7, .body = 36 };
	struct due_command other = one;
	struct uuid id = due_command_id(ledger, &one), again = due_command_id(ledger, &one);
	ck_assert_uint_eq(id.high, again.high);
	ck_assert_uint_eq(id.low, again.low);
	other.object++;
	again = due_command_id(ledger, &other);
	ck_assert(again.low != id.low);
	other = one;
	other.days = 7;
	ck_assert(due_command_id(ledger, &other).low != id.low);
	ck_assert(due_command_id((struct uuid){ 1, 3 }, &one).low != id.low);

	Pb__Uuid message = PB__UUID__INIT;
	message.high = id.high;
	message.low = id.low;
	ck_assert(due_is_daemon_id(&message));
	ck_assert_uint_eq(id.high >> 48, 0xffff);
	ck_assert_uint_eq(id.high >> 12 & 0xf, 8);
	ck_assert_uint_eq(id.high >> 16 & UINT32_MAX, 1770220800);
	message.high ^= UINT64_C(1) << 12;
	ck_assert(!due_is_daemon_id(&message));
}
END_TEST

SUITE_MAIN("expire", a_voucher_expires_with_the_first_moment_after_its_last_day,
    what_expires_is_in_the_pool_at_once, days_are_those_of_the_calendar,
    nobody_but_the_daemon_reminds_and_no_party_expires_what_it_holds,
    an_expiry_names_one_object_that_there_is, what_is_held_expires_with_the_last_day_of_use,
    what_is_redeemed_and_not_claimed_expires_when_no_claim_can_come_any_more,
    both_go_back_in_one_entry_when_the_daemon_comes_late,
    what_expires_counts_against_no_cap_any_more,
    what_the_contract_cost_beside_the_subsidy_is_forgotten_in_proportion,
    a_grant_that_is_not_claimed_expires, each_fund_has_back_what_it_bore,
    a_voucher_is_extended_once, an_extension_needs_rules_staff_and_time,
    staff_of_another_region_do_not_extend_or_expire,
    a_date_for_claims_stays_unless_use_goes_beyond_it,
    holders_are_reminded_on_the_days_that_the_rules_say,
    a_reminder_that_comes_too_late_is_overtaken_by_the_next, nobody_is_reminded_of_what_is_used_up,
    the_holder_of_an_extended_voucher_is_reminded_again, every_moment_that_matters_has_its_row,
    a_voucher_that_is_shorter_than_a_reminder_has_none,
    what_becomes_live_after_the_last_day_is_due_at_once,
    what_a_returned_claim_leaves_unclaimed_is_due_again, the_daemons_ids_are_like_no_others)
