/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/take_up.h"

#include "base/check.h"
#include "base/date.h"
#include "ledger/held.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

/* --- keys --- */

struct key take_up_key(const struct take_up_key *parts) {
	struct key key = key_of_id(parts->programme);
	key_add_bytes(&key, parts->region, sizeof(parts->region));
	key_add_u32(&key, parts->category);
	key_add_u32(&key, parts->month);
	return key;
}

void take_up_key_read(const struct key *key, struct take_up_key *ret_parts) {
	check(key->bytes == TAKE_UP_KEY_BYTES);
	ret_parts->programme = key_read_u64(key, 0);
	memcpy(ret_parts->region, key->data + 8, sizeof(ret_parts->region));
	ret_parts->category = key_read_u32(key, 8 + REGION_ROOM_BYTES);
	ret_parts->month = key_read_u32(key, 8 + REGION_ROOM_BYTES + 4);
}

struct key take_up_category_key(uint64_t programme, const char *category) {
	struct key key = key_of_id(programme);
	key_add_bytes(&key, category, strlen(category));
	return key;
}

uint32_t take_up_category(struct applying *a, uint64_t programme, const char *category) {
	if (!*category)
		return 0;
	struct key key = take_up_category_key(programme, category);
	const struct id_row *row = STATE_GET(a->state, TABLE_CATEGORY, &key, struct id_row);
	if (row)
		return (uint32_t)row->id;
	struct key count_key = take_up_category_key(programme, "");
	const struct id_row *count = STATE_GET(a->state, TABLE_CATEGORY, &count_key, struct id_row);
	uint64_t number = count ? count->id + 1 : 1;
	if (number > TAKE_UP_CATEGORIES)
		return 0;
	put_id(a, TABLE_CATEGORY, &key, number);
	put_id(a, TABLE_CATEGORY, &count_key, number);
	return (uint32_t)number;
}

/* --- counting --- */

static uint32_t month_of(const struct applying *a, uint64_t programme) {
	int32_t offset = a->programme.utc_offset_minutes;
	if (a->programme_id != programme) {
		struct key key = key_of_id(programme);
		const struct programme_row *row = STATE_GET(
		    a->state, TABLE_PROGRAMME, &key, struct programme_row);
		check(row);
		offset = row->utc_offset_minutes;
	}
	return (uint32_t)date_local_month((int64_t)a->entry->time_us, offset);
}

/* The decision says it of its own holder. */
static void set_region(
    const struct applying *a, uint64_t holder, char ret_region[REGION_ROOM_BYTES]) {
	const char *region = a->decision->holder_region;
	if (a->decision->holder != holder) {
		struct key key = key_of_id(holder);
		const struct party_row *row = STATE_GET(a->state, TABLE_PARTY, &key, struct party_row);
		check(row);
		region = row->region;
	}
	size_t bytes = strlen(region);
	check(bytes < REGION_ROOM_BYTES);
	memset(ret_region, 0, REGION_ROOM_BYTES);
	memcpy(ret_region, region, bytes);
}

static void add(int64_t *sum, int64_t delta) {
	check(!__builtin_add_overflow(*sum, delta, sum));
}

void take_up(
    struct applying *a, const struct take_up_place *place, const struct take_up_row *delta) {
	struct take_up_key parts = {
		.programme = place->programme,
		.category = place->category,
		.month = month_of(a, place->programme),
	};
	set_region(a, place->holder, parts.region);
	struct key key = take_up_key(&parts);
	struct take_up_row *row = HOLD_ROW(a, TABLE_TAKE_UP, &key, struct take_up_row);
	add(&row->issued, delta->issued);
	add(&row->used, delta->used);
	add(&row->returned, delta->returned);
	add(&row->expired, delta->expired);
	add(&row->cancelled, delta->cancelled);
	add(&row->paid, delta->paid);
	add(&row->vouchers, delta->vouchers);
	add(&row->uses, delta->uses);
}

/* What of a claim is paid: all of it, or what was set off. */
static int64_t paid_of(const struct claim_row *row) {
	bool is_paid = row->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    row->status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
	return is_paid ? row->amount : row->netted;
}

void take_up_claim(
    struct applying *a, const struct claim_row *before, const struct claim_row *row) {
	struct take_up_row delta = { 0 };
	if (!before)
		return;
	delta.paid = paid_of(row) - paid_of(before);
	if (row->status == PB__CLAIM_STATUS__CLAIM_REJECTED && before->status != row->status) {
		delta.used = -row->amount;
		delta.cancelled = row->amount;
	}
	if (!delta.paid && !delta.used)
		return;
	struct reservation_row reservation = get_reservation(a, row->reservation);
	take_up(a, &TAKE_UP_RESERVATION(&reservation), &delta);
}
