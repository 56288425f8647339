/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/statement.h"

#include "base/limits.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* --- texts --- */

static bool is_blank(uint32_t c) {
	return c <= ' ' || (c >= 0x7F && c <= 0xA0) || c == 0x3000 || c == 0xFEFF;
}

/* No byte that a blank of any kind begins with. */
static bool is_squeezed(const char *text, size_t bytes_max) {
	size_t bytes = 0;
	for (; text[bytes]; bytes++) {
		unsigned char c = (unsigned char)text[bytes];
		if (c <= ' ' || c == 0x7F || c == 0xC2 || c == 0xE3 || c == 0xEF)
			return false;
	}
	return bytes <= bytes_max;
}

void statement_squeeze(char *text, size_t bytes_max) {
	if (is_squeezed(text, bytes_max))
		return;
	size_t bytes = strlen(text), used = 0;
	bool has_gap = false;
	for (size_t at = 0, length; at < bytes; at += length) {
		uint32_t c = '?';
		length = text_utf8_char(text + at, bytes - at, &c);
		bool is_character = length > 0;
		length += !is_character;
		if (is_character && is_blank(c)) {
			has_gap = used > 0;
			continue;
		}
		if (used + has_gap + length > bytes_max)
			break;
		if (has_gap)
			text[used++] = ' ';
		has_gap = false;
		memmove(text + used, is_character ? text + at : "?", length);
		used += length;
	}
	text[used] = '\0';
}

/* --- serials --- */

static int compare_serials(const void *a, const void *b) {
	const struct statement_line *const *one = a, *const *other = b;
	int order = strcmp((*one)->serial, (*other)->serial);
	return order ? order : (*one > *other) - (*one < *other);
}

/* The lines that have a serial, by it, and the older first. */
static struct statement_line **sort_serials(const struct statement *statement, size_t *ret_count) {
	struct statement_line **sorted = malloc(
	    (statement->count + 1) * sizeof(struct statement_line *));
	size_t count = 0;
	for (size_t i = 0; sorted && i < statement->count; i++)
		if (statement->lines[i].serial[0])
			sorted[count++] = &statement->lines[i];
	if (sorted)
		qsort(sorted, count, sizeof(struct statement_line *), compare_serials);
	*ret_count = count;
	return sorted;
}

enum err statement_number_serials(
    struct statement *statement, struct arena *arena, const struct statement_line **ret_line) {
	size_t count, times = 1;
	struct statement_line **sorted = sort_serials(statement, &count);
	enum err err = sorted ? ERR_OK : ERR_MEMORY;
	const char *serial = "";
	for (size_t i = 0; i < count && err == ERR_OK; i++) {
		struct statement_line *line = sorted[i];
		times = strcmp(serial, line->serial) == 0 ? times + 1 : 1;
		serial = times == 1 ? line->serial : serial;
		if (times > 1)
			line->serial = arena_printf(arena, "%s/%zu", serial, times);
		if (!line->serial) {
			line->serial = "";
			err = ERR_MEMORY;
		} else if (strlen(line->serial) > LIMIT_REFERENCE_BYTES) {
			*ret_line = line;
			err = ERR_RANGE;
		}
	}
	free(sorted);
	return err;
}

/* --- lines --- */

void statement_reverse(struct statement *statement) {
	for (size_t i = 0, j = statement->count; i + 1 < j; i++) {
		struct statement_line line = statement->lines[i];
		statement->lines[i] = statement->lines[--j];
		statement->lines[j] = line;
	}
}

enum err statement_sum(const struct statement *statement, int64_t *ret_sum) {
	int64_t sum = 0;
	for (size_t i = 0; i < statement->count; i++)
		if (__builtin_add_overflow(sum, statement->lines[i].amount, &sum))
			return ERR_RANGE;
	*ret_sum = sum;
	return ERR_OK;
}
