/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/books.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "record/pb.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>

/* --- a journal, entry by entry --- */

static struct buffer file;
static struct books *books;
static uint64_t next_seq;
static int64_t next_time_us;

static enum err take(void *user, const void *data, size_t bytes) {
	(void)user;
	buffer_append(&file, data, bytes);
	return buffer_error(&file);
}

static enum err give(Pb__JournalEntry *entry) {
	entry->seq = next_seq++;
	entry->time_us = (uint64_t)next_time_us++;
	return books_entry(books, entry);
}

static enum err give_command(Pb__Command *command, Pb__Posting *const *postings, size_t count) {
	Pb__Actor actor = PB__ACTOR__INIT;
	Pb__Uuid id = PB__UUID__INIT;
	Pb__JournalEntry entry = PB__JOURNAL_ENTRY__INIT;
	Pb__Posting *list[4];
	for (size_t i = 0; i < count; i++)
		list[i] = postings[i];
	actor.person = "S-1";
	id.high = 1;
	id.low = 2;
	command->id = &id;
	entry.actor = &actor;
	entry.command = command;
	entry.n_postings = count;
	entry.postings = list;
	return give(&entry);
}

static enum err give_genesis(const char *currency) {
	Pb__Currency one = PB__CURRENCY__INIT, *list = &one;
	Pb__Genesis genesis = PB__GENESIS__INIT;
	Pb__JournalEntry entry = PB__JOURNAL_ENTRY__INIT;
	one.code = currency;
	one.minor_digits = 2;
	genesis.name = "\"Test\"";
	genesis.n_currencies = 1;
	genesis.currencies = &list;
	entry.genesis = &genesis;
	return give(&entry);
}

static enum err give_fund(const char *code) {
	Pb__CreateFund fund = PB__CREATE_FUND__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	fund.code = code;
	command.body_case = PB__COMMAND__BODY_CREATE_FUND;
	command.create_fund = &fund;
	return give_command(&command, NULL, 0);
}

static enum err give_programme(const char *code, int32_t utc_offset_minutes) {
	Pb__CreateProgramme programme = PB__CREATE_PROGRAMME__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	programme.code = code;
	programme.utc_offset_minutes = utc_offset_minutes;
	command.body_case = PB__COMMAND__BODY_CREATE_PROGRAMME;
	command.create_programme = &programme;
	return give_command(&command, NULL, 0);
}

static enum err give_party(const char *code) {
	Pb__RegisterParty party = PB__REGISTER_PARTY__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	party.code = code;
	command.body_case = PB__COMMAND__BODY_REGISTER_PARTY;
	command.register_party = &party;
	return give_command(&command, NULL, 0);
}

static enum err give_house_account(const char *code, Pb__Posting a, Pb__Posting b) {
	Pb__RegisterHouseAccount house = PB__REGISTER_HOUSE_ACCOUNT__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	Pb__Posting *const postings[] = { &a, &b };
	house.code = code;
	command.body_case = PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT;
	command.register_house_account = &house;
	return give_command(&command, postings, 2);
}

static Pb__Posting posting(
    Pb__AccountKind account, uint64_t owner, uint64_t party, int64_t amount) {
	Pb__Posting made = PB__POSTING__INIT;
	made.account = account;
	made.owner = owner;
	made.party = party;
	made.amount = amount;
	return made;
}

/* An appropriation with these two postings, whatever they are. */
static enum err give_money(const char *document, Pb__Posting a, Pb__Posting b) {
	Pb__Appropriate appropriate = PB__APPROPRIATE__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	Pb__Posting *const postings[] = { &a, &b };
	appropriate.document = document;
	command.body_case = PB__COMMAND__BODY_APPROPRIATE;
	command.appropriate = &appropriate;
	return give_command(&command, postings, 2);
}

static void begin(enum books_format format) {
	const struct sink sink = { .write = take };
	buffer_init(&file, 0);
	next_seq = 1;
	next_time_us = 19753 * US_PER_DAY + 20 * 3600 * US_PER_S; /* 2024-01-31T20:00Z */
	ck_assert_int_eq(books_begin(format, &sink, &books), ERR_OK);
}

static void end(void) {
	books_free(books);
	buffer_done(&file);
}

static void has(const char *text) {
	ck_assert_msg(
	    strstr(buffer_string(&file), text), "no \"%s\" in:\n%s", text, buffer_string(&file));
}

static void has_not(const char *text) {
	ck_assert_msg(
	    !strstr(buffer_string(&file), text), "\"%s\" in:\n%s", text, buffer_string(&file));
}

#define FUND      2
#define PROGRAMME 3
#define TEAM      4

static void begin_scheme(enum books_format format) {
	begin(format);
	ck_assert_int_eq(give_genesis("CNY"), ERR_OK);
	ck_assert_int_eq(give_fund("cp-2017"), ERR_OK);
	ck_assert_int_eq(give_programme("a.b_c", -480), ERR_OK);
	ck_assert_int_eq(give_party("T-01"), ERR_OK);
}

static void give_all(const char *document) {
	ck_assert_int_eq(
	    give_money(document, posting(PB__ACCOUNT_KIND__FUND_APPROPRIATED, FUND, 0, -123456),
	        posting(PB__ACCOUNT_KIND__FUND_AVAILABLE, FUND, 0, 123456)),
	    ERR_OK);
	ck_assert_int_eq(give_money("", posting(PB__ACCOUNT_KIND__FUND_AVAILABLE, FUND, 0, -5),
	                     posting(PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PROGRAMME, FUND, 5)),
	    ERR_OK);
	ck_assert_int_eq(give_money("", posting(PB__ACCOUNT_KIND__MEMO_VAT, PROGRAMME, TEAM, 7),
	                     posting(PB__ACCOUNT_KIND__MEMO_COUNTER, PROGRAMME, TEAM, -7)),
	    ERR_OK);
	ck_assert_int_eq(books_end(books), ERR_OK);
}

/* --- formats --- */

START_TEST(beancount_gets_strings_openings_and_balances) {
	begin_scheme(BOOKS_BEANCOUNT);
	give_all("a \"b\" \\ ;c\nd");
	has("option \"title\" \"\\\"Test\\\"\"\n");
	has("2024-01-31 open Equity:Fund:Cp--2017:Appropriated CNY\n");
	has("2024-02-01 * \"appropriate\"\n  seq: 5\n  command: \"appropriate\"\n"
	    "  command_id: \"00000000-0000-0001-0000-000000000002\"\n  person: \"S-1\"\n"
	    "  document: \"a \\\"b\\\" \\\\ ;c\\nd\"\n"
	    "    Equity:Fund:Cp--2017:Appropriated  -1234.56 CNY\n"
	    "    Assets:Fund:Cp--2017:Available  1234.56 CNY\n");
	has("2024-02-02 balance Assets:Fund:Cp--2017:Available  1234.51 ~ 0 CNY\n");
	has("2024-02-02 balance Equity:Memo:A-2Eb-5Fc:Counter:T--01  -0.07 ~ 0 CNY\n");
	end();
}
END_TEST

START_TEST(hledger_and_ledger_get_tags_and_assertions) {
	static const enum books_format formats[] = { BOOKS_HLEDGER, BOOKS_LEDGER };
	for (size_t i = 0; i < 2; i++) {
		begin_scheme(formats[i]);
		give_all("a, b; [2024-01-01]\n50% ");
		has("\naccount Expenses:Memo:A-2Eb-5Fc:VAT:T--01\n");
		has("2024-02-01 * (5) appropriate\n    ; seq: 5\n");
		has("    ; document: a%2C b%3B %5B2024-01-01%5D%0A50%25%20\n");
		has("2024-02-02 * closing balances\n");
		has("    Assets:Fund:Cp--2017:Available  0.00 CNY = 1234.51 CNY\n");
		has("    Assets:Programme:A-2Eb-5Fc:Available:Cp--2017  0.00 CNY = 0.05 CNY\n");
		end();
	}
}
END_TEST

START_TEST(days_are_those_of_the_programme) {
	begin_scheme(BOOKS_CSV);
	give_all("");
	has("5,2024-02-01,"); /* of no programme: as in China */
	has("6,2024-01-31,"); /* eight hours west */
	end();
}
END_TEST

START_TEST(a_house_account_is_an_asset_and_has_its_counterpart) {
	static const uint64_t house = 5;
	begin_scheme(BOOKS_HLEDGER);
	const Pb__Posting bank = posting(PB__ACCOUNT_KIND__MEMO_BANK, house, 0, -100);
	const Pb__Posting other = posting(PB__ACCOUNT_KIND__MEMO_BANK_COUNTER, house, 0, 100);
	ck_assert_int_eq(give_house_account("icbc-1", bank, other), ERR_OK);
	ck_assert_int_eq(books_end(books), ERR_OK);
	has("2024-02-01 * (5) register_house_account\n"); /* as in China */
	has("    Assets:Bank:Icbc--1  -1.00 CNY\n    Equity:Bank:Icbc--1:Counter  1.00 CNY\n");
	has("    Assets:Bank:Icbc--1  0.00 CNY = -1.00 CNY\n");
	end();
}
END_TEST

START_TEST(csv_has_a_row_for_each_posting_and_for_entries_without) {
	begin_scheme(BOOKS_CSV);
	give_all("=1+1");
	has("2,2024-02-01,1706731200000001,create_fund,00000000-0000-0001-0000-000000000002,S-1,,,,,,"
	    "\n");
	has(",=1+1,fund_appropriated,cp-2017,,-1234.56,CNY\n");
	has(",memo_vat,a.b_c,T-01,0.07,CNY\n");
	has_not("\r");
	has_not("\xEF\xBB\xBF");
	end();
}
END_TEST

START_TEST(csv_for_people_has_no_formulas) {
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{ "=1+1", "\"'=1+1\"" },
		{ "+86", "\"'+86\"" },
		{ "-1", "\"'-1\"" },
		{ "@A1", "\"'@A1\"" },
		{ "\t=1", "\"'\t=1\"" },
		{ "＝1", "\"'＝1\"" },
		{ "a=1", "a=1" },
		{ "a,\"b\"", "\"a,\"\"b\"\"\"" },
		{ "a\nb", "\"a\nb\"" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin_scheme(BOOKS_CSV_PEOPLE);
		give_all(cases[i].text);
		ck_assert_int_eq(memcmp(file.data, "\xEF\xBB\xBFseq,", 7), 0);
		char cell[64];
		snprintf(
		    cell, sizeof(cell), ",S-1,%s,fund_available,cp-2017,,1234.56,CNY\r\n", cases[i].cell);
		has(cell);
		end();
	}
}
END_TEST

/* --- what is refused --- */

START_TEST(what_does_not_follow_is_refused) {
	begin(BOOKS_CSV);
	next_seq = 2;
	ck_assert_int_eq(give_fund("f"), ERR_SYNTAX);
	next_seq = 1;
	ck_assert_int_eq(give_fund("f"), ERR_SYNTAX); /* no genesis */
	end();
	static const char *const wrong[] = { "", "cny", "CN", "CNYY", "C\nY" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin(BOOKS_LEDGER);
		ck_assert_int_eq(give_genesis(wrong[i]), ERR_SYNTAX);
		end();
	}
}
END_TEST

START_TEST(accounts_of_what_nobody_made_are_refused) {
	const Pb__Posting right = posting(PB__ACCOUNT_KIND__FUND_AVAILABLE, FUND, 0, 1);
	Pb__Posting wrong[] = {
		posting(PB__ACCOUNT_KIND__FUND_AVAILABLE, 99, 0, 1),
		posting(PB__ACCOUNT_KIND__PROGRAMME_PAID, PROGRAMME, 99, 1),
		posting(0, FUND, 0, 1),
		posting(-1, FUND, 0, 1),
		posting(99, FUND, 0, 1),
		right,
	};
	wrong[5].currency = 1;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		begin_scheme(BOOKS_BEANCOUNT);
		ck_assert_int_eq(give_money("", right, wrong[i]), ERR_SYNTAX);
		end();
	}
}
END_TEST

START_TEST(a_balance_beyond_64_bits_is_refused) {
	begin_scheme(BOOKS_CSV);
	const Pb__Posting most = posting(PB__ACCOUNT_KIND__FUND_AVAILABLE, FUND, 0, INT64_MAX);
	const Pb__Posting least = posting(PB__ACCOUNT_KIND__FUND_APPROPRIATED, FUND, 0, INT64_MIN);
	ck_assert_int_eq(give_money("", most, least), ERR_OK);
	ck_assert_int_eq(give_money("", most, least), ERR_RANGE);
	ck_assert_int_eq(books_end(books), ERR_OK);
	has(",-92233720368547758.08,CNY\n");
	end();
}
END_TEST

static enum err refuse(void *user, const void *data, size_t bytes) {
	(void)user;
	(void)data;
	(void)bytes;
	return ERR_FULL;
}

START_TEST(what_the_sink_says_ends_the_export) {
	const struct sink sink = { .write = refuse };
	begin(BOOKS_CSV);
	books_free(books);
	ck_assert_int_eq(books_begin(BOOKS_CSV, &sink, &books), ERR_OK);
	ck_assert_int_eq(give_genesis("CNY"), ERR_OK);
	ck_assert_int_eq(books_end(books), ERR_FULL);
	end();
}
END_TEST

START_TEST(an_entry_is_unpacked_without_what_books_do_not_want) {
	Pb__JournalEntry entry = PB__JOURNAL_ENTRY__INIT, *back = NULL;
	Pb__Decision decision = PB__DECISION__INIT;
	Pb__Actor actor = PB__ACTOR__INIT;
	Pb__Uuid ledger = PB__UUID__INIT;
	struct buffer packed;
	struct arena arena;
	buffer_init(&packed, 0);
	arena_init(&arena, 0);
	actor.person = "S-1";
	decision.amount = 5;
	decision.programme = UINT64_MAX;
	decision.voucher_code = "7ZQK";
	entry.seq = 9;
	entry.time_us = 10;
	entry.actor = &actor;
	entry.ledger_id = &ledger;
	entry.decision = &decision;
	pb_pack(&entry.base, &packed);
	ck_assert_int_eq(books_unpack(packed.data, packed.bytes, &arena, &back), ERR_OK);
	decision = (Pb__Decision)PB__DECISION__INIT;
	decision.programme = UINT64_MAX;
	entry.ledger_id = NULL;
	ck_assert(pb_is_equal(&entry.base, &back->base));
	for (size_t bytes = 0; bytes < packed.bytes; bytes++) /* at most the end of a field */
		if (books_unpack(packed.data, bytes, &arena, &back) == ERR_OK)
			ck_assert_ptr_null(back->decision);
	arena_done(&arena);
	buffer_done(&packed);
}
END_TEST

/* A new command that cites a document, or has a code to be known by, must not lose it. */
START_TEST(what_cites_a_document_or_has_a_code_is_unpacked_whole) {
	const ProtobufCMessageDescriptor *commands = &pb__command__descriptor;
	unsigned documents = 0, codes = 0;
	for (unsigned i = 0; i < commands->n_fields; i++) {
		if (!(commands->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		const ProtobufCMessageDescriptor *type = commands->fields[i].descriptor;
		const ProtobufCFieldDescriptor *document = protobuf_c_message_descriptor_get_field_by_name(
		    type, "document");
		const ProtobufCFieldDescriptor *code = protobuf_c_message_descriptor_get_field_by_name(
		    type, "code");
		const ProtobufCFieldDescriptor *field = document ? document : code;
		Pb__JournalEntry entry = PB__JOURNAL_ENTRY__INIT, *back = NULL;
		Pb__Command command = PB__COMMAND__INIT;
		Pb__Uuid id = PB__UUID__INIT;
		struct buffer packed;
		struct arena arena;
		arena_init(&arena, 0);
		buffer_init(&packed, 0);
		ProtobufCMessage *body = pb_new(type, &arena);
		const char *text = "R-1", *kept = "";
		bool is_text = field && field->type == PROTOBUF_C_TYPE_STRING &&
		    field->label != PROTOBUF_C_LABEL_REPEATED;
		if (is_text)
			memcpy((char *)body + field->offset, &text, sizeof(text));
		id.low = 7;
		command.id = &id;
		command.body_case = (Pb__Command__BodyCase)commands->fields[i].id;
		command.redeem = (Pb__Redeem *)body;
		entry.seq = 3;
		entry.command = &command;
		pb_pack(&entry.base, &packed);
		ck_assert_int_eq(books_unpack(packed.data, packed.bytes, &arena, &back), ERR_OK);
		ck_assert_int_eq(back->command->body_case, command.body_case);
		ck_assert_uint_eq(back->command->id->low, 7);
		bool is_made = command.body_case == PB__COMMAND__BODY_CREATE_FUND ||
		    command.body_case == PB__COMMAND__BODY_CREATE_PROGRAMME ||
		    command.body_case == PB__COMMAND__BODY_REGISTER_PARTY ||
		    command.body_case == PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT;
		if (is_text && (document || is_made)) {
			memcpy(&kept, (const char *)back->command->redeem + field->offset, sizeof(kept));
			ck_assert_msg(strcmp(kept, text) == 0, "%s", commands->fields[i].name);
			documents += document != NULL;
			codes += !document;
		}
		arena_done(&arena);
		buffer_done(&packed);
	}
	ck_assert_uint_ge(documents, 3);
	ck_assert_uint_eq(codes, 4);
}
END_TEST

START_TEST(formats_have_names) {
	enum books_format format = BOOKS_CSV;
	ck_assert_int_eq(books_format_parse("hledger", &format), ERR_OK);
	ck_assert_int_eq(format, BOOKS_HLEDGER);
	ck_assert_int_eq(books_format_parse("pdf", &format), ERR_NOT_FOUND);
	ck_assert_int_eq(books_format_parse("", &format), ERR_NOT_FOUND);
}
END_TEST

SUITE_MAIN("books", beancount_gets_strings_openings_and_balances,
    hledger_and_ledger_get_tags_and_assertions, days_are_those_of_the_programme,
    a_house_account_is_an_asset_and_has_its_counterpart,
    csv_has_a_row_for_each_posting_and_for_entries_without, csv_for_people_has_no_formulas,
    what_does_not_follow_is_refused, accounts_of_what_nobody_made_are_refused,
    a_balance_beyond_64_bits_is_refused, what_the_sink_says_ends_the_export,
    an_entry_is_unpacked_without_what_books_do_not_want,
    what_cites_a_document_or_has_a_code_is_unpacked_whole, formats_have_names)
