/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/held.h"

#include "base/check.h"

#include <string.h>

struct held_row {
	struct held_row *next; /* of another table */
	enum table table;
	size_t bytes;
	struct key key;
	uint64_t row[]; /* `bytes` */
};

static void copy_key(struct key *to, const struct key *from) {
	to->bytes = from->bytes;
	memcpy(to->data, from->data, from->bytes);
}

static bool is_of(const struct held_row *held, const struct key *key) {
	return held->key.bytes == key->bytes && memcmp(held->key.data, key->data, key->bytes) == 0;
}

static struct held_row *find(struct applying *a, enum table table, size_t bytes) {
	for (struct held_row *held = a->held; held; held = held->next)
		if (held->table == table)
			return held;
	struct held_row *held = arena_alloc(a->arena, sizeof(*held) + bytes);
	check(held);
	held->next = a->held;
	held->table = table;
	held->bytes = 0; /* nothing yet */
	a->held = held;
	return held;
}

void *hold_row(struct applying *a, enum table table, const struct key *key, size_t bytes) {
	struct held_row *held = find(a, table, bytes);
	check(held->bytes == 0 || held->bytes == bytes);
	if (held->bytes && is_of(held, key))
		return held->row;
	if (held->bytes)
		state_put(a->state, table, &held->key, held->row, bytes);
	const void *there = state_get(a->state, table, key, bytes);
	if (there)
		memcpy(held->row, there, bytes);
	else
		memset(held->row, 0, bytes);
	copy_key(&held->key, key);
	held->bytes = bytes;
	return held->row;
}

void put_held(struct applying *a) {
	for (const struct held_row *held = a->held; held; held = held->next)
		state_put(a->state, held->table, &held->key, held->row, held->bytes);
}
