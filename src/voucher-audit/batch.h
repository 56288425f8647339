/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries on their way from the thread that reads, hashes and unpacks them to the one that checks
 * them.
 */
#ifndef VOUCHER_AUDIT_BATCH_H
#define VOUCHER_AUDIT_BATCH_H

#include "base/arena.h"
#include "base/buffer.h"
#include "record/digest.h"
#include "voucher-audit/finding.h"
#include "voucher/v1/journal.pb-c.h"

#include <stdbool.h>

#define BATCH_ENTRIES 1024
#define BATCH_BYTES   ((size_t)2 << 20) /* about; one entry more may be in it */

struct batch_entry {
	uint64_t seq; /* as it is filed; 0: as it says itself */
	size_t offset, bytes;
	bool has_header; /* record/entry.h; else protobuf alone */
	/* What reading found out: */
	bool is_faulty;
	enum finding_kind fault;
	const Pb__JournalEntry *entry; /* NULL: it is faulty, or was not unpacked */
	uint8_t leaf[DIGEST_BYTES];    /* of the tree */
};

/* The tree as the ledger says that it was. */
struct batch_head {
	uint64_t size;
	uint8_t root[DIGEST_BYTES];
	bool is_readable;
	bool is_wrong;
};

struct batch {
	struct buffer data;
	struct arena arena; /* of what was unpacked */
	struct batch_entry entries[BATCH_ENTRIES];
	size_t count;
	struct batch_head *heads;
	size_t n_heads, heads_room;
	uint64_t read; /* of source.total, so far */
	bool is_last;
	enum err error;      /* reading ended with it */
	const char *trouble; /* and this is why; borrowed from constants */
};

void batch_init(struct batch *batch);
void batch_done(struct batch *batch);
void batch_clear(struct batch *batch);
bool batch_is_full(const struct batch *batch);

/* ERR_MEMORY. */
enum err batch_add(
    struct batch *batch, uint64_t seq, const void *data, size_t bytes, bool has_header) MUST_CHECK;
enum err batch_add_head(
    struct batch *batch, uint64_t size, const void *data, size_t bytes) MUST_CHECK;

#endif
