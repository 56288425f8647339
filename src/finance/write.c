/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/write.h"

#include "base/check.h"

#include <string.h>

void write_amount(struct buffer *out, int64_t amount, uint32_t digits) {
	char text[24]; /* 19 digits, sign, point */
	char *at = text + sizeof(text);
	uint64_t rest = amount < 0 ? -(uint64_t)amount : (uint64_t)amount;
	check(digits <= 6);
	for (uint32_t i = 0; i < digits; i++, rest /= 10)
		*--at = (char)('0' + rest % 10);
	if (digits > 0)
		*--at = '.';
	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (amount < 0)
		*--at = '-';
	buffer_append(out, at, (size_t)(text + sizeof(text) - at));
}

static bool is_control(char c) {
	return (unsigned char)c < ' ' || c == 0x7f;
}

void write_quoted(struct buffer *out, const char *text) {
	buffer_append_char(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			buffer_append(out, (char[]){ '\\', *text }, 2);
		else if (*text == '\n')
			buffer_append_text(out, "\\n");
		else if (*text == '\t')
			buffer_append_text(out, "\\t");
		else
			buffer_append_char(out, is_control(*text) ? ' ' : *text);
	}
	buffer_append_char(out, '"');
}

void write_tag(struct buffer *out, const char *text) {
	static const char digits[] = "0123456789ABCDEF";
	const char *begin = text;
	for (; *text; text++) {
		bool is_border = *text == ' ' && (text == begin || text[1] == '\0');
		unsigned char c = (unsigned char)*text;
		if (is_control(*text) || is_border || strchr("%,;[]\"", *text))
			buffer_append(out, (char[]){ '%', digits[c >> 4], digits[c & 15] }, 3);
		else
			buffer_append_char(out, *text);
	}
}

/* What begins a formula: = + - @, a tab or a line's end, and the wide forms of the first four. */
static bool is_formula(const char *text) {
	static const char *const wide[] = { "＝", "＋", "－", "＠" };
	if (*text && strchr("=+-@\t\r\n", *text))
		return true;
	bool may_be_wide = *text == wide[0][0]; /* as most texts are not */
	for (size_t i = 0; may_be_wide && i < sizeof(wide) / sizeof(wide[0]); i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return true;
	return false;
}

/* How much of it needs no quotes; cells are short, and there are many of them. */
static size_t plain_bytes(const char *text) {
	static const bool is_special[256] = {
		['\0'] = true, ['"'] = true, [','] = true, ['\r'] = true, ['\n'] = true
	};
	size_t bytes = 0;
	while (!is_special[(unsigned char)text[bytes]])
		bytes++;
	return bytes;
}

void write_csv(struct buffer *out, const char *text, bool is_for_people) {
	bool is_escaped = is_for_people && is_formula(text);
	size_t bytes = plain_bytes(text);
	if (!is_escaped && !text[bytes]) {
		buffer_append(out, text, bytes);
		return;
	}
	buffer_append_char(out, '"');
	if (is_escaped)
		buffer_append_char(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			buffer_append_char(out, '"');
		buffer_append_char(out, *text);
	}
	buffer_append_char(out, '"');
}
