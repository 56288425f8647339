/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small ledger to play on, made by commands through the engine: one fund, one programme with one
 * tier, one startup, one provider, and reservations to redeem from. What fails here ends the
 * program with a message: it is not what the test is about.
 */
#ifndef TESTS_SUPPORT_STAGE_H
#define TESTS_SUPPORT_STAGE_H

#include "base/arena.h"
#include "engine/engine.h"
#include "ledger/ledger.h"
#include "store/log.h"

#include <semaphore.h>

#define STAGE_STAFF     (GENESIS_PRINCIPAL | 1) /* may do everything that staff may */
#define STAGE_FUND      "fund"
#define STAGE_PROGRAMME "programme"
#define STAGE_STARTUP   "91350100M000100Y43"
#define STAGE_PROVIDER  "91310000MA1FL00900"
#define STAGE_SUBSIDY   INT64_C(1000000) /* held by each reservation, minor units */

/* Days of its rules. */
enum {
	STAGE_USE_DAYS = 365,
	STAGE_CLAIM_DAYS = 365,
	STAGE_REMIND_DAYS = 30,
	STAGE_EXTENSION_DAYS = 60,
};

/* --- a new ledger --- */

Pb__JournalEntry *stage_genesis(struct arena *arena);
void stage_create(const char *directory); /* by engine_create() */
/* The same in a log of the test's own; as of now, or of `time_us`. */
void stage_create_in(const struct log *log, int64_t time_us);
/* Another genesis than the stage's. */
void stage_put_genesis(const struct log *log, const Pb__JournalEntry *genesis);
struct engine *stage_open(const char *directory);

/* --- commands, with a new id, in `arena` --- */

Pb__Command *stage_create_fund(struct arena *arena, const char *code);
Pb__Command *stage_appropriate(struct arena *arena, const char *fund, int64_t amount);
Pb__Command *stage_allocate(struct arena *arena, int64_t amount); /* STAGE_FUND → _PROGRAMME */
Pb__Command *stage_redeem(struct arena *arena, uint64_t reservation, int64_t amount);
Pb__Command *stage_return(struct arena *arena, uint64_t voucher);
Pb__Batch *stage_batch(struct arena *arena, Pb__Command *const *commands, size_t count);

/* --- submitting --- */

struct stage_call {
	struct engine_call call;
	sem_t done;
};

/* One call in flight; wait for it before its memory goes. */
void stage_submit(struct engine *engine, struct stage_call *call, uint64_t principal,
    const Pb__Batch *batch, struct arena *arena);
const Pb__BatchReply *stage_wait(struct stage_call *call); /* NULL: arena exhausted */

/* Both, for several commands and for one. */
const Pb__BatchReply *stage_run(
    struct engine *engine, uint64_t principal, const Pb__Batch *batch, struct arena *arena);
const Pb__Reply *stage_run_one(
    struct engine *engine, uint64_t principal, Pb__Command *command, struct arena *arena);

/* The same, and it must be accepted: the sequence. */
uint64_t stage_must(
    struct engine *engine, uint64_t principal, Pb__Command *command, struct arena *arena);

/* --- the whole stage --- */

/* Fund, programme, rules and parties; money for `reservations` of them. The principal of the
 * startup, who redeems. */
uint64_t stage_set_up(struct engine *engine, uint64_t reservations);

/* Vouchers of STAGE_SUBSIDY each. */
void stage_issue(struct engine *engine, uint64_t startup, uint64_t *ret_vouchers, size_t count);

/* Reservations of STAGE_SUBSIDY each, each on a voucher of its own. */
void stage_reserve(
    struct engine *engine, uint64_t startup, uint64_t *ret_reservations, size_t count);

#endif
