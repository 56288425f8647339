/* SPDX-License-Identifier: Apache-2.0 */
#include "support/stage.h"

#include "base/clock.h"
#include "base/uuid.h"
#include "engine/position.h"
#include "record/entry.h"
#include "record/outcome.h"
#include "record/pb.h"
#include "support/checkpoint_key.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { BATCH = 1000 };

__attribute__((noreturn)) static void die(const char *what, const char *why) {
	fprintf(stderr, "stage: %s: %s\n", what, why);
	abort();
}

static void must(enum err err, const char *what) {
	if (err)
		die(what, err_text(err));
}

static void *need(void *memory) {
	if (!memory)
		die("memory", err_text(ERR_MEMORY));
	return memory;
}

#define NEW(type, prefix, arena) ((type *)need(PB_NEW(type, prefix, arena)))

/* --- a new ledger --- */

Pb__JournalEntry *stage_genesis(struct arena *arena) {
	static uint8_t spki[DIGEST_BYTES] = { 1, 2, 3 };
	Pb__JournalEntry *entry;
	const char *reason = NULL;
	Pb__Genesis *genesis = NEW(Pb__Genesis, pb__genesis, arena);
	Pb__Currency *currency = NEW(Pb__Currency, pb__currency, arena);
	Pb__RegisterPrincipal *admin = NEW(Pb__RegisterPrincipal, pb__register_principal, arena);
	currency->code = "CNY";
	currency->minor_digits = 2;
	admin->person = "staff-1";
	admin->n_roles = 1;
	admin->roles = need(arena_zalloc(arena, sizeof(admin->roles[0])));
	admin->roles[0] = PB__ROLE__ROLE_ADMIN;
	admin->certificate_spki = NEW(Pb__Digest, pb__digest, arena);
	admin->certificate_spki->value = (ProtobufCBinaryData){ sizeof(spki), spki };
	genesis->name = "stage";
	genesis->n_currencies = 1;
	genesis->currencies = need(arena_copy(arena, &currency, sizeof(currency)));
	genesis->hash = "SHA256";
	test_name_log(genesis);
	genesis->n_administrators = 1;
	genesis->administrators = need(arena_copy(arena, &admin, sizeof(admin)));
	genesis->format = LEDGER_JOURNAL_FORMAT;
	enum err err = ledger_genesis(genesis, uuid_new(), clock_wall_us(), arena, &entry, &reason);
	if (err)
		die("genesis", reason ? reason : err_text(err));
	return entry;
}

void stage_create(const char *directory) {
	struct arena arena;
	arena_init(&arena, 0);
	must(engine_create(directory, stage_genesis(&arena)), directory);
	arena_done(&arena);
}

void stage_put_genesis(const struct log *log, const Pb__JournalEntry *genesis) {
	struct buffer entry, head;
	struct digest *digest;
	struct merkle tree;
	uint8_t root[DIGEST_BYTES];
	buffer_init(&entry, 0);
	buffer_init(&head, 0);
	must(digest_new("SHA256", &digest), "digest");
	must(entry_encode(genesis, &entry), "genesis");
	merkle_init(&tree);
	merkle_append(&tree, digest, entry.data + ENTRY_HEADER_BYTES, entry.bytes - ENTRY_HEADER_BYTES);
	merkle_root(&tree, digest, root);
	must(tree_head_pack(1, root, &head), "head");
	const struct log_record record = { .data = entry.data, .bytes = entry.bytes };
	const struct log_batch batch = {
		.expected_seq = 1,
		.records = &record,
		.count = 1,
		.head = head.data,
		.head_bytes = head.bytes,
	};
	must(log_append(log, &batch), "append");
	digest_free(digest);
	buffer_done(&entry);
	buffer_done(&head);
}

void stage_create_in(const struct log *log, int64_t time_us) {
	struct arena arena;
	arena_init(&arena, 0);
	Pb__JournalEntry *genesis = stage_genesis(&arena);
	if (time_us)
		genesis->time_us = (uint64_t)time_us;
	stage_put_genesis(log, genesis);
	arena_done(&arena);
}

struct engine *stage_open(const char *directory) {
	struct engine *engine;
	char detail[ENGINE_DETAIL_BYTES] = "";
	const struct engine_config config = { .directory = directory };
	if (engine_open(&config, &engine, detail))
		die(directory, detail);
	return engine;
}

/* --- commands --- */

static Pb__Command *new_command(struct arena *arena, Pb__Command__BodyCase body_case) {
	Pb__Command *command = NEW(Pb__Command, pb__command, arena);
	struct uuid id = uuid_new();
	command->id = NEW(Pb__Uuid, pb__uuid, arena);
	command->id->high = id.high;
	command->id->low = id.low;
	command->body_case = body_case;
	return command;
}

/* A command whose body is new and empty, as a variable of the body's field. */
#define COMMAND(command, arena, field, FIELD, type)                                                \
	Pb__Command *command = new_command((arena), PB__COMMAND__BODY_##FIELD);                        \
	command->field = NEW(type, pb__##field, (arena))

static const char *text_in(struct arena *arena, const char *text) {
	return need(arena_printf(arena, "%s", text));
}

Pb__Command *stage_create_fund(struct arena *arena, const char *code) {
	COMMAND(command, arena, create_fund, CREATE_FUND, Pb__CreateFund);
	command->create_fund->code = text_in(arena, code);
	command->create_fund->name = "Innovation fund";
	return command;
}

Pb__Command *stage_appropriate(struct arena *arena, const char *fund, int64_t amount) {
	COMMAND(command, arena, appropriate, APPROPRIATE, Pb__Appropriate);
	command->appropriate->fund = text_in(arena, fund);
	command->appropriate->amount = amount;
	command->appropriate->document = "budget";
	return command;
}

Pb__Command *stage_allocate(struct arena *arena, int64_t amount) {
	COMMAND(command, arena, allocate, ALLOCATE, Pb__Allocate);
	command->allocate->fund = STAGE_FUND;
	command->allocate->programme = STAGE_PROGRAMME;
	command->allocate->amount = amount;
	return command;
}

Pb__Command *stage_return(struct arena *arena, uint64_t voucher) {
	COMMAND(command, arena, return_voucher, RETURN_VOUCHER, Pb__ReturnVoucher);
	command->return_voucher->voucher = voucher;
	return command;
}

Pb__Command *stage_redeem(struct arena *arena, uint64_t reservation, int64_t amount) {
	COMMAND(command, arena, redeem, REDEEM, Pb__Redeem);
	command->redeem->reservation = reservation;
	command->redeem->amount = amount;
	command->redeem->milestone = "accepted";
	return command;
}

Pb__Batch *stage_batch(struct arena *arena, Pb__Command *const *commands, size_t count) {
	Pb__Batch *batch = NEW(Pb__Batch, pb__batch, arena);
	batch->n_commands = count;
	batch->commands = need(arena_copy(arena, commands, count * sizeof(commands[0])));
	return batch;
}

/* --- submitting --- */

static void on_done(struct engine_call *call) {
	sem_post(&((struct stage_call *)call)->done);
}

void stage_submit(struct engine *engine, struct stage_call *call, uint64_t principal,
    const Pb__Batch *batch, struct arena *arena) {
	*call = (struct stage_call){
		.call = { .batch = batch, .principal = principal, .arena = arena, .done = on_done },
	};
	sem_init(&call->done, 0, 0);
	must(engine_submit(engine, &call->call), "submit");
}

const Pb__BatchReply *stage_wait(struct stage_call *call) {
	while (sem_wait(&call->done) != 0)
		;
	sem_destroy(&call->done);
	return call->call.reply;
}

const Pb__BatchReply *stage_run(
    struct engine *engine, uint64_t principal, const Pb__Batch *batch, struct arena *arena) {
	struct stage_call call;
	stage_submit(engine, &call, principal, batch, arena);
	return stage_wait(&call);
}

const Pb__Reply *stage_run_one(
    struct engine *engine, uint64_t principal, Pb__Command *command, struct arena *arena) {
	const Pb__BatchReply *reply = need(
	    (void *)stage_run(engine, principal, stage_batch(arena, &command, 1), arena));
	return reply->replies[0];
}

static uint64_t accepted_seq(const Pb__Reply *reply) {
	if (reply->outcome != PB__OUTCOME__OUTCOME_OK)
		die(outcome_info(reply->outcome)->name,
		    reply->refusal && reply->refusal->field ? reply->refusal->field : reply->sentence);
	return reply->seq;
}

uint64_t stage_must(
    struct engine *engine, uint64_t principal, Pb__Command *command, struct arena *arena) {
	return accepted_seq(stage_run_one(engine, principal, command, arena));
}

/* --- the whole stage --- */

static Pb__Command *create_programme(struct arena *arena) {
	COMMAND(command, arena, create_programme, CREATE_PROGRAMME, Pb__CreateProgramme);
	command->create_programme->code = STAGE_PROGRAMME;
	command->create_programme->name = "Innovation vouchers";
	command->create_programme->region = "110114";
	command->create_programme->utc_offset_minutes = 480;
	return command;
}

static Pb__Command *publish_rules(struct arena *arena) {
	COMMAND(command, arena, publish_rules, PUBLISH_RULES, Pb__PublishRules);
	static const uint32_t remind_days = STAGE_REMIND_DAYS;
	Pb__RuleSet *rules = NEW(Pb__RuleSet, pb__rule_set, arena);
	Pb__Tier *tier = NEW(Pb__Tier, pb__tier, arena);
	tier->id = 1;
	tier->name = "all";
	tier->ratio_bp = 5000;
	rules->version = 1;
	rules->title = "Rules";
	rules->document = "document 1";
	rules->effective_from = "2020-01-01";
	rules->n_tiers = 1;
	rules->tiers = need(arena_copy(arena, &tier, sizeof(tier)));
	rules->use_within_days = STAGE_USE_DAYS;
	rules->claim_within_days = STAGE_CLAIM_DAYS;
	rules->n_remind_days = 1;
	rules->remind_days = need(arena_copy(arena, &remind_days, sizeof(remind_days)));
	rules->extension_days = STAGE_EXTENSION_DAYS;
	rules->assessment_failures = 2;
	rules->payee = PB__PAYEE__PAYEE_PROVIDER;
	rules->instrument = PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	rules->review = PB__REVIEW__REVIEW_ONE;
	rules->when_capped = PB__WHEN_CAPPED__GRANT_THE_REST;
	rules->expense_base = PB__EXPENSE_BASE__EXPENSE_ACTUAL;
	command->publish_rules->programme = STAGE_PROGRAMME;
	command->publish_rules->rules = rules;
	return command;
}

static Pb__Command *register_party(struct arena *arena, const char *code, Pb__PartyKind kind) {
	COMMAND(command, arena, register_party, REGISTER_PARTY, Pb__RegisterParty);
	command->register_party->code = code;
	command->register_party->kind = kind;
	command->register_party->name = "Party";
	command->register_party->region = "110114";
	return command;
}

static Pb__Command *admit_provider(struct arena *arena) {
	COMMAND(command, arena, admit_provider, ADMIT_PROVIDER, Pb__AdmitProvider);
	command->admit_provider->programme = STAGE_PROGRAMME;
	command->admit_provider->party = STAGE_PROVIDER;
	return command;
}

static Pb__Command *register_startup(struct arena *arena) {
	static uint8_t spki[DIGEST_BYTES] = { 4, 5, 6 };
	COMMAND(command, arena, register_principal, REGISTER_PRINCIPAL, Pb__RegisterPrincipal);
	Pb__RegisterPrincipal *principal = command->register_principal;
	principal->person = "founder-1";
	principal->party = STAGE_STARTUP;
	principal->n_roles = 1;
	principal->roles = need(arena_zalloc(arena, sizeof(principal->roles[0])));
	principal->roles[0] = PB__ROLE__ROLE_STARTUP;
	principal->certificate_spki = NEW(Pb__Digest, pb__digest, arena);
	principal->certificate_spki->value = (ProtobufCBinaryData){ sizeof(spki), spki };
	return command;
}

uint64_t stage_set_up(struct engine *engine, uint64_t reservations) {
	int64_t money = (int64_t)(reservations + 1) * STAGE_SUBSIDY;
	struct arena arena;
	arena_init(&arena, 0);
	Pb__Command *const commands[] = {
		stage_create_fund(&arena, STAGE_FUND),
		stage_appropriate(&arena, STAGE_FUND, money),
		create_programme(&arena),
		stage_allocate(&arena, money),
		publish_rules(&arena),
		register_party(&arena, STAGE_STARTUP, PB__PARTY_KIND__PARTY_KIND_COMPANY),
		register_party(&arena, STAGE_PROVIDER, PB__PARTY_KIND__PARTY_KIND_PROVIDER),
		admit_provider(&arena),
	};
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		stage_must(engine, STAGE_STAFF, commands[i], &arena);
	uint64_t startup = stage_must(engine, STAGE_STAFF, register_startup(&arena), &arena);
	arena_done(&arena);
	return startup;
}

static Pb__Command *apply(struct arena *arena, uint64_t subject) {
	(void)subject;
	COMMAND(command, arena, apply, APPLY, Pb__Apply);
	command->apply->programme = STAGE_PROGRAMME;
	command->apply->party = STAGE_STARTUP;
	command->apply->amount = STAGE_SUBSIDY;
	command->apply->purpose = "tests";
	return command;
}

static Pb__Command *review(struct arena *arena, uint64_t application) {
	COMMAND(command, arena, review_application, REVIEW_APPLICATION, Pb__ReviewApplication);
	command->review_application->application = application;
	command->review_application->verdict = PB__VERDICT__VERDICT_APPROVE;
	return command;
}

static Pb__Command *issue(struct arena *arena, uint64_t application) {
	COMMAND(command, arena, issue, ISSUE, Pb__Issue);
	command->issue->application = application;
	command->issue->amount = STAGE_SUBSIDY;
	return command;
}

static Pb__Command *reserve(struct arena *arena, uint64_t voucher) {
	COMMAND(command, arena, reserve, RESERVE, Pb__Reserve);
	command->reserve->voucher = voucher;
	command->reserve->provider = STAGE_PROVIDER;
	command->reserve->contract_number = need(arena_printf(arena, "C-%" PRIu64, voucher));
	command->reserve->category = "testing";
	command->reserve->total = 2 * STAGE_SUBSIDY;
	command->reserve->eligible = 2 * STAGE_SUBSIDY;
	return command;
}

/* Runs one command for each id; what it makes takes the id's place. */
static void advance(struct engine *engine, uint64_t principal,
    Pb__Command *(*make)(struct arena *arena, uint64_t subject), uint64_t *ids, size_t count) {
	struct arena arena;
	arena_init(&arena, 0);
	for (size_t at = 0; at < count; at += BATCH) {
		Pb__Command *commands[BATCH];
		size_t size = count - at < BATCH ? count - at : BATCH;
		arena_reset(&arena);
		for (size_t i = 0; i < size; i++)
			commands[i] = make(&arena, ids[at + i]);
		const Pb__BatchReply *reply = need(
		    (void *)stage_run(engine, principal, stage_batch(&arena, commands, size), &arena));
		for (size_t i = 0; i < size; i++) {
			uint64_t seq = accepted_seq(reply->replies[i]);
			ids[at + i] = make == review ? ids[at + i] : seq;
		}
	}
	arena_done(&arena);
}

void stage_issue(struct engine *engine, uint64_t startup, uint64_t *ret_vouchers, size_t count) {
	advance(engine, startup, apply, ret_vouchers, count);
	advance(engine, STAGE_STAFF, review, ret_vouchers, count);
	advance(engine, STAGE_STAFF, issue, ret_vouchers, count);
}

void stage_reserve(
    struct engine *engine, uint64_t startup, uint64_t *ret_reservations, size_t count) {
	stage_issue(engine, startup, ret_reservations, count);
	advance(engine, startup, reserve, ret_reservations, count);
}
