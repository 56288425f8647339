/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows by a key of 128 bits: two numbers, or a mark of a text. Open addressing in a table of the
 * store. A row is found again after another was put, but a pointer to it is good only until then.
 *
 * Texts go by their marks alone. Two texts with one mark would make the audit say too much, never
 * too little: what is compared then is an object that does not fit, and that is a finding.
 */
#ifndef VOUCHER_AUDIT_MAP_H
#define VOUCHER_AUDIT_MAP_H

#include "voucher-audit/store.h"

struct mark {
	uint64_t high;
	uint64_t low;
};

/* Of bytes; `kind` keeps keys of different things apart. Never {0, 0}. */
struct mark mark_of(uint64_t kind, const void *data, size_t bytes);
struct mark mark_of_text(uint64_t kind, const char *text);

/* Of numbers; never {0, 0} unless all are. */
struct mark mark_of_numbers(uint64_t kind, uint64_t a, uint64_t b, uint64_t c);

struct map {
	struct table slots; /* each a mark, {0, 0} when it is free, and a row */
	struct table used;  /* one row: how many */
	char used_name[32];
};

enum err map_open(
    struct map *map, struct store *store, const char *name, size_t row_bytes) MUST_CHECK;

/* NULL: there is none. */
void *map_find(const struct map *map, struct mark key);

/* There from now on; zero when it is new. */
void *map_put(struct map *map, struct mark key);

uint64_t map_count(const struct map *map);

/* Every row, in no order: *at begins at 0. False: that was all. */
bool map_next(const struct map *map, uint64_t *at, const struct mark **ret_key, void **ret_row);

#endif
