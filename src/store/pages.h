/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of an LMDB file, looked at before LMDB opens it. LMDB has no checksums of its own and
 * follows whatever a page says: a damaged key of an inner page hides records, a damaged list of
 * free pages lets pages that are in use be written over.
 *
 * No page may be in use twice, or in use and free; every key must be where it is looked for; nodes
 * must fill their pages; the counts must be those of the trees, and the numbers of the last
 * transactions those of what they freed. A tree with too many records to look at is followed as far
 * as the numbers of its leaves, so that its pages of large values are not known.
 *
 * Layout: data version 1 in the machine's byte order (LMDB 0.9, mdb.c: MDB_meta, MDB_db, MDB_page,
 * MDB_node, mdb_freelist_save).
 */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "base/err.h"

#include <lmdb.h>
#include <stdbool.h>
#include <stddef.h>

struct pages_options {
	size_t records_max; /* of a tree whose leaves are looked at */
	/* For each record that is looked at, in the order of its tree; `tree` is its name, "" for the
	 * tree of names. False: it is damaged. May be NULL. */
	bool (*see)(void *arg, const char *tree, const MDB_val *key, const MDB_val *value);
	void *arg;
};

/* Nobody may have the file open for writing. A file that is not there, or is empty, is in order.
 * ERR_CORRUPT: `*ret_fault` says what is wrong, in English. ERR_DENIED, ERR_IO, ERR_MEMORY. */
enum err pages_check(
    const char *path, const struct pages_options *options, const char **ret_fault) MUST_CHECK;

#endif
