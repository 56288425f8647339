/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Through a ledger from its first entry, or from where the last audit ended, to its last.
 *
 *	a thread        reads, compares checksums, hashes, grows the tree and compares it with tree
 *	                heads and signed checkpoints, unpacks
 *	the caller's    checks (auditor.h) what the thread hands over, batch by batch
 *
 * What the tree was at the end is kept with the audit: the next one grows it further. It does not
 * read again what lies before its beginning; an audit from the first entry does.
 */
#ifndef VOUCHER_AUDIT_JOURNEY_H
#define VOUCHER_AUDIT_JOURNEY_H

#include "record/merkle.h"
#include "voucher-audit/auditor.h"
#include "voucher-audit/source.h"

/* A tree that somebody has signed: root at a size. */
struct signed_tree {
	uint64_t size;
	uint8_t root[DIGEST_BYTES];
	const char *name; /* of its file, for people */
	bool is_met;      /* out: the journal had it */
};

struct journey_config {
	const char *path;
	struct auditor_config audit;
	bool is_only_hashes;       /* nothing is checked but bytes, hashes and the tree */
	struct signed_tree *trees; /* in order of their sizes */
	size_t n_trees;
	void (*progress)(void *arg, const struct source *source, uint64_t read, uint64_t entries);
	void *progress_arg;
};

struct journey_result {
	uint64_t first, last; /* entries read now; last 0: none */
	uint64_t entries;
	uint64_t heads; /* tree heads compared */
	uint64_t size;  /* of the tree */
	uint8_t root[DIGEST_BYTES];
	const char *reason; /* of an error, for people */
};

/* The auditor has been opened, and is closed by the caller. ERR_OK: all was read; what is wrong is
 * among the findings. Else `ret_result->reason` says why it could not be done. */
enum err journey(struct auditor *auditor, const struct journey_config *config,
    struct journey_result *ret_result) MUST_CHECK;

#endif
