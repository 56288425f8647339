/* SPDX-License-Identifier: Apache-2.0 */
#include "api/publication.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

/* --- CSV --- */

static void cell_begin(struct buffer *buffer, size_t *column) {
	if ((*column)++)
		buffer_append_char(buffer, ',');
}

static void cell(struct buffer *buffer, size_t *column, const char *text) {
	bool is_computed = *text && strchr("=+-@\t\r", *text);
	bool is_quoted = strpbrk(text, ",\"\r\n") != NULL;
	cell_begin(buffer, column);
	if (is_quoted)
		buffer_append_char(buffer, '"');
	if (is_computed)
		buffer_append_char(buffer, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buffer_append_char(buffer, '"');
		buffer_append_char(buffer, *text);
	}
	if (is_quoted)
		buffer_append_char(buffer, '"');
}

/* Without separators of thousands: a number to every spreadsheet. */
static void cell_money(struct buffer *buffer, size_t *column, int64_t amount) {
	char text[TEXT_MONEY_BYTES];
	text_money(amount, text);
	cell_begin(buffer, column);
	for (const char *c = text; *c; c++)
		if (*c != ',')
			buffer_append_char(buffer, *c);
}

static void row_csv(const Pb__Disclosure *shown, struct buffer *buffer) {
	size_t column = 0;
	cell_begin(buffer, &column);
	buffer_append_u64(buffer, shown->claim);
	cell(buffer, &column, shown->programme);
	cell(buffer, &column, shown->programme_name);
	cell(buffer, &column, shown->holder);
	cell(buffer, &column, shown->holder_name);
	cell(buffer, &column, shown->provider);
	cell(buffer, &column, shown->provider_name);
	cell(buffer, &column, shown->category);
	cell_money(buffer, &column, shown->amount);
	cell(buffer, &column, shown->objections_until);
	buffer_append_text(buffer, "\r\n");
}

void publication_csv(const Pb__Page *page, struct buffer *buffer) {
	buffer_append_text(buffer,
	    "\xef\xbb\xbf"
	    "兑付申请 Claim,项目代码 Programme code,项目 Programme,持券方代码 Holder code,"
	    "持券方 Holder,服务机构代码 Provider code,服务机构 Provider,服务类别 Category,"
	    "金额（元） Amount (yuan),异议截止日 Objections until\r\n");
	for (size_t i = 0; i < page->n_disclosures; i++)
		row_csv(page->disclosures[i], buffer);
}

/* --- HTML --- */

#define STYLE                                                                                      \
	"body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;"     \
	"color:#1a1a1a;background:#fff}"                                                               \
	"h1{font-size:1.5rem}"                                                                         \
	"table{border-collapse:collapse;width:100%}"                                                   \
	"caption{text-align:left;padding:.5rem 0}"                                                     \
	"th,td{border:1px solid #bbb;padding:.4rem .6rem;text-align:left;vertical-align:top}"          \
	"th{background:#f1f3f5}"                                                                       \
	"td.amount{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"             \
	"small{color:#555}"

/* The hash is that of STYLE; a test computes it again. */
const char publication_security_policy[] =
    "default-src 'none'; style-src 'sha256-OOeBiV79B/cTp9Gn96VjhyHAoSmSFXRrZuQ50fObHbk='; base-uri "
    "'none'; form-action 'none'; "
    "frame-ancestors 'none'";

static void escape(struct buffer *buffer, const char *text) {
	for (; *text; text++) {
		switch (*text) {
		case '&': buffer_append_text(buffer, "&amp;"); break;
		case '<': buffer_append_text(buffer, "&lt;"); break;
		case '>': buffer_append_text(buffer, "&gt;"); break;
		case '"': buffer_append_text(buffer, "&quot;"); break;
		case '\'': buffer_append_text(buffer, "&#39;"); break;
		default: buffer_append_char(buffer, *text);
		}
	}
}

/* A name with its code below. */
static void named(struct buffer *buffer, const char *name, const char *code) {
	buffer_append_text(buffer, "<td>");
	escape(buffer, name);
	if (*code && strcmp(name, code) != 0) {
		buffer_append_text(buffer, "<br><small>");
		escape(buffer, code);
		buffer_append_text(buffer, "</small>");
	}
	buffer_append_text(buffer, "</td>");
}

static void row_html(const Pb__Disclosure *shown, struct buffer *buffer) {
	char amount[TEXT_MONEY_BYTES];
	text_money(shown->amount, amount);
	buffer_printf(buffer, "<tr><td>%" PRIu64 "</td>", shown->claim);
	named(buffer, shown->programme_name, shown->programme);
	named(buffer, shown->holder_name, shown->holder);
	named(buffer, shown->provider_name, shown->provider);
	named(buffer, shown->category, "");
	buffer_printf(buffer, "<td class=\"amount\">%s</td>", amount);
	named(buffer, shown->objections_until, "");
	buffer_append_text(buffer, "</tr>\n");
}

static void begin_html(const Pb__Page *page, struct buffer *buffer) {
	buffer_append_text(buffer,
	    "<!DOCTYPE html>\n"
	    "<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<title>创新券兑付公示 · Innovation vouchers: published claims</title>\n"
	    "<style>" STYLE "</style>\n</head>\n<body>\n"
	    "<h1>创新券兑付公示 <small lang=\"en\">Innovation vouchers: published claims</small></h1>\n"
	    "<p>"
	    "以下兑付申请予以公示。对公示内容有异议的，请于异议截止日（含当日）前向项目主管部门提出。<"
	    "br>\n"
	    "<small lang=\"en\">These claims are published before they are paid. Objections go to the "
	    "programme office, by the day stated, that day included.</small></p>\n");
	buffer_printf(buffer,
	    "<table>\n<caption>最新公示在前，截至账本第 %" PRIu64 " 条记录。 "
	    "<small lang=\"en\">Newest first, as of entry %" PRIu64
	    " of the ledger.</small></caption>\n",
	    page->as_of, page->as_of);
	static const char *const columns[][2] = { { "编号", "Claim" }, { "项目", "Programme" },
		{ "持券方", "Holder" }, { "服务机构", "Provider" }, { "服务类别", "Category" },
		{ "金额（元）", "Amount (yuan)" }, { "异议截止日", "Objections until" } };
	buffer_append_text(buffer, "<thead><tr>");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		buffer_printf(buffer, "<th scope=\"col\">%s<br><small lang=\"en\">%s</small></th>",
		    columns[i][0], columns[i][1]);
	buffer_append_text(buffer, "</tr></thead>\n<tbody>\n");
}

static void add_link(struct buffer *buffer, const char *attribute, const char *query) {
	buffer_printf(buffer, "<a%s href=\"?", attribute);
	escape(buffer, query);
	buffer_append_text(buffer, "\">");
}

void publication_html(
    const Pb__Page *page, const struct publication_links *links, struct buffer *buffer) {
	begin_html(page, buffer);
	for (size_t i = 0; i < page->n_disclosures; i++)
		row_html(page->disclosures[i], buffer);
	if (page->n_disclosures == 0)
		buffer_append_text(buffer,
		    "<tr><td colspan=\"7\">暂无公示。 <small lang=\"en\">Nothing is "
		    "published.</small></td></tr>\n");
	buffer_append_text(buffer, "</tbody>\n</table>\n<p>");
	if (links->next) {
		add_link(buffer, " rel=\"next\"", links->next);
		buffer_append_text(buffer, "下一页 <span lang=\"en\">Next page</span></a> · ");
	}
	add_link(buffer, "", links->csv);
	buffer_append_text(buffer, "CSV</a> · ");
	add_link(buffer, "", links->json);
	buffer_append_text(buffer, "JSON</a></p>\n</body>\n</html>\n");
}
