/* SPDX-License-Identifier: Apache-2.0 */
#include "record/voucher_code.h"

#include "record/digest.h"

#include <string.h>

/* Of values 0–36; a symbol of the code itself has one of the first 32. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

enum {
	SYMBOLS = 12,
	SYMBOL_BITS = 5,
	SYMBOL_VALUES = 32,
	CHECK_VALUES = 37,
	GROUP_SYMBOLS = 4,
};

static void put_big_endian(uint8_t *to, uint64_t value, size_t bytes) {
	for (size_t i = bytes; i-- > 0; value >>= 8)
		to[i] = (uint8_t)value;
}

/* The number modulo 37, symbol by symbol: it has 60 bits, but needs none to be kept. */
static unsigned check_of(const uint8_t values[SYMBOLS]) {
	unsigned remainder = 0;
	for (size_t i = 0; i < SYMBOLS; i++)
		remainder = (remainder * SYMBOL_VALUES + values[i]) % CHECK_VALUES;
	return remainder;
}

void voucher_code_make(
    struct uuid ledger, uint64_t seq, uint32_t attempt, char ret_code[VOUCHER_CODE_BYTES]) {
	uint8_t input[16 + 8 + 4], hash[DIGEST_BYTES], values[SYMBOLS];
	put_big_endian(input, ledger.high, 8);
	put_big_endian(input + 8, ledger.low, 8);
	put_big_endian(input + 16, seq, 8);
	put_big_endian(input + 24, attempt, 4);
	digest_sha256(input, sizeof(input), hash);

	uint64_t bits = 0; /* the first 64 of them */
	for (size_t i = 0; i < 8; i++)
		bits = bits << 8 | hash[i];
	for (size_t i = 0; i < SYMBOLS; i++) {
		values[i] = (uint8_t)(bits >> (64 - SYMBOL_BITS * (i + 1)) & (SYMBOL_VALUES - 1));
		ret_code[i] = alphabet[values[i]];
	}
	ret_code[SYMBOLS] = alphabet[check_of(values)];
	ret_code[SYMBOLS + 1] = '\0';
}

void voucher_code_format(
    const char code[VOUCHER_CODE_BYTES], char ret_text[VOUCHER_CODE_TEXT_BYTES]) {
	char *to = ret_text;
	for (size_t i = 0; i <= SYMBOLS; i++) {
		if (i > 0 && i % GROUP_SYMBOLS == 0)
			*to++ = '-';
		*to++ = code[i];
	}
	*to = '\0';
}

/* The value of a symbol as a person may write it; CHECK_VALUES: it is none. */
static unsigned value_of(char symbol) {
	char upper = symbol >= 'a' && symbol <= 'z' ? (char)(symbol - 'a' + 'A') : symbol;
	if (upper == 'O')
		upper = '0';
	if (upper == 'I' || upper == 'L')
		upper = '1';
	const char *found = upper ? strchr(alphabet, upper) : NULL;
	return found ? (unsigned)(found - alphabet) : CHECK_VALUES;
}

enum err voucher_code_parse(const char *text, char ret_code[VOUCHER_CODE_BYTES]) {
	uint8_t values[SYMBOLS + 1];
	size_t count = 0;
	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		unsigned value = value_of(*text);
		if (count > SYMBOLS || value >= (count < SYMBOLS ? SYMBOL_VALUES : CHECK_VALUES))
			return ERR_SYNTAX;
		values[count++] = (uint8_t)value;
	}
	if (count != SYMBOLS + 1 || values[SYMBOLS] != check_of(values))
		return ERR_SYNTAX;
	for (size_t i = 0; i <= SYMBOLS; i++)
		ret_code[i] = alphabet[values[i]];
	ret_code[SYMBOLS + 1] = '\0';
	return ERR_OK;
}
