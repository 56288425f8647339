/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit of entries, one after another: everything of it that needs no file, no thread and no
 * terminal. What reads a ledger (journey.h) gives it the entries; so can a test.
 *
 *	struct auditor a;
 *	auditor_open(&a, &(struct auditor_config){ 0 });
 *	auditor_take(&a, entry, seq);       entry 1, 2, 3, …
 *	auditor_end(&a);                    what only the whole shows
 *	findings_totals(&a.findings)->count
 *	auditor_close(&a);
 */
#ifndef VOUCHER_AUDIT_AUDITOR_H
#define VOUCHER_AUDIT_AUDITOR_H

#include "record/merkle.h"
#include "voucher-audit/look.h"
#include "voucher-audit/once.h"

struct auditor_config {
	const char *directory; /* where the audit is kept, to be resumed; NULL: nowhere */
	const char *work;      /* for files without a name; NULL: $TMPDIR or /tmp */
	size_t memory_max;     /* resident bytes above which tables give theirs back; 0: 384 MiB */
};

/* The tree over what was audited (record/merkle.h). */
struct tree_row {
	char hash[16]; /* its function, as genesis names it; "": no entry yet */
	uint64_t packed_bytes;
	uint8_t packed[MERKLE_PACKED_BYTES_MAX];
};

struct auditor {
	struct store store;
	struct model model;
	struct findings findings;
	struct once ids;   /* command ids */
	struct table tree; /* one row */
	struct look look;
	struct arena arena;
	size_t memory_max;
	uint64_t entries;     /* taken since it was opened */
	uint64_t resumed_seq; /* the newest that an earlier audit took; 0: none */
	Pb__Decision no_decision;
};

/* ERR_NOT_FOUND, ERR_IO, ERR_MEMORY; ERR_CORRUPT: what an earlier audit left is damaged or another
 * version's. auditor_close in any case. */
enum err auditor_open(struct auditor *auditor, const struct auditor_config *config) MUST_CHECK;

/* The next entry, filed under `seq`; it is read, not kept. */
void auditor_take(struct auditor *auditor, const Pb__JournalEntry *entry, uint64_t seq);

/* An entry that cannot be read: what it did is not known from here on. */
void auditor_miss(struct auditor *auditor, uint64_t seq, enum finding_kind kind, const char *why);

/* ERR_MEMORY. */
enum err auditor_end(struct auditor *auditor) MUST_CHECK;

/* Keeps it for the next audit to go on from. */
enum err auditor_keep(struct auditor *auditor) MUST_CHECK;

void auditor_close(struct auditor *auditor);

#endif
