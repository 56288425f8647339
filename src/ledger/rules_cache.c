/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/rules_cache.h"

#include "base/check.h"
#include "record/pb.h"

#include <stdlib.h>
#include <string.h>

enum {
	BUCKETS = 256,
	CACHED_MAX = 1024,
};

struct cached {
	struct cached *next; /* in its bucket */
	uint64_t programme;
	uint32_t version;
	size_t packed_bytes;
	void *packed;
	const Pb__RuleSet *rules;
	struct arena arena; /* holds `packed` and `rules` */
};

struct rules_cache {
	struct cached *buckets[BUCKETS];
	size_t count;
};

enum err rules_cache_new(struct rules_cache **ret_cache) {
	struct rules_cache *cache = calloc(1, sizeof(*cache));
	if (!cache)
		return ERR_MEMORY;
	*ret_cache = cache;
	return ERR_OK;
}

static void cached_free(struct cached *cached) {
	arena_done(&cached->arena);
	free(cached);
}

static void clear(struct rules_cache *cache) {
	for (size_t i = 0; i < BUCKETS; i++) {
		while (cache->buckets[i]) {
			struct cached *cached = cache->buckets[i];
			cache->buckets[i] = cached->next;
			cached_free(cached);
		}
	}
	cache->count = 0;
}

void rules_cache_free(struct rules_cache *cache) {
	if (!cache)
		return;
	clear(cache);
	free(cache);
}

void rules_cache_trim(struct rules_cache *cache) {
	if (cache->count >= CACHED_MAX)
		clear(cache);
}

static struct cached **bucket_of(struct rules_cache *cache, uint64_t programme, uint32_t version) {
	return &cache->buckets[(programme * 31 + version) % BUCKETS];
}

/* Puts a copy at the head of its bucket: it is found before one whose row has changed since, which
 * stays for those who still read it until the next trim. */
static const Pb__RuleSet *add(
    struct rules_cache *cache, struct cached **bucket, const struct cached *what) {
	struct cached *cached = calloc(1, sizeof(*cached));
	if (!cached)
		return NULL;
	*cached = *what;
	arena_init(&cached->arena, 0);
	cached->packed = arena_copy(&cached->arena, what->packed, what->packed_bytes);
	ProtobufCMessage *rules = NULL;
	enum err err = cached->packed ? pb_unpack(&pb__rule_set__descriptor, what->packed,
	                                    what->packed_bytes, &cached->arena, &rules)
	                              : ERR_MEMORY;
	if (err) {
		check(err == ERR_MEMORY);
		cached_free(cached);
		return NULL;
	}
	cached->rules = (const Pb__RuleSet *)rules;
	cached->next = *bucket;
	*bucket = cached;
	cache->count++;
	return cached->rules;
}

const Pb__RuleSet *rules_cache_get(
    struct rules_cache *cache, const struct state *state, uint64_t programme, uint32_t version) {
	size_t bytes;
	struct key key = key_of_rules(programme, version);
	const void *row = state->ops->get(state->self, TABLE_RULES, &key, &bytes);
	check(row);
	struct cached **bucket = bucket_of(cache, programme, version);
	for (struct cached *cached = *bucket; cached; cached = cached->next) {
		if (cached->programme == programme && cached->version == version &&
		    cached->packed_bytes == bytes && memcmp(cached->packed, row, bytes) == 0)
			return cached->rules;
	}
	const struct cached what = {
		.programme = programme, .version = version, .packed_bytes = bytes, .packed = (void *)row
	};
	return add(cache, bucket, &what);
}
