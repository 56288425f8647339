/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small ledger's life, from a programme to a bank's statement, as files that the auditor reads.
 *
 * What fails here fails the Check test. Knows the ledger, and nothing of the auditor: both have
 * their own names for the same things.
 */
#ifndef TESTS_UNIT_AUDIT_LIFE_H
#define TESTS_UNIT_AUDIT_LIFE_H

#include "base/buffer.h"

#include <stdint.h>

struct world;

/* A life that touches most families. */
struct world *life_new(void);
void life_free(struct world *world);
uint64_t life_last_seq(struct world *world);

/* Its entries as the journal encodes them. */
void life_entry(struct world *world, uint64_t seq, struct buffer *encoded);

/* Its root after the first `size` entries. */
void life_root(struct world *world, uint64_t size, uint8_t ret_root[32]);

/* A ledger directory, by the store itself; a commit for every `commit` entries. Of the head after
 * entry `wrong_head` (0: none) one byte is another. */
void life_write_journal(
    struct world *world, const char *directory, uint64_t commit, uint64_t wrong_head);

/* An export of entries 1 … `last` but for `missing` (0: none). */
enum export_form { EXPORT_PACKED, EXPORT_JSON };
void life_write_export(
    struct world *world, const char *path, enum export_form form, uint64_t last, uint64_t missing);

#endif
