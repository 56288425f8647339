/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a command is decided: what every decide_*() of src/ledger is given, and how it answers.
 *
 *	bool decide_release(struct deciding *d) {
 *		const Pb__Release *release = d->command->release;
 *		const struct reservation_row *row;
 *		if (!want_text(d, release->reason, LIMIT_TEXT_BYTES, "reason") ||
 *		    !(row = find_reservation(d, release->reservation, "reservation")) ||
 *		    !want_owner(d, row->holder))
 *			return false;
 *		if (row->held == 0)
 *			return refuse(d, PB__OUTCOME__NOTHING_LEFT);
 *		d->decision->amount = row->held;
 *		return transfer(d, reserved_account, live_account, row->held);
 *	}
 *
 * True: the entry is complete. False: refused, and `outcome` says why; everything that can refuse
 * returns false when it did, so that a decision is a chain of &&. Checks go in this order: the
 * fields, the objects named, who may, the state of things, the rules, the money.
 *
 * A family fills `decision` (the ids concerned and the amounts) and moves money by transfer().
 * It reads `state` and never changes it: rows it has got stay valid throughout.
 *
 * Internal to src/ledger. The neighbours: want.h (fields), find.h (objects), applying.h (effects).
 */
#ifndef LEDGER_DECIDING_H
#define LEDGER_DECIDING_H

#include "ledger/ledger.h"
#include "ledger/rows.h"
#include "ledger/rules.h"

#include <stdbool.h>

struct rules_cache;

struct deciding {
	const struct state *state;
	struct rules_cache *rules;
	const Pb__Command *command; /* its body is set */
	const struct occasion *occasion;
	struct arena *arena;               /* where everything that the entry refers to lives */
	const struct principal_row *actor; /* registered and not revoked */
	const struct ledger_row *head;     /* the ledger as it stands */

	Pb__JournalEntry *entry; /* under construction; entry->seq will be the id of a new object */
	Pb__Decision *decision;  /* the entry's */
	int64_t bank_moved;      /* what house_post() posted so far, in either direction */

	Pb__Outcome outcome;  /* refused: why */
	Pb__Refusal *refusal; /* may be NULL */
};

/* --- refusing: always false, for `return refuse(…)` --- */

bool refuse(struct deciding *d, Pb__Outcome outcome);

/* `field`: the path within the command's message, such as "bank_account.number". Borrowed. */
bool refuse_field(struct deciding *d, Pb__Outcome outcome, const char *field);

/* `detail`: a value that explains, such as the version that was expected. Lives in the arena. */
bool refuse_detail(struct deciding *d, Pb__Outcome outcome, const char *field, const char *detail);

/* The object is in state `value` of `states`: refuse_state(d, PB__OUTCOME__VOUCHER_STATE,
 * &pb__voucher_status__descriptor, row->status). */
bool refuse_state(
    struct deciding *d, Pb__Outcome outcome, const ProtobufCEnumDescriptor *states, uint32_t value);

/* A rule stands against it. */
bool refuse_bound(struct deciding *d, Pb__Outcome outcome, Pb__Bound *bound);

/* The refusal just made was about a field within element `index` of `list`: "number" becomes
 * "invoices[2].number", and "" becomes "invoices[2]". */
bool refuse_within(struct deciding *d, const char *list, size_t index);

/* The arena is exhausted: UNAVAILABLE. */
bool refuse_memory(struct deciding *d);

/* --- who acts --- */

bool is_staff(const struct deciding *d);

/* Staff, or a principal of that party; else NOT_OWNER. */
bool want_owner(struct deciding *d, uint64_t party);

/* A principal of that party, and no staff; else NOT_OWNER. */
bool want_party(struct deciding *d, uint64_t party);

/* Four eyes: another person than this one (principal_row.person_id; 0: nobody), else SAME_PERSON.
 */
bool want_other_person(struct deciding *d, uint64_t person_id);

/* The same by pseudonym. */
bool want_other_person_named(struct deciding *d, const char *person);

/* Four eyes where the rules ask for them: another person than this one, if the duties lie apart. */
bool want_apart(struct deciding *d, const Pb__RuleSet *rules, Pb__Duty duty, uint64_t person_id);

/* --- rules weighed --- */

/* Takes up to `limit`, of which `used` is gone; refuses with `outcome` when `asked` is more than is
 * left. All ≥ 0. */
struct weight {
	Pb__Rule rule;
	Pb__Outcome outcome;
	int64_t limit;
	int64_t used;
	int64_t asked;
	const char *name; /* of a cap or a fund; borrowed from the state or the rules; NULL: none */
};

/* Notes the rule in decision->bounds; refuses when it stands against what is asked. What was
 * weighed until a refusal goes into Refusal.bounds. */
bool weigh(struct deciding *d, const struct weight *weight);

/* The same, but takes what there is left of `*amount`, which becomes less, and refuses only when
 * that is nothing. `weight->asked` is not looked at. */
bool weigh_rest(struct deciding *d, const struct weight *weight, int64_t *amount);

/* A rule without an amount: it holds, or stands against the command. */
struct fact {
	Pb__Rule rule;
	Pb__Outcome outcome;
	const char *field;     /* named in the refusal */
	const char *attribute; /* what is asked for; NULL: nothing by name. It is copied */
	bool holds;
};

/* The same for a rule without an amount. */
bool weigh_fact(struct deciding *d, const struct fact *fact);

/* Takes over what src/ledger/rules.h weighed: its bounds, or its refusal. */
bool weigh_result(struct deciding *d, const struct rules_result *result);

/* --- money --- */

struct account {
	Pb__AccountKind kind;
	uint32_t currency;
	uint64_t owner; /* the fund or the programme */
	uint64_t party; /* the payee or the fund, where the account is kept by payee or fund; else 0 */
};

static inline struct account fund_account(
    Pb__AccountKind kind, uint64_t id, const struct fund_row *row) {
	return (struct account){ .kind = kind, .currency = row->currency, .owner = id };
}

static inline struct account programme_account(
    Pb__AccountKind kind, uint64_t id, const struct programme_row *row) {
	return (struct account){ .kind = kind, .currency = row->currency, .owner = id };
}

static inline struct account payee_account(
    Pb__AccountKind kind, uint64_t id, const struct programme_row *row, uint64_t payee) {
	return (struct account){ .kind = kind, .currency = row->currency, .owner = id, .party = payee };
}

/* Two postings: `amount` (> 0) leaves `from` and enters `to`, both in one currency. Whether `from`
 * has it is for the family to have asked; ledger_apply() stops the process if not. */
bool transfer(struct deciding *d, struct account from, struct account to, int64_t amount);

/* --- lists under construction --- */

/* Appends to a protobuf list in the arena, doubling it as it grows: LIST_ADD(d, decision->payments,
 * decision->n_payments, payment). */
bool list_add(struct deciding *d, void ***list, size_t *count, void *item);
#define LIST_ADD(d, list, count, item) list_add((d), (void ***)&(list), &(count), (item))

#endif
