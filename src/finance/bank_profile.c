/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inih splits lines; what a line may say stands in tables. A list may go on in a second line of the
 * same name; anything else given twice is a mistake.
 */
#include "finance/bank_profile.h"

#include "base/text.h"
#include "finance/payment_csv.h"

#include <ini.h>
#include <string.h>

#define COUNT(array)    (sizeof(array) / sizeof((array)[0]))
#define NAME_BYTES      16
#define LINES_STANDARD  50
#define ENTRIES_MAX     64
#define SHOWN_BYTES     60
#define WORDS_SEPARATOR "|"

struct reading {
	struct arena *arena;
	struct bank_profile profile;
	struct file_mistake mistake;
	const char *at, *end; /* what is still to be read */
	uint64_t line;
	bool is_given[ENTRIES_MAX]; /* by the setting's place in its table */
	bool has_failed, is_exhausted;
};

#define FAIL(reading, ...)                                                                         \
	do {                                                                                           \
		(reading)->has_failed = true;                                                              \
		(reading)->mistake.line = (reading)->line;                                                 \
		mistake_say(&(reading)->mistake, __VA_ARGS__);                                             \
	} while (0)

/* --- words --- */

/* The next character in its plain form, and blanks as ' '; 0: there is none. */
static uint32_t next_char(const char **text) {
	uint32_t c = 0;
	size_t length = text_utf8_char(*text, strlen(*text), &c);
	*text += length;
	if (length == 0)
		return 0;
	if (c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0xFEFF)
		return ' ';
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFF01 - '!';
	return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
}

/* The next that counts: neither a blank nor a colon at the end. */
static uint32_t next_plain(const char **text) {
	uint32_t c, after;
	do
		c = next_char(text);
	while (c == ' ');
	if (c != ':')
		return c;
	const char *rest = *text;
	do
		after = next_char(&rest);
	while (after == ' ' || after == ':');
	return after ? c : 0;
}

bool bank_words_are_equal(const char *one, const char *other) {
	uint32_t a, b;
	do {
		a = next_plain(&one);
		b = next_plain(&other);
	} while (a == b && a != 0);
	return a == b;
}

/* --- settings --- */

enum kind { KIND_TEXT, KIND_WORDS, KIND_CHOICE, KIND_LINES, KIND_FIELD };

struct choice {
	const char *word;
	int value;
};
static const struct choice encodings[] = {
	{ "auto", BANK_ENCODING_AUTO },
	{ "utf-8", BANK_ENCODING_UTF8 },
	{ "utf-8-bom", BANK_ENCODING_UTF8_BOM },
	{ "gb18030", BANK_ENCODING_GB18030 },
	{ "gbk", BANK_ENCODING_GBK },
	{ NULL, 0 },
};
static const struct choice orders[] = {
	{ "any", BANK_ORDER_ANY },
	{ "oldest-first", BANK_ORDER_OLDEST_FIRST },
	{ "newest-first", BANK_ORDER_NEWEST_FIRST },
	{ NULL, 0 },
};
static const struct choice separators[] = {
	{ "comma", ',' },
	{ "tab", '\t' },
	{ "semicolon", ';' },
	{ "pipe", '|' },
	{ NULL, 0 },
};
static const struct choice switches[] = { { "yes", 1 }, { "no", 0 }, { NULL, 0 } };
static const struct choice line_ends[] = { { "crlf", 0 }, { "lf", 1 }, { NULL, 0 } };

static const struct setting {
	const char *section, *name;
	enum kind kind;
	size_t offset;
	const struct choice *choices;
	size_t bytes; /* of a choice's member */
} settings[] = {
#define AT(member) offsetof(struct bank_profile, member)
#define TEXT(section, name, member)                                                                \
	{ section, name, KIND_TEXT, AT(member), NULL, 0 }
#define WORDS(section, name, member)                                                               \
	{ section, name, KIND_WORDS, AT(member), NULL, 0 }
#define CHOICE(section, name, member, choices)                                                     \
	{ section, name, KIND_CHOICE, AT(member), choices, sizeof(((struct bank_profile *)0)->member) }
	TEXT("profile", "name", name),
	TEXT("profile", "title", title),
	TEXT("profile", "currency", currency),
	CHOICE("profile", "encoding", encoding, encodings),
	CHOICE("profile", "separator", separator, separators),
	CHOICE("profile", "order", order, orders),
	{ "profile", "header_within", KIND_LINES, AT(lines_max), NULL, 0 },
	WORDS("columns", "account", columns[BANK_COLUMN_ACCOUNT]),
	WORDS("columns", "currency", columns[BANK_COLUMN_CURRENCY]),
	WORDS("columns", "booking_date", columns[BANK_COLUMN_BOOKING_DATE]),
	WORDS("columns", "time", columns[BANK_COLUMN_TIME]),
	WORDS("columns", "value_date", columns[BANK_COLUMN_VALUE_DATE]),
	WORDS("columns", "debit", columns[BANK_COLUMN_DEBIT]),
	WORDS("columns", "credit", columns[BANK_COLUMN_CREDIT]),
	WORDS("columns", "amount", columns[BANK_COLUMN_AMOUNT]),
	WORDS("columns", "direction", columns[BANK_COLUMN_DIRECTION]),
	WORDS("columns", "balance", columns[BANK_COLUMN_BALANCE]),
	WORDS("columns", "serial", columns[BANK_COLUMN_SERIAL]),
	WORDS("columns", "reference", columns[BANK_COLUMN_REFERENCE]),
	WORDS("columns", "bank_reference", columns[BANK_COLUMN_BANK_REFERENCE]),
	WORDS("columns", "other_account", columns[BANK_COLUMN_OTHER_ACCOUNT]),
	WORDS("columns", "other_name", columns[BANK_COLUMN_OTHER_NAME]),
	WORDS("columns", "payer_account", columns[BANK_COLUMN_PAYER_ACCOUNT]),
	WORDS("columns", "payer_name", columns[BANK_COLUMN_PAYER_NAME]),
	WORDS("columns", "payee_account", columns[BANK_COLUMN_PAYEE_ACCOUNT]),
	WORDS("columns", "payee_name", columns[BANK_COLUMN_PAYEE_NAME]),
	WORDS("columns", "text", columns[BANK_COLUMN_TEXT]),
	WORDS("direction", "in", in),
	WORDS("direction", "out", out),
	WORDS("labels", "account", labels[BANK_LABEL_ACCOUNT]),
	WORDS("labels", "currency", labels[BANK_LABEL_CURRENCY]),
	WORDS("labels", "number", labels[BANK_LABEL_NUMBER]),
	WORDS("labels", "opening_balance", labels[BANK_LABEL_OPENING_BALANCE]),
	WORDS("labels", "closing_balance", labels[BANK_LABEL_CLOSING_BALANCE]),
	WORDS("labels", "lines", labels[BANK_LABEL_LINES]),
	WORDS("labels", "debit_lines", labels[BANK_LABEL_DEBIT_LINES]),
	WORDS("labels", "credit_lines", labels[BANK_LABEL_CREDIT_LINES]),
	WORDS("labels", "debit_sum", labels[BANK_LABEL_DEBIT_SUM]),
	WORDS("labels", "credit_sum", labels[BANK_LABEL_CREDIT_SUM]),
	WORDS("trailer", "begins", trailer),
	CHOICE("payment", "encoding", payment.encoding, encodings),
	CHOICE("payment", "separator", payment.separator, separators),
	CHOICE("payment", "header", payment.has_header, switches),
	CHOICE("payment", "line_end", payment.has_unix_lines, line_ends),
	{ "payment", "column", KIND_FIELD, 0, NULL, 0 },
#undef AT
#undef TEXT
#undef WORDS
#undef CHOICE
};
_Static_assert(COUNT(settings) <= ENTRIES_MAX, "is_given is too small");

/* --- values --- */

/* Without blanks at both ends. NULL: no memory. */
static char *copy_trimmed(struct reading *r, const char *text, size_t bytes) {
	while (bytes > 0 && (*text == ' ' || *text == '\t'))
		text++, bytes--;
	while (bytes > 0 && (text[bytes - 1] == ' ' || text[bytes - 1] == '\t'))
		bytes--;
	char *copy = arena_string(r->arena, text, bytes);
	r->is_exhausted = r->is_exhausted || !copy;
	return copy;
}

static void take_words(struct reading *r, struct bank_words *words, const char *text) {
	while (!r->has_failed && !r->is_exhausted) {
		size_t bytes = strcspn(text, WORDS_SEPARATOR);
		const char *word = copy_trimmed(r, text, bytes);
		if (word && !word[0])
			FAIL(r, "a word is empty between \"|\"", "“|”之间有空的词");
		else if (words->count == BANK_PROFILE_WORDS_MAX)
			FAIL(r, "more than %d words", "超过 %d 个词", BANK_PROFILE_WORDS_MAX);
		else
			words->words[words->count++] = word;
		if (!text[bytes])
			return;
		text += bytes + 1;
	}
}

static void take_choice(struct reading *r, const struct setting *setting, const char *text) {
	char shown[SHOWN_BYTES];
	void *member = (char *)&r->profile + setting->offset;
	const struct choice *choice = setting->choices;
	while (choice->word && strcmp(choice->word, text) != 0)
		choice++;
	if (!choice->word)
		FAIL(r, "%s cannot be \"%s\"", "%s 不能是“%s”", setting->name,
		    text_show(shown, sizeof(shown), text));
	else if (setting->bytes == sizeof(char))
		*(char *)member = (char)choice->value;
	else
		*(int *)member = choice->value;
}
_Static_assert(
    sizeof(enum bank_encoding) == sizeof(int) && sizeof(bool) == sizeof(char), "members");

static void take_lines(struct reading *r, const char *text) {
	uint64_t lines;
	if (text_parse_u64(text, strlen(text), &lines) == ERR_OK && lines > 0 &&
	    lines <= BANK_PROFILE_LINES_MAX)
		r->profile.lines_max = lines;
	else
		FAIL(r, "header_within must be a number from 1 to %d", "header_within 应为 1 至 %d 的整数",
		    BANK_PROFILE_LINES_MAX);
}

/* HEADER | CONTENT */
static void take_field(struct reading *r, const char *text) {
	struct bank_payment_form *form = &r->profile.payment;
	char shown[SHOWN_BYTES];
	size_t bytes = strcspn(text, WORDS_SEPARATOR);
	if (!text[bytes]) {
		FAIL(r, "a column of a payment file is: column = HEADER | CONTENT",
		    "付款文件的列应写作：column = 列名 | 内容");
		return;
	}
	if (form->count == BANK_PROFILE_FIELDS_MAX) {
		FAIL(r, "more than %d columns", "超过 %d 列", BANK_PROFILE_FIELDS_MAX);
		return;
	}
	struct bank_field *field = &form->fields[form->count];
	field->header = copy_trimmed(r, text, bytes);
	field->content = copy_trimmed(r, text + bytes + 1, strlen(text + bytes + 1));
	const char *bad = field->content ? payment_csv_check_content(field->content) : NULL;
	if (bad)
		FAIL(r, "\"%s\" does not begin with a placeholder that there is", "“%s”处的占位符不存在",
		    text_show(shown, sizeof(shown), bad));
	form->count++;
	form->is_there = true;
}

static void take_text(struct reading *r, const struct setting *setting, const char *text) {
	const char **member = (const char **)(void *)((char *)&r->profile + setting->offset);
	*member = copy_trimmed(r, text, strlen(text));
}

static void take(struct reading *r, const struct setting *setting, const char *text) {
	bool *is_given = &r->is_given[setting - settings];
	void *member = (char *)&r->profile + setting->offset;
	bool is_list = setting->kind == KIND_WORDS || setting->kind == KIND_FIELD;
	if (*is_given && !is_list) {
		FAIL(r, "%s is given twice", "%s 重复给出", setting->name);
		return;
	}
	*is_given = true;
	switch (setting->kind) {
	case KIND_TEXT: take_text(r, setting, text); break;
	case KIND_WORDS: take_words(r, member, text); break;
	case KIND_CHOICE: take_choice(r, setting, text); break;
	case KIND_LINES: take_lines(r, text); break;
	case KIND_FIELD: take_field(r, text); break;
	}
}

static int on_setting(void *user, const char *section, const char *name, const char *text) {
	struct reading *r = user;
	char shown[SHOWN_BYTES], shown_name[SHOWN_BYTES];
	for (size_t i = 0; i < COUNT(settings); i++) {
		if (strcmp(settings[i].section, section) != 0 || strcmp(settings[i].name, name) != 0)
			continue;
		take(r, &settings[i], text);
		return !r->has_failed && !r->is_exhausted;
	}
	FAIL(r, "there is no setting \"%s\" in [%s]", "没有“%s”这一项（[%s]）",
	    text_show(shown_name, sizeof(shown_name), name), text_show(shown, sizeof(shown), section));
	return 0;
}

/* --- lines --- */

/* Counts lines, and refuses those that inih would cut silently. */
static char *next_line(char *room, int bytes, void *user) {
	struct reading *r = user;
	if (r->has_failed || r->is_exhausted || r->at == r->end)
		return NULL;
	const char *feed = memchr(r->at, '\n', (size_t)(r->end - r->at));
	size_t length = (size_t)((feed ? feed + 1 : r->end) - r->at);
	r->line++;
	if (length >= (size_t)bytes) {
		FAIL(r, "the line is too long (%d bytes is the most)", "该行过长（至多 %d 字节）",
		    BANK_PROFILE_LINE_BYTES - 1);
		return NULL;
	}
	memcpy(room, r->at, length);
	room[length] = '\0';
	r->at += length;
	const char *start = room + strspn(room, " \t");
	if (*start == '[' && !strchr(start, ']')) { /* inih would go on in the section before */
		FAIL(r, "the section's name does not end in \"]\"", "节名没有以“]”结尾");
		return NULL;
	}
	return room;
}

/* --- the whole --- */

static bool is_name(const char *name) {
	size_t bytes = strlen(name);
	return bytes > 0 && bytes <= NAME_BYTES &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == bytes;
}

static bool is_currency(const char *text) {
	return !text[0] || (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3 && !text[3]);
}

static bool has(const struct reading *r, enum bank_column column) {
	return r->profile.columns[column].count > 0;
}

static void check_whole(struct reading *r) {
	const struct bank_profile *profile = &r->profile;
	r->line = 0;
	if (!is_name(profile->name))
		FAIL(r, "[profile] name must be 1 to %d of a–z, 0–9 and -",
		    "[profile] name 应为 1 至 %d 个字符（a–z、0–9、-）", NAME_BYTES);
	else if (!is_currency(profile->currency))
		FAIL(r, "[profile] currency must be a code of ISO 4217",
		    "[profile] currency 应为 ISO 4217 代码");
	else if (!has(r, BANK_COLUMN_BOOKING_DATE))
		FAIL(r, "[columns] lacks booking_date", "[columns] 缺少 booking_date");
	else if (has(r, BANK_COLUMN_DEBIT) != has(r, BANK_COLUMN_CREDIT))
		FAIL(r, "[columns] has one of debit and credit: both, or neither",
		    "[columns] 的 debit 与 credit 须同时给出");
	else if (!has(r, BANK_COLUMN_DEBIT) && !has(r, BANK_COLUMN_AMOUNT))
		FAIL(r, "[columns] lacks amount, or debit and credit",
		    "[columns] 缺少 amount，或 debit 与 credit");
	else if (has(r, BANK_COLUMN_DIRECTION) && (!profile->in.count || !profile->out.count))
		FAIL(r, "[direction] lacks the words of in or out", "[direction] 缺少 in 或 out 的词");
}

static void begin(struct reading *r) {
	r->profile.name = r->profile.title = r->profile.currency = "";
	r->profile.separator = r->profile.payment.separator = ',';
	r->profile.lines_max = LINES_STANDARD;
	r->profile.payment.encoding = BANK_ENCODING_GB18030;
	r->profile.payment.has_header = true;
}

static void parse(struct reading *r) {
	ini_allow_multiline = false;
	ini_stop_on_first_error = true;
	ini_use_stack = false;
	ini_initial_alloc = ini_max_line = BANK_PROFILE_LINE_BYTES;
	int line = ini_parse_stream(next_line, r, on_setting, r);
	if (line == -2)
		r->is_exhausted = true;
	else if (!r->has_failed && line != 0)
		FAIL(r, "neither [section], name = value, nor a comment", "既非 [节]、名 = 值，也非注释");
	if (!r->has_failed && !r->is_exhausted)
		check_whole(r);
}

enum err bank_profile_parse(const char *text, size_t bytes, struct arena *arena,
    struct bank_profile *ret_profile, struct file_mistake *ret_mistake) {
	struct reading r = { .arena = arena, .at = text, .end = text + bytes };
	begin(&r);
	if (bytes > BANK_PROFILE_BYTES_MAX)
		FAIL(&r, "the profile has more than %d bytes", "配置超过 %d 字节", BANK_PROFILE_BYTES_MAX);
	else if (!text_is_utf8(text, bytes) || memchr(text, '\0', bytes))
		FAIL(&r, "the profile is not UTF-8", "配置不是 UTF-8");
	else
		parse(&r);
	if (r.is_exhausted)
		return ERR_MEMORY;
	if (r.has_failed) {
		*ret_mistake = r.mistake;
		return ERR_SYNTAX;
	}
	*ret_profile = r.profile;
	return ERR_OK;
}
