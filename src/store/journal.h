/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The embedded log: one LMDB environment, default sync, only ever appended.
 *
 *	<directory>/journal/data.mdb
 *	database "entries"   key: sequence, native 64-bit integer (MDB_INTEGERKEY)
 *	                     value: the bytes of record/entry.h
 *	database "heads"     key: tree size, native 64-bit integer
 *	                     value: packed TreeHead; one for each append
 *	database "erasable", and <directory>/journal/erasable beside data.mdb: texts that can be
 *	                     erased (vault.h)
 *
 * To copy the files of a journal is to copy the whole directory, while nobody has it open; a guest
 * copies records at any time (engine/copy.h).
 *
 * A record, once its append has returned, is a fact. Nothing updates or deletes it. Contents are
 * checked by who decodes them; here only the numbers are: no gap, and a head at the end.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "store/log.h"

struct journal_config {
	const char *directory; /* of the ledger */
	size_t map_bytes;      /* address space; as env_options has it */
	bool create;           /* make it if it is not there; ERR_EXISTS if it is */
	/* Only reads, also while another process has it open; its end is what was there when it was
	 * opened. Not in a process that has it open already. */
	bool is_guest;
};

/*
 * A journal without any record counts as not there: what an interrupted creation leaves behind can
 * be created again. ERR_NOT_FOUND: there is no ledger. ERR_BUSY: it is open already, here or in
 * another process. ERR_CORRUPT, ERR_IO, ERR_DENIED.
 */
enum err journal_open(const struct journal_config *config, struct log *ret_log) MUST_CHECK;

#endif
