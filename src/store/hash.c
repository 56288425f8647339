/* SPDX-License-Identifier: Apache-2.0 */
#include "store/hash.h"

#include <string.h>

static uint64_t load64(const unsigned char *data) {
	uint64_t value;
	memcpy(&value, data, sizeof(value));
	return value;
}

static uint64_t load32(const unsigned char *data) {
	uint32_t value;
	memcpy(&value, data, sizeof(value));
	return value;
}

/* The 128 bits of the product, folded: every bit of the result depends on every bit of both. */
static uint64_t fold(uint64_t a, uint64_t b) {
	unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_key(const uint64_t seed[2], unsigned number, const unsigned char *key, size_t bytes) {
	uint64_t hash = fold(seed[0] ^ number, seed[1] ^ bytes);
	for (; bytes > 16; key += 16, bytes -= 16)
		hash = fold(load64(key) ^ seed[0], load64(key + 8) ^ hash);
	uint64_t low = 0, high = 0;
	if (bytes >= 8) {
		low = load64(key);
		high = load64(key + bytes - 8);
	} else if (bytes >= 4) {
		low = load32(key);
		high = load32(key + bytes - 4);
	} else if (bytes > 0)
		low = (uint64_t)key[0] | (uint64_t)key[bytes / 2] << 8 | (uint64_t)key[bytes - 1] << 16;
	return fold(low ^ seed[1], high ^ hash);
}
