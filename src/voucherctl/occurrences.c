/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing. A slot with no occurrence is free. */
#include "voucherctl/occurrences.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 1024

struct occurrence {
	uint64_t key;
	uint64_t times;
};

void occurrences_init(struct occurrences *occurrences) {
	*occurrences = (struct occurrences){ 0 };
}

void occurrences_done(struct occurrences *occurrences) {
	free(occurrences->slots);
	occurrences_init(occurrences);
}

static struct occurrence *find(const struct occurrences *occurrences, uint64_t key) {
	size_t mask = occurrences->room - 1;
	size_t at = (size_t)key & mask;
	while (occurrences->slots[at].times > 0 && occurrences->slots[at].key != key)
		at = (at + 1) & mask;
	return &occurrences->slots[at];
}

static enum err widen(struct occurrences *occurrences) {
	struct occurrences wider = { .room = occurrences->room ? 2 * occurrences->room : ROOM_FIRST,
		.count = occurrences->count };
	wider.slots = calloc(wider.room, sizeof(wider.slots[0]));
	if (!wider.slots)
		return ERR_MEMORY;
	for (size_t i = 0; i < occurrences->room; i++)
		if (occurrences->slots[i].times > 0)
			*find(&wider, occurrences->slots[i].key) = occurrences->slots[i];
	free(occurrences->slots);
	*occurrences = wider;
	return ERR_OK;
}

enum err occurrences_add(
    struct occurrences *occurrences, const uint8_t hash[DIGEST_BYTES], uint64_t *ret_before) {
	uint64_t key;
	memcpy(&key, hash, sizeof(key));
	if (2 * (occurrences->count + 1) > occurrences->room) {
		enum err err = widen(occurrences);
		if (err)
			return err;
	}
	struct occurrence *slot = find(occurrences, key);
	if (slot->times == 0) {
		slot->key = key;
		occurrences->count++;
	}
	*ret_before = slot->times++;
	return ERR_OK;
}
