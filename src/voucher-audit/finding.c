/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/finding.h"

#include <stddef.h>

static struct finding_totals *totals_of(const struct findings *findings) {
	return (struct finding_totals *)((char *)findings->counts.rows +
	    FINDING_KIND_COUNT * sizeof(uint64_t));
}

enum err findings_open(struct findings *findings, struct store *store) {
	enum err err = store_table(store, "findings", sizeof(struct finding), &findings->rows);
	if (!err)
		err = store_table(store, "finding-counts",
		    FINDING_KIND_COUNT * sizeof(uint64_t) + sizeof(struct finding_totals),
		    &findings->counts);
	if (!err && findings->counts.count == 0)
		table_add(&findings->counts);
	return err;
}

static void saturate(uint64_t *sum, uint64_t more) {
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = UINT64_MAX;
}

/* Of an entry's findings the one about most money is counted. */
static void count_money(struct finding_totals *totals, const struct finding *finding) {
	if (totals->count == 0 || totals->last_seq != finding->seq) {
		totals->entries += finding->seq != 0;
		totals->last_seq = finding->seq;
		totals->last_money = 0;
	}
	if (finding->money > totals->last_money) {
		saturate(&totals->money, finding->money - totals->last_money);
		totals->last_money = finding->money;
	}
}

void findings_add(struct findings *findings, const struct finding *finding) {
	struct finding_totals *totals = totals_of(findings);
	count_money(totals, finding);
	totals->count++;
	((uint64_t *)findings->counts.rows)[finding->kind]++;
	if (findings->rows.count < FINDINGS_KEPT) {
		struct finding *row = table_add(&findings->rows);
		*row = *finding;
	}
}

const struct finding_totals *findings_totals(const struct findings *findings) {
	return totals_of(findings);
}

uint64_t findings_count(const struct findings *findings, enum finding_kind kind) {
	return ((const uint64_t *)findings->counts.rows)[kind];
}
