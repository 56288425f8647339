/* SPDX-License-Identifier: Apache-2.0 */
#include "net/gate.h"

#include "base/check.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

struct gate_entry {
	struct gate_entry *next;
	struct gate_key key;
	uint32_t count; /* never 0 */
};

enum err gate_init(struct gate *gate, uint32_t count_max, uint32_t count_per_address_max) {
	size_t bucket_count = 16;
	while (bucket_count < count_max && bucket_count < 65536)
		bucket_count *= 2;
	*gate = (struct gate){
		.count_max = count_max,
		.count_per_address_max = count_per_address_max,
		.bucket_count = bucket_count,
		.buckets = calloc(bucket_count, sizeof(struct gate_entry *)),
	};
	if (!gate->buckets)
		return ERR_MEMORY;
	pthread_mutex_init(&gate->lock, NULL);
	return ERR_OK;
}

void gate_done(struct gate *gate) {
	if (!gate->buckets)
		return;
	check(gate->count == 0);
	free(gate->buckets);
	gate->buckets = NULL;
	pthread_mutex_destroy(&gate->lock);
}

struct gate_key gate_key(const struct sockaddr_storage *address) {
	struct gate_key key = { { 0 } };
	if (address->ss_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)address;
		key.bytes[10] = key.bytes[11] = 0xff;
		memcpy(key.bytes + 12, &v4->sin_addr, 4);
		return key;
	}
	const struct sockaddr_in6 *v6 = (const void *)address;
	bool is_mapped = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
	memcpy(key.bytes, &v6->sin6_addr, is_mapped ? 16 : 8);
	return key;
}

static struct gate_entry **find(struct gate *gate, const struct gate_key *key) {
	uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
	for (size_t i = 0; i < sizeof(key->bytes); i++)
		hash = (hash ^ key->bytes[i]) * 0x100000001b3u;
	struct gate_entry **place = &gate->buckets[(hash ^ hash >> 32) & (gate->bucket_count - 1)];
	while (*place && memcmp(&(*place)->key, key, sizeof(*key)))
		place = &(*place)->next;
	return place;
}

bool gate_has_room(struct gate *gate) {
	pthread_mutex_lock(&gate->lock);
	bool has_room = gate->count < gate->count_max;
	gate->is_waiting = !has_room;
	pthread_mutex_unlock(&gate->lock);
	return has_room;
}

static enum err enter(struct gate *gate, const struct gate_key *key) {
	struct gate_entry **place = find(gate, key);
	if (*place && (*place)->count == gate->count_per_address_max)
		return ERR_FULL;
	if (!*place) {
		*place = calloc(1, sizeof(**place));
		if (!*place)
			return ERR_MEMORY;
		(*place)->key = *key;
	}
	(*place)->count++;
	gate->count++;
	return ERR_OK;
}

enum err gate_enter(struct gate *gate, const struct gate_key *key) {
	pthread_mutex_lock(&gate->lock);
	enum err err = enter(gate, key);
	pthread_mutex_unlock(&gate->lock);
	return err;
}

bool gate_leave(struct gate *gate, const struct gate_key *key) {
	pthread_mutex_lock(&gate->lock);
	struct gate_entry **place = find(gate, key);
	struct gate_entry *entry = *place;
	check(entry);
	if (--entry->count == 0) {
		*place = entry->next;
		free(entry);
	}
	gate->count--;
	bool was_waiting = gate->is_waiting;
	gate->is_waiting = false;
	pthread_mutex_unlock(&gate->lock);
	return was_waiting;
}

uint32_t gate_count(struct gate *gate) {
	pthread_mutex_lock(&gate->lock);
	uint32_t count = gate->count;
	pthread_mutex_unlock(&gate->lock);
	return count;
}
