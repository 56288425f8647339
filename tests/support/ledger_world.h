/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world around the ledger, so that a test reads as a story:
 *
 *	struct world *w = world_new();
 *	world_at(w, "2026-03-02 09:00");
 *	uint64_t operator = world_staff(w, "op1", "ROLE_OPERATOR");
 *	world_as(w, operator);
 *	world_accept(w, "{'create_fund': {'code': 'city', 'name': 'City fund'}}");
 *	world_refuse(w, PB__OUTCOME__FUND_UNKNOWN,
 *	    "{'appropriate': {'fund': 'moon', 'amount': 1, 'document': 'd'}}");
 *	world_free(w);
 *
 * Commands are JSON (record/json.h) with ' for ", made by printf. Each accepted entry is encoded,
 * and applied a second time from its bytes to a second state; world_free() checks that both states
 * are equal and that every identity holds. Each decision is made twice and must come out the same,
 * and again with less memory than it takes, where it may also be UNAVAILABLE.
 * What goes wrong fails the Check test.
 */
#ifndef TESTS_SUPPORT_LEDGER_WORLD_H
#define TESTS_SUPPORT_LEDGER_WORLD_H

#include "ledger/ledger.h"
#include "ledger/rows.h"

struct world;

/* What every rule set must state, as most tests want it: fields for its JSON. */
#define WORLD_RULES                                                                                \
	"'instrument': 'INSTRUMENT_VOUCHER', 'review': 'REVIEW_ONE',"                                  \
	" 'when_capped': 'GRANT_THE_REST', 'expense_base': 'EXPENSE_ACTUAL', "

/* With a genesis: currencies CNY and EUR, and one administrator, WORLD_ADMIN, person "root". The
 * administrator acts; it is 2026-01-05 09:00 in Beijing. */
struct world *world_new(void);
struct world *world_new_at(const char *time); /* as in world_at() */
void world_free(struct world *world);

#define WORLD_ADMIN (GENESIS_PRINCIPAL | 1)

/* From now on this principal acts. Returns who acted before. */
uint64_t world_as(struct world *world, uint64_t principal);

/* It is now "YYYY-MM-DD hh:mm" in Beijing (UTC+8); it must not be earlier than before. Every entry
 * takes a second. */
void world_at(struct world *world, const char *time);
void world_wait(struct world *world, int64_t minutes);
int64_t world_time_us(const struct world *world);

/* The next command has this id; otherwise a new one each. */
void world_next_id(struct world *world, uint64_t id);

/* A command, and its reply: like the engine, a used id is answered by ledger_replay. */
__attribute__((format(printf, 2, 3))) const Pb__Reply *world_give(
    struct world *world, const char *json, ...);

/* The same; it must be accepted. Its sequence number, which is the id of what it made. */
__attribute__((format(printf, 2, 3))) uint64_t world_accept(
    struct world *world, const char *json, ...);

/* The same; it must be refused with this outcome. Its refusal; empty if there is none, not NULL. */
__attribute__((format(printf, 3, 4))) const Pb__Refusal *world_refuse(
    struct world *world, Pb__Outcome outcome, const char *json, ...);

/* Notes that a test has asserted this outcome of a refusal; world_refuse() does. Goes to the file
 * $OUTCOMES_SEEN, for tests/unit/ledger/every_outcome.sh. */
void world_note_refusal(Pb__Outcome outcome);

/* By the administrator, whoever acts: new principals, and parties of valid or "T-" codes. */
uint64_t world_staff(struct world *world, const char *person, const char *role);
uint64_t world_member(struct world *world, const char *person, const char *role, const char *party);
uint64_t world_party(struct world *world, const char *kind, const char *code);

/* What there is: everything lives as long as the world. */
const struct state *world_state(struct world *world); /* can be scanned, not changed */
const struct history *world_history(struct world *world);
struct arena *world_arena(struct world *world);
const Pb__JournalEntry *world_entry(struct world *world, uint64_t seq); /* decoded from its bytes */
uint64_t world_last_seq(const struct world *world);

/* The balance of an account; 0 when it has never been used. */
int64_t world_balance(struct world *world, Pb__AccountKind account, uint64_t owner, uint64_t party);

/* A copy of a row: WORLD_ROW(w, TABLE_VOUCHER, id, struct voucher_row). It must be there. */
const void *world_row(struct world *world, enum table table, uint64_t id, size_t bytes);
#define WORLD_ROW(world, table, id, type)                                                          \
	(*(const type *)world_row((world), (table), (id), sizeof(type)))

#endif
