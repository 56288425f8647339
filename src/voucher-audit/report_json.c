/* SPDX-License-Identifier: Apache-2.0 */
#include "record/json.h"
#include "voucher-audit/report.h"

#include <inttypes.h>
#include <string.h>

static void append_hex(struct buffer *out, const uint8_t *data, size_t bytes) {
	for (size_t i = 0; i < bytes; i++)
		buffer_printf(out, "%02x", data[i]);
}

static void append_ledger(const struct report *report, struct buffer *out) {
	const struct ledger_row *ledger = report->auditor->model.ledger;
	char id[UUID_TEXT_BYTES];
	uuid_format(ledger->id, id);
	buffer_printf(out, "{\"ledger\": {\"id\": \"%s\", \"name\": ", id);
	json_append_string(out, model_text(&report->auditor->model, ledger->name));
	buffer_append_text(out, ", \"path\": ");
	json_append_string(out, report->path);
	buffer_printf(out, ", \"entries\": \"%" PRIu64 "\", \"last_time_us\": \"%" PRId64 "\"}",
	    ledger->seq, ledger->time_us);
}

static void append_tree(const struct report *report, struct buffer *out) {
	const struct journey_result *result = report->result;
	buffer_printf(out, ",\n \"tree\": {\"size\": \"%" PRIu64 "\", \"root\": \"", result->size);
	append_hex(out, result->root, sizeof(result->root));
	buffer_printf(out, "\", \"heads\": \"%" PRIu64 "\", \"checkpoints\": [", result->heads);
	for (size_t i = 0; i < report->n_trees; i++) {
		buffer_append_text(out, i ? ", {\"file\": " : "{\"file\": ");
		json_append_string(out, report->trees[i].name);
		buffer_printf(out, ", \"size\": \"%" PRIu64 "\", \"met\": %s}", report->trees[i].size,
		    report->trees[i].is_met ? "true" : "false");
	}
	buffer_append_text(out, "]}");
}

static void append_checks(const struct report *report, struct buffer *out) {
	buffer_append_text(out, ",\n \"checks\": [\"bytes\", \"tree\"");
	for (size_t i = 0; !report->is_only_hashes && i < CHECKS_COUNT; i++)
		buffer_printf(out, ", \"%s\"", CHECKS[i].name);
	buffer_append_text(out, "],\n \"counts\": {");
	struct report_count count;
	for (size_t i = 0; report_count_of(report, i, &count); i++)
		buffer_printf(out, "%s\"%s\": \"%" PRIu64 "\"", i ? ", " : "", count.name, count.count);
	buffer_append_text(out, "}");
}

static void append_finding(const struct finding *finding, struct buffer *out) {
	buffer_printf(out, "{\"kind\": \"%s\", \"seq\": \"%" PRIu64 "\", \"object\": \"%" PRIu64 "\"",
	    finding_name(finding->kind), finding->seq, finding->object);
	buffer_append_text(out, ", \"where\": ");
	json_append_string(out, finding->where);
	if (finding->has_numbers)
		buffer_printf(out, ", \"want\": \"%" PRId64 "\", \"have\": \"%" PRId64 "\"", finding->want,
		    finding->have);
	buffer_printf(out, ", \"money\": \"%" PRIu64 "\", \"sentence\": ", finding->money);
	json_append_string(out, finding_sentence(finding->kind));
	buffer_append_char(out, '}');
}

void report_json(const struct report *report, struct buffer *out) {
	const struct journey_result *result = report->result;
	const struct findings *findings = &report->auditor->findings;
	const struct finding_totals *totals = findings_totals(findings);
	append_ledger(report, out);
	append_tree(report, out);
	buffer_printf(out,
	    ",\n \"audited\": {\"from\": \"%" PRIu64 "\", \"to\": \"%" PRIu64
	    "\", \"entries\": \"%" PRIu64 "\", \"microseconds\": \"%" PRId64 "\"}",
	    result->first, result->last, result->entries, report->microseconds);
	append_checks(report, out);
	buffer_append_text(out, ",\n \"findings\": [");
	for (uint64_t i = 0; i < findings->rows.count; i++) {
		buffer_append_text(out, i ? ",\n  " : "\n  ");
		append_finding(table_row(&findings->rows, i), out);
	}
	buffer_printf(out,
	    "],\n \"totals\": {\"findings\": \"%" PRIu64 "\", \"entries\": \"%" PRIu64
	    "\", \"money\": \"%" PRIu64 "\"},\n \"clean\": %s}\n",
	    totals->count, totals->entries, totals->money, totals->count ? "false" : "true");
}
