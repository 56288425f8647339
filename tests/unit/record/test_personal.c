/* SPDX-License-Identifier: Apache-2.0 */
#include "record/personal.h"

#include "base/text.h"
#include "record/pb.h"
#include "support/suite.h"

#include <string.h>

static struct arena arena;

/* Salt 00 01 02 … 1f. */
static struct sealed seal(const Pb__Personal *personal) {
	uint8_t salt[PERSONAL_SALT_BYTES];
	struct sealed sealed;
	for (size_t i = 0; i < sizeof(salt); i++)
		salt[i] = (uint8_t)i;
	ck_assert_int_eq(personal_seal(salt, personal, &arena, &sealed), ERR_OK);
	return sealed;
}

static const Pb__Personal *sample(void) {
	static Pb__BankAccount account = PB__BANK_ACCOUNT__INIT;
	static Pb__Personal personal = PB__PERSONAL__INIT;
	account.number = "6222";
	account.bank_code = "102100099996";
	account.holder_name = "张三";
	personal.name = "张三";
	personal.telephone = "13800000000";
	personal.bank_account = &account;
	arena_init(&arena, 0);
	return &personal;
}

static Pb__Digest *committed(const struct sealed *sealed) {
	Pb__Digest *digest = PB_NEW(Pb__Digest, pb__digest, &arena);
	ck_assert_ptr_nonnull(digest);
	digest->value.data = arena_alloc(&arena, DIGEST_BYTES);
	digest->value.len = DIGEST_BYTES;
	sealed_commitment(sealed, digest->value.data);
	return digest;
}

START_TEST(the_commitment_is_that_of_salt_and_packed_text) {
	/* Computed by another program from the bytes, by hand:
	 *	0a 06 e5bca0e4b889  12 0b "13800000000"
	 *	22 1c  0a 04 "6222"  12 0c "102100099996"  1a 06 e5bca0e4b889 */
	static const char expected[] =
	    "e444ddb6ec7581bfa191810d974cacaa98a296517b8324a4e78e720fdc70b18e";
	const Pb__Personal *personal = sample();
	const struct sealed sealed = seal(personal);
	uint8_t commitment[DIGEST_BYTES], again[DIGEST_BYTES];
	char hex[2 * DIGEST_BYTES + 1];
	ck_assert_uint_eq(sealed.bytes, PERSONAL_SALT_BYTES + 51);
	sealed_commitment(&sealed, commitment);
	text_hex(commitment, sizeof(commitment), hex);
	ck_assert_str_eq(hex, expected);
	ck_assert_int_eq(personal_commitment(sealed.data, personal, again), ERR_OK);
	ck_assert_mem_eq(commitment, again, DIGEST_BYTES);
	arena_done(&arena);
}
END_TEST

START_TEST(what_was_sealed_opens_to_what_it_was) {
	const Pb__Personal *personal = sample();
	const struct sealed sealed = seal(personal);
	Pb__Personal *opened;
	ck_assert_int_eq(sealed_open(&sealed, committed(&sealed), &arena, &opened), ERR_OK);
	ck_assert(pb_is_equal(&personal->base, &opened->base));
	arena_done(&arena);
}
END_TEST

START_TEST(what_was_not_committed_to_is_not_opened) {
	struct sealed sealed = seal(sample());
	Pb__Digest *commitment = committed(&sealed);
	Pb__Personal *opened = NULL;
	uint8_t *bytes = arena_copy(&arena, sealed.data, sealed.bytes);
	for (size_t i = 0; i < sealed.bytes; i++) {
		const struct sealed tampered = { bytes, sealed.bytes };
		bytes[i] ^= 1;
		ck_assert_int_eq(sealed_open(&tampered, commitment, &arena, &opened), ERR_CORRUPT);
		bytes[i] ^= 1;
	}
	const struct sealed short_by_one = { bytes, sealed.bytes - 1 }, salt_alone = { bytes, 31 };
	ck_assert_int_eq(sealed_open(&short_by_one, commitment, &arena, &opened), ERR_CORRUPT);
	ck_assert_int_eq(sealed_open(&salt_alone, commitment, &arena, &opened), ERR_CORRUPT);
	commitment->value.len = 0; /* what is left of one after erasure */
	ck_assert_int_eq(sealed_open(&sealed, commitment, &arena, &opened), ERR_CORRUPT);
	ck_assert_ptr_null(opened);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("personal", the_commitment_is_that_of_salt_and_packed_text,
    what_was_sealed_opens_to_what_it_was, what_was_not_committed_to_is_not_opened)
