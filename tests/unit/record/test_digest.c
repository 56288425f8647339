/* SPDX-License-Identifier: Apache-2.0 */
#include "record/digest.h"

#include "base/text.h"
#include "support/suite.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char abcd16[] = "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd";

/* SHA-256: FIPS 180-4 examples; SM3: GB/T 32905, appendix A. */
static const struct {
	const char *name, *text, *hash;
} vectors[] = {
	{ "SHA256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "SHA256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "SHA256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	{ "SM3", "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0" },
	{ "SM3", abcd16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732" },
};

static void check_hash(const uint8_t hash[DIGEST_BYTES], const char *hex) {
	char text[2 * DIGEST_BYTES + 1];
	text_hex(hash, DIGEST_BYTES, text);
	ck_assert_str_eq(text, hex);
}

START_TEST(published_vectors_hold) {
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct digest *digest = NULL;
		uint8_t hash[DIGEST_BYTES];
		ck_assert_int_eq(digest_new(vectors[i].name, &digest), ERR_OK);
		digest_compute(digest, vectors[i].text, strlen(vectors[i].text), NULL, 0, NULL, 0, hash);
		check_hash(hash, vectors[i].hash);
		digest_free(digest);
		if (strcmp(vectors[i].name, "SHA256") == 0) {
			digest_sha256(vectors[i].text, strlen(vectors[i].text), hash);
			check_hash(hash, vectors[i].hash);
		}
	}
}
END_TEST

START_TEST(pieces_hash_like_the_whole) {
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct digest *digest = NULL;
		const char *text = vectors[i].text;
		size_t bytes = strlen(text), third = bytes / 3;
		uint8_t hash[DIGEST_BYTES];
		ck_assert_int_eq(digest_new(vectors[i].name, &digest), ERR_OK);
		digest_compute(
		    digest, text, third, text + third, third, text + 2 * third, bytes - 2 * third, hash);
		check_hash(hash, vectors[i].hash);
		digest_compute(digest, NULL, 0, text, bytes, NULL, 0, hash);
		check_hash(hash, vectors[i].hash);
		digest_compute(digest, NULL, 0, NULL, 0, text, bytes, hash);
		check_hash(hash, vectors[i].hash);
		digest_free(digest);
	}
}
END_TEST

START_TEST(no_other_function_is_taken) {
	static const char *const names[] = { "", "MD5", "SHA1", "SHA512", "sha256", "SHA-256", "SM4" };
	for (size_t i = 0; i < COUNT(names); i++) {
		struct digest *digest = NULL;
		ck_assert_int_eq(digest_new(names[i], &digest), ERR_NOT_FOUND);
		ck_assert_ptr_null(digest);
	}
	digest_free(NULL);
}
END_TEST

SUITE_MAIN("digest", published_vectors_hold, pieces_hash_like_the_whole, no_other_function_is_taken)
