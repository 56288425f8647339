/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/payment_csv.h"

#include "base/check.h"
#include "finance/encoding.h"

#include <string.h>

#define BANK_DIGITS 3 /* of a CNAPS code, that say which bank it is */

struct writing {
	const Pb__Settlement *settlement;
	const struct payments_options *options;
	const struct bank_payment_form *form;
	struct payments_facts facts;
	struct buffer file;
	struct buffer row, cell; /* UTF-8 */
	uint32_t number;         /* of the payment in the file */
};

/* --- placeholders --- */

enum placeholder {
	PLACE_NUMBER,
	PLACE_AMOUNT,
	PLACE_HOLDER,
	PLACE_ACCOUNT,
	PLACE_BANK_CODE,
	PLACE_REFERENCE,
	PLACE_DATE,
	PLACE_DAY,
	PLACE_DEBTOR_NAME,
	PLACE_DEBTOR_ACCOUNT,
	PLACE_DEBTOR_BANK,
	PLACE_CURRENCY,
	PLACE_PROGRAMME,
	PLACE_MESSAGE,
	PLACE_SAME_BANK, /* with two words */
	PLACE_COUNT,
};

static const char *const names[PLACE_COUNT] = {
	[PLACE_NUMBER] = "number",
	[PLACE_AMOUNT] = "amount",
	[PLACE_HOLDER] = "holder",
	[PLACE_ACCOUNT] = "account",
	[PLACE_BANK_CODE] = "bank_code",
	[PLACE_REFERENCE] = "reference",
	[PLACE_DATE] = "date",
	[PLACE_DAY] = "day",
	[PLACE_DEBTOR_NAME] = "debtor_name",
	[PLACE_DEBTOR_ACCOUNT] = "debtor_account",
	[PLACE_DEBTOR_BANK] = "debtor_bank",
	[PLACE_CURRENCY] = "currency",
	[PLACE_PROGRAMME] = "programme",
	[PLACE_MESSAGE] = "message",
	[PLACE_SAME_BANK] = "same_bank",
};

struct part {
	const char *text; /* before the placeholder */
	size_t text_bytes;
	enum placeholder placeholder; /* PLACE_COUNT: none, it ends here */
	const char *yes, *no;         /* of PLACE_SAME_BANK */
	size_t yes_bytes, no_bytes;
};

/* The two words of {same_bank?YES:NO}. */
static bool take_words(const char *inside, const char *end, struct part *part) {
	const char *colon = memchr(inside, ':', (size_t)(end - inside));
	if (inside == end || *inside != '?' || !colon)
		return false;
	part->yes = inside + 1;
	part->yes_bytes = (size_t)(colon - part->yes);
	part->no = colon + 1;
	part->no_bytes = (size_t)(end - part->no);
	return true;
}

/* Takes a part off the beginning of a content. False: what `*content` begins with then is no
 * placeholder. */
static bool take_part(const char **content, struct part *part) {
	const char *open = *content + strcspn(*content, "{");
	*part = (struct part){ *content, (size_t)(open - *content), PLACE_COUNT, "", "", 0, 0 };
	*content = open;
	if (!*open)
		return true;
	const char *end = strchr(open, '}');
	size_t bytes = strcspn(open + 1, "?}");
	for (size_t i = 0; end && i < PLACE_COUNT; i++)
		if (strlen(names[i]) == bytes && memcmp(names[i], open + 1, bytes) == 0)
			part->placeholder = (enum placeholder)i;
	bool has_words = end && open[1 + bytes] == '?';
	bool is_good = part->placeholder != PLACE_COUNT &&
	    (part->placeholder == PLACE_SAME_BANK ? take_words(open + 1 + bytes, end, part)
	                                          : !has_words);
	if (is_good)
		*content = end + 1;
	return is_good;
}

const char *payment_csv_check_content(const char *content) {
	struct part part;
	do
		if (!take_part(&content, &part))
			return content;
	while (part.placeholder != PLACE_COUNT);
	return NULL;
}

/* --- a cell --- */

static void append_name(struct buffer *out, const char *name) {
	char room[PAYMENTS_NAME_BYTES];
	check(payments_limit_name(name, room)); /* payments_check() has looked */
	buffer_append_text(out, room);
}

static void append_day(struct buffer *out, const char *date) {
	for (; *date; date++)
		if (*date != '-')
			buffer_append_char(out, *date);
}

static void append_value(struct writing *w, const struct part *part, const Pb__Payment *payment) {
	const struct payments_options *options = w->options;
	const Pb__BankAccount *account = payment->account;
	char amount[PAYMENTS_AMOUNT_BYTES];
	bool is_same = strncmp(account->bank_code, options->debtor_bank, BANK_DIGITS) == 0;
	payments_format_amount(payment->amount, amount);
	switch (part->placeholder) {
	case PLACE_NUMBER: buffer_append_u64(&w->cell, w->number); break;
	case PLACE_AMOUNT: buffer_append_text(&w->cell, amount); break;
	case PLACE_HOLDER: append_name(&w->cell, account->holder_name); break;
	case PLACE_ACCOUNT: buffer_append_text(&w->cell, account->number); break;
	case PLACE_BANK_CODE: buffer_append_text(&w->cell, account->bank_code); break;
	case PLACE_REFERENCE: buffer_append_text(&w->cell, payment->reference); break;
	case PLACE_DATE: buffer_append_text(&w->cell, w->facts.day); break;
	case PLACE_DAY: append_day(&w->cell, w->facts.day); break;
	case PLACE_DEBTOR_NAME: append_name(&w->cell, options->debtor_name); break;
	case PLACE_DEBTOR_ACCOUNT: buffer_append_text(&w->cell, options->debtor_account); break;
	case PLACE_DEBTOR_BANK: buffer_append_text(&w->cell, options->debtor_bank); break;
	case PLACE_CURRENCY: buffer_append_text(&w->cell, options->currency); break;
	case PLACE_PROGRAMME: buffer_append_text(&w->cell, w->settlement->programme); break;
	case PLACE_MESSAGE: buffer_append_text(&w->cell, w->facts.message_id); break;
	case PLACE_SAME_BANK:
		buffer_append(
		    &w->cell, is_same ? part->yes : part->no, is_same ? part->yes_bytes : part->no_bytes);
		break;
	case PLACE_COUNT: break;
	}
}

static void fill_cell(struct writing *w, const char *content, const Pb__Payment *payment) {
	struct part part;
	buffer_clear(&w->cell);
	do {
		check(take_part(&content, &part)); /* bank_profile_parse() has looked */
		buffer_append(&w->cell, part.text, part.text_bytes);
		append_value(w, &part, payment);
	} while (part.placeholder != PLACE_COUNT);
}

/* --- rows --- */

/* Quoted where it must be. */
static void append_cell(struct writing *w, size_t column, const char *text) {
	const char odd[] = { '"', '\r', '\n', w->form->separator, '\0' };
	if (column > 0)
		buffer_append_char(&w->row, w->form->separator);
	if (!text[strcspn(text, odd)]) {
		buffer_append_text(&w->row, text);
		return;
	}
	buffer_append_char(&w->row, '"');
	for (; *text; text++) {
		if (*text == '"')
			buffer_append_char(&w->row, '"');
		buffer_append_char(&w->row, *text);
	}
	buffer_append_char(&w->row, '"');
}

static enum err end_row(struct writing *w) {
	buffer_append_text(&w->row, w->form->has_unix_lines ? "\n" : "\r\n");
	enum err err = buffer_error(&w->row);
	if (err == ERR_OK)
		err = buffer_error(&w->cell);
	if (err == ERR_OK)
		err = encoding_encode(w->form->encoding, w->row.data, w->row.bytes, &w->file);
	buffer_clear(&w->row);
	return err;
}

static enum err write_header(struct writing *w) {
	if (w->form->encoding == BANK_ENCODING_UTF8_BOM)
		buffer_append_text(&w->file, "\xEF\xBB\xBF");
	for (size_t i = 0; w->form->has_header && i < w->form->count; i++)
		append_cell(w, i, w->form->fields[i].header);
	return w->form->has_header ? end_row(w) : ERR_OK;
}

static enum err write_payment(struct writing *w, const Pb__Payment *payment) {
	w->number++;
	for (size_t i = 0; i < w->form->count; i++) {
		fill_cell(w, w->form->fields[i].content, payment);
		append_cell(w, i, buffer_string(&w->cell));
	}
	return end_row(w);
}

static enum err write_all(struct writing *w, struct payments_result *ret_result) {
	const Pb__Settlement *settlement = w->settlement;
	enum err err = write_header(w);
	struct payments_result result = { PAYMENTS_BAD_CHARACTERS, 0, "" };
	for (size_t i = 0; i < settlement->n_payments && err == ERR_OK; i++) {
		const Pb__SettlementPayment *entry = settlement->payments[i];
		if (!payments_has(entry))
			continue;
		err = write_payment(w, entry->payment);
		result.payment = entry->payment->number;
		result.payee = entry->payee;
	}
	if (err != ERR_SYNTAX)
		return err;
	*ret_result = result;
	return ERR_DENIED;
}

enum err payment_csv_write(const Pb__Settlement *settlement, const struct payments_options *options,
    const struct bank_profile *profile, struct buffer *buffer, struct payments_result *ret_result) {
	struct writing w = {
		.settlement = settlement,
		.options = options,
		.form = &profile->payment,
	};
	if (!profile->payment.is_there) {
		*ret_result = (struct payments_result){ PAYMENTS_NO_FORM, 0, "" };
		return ERR_DENIED;
	}
	enum err err = payments_check(settlement, options, &w.facts, ret_result);
	if (err != ERR_OK)
		return err;
	if (profile->currency[0] && strcmp(profile->currency, options->currency) != 0) {
		*ret_result = (struct payments_result){ PAYMENTS_BAD_CURRENCY, 0, "" };
		return ERR_DENIED;
	}
	buffer_init(&w.file, 0);
	buffer_init(&w.row, 0);
	buffer_init(&w.cell, 0);
	err = write_all(&w, ret_result);
	if (err == ERR_OK) {
		buffer_append(buffer, w.file.data, w.file.bytes);
		err = buffer_error(buffer);
	}
	if (err == ERR_OK)
		*ret_result = (struct payments_result){ PAYMENTS_WRITTEN, 0, "" };
	buffer_done(&w.cell);
	buffer_done(&w.row);
	buffer_done(&w.file);
	return err;
}
