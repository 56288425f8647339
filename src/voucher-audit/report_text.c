/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "voucher-audit/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static const char *say(const struct report *report, const char *en, const char *zh) {
	return report->is_zh ? zh : en;
}

static void append_time(struct buffer *out, int64_t time_us) {
	time_t seconds = (time_t)(time_us / 1000000 + 8 * 3600);
	struct tm tm;
	char text[32];
	if (gmtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm))
		buffer_append_text(out, text);
}

/* What a newline or an escape would do to a terminal is not ours to pass on. */
static void append_plain(struct buffer *out, const char *text) {
	for (; *text; text++)
		buffer_append_char(out, (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

static void append_ledger(const struct report *report, struct buffer *out) {
	const struct model *model = &report->auditor->model;
	char id[UUID_TEXT_BYTES];
	uuid_format(model->ledger->id, id);
	buffer_printf(out, "%s ", say(report, "Ledger      ", "账本    "));
	append_plain(out, model_text(model, model->ledger->name));
	buffer_printf(out, "  %s\n", id);
	buffer_printf(out, "%s ", say(report, "Read from   ", "读取自  "));
	append_plain(out, report->path);
	buffer_append_char(out, '\n');
}

static void append_extent(const struct report *report, struct buffer *out) {
	const struct journey_result *result = report->result;
	buffer_append_text(out, say(report, "Entries      ", "条目     "));
	if (result->entries == 0)
		buffer_append_text(out, say(report, "none that are new", "没有新条目"));
	else
		buffer_printf(out, "%" PRIu64 " – %" PRIu64, result->first, result->last);
	if (result->first > 1)
		buffer_printf(out,
		    say(report, "  (%" PRIu64 " before them were checked by an earlier audit)",
		        "（之前 %" PRIu64 " 条已由上次审计核查）"),
		    result->first - 1);
	buffer_append_text(out, say(report, ", newest of ", "，最新条目时间 "));
	append_time(out, report->auditor->model.ledger->time_us);
	buffer_append_text(out, " (UTC+8)\n");
}

static void append_tree(const struct report *report, struct buffer *out) {
	const struct journey_result *result = report->result;
	buffer_printf(out,
	    say(report, "Tree         size %" PRIu64 ", root ", "哈希树   大小 %" PRIu64 "，根 "),
	    result->size);
	for (size_t i = 0; i < sizeof(result->root); i++)
		buffer_printf(out, "%02x", result->root[i]);
	buffer_printf(out,
	    say(report, "; %" PRIu64 " tree heads compared\n", "；已比对 %" PRIu64 " 个树根\n"),
	    result->heads);
	for (size_t i = 0; i < report->n_trees; i++)
		buffer_printf(out, "%s %s: %s\n", say(report, "Checkpoint  ", "检查点  "),
		    report->trees[i].name,
		    report->trees[i].is_met ? say(report, "the journal continues it", "账本与之相承接")
		                            : say(report, "NOT MET", "不相符"));
}

static void append_checks(const struct report *report, struct buffer *out) {
	buffer_append_text(out,
	    say(report, "Checked\n  checksums, hashes, tree\n", "已核查\n  校验和、哈希、哈希树\n"));
	if (report->is_only_hashes) {
		buffer_append_text(
		    out, say(report, "  and nothing else (--hashes)\n", "  未核查其他内容（--hashes）\n"));
		return;
	}
	for (size_t i = 0; i < CHECKS_COUNT; i++)
		buffer_printf(out, "  %s\n", say(report, CHECKS[i].title, CHECKS[i].title_zh));
	buffer_append_text(out, say(report, "Of", "涉及"));
	struct report_count count;
	bool is_first = true;
	for (size_t i = 0; report_count_of(report, i, &count); i++) {
		if (count.count == 0)
			continue;
		buffer_printf(out, "%s %" PRIu64 " %s", is_first ? "" : ",", count.count,
		    say(report, count.en, count.zh));
		is_first = false;
	}
	buffer_append_char(out, '\n');
}

static void append_money(struct buffer *out, uint64_t amount) {
	char text[TEXT_MONEY_BYTES];
	text_money(amount > INT64_MAX ? INT64_MAX : (int64_t)amount, text);
	buffer_append_text(out, text);
}

static void append_house(
    const struct report *report, const struct house *house, struct buffer *out) {
	const struct {
		const char *en, *zh;
		int64_t amount;
	} sums[] = {
		{ "bank", "银行余额", house->statement },
		{ "books", "账面余额", house->books },
		{ "only at the bank, in", "银行已收账面未收", house->open_in },
		{ "out", "银行已付账面未付", house->open_out },
		{ "only in the books, in", "账面已收银行未收", house->awaited_in },
		{ "out", "账面已付银行未付", house->awaited_out },
	};
	buffer_printf(out, "%s ", say(report, "Account     ", "银行账户"));
	append_plain(out, model_text(&report->auditor->model, house->code));
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		char text[TEXT_MONEY_BYTES];
		text_money(sums[i].amount, text);
		buffer_printf(out, "%s %s %s", i ? "," : ":", say(report, sums[i].en, sums[i].zh), text);
	}
	buffer_append_char(out, '\n');
}

static void append_houses(const struct report *report, struct buffer *out) {
	const struct table *houses = &report->auditor->model.houses.rows;
	for (uint64_t i = 0; i < houses->count; i++)
		append_house(report, table_row(houses, i), out);
}

static void append_numbers(
    const struct report *report, const struct finding *finding, struct buffer *out) {
	char want[TEXT_MONEY_BYTES], have[TEXT_MONEY_BYTES];
	if (finding->money > 0) {
		text_money(finding->want, want);
		text_money(finding->have, have);
	} else {
		snprintf(want, sizeof(want), "%" PRIu64, (uint64_t)finding->want);
		snprintf(have, sizeof(have), "%" PRIu64, (uint64_t)finding->have);
	}
	buffer_printf(out, say(report, "; it must be %s and is %s", "；应为 %s，实为 %s"), want, have);
}

static void append_finding(
    const struct report *report, const struct finding *finding, struct buffer *out) {
	if (finding->seq)
		buffer_printf(
		    out, say(report, "  entry %" PRIu64 ": ", "  条目 %" PRIu64 "："), finding->seq);
	else
		buffer_append_text(out, say(report, "  the ledger: ", "  整个账本："));
	buffer_printf(out, "%s (%s): ",
	    say(report, finding_sentence(finding->kind), finding_sentence_zh(finding->kind)),
	    finding_name(finding->kind));
	append_plain(out, finding->where);
	if (finding->object)
		buffer_printf(out, say(report, ", of %" PRIu64, "，对象 %" PRIu64), finding->object);
	if (finding->has_numbers)
		append_numbers(report, finding, out);
	if (finding->money) {
		buffer_append_text(out, say(report, "; money: ", "；涉及金额："));
		append_money(out, finding->money);
	}
	buffer_append_char(out, '\n');
}

static void append_findings(const struct report *report, struct buffer *out) {
	const struct findings *findings = &report->auditor->findings;
	const struct finding_totals *totals = findings_totals(findings);
	uint64_t shown = findings->rows.count;
	if (!report->is_all && shown > REPORT_FINDINGS_SHOWN)
		shown = REPORT_FINDINGS_SHOWN;
	if (totals->count)
		buffer_append_text(out, say(report, "Wrong\n", "问题\n"));
	for (uint64_t i = 0; i < shown; i++)
		append_finding(report, table_row(&findings->rows, i), out);
	if (shown < totals->count)
		buffer_printf(out, say(report, "  and %" PRIu64 " more\n", "  另有 %" PRIu64 " 项\n"),
		    totals->count - shown);
	if (totals->count == 0) {
		buffer_append_text(out, say(report, "Nothing is wrong.\n", "未发现问题。\n"));
		return;
	}
	buffer_printf(out,
	    say(report, "%" PRIu64 " findings in %" PRIu64 " entries; money affected: ",
	        "共 %" PRIu64 " 项问题，涉及 %" PRIu64 " 个条目；涉及金额："),
	    totals->count, totals->entries);
	append_money(out, totals->money);
	buffer_append_char(out, '\n');
}

void report_text(const struct report *report, struct buffer *out) {
	append_ledger(report, out);
	append_extent(report, out);
	append_tree(report, out);
	append_checks(report, out);
	append_houses(report, out);
	append_findings(report, out);
}
