/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claims of a payment that a line said came back: they wait for another settlement, and are
 * remembered (TABLE_RETURNED) so that they can be taken back if the line was another thing. As long
 * as all of them still wait, as they were, that restores what was. Internal to src/ledger.
 */
#ifndef LEDGER_RETURNED_H
#define LEDGER_RETURNED_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* Claims that an entry takes back, of several payments. In the deciding's arena. */
struct returned_claims {
	uint64_t *claims;
	size_t count;
};

/* All of them still wait, and have as much to be paid as then; else CLAIM_STATE. Adds them to
 * `taken`. */
bool returned_want_waiting(struct deciding *d, uint64_t settlement, uint32_t number,
    const struct payment_row *payment, struct returned_claims *taken);

/* No claim is taken back twice: it was paid again, and came back again; else CLAIM_STATE. */
bool returned_want_once(struct deciding *d, const struct returned_claims *taken);

/* --- applying --- */

/* Remembers the payment's claims, before they are given back. */
void returned_keep(
    struct applying *a, uint64_t settlement, uint32_t number, const struct payment_row *payment);

/* They are the payment's again, which is paid: in this status. The caller puts the row. */
void returned_take_back(struct applying *a, uint64_t settlement, uint32_t number,
    struct payment_row *payment, uint32_t status);

#endif
