/* SPDX-License-Identifier: Apache-2.0 */
#include "api/media.h"

#include "support/suite.h"

START_TEST(content_types_are_known_by_their_exact_name) {
	ck_assert_int_eq(media_of_type(""), MEDIA_NONE);
	ck_assert_int_eq(media_of_type("application/json"), MEDIA_JSON);
	ck_assert_int_eq(media_of_type("application/x-protobuf"), MEDIA_PROTOBUF);
	ck_assert_int_eq(media_of_type("application/jsonx"), MEDIA_OTHER);
	ck_assert_int_eq(media_of_type("text/plain"), MEDIA_OTHER);
}
END_TEST

START_TEST(accept_chooses_the_first_form_that_fits) {
	static const struct {
		const char *accept;
		enum media usual, chosen;
	} cases[] = {
		{ "", MEDIA_JSON, MEDIA_JSON },
		{ "", MEDIA_PROTOBUF, MEDIA_PROTOBUF },
		{ "*/*", MEDIA_PROTOBUF, MEDIA_PROTOBUF },
		{ "application/*", MEDIA_PROTOBUF, MEDIA_PROTOBUF },
		{ "application/json", MEDIA_PROTOBUF, MEDIA_JSON },
		{ "application/x-protobuf", MEDIA_JSON, MEDIA_PROTOBUF },
		{ "Application/X-Protobuf", MEDIA_JSON, MEDIA_PROTOBUF },
		{ "text/html, application/x-protobuf;q=0.5, */*", MEDIA_JSON, MEDIA_PROTOBUF },
		{ "application/x-protobuf;q=0, application/json", MEDIA_PROTOBUF, MEDIA_JSON },
		{ "application/x-protobuf; q=0.000, */*", MEDIA_JSON, MEDIA_JSON },
		{ "application/x-protobuf;q=0.001", MEDIA_JSON, MEDIA_PROTOBUF },
		{ "text/html", MEDIA_JSON, MEDIA_JSON },
		{ ",,;q=,", MEDIA_JSON, MEDIA_JSON },
		{ " \t", MEDIA_PROTOBUF, MEDIA_PROTOBUF },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(media_choose(cases[i].accept, cases[i].usual) == cases[i].chosen,
		    "Accept: %s", cases[i].accept);
}
END_TEST

START_TEST(only_pages_for_people_come_as_csv_and_html) {
	static const struct {
		const char *accept;
		enum media page, other;
	} cases[] = {
		{ "", MEDIA_JSON, MEDIA_JSON },
		{ "*/*", MEDIA_JSON, MEDIA_JSON },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", MEDIA_HTML,
		    MEDIA_JSON },
		{ "text/csv", MEDIA_CSV, MEDIA_JSON },
		{ "text/html;q=0, text/csv", MEDIA_CSV, MEDIA_JSON },
		{ "application/json, text/html", MEDIA_JSON, MEDIA_JSON },
		{ "text/html, application/x-protobuf", MEDIA_HTML, MEDIA_PROTOBUF },
		{ "text/htmlx", MEDIA_JSON, MEDIA_JSON },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_msg(media_choose_page(cases[i].accept, MEDIA_JSON) == cases[i].page, "Accept: %s",
		    cases[i].accept);
		ck_assert_msg(media_choose(cases[i].accept, MEDIA_JSON) == cases[i].other, "Accept: %s",
		    cases[i].accept);
	}
}
END_TEST

START_TEST(the_journal_comes_as_lines_or_as_protobuf) {
	static const struct {
		const char *accept;
		enum media chosen;
	} cases[] = {
		{ "", MEDIA_NDJSON },
		{ "*/*", MEDIA_NDJSON },
		{ "application/json", MEDIA_NDJSON },
		{ "application/x-ndjson", MEDIA_NDJSON },
		{ "application/x-protobuf", MEDIA_PROTOBUF },
		{ "application/json, application/x-protobuf", MEDIA_PROTOBUF },
		{ "application/x-ndjson, application/x-protobuf", MEDIA_NDJSON },
		{ "application/x-protobuf;q=0", MEDIA_NDJSON },
		{ "text/html", MEDIA_NDJSON },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(
		    media_choose_feed(cases[i].accept) == cases[i].chosen, "Accept: %s", cases[i].accept);
}
END_TEST

SUITE_MAIN("media", content_types_are_known_by_their_exact_name,
    accept_chooses_the_first_form_that_fits, only_pages_for_people_come_as_csv_and_html,
    the_journal_comes_as_lines_or_as_protobuf)
