/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/identifier.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

struct example {
	const char *text;
	bool is_valid;
};

#define EXPECT_EACH(predicate, ...)                                                                \
	do {                                                                                           \
		static const struct example examples[] = { __VA_ARGS__ };                                  \
		for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)                        \
			ck_assert_msg(predicate(examples[i].text) == examples[i].is_valid,                     \
			    "%s(\"%s\") should be %s", #predicate, examples[i].text,                           \
			    examples[i].is_valid ? "true" : "false");                                          \
	} while (0)

START_TEST(credit_code_passes_both_checks) {
	EXPECT_EACH(identifier_is_credit_code, { "91350100M000100Y43", true },
	    { "91110108551385082Q", true },
	    { "91310000MA1FL00900", true }, /* remainder 0 of the outer check: the character 0 */
	    { "91310115MA1H8R7C6D", false }, { "91350100M000100Y44", false }, /* last character */
	    { "91350100M000100Y4", false },                                   /* one short */
	    { "91350100M000100Y433", false },                                 /* one more */
	    { "91350100m000100y43", false },                                  /* lower case */
	    { "9135O100M000100Y43", false }, /* letter O is not of the alphabet */
	    { "913A0100M000100Y43", false }, /* letter in the division */
	    { " 1350100M000100Y43", false }, { "", false });
}
END_TEST

/* Exchanging two neighbours or mistyping one character never goes unnoticed. */
START_TEST(single_error_in_a_credit_code_is_found) {
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	const char *valid = "91310000MA1FL00900";
	for (int i = 0; i < 18; i++) {
		for (const char *c = alphabet; *c; c++) {
			char text[19];
			memcpy(text, valid, sizeof(text));
			text[i] = *c;
			ck_assert_msg(identifier_is_credit_code(text) == (*c == valid[i]), "%s", text);
		}
		char text[19];
		memcpy(text, valid, sizeof(text));
		if (i == 17 || text[i] == text[i + 1])
			continue;
		text[i] = valid[i + 1];
		text[i + 1] = valid[i];
		ck_assert_msg(!identifier_is_credit_code(text), "%s", text);
	}
}
END_TEST

/* The outer check of a code is right for every inner check character; only one of them is. */
START_TEST(inner_organisation_code_is_checked) {
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	int accepted = 0;
	for (const char *inner = "0123456789X"; *inner; inner++) {
		for (const char *outer = alphabet; *outer; outer++) {
			char text[19];
			snprintf(text, sizeof(text), "9111010855138508%c%c", *inner, *outer);
			accepted += identifier_is_credit_code(text);
		}
	}
	ck_assert_int_eq(accepted, 1);
}
END_TEST

START_TEST(organisation_check_of_ten_is_x_and_of_eleven_is_0) {
	/* 0000000K? : K = 20, weighs 2, sum 40, 40 mod 11 = 7 → 4; 00000005: 10 mod 11 → 1;
	 * 00000006: 12 mod 11 = 1 → X; 00000000: 0 → 0. */
	EXPECT_EACH(identifier_is_credit_code, { "91110000000000000E", true },
	    { "9111000000000006XE", true }, { "91110000000000060E", false });
}
END_TEST

START_TEST(override_needs_the_form_all_the_same) {
	EXPECT_EACH(identifier_looks_like_credit_code,
	    { "91310115MA1H8R7C6D", true }, /* both checks may fail */
	    { "91310115MA1H8R7C6", false }, { "91310115MA1H8R7C6I", false },
	    { "9131011AMA1H8R7C6D", false }, { "91310115MA1H8R7C6D ", false });
}
END_TEST

START_TEST(team_has_its_own_id) {
	EXPECT_EACH(identifier_is_team, { "T-1", true }, { "T-2026-CP-0042", true },
	    { "T-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123", true },   /* 30 */
	    { "T-ABCDEFGHIJKLMNOPQRSTUVWXYZ01234", false }, /* 31 */
	    { "T-", false }, { "T", false }, { "t-1", false }, { "T-a", false }, { "T-1 ", false },
	    { "T_1", false }, { "", false });
}
END_TEST

START_TEST(code_is_chosen_by_people) {
	EXPECT_EACH(identifier_is_code, { "changping-2017", true }, { "a", true }, { "0.x_y-z", true },
	    { "abcdefghijklmnopqrstuvwxyz012345", true },   /* 32 */
	    { "abcdefghijklmnopqrstuvwxyz0123456", false }, /* 33 */
	    { "-a", false }, { ".a", false }, { "", false }, { "A", false }, { "a b", false },
	    { "昌平", false });
}
END_TEST

START_TEST(person_is_a_staff_number) {
	EXPECT_EACH(identifier_is_origin, { "voucherd.example/changping", true },
	    { "localhost:8443/A_1", true }, { "", false }, { "/ledger", false }, { "a b", false },
	    { "a+b", false }, { "a\n", false }, { "昌平", false });
	EXPECT_EACH(identifier_is_person, { "S1002", true }, { "E-firm.a_3", true }, { "root", true },
	    { "-S", false }, { "", false }, { "S 1", false }, { "张三", false });
}
END_TEST

START_TEST(numbers_have_their_lengths) {
	EXPECT_EACH(identifier_is_region, { "110114", true }, { "110000", true }, { "11011", false },
	    { "1101140", false }, { "11011a", false }, { "010000", false }, { "", false });
	EXPECT_EACH(identifier_is_bank_code, { "102100099996", true }, { "10210009999", false },
	    { "1021000999960", false }, { "", false });
	EXPECT_EACH(identifier_is_bank_account, { "6222020200112233445", true }, { "1", true },
	    { "12345678901234567890123456789012", true },
	    { "123456789012345678901234567890123", false }, { "", false }, { "62220-2", false });
}
END_TEST

START_TEST(invoice_is_fully_digital_or_legacy) {
	static const struct {
		const char *code;
		const char *number;
		bool is_valid;
	} examples[] = {
		{ "", "26117000000012345678", true },
		{ "", "2611700000001234567", false },
		{ "", "261170000000123456789", false },
		{ "1100171320", "01234567", true },
		{ "011001900104", "01234567", true },
		{ "11001713201", "01234567", false }, /* 11 digits */
		{ "1100171320", "0123456", false },
		{ "1100171320", "012345678", false },
		{ "1100171320", "", false },
		{ "1100171320", "26117000000012345678", false }, /* both */
		{ "110017132O", "01234567", false },
		{ "", "", false },
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		ck_assert_msg(
		    identifier_is_invoice(examples[i].code, examples[i].number) == examples[i].is_valid,
		    "invoice \"%s\" \"%s\"", examples[i].code, examples[i].number);
}
END_TEST

SUITE_MAIN("identifier", credit_code_passes_both_checks, single_error_in_a_credit_code_is_found,
    inner_organisation_code_is_checked, organisation_check_of_ten_is_x_and_of_eleven_is_0,
    override_needs_the_form_all_the_same, team_has_its_own_id, code_is_chosen_by_people,
    person_is_a_staff_number, numbers_have_their_lengths, invoice_is_fully_digital_or_legacy)
