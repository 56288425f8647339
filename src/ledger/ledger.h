/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: what each command means.
 *
 *	decide   (state, command, who, when) → a refusal, or a complete journal entry. Changes nothing.
 *	apply    (state, entry) → the state after it. Cannot refuse; checks every invariant and stops
 * the process when one does not hold. Live traffic and replay share it.
 *
 * Both are pure: no clock, no I/O, no randomness, no locale. One thread at a time per `struct
 * ledger`. One or more files per family of commands: setup*.c voucher*.c use*.c claim*.c settle*.c
 * recover.c, and expire.c for what the daemon does.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/err.h"
#include "base/uuid.h"
#include "ledger/state.h"
#include "record/personal.h"
#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/journal.pb-c.h"

/* The name of a kind of command, as its field in the schema ("create_fund"); NULL: there is none.
 * Every kind of the schema has one. */
const char *ledger_command_name(Pb__Command__BodyCase body);

struct ledger; /* caches of what never changes (unpacked rule sets); no truth lives here */

enum err ledger_new(struct ledger **ret_ledger) MUST_CHECK;
void ledger_free(struct ledger *ledger);

/*
 * What an accepted command changes beside the journal: the particulars of a natural person, of
 * which the entry has a commitment only. To be kept, in the same commit, under the party.
 */
struct personal_change {
	uint64_t party;       /* 0: nothing changes */
	struct sealed sealed; /* in place of what there was; none: what there was is erased */
};

struct verdict {
	Pb__Outcome outcome;
	Pb__JournalEntry *entry; /* outcome OK: without seq 0 holes, ready to encode */
	Pb__Refusal *refusal;    /* otherwise; may be NULL when the outcome says it all */
	struct personal_change personal;
};

/* Who and when; filled by the caller. */
struct occasion {
	uint64_t principal; /* from the credential */
	uint64_t seq;       /* that the entry will have */
	int64_t time_us;    /* greater than that of the last entry */
	/* PERSONAL_SALT_BYTES random bytes of its own for each command for which
	 * ledger_wants_salt(); else NULL */
	const uint8_t *salt;
};

/*
 * Decides one command. The verdict's memory is in `arena`; the entry borrows the command's memory.
 * Role permission was checked by the caller (src/auth/roles.h); here: whether the principal is
 * registered and not revoked, whether the object is its party's, four eyes. Exhausted memory is the
 * outcome UNAVAILABLE. The command's id must be set; whether it was used before is the caller's
 * question (ledger_find_command).
 */
void ledger_decide(struct ledger *ledger, const struct state *state, const Pb__Command *command,
    const struct occasion *occasion, struct arena *arena, struct verdict *ret_verdict);

/* Whether a command bears particulars of a natural person, which are sealed with a salt. */
bool ledger_wants_salt(const Pb__Command *command);

/* The commitment to such particulars that a command of the journal bears; NULL: none. */
const Pb__Digest *ledger_commitment(const Pb__Command *command);

void ledger_apply(struct ledger *ledger, const struct state *state, const Pb__JournalEntry *entry);

/* The journal sequence at which a command id took effect; 0: it is free. */
uint64_t ledger_find_command(const struct state *state, const Pb__Uuid *id);

/* The answer to an accepted command, made from its entry alone: first answer and replay are the
 * same. */
Pb__Reply *ledger_reply(const Pb__JournalEntry *entry, struct arena *arena);

/* The answer to a refused one. */
Pb__Reply *ledger_refuse(
    const Pb__Uuid *id, Pb__Outcome outcome, Pb__Refusal *refusal, struct arena *arena);

/*
 * The answer to a command whose id took effect with `entry`: the stored reply marked as a replay,
 * or ID_REUSED naming the first differing field (no field when another principal used the id).
 * `kept`: the particulars of a natural person that the entry put beside the journal, if it did;
 * NULL when they have been erased or replaced since, and so are not compared.
 */
Pb__Reply *ledger_replay(const Pb__JournalEntry *entry, const Pb__Command *command,
    uint64_t principal, const Pb__Personal *kept, struct arena *arena);

/*
 * Entry 1. Checks what it is given; administrators as register_principal does, at least one, each
 * with a certificate. Their ids are GENESIS_PRINCIPAL | 1, 2, … ERR_RANGE with `ret_reason` (a
 * sentence that names the field, in `arena`) when something is wrong, ERR_MEMORY.
 */
#define GENESIS_PRINCIPAL (1ULL << 56)

/* Genesis.format: of what decisions and postings say. An entry is applied as it was decided, so
 * that a ledger of another format cannot be read.
 *	1  the pool is one account of a programme
 *	2  the pool is kept by fund; memorandum accounts */
#define LEDGER_JOURNAL_FORMAT 3

/* As whom the daemon itself acts: made by the genesis, with no role and no credential. Nobody else
 * can be registered as that person, and it cannot be revoked. */
#define LEDGER_SYSTEM_PRINCIPAL (GENESIS_PRINCIPAL << 1)
#define LEDGER_SYSTEM_PERSON    "voucherd"
enum err ledger_genesis(const Pb__Genesis *genesis, struct uuid ledger_id, int64_t time_us,
    struct arena *arena, Pb__JournalEntry **ret_entry, const char **ret_reason) MUST_CHECK;

/*
 * Re-derives the identities of every fund and programme from the balances: the trial
 * balance is zero per currency, each counter equals its account. Needs a state that can be scanned.
 * NULL when all hold, else which does not, as text in `arena`.
 */
const char *ledger_verify(const struct state *state, struct arena *arena);

#endif
