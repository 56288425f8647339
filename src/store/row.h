/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One version of one row of the state, in memory. Table and key never change once it is made, nor
 * does the value once it is no longer fresh: the checkpointer reads them while the writer goes on.
 * The other members are the writer's alone.
 *
 *	| struct row | key | 0–7 bytes | value | 0–7 bytes |   the value is aligned for 64-bit integers
 */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum row_status {
	ROW_CURRENT,  /* the table finds it */
	ROW_FRESH,    /* the same, made since the newest mark: nothing can come back to it */
	ROW_UNREAD,   /* of the batch under way; the table never finds it, it is only written */
	ROW_REPLACED, /* by a put in the batch under way, which may yet be undone */
	ROW_DEAD,     /* its memory may be taken, except while a segment lists it */
};

/* In this order: a compiler that compares two members that both threads may read loads no byte of
 * the writer's beside them. */
struct row {
	uint32_t segment; /* number of the newest segment with this key; 0: never changed */
	uint8_t table;
	uint8_t key_bytes;
	uint8_t status;
	bool is_used;           /* since it was made, or since it last escaped eviction */
	uint32_t segment_index; /* its place in that segment */
	uint32_t bytes;         /* of the value */
	_Alignas(uint64_t) unsigned char data[];
};

_Static_assert(LIMIT_KEY_BYTES <= UINT8_MAX, "key_bytes has 8 bits");

/* What is asked for: a key with its hash. */
struct row_name {
	uint64_t hash;
	const void *key;
	uint8_t key_bytes;
	uint8_t table;
};

static inline size_t row_round_up(size_t bytes) {
	return (bytes + sizeof(uint64_t) - 1) & ~(sizeof(uint64_t) - 1);
}

static inline const unsigned char *row_value(const struct row *row) {
	return row->data + row_round_up(row->key_bytes);
}

/* The row is fresh, and the value as long as it is. */
static inline void row_overwrite(struct row *row, const void *value) {
	if (row->bytes)
		memmove(row->data + row_round_up(row->key_bytes), value, row->bytes);
}

/* Of memory, all in all. */
static inline size_t row_footprint(size_t key_bytes, size_t value_bytes) {
	return sizeof(struct row) + row_round_up(key_bytes) + row_round_up(value_bytes);
}

#endif
