/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"

#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(vectors_of_rfc_4648_hold) {
	static const struct {
		const char *data, *text;
	} cases[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[BASE64_TEXT_BYTES(6)], data[BASE64_DATA_BYTES(8)];
		size_t bytes = 99;
		base64_encode(cases[i].data, strlen(cases[i].data), text);
		ck_assert_str_eq(text, cases[i].text);
		ck_assert_int_eq(base64_decode(text, strlen(text), data, &bytes), ERR_OK);
		ck_assert_uint_eq(bytes, strlen(cases[i].data));
		ck_assert_mem_eq(data, cases[i].data, bytes);
		base64url_encode(cases[i].data, strlen(cases[i].data), text);
		ck_assert_uint_eq(strlen(text), strcspn(cases[i].text, "="));
		ck_assert_int_eq(base64_decode(text, strlen(text), data, &bytes), ERR_OK);
		ck_assert_uint_eq(bytes, strlen(cases[i].data));
	}
}
END_TEST

START_TEST(the_alphabets_differ_in_two_characters) {
	char text[BASE64_TEXT_BYTES(3)], data[BASE64_DATA_BYTES(4)];
	size_t bytes;
	base64_encode("\xfb\xff\xfe", 3, text);
	ck_assert_str_eq(text, "+//+");
	base64url_encode("\xfb\xff\xfe", 3, text);
	ck_assert_str_eq(text, "-__-");
	ck_assert_int_eq(base64_decode("+//+", 4, data, &bytes), ERR_OK);
	ck_assert_mem_eq(data, "\xfb\xff\xfe", 3);
	ck_assert_int_eq(base64_decode("-__-", 4, data, &bytes), ERR_OK);
	ck_assert_mem_eq(data, "\xfb\xff\xfe", 3);
}
END_TEST

START_TEST(anything_else_is_refused) {
	static const char *const wrong[] = { "A", "AAAAA", "Zg=", "Zg===", "=", "====", "Z===", "Zm8 ",
		"Zm9v\n", "Zh==", "Zm9=", "Zm8=Zm8=", "Zm!v", "Zm\xc3\xa9" };
	for (size_t i = 0; i < COUNT(wrong); i++) {
		char data[32];
		size_t bytes = 99;
		ck_assert_msg(
		    base64_decode(wrong[i], strlen(wrong[i]), data, &bytes) == ERR_SYNTAX, "%s", wrong[i]);
		ck_assert_uint_eq(bytes, 99);
	}
}
END_TEST

START_TEST(strictly_there_is_one_text_for_the_same_bytes) {
	static const char *const wrong[] = { "Zg", "Zm8", "Zm9vYg", "-__-", "+/-/", "Zh==", "Zg===" };
	char data[32];
	size_t bytes = 99;
	for (size_t i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(base64_decode_strict(wrong[i], strlen(wrong[i]), data, &bytes) == ERR_SYNTAX,
		    "%s", wrong[i]);
	ck_assert_uint_eq(bytes, 99);
	ck_assert_int_eq(base64_decode_strict("+//+Zg==", 8, data, &bytes), ERR_OK);
	ck_assert_uint_eq(bytes, 4);
	ck_assert_mem_eq(data, "\xfb\xff\xfe\x66", 4);
	ck_assert_int_eq(base64_decode_strict("", 0, data, &bytes), ERR_OK);
	ck_assert_uint_eq(bytes, 0);
}
END_TEST

SUITE_MAIN("base64", vectors_of_rfc_4648_hold, the_alphabets_differ_in_two_characters,
    anything_else_is_refused, strictly_there_is_one_text_for_the_same_bytes)
