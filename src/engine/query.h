/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What queries return: rows of the state, joined with the journal entries that made the objects, as
 * the resources of proto/voucher/v1/resource.proto.
 */
#ifndef ENGINE_QUERY_H
#define ENGINE_QUERY_H

#include "base/arena.h"
#include "engine/engine.h"
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
	RESOURCE_DISCLOSURES, /* published claims (公示), for everyone */
	RESOURCE_COUNT,
};

const char *resource_name(enum resource resource); /* "vouchers", as in the path */

/*
 * Who asks. Staff see everything; a party (not 0) sees what concerns it: itself, its principals,
 * its applications and vouchers, reservations and claims of which it is holder or provider, its
 * accounts as a payee. Particulars of natural persons are for staff and for the party itself. Everybody sees programmes and disclosures, only staff funds and settlements.
 */
struct query_viewer {
	bool is_staff;
	bool is_payer; /* staff who approve or make payments: sees persons' accounts in settlements */
	uint64_t party;
};

struct query_filter {
	const char *programme; /* code; NULL: any. The same for the others. */
	const char *party;     /* code: holder, provider or payee; of a principal: whose it is */
	const char
	    *status; /* enum value name without its prefix, lower case ("open"), or the full name */
	const char *cursor; /* from Page.next; opaque */
	uint32_t limit;     /* rows; 0: LIMIT_PAGE_ROWS_DEFAULT; at most LIMIT_PAGE_ROWS */
};

/*
 * One object by code where it has one (funds, programmes, parties), or by id; a disclosure by its
 * claim's id. ERR_NOT_FOUND when there is none or the viewer may not know of it (accounts are only
 * listed); ERR_MEMORY. Works on any view. A settlement comes with all its payments, up to thousands
 * of journal entries: read it from a snapshot, not on the sequencer's thread.
 */
enum err query_get(const struct engine_view *view, enum resource resource, const char *id,
    const struct query_viewer *viewer, struct arena *arena,
    ProtobufCMessage **ret_resource) MUST_CHECK;

/*
 * A page in order of id. ERR_SYNTAX with `ret_field` ("programme", "party", "status", "cursor",
 * "limit") when the filter is wrong or is none that this resource has; ERR_MEMORY. A party that
 * filters by one that it may not know of finds nothing. Needs a view that can be scanned. A page
 * may be short of `limit` although more follows (LIMIT_SCAN_ROWS); only an empty `next` is the end.
 */
enum err query_list(const struct engine_view *view, enum resource resource,
    const struct query_filter *filter, const struct query_viewer *viewer, struct arena *arena,
    Pb__Page **ret_page, const char **ret_field) MUST_CHECK;

/* Whether an entry concerns the viewer: the feed shows only such. */
bool query_may_see(const Pb__JournalEntry *entry, const struct query_viewer *viewer);

#endif
