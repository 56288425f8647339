/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints in files (record/checkpoint.h), by whose roots the journal is measured. */
#ifndef VOUCHER_AUDIT_SIGNED_TREES_H
#define VOUCHER_AUDIT_SIGNED_TREES_H

#include "voucher-audit/journey.h"
#include "voucher-audit/options.h"

struct signed_trees {
	struct signed_tree trees[OPTION_FILES_MAX]; /* in order of their sizes */
	size_t count;
};

/* False, and said on stderr: a file cannot be read, or is no checkpoint signed by one of the
 * keys. */
bool signed_trees_read(struct signed_trees *trees, const struct options *options);

#endif
