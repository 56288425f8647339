/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/want.h"

#include "base/date.h"
#include "base/text.h"
#include "ledger/identifier.h"
#include "record/digest.h"

#include <string.h>

static bool invalid(struct deciding *d, const char *field) {
	return refuse_field(d, PB__OUTCOME__FIELD_INVALID, field);
}

static bool missing(struct deciding *d, const char *field) {
	return refuse_field(d, PB__OUTCOME__FIELD_MISSING, field);
}

bool allow_text(struct deciding *d, const char *text, size_t bytes_max, const char *field) {
	size_t bytes = strlen(text);
	return (bytes <= bytes_max && text_is_clean_utf8(text, bytes)) || invalid(d, field);
}

bool want_text(struct deciding *d, const char *text, size_t bytes_max, const char *field) {
	return *text ? allow_text(d, text, bytes_max, field) : missing(d, field);
}

bool want_valid(
    struct deciding *d, const char *text, bool (*is_valid)(const char *), const char *field) {
	if (!*text)
		return missing(d, field);
	return is_valid(text) || invalid(d, field);
}

bool want_code(struct deciding *d, const char *code, const char *field) {
	return want_valid(d, code, identifier_is_code, field);
}

bool want_amount(struct deciding *d, int64_t amount, const char *field) {
	return amount > 0 || refuse_field(d, PB__OUTCOME__AMOUNT_INVALID, field);
}

bool want_date(struct deciding *d, const char *date, const char *field, int32_t *ret_day) {
	if (!*date)
		return missing(d, field);
	return date_parse(date, ret_day) == ERR_OK || invalid(d, field);
}

bool allow_date(struct deciding *d, const char *date, const char *field) {
	int32_t day;
	return !*date || want_date(d, date, field, &day);
}

bool want_bank_particulars(struct deciding *d, const Pb__BankAccount *account, const char *path) {
	if (want_valid(d, account->number, identifier_is_bank_account, "number") &&
	    want_valid(d, account->bank_code, identifier_is_bank_code, "bank_code") &&
	    want_text(d, account->holder_name, LIMIT_NAME_BYTES, "holder_name"))
		return true;
	if (d->outcome == PB__OUTCOME__UNAVAILABLE)
		return false;
	const char *field = arena_printf(d->arena, "%s.%s", path, d->refusal->field);
	return field ? refuse_field(d, d->outcome, field) : refuse_memory(d);
}

bool want_digest(struct deciding *d, const Pb__Digest *digest, const char *field) {
	if (!digest)
		return missing(d, field);
	return digest->value.len == DIGEST_BYTES || invalid(d, field);
}

bool allow_evidence(struct deciding *d, Pb__Digest *const *evidence, size_t count) {
	if (count > LIMIT_EVIDENCE)
		return invalid(d, "evidence");
	for (size_t i = 0; i < count; i++)
		if (!want_digest(d, evidence[i], ""))
			return refuse_within(d, "evidence", i);
	return true;
}

static bool is_among(const char *const *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

bool allow_words(struct deciding *d, const char *const *words, size_t count, const char *field) {
	if (count > LIMIT_WORDS)
		return invalid(d, field);
	for (size_t i = 0; i < count; i++) {
		if (!want_text(d, words[i], LIMIT_WORD_BYTES, ""))
			return refuse_within(d, field, i);
		if (is_among(words, i, words[i])) {
			invalid(d, "");
			return refuse_within(d, field, i);
		}
	}
	return true;
}
