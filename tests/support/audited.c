/* SPDX-License-Identifier: Apache-2.0 */
#include "support/audited.h"

#include "record/entry.h"
#include "voucher-audit/auditor.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY "/dev/shm" /* where making files costs least */

struct audited {
	struct auditor auditor;
	struct arena arena;
};

struct audited *audited_new(void) {
	struct audited *audited = calloc(1, sizeof(*audited));
	ck_assert_ptr_nonnull(audited);
	arena_init(&audited->arena, 0);
	const struct auditor_config config = { .work = access(MEMORY, W_OK) == 0 ? MEMORY : NULL };
	ck_assert_int_eq(auditor_open(&audited->auditor, &config), ERR_OK);
	return audited;
}

void audited_free(struct audited *audited) {
	auditor_close(&audited->auditor);
	arena_done(&audited->arena);
	free(audited);
}

void audited_take(struct audited *audited, uint64_t seq, const void *data, size_t bytes) {
	Pb__JournalEntry *entry;
	arena_reset(&audited->arena);
	ck_assert_int_eq(entry_decode(data, bytes, &audited->arena, &entry), ERR_OK);
	auditor_take(&audited->auditor, entry, seq);
}

void audited_end(struct audited *audited) {
	ck_assert_int_eq(auditor_end(&audited->auditor), ERR_OK);
}

static const char *describe(const struct finding *finding) {
	static char text[256];
	int bytes = snprintf(text, sizeof(text), "entry %" PRIu64 ": %s, %s, money %" PRIu64,
	    finding->seq, finding_name(finding->kind), finding->where, finding->money);
	if (finding->has_numbers && bytes > 0 && (size_t)bytes < sizeof(text))
		snprintf(text + bytes, sizeof(text) - (size_t)bytes, ": %" PRId64 ", must be %" PRId64,
		    finding->have, finding->want);
	return text;
}

bool audited_found(
    const struct audited *audited, uint64_t at, struct audited_finding *ret_finding) {
	const struct table *rows = &audited->auditor.findings.rows;
	if (at >= rows->count)
		return false;
	const struct finding *finding = table_row(rows, at);
	*ret_finding = (struct audited_finding){ .seq = finding->seq,
		.kind = finding_name(finding->kind),
		.where = finding->where,
		.money = finding->money,
		.text = describe(finding) };
	return true;
}

void audited_expect_clean(const struct audited *audited, const char *kind_allowed) {
	struct audited_finding finding;
	for (uint64_t at = 0; audited_found(audited, at, &finding); at++)
		ck_assert_msg(
		    kind_allowed && strcmp(finding.kind, kind_allowed) == 0, "the audit: %s", finding.text);
}
