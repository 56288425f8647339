/* SPDX-License-Identifier: Apache-2.0 */
/* "init" makes a ledger that an engine opens, once. */
#include "base/text.h"
#include "engine/engine.h"
#include "support/suite.h"
#include "unit/client/pki.h"
#include "unit/voucherctl/words.h"
#include "voucherctl/actions.h"
#include "voucherctl/hash.h"
#include "voucherctl/session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct pki pki;

static enum exit_status run_init(const char *options) {
	struct session session;
	struct words words;
	char line[1200];
	session_init(&session);
	snprintf(line, sizeof(line), "init --quiet --directory ledger %s", options);
	session.line = words_parse(&words, line, &session.arena);
	enum exit_status status = action_init(&session);
	session_done(&session);
	return status;
}

static void set_up(void) {
	pki_make(&pki);
	ck_assert_int_eq(chdir(suite_directory()), 0);
	ck_assert_int_eq(symlink(pki.client, "one.pem"), 0);
	ck_assert_int_eq(symlink(pki.server, "two.pem"), 0);
}

START_TEST(ledger_has_the_genesis_that_was_asked_for) {
	set_up();
	ck_assert_int_eq(run_init("--name 昌平 --admin S1=one.pem --admin S2=two.pem --currency CNY "
	                          "--currency EUR --hash SM3"),
	    EXIT_DONE);
	struct engine_config config = { .directory = "ledger" };
	struct engine *engine = NULL;
	char detail[ENGINE_DETAIL_BYTES];
	ck_assert_int_eq(engine_open(&config, &engine, detail), ERR_OK);
	const Pb__Genesis *genesis = engine_genesis(engine);
	ck_assert_str_eq(genesis->name, "昌平");
	ck_assert_str_eq(genesis->hash, "SM3");
	ck_assert_uint_eq(genesis->checkpoint_key->ed25519.len, 32);
	ck_assert_uint_eq(genesis->checkpoint_key->sm2.len, 65);
	ck_assert_int_eq(strncmp(genesis->origin, "voucherd/", 9), 0);
	ck_assert_uint_eq(genesis->n_currencies, 2);
	ck_assert_str_eq(genesis->currencies[1]->code, "EUR");
	ck_assert_uint_eq(genesis->n_administrators, 2);
	ck_assert_str_eq(genesis->administrators[1]->person, "S2");
	uint8_t hash[DIGEST_BYTES];
	ck_assert_int_eq(hash_certificate_key("two.pem", hash), ERR_OK);
	ck_assert_mem_eq(genesis->administrators[1]->certificate_spki->value.data, hash, DIGEST_BYTES);
	engine_close(engine);
	ck_assert_int_eq(run_init("--name again --admin S1=one.pem"), EXIT_USAGE);
}
END_TEST

START_TEST(wrong_wishes_make_no_ledger) {
	set_up();
	static const char *const options[] = {
		"--name n --admin S1",
		"--name n --admin =one.pem",
		"--name n --admin S1=",
		"--name n --admin S1=none.pem",
		"--name n --admin S1=one.pem --admin S1=one.pem", /* one key, two persons */
		"--name n --admin S1=one.pem --hash MD5",
		"--name n --admin S1=one.pem --currency yuan",
		"--name \"\" --admin S1=one.pem",
	};
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		ck_assert_msg(run_init(options[i]) == EXIT_USAGE, "%s", options[i]);
		ck_assert_int_ne(access("ledger", F_OK), 0);
	}
}
END_TEST

START_TEST(hash_of_a_file_is_its_sha256) {
	set_up();
	uint8_t hash[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1];
	FILE *file = fopen("f", "w");
	fputs("abc", file);
	fclose(file);
	ck_assert_int_eq(hash_file("f", hash), ERR_OK);
	text_hex(hash, sizeof(hash), hex);
	ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	ck_assert_int_eq(hash_file("/dev/null", hash), ERR_OK);
	text_hex(hash, sizeof(hash), hex);
	ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	ck_assert_int_eq(hash_file(".", hash), ERR_IO);
	ck_assert_int_eq(hash_file("none", hash), ERR_IO);
	ck_assert_int_eq(hash_certificate_key("f", hash), ERR_SYNTAX);
	ck_assert_int_eq(hash_certificate_key("none", hash), ERR_IO);
}
END_TEST

SUITE_MAIN("init", ledger_has_the_genesis_that_was_asked_for, wrong_wishes_make_no_ledger,
    hash_of_a_file_is_its_sha256)
