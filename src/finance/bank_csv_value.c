/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "finance/bank_csv_internal.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_blank(char c) {
	return c == ' ' || c == '\t';
}

/* Blanks of every width go from both ends. */
static char *trim(char *text) {
	if (text[strcspn(text, "\xE3\xEF")]) /* with which full-width characters begin */
		text_normalise(text);
	size_t bytes = strlen(text);
	for (;;) {
		if (bytes > 0 && is_blank(*text))
			text++, bytes--;
		else if (bytes > 1 && memcmp(text, "\xC2\xA0", 2) == 0) /* a blank that does not break */
			text += 2, bytes -= 2;
		else
			break;
	}
	while (bytes > 0 && is_blank(text[bytes - 1]))
		bytes--;
	text[bytes] = '\0';
	return text;
}

char *bank_csv_clean(char *text) {
	static const char *const nothing[] = { "-", "--", "/" };
	text = trim(text);
	size_t bytes = strlen(text);
	if (bytes > 2 && text[0] == '=' && text[1] == '"' && text[bytes - 1] == '"') {
		text[bytes - 1] = '\0';
		text += 2;
	} else if (text[0] == '\'') {
		text++;
	}
	for (size_t i = 0; i < COUNT(nothing); i++)
		if (strcmp(text, nothing[i]) == 0)
			return text + strlen(text);
	return text;
}

void bank_csv_remove_blanks(char *text) {
	char *out = text;
	for (; *text; text++)
		if (*text != ' ')
			*out++ = *text;
	*out = '\0';
}

enum err bank_csv_parse_amount(const char *text, int64_t *ret_amount) {
	static const char *const signs[] = { "￥", "¥", "+" };
	for (size_t i = 0; i < COUNT(signs); i++)
		if (strncmp(text, signs[i], strlen(signs[i])) == 0) {
			text += strlen(signs[i]);
			return *text == '-' ? ERR_SYNTAX : text_parse_money(text, ret_amount);
		}
	return text_parse_money(text, ret_amount);
}

/* --- dates --- */

/* `digits` at most; how many there are. */
static unsigned read_number(const char **text, unsigned digits, unsigned *ret_number) {
	unsigned count = 0;
	*ret_number = 0;
	for (; count < digits && **text >= '0' && **text <= '9'; count++)
		*ret_number = *ret_number * 10 + (unsigned)(*(*text)++ - '0');
	return count;
}

/* What stands between year and month, month and day, and after the day. */
static bool skip(const char **text, const char *mark) {
	size_t bytes = strlen(mark);
	if (strncmp(*text, mark, bytes) != 0)
		return false;
	*text += bytes;
	return true;
}

static bool is_time(const char *text) {
	return text[strspn(text, "0123456789:.")] == '\0';
}

enum err bank_csv_parse_date(
    const char *text, char ret_date[DATE_TEXT_BYTES], const char **ret_time) {
	static const char *const marks[][3] = { { "-", "-", "" }, { "/", "/", "" }, { ".", ".", "" },
		{ "年", "月", "日" }, { "", "", "" } };
	unsigned year, month, day;
	char date[40];
	int32_t number;
	size_t form = 0;
	if (read_number(&text, 4, &year) != 4)
		return ERR_SYNTAX;
	while (!skip(&text, marks[form][0]))
		form++; /* the last is always there */
	unsigned digits = read_number(&text, 2, &month);
	bool is_good = digits > 0 && skip(&text, marks[form][1]);
	digits += read_number(&text, 2, &day);
	is_good = is_good && digits >= 2 && (form + 1 < COUNT(marks) || digits == 4) &&
	    skip(&text, marks[form][2]);
	if (is_good && *text) {
		is_good = skip(&text, " ") || skip(&text, "T") || marks[form][2][0];
		text += strspn(text, " ");
	}
	snprintf(date, sizeof(date), "%04u-%02u-%02u", year, month, day);
	if (!is_good || !is_time(text) || date_parse(date, &number) != ERR_OK)
		return ERR_SYNTAX;
	memcpy(ret_date, date, DATE_TEXT_BYTES);
	*ret_time = text;
	return ERR_OK;
}

/* --- others --- */

const char *bank_csv_currency(const char *text) {
	static const char *const known[][2] = {
		{ "人民币", "CNY" },
		{ "人民币元", "CNY" },
		{ "RMB", "CNY" },
		{ "001", "CNY" }, /* of banks' own systems */
		{ "01", "CNY" },
		{ "156", "CNY" }, /* ISO 4217, as a number */
		{ "CNY", "CNY" },
		{ "美元", "USD" },
		{ "USD", "USD" },
		{ "港币", "HKD" },
		{ "港元", "HKD" },
		{ "HKD", "HKD" },
		{ "欧元", "EUR" },
		{ "EUR", "EUR" },
		{ "日元", "JPY" },
		{ "JPY", "JPY" },
		{ "英镑", "GBP" },
		{ "GBP", "GBP" },
	};
	for (size_t i = 0; i < COUNT(known); i++)
		if (bank_words_are_equal(known[i][0], text))
			return known[i][1];
	return NULL;
}

bool bank_csv_is_shortened(const char *text) {
	size_t whole = strspn(text, "0123456789"), rest = whole;
	if (whole == 0 || whole > 2)
		return false;
	if (text[rest] == '.')
		rest += 1 + strspn(text + rest + 1, "0123456789");
	return (text[rest] == 'E' || text[rest] == 'e') && text[rest + 1] == '+' &&
	    text[rest + 2] != '\0' && !text[rest + 2 + strspn(text + rest + 2, "0123456789")];
}
