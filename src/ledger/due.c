/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/due.h"

#include "base/check.h"
#include "base/clock.h"
#include "ledger/rules_cache.h"
#include "record/digest.h"

#include <endian.h>

/* --- keys --- */

struct key due_key(const struct due *due) {
	struct key key;
	key.bytes = 0;
	check(due->time_us >= 0);
	key_add_u64(&key, (uint64_t)due->time_us);
	key_add_u32(&key, due->kind);
	key_add_u64(&key, due->object);
	return key;
}

struct due due_of_key(const struct key *key) {
	return (struct due){
		.time_us = (int64_t)key_read_u64(key, 0),
		.kind = key_read_u32(key, sizeof(uint64_t)),
		.object = key_read_u64(key, sizeof(uint64_t) + sizeof(uint32_t)),
	};
}

/* --- ids --- */

/*	| ffff 16 | second 32 | 8 4 | hash 12 |   | 2 2 | hash 62 |   bits */
#define ID_MARK      (UINT64_C(0xffff) << 48)
#define ID_VERSION   (UINT64_C(8) << 12)
#define ID_VARIANT   (UINT64_C(2) << 62)
#define ID_HIGH_BITS UINT64_C(0xfff)
#define ID_LOW_BITS  ((UINT64_C(1) << 62) - 1)

struct uuid due_command_id(struct uuid ledger_id, const struct due_command *command) {
	uint64_t hash[DIGEST_BYTES / sizeof(uint64_t)];
	struct key all = key_of_ids(ledger_id.high, ledger_id.low);
	key_add_u64(&all, (uint64_t)command->time_us);
	key_add_u64(&all, command->object);
	key_add_u32(&all, command->body);
	key_add_u32(&all, command->days);
	digest_sha256(all.data, all.bytes, (uint8_t *)hash);
	uint64_t second = (uint64_t)(command->time_us / US_PER_S) & UINT32_MAX;
	return (struct uuid){
		.high = ID_MARK | second << 16 | ID_VERSION | (be64toh(hash[0]) & ID_HIGH_BITS),
		.low = ID_VARIANT | (be64toh(hash[1]) & ID_LOW_BITS),
	};
}

bool due_is_daemon_id(const Pb__Uuid *id) {
	return (id->high & (ID_MARK | UINT64_C(0xf000))) == (ID_MARK | ID_VERSION) &&
	    (id->low & ~ID_LOW_BITS) == ID_VARIANT;
}

/* --- moments --- */

int64_t due_reminder_us(const struct voucher_row *voucher, uint32_t days) {
	return voucher->use_by_us - ((int64_t)days + 1) * US_PER_DAY;
}

int64_t due_claims_us(const struct voucher_row *voucher, const Pb__RuleSet *rules) {
	return voucher->claim_by_us + (int64_t)rules->correct_within_days * US_PER_DAY;
}

/* --- rows --- */

static void put(struct applying *a, int64_t time_us, enum due_kind kind, uint64_t object) {
	int64_t now_us = (int64_t)a->entry->time_us;
	const struct due due = {
		.time_us = time_us > now_us ? time_us : now_us, .kind = kind, .object = object
	};
	struct key key = due_key(&due);
	state_put(a->state, TABLE_DUE, &key, "", 0);
}

static const Pb__RuleSet *rules_of(struct applying *a, const struct voucher_row *voucher) {
	const Pb__RuleSet *rules = rules_cache_get(
	    a->rules, a->state, voucher->programme, voucher->rule_version);
	check(rules);
	return rules;
}

/* A reminder whose day has passed when the voucher is made is none. */
void due_put_voucher(struct applying *a, uint64_t id, const struct voucher_row *voucher) {
	const Pb__RuleSet *rules = rules_of(a, voucher);
	for (size_t i = 0; i < rules->n_remind_days; i++) {
		int64_t time_us = due_reminder_us(voucher, rules->remind_days[i]);
		if (time_us > (int64_t)a->entry->time_us)
			put(a, time_us, DUE_REMINDER, id);
	}
	put(a, voucher->use_by_us, DUE_VOUCHER, id);
}

void due_put_reservation(struct applying *a, uint64_t id, const struct reservation_row *reservation,
    const struct voucher_row *voucher) {
	if (reservation->held > 0)
		put(a, voucher->use_by_us, DUE_RESERVATION, id);
	put(a, due_claims_us(voucher, rules_of(a, voucher)), DUE_CLAIMS, id);
}

void due_put_extended(struct applying *a, uint64_t id, const struct voucher_row *voucher) {
	due_put_voucher(a, id, voucher);
	put(a, voucher->use_by_us, DUE_EXTENDED, id);
	put(a, due_claims_us(voucher, rules_of(a, voucher)), DUE_EXTENDED, id);
}

void due_put_removal(struct applying *a) {
	put(a, (int64_t)a->entry->time_us, DUE_REMOVAL, a->entry->seq);
}
