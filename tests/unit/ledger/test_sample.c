/* SPDX-License-Identifier: Apache-2.0 */
/* Samples: what draw_sample records, and what sample_pick() draws by it. */
#include "ledger/sample.h"

#include "refusals.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

#define SEED "0606060606060606060606060606060606060606060606060606060606060606"

static const uint8_t seed[DIGEST_BYTES] = { 6, 7 };

static void number(uint64_t *claims, size_t count) {
	for (size_t i = 0; i < count; i++)
		claims[i] = 100 + i;
}

/* --- the drawing --- */

START_TEST(share_is_rounded_up) {
	static const struct {
		size_t claims;
		uint32_t share_bp;
		size_t drawn;
	} cases[] = { { 0, 500, 0 }, { 1, 1, 1 }, { 19, 500, 1 }, { 20, 500, 1 }, { 21, 500, 2 },
		{ 100, 10000, 100 }, { 100, 9999, 100 }, { 10000, 9999, 9999 } };
	static uint64_t claims[10000];
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t drawn = 77777;
		number(claims, cases[i].claims);
		ck_assert_int_eq(
		    sample_pick(seed, cases[i].share_bp, claims, cases[i].claims, &drawn), ERR_OK);
		ck_assert_uint_eq(drawn, cases[i].drawn);
	}
}
END_TEST

/* Whoever counts, for each claim, how many hashes are smaller must find the same claims. */
START_TEST(those_with_the_smallest_hashes_are_drawn) {
	enum { CLAIMS = 300, DRAWN = 45 };
	uint8_t hashes[CLAIMS][DIGEST_BYTES];
	uint64_t claims[CLAIMS], expected[CLAIMS];
	size_t drawn = 0, expected_count = 0;
	for (size_t i = 0; i < CLAIMS; i++) {
		uint8_t bytes[DIGEST_BYTES + 8] = { 0 };
		memcpy(bytes, seed, DIGEST_BYTES);
		bytes[DIGEST_BYTES + 6] = (uint8_t)((100 + i) >> 8);
		bytes[DIGEST_BYTES + 7] = (uint8_t)(100 + i);
		digest_sha256(bytes, sizeof(bytes), hashes[i]);
	}
	for (size_t i = 0; i < CLAIMS; i++) {
		size_t smaller = 0;
		for (size_t j = 0; j < CLAIMS; j++)
			smaller += memcmp(hashes[j], hashes[i], DIGEST_BYTES) < 0;
		if (smaller < DRAWN)
			expected[expected_count++] = 100 + i;
	}
	number(claims, CLAIMS);
	ck_assert_int_eq(sample_pick(seed, 1500, claims, CLAIMS, &drawn), ERR_OK);
	ck_assert_uint_eq(drawn, DRAWN);
	ck_assert_mem_eq(claims, expected, sizeof(expected[0]) * DRAWN);
}
END_TEST

START_TEST(order_of_the_claims_does_not_matter_and_the_seed_does) {
	enum { CLAIMS = 200 };
	uint64_t forwards[CLAIMS], backwards[CLAIMS], other[CLAIMS];
	size_t drawn = 0;
	const uint8_t other_seed[DIGEST_BYTES] = { 6, 8 };
	number(forwards, CLAIMS);
	number(other, CLAIMS);
	for (size_t i = 0; i < CLAIMS; i++)
		backwards[i] = forwards[CLAIMS - 1 - i];
	ck_assert_int_eq(sample_pick(seed, 1000, forwards, CLAIMS, &drawn), ERR_OK);
	ck_assert_int_eq(sample_pick(seed, 1000, backwards, CLAIMS, &drawn), ERR_OK);
	ck_assert_int_eq(sample_pick(other_seed, 1000, other, CLAIMS, &drawn), ERR_OK);
	ck_assert_uint_eq(drawn, 20);
	ck_assert_mem_eq(forwards, backwards, 20 * sizeof(forwards[0]));
	ck_assert_mem_ne(forwards, other, 20 * sizeof(forwards[0]));
}
END_TEST

/* --- the command --- */

START_TEST(sample_keeps_its_programme) {
	struct scheme *s = scheme_new(&scheme_plain);
	world_as(s->world, s->finance);
	uint64_t id = world_accept(s->world,
	    "{'draw_sample': {'programme': 'plain', 'after': 0, 'until': %llu, 'share_bp': 500,"
	    " 'seed': '" SEED "', 'reason': 'half-yearly'}}",
	    (unsigned long long)world_last_seq(s->world));
	ck_assert_uint_eq(WORLD_ROW(s->world, TABLE_SAMPLE, id, struct id_row).id, s->programme);
	ck_assert_uint_eq(world_entry(s->world, id)->decision->programme, s->programme);
	scheme_free(s);
}
END_TEST

START_TEST(staff_of_another_region_draw_nothing) {
	struct scheme *s = scheme_new(&scheme_plain);
	world_as(s->world, scheme_regional(s, "E1", "ROLE_AUDITOR", "110105"));
	const Pb__Refusal *refusal = world_refuse(s->world, PB__OUTCOME__NOT_IN_REGION,
	    "{'draw_sample': {'programme': 'plain', 'until': 5, 'share_bp': 500,"
	    " 'seed': '" SEED "'}}");
	ck_assert_str_eq(refusal->field, "programme");
	scheme_free(s);
}
END_TEST

START_TEST(sample_that_nobody_could_draw_again_is_refused) {
	static const struct refused table[] = {
		{ "{'draw_sample': {'programme': 'plain', 'until': 5, 'seed': '" SEED "'}}",
		    PB__OUTCOME__FIELD_MISSING, "share_bp" },
		{ "{'draw_sample': {'programme': 'plain', 'until': 5, 'share_bp': 10001,"
		  " 'seed': '" SEED "'}}",
		    PB__OUTCOME__FIELD_INVALID, "share_bp" },
		{ "{'draw_sample': {'programme': 'plain', 'until': 5, 'share_bp': 500}}",
		    PB__OUTCOME__FIELD_MISSING, "seed" },
		{ "{'draw_sample': {'programme': 'plain', 'until': 5, 'share_bp': 500, 'seed': '06'}}",
		    PB__OUTCOME__FIELD_INVALID, "seed" },
		{ "{'draw_sample': {'until': 5, 'share_bp': 500, 'seed': '" SEED "'}}",
		    PB__OUTCOME__FIELD_MISSING, "programme" },
		{ "{'draw_sample': {'programme': 'moon', 'until': 5, 'share_bp': 500,"
		  " 'seed': '" SEED "'}}",
		    PB__OUTCOME__PROGRAMME_UNKNOWN, "programme" },
		{ "{'draw_sample': {'programme': 'plain', 'share_bp': 500, 'seed': '" SEED "'}}",
		    PB__OUTCOME__FIELD_MISSING, "until" },
		{ "{'draw_sample': {'programme': 'plain', 'until': 1000, 'share_bp': 500,"
		  " 'seed': '" SEED "'}}",
		    PB__OUTCOME__CUTOFF_AHEAD, "until" },
		{ "{'draw_sample': {'programme': 'plain', 'after': 5, 'until': 5, 'share_bp': 500,"
		  " 'seed': '" SEED "'}}",
		    PB__OUTCOME__FIELD_INVALID, "after" },
	};
	struct scheme *s = scheme_new(&scheme_plain);
	world_as(s->world, s->finance);
	REFUSE_ALL(s->world, table);
	scheme_free(s);
}
END_TEST

SUITE_MAIN("sample", share_is_rounded_up, those_with_the_smallest_hashes_are_drawn,
    order_of_the_claims_does_not_matter_and_the_seed_does, sample_keeps_its_programme,
    staff_of_another_region_draw_nothing, sample_that_nobody_could_draw_again_is_refused)
