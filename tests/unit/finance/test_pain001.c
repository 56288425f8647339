/* SPDX-License-Identifier: Apache-2.0 */
/* Payment files: their bytes, what they say, and what is refused. */
#include "finance/pain001.h"

#include "support/suite.h"
#include "unit/finance/payments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_expected(const char *name) {
	const char *top = getenv("top_srcdir");
	static char text[20000];
	char path[1000];
	snprintf(path, sizeof(path), "%s/tests/unit/finance/%s", top ? top : "..", name);
	FILE *file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* The file, which is the caller's to free. */
static char *write_version(const struct sample *sample, enum pain001_version version) {
	struct buffer buffer;
	struct payments_result result;
	buffer_init(&buffer, 0);
	enum err err = pain001_write(&sample->settlement, &sample->options, version, &buffer, &result);
	ck_assert_msg(err == ERR_OK, "refusal %d of payment %u", result.refusal, result.payment);
	ck_assert_int_eq(result.refusal, PAYMENTS_WRITTEN);
	char *text = strdup(buffer_string(&buffer));
	buffer_done(&buffer);
	return text;
}

static char *write_sample(const struct sample *sample) {
	return write_version(sample, PAIN001_09);
}

START_TEST(file_has_these_bytes) {
	static const struct {
		enum pain001_version version;
		const char *name;
	} cases[] = {
		{ PAIN001_09, "pain.001.001.09.xml" },
		{ PAIN001_03, "pain.001.001.03.xml" },
	};
	struct sample sample;
	sample_make(&sample);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = write_version(&sample, cases[i].version);
		ck_assert_str_eq(text, read_expected(cases[i].name));
		free(text);
	}
}
END_TEST

/* What the bank did with a payment since, and who is looking, are in no file. */
START_TEST(file_written_again_is_the_same) {
	struct sample sample;
	sample_make(&sample);
	char *first = write_sample(&sample);
	sample.entries[0].status = PB__PAYMENT_STATUS__PAYMENT_PAID;
	sample.entries[0].bank_reference = "B20261121001";
	sample.entries[1].status = PB__PAYMENT_STATUS__PAYMENT_FAILED;
	char *second = write_sample(&sample);
	ck_assert_str_eq(first, second);
	free(first);
	free(second);
}
END_TEST

START_TEST(amounts_have_two_digits_and_no_more) {
	static const struct {
		int64_t amount;
		const char *text;
	} cases[] = {
		{ 1, ">0.01<" },
		{ 10, ">0.10<" },
		{ 99, ">0.99<" },
		{ 100, ">1.00<" },
		{ 9007199254740993, ">90071992547409.93<" }, /* no double has this value */
		{ INT64_C(999999999999999999), ">9999999999999999.99<" },
	};
	struct sample sample;
	sample_make(&sample);
	sample.settlement.n_payments = sample.settlement.payments_count = 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample.payments[0].amount = sample.settlement.amount = cases[i].amount;
		char *text = write_sample(&sample), *at = text;
		for (unsigned times = 0; times < 3; times++) { /* two sums and the amount */
			at = strstr(at, cases[i].text);
			ck_assert_msg(at != NULL, "%s", text);
			at++;
		}
		free(text);
	}
}
END_TEST

/* What is set off needs no account, either. */
START_TEST(payments_set_off_in_full_are_left_out) {
	struct sample sample;
	sample_make(&sample);
	sample.settlement.amount -= sample.payments[1].amount;
	sample.payments[1].amount = 0;
	sample.payments[1].account = NULL;
	char *text = write_sample(&sample);
	ck_assert_ptr_null(strstr(text, "V0190a1b2-60-2"));
	ck_assert_ptr_nonnull(strstr(text, "V0190a1b2-60-3"));
	ck_assert_ptr_nonnull(strstr(text, "<NbOfTxs>2</NbOfTxs>"));
	ck_assert_ptr_nonnull(strstr(text, "<CtrlSum>1234717890.12</CtrlSum>"));
	free(text);
}
END_TEST

START_TEST(debtor_is_the_house_account) {
	Pb__BankAccount account = PB__BANK_ACCOUNT__INIT;
	Pb__HouseAccount house = PB__HOUSE_ACCOUNT__INIT;
	struct sample sample;
	sample_make(&sample);
	account.holder_name = "昌平区科委";
	account.number = "0200001009000011111";
	account.bank_code = "102100000021";
	house.account = &account;
	house.currency = "HKD";
	payments_from_house(&house, &sample.options);
	char *text = write_sample(&sample);
	ck_assert_ptr_nonnull(strstr(text, "<Nm>昌平区科委</Nm>"));
	ck_assert_ptr_nonnull(strstr(text, "<Id>0200001009000011111</Id>"));
	ck_assert_ptr_nonnull(strstr(text, "<MmbId>102100000021</MmbId>"));
	ck_assert_ptr_nonnull(strstr(text, "Ccy=\"HKD\""));
	free(text);
}
END_TEST

START_TEST(names_are_limited_on_character_boundaries) {
	static char room[4 * 200 + 1], whole[4 * 140 + 20];
	static const char *const characters[] = { "a", "é", "检", "𠀀" };
	struct sample sample;
	sample_make(&sample);
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		room[0] = '\0';
		strcpy(whole, "<Nm>");
		for (unsigned n = 0; n < 200; n++)
			strcat(room, characters[i]);
		for (unsigned n = 0; n < 140; n++)
			strcat(whole, characters[i]);
		strcat(whole, "</Nm>");
		sample.accounts[0].holder_name = room;
		char *text = write_sample(&sample);
		ck_assert_msg(strstr(text, whole) != NULL, "%s", text);
		free(text);
	}
}
END_TEST

START_TEST(names_become_what_a_file_can_hold) {
	static const struct {
		const char *name, *written;
	} cases[] = {
		{ "  a  b ", "<Nm>a b</Nm>" },
		{ "a\t\r\nb", "<Nm>a b</Nm>" },
		{ "\x01"
		  "a\x7F",
		    "<Nm>a</Nm>" },
		{ "a\xC2\x85\xE3\x80\x80z", "<Nm>a z</Nm>" },
		{ "<a>&\"b\"", "<Nm>&lt;a&gt;&amp;&quot;b&quot;</Nm>" },
		{ "]]>", "<Nm>]]&gt;</Nm>" },
		{ "a\xEF\xBF\xBE", "<Nm>a?</Nm>" },
		{ "（昌平）", "<Nm>（昌平）</Nm>" },
	};
	struct sample sample;
	sample_make(&sample);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample.accounts[1].holder_name = cases[i].name;
		char *text = write_sample(&sample);
		ck_assert_msg(strstr(text, cases[i].written) != NULL, "%s: %s", cases[i].written, text);
		free(text);
	}
}
END_TEST

START_TEST(times_are_those_of_the_programme) {
	static const struct {
		int64_t approved_us;
		int32_t offset;
		const char *date, *moment, *day;
	} cases[] = {
		{ 1000000, 0, NULL, ">1970-01-01T00:00:01+00:00<", ">1970-01-01<" },
		{ INT64_C(1795275015999999), 480, NULL, ">2026-11-21T23:30:15+08:00<", ">2026-11-21<" },
		{ INT64_C(1795275015000000), 0, NULL, ">2026-11-21T15:30:15+00:00<", ">2026-11-21<" },
		{ INT64_C(1795276800000000), 480, NULL, ">2026-11-22T00:00:00+08:00<", ">2026-11-22<" },
		{ INT64_C(1795276800000000), -210, NULL, ">2026-11-21T12:30:00-03:30<", ">2026-11-21<" },
		{ INT64_C(1795275015000000), 480, "2026-11-30", ">2026-11-21T23:30:15+08:00<",
		    ">2026-11-30<" },
	};
	struct sample sample;
	sample_make(&sample);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample.settlement.approved_us = cases[i].approved_us;
		sample.options.utc_offset_minutes = cases[i].offset;
		sample.options.execution_date = cases[i].date;
		char *text = write_sample(&sample);
		ck_assert_msg(strstr(text, cases[i].moment) != NULL, "%s", text);
		ck_assert_msg(strstr(text, cases[i].day) != NULL, "%s", text);
		free(text);
	}
}
END_TEST

/* --- what is refused --- */

static void no_approval(struct sample *s) {
	s->settlement.status = PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN;
}
static void cancelled(struct sample *s) {
	s->settlement.status = PB__SETTLEMENT_STATUS__SETTLEMENT_CANCELLED;
}
static void no_payments(struct sample *s) {
	s->settlement.n_payments = s->settlement.payments_count = 0;
	s->settlement.amount = 0;
}
static void no_debtor_name(struct sample *s) {
	s->options.debtor_name = " \t";
}
static void debtor_name_not_utf8(struct sample *s) {
	s->options.debtor_name = "a\xFF";
}
static void debtor_account_of_letters(struct sample *s) {
	s->options.debtor_account = "12a";
}
static void debtor_bank_too_short(struct sample *s) {
	s->options.debtor_bank = "10210009999";
}
static void currency_too_long(struct sample *s) {
	s->options.currency = "CNYX";
}
static void currency_in_small_letters(struct sample *s) {
	s->options.currency = "cny";
}
static void no_approval_time(struct sample *s) {
	s->settlement.approved_us = 0;
}
static void approval_after_the_calendar(struct sample *s) {
	s->settlement.approved_us = INT64_MAX;
}
static void offset_beyond_a_day(struct sample *s) {
	s->options.utc_offset_minutes = 1441;
}
static void date_that_is_none(struct sample *s) {
	s->options.execution_date = "2026-02-30";
}
static void date_before_approval(struct sample *s) {
	s->options.execution_date = "2026-11-20";
}
static void payment_left_out(struct sample *s) {
	s->settlement.n_payments = 2;
}
static void sum_too_small(struct sample *s) {
	s->settlement.amount--;
}
static void sum_too_long(struct sample *s) {
	s->payments[0].amount = s->payments[1].amount = INT64_C(999999999999999999);
}
static void no_account(struct sample *s) {
	s->payments[2].account = NULL;
}
static void empty_account(struct sample *s) {
	s->accounts[2].number = "";
}
static void account_of_letters(struct sample *s) {
	s->accounts[1].number = "6222A";
}
static void account_too_long(struct sample *s) {
	s->accounts[1].number = "012345678901234567890123456789012";
}
static void bank_code_too_long(struct sample *s) {
	s->accounts[1].bank_code = "1051000000251";
}
static void no_bank_code(struct sample *s) {
	s->accounts[1].bank_code = "";
}
static void no_holder(struct sample *s) {
	s->accounts[0].holder_name = "\n";
}
static void all_set_off(struct sample *s) {
	for (size_t i = 0; i < SAMPLE_PAYMENTS; i++)
		s->payments[i].amount = 0;
	s->settlement.amount = 0;
}
static void amount_below_nought(struct sample *s) {
	s->payments[0].amount = INT64_MIN;
}
static void amount_too_long(struct sample *s) {
	s->payments[0].amount = INT64_C(1000000000000000000);
}
static void no_payment(struct sample *s) {
	s->entries[1].payment = NULL;
}
static void number_twice(struct sample *s) {
	s->payments[1].number = 1;
}
static void reference_of_another(struct sample *s) {
	s->payments[1].reference = "V0190a1b2-60-1";
}
static void reference_of_another_ledger(struct sample *s) {
	s->payments[1].reference = "V0190a1b3-60-2";
}
static void reference_too_long(struct sample *s) {
	s->payments[0].reference = "V0190a1b200000000000000000000000-60-1";
}
static void reference_with_markup(struct sample *s) {
	s->payments[0].reference = "V<b>-60-1";
}

START_TEST(what_is_wrong_is_refused_by_name) {
	static const struct {
		const char *name;
		void (*spoil)(struct sample *sample);
		enum payments_refusal refusal;
		uint32_t payment;
		const char *payee;
	} cases[] = {
#define WHOLE(spoil, refusal) { #spoil, spoil, PAYMENTS_##refusal, 0, "" }
#define FIRST(spoil, refusal)                                                                      \
	{ #spoil, spoil, PAYMENTS_##refusal, 1, "91110108551385082Q" }
#define SECOND(spoil, refusal, number)                                                             \
	{ #spoil, spoil, PAYMENTS_##refusal, number, "91350100M000100Y43" }
#define THIRD(spoil, refusal)                                                                      \
	{ #spoil, spoil, PAYMENTS_##refusal, 3, "T-0001" }
		WHOLE(no_approval, NOT_APPROVED),
		WHOLE(cancelled, NOT_APPROVED),
		WHOLE(no_payments, NONE),
		WHOLE(no_debtor_name, BAD_DEBTOR_NAME),
		WHOLE(debtor_name_not_utf8, BAD_DEBTOR_NAME),
		WHOLE(debtor_account_of_letters, BAD_DEBTOR_ACCOUNT),
		WHOLE(debtor_bank_too_short, BAD_DEBTOR_BANK),
		WHOLE(currency_too_long, BAD_CURRENCY),
		WHOLE(currency_in_small_letters, BAD_CURRENCY),
		WHOLE(no_approval_time, BAD_DATE),
		WHOLE(approval_after_the_calendar, BAD_DATE),
		WHOLE(offset_beyond_a_day, BAD_DATE),
		WHOLE(date_that_is_none, BAD_DATE),
		WHOLE(date_before_approval, BAD_DATE),
		WHOLE(payment_left_out, BAD_COUNT),
		WHOLE(sum_too_small, BAD_SUM),
		WHOLE(sum_too_long, BAD_SUM),
		THIRD(no_account, NO_ACCOUNT),
		THIRD(empty_account, NO_ACCOUNT),
		SECOND(account_of_letters, BAD_ACCOUNT, 2),
		SECOND(account_too_long, BAD_ACCOUNT, 2),
		SECOND(bank_code_too_long, BAD_ACCOUNT, 2),
		SECOND(no_bank_code, BAD_ACCOUNT, 2),
		FIRST(no_holder, BAD_NAME),
		WHOLE(all_set_off, NONE),
		FIRST(amount_below_nought, BAD_AMOUNT),
		FIRST(amount_too_long, BAD_AMOUNT),
		SECOND(no_payment, BAD_REFERENCE, 0),
		SECOND(number_twice, BAD_REFERENCE, 1),
		SECOND(reference_of_another, BAD_REFERENCE, 2),
		SECOND(reference_of_another_ledger, BAD_REFERENCE, 2),
		FIRST(reference_too_long, BAD_REFERENCE),
		FIRST(reference_with_markup, BAD_REFERENCE),
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sample sample;
		struct buffer buffer;
		struct payments_result result = { 0 };
		sample_make(&sample);
		cases[i].spoil(&sample);
		buffer_init(&buffer, 0);
		enum err err = pain001_write(
		    &sample.settlement, &sample.options, PAIN001_09, &buffer, &result);
		ck_assert_msg(err == ERR_DENIED, "%s: %d", cases[i].name, err);
		ck_assert_msg(result.refusal == cases[i].refusal, "%s: %d", cases[i].name, result.refusal);
		ck_assert_msg(result.payment == cases[i].payment, "%s: %u", cases[i].name, result.payment);
		ck_assert_str_eq(result.payee, cases[i].payee);
		ck_assert_uint_eq(buffer.bytes, 0);
		buffer_done(&buffer);
	}
}
END_TEST

START_TEST(buffer_without_room_is_an_error) {
	struct sample sample;
	struct buffer buffer;
	struct payments_result result;
	sample_make(&sample);
	buffer_init(&buffer, 100);
	ck_assert_int_eq(
	    pain001_write(&sample.settlement, &sample.options, PAIN001_09, &buffer, &result),
	    ERR_RANGE);
	buffer_done(&buffer);
}
END_TEST

SUITE_MAIN("pain001", file_has_these_bytes, file_written_again_is_the_same,
    amounts_have_two_digits_and_no_more, payments_set_off_in_full_are_left_out,
    debtor_is_the_house_account, names_are_limited_on_character_boundaries,
    names_become_what_a_file_can_hold, times_are_those_of_the_programme,
    what_is_wrong_is_refused_by_name, buffer_without_room_is_an_error)
