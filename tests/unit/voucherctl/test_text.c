/* SPDX-License-Identifier: Apache-2.0 */
/* Text on a terminal: widths, tables, near words, names of enum values. */
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/suggest.h"
#include "voucherctl/table.h"
#include "voucherctl/width.h"

#include <string.h>

START_TEST(width_counts_columns) {
	static const struct {
		const char *text;
		size_t columns;
	} cases[] = {
		{ "", 0 }, { "abc", 3 }, { "样品测试检验", 12 }, { "昌平 2017", 9 }, { "（）", 4 },
		{ "ＡＢ", 4 }, { "한국", 4 }, { "かな", 4 }, { "é", 1 }, /* one code point */
		{ "e\xcc\x81", 1 },                                      /* e and a combining accent */
		{ "μ±§", 3 },                                            /* ambiguous: narrow */
		{ "\xf0\xa0\x80\x80", 2 },                               /* U+20000 */
		{ "\xf0\x9f\x98\x80", 2 },                               /* an emoji */
		{ "a\xff"
		  "b",
		    3 },
		{ "\xe6\x98", 2 }, /* cut short */
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(width_of_text(cases[i].text) == cases[i].columns, "%s: %zu", cases[i].text,
		    width_of_text(cases[i].text));
}
END_TEST

START_TEST(harmful_text_is_made_safe) {
	static const struct {
		const char *text;
		const char *safe;
	} cases[] = {
		{ "昌平 abc", "昌平 abc" }, { "a\033[31mb", "a\xef\xbf\xbd[31mb" },
		{ "\r\n\t", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, { "a\x7f", "a\xef\xbf\xbd" },
		{ "\xc2\x9b"
		  "31m",
		    "\xef\xbf\xbd"
		    "31m" }, /* C1: CSI */
		{ "a\xe2\x80\xae"
		  "b",
		    "a\xef\xbf\xbd"
		    "b" },                                                  /* U+202E turns the direction */
		{ "\xe6\x98\xaf\xff", "是\xef\xbf\xbd" },                   /* not UTF-8 */
		{ "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong */
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
	};
	struct arena arena;
	arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(width_safe_text(&arena, cases[i].text), cases[i].safe);
	ck_assert_ptr_eq(width_safe_text(&arena, cases[0].text), cases[0].text);
	arena_done(&arena);
}
END_TEST

static void fill(struct table *table, const char *const *cells, size_t count) {
	for (size_t i = 0; i < count; i++)
		table_cell(table, cells[i]);
}

START_TEST(columns_align_with_wide_characters) {
	struct arena arena;
	struct buffer buffer;
	struct table table;
	arena_init(&arena, 0);
	buffer_init(&buffer, 0);
	table_init(&table, &arena);
	table_column(&table, "编码", false);
	table_column(&table, "amount", true);
	table_column(&table, "name", false);
	const char *cells[] = { "cp", "5.00", "样品", "宁海2016", "1,000.00", "" };
	fill(&table, cells, 6);
	ck_assert_int_eq(table_write(&table, &buffer), ERR_OK);
	ck_assert_str_eq(buffer_string(&buffer),
	    "编码        amount  name\n"
	    "cp            5.00  样品\n"
	    "宁海2016  1,000.00\n");
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

START_TEST(pages_share_heading_and_widths) {
	struct arena arena;
	struct buffer buffer;
	struct table table;
	arena_init(&arena, 0);
	buffer_init(&buffer, 0);
	table_init(&table, &arena);
	table_column(&table, "id", true);
	table_column(&table, "x", false);
	ck_assert(table_is_empty(&table));
	ck_assert_int_eq(table_write(&table, &buffer), ERR_OK);
	ck_assert_str_eq(buffer_string(&buffer), ""); /* no rows, no heading */
	const char *first[] = { "1000", "a" }, *second[] = { "2", "b" };
	fill(&table, first, 2);
	ck_assert_int_eq(table_write(&table, &buffer), ERR_OK);
	arena_reset(&arena);
	fill(&table, second, 2);
	ck_assert_int_eq(table_write(&table, &buffer), ERR_OK);
	ck_assert_str_eq(buffer_string(&buffer), "  id  x\n1000  a\n   2  b\n");
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

START_TEST(empty_columns_can_be_left_out) {
	struct arena arena;
	struct buffer buffer;
	struct table table;
	arena_init(&arena, 0);
	buffer_init(&buffer, 0);
	table_init(&table, &arena);
	table.hides_empty = true;
	table.indent = 2;
	table_column(&table, "a", false);
	table_column(&table, "nothing", false);
	table_column(&table, "c", false);
	const char *cells[] = { "1", "", "2", "3", "", "" };
	fill(&table, cells, 6);
	ck_assert_int_eq(table_write(&table, &buffer), ERR_OK);
	ck_assert_str_eq(buffer_string(&buffer), "  a  c\n  1  2\n  3\n");
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

START_TEST(lost_cells_are_an_error) {
	struct arena arena;
	struct buffer buffer;
	struct table table;
	arena_init(&arena, 0);
	buffer_init(&buffer, 0);
	table_init(&table, &arena);
	table_column(&table, "a", false);
	table_cell(&table, "1");
	table_cell(&table, NULL);
	ck_assert_int_eq(table_write(&table, &buffer), ERR_MEMORY);
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

START_TEST(distance_counts_edits) {
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{ "", "", 0 },
		{ "", "abc", 3 },
		{ "voucher", "voucher", 0 },
		{ "vouher", "voucher", 1 },
		{ "vuocher", "voucher", 1 }, /* neighbours swapped */
		{ "claim", "clean", 3 },
		{ "fund", "party", 5 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_uint_eq(suggest_distance(cases[i].a, cases[i].b), cases[i].distance);
		ck_assert_uint_eq(suggest_distance(cases[i].b, cases[i].a), cases[i].distance);
	}
	char longer[65];
	memset(longer, 'x', 64);
	longer[64] = '\0';
	ck_assert_uint_eq(suggest_distance(longer, "x"), SIZE_MAX);
}
END_TEST

START_TEST(only_near_words_are_suggested) {
	static const char *const words[] = { "create", "appropriate", "list", "show", "publish-rules" };
	static const struct {
		const char *typed;
		const char *word;
	} cases[] = {
		{ "crate", "create" },
		{ "lsit", "list" },
		{ "pub", "publish-rules" },
		{ "appropiate", "appropriate" },
		{ "delete", NULL },
		{ "x", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct suggestion suggestion;
		suggest_begin(&suggestion, cases[i].typed);
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			suggest_offer(&suggestion, words[k]);
		ck_assert_pstr_eq(suggestion.word, cases[i].word);
	}
}
END_TEST

START_TEST(enum_values_go_by_short_names) {
	struct arena arena;
	arena_init(&arena, 0);
	ck_assert_str_eq(enum_name(&pb__role__descriptor, PB__ROLE__ROLE_ADMIN, &arena), "admin");
	ck_assert_str_eq(
	    enum_name(&pb__account_kind__descriptor, PB__ACCOUNT_KIND__FUND_AVAILABLE, &arena),
	    "fund_available");
	ck_assert_str_eq(
	    enum_name(&pb__payment_status__descriptor, PB__PAYMENT_STATUS__PAYMENT_PAID, &arena),
	    "paid");
	ck_assert_str_eq(enum_name(&pb__role__descriptor, 99, &arena), "99");
	ck_assert_ptr_null(enum_find(&pb__role__descriptor, "role"));
	ck_assert_ptr_null(enum_find(&pb__role__descriptor, ""));
	ck_assert_ptr_null(enum_find(&pb__role__descriptor, "unspecified"));
	ck_assert_int_eq(enum_find(&pb__claim_status__descriptor, "in-settlement")->value,
	    PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT);
	ck_assert_str_eq(enum_list(&pb__verdict__descriptor, &arena), "approve, reject, return");
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("text", width_counts_columns, harmful_text_is_made_safe,
    columns_align_with_wide_characters, pages_share_heading_and_widths,
    empty_columns_can_be_left_out, lost_cells_are_an_error, distance_counts_edits,
    only_near_words_are_suggested, enum_values_go_by_short_names)
