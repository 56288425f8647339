/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field is brought into one form first (upper case, half width, one kind of blank and hyphen),
 * then looked at from each place where a word may begin. What is longer than a text of a command
 * may be is not read to its end.
 */
#include "ledger/bank_text.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

enum {
	SYMBOLS_MAX = LIMIT_TEXT_BYTES,
	NUMBER_DIGITS = 19, /* no more fit into 64 bits for certain */
	CODE_SYMBOLS = VOUCHER_CODE_BYTES - 1,
	HEX_DIGITS = 8, /* of the ledger's id in a reference */
	PAY = 0x5151,   /* 兑 */
};

struct symbols {
	size_t count;
	uint32_t at[SYMBOLS_MAX + 1]; /* Unicode; a 0 follows the last */
};

/* --- one form --- */

static bool is_blank(uint32_t c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xA0 || c == 0x3000 ||
	    (c >= 0x2000 && c <= 0x200B) || c == 0xFEFF;
}

static uint32_t one_form(uint32_t c) {
	bool is_plain = c > ' ' && c <= '_'; /* as most are */
	if (is_plain)
		return c;
	if (is_blank(c))
		return ' ';
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFF01 - '!';
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212)
		return '-';
	return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

static void read_symbols(const char *text, struct symbols *ret_symbols) {
	size_t bytes = strlen(text), count = 0;
	while (bytes > 0 && count < SYMBOLS_MAX) {
		uint32_t c = 0xFFFD;
		size_t length = text_utf8_char(text, bytes, &c);
		if (length == 0)
			length = 1;
		ret_symbols->at[count++] = one_form(c);
		text += length;
		bytes -= length;
	}
	ret_symbols->at[count] = 0;
	ret_symbols->count = count;
}

static bool is_digit(uint32_t c) {
	return c >= '0' && c <= '9';
}

static bool is_word(uint32_t c) {
	return is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool can_begin(const struct symbols *s, size_t place) {
	return place == 0 || !is_word(s->at[place - 1]);
}

static size_t skip_blanks(const struct symbols *s, size_t place) {
	while (s->at[place] == ' ')
		place++;
	return place;
}

/* Passes over blanks and then `c`. False: it is not there. */
static bool take(const struct symbols *s, size_t *place, uint32_t c) {
	size_t next = skip_blanks(s, *place);
	if (s->at[next] != c)
		return false;
	*place = next + 1;
	return true;
}

/* --- numbers --- */

/* Digits from `*place` on, into a number that may have begun already. False: none, a number that
 * begins with 0, or too large. */
static bool take_digits(const struct symbols *s, size_t *place, uint64_t *number) {
	size_t from = *place, end = from;
	uint64_t value = *number;
	if (value == 0 && s->at[from] == '0')
		return false;
	for (; is_digit(s->at[end]); end++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, s->at[end] - '0', &value))
			return false;
	if (end == from)
		return false;
	*place = end;
	*number = value;
	return true;
}

/* A number, and what it is when blanks within it are passed over: 0 when there are none. */
struct number {
	uint64_t plain;
	uint64_t broken;
	size_t plain_end;
	size_t broken_end;
};

static bool take_number(const struct symbols *s, size_t place, struct number *ret_number) {
	struct number number = { 0 };
	place = skip_blanks(s, place);
	if (!take_digits(s, &place, &number.plain))
		return false;
	number.plain_end = place;
	uint64_t broken = number.plain;
	for (size_t next = skip_blanks(s, place); next > place && is_digit(s->at[next]);
	     next = skip_blanks(s, place)) {
		place = next;
		if (!take_digits(s, &place, &broken))
			break;
		number.broken = broken;
		number.broken_end = place;
	}
	*ret_number = number;
	return true;
}

/* Nothing touches what ends here: a letter, a digit, or another part behind a hyphen. */
static bool can_end(const struct symbols *s, size_t place) {
	return !is_word(s->at[place]) && !(s->at[place] == '-' && is_word(s->at[place + 1]));
}

/* --- references --- */

static bool take_ledger(const struct symbols *s, size_t *place, struct uuid ledger_id) {
	static const char digits[] = "0123456789ABCDEF";
	size_t next = *place;
	if (!take(s, &next, 'V'))
		return false;
	for (unsigned i = 0; i < HEX_DIGITS; i++)
		if (!take(s, &next, (uint8_t)digits[ledger_id.high >> (60 - 4 * i) & 15]))
			return false;
	*place = next;
	return take(s, place, '-');
}

static void note_reference(
    struct bank_text *found, uint64_t settlement, uint64_t payment, uint64_t payment_broken) {
	if (found->settlement && (found->settlement != settlement || found->payment != payment))
		found->is_ambiguous = true;
	found->settlement = settlement;
	found->payment = (uint32_t)payment;
	if (payment_broken)
		found->payment_broken = (uint32_t)payment_broken;
}

/* Behind "V0190a1b2-60-". */
static void read_payment(
    const struct symbols *s, size_t place, uint64_t settlement, struct bank_text *found) {
	struct number number;
	if (!take_number(s, place, &number) || number.plain > UINT32_MAX)
		return;
	bool is_plain = can_end(s, number.plain_end);
	bool is_broken = number.broken && number.broken <= UINT32_MAX && can_end(s, number.broken_end);
	if (is_plain)
		note_reference(found, settlement, number.plain, is_broken ? number.broken : 0);
}

static void read_reference(
    const struct symbols *s, size_t place, struct uuid ledger_id, struct bank_text *found) {
	struct number number;
	if (!take_ledger(s, &place, ledger_id) || !take_number(s, place, &number))
		return;
	size_t end = number.broken ? number.broken_end : number.plain_end;
	uint64_t whole = number.broken ? number.broken : number.plain;
	size_t next = end;
	if (take(s, &next, '-') && is_digit(s->at[skip_blanks(s, next)])) {
		read_payment(s, next, whole, found);
	} else if (can_end(s, number.plain_end)) {
		note_reference(found, number.plain, 0, 0);
		found->is_ambiguous |= number.broken && can_end(s, number.broken_end);
	}
}

/* --- claims --- */

static bool begins_with(const struct symbols *s, size_t place, const uint32_t *word) {
	while (*word && s->at[place] == *word) {
		place++;
		word++;
	}
	return !*word;
}

/* What may stand between the word and the number: 申请, 单, 第, 编号, №, # … */
static bool is_filler(uint32_t c) {
	static const uint32_t fillers[] = { ' ', '#', ':', 0x2116, 0x7533, 0x8BF7, 0x5355, 0x7B2C,
		0x7F16, 0x53F7, 0 };
	for (const uint32_t *filler = fillers; *filler; filler++)
		if (*filler == c)
			return true;
	return false;
}

/* 号, or what is neither a letter nor an ideograph, nor goes on with another number: 兑付12月 and
 * 兑付12,000.00 name no claim. */
static bool can_end_claim(const struct symbols *s, size_t place) {
	uint32_t c = s->at[place];
	if (c == 0x53F7 || c == 0)
		return true;
	bool is_joint = c == '.' || c == ',' || c == '-' || c == '/' || c == ':';
	bool is_mark = c <= 0x7F || (c >= 0x3000 && c <= 0x303F);
	return is_mark && !is_word(c) && c != '%' && !(is_joint && is_digit(s->at[place + 1]));
}

static void note_claim(struct bank_text *found, uint64_t claim) {
	for (size_t i = 0; i < found->claim_count; i++)
		if (found->claims[i] == claim)
			return;
	if (found->claim_count == BANK_TEXT_NUMBERS)
		found->has_more = true;
	else
		found->claims[found->claim_count++] = claim;
}

static void read_claim(const struct symbols *s, size_t place, struct bank_text *found) {
	static const uint32_t latin[] = { 'C', 'L', 'A', 'I', 'M', 0 };
	static const uint32_t chinese[] = { PAY, 0x4ED8, 0 }; /* 兑付 */
	uint64_t claim = 0;
	if (begins_with(s, place, chinese))
		place += 2;
	else if (begins_with(s, place, latin))
		place += 5;
	else
		return;
	while (is_filler(s->at[place]))
		place++;
	if (take_digits(s, &place, &claim) && can_end_claim(s, place))
		note_claim(found, claim);
}

/* --- vouchers --- */

static void note_voucher(struct bank_text *found, const char *code) {
	for (size_t i = 0; i < found->voucher_count; i++)
		if (strcmp(found->voucher_codes[i], code) == 0)
			return;
	if (found->voucher_count == BANK_TEXT_NUMBERS)
		found->has_more = true;
	else
		memcpy(found->voucher_codes[found->voucher_count++], code, VOUCHER_CODE_BYTES);
}

/* Its symbols, hyphens and blanks between them passed over. */
static void read_voucher(const struct symbols *s, size_t place, struct bank_text *found) {
	char written[VOUCHER_CODE_BYTES], code[VOUCHER_CODE_BYTES];
	size_t count = 0;
	for (; count < CODE_SYMBOLS; place++) {
		uint32_t c = s->at[place];
		if (c == 0 || c > 0x7F)
			return;
		if (c != '-' && c != ' ')
			written[count++] = (char)c;
	}
	written[count] = '\0';
	if (!is_word(s->at[place]) && voucher_code_parse(written, code) == ERR_OK)
		note_voucher(found, code);
}

/* --- a line --- */

static void read_field(const char *text, struct uuid ledger_id, struct bank_text *found) {
	struct symbols s;
	read_symbols(text, &s);
	for (size_t place = 0; place < s.count; place++) {
		bool is_begun = is_word(s.at[place]) && can_begin(&s, place);
		if (is_begun || s.at[place] == PAY)
			read_claim(&s, place, found);
		if (!is_begun)
			continue;
		read_reference(&s, place, ledger_id, found);
		read_voucher(&s, place, found);
	}
}

struct bank_text bank_text_read(struct uuid ledger_id, const Pb__StatementLine *line) {
	struct bank_text found = { 0 };
	read_field(line->reference, ledger_id, &found);
	if (!found.settlement && found.claim_count == 0) /* a code may be there by chance */
		read_field(line->text, ledger_id, &found);
	return found;
}
