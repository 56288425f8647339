/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of one entry: what every check is given, and how it says what is wrong.
 *
 *	static void check_release(struct look *look) {
 *		const struct reservation *r = objects_find(&look->model->reservations, …->reservation);
 *		look_same(look, FINDING_AMOUNT, "decision.amount", r->held, look->decision->amount);
 *	}
 *
 * Every entry goes through the table of checks (checks.c), in order of its number. First each check
 * looks (before): the model is as the entries before this one left it. Then each learns (after):
 * what the entry says is taken as it stands, right or wrong, so that one mistake is found once and
 * not in everything that follows. A check keeps what it must remember in the model, or in tables of
 * its own (store.h).
 *
 * One thread: the one that checks.
 */
#ifndef VOUCHER_AUDIT_LOOK_H
#define VOUCHER_AUDIT_LOOK_H

#include "base/arena.h"
#include "voucher-audit/finding.h"
#include "voucher-audit/model.h"
#include "voucher-audit/once.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdbool.h>

struct look {
	const Pb__JournalEntry *entry;
	const Pb__Command *command;    /* never NULL but for the genesis entry */
	const Pb__Decision *decision;  /* never NULL: empty when the entry has none */
	const struct principal *actor; /* NULL: nobody that the ledger knows, or the genesis entry */
	uint64_t seq;
	int64_t time_us;
	struct model *model;
	struct findings *findings;
	struct once *ids;    /* command ids */
	struct arena *arena; /* until the entry has been checked */
	bool is_wrong;       /* something was found in this entry */
};

struct check_row {
	const char *name;  /* of the JSON report */
	const char *title; /* what is checked, for people */
	const char *title_zh;
	enum err (*open)(struct model *model, struct store *store); /* its tables; NULL: none */
	void (*before)(struct look *look);                          /* NULL: nothing */
	void (*after)(struct look *look);                           /* NULL: nothing */
	void (*end)(struct look *look); /* after the newest entry, which `look` is at; NULL: nothing */
};

extern const struct check_row CHECKS[];
extern const size_t CHECKS_COUNT;

/* --- saying what is wrong --- */

/* `where` is a format; an amount that is wrong is said by look_same or look_money. */
__attribute__((format(printf, 4, 5))) void look_found(
    struct look *look, enum finding_kind kind, uint64_t object, const char *where, ...);

/* The same, and so much money is concerned. */
__attribute__((format(printf, 5, 6))) void look_money(struct look *look, enum finding_kind kind,
    uint64_t object, int64_t money, const char *where, ...);

/* Found unless `have` is `want`, amounts of money; whether they are the same. */
bool look_same(
    struct look *look, enum finding_kind kind, const char *where, int64_t want, int64_t have);

/* The same for numbers that are no money: ids, dates, counts. */
bool look_same_number(
    struct look *look, enum finding_kind kind, const char *where, uint64_t want, uint64_t have);

#endif
