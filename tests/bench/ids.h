/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Command ids for the benchmarks: random UUIDs (version 4 of RFC 9562), which is what most clients
 * make and the hardest to index, without a call to the system for each.
 */
#ifndef TESTS_BENCH_IDS_H
#define TESTS_BENCH_IDS_H

#include "base/uuid.h"

/* SplitMix64: a bijection of a counter, so that no two ids of a run are the same. */
static inline uint64_t ids_random(uint64_t *state) {
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline struct uuid ids_next(uint64_t *state) {
	uint64_t high = ids_random(state);
	uint64_t low = ids_random(state);
	return (struct uuid){
		.high = (high & ~UINT64_C(0xf000)) | 0x4000,
		.low = (low & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63,
	};
}

#endif
