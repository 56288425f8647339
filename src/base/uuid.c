/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uuid.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

enum { UUID_DIGITS = 32 };

/* Random bytes are fetched for a few UUIDs at a time, by each thread for itself. */
struct pool {
	uint64_t words[32];
	size_t left;
	pid_t owner; /* a child of fork must not use its parent's bytes */
};

static _Thread_local struct pool pool;

static void fill(struct pool *empty) {
	random_fill(empty->words, sizeof(empty->words));
	empty->left = sizeof(empty->words) / sizeof(empty->words[0]);
	empty->owner = getpid();
}

struct uuid uuid_new(void) {
	if (pool.left < 2 || pool.owner != getpid())
		fill(&pool);
	uint64_t random_a = pool.words[--pool.left];
	uint64_t random_b = pool.words[--pool.left];
	uint64_t ms = (uint64_t)clock_wall_us() / 1000;
	/* RFC 9562, section 5.7: 48 bits of time, version, 12 random bits; variant, 62 random bits. */
	return (struct uuid){
		.high = ms << 16 | 0x7000 | (random_a & 0x0fff),
		.low = 0x8000000000000000 | random_b >> 2,
	};
}

/* Dashes stand behind these digits. */
static bool is_dash_next(size_t digits) {
	return digits == 8 || digits == 12 || digits == 16 || digits == 20;
}

enum err uuid_parse_text(const char *text, struct uuid *ret_uuid) {
	uint64_t halves[2] = { 0, 0 };
	for (size_t digits = 0; digits < UUID_DIGITS; digits++) {
		if (is_dash_next(digits) && *text++ != '-')
			return ERR_SYNTAX;
		int digit = text_hex_digit(*text++); /* a NUL is none, so this ends where the text ends */
		if (digit < 0)
			return ERR_SYNTAX;
		uint64_t *half = &halves[digits / 16];
		*half = *half << 4 | (unsigned)digit;
	}
	if (*text)
		return ERR_SYNTAX;
	*ret_uuid = (struct uuid){ .high = halves[0], .low = halves[1] };
	return ERR_OK;
}

void uuid_format(struct uuid uuid, char ret_text[UUID_TEXT_BYTES]) {
	static const char digit_text[] = "0123456789abcdef";
	const uint64_t halves[2] = { uuid.high, uuid.low };
	char *text = ret_text;
	for (size_t digits = 0; digits < UUID_DIGITS; digits++) {
		if (is_dash_next(digits))
			*text++ = '-';
		*text++ = digit_text[halves[digits / 16] >> (60 - digits % 16 * 4) & 15];
	}
	*text = '\0';
}
