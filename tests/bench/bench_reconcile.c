/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_reconcile: how fast a bank's statements are read, matched with as many payments, and
 * durable.
 *
 *	bench_reconcile DIRECTORY PROFILE.ini [PAYMENTS]
 *
 * A first process makes a ledger in DIRECTORY/ledger with PAYMENTS (1,000,000) approved payments,
 * one of each settlement to each of 4,000 payees, and what the bank says of them in files of 4,000
 * lines (CSV, as contrib/bank-profiles/icbc.ini describes it; GB18030). A second one, which is
 * measured, reads each file as voucherctl does and gives it to the engine as one linked batch,
 * which is durable when it is answered, while it reads the next. In the end every payment must be
 * reconciled.
 */
#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "finance/bank_csv.h"
#include "finance/bank_profile.h"
#include "ledger/identifier.h"
#include "record/digest.h"
#include "record/json.h"
#include "record/pb.h"
#include "support/stage.h"
#include "voucherctl/bank_import.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	PAYEES = 4000,
	FILE_LINES = 4000,
	COMMANDS = 2000, /* in a batch while the ledger is made */
	MEMTABLE_BYTES = 96 << 20,
	AMOUNT = 100, /* of the smallest payment; no two of a settlement are alike */
};

#define ACCOUNT "1202020209900012345"
#define HEADER  "交易日期,交易流水号,摘要,借方发生额,贷方发生额,余额\r\n"

__attribute__((noreturn)) static void die(const char *what, const char *why) {
	fprintf(stderr, "bench_reconcile: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

static int64_t amount_of(size_t payee) {
	return AMOUNT + (int64_t)payee;
}

/* A unified social credit code; valid until the next call. */
static const char *code_of(size_t payee) {
	static char code[32];
	for (const char *inner = "0123456789X"; *inner; inner++) {
		for (const char *outer = "0123456789ABCDEFGHJKLMNPQRTUWXY"; *outer; outer++) {
			snprintf(code, sizeof(code), "91110114%08zu%c%c", payee, *inner, *outer);
			if (identifier_is_credit_code(code))
				return code;
		}
	}
	die("a payee", "no code fits");
}

/* --- commands, from JSON --- */

struct making {
	struct engine *engine;
	struct arena arena;
	uint64_t principal;
	Pb__Command *commands[COMMANDS];
	size_t count;
	uint64_t *ids; /* of what the commands make, one after another; NULL: nobody wants them */
	const Pb__Reply *last;
};

/* Gives what has been collected. */
static void flush(struct making *m) {
	if (m->count == 0)
		return;
	const Pb__BatchReply *reply = stage_run(
	    m->engine, m->principal, stage_batch(&m->arena, m->commands, m->count), &m->arena);
	for (size_t i = 0; i < m->count; i++) {
		if (reply->replies[i]->outcome != PB__OUTCOME__OUTCOME_OK)
			die(reply->replies[i]->sentence,
			    reply->replies[i]->refusal ? reply->replies[i]->refusal->field : "");
		if (m->ids)
			*m->ids++ = reply->replies[i]->seq;
		m->last = reply->replies[i];
	}
	m->count = 0;
}

/* A command of this principal. */
__attribute__((format(printf, 3, 4))) static void give(
    struct making *m, uint64_t principal, const char *format, ...) {
	char text[2048];
	va_list args;
	if (m->count == COMMANDS || principal != m->principal)
		flush(m);
	if (m->count == 0)
		arena_reset(&m->arena);
	m->principal = principal;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	ProtobufCMessage *message;
	struct json_error error;
	if (json_decode(&pb__command__descriptor, text, strlen(text), &m->arena, &message, &error))
		die(text, error.reason);
	Pb__Command *command = (Pb__Command *)message;
	struct uuid id = uuid_new();
	command->id = PB_NEW(Pb__Uuid, pb__uuid, &m->arena);
	command->id->high = id.high;
	command->id->low = id.low;
	m->commands[m->count++] = command;
}

/* --- the ledger --- */

static void set_up(struct making *m, uint64_t *ret_approver) {
	give(m, STAGE_STAFF, "{'create_fund': {'code': 'fund', 'name': 'fund'}}");
	give(m, STAGE_STAFF,
	    "{'register_house_account': {'code': 'main', 'name': 'main', 'account': {'number': "
	    "'" ACCOUNT "', 'bank_code': '102337000011', 'holder_name': 'office'},"
	    " 'opening_balance': '1000000000000000'}}");
	give(m, STAGE_STAFF,
	    "{'appropriate': {'fund': 'fund', 'amount': '1000000000000000', 'document': 'budget'}}");
	give(m, STAGE_STAFF,
	    "{'create_programme': {'code': 'programme', 'name': 'programme', 'region': '110114',"
	    " 'utc_offset_minutes': 480}}");
	give(m, STAGE_STAFF,
	    "{'allocate': {'fund': 'fund', 'programme': 'programme', 'amount': '1000000000000000'}}");
	give(m, STAGE_STAFF,
	    "{'publish_rules': {'programme': 'programme', 'rules': {'version': 1, 'title': 'rules',"
	    " 'effective_from': '2020-01-01', 'instrument': 'INSTRUMENT_VOUCHER', 'review':"
	    " 'REVIEW_NONE', 'issue_at_once': true, 'when_capped': 'REFUSE', 'expense_base':"
	    " 'EXPENSE_ACTUAL', 'tiers': [{'id': 1, 'name': 'all', 'ratio_bp': 10000}],"
	    " 'use_within_days': 365, 'claim_within_days': 365, 'payee': 'PAYEE_PROVIDER', 'claimant':"
	    " 'PAYEE_STARTUP'}}}");
	give(m, STAGE_STAFF,
	    "{'register_party': {'code': '" STAGE_STARTUP "', 'kind': 'PARTY_KIND_COMPANY', 'name':"
	    " 'firm', 'region': '110114'}}");
	give(m, STAGE_STAFF,
	    "{'register_principal': {'person': 'approver', 'roles': ['ROLE_APPROVER'],"
	    " 'certificate_spki': '%064d'}}",
	    1);
	flush(m);
	*ret_approver = m->last->seq;
}

/* One firm has used its voucher with every payee for all that they will be paid; it claims. */
static uint64_t make_payees(struct making *m, uint64_t *uses, int64_t rounds) {
	int64_t sum = 0;
	for (size_t i = 0; i < PAYEES; i++) {
		give(m, STAGE_STAFF,
		    "{'register_party': {'code': '%s', 'kind': 'PARTY_KIND_PROVIDER', 'name': 'payee',"
		    " 'region': '110114', 'bank_account': {'number': '62284800000000%05zu', 'bank_code':"
		    " '103345000011', 'holder_name': 'payee'}}}",
		    code_of(i), i);
		give(m, STAGE_STAFF, "{'admit_provider': {'programme': 'programme', 'party': '%s'}}",
		    code_of(i));
		sum += rounds * amount_of(i);
	}
	give(m, STAGE_STAFF,
	    "{'register_principal': {'person': 'firm', 'party': '" STAGE_STARTUP "', 'roles':"
	    " ['ROLE_STARTUP'], 'token': '%064d'}}",
	    2);
	flush(m);
	uint64_t firm = m->last->seq;
	give(m, firm,
	    "{'apply': {'programme': 'programme', 'party': '" STAGE_STARTUP "', 'amount': '%" PRId64
	    "'}}",
	    sum);
	flush(m);
	uint64_t voucher = m->last->seq;
	m->ids = uses;
	for (size_t i = 0; i < PAYEES; i++)
		give(m, firm,
		    "{'reserve': {'voucher': '%" PRIu64 "', 'provider': '%s', 'contract_number': 'C-%zu', "
		    "'category': 'bench', 'total': '%" PRId64 "', 'eligible': '%" PRId64 "'}}",
		    voucher, code_of(i), i, rounds * amount_of(i), rounds * amount_of(i));
	flush(m);
	m->ids = NULL;
	for (size_t i = 0; i < PAYEES; i++)
		give(m, firm, "{'redeem': {'reservation': '%" PRIu64 "', 'amount': '%" PRId64 "'}}",
		    uses[i], rounds * amount_of(i));
	flush(m);
	return firm;
}

/* A claim of every payee, approved and published. */
static void make_claims(
    struct making *m, uint64_t firm, uint64_t approver, const uint64_t *uses, size_t round) {
	static uint64_t claims[PAYEES];
	m->ids = claims;
	for (size_t i = 0; i < PAYEES; i++)
		give(m, firm,
		    "{'submit_claim': {'reservation': '%" PRIu64 "', 'amount': '%" PRId64
		    "', 'invoices': [{'number': '%010zu%010zu', 'amount': '%" PRId64
		    "', 'date': '2026-01-05'}]}}",
		    uses[i], amount_of(i), round, i, amount_of(i));
	flush(m);
	m->ids = NULL;
	for (size_t i = 0; i < PAYEES; i++)
		give(m, approver, "{'approve_claim': {'claim': '%" PRIu64 "'}}", claims[i]);
	for (size_t i = 0; i < PAYEES; i++)
		give(m, STAGE_STAFF, "{'publish_claim': {'claim': '%" PRIu64 "'}}", claims[i]);
	flush(m);
}

/* What the bank will say: our payments, in order, in files of FILE_LINES. */
struct bank {
	const char *directory;
	FILE *file;
	size_t lines, files;
	int64_t balance;
	char day[DATE_TEXT_BYTES];
};

static void bank_pays(struct bank *bank, const Pb__Payment *payment) {
	char path[600];
	if (bank->lines % FILE_LINES == 0) {
		if (bank->file)
			fclose(bank->file);
		snprintf(path, sizeof(path), "%s/statement-%zu.csv", bank->directory, bank->files++);
		if (!(bank->file = fopen(path, "we")))
			die(path, "cannot be written");
		fputs(HEADER, bank->file);
	}
	bank->lines++;
	bank->balance -= payment->amount;
	char paid[TEXT_MONEY_BYTES], left[TEXT_MONEY_BYTES];
	text_money(payment->amount, paid);
	text_money(bank->balance, left);
	fprintf(bank->file, "%s,S%09zu,%s renren,\"%s\",,\"%s\"\r\n", bank->day, bank->lines,
	    payment->reference, paid, left);
}

/* One settlement of the newest claim of every payee. */
static void settle(struct making *m, uint64_t approver, struct bank *bank) {
	flush(m);
	give(m, STAGE_STAFF,
	    "{'open_settlement': {'programme': 'programme', 'cutoff': '%" PRIu64
	    "', 'house_account': 'main'}}",
	    engine_last_seq(m->engine));
	flush(m);
	const Pb__Decision *decision = m->last->decision;
	uint64_t settlement = m->last->seq;
	char digest[2 * DIGEST_BYTES + 1];
	text_hex(decision->payments_digest->value.data, DIGEST_BYTES, digest);
	for (size_t i = 0; i < decision->n_payments; i++)
		bank_pays(bank, decision->payments[i]);
	give(m, approver,
	    "{'approve_settlement': {'settlement': '%" PRIu64 "', 'payments_digest': '%s'}}",
	    settlement, digest);
	flush(m);
}

static void make(const char *directory, size_t rounds) {
	static struct making making;
	static uint64_t uses[PAYEES];
	struct making *m = &making;
	uint64_t approver, firm;
	char ledger[600];
	snprintf(ledger, sizeof(ledger), "%s/ledger", directory);
	stage_create(ledger);
	m->engine = stage_open(ledger);
	arena_init(&m->arena, 0);
	struct bank bank = { .directory = directory, .balance = INT64_C(1000000000000000) };
	date_format(date_local_day(clock_wall_us(), 480), bank.day);
	set_up(m, &approver);
	firm = make_payees(m, uses, (int64_t)rounds);
	for (size_t round = 0; round < rounds; round++) {
		make_claims(m, firm, approver, uses, round);
		settle(m, approver, &bank);
	}
	if (bank.file)
		fclose(bank.file);
	if (bank.lines != PAYEES * rounds)
		die("start", "a settlement left claims behind");
	engine_close(m->engine);
	exit(EXIT_SUCCESS);
}

/* --- what is measured --- */

struct file {
	struct stage_call call;
	struct arena arena; /* all that it is read into, and the replies */
	bool is_given;
};

struct importing {
	struct engine *engine;
	struct bank_profile profile;
	struct arena profile_arena;
	struct file files[2]; /* one is read while the other is matched */
	uint64_t lines, matched;
};

static char *read_file(const char *path, size_t *ret_bytes) {
	FILE *file = fopen(path, "re");
	if (!file)
		return NULL;
	fseek(file, 0, SEEK_END);
	long bytes = ftell(file);
	rewind(file);
	char *data = malloc((size_t)bytes + 1);
	if (!data || fread(data, 1, (size_t)bytes, file) != (size_t)bytes)
		die(path, "cannot be read");
	fclose(file);
	*ret_bytes = (size_t)bytes;
	return data;
}

static void read_profile(struct importing *i, const char *path) {
	struct file_mistake mistake = { 0 };
	size_t bytes = 0;
	char *text = read_file(path, &bytes);
	arena_init(&i->profile_arena, 0);
	if (!text || bank_profile_parse(text, bytes, &i->profile_arena, &i->profile, &mistake))
		die(path, mistake.text);
	free(text);
}

static void take_replies(struct importing *i, const Pb__BatchReply *reply) {
	if (!reply)
		die("a statement", "out of memory");
	for (size_t n = 0; n < reply->n_replies; n++) {
		if (reply->replies[n]->outcome != PB__OUTCOME__OUTCOME_OK)
			die(reply->replies[n]->sentence,
			    reply->replies[n]->refusal ? reply->replies[n]->refusal->field : "");
		const Pb__Decision *decision = reply->replies[n]->decision;
		i->lines += decision->n_lines;
		for (size_t k = 0; k < decision->n_lines; k++)
			i->matched += decision->lines[k]->state == PB__LINE_STATE__LINE_MATCHED;
	}
}

/* Waits for the statement that was given last, if it is not taken yet. */
static void finish_file(struct importing *i, struct file *file) {
	if (file->is_given)
		take_replies(i, stage_wait(&file->call));
	file->is_given = false;
	arena_reset(&file->arena);
}

/* The pages that voucherctl makes of it. */
static Pb__Batch *batch_of(
    struct arena *arena, const struct statement *statement, const char *data, size_t bytes) {
	Pb__HouseAccount *house = PB_NEW(Pb__HouseAccount, pb__house_account, arena);
	struct bank_content *content = ARENA_NEW(arena, struct bank_content);
	const struct statement *statements[] = { statement };
	size_t count;
	house->code = "main";
	digest_sha256(data, bytes, content->hash);
	const struct import_source source = {
		.house = house, .content = content, .statements = statements, .count = 1
	};
	Pb__Command **pages = bank_import_pages(&source, arena, &count);
	if (!pages)
		die("a statement", "out of memory");
	Pb__Batch *batch = stage_batch(arena, pages, count);
	batch->linked = true;
	return batch;
}

/* Reads a file and gives it to the engine. False: there is none. */
static bool give_file(struct importing *i, struct file *file, const char *path) {
	struct file_mistake mistake = { 0 };
	struct statement statement;
	size_t bytes;
	char *data = read_file(path, &bytes);
	if (!data)
		return false;
	if (bank_csv_read(&i->profile, data, bytes, &file->arena, &statement, &mistake))
		die(path, mistake.text);
	const Pb__Batch *batch = batch_of(&file->arena, &statement, data, bytes);
	free(data);
	stage_submit(i->engine, &file->call, STAGE_STAFF, batch, &file->arena);
	file->is_given = true;
	return true;
}

/* A line of /proc/self/status, in KiB. */
static long status_of(const char *name) {
	char line[200];
	long value = 0;
	FILE *file = fopen("/proc/self/status", "re");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtol(line + strlen(name), NULL, 10);
	if (file)
		fclose(file);
	return value;
}

static void measure(const char *directory, const char *profile, size_t payments) {
	static struct importing importing;
	struct importing *i = &importing;
	char path[600], detail[ENGINE_DETAIL_BYTES] = "";
	snprintf(path, sizeof(path), "%s/ledger", directory);
	const struct engine_config config = { .directory = path, .memtable_bytes_max = MEMTABLE_BYTES };
	if (engine_open(&config, &i->engine, detail))
		die(path, detail);
	read_profile(i, profile);
	for (size_t n = 0; n < 2; n++)
		arena_init(&i->files[n].arena, 0);
	long anonymous = 0;
	int64_t start_us = clock_monotonic_us();
	for (size_t n = 0;; n++) {
		snprintf(path, sizeof(path), "%s/statement-%zu.csv", directory, n);
		finish_file(i, &i->files[n % 2]);
		if (!give_file(i, &i->files[n % 2], path))
			break;
		long now = status_of("RssAnon:");
		anonymous = now > anonymous ? now : anonymous;
	}
	for (size_t n = 0; n < 2; n++)
		finish_file(i, &i->files[n]);
	double took_s = (double)(clock_monotonic_us() - start_us) / 1e6;
	printf("%" PRIu64
	       " lines against %zu payments: %.2f s, %.0f lines/s, %ld MiB beside the page cache\n",
	    i->lines, payments, took_s, (double)i->lines / took_s, anonymous / 1024);
	if (i->matched != payments || i->lines != payments)
		die("in the end", "not every line is matched");
	engine_close(i->engine);
}

int main(int argc, char **argv) {
	uint64_t payments = 1000000;
	int status = 0;
	if (argc < 3 || argc > 4 ||
	    (argc == 4 && (text_parse_u64(argv[3], strlen(argv[3]), &payments) || payments < PAYEES))) {
		fprintf(stderr, "Usage: bench_reconcile DIRECTORY PROFILE.ini [PAYMENTS]\n");
		return 2;
	}
	size_t rounds = (size_t)payments / PAYEES;
	pid_t maker = fork();
	if (maker == 0)
		make(argv[1], rounds);
	if (maker < 0 || waitpid(maker, &status, 0) < 0 || status != 0)
		die(argv[1], "the ledger could not be made");
	measure(argv[1], argv[2], rounds * PAYEES);
	return EXIT_SUCCESS;
}
