/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of the journal on their way from the daemon, as three hands pass them on: while one is
 * read, a thread unpacks the next, and another fetches the one after that.
 *
 *	fetched ──► unpacked ──► read ──► its memory serves the next but two
 *
 * The fetching thread has the client to itself until entry_pages_end. A page belongs to one hand at
 * a time.
 */
#ifndef VOUCHERCTL_ENTRY_PAGES_H
#define VOUCHERCTL_ENTRY_PAGES_H

#include "base/arena.h"
#include "base/err.h"
#include "voucher/client.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucherctl/exit_status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;

struct entry_page {
	uint64_t next;              /* it ends with this entry; UINT64_MAX: the reply does not say */
	enum voucher_result result; /* of fetching it */
	Pb__JournalEntry **entries; /* as of books_unpack; in `arena` */
	size_t count;
	enum err err; /* of unpacking what comes behind them; ERR_RANGE: a time beyond the year 9999 */
	bool is_last;

	struct voucher_reply *reply;
	struct arena arena;
};

struct entry_pages;

/* Begins with the first entry; no page after the one with `until` is fetched. NULL: no memory, or
 * no threads. */
struct entry_pages *entry_pages_begin(struct voucher_client *client, uint64_t until);

/* The next page, valid until the one after it is asked for; NULL: that was the last. */
struct entry_page *entry_pages_next(struct entry_pages *pages);

/* Waits for what is under way. NULL is allowed. */
void entry_pages_end(struct entry_pages *pages);

/* EXIT_DONE, or why it was not fetched, which is said. On the session's thread. */
enum exit_status entry_page_explain(struct entry_page *page, struct session *session);

/* One page of at most `limit` entries after `after`, on the session's thread, and what
 * entry_page_explain says of it; to be freed in either case. */
enum exit_status entry_page_load(
    struct entry_page *page, struct session *session, uint64_t after, uint64_t limit);

void entry_page_free(struct entry_page *page);

/* Where a link of the journal goes on, "/v1/journal?after=7". ERR_SYNTAX, also for NULL. */
enum err entry_pages_position(const char *link, uint64_t *ret_after) MUST_CHECK;

#endif
