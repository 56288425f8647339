/* SPDX-License-Identifier: Apache-2.0 */
/* draw_sample records what a sample is drawn by; sample_pick() draws it, for whoever asks. */
#include "ledger/sample.h"

#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/want.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE_BP = 10000 };

/* --- the command --- */

static bool want_share(struct deciding *d, uint32_t share_bp) {
	if (share_bp == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "share_bp");
	return share_bp <= WHOLE_BP || refuse_field(d, PB__OUTCOME__FIELD_INVALID, "share_bp");
}

/* What is still to be written could not be drawn again. */
static bool want_range(struct deciding *d, uint64_t after, uint64_t until) {
	if (until == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "until");
	if (until > d->head->seq)
		return refuse_field(d, PB__OUTCOME__CUTOFF_AHEAD, "until");
	return after < until ||
	    refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "after", "it does not come before until");
}

bool decide_draw_sample(struct deciding *d) {
	const Pb__DrawSample *draw = d->command->draw_sample;
	if (!want_share(d, draw->share_bp) || !want_digest(d, draw->seed, "seed") ||
	    !allow_text(d, draw->reason, LIMIT_TEXT_BYTES, "reason"))
		return false;
	const struct programme_row *programme = find_programme(
	    d, draw->programme, "programme", &d->decision->programme);
	return programme && want_programme_in_region(d, programme, "programme") &&
	    want_range(d, draw->after, draw->until);
}

void apply_draw_sample(struct applying *a) {
	struct key key = key_of_id(a->entry->seq);
	put_id(a, TABLE_SAMPLE, &key, a->decision->programme);
}

/* --- the drawing --- */

struct lot {
	uint8_t hash[DIGEST_BYTES];
	uint64_t claim;
};

static int compare_claims(const void *a, const void *b) {
	uint64_t first = *(const uint64_t *)a;
	uint64_t second = *(const uint64_t *)b;
	return (first > second) - (first < second);
}

static int compare_lots(const void *a, const void *b) {
	const struct lot *first = a;
	const struct lot *second = b;
	int order = memcmp(first->hash, second->hash, DIGEST_BYTES);
	return order ? order : compare_claims(&first->claim, &second->claim);
}

static enum err cast_lots(
    const uint8_t seed[DIGEST_BYTES], const uint64_t *claims, size_t count, struct lot *ret_lots) {
	struct digest *digest;
	enum err err = digest_new("SHA256", &digest);
	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		uint64_t id = htobe64(claims[i]);
		digest_compute(digest, seed, DIGEST_BYTES, &id, sizeof(id), NULL, 0, ret_lots[i].hash);
		ret_lots[i].claim = claims[i];
	}
	digest_free(digest);
	return ERR_OK;
}

enum err sample_pick(const uint8_t seed[DIGEST_BYTES], uint32_t share_bp, uint64_t *claims,
    size_t count, size_t *ret_drawn) {
	check(share_bp > 0 && share_bp <= WHOLE_BP);
	size_t drawn = (size_t)(((unsigned __int128)count * share_bp + WHOLE_BP - 1) / WHOLE_BP);
	struct lot *lots = calloc(count ? count : 1, sizeof(*lots));
	if (!lots)
		return ERR_MEMORY;
	enum err err = cast_lots(seed, claims, count, lots);
	if (err)
		goto out;
	qsort(lots, count, sizeof(*lots), compare_lots);
	for (size_t i = 0; i < count; i++)
		claims[i] = lots[i].claim;
	qsort(claims, drawn, sizeof(*claims), compare_claims);
	*ret_drawn = drawn;
out:
	free(lots);
	return err;
}
