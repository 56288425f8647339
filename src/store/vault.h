/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts beside the journal that can be erased (log.h): a table of them in the journal's
 * environment, changed by the transaction that appends the records, and a file of slots (slots.h)
 * with the texts themselves.
 *
 *	database "erasable"   key: as in log.h, native 64-bit integer
 *	                      value: seq, slot, CRC32C of key, seq and slot: native 64-bit integers
 *
 *	put     text into a free slot, synced ─► row, commit ─► zeros over the slot of the text before
 *	erase                          row deleted, commit ─► zeros over its slot, synced ─► answered
 *
 * Invariant: between transactions, a slot holds a text if and only if a row names it; after a crash
 * vault_open() makes it true again. So a text is there exactly if its row is, and the row exactly
 * if its record is.
 *
 * Why the texts are not rows: LMDB never writes over a page. Measured with 0.9.24 on rows of 200
 * bytes: twelve copies of one stood in the file, ten after it had been overwritten with zeros and
 * deleted, and one after a thousand more commits, in the unused room of a page in use, because
 * LMDB takes the memory of written pages again without clearing it.
 *
 * The thread that appends changes it; any may read.
 */
#ifndef STORE_VAULT_H
#define STORE_VAULT_H

#include "store/lmdb_env.h"
#include "store/log.h"
#include "store/slots.h"

struct slot_list {
	uint64_t *slots;
	size_t count;
	size_t room;
};

struct vault {
	struct env *env; /* the journal's */
	MDB_dbi rows;
	struct slots slots;
	struct slot_list taken;   /* by the transaction under way, or left by an aborted one */
	struct slot_list retired; /* by it; to be overwritten when it is durable */
};

/* In an open environment, and `vault->rows` is open. ERR_CORRUPT: rows and slots do not fit, or a
 * row is damaged. Nothing is overwritten then. */
enum err vault_open(struct vault *vault, struct env *env, const char *directory) MUST_CHECK;

/* The same, to recall only, beside the process whose vault it is. */
enum err vault_open_as_guest(
    struct vault *vault, struct env *env, const char *directory) MUST_CHECK;

void vault_close(struct vault *vault); /* accepts a zeroed one, or what a failed vault_open left */

/* Within the journal's write transaction, which the caller then commits or aborts; one of the two
 * below must follow. On an error it must be abort. */
enum err vault_change(
    struct vault *vault, MDB_txn *txn, const struct log_erasable *changes, size_t count) MUST_CHECK;

/* After the commit: overwrites the texts that have no row any more. ERR_FATAL: that failed, and
 * vault_open() must do it. */
enum err vault_committed(struct vault *vault) MUST_CHECK;

/* After an abort: the same with what was written for nothing. What fails is done before the next
 * change, or at the next start. */
void vault_aborted(struct vault *vault);

/* Any thread: log_recall(). */
enum err vault_recall(struct vault *vault, uint64_t key, struct arena *arena,
    struct log_erasable *ret_text) MUST_CHECK;

#endif
