/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A clock on every step: how many applications and claims wait in a status, since when, and how
 * long those that have left it waited there. TABLE_CLOCK has a row for each programme and step;
 * put_application() and put_claim() keep it, so that no family has to. Internal to src/ledger,
 * except for the names of steps.
 */
#ifndef LEDGER_CLOCK_H
#define LEDGER_CLOCK_H

#include "ledger/applying.h"

/*
 * A step is a status in which somebody is expected to do something: the Pb__ApplicationStatus, or
 * CLOCK_CLAIMS + the Pb__ClaimStatus. In what is rejected, issued or reconciled nothing waits; what
 * is returned waits until it has been corrected.
 */
#define CLOCK_CLAIMS 0x100U

/* programme id, step */
struct key clock_key(uint64_t programme, uint32_t step);

/* "APPLICATION_SUBMITTED", "CLAIM_APPROVED", …; NULL: there is no such step. */
const char *clock_step_name(uint32_t step);

/* Moves the clocks from the row as it was (NULL: it is new) to the row as it will be, and sets
 * row->since_us when its status is another. */
void clock_application(
    struct applying *a, const struct application_row *before, struct application_row *row);
void clock_claim(struct applying *a, const struct claim_row *before, struct claim_row *row);

#endif
