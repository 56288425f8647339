/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_prepare: makes a ledger with N reservations, each on a voucher of its own, ready to be
 * redeemed.
 *
 *	bench_prepare DIRECTORY RESERVATIONS ADMIN_SPKI STARTUP_SPKI [VOUCHERS] [--redemptions N]
 *
 * VOUCHERS: also a programme "opening" that issues at once, first come, first served, with a pool
 * for so many.
 *
 * --redemptions N: then redeems 0.01 N times, on reservations chosen at random, so that a ledger of
 * 50 million entries takes minutes. What is left of each reservation is enough for as many again;
 * N is at most 200,000 for each reservation.
 *
 * The last two are the SHA-256 of the SubjectPublicKeyInfo of two certificates, in hexadecimal.
 * Prints "--first ID --step N --reservations N" for bench_load. Goes through the engine, as every
 * command does.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engine/key_file.h"
#include "ids.h"
#include "ledger/ledger.h"
#include "record/json.h"
#include "record/pb.h"
#include "support/checkpoint_key.h"

#include <inttypes.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH    1000
#define FLIGHT   4       /* calls that redeem, at once */
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

/* --- redemptions --- */

/* One call that redeems, over and over: while others are in flight the next is being made. */
struct redeeming {
	struct engine_call call;
	sem_t done;
	struct arena arena;
	Pb__Batch batch;
	Pb__Command *list[BATCH];
	Pb__Command commands[BATCH];
	Pb__Redeem bodies[BATCH];
	Pb__Uuid ids[BATCH];
	uint64_t random; /* where ids come from */
};

static void on_redeemed(struct engine_call *call) {
	sem_post(&((struct redeeming *)call)->done);
}

static struct redeeming *redeeming_new(void) {
	struct redeeming *redeeming = calloc(1, sizeof(*redeeming));
	if (!redeeming)
		die("start", "out of memory");
	sem_init(&redeeming->done, 0, 0);
	arena_init(&redeeming->arena, 0);
	redeeming->random = uuid_new().low;
	pb__batch__init(&redeeming->batch);
	redeeming->batch.commands = redeeming->list;
	for (size_t i = 0; i < BATCH; i++) {
		redeeming->list[i] = &redeeming->commands[i];
		pb__command__init(&redeeming->commands[i]);
		pb__redeem__init(&redeeming->bodies[i]);
		pb__uuid__init(&redeeming->ids[i]);
		redeeming->commands[i].id = &redeeming->ids[i];
		redeeming->commands[i].body_case = PB__COMMAND__BODY_REDEEM;
		redeeming->commands[i].redeem = &redeeming->bodies[i];
	}
	return redeeming;
}

static void redeeming_submit(struct redeeming *redeeming, const struct preparing *preparing,
    const uint64_t *reservations, size_t count) {
	redeeming->batch.n_commands = count;
	for (size_t i = 0; i < count; i++) {
		struct uuid id = ids_next(&redeeming->random);
		redeeming->ids[i].high = id.high;
		redeeming->ids[i].low = id.low;
		redeeming->bodies[i].reservation = reservations[i];
		redeeming->bodies[i].amount = 1;
	}
	arena_reset(&redeeming->arena);
	redeeming->call = (struct engine_call){
		.batch = &redeeming->batch,
		.principal = preparing->startup,
		.arena = &redeeming->arena,
		.done = on_redeemed,
	};
	enum err err = engine_submit(preparing->engine, &redeeming->call);
	if (err)
		die("submit", err_text(err));
}

static void redeeming_wait(struct redeeming *redeeming) {
	while (sem_wait(&redeeming->done) != 0)
		;
	const Pb__BatchReply *reply = redeeming->call.reply;
	for (size_t i = 0; i < redeeming->batch.n_commands; i++)
		if (!reply || reply->replies[i]->outcome)
			die("redeem", "refused, or out of memory");
}

static void redeem(
    const struct preparing *preparing, const uint64_t *ids, uint64_t id_count, uint64_t count) {
	struct redeeming *flight[FLIGHT];
	uint64_t chosen[BATCH], random = UINT64_C(0x9e3779b97f4a7c15), number = 0;
	for (size_t i = 0; i < FLIGHT; i++)
		flight[i] = redeeming_new();
	for (uint64_t done = 0; done < count; done += BATCH, number++) {
		size_t size = count - done < BATCH ? (size_t)(count - done) : BATCH;
		for (size_t i = 0; i < size; i++)
			chosen[i] = ids[ids_random(&random) % id_count];
		if (number >= FLIGHT)
			redeeming_wait(flight[number % FLIGHT]);
		redeeming_submit(flight[number % FLIGHT], preparing, chosen, size);
	}
	for (size_t i = 0; i < FLIGHT; i++) {
		if (i < number)
			redeeming_wait(flight[i]);
		arena_done(&flight[i]->arena);
		sem_destroy(&flight[i]->done);
		free(flight[i]);
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
	test_name_log(&genesis);
	genesis.n_administrators = 1;
	genesis.administrators = admins;
	genesis.format = LEDGER_JOURNAL_FORMAT;
	Pb__JournalEntry *entry;
	const char *reason = "";
	if (ledger_genesis(&genesis, uuid_new(), clock_wall_us(), arena, &entry, &reason))
		die("genesis", reason);
	enum err err = engine_create(directory, entry);
	const char *path = arena_printf(arena, "%s/" KEY_FILE_NAME, directory);
	if (!err)
		err = file_create(path, TEST_CHECKPOINT_PEM, strlen(TEST_CHECKPOINT_PEM), 0600);
	if (err)
		die(directory, err_text(err));
}

struct wanted {
	const char *directory;
	const char *admin_spki;
	const char *startup_spki;
	uint64_t reservations;
	uint64_t vouchers;
	uint64_t redemptions;
};

static bool read_count(const char *text, uint64_t most, uint64_t *ret_count) {
	return !text_parse_u64(text, strlen(text), ret_count) && *ret_count <= most;
}

static bool read_arguments(int argc, char **argv, struct wanted *wanted) {
	if (argc >= 2 && strcmp(argv[argc - 2], "--redemptions") == 0) {
		if (!read_count(argv[argc - 1], UINT64_C(1) << 40, &wanted->redemptions))
			return false;
		argc -= 2;
	}
	if (argc < 5 || argc > 6 || (argc == 6 && !read_count(argv[5], 10000000, &wanted->vouchers)) ||
	    !read_count(argv[2], 10000000, &wanted->reservations) || !wanted->reservations)
		return false;
	wanted->directory = argv[1];
	wanted->admin_spki = argv[3];
	wanted->startup_spki = argv[4];
	return wanted->redemptions / 200000 <= wanted->reservations;
}

static void make_ledger(struct preparing *preparing, const struct wanted *wanted) {
	uint64_t count = wanted->reservations;
	set_up(preparing, wanted->startup_spki, count * FACE);
	if (wanted->vouchers)
		set_up_opening(preparing, wanted->vouchers);
	uint64_t *ids = calloc(count, sizeof(*ids));
	if (!ids)
		die("start", "out of memory");
	step(preparing, preparing->startup, fill_apply, ids, count);
	step(preparing, preparing->admin, fill_review, ids, count);
	step(preparing, preparing->admin, fill_issue, ids, count);
	step(preparing, preparing->startup, fill_reserve, ids, count);
	printf("--first %" PRIu64 " --step 1 --reservations %" PRIu64 "\n", ids[0], count);
	redeem(preparing, ids, count, wanted->redemptions);
	free(ids);
}

int main(int argc, char **argv) {
	struct wanted wanted = { 0 };
	if (!read_arguments(argc, argv, &wanted)) {
		fprintf(stderr,
		    "Usage: bench_prepare DIRECTORY RESERVATIONS ADMIN_SPKI STARTUP_SPKI "
		    "[VOUCHERS] [--redemptions N]\n");
		return 2;
	}
	log_set_level(LOG_WARNING);
	struct preparing preparing = { .admin = GENESIS_PRINCIPAL | 1 };
	sem_init(&preparing.done, 0, 0);
	arena_init(&preparing.arena, 0);
	create(wanted.directory, wanted.admin_spki, &preparing.arena);
	struct engine_config config = { .directory = wanted.directory };
	char detail[ENGINE_DETAIL_BYTES] = "";
	enum err err = engine_open(&config, &preparing.engine, detail);
	if (err)
		die(wanted.directory, detail);
	make_ledger(&preparing, &wanted);
	engine_close(preparing.engine);
	arena_done(&preparing.arena);
	sem_destroy(&preparing.done);
	return EXIT_SUCCESS;
}
