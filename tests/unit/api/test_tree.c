/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs and tiles over HTTP, checked with nothing but what came. */
#include "unit/api/live.h"

#include "base/text.h"
#include "engine/engine.h"
#include "record/proof.h"
#include "record/tile.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct digest *digest;

static void read_hash(const struct answer *answer, const char *path, uint8_t *ret_hash) {
	const char *text = live_value(answer, path);
	ck_assert_msg(text_parse_hex(text, ret_hash, DIGEST_BYTES) == ERR_OK, "%s: %s", path, text);
}

static uint64_t read_number(const struct answer *answer, const char *path) {
	return strtoull(live_value(answer, path), NULL, 10);
}

static void read_proof(struct live *live, const struct answer *answer, struct proof *ret_proof) {
	ret_proof->count = 0;
	for (size_t i = 0;; i++) {
		const char *path = live_text(live, "hashes.%zu", i);
		if (live_value(answer, path)[0] == '\0')
			return;
		read_hash(answer, path, ret_proof->hashes[ret_proof->count++]);
	}
}

/* The hash of a leaf as its tile has it. */
static void read_leaf(struct live *live, uint64_t seq, uint8_t ret_leaf[DIGEST_BYTES]) {
	uint64_t rest = (seq - 1) % TILE_WIDTH;
	const struct tile tile = { 0, (seq - 1) / TILE_WIDTH, (unsigned)rest + 1 };
	char path[TILE_PATH_BYTES];
	tile_format(&tile, path);
	const struct answer *answer = live_get(live, NOBODY, live_text(live, "/%s", path));
	ck_assert_msg(answer->status == 200, "%s: %ld", path, answer->status);
	ck_assert_str_eq(answer->type, "application/octet-stream");
	ck_assert_uint_eq(answer->bytes, (rest + 1) * DIGEST_BYTES);
	memcpy(ret_leaf, answer->body + rest * DIGEST_BYTES, DIGEST_BYTES);
}

static struct live *begin(void) {
	struct live *live = live_start();
	live_settle(live);
	ck_assert_int_eq(digest_new("SHA256", &digest), ERR_OK);
	return live;
}

static void end(struct live *live) {
	digest_free(digest);
	live_stop(live);
}

START_TEST(an_inclusion_proof_leads_from_the_leaf_of_the_tile_to_the_root) {
	struct live *live = begin();
	uint64_t last = engine_last_seq(live_engine(live));
	for (uint64_t seq = 1; seq <= last; seq++) {
		const struct answer *answer = live_get(
		    live, STARTUP, live_text(live, "/v1/proof/inclusion?seq=%" PRIu64, seq));
		ck_assert_msg(answer->status == 200, "%s", answer->body);
		uint8_t leaf[DIGEST_BYTES], told[DIGEST_BYTES], root[DIGEST_BYTES];
		struct proof proof;
		ck_assert_uint_eq(read_number(answer, "seq"), seq);
		ck_assert_uint_eq(read_number(answer, "index"), seq - 1);
		ck_assert_uint_eq(read_number(answer, "size"), last);
		read_hash(answer, "leaf", told);
		read_hash(answer, "root", root);
		read_proof(live, answer, &proof);
		read_leaf(live, seq, leaf);
		ck_assert_mem_eq(told, leaf, DIGEST_BYTES);
		ck_assert(proof_is_included(&proof, digest, seq - 1, leaf, last, root));
	}
	end(live);
}
END_TEST

START_TEST(a_consistency_proof_leads_from_an_old_root_to_the_new_one) {
	struct live *live = begin();
	uint64_t last = engine_last_seq(live_engine(live));
	for (uint64_t from = 0; from <= last; from++) {
		uint64_t to = from + (last - from) / 2;
		if (!to)
			to = last;
		const struct answer *answer = live_get(live, AUDITOR,
		    live_text(live, "/v1/proof/consistency?from=%" PRIu64 "&to=%" PRIu64, from, to));
		ck_assert_msg(answer->status == 200, "%s", answer->body);
		uint8_t from_root[DIGEST_BYTES], to_root[DIGEST_BYTES];
		struct proof proof;
		ck_assert_uint_eq(read_number(answer, "from"), from);
		ck_assert_uint_eq(read_number(answer, "to"), to);
		read_hash(answer, "from_root", from_root);
		read_hash(answer, "to_root", to_root);
		read_proof(live, answer, &proof);
		ck_assert(proof_is_consistent(&proof, digest, from, from_root, to, to_root));
	}
	end(live);
}
END_TEST

START_TEST(what_cannot_be_proved_or_shown_is_refused_in_words) {
	static const struct {
		enum who who;
		const char *target;
		long status;
	} cases[] = {
		{ NOBODY, "/v1/proof/inclusion?seq=1", 401 },
		{ NOBODY, "/v1/proof/consistency?from=1", 401 },
		{ STARTUP, "/v1/proof/inclusion", 400 },
		{ STARTUP, "/v1/proof/inclusion?seq=0", 400 },
		{ STARTUP, "/v1/proof/inclusion?seq=-1", 400 },
		{ STARTUP, "/v1/proof/inclusion?seq=x", 400 },
		{ STARTUP, "/v1/proof/inclusion?seq=1&size=0", 400 },
		{ STARTUP, "/v1/proof/inclusion?seq=1&size=18446744073709551616", 400 },
		{ STARTUP, "/v1/proof/inclusion?seq=1&index=1", 400 },
		{ STARTUP, "/v1/proof/inclusion?seq=18446744073709551615", 404 },
		{ STARTUP, "/v1/proof/inclusion?seq=1&size=1000000", 404 },
		{ STARTUP, "/v1/proof/inclusion?seq=3&size=2", 404 },
		{ STARTUP, "/v1/proof/inclusion?seq=2&size=2", 200 },
		{ STARTUP, "/v1/proof/consistency", 400 },
		{ STARTUP, "/v1/proof/consistency?to=3", 400 },
		{ STARTUP, "/v1/proof/consistency?from=3&to=2", 400 },
		{ STARTUP, "/v1/proof/consistency?from=3&to=1000000", 404 },
		{ STARTUP, "/v1/proof/consistency?from=1000000", 404 },
		{ STARTUP, "/v1/proof/consistency?from=0", 200 },
		{ NOBODY, "/tile/0/000.p/1", 200 },
		{ NOBODY, "/tile/0/000", 404 },
		{ NOBODY, "/tile/0/000.p/0", 404 },
		{ NOBODY, "/tile/0/000.p/01", 404 },
		{ NOBODY, "/tile/0/000.p/255", 404 },
		{ NOBODY, "/tile/0/000.p/256", 404 },
		{ NOBODY, "/tile/0/0.p/1", 404 },
		{ NOBODY, "/tile/0/x000/000.p/1", 404 },
		{ NOBODY, "/tile/1/000.p/1", 404 },
		{ NOBODY, "/tile/9/000.p/1", 404 },
		{ NOBODY, "/tile/entries/000.p/1", 404 },
		{ NOBODY, "/tile/0/000.p/1/", 404 },
		{ NOBODY, "/tile/0/%30%30%30.p/1", 404 },
		{ NOBODY, "/tile/0/../0/000.p/1", 404 },
		{ NOBODY, "/tile/0/000.p/1?x=1", 400 },
	};
	struct live *live = begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct answer *answer = live_get(live, cases[i].who, cases[i].target);
		ck_assert_msg(answer->status == cases[i].status, "%s: %ld %s", cases[i].target,
		    answer->status, answer->body);
		if (answer->status != 200)
			ck_assert_str_eq(answer->type, "application/problem+json");
	}
	end(live);
}
END_TEST

SUITE_MAIN("tree", an_inclusion_proof_leads_from_the_leaf_of_the_tile_to_the_root,
    a_consistency_proof_leads_from_an_old_root_to_the_new_one,
    what_cannot_be_proved_or_shown_is_refused_in_words)
