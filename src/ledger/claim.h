/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of family *claim* share:
 *
 *	claim_submit.c       submit ─► SUBMITTED
 *	claim.c              SUBMITTED ─ approve ─► APPROVED ─ countersign ─► COUNTERSIGNED
 *	                         ─ publish ─► PUBLISHED (from APPROVED, if one approval is enough)
 *	                     from any of these: return ─► RETURNED, to be corrected (`replaces`);
 *	                         reject ─► REJECTED, for good: the money goes back to the pool
 *	claim_objection.c    PUBLISHED ─ object ─► OBJECTED ─ resolve ─► PUBLISHED or REJECTED
 *	settle.c, recover.c  what comes after
 *
 * A published claim waits in the programme's list (ready.h) for a settlement. Which funds bear a
 * claim is decided when it is submitted: its shares leave voucher_row.left, and return to it when
 * it is returned. Submitting moves no money, for redeeming made it payable.
 *
 * Internal to src/ledger.
 */
#ifndef LEDGER_CLAIM_H
#define LEDGER_CLAIM_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* --- decide --- */

/* `is_well`; else CLAIM_STATE. */
bool claim_want_state(struct deciding *d, const struct claim_row *claim, bool is_well);

/* A claim that `field` names, of a holder in the region of whoever acts; the entry is then about
 * it. NULL: refused. */
const struct claim_row *claim_find(struct deciding *d, uint64_t id, const char *field);

/* Moves what is payable of a claim back to the pool, to the funds that bear it. */
bool claim_decide_rejection(struct deciding *d, const struct claim_row *claim);

/* --- apply --- */

/* What claim_decide_rejection() decided. */
void claim_apply_rejection(struct applying *a, uint64_t id);

#endif
