/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/payments.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ACCOUNT_DIGITS   32
#define BANK_CODE_DIGITS 12
#define AMOUNT_MAX       INT64_C(999999999999999999) /* 18 digits in all */
#define UTC_OFFSET_MAX   (14 * 60)
#define SECONDS_IN_US    INT64_C(1000000)
#define TIME_US_MAX      (INT64_C(253402128000) * SECONDS_IN_US) /* 9999-12-30 */

struct checking {
	const Pb__Settlement *settlement;
	const struct payments_options *options;
	struct payments_facts facts;
	struct payments_result *result;
};

/* --- text --- */

static bool is_digits(const char *text, size_t count_min, size_t count_max) {
	size_t count = strspn(text, "0123456789");
	return !text[count] && count >= count_min && count <= count_max;
}

static bool is_space(uint32_t c) {
	return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x3000;
}

bool payments_limit_name(const char *text, char ret_name[PAYMENTS_NAME_BYTES]) {
	size_t bytes = strlen(text), used = 0;
	bool has_space = false;
	for (unsigned chars = 0; *text && chars < PAYMENTS_NAME_CHARS;) {
		uint32_t c = 0;
		size_t length = text_utf8_char(text, bytes, &c);
		if (length == 0)
			return false;
		bool is_gap = is_space(c);
		if (is_gap) {
			has_space = used > 0;
		} else if (has_space && chars + 2 > PAYMENTS_NAME_CHARS) {
			break;
		} else {
			if (has_space) {
				ret_name[used++] = ' ';
				chars++;
			}
			has_space = false;
			bool is_character = (c & 0xFFFE) != 0xFFFE;
			memcpy(ret_name + used, is_character ? text : "?", is_character ? length : 1);
			used += is_character ? length : 1;
			chars++;
		}
		text += length;
		bytes -= length;
	}
	ret_name[used] = '\0';
	return used > 0;
}

void payments_format_amount(int64_t amount, char ret_text[PAYMENTS_AMOUNT_BYTES]) {
	snprintf(
	    ret_text, PAYMENTS_AMOUNT_BYTES, "%" PRId64 ".%02d", amount / 100, (int)(amount % 100));
}

bool payments_has(const Pb__SettlementPayment *entry) {
	return entry->payment && entry->payment->amount > 0;
}

void payments_from_house(const Pb__HouseAccount *house, struct payments_options *options) {
	const Pb__BankAccount *account = house->account;
	options->debtor_name = account ? account->holder_name : "";
	options->debtor_account = account ? account->number : "";
	options->debtor_bank = account ? account->bank_code : "";
	options->currency = house->currency;
}

/* --- what is checked --- */

static enum err refuse(struct checking *c, enum payments_refusal refusal) {
	*c->result = (struct payments_result){ .refusal = refusal, .payee = "" };
	return ERR_DENIED;
}

static enum err refuse_payment(
    struct checking *c, enum payments_refusal refusal, const Pb__SettlementPayment *entry) {
	*c->result = (struct payments_result){
		.refusal = refusal,
		.payment = entry->payment ? entry->payment->number : 0,
		.payee = entry->payee,
	};
	return ERR_DENIED;
}

static bool is_currency(const char *text) {
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 && !text[3];
}

static enum err check_options(struct checking *c) {
	const struct payments_options *options = c->options;
	char name[PAYMENTS_NAME_BYTES];
	if (!payments_limit_name(options->debtor_name, name))
		return refuse(c, PAYMENTS_BAD_DEBTOR_NAME);
	if (!is_digits(options->debtor_account, 1, ACCOUNT_DIGITS))
		return refuse(c, PAYMENTS_BAD_DEBTOR_ACCOUNT);
	if (!is_digits(options->debtor_bank, BANK_CODE_DIGITS, BANK_CODE_DIGITS))
		return refuse(c, PAYMENTS_BAD_DEBTOR_BANK);
	if (!is_currency(options->currency))
		return refuse(c, PAYMENTS_BAD_CURRENCY);
	return ERR_OK;
}

/* The reference is MESSAGE_ID-NUMBER, and the message id, which the first gives, ends in the
 * settlement's number. */
static bool has_reference(struct checking *c, const Pb__Payment *payment) {
	char end[48];
	size_t bytes = strlen(payment->reference), end_bytes, head_bytes;
	snprintf(end, sizeof(end), "-%" PRIu64 "-%" PRIu32, c->settlement->id, payment->number);
	end_bytes = strlen(end);
	if (bytes > PAYMENTS_REFERENCE_CHARS || bytes <= end_bytes ||
	    strcmp(payment->reference + bytes - end_bytes, end) != 0 ||
	    strspn(payment->reference, "0123456789abcdefV-") != bytes)
		return false;
	head_bytes = (size_t)(strrchr(payment->reference, '-') - payment->reference);
	if (!c->facts.message_id[0]) {
		memcpy(c->facts.message_id, payment->reference, head_bytes);
		return true;
	}
	return strlen(c->facts.message_id) == head_bytes &&
	    memcmp(c->facts.message_id, payment->reference, head_bytes) == 0;
}

static enum err check_payment(
    struct checking *c, const Pb__SettlementPayment *entry, uint32_t number) {
	const Pb__Payment *payment = entry->payment;
	char name[PAYMENTS_NAME_BYTES];
	if (!payment || payment->number != number || !has_reference(c, payment))
		return refuse_payment(c, PAYMENTS_BAD_REFERENCE, entry);
	if (payment->amount < 0 || payment->amount > AMOUNT_MAX)
		return refuse_payment(c, PAYMENTS_BAD_AMOUNT, entry);
	if (!payments_has(entry))
		return ERR_OK;
	const Pb__BankAccount *account = payment->account;
	if (!account || !account->number[0])
		return refuse_payment(c, PAYMENTS_NO_ACCOUNT, entry);
	if (!is_digits(account->number, 1, ACCOUNT_DIGITS) ||
	    !is_digits(account->bank_code, BANK_CODE_DIGITS, BANK_CODE_DIGITS))
		return refuse_payment(c, PAYMENTS_BAD_ACCOUNT, entry);
	if (!payments_limit_name(account->holder_name, name))
		return refuse_payment(c, PAYMENTS_BAD_NAME, entry);
	return ERR_OK;
}

static enum err check_payments(struct checking *c) {
	const Pb__Settlement *settlement = c->settlement;
	if (settlement->n_payments != settlement->payments_count)
		return refuse(c, PAYMENTS_BAD_COUNT);
	for (size_t i = 0; i < settlement->n_payments; i++) {
		const Pb__SettlementPayment *entry = settlement->payments[i];
		enum err err = check_payment(c, entry, (uint32_t)(i + 1));
		if (err != ERR_OK)
			return err;
		c->facts.count += payments_has(entry);
		c->facts.sum += entry->payment->amount; /* both are at most AMOUNT_MAX */
		if (c->facts.sum > AMOUNT_MAX)
			return refuse(c, PAYMENTS_BAD_SUM);
	}
	if (c->facts.sum != settlement->amount)
		return refuse(c, PAYMENTS_BAD_SUM);
	return c->facts.count > 0 ? ERR_OK : refuse(c, PAYMENTS_NONE);
}

/* The moment of approval in the programme's calendar, and the day of execution. */
static enum err find_times(struct checking *c) {
	int32_t offset = c->options->utc_offset_minutes, day;
	int64_t time_us = c->settlement->approved_us;
	if (offset < -UTC_OFFSET_MAX || offset > UTC_OFFSET_MAX || time_us <= 0 ||
	    time_us > TIME_US_MAX)
		return refuse(c, PAYMENTS_BAD_DATE);
	char date[DATE_TEXT_BYTES];
	int32_t approved = date_local_day(time_us, offset);
	if (approved < 0)
		return refuse(c, PAYMENTS_BAD_DATE);
	date_format(approved, date);
	memcpy(c->facts.day, date, sizeof(date));
	const char *wanted = c->options->execution_date;
	if (wanted) {
		if (date_parse(wanted, &day) != ERR_OK || day < approved)
			return refuse(c, PAYMENTS_BAD_DATE);
		date_format(day, c->facts.day);
	}
	int64_t second = (time_us - date_day_start_us(approved, offset)) / SECONDS_IN_US;
	int magnitude = offset < 0 ? -offset : offset;
	snprintf(c->facts.moment, sizeof(c->facts.moment), "%sT%02d:%02d:%02d%c%02d:%02d", date,
	    (int)(second / 3600 % 24), (int)(second / 60 % 60), (int)(second % 60),
	    offset < 0 ? '-' : '+', magnitude / 60, magnitude % 60);
	return ERR_OK;
}

enum err payments_check(const Pb__Settlement *settlement, const struct payments_options *options,
    struct payments_facts *ret_facts, struct payments_result *ret_result) {
	struct checking c = { .settlement = settlement, .options = options, .result = ret_result };
	if (settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED)
		return refuse(&c, PAYMENTS_NOT_APPROVED);
	enum err err = check_options(&c);
	if (err == ERR_OK)
		err = find_times(&c);
	if (err == ERR_OK)
		err = check_payments(&c);
	if (err == ERR_OK)
		*ret_facts = c.facts;
	return err;
}
