/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What falls due, and when: TABLE_DUE. Whoever makes or changes an object puts a row for each
 * moment at which the daemon should look at it again; rows are never taken away. That a moment has
 * come says nothing more than "look": deciding (expire.c) looks at the object as it stands, and a
 * row that an extension or a release has overtaken is stale.
 *
 * A row is put at its moment, or at that of the entry if that is later. So no row ever appears at
 * or before the time of an entry that is older than the row, and whoever walks the table with the
 * state of one moment may go on after it. Internal to src/ledger, but for the keys, which the
 * engine's ticker reads.
 */
#ifndef LEDGER_DUE_H
#define LEDGER_DUE_H

#include "base/uuid.h"
#include "ledger/applying.h"

#include <stdbool.h>

enum due_kind {          /* stored: append only */
	DUE_REMINDER = 1,    /* voucher: to be reminded of its last day of use */
	DUE_VOUCHER = 2,     /* voucher: what is live expires */
	DUE_RESERVATION = 3, /* reservation: what is held expires */
	DUE_CLAIMS = 4,      /* reservation: what is redeemed and not claimed expires */
	DUE_EXTENDED = 5,    /* voucher, extended: DUE_RESERVATION and DUE_CLAIMS of its reservations */
	DUE_REMOVAL = 6,     /* journal sequence of the assessment that removed a party */
};

struct due {
	int64_t time_us;
	enum due_kind kind;
	uint64_t object;
};

struct key due_key(const struct due *due);
struct due due_of_key(const struct key *key);

/*
 * The id of a command that the daemon gives when its time has come: the same for the same, so that
 * giving it again is a replay. A UUID of version 8 (RFC 9562): ffff, the second, then 74 bits of
 * SHA-256 over it all. Such ids are the daemon's: nobody else may take one, and so keep it from
 * having its effect.
 */
struct due_command {
	int64_t time_us; /* of the row */
	uint64_t object;
	uint32_t body; /* Pb__Command__BodyCase */
	uint32_t days; /* of a reminder */
};

struct uuid due_command_id(struct uuid ledger_id, const struct due_command *command);
bool due_is_daemon_id(const Pb__Uuid *id);

/* The first moment of the day that lies `days` days before the last day of use. */
int64_t due_reminder_us(const struct voucher_row *voucher, uint32_t days);

/* The first moment at which nothing of a voucher can be claimed any more, corrections included. */
int64_t due_claims_us(const struct voucher_row *voucher, const Pb__RuleSet *rules);

/*
 * For apply_*(). A voucher: when it is issued, when its last day of use moves, and when something
 * becomes live again after it. A reservation: when it is made (a grant too), and when something of
 * it is claimed no longer because its claim was returned. A removal: the entry that removed a
 * party. All may be called again: what is there already is put once more.
 */
void due_put_voucher(struct applying *a, uint64_t id, const struct voucher_row *voucher);
void due_put_reservation(struct applying *a, uint64_t id, const struct reservation_row *reservation,
    const struct voucher_row *voucher);
void due_put_extended(struct applying *a, uint64_t id, const struct voucher_row *voucher);
void due_put_removal(struct applying *a);

#endif
