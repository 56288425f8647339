/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uuid.h"

#include "base/clock.h"
#include "base/random.h"

#include <string.h>
#include <unistd.h>
#include <uuid/uuid.h>

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

static void to_bytes(uint64_t value, unsigned char ret_bytes[8]) {
	for (int i = 7; i >= 0; i--, value >>= 8)
		ret_bytes[i] = (unsigned char)value;
}

static uint64_t from_bytes(const unsigned char bytes[8]) {
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | bytes[i];
	return value;
}

enum err uuid_parse_text(const char *text, struct uuid *ret_uuid) {
	uuid_t bytes;
	if (strlen(text) != UUID_TEXT_BYTES - 1 || uuid_parse(text, bytes))
		return ERR_SYNTAX;
	*ret_uuid = (struct uuid){ .high = from_bytes(bytes), .low = from_bytes(bytes + 8) };
	return ERR_OK;
}

void uuid_format(struct uuid uuid, char ret_text[UUID_TEXT_BYTES]) {
	uuid_t bytes;
	to_bytes(uuid.high, bytes);
	to_bytes(uuid.low, bytes + 8);
	uuid_unparse_lower(bytes, ret_text);
}
