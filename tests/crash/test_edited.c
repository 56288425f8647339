/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody edits a balance in the state of a ledger that is closed.
 *
 * As it is, the checksum of the row shows it, and the state is derived again from the journal. With
 * a new checksum (the format is no secret) it is believed until it is used; then it contradicts
 * other rows, and the process ends before anything is acknowledged. What an edited journal leads to
 * is the auditor's to find (unit/voucher-audit/test_mutations).
 */
#include "acknowledgement.h"
#include "ledger/rows.h"
#include "record/crc32c.h"
#include "support/stage.h"
#include "support/suite.h"

#include <lmdb.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	RESERVATIONS = 20,
	MORE = 700,
	PROGRAMME = 4, /* the entry by which the stage makes its own */
};

static char directory[300];
static uint64_t reservations[RESERVATIONS], voucher;

/* A ledger with reservations and one more voucher, and its startup. */
static uint64_t make_ledger(uint8_t ret_digest[DIGEST_BYTES], struct arena *arena) {
	snprintf(directory, sizeof(directory), "%s/ledger", suite_directory());
	stage_create(directory);
	struct engine *engine = stage_open(directory);
	uint64_t startup = stage_set_up(engine, RESERVATIONS + 1);
	stage_reserve(engine, startup, reservations, RESERVATIONS);
	stage_issue(engine, startup, &voucher, 1);
	const char *fault = examine_state(engine, arena, ret_digest);
	ck_assert_msg(!fault, "%s", fault);
	engine_close(engine);
	return startup;
}

/* --- editing, as state_env.h has the rows --- */

struct edit {
	enum table table;
	struct key key;
	size_t offset; /* of the balance in its row, which grows by MORE */
	bool has_checksum;
};

static struct edit edit_of_reservation(uint64_t reservation, bool has_checksum) {
	return (struct edit){ TABLE_RESERVATION, key_of_id(reservation),
		offsetof(struct reservation_row, held), has_checksum };
}

/* Of all that the programme has reserved. */
static struct edit edit_of_account(bool has_checksum) {
	return (struct edit){ TABLE_BALANCE,
		key_of_balance(PB__ACCOUNT_KIND__PROGRAMME_RESERVED, PROGRAMME, 0),
		offsetof(struct balance_row, balance), has_checksum };
}

static struct edit edit_of_voucher(bool has_checksum) {
	return (struct edit){ TABLE_VOUCHER, key_of_id(voucher), offsetof(struct voucher_row, live),
		has_checksum };
}

static void edit_row(MDB_txn *txn, MDB_dbi rows, const struct edit *edit) {
	char name[1 + LIMIT_KEY_BYTES] = { (char)edit->table }, row[LIMIT_ROW_BYTES];
	int64_t balance;
	memcpy(name + 1, edit->key.data, edit->key.bytes);
	MDB_val key = { 1 + edit->key.bytes, name }, value;
	ck_assert_int_eq(mdb_get(txn, rows, &key, &value), 0);
	size_t bytes = value.mv_size - sizeof(uint32_t);
	memcpy(row, value.mv_data, value.mv_size);
	memcpy(&balance, row + edit->offset, sizeof(balance));
	balance += MORE;
	memcpy(row + edit->offset, &balance, sizeof(balance));
	if (edit->has_checksum) {
		uint32_t sum = crc32c(row, bytes) ^ crc32c(key.mv_data, key.mv_size);
		memcpy(row + bytes, &sum, sizeof(sum));
	}
	ck_assert_int_eq(mdb_put(txn, rows, &key, &(MDB_val){ value.mv_size, row }, 0), 0);
}

static void edit_state(struct edit edit) {
	char path[400];
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi rows;
	snprintf(path, sizeof(path), "%s/state", directory);
	ck_assert_int_eq(mdb_env_create(&env), 0);
	ck_assert_int_eq(mdb_env_set_maxdbs(env, 4), 0);
	ck_assert_int_eq(mdb_env_set_mapsize(env, (size_t)1 << 30), 0);
	ck_assert_int_eq(mdb_env_open(env, path, 0, 0600), 0);
	ck_assert_int_eq(mdb_txn_begin(env, NULL, 0, &txn), 0);
	ck_assert_int_eq(mdb_dbi_open(txn, "rows", 0, &rows), 0);
	edit_row(txn, rows, &edit);
	ck_assert_int_eq(mdb_txn_commit(txn), 0);
	mdb_env_close(env);
}

/* --- as it is --- */

static void expect_state(const uint8_t digest[DIGEST_BYTES], struct arena *arena) {
	uint8_t found[DIGEST_BYTES];
	struct engine *engine = stage_open(directory);
	const char *fault = examine_state(engine, arena, found);
	ck_assert_msg(!fault, "%s", fault);
	ck_assert_mem_eq(found, digest, DIGEST_BYTES);
	engine_close(engine);
}

START_TEST(an_edited_balance_is_noticed_by_its_checksum) {
	uint8_t digest[DIGEST_BYTES];
	char count[100];
	struct arena arena;
	arena_init(&arena, 0);
	make_ledger(digest, &arena);
	for (size_t i = 0; i < RESERVATIONS; i++) {
		edit_state(edit_of_reservation(reservations[i], false));
		expect_state(digest, &arena);
	}
	edit_state(edit_of_account(false));
	expect_state(digest, &arena);
	edit_state(edit_of_voucher(false));
	expect_state(digest, &arena);
	snprintf(
	    count, sizeof(count), "%d balances, each derived again from the journal", RESERVATIONS + 2);
	suite_row(7, "one edited balance", count, 0);
	arena_done(&arena);
}
END_TEST

/* --- with a new checksum --- */

/* Both ask for more than there is. */
static Pb__Command *redeem_too_much(struct arena *arena) {
	return stage_redeem(arena, reservations[0], STAGE_SUBSIDY + MORE);
}

static Pb__Command *return_too_much(struct arena *arena) {
	return stage_return(arena, voucher);
}

/* Opens the ledger in a process of its own and gives the command; how that ended. */
static int give(uint64_t startup, Pb__Command *(*make)(struct arena *), struct arena *arena) {
	int status;
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
		struct engine *engine = stage_open(directory);
		stage_run_one(engine, startup, make(arena), arena);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

static void remove_state(void) {
	char path[400];
	snprintf(path, sizeof(path), "%s/state", directory);
	suite_remove(path);
}

START_TEST(what_contradicts_other_rows_is_never_acknowledged) {
	uint8_t digest[DIGEST_BYTES];
	struct arena arena;
	arena_init(&arena, 0);
	uint64_t startup = make_ledger(digest, &arena);
	const struct {
		struct edit edit;
		Pb__Command *(*make)(struct arena *arena);
	} uses[] = {
		{ edit_of_reservation(reservations[0], true), redeem_too_much },
		{ edit_of_voucher(true), return_too_much },
	};
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		edit_state(uses[i].edit);
		int status = give(startup, uses[i].make, &arena);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
		remove_state();
		expect_state(digest, &arena); /* nothing was entered in the journal */
	}
	suite_row(7, "one edited balance, with a new checksum", "2 uses, each ended the process", 0);
	arena_done(&arena);
}
END_TEST

/* That it is the edit that ends it. */
START_TEST(what_is_not_edited_is_acknowledged) {
	uint8_t digest[DIGEST_BYTES];
	struct arena arena;
	arena_init(&arena, 0);
	uint64_t startup = make_ledger(digest, &arena);
	ck_assert_int_eq(give(startup, redeem_too_much, &arena), 0); /* refused, by an answer */
	expect_state(digest, &arena);
	ck_assert_int_eq(give(startup, return_too_much, &arena), 0);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("edited", an_edited_balance_is_noticed_by_its_checksum,
    what_contradicts_other_rows_is_never_acknowledged, what_is_not_edited_is_acknowledged)
