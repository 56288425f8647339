/* SPDX-License-Identifier: Apache-2.0 */
/* "init": makes a ledger on this machine, with no server: its first entry and nothing else. */
#include "base/clock.h"
#include "base/text.h"
#include "base/uuid.h"
#include "engine/engine.h"
#include "engine/key_file.h"
#include "ledger/identifier.h"
#include "ledger/ledger.h"
#include "record/pb.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/hash.h"
#include "voucherctl/session.h"
#include "voucherctl/verifier_key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MINOR_DIGITS 2

/* --- the genesis --- */

static bool is_sm3(const Pb__Genesis *genesis) {
	return strcmp(genesis->hash, "SM3") == 0;
}

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

static enum exit_status choose_hash(struct session *session, Pb__Genesis *genesis) {
	genesis->hash = options_text(&session->line, "--hash");
	if (!is_sm3(genesis) && strcmp(genesis->hash, "SHA256") != 0) {
		session_complain("--hash must be SHA256 or SM3, not \"%s\".", genesis->hash);
		return EXIT_USAGE;
	}
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
	enum exit_status status = choose_hash(session, genesis);
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

/* --- the key of its checkpoints --- */

static enum exit_status choose_origin(
    struct session *session, Pb__Genesis *genesis, struct uuid ledger_id) {
	char id[UUID_TEXT_BYTES];
	uuid_format(ledger_id, id);
	genesis->origin = options_text(&session->line, "--origin");
	if (!genesis->origin)
		genesis->origin = arena_printf(&session->arena, "voucherd/%s", id);
	if (!genesis->origin)
		return session_out_of_memory();
	if (!identifier_is_origin(genesis->origin)) {
		session_complain("--origin must be a name such as vouchers.example/changping, of letters, "
		                 "digits and . _ : / -, not \"%s\".",
		    genesis->origin);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* Where the key is, or shall be. NULL: arena exhausted. */
static const char *key_path(struct session *session) {
	const char *named = options_text(&session->line, "--checkpoint-key");
	return named ? named
	             : arena_printf(&session->arena, "%s/" KEY_FILE_NAME,
	                   options_text(&session->line, "--directory"));
}

/* The keys of the file that is named, or was left by an earlier try; or new ones, which are in
 * memory yet. The signature goes with the hash: one of 商用密码 has a line of it, too. */
static enum exit_status get_keys(
    struct session *session, Pb__Genesis *genesis, struct key_file *ret_keys, bool *ret_is_new) {
	char detail[ENGINE_DETAIL_BYTES];
	const char *path = key_path(session);
	if (!path)
		return session_out_of_memory();
	enum err err = key_file_open(path, genesis->origin, ret_keys, detail);
	*ret_is_new = err == ERR_NOT_FOUND && !options_text(&session->line, "--checkpoint-key");
	if (*ret_is_new) {
		err = key_file_generate(genesis->origin, is_sm3(genesis), ret_keys);
		snprintf(detail, sizeof(detail), "No key can be made: %s.", err_text(err));
	}
	if (err) {
		session_complain("%s", detail);
		return EXIT_USAGE;
	}
	genesis->checkpoint_key = key_file_public(ret_keys, &session->arena);
	return genesis->checkpoint_key ? EXIT_DONE : session_out_of_memory();
}

static enum exit_status complain_of_directory(struct session *session, enum err err) {
	session_complain("The ledger cannot be made in %s: %s.",
	    options_text(&session->line, "--directory"),
	    err == ERR_NOT_FOUND ? "the directory above it does not exist" : err_text(err));
	return EXIT_LOCAL;
}

/* The key before the ledger: one that nobody can sign for must not come to be. */
static enum exit_status write_keys(struct session *session, const struct key_file *keys) {
	const char *directory = options_text(&session->line, "--directory"), *path = key_path(session);
	if (mkdir(directory, S_IRWXU) != 0 && errno != EEXIST)
		return complain_of_directory(session, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO);
	enum err err = path ? key_file_write(keys, path) : ERR_MEMORY;
	if (err) {
		session_complain("The key file %s cannot be written: %m.", path ? path : KEY_FILE_NAME);
		return EXIT_LOCAL;
	}
	return EXIT_DONE;
}

/* --- the ledger --- */

static enum exit_status create(struct session *session, const Pb__JournalEntry *entry) {
	const char *directory = options_text(&session->line, "--directory");
	enum err err = engine_create(directory, entry);
	if (err == ERR_EXISTS) {
		session_complain("There is a ledger in %s already; it is left as it is.", directory);
		return EXIT_USAGE;
	}
	return err ? complain_of_directory(session, err) : EXIT_DONE;
}

static enum exit_status make_entry(struct session *session, const Pb__Genesis *genesis,
    struct uuid ledger_id, Pb__JournalEntry **ret_entry) {
	const char *reason = "";
	enum err err = ledger_genesis(
	    genesis, ledger_id, clock_wall_us(), &session->arena, ret_entry, &reason);
	if (err == ERR_MEMORY)
		return session_out_of_memory();
	if (err)
		session_complain("No ledger can be made so: %s", reason);
	return err ? EXIT_USAGE : EXIT_DONE;
}

/* Everything is checked before anything is written. */
static enum exit_status make_ledger(
    struct session *session, Pb__Genesis *genesis, struct uuid ledger_id) {
	struct key_file keys = { .count = 0 };
	bool has_new_keys = false;
	Pb__JournalEntry *entry = NULL;
	enum exit_status status = get_keys(session, genesis, &keys, &has_new_keys);
	if (status == EXIT_DONE)
		status = make_entry(session, genesis, ledger_id, &entry);
	if (status == EXIT_DONE && has_new_keys)
		status = write_keys(session, &keys);
	if (status == EXIT_DONE) {
		status = create(session, entry);
		if (status != EXIT_DONE && has_new_keys)
			unlink(key_path(session));
	}
	key_file_close(&keys);
	return status;
}

static enum exit_status say_made(
    struct session *session, const Pb__Genesis *genesis, struct uuid ledger_id) {
	struct buffer *out = &session->out;
	const char *directory = options_text(&session->line, "--directory");
	char id[UUID_TEXT_BYTES], spki[2 * DIGEST_BYTES + 1];
	uuid_format(ledger_id, id);
	if (session_is_quiet(session) || session_is_json(session)) {
		buffer_printf(out, session_is_json(session) ? "{\"ledger_id\":\"%s\"}\n" : "%s\n", id);
		return EXIT_DONE;
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
	buffer_append_text(out,
	    session_say(session, "  checkpoints are verified with this public key; publish it:\n",
	        "  检查点以下列公钥核验，请予公布：\n"));
	if (verifier_keys_write(genesis->origin, genesis->checkpoint_key, "    ", out))
		return session_out_of_memory();
	buffer_printf(out,
	    session_say(session, "  its secret half, to be kept in a second place: %s\n",
	        "  私钥，请另行备份保管：%s\n"),
	    key_path(session));
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
	return EXIT_DONE;
}

enum exit_status action_init(struct session *session) {
	Pb__Genesis genesis = PB__GENESIS__INIT;
	struct uuid ledger_id = uuid_new();
	enum exit_status status = fill_genesis(session, &genesis);
	if (status == EXIT_DONE)
		status = choose_origin(session, &genesis, ledger_id);
	if (status == EXIT_DONE)
		status = make_ledger(session, &genesis, ledger_id);
	if (status == EXIT_DONE)
		status = say_made(session, &genesis, ledger_id);
	return status == EXIT_DONE ? session_print(session) : status;
}
