/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where entries are read from, in order, as bytes:
 *
 *	a ledger directory   its journal (LMDB), read-only, also while a daemon has it open; with the
 *	                     tree heads of its commits
 *	an export            what GET /v1/journal answers: protobuf, each message behind its length
 *	                     (record/delimited.h), or one line of JSON for each entry. It has neither
 *	                     checksums nor tree heads
 *
 * Nothing in a file is trusted: what is damaged is said, and never followed. One thread.
 */
#ifndef VOUCHER_AUDIT_SOURCE_H
#define VOUCHER_AUDIT_SOURCE_H

#include "voucher-audit/batch.h"

struct source_ops {
	/* Adds the entries that come next to an empty batch; none: that was the last. ERR_CORRUPT: the
	 * file is damaged here (batch->trouble says how); what was added before is good. ERR_IO,
	 * ERR_MEMORY. */
	enum err (*read)(void *self, struct batch *batch);
	void (*close)(void *self);
};

struct source {
	const struct source_ops *ops;
	void *self;
	uint64_t total; /* for a progress bar: entries, or bytes with is_bytes; 0: nobody knows */
	bool is_bytes;
	bool has_heads; /* tree heads come with the entries */
};

/* Finds out what `path` is; reads from the entry after `after`. `ret_reason` is why not, for
 * people, in English. ERR_NOT_FOUND, ERR_IO, ERR_CORRUPT, ERR_MEMORY. */
enum err source_open(const char *path, uint64_t after, struct source *ret_source,
    const char **ret_reason) MUST_CHECK;
void source_close(struct source *source);

/* The kinds, for source_open alone. */
enum err source_open_lmdb(const char *directory, uint64_t after, struct source *ret_source,
    const char **ret_reason) MUST_CHECK;
enum err source_open_export(const char *path, uint64_t after, struct source *ret_source,
    const char **ret_reason) MUST_CHECK;

#endif
