/* SPDX-License-Identifier: Apache-2.0 */
/* The directory after a start, when the newest checkpoint is older than what came last. */
#include "api/principals.h"

#include "base/arena.h"
#include "record/pb.h"
#include "support/stage.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct arena arena;
static struct engine *engine;
static const char *home;

static void fill_key(uint8_t key[CREDENTIAL_BYTES], uint8_t number) {
	memset(key, number, CREDENTIAL_BYTES);
}

static uint64_t enrol(uint8_t number) {
	Pb__Command *command = stage_create_fund(&arena, "unused"); /* for its id */
	Pb__RegisterPrincipal *body = PB_NEW(Pb__RegisterPrincipal, pb__register_principal, &arena);
	uint8_t key[CREDENTIAL_BYTES];
	fill_key(key, number);
	body->person = arena_printf(&arena, "staff-%u", 100U + number);
	body->n_roles = 1;
	body->roles = arena_zalloc(&arena, sizeof(body->roles[0]));
	body->roles[0] = PB__ROLE__ROLE_OPERATOR;
	body->certificate_spki = PB_NEW(Pb__Digest, pb__digest, &arena);
	body->certificate_spki->value.len = sizeof(key);
	body->certificate_spki->value.data = arena_copy(&arena, key, sizeof(key));
	command->body_case = PB__COMMAND__BODY_REGISTER_PRINCIPAL;
	command->register_principal = body;
	return stage_must(engine, STAGE_STAFF, command, &arena);
}

static void revoke(uint64_t principal) {
	Pb__Command *command = stage_create_fund(&arena, "unused");
	command->body_case = PB__COMMAND__BODY_REVOKE_PRINCIPAL;
	command->revoke_principal = PB_NEW(Pb__RevokePrincipal, pb__revoke_principal, &arena);
	command->revoke_principal->principal = principal;
	command->revoke_principal->reason = "left";
	stage_must(engine, STAGE_STAFF, command, &arena);
}

static void shell(const char *format) {
	char command[1024];
	snprintf(command, sizeof(command), format, home, home);
	ck_assert_int_eq(system(command), 0);
}

/* The principal with that key; 0: nobody. */
static uint64_t holder_of(struct directory *directory, uint8_t number) {
	struct identity identity = { 0 };
	uint8_t key[CREDENTIAL_BYTES];
	fill_key(key, number);
	if (directory_find_key(directory, key, &identity))
		return 0;
	ck_assert_uint_eq(identity.roles, UINT32_C(1) << PB__ROLE__ROLE_OPERATOR);
	return identity.principal;
}

static void begin(void) {
	arena_init(&arena, 0);
	home = suite_directory();
	stage_create(home);
	engine = stage_open(home);
}

static struct directory *load(void) {
	struct directory *directory;
	ck_assert_int_eq(directory_new(&directory), ERR_OK);
	ck_assert_int_eq(principals_load(engine, directory), ERR_OK);
	return directory;
}

static void end(struct directory *directory) {
	directory_free(directory);
	engine_close(engine);
	arena_done(&arena);
}

START_TEST(what_came_after_the_newest_checkpoint_is_known) {
	begin();
	uint64_t stays = enrol(11), goes = enrol(12);
	engine_close(engine);
	shell("cp -r %s/state %s/early");
	engine = stage_open(home);
	uint64_t comes = enrol(13), comes_and_goes = enrol(14);
	revoke(goes);
	revoke(comes_and_goes);
	engine_close(engine);
	shell("rm -r %s/state && cd %s && mv early state");
	engine = stage_open(home);
	struct directory *directory = load();
	ck_assert_uint_eq(holder_of(directory, 11), stays);
	ck_assert_uint_eq(holder_of(directory, 12), 0);
	ck_assert_uint_eq(holder_of(directory, 13), comes);
	ck_assert_uint_eq(holder_of(directory, 14), 0);
	end(directory);
}
END_TEST

START_TEST(a_ledger_that_has_no_checkpoint_yet_has_its_administrators) {
	begin();
	struct directory *directory = load();
	struct identity identity;
	const uint8_t key[CREDENTIAL_BYTES] = { 1, 2, 3 }; /* of the stage's staff */
	ck_assert_int_eq(directory_find_key(directory, key, &identity), ERR_OK);
	ck_assert_uint_eq(identity.principal, STAGE_STAFF);
	end(directory);
}
END_TEST

SUITE_MAIN("principals", what_came_after_the_newest_checkpoint_is_known,
    a_ledger_that_has_no_checkpoint_yet_has_its_administrators)
