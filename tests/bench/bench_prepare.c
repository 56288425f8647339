/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_prepare: makes a ledger with N reservations, each on a voucher of its own, ready to be
 * redeemed.
 *
 *	bench_prepare DIRECTORY RESERVATIONS ADMIN_SPKI STARTUP_SPKI [VOUCHERS]
 *
 * VOUCHERS: also a programme "opening" that issues at once, first come, first served, with a pool
 * for so many.
 *
 * The last two are the SHA-256 of the SubjectPublicKeyInfo of two certificates, in hexadecimal.
 * Prints "--first ID --step N --reservations N" for bench_load. Goes through the engine, as every
 * command does.
 */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/engine.h"
#include "ledger/ledger.h"
#include "record/json.h"
#include "record/pb.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH    1000
#define FACE     1000000 /* 10,000.00 a voucher */
#define COMPANY  "91350100M000100Y43"
#define PROVIDER "91310000MA1FL00900"

struct preparing {
	struct engine *engine;
	struct arena arena;
	sem_t done;
	uint64_t startup; /* principal ids */
	uint64_t admin;
};

struct waiting_call {
	struct engine_call call;
	struct preparing *preparing;
};

static void on_done(struct engine_call *call) {
	sem_post(&((struct waiting_call *)call)->preparing->done);
}

__attribute__((noreturn)) static void die(const char *what, const char *why) {
	fprintf(stderr, "bench_prepare: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* Submits a batch and waits; the replies live in the arena until the next call. */
static const Pb__BatchReply *submit(
    struct preparing *preparing, uint64_t principal, const Pb__Batch *batch) {
	struct waiting_call waiting = {
		.call = { .batch = batch,
		    .principal = principal,
		    .arena = &preparing->arena,
		    .done = on_done },
		.preparing = preparing,
	};
	enum err err = engine_submit(preparing->engine, &waiting.call);
	if (err)
		die("submit", err_text(err));
	sem_wait(&preparing->done);
	if (!waiting.call.reply)
		die("submit", "out of memory");
	for (size_t i = 0; i < waiting.call.reply->n_replies; i++) {
		const Pb__Reply *reply = waiting.call.reply->replies[i];
		if (reply->outcome) {
			struct buffer text;
			buffer_init(&text, 0);
			json_encode(&reply->base, JSON_PRETTY, &text);
			die("refused", buffer_string(&text));
		}
	}
	return waiting.call.reply;
}

/* One command from its JSON; the sequence number of its entry. */
__attribute__((format(printf, 3, 4))) static uint64_t run(
    struct preparing *preparing, uint64_t principal, const char *format, ...) {
	char text[2048];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	arena_reset(&preparing->arena);
	ProtobufCMessage *message;
	struct json_error error;
	if (json_decode(
	        &pb__command__descriptor, text, strlen(text), &preparing->arena, &message, &error))
		die(text, error.reason);
	Pb__Command *command = (Pb__Command *)message;
	struct uuid id = uuid_new();
	Pb__Uuid pb_id = PB__UUID__INIT;
	pb_id.high = id.high;
	pb_id.low = id.low;
	command->id = &pb_id;
	Pb__Batch batch = PB__BATCH__INIT;
	batch.n_commands = 1;
	batch.commands = &command;
	return submit(preparing, principal, &batch)->replies[0]->seq;
}

static void set_up(struct preparing *preparing, const char *startup_spki, uint64_t total) {
	uint64_t admin = preparing->admin;
	run(preparing, admin, "{\"create_fund\":{\"code\":\"bench\",\"name\":\"bench\"}}");
	run(preparing, admin,
	    "{\"appropriate\":{\"fund\":\"bench\",\"amount\":\"%" PRIu64 "\",\"document\":\"bench\"}}",
	    total);
	run(preparing, admin,
	    "{\"create_programme\":{\"code\":\"bench\",\"name\":\"bench\",\"region\":\"110114\","
	    "\"utc_offset_minutes\":480}}");
	run(preparing, admin,
	    "{\"allocate\":{\"fund\":\"bench\",\"programme\":\"bench\",\"amount\":\"%" PRIu64 "\"}}",
	    total);
	run(preparing, admin,
	    "{\"publish_rules\":{\"programme\":\"bench\",\"rules\":{\"version\":1,\"title\":\"bench\","
	    "\"document\":\"bench\",\"effective_from\":\"2020-01-01\",\"tiers\":[{\"id\":1,\"name\":"
	    "\"all\",\"ratio_bp\":5000}],\"use_within_days\":365,\"claim_within_days\":365,"
	    "\"payee\":\"PAYEE_PROVIDER\",\"instrument\":\"INSTRUMENT_VOUCHER\",\"review\":"
	    "\"REVIEW_ONE\",\"when_capped\":\"GRANT_THE_REST\",\"expense_base\":"
	    "\"EXPENSE_ACTUAL\"}}}");
	run(preparing, admin,
	    "{\"register_party\":{\"code\":\"" COMPANY "\",\"kind\":\"PARTY_KIND_COMPANY\",\"name\":"
	    "\"bench\",\"region\":\"110114\"}}");
	run(preparing, admin,
	    "{\"register_party\":{\"code\":\"" PROVIDER "\",\"kind\":\"PARTY_KIND_PROVIDER\",\"name\":"
	    "\"bench\",\"region\":\"110114\"}}");
	run(preparing, admin,
	    "{\"admit_provider\":{\"programme\":\"bench\",\"party\":\"" PROVIDER "\"}}");
	preparing->startup = run(preparing, admin,
	    "{\"register_principal\":{\"person\":\"bench\",\"party\":\"" COMPANY "\",\"roles\":"
	    "[\"ROLE_STARTUP\"],\"certificate_spki\":\"%s\"}}",
	    startup_spki);
}

static void set_up_opening(struct preparing *preparing, uint64_t vouchers) {
	uint64_t admin = preparing->admin;
	run(preparing, admin,
	    "{\"appropriate\":{\"fund\":\"bench\",\"amount\":\"%" PRIu64 "\",\"document\":\"bench\"}}",
	    vouchers * FACE);
	run(preparing, admin,
	    "{\"create_programme\":{\"code\":\"opening\",\"name\":\"opening\",\"region\":\"110114\","
	    "\"utc_offset_minutes\":480}}");
	run(preparing, admin,
	    "{\"allocate\":{\"fund\":\"bench\",\"programme\":\"opening\",\"amount\":\"%" PRIu64 "\"}}",
	    vouchers * FACE);
	run(preparing, admin,
	    "{\"publish_rules\":{\"programme\":\"opening\",\"rules\":{\"version\":1,\"title\":"
	    "\"opening\","
	    "\"document\":\"bench\",\"effective_from\":\"2020-01-01\",\"tiers\":[{\"id\":1,\"name\":"
	    "\"all\",\"ratio_bp\":2500}],\"use_within_days\":365,\"claim_within_days\":365,"
	    "\"payee\":\"PAYEE_PROVIDER\",\"instrument\":\"INSTRUMENT_VOUCHER\",\"review\":"
	    "\"REVIEW_NONE\",\"issue_at_once\":true,\"when_capped\":\"REFUSE\",\"expense_base\":"
	    "\"EXPENSE_ACTUAL\"}}}");
}

/* A step of the reservations' life: the same command for each, about the object `subject`. */
typedef void (*fill_fn)(Pb__Command *command, struct arena *arena, uint64_t subject);

static void fill_apply(Pb__Command *command, struct arena *arena, uint64_t subject) {
	(void)subject;
	command->body_case = PB__COMMAND__BODY_APPLY;
	command->apply = PB_NEW(Pb__Apply, pb__apply, arena);
	command->apply->programme = "bench";
	command->apply->party = COMPANY;
	command->apply->amount = FACE;
}

static void fill_review(Pb__Command *command, struct arena *arena, uint64_t subject) {
	command->body_case = PB__COMMAND__BODY_REVIEW_APPLICATION;
	command->review_application = PB_NEW(Pb__ReviewApplication, pb__review_application, arena);
	command->review_application->application = subject;
	command->review_application->verdict = PB__VERDICT__VERDICT_APPROVE;
}

static void fill_issue(Pb__Command *command, struct arena *arena, uint64_t subject) {
	command->body_case = PB__COMMAND__BODY_ISSUE;
	command->issue = PB_NEW(Pb__Issue, pb__issue, arena);
	command->issue->application = subject;
	command->issue->amount = FACE;
}

static void fill_reserve(Pb__Command *command, struct arena *arena, uint64_t subject) {
	command->body_case = PB__COMMAND__BODY_RESERVE;
	command->reserve = PB_NEW(Pb__Reserve, pb__reserve, arena);
	command->reserve->voucher = subject;
	command->reserve->provider = PROVIDER;
	command->reserve->contract_number = arena_printf(arena, "B-%" PRIu64, subject);
	command->reserve->category = "bench";
	command->reserve->total = 2 * FACE;
	command->reserve->eligible = 2 * FACE;
}

static void step(
    struct preparing *preparing, uint64_t principal, fill_fn fill, uint64_t *ids, uint64_t count) {
	Pb__Command *list[BATCH];
	for (uint64_t done = 0; done < count; done += BATCH) {
		size_t size = count - done < BATCH ? (size_t)(count - done) : BATCH;
		arena_reset(&preparing->arena);
		for (size_t i = 0; i < size; i++) {
			Pb__Command *command = PB_NEW(Pb__Command, pb__command, &preparing->arena);
			command->id = PB_NEW(Pb__Uuid, pb__uuid, &preparing->arena);
			struct uuid id = uuid_new();
			command->id->high = id.high;
			command->id->low = id.low;
			fill(command, &preparing->arena, ids[done + i]);
			list[i] = command;
		}
		Pb__Batch batch = PB__BATCH__INIT;
		batch.n_commands = size;
		batch.commands = list;
		const Pb__BatchReply *reply = submit(preparing, principal, &batch);
		/* A review makes nothing new: the application stays the subject. */
		for (size_t i = 0; i < size && fill != fill_review; i++)
			ids[done + i] = reply->replies[i]->seq;
	}
}

static void create(const char *directory, const char *admin_spki, struct arena *arena) {
	uint8_t spki[32];
	if (text_parse_hex(admin_spki, spki, sizeof(spki)))
		die(admin_spki, "is not the SHA-256 of a key");
	Pb__Digest key = PB__DIGEST__INIT;
	key.value = (ProtobufCBinaryData){ sizeof(spki), spki };
	Pb__Role role = PB__ROLE__ROLE_ADMIN;
	Pb__RegisterPrincipal admin = PB__REGISTER_PRINCIPAL__INIT;
	admin.person = "bench-admin";
	admin.n_roles = 1;
	admin.roles = &role;
	admin.certificate_spki = &key;
	Pb__RegisterPrincipal *admins[] = { &admin };
	Pb__Currency currency = PB__CURRENCY__INIT;
	currency.code = "CNY";
	currency.minor_digits = 2;
	Pb__Currency *currencies[] = { &currency };
	Pb__Genesis genesis = PB__GENESIS__INIT;
	genesis.name = "bench";
	genesis.n_currencies = 1;
	genesis.currencies = currencies;
	genesis.hash = "SHA256";
	genesis.signature = "ED25519";
	genesis.n_administrators = 1;
	genesis.administrators = admins;
	genesis.format = LEDGER_JOURNAL_FORMAT;
	Pb__JournalEntry *entry;
	const char *reason = "";
	if (ledger_genesis(&genesis, uuid_new(), clock_wall_us(), arena, &entry, &reason))
		die("genesis", reason);
	enum err err = engine_create(directory, entry);
	if (err)
		die(directory, err_text(err));
}

int main(int argc, char **argv) {
	uint64_t count, vouchers = 0;
	if (argc < 5 || argc > 6 ||
	    (argc == 6 && text_parse_u64(argv[5], strlen(argv[5]), &vouchers)) || vouchers > 10000000 ||
	    text_parse_u64(argv[2], strlen(argv[2]), &count) || !count || count > 10000000) {
		fprintf(stderr,
		    "Usage: bench_prepare DIRECTORY RESERVATIONS ADMIN_SPKI STARTUP_SPKI [VOUCHERS]\n");
		return 2;
	}
	log_set_level(LOG_WARNING);
	struct preparing preparing = { .admin = GENESIS_PRINCIPAL | 1 };
	sem_init(&preparing.done, 0, 0);
	arena_init(&preparing.arena, 0);
	create(argv[1], argv[3], &preparing.arena);
	struct engine_config config = { .directory = argv[1] };
	char detail[ENGINE_DETAIL_BYTES] = "";
	enum err err = engine_open(&config, &preparing.engine, detail);
	if (err)
		die(argv[1], detail);
	set_up(&preparing, argv[4], count * FACE);
	if (vouchers)
		set_up_opening(&preparing, vouchers);
	uint64_t *ids = calloc(count, sizeof(*ids));
	if (!ids)
		die("start", "out of memory");
	step(&preparing, preparing.startup, fill_apply, ids, count);
	step(&preparing, preparing.admin, fill_review, ids, count);
	step(&preparing, preparing.admin, fill_issue, ids, count);
	step(&preparing, preparing.startup, fill_reserve, ids, count);
	printf("--first %" PRIu64 " --step 1 --reservations %" PRIu64 "\n", ids[0], count);
	free(ids);
	engine_close(preparing.engine);
	arena_done(&preparing.arena);
	sem_destroy(&preparing.done);
	return EXIT_SUCCESS;
}
