/* SPDX-License-Identifier: Apache-2.0 */
/* "init": makes a ledger on this machine, with no server: its first entry and nothing else. */
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid.h"
#include "engine/engine.h"
#include "ledger/ledger.h"
#include "record/pb.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/hash.h"
#include "voucherctl/session.h"

#include <inttypes.h>
#include <string.h>

#define MINOR_DIGITS 2

/* --- the genesis --- */

/* "S1001=admin.pem" */
static enum exit_status add_administrator(
    struct session *session, Pb__Genesis *genesis, const char *text) {
	const char *equals = strchr(text, '=');
	if (!equals || equals == text || !equals[1]) {
		session_complain(
		    "--admin must be PERSON=CERT.pem, such as S1001=admin.pem, not \"%s\".", text);
		return EXIT_USAGE;
	}
	uint8_t hash[DIGEST_BYTES];
	enum err err = hash_certificate_key(equals + 1, hash);
	if (err) {
		session_complain(err == ERR_IO ? "\"%s\" cannot be read: %m."
		                               : "There is no certificate in \"%s\"; it must be PEM.",
		    equals + 1);
		return EXIT_USAGE;
	}
	struct arena *arena = &session->arena;
	Pb__RegisterPrincipal *admin = PB_NEW(Pb__RegisterPrincipal, pb__register_principal, arena);
	Pb__Role *role = arena_zalloc(arena, sizeof(*role));
	Pb__Digest *spki = PB_NEW(Pb__Digest, pb__digest, arena);
	const char *person = arena_string(arena, text, (size_t)(equals - text));
	void *bytes = arena_copy(arena, hash, sizeof(hash));
	if (!admin || !role || !spki || !person || !bytes)
		return session_out_of_memory();
	*role = PB__ROLE__ROLE_ADMIN;
	spki->value.data = bytes;
	spki->value.len = sizeof(hash);
	admin->person = person;
	admin->n_roles = 1;
	admin->roles = role;
	admin->certificate_spki = spki;
	genesis->administrators[genesis->n_administrators++] = admin;
	return EXIT_DONE;
}

static enum exit_status add_currency(
    struct session *session, Pb__Genesis *genesis, const char *code) {
	Pb__Currency *currency = PB_NEW(Pb__Currency, pb__currency, &session->arena);
	if (!currency)
		return session_out_of_memory();
	currency->code = code;
	currency->minor_digits = MINOR_DIGITS;
	genesis->currencies[genesis->n_currencies++] = currency;
	return EXIT_DONE;
}

/* The signature goes with the hash: both are international or both are 商用密码. */
static enum exit_status choose_algorithms(struct session *session, Pb__Genesis *genesis) {
	genesis->hash = options_text(&session->line, "--hash");
	bool is_sm3 = strcmp(genesis->hash, "SM3") == 0;
	if (!is_sm3 && strcmp(genesis->hash, "SHA256") != 0) {
		session_complain("--hash must be SHA256 or SM3, not \"%s\".", genesis->hash);
		return EXIT_USAGE;
	}
	genesis->signature = is_sm3 ? "SM2" : "ED25519";
	return EXIT_DONE;
}

static enum exit_status fill_genesis(struct session *session, Pb__Genesis *genesis) {
	const struct command_line *line = &session->line;
	size_t room = line->argument_count + 1;
	genesis->name = options_text(line, "--name");
	genesis->format = LEDGER_JOURNAL_FORMAT;
	genesis->administrators = arena_zalloc(&session->arena, room * sizeof(void *));
	genesis->currencies = arena_zalloc(&session->arena, room * sizeof(void *));
	if (!genesis->administrators || !genesis->currencies)
		return session_out_of_memory();
	enum exit_status status = choose_algorithms(session, genesis);
	for (size_t i = 0; status == EXIT_DONE && i < line->argument_count; i++) {
		const char *name = line->arguments[i].parameter->name;
		if (strcmp(name, "--admin") == 0)
			status = add_administrator(session, genesis, line->arguments[i].text);
		else if (strcmp(name, "--currency") == 0)
			status = add_currency(session, genesis, line->arguments[i].text);
	}
	if (status == EXIT_DONE && genesis->n_currencies == 0)
		status = add_currency(session, genesis, "CNY");
	return status;
}

/* --- the ledger --- */

static enum exit_status create(
    struct session *session, const Pb__Genesis *genesis, struct uuid ledger_id) {
	const char *directory = options_text(&session->line, "--directory");
	const char *reason = "";
	Pb__JournalEntry *entry = NULL;
	enum err err = ledger_genesis(
	    genesis, ledger_id, clock_wall_us(), &session->arena, &entry, &reason);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err) {
		session_complain("No ledger can be made so: %s", reason);
		return EXIT_USAGE;
	}
	err = engine_create(directory, entry);
	if (err == ERR_EXISTS) {
		session_complain("There is a ledger in %s already; it is left as it is.", directory);
		return EXIT_USAGE;
	}
	if (err) {
		session_complain("The ledger cannot be made in %s: %s.", directory,
		    err == ERR_NOT_FOUND ? "the directory above it does not exist" : err_text(err));
		return EXIT_LOCAL;
	}
	return EXIT_DONE;
}

static void say_made(struct session *session, const Pb__Genesis *genesis, struct uuid ledger_id) {
	struct buffer *out = &session->out;
	const char *directory = options_text(&session->line, "--directory");
	char id[UUID_TEXT_BYTES], spki[2 * DIGEST_BYTES + 1];
	uuid_format(ledger_id, id);
	if (session_is_quiet(session) || session_is_json(session)) {
		buffer_printf(out, session_is_json(session) ? "{\"ledger_id\":\"%s\"}\n" : "%s\n", id);
		return;
	}
	buffer_printf(out,
	    session_say(session, "Ledger \"%s\" is made in %s.\n  id    %s\n  hash  %s\n",
	        "账本“%s”已建于 %s。\n  编号  %s\n  摘要算法  %s\n"),
	    genesis->name, directory, id, genesis->hash);
	for (size_t i = 0; i < genesis->n_administrators; i++) {
		const Pb__RegisterPrincipal *admin = genesis->administrators[i];
		text_hex(admin->certificate_spki->value.data, DIGEST_BYTES, spki);
		buffer_printf(out,
		    session_say(session, "  administrator %s, key %s\n", "  管理员 %s，公钥 %s\n"),
		    admin->person, spki);
	}
	buffer_printf(out,
	    session_say(session,
	        "Next:\n"
	        "  1. voucherd --print-sample >voucherd.conf, and set: directory = %s\n"
	        "  2. voucherd --config voucherd.conf\n"
	        "  3. as an administrator: voucherctl principal register --help\n",
	        "下一步：\n"
	        "  1. voucherd --print-sample >voucherd.conf，并设置 directory = %s\n"
	        "  2. voucherd --config voucherd.conf\n"
	        "  3. 以管理员身份：voucherctl principal register --help\n"),
	    directory);
}

enum exit_status action_init(struct session *session) {
	Pb__Genesis genesis = PB__GENESIS__INIT;
	struct uuid ledger_id = uuid_new();
	enum exit_status status = fill_genesis(session, &genesis);
	if (status == EXIT_DONE)
		status = create(session, &genesis, ledger_id);
	if (status != EXIT_DONE)
		return status;
	say_made(session, &genesis, ledger_id);
	return session_print(session);
}
