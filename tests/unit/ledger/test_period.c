/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of periods, and the bytes that a reviewer reviews. */
#include "ledger/period.h"

#include "base/date.h"
#include "base/text.h"
#include "support/suite.h"

#include <string.h>

START_TEST(period_is_a_year_and_a_month) {
	static const struct {
		const char *text;
		uint32_t period; /* 0: it is none */
	} rows[] = {
		{ "2026-11", 202611 },
		{ "1970-01", 197001 },
		{ "9999-12", 999912 },
		{ "1969-12", 0 },
		{ "2026-00", 0 },
		{ "2026-13", 0 },
		{ "2026-1", 0 },
		{ "2026-1-", 0 },
		{ "2026-011", 0 },
		{ "2026/11", 0 },
		{ "202611", 0 },
		{ " 026-11", 0 },
		{ "", 0 },
		{ "2026-11-01", 0 },
		{ "２０２６-11", 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t period = 7;
		bool is_period = period_parse(rows[i].text, &period);
		ck_assert_msg(is_period == (rows[i].period != 0), "\"%s\"", rows[i].text);
		ck_assert_uint_eq(period, is_period ? rows[i].period : 7);
	}
}
END_TEST

START_TEST(period_has_a_first_and_a_last_day_and_those_between) {
	static const struct {
		uint32_t period;
		const char *last;
	} rows[] = {
		{ 197001, "1970-01-31" },
		{ 202602, "2026-02-28" },
		{ 202802, "2028-02-29" },
		{ 210002, "2100-02-28" },
		{ 202604, "2026-04-30" },
		{ 202612, "2026-12-31" },
		{ 999912, "9999-12-31" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[DATE_TEXT_BYTES];
		uint32_t period = rows[i].period;
		date_format(period_last_day(period), text);
		ck_assert_str_eq(text, rows[i].last);
		date_format(period_first_day(period), text);
		ck_assert_str_eq(text + 8, "01");
		for (int32_t day = period_first_day(period); day <= period_last_day(period); day++)
			ck_assert_uint_eq(period_of_day(day), period);
		ck_assert_uint_eq(period_of_day(period_last_day(period) + 1), period_after(period));
	}
}
END_TEST

START_TEST(periods_follow_each_other) {
	ck_assert_uint_eq(period_after(202611), 202612);
	ck_assert_uint_eq(period_after(202612), 202701);
	for (uint32_t period = 197001; period < 220001; period = period_after(period))
		ck_assert_uint_eq(period_before(period_after(period)), period);
}
END_TEST

/* --- the digest --- */

/* Each field set to something, of each kind one. */
struct figures {
	Pb__PeriodFigures all;
	Pb__FundFigures fund;
	Pb__ProgrammeFigures programme;
	Pb__HouseFigures house;
	Pb__FundFigures *funds[1];
	Pb__ProgrammeFigures *programmes[1];
	Pb__HouseFigures *houses[1];
};

static void set_figures(struct figures *f) {
	f->all = (Pb__PeriodFigures)PB__PERIOD_FIGURES__INIT;
	f->fund = (Pb__FundFigures)PB__FUND_FIGURES__INIT;
	f->programme = (Pb__ProgrammeFigures)PB__PROGRAMME_FIGURES__INIT;
	f->house = (Pb__HouseFigures)PB__HOUSE_FIGURES__INIT;
	f->fund.fund = 2;
	f->fund.appropriated = 300;
	f->programme.programme = 4;
	f->house.house_account = 5;
	f->house.statement = -1;
	f->funds[0] = &f->fund;
	f->programmes[0] = &f->programme;
	f->houses[0] = &f->house;
	f->all.n_funds = f->all.n_programmes = f->all.n_houses = 1;
	f->all.funds = f->funds;
	f->all.programmes = f->programmes;
	f->all.houses = f->houses;
}

START_TEST(digest_is_of_the_bytes_that_the_header_lays_down) {
	static const uint8_t bytes[] =
	    "voucher-period-1\n"
	    "\x01\x90\xa1\xb2\x00\x00\x70\x00\x80\x00\x00\x00\x00\x00\x00\x01"
	    "\x00\x03\x17\x73"                 /* 202611 */
	    "\x00\x00\x00\x00\x00\x00\x01\x07" /* entry 263 */
	    "\x0a\x05\x08\x02\x10\xac\x02"     /* fund 2, 300 */
	    "\x12\x02\x08\x04"                 /* programme 4 */
	    "\x1a\x04\x08\x05\x10\x01";        /* house account 5, −1 */
	const struct uuid id = { 0x0190a1b200007000, 0x8000000000000001 };
	struct figures figures;
	set_figures(&figures);
	uint8_t expected[DIGEST_BYTES], hash[DIGEST_BYTES];
	digest_sha256(bytes, sizeof(bytes) - 1, expected);
	ck_assert_int_eq(period_digest(id, 202611, 263, &figures.all, hash), ERR_OK);
	ck_assert_mem_eq(hash, expected, DIGEST_BYTES);
}
END_TEST

START_TEST(digest_changes_with_everything_that_is_reviewed) {
	const struct uuid id = { 1, 2 };
	struct figures figures;
	uint8_t before[DIGEST_BYTES], after[DIGEST_BYTES];
	set_figures(&figures);
	ck_assert_int_eq(period_digest(id, 202611, 9, &figures.all, before), ERR_OK);
	for (int change = 0; change < 9; change++) {
		struct uuid other = id;
		uint32_t period = 202611;
		uint64_t seq = 9;
		set_figures(&figures);
		switch (change) {
		case 0: other.high++; break;
		case 1: other.low++; break;
		case 2: period++; break;
		case 3: seq++; break;
		case 4: figures.fund.available++; break;
		case 5: figures.programme.written_off++; break;
		case 6: figures.house.carried_lines++; break;
		case 7: figures.house.books--; break;
		default: figures.all.n_houses = 0; break;
		}
		ck_assert_int_eq(period_digest(other, period, seq, &figures.all, after), ERR_OK);
		ck_assert_msg(memcmp(before, after, sizeof(before)) != 0, "change %d", change);
	}
}
END_TEST

SUITE_MAIN("period", period_is_a_year_and_a_month,
    period_has_a_first_and_a_last_day_and_those_between, periods_follow_each_other,
    digest_is_of_the_bytes_that_the_header_lays_down,
    digest_changes_with_everything_that_is_reviewed)
