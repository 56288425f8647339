/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be used once: hundreds of millions of numbers of 128 bits, none of which may come twice,
 * without a table that is looked into at random. Each is written to one of 64 files by some of its
 * bits; at the end each file is sorted in memory and neighbours are compared. 24 bytes of disk and
 * about 0.1 µs for each.
 *
 * A file keeps what was compared, sorted, so that the next audit sorts only what is new.
 */
#ifndef VOUCHER_AUDIT_ONCE_H
#define VOUCHER_AUDIT_ONCE_H

#include "voucher-audit/map.h"

#define ONCE_FILES 64

struct once_use {
	uint64_t high;
	uint64_t low;
	uint64_t seq; /* of the entry */
};

struct once {
	struct table parts[ONCE_FILES];
	struct table sorted; /* a row for each: how many of its uses are sorted */
	uint64_t newest_compared;
	char names[ONCE_FILES][24], sorted_name[24];
};

enum err once_open(struct once *once, struct store *store, const char *name) MUST_CHECK;

void once_use(struct once *once, struct mark what, uint64_t seq);

/* Calls `twice` for every use but the first by an entry after `before`, in no order of entries.
 * ERR_MEMORY. */
enum err once_compare(struct once *once, uint64_t before,
    void (*twice)(void *arg, const struct once_use *first, const struct once_use *again),
    void *arg) MUST_CHECK;

#endif
