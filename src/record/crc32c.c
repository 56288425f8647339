/* SPDX-License-Identifier: Apache-2.0 */
#include "record/crc32c.h"

#include <pthread.h>
#include <string.h>

enum { POLYNOMIAL_REVERSED = (int32_t)0x82f63b78 };

/* table[k][b]: the CRC of byte b followed by k zero bytes. */
static uint32_t table[4][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void make_table(void) {
	for (uint32_t b = 0; b < 256; b++) {
		uint32_t crc = b;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? (uint32_t)POLYNOMIAL_REVERSED : 0);
		table[0][b] = crc;
	}
	for (int k = 1; k < 4; k++) {
		for (uint32_t b = 0; b < 256; b++)
			table[k][b] = table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 255];
	}
}

uint32_t crc32c_by_table(const void *data, size_t bytes) {
	pthread_once(&table_once, make_table);
	const uint8_t *in = data;
	uint32_t crc = ~0U;
	for (; bytes >= 4; bytes -= 4, in += 4) {
		crc ^= in[0] | (uint32_t)in[1] << 8 | (uint32_t)in[2] << 16 | (uint32_t)in[3] << 24;
		crc = table[3][crc & 255] ^ table[2][crc >> 8 & 255] ^ table[1][crc >> 16 & 255] ^
		    table[0][crc >> 24];
	}
	for (; bytes; bytes--)
		crc = crc >> 8 ^ table[0][(crc ^ *in++) & 255];
	return ~crc;
}

#if defined(__x86_64__)

#include <nmmintrin.h>

__attribute__((target("sse4.2"))) static uint32_t crc32c_by_instruction(
    const void *data, size_t bytes) {
	const uint8_t *in = data;
	uint64_t crc = ~0U;
	for (; bytes >= 8; bytes -= 8, in += 8) {
		uint64_t word;
		memcpy(&word, in, sizeof(word));
		crc = _mm_crc32_u64(crc, word);
	}
	uint32_t rest = (uint32_t)crc;
	for (; bytes; bytes--)
		rest = _mm_crc32_u8(rest, *in++);
	return ~rest;
}

uint32_t crc32c(const void *data, size_t bytes) {
	if (__builtin_cpu_supports("sse4.2"))
		return crc32c_by_instruction(data, bytes);
	return crc32c_by_table(data, bytes);
}

#else

uint32_t crc32c(const void *data, size_t bytes) {
	return crc32c_by_table(data, bytes);
}

#endif
