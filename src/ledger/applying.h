/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an entry takes effect: what every apply_*() of src/ledger is given.
 *
 * Before a family's apply runs, the entry's postings have been applied: balances, and the counters
 * of the fund, the programme and the house account that mirror accounts (appropriated, available,
 * live, reserved, payable, in_payment, paid, recovered, receivable, written_off; books). The family
 * does the rest: its rows, indexes, usage, and the counters that no account mirrors (allocated,
 * issued, redeemed, returned, cancelled, expired). After it the identities of ledger/postings.h are
 * checked for what was touched.
 *
 * Nothing here can refuse. What must hold is check()ed: a ledger that is wrong must stop.
 * A row from the state is invalid after the next put: copy it, change the copy, put it.
 * Internal to src/ledger.
 */
#ifndef LEDGER_APPLYING_H
#define LEDGER_APPLYING_H

#include "base/buffer.h"
#include "ledger/ledger.h"
#include "ledger/rows.h"

struct rules_cache;

struct applying {
	const struct state *state;
	const Pb__JournalEntry *entry;
	const Pb__Command *command;
	const Pb__Decision *decision;

	struct rules_cache *rules; /* of published rule sets */
	struct buffer *scratch;    /* for packing rows */
	struct arena *arena;       /* for unpacking them */

	struct ledger_row head; /* the ledger before this entry; written back with its seq and time */
	uint64_t fund_id;       /* 0: no fund touched */
	uint64_t programme_id;  /* the one touched last */
	uint64_t house_id;
	struct fund_row fund;
	struct programme_row programme;
	struct house_row house;
	uint64_t *left; /* programmes touched before it, to be checked at the end */
	size_t left_count;
	struct held_row *held; /* ledger/held.h */
};

/* The row of the one fund that an entry concerns, to be changed in place; written back and its
 * identities checked at the end. */
struct fund_row *touch_fund(struct applying *a, uint64_t id);

/* The same for a programme. A page of a bank statement concerns several: the row is this one's
 * until another is touched. */
struct programme_row *touch_programme(struct applying *a, uint64_t id);

/* The same for a house account; that which the entry itself makes begins as zeros. Only one that
 * adds up is left for another. */
struct house_row *touch_house(struct applying *a, uint64_t id);

/* Writes back the one touched last, if it adds up; none: does nothing. */
void put_house(struct applying *a);

/* *counter += delta; it must stay in range and not become negative. */
void count(int64_t *counter, int64_t delta);

/* The same for what a cap counts (enum usage_kind). */
void count_usage(struct applying *a, const struct key *usage, int64_t delta);

/* Writes a voucher's row: a new one (status 0), or one that get_voucher() gave and whose amounts
 * have changed. Checks amount = live + reserved + redeemed + returned + cancelled + expired, and
 * that what is live or reserved is borne by some fund (left); closes it when nothing live or
 * reserved is left, and counts the holder's vouchers in use. A new one with nothing live (a grant)
 * is closed from the start. */
void put_voucher(struct applying *a, uint64_t id, const struct voucher_row *voucher);

/* The same for a reservation: subsidy = held + redeemed + released, closed when nothing is held. */
void put_reservation(struct applying *a, uint64_t id, const struct reservation_row *reservation);

/* Applications and claims: what depends on their status is kept with them (clock.h, take_up.h,
 * claim_index.h), and since_us is set when it changes. */
void put_application(struct applying *a, uint64_t id, const struct application_row *application);
void put_claim(struct applying *a, uint64_t id, const struct claim_row *claim);

void put_party(struct applying *a, uint64_t id, const struct party_row *party);

/* What rows are about to be changed by is what the postings moved: checks that transfer `number`
 * (from 0) of the entry entered an account of `party` (0: of none) with this amount. */
void check_moved(const struct applying *a, size_t number, uint64_t party, int64_t amount);

/* The same, however many transfers it took: checks that the postings of the entry come to `amount`
 * on this account. */
void check_posted(const struct applying *a, Pb__AccountKind account, uint64_t owner, uint64_t party,
    int64_t amount);

/* Copies of rows that exist. */
struct application_row get_application(const struct applying *a, uint64_t id);
struct party_row get_party(const struct applying *a, uint64_t id);
struct voucher_row get_voucher(const struct applying *a, uint64_t id);
struct reservation_row get_reservation(const struct applying *a, uint64_t id);
struct claim_row get_claim(const struct applying *a, uint64_t id);

/* `object` of `table` concerns `party`. */
void index_party(struct applying *a, uint64_t party, enum table table, uint64_t object);

/* The index of a currency that deciding has found; "" is the first. */
uint32_t currency_index(const struct applying *a, const char *code);

/* Sets a row that is one number. */
void put_id(struct applying *a, enum table table, const struct key *key, uint64_t id);

/* Sets a row that is a packed message. */
void put_message(
    struct applying *a, enum table table, const struct key *key, const ProtobufCMessage *message);

/* The message of a packed row, which exists; lives until the entry is applied. */
ProtobufCMessage *get_message(const struct applying *a, enum table table, const struct key *key,
    const ProtobufCMessageDescriptor *descriptor);

/* The person who acted (principal_row.person_id). */
uint64_t actor_person(const struct applying *a);

/* Copies a code (≤ LIMIT_CODE_BYTES, checked) into a row; what follows is zeros. */
void set_code(char ret_room[CODE_ROOM_BYTES], const char *code);

#endif
