/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean …?" */
#ifndef VOUCHERCTL_SUGGEST_H
#define VOUCHERCTL_SUGGEST_H

#include <stddef.h>

/* Collects the best of the words offered. */
struct suggestion {
	const char *typed;
	const char *word; /* the nearest so far, or NULL when none is near */
	size_t distance;
};

/* Words further away than a third of what was typed (but at least one letter) are not near. */
void suggest_begin(struct suggestion *suggestion, const char *typed);

/* `word` is borrowed. */
void suggest_offer(struct suggestion *suggestion, const char *word);

/* Letters to insert, delete, replace or swap with their neighbour to make `a` of `b` (optimal
 * string alignment). Words longer than 63 bytes are as far away as can be. */
size_t suggest_distance(const char *a, const char *b);

#endif
