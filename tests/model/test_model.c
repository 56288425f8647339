/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger beside a deliberately naive second implementation of it (naive.h): random commands,
 * about half of them wrong (invent.h), are given to both, and every outcome, amount, payment and
 * balance must be the same; and the auditor, who decides everything a third time, must find nothing
 * wrong with the journal. Worlds are small and many, since the naive one adds everything up from
 * its beginning.
 *
 * VOUCHERD_MODEL_COMMANDS says how many commands (default 100,000; the long runs are in
 * tests/README.md), VOUCHERD_MODEL_SEED where chance begins (default 1). A divergence prints the
 * world's own seed and what was given, and is repeated by that seed alone.
 */
#include "invent.h"
#include "ledger/ledger.h"
#include "ledger/rows.h"
#include "record/entry.h"
#include "record/json.h"
#include "record/outcome.h"
#include "support/audited.h"
#include "support/checkpoint_key.h"
#include "support/memory_state.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	COMMANDS_A_WORLD = 3000,
	DIVERGED = 3, /* exit status */
};

struct run {
	struct memory_state *memory;
	struct ledger *ledger;
	struct naive *naive;
	struct arena arena;   /* of the world */
	struct arena command; /* of one decision */
	struct audited *audited;
	struct buffer bytes; /* of one entry */
	struct invention invention;
	bool is_wrong, is_tolerant; /* controls (naive.h) */
	uint64_t seed;
	uint64_t seq;
	int64_t now;
	size_t given, accepted;
	size_t outcomes[1024];
	size_t kinds[128];     /* accepted, by Pb__Command__BodyCase */
	size_t matched[16];    /* new lines, by Pb__MatchBy */
	size_t exceptions[16]; /* and by Pb__LineException */
};

/* --- a command, given to both --- */

__attribute__((noreturn)) static void diverge(
    struct run *run, const Pb__Command *command, const char *what) {
	struct buffer text;
	buffer_init(&text, 0);
	json_encode(&command->base, 0, &text);
	fprintf(stderr,
	    "world %" PRIu64 ", entry %" PRIu64 ": %s\n%.*s\n"
	    "again: VOUCHERD_MODEL_SEED=%" PRIu64 " VOUCHERD_MODEL_COMMANDS=%d\n",
	    run->seed, run->seq, what, (int)text.bytes, text.data, run->seed, COMMANDS_A_WORLD);
	_exit(DIVERGED);
}

__attribute__((format(printf, 4, 5))) static void expect(
    struct run *run, const Pb__Command *command, bool is_so, const char *format, ...) {
	char what[512];
	va_list arguments;
	if (is_so)
		return;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	diverge(run, command, what);
}

/* Those of the naive world lie in the same order. */
static void compare_nettings(
    struct run *run, const Pb__Command *command, const Pb__Payment *payment) {
	size_t count = 0;
	for (size_t i = 0; i < run->naive->n_nettings; i++) {
		const struct naive_netting *mine = &run->naive->nettings[i];
		if (mine->settlement != run->seq + 1 || mine->payment != payment->number)
			continue;
		expect(run, command,
		    count < payment->n_nettings && mine->clawback == payment->nettings[count]->clawback &&
		        mine->amount == payment->nettings[count]->amount,
		    "payment %u: netting %zu differs", payment->number, count + 1);
		count++;
	}
	expect(run, command, count == payment->n_nettings, "payment %u: %zu nettings, expected %zu",
	    payment->number, payment->n_nettings, count);
}

static void compare_settlement(
    struct run *run, const Pb__Command *command, const Pb__Decision *decision) {
	struct naive_settlement *mine = &run->naive->settlements[run->naive->n_settlements - 1];
	expect(run, command, mine->n_payments == decision->n_payments, "%zu payments, expected %zu",
	    decision->n_payments, mine->n_payments);
	for (size_t i = 0; i < mine->n_payments; i++)
		expect(run, command,
		    mine->payments[i].payee == decision->payments[i]->payee &&
		        mine->payments[i].amount == decision->payments[i]->amount,
		    "payment %zu of %" PRId64 ", expected %" PRId64, i + 1, decision->payments[i]->amount,
		    mine->payments[i].amount);
	for (size_t i = 0; i < mine->n_payments; i++)
		compare_nettings(run, command, decision->payments[i]);
	memcpy(mine->digest, decision->payments_digest->value.data, sizeof(mine->digest));
}

static void compare_line(struct run *run, const Pb__Command *command, uint64_t house,
    const struct naive_answer *answer, const Pb__LineResult *result, size_t at) {
	expect(run, command, result->line == answer->lines[at] && result->is_known == answer->known[at],
	    "line %zu is %" PRIu64 "%s, expected %" PRIu64 "%s", at, result->line,
	    result->is_known ? ", known" : "", answer->lines[at], answer->known[at] ? ", known" : "");
	for (size_t i = 0; i < run->naive->n_lines && !result->is_known; i++) {
		const struct naive_line *mine = &run->naive->lines[i];
		if (mine->house != house || mine->number != result->line)
			continue;
		size_t targets = mine->match ? run->naive->matches[mine->match - 1].n_targets : 0;
		expect(run, command,
		    mine->state == result->state && mine->exception == result->exception &&
		        mine->by == result->by && targets == result->n_targets,
		    "line %" PRIu64 " is %d/%d by %d with %zu targets, expected %d/%d by %d with %zu",
		    result->line, result->state, result->exception, result->by, result->n_targets,
		    mine->state, mine->exception, mine->by, targets);
	}
}

static void count_line(struct run *run, const Pb__LineResult *result) {
	if (result->is_known)
		return;
	run->matched[result->by]++;
	run->exceptions[result->exception]++;
}

static void compare_statement(struct run *run, const Pb__Command *command,
    const Pb__Decision *decision, const struct naive_answer *answer) {
	expect(run, command, decision->n_lines == answer->n_lines, "%zu lines, expected %zu",
	    decision->n_lines, answer->n_lines);
	for (size_t i = 0; i < answer->n_lines; i++) {
		compare_line(run, command, decision->house_account, answer, decision->lines[i], i);
		count_line(run, decision->lines[i]);
	}
}

static bool is_as_expected(const Pb__HouseFigures *house, const struct naive_bank_sums *mine) {
	return house->statement == mine->statement && house->books == mine->books &&
	    house->open_in == mine->open_in && house->open_out == mine->open_out &&
	    house->awaited_in == mine->awaited_in && house->awaited_out == mine->awaited_out &&
	    house->ignored_in == mine->ignored_in && house->ignored_out == mine->ignored_out &&
	    house->lines == mine->lines && house->open_lines == mine->open_lines &&
	    house->carried_lines == mine->carried_lines;
}

/* Funds and programmes as their accounts say. */
static void compare_figures(
    struct run *run, const Pb__Command *command, const Pb__PeriodFigures *figures) {
	const struct naive *naive = run->naive;
	expect(run, command,
	    figures->n_funds == naive->n_funds && figures->n_programmes == naive->n_programmes &&
	        figures->n_houses == naive->n_houses,
	    "figures of %zu funds, %zu programmes, %zu house accounts", figures->n_funds,
	    figures->n_programmes, figures->n_houses);
	for (size_t i = 0; i < naive->n_funds; i++) {
		const Pb__FundFigures *fund = figures->funds[i];
		uint64_t id = naive->funds[i].id;
		int64_t all = -naive_balance(naive, PB__ACCOUNT_KIND__FUND_APPROPRIATED, id, 0);
		int64_t left = naive_balance(naive, PB__ACCOUNT_KIND__FUND_AVAILABLE, id, 0);
		expect(run, command,
		    fund->fund == id && fund->appropriated == all && fund->available == left &&
		        fund->allocated == all - left,
		    "figures of fund %" PRIu64, id);
	}
	for (size_t i = 0; i < naive->n_programmes; i++) {
		const Pb__ProgrammeFigures *p = figures->programmes[i];
		uint64_t id = naive->programmes[i].id;
#define IS(field, account) p->field == naive_total(naive, PB__ACCOUNT_KIND__##account, id)
		expect(run, command,
		    p->programme == id && IS(available, PROGRAMME_AVAILABLE) && IS(live, PROGRAMME_LIVE) &&
		        IS(reserved, PROGRAMME_RESERVED) && IS(payable, PROGRAMME_PAYABLE) &&
		        IS(in_payment, PROGRAMME_IN_PAYMENT) && IS(paid, PROGRAMME_PAID) &&
		        IS(receivable, MEMO_RECEIVABLE) && IS(written_off, MEMO_WRITTEN_OFF) &&
		        p->recovered == -naive_total(naive, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, id),
		    "figures of programme %" PRIu64, id);
#undef IS
	}
}

static void compare_period(
    struct run *run, const Pb__Command *command, const Pb__Decision *decision) {
	struct naive_period *mine = run->naive->periods;
	while (mine->status != PB__PERIOD_STATUS__PERIOD_PREPARED || mine->prepared_seq != run->seq + 1)
		mine++;
	compare_figures(run, command, decision->period);
	for (size_t i = 0; i < decision->period->n_houses; i++)
		expect(run, command, is_as_expected(decision->period->houses[i], &mine->houses[i]),
		    "figures of house account %zu", i);
	memcpy(mine->digest, decision->period_digest->value.data, sizeof(mine->digest));
}

/* A third ledger, the auditor's, must find nothing in it. Roles are asked at the edge. */
static void audit(struct run *run, const Pb__JournalEntry *entry) {
	struct audited_finding finding;
	buffer_clear(&run->bytes);
	ck_assert_int_eq(entry_encode(entry, &run->bytes), ERR_OK);
	audited_take(run->audited, entry->seq, run->bytes.data, run->bytes.bytes);
	for (uint64_t at = 0; audited_found(run->audited, at, &finding); at++)
		expect(
		    run, entry->command, strcmp(finding.kind, "role") == 0, "the audit: %s", finding.text);
}

static void apply(struct run *run, const Pb__JournalEntry *entry) {
	audit(run, entry);
	ledger_apply(run->ledger, memory_state_writable(run->memory), entry);
	run->seq = entry->seq;
	run->now = (int64_t)entry->time_us;
}

static Pb__Outcome give(
    struct run *run, const Pb__Command *command, uint64_t principal, int64_t time_us) {
	const struct occasion occasion = {
		.principal = principal, .seq = run->seq + 1, .time_us = time_us
	};
	struct verdict verdict;
	arena_reset(&run->command);
	ledger_decide(run->ledger, memory_state_readable(run->memory), command, &occasion,
	    &run->command, &verdict);
	struct naive_answer answer = naive_give(
	    run->naive, command, principal, occasion.seq, occasion.time_us);
	expect(run, command, verdict.outcome == answer.outcome, "%s%s%s%s%s, expected %s",
	    outcome_info(verdict.outcome)->name, verdict.refusal ? " at " : "",
	    verdict.refusal ? verdict.refusal->field : "", verdict.refusal ? ": " : "",
	    verdict.refusal ? verdict.refusal->detail : "", outcome_info(answer.outcome)->name);
	run->outcomes[verdict.outcome]++;
	run->given++;
	if (verdict.outcome)
		return verdict.outcome;
	run->accepted++;
	run->kinds[command->body_case]++;
	expect(run, command, verdict.entry->decision->amount == answer.amount,
	    "%" PRId64 ", expected %" PRId64, verdict.entry->decision->amount, answer.amount);
	if (command->body_case == PB__COMMAND__BODY_OPEN_SETTLEMENT)
		compare_settlement(run, command, verdict.entry->decision);
	if (command->body_case == PB__COMMAND__BODY_IMPORT_STATEMENT)
		compare_statement(run, command, verdict.entry->decision, &answer);
	if (command->body_case == PB__COMMAND__BODY_PREPARE_PERIOD)
		compare_period(run, command, verdict.entry->decision);
	apply(run, verdict.entry);
	return verdict.outcome;
}

/* --- what both hold --- */

struct comparison {
	struct run *run;
	size_t accounts;
};

static bool compare_account(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct comparison *comparison = arg;
	const struct balance_row *balance = row;
	uint32_t account = key_read_u32(key, 0);
	uint64_t owner = key_read_u64(key, 4), party = key_read_u64(key, 12);
	ck_assert_uint_eq(bytes, sizeof(*balance));
	int64_t expected = naive_balance(comparison->run->naive, account, owner, party);
	ck_assert_msg(balance->balance == expected,
	    "world %" PRIu64 ", entry %" PRIu64 ": account %u of %" PRIu64 "/%" PRIu64 " holds %" PRId64
	    ", expected %" PRId64,
	    comparison->run->seed, comparison->run->seq, account, owner, party, balance->balance,
	    expected);
	comparison->accounts += expected != 0;
	return true;
}

static size_t accounts_in_use(const struct naive *naive) {
	size_t count = 0;
	for (size_t i = 0; i < naive->n_moves; i++) {
		const struct naive_move *move = &naive->moves[i];
		size_t first = 0;
		while (naive->moves[first].account != move->account ||
		    naive->moves[first].owner != move->owner || naive->moves[first].party != move->party)
			first++;
		count += first == i && naive_balance(naive, move->account, move->owner, move->party) != 0;
	}
	return count;
}

static void compare_vouchers(struct run *run) {
	for (size_t i = 0; i < run->naive->n_vouchers; i++) {
		const struct naive_voucher *mine = &run->naive->vouchers[i];
		struct key key = key_of_id(mine->id);
		const struct voucher_row *row = STATE_GET(
		    memory_state_readable(run->memory), TABLE_VOUCHER, &key, struct voucher_row);
		ck_assert_msg(row && row->amount == mine->amount && row->live == mine->live &&
		        row->reserved == mine->reserved && row->redeemed == mine->redeemed &&
		        row->returned == mine->returned && row->cancelled == mine->cancelled &&
		        row->expired == mine->expired && row->use_by_us == mine->use_by &&
		        row->claim_by_us == mine->claim_by &&
		        memcmp(row->left.amount, mine->left, sizeof(mine->left)) == 0,
		    "world %" PRIu64 ", entry %" PRIu64 ": voucher %" PRIu64 " differs", run->seed,
		    run->seq, mine->id);
	}
}

static void compare_claims(struct run *run) {
	for (size_t i = 0; i < run->naive->n_claims; i++) {
		const struct naive_claim *mine = &run->naive->claims[i];
		struct key key = key_of_id(mine->id);
		const struct claim_row *row = STATE_GET(
		    memory_state_readable(run->memory), TABLE_CLAIM, &key, struct claim_row);
		ck_assert_msg(row && row->status == mine->status && row->netted == mine->netted &&
		        row->clawed_back == mine->clawed_back,
		    "world %" PRIu64 ", entry %" PRIu64 ": claim %" PRIu64 " is %u with %" PRId64
		    " netted, expected %u with %" PRId64,
		    run->seed, run->seq, mine->id, row->status, row->netted, mine->status, mine->netted);
	}
}

static void compare_payments(struct run *run) {
	for (size_t i = 0; i < run->naive->n_settlements; i++) {
		const struct naive_settlement *mine = &run->naive->settlements[i];
		for (uint32_t number = 1; number <= mine->n_payments; number++) {
			const struct naive_payment *payment = &mine->payments[number - 1];
			struct key key = key_of_payment(mine->id, number);
			const struct payment_row *row = STATE_GET(
			    memory_state_readable(run->memory), TABLE_PAYMENT, &key, struct payment_row);
			ck_assert_msg(row && row->status == payment->status && row->line == payment->line &&
			        row->return_line == payment->return_line,
			    "world %" PRIu64 ", entry %" PRIu64 ": payment %u of %" PRIu64
			    " is %u, expected %u",
			    run->seed, run->seq, number, mine->id, row->status, payment->status);
		}
	}
}

static void compare_houses(struct run *run) {
	for (size_t i = 0; i < run->naive->n_houses; i++) {
		uint64_t id = run->naive->houses[i].id;
		struct naive_bank_sums mine = naive_bank_sums(run->naive, id);
		struct key key = key_of_id(id);
		const struct house_row *row = STATE_GET(
		    memory_state_readable(run->memory), TABLE_HOUSE, &key, struct house_row);
		const struct naive_bank_sums theirs = { row->statement, row->books, row->open_in,
			row->open_out, row->awaited_in, row->awaited_out, row->ignored_in, row->ignored_out,
			row->lines, row->open_lines, row->carried_lines, row->exceptions };
		ck_assert_msg(memcmp(&mine, &theirs, sizeof(mine)) == 0,
		    "world %" PRIu64 ", entry %" PRIu64 ": house account %" PRIu64 " differs", run->seed,
		    run->seq, id);
	}
}

static void compare_lines(struct run *run) {
	for (size_t i = 0; i < run->naive->n_lines; i++) {
		const struct naive_line *mine = &run->naive->lines[i];
		struct key key = key_of_ids(mine->house, mine->number);
		const struct bank_line_row *row = STATE_GET(
		    memory_state_readable(run->memory), TABLE_BANK_LINE, &key, struct bank_line_row);
		ck_assert_msg(row && row->amount == mine->amount && row->booked == mine->booked &&
		        row->state == mine->state && row->exception == mine->exception &&
		        row->carried == mine->carried && (row->leader != 0) == (mine->match != 0),
		    "world %" PRIu64 ", entry %" PRIu64 ": line %" PRIu64 " is %u/%u, expected %u/%u",
		    run->seed, run->seq, mine->number, row->state, row->exception, mine->state,
		    mine->exception);
	}
}

static void compare_books(struct run *run) {
	struct comparison comparison = { .run = run };
	const struct state *state = memory_state_readable(run->memory);
	struct key all = KEY_EMPTY;
	state->ops->scan(state->self, TABLE_BALANCE, &all, &all, compare_account, &comparison);
	ck_assert_uint_eq(comparison.accounts, accounts_in_use(run->naive));
	compare_vouchers(run);
	compare_claims(run);
	compare_payments(run);
	compare_houses(run);
	compare_lines(run);
	const char *fault = ledger_verify(state, &run->command);
	ck_assert_msg(!fault, "world %" PRIu64 ": %s", run->seed, fault);
}

/* --- a world's beginning --- */

static Pb__Command *decode(struct run *run, const char *json) {
	struct json_error error;
	ProtobufCMessage *command;
	char *copy = arena_string(&run->arena, json, strlen(json));
	ck_assert_ptr_nonnull(copy);
	for (char *at = copy; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	ck_assert_msg(json_decode(&pb__command__descriptor, copy, strlen(copy), &run->arena, &command,
	                  &error) == ERR_OK,
	    "%s", json);
	return (Pb__Command *)command;
}

__attribute__((format(printf, 2, 3))) static void set_up(struct run *run, const char *format, ...) {
	char json[1024];
	va_list arguments;
	va_start(arguments, format);
	ck_assert_int_lt(vsnprintf(json, sizeof(json), format, arguments), (int)sizeof(json));
	va_end(arguments);
	Pb__Command *command = decode(run, json);
	INVENT(&run->invention, uuid, Uuid);
	uuid->high = run->seq + 1;
	command->id = uuid;
	Pb__Outcome outcome = give(run, command, GENESIS_PRINCIPAL | 1, run->now + 1000000);
	expect(run, command, outcome == PB__OUTCOME__OUTCOME_OK, "refused");
}

/* Every other world sees a year end. */
static bool ends_year(const struct run *run) {
	return run->seed % 2 == 1;
}

static void begin_ledger(struct run *run) {
	Pb__Command *command = decode(run,
	    "{'register_principal': {'person': 'root', 'roles': ['ROLE_ADMIN'],"
	    "'certificate_spki': '00000000000000000000000000000000000000000000000000000000000000ff'}}");
	Pb__RegisterPrincipal *administrators[] = { command->register_principal };
	Pb__Currency currency = PB__CURRENCY__INIT, *currencies[] = { &currency };
	Pb__Genesis genesis = PB__GENESIS__INIT;
	Pb__JournalEntry *entry;
	const char *reason = "";
	currency.code = "CNY";
	currency.minor_digits = 2;
	genesis.name = "model";
	genesis.currencies = currencies;
	genesis.n_currencies = 1;
	genesis.hash = "SHA256";
	test_name_log(&genesis);
	genesis.administrators = administrators;
	genesis.n_administrators = 1;
	genesis.format = LEDGER_JOURNAL_FORMAT;
	int64_t begin_us = ends_year(run) ? INT64_C(1766800000000000) : INT64_C(1767600000000000);
	const struct uuid id = { 0x0190a1b2c3d47000, 0x8000000000000001 };
	ck_assert_msg(ledger_genesis(&genesis, id, begin_us, &run->arena, &entry, &reason) == ERR_OK,
	    "%s", reason);
	apply(run, entry);
	naive_begin(run->naive, GENESIS_PRINCIPAL | 1, "root");
}

static void add_principal(
    struct run *run, const char *person, const char *party, const char *role, const char *region) {
	set_up(run,
	    "{'register_principal': {'person': '%s', 'party': '%s', 'roles': ['%s'], 'region': '%s',"
	    " 'certificate_spki': '%064" PRIx64 "'}}",
	    person, party, role, region, run->seq);
}

static void add_party(struct run *run, int number, const char *kind, const char *region) {
	struct invention *i = &run->invention;
	const char *code = invent_text(i, "91110114%010d", number);
	static const char *const controllers[] = { "", "C1", "C1", "C2" };
	set_up(run,
	    "{'register_party': {'code': '%s', 'code_override_reason': 'test', 'kind': '%s', 'name': "
	    "'n',"
	    " 'region': '%s', 'statuses': [%s], 'controller': '%s', 'related': [%s%s%s],"
	    " 'attributes': [{'name': 'staff', 'value': %zu}],"
	    " 'bank_account': {'number': '62%010d', 'bank_code': '102100099996', 'holder_name': 'n'}}}",
	    code, kind, region, invent_one_in(i, 2) ? "'incubated'" : "",
	    controllers[invent_below(i, 4)], number > 6 ? "'" : "",
	    number > 6 ? "911101140000000001" : "", number > 6 ? "'" : "", 80 + invent_below(i, 40),
	    number);
	add_principal(run, invent_text(i, "member%d", number), code,
	    number < 6 ? "ROLE_STARTUP" : "ROLE_PROVIDER", "");
}

static void begin_world(struct run *run) {
	static const char *const regions[] = { "110114", "110108", "310115" };
	begin_ledger(run);
	for (int fund = 1; fund <= 3; fund++) {
		set_up(run, "{'create_fund': {'code': 'f%d', 'name': 'fund'}}", fund);
		set_up(run, "{'appropriate': {'fund': 'f%d', 'amount': 100000000, 'document': 'd'}}", fund);
	}
	for (int programme = 1; programme <= 3; programme++)
		set_up(run,
		    "{'create_programme': {'code': 'p%d', 'name': 'programme', 'region': '%s',"
		    " 'utc_offset_minutes': 480}}",
		    programme, programme == 1 ? "110114" : "110100");
	for (int programme = 1; programme <= 2; programme++)
		for (int fund = 1; fund <= 3; fund++)
			set_up(run, "{'allocate': {'fund': 'f%d', 'programme': 'p%d', 'amount': %zu}}", fund,
			    programme, 1 + invent_below(&run->invention, 400000));
	for (int house = 1; house <= 2; house++)
		set_up(run,
		    "{'register_house_account': {'code': 'h%d', 'name': 'ours', 'opening_balance': %zu,"
		    " 'account': {'number': '0200%03d', 'bank_code': '102100099996', 'holder_name': 'n'}}}",
		    house, invent_below(&run->invention, 3) * 1000000, house);
	static const char *const staff[][2] = { { "office", "" }, { "office", "" }, { "review", "" },
		{ "district", "110114" }, { "approve", "" }, { "finance", "" } };
	for (size_t n = 0; n < sizeof(staff) / sizeof(staff[0]); n++)
		add_principal(run, staff[n][0], "", "ROLE_OPERATOR", staff[n][1]);
	for (int party = 1; party <= 8; party++)
		add_party(run, party,
		    party <= 4       ? "PARTY_KIND_COMPANY"
		        : party == 5 ? "PARTY_KIND_SPACE"
		                     : "PARTY_KIND_PROVIDER",
		    regions[invent_below(&run->invention, 3)]);
	for (int programme = 1; programme <= 2; programme++)
		for (int party = 6; party <= 8; party++)
			set_up(run, "{'admit_provider': {'programme': 'p%d', 'party': '91110114%010d'}}",
			    programme, party);
}

static void publish_first_rules(struct run *run) {
	for (size_t n = run->naive->n_programmes; n-- > 0;) { /* the umbrella first */
		Pb__PublishRules publish = PB__PUBLISH_RULES__INIT;
		INVENT(&run->invention, command, Command);
		INVENT(&run->invention, uuid, Uuid);
		publish.programme = run->naive->programmes[n].code;
		publish.rules = invent_rules(&run->invention, &run->naive->programmes[n], 1,
		    ends_year(run) ? "2025-12-20" : "2026-01-01");
		uuid->high = run->seq + 1;
		command->id = uuid;
		command->body_case = PB__COMMAND__BODY_PUBLISH_RULES;
		command->publish_rules = invent_alloc(&run->invention, sizeof(publish));
		*command->publish_rules = publish;
		Pb__Outcome outcome = give(run, command, GENESIS_PRINCIPAL | 1, run->now + 1000000);
		expect(run, command, outcome == PB__OUTCOME__OUTCOME_OK, "refused");
	}
}

/* --- the run --- */

static void live(struct run *run, uint64_t seed, size_t commands) {
	run->seed = seed;
	run->seq = 0;
	arena_reset(&run->arena);
	memset(run->naive, 0, sizeof(*run->naive));
	run->naive->is_wrong = run->is_wrong;
	run->naive->is_tolerant = run->is_tolerant;
	run->memory = memory_state_new();
	run->audited = audited_new();
	ck_assert_int_eq(ledger_new(&run->ledger), ERR_OK);
	run->invention = (struct invention){
		.random = seed * 0x9E3779B97F4A7C15u, .arena = &run->arena, .world = run->naive
	};
	begin_world(run);
	publish_first_rules(run);
	for (size_t n = 0; n < commands && !naive_is_full(run->naive); n++) {
		uint64_t principal;
		run->naive->seq = run->seq + 1;
		int64_t time_us = invent_time(&run->invention, run->now);
		Pb__Command *command = invent_command(&run->invention, &principal);
		give(run, command, principal, time_us);
		if (n % 256 == 0)
			compare_books(run);
	}
	compare_books(run);
	audited_end(run->audited);
	audited_expect_clean(run->audited, "role");
	audited_free(run->audited);
	ledger_free(run->ledger);
	memory_state_free(run->memory);
}

static uint64_t setting(const char *name, uint64_t otherwise) {
	const char *text = getenv(name);
	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void begin_run(struct run *run) {
	memset(run, 0, sizeof(*run));
	run->naive = malloc(sizeof(*run->naive));
	ck_assert_ptr_nonnull(run->naive);
	arena_init(&run->arena, 0);
	arena_init(&run->command, 0);
	buffer_init(&run->bytes, 0);
}

static void end_run(struct run *run) {
	arena_done(&run->arena);
	arena_done(&run->command);
	buffer_done(&run->bytes);
	free(run->naive);
}

static void report_names(
    const size_t *counts, const ProtobufCEnumDescriptor *names, const char *what) {
	for (unsigned i = 0; i < names->n_values; i++)
		printf("%10zu %s %s\n", counts[names->values[i].value], what, names->values[i].name);
}

static void report(const struct run *run) {
	size_t count;
	const struct outcome_info *table = outcome_table(&count);
	printf("%zu commands, %zu accepted\n", run->given, run->accepted);
	for (size_t i = 0; i < count; i++)
		if (run->outcomes[table[i].outcome])
			printf("%10zu %s\n", run->outcomes[table[i].outcome], table[i].name);
	for (unsigned i = 0; i < sizeof(run->kinds) / sizeof(run->kinds[0]); i++)
		if (run->kinds[i])
			printf("%10zu %s\n", run->kinds[i], ledger_command_name((Pb__Command__BodyCase)i));
	report_names(run->matched, &pb__match_by__descriptor, "new lines:");
	report_names(run->exceptions, &pb__line_exception__descriptor, "new lines:");
}

START_TEST(ledger_and_naive_model_agree) {
	uint64_t commands = (uint64_t)suite_count("VOUCHERD_MODEL_COMMANDS", 100000, 100000000);
	char count[100];
	uint64_t seed = setting("VOUCHERD_MODEL_SEED", 1);
	static struct run run;
	begin_run(&run);
	while (run.given < commands)
		live(&run, seed++, COMMANDS_A_WORLD);
	report(&run);
	/* Chance that refuses nearly all, or nothing, would test little. */
	ck_assert_uint_gt(run.accepted * 100, run.given * 35);
	ck_assert_uint_lt(run.accepted * 100, run.given * 65);
	end_run(&run);
	snprintf(count, sizeof(count), "%zu random commands, %zu accepted", run.given, run.accepted);
	suite_row(4, "arithmetic, against a naive second ledger", count, 0);
}
END_TEST

static void expect_divergence(bool is_wrong, bool is_tolerant) {
	static struct run run;
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
		begin_run(&run);
		run.is_wrong = is_wrong;
		run.is_tolerant = is_tolerant;
		for (uint64_t seed = 1; seed < 20; seed++)
			live(&run, seed, COMMANDS_A_WORLD);
		_exit(0);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == DIVERGED);
}

/* The controls: a model that rounds a subsidy up by a single 分 is found out, and so is one that
 * lets a bank's line be a payment of 1 分 less or more. */
START_TEST(model_that_is_wrong_by_one_diverges) {
	expect_divergence(true, false);
}
END_TEST

START_TEST(model_that_tolerates_one_diverges) {
	expect_divergence(false, true);
}
END_TEST

SUITE_MAIN("model", ledger_and_naive_model_agree, model_that_is_wrong_by_one_diverges,
    model_that_tolerates_one_diverges)
