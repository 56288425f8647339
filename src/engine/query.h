/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What queries return: rows of the state, joined with the journal entries that made the objects, as
 * the resources of proto/voucher/v1/resource.proto.
 */
#ifndef ENGINE_QUERY_H
#define ENGINE_QUERY_H

#include "base/arena.h"
#include "engine/engine.h"
#include "ledger/rows.h"
#include "voucher/v1/resource.pb-c.h"

enum resource {
	RESOURCE_FUNDS,
	RESOURCE_PROGRAMMES,
	RESOURCE_PARTIES,
	RESOURCE_PRINCIPALS,
	RESOURCE_APPLICATIONS,
	RESOURCE_VOUCHERS,
	RESOURCE_RESERVATIONS,
	RESOURCE_CLAIMS,
	RESOURCE_SETTLEMENTS,
	RESOURCE_ACCOUNTS,    /* the trial balance */
	RESOURCE_DISCLOSURES, /* published claims (公示), for everyone, newest first */
	RESOURCE_CLAWBACKS,
	RESOURCE_SAMPLES,
	RESOURCE_HOUSE_ACCOUNTS,
	RESOURCE_STATEMENTS,
	RESOURCE_BANK_LINES,
	RESOURCE_PAYMENTS,
	RESOURCE_PERIODS,
	RESOURCE_COUNT,
};

const char *resource_name(enum resource resource); /* "vouchers", as in Page */

/*
 * Who asks, and when. Staff see everything; staff of a region what concerns holders in it, besides
 * what is nobody's file (funds, programmes, providers, the accounts of programmes): no settlements
 * and no samples, which are of the whole office. What concerns our own accounts at banks (they,
 * their statements, lines, books and payments, and the closing of periods) is for those of the
 * whole office whose work it is. A party (not 0) sees what concerns it: itself, its principals, its
 * applications and vouchers, reservations and claims of which it is holder or provider, its
 * accounts, clawbacks and payments (but from which of our accounts they came) as a payee.
 * Particulars of natural persons are for staff and for the party itself. Everybody
 * sees programmes and disclosures.
 */
struct query_viewer {
	bool is_staff;
	bool is_payer;  /* staff who approve or make payments: sees persons' accounts in settlements */
	bool is_banker; /* staff of the whole office who may see our accounts at banks */
	uint64_t party;
	uint64_t principal;
	char region[REGION_ROOM_BYTES]; /* staff: an administrative division; "": all */
	int64_t now_us;                 /* of the register: what is overdue, who is blacklisted */
};

struct query_filter {
	const char *programme; /* code; NULL: any. The same for the others. */
	const char *party;     /* code: holder, provider or payee; of a principal: whose it is */
	const char
	    *status; /* enum value name without its prefix, lower case ("open"), or the full name */
	const char *cursor; /* from Page.next; opaque */
	uint32_t limit;     /* rows; 0: LIMIT_PAGE_ROWS_DEFAULT; at most LIMIT_PAGE_ROWS */

	const char *code; /* of vouchers: a voucher's code, as people type it */

	const char *house_account; /* code; of statements, bank lines and payments */
	const char *awaited;       /* of payments: "true": they wait for their bank line; or "false" */
	const char *state;         /* of bank lines: "suggested", or the full name */
	const char *exception;     /* of bank lines: "ambiguous", or the full name */
	const char *open;          /* of bank lines: "true": not matched and not ignored; or "false" */

	/* Of parties, which make the register (台账): */
	const char *kind;        /* "company", or the full name */
	const char *region;      /* lies in this administrative division */
	const char *owner;       /* who answers for it */
	const char *overdue;     /* "true": its deadline has passed; or "false" */
	const char *blacklisted; /* "true" or "false" */
};

/*
 * One object by code where it has one (funds, programmes, parties, house accounts), or by id; a
 * disclosure by its claim's id, a period by its month ("2026-11"), a bank line by its account's
 * code and its number ("main/7"), a payment by its settlement and its number ("12/1").
 * ERR_NOT_FOUND when there is none or the viewer may not know of it (accounts are only listed);
 * ERR_MEMORY. Works on any view. A settlement comes with all its payments, up to thousands of
 * journal entries: read it from a snapshot, not on the sequencer's thread. What a bank line may be
 * (LINE_SUGGESTED) is only looked for where rows can be walked.
 */
enum err query_get(const struct engine_view *view, enum resource resource, const char *id,
    const struct query_viewer *viewer, struct arena *arena,
    ProtobufCMessage **ret_resource) MUST_CHECK;

/*
 * A page in order of id. ERR_SYNTAX with `ret_field` (a member of struct query_filter) when
 * the filter is wrong or is none that this resource has; ERR_MEMORY. A party that
 * filters by one that it may not know of finds nothing. Needs a view that can be scanned. A page
 * may be short of `limit` although more follows (LIMIT_SCAN_ROWS); only an empty `next` is the end.
 */
enum err query_list(const struct engine_view *view, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer, struct arena *arena,
    Pb__Page **ret_page, const char **ret_field) MUST_CHECK;

/*
 * Take-up (Page.take_up): the counters of a programme summed by those of region, category and month
 * that `by` names ("region,month"; NULL: none, so one row), in that order, from month `from` to
 * month `to` ("YYYY-MM", both included; NULL: ever). Staff of a region see their region's.
 * ERR_SYNTAX with `ret_field`; ERR_RANGE with it when that makes more than LIMIT_STATISTICS_ROWS
 * rows.
 */
struct query_take_up {
	const char *programme; /* code */
	const char *from, *to;
	const char *by;
};
enum err query_take_up(const struct engine_view *view, const struct query_take_up *asked,
    const struct query_viewer *viewer, struct arena *arena, Pb__Page **ret_page,
    const char **ret_field) MUST_CHECK;

/* How long things wait at each step of a programme (Page.clocks), as of viewer->now_us. ERR_SYNTAX
 * with `ret_field`. */
enum err query_waiting(const struct engine_view *view, const char *programme,
    const struct query_viewer *viewer, struct arena *arena, Pb__Page **ret_page,
    const char **ret_field) MUST_CHECK;

/* Staff of no region whose work banks are, too: every entry concerns it. */
static inline bool query_may_see_all(const struct query_viewer *viewer) {
	return viewer->is_staff && viewer->is_banker && !viewer->region[0];
}

/* Whether an entry concerns the viewer: the feed shows only such. */
bool query_may_see(const Pb__JournalEntry *entry, const struct query_viewer *viewer);

#endif
