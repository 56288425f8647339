/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thousands of commands at random, most of them sensible, many not: no decision may be made that
 * apply then stops at, every amount must be found again in the rows that it went through, and
 * replaying the journal must give the same state (world_free).
 *
 * LEDGER_LIVES sets how many commands each seed gives (default 10,000).
 */
#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "funds.h"
#include "recount.h"
#include "support/bank.h"
#include "support/ledger_world.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

#define PARTIES   3
#define IDS_MAX   8192
#define ID(value) ((unsigned long long)(value))

static const char *const startups[PARTIES] = { "91350100M000100Y43", "T-1", "T-2" };
static const char *const laboratories[PARTIES] = { "91110108551385082Q", "91310000MA1FL00900",
	"91310115MA1H8R7C6D" };

struct ids {
	size_t count;
	uint64_t ids[IDS_MAX];
};

struct life {
	struct world *w;
	uint64_t random;
	int64_t began_us;
	uint64_t programme;
	uint64_t house;
	uint64_t members[PARTIES];
	uint64_t providers[PARTIES];
	uint64_t staff[3];
	uint64_t contracts, invoices, serials;
	struct ids applications, vouchers, reservations, claims, settlements, clawbacks;
	size_t accepted[PB__COMMAND__BODY_IMPORT_STATEMENT + 1];
	uint64_t owed; /* clawbacks found in lists */
	int64_t netted;
};

/* --- chance --- */

/* SplitMix64 (S. Vigna, public domain): the same on every machine. */
static uint64_t draw(struct life *l) {
	uint64_t z = l->random += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static size_t below(struct life *l, size_t limit) {
	return (size_t)(draw(l) % limit);
}

static bool one_in(struct life *l, size_t count) {
	return below(l, count) == 0;
}

/* Mostly a recent one, sometimes any, sometimes one that does not exist. */
static uint64_t any(struct life *l, const struct ids *ids) {
	if (ids->count == 0 || one_in(l, 50))
		return below(l, 100);
	size_t from = ids->count > 12 && !one_in(l, 4) ? ids->count - 12 : 0;
	return ids->ids[from + below(l, ids->count - from)];
}

static void add(struct ids *ids, uint64_t id) {
	ck_assert_uint_lt(ids->count, IDS_MAX);
	ids->ids[ids->count++] = id;
}

/* --- commands --- */

/* Notes what was accepted; returns its id, or 0. */
static uint64_t took(struct life *l, const Pb__Reply *reply) {
	if (reply->outcome != PB__OUTCOME__OUTCOME_OK)
		return 0;
	l->accepted[world_entry(l->w, reply->seq)->command->body_case]++;
	return reply->seq;
}

static void made(struct life *l, struct ids *ids, const Pb__Reply *reply) {
	uint64_t id = took(l, reply);
	if (id)
		add(ids, id);
}

static void as_staff(struct life *l) {
	world_as(l->w, l->staff[below(l, 3)]);
}

/* Mostly the member of `principals` whose party it is; sometimes another. */
static void as_one_of(struct life *l, const uint64_t principals[PARTIES], uint64_t party) {
	world_as(l->w, principals[below(l, PARTIES)]);
	for (size_t i = 0; i < PARTIES && !one_in(l, 20); i++)
		if (WORLD_ROW(l->w, TABLE_PRINCIPAL, principals[i], struct principal_row).party == party)
			world_as(l->w, principals[i]);
}

static struct voucher_row voucher_of(struct life *l, uint64_t id) {
	struct key key = key_of_id(id);
	const struct voucher_row *row = STATE_GET(
	    world_state(l->w), TABLE_VOUCHER, &key, struct voucher_row);
	return row ? *row : (struct voucher_row){ 0 };
}

static struct claim_row claim_of(struct life *l, uint64_t id) {
	struct key key = key_of_id(id);
	const struct claim_row *row = STATE_GET(world_state(l->w), TABLE_CLAIM, &key, struct claim_row);
	return row ? *row : (struct claim_row){ 0 };
}

static struct reservation_row reservation_of(struct life *l, uint64_t id) {
	struct key key = key_of_id(id);
	const struct reservation_row *row = STATE_GET(
	    world_state(l->w), TABLE_RESERVATION, &key, struct reservation_row);
	return row ? *row : (struct reservation_row){ 0 };
}

static void give_application(struct life *l) {
	world_as(l->w, l->members[below(l, PARTIES)]);
	made(l, &l->applications,
	    world_give(l->w, "{'apply': {'programme': 'p', 'amount': %zu}}", 10000 + below(l, 50000)));
}

static void give_review(struct life *l) {
	as_staff(l);
	took(l,
	    world_give(l->w,
	        "{'review_application': {'application': %llu, 'verdict': '%s', 'reason': 'r'}}",
	        ID(any(l, &l->applications)), one_in(l, 8) ? "VERDICT_REJECT" : "VERDICT_APPROVE"));
}

static void give_issue(struct life *l) {
	as_staff(l);
	made(l, &l->vouchers,
	    world_give(l->w, "{'issue': {'application': %llu, 'amount': %zu}}",
	        ID(any(l, &l->applications)), 1 + below(l, 20000)));
}

static void give_back(struct life *l) {
	unsigned long long voucher = ID(any(l, &l->vouchers));
	if (one_in(l, 2)) {
		as_one_of(l, l->members, voucher_of(l, voucher).holder);
		took(l, world_give(l->w, "{'return_voucher': {'voucher': %llu}}", voucher));
	} else {
		as_staff(l);
		took(l, world_give(l->w, "{'cancel_voucher': {'voucher': %llu, 'reason': 'r'}}", voucher));
	}
}

static void give_reserve(struct life *l) {
	size_t total = 1 + below(l, 80000);
	uint64_t voucher = any(l, &l->vouchers);
	uint64_t contract = one_in(l, 20) ? l->contracts : ++l->contracts;
	as_one_of(l, l->members, voucher_of(l, voucher).holder);
	made(l, &l->reservations,
	    world_give(l->w,
	        "{'reserve': {'voucher': %llu, 'provider': '%s', 'contract_number': 'c-%llu',"
	        " 'category': '%s', 'total': %zu, 'eligible': %zu}}",
	        ID(voucher), laboratories[below(l, PARTIES)], ID(contract),
	        one_in(l, 20) ? "强制检测" : "检验检测", total, 1 + below(l, total)));
}

static void give_redeem(struct life *l) {
	uint64_t id = any(l, &l->reservations);
	as_one_of(l, l->members, reservation_of(l, id).holder);
	took(l,
	    world_give(l->w, "{'redeem': {'reservation': %llu, 'amount': %zu, 'milestone': 'm'}}",
	        ID(id), 1 + below(l, 5000)));
}

static void give_release(struct life *l) {
	uint64_t id = any(l, &l->reservations);
	if (one_in(l, 3)) {
		as_staff(l);
		took(l,
		    world_give(
		        l->w, "{'withdraw_reservation': {'reservation': %llu, 'reason': 'r'}}", ID(id)));
		return;
	}
	as_one_of(l, l->members, reservation_of(l, id).holder);
	took(l, world_give(l->w, "{'release': {'reservation': %llu, 'reason': 'r'}}", ID(id)));
}

static void give_claim(struct life *l) {
	uint64_t id = any(l, &l->reservations), replaces = one_in(l, 6) ? any(l, &l->claims) : 0;
	uint64_t invoice = one_in(l, 20) ? l->invoices : ++l->invoices;
	size_t amount = 1 + below(l, 4000);
	as_one_of(l, l->providers, reservation_of(l, id).provider);
	made(l, &l->claims,
	    world_give(l->w,
	        "{'submit_claim': {'reservation': %llu, 'amount': %zu, 'replaces': %llu, 'invoices':"
	        " [{'number': '%020llu', 'amount': %zu, 'date': '2026-02-01'}]}}",
	        ID(id), amount, ID(replaces), ID(invoice), amount + below(l, 2 * amount)));
}

/* Mostly what comes next for the claim. */
static const char *judgement(struct life *l, uint64_t claim) {
	static const char *const judgements[] = { "approve_claim", "countersign_claim", "publish_claim",
		"return_claim", "reject_claim" };
	uint32_t status = claim_of(l, claim).status;
	if (one_in(l, 6))
		return judgements[below(l, sizeof(judgements) / sizeof(judgements[0]))];
	return status == PB__CLAIM_STATUS__CLAIM_APPROVED     ? "countersign_claim"
	    : status == PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED ? "publish_claim"
	                                                      : "approve_claim";
}

static void give_judgement(struct life *l) {
	uint64_t claim = any(l, &l->claims);
	const char *command = judgement(l, claim);
	bool needs_reason = command[0] == 'r';
	as_staff(l);
	took(l,
	    world_give(l->w, "{'%s': {'claim': %llu%s}}", command, ID(claim),
	        needs_reason ? ", 'reason': 'r'" : ""));
}

/* By anyone; what is objected to is mostly resolved at once. */
static void give_objection(struct life *l) {
	uint64_t claim = any(l, &l->claims);
	if (claim_of(l, claim).status == PB__CLAIM_STATUS__CLAIM_OBJECTED || one_in(l, 10)) {
		as_staff(l);
		took(l,
		    world_give(l->w, "{'resolve_objection': {'claim': %llu, 'upheld': %s, 'reason': 'r'}}",
		        ID(claim), one_in(l, 3) ? "true" : "false"));
		return;
	}
	if (one_in(l, 2))
		as_staff(l);
	else
		as_one_of(l, l->providers, claim_of(l, claim).provider);
	took(l, world_give(l->w, "{'object_claim': {'claim': %llu, 'reason': 'r'}}", ID(claim)));
}

static void give_settlement(struct life *l) {
	as_staff(l);
	uint64_t last = world_last_seq(l->w);
	made(l, &l->settlements,
	    world_give(l->w,
	        "{'open_settlement': {'programme': 'p', 'house_account': 'house', 'cutoff': %llu}}",
	        ID(last + 1 - below(l, last < 200 ? last : 200))));
}

static void give_approval(struct life *l) {
	char digest[65] = "";
	uint64_t id = any(l, &l->settlements);
	struct key key = key_of_id(id);
	const struct settlement_row *row = STATE_GET(
	    world_state(l->w), TABLE_SETTLEMENT, &key, struct settlement_row);
	if (row)
		text_hex(row->payments_digest, sizeof(row->payments_digest), digest);
	as_staff(l);
	took(l,
	    one_in(l, 5)
	        ? world_give(l->w, "{'cancel_settlement': {'settlement': %llu, 'reason': 'r'}}", ID(id))
	        : world_give(l->w,
	              "{'approve_settlement': {'settlement': %llu, 'payments_digest': '%s'}}", ID(id),
	              digest));
}

static void give_payment(struct life *l) {
	static const char *const fates[] = { "PAYMENT_PAID", "PAYMENT_PAID", "PAYMENT_PAID",
		"PAYMENT_FAILED", "PAYMENT_RETURNED" };
	as_staff(l);
	took(l,
	    world_give(l->w,
	        "{'record_payment': {'settlement': %llu, 'payment': %zu, 'status': '%s', 'reason': "
	        "'r'}}",
	        ID(any(l, &l->settlements)), 1 + below(l, PARTIES), fates[below(l, 5)]));
}

static void give_file(struct life *l) {
	as_staff(l);
	took(l,
	    world_give(l->w,
	        "{'record_payment_file': {'settlement': %llu, 'format': 'f', 'file': '%s'}}",
	        ID(any(l, &l->settlements)), bank_file(l->w, below(l, 3))));
}

/* --- at the bank --- */

/* A payment of some settlement, sooner one that waits for its line; NULL: there is none. */
static const Pb__Payment *any_payment(struct life *l, uint64_t *ret_settlement) {
	const Pb__Payment *payment = NULL;
	for (size_t tries = 1 + below(l, 6); tries > 0; tries--) {
		uint64_t id = any(l, &l->settlements);
		struct key key = key_of_payment(id, 1 + (uint32_t)below(l, PARTIES));
		const struct payment_row *row = STATE_GET(
		    world_state(l->w), TABLE_PAYMENT, &key, struct payment_row);
		if (!row)
			continue;
		*ret_settlement = id;
		payment = world_entry(l->w, id)->decision->payments[key_read_u32(&key, 8) - 1];
		if (row->line == 0 && row->approved_us)
			break;
	}
	return payment;
}

/* What a bank says of a payment: mostly what it is, sometimes less, sometimes wrong. */
static void give_statement(struct life *l) {
	static const char *const texts[] = { "", "", "claim %llu", "兑付%llu号", "claim 1 claim %llu" };
	uint64_t settlement = 0;
	const Pb__Payment *payment = any_payment(l, &settlement);
	if (!payment)
		return;
	uint64_t serial = one_in(l, 20) ? l->serials : ++l->serials;
	long long amount = one_in(l, 8) ? 1 + (long long)below(l, 4000) : (long long)payment->amount;
	const char *reference = one_in(l, 3) ? "" : payment->reference;
	char date[DATE_TEXT_BYTES], text[64];
	date_format(date_local_day(world_time_us(l->w), 480) - (one_in(l, 20) ? 40 : 0), date);
	snprintf(text, sizeof(text), texts[below(l, sizeof(texts) / sizeof(texts[0]))],
	    ID(payment->claims[0]));
	as_staff(l);
	took(l,
	    world_give(l->w,
	        "{'import_statement': {'house_account': 'house', 'file': '%s', 'format': 'f', 'page': "
	        "1, 'pages': 1, 'lines': [{'serial': '%llu', 'amount': %lld, 'booking_date': '%s',"
	        " 'reference': '%s', 'text': '%s'}, {'amount': 1, 'booking_date': '%s', 'text': "
	        "'%llu'}]}}",
	        bank_file(l->w, world_last_seq(l->w)), ID(serial), one_in(l, 4) ? amount : -amount,
	        date, reference, text, date, ID(settlement)));
}

static uint64_t any_line(struct life *l) {
	uint64_t lines = bank_house_row(l->w, l->house).lines;
	return lines > 40 && !one_in(l, 10) ? lines - below(l, 40) : below(l, lines + 2);
}

/* A recent open line that could be this payment; 0: none. */
static uint64_t line_of_amount(struct life *l, int64_t amount) {
	uint64_t line = bank_house_row(l->w, l->house).lines;
	for (size_t looks = 100; line > 0 && looks > 0; line--, looks--) {
		struct bank_line_row row = bank_line_row(l->w, l->house, line);
		if (row.amount == amount && row.booked == 0)
			return line;
	}
	return 0;
}

static void give_match(struct life *l) {
	uint64_t settlement = 0, clawback = any(l, &l->clawbacks);
	bool is_return = one_in(l, 5);
	const Pb__Payment *payment = any_payment(l, &settlement);
	as_staff(l);
	if (one_in(l, 4))
		took(l,
		    world_give(l->w,
		        "{'reconcile': {'house_account': 'house', 'lines': [%llu], 'targets':"
		        " [{'clawback': %llu, 'amount': %zu}]}}",
		        ID(any_line(l)), ID(clawback), 1 + below(l, 1000)));
	else if (payment)
		took(l,
		    world_give(l->w,
		        "{'reconcile': {'house_account': 'house', 'lines': [%llu], 'targets':"
		        " [{'settlement': %llu, 'payment': %u, 'is_return': %s}]}}",
		        ID(line_of_amount(l, is_return ? payment->amount : -payment->amount)),
		        ID(settlement), one_in(l, 10) ? 0 : payment->number, is_return ? "true" : "false"));
}

static void give_unmatch(struct life *l) {
	as_staff(l);
	took(l,
	    world_give(l->w, "{'unmatch': {'house_account': 'house', 'line': %llu, 'reason': 'r'}}",
	        ID(any_line(l))));
}

static void give_word(struct life *l) {
	as_staff(l);
	took(l,
	    one_in(l, 2)
	        ? world_give(l->w,
	              "{'assign_line': {'house_account': 'house', 'line': %llu, 'owner': 'op1',"
	              " 'reason': 'r'}}",
	              ID(any_line(l)))
	        : world_give(l->w,
	              "{'resolve_line': {'house_account': 'house', 'line': %llu, 'reason': 'r'%s}}",
	              ID(any_line(l)), one_in(l, 3) ? "" : ", 'kind': 'LINE_OTHER'"));
}

/* Of old claims, too: those were paid. */
static void give_clawback(struct life *l) {
	uint64_t claim = l->claims.count ? l->claims.ids[below(l, l->claims.count)] : 0;
	as_staff(l);
	made(l, &l->clawbacks,
	    world_give(l->w,
	        "{'order_clawback': {'claim': %llu, 'amount': %zu, 'ground': 'CLAWBACK_MISUSE',"
	        " 'reason': 'r'}}",
	        ID(claim), 1 + below(l, (size_t)claim_of(l, claim).amount + 1)));
}

static void give_recovery(struct life *l) {
	uint64_t clawback = any(l, &l->clawbacks);
	size_t amount = 1 + below(l, 2000);
	as_staff(l);
	took(l,
	    one_in(l, 2)
	        ? world_give(l->w, "{'write_off': {'clawback': %llu, 'amount': %zu, 'reason': 'r'}}",
	              ID(clawback), amount)
	        : world_give(l->w, "{'record_recovery': {'clawback': %llu, 'amount': %zu}}",
	              ID(clawback), amount));
}

static void give_sample(struct life *l) {
	as_staff(l);
	took(l,
	    world_give(l->w,
	        "{'draw_sample': {'programme': 'p', 'after': %zu, 'until': %zu, 'share_bp': %zu,"
	        " 'seed': '%064llx'}}",
	        below(l, 500), below(l, 1000), below(l, 10002), ID(draw(l))));
}

/* One of all that ever were: what expires is old. */
static uint64_t any_old(struct life *l, const struct ids *ids) {
	return ids->count > 0 ? ids->ids[below(l, ids->count)] : 0;
}

static void give_extension(struct life *l) {
	as_staff(l);
	took(l,
	    world_give(l->w, "{'extend_voucher': {'voucher': %llu, 'reason': 'r'}}",
	        ID(any_old(l, &l->vouchers))));
}

static void give_expiry(struct life *l) {
	bool is_voucher = one_in(l, 2);
	world_as(l->w, one_in(l, 20) ? l->staff[0] : LEDGER_SYSTEM_PRINCIPAL);
	took(l,
	    world_give(l->w, "{'expire': {'%s': %llu}}", is_voucher ? "voucher" : "reservation",
	        ID(any_old(l, is_voucher ? &l->vouchers : &l->reservations))));
}

static void give_reminder(struct life *l) {
	world_as(l->w, LEDGER_SYSTEM_PRINCIPAL);
	took(l,
	    world_give(l->w, "{'remind': {'voucher': %llu, 'days': %d}}", ID(any_old(l, &l->vouchers)),
	        one_in(l, 2) ? 10 : 3));
}

static void give_suspension(struct life *l) {
	const char *party = one_in(l, 2) ? startups[below(l, PARTIES)]
	                                 : laboratories[below(l, PARTIES)];
	as_staff(l);
	took(l,
	    world_give(l->w, "{'%s': {'party': '%s', 'reason': 'r'}}",
	        one_in(l, 3) ? "suspend_party" : "reinstate_party", party));
}

/* Up to three days, within one year. */
static void pass_time(struct life *l) {
	if (world_time_us(l->w) - l->began_us < 330 * US_PER_DAY)
		world_wait(l->w, (int64_t)below(l, 2 * 24 * 60));
}

static void give_something(struct life *l) {
	static void (*const kinds[])(struct life * l) = { give_application, give_application,
		give_application, give_review, give_review, give_review, give_issue, give_issue, give_issue,
		give_back, give_reserve, give_reserve, give_reserve, give_reserve, give_reserve,
		give_redeem, give_redeem, give_redeem, give_redeem, give_release, give_claim, give_claim,
		give_claim, give_claim, give_claim, give_judgement, give_judgement, give_judgement,
		give_judgement, give_judgement, give_judgement, give_judgement, give_judgement,
		give_objection, give_settlement, give_approval, give_approval, give_payment, give_payment,
		give_clawback, give_recovery, give_recovery, give_extension, give_expiry, give_expiry,
		give_reminder, give_file, give_statement, give_statement, give_statement, give_statement,
		give_match, give_unmatch, give_word };
	if (one_in(l, 100))
		give_suspension(l);
	else if (one_in(l, 200))
		give_sample(l);
	else if (one_in(l, 150))
		pass_time(l);
	else
		kinds[below(l, sizeof(kinds) / sizeof(kinds[0]))](l);
}

/* --- what must be found again --- */

struct sums {
	struct programme_row found;
	int64_t active;
	int64_t claimed;
	size_t published;
	int64_t clawed_back;
	int64_t netted;
	uint64_t owed;
};

static bool sum_voucher(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct sums *sums = arg;
	const struct voucher_row *voucher = row;
	(void)key;
	ck_assert_uint_eq(bytes, sizeof(*voucher));
	sums->found.issued += voucher->amount;
	sums->found.live += voucher->live;
	sums->found.reserved += voucher->reserved;
	sums->found.redeemed += voucher->redeemed;
	sums->found.returned += voucher->returned;
	sums->found.cancelled += voucher->cancelled;
	sums->found.expired += voucher->expired;
	sums->found.vouchers++;
	sums->active += voucher->status == PB__VOUCHER_STATUS__VOUCHER_ACTIVE;
	return true;
}

static bool sum_reservation(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct sums *sums = arg;
	const struct reservation_row *reservation = row;
	(void)key;
	ck_assert_uint_eq(bytes, sizeof(*reservation));
	sums->found.reserved += reservation->held;
	sums->found.redeemed += reservation->redeemed;
	sums->found.available += reservation->held + reservation->redeemed; /* what caps count */
	sums->claimed += reservation->claimed;
	return true;
}

static int64_t sum_of(const struct by_fund *amounts) {
	int64_t sum = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		sum += amounts->amount[i];
	return sum;
}

static bool sum_clawback(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct sums *sums = arg;
	const struct clawback_row *clawback = row;
	int64_t owed = clawback->amount - clawback->recovered - clawback->written_off;
	(void)key;
	ck_assert_uint_eq(bytes, sizeof(*clawback));
	ck_assert_int_eq(sum_of(&clawback->left), owed);
	sums->clawed_back += clawback->amount;
	sums->found.recovered += clawback->recovered;
	sums->found.written_off += clawback->written_off;
	sums->found.receivable += owed;
	sums->owed += owed > 0;
	return true;
}

static bool sum_claim(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct sums *sums = arg;
	const struct claim_row *claim = row;
	(void)key;
	ck_assert_uint_eq(bytes, sizeof(*claim));
	if (claim->status != PB__CLAIM_STATUS__CLAIM_RETURNED &&
	    claim->status != PB__CLAIM_STATUS__CLAIM_REJECTED)
		sums->claimed += claim->amount;
	ck_assert_int_eq(sum_of(&claim->shares), claim->amount);
	ck_assert_int_eq(sum_of(&claim->clawed_shares), claim->clawed_back);
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		ck_assert_int_le(claim->clawed_shares.amount[i], claim->shares.amount[i]);
	sums->clawed_back += claim->clawed_back;
	sums->published += claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED;
	bool is_paid = claim->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
	sums->found.paid += is_paid ? claim->amount : claim->netted;
	ck_assert_int_eq(sum_of(&claim->netted_shares), claim->netted);
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		ck_assert_int_le(claim->netted_shares.amount[i], claim->shares.amount[i]);
	sums->netted += claim->netted;
	return true;
}

/* Usage of years (> 0), or of ever (0). */
struct usage_sum {
	bool is_ever;
	int64_t amount;
};

static bool sum_usage(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct usage_sum *sum = arg;
	ck_assert_uint_eq(bytes, sizeof(struct usage_row));
	if (sum->is_ever == (key_read_u32(key, 4 + 8 + 8) == 0))
		sum->amount += ((const struct usage_row *)row)->amount;
	return true;
}

static void scan(struct life *l, enum table table, const struct key *prefix,
    bool (*visit)(void *, const struct key *, const void *, size_t), void *arg) {
	const struct state *state = world_state(l->w);
	state->ops->scan(state->self, table, prefix, prefix, visit, arg);
}

static int64_t usage(struct life *l, enum usage_kind kind, bool is_ever) {
	struct usage_sum sum = { .is_ever = is_ever };
	struct key prefix = KEY_EMPTY;
	key_add_u32(&prefix, kind);
	scan(l, TABLE_USAGE, &prefix, sum_usage, &sum);
	return sum.amount;
}

/* Exactly the published claims wait for settlement, oldest first, linked both ways. */
static void check_ready(struct life *l, const struct programme_row *programme, size_t published) {
	uint64_t previous = 0, published_seq = 0;
	for (uint64_t id = programme->ready_head; id; published--) {
		struct claim_row claim = WORLD_ROW(l->w, TABLE_CLAIM, id, struct claim_row);
		ck_assert_uint_gt(published, 0);
		ck_assert_int_eq(claim.status, PB__CLAIM_STATUS__CLAIM_PUBLISHED);
		ck_assert_uint_eq(claim.previous, previous);
		ck_assert_uint_gt(claim.published_seq, published_seq);
		published_seq = claim.published_seq;
		previous = id;
		id = claim.next;
	}
	ck_assert_uint_eq(published, 0);
	ck_assert_uint_eq(programme->ready_tail, previous);
}

/* Exactly the clawbacks of which something is owed are in their payees' lists, oldest first, linked
 * both ways. */
static bool walk_owed(void *arg, const struct key *key, const void *data, size_t bytes) {
	struct life *l = arg;
	const struct owed_row *list = data;
	uint64_t previous = 0;
	ck_assert_uint_eq(bytes, sizeof(*list));
	for (uint64_t id = list->first; id; l->owed++) {
		const struct clawback_row row = WORLD_ROW(l->w, TABLE_CLAWBACK, id, struct clawback_row);
		ck_assert_uint_eq(row.programme, key_read_u64(key, 0));
		ck_assert_uint_eq(row.payee, key_read_u64(key, 8));
		ck_assert_int_gt(row.amount, row.recovered + row.written_off);
		ck_assert_uint_eq(row.previous, previous);
		ck_assert_uint_gt(id, previous);
		previous = id;
		id = row.next;
	}
	ck_assert_uint_eq(list->last, previous);
	return true;
}

static void check_owed(struct life *l, uint64_t owed) {
	const struct key all = KEY_EMPTY;
	l->owed = 0;
	scan(l, TABLE_OWED, &all, walk_owed, l);
	ck_assert_uint_eq(l->owed, owed);
}

static void check_life(struct life *l) {
	const struct key all = KEY_EMPTY;
	struct sums vouchers = { 0 }, reservations = { 0 }, claims = { 0 }, clawbacks = { 0 };
	struct programme_row programme = WORLD_ROW(
	    l->w, TABLE_PROGRAMME, l->programme, struct programme_row);
	scan(l, TABLE_VOUCHER, &all, sum_voucher, &vouchers);
	scan(l, TABLE_RESERVATION, &all, sum_reservation, &reservations);
	scan(l, TABLE_CLAIM, &all, sum_claim, &claims);
	scan(l, TABLE_CLAWBACK, &all, sum_clawback, &clawbacks);
	ck_assert_int_eq(vouchers.found.issued, programme.issued);
	ck_assert_int_eq(vouchers.found.live, programme.live);
	ck_assert_int_eq(vouchers.found.reserved, programme.reserved);
	ck_assert_int_eq(vouchers.found.redeemed, programme.redeemed);
	ck_assert_int_eq(vouchers.found.returned, programme.returned);
	ck_assert_int_eq(vouchers.found.cancelled, programme.cancelled);
	ck_assert_int_eq(vouchers.found.expired, programme.expired);
	ck_assert_uint_eq(vouchers.found.vouchers, programme.vouchers);
	ck_assert_int_eq(vouchers.active, usage(l, USAGE_VOUCHERS, true));
	ck_assert_int_eq(reservations.found.reserved, programme.reserved);
	ck_assert_int_eq(reservations.found.redeemed, programme.redeemed);
	ck_assert_int_eq(reservations.found.available, usage(l, USAGE_HOLDER, true));
	ck_assert_int_eq(reservations.found.available, usage(l, USAGE_HOLDER, false));
	ck_assert_int_eq(reservations.found.available, usage(l, USAGE_PROVIDER, true));
	ck_assert_int_eq(reservations.found.available, usage(l, USAGE_PROVIDER, false));
	ck_assert_int_eq(reservations.found.available, usage(l, USAGE_TIER, false));
	ck_assert_int_eq(reservations.found.available, usage(l, USAGE_HOLDER_TIER, false));
	ck_assert_int_eq(claims.found.paid, programme.paid);
	ck_assert_int_eq(claims.claimed, reservations.claimed);
	ck_assert_int_eq(programme.payable + programme.in_payment + programme.paid, programme.redeemed);
	ck_assert_int_eq(clawbacks.clawed_back, claims.clawed_back);
	ck_assert_int_eq(clawbacks.found.recovered, programme.recovered);
	ck_assert_int_eq(clawbacks.found.written_off, programme.written_off);
	ck_assert_int_eq(clawbacks.found.receivable, programme.receivable);
	ck_assert_int_le(claims.netted, programme.recovered);
	l->netted = claims.netted;
	check_ready(l, &programme, claims.published);
	check_owed(l, clawbacks.owed);
	check_fund_sums(l->w, l->programme);
	ck_assert_ptr_null(ledger_verify(world_state(l->w), world_arena(l->w)));
}

/* --- the stage --- */

static void set_up(struct life *l) {
	struct world *w = l->w = world_new();
	l->began_us = world_time_us(w);
	l->programme = world_accept(w,
	    "{'create_programme': {'code': 'p', 'name': 'n', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	for (int fund = 1; fund <= 3; fund++) {
		world_accept(w, "{'create_fund': {'code': 'f%d', 'name': 'n'}}", fund);
		world_accept(
		    w, "{'appropriate': {'fund': 'f%d', 'amount': 90000000, 'document': 'd'}}", fund);
		world_accept(
		    w, "{'allocate': {'fund': 'f%d', 'programme': 'p', 'amount': 40000000}}", fund);
	}
	l->house = bank_house(w, -5);
	l->accepted[PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT]++;
	world_accept(w,
	    "{'publish_rules': {'programme': 'p', 'rules': {'version': 1, 'title': 't'," WORLD_RULES
	    "'effective_from': '2026-01-01', 'exclusions': ['强制检测'],"
	    " 'caps': [{'name': 'year', 'per': 'CAP_PER_HOLDER', 'period': 'CAP_A_YEAR',"
	    " 'amount': 9000000}],"
	    " 'tiers': [{'id': 1, 'name': 'small', 'ratio_bp': 5000, 'per_contract': 20000,"
	    " 'categories': ['检验检测'], 'pool_share_bp': 9000}], 'voucher_amount_max': 45000,"
	    " 'vouchers_at_once': 200, 'use_within_days': 20, 'claim_within_days': 10,"
	    " 'payee': 'PAYEE_PROVIDER', 'publication_days': 1, 'countersign': true,"
	    " 'correct_within_days': 5, 'extension_days': 10, 'remind_days': [10, 3],"
	    " 'duties_apart': ['DUTY_APPROVE_FROM_ISSUE'], 'net_clawbacks': true,"
	    " 'fund_shares': [{'fund': 'f1', 'share_bp': 5000}, {'fund': 'f2', 'share_bp': 3333},"
	    " {'fund': 'f3', 'share_bp': 1667}]}}}");
	for (size_t i = 0; i < PARTIES; i++) {
		char person[8];
		world_party(w, i ? "PARTY_KIND_TEAM" : "PARTY_KIND_COMPANY", startups[i]);
		snprintf(person, sizeof(person), "s%zu", i);
		l->members[i] = world_member(w, person, "ROLE_STARTUP", startups[i]);
		world_accept(w,
		    "{'register_party': {'code': '%s', 'kind': 'PARTY_KIND_PROVIDER', 'name': 'n',"
		    " 'region': '110114', 'code_override_reason': '%s', 'bank_account': {'number': '%zu',"
		    " 'bank_code': '102100099996', 'holder_name': 'n'}}}",
		    laboratories[i], i == 2 ? "checked" : "", i + 1);
		snprintf(person, sizeof(person), "p%zu", i);
		l->providers[i] = world_member(w, person, "ROLE_PROVIDER", laboratories[i]);
		world_accept(w, "{'admit_provider': {'programme': 'p', 'party': '%s'}}", laboratories[i]);
		snprintf(person, sizeof(person), "op%zu", i);
		l->staff[i] = world_staff(w, person, "ROLE_OPERATOR");
	}
}

static void live(uint64_t seed) {
	const char *setting = getenv("LEDGER_LIVES");
	size_t commands = setting ? strtoul(setting, NULL, 10) : 10000;
	struct life *l = calloc(1, sizeof(*l));
	ck_assert_ptr_nonnull(l);
	l->random = seed;
	set_up(l);
	for (size_t i = 0; i < commands; i++) {
		give_something(l);
		if (i % 500 == 0)
			check_life(l);
	}
	check_life(l);
	const struct state *state = world_state(l->w);
	const char *fault = recount_take_up(l->w, state);
	ck_assert_msg(fault == NULL, "%s", fault);
	fault = recount_clocks(l->w, state);
	ck_assert_msg(fault == NULL, "%s", fault);
	ck_assert_msg(l->netted > 0, "nothing was set off: the story is too thin");
	for (int body = PB__COMMAND__BODY_APPLY; body <= PB__COMMAND__BODY_IMPORT_STATEMENT; body++)
		if (ledger_command_name((Pb__Command__BodyCase)body))
			ck_assert_msg(l->accepted[body] > 0, "no %s was accepted: the story is too thin",
			    ledger_command_name((Pb__Command__BodyCase)body));
	world_free(l->w);
	free(l);
}

START_TEST(random_lives_keep_every_identity) {
	live(8);
}
END_TEST

START_TEST(other_random_lives_keep_every_identity) {
	live(20261121);
}
END_TEST

SUITE_MAIN("random lives", random_lives_keep_every_identity, other_random_lives_keep_every_identity)
