/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The auditor's tables by name: in a directory of its own, where the next audit goes on from them,
 * or in files without a name that end with the process.
 *
 *	<directory>/NAME      the rows of a table, as they lie in memory
 *	<directory>/manifest  text: a line of what it belongs to, then "NAME ROW_BYTES COUNT CRC32C"
 *	                      for each table; replaced atomically, by store_commit alone
 *
 * The manifest is removed before tables change: what a crash leaves behind counts as nothing, and
 * the next audit begins again. Owned by one thread.
 */
#ifndef VOUCHER_AUDIT_STORE_H
#define VOUCHER_AUDIT_STORE_H

#include "voucher-audit/table.h"

#include <stdbool.h>

struct store {
	struct store_place *place; /* where it is */
	struct table **tables;
	const char **names;
	size_t count;
	bool is_resumed; /* tables have what was committed */
};

/* `directory` NULL: nothing stays; the files are in `work` (NULL: $TMPDIR or /tmp). ERR_NOT_FOUND,
 * ERR_IO, ERR_MEMORY. ERR_CORRUPT: there is a manifest, and the files are not what it says. */
enum err store_open(struct store *store, const char *directory, const char *work) MUST_CHECK;

/* Opens a table, which must stay where it is until the store is closed. `name` is borrowed. */
enum err store_table(
    struct store *store, const char *name, size_t row_bytes, struct table *table) MUST_CHECK;

/* From here on the tables change, and what was committed counts no more. ERR_IO. */
enum err store_begin(struct store *store) MUST_CHECK;

/* Makes what is in the tables what the next audit begins with. Nothing for one that has no
 * directory. */
enum err store_commit(struct store *store) MUST_CHECK;

/* Gives the memory that the tables take back to the kernel when the process has more than this;
 * what is in them stays. */
void store_trim(struct store *store, size_t resident_bytes_max);

void store_close(struct store *store);

#endif
