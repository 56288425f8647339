/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/bank_text.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct uuid ledger = { 0x0190a1b200007000, 0x8000000000000001 };

static struct bank_text read(const char *reference, const char *text) {
	Pb__StatementLine line = PB__STATEMENT_LINE__INIT;
	line.reference = reference;
	line.text = text;
	return bank_text_read(ledger, &line);
}

/* (One text in 37 has a check symbol that fits by chance, and is a code that nobody has.) */
static void assert_nothing(const struct bank_text *found) {
	ck_assert_uint_eq(found->settlement, 0);
	ck_assert_uint_eq(found->claim_count, 0);
	ck_assert(!found->is_ambiguous && !found->has_more);
}

START_TEST(reference_is_found_however_banks_write_it) {
	static const struct {
		const char *text;
		uint64_t settlement;
		uint32_t payment, payment_broken;
	} table[] = {
		{ "V0190a1b2-60-2", 60, 2, 0 },
		{ "V0190A1B2-60-2", 60, 2, 0 },
		{ "v0190a1b2-60-2", 60, 2, 0 },
		{ "V0190a1b2-60", 60, 0, 0 },
		{ "V0190a1b2-18446744073709551615-4294967295", UINT64_MAX, UINT32_MAX, 0 },
		{ "/ROC/V0190a1b2-60-2//", 60, 2, 0 },
		{ "付款V0190a1b2-60-2张三公司", 60, 2, 0 },
		{ "Ｖ０１９０ａ１ｂ２－６０－２", 60, 2, 0 },
		{ "V0190a1b2–60—2", 60, 2, 0 },
		{ "V0190a1 b2-60-2", 60, 2, 0 },
		{ "V 0 1 9 0 a 1 b 2 - 6 0 - 2", 60, 2, 0 },
		{ "V0190a1b2-6\n0-2", 60, 2, 0 },
		{ "V0190a1b2　-60-2", 60, 2, 0 },
		{ "V0190a1b2- 60- 2", 60, 2, 0 },
		{ "V0190a1b2-60-2 jinyun-2026", 60, 2, 0 },
		{ "V0190a1b2-60-1 2", 60, 1, 12 },
		{ "V0190a1b2-60-1 2026-jinyun", 60, 1, 0 },
		{ "V0190a1b2-60-1 2026年", 60, 1, 12026 },
		{ "V0190a1b2-60-1 99999999999", 60, 1, 0 },
		{ "V0190a1b2-60-2 V0190a1b2-60-2", 60, 2, 0 },
		{ "VV0190a1b2 V0190a1b2-60-2", 60, 2, 0 },
		{ "V0190a1b2-60 -", 60, 0, 0 },
	};
	for (size_t i = 0; i < COUNT(table); i++) {
		const struct bank_text in_text = read("", table[i].text);
		const struct bank_text in_reference = read(table[i].text, "V0190a1b2-1-1");
		ck_assert_msg(in_text.settlement == table[i].settlement &&
		        in_text.payment == table[i].payment &&
		        in_text.payment_broken == table[i].payment_broken && !in_text.is_ambiguous,
		    "%s: %llu-%u, %u", table[i].text, (unsigned long long)in_text.settlement,
		    in_text.payment, in_text.payment_broken);
		ck_assert_uint_eq(in_reference.settlement, table[i].settlement);
		ck_assert_uint_eq(in_reference.payment, table[i].payment);
	}
}
END_TEST

START_TEST(what_is_no_reference_of_this_ledger_is_none) {
	static const char *const texts[] = {
		"",
		"NOTPROVIDED",
		"V0190a1b3-60-2",
		"0190a1b2-60-2",
		"V0190a1b2-0-2",
		"V0190a1b2-060-2",
		"V0190a1b2-60-0",
		"V0190a1b2-60-02",
		"V0190a1b2-60-2x",
		"V0190a1b2-60-2-1",
		"V0190a1b2-60x",
		"XV0190a1b2-60-2",
		"9V0190a1b2-60-2",
		"V0190a1b2_60_2",
		"V0190a1b2-",
		"V0190a1b2--2",
		"V0190a1b2-18446744073709551616-2",
		"V0190a1b2-60-4294967296",
		"V0190a1b",
		"\xff\xfe V\x80",
	};
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct bank_text in_text = read("", texts[i]), in_reference = read(texts[i], "");
		assert_nothing(&in_text);
		assert_nothing(&in_reference);
	}
}
END_TEST

START_TEST(several_references_are_ambiguous) {
	static const char *const texts[] = {
		"V0190a1b2-60-2 V0190a1b2-60-3",
		"V0190a1b2-60-2,V0190a1b2-61-2",
		"V0190a1b2-60-2 V0190a1b2-60",
		"V0190a1b2-60 2",
	};
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct bank_text found = read("", texts[i]);
		ck_assert_msg(found.is_ambiguous, "%s", texts[i]);
	}
}
END_TEST

START_TEST(claim_is_found_by_its_number) {
	static const char *const texts[] = {
		"claim 12",
		"CLAIM12",
		"Claim #12, paid",
		"ｃｌａｉｍ：１２",
		"兑付12",
		"兑付 12",
		"兑付申请12号",
		"兑付申请单第12号款项",
		"创新券兑付申请编号：12",
		"兑付№12。",
		"兑付１２，三月",
		"兑付(12)兑付12",
		"兑付12, 2026",
	};
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct bank_text found = read("", texts[i]);
		ck_assert_msg(found.claim_count == 1 && found.claims[0] == 12, "%s", texts[i]);
		ck_assert(!found.settlement && !found.is_ambiguous);
	}
}
END_TEST

START_TEST(number_of_something_else_is_no_claim) {
	static const char *const texts[] = {
		"兑付",
		"兑付款12",
		"兑付2026年3月",
		"兑付12月",
		"兑付12,000.00",
		"兑付12.50",
		"兑付12%",
		"兑付12-3",
		"兑付012",
		"兑付12万元",
		"reclaim 12",
		"claims 12",
		"claim 12th",
		"claim",
		"claim 99999999999999999999",
	};
	for (size_t i = 0; i < COUNT(texts); i++) {
		const struct bank_text found = read("", texts[i]);
		ck_assert_msg(found.claim_count == 0, "%s", texts[i]);
	}
}
END_TEST

START_TEST(voucher_is_found_by_its_code) {
	char code[VOUCHER_CODE_BYTES], written[VOUCHER_CODE_TEXT_BYTES], text[100];
	voucher_code_make(ledger, 7, 0, code);
	voucher_code_format(code, written);
	static const char *const heads[] = { "", "创新券", "voucher ", "(" };
	for (size_t i = 0; i < COUNT(heads); i++) {
		const char *const forms[] = { code, written };
		for (size_t form = 0; form < COUNT(forms); form++) {
			snprintf(text, sizeof(text), "%s%s)", heads[i], forms[form]);
			const struct bank_text found = read("", text);
			ck_assert_msg(found.voucher_count == 1, "%s", text);
			ck_assert_str_eq(found.voucher_codes[0], code);
		}
	}
	snprintf(text, sizeof(text), "%.6s %s", written, written + 6);
	const struct bank_text broken = read("", text);
	ck_assert_uint_eq(broken.voucher_count, 1);
	snprintf(text, sizeof(text), "%s7", code);
	const struct bank_text touched = read("", text);
	ck_assert_uint_eq(touched.voucher_count, 0);
	code[3] = code[3] == 'A' ? 'B' : 'A';
	const struct bank_text wrong = read("", code);
	ck_assert_uint_eq(wrong.voucher_count, 0);
}
END_TEST

START_TEST(text_is_read_only_where_the_reference_names_nothing) {
	const struct bank_text both = read("V0190a1b2-60-2", "claim 12 V0190a1b2-60-3");
	ck_assert_uint_eq(both.payment, 2);
	ck_assert_uint_eq(both.claim_count, 0);
	ck_assert(!both.is_ambiguous);
	const struct bank_text other = read("0000-0000-0000-0", "V0190a1b2-60-3");
	ck_assert_uint_eq(other.payment, 3);
}
END_TEST

START_TEST(numbers_are_kept_once_and_too_many_are_said) {
	const struct bank_text twice = read("", "claim 12 claim 13 claim 12");
	ck_assert_uint_eq(twice.claim_count, 2);
	ck_assert(!twice.has_more);
	char text[200] = "";
	for (int i = 0; i <= BANK_TEXT_NUMBERS; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "claim %d ", 12 + i);
	const struct bank_text many = read("", text);
	ck_assert_uint_eq(many.claim_count, BANK_TEXT_NUMBERS);
	ck_assert(many.has_more);
}
END_TEST

/* Bytes that are no text, and long ones, are read without harm. */
START_TEST(any_bytes_are_read_without_harm) {
	static const char pieces[][12] = { "V0190a1b2-", "60", "-", "2", " ", "兑付", "claim", "号",
		"\xe5\x85", "\xff", "－", "0", "9999999999", "Z*~$=U", "K7QM" };
	uint64_t state = 1;
	char text[2000];
	for (int round = 0; round < 2000; round++) {
		size_t bytes = 0;
		while (bytes < sizeof(text) - sizeof(pieces[0])) {
			state = state * 6364136223846793005U + 1442695040888963407U;
			const char *piece = pieces[(state >> 33) % COUNT(pieces)];
			memcpy(text + bytes, piece, strlen(piece));
			bytes += strlen(piece);
			if (state >> 62 == 0 && round % 2)
				break;
		}
		text[bytes] = '\0';
		const struct bank_text found = read(text, text + bytes / 2);
		ck_assert(found.payment == 0 || found.settlement != 0);
		ck_assert(found.claim_count <= BANK_TEXT_NUMBERS);
	}
}
END_TEST

SUITE_MAIN("bank_text", reference_is_found_however_banks_write_it,
    what_is_no_reference_of_this_ledger_is_none, several_references_are_ambiguous,
    claim_is_found_by_its_number, number_of_something_else_is_no_claim,
    voucher_is_found_by_its_code, text_is_read_only_where_the_reference_names_nothing,
    numbers_are_kept_once_and_too_many_are_said, any_bytes_are_read_without_harm)
