/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/due.h"

#include "base/check.h"
#include "ledger/rules_cache.h"

static const int64_t DAY_US = 86400LL * 1000000;

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

/* --- moments --- */

int64_t due_reminder_us(const struct voucher_row *voucher, uint32_t days) {
	return voucher->use_by_us - ((int64_t)days + 1) * DAY_US;
}

int64_t due_claims_us(const struct voucher_row *voucher, const Pb__RuleSet *rules) {
	return voucher->claim_by_us + (int64_t)rules->correct_within_days * DAY_US;
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
