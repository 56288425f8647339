/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/suggest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define WORD_BYTES_MAX 63

static size_t smaller(size_t a, size_t b) {
	return a < b ? a : b;
}

size_t suggest_distance(const char *a, const char *b) {
	size_t a_bytes = strlen(a), b_bytes = strlen(b);
	if (a_bytes > WORD_BYTES_MAX || b_bytes > WORD_BYTES_MAX)
		return SIZE_MAX;
	/* distance[i][j]: from the first i letters of a to the first j of b. */
	size_t distance[WORD_BYTES_MAX + 1][WORD_BYTES_MAX + 1];
	for (size_t j = 0; j <= b_bytes; j++)
		distance[0][j] = j;
	for (size_t i = 1; i <= a_bytes; i++) {
		distance[i][0] = i;
		for (size_t j = 1; j <= b_bytes; j++) {
			bool is_same = a[i - 1] == b[j - 1];
			size_t best = smaller(distance[i - 1][j], distance[i][j - 1]) + 1;
			best = smaller(best, distance[i - 1][j - 1] + !is_same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = smaller(best, distance[i - 2][j - 2] + 1);
			distance[i][j] = best;
		}
	}
	return distance[a_bytes][b_bytes];
}

void suggest_begin(struct suggestion *suggestion, const char *typed) {
	size_t most = strlen(typed) / 3;
	*suggestion = (struct suggestion){ .typed = typed, .distance = (most > 0 ? most : 1) + 1 };
}

void suggest_offer(struct suggestion *suggestion, const char *word) {
	size_t typed_bytes = strlen(suggestion->typed);
	size_t distance = suggest_distance(suggestion->typed, word);
	/* Somebody who stops early means the word that goes on like that. */
	if (typed_bytes >= 3 && strncmp(word, suggestion->typed, typed_bytes) == 0)
		distance = smaller(distance, 1);
	if (distance < suggestion->distance) {
		suggestion->distance = distance;
		suggestion->word = word;
	}
}
