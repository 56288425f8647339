/* SPDX-License-Identifier: Apache-2.0 */
#include "record/voucher_code.h"

#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct uuid ledger = { 0x0190a1b200007000, 0x8000000000000001 };
static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

START_TEST(code_is_made_of_ledger_entry_and_attempt) {
	char first[VOUCHER_CODE_BYTES], again[VOUCHER_CODE_BYTES], other[VOUCHER_CODE_BYTES];
	const struct uuid elsewhere = { ledger.high, ledger.low + 1 };
	voucher_code_make(ledger, 7, 0, first);
	voucher_code_make(ledger, 7, 0, again);
	ck_assert_str_eq(first, again);
	ck_assert_uint_eq(strlen(first), VOUCHER_CODE_BYTES - 1);
	voucher_code_make(ledger, 8, 0, other);
	ck_assert_str_ne(first, other);
	voucher_code_make(ledger, 7, 1, other);
	ck_assert_str_ne(first, other);
	voucher_code_make(elsewhere, 7, 0, other);
	ck_assert_str_ne(first, other);
}
END_TEST

/* Computed apart from this code, with sha256sum and bc. */
START_TEST(code_of_a_known_entry_is_what_the_hash_says) {
	char code[VOUCHER_CODE_BYTES];
	voucher_code_make(ledger, 7, 0, code);
	ck_assert_str_eq(code, "PBBZN5V9PDCFJ");
}
END_TEST

START_TEST(written_code_is_read_as_people_write_it) {
	static const struct {
		const char *text, *code; /* NULL: refused */
	} table[] = {
		{ "0000-0000-0000-0", "0000000000000" },
		{ "0000-0000-0001-1", "0000000000011" },
		{ "oooo-OOOO-000i-L", "0000000000011" },
		{ " 000000 00000z z", "00000000000ZZ" },
		{ "0000-0000-0010-*", "000000000010*" },
		{ "0000-0000-0011-~", "000000000011~" },
		{ "0000-0000-0012-$", "000000000012$" },
		{ "0000-0000-0013-=", "000000000013=" },
		{ "0000-0000-0014-u", "000000000014U" },
		{ "0000-0000-0000-1", NULL },
		{ "0000-0000-0010-0", NULL },
		{ "0000-0000-000u-0", NULL },
		{ "0000-0000-000*-0", NULL },
		{ "0000-0000-0000", NULL },
		{ "0000-0000-0000-00", NULL },
		{ "0000-0000-0000-0000-0000-0000-0000", NULL },
		{ "0000_0000_0000_0", NULL },
		{ "", NULL },
		{ "----", NULL },
		{ "０000-0000-0000-0", NULL },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		char code[VOUCHER_CODE_BYTES] = "untouched";
		enum err err = voucher_code_parse(table[i].text, code);
		ck_assert_msg(err == (table[i].code ? ERR_OK : ERR_SYNTAX), "%s", table[i].text);
		ck_assert_str_eq(code, table[i].code ? table[i].code : "untouched");
	}
}
END_TEST

START_TEST(what_is_written_is_read_again) {
	for (uint64_t seq = 1; seq <= 1000; seq++) {
		char code[VOUCHER_CODE_BYTES], text[VOUCHER_CODE_TEXT_BYTES], back[VOUCHER_CODE_BYTES];
		voucher_code_make(ledger, seq, 0, code);
		voucher_code_format(code, text);
		ck_assert_uint_eq(strlen(text), VOUCHER_CODE_TEXT_BYTES - 1);
		ck_assert(text[4] == '-' && text[9] == '-' && text[14] == '-');
		ck_assert_int_eq(voucher_code_parse(text, back), ERR_OK);
		ck_assert_str_eq(back, code);
	}
}
END_TEST

START_TEST(every_wrong_symbol_and_every_swap_of_neighbours_is_found) {
	char code[VOUCHER_CODE_BYTES], wrong[VOUCHER_CODE_BYTES], back[VOUCHER_CODE_BYTES];
	voucher_code_make(ledger, 7, 0, code);
	for (size_t at = 0; at < 12; at++) {
		for (const char *symbol = symbols; *symbol; symbol++) {
			memcpy(wrong, code, sizeof(wrong));
			wrong[at] = *symbol;
			enum err err = voucher_code_parse(wrong, back);
			ck_assert_int_eq(err, *symbol == code[at] ? ERR_OK : ERR_SYNTAX);
		}
		memcpy(wrong, code, sizeof(wrong));
		wrong[at] = code[at + 1];
		wrong[at + 1] = code[at];
		enum err err = voucher_code_parse(wrong, back);
		ck_assert_int_eq(err, code[at] == code[at + 1] ? ERR_OK : ERR_SYNTAX);
	}
}
END_TEST

SUITE_MAIN("voucher_code", code_is_made_of_ledger_entry_and_attempt,
    code_of_a_known_entry_is_what_the_hash_says, written_code_is_read_as_people_write_it,
    what_is_written_is_read_again, every_wrong_symbol_and_every_swap_of_neighbours_is_found)
