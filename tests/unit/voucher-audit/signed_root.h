/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger as a file, beside a root that somebody has signed. Knows the auditor, and no ledger. */
#ifndef TESTS_UNIT_VOUCHER_AUDIT_SIGNED_ROOT_H
#define TESTS_UNIT_VOUCHER_AUDIT_SIGNED_ROOT_H

#include "golden.h"

#include <stdbool.h>

/* The root of the tree over the entries (record/merkle.h). */
void signed_root_of(const struct golden *golden, uint8_t ret_root[32]);

/* Whether the auditor, reading the entries from a file, meets this root behind the last. */
bool signed_root_is_met(const struct golden *golden, const uint8_t root[32]);

#endif
