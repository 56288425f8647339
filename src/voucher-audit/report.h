/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an audit says in the end: for people, in English or Chinese, or as JSON for programs.
 *
 *	{"ledger": {"id", "name", "path", "entries", "last_time_us"},
 *	 "tree": {"size", "root", "heads", "checkpoints"},
 *	 "audited": {"from", "to", "entries", "seconds"},
 *	 "checks": ["chain", …],
 *	 "counts": {"vouchers": 12, …},
 *	 "findings": [{"kind", "seq", "object", "where", "want", "have", "money", "sentence"}, …],
 *	 "totals": {"findings", "entries", "money"}, "clean": true}
 *
 * Numbers of 64 bits are strings, as in the ledger's own JSON.
 */
#ifndef VOUCHER_AUDIT_REPORT_H
#define VOUCHER_AUDIT_REPORT_H

#include "base/buffer.h"
#include "voucher-audit/journey.h"

#include <stdbool.h>

#define REPORT_FINDINGS_SHOWN 100 /* to people, unless all are asked for */

struct report {
	const struct auditor *auditor;
	const struct journey_result *result;
	const char *path;
	const struct signed_tree *trees;
	size_t n_trees;
	int64_t microseconds;
	bool is_only_hashes;
	bool is_zh;
	bool is_all; /* every finding that was kept */
};

void report_text(const struct report *report, struct buffer *out);
void report_json(const struct report *report, struct buffer *out);

/* How many of each kind of object there are: its name in both languages; NULL: that was the last.
 */
struct report_count {
	const char *name, *en, *zh;
	uint64_t count;
};
bool report_count_of(const struct report *report, size_t index, struct report_count *ret_count);

#endif
