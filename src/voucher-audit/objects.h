/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects of one kind by their id, which is the number of the entry that made them. Rows are made
 * in order of ids; which ids there are is a bit for each entry, with a count for every 448 of them,
 * so that a look costs one line of the cache and a million entries 140 KiB.
 *
 * Every row begins with its id.
 */
#ifndef VOUCHER_AUDIT_OBJECTS_H
#define VOUCHER_AUDIT_OBJECTS_H

#include "voucher-audit/store.h"

#define OBJECTS_BLOCK_BITS (7 * 64)

struct objects_block {
	uint64_t before; /* rows of blocks before this one */
	uint64_t bits[7];
};

struct objects {
	struct table rows;
	struct table blocks;
	char index_name[32];
};

enum err objects_open(
    struct objects *objects, struct store *store, const char *name, size_t row_bytes) MUST_CHECK;

/* A new row, zero but for its id. The object's that there is when it is not new, or when a later id
 * is there already: NULL. */
void *objects_add(struct objects *objects, uint64_t id);

/* NULL: there is none. */
void *objects_find(const struct objects *objects, uint64_t id);

#endif
