/* SPDX-License-Identifier: Apache-2.0 */
/* Bank statements in XML: what each entry and balance says, and what is refused, and where. */
#include "finance/camt053.h"

#include "base/buffer.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPACE        "urn:iso:std:iso:20022:tech:xsd:"
#define OPEN         "<Document xmlns=\"" SPACE "camt.053.001.02\"><BkToCstmrStmt><Stmt>\n"
#define CLOSE        "</Stmt></BkToCstmrStmt></Document>"
#define OPEN_REPORT  "<Document xmlns=\"" SPACE "camt.052.001.08\"><BkToCstmrAcctRpt><Rpt>\n"
#define CLOSE_REPORT "</Rpt></BkToCstmrAcctRpt></Document>"
#define ACCOUNT      "<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>\n"
#define AMOUNT       "<Amt Ccy=\"CNY\">1.00</Amt>"
#define DEBIT        "<CdtDbtInd>DBIT</CdtDbtInd>"
#define CREDIT       "<CdtDbtInd>CRDT</CdtDbtInd>"
#define BOOKED       "<Sts>BOOK</Sts><BookgDt><Dt>2026-11-22</Dt></BookgDt>"
#define ENTRY        "<Ntry>" AMOUNT DEBIT BOOKED "</Ntry>"
#define BALANCE(code, amount, direction)                                                           \
	"<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">" amount               \
	"</Amt><CdtDbtInd>" direction "</CdtDbtInd><Dt><Dt>2026-11-22</Dt></Dt></Bal>\n"

static struct arena arena;
static struct camt053 report;
static struct file_mistake mistake;

static enum err read_text(const char *text) {
	memset(&mistake, 0, sizeof(mistake));
	report = (struct camt053){ .count = 77 };
	return camt053_read(text, strlen(text), &arena, &report, &mistake);
}

/* A statement that is taken; `arena` is the caller's to free. */
static const struct statement *read_good(const char *text) {
	arena_init(&arena, 0);
	enum err err = read_text(text);
	ck_assert_msg(err == ERR_OK, "%d: %s: %s", (int)mistake.line, mistake.text, text);
	ck_assert_uint_eq(report.count, 1);
	return report.statements;
}

/* --- what is read --- */

static void assert_first_statement(const struct statement *statement) {
	ck_assert_str_eq(statement->account, "0200001009000099999");
	ck_assert_str_eq(statement->number, "1");
	ck_assert_str_eq(statement->currency, "CNY");
	ck_assert_str_eq(statement->format, "camt.053.001.08");
	ck_assert(statement->has_balances);
	ck_assert_int_eq(statement->opening_balance, 100000000);
	ck_assert_int_eq(statement->closing_balance, 85000000);
	ck_assert_uint_eq(statement->count, 1);
	ck_assert_uint_eq(statement->pending, 1);
	const struct statement_line *line = statement->lines;
	ck_assert_str_eq(line->serial, "000123");
	ck_assert_int_eq(line->amount, -15000000);
	ck_assert(!line->is_reversal);
	ck_assert_str_eq(line->booking_date, "2026-11-22");
	ck_assert_str_eq(line->value_date, "2026-11-22");
	ck_assert_str_eq(line->reference, "V0190a1b2-60-1");
	ck_assert_str_eq(line->text, "V0190a1b2-60-1 cp 检测费");
	ck_assert_str_eq(line->other_name, "某检测公司");
	ck_assert_str_eq(line->other_account, "0200001009000012345");
	ck_assert_uint_eq(line->details, 1);
	ck_assert_uint_eq(line->file_line, 24);
}

START_TEST(statements_are_read_as_they_stand) {
	const char *top = getenv("top_srcdir");
	static char text[20000];
	char path[1000];
	snprintf(path, sizeof(path), "%s/tests/unit/finance/camt.053.001.08.xml", top ? top : "..");
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	arena_init(&arena, 0);
	enum err err = read_text(text);
	ck_assert_msg(err == ERR_OK, "%d: %s", (int)mistake.line, mistake.text);
	ck_assert_str_eq(report.message_id, "S20261122");
	ck_assert_uint_eq(report.count, 2);
	assert_first_statement(&report.statements[0]);
	const struct statement *other = &report.statements[1];
	ck_assert_str_eq(other->account, "DE89370400440532013000");
	ck_assert_str_eq(other->currency, "EUR");
	ck_assert(!other->has_balances);
	ck_assert_uint_eq(other->count, 1);
	ck_assert_str_eq(other->lines[0].serial, "");
	ck_assert_int_eq(other->lines[0].amount, 100);
	ck_assert_str_eq(other->lines[0].booking_date, "2026-11-22"); /* of its closing balance */
	ck_assert_uint_eq(other->lines[0].details, 1);
	arena_done(&arena);
}
END_TEST

START_TEST(references_are_found_wherever_they_sit) {
#define DETAILS(text)  "<NtryDtls><TxDtls>" text "</TxDtls></NtryDtls>"
#define REFS(text)     "<Refs>" text "</Refs>"
#define USTRD(text)    "<RmtInf><Ustrd>" text "</Ustrd></RmtInf>"
#define SERIAL(text)   "<AcctSvcrRef>" text "</AcctSvcrRef>"
#define END_TO_END(id) "<EndToEndId>" id "</EndToEndId>"
	static const struct {
		const char *entry; /* within Ntry */
		const char *serial, *reference, *bank_reference, *text;
		unsigned details;
	} cases[] = {
		{ DETAILS(REFS(END_TO_END("V-1-1"))), "", "V-1-1", "", "", 1 },
		{ DETAILS(REFS(END_TO_END("NOTPROVIDED") "<InstrId>V-1-2</InstrId>")), "", "V-1-2", "", "",
		    1 },
		{ DETAILS(REFS(END_TO_END("notprovided"))), "", "", "", "", 1 },
		{ DETAILS(USTRD("V-1-3")), "", "", "", "V-1-3", 1 },
		{ SERIAL("S1") DETAILS(REFS(SERIAL("B1"))), "S1", "", "B1", "", 1 },
		{ SERIAL("S1") DETAILS(REFS(SERIAL("S1"))), "S1", "", "", "", 1 },
		{ DETAILS(REFS(SERIAL("B1"))), "B1", "", "", "", 1 },
		{ "<NtryRef>123456</NtryRef>", "", "", "", "", 1 },
		{ "<NtryRef>20261122000001</NtryRef>", "20261122000001", "", "", "", 1 },
		{ "<AddtlNtryInf>退汇 V-1-4</AddtlNtryInf>", "", "", "", "退汇 V-1-4", 1 },
		{ DETAILS(USTRD(" a \t b&#x3000;c ") "<AddtlTxInf>d</AddtlTxInf>"), "", "", "", "a b c d",
		    1 },
		{ DETAILS("<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"), "", "", "", "AC04", 1 },
		{ "<NtryDtls><Btch><PmtInfId>V-1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch></NtryDtls>", "",
		    "V-1", "", "", 3 },
		{ DETAILS(REFS("<PmtInfId>V-1</PmtInfId>")), "", "V-1", "", "", 1 },
		{ DETAILS(REFS("<PmtInfId>V-1</PmtInfId>") USTRD("V-1-2")), "", "", "", "V-1-2", 1 },
		{ "<NtryDtls><TxDtls>" REFS(END_TO_END("V-1-1") SERIAL("B1")) "</TxDtls><TxDtls>" REFS(
		      END_TO_END("V-1-2")) USTRD("b") "</TxDtls></NtryDtls>",
		    "", "", "", "V-1-1 V-1-2 b", 2 },
		{ DETAILS(REFS(END_TO_END("a long one: it is longer than any reference may be, so that it "
		                          "is kept as text"))),
		    "", "", "",
		    "a long one: it is longer than any reference may be, so that it is kept as text", 1 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[4000];
		snprintf(text, sizeof(text), OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT BOOKED "%s</Ntry>" CLOSE,
		    cases[i].entry);
		const struct statement_line *line = read_good(text)->lines;
		ck_assert_str_eq(line->serial, cases[i].serial);
		ck_assert_str_eq(line->reference, cases[i].reference);
		ck_assert_str_eq(line->bank_reference, cases[i].bank_reference);
		ck_assert_str_eq(line->text, cases[i].text);
		ck_assert_uint_eq(line->details, cases[i].details);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(texts_may_be_in_the_encoding_that_the_file_names) {
	const struct statement *statement = read_good(
	    "<?xml version=\"1.0\" encoding=\"GB18030\"?>\n" OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT BOOKED
	    "<AddtlNtryInf>\xCD\xCB\xBB\xE3</AddtlNtryInf></Ntry>" CLOSE);
	ck_assert_str_eq(statement->lines[0].text, "退汇");
	arena_done(&arena);
	arena_init(&arena, 0);
	ck_assert_int_eq(read_text(OPEN ACCOUNT "<Ntry>\xCD\xCB\xBB\xE3</Ntry>" CLOSE), ERR_SYNTAX);
	ck_assert_uint_eq(mistake.line, 3);
	ck_assert_uint_gt(mistake.column, 0);
	arena_done(&arena);
}
END_TEST

START_TEST(serials_that_stand_there_again_are_told_apart) {
#define NUMBERED "<Ntry>" AMOUNT DEBIT BOOKED SERIAL("S") "</Ntry>"
	const struct statement *statement = read_good(
	    OPEN ACCOUNT NUMBERED ENTRY NUMBERED ENTRY NUMBERED CLOSE);
	static const char *const serials[] = { "S", "", "S/2", "", "S/3" };
	ck_assert_uint_eq(statement->count, 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(statement->lines[i].serial, serials[i]);
	arena_done(&arena);
}
END_TEST

START_TEST(newest_entries_come_last) {
	const struct statement *statement = read_good(
	    OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT
	                 "<Sts>BOOK</Sts><BookgDt><Dt>2026-11-23</Dt></BookgDt></Ntry>" ENTRY CLOSE);
	ck_assert_str_eq(statement->lines[0].booking_date, "2026-11-22");
	ck_assert_str_eq(statement->lines[1].booking_date, "2026-11-23");
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_not_booked_is_left_out_and_counted) {
	const struct statement *statement = read_good(
	    OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT "<Sts>PDNG</Sts></Ntry><Ntry>" AMOUNT CREDIT
	                 "<Sts><Cd>INFO</Cd></Sts></Ntry><Ntry>" AMOUNT CREDIT "<Sts>XYZ9</Sts></Ntry>"
	                 "<Ntry><Amt Ccy=\"CNY\">0</Amt>" DEBIT BOOKED "</Ntry>" ENTRY CLOSE);
	ck_assert_uint_eq(statement->count, 1);
	ck_assert_uint_eq(statement->pending, 4);
	arena_done(&arena);
}
END_TEST

/* --- balances and summaries --- */

START_TEST(booked_entries_lead_from_balance_to_balance) {
	static const struct {
		const char *balances;
		bool has_balances;
		int64_t opening, closing;
	} cases[] = {
		{ BALANCE("OPBD", "3", "CRDT") BALANCE("CLBD", "2", "CRDT"), true, 300, 200 },
		{ BALANCE("CLBD", "2.00", "CRDT") BALANCE("PRCD", "3.00", "CRDT"), true, 300, 200 },
		{ BALANCE("OPBD", "0", "CRDT") BALANCE("CLBD", "1", "DBIT"), true, 0, -100 },
		{ BALANCE("OPBD", "3", "CRDT") BALANCE("ITBD", "2", "CRDT"), true, 300, 200 },
		{ BALANCE("ITBD", "3", "CRDT") BALANCE("ITBD", "2", "CRDT"), true, 300, 200 },
		{ BALANCE("ITBD", "3", "CRDT") BALANCE("CLBD", "2", "CRDT"), true, 300, 200 },
		{ BALANCE("OPBD", "3", "CRDT") BALANCE("ITBD", "9", "CRDT") BALANCE("ITBD", "8", "CRDT")
		        BALANCE("CLBD", "2", "CRDT"),
		    true, 300, 200 },
		{ BALANCE("OPBD", "3", "CRDT") BALANCE("OPAV", "7", "CRDT") BALANCE("CLAV", "9", "CRDT"),
		    false, 0, 0 },
		{ BALANCE("CLBD", "2", "CRDT"), false, 0, 0 },
		{ BALANCE("ITBD", "2", "CRDT"), false, 0, 0 },
		{ "", false, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[4000];
		snprintf(text, sizeof(text), OPEN ACCOUNT "%s" ENTRY CLOSE, cases[i].balances);
		const struct statement *statement = read_good(text);
		ck_assert_msg(statement->has_balances == cases[i].has_balances, "%zu", i);
		ck_assert_int_eq(statement->opening_balance, cases[i].opening);
		ck_assert_int_eq(statement->closing_balance, cases[i].closing);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(report_of_a_part_of_the_day_may_lack_its_balances) {
	const struct statement *report_of_part = read_good(OPEN_REPORT ACCOUNT BALANCE(
	    "OPBD", "9", "CRDT") BALANCE("ITBD", "2", "CRDT") ENTRY CLOSE_REPORT);
	ck_assert(!report_of_part->has_balances);
	ck_assert_str_eq(report_of_part->format, "camt.052.001.08");
	ck_assert_uint_eq(report_of_part->count, 1);
	arena_done(&arena);
	const struct statement *whole = read_good(OPEN_REPORT ACCOUNT BALANCE("OPBD", "3", "CRDT")
	        BALANCE("ITBD", "2", "CRDT") ENTRY CLOSE_REPORT);
	ck_assert(whole->has_balances);
	arena_done(&arena);
}
END_TEST

#define SUMMARY(text) "<TxsSummry>" text "</TxsSummry>\n"
#define TOTAL(count, sum)                                                                          \
	"<TtlNtries><NbOfNtries>" count "</NbOfNtries><Sum>" sum "</Sum></TtlNtries>"

START_TEST(summary_of_the_entries_may_stand_there) {
	static const char *const texts[] = {
		OPEN ACCOUNT ENTRY CLOSE,
		OPEN ACCOUNT SUMMARY(TOTAL("1", "1.00")) ENTRY CLOSE,
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		read_good(texts[i]);
		ck_assert_uint_eq(mistake.line, 0);
		arena_done(&arena);
	}
}
END_TEST

/* --- what is refused --- */

struct refusal {
	const char *text;
	enum err err;
	uint64_t line;
	const char *says;
};

static void assert_refused(const struct refusal *cases, size_t count) {
	for (size_t i = 0; i < count; i++) {
		arena_init(&arena, 0);
		enum err err = read_text(cases[i].text);
		ck_assert_msg(err == cases[i].err, "%zu: %d: %s", i, err, mistake.text);
		ck_assert_msg(
		    mistake.line == cases[i].line, "%zu: line %d: %s", i, (int)mistake.line, mistake.text);
		ck_assert_msg(mistake.column > 0, "%zu: %s", i, mistake.text);
		ck_assert_msg(mistake.text[0] && strstr(mistake.text, cases[i].says) != NULL, "%zu: %s", i,
		    mistake.text);
		ck_assert_uint_eq(report.count, 77);
		arena_done(&arena);
	}
}
#define ASSERT_REFUSED(cases) assert_refused((cases), sizeof(cases) / sizeof((cases)[0]))

START_TEST(entries_that_do_not_say_what_was_booked_and_when_are_refused) {
	static const struct refusal cases[] = {
		{ OPEN ACCOUNT "<Ntry>" DEBIT BOOKED "</Ntry>" CLOSE, ERR_SYNTAX, 3, "no amount" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3, "booked" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT "<Sts>BOOK</Sts></Ntry>" CLOSE, ERR_SYNTAX, 3,
		    "booking date" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT AMOUNT DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3, "twice" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT BOOKED "</Ntry>" CLOSE, ERR_SYNTAX, 3, "CRDT or DBIT" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT BOOKED "<CdtDbtInd>dbit</CdtDbtInd></Ntry>" CLOSE,
		    ERR_SYNTAX, 3, "CRDT or DBIT" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT BOOKED "<RvslInd>yes</RvslInd></Ntry>" CLOSE,
		    ERR_SYNTAX, 3, "RvslInd" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT
		               "<Sts>BOOK</Sts><BookgDt><Dt>2026-02-30</Dt></BookgDt></Ntry>" CLOSE,
		    ERR_SYNTAX, 3, "no day" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT BOOKED
		               "<ValDt><Dt>2026-02-2</Dt></ValDt></Ntry>" CLOSE,
		    ERR_SYNTAX, 3, "no day" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(amounts_that_are_none_are_refused) {
	static const struct refusal cases[] = {
		{ OPEN ACCOUNT "<Ntry>\n<Amt Ccy=\"CNY\">1.001</Amt>" DEBIT "</Ntry>" CLOSE, ERR_RANGE, 4,
		    "two after the point" },
		{ OPEN ACCOUNT "<Ntry>\n<Amt Ccy=\"CNY\">99999999999999999999</Amt></Ntry>" CLOSE,
		    ERR_RANGE, 4, "digits" },
		{ OPEN ACCOUNT "<Ntry>\n<Amt Ccy=\"CNY\">-1</Amt>" DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 4,
		    "digits" },
		{ OPEN ACCOUNT "<Ntry><Amt>1.00</Amt>" DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3, "currency" },
		{ OPEN ACCOUNT "<Ntry><Amt Ccy=\"CNYX\">1.00</Amt>" DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3,
		    "currency" },
		{ OPEN ACCOUNT ENTRY "\n<Ntry><Amt Ccy=\"USD\">1.00</Amt></Ntry>" CLOSE, ERR_SYNTAX, 4,
		    "in USD, and the statement in CNY" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(balances_and_sums_that_the_entries_contradict_are_refused) {
	static const struct refusal cases[] = {
		{ OPEN ACCOUNT BALANCE("OPBD", "3.00", "CRDT") BALANCE("CLBD", "2.01", "CRDT") ENTRY CLOSE,
		    ERR_SYNTAX, 4, "come to 2.00, and the closing balance is 2.01" },
		{ OPEN ACCOUNT BALANCE("OPBD", "3.00", "CRDT") BALANCE("OPBD", "2.00", "CRDT") CLOSE,
		    ERR_SYNTAX, 4, "another balance" },
		{ OPEN ACCOUNT BALANCE("OPBD", "3.00", "") CLOSE, ERR_SYNTAX, 3, "CRDT or DBIT" },
		{ OPEN ACCOUNT "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp></Bal>" CLOSE, ERR_SYNTAX,
		    3, "no amount" },
		{ OPEN ACCOUNT SUMMARY(TOTAL("2", "1.00")) ENTRY CLOSE, ERR_SYNTAX, 3,
		    "says 2 entries, and there are 1" },
		{ OPEN ACCOUNT SUMMARY(TOTAL("1", "1.01")) ENTRY CLOSE, ERR_SYNTAX, 3,
		    "says 1.01, and the entries come to 1.00" },
		{ OPEN ACCOUNT SUMMARY("<TtlCdtNtries><Sum>1.00</Sum></TtlCdtNtries>") ENTRY CLOSE,
		    ERR_SYNTAX, 3, "says 1.00, and the entries come to 0.00" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(what_is_no_document_with_a_statement_is_refused) {
	static const struct refusal cases[] = {
		{ OPEN CLOSE, ERR_SYNTAX, 1, "no account" },
		{ OPEN ACCOUNT ACCOUNT CLOSE, ERR_SYNTAX, 3, "twice" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT, ERR_SYNTAX, 3, "" },
		{ "<!DOCTYPE a [<!ENTITY b \"c\">]>" OPEN ACCOUNT CLOSE, ERR_SYNTAX, 1, "DOCTYPE" },
		{ "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
		  "\"&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>\n<lolz>&c;</lolz>",
		    ERR_SYNTAX, 2, "DOCTYPE" },
		{ OPEN "<x xmlns=\"urn:x\"/>" CLOSE, ERR_SYNTAX, 2, "another namespace" },
		{ "<Document xmlns=\"" SPACE "pain.002.001.11\"/>", ERR_SYNTAX, 1, "namespace" },
		{ "<Document xmlns=\"" SPACE "camt.053.001.08\"/>", ERR_SYNTAX, 1, "no statement" },
		{ "<Document xmlns=\"" SPACE "camt.053.001.08\"><BkToCstmrAcctRpt/></Document>", ERR_SYNTAX,
		    1, "no statement" },
	};
	ASSERT_REFUSED(cases);
}
END_TEST

START_TEST(deep_nesting_is_refused) {
	struct buffer text;
	buffer_init(&text, 0);
	buffer_append_text(&text, OPEN);
	for (int i = 0; i < 100000; i++)
		buffer_append_text(&text, "<a>");
	arena_init(&arena, 0);
	ck_assert_int_eq(read_text(buffer_string(&text)), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "nested more than"));
	ck_assert_uint_eq(mistake.line, 2);
	arena_done(&arena);
	buffer_done(&text);
}
END_TEST

START_TEST(huge_file_is_refused_unread) {
	size_t bytes = (size_t)300 << 20;
	char *nothing = calloc(1, bytes);
	ck_assert_ptr_nonnull(nothing);
	arena_init(&arena, 0);
	ck_assert_int_eq(camt053_read(nothing, bytes, &arena, &report, &mistake), ERR_RANGE);
	ck_assert_ptr_nonnull(strstr(mistake.text, "bytes"));
	ck_assert_uint_eq(arena.bytes, 0);
	free(nothing);
	arena_done(&arena);
}
END_TEST

START_TEST(long_statements_are_read_in_order) {
	enum { ENTRIES = 5000 };
	struct buffer text;
	buffer_init(&text, 0);
	buffer_append_text(&text, OPEN ACCOUNT);
	for (int i = 0; i < ENTRIES; i++)
		buffer_printf(&text,
		    "<Ntry><NtryRef>A%d</NtryRef><Amt Ccy=\"CNY\">%d.%02d</Amt>" DEBIT BOOKED "</Ntry>\n",
		    i, (i + 1) / 100, (i + 1) % 100);
	buffer_append_text(&text, CLOSE);
	const struct statement *statement = read_good(buffer_string(&text));
	ck_assert_uint_eq(statement->count, ENTRIES);
	for (int i = 0; i < ENTRIES; i++) {
		char serial[20];
		snprintf(serial, sizeof(serial), "A%d", i);
		ck_assert_str_eq(statement->lines[i].serial, serial);
		ck_assert_int_eq(statement->lines[i].amount, -i - 1);
		ck_assert_uint_eq(statement->lines[i].file_line, (uint64_t)i + 3);
	}
	buffer_done(&text);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("camt053", statements_are_read_as_they_stand, references_are_found_wherever_they_sit,
    texts_may_be_in_the_encoding_that_the_file_names, serials_that_stand_there_again_are_told_apart,
    newest_entries_come_last, what_is_not_booked_is_left_out_and_counted,
    booked_entries_lead_from_balance_to_balance, report_of_a_part_of_the_day_may_lack_its_balances,
    summary_of_the_entries_may_stand_there,
    entries_that_do_not_say_what_was_booked_and_when_are_refused, amounts_that_are_none_are_refused,
    balances_and_sums_that_the_entries_contradict_are_refused,
    what_is_no_document_with_a_statement_is_refused, deep_nesting_is_refused,
    huge_file_is_refused_unread, long_statements_are_read_in_order)
