/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal, entry by entry from the first to one that is fixed at the start: for what must see
 * every entry, as books do (entry_pages.h).
 */
#ifndef VOUCHERCTL_ENTRIES_H
#define VOUCHERCTL_ENTRIES_H

#include "base/err.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucherctl/exit_status.h"

#include <stdint.h>

struct session;

/* What becomes of an entry, which is unpacked as by books_unpack and valid for the call. Anything
 * but EXIT_DONE ends the reading, and has been explained. */
struct entries_reader {
	enum exit_status (*take)(void *user, const Pb__JournalEntry *entry);
	void *user;
};

/* Entries 1 to `until`, with progress on stderr. Complains. */
enum exit_status entries_read(
    struct session *session, uint64_t until, const struct entries_reader *reader);

/*
 * The last entry that counts: --until SEQ; or --date YYYY-MM-DD, of which the last one of that day
 * is meant, in the calendar of China; else the newest there is. Complains.
 */
enum exit_status entries_until(struct session *session, uint64_t *ret_until);

/* Complains that entry `seq` is none that books take, for a reason of books_entry. */
enum exit_status entries_unfit(uint64_t seq, enum err err);

#endif
