/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pure functions of text. What a valid identifier stands for, and whether it is known, is not asked
 * here.
 */
#include "ledger/identifier.h"

#include "base/limits.h"

#include <stddef.h>
#include <string.h>

#define CREDIT_CODE_CHARACTERS 18
#define CREDIT_CODE_BASE       31
#define ORGANISATION_OFFSET    8 /* characters 9–17 of a credit code */

static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_upper(char c) {
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c) {
	return c >= 'a' && c <= 'z';
}

/* Whether `text` is `min` to `max` digits and nothing else. */
static bool is_digits(const char *text, size_t min, size_t max) {
	size_t count = 0;
	while (count <= max && is_digit(text[count]))
		count++;
	return count >= min && count <= max && text[count] == '\0';
}

/* A name of 1 to `bytes_max`: letters, digits and `marks`, with none of these first. */
static bool is_name(const char *text, size_t bytes_max, bool may_be_upper, const char *marks) {
	size_t count = 0;
	while (count <= bytes_max && text[count] != '\0') {
		char c = text[count];
		bool is_alphanumeric = is_lower(c) || is_digit(c) || (may_be_upper && is_upper(c));
		if (!is_alphanumeric && !(count > 0 && strchr(marks, c)))
			return false;
		count++;
	}
	return count >= 1 && count <= bytes_max;
}

bool identifier_is_code(const char *text) {
	return is_name(text, LIMIT_CODE_BYTES, false, "._-");
}

bool identifier_is_person(const char *text) {
	return is_name(text, LIMIT_CODE_BYTES, true, "._-");
}

/* The value of a character in GB 32100; -1: not of its alphabet. */
static int credit_value(char c) {
	const char *place = c ? strchr(credit_alphabet, c) : NULL;
	return place ? (int)(place - credit_alphabet) : -1;
}

bool identifier_looks_like_credit_code(const char *text) {
	for (int i = 0; i < CREDIT_CODE_CHARACTERS; i++) {
		if (credit_value(text[i]) < 0)
			return false;
		if (i >= 2 && i < ORGANISATION_OFFSET && !is_digit(text[i]))
			return false;
	}
	return text[CREDIT_CODE_CHARACTERS] == '\0';
}

/* GB 11714: letters count from A = 10, here with no letter left out. */
static bool has_valid_organisation_check(const char *code) {
	static const int weights[] = { 3, 7, 9, 10, 5, 8, 4, 2 };
	int sum = 0;
	for (int i = 0; i < 8; i++)
		sum += weights[i] * (is_digit(code[i]) ? code[i] - '0' : code[i] - 'A' + 10);
	return code[8] == "0X987654321"[sum % 11];
}

bool identifier_is_credit_code(const char *text) {
	if (!identifier_looks_like_credit_code(text))
		return false;
	int sum = 0;
	int weight = 1;
	for (int i = 0; i < CREDIT_CODE_CHARACTERS - 1; i++) {
		sum += weight * credit_value(text[i]);
		weight = weight * 3 % CREDIT_CODE_BASE;
	}
	/* A remainder of 0 gives 31, which wraps to the character 0. */
	int expected = (CREDIT_CODE_BASE - sum % CREDIT_CODE_BASE) % CREDIT_CODE_BASE;
	return text[CREDIT_CODE_CHARACTERS - 1] == credit_alphabet[expected] &&
	    has_valid_organisation_check(text + ORGANISATION_OFFSET);
}

bool identifier_is_team(const char *text) {
	if (text[0] != 'T' || text[1] != '-')
		return false;
	size_t count = 2;
	while (count <= LIMIT_CODE_BYTES && text[count] != '\0') {
		char c = text[count];
		if (!is_upper(c) && !is_digit(c) && c != '-')
			return false;
		count++;
	}
	return count >= 3 && count <= LIMIT_CODE_BYTES;
}

bool identifier_is_region(const char *text) {
	return is_digits(text, 6, 6) && text[0] != '0';
}

bool identifier_is_origin(const char *text) {
	return is_name(text, LIMIT_NAME_BYTES, true, "._:/-");
}

bool identifier_is_bank_code(const char *text) {
	return is_digits(text, 12, 12);
}

bool identifier_is_bank_account(const char *text) {
	return is_digits(text, 1, 32);
}

bool identifier_is_invoice(const char *code, const char *number) {
	if (code[0] == '\0')
		return is_digits(number, 20, 20);
	return (is_digits(code, 10, 10) || is_digits(code, 12, 12)) && is_digits(number, 8, 8);
}
