/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every decision once more. From the command, the rules in force and the model as the entries
 * before left it, the auditor computes what had to be decided and posted, and compares it with
 * what stands in the entry: every field of Decision, and the postings one by one. A command that
 * had to be refused (a limit reached, a deadline passed, an object in another state) is found,
 * too.
 *
 * What a bank line was matched with is not looked for again, but checked: that it waited, its
 * amount, and what follows from it. Roles, owners, four eyes, the form of fields and what may be
 * used once are other checks'.
 *
 *	decide_amount.c   shares and splits       \ pure: numbers, rules and a case, no model
 *	decide_who.c, decide_rules.c   the rules  /
 *	decide_case.c     what a case is given: objects, limits, accounts
 *	decide_*.c        a file for each family of commands
 *	decide_used.c     what caps count, learnt from each entry
 */
#ifndef VOUCHER_AUDIT_DECIDE_H
#define VOUCHER_AUDIT_DECIDE_H

#include "voucher-audit/look.h"

/* For the table of checks; `decide_after` comes behind those that change the model. */
enum err decide_open(struct model *model, struct store *store) MUST_CHECK;
void decide_before(struct look *look);
void decide_after(struct look *look);

/* Of the model that it was opened with; after its store, which has its tables. */
void decide_close(struct model *model);

#endif
