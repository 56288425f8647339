/* SPDX-License-Identifier: Apache-2.0 */
#include "record/note_key.h"

#include "support/suite.h"

#include <openssl/err.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char peter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

static struct note_key parsed(const char *text) {
	struct note_key key = { .type = NOTE_ED25519 };
	ck_assert_int_eq(note_key_parse(text, strlen(text), &key), ERR_OK);
	return key;
}

/*
 * The example of C2SP signed-note, the one of golang.org/x/mod/sumdb/note, the same public key as a
 * witness's (its id by Python's hashlib: sha256(b"witness.example/w1\n\4" + key)), sum.golang.org.
 */
START_TEST(known_verifier_keys_are_read_and_written_as_they_are) {
	static const struct {
		const char *text, *name;
		enum note_type type;
		uint32_t id;
	} cases[] = {
		{ "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		    "example.com/foo", NOTE_ED25519, 0x530d903a },
		{ peter, "PeterNeumann", NOTE_ED25519, 0xc74f20a3 },
		{ "witness.example/w1+cc9a7044+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		    "witness.example/w1", NOTE_COSIGNATURE, 0xcc9a7044 },
		{ "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8", "sum.golang.org",
		    NOTE_ED25519, 0x033de0ae },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct note_key key = parsed(cases[i].text), made;
		char text[NOTE_VKEY_BYTES_MAX];
		ck_assert_str_eq(key.name, cases[i].name);
		ck_assert_int_eq(key.type, cases[i].type);
		ck_assert_uint_eq(key.id, cases[i].id);
		note_key_format(&key, text);
		ck_assert_str_eq(text, cases[i].text);
		ck_assert_int_eq(
		    note_key_make(key.type, key.name, key.public_key, NOTE_ED25519_BYTES, &made), ERR_OK);
		ck_assert_uint_eq(made.id, key.id);
	}
}
END_TEST

START_TEST(what_is_no_verifier_key_is_refused_in_kind) {
	static const struct {
		const char *text;
		enum err wanted;
	} cases[] = {
		{ "", ERR_SYNTAX },
		{ "PeterNeumann", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a3", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a3+", ERR_SYNTAX },
		{ "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_SYNTAX },
		{ "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_SYNTAX },
		{ "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a30+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq_LDE4izWy10TW", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=", ERR_SYNTAX },
		{ "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_CORRUPT },
		{ "PeterNeumam+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_CORRUPT },
		{ "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX", ERR_CORRUPT },
		{ "PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_CORRUPT },
		{ "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", ERR_NOT_FOUND },
		{ "PeterNeumann+173116ae+/2Zvbw==", ERR_NOT_FOUND },
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct note_key key = { .id = 99 };
		enum err err = note_key_parse(cases[i].text, strlen(cases[i].text), &key);
		ck_assert_msg(err == cases[i].wanted, "%s: %s", cases[i].text, err_text(err));
		ck_assert_uint_eq(key.id, 99);
	}
}
END_TEST

START_TEST(names_have_neither_spaces_of_any_kind_nor_a_plus) {
	static const char *const right[] = { "a", "voucherd.example/changping", "昌平.example" };
	static const char *const wrong[] = { "", " ", "a b", "a+b", "a\tb", "a\nb",
		"a\xc2\xa0"
		"b",
		"a\xe3\x80\x80"
		"b",
		"a\xe2\x80\xa9"
		"b",
		"\xff", "a\x7f" };
	char long_name[LIMIT_NAME_BYTES + 2];
	for (size_t i = 0; i < COUNT(right); i++)
		ck_assert_msg(note_is_name(right[i], strlen(right[i])), "%s", right[i]);
	for (size_t i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(!note_is_name(wrong[i], strlen(wrong[i])), "%s", wrong[i]);
	memset(long_name, 'a', sizeof(long_name));
	ck_assert(note_is_name(long_name, LIMIT_NAME_BYTES));
	ck_assert(!note_is_name(long_name, LIMIT_NAME_BYTES + 1));
	ck_assert(!note_is_name("a\0b", 3));
}
END_TEST

static void sign_and_check(const struct note_signer *signer) {
	uint8_t signature[NOTE_SIGNATURE_BYTES_MAX];
	const struct note_key *key = note_signer_key(signer);
	size_t bytes;
	ck_assert_int_eq(note_signer_sign(signer, "text", 4, signature, &bytes), ERR_OK);
	ck_assert(note_key_has_signed(key, "text", 4, signature, bytes));
	ck_assert(!note_key_has_signed(key, "texT", 4, signature, bytes));
	ck_assert(!note_key_has_signed(key, "text", 3, signature, bytes));
	ck_assert(!note_key_has_signed(key, "text", 4, signature, bytes - 1));
	ck_assert(!note_key_has_signed(key, "text", 4, signature, 0));
	for (size_t i = 0; i < bytes; i++) {
		signature[i] ^= 1;
		ck_assert_msg(!note_key_has_signed(key, "text", 4, signature, bytes), "byte %zu", i);
		signature[i] ^= 1;
	}
}

START_TEST(a_new_key_goes_through_pem_and_text_and_signs) {
	static const enum note_type types[] = { NOTE_ED25519, NOTE_COSIGNATURE, NOTE_SM2 };
	for (size_t i = 0; i < COUNT(types); i++) {
		struct note_signer *signer = NULL, *back = NULL;
		struct buffer pem;
		char text[NOTE_VKEY_BYTES_MAX], again[NOTE_VKEY_BYTES_MAX];
		buffer_init(&pem, 0);
		ck_assert_int_eq(note_signer_generate(types[i], "a.example/b", &signer), ERR_OK);
		ck_assert_int_eq(note_signer_pem(signer, &pem), ERR_OK);
		ck_assert_ptr_nonnull(strstr(buffer_string(&pem), "-----BEGIN PRIVATE KEY-----"));
		ck_assert_int_eq(
		    note_signer_read(types[i], "a.example/b", pem.data, pem.bytes, &back), ERR_OK);
		note_key_format(note_signer_key(signer), text);
		note_key_format(note_signer_key(back), again);
		ck_assert_str_eq(text, again);
		struct note_key key = parsed(text);
		ck_assert_int_eq(key.type, types[i]);
		ck_assert_mem_eq(
		    key.public_key, note_signer_key(signer)->public_key, note_public_key_bytes(types[i]));
		sign_and_check(back);
		note_signer_free(signer);
		note_signer_free(back);
		buffer_done(&pem);
	}
}
END_TEST

START_TEST(a_key_of_another_algorithm_or_none_is_refused) {
	struct note_signer *signer = NULL, *back = NULL;
	struct buffer pem;
	buffer_init(&pem, 0);
	ck_assert_int_eq(note_signer_generate(NOTE_SM2, "a", &signer), ERR_OK);
	ck_assert_int_eq(note_signer_pem(signer, &pem), ERR_OK);
	ck_assert_int_eq(note_signer_read(NOTE_ED25519, "a", pem.data, pem.bytes, &back), ERR_CONFIG);
	ck_assert_int_eq(note_signer_read(NOTE_SM2, "a b", pem.data, pem.bytes, &back), ERR_SYNTAX);
	ck_assert_int_eq(note_signer_read(NOTE_SM2, "a", pem.data, pem.bytes / 2, &back), ERR_SYNTAX);
	ck_assert_int_eq(note_signer_read(NOTE_SM2, "a", "", 0, &back), ERR_SYNTAX);
	ck_assert_int_eq(note_signer_generate(NOTE_SM2, "", &back), ERR_SYNTAX);
	ck_assert_ptr_null(back);
	ck_assert_uint_eq(ERR_peek_error(), 0); /* TLS reads this list too */
	note_signer_free(signer);
	note_signer_free(NULL);
	buffer_done(&pem);
}
END_TEST

/*
 * GB/T 32918.5-2017, A.2: private key 3945208f…, text "message digest", id "1234567812345678". The
 * DER is made from its r and s.
 */
START_TEST(the_example_of_the_sm2_standard_verifies) {
	static const uint8_t point[] = "\x04\x09\xF9\xDF\x31\x1E\x54\x21\xA1\x50\xDD\x7D\x16\x1E\x4B"
	                               "\xC5\xC6\x72\x17\x9F\xAD\x18\x33\xFC\x07\x6B\xB0\x8F\xF3\x56"
	                               "\xF3\x50\x20\xCC\xEA\x49\x0C\xE2\x67\x75\xA5\x2D\xC6\xEA\x71"
	                               "\x8C\xC1\xAA\x60\x0A\xED\x05\xFB\xF3\x5E\x08\x4A\x66\x32\xF6"
	                               "\x07\x2D\xA9\xAD\x13";
	static const uint8_t signature[] =
	    "\x30\x46\x02\x21\x00\xF5\xA0\x3B\x06\x48\xD2\xC4\x63\x0E\xEA\xC5\x13\xE1\xBB\x81\xA1\x59"
	    "\x44\xDA\x38\x27\xD5\xB7\x41\x43\xAC\x7E\xAC\xEE\xE7\x20\xB3\x02\x21\x00\xB1\xB6\xAA\x29"
	    "\xDF\x21\x2F\xD8\x76\x31\x82\xBC\x0D\x42\x1C\xA1\xBB\x90\x38\xFD\x1F\x7F\x42\xD4\x84\x0B"
	    "\x69\xC4\x85\xBB\xC1\xAA";
	uint8_t off_curve[sizeof(point) - 1];
	struct note_key key = { .type = NOTE_ED25519 };
	ck_assert_int_eq(note_key_make(NOTE_SM2, "a", point, sizeof(point) - 1, &key), ERR_OK);
	ck_assert(note_key_has_signed(&key, "message digest", 14, signature, sizeof(signature) - 1));
	ck_assert(!note_key_has_signed(&key, "message digesT", 14, signature, sizeof(signature) - 1));
	memcpy(off_curve, point, sizeof(off_curve));
	off_curve[40] ^= 1;
	ck_assert_int_eq(note_key_make(NOTE_SM2, "a", off_curve, sizeof(off_curve), &key), ERR_SYNTAX);
	ck_assert_int_eq(note_key_make(NOTE_SM2, "a", point, 33, &key), ERR_SYNTAX);
	ck_assert_uint_eq(ERR_peek_error(), 0);
}
END_TEST

/* RFC 8032, section 7.1, test 3. */
START_TEST(the_example_of_the_ed25519_standard_verifies) {
	static const uint8_t point[] =
	    "\xfc\x51\xcd\x8e\x62\x18\xa1\xa3\x8d\xa4\x7e\xd0\x02\x30\xf0\x58"
	    "\x08\x16\xed\x13\xba\x33\x03\xac\x5d\xeb\x91\x15\x48\x90\x80\x25";
	static const uint8_t signature[] =
	    "\x62\x91\xd6\x57\xde\xec\x24\x02\x48\x27\xe6\x9c\x3a\xbe\x01\xa3\x0c\xe5\x48\xa2\x84\x74"
	    "\x3a\x44\x5e\x36\x80\xd7\xdb\x5a\xc3\xac\x18\xff\x9b\x53\x8d\x16\xf2\x90\xae\x67\xf7\x60"
	    "\x98\x4d\xc6\x59\x4a\x7c\x15\xe9\x71\x6e\xd2\x8d\xc0\x27\xbe\xce\xea\x1e\xc4\x0a";
	struct note_key key = { .type = NOTE_SM2 };
	ck_assert_int_eq(note_key_make(NOTE_ED25519, "a", point, 32, &key), ERR_OK);
	ck_assert(note_key_has_signed(&key, "\xaf\x82", 2, signature, 64));
	ck_assert(!note_key_has_signed(&key, "\xaf\x83", 2, signature, 64));
}
END_TEST

SUITE_MAIN("note_key", known_verifier_keys_are_read_and_written_as_they_are,
    what_is_no_verifier_key_is_refused_in_kind, names_have_neither_spaces_of_any_kind_nor_a_plus,
    a_new_key_goes_through_pem_and_text_and_signs, a_key_of_another_algorithm_or_none_is_refused,
    the_example_of_the_sm2_standard_verifies, the_example_of_the_ed25519_standard_verifies)
