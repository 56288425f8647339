/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often in a row a start ended, by a crash, before the state was up to date. A damaged page of
 * LMDB can lead to rows that are whole, but of another time; replaying upon them stops the process,
 * at every start again. So starts are counted, and who sees that two were in vain discards the
 * state: it is derived, and made again.
 *
 *	<ledger>/state/attempts   a byte for each; not synced: a power cut stops no process twice
 */
#ifndef STORE_ATTEMPTS_H
#define STORE_ATTEMPTS_H

/* Counts this one. Returns how many there were before; 0, too, where there is no state, or none can
 * be counted. */
unsigned attempts_begin(const char *ledger_directory);

/* This one was not in vain: the process goes on. */
void attempts_end(const char *ledger_directory);

#endif
