/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/once.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum err once_open(struct once *once, struct store *store, const char *name) {
	snprintf(once->sorted_name, sizeof(once->sorted_name), "%.16s-sorted", name);
	enum err err = store_table(store, once->sorted_name, sizeof(uint64_t), &once->sorted);
	for (unsigned i = 0; !err && i < ONCE_FILES; i++) {
		snprintf(once->names[i], sizeof(once->names[i]), "%.16s-%02x", name, i);
		err = store_table(store, once->names[i], sizeof(struct once_use), &once->parts[i]);
	}
	while (!err && once->sorted.count < ONCE_FILES)
		table_add(&once->sorted);
	return err;
}

void once_use(struct once *once, struct mark what, uint64_t seq) {
	/* What comes one after another, as time-ordered ids do, is spread by a multiplication. */
	uint64_t spread = (what.high ^ what.low) * 0x9e3779b97f4a7c15ull;
	struct once_use *use = table_add(&once->parts[spread >> 58]);
	*use = (struct once_use){ what.high, what.low, seq };
}

static int compare(const void *a, const void *b) {
	const struct once_use *x = a, *y = b;
	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	if (x->low != y->low)
		return x->low < y->low ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static bool is_same(const struct once_use *a, const struct once_use *b) {
	return a->high == b->high && a->low == b->low;
}

/* What is new, sorted in `fresh`, goes among what was sorted before, from the end: what lies there
 * has been copied. */
static void merge(struct once_use *uses, uint64_t old, const struct once_use *fresh, uint64_t n) {
	while (n > 0) {
		bool is_old_last = old > 0 && compare(&uses[old - 1], &fresh[n - 1]) > 0;
		uses[old + n - 1] = is_old_last ? uses[old - 1] : fresh[n - 1];
		if (is_old_last)
			old--;
		else
			n--;
	}
}

static enum err compare_part(struct once *once, unsigned i,
    void (*twice)(void *arg, const struct once_use *first, const struct once_use *again),
    void *arg) {
	const struct table *part = &once->parts[i];
	uint64_t *sorted = table_row(&once->sorted, i), n = part->count - *sorted;
	struct once_use *uses = (struct once_use *)part->rows;
	if (n == 0)
		return ERR_OK;
	struct once_use *fresh = malloc(n * sizeof(*fresh));
	if (!fresh)
		return ERR_MEMORY;
	memcpy(fresh, uses + *sorted, n * sizeof(*fresh));
	qsort(fresh, n, sizeof(*fresh), compare);
	uint64_t newest = *sorted ? once->newest_compared : 0;
	merge(uses, *sorted, fresh, n);
	free(fresh);
	*sorted = part->count;
	for (uint64_t at = 1; at < part->count; at++)
		if (is_same(&uses[at], &uses[at - 1]) && uses[at].seq > newest)
			twice(arg, &uses[at - 1], &uses[at]);
	table_trim(part);
	return ERR_OK;
}

enum err once_compare(struct once *once, uint64_t before,
    void (*twice)(void *arg, const struct once_use *first, const struct once_use *again),
    void *arg) {
	once->newest_compared = before;
	enum err err = ERR_OK;
	for (unsigned i = 0; !err && i < ONCE_FILES; i++)
		err = compare_part(once, i, twice, arg);
	return err;
}
