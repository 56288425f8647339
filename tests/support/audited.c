/* SPDX-License-Identifier: Apache-2.0 */
#include "support/audited.h"

#include "record/entry.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

void audited_begin(struct audited *audited) {
	arena_init(&audited->arena, 0);
	ck_assert_int_eq(
	    auditor_open(&audited->auditor, &(struct auditor_config){ .directory = NULL }), ERR_OK);
}

void audited_take(struct audited *audited, const void *data, size_t bytes) {
	Pb__JournalEntry *entry;
	arena_reset(&audited->arena);
	ck_assert_int_eq(entry_decode(data, bytes, &audited->arena, &entry), ERR_OK);
	auditor_take(&audited->auditor, entry);
}

void audited_end(struct audited *audited) {
	ck_assert_int_eq(auditor_end(&audited->auditor), ERR_OK);
}

void audited_done(struct audited *audited) {
	auditor_close(&audited->auditor);
	arena_done(&audited->arena);
}

const struct finding *audited_finding(const struct audited *audited, uint64_t at) {
	const struct table *rows = &audited->auditor.findings.rows;
	return at < rows->count ? table_row(rows, at) : NULL;
}

const char *audited_describe(const struct finding *finding) {
	static char text[256];
	int bytes = snprintf(text, sizeof(text), "entry %" PRIu64 ": %s, %s", finding->seq,
	    finding_name(finding->kind), finding->where);
	if (finding->has_numbers && bytes > 0 && (size_t)bytes < sizeof(text))
		snprintf(text + bytes, sizeof(text) - (size_t)bytes, ": %" PRId64 ", must be %" PRId64,
		    finding->have, finding->want);
	return text;
}

void audited_expect_clean(struct audited *audited, uint64_t kinds_allowed, const char *name) {
	const struct finding *finding;
	audited_end(audited);
	for (uint64_t at = 0; (finding = audited_finding(audited, at)); at++)
		ck_assert_msg(kinds_allowed >> finding->kind & 1, "%s: %s", name,
		    audited_describe(finding));
	audited_done(audited);
}
