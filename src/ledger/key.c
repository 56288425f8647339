/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/key.h"

#include "base/check.h"

#include <endian.h>
#include <string.h>

/* Room for `bytes` more. */
static uint8_t *extend(struct key *key, size_t bytes) {
	check(bytes <= LIMIT_KEY_BYTES - key->bytes);
	uint8_t *room = key->data + key->bytes;
	key->bytes += bytes;
	return room;
}

void key_add_bytes(struct key *key, const void *data, size_t bytes) {
	uint8_t *room = extend(key, bytes);
	if (bytes)
		memcpy(room, data, bytes);
}

void key_add_u8(struct key *key, uint8_t value) {
	*extend(key, sizeof(value)) = value;
}

void key_add_u32(struct key *key, uint32_t value) {
	uint32_t big_endian = htobe32(value);
	memcpy(extend(key, sizeof(big_endian)), &big_endian, sizeof(big_endian));
}

void key_add_u64(struct key *key, uint64_t value) {
	uint64_t big_endian = htobe64(value);
	memcpy(extend(key, sizeof(big_endian)), &big_endian, sizeof(big_endian));
}

uint64_t key_read_u64(const struct key *key, size_t offset) {
	uint64_t big_endian;
	check(offset <= key->bytes && sizeof(big_endian) <= key->bytes - offset);
	memcpy(&big_endian, key->data + offset, sizeof(big_endian));
	return be64toh(big_endian);
}

uint32_t key_read_u32(const struct key *key, size_t offset) {
	uint32_t big_endian;
	check(offset <= key->bytes && sizeof(big_endian) <= key->bytes - offset);
	memcpy(&big_endian, key->data + offset, sizeof(big_endian));
	return be32toh(big_endian);
}

/* KEY_EMPTY would clear all of it, and keys are made a dozen times per command. */
struct key key_of_id(uint64_t id) {
	struct key key;
	key.bytes = 0;
	key_add_u64(&key, id);
	return key;
}

struct key key_of_text(const char *text) {
	struct key key;
	key.bytes = 0;
	key_add_bytes(&key, text, strlen(text));
	return key;
}

struct key key_of_ids(uint64_t first, uint64_t second) {
	struct key key;
	key.bytes = 0;
	key_add_u64(&key, first);
	key_add_u64(&key, second);
	return key;
}

struct key key_of_rules(uint64_t programme, uint32_t version) {
	struct key key;
	key.bytes = 0;
	key_add_u64(&key, programme);
	key_add_u32(&key, version);
	return key;
}

struct key key_of_usage(uint32_t usage_kind, uint64_t programme, uint64_t subject, int32_t year) {
	struct key key;
	key.bytes = 0;
	key_add_u32(&key, usage_kind);
	key_add_u64(&key, programme);
	key_add_u64(&key, subject);
	key_add_u32(&key, (uint32_t)year);
	return key;
}

struct key key_of_payment(uint64_t settlement, uint32_t number) {
	struct key key;
	key.bytes = 0;
	key_add_u64(&key, settlement);
	key_add_u32(&key, number);
	return key;
}

struct key key_of_balance(uint32_t account_kind, uint64_t owner, uint64_t party) {
	struct key key;
	key.bytes = 0;
	key_add_u32(&key, account_kind);
	key_add_u64(&key, owner);
	key_add_u64(&key, party);
	return key;
}

struct key key_of_party_object(uint64_t party, uint32_t table, uint64_t object) {
	struct key key;
	key.bytes = 0;
	key_add_u64(&key, party);
	key_add_u32(&key, table);
	key_add_u64(&key, object);
	return key;
}
