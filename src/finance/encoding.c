/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/encoding.h"

#include "base/text.h"

#include <errno.h>
#include <iconv.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BOM       "\xEF\xBB\xBF"
#define BOM_BYTES 3

struct place {
	uint64_t line, column;
};

/* Where the first character after this text stands. */
static struct place place_after(const char *text, size_t bytes) {
	struct place place = { 1, 1 };
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] == '\n')
			place = (struct place){ place.line + 1, 1 };
		else if ((text[i] & 0xC0) != 0x80)
			place.column++;
	}
	return place;
}

/* --- decoding --- */

static size_t count_utf8(const char *text, size_t bytes) {
	size_t at = 0, length = 1;
	uint32_t c;
	while (at < bytes && length > 0) {
		while (at < bytes && (unsigned char)text[at] < 0x80)
			at++;
		length = at < bytes ? text_utf8_char(text + at, bytes - at, &c) : 0;
		at += length;
	}
	return at;
}

static enum err decode_utf8(const char *data, size_t bytes, struct arena *arena,
    struct encoding_text *ret_text, struct place *ret_place) {
	size_t good = count_utf8(data, bytes);
	if (good < bytes) {
		*ret_place = place_after(data, good);
		return ERR_SYNTAX;
	}
	char *text = arena_string(arena, data, bytes);
	if (!text)
		return ERR_MEMORY;
	*ret_text = (struct encoding_text){ text, bytes };
	return ERR_OK;
}

/* Of GB18030, two bytes become three at most, four become four, one stays one. */
static enum err decode_gb18030(const char *data, size_t bytes, struct arena *arena,
    struct encoding_text *ret_text, struct place *ret_place) {
	size_t room = bytes + bytes / 2 + 1, left = bytes, space = room - 1;
	iconv_t converter = iconv_open("UTF-8", "GB18030");
	if (converter == (iconv_t)-1) {
		*ret_place = (struct place){ 0, 0 };
		return ERR_SYNTAX;
	}
	char *text = arena_alloc(arena, room), *out = text, *in = (char *)(uintptr_t)data;
	bool is_good = text && iconv(converter, &in, &left, &out, &space) != (size_t)-1 && left == 0;
	iconv_close(converter);
	if (!text)
		return ERR_MEMORY;
	if (!is_good) {
		*ret_place = place_after(text, (size_t)(out - text));
		return ERR_SYNTAX;
	}
	*out = '\0';
	*ret_text = (struct encoding_text){ text, (size_t)(out - text) };
	return ERR_OK;
}

static enum err refuse(struct file_mistake *mistake, struct place place) {
	mistake->line = place.line;
	mistake->column = place.column;
	return ERR_SYNTAX;
}

static enum err decode_auto(const char *data, size_t bytes, struct arena *arena,
    struct encoding_text *ret_text, struct file_mistake *ret_mistake) {
	struct place utf8, gb18030;
	enum err err = decode_utf8(data, bytes, arena, ret_text, &utf8);
	if (err == ERR_SYNTAX)
		err = decode_gb18030(data, bytes, arena, ret_text, &gb18030);
	if (err != ERR_SYNTAX)
		return err;
	mistake_say(ret_mistake,
	    "neither UTF-8 (line %" PRIu64 ", column %" PRIu64 ") nor GB18030 from here on",
	    "既非 UTF-8（第 %" PRIu64 " 行第 %" PRIu64 " 列有误），此处起亦非 GB18030", utf8.line,
	    utf8.column);
	return refuse(ret_mistake, gb18030);
}

static enum err decode_as(enum bank_encoding encoding, const char *data, size_t bytes,
    struct arena *arena, struct encoding_text *ret_text, struct file_mistake *ret_mistake) {
	struct place place;
	bool is_utf8 = encoding == BANK_ENCODING_UTF8 || encoding == BANK_ENCODING_UTF8_BOM;
	if (encoding == BANK_ENCODING_AUTO)
		return decode_auto(data, bytes, arena, ret_text, ret_mistake);
	enum err err = is_utf8 ? decode_utf8(data, bytes, arena, ret_text, &place)
	                       : decode_gb18030(data, bytes, arena, ret_text, &place);
	if (err != ERR_SYNTAX)
		return err;
	mistake_say(
	    ret_mistake, "this byte is not %s", "此处字节不是 %s 编码", is_utf8 ? "UTF-8" : "GB18030");
	return refuse(ret_mistake, place);
}

/* Files that are no text at all, by how they begin. */
static bool is_foreign(const char *data, size_t bytes, struct file_mistake *mistake) {
	static const struct {
		const char *begin;
		size_t bytes;
		const char *name;
	} foreign[] = {
		{ "PK\3\4", 4, "XLSX" },
		{ "\xD0\xCF\x11\xE0", 4, "XLS" },
		{ "%PDF", 4, "PDF" },
		{ "\xFF\xFE", 2, "UTF-16" },
		{ "\xFE\xFF", 2, "UTF-16" },
	};
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		if (bytes < foreign[i].bytes || memcmp(data, foreign[i].begin, foreign[i].bytes) != 0)
			continue;
		mistake->line = mistake->column = 1;
		mistake_say(mistake, "this is %s: save the statement as CSV",
		    "这是%s，请将对账单另存为 CSV", foreign[i].name);
		return true;
	}
	return false;
}

enum err encoding_decode(enum bank_encoding encoding, const char *data, size_t bytes,
    struct arena *arena, struct encoding_text *ret_text, struct file_mistake *ret_mistake) {
	struct encoding_text text;
	struct file_mistake mistake = { 0 };
	bool has_bom = bytes >= BOM_BYTES && memcmp(data, BOM, BOM_BYTES) == 0;
	enum err err = ERR_SYNTAX;
	if (has_bom)
		encoding = BANK_ENCODING_UTF8;
	if (!is_foreign(data, bytes, &mistake))
		err = decode_as(encoding, data + (has_bom ? BOM_BYTES : 0),
		    bytes - (has_bom ? BOM_BYTES : 0), arena, &text, &mistake);
	const char *zero = err == ERR_OK ? memchr(text.text, '\0', text.bytes) : NULL;
	if (zero) {
		mistake_say(&mistake, "a zero byte stands here", "此处有零字节");
		err = refuse(&mistake, place_after(text.text, (size_t)(zero - text.text)));
	}
	if (err == ERR_OK)
		*ret_text = text;
	else if (err != ERR_MEMORY)
		*ret_mistake = mistake;
	return err;
}

/* --- encoding --- */

static enum err convert(iconv_t converter, const char *text, size_t bytes, struct buffer *buffer) {
	char room[1024], *in = (char *)(uintptr_t)text;
	size_t begin = buffer->bytes;
	while (bytes > 0) {
		char *out = room;
		size_t space = sizeof(room);
		size_t converted = iconv(converter, &in, &bytes, &out, &space);
		if (converted != 0 && (converted != (size_t)-1 || errno != E2BIG)) {
			if (buffer->error == ERR_OK)
				buffer->bytes = begin;
			return ERR_SYNTAX;
		}
		buffer_append(buffer, room, (size_t)(out - room));
	}
	return buffer_error(buffer);
}

enum err encoding_encode(
    enum bank_encoding encoding, const char *text, size_t bytes, struct buffer *buffer) {
	if (encoding != BANK_ENCODING_GB18030 && encoding != BANK_ENCODING_GBK) {
		buffer_append(buffer, text, bytes);
		return buffer_error(buffer);
	}
	iconv_t converter = iconv_open(encoding == BANK_ENCODING_GBK ? "GBK" : "GB18030", "UTF-8");
	if (converter == (iconv_t)-1)
		return ERR_SYNTAX;
	enum err err = convert(converter, text, bytes, buffer);
	iconv_close(converter);
	return err;
}
