/* SPDX-License-Identifier: Apache-2.0 */
/* Payment files as tables: those of four banks, byte by byte, and what is refused. */
#include "finance/payment_csv.h"

#include "support/suite.h"
#include "unit/finance/bank_files.h"
#include "unit/finance/payments.h"

#include <stdio.h>
#include <string.h>

#define BEGIN "[profile]\nname = x\n[columns]\nbooking_date = a\namount = b\n[payment]\n"

static struct arena arena;
static struct buffer file;
static struct payments_result result;

static void set_up(void) {
	arena_init(&arena, 0);
	buffer_init(&file, 0);
}
static void tear_down(void) {
	buffer_done(&file);
	arena_done(&arena);
}

static enum err write_with(const struct sample *sample, const struct bank_profile *profile) {
	buffer_clear(&file);
	return payment_csv_write(&sample->settlement, &sample->options, profile, &file, &result);
}

static void parse(const char *text, struct bank_profile *profile) {
	struct file_mistake mistake = { 0 };
	enum err err = bank_profile_parse(text, strlen(text), &arena, profile, &mistake);
	ck_assert_msg(err == ERR_OK, "%d: %s", (int)mistake.line, mistake.text);
}

START_TEST(files_of_the_banks_have_these_bytes) {
	static const char *const banks[] = { "icbc", "ccb", "cmb", "boc" };
	for (size_t i = 0; i < sizeof(banks) / sizeof(banks[0]); i++) {
		struct bank_profile profile;
		struct buffer expected;
		struct sample sample;
		char path[100];
		set_up();
		sample_make(&sample);
		bank_files_profile(banks[i], &arena, &profile);
		snprintf(path, sizeof(path), "tests/unit/finance/data/%s.payment.csv", banks[i]);
		bank_files_read(path, &expected);
		for (int times = 0; times < 2; times++) { /* the same again */
			ck_assert_int_eq(write_with(&sample, &profile), ERR_OK);
			ck_assert_int_eq(result.refusal, PAYMENTS_WRITTEN);
			ck_assert_msg(
			    file.bytes == expected.bytes && memcmp(file.data, expected.data, file.bytes) == 0,
			    "%s: %s", banks[i], buffer_string(&file));
			sample.entries[0].status = PB__PAYMENT_STATUS__PAYMENT_PAID;
		}
		buffer_done(&expected);
		tear_down();
	}
}
END_TEST

START_TEST(contents_are_filled_in) {
	static const struct {
		const char *form, *expected; /* of the second payment */
	} cases[] = {
		{ "column = a | {number} {amount}\n", "2 0.05" },
		{ "column = a | {account} {bank_code}\n", "6222020200012345678901 105100000025" },
		{ "column = a | {holder}\n", "昌平新材料有限公司（A & B <昌平>）" },
		{ "column = a | {reference}/{programme}/{message}\n", "V0190a1b2-60-2/cp/V0190a1b2-60" },
		{ "column = a | {date} {day}\n", "2026-11-21 20261121" },
		{ "column = a | {debtor_name} {debtor_account} {debtor_bank} {currency}\n",
		    "昌平区科学技术委员会 0200001009000099999 102100099996 CNY" },
		{ "column = a | {same_bank?01:02}\n", "02" },
		{ "column = a | x, \"y\"\n", "\"x, \"\"y\"\"\"" },
		{ "separator = tab\ncolumn = a | x, y\ncolumn = b |\ncolumn = c | z\n", "x, y\t\tz" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bank_profile profile;
		struct sample sample;
		char text[400], expected[400];
		set_up();
		sample_make(&sample);
		snprintf(text, sizeof(text), BEGIN "encoding = utf-8\nheader = no\nline_end = lf\n%s",
		    cases[i].form);
		parse(text, &profile);
		ck_assert_int_eq(write_with(&sample, &profile), ERR_OK);
		snprintf(expected, sizeof(expected), "\n%s\n", cases[i].expected);
		ck_assert_msg(
		    strstr(buffer_string(&file), expected) != NULL, "%zu: %s", i, buffer_string(&file));
		tear_down();
	}
}
END_TEST

START_TEST(files_may_begin_with_a_mark_and_names) {
	struct bank_profile profile;
	struct sample sample;
	set_up();
	sample_make(&sample);
	parse(BEGIN "encoding = utf-8-bom\ncolumn = 序号 | {number}\ncolumn = a,b | x\n", &profile);
	ck_assert_int_eq(write_with(&sample, &profile), ERR_OK);
	ck_assert_str_eq(buffer_string(&file), "\xEF\xBB\xBF序号,\"a,b\"\r\n1,x\r\n2,x\r\n3,x\r\n");
	tear_down();
}
END_TEST

START_TEST(payments_set_off_in_full_are_left_out) {
	struct bank_profile profile;
	struct sample sample;
	set_up();
	sample_make(&sample);
	sample.settlement.amount -= sample.payments[1].amount;
	sample.payments[1].amount = 0;
	sample.payments[1].account = NULL;
	parse(BEGIN "encoding = utf-8\nheader = no\ncolumn = a | {number} {reference}\n", &profile);
	ck_assert_int_eq(write_with(&sample, &profile), ERR_OK);
	ck_assert_str_eq(buffer_string(&file), "1 V0190a1b2-60-1\r\n2 V0190a1b2-60-3\r\n");
	tear_down();
}
END_TEST

/* 𠀀 has no GBK; GB18030 has every character. */
START_TEST(character_that_cannot_be_written_is_refused_with_its_payment) {
	struct bank_profile profile;
	struct sample sample;
	set_up();
	sample_make(&sample);
	sample.accounts[1].holder_name = "张𠀀";
	parse(BEGIN "encoding = gbk\ncolumn = 户名 | {holder}\n", &profile);
	buffer_append_text(&file, "kept");
	ck_assert_int_eq(
	    payment_csv_write(&sample.settlement, &sample.options, &profile, &file, &result),
	    ERR_DENIED);
	ck_assert_int_eq(result.refusal, PAYMENTS_BAD_CHARACTERS);
	ck_assert_uint_eq(result.payment, 2);
	ck_assert_str_eq(result.payee, "91350100M000100Y43");
	ck_assert_str_eq(buffer_string(&file), "kept");
	parse(BEGIN "encoding = gbk\ncolumn = 户名𠀀 | {number}\n", &profile);
	ck_assert_int_eq(write_with(&sample, &profile), ERR_DENIED);
	ck_assert_uint_eq(result.payment, 0);
	parse(BEGIN "encoding = gb18030\nheader = no\ncolumn = 户名 | {holder}\n", &profile);
	ck_assert_int_eq(write_with(&sample, &profile), ERR_OK);
	ck_assert_ptr_nonnull(strstr(buffer_string(&file), "\xD5\xC5\x95\x32\x82\x36"));
	tear_down();
}
END_TEST

START_TEST(what_is_wrong_is_refused_by_name) {
	struct bank_profile profile;
	struct sample sample;
	set_up();
	sample_make(&sample);
	parse("[profile]\nname = x\n[columns]\nbooking_date = a\namount = b\n", &profile);
	ck_assert_int_eq(write_with(&sample, &profile), ERR_DENIED);
	ck_assert_int_eq(result.refusal, PAYMENTS_NO_FORM);
	parse("[profile]\nname = x\ncurrency = USD\n[columns]\nbooking_date = a\namount = b\n"
	      "[payment]\ncolumn = a | {amount}\n",
	    &profile);
	ck_assert_int_eq(write_with(&sample, &profile), ERR_DENIED);
	ck_assert_int_eq(result.refusal, PAYMENTS_BAD_CURRENCY);
	parse(BEGIN "column = a | {amount}\n", &profile);
	sample.settlement.amount++;
	ck_assert_int_eq(write_with(&sample, &profile), ERR_DENIED);
	ck_assert_int_eq(result.refusal, PAYMENTS_BAD_SUM);
	ck_assert_uint_eq(file.bytes, 0);
	tear_down();
}
END_TEST

SUITE_MAIN("payment-csv", files_of_the_banks_have_these_bytes, contents_are_filled_in,
    files_may_begin_with_a_mark_and_names, payments_set_off_in_full_are_left_out,
    character_that_cannot_be_written_is_refused_with_its_payment, what_is_wrong_is_refused_by_name)
