/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Anything finance may do, in any order, over settlements, their payments, the bank's lines,
 * clawbacks and months: no decision may be made that apply then stops at, and every identity holds
 * (world_free). Claims are paid, come back, are set off and clawed back many times over.
 *
 * LEDGER_STEPS sets how many steps each walk takes (default 1,500), LEDGER_SEED the first seed.
 */
#include "base/date.h"
#include "base/text.h"
#include "funds.h"
#include "support/bank.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID(value)    ((unsigned long long)(value))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { PROVIDERS = 3, IDS_MAX = 4096 };

struct ids {
	size_t count;
	uint64_t ids[IDS_MAX];
};

struct walk {
	struct scheme *s;
	struct world *w;
	uint64_t random;
	uint64_t colleague; /* in finance, too */
	const struct member *holder;
	const struct member *providers[PROVIDERS];
	struct ids claims, settlements, clawbacks;
	uint64_t serial;
};

/* --- chance --- */

static uint64_t draw(struct walk *k) {
	k->random = k->random * 6364136223846793005U + 1442695040888963407U;
	return k->random >> 33;
}

static size_t below(struct walk *k, size_t limit) {
	return (size_t)(draw(k) % limit);
}

static bool one_in(struct walk *k, size_t count) {
	return below(k, count) == 0;
}

/* Mostly a recent one. */
static uint64_t any(struct walk *k, const struct ids *ids) {
	size_t from = ids->count > 4 && !one_in(k, 4) ? ids->count - 4 : 0;
	return ids->count ? ids->ids[from + below(k, ids->count - from)] : 0;
}

static void took(struct walk *k, struct ids *ids, const Pb__Reply *reply) {
	(void)k;
	if (reply->outcome != PB__OUTCOME__OUTCOME_OK)
		return;
	if (ids) {
		ck_assert_uint_lt(ids->count, IDS_MAX);
		ids->ids[ids->count++] = reply->seq;
	}
}

static const char *today(struct walk *k) {
	static char date[DATE_TEXT_BYTES];
	date_format(date_local_day(world_time_us(k->w), 480), date);
	return date;
}

/* --- settlements --- */

static void claim(struct walk *k) {
	const struct member *provider = k->providers[below(k, PROVIDERS)];
	int64_t amount = one_in(k, 3) ? 1000 : 1 + (int64_t)below(k, 3000);
	ck_assert_uint_lt(k->claims.count, IDS_MAX);
	k->claims.ids[k->claims.count++] = scheme_published_claim(k->s, k->holder, provider, amount);
}

static void settle(struct walk *k) {
	world_as(k->w, k->s->finance);
	took(k, &k->settlements,
	    world_give(k->w,
	        "{'open_settlement': {'programme': 'plain', 'house_account': '%s', 'cutoff': %llu}}",
	        one_in(k, 12) ? "other" : "house", ID(world_last_seq(k->w))));
}

static void approve(struct walk *k) {
	uint64_t id = any(k, &k->settlements);
	if (!id)
		return;
	world_as(k->w, k->s->approver);
	took(k, NULL,
	    world_give(k->w, "{'approve_settlement': {'settlement': %llu, 'payments_digest': '%s'}}",
	        ID(id), scheme_payments_digest(k->s, id)));
}

static void cancel(struct walk *k) {
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w, "{'cancel_settlement': {'settlement': %llu, 'reason': 'r'}}",
	        ID(any(k, &k->settlements))));
}

static void record_file(struct walk *k) {
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w,
	        "{'record_payment_file': {'settlement': %llu, 'format': 'f', 'file': '%s'}}",
	        ID(any(k, &k->settlements)), bank_file(k->w, 7)));
}

static void record(struct walk *k) {
	static const char *const fates[] = { "PAID", "PAID", "FAILED", "RETURNED" };
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w,
	        "{'record_payment': {'settlement': %llu, 'payment': %zu, 'status': 'PAYMENT_%s',"
	        " 'reason': 'r', 'bank_reference': 'B%zu'}}",
	        ID(any(k, &k->settlements)), 1 + below(k, PROVIDERS), fates[below(k, COUNT(fates))],
	        below(k, 40)));
}

/* --- clawbacks --- */

static void claw_back(struct walk *k) {
	world_as(k->w, k->s->office);
	took(k, &k->clawbacks,
	    world_give(k->w,
	        "{'order_clawback': {'claim': %llu, 'amount': %zu, 'ground': 'CLAWBACK_MISUSE',"
	        " 'reason': 'r'}}",
	        ID(any(k, &k->claims)), one_in(k, 2) ? 100 : 1 + below(k, 1500)));
}

static void recover(struct walk *k) {
	bool is_off = one_in(k, 4);
	world_as(k->w, is_off ? k->s->approver : k->s->finance);
	took(k, NULL,
	    is_off ? world_give(k->w, "{'write_off': {'clawback': %llu, 'amount': %zu, 'reason': 'r'}}",
	                 ID(any(k, &k->clawbacks)), 1 + below(k, 100))
	           : world_give(k->w, "{'record_recovery': {'clawback': %llu, 'amount': %zu}}",
	                 ID(any(k, &k->clawbacks)), 1 + below(k, 100)));
}

/* --- the bank --- */

static struct payment_row payment_row(struct walk *k, uint64_t settlement, uint32_t number) {
	struct key key = key_of_payment(settlement, number);
	const struct payment_row *row = STATE_GET(
	    world_state(k->w), TABLE_PAYMENT, &key, struct payment_row);
	ck_assert_ptr_nonnull(row);
	return *row;
}

/* A payment of some settlement, as it was decided, sooner one that may still go out or come
 * back; NULL: there is none. */
static const Pb__Payment *any_payment(struct walk *k, uint64_t *ret_settlement) {
	const Pb__Payment *payment = NULL;
	for (size_t tries = 1 + below(k, 8); tries > 0; tries--) {
		uint64_t id = any(k, &k->settlements);
		if (!id)
			break;
		const Pb__Decision *decision = world_entry(k->w, id)->decision;
		*ret_settlement = id;
		payment = decision->payments[below(k, decision->n_payments)];
		const struct payment_row row = payment_row(k, id, payment->number);
		bool may_come_back = row.first_claim && !row.return_line;
		if (row.approved_us && row.amount > 0 && (row.line == 0 || may_come_back))
			break;
	}
	return payment;
}

/* Whether the next that its bank says is that it came back; sometimes wrong. */
static bool is_to_come_back(struct walk *k, uint64_t settlement, uint32_t number) {
	const struct payment_row row = payment_row(k, settlement, number);
	bool has_left = row.line || row.status == PB__PAYMENT_STATUS__PAYMENT_PAID;
	return one_in(k, 8) ? one_in(k, 2) : has_left;
}

static void import(struct walk *k, const char *lines) {
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w,
	        "{'import_statement': {'house_account': 'house', 'file': '%s', 'format': 'f',"
	        " 'page': 1, 'pages': 1, 'lines': [%s]}}",
	        bank_file(k->w, 1000 + world_last_seq(k->w)), lines));
}

/* One line: what a bank says of a payment, of a settlement, of a claim's money, or of nothing. */
static size_t write_line(struct walk *k, char *ret_text, size_t room) {
	uint64_t settlement = 0;
	const Pb__Payment *payment = any_payment(k, &settlement);
	int64_t amount = payment && !one_in(k, 8) ? payment->amount : 1 + (int64_t)below(k, 900);
	char reference[64] = "", text[64] = "";
	if (payment && one_in(k, 6)) {
		snprintf(reference, sizeof(reference), "V0190a1b2-%llu", ID(settlement));
		amount = world_entry(k->w, settlement)->decision->amount;
	} else if (payment && one_in(k, 3)) {
		uint64_t id = one_in(k, 2) ? any(k, &k->claims) : payment->claims[0];
		snprintf(text, sizeof(text), "claim %llu", ID(id));
		amount = one_in(k, 2) ? 100 : amount;
	} else if (payment && !one_in(k, 8)) {
		snprintf(reference, sizeof(reference), "%s", payment->reference);
	}
	amount = amount ? amount : 5;
	bool is_in = payment ? is_to_come_back(k, settlement, payment->number) : one_in(k, 2);
	uint64_t serial = one_in(k, 15) ? k->serial : ++k->serial;
	return (size_t)snprintf(ret_text, room,
	    "{'amount': %lld, 'booking_date': '%s', 'reference': '%s', 'text': '%s', 'serial': '%llu',"
	    " 'bank_reference': 'B%zu'}",
	    (long long)(is_in ? amount : -amount), today(k), reference, text, ID(serial), below(k, 40));
}

static void import_page(struct walk *k) {
	char page[8192];
	size_t used = 0;
	for (size_t lines = 1 + below(k, 6); lines > 0; lines--) {
		used += write_line(k, page + used, sizeof(page) - used);
		if (lines > 1)
			page[used++] = ',';
		page[used] = '\0';
	}
	import(k, page);
}

/* What of a settlement waits for its line. */
static int64_t waiting_of(struct walk *k, uint64_t settlement) {
	int64_t sum = 0;
	for (size_t i = 1; i <= world_entry(k->w, settlement)->decision->n_payments; i++) {
		const struct payment_row row = payment_row(k, settlement, (uint32_t)i);
		bool waits = row.status == PB__PAYMENT_STATUS__PAYMENT_APPROVED ||
		    row.status == PB__PAYMENT_STATUS__PAYMENT_PAID;
		sum += waits && !row.line ? row.amount : 0;
	}
	return sum;
}

/* A target, and what it comes to on the account. */
static int64_t write_target(struct walk *k, char *ret_text, size_t room) {
	uint64_t settlement = 0;
	const Pb__Payment *payment = any_payment(k, &settlement);
	bool is_return = payment && is_to_come_back(k, settlement, payment->number);
	if (!payment || one_in(k, 4)) {
		int64_t amount = 1 + (int64_t)below(k, 60);
		snprintf(ret_text, room, "{'clawback': %llu, 'amount': %lld}", ID(any(k, &k->clawbacks)),
		    (long long)amount);
		return amount;
	}
	if (one_in(k, 12)) {
		snprintf(ret_text, room, "{'settlement': %llu}", ID(settlement));
		return -waiting_of(k, settlement);
	}
	snprintf(ret_text, room, "{'settlement': %llu, 'payment': %u, 'is_return': %s}", ID(settlement),
	    payment->number, is_return ? "true" : "false");
	return is_return ? payment->amount : -payment->amount;
}

static uint64_t any_line(struct walk *k) {
	uint64_t lines = bank_house_row(k->w, k->s->house).lines;
	return lines > 12 && !one_in(k, 6) ? lines - below(k, 12) : below(k, lines + 2);
}

static void reconcile(struct walk *k, const char *lines, const char *targets) {
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w,
	        "{'reconcile': {'house_account': 'house', 'lines': [%s], 'targets': [%s]}}", lines,
	        targets));
}

/* New lines for some targets: one that is as much or more, or two. Or an old line. */
static void match(struct walk *k) {
	char targets[1024], lines[64], page[512];
	size_t used = 0;
	int64_t sum = 0;
	for (size_t left = 1 + below(k, 3); left > 0; left--) {
		sum += write_target(k, targets + used, sizeof(targets) - used);
		used = strlen(targets);
		snprintf(targets + used, sizeof(targets) - used, left > 1 ? "," : "");
		used = strlen(targets);
	}
	uint64_t first = bank_house_row(k->w, k->s->house).lines + 1;
	snprintf(lines, sizeof(lines), "%llu", ID(any_line(k)));
	if (sum && !one_in(k, 4)) {
		int64_t part = one_in(k, 3) ? sum + 700 : 0;
		int64_t whole = part || one_in(k, 2) ? sum : 20 * sum;
		snprintf(page, sizeof(page), "{'amount': %lld, 'booking_date': '%s'}",
		    (long long)(whole - part ? whole - part : whole), today(k));
		snprintf(lines, sizeof(lines), "%llu", ID(first));
		import(k, page);
	}
	if (sum && strtoull(lines, NULL, 10) == first && one_in(k, 3)) {
		snprintf(page, sizeof(page), "{'amount': %lld, 'booking_date': '%s'}",
		    (long long)(sum + 700 ? sum + 700 : 1), today(k));
		snprintf(lines, sizeof(lines), "%llu, %llu", ID(first + 1), ID(first));
		import(k, page);
	}
	reconcile(k, lines, targets);
}

static void unmatch(struct walk *k) {
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w, "{'unmatch': {'house_account': 'house', 'line': %llu, 'reason': 'r'}}",
	        ID(any_line(k))));
}

static void resolve(struct walk *k) {
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w,
	        "{'resolve_line': {'house_account': 'house', 'line': %llu, 'reason': 'r'%s}}",
	        ID(any_line(k)), one_in(k, 3) ? "" : ", 'kind': 'LINE_OTHER'"));
}

/* --- months --- */

static const char *any_month(struct walk *k) {
	static char month[16];
	snprintf(month, sizeof(month), "%.7s", today(k));
	if (one_in(k, 2) && month[6] > '1')
		month[6]--;
	return month;
}

/* All open lines of the last hundred are carried over. */
static void prepare(struct walk *k) {
	char over[16384] = "";
	uint64_t last = bank_house_row(k->w, k->s->house).lines;
	size_t used = 0;
	for (uint64_t line = last > 200 ? last - 200 : 1; line <= last; line++) {
		struct bank_line_row row = bank_line_row(k->w, k->s->house, line);
		if (row.state == PB__LINE_STATE__LINE_MATCHED || row.state == PB__LINE_STATE__LINE_IGNORED)
			continue;
		used += (size_t)snprintf(over + used, sizeof(over) - used,
		    "%s{'house_account': 'house', 'line': %llu, 'reason': 'r'}", used ? "," : "", ID(line));
	}
	world_as(k->w, k->s->finance);
	took(k, NULL,
	    world_give(k->w, "{'prepare_period': {'period': '%s', 'carry_over': [%s]}}", any_month(k),
	        one_in(k, 4) ? "" : over));
}

/* What was prepared last. */
static const Pb__JournalEntry *prepared(struct walk *k) {
	for (uint64_t seq = world_last_seq(k->w); seq > 1; seq--) {
		const Pb__JournalEntry *entry = world_entry(k->w, seq);
		if (entry->command && entry->command->body_case == PB__COMMAND__BODY_PREPARE_PERIOD)
			return entry;
	}
	return NULL;
}

static void close_month(struct walk *k) {
	char digest[65];
	prepare(k);
	const Pb__JournalEntry *entry = prepared(k);
	if (!entry)
		return;
	text_hex(entry->decision->period_digest->value.data, 32, digest);
	world_as(k->w, k->colleague);
	took(k, NULL,
	    world_give(k->w, "{'review_period': {'period': '%s', 'figures': '%s'}}",
	        entry->command->prepare_period->period, digest));
	took(k, NULL,
	    world_give(
	        k->w, "{'close_period': {'period': '%s'}}", entry->command->prepare_period->period));
}

static void reopen(struct walk *k) {
	world_as(k->w, k->s->approver);
	took(k, NULL,
	    world_give(k->w, "{'reopen_period': {'period': '%s', 'reason': 'r'}}", any_month(k)));
}

static void wait(struct walk *k) {
	world_wait(k->w, (int64_t)below(k, 3 * 24 * 60));
}

/* --- the walk --- */

static void step(struct walk *k) {
	static const struct {
		unsigned weight;
		void (*take)(struct walk *k);
	} steps[] = { { 6, claim }, { 8, settle }, { 12, approve }, { 2, cancel }, { 1, record_file },
		{ 14, record }, { 5, claw_back }, { 3, recover }, { 8, import_page }, { 18, match },
		{ 12, unmatch }, { 4, resolve }, { 1, close_month }, { 3, reopen }, { 1, wait } };
	size_t all = 0;
	for (size_t i = 0; i < COUNT(steps); i++)
		all += steps[i].weight;
	size_t at = below(k, all), i = 0;
	for (; at >= steps[i].weight; i++)
		at -= steps[i].weight;
	steps[i].take(k);
}

static void check_walk(struct walk *k) {
	check_fund_sums(k->w, k->s->programme);
	const char *fault = ledger_verify(world_state(k->w), world_arena(k->w));
	ck_assert_msg(!fault, "%s", fault);
}

static uint64_t setting(const char *name, uint64_t otherwise) {
	const char *text = getenv(name);
	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void walk(uint64_t seed) {
	struct walk *k = calloc(1, sizeof(*k));
	ck_assert_ptr_nonnull(k);
	k->random = seed;
	k->s = new_netting_scheme();
	k->w = k->s->world;
	k->colleague = world_staff(k->w, "S6", "ROLE_FINANCE");
	k->holder = scheme_holder(k->s, "110114", "");
	for (size_t i = 0; i < PROVIDERS; i++)
		k->providers[i] = scheme_provider(k->s, "110114");
	for (uint64_t steps = setting("LEDGER_STEPS", 1500); steps > 0; steps--) {
		step(k);
		if (steps % 100 == 0)
			check_walk(k);
	}
	check_walk(k);
	scheme_free(k->s);
	free(k);
}

START_TEST(any_order_of_money_s_steps_keeps_every_identity) {
	for (uint64_t seed = setting("LEDGER_SEED", 1), last = seed + 2; seed <= last; seed++)
		walk(seed);
}
END_TEST

SUITE_MAIN("money walks", any_order_of_money_s_steps_keeps_every_identity)
