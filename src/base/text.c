/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

/* --- numbers --- */

enum err text_parse_u64(const char *text, size_t bytes, uint64_t *ret_value) {
	uint64_t value = 0;
	bool is_over = false;
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] < '0' || text[i] > '9')
			return ERR_SYNTAX;
		is_over |= __builtin_mul_overflow(value, 10, &value);
		is_over |= __builtin_add_overflow(value, (uint64_t)(text[i] - '0'), &value);
	}
	if (!bytes)
		return ERR_SYNTAX;
	if (is_over)
		return ERR_RANGE;
	*ret_value = value;
	return ERR_OK;
}

enum err text_parse_i64(const char *text, size_t bytes, int64_t *ret_value) {
	bool is_negative = bytes && text[0] == '-';
	uint64_t magnitude;
	enum err err = text_parse_u64(text + is_negative, bytes - is_negative, &magnitude);
	if (err)
		return err;
	if (magnitude > (uint64_t)INT64_MAX + is_negative)
		return ERR_RANGE;
	*ret_value = (int64_t)(is_negative ? -magnitude : magnitude);
	return ERR_OK;
}

/* --- UTF-8 --- */

size_t text_utf8_char(const char *text, size_t bytes, uint32_t *ret_char) {
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	if (!bytes)
		return 0;
	uint8_t first = (uint8_t)text[0];
	if (first < 0x80) {
		*ret_char = first;
		return 1;
	}
	size_t length = first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (!length || length > bytes || first > 0xf4)
		return 0;
	uint32_t value = first & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if (((uint8_t)text[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | ((uint8_t)text[i] & 0x3f);
	}
	if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*ret_char = value;
	return length;
}

static bool is_control(uint32_t c) {
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* How many bytes at the beginning are ASCII, counted in eights. */
static size_t ascii_bytes(const char *text, size_t bytes) {
	size_t at = 0;
	for (uint64_t eight; bytes - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, text + at, sizeof(eight));
		if (eight & 0x8080808080808080)
			break;
	}
	return at;
}

bool text_is_utf8(const char *text, size_t bytes) {
	uint32_t c;
	for (size_t at = ascii_bytes(text, bytes), length; at < bytes; at += length) {
		length = (uint8_t)text[at] < 0x80 ? 1 : text_utf8_char(text + at, bytes - at, &c);
		if (!length)
			return false;
	}
	return true;
}

bool text_is_clean_utf8(const char *text, size_t bytes) {
	for (size_t at = 0, length; at < bytes; at += length) {
		uint32_t c = (uint8_t)text[at];
		length = c < 0x80 ? 1 : text_utf8_char(text + at, bytes - at, &c);
		if (!length || is_control(c))
			return false;
	}
	return true;
}

const char *text_show(char *room, size_t room_bytes, const char *text) {
	size_t bytes = strlen(text), at = 0, used = 0;
	while (at < bytes) {
		uint32_t c = 0;
		size_t length = text_utf8_char(text + at, bytes - at, &c);
		bool is_shown = length && !is_control(c);
		size_t size = is_shown ? length : 1;
		if (size > room_bytes - 1 - used)
			break;
		if (is_shown)
			memcpy(room + used, text + at, size);
		else
			room[used] = '?';
		used += size;
		at += length ? length : 1;
	}
	room[used] = '\0';
	return room;
}

/* --- hexadecimal --- */

void text_hex(const void *data, size_t bytes, char *ret_text) {
	static const char digits[] = "0123456789abcdef";
	const uint8_t *in = data;
	for (size_t i = 0; i < bytes; i++) {
		ret_text[2 * i] = digits[in[i] >> 4];
		ret_text[2 * i + 1] = digits[in[i] & 15];
	}
	ret_text[2 * bytes] = '\0';
}

int text_hex_digit(char c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum err text_parse_hex(const char *text, void *ret_data, size_t bytes) {
	if (strlen(text) / 2 != bytes || strlen(text) % 2)
		return ERR_SYNTAX;
	for (size_t i = 0; i < 2 * bytes; i++) {
		if (text_hex_digit(text[i]) < 0)
			return ERR_SYNTAX;
	}
	uint8_t *out = ret_data;
	for (size_t i = 0; i < bytes; i++)
		out[i] = (uint8_t)(text_hex_digit(text[2 * i]) << 4 | text_hex_digit(text[2 * i + 1]));
	return ERR_OK;
}

/* --- money --- */

void text_money(int64_t amount, char ret_text[TEXT_MONEY_BYTES]) {
	char reversed[TEXT_MONEY_BYTES];
	uint64_t rest = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
	size_t count = 0;
	for (int digit = 0; digit < 3 || rest; digit++) {
		if (digit == 2)
			reversed[count++] = '.';
		else if (digit > 2 && (digit - 2) % 3 == 0)
			reversed[count++] = ',';
		reversed[count++] = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (amount < 0)
		reversed[count++] = '-';
	for (size_t i = 0; i < count; i++)
		ret_text[i] = reversed[count - 1 - i];
	ret_text[count] = '\0';
}

/* Reads "1234567" or "1,234,567" as far as it goes; moves *text behind it. */
static enum err parse_whole(const char **text, uint64_t *ret_value) {
	char digits[TEXT_MONEY_BYTES];
	size_t count = 0, since_comma = 0;
	bool has_comma = false;
	for (;; (*text)++) {
		char c = **text;
		if (c == ',') {
			if (has_comma ? since_comma != 3 : since_comma < 1 || since_comma > 3)
				return ERR_SYNTAX;
			has_comma = true;
			since_comma = 0;
		} else if (c >= '0' && c <= '9') {
			if (count == sizeof(digits))
				return ERR_RANGE;
			digits[count++] = c;
			since_comma++;
		} else {
			break;
		}
	}
	if (has_comma && since_comma != 3)
		return ERR_SYNTAX;
	return text_parse_u64(digits, count, ret_value);
}

enum err text_parse_money(const char *text, int64_t *ret_amount) {
	bool is_negative = *text == '-';
	text += is_negative;
	uint64_t amount, cents = 0;
	enum err err = parse_whole(&text, &amount);
	if (err)
		return err;
	if (*text == '.') {
		size_t places = strlen(++text);
		if (places > 2 || text_parse_u64(text, places, &cents))
			return ERR_SYNTAX;
		cents *= places == 1 ? 10 : 1;
		text += places;
	}
	if (*text)
		return ERR_SYNTAX;
	if (__builtin_mul_overflow(amount, 100, &amount) ||
	    __builtin_add_overflow(amount, cents, &amount) ||
	    amount > (uint64_t)INT64_MAX + is_negative)
		return ERR_RANGE;
	*ret_amount = (int64_t)(is_negative ? -amount : amount);
	return ERR_OK;
}

/* --- what people type --- */

void text_normalise(char *text) {
	size_t bytes = strlen(text), out = 0;
	for (size_t at = 0, length; at < bytes; at += length) {
		uint32_t c = 0;
		length = text_utf8_char(text + at, bytes - at, &c);
		if (c >= 0xff01 && c <= 0xff5e) {
			text[out++] = (char)(c - 0xff01 + '!');
		} else if (c == 0x3000) {
			text[out++] = ' ';
		} else {
			length += !length; /* a byte that is not UTF-8 stays, to be refused by others */
			memmove(text + out, text + at, length);
			out += length;
		}
	}
	while (out && text[out - 1] == ' ')
		out--;
	text[out] = '\0';
	size_t spaces = strspn(text, " ");
	memmove(text, text + spaces, out - spaces + 1);
}
