/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_reconcile: how fast the lines of a bank's statement find their payments.
 *
 *	bench_reconcile DIRECTORY [PAYMENTS]
 *
 * Makes a ledger in DIRECTORY/ledger with PAYMENTS (1,000,000) approved payments to 4,000 payees,
 * each of one claim, through the engine. Then imports as many lines, each with the reference and
 * the amount of a payment, settlement by settlement, the payments of each shuffled: the line
 * confirms the payment, and the books with it. Then all of them a second time, as duplicates. Each
 * page is a command of 256 lines, built as the measurement runs. Every line must have found its
 * payment.
 */
#include "base/clock.h"
#include "ledger/identifier.h"
#include "record/json.h"
#include "record/pb.h"
#include "support/stage.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
	PAYEES = 4000,
	BATCH = 1000,
	PAGES_AT_ONCE = 8, /* in one batch */
	MEMTABLE_BYTES = 64 << 20,
};

#define REGISTER_DIGEST "11000000000000000000000000000000000000000000000000000000000000"

static struct engine *engine;
static struct arena arena;
static uint64_t startup;
static uint64_t approver;
static uint64_t reservations[PAYEES];

struct settlement {
	uint64_t id;
	uint32_t count;
	int64_t *amounts; /* of its payments, by number */
};

__attribute__((noreturn)) static void die(const char *what, const char *why) {
	fprintf(stderr, "bench_reconcile: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static Pb__Command *with_id(Pb__Command *command) {
	struct uuid id = uuid_new();
	command->id = PB_NEW(Pb__Uuid, pb__uuid, &arena);
	if (!command->id)
		die("memory", "");
	command->id->high = id.high;
	command->id->low = id.low;
	return command;
}

/* From JSON with ' for ". */
__attribute__((format(printf, 1, 2))) static Pb__Command *command(const char *format, ...) {
	char text[2048];
	ProtobufCMessage *message;
	struct json_error error;
	va_list arguments;
	va_start(arguments, format);
	int bytes = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	if (json_decode(&pb__command__descriptor, text, (size_t)bytes, &arena, &message, &error))
		die(text, error.reason);
	return with_id((Pb__Command *)message);
}

static const Pb__BatchReply *run(uint64_t principal, Pb__Command *const *commands, size_t count) {
	const Pb__BatchReply *reply = stage_run(
	    engine, principal, stage_batch(&arena, commands, count), &arena);
	if (!reply)
		die("memory", "");
	for (size_t i = 0; i < count; i++)
		if (reply->replies[i]->outcome != PB__OUTCOME__OUTCOME_OK)
			die(reply->replies[i]->sentence,
			    reply->replies[i]->refusal ? reply->replies[i]->refusal->field : "");
	return reply;
}

static uint64_t run_one(uint64_t principal, Pb__Command *one) {
	uint64_t seq = run(principal, &one, 1)->replies[0]->seq;
	arena_reset(&arena);
	return seq;
}

/* --- what there is to pay --- */

static int64_t amount_of(size_t payee, uint64_t round) {
	return 100000 + (int64_t)payee * 7 + (int64_t)(round % 5);
}

/* A valid one, of its own for every payee; in the arena. */
static const char *code_of(size_t payee) {
	static const char symbols[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	for (const char *inner = "0123456789X"; *inner; inner++) {
		for (const char *outer = symbols; *outer; outer++) {
			const char *code = arena_printf(&arena, "91110114%08zu%c%c", payee, *inner, *outer);
			if (identifier_is_credit_code(code))
				return code;
		}
	}
	die("payee", "no code fits");
}

static Pb__Command *new_party(size_t i) {
	return command("{'register_party': {'code': '%s', 'kind': 'PARTY_KIND_PROVIDER', 'name':"
	               " 'Payee %zu', 'region': '110114',"
	               " 'bank_account': {'number': '6222%08zu', 'bank_code': '102100099996',"
	               " 'holder_name': 'Payee %zu'}}}",
	    code_of(i), i, i, i);
}

static Pb__Command *admission(size_t i) {
	return command("{'admit_provider': {'programme': 'bench', 'party': '%s'}}", code_of(i));
}

static uint64_t voucher;

static Pb__Command *reservation(size_t i) {
	return command("{'reserve': {'voucher': '%" PRIu64 "', 'provider': '%s', 'contract_number':"
	               " 'C-%zu', 'category': 'testing', 'total': '1000000000', 'eligible':"
	               " '1000000000'}}",
	    voucher, code_of(i), i);
}

static Pb__Command *redemption(size_t i) {
	return command("{'redeem': {'reservation': '%" PRIu64 "', 'amount': '500000000', 'milestone':"
	               " 'all'}}",
	    reservations[i]);
}

/* The same for every payee; what it makes goes to `ret_ids`, if that is not NULL. */
static void for_payees(uint64_t principal, Pb__Command *(*make)(size_t), uint64_t *ret_ids) {
	for (size_t at = 0; at < PAYEES; at += BATCH) {
		Pb__Command *commands[BATCH];
		for (size_t i = 0; i < BATCH; i++)
			commands[i] = make(at + i);
		const Pb__BatchReply *reply = run(principal, commands, BATCH);
		for (size_t i = 0; ret_ids && i < BATCH; i++)
			ret_ids[at + i] = reply->replies[i]->seq;
		arena_reset(&arena);
	}
}

static void set_up_money(void) {
	run_one(STAGE_STAFF, command("{'create_fund': {'code': 'fund', 'name': 'Fund'}}"));
	run_one(STAGE_STAFF,
	    command("{'appropriate': {'fund': 'fund', 'amount': '4000000000000', 'document': 'd'}}"));
	run_one(STAGE_STAFF,
	    command("{'create_programme': {'code': 'bench', 'name': 'Bench', 'region': '110114',"
	            " 'utc_offset_minutes': 480}}"));
	run_one(STAGE_STAFF,
	    command("{'allocate': {'fund': 'fund', 'programme': 'bench', 'amount': '4000000000000'}}"));
	run_one(STAGE_STAFF,
	    command("{'publish_rules': {'programme': 'bench', 'rules': {'version': 1, 'title': 'Rules',"
	            " 'document': 'd', 'effective_from': '2020-01-01', 'tiers': [{'id': 1, 'ratio_bp':"
	            " 5000}], 'use_within_days': 365, 'claim_within_days': 365, 'payee':"
	            " 'PAYEE_PROVIDER', 'claimant': 'PAYEE_STARTUP', 'instrument':"
	            " 'INSTRUMENT_VOUCHER', 'review': 'REVIEW_ONE', 'when_capped': 'GRANT_THE_REST',"
	            " 'expense_base': 'EXPENSE_ACTUAL'}}}"));
	run_one(STAGE_STAFF,
	    command(
	        "{'register_house_account': {'code': 'house', 'name': 'House', 'account': {'number':"
	        " '0200001', 'bank_code': '102100099996', 'holder_name': 'Committee'},"
	        " 'opening_balance': '4000000000000'}}"));
}

static void set_up_people(void) {
	run_one(STAGE_STAFF,
	    command("{'register_party': {'code': '" STAGE_STARTUP "', 'kind': 'PARTY_KIND_COMPANY',"
	            " 'name': 'Holder', 'region': '110114'}}"));
	startup = run_one(STAGE_STAFF,
	    command(
	        "{'register_principal': {'person': 'founder', 'party': '" STAGE_STARTUP "', 'roles':"
	        " ['ROLE_STARTUP'], 'certificate_spki': '" REGISTER_DIGEST "aa'}}"));
	approver = run_one(STAGE_STAFF,
	    command("{'register_principal': {'person': 'approver', 'roles': ['ROLE_APPROVER'],"
	            " 'certificate_spki': '" REGISTER_DIGEST "bb'}}"));
	for_payees(STAGE_STAFF, new_party, NULL);
	for_payees(STAGE_STAFF, admission, NULL);
}

static void set_up_voucher(void) {
	uint64_t application = run_one(startup,
	    command("{'apply': {'programme': 'bench', 'party': '" STAGE_STARTUP "', 'amount':"
	            " '3000000000000', 'purpose': 'p'}}"));
	run_one(approver,
	    command("{'review_application': {'application': '%" PRIu64 "', 'verdict':"
	            " 'VERDICT_APPROVE'}}",
	        application));
	voucher = run_one(STAGE_STAFF,
	    command(
	        "{'issue': {'application': '%" PRIu64 "', 'amount': '3000000000000'}}", application));
	for_payees(startup, reservation, reservations);
	for_payees(startup, redemption, NULL);
}

static Pb__Command *claim(size_t payee, uint64_t round) {
	Pb__Command *result = with_id(PB_NEW(Pb__Command, pb__command, &arena));
	Pb__SubmitClaim *submit = PB_NEW(Pb__SubmitClaim, pb__submit_claim, &arena);
	Pb__Invoice *invoice = PB_NEW(Pb__Invoice, pb__invoice, &arena);
	result->body_case = PB__COMMAND__BODY_SUBMIT_CLAIM;
	result->submit_claim = submit;
	submit->reservation = reservations[payee];
	submit->amount = amount_of(payee, round);
	invoice->number = arena_printf(&arena, "%010" PRIu64 "%010zu", round, payee);
	invoice->amount = 2 * submit->amount;
	invoice->date = "2026-01-05";
	submit->n_invoices = 1;
	submit->invoices = arena_copy(&arena, &invoice, sizeof(invoice));
	return result;
}

static Pb__Command *approval(uint64_t id) {
	Pb__Command *result = with_id(PB_NEW(Pb__Command, pb__command, &arena));
	result->body_case = PB__COMMAND__BODY_APPROVE_CLAIM;
	result->approve_claim = PB_NEW(Pb__ApproveClaim, pb__approve_claim, &arena);
	result->approve_claim->claim = id;
	return result;
}

static Pb__Command *publication(uint64_t id) {
	Pb__Command *result = with_id(PB_NEW(Pb__Command, pb__command, &arena));
	result->body_case = PB__COMMAND__BODY_PUBLISH_CLAIM;
	result->publish_claim = PB_NEW(Pb__PublishClaim, pb__publish_claim, &arena);
	result->publish_claim->claim = id;
	return result;
}

/* A claim of each payee. */
static void publish_round(uint64_t round, size_t payees) {
	for (size_t at = 0; at < payees; at += BATCH) {
		Pb__Command *commands[BATCH];
		uint64_t claims[BATCH];
		size_t count = payees - at < BATCH ? payees - at : BATCH;
		for (size_t i = 0; i < count; i++)
			commands[i] = claim(at + i, round);
		const Pb__BatchReply *reply = run(startup, commands, count);
		for (size_t i = 0; i < count; i++) {
			claims[i] = reply->replies[i]->seq;
			commands[i] = approval(claims[i]);
		}
		run(approver, commands, count);
		for (size_t i = 0; i < count; i++)
			commands[i] = publication(claims[i]);
		run(STAGE_STAFF, commands, count);
		arena_reset(&arena);
	}
}

static void settle(struct settlement *settlement) {
	Pb__Command *open = command("{'open_settlement': {'programme': 'bench', 'house_account':"
	                            " 'house', 'cutoff': '%" PRIu64 "'}}",
	    engine_last_seq(engine));
	const Pb__Reply *reply = run(STAGE_STAFF, &open, 1)->replies[0];
	const Pb__Decision *decision = reply->decision;
	settlement->id = reply->seq;
	settlement->count = (uint32_t)decision->n_payments;
	settlement->amounts = calloc(settlement->count, sizeof(int64_t));
	if (!settlement->amounts)
		die("memory", "");
	for (size_t i = 0; i < settlement->count; i++)
		settlement->amounts[i] = decision->payments[i]->amount;
	Pb__Command *approve = with_id(PB_NEW(Pb__Command, pb__command, &arena));
	approve->body_case = PB__COMMAND__BODY_APPROVE_SETTLEMENT;
	approve->approve_settlement = PB_NEW(Pb__ApproveSettlement, pb__approve_settlement, &arena);
	approve->approve_settlement->settlement = settlement->id;
	approve->approve_settlement->payments_digest = decision->payments_digest;
	run(approver, &approve, 1);
	arena_reset(&arena);
}

/* --- lines --- */

static Pb__StatementLine *line_of(const struct settlement *settlement, uint32_t number) {
	Pb__StatementLine *line = PB_NEW(Pb__StatementLine, pb__statement_line, &arena);
	static uint64_t serial;
	line->file_line = ++serial;
	line->serial = arena_printf(&arena, "2026%012" PRIu64, serial);
	line->amount = -settlement->amounts[number - 1];
	line->booking_date = "2099-01-05";
	line->text = "创新券兑付";
	line->reference = arena_printf(&arena, "V%08" PRIx32 "-%" PRIu64 "-%" PRIu32,
	    (uint32_t)(engine_ledger_id(engine).high >> 32), settlement->id, number);
	return line;
}

/* All lines one after another; payments of a settlement in a shuffled order. */
struct feed {
	const struct settlement *settlements;
	size_t settlement;
	uint32_t next;
};

static uint32_t common_divisor(uint32_t a, uint32_t b) {
	return b ? common_divisor(b, a % b) : a;
}

static Pb__StatementLine *next_line(struct feed *feed) {
	const struct settlement *s = &feed->settlements[feed->settlement];
	uint32_t step = 1597;
	while (common_divisor(step, s->count) > 1)
		step++;
	uint32_t number = (uint32_t)((uint64_t)feed->next * step % s->count) + 1;
	Pb__StatementLine *line = line_of(s, number);
	if (++feed->next == s->count) {
		feed->next = 0;
		feed->settlement++;
	}
	return line;
}

static Pb__Command *page(struct feed *feed, size_t lines) {
	static uint64_t file;
	Pb__Command *result = command("{'import_statement': {'house_account': 'house', 'file':"
	                              " '%064" PRIx64 "', 'format': 'bench', 'page': 1, 'pages': 1}}",
	    ++file);
	Pb__ImportStatement *import = result->import_statement;
	import->n_lines = lines;
	import->lines = arena_alloc(&arena, lines * sizeof(import->lines[0]));
	for (size_t i = 0; i < lines; i++)
		import->lines[i] = next_line(feed);
	return result;
}

static int64_t cpu_us(void) {
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * US_PER_S + usage.ru_utime.tv_usec +
	    usage.ru_stime.tv_usec;
}

static long anonymous_mib(void) {
	char text[256];
	long kib = 0;
	FILE *file = fopen("/proc/self/status", "r");
	while (file && fgets(text, sizeof(text), file))
		if (sscanf(text, "RssAnon: %ld", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib / 1024;
}

/* How many of a page's lines are in this state. */
static uint64_t count_state(const Pb__Reply *reply, Pb__LineState state) {
	uint64_t count = 0;
	for (size_t i = 0; i < reply->decision->n_lines; i++)
		count += reply->decision->lines[i]->state == state;
	return count;
}

static void measure(const char *name, struct feed feed, uint64_t total, Pb__LineState expected) {
	int64_t start_us = clock_monotonic_us(), start_cpu_us = cpu_us();
	uint64_t found = 0;
	for (uint64_t at = 0; at < total;) {
		Pb__Command *commands[PAGES_AT_ONCE];
		size_t count = 0;
		while (count < PAGES_AT_ONCE && at < total) {
			uint64_t left = total - at;
			size_t lines = left < LIMIT_STATEMENT_LINES ? left : LIMIT_STATEMENT_LINES;
			commands[count++] = page(&feed, lines);
			at += lines;
		}
		const Pb__BatchReply *reply = run(STAGE_STAFF, commands, count);
		for (size_t i = 0; i < count; i++)
			found += count_state(reply->replies[i], expected);
		arena_reset(&arena);
	}
	double s = (double)(clock_monotonic_us() - start_us) / 1e6;
	printf("%-40s %9.0f lines/s  %6.2f s  cpu %.1f µs  anonymous memory %ld MiB\n", name,
	    (double)total / s, s, (double)(cpu_us() - start_cpu_us) / (double)total, anonymous_mib());
	fflush(stdout);
	if (found != total)
		die(name, "not every line is what it should be");
}

/* In the memory that the measurement is allowed, with room for what is not rows. */
static void open_engine(const char *directory) {
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = {
		.directory = directory,
		.memtable_bytes_max = MEMTABLE_BYTES,
	};
	if (engine_open(&config, &engine, detail))
		die(directory, detail);
}

int main(int argc, char **argv) {
	char directory[500];
	if (argc < 2 || argc > 3) {
		fprintf(stderr, "Usage: bench_reconcile DIRECTORY [PAYMENTS]\n");
		return 2;
	}
	snprintf(directory, sizeof(directory), "%s/ledger", argv[1]);
	uint64_t wanted = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000, payments = 0;
	struct settlement *settlements = calloc(wanted / PAYEES + 2, sizeof(*settlements));
	if (!settlements)
		die("memory", "");
	arena_init(&arena, 0);
	stage_create(directory);
	open_engine(directory);
	int64_t start_us = clock_monotonic_us();
	set_up_money();
	set_up_people();
	set_up_voucher();
	size_t count = 0;
	for (; payments < wanted; payments += settlements[count++].count) {
		uint64_t left = wanted - payments;
		publish_round(count, left < PAYEES ? left : PAYEES);
		settle(&settlements[count]);
	}
	printf("%" PRIu64
	       " payments in %zu settlements, prepared in %.1f s, anonymous memory %ld MiB\n",
	    payments, count, (double)(clock_monotonic_us() - start_us) / 1e6, anonymous_mib());
	const struct feed feed = { .settlements = settlements };
	measure("lines of payments that wait", feed, payments, PB__LINE_STATE__LINE_MATCHED);
	measure("the same again: duplicates", feed, payments, PB__LINE_STATE__LINE_EXCEPTION);
	engine_close(engine);
	arena_done(&arena);
	return EXIT_SUCCESS;
}
