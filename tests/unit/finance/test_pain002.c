/* SPDX-License-Identifier: Apache-2.0 */
/* Status reports, and what of hostile XML is refused, and where. */
#include "finance/pain002.h"

#include "base/buffer.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMESPACE "urn:iso:std:iso:20022:tech:xsd:pain.002.001.11"
#define HEAD      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OPEN      HEAD "<Document xmlns=\"" NAMESPACE "\">\n<CstmrPmtStsRpt>\n"
#define CLOSE     "</CstmrPmtStsRpt>\n</Document>\n"
#define HEADER    "<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-22T09:00:00</CreDtTm></GrpHdr>\n"
#define GROUP                                                                                      \
	"<OrgnlGrpInfAndSts><OrgnlMsgId>V0190a1b2-60</OrgnlMsgId>"                                     \
	"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
#define GROUP_END "</OrgnlGrpInfAndSts>\n"

static struct arena arena;

static enum err read_text(const char *text, struct pain002 *report, struct file_mistake *mistake) {
	return pain002_read(text, strlen(text), &arena, report, mistake);
}

static struct pain002 read_good(const char *text) {
	struct pain002 report = { 0 };
	struct file_mistake mistake = { 0 };
	enum err err = read_text(text, &report, &mistake);
	ck_assert_msg(
	    err == ERR_OK, "%d: %d:%d: %s", err, (int)mistake.line, (int)mistake.column, mistake.text);
	return report;
}

START_TEST(statuses_are_read_with_reasons_and_places) {
	arena_init(&arena, 0);
	struct pain002 report = read_good(OPEN HEADER GROUP GROUP_END
	    "<OrgnlPmtInfAndSts><OrgnlPmtInfId>V0190a1b2-60</OrgnlPmtInfId>\n"
	    "<TxInfAndSts>\n<OrgnlEndToEndId> V0190a1b2-60-1\n</OrgnlEndToEndId><TxSts>ACSC</TxSts>"
	    "<AccptncDtTm>2026-11-22T08:59:00</AccptncDtTm><AcctSvcrRef>ICBC&#45;1</AcctSvcrRef>"
	    "</TxInfAndSts>\n"
	    "<TxInfAndSts><OrgnlEndToEndId>V0190a1b2-60-2</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
	    "<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf>"
	    "<AddtlInf><![CDATA[<closed>]]></AddtlInf></StsRsnInf></TxInfAndSts>\n"
	    "<TxInfAndSts><OrgnlEndToEndId>V0190a1b2-60-3</OrgnlEndToEndId><TxSts>XYZ9</TxSts>"
	    "</TxInfAndSts></OrgnlPmtInfAndSts>\n" CLOSE);
	ck_assert_str_eq(report.message_id, "B1");
	ck_assert_str_eq(report.original_message_id, "V0190a1b2-60");
	ck_assert_str_eq(report.code, "");
	ck_assert_uint_eq(report.count, 3);
	const struct pain002_status *s = report.statuses;
	ck_assert_str_eq(s[0].end_to_end_id, "V0190a1b2-60-1");
	ck_assert_str_eq(s[0].bank_reference, "ICBC-1");
	ck_assert_str_eq(s[0].accepted, "2026-11-22T08:59:00");
	ck_assert_str_eq(s[0].reason, "");
	ck_assert_int_eq(s[0].meaning, PAIN002_PAID);
	ck_assert_uint_eq(s[0].line, 7);
	ck_assert_str_eq(s[1].reason, "AC04; 账户已销户; <closed>");
	ck_assert_int_eq(s[1].meaning, PAIN002_FAILED);
	ck_assert_uint_eq(s[1].line, 10);
	ck_assert_str_eq(s[2].code, "XYZ9"); /* kept verbatim */
	ck_assert_int_eq(s[2].meaning, PAIN002_UNKNOWN);
	arena_done(&arena);
}
END_TEST

START_TEST(status_of_the_block_or_message_holds_for_those_without) {
	arena_init(&arena, 0);
	struct pain002 report = read_good(OPEN HEADER GROUP
	    "<GrpSts>ACTC</GrpSts>" GROUP_END "<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts>"
	    "<TxInfAndSts><OrgnlEndToEndId>a</OrgnlEndToEndId></TxInfAndSts>"
	    "<TxInfAndSts><OrgnlEndToEndId>b</OrgnlEndToEndId><TxSts>ACCC</TxSts></TxInfAndSts>"
	    "</OrgnlPmtInfAndSts>"
	    "<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>c</OrgnlEndToEndId></TxInfAndSts>"
	    "</OrgnlPmtInfAndSts>" CLOSE);
	ck_assert_uint_eq(report.count, 3);
	ck_assert_str_eq(report.statuses[0].code, "RJCT");
	ck_assert_str_eq(report.statuses[1].code, "ACCC");
	ck_assert_str_eq(report.statuses[2].code, "ACTC");
	ck_assert_int_eq(report.statuses[2].meaning, PAIN002_PENDING);
	report = read_good(OPEN HEADER GROUP "<GrpSts>RJCT</GrpSts>" GROUP_END CLOSE);
	ck_assert_str_eq(report.code, "RJCT");
	ck_assert_uint_eq(report.count, 0);
	arena_done(&arena);
}
END_TEST

START_TEST(supplementary_data_is_skipped) {
	arena_init(&arena, 0);
	struct pain002 report = read_good(OPEN HEADER GROUP GROUP_END
	    "<SplmtryData><Envlp><x:a xmlns:x=\"urn:x\"><TxSts>RJCT</TxSts></x:a></Envlp></SplmtryData>"
	    "<OrgnlPmtInfAndSts><TxInfAndSts><TxSts>ACSP</TxSts></TxInfAndSts>"
	    "</OrgnlPmtInfAndSts>" CLOSE);
	ck_assert_uint_eq(report.count, 1);
	ck_assert_str_eq(report.statuses[0].code, "ACSP");
	arena_done(&arena);
}
END_TEST

START_TEST(other_encodings_are_read) {
	arena_init(&arena, 0);
	struct pain002 report = read_good(
	    "<?xml version=\"1.0\" encoding=\"GB18030\"?><Document xmlns=\"" NAMESPACE "\">"
	    "<CstmrPmtStsRpt><GrpHdr><MsgId>\xD2\xF8\xD0\xD0</MsgId></GrpHdr>" CLOSE);
	ck_assert_str_eq(report.message_id, "银行");
	arena_done(&arena);
}
END_TEST

#define BOMB                                                                                       \
	"<!DOCTYPE Document [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">" \
	"<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>"

START_TEST(what_is_wrong_is_refused_with_its_place) {
	static const struct {
		const char *text;
		enum err err;
		uint64_t line;
		const char *says;
	} cases[] = {
		{ "", ERR_SYNTAX, 0, "" },
		{ "not XML", ERR_SYNTAX, 1, "" },
		{ OPEN HEADER, ERR_SYNTAX, 4, "" }, /* cut off */
		{ OPEN HEADER "<GrpHdr></x>" CLOSE, ERR_SYNTAX, 5, "mismatch" },
		{ OPEN CLOSE "<more/>", ERR_SYNTAX, 6, "" },
		{ HEAD BOMB "\n<Document xmlns=\"" NAMESPACE "\"/>", ERR_SYNTAX, 2, "DOCTYPE" },
		{ HEAD "<!DOCTYPE Document SYSTEM \"file:///etc/passwd\">\n<Document/>", ERR_SYNTAX, 2,
		    "DOCTYPE" },
		{ HEAD "<!DOCTYPE Document [<!ENTITY x SYSTEM \"http://127.0.0.1/\">]><Document>&x;"
		       "</Document>",
		    ERR_SYNTAX, 2, "DOCTYPE" },
		{ OPEN "<GrpHdr><MsgId>&x;</MsgId></GrpHdr>" CLOSE, ERR_SYNTAX, 4, "Entity" },
		{ OPEN "<GrpHdr><MsgId>\xFF</MsgId></GrpHdr>" CLOSE, ERR_SYNTAX, 4, "" },
		{ OPEN "<GrpHdr><MsgId>&#0;</MsgId></GrpHdr>" CLOSE, ERR_SYNTAX, 4, "" },
		{ HEAD "<Document><CstmrPmtStsRpt/></Document>", ERR_SYNTAX, 2, "namespace" },
		{ HEAD "<Document xmlns=\"urn:other\"><CstmrPmtStsRpt/></Document>", ERR_SYNTAX, 2,
		    "urn:other" },
		{ HEAD "<Papers xmlns=\"" NAMESPACE "\"/>", ERR_SYNTAX, 2, "Document" },
		{ OPEN "<x:GrpHdr xmlns:x=\"urn:x\"/>" CLOSE, ERR_SYNTAX, 4, "another namespace" },
		{ OPEN "<y:GrpHdr/>" CLOSE, ERR_SYNTAX, 4, "" },
		{ HEAD "<Document xmlns=\"" NAMESPACE "\"><Other/></Document>", ERR_SYNTAX, 0,
		    "no status report" },
		{ OPEN "<GrpHdr><MsgId>a</MsgId><MsgId>b</MsgId></GrpHdr>" CLOSE, ERR_SYNTAX, 4, "twice" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pain002 report = { .count = 77 };
		struct file_mistake mistake = { 0 };
		arena_init(&arena, 0);
		enum err err = read_text(cases[i].text, &report, &mistake);
		ck_assert_msg(err == cases[i].err, "%zu: %d", i, err);
		ck_assert_msg(cases[i].line == 0 || mistake.line == cases[i].line, "%zu: line %d: %s", i,
		    (int)mistake.line, mistake.text);
		ck_assert_msg(!cases[i].text[0] || mistake.column > 0, "%zu: %s", i, mistake.text);
		ck_assert_msg(
		    mistake.zh[0] && strcmp(mistake.zh, mistake.text) != 0, "%zu: %s", i, mistake.zh);
		ck_assert_msg(mistake.text[0] && strstr(mistake.text, cases[i].says) != NULL, "%zu: %s", i,
		    mistake.text);
		ck_assert_uint_eq(report.count, 77);
		arena_done(&arena);
	}
}
END_TEST

/* What is read has an end in every direction. */
START_TEST(limits_hold) {
	struct buffer text;
	struct pain002 report;
	struct file_mistake mistake;
	arena_init(&arena, 0);
	buffer_init(&text, 0);
	buffer_append_text(&text, OPEN);
	for (unsigned i = 0; i < 100000; i++)
		buffer_append_text(&text, "<a>");
	ck_assert_int_eq(read_text(buffer_string(&text), &report, &mistake), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "nested"));
	ck_assert_uint_eq(mistake.line, 4);
	ck_assert_uint_gt(mistake.column, 1);

	buffer_clear(&text);
	buffer_append_text(&text, OPEN "<GrpHdr><MsgId>");
	for (unsigned i = 0; i < 100000; i++)
		buffer_append_text(&text, "long ");
	buffer_append_text(&text, "</MsgId></GrpHdr>" CLOSE);
	ck_assert_int_eq(read_text(buffer_string(&text), &report, &mistake), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "text"));

	buffer_clear(&text);
	buffer_append_text(&text, OPEN "<OrgnlPmtInfAndSts>");
	for (unsigned i = 0; i <= PAIN002_STATUSES_MAX; i++)
		buffer_append_text(&text, "<TxInfAndSts/>");
	buffer_append_text(&text, "</OrgnlPmtInfAndSts>" CLOSE);
	ck_assert_int_eq(read_text(buffer_string(&text), &report, &mistake), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "100000"));
	buffer_done(&text);
	arena_done(&arena);
}
END_TEST

/* Every beginning of a good file, and every file with one byte spoilt: an answer, no crash. */
START_TEST(cut_and_spoilt_files_never_half_succeed) {
	static const char good[] = OPEN HEADER GROUP GROUP_END
	    "<OrgnlPmtInfAndSts><TxInfAndSts><TxSts>ACSP</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>"
	    "</CstmrPmtStsRpt></Document>";
	struct pain002 report;
	struct file_mistake mistake;
	for (size_t bytes = 0; bytes < sizeof(good) - 1; bytes++) {
		arena_init(&arena, 0);
		enum err err = pain002_read(good, bytes, &arena, &report, &mistake);
		ck_assert_msg(err == ERR_SYNTAX, "%zu", bytes);
		arena_done(&arena);
	}
	char text[sizeof(good)];
	for (size_t at = 0; at < sizeof(good) - 1; at++) {
		memcpy(text, good, sizeof(good));
		text[at] = (char)(text[at] ^ 0x80);
		arena_init(&arena, 0);
		ck_assert_int_eq(read_text(text, &report, &mistake), ERR_SYNTAX);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(amounts_are_exact) {
	static const struct {
		const char *text;
		enum err err;
		int64_t minor;
	} cases[] = {
		{ "0", ERR_OK, 0 },
		{ "1", ERR_OK, 100 },
		{ "1.5", ERR_OK, 150 },
		{ "0.05", ERR_OK, 5 },
		{ "90071992547409.93", ERR_OK, 9007199254740993 },
		{ "00012.30000", ERR_OK, 1230 },
		{ "92233720368547758.07", ERR_OK, INT64_MAX },
		{ "92233720368547758.08", ERR_RANGE, 0 },
		{ "1000000000000000000000", ERR_RANGE, 0 },
		{ "1.005", ERR_RANGE, 0 },
		{ "", ERR_SYNTAX, 0 },
		{ ".5", ERR_SYNTAX, 0 },
		{ "5.", ERR_SYNTAX, 0 },
		{ "-1", ERR_SYNTAX, 0 },
		{ "+1", ERR_SYNTAX, 0 },
		{ "1,000.00", ERR_SYNTAX, 0 },
		{ "1e3", ERR_SYNTAX, 0 },
		{ "1.0.0", ERR_SYNTAX, 0 },
		{ "１", ERR_SYNTAX, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t minor = 0;
		enum err err = xml_parse_amount(cases[i].text, &minor);
		ck_assert_msg(err == cases[i].err, "%s: %d", cases[i].text, err);
		ck_assert_msg(minor == cases[i].minor, "%s: %lld", cases[i].text, (long long)minor);
	}
}
END_TEST

SUITE_MAIN("pain002", statuses_are_read_with_reasons_and_places,
    status_of_the_block_or_message_holds_for_those_without, supplementary_data_is_skipped,
    other_encodings_are_read, what_is_wrong_is_refused_with_its_place, limits_hold,
    cut_and_spoilt_files_never_half_succeed, amounts_are_exact)
