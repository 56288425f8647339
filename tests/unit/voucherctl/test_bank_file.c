/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the bank, shown without a server: what they say, and which are refused, and where. */
#include "support/suite.h"
#include "unit/voucherctl/verb_run.h"
#include "voucherctl/actions.h"
#include "voucherctl/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SPACE "urn:iso:std:iso:20022:tech:xsd:"
#define REPORT                                                                                     \
	"<Document xmlns=\"" SPACE "pain.002.001.11\"><CstmrPmtStsRpt>"                                \
	"<GrpHdr><MsgId>B1</MsgId></GrpHdr>\n"                                                         \
	"<OrgnlGrpInfAndSts><OrgnlMsgId>V-60</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>\n"
#define REPORT_END "</CstmrPmtStsRpt></Document>\n"
#define STATEMENT                                                                                  \
	"<Document xmlns=\"" SPACE "camt.053.001.08\"><BkToCstmrStmt>"                                 \
	"<GrpHdr><MsgId>S1</MsgId></GrpHdr>\n<Stmt><Acct><Id><Othr><Id>0200</Id></Othr></Id></Acct>\n"
#define STATEMENT_END "</Stmt></BkToCstmrStmt></Document>\n"

static const char report[] = REPORT
    "<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>V-60-1</OrgnlEndToEndId><TxSts>ACSC</TxSts>"
    "<AcctSvcrRef>I1</AcctSvcrRef></TxInfAndSts>\n"
    "<TxInfAndSts><OrgnlEndToEndId>V-60-2</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf>"
    "<Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户\"</AddtlInf></StsRsnInf></TxInfAndSts>\n"
    "<TxInfAndSts><OrgnlEndToEndId>V-60-3</OrgnlEndToEndId><TxSts>XYZ9</TxSts></TxInfAndSts>\n"
    "</OrgnlPmtInfAndSts>" REPORT_END;

#define BALANCE(code, amount)                                                                      \
	"<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">" amount               \
	"</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"

static const char statement[] = STATEMENT BALANCE("OPBD", "150000.00") BALANCE("CLBD",
    "0.05") "<Ntry><Amt "
            "Ccy=\"CNY\">150000.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            "<BookgDt><Dt>2026-11-22</Dt></BookgDt><AcctSvcrRef>000123</"
            "AcctSvcrRef><NtryDtls><TxDtls>"
            "<Refs><EndToEndId>V-60-1</EndToEndId></Refs><RmtInf><Ustrd>检测费</Ustrd></RmtInf></"
            "TxDtls>"
            "</NtryDtls></Ntry>\n"
            "<Ntry><NtryRef>2</NtryRef><Amt Ccy=\"CNY\">0.05</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
            "<RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls>"
            "<TxDtls><Refs><EndToEndId>first</EndToEndId></Refs></TxDtls>"
            "<TxDtls><Refs><EndToEndId>second</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
            "<Ntry><Amt "
            "Ccy=\"CNY\">7</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Prtry>在途</Prtry></Sts></Ntry>"
            "\n" STATEMENT_END;

static struct verb_run run;

/* Shows a file with this in it, "f.xml". */
static void show(const char *text, size_t bytes, const char *options) {
	char line[100];
	verb_write_file("f.xml", text, bytes);
	snprintf(line, sizeof(line), "bank-file show f.xml %s", options);
	verb_run(&run, line);
}

static void assert_shows(const char *text, const char *options, const char *expected) {
	show(text, strlen(text), options);
	ck_assert_msg(run.status == EXIT_DONE, "%s", run.err);
	ck_assert_str_eq(run.out, expected);
	ck_assert_str_eq(run.err, "");
}

static void set_up(void) {
	ck_assert_int_eq(chdir(suite_directory()), 0);
}

START_TEST(status_report_is_a_table_with_statuses_verbatim) {
	set_up();
	assert_shows(report, "--lang en",
	    "status report  B1\n"
	    "on payment file  V-60\n"
	    "status of the file  PART\n"
	    "reference  status  meaning  reason             bank's reference\n"
	    "V-60-1     ACSC    paid                        I1\n"
	    "V-60-2     RJCT    failed   AC04; 账户已销户\"\n"
	    "V-60-3     XYZ9    unknown\n");
	show(report, strlen(report), "--lang zh");
	ck_assert_ptr_nonnull(strstr(run.out, "未付"));
	ck_assert_ptr_nonnull(strstr(run.out, "付款编号"));
}
END_TEST

START_TEST(status_report_without_payments_still_says_that_the_file_was_refused) {
	set_up();
	assert_shows("<Document xmlns=\"" SPACE "pain.002.001.03\"><CstmrPmtStsRpt><OrgnlGrpInfAndSts>"
	             "<GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>" REPORT_END,
	    "--lang en", "status of the file  RJCT\n");
}
END_TEST

START_TEST(statement_is_a_table_with_signed_amounts) {
	set_up();
	assert_shows(statement, "--lang en",
	    "message  S1\n"
	    "account  0200\n"
	    "currency  CNY\n"
	    "opening balance  150,000.00\n"
	    "closing balance  0.05\n"
	    "not booked, left out  1\n"
	    "line  serial  booked           amount  reversal  payments  reference  text\n"
	    "   3  000123  2026-11-22  -150,000.00                      V-60-1     检测费\n"
	    "   4          2026-11-23        +0.05  yes              2             first second\n");
	assert_shows(STATEMENT STATEMENT_END, "--lang en", "message  S1\naccount  0200\nno entries\n");
}
END_TEST

START_TEST(both_are_json_for_programs) {
	set_up();
	assert_shows(report, "--json",
	    "{\"message\":\"pain.002\",\"message_id\":\"B1\",\"original_message_id\":\"V-60\","
	    "\"status\":\"PART\",\"payments\":["
	    "{\"line\":3,\"end_to_end_id\":\"V-60-1\",\"status\":\"ACSC\",\"bank_reference\":\"I1\"},"
	    "{\"line\":4,\"end_to_end_id\":\"V-60-2\",\"status\":\"RJCT\","
	    "\"reason\":\"AC04; 账户已销户\\\"\"},"
	    "{\"line\":5,\"end_to_end_id\":\"V-60-3\",\"status\":\"XYZ9\"}]}\n");
	assert_shows(statement, "--json",
	    "{\"message\":\"statement\",\"message_id\":\"S1\",\"statements\":["
	    "{\"format\":\"camt.053.001.08\",\"account\":\"0200\",\"currency\":\"CNY\","
	    "\"opening_balance\":\"15000000\",\"closing_balance\":\"5\",\"left_out\":1,\"entries\":["
	    "{\"line\":3,\"amount\":\"-15000000\",\"serial\":\"000123\","
	    "\"booking_date\":\"2026-11-22\",\"reference\":\"V-60-1\",\"text\":\"检测费\","
	    "\"is_reversal\":false,\"transactions\":1},"
	    "{\"line\":4,\"amount\":\"5\",\"booking_date\":\"2026-11-23\","
	    "\"text\":\"first second\",\"is_reversal\":true,\"transactions\":2}]}]}\n");
	assert_shows(STATEMENT STATEMENT_END, "--json",
	    "{\"message\":\"statement\",\"message_id\":\"S1\",\"statements\":["
	    "{\"format\":\"camt.053.001.08\",\"account\":\"0200\",\"left_out\":0,"
	    "\"entries\":[]}]}\n");
}
END_TEST

/* --- what is no such file --- */

static const struct {
	const char *text;
	const char *complaint; /* with its place, when the file has one */
} hostile[] = {
	{ "", "f.xml:" },
	{ "<!DOCTYPE html>\n<html><body>登录超时</body></html>", "(DOCTYPE) is not taken" },
	{ "<html><body>login</body></html>", "the namespace is \"\"" },
	{ "<?xml version=\"1.0\"?>\n<!DOCTYPE Document [<!ENTITY x SYSTEM \"/etc/passwd\">]>\n" REPORT
	  "&x;" REPORT_END,
	    "f.xml:2:" },
	{ "<Document xmlns=\"" SPACE "pain.001.001.09\"><CstmrCdtTrfInitn/></Document>",
	    "pain.001.001.09\", which is not that of such a file" },
	{ "<Document xmlns=\"" SPACE "camt.053.001.08\"/>", "the document has nothing in it" },
	{ "<Document xmlns=\"" SPACE "camt.053.001.08\"><CstmrPmtStsRpt/></Document>",
	    "the document is no statement" },
	{ "<Document xmlns=\"" SPACE "pain.002.001.11\"><BkToCstmrStmt/></Document>",
	    "the document is no status report" },
	{ "<Document xmlns=\"" SPACE "pain.002.001.11\"", "f.xml:1:" },
	{ REPORT "<x:Y xmlns:x=\"urn:x\"/>" REPORT_END, "f.xml:3:" },
	{ STATEMENT "\n<Ntry><Amt Ccy=\"CNY\">1</Amt><Sts>BOOK</Sts></Ntry>" STATEMENT_END,
	    "CdtDbtInd must be CRDT or DBIT" },
	{ STATEMENT "\n<Ntry>\n<Amt Ccy=\"CNY\">-1</Amt></Ntry>" STATEMENT_END, "f.xml:5:" },
};

static void assert_refused(const char *text, const char *options, const char *advice) {
	show(text, strlen(text), options);
	ck_assert_msg(run.status == EXIT_REFUSED, "%s", text);
	ck_assert_str_eq(run.out, "");
	ck_assert_msg(strstr(run.err, advice) != NULL, "%s", run.err);
	ck_assert_ptr_null(strstr(run.err, "root:"));
}

START_TEST(anything_else_is_refused_with_its_place_and_shows_nothing) {
	set_up();
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		assert_refused(hostile[i].text, "--lang en", "Ask the bank for one.");
		ck_assert_msg(strstr(run.err, hostile[i].complaint) != NULL, "%zu: %s", i, run.err);
		assert_refused(hostile[i].text, "--lang zh --json", "请向银行索取");
	}
}
END_TEST

START_TEST(what_is_no_xml_is_a_table_of_a_bank_that_must_be_named) {
	set_up();
	assert_refused("日期,金额\n", "--lang en", "say of which: --bank-profile icbc");
	assert_refused("{}", "--lang zh", "请指明银行：--bank-profile icbc");
	show("x", 1, "--lang en --bank-profile nowhere");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	ck_assert_ptr_nonnull(strstr(run.err, "There is no bank profile \"nowhere\"."));
	show("x", 1, "--lang en --bank-profile ./nowhere.ini");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	ck_assert_ptr_nonnull(strstr(run.err, "./nowhere.ini cannot be read: No such file"));
}
END_TEST

START_TEST(files_cut_anywhere_show_nothing) {
	set_up();
	const struct {
		const char *text;
		size_t bytes; /* to the end of the outermost element */
	} files[] = {
		{ report, sizeof(report) - 2 },
		{ statement, sizeof(statement) - 2 },
	};
	for (size_t i = 0; i < 2; i++)
		for (size_t bytes = 0; bytes < files[i].bytes; bytes += 7) {
			show(files[i].text, bytes, "--lang en");
			ck_assert_msg(run.status == EXIT_REFUSED, "%zu of %zu", bytes, i);
			ck_assert_str_eq(run.out, "");
		}
}
END_TEST

START_TEST(terminal_is_safe_from_what_the_file_says) {
	static const char text[] = REPORT
	    "<OrgnlPmtInfAndSts><TxInfAndSts><TxSts>A&#10;B&#x9b;31m</TxSts></TxInfAndSts>"
	    "</OrgnlPmtInfAndSts>" REPORT_END;
	set_up();
	show(text, strlen(text), "--lang en");
	ck_assert_int_eq(run.status, EXIT_DONE);
	ck_assert_ptr_null(strstr(run.out, "A\nB"));
	ck_assert_ptr_null(strstr(run.out, "\xc2\x9b"));
	show(text, strlen(text), "--json");
	ck_assert_ptr_nonnull(strstr(run.out, "\"status\":\"A\\nB"));
}
END_TEST

START_TEST(file_that_is_not_there_is_a_mistake_of_the_command_line) {
	set_up();
	verb_run(&run, "bank-file show nowhere.xml --lang en");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	ck_assert_ptr_nonnull(strstr(run.err, "nowhere.xml cannot be read: No such file"));
	verb_run(&run, "bank-file show . --lang zh");
	ck_assert_int_eq(run.status, EXIT_USAGE);
	ck_assert_ptr_nonnull(strstr(run.err, "无法读取"));
}
END_TEST

SUITE_MAIN("bank-file", status_report_is_a_table_with_statuses_verbatim,
    status_report_without_payments_still_says_that_the_file_was_refused,
    statement_is_a_table_with_signed_amounts, both_are_json_for_programs,
    anything_else_is_refused_with_its_place_and_shows_nothing,
    what_is_no_xml_is_a_table_of_a_bank_that_must_be_named, files_cut_anywhere_show_nothing,
    terminal_is_safe_from_what_the_file_says,
    file_that_is_not_there_is_a_mistake_of_the_command_line)
