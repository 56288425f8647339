/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser of HTTP/1.1: however the bytes are cut, it says the same; what it lets through keeps
 * the promises of its header (checked in http1_trace).
 */
#include "unit/net/http1_trace.h"

#include "base/check.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check_same(const struct buffer *a, const struct buffer *b) {
	check(a->bytes == b->bytes);
	check(!a->bytes || !memcmp(a->data, b->data, a->bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	const char *text = (const char *)data;
	struct buffer whole, pieces;
	buffer_init(&whole, 0);
	buffer_init(&pieces, 0);
	http1_trace(text, bytes, 0, 0, &whole);
	http1_trace(text, bytes, 1, 0, &pieces);
	check_same(&whole, &pieces);
	for (uint64_t seed = bytes; seed < bytes + 3; seed++) {
		http1_trace(text, bytes, 61, seed, &pieces);
		check_same(&whole, &pieces);
	}
	buffer_done(&pieces);
	buffer_done(&whole);
	return 0;
}
