/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts connections, in total and per address, and says when there are too many. Thread-safe: the
 * listener lets in, every loop lets out.
 *
 * An IPv6 client owns a /64, so that is what counts as its address.
 */
#ifndef NET_GATE_H
#define NET_GATE_H

#include "base/err.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct gate_key {
	uint8_t bytes[16];
};

struct gate_entry;

struct gate {
	pthread_mutex_t lock;
	uint32_t count, count_max, count_per_address_max;
	bool is_waiting; /* the listener has stopped accepting */
	struct gate_entry **buckets;
	size_t bucket_count; /* a power of two */
};

enum err gate_init(
    struct gate *gate, uint32_t count_max, uint32_t count_per_address_max) MUST_CHECK;
void gate_done(struct gate *gate);

/* For IPv4 (also mapped into IPv6) and IPv6. */
struct gate_key gate_key(const struct sockaddr_storage *address);

/* False: the gate is full, and the next gate_leave will say that somebody waits. */
bool gate_has_room(struct gate *gate);

/* ERR_FULL: too many from this address. ERR_MEMORY. */
enum err gate_enter(struct gate *gate, const struct gate_key *key) MUST_CHECK;

/* True, once: the listener waits for room. */
bool gate_leave(struct gate *gate, const struct gate_key *key);

uint32_t gate_count(struct gate *gate);

#endif
