/* SPDX-License-Identifier: Apache-2.0 */
#include "api/publication.h"

#include "base/base64.h"
#include "record/digest.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

static Pb__Disclosure shown;
static Pb__Disclosure *list[] = { &shown };

static Pb__Page page_of(const char *name) {
	pb__disclosure__init(&shown);
	shown.claim = 42;
	shown.programme = "cp";
	shown.programme_name = "昌平创新券";
	shown.holder = "91350100M000100Y43";
	shown.holder_name = name;
	shown.provider = "91110108551385082Q";
	shown.provider_name = "检测中心";
	shown.category = "检验检测";
	shown.amount = 123456789;
	shown.objections_until = "2026-01-12";
	Pb__Page page = PB__PAGE__INIT;
	page.as_of = 99;
	page.n_disclosures = 1;
	page.disclosures = list;
	return page;
}

static const char *csv(const Pb__Page *page, struct buffer *buffer) {
	buffer_init(buffer, 0);
	publication_csv(page, buffer);
	return buffer_string(buffer);
}

static const char *html(const Pb__Page *page, const char *next, struct buffer *buffer) {
	buffer_init(buffer, 0);
	const struct publication_links links = { next, "programme=cp&format=csv", "format=json" };
	publication_html(page, &links, buffer);
	return buffer_string(buffer);
}

START_TEST(a_spreadsheet_gets_a_mark_a_heading_and_rows) {
	Pb__Page page = page_of("众创公司");
	struct buffer buffer;
	ck_assert_str_eq(csv(&page, &buffer),
	    "\xef\xbb\xbf"
	    "兑付申请 Claim,项目代码 Programme code,项目 Programme,持券方代码 Holder code,"
	    "持券方 Holder,服务机构代码 Provider code,服务机构 Provider,服务类别 Category,"
	    "金额（元） Amount (yuan),异议截止日 Objections until\r\n"
	    "42,cp,昌平创新券,91350100M000100Y43,众创公司,91110108551385082Q,检测中心,检验检测,"
	    "1234567.89,2026-01-12\r\n");
	buffer_done(&buffer);
}
END_TEST

START_TEST(cells_are_quoted_and_compute_nothing) {
	static const struct {
		const char *name, *cell;
	} cases[] = {
		{ "plain", ",plain," },
		{ "", ",91350100M000100Y43,,9111" },
		{ "a,b", ",\"a,b\"," },
		{ "a \"b\" c", ",\"a \"\"b\"\" c\"," },
		{ "a\nb", ",\"a\nb\"," },
		{ "=1+1", ",'=1+1," },
		{ "+86 10", ",'+86 10," },
		{ "-1", ",'-1," },
		{ "@SUM(A1)", ",'@SUM(A1)," },
		{ "\tx", ",'\tx," },
		{ "\rx", ",\"'\rx\"," },
		{ "=HYPERLINK(\"http://x\",\"y\")", ",\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"," },
		{ "a=b", ",a=b," },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Pb__Page page = page_of(cases[i].name);
		struct buffer buffer;
		const char *text = csv(&page, &buffer);
		ck_assert_msg(strstr(text, cases[i].cell) != NULL, "%s\n%s", cases[i].cell, text);
		buffer_done(&buffer);
	}
}
END_TEST

START_TEST(a_page_is_read_in_chinese_and_english) {
	Pb__Page page = page_of("众创公司");
	struct buffer buffer;
	const char *text = html(&page, NULL, &buffer);
	static const char *const parts[] = { "<!DOCTYPE html>", "<html lang=\"zh-CN\">",
		"<meta charset=\"utf-8\">", "创新券兑付公示", "Innovation vouchers: published claims",
		"<td>昌平创新券<br><small>cp</small></td>",
		"<td>众创公司<br><small>91350100M000100Y43</small></td>",
		"<td>检测中心<br><small>91110108551385082Q</small></td>", "<td>检验检测</td>",
		"<td class=\"amount\">1,234,567.89</td>", "<td>2026-01-12</td>", "99", "</html>",
		"<a href=\"?programme=cp&amp;format=csv\">CSV</a>", "<a href=\"?format=json\">JSON</a>" };
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		ck_assert_msg(strstr(text, parts[i]) != NULL, "%s", parts[i]);
	ck_assert_ptr_null(strstr(text, "rel=\"next\""));
	ck_assert_ptr_null(strstr(text, "<script"));
	ck_assert_ptr_null(strstr(text, "http")); /* nothing is loaded, nothing leads away */
	buffer_done(&buffer);
}
END_TEST

START_TEST(what_is_markup_is_shown_as_text) {
	Pb__Page page = page_of("<script>alert('x')</script> & \"quoted\"");
	struct buffer buffer;
	const char *text = html(&page, "limit=1&cursor=a\"><b>", &buffer);
	ck_assert_ptr_null(strstr(text, "<script"));
	ck_assert_ptr_null(strstr(text, "<b>"));
	ck_assert_ptr_nonnull(
	    strstr(text, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;quoted&quot;"));
	ck_assert_ptr_nonnull(
	    strstr(text, "<a rel=\"next\" href=\"?limit=1&amp;cursor=a&quot;&gt;&lt;b&gt;\">"));
	buffer_done(&buffer);
}
END_TEST

START_TEST(a_team_is_known_by_its_code_once) {
	Pb__Page page = page_of("T-ONE");
	struct buffer buffer;
	shown.holder = "T-ONE";
	ck_assert_ptr_nonnull(strstr(html(&page, NULL, &buffer), "<td>T-ONE</td>"));
	buffer_done(&buffer);
}
END_TEST

START_TEST(an_empty_list_says_so) {
	Pb__Page page = PB__PAGE__INIT;
	struct buffer buffer;
	ck_assert_ptr_nonnull(strstr(html(&page, NULL, &buffer), "暂无公示"));
	buffer_done(&buffer);
	ck_assert_ptr_nonnull(strstr(csv(&page, &buffer), "until\r\n"));
	buffer_done(&buffer);
}
END_TEST

/* The policy allows the style that stands in the page, by its hash, and nothing else. */
START_TEST(the_policy_fits_the_page) {
	Pb__Page page = page_of("x");
	struct buffer buffer;
	const char *text = html(&page, NULL, &buffer);
	const char *style = strstr(text, "<style>") + strlen("<style>");
	uint8_t hash[DIGEST_BYTES];
	char base64[BASE64_TEXT_BYTES(DIGEST_BYTES)], expected[128];
	digest_sha256(style, (size_t)(strstr(style, "</style>") - style), hash);
	base64_encode(hash, sizeof(hash), base64);
	snprintf(expected, sizeof(expected), "default-src 'none'; style-src 'sha256-%s';", base64);
	ck_assert_msg(
	    strncmp(publication_security_policy, expected, strlen(expected)) == 0, "%s", expected);
	ck_assert_ptr_null(strstr(publication_security_policy, "unsafe"));
	ck_assert_ptr_null(strstr(text, "style=")); /* which the policy would stop */
	buffer_done(&buffer);
}
END_TEST

SUITE_MAIN("publication", a_spreadsheet_gets_a_mark_a_heading_and_rows,
    cells_are_quoted_and_compute_nothing, a_page_is_read_in_chinese_and_english,
    what_is_markup_is_shown_as_text, a_team_is_known_by_its_code_once, an_empty_list_says_so,
    the_policy_fits_the_page)
