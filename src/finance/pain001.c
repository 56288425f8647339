/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First everything is checked, then everything is written: what is checked is the settlement with
 * its sums, the references and each payee's account. The file's own sums are those of the payments
 * that stand in it, and equal to the settlement's by then.
 */
#include "finance/pain001.h"

#include "base/check.h"
#include "base/date.h"
#include "base/text.h"

#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAMESPACE_09     "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
#define NAMESPACE_03     "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
#define REFERENCE_CHARS  35  /* Max35Text */
#define NAME_CHARS       140 /* Max140Text */
#define NAME_BYTES       (4 * NAME_CHARS + 1)
#define ACCOUNT_DIGITS   32
#define BANK_CODE_DIGITS 12
#define AMOUNT_MAX       INT64_C(999999999999999999) /* 18 digits in all */
#define UTC_OFFSET_MAX   (14 * 60)
#define AMOUNT_BYTES     32
#define SECONDS_IN_US    INT64_C(1000000)
#define TIME_US_MAX      (INT64_C(253402128000) * SECONDS_IN_US) /* 9999-12-30 */
#define MOMENT_BYTES     40

struct writing {
	const Pb__Settlement *settlement;
	const struct pain001_options *options;
	struct pain001_result *result;
	xmlTextWriterPtr xml;
	bool is_broken; /* libxml2 failed: only memory can be the reason */
	char message_id[REFERENCE_CHARS + 1];
	char moment[MOMENT_BYTES]; /* of approval */
	char day[DATE_TEXT_BYTES]; /* of execution */
};

/* --- text --- */

static bool is_digits(const char *text, size_t count_min, size_t count_max) {
	size_t count = strspn(text, "0123456789");
	return !text[count] && count >= count_min && count <= count_max;
}

static bool is_space(uint32_t c) {
	return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x3000;
}

/*
 * What XML and a bank can take of a name: runs of spaces and controls become one space, none at the
 * ends, noncharacters '?', and at most NAME_CHARS characters. False: nothing is left, or it is not
 * UTF-8.
 */
static bool limit_name(const char *text, char ret_name[NAME_BYTES]) {
	size_t bytes = strlen(text), used = 0;
	bool has_space = false;
	for (unsigned chars = 0; *text && chars < NAME_CHARS;) {
		uint32_t c = 0;
		size_t length = text_utf8_char(text, bytes, &c);
		if (length == 0)
			return false;
		bool is_gap = is_space(c);
		if (is_gap) {
			has_space = used > 0;
		} else if (has_space && chars + 2 > NAME_CHARS) {
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

/* "1234.05": digits only, as xs:decimal wants them. */
static void write_amount(int64_t amount, char ret_text[AMOUNT_BYTES]) {
	snprintf(ret_text, AMOUNT_BYTES, "%" PRId64 ".%02d", amount / 100, (int)(amount % 100));
}

/* --- what is checked --- */

static enum err refuse(struct writing *w, enum pain001_refusal refusal) {
	*w->result = (struct pain001_result){ .refusal = refusal, .payee = "" };
	return ERR_DENIED;
}

static enum err refuse_payment(
    struct writing *w, enum pain001_refusal refusal, const Pb__SettlementPayment *entry) {
	*w->result = (struct pain001_result){
		.refusal = refusal,
		.payment = entry->payment ? entry->payment->number : 0,
		.payee = entry->payee,
	};
	return ERR_DENIED;
}

static bool is_currency(const char *text) {
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 && !text[3];
}

static enum err check_options(struct writing *w) {
	const struct pain001_options *options = w->options;
	char name[NAME_BYTES];
	if (!limit_name(options->debtor_name, name))
		return refuse(w, PAIN001_BAD_DEBTOR_NAME);
	if (!is_digits(options->debtor_account, 1, ACCOUNT_DIGITS))
		return refuse(w, PAIN001_BAD_DEBTOR_ACCOUNT);
	if (!is_digits(options->debtor_bank, BANK_CODE_DIGITS, BANK_CODE_DIGITS))
		return refuse(w, PAIN001_BAD_DEBTOR_BANK);
	if (!is_currency(options->currency))
		return refuse(w, PAIN001_BAD_CURRENCY);
	return ERR_OK;
}

/* The reference is MESSAGE_ID-NUMBER, and the message id, which the first gives, ends in the
 * settlement's number. */
static bool has_reference(struct writing *w, const Pb__Payment *payment) {
	char end[48];
	size_t bytes = strlen(payment->reference), end_bytes, head_bytes;
	snprintf(end, sizeof(end), "-%" PRIu64 "-%" PRIu32, w->settlement->id, payment->number);
	end_bytes = strlen(end);
	if (bytes > REFERENCE_CHARS || bytes <= end_bytes ||
	    strcmp(payment->reference + bytes - end_bytes, end) != 0 ||
	    strspn(payment->reference, "0123456789abcdefV-") != bytes)
		return false;
	head_bytes = (size_t)(strrchr(payment->reference, '-') - payment->reference);
	if (!w->message_id[0]) {
		memcpy(w->message_id, payment->reference, head_bytes);
		return true;
	}
	return strlen(w->message_id) == head_bytes &&
	    memcmp(w->message_id, payment->reference, head_bytes) == 0;
}

static enum err check_payment(
    struct writing *w, const Pb__SettlementPayment *entry, uint32_t number) {
	const Pb__Payment *payment = entry->payment;
	char name[NAME_BYTES];
	if (!payment || payment->number != number || !has_reference(w, payment))
		return refuse_payment(w, PAIN001_BAD_REFERENCE, entry);
	if (payment->amount <= 0 || payment->amount > AMOUNT_MAX)
		return refuse_payment(w, PAIN001_BAD_AMOUNT, entry);
	const Pb__BankAccount *account = payment->account;
	if (!account || !account->number[0])
		return refuse_payment(w, PAIN001_NO_ACCOUNT, entry);
	if (!is_digits(account->number, 1, ACCOUNT_DIGITS) ||
	    !is_digits(account->bank_code, BANK_CODE_DIGITS, BANK_CODE_DIGITS))
		return refuse_payment(w, PAIN001_BAD_ACCOUNT, entry);
	if (!limit_name(account->holder_name, name))
		return refuse_payment(w, PAIN001_BAD_NAME, entry);
	return ERR_OK;
}

static enum err check_payments(struct writing *w) {
	const Pb__Settlement *settlement = w->settlement;
	int64_t sum = 0;
	if (settlement->n_payments != settlement->payments_count)
		return refuse(w, PAIN001_BAD_COUNT);
	if (settlement->n_payments == 0)
		return refuse(w, PAIN001_NO_PAYMENTS);
	for (size_t i = 0; i < settlement->n_payments; i++) {
		const Pb__SettlementPayment *entry = settlement->payments[i];
		enum err err = check_payment(w, entry, (uint32_t)(i + 1));
		if (err != ERR_OK)
			return err;
		sum += entry->payment->amount; /* both are at most AMOUNT_MAX */
		if (sum > AMOUNT_MAX)
			return refuse(w, PAIN001_BAD_SUM);
	}
	return sum == settlement->amount ? ERR_OK : refuse(w, PAIN001_BAD_SUM);
}

/* The moment of approval in the programme's calendar, and the day of execution. */
static enum err find_times(struct writing *w) {
	int32_t offset = w->options->utc_offset_minutes, day;
	int64_t time_us = w->settlement->approved_us;
	if (offset < -UTC_OFFSET_MAX || offset > UTC_OFFSET_MAX || time_us <= 0 ||
	    time_us > TIME_US_MAX)
		return refuse(w, PAIN001_BAD_DATE);
	char date[DATE_TEXT_BYTES];
	int32_t approved = date_local_day(time_us, offset);
	if (approved < 0)
		return refuse(w, PAIN001_BAD_DATE);
	date_format(approved, date);
	memcpy(w->day, date, sizeof(date));
	const char *wanted = w->options->execution_date;
	if (wanted) {
		if (date_parse(wanted, &day) != ERR_OK || day < approved)
			return refuse(w, PAIN001_BAD_DATE);
		date_format(day, w->day);
	}
	int64_t second = (time_us - date_day_start_us(approved, offset)) / SECONDS_IN_US;
	int magnitude = offset < 0 ? -offset : offset;
	snprintf(w->moment, sizeof(w->moment), "%sT%02d:%02d:%02d%c%02d:%02d", date,
	    (int)(second / 3600 % 24), (int)(second / 60 % 60), (int)(second % 60),
	    offset < 0 ? '-' : '+', magnitude / 60, magnitude % 60);
	return ERR_OK;
}

static enum err check_all(struct writing *w) {
	if (w->settlement->status != PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED)
		return refuse(w, PAIN001_NOT_APPROVED);
	enum err err = check_options(w);
	if (err == ERR_OK)
		err = find_times(w);
	return err == ERR_OK ? check_payments(w) : err;
}

/* --- what is written --- */

static void begin(struct writing *w, const char *name) {
	if (xmlTextWriterStartElement(w->xml, (const xmlChar *)name) < 0)
		w->is_broken = true;
}

static void end(struct writing *w, unsigned count) {
	while (count-- > 0)
		if (xmlTextWriterEndElement(w->xml) < 0)
			w->is_broken = true;
}

static void leaf(struct writing *w, const char *name, const char *text) {
	if (xmlTextWriterWriteElement(w->xml, (const xmlChar *)name, (const xmlChar *)text) < 0)
		w->is_broken = true;
}

static void attribute(struct writing *w, const char *name, const char *text) {
	if (xmlTextWriterWriteAttribute(w->xml, (const xmlChar *)name, (const xmlChar *)text) < 0)
		w->is_broken = true;
}

static void write_party(struct writing *w, const char *element, const char *name) {
	char room[NAME_BYTES];
	check(limit_name(name, room));
	begin(w, element);
	leaf(w, "Nm", room);
	end(w, 1);
}

static void write_account(struct writing *w, const char *element, const char *number) {
	begin(w, element);
	begin(w, "Id");
	begin(w, "Othr");
	leaf(w, "Id", number);
	end(w, 3);
}

static void write_bank(struct writing *w, const char *element, const char *code) {
	begin(w, element);
	begin(w, "FinInstnId");
	begin(w, "ClrSysMmbId");
	begin(w, "ClrSysId");
	leaf(w, "Cd", "CNAPS");
	end(w, 1);
	leaf(w, "MmbId", code);
	end(w, 3);
}

static void write_sums(struct writing *w) {
	char count[24], sum[AMOUNT_BYTES];
	int64_t total = 0;
	for (size_t i = 0; i < w->settlement->n_payments; i++)
		total += w->settlement->payments[i]->payment->amount;
	snprintf(count, sizeof(count), "%zu", w->settlement->n_payments);
	write_amount(total, sum);
	leaf(w, "NbOfTxs", count);
	leaf(w, "CtrlSum", sum);
}

static void write_header(struct writing *w) {
	begin(w, "GrpHdr");
	leaf(w, "MsgId", w->message_id);
	leaf(w, "CreDtTm", w->moment);
	write_sums(w);
	write_party(w, "InitgPty", w->options->debtor_name);
	end(w, 1);
}

static void write_remittance(struct writing *w, const char *reference) {
	char text[2 * NAME_BYTES], room[NAME_BYTES];
	snprintf(text, sizeof(text), "%s %s", reference, w->settlement->programme);
	check(limit_name(text, room));
	begin(w, "RmtInf");
	leaf(w, "Ustrd", room);
	end(w, 1);
}

static void write_payment(struct writing *w, const Pb__Payment *payment) {
	char amount[AMOUNT_BYTES];
	write_amount(payment->amount, amount);
	begin(w, "CdtTrfTxInf");
	begin(w, "PmtId");
	leaf(w, "EndToEndId", payment->reference);
	end(w, 1);
	begin(w, "Amt");
	begin(w, "InstdAmt");
	attribute(w, "Ccy", w->options->currency);
	if (xmlTextWriterWriteString(w->xml, (const xmlChar *)amount) < 0)
		w->is_broken = true;
	end(w, 2);
	write_bank(w, "CdtrAgt", payment->account->bank_code);
	write_party(w, "Cdtr", payment->account->holder_name);
	write_account(w, "CdtrAcct", payment->account->number);
	write_remittance(w, payment->reference);
	end(w, 1);
}

static void write_payments(struct writing *w) {
	const struct pain001_options *options = w->options;
	begin(w, "PmtInf");
	leaf(w, "PmtInfId", w->message_id);
	leaf(w, "PmtMtd", "TRF");
	write_sums(w);
	if (options->version == PAIN001_03) {
		leaf(w, "ReqdExctnDt", w->day);
	} else {
		begin(w, "ReqdExctnDt");
		leaf(w, "Dt", w->day);
		end(w, 1);
	}
	write_party(w, "Dbtr", options->debtor_name);
	write_account(w, "DbtrAcct", options->debtor_account);
	write_bank(w, "DbtrAgt", options->debtor_bank);
	for (size_t i = 0; i < w->settlement->n_payments; i++)
		write_payment(w, w->settlement->payments[i]->payment);
	end(w, 1);
}

static void write_document(struct writing *w) {
	if (xmlTextWriterSetIndent(w->xml, 1) < 0 ||
	    xmlTextWriterSetIndentString(w->xml, (const xmlChar *)"  ") < 0 ||
	    xmlTextWriterStartDocument(w->xml, "1.0", "UTF-8", NULL) < 0)
		w->is_broken = true;
	begin(w, "Document");
	attribute(w, "xmlns", w->options->version == PAIN001_03 ? NAMESPACE_03 : NAMESPACE_09);
	begin(w, "CstmrCdtTrfInitn");
	write_header(w);
	write_payments(w);
	end(w, 2);
	if (xmlTextWriterEndDocument(w->xml) < 0)
		w->is_broken = true;
}

enum err pain001_write(const Pb__Settlement *settlement, const struct pain001_options *options,
    struct buffer *buffer, struct pain001_result *ret_result) {
	struct writing w = { .settlement = settlement, .options = options, .result = ret_result };
	enum err err = check_all(&w);
	if (err != ERR_OK)
		return err;
	err = ERR_MEMORY;
	xmlBufferPtr bytes = xmlBufferCreate();
	if (bytes)
		w.xml = xmlNewTextWriterMemory(bytes, 0);
	if (!w.xml)
		goto out;
	write_document(&w);
	xmlFreeTextWriter(w.xml); /* flushes */
	if (w.is_broken)
		goto out;
	buffer_append(buffer, xmlBufferContent(bytes), (size_t)xmlBufferLength(bytes));
	err = buffer_error(buffer);
	if (err == ERR_OK)
		*ret_result = (struct pain001_result){ .refusal = PAIN001_WRITTEN, .payee = "" };
out:
	if (bytes)
		xmlBufferFree(bytes);
	return err;
}
