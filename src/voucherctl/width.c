/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/width.h"

#include <stdbool.h>
#include <string.h>

struct range {
	uint32_t first, last;
};

/* East_Asian_Width W and F. Reserved code points of the ideographic planes are wide by default. */
static const struct range wide[] = { { 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x2329, 0x232a },
	{ 0x23e9, 0x23ec }, { 0x23f0, 0x23f0 }, { 0x23f3, 0x23f3 }, { 0x25fd, 0x25fe },
	{ 0x2614, 0x2615 }, { 0x2648, 0x2653 }, { 0x267f, 0x267f }, { 0x2693, 0x2693 },
	{ 0x26a1, 0x26a1 }, { 0x26aa, 0x26ab }, { 0x26bd, 0x26be }, { 0x26c4, 0x26c5 },
	{ 0x26ce, 0x26ce }, { 0x26d4, 0x26d4 }, { 0x26ea, 0x26ea }, { 0x26f2, 0x26f3 },
	{ 0x26f5, 0x26f5 }, { 0x26fa, 0x26fa }, { 0x26fd, 0x26fd }, { 0x2705, 0x2705 },
	{ 0x270a, 0x270b }, { 0x2728, 0x2728 }, { 0x274c, 0x274c }, { 0x274e, 0x274e },
	{ 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 }, { 0x27b0, 0x27b0 },
	{ 0x27bf, 0x27bf }, { 0x2b1b, 0x2b1c }, { 0x2b50, 0x2b50 }, { 0x2b55, 0x2b55 },
	{ 0x2e80, 0x303e }, { 0x3041, 0x4dbf }, { 0x4e00, 0xa4cf }, { 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f },
	{ 0xff01, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x16fe0, 0x18d08 }, { 0x1aff0, 0x1b2ff },
	{ 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf }, { 0x1f18e, 0x1f18e }, { 0x1f191, 0x1f19a },
	{ 0x1f200, 0x1f320 }, { 0x1f32d, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f7e0, 0x1f7f0 },
	{ 0x1f90c, 0x1f9ff }, { 0x1fa70, 0x1faff }, { 0x20000, 0x2fffd }, { 0x30000, 0x3fffd } };

static const struct range narrowest[] = { { 0x0300, 0x036f }, { 0x0483, 0x0489 },
	{ 0x0591, 0x05bd }, { 0x0610, 0x061a }, { 0x064b, 0x065f }, { 0x1ab0, 0x1aff },
	{ 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20ff }, { 0x302a, 0x302d },
	{ 0x3099, 0x309a }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
	{ 0xe0100, 0xe01ef } };

/* C0, DEL and C1; line and paragraph separators; marks and overrides of direction. */
static const struct range harmful[] = { { 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x061c, 0x061c },
	{ 0x200e, 0x200f }, { 0x2028, 0x202e }, { 0x2066, 0x2069 } };

static bool is_in(uint32_t character, const struct range *ranges, size_t count) {
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (character > ranges[middle].last)
			low = middle + 1;
		else if (character < ranges[middle].first)
			high = middle;
		else
			return true;
	}
	return false;
}
#define IS_IN(character, ranges) is_in((character), (ranges), sizeof(ranges) / sizeof((ranges)[0]))

unsigned width_of_character(uint32_t character) {
	if (character < 0x300)
		return 1;
	if (IS_IN(character, narrowest))
		return 0;
	return IS_IN(character, wide) ? 2 : 1;
}

/* The bytes of the character at `text` (never across the terminating NUL), or 0 when it is not
 * UTF-8 (RFC 3629). */
static size_t decode(const char *text, uint32_t *ret_character) {
	const unsigned char *bytes = (const unsigned char *)text;
	if (bytes[0] < 0x80) {
		*ret_character = bytes[0];
		return 1;
	}
	size_t length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4)
		return 0;
	uint32_t character = bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (bytes[i] & 0x3f);
	}
	bool is_overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
	if (is_overlong || character > 0x10ffff || (character >= 0xd800 && character <= 0xdfff))
		return 0;
	*ret_character = character;
	return length;
}

size_t width_of_text(const char *text) {
	size_t width = 0;
	while (*text) {
		uint32_t character = 0;
		size_t bytes = decode(text, &character);
		width += bytes ? width_of_character(character) : 1;
		text += bytes ? bytes : 1;
	}
	return width;
}

const char *width_safe_text(struct arena *arena, const char *text) {
	static const char replacement[] = "\xef\xbf\xbd";
	size_t bytes = strlen(text);
	char *copy = NULL;
	size_t at = 0; /* in copy */
	for (size_t i = 0; i < bytes;) {
		uint32_t character = 0;
		size_t length = decode(text + i, &character);
		bool is_bad = length == 0 || IS_IN(character, harmful);
		if (length == 0)
			length = 1;
		if (is_bad && !copy) {
			copy = arena_alloc(arena, bytes * 3 + 1);
			if (!copy)
				return NULL;
			memcpy(copy, text, i);
			at = i;
		}
		if (copy) {
			memcpy(copy + at, is_bad ? replacement : text + i, is_bad ? 3 : length);
			at += is_bad ? 3 : length;
		}
		i += length;
	}
	if (!copy)
		return text;
	copy[at] = '\0';
	return copy;
}
