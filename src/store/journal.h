/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The embedded log: one LMDB environment, default sync, only ever appended.
 *
 *	<directory>/journal/data.mdb
 *	database "entries"  key: sequence, native 64-bit integer (MDB_INTEGERKEY)   value:
 * record/entry.h bytes database "heads"    key: tree size, native 64-bit integer value: packed
 * TreeHead
 *
 * A record, once its append has returned, is a fact. Nothing updates or deletes it.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/log.h"

struct journal_config {
	const char *directory; /* of the ledger */
	size_t map_bytes;      /* address space; 0: 1 TiB */
	bool create;           /* make it if it is not there; ERR_EXISTS if it is */
};

/* ERR_NOT_FOUND: there is no ledger. ERR_BUSY: another process has it open. ERR_CORRUPT, ERR_IO,
 * ERR_DENIED. */
enum err journal_open(const struct journal_config *config, struct log *ret_log) MUST_CHECK;

#endif
