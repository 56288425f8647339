/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include "base/clock.h"
#include "model.h"

#include <string.h>

struct state_store_config small_config(const char *directory) {
	return (struct state_store_config){
		.directory = directory,
		.format = 7,
		.map_bytes = 256 << 20,
		.memtable_bytes_max = 2 << 20,
		.segment_bytes = 64 << 10,
		.idle_ms = 5,
		.id_table = MODEL_ID_TABLE,
	};
}

struct state_store *open_expecting(const struct state_store_config *config, uint64_t seq) {
	unsigned char meta[STORE_META_BYTES_MAX];
	struct state_store *store = NULL;
	uint64_t found_seq = 77;
	size_t meta_bytes = 77;
	ck_assert_int_eq(store_open(config, &store, &found_seq, meta, &meta_bytes), ERR_OK);
	ck_assert_uint_eq(found_seq, seq);
	return store;
}

void put_text(struct state_store *store, const char *key, const char *text) {
	store_put(store, 1, key, strlen(key), text, strlen(text) + 1);
}

const char *get_text(struct state_store *store, const char *key) {
	size_t bytes = 0;
	const char *text = store_get(store, 1, key, strlen(key), &bytes);
	if (text)
		ck_assert_uint_eq(bytes, strlen(text) + 1);
	return text;
}

void merge(struct state_store *store, uint64_t seq) {
	EXPECT(store_merge(store, seq, &seq, sizeof(seq)) == ERR_OK);
}

void wait_for(struct state_store *store, uint64_t seq) {
	int64_t deadline_us = clock_monotonic_us() + 60 * US_PER_S;
	ck_assert_int_eq(store_wait_checkpoint(store, seq, deadline_us), ERR_OK);
	ck_assert_uint_ge(store_checkpoint_seq(store), seq);
}
