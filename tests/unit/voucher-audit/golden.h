/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The golden ledger: a small scheme's story in which every command of the schema takes effect, most
 * of them in more than one way. Two funds share what is granted, three programmes stand under and
 * beside one another, a claim is clawed back and set off, a bank says what it paid, months are
 * closed. Made by the ledger itself, and clean by every check of the audit.
 */
#ifndef TESTS_UNIT_VOUCHER_AUDIT_GOLDEN_H
#define TESTS_UNIT_VOUCHER_AUDIT_GOLDEN_H

#include <stddef.h>
#include <stdint.h>

struct golden_entry {
	uint8_t *data; /* as record/entry.h encodes it */
	size_t bytes;
};

struct golden {
	struct golden_entry *entries; /* entries[i] is entry i + 1 */
	size_t count;
};

/* The same bytes each time. */
struct golden golden_make(void);
void golden_free(struct golden *golden);

#endif
