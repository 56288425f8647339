/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A state in memory, for tests of the ledger and of queries: sorted rows, a scan, nothing else.
 *
 * It is as unkind as the contract of ledger/state.h allows: a row that get() gave is freed by the
 * next put, so that a sanitizer finds whoever holds on to it.
 */
#ifndef TESTS_SUPPORT_MEMORY_STATE_H
#define TESTS_SUPPORT_MEMORY_STATE_H

#include "ledger/state.h"

struct memory_state;

struct memory_state *memory_state_new(void);
void memory_state_free(struct memory_state *memory);

/* Valid as long as `memory`. The first has put; the second has none, as decide and queries see. */
const struct state *memory_state_writable(struct memory_state *memory);
const struct state *memory_state_readable(struct memory_state *memory);

/* Where the rows of two states differ first, such as "table 12, key 0000000000000007"; NULL:
 * nowhere. Static text. */
const char *memory_state_difference(const struct memory_state *a, const struct memory_state *b);

#endif
