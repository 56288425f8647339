/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who acted: somebody registered and not revoked, in a role that may give the command, with a part
 * in its object (owner or staff of the region), and another person than the one whose work it
 * checks. As things stood when it was done.
 */
#ifndef VOUCHER_AUDIT_CHECK_PERSONS_H
#define VOUCHER_AUDIT_CHECK_PERSONS_H

#include "voucher-audit/look.h"

void check_persons(struct look *look);

/* The roles that may give a command, as bits 1 << Pb__Role; 0: nobody but the daemon. */
uint32_t persons_roles(Pb__Command__BodyCase command);

/* --- check_eyes.c --- */

/* Four eyes: those that always hold, and those that the rules ask for (Duty). */
void check_eyes(struct look *look);

/* --- check_owners.c --- */

/* Whose object it is, and which region's. */
void check_owners(struct look *look);

#endif
