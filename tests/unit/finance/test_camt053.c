/* SPDX-License-Identifier: Apache-2.0 */
/* Bank statements: what each entry says, and what of bad ones is refused, and where. */
#include "finance/camt053.h"

#include "base/buffer.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPEN                                                                                       \
	"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt>\n"
#define ACCOUNT "<Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>\n"
#define CLOSE   "</Stmt></BkToCstmrStmt></Document>"
#define AMOUNT  "<Amt Ccy=\"CNY\">1.00</Amt>"
#define DEBIT   "<CdtDbtInd>DBIT</CdtDbtInd>"

static struct arena arena;

START_TEST(entries_are_read_as_they_stand) {
	const char *top = getenv("top_srcdir");
	static char text[20000];
	char path[1000];
	snprintf(path, sizeof(path), "%s/tests/unit/finance/camt.053.001.08.xml", top ? top : "..");
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	size_t bytes = fread(text, 1, sizeof(text), file);
	fclose(file);
	struct camt053 report;
	struct xml_mistake mistake = { 0 };
	arena_init(&arena, 0);
	enum err err = camt053_read(text, bytes, &arena, &report, &mistake);
	ck_assert_msg(err == ERR_OK, "%d: %s", (int)mistake.line, mistake.text);
	ck_assert_str_eq(report.message_id, "S20261122");
	ck_assert_uint_eq(report.count, 3);
	const struct camt053_line *line = report.lines;
	ck_assert_str_eq(line[0].account, "0200001009000099999");
	ck_assert_str_eq(line[0].serial, "000123");
	ck_assert_str_eq(line[0].currency, "CNY");
	ck_assert_int_eq(line[0].amount, 15000000);
	ck_assert(!line[0].is_credit && !line[0].is_reversal);
	ck_assert_str_eq(line[0].status, "BOOK");
	ck_assert_str_eq(line[0].booking_date, "2026-11-22");
	ck_assert_str_eq(line[0].value_date, "2026-11-22");
	ck_assert_str_eq(line[0].end_to_end_id, "V0190a1b2-60-1");
	ck_assert_str_eq(line[0].remittance, "V0190a1b2-60-1 cp 检测费");
	ck_assert_uint_eq(line[0].details, 1);
	ck_assert_uint_eq(line[0].line, 12);
	ck_assert_str_eq(line[1].serial, "2");
	ck_assert_int_eq(line[1].amount, 5);
	ck_assert(line[1].is_credit && line[1].is_reversal);
	ck_assert_str_eq(line[1].status, "在途");
	ck_assert_str_eq(line[1].booking_date, "");
	ck_assert_str_eq(line[1].end_to_end_id, "first");
	ck_assert_uint_eq(line[1].details, 2);
	ck_assert_str_eq(line[2].account, "DE89370400440532013000");
	ck_assert_str_eq(line[2].serial, "");
	ck_assert_int_eq(line[2].amount, 100);
	ck_assert_uint_eq(line[2].details, 0);
	arena_done(&arena);
}
END_TEST

START_TEST(what_is_wrong_is_refused_with_its_place) {
	static const struct {
		const char *text;
		enum err err;
		uint64_t line;
		const char *says; /* NULL: it is good */
	} cases[] = {
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT "<Sts>BOOK</Sts></Ntry>" CLOSE, ERR_OK, 0, NULL },
		{ OPEN "<Ntry>" AMOUNT DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 2, "no account" },
		{ OPEN ACCOUNT "<Ntry>" DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3, "no amount" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT AMOUNT DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3, "twice" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT "</Ntry>" CLOSE, ERR_SYNTAX, 3, "CRDT or DBIT" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT "<CdtDbtInd>dbit</CdtDbtInd></Ntry>" CLOSE, ERR_SYNTAX, 3,
		    "CRDT or DBIT" },
		{ OPEN ACCOUNT "<Ntry>\n<Amt Ccy=\"CNY\">1.001</Amt>" DEBIT "</Ntry>" CLOSE, ERR_RANGE, 4,
		    "two after the point" },
		{ OPEN ACCOUNT "<Ntry>\n<Amt Ccy=\"CNY\">-1</Amt>" DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 4,
		    "digits" },
		{ OPEN ACCOUNT "<Ntry><Amt>1.00</Amt>" DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3, "currency" },
		{ OPEN ACCOUNT "<Ntry><Amt Ccy=\"CNYX\">1.00</Amt>" DEBIT "</Ntry>" CLOSE, ERR_SYNTAX, 3,
		    "currency" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT "<RvslInd>yes</RvslInd></Ntry>" CLOSE, ERR_SYNTAX, 3,
		    "RvslInd" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT "<BookgDt><Dt>2026-02-30</Dt></BookgDt></Ntry>" CLOSE,
		    ERR_SYNTAX, 3, "no day" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT "<ValDt><Dt>2026-02-2</Dt></ValDt></Ntry>" CLOSE,
		    ERR_SYNTAX, 3, "no day" },
		{ OPEN ACCOUNT ACCOUNT CLOSE, ERR_SYNTAX, 3, "twice" },
		{ OPEN ACCOUNT "<Ntry>" AMOUNT DEBIT, ERR_SYNTAX, 3, "" },
		{ "<!DOCTYPE a [<!ENTITY b \"c\">]>" OPEN ACCOUNT CLOSE, ERR_SYNTAX, 1, "DOCTYPE" },
		{ "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.11\"/>", ERR_SYNTAX, 1,
		    "namespace" },
		{ "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"/>", ERR_SYNTAX, 0,
		    "no statement" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct camt053 report = { .count = 77 };
		struct xml_mistake mistake = { 0 };
		const char *text = cases[i].text;
		arena_init(&arena, 0);
		enum err err = camt053_read(text, strlen(text), &arena, &report, &mistake);
		ck_assert_msg(err == cases[i].err, "%zu: %d: %s", i, err, mistake.text);
		ck_assert_msg(
		    mistake.line == cases[i].line, "%zu: line %d: %s", i, (int)mistake.line, mistake.text);
		if (cases[i].says)
			ck_assert_msg(mistake.text[0] && strstr(mistake.text, cases[i].says) != NULL, "%zu: %s",
			    i, mistake.text);
		ck_assert_uint_eq(report.count, cases[i].says ? 77 : 1);
		arena_done(&arena);
	}
}
END_TEST

START_TEST(long_statements_are_read_in_order) {
	enum { ENTRIES = 5000 };
	struct buffer text;
	struct camt053 report = { 0 };
	struct xml_mistake mistake = { 0 };
	arena_init(&arena, 0);
	buffer_init(&text, 0);
	buffer_append_text(&text, OPEN ACCOUNT);
	for (int i = 0; i < ENTRIES; i++)
		buffer_printf(&text,
		    "<Ntry><NtryRef>%d</NtryRef><Amt Ccy=\"CNY\">%d.%02d</Amt>" DEBIT
		    "<Sts>BOOK</Sts></Ntry>\n",
		    i, i / 100, i % 100);
	buffer_append_text(&text, CLOSE);
	ck_assert_int_eq(
	    camt053_read(buffer_string(&text), text.bytes, &arena, &report, &mistake), ERR_OK);
	ck_assert_uint_eq(report.count, ENTRIES);
	for (int i = 0; i < ENTRIES; i++) {
		char serial[20];
		snprintf(serial, sizeof(serial), "%d", i);
		ck_assert_str_eq(report.lines[i].serial, serial);
		ck_assert_int_eq(report.lines[i].amount, i);
		ck_assert_uint_eq(report.lines[i].line, (uint64_t)i + 3);
	}
	buffer_done(&text);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("camt053", entries_are_read_as_they_stand, what_is_wrong_is_refused_with_its_place,
    long_statements_are_read_in_order)
