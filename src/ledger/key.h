/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of state rows: bytes that sort as their parts do. Integers are big-endian. */
#ifndef LEDGER_KEY_H
#define LEDGER_KEY_H

#include "base/limits.h"

#include <stddef.h>
#include <stdint.h>

struct key {
	size_t bytes;
	uint8_t data[LIMIT_KEY_BYTES];
};

/* Begin with KEY_EMPTY; a key that would be longer than LIMIT_KEY_BYTES is a bug. */
#define KEY_EMPTY ((struct key){ .bytes = 0 })

void key_add_u8(struct key *key, uint8_t value);
void key_add_u32(struct key *key, uint32_t value);
void key_add_u64(struct key *key, uint64_t value);
void key_add_bytes(struct key *key, const void *data, size_t bytes);

uint64_t key_read_u64(const struct key *key, size_t offset);
uint32_t key_read_u32(const struct key *key, size_t offset);

/* The common ones. */
struct key key_of_id(uint64_t id);
struct key key_of_text(const char *text); /* without its NUL */
struct key key_of_ids(uint64_t first, uint64_t second);
struct key key_of_rules(uint64_t programme, uint32_t version);

/* A calendar year, or 0, as the last part of TABLE_USAGE's key. */
struct key key_of_usage(uint32_t usage_kind, uint64_t programme, uint64_t subject, int32_t year);
struct key key_of_payment(uint64_t settlement, uint32_t number);
struct key key_of_balance(uint32_t account_kind, uint64_t owner, uint64_t party);
struct key key_of_party_object(uint64_t party, uint32_t table, uint64_t object);

#endif
