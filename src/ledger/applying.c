/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/applying.h"

#include "base/check.h"
#include "ledger/claim_index.h"
#include "ledger/clock.h"
#include "ledger/house.h"
#include "ledger/take_up.h"
#include "record/pb.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

/* --- the fund, the programmes and the house account that an entry concerns --- */

struct fund_row *touch_fund(struct applying *a, uint64_t id) {
	if (a->fund_id != id) {
		struct key key = key_of_id(id);
		const struct fund_row *row = STATE_GET(a->state, TABLE_FUND, &key, struct fund_row);
		check(row && a->fund_id == 0);
		a->fund = *row;
		a->fund_id = id;
	}
	return &a->fund;
}

/* Its row as it is so far; whether it adds up is asked at the end. */
static void leave_programme(struct applying *a) {
	struct key key = key_of_id(a->programme_id);
	STATE_PUT(a->state, TABLE_PROGRAMME, &key, &a->programme);
	for (size_t i = 0; i < a->left_count; i++)
		if (a->left[i] == a->programme_id)
			return;
	a->left = arena_grow(a->arena, a->left, a->left_count, sizeof(a->left[0]));
	check(a->left);
	a->left[a->left_count++] = a->programme_id;
}

struct programme_row *touch_programme(struct applying *a, uint64_t id) {
	if (a->programme_id != id) {
		struct key key = key_of_id(id);
		const struct programme_row *row = STATE_GET(
		    a->state, TABLE_PROGRAMME, &key, struct programme_row);
		check(row);
		const struct programme_row next = *row;
		if (a->programme_id)
			leave_programme(a);
		a->programme = next;
		a->programme_id = id;
	}
	return &a->programme;
}

struct house_row *touch_house(struct applying *a, uint64_t id) {
	if (a->house_id != id) {
		struct key key = key_of_id(id);
		const struct house_row *row = STATE_GET(a->state, TABLE_HOUSE, &key, struct house_row);
		check(row || id == a->entry->seq);
		const struct house_row next = row ? *row : (struct house_row){ 0 };
		put_house(a);
		a->house = next;
		a->house_id = id;
	}
	return &a->house;
}

void put_house(struct applying *a) {
	if (!a->house_id)
		return;
	check(house_adds_up(&a->house));
	struct key key = key_of_id(a->house_id);
	STATE_PUT(a->state, TABLE_HOUSE, &key, &a->house);
}

/* --- counters --- */

void count(int64_t *counter, int64_t delta) {
	check(!__builtin_add_overflow(*counter, delta, counter));
	check(*counter >= 0);
}

void count_usage(struct applying *a, const struct key *usage, int64_t delta) {
	const struct usage_row *old = STATE_GET(a->state, TABLE_USAGE, usage, struct usage_row);
	struct usage_row row = old ? *old : (struct usage_row){ 0 };
	count(&row.amount, delta);
	STATE_PUT(a->state, TABLE_USAGE, usage, &row);
}

void check_moved(const struct applying *a, size_t number, uint64_t party, int64_t amount) {
	size_t entering = 2 * number + 1;
	check(entering < a->entry->n_postings);
	const Pb__Posting *posting = a->entry->postings[entering];
	check(posting->amount == amount && posting->party == party);
}

void check_posted(const struct applying *a, Pb__AccountKind account, uint64_t owner, uint64_t party,
    int64_t amount) {
	__int128 sum = 0;
	for (size_t i = 0; i < a->entry->n_postings; i++) {
		const Pb__Posting *posting = a->entry->postings[i];
		if (posting->account == account && posting->owner == owner && posting->party == party)
			sum += posting->amount;
	}
	check(sum == amount);
}

uint64_t actor_person(const struct applying *a) {
	struct key key = key_of_id(a->entry->actor->principal);
	const struct principal_row *row = STATE_GET(
	    a->state, TABLE_PRINCIPAL, &key, struct principal_row);
	check(row && row->person_id);
	return row->person_id;
}

/* --- parties, vouchers --- */

struct party_row get_party(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct party_row *row = STATE_GET(a->state, TABLE_PARTY, &key, struct party_row);
	check(row);
	return *row;
}

void put_party(struct applying *a, uint64_t id, const struct party_row *party) {
	struct key key = key_of_id(id);
	STATE_PUT(a->state, TABLE_PARTY, &key, party);
}

struct voucher_row get_voucher(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct voucher_row *row = STATE_GET(a->state, TABLE_VOUCHER, &key, struct voucher_row);
	check(row);
	return *row;
}

static bool voucher_adds_up(const struct voucher_row *v) {
	__int128 sum = (__int128)v->live + v->reserved + v->redeemed + v->returned + v->cancelled +
	    v->expired;
	return sum == v->amount && v->live >= 0 && v->reserved >= 0 && v->redeemed >= 0 &&
	    v->returned >= 0 && v->cancelled >= 0 && v->expired >= 0;
}

/* What is still in the voucher, and what is redeemed and in no claim, some fund bears. */
static bool voucher_is_borne(const struct voucher_row *v) {
	__int128 left = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++) {
		left += v->left.amount[i];
		if (v->left.amount[i] < 0)
			return false;
	}
	return left >= (__int128)v->live + v->reserved &&
	    left <= (__int128)v->live + v->reserved + v->redeemed;
}

void put_voucher(struct applying *a, uint64_t id, const struct voucher_row *voucher) {
	bool was_active = voucher->status == PB__VOUCHER_STATUS__VOUCHER_ACTIVE;
	bool was_closed = voucher->status == PB__VOUCHER_STATUS__VOUCHER_CLOSED;
	bool is_active = voucher->live > 0 || voucher->reserved > 0;
	check(voucher_adds_up(voucher) && voucher_is_borne(voucher));
	check(!(was_closed && is_active)); /* what is closed stays closed */

	struct key key = key_of_id(id);
	struct voucher_row row = *voucher;
	row.status = is_active ? PB__VOUCHER_STATUS__VOUCHER_ACTIVE
	                       : PB__VOUCHER_STATUS__VOUCHER_CLOSED;
	STATE_PUT(a->state, TABLE_VOUCHER, &key, &row);
	if (was_active == is_active)
		return;
	struct key held = key_of_usage(USAGE_VOUCHERS, row.programme, row.holder, 0);
	count_usage(a, &held, is_active ? 1 : -1);
}

/* --- applications, reservations, claims --- */

struct application_row get_application(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct application_row *row = STATE_GET(
	    a->state, TABLE_APPLICATION, &key, struct application_row);
	check(row);
	return *row;
}

void put_application(struct applying *a, uint64_t id, const struct application_row *application) {
	struct key key = key_of_id(id);
	const struct application_row *there = STATE_GET(
	    a->state, TABLE_APPLICATION, &key, struct application_row);
	struct application_row before = there ? *there : (struct application_row){ 0 };
	struct application_row row = *application;
	clock_application(a, there ? &before : NULL, &row);
	STATE_PUT(a->state, TABLE_APPLICATION, &key, &row);
}

struct reservation_row get_reservation(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct reservation_row *row = STATE_GET(
	    a->state, TABLE_RESERVATION, &key, struct reservation_row);
	check(row);
	return *row;
}

static bool reservation_adds_up(const struct reservation_row *r) {
	__int128 sum = (__int128)r->held + r->redeemed + r->released;
	return sum == r->subsidy && r->held >= 0 && r->redeemed >= 0 && r->released >= 0 &&
	    r->claimed >= 0 && r->claimed <= r->redeemed && r->invoiced >= 0;
}

void put_reservation(struct applying *a, uint64_t id, const struct reservation_row *reservation) {
	check(reservation_adds_up(reservation));
	struct key key = key_of_id(id);
	struct reservation_row row = *reservation;
	row.status = row.held > 0 ? PB__RESERVATION_STATUS__RESERVATION_OPEN
	                          : PB__RESERVATION_STATUS__RESERVATION_CLOSED;
	STATE_PUT(a->state, TABLE_RESERVATION, &key, &row);
}

struct claim_row get_claim(const struct applying *a, uint64_t id) {
	struct key key = key_of_id(id);
	const struct claim_row *row = STATE_GET(a->state, TABLE_CLAIM, &key, struct claim_row);
	check(row);
	return *row;
}

void put_claim(struct applying *a, uint64_t id, const struct claim_row *claim) {
	struct key key = key_of_id(id);
	const struct claim_row *there = STATE_GET(a->state, TABLE_CLAIM, &key, struct claim_row);
	struct claim_row before = there ? *there : (struct claim_row){ 0 };
	struct claim_row row = *claim;
	clock_claim(a, there ? &before : NULL, &row);
	take_up_claim(a, there ? &before : NULL, &row);
	claim_index(a, id, there ? &before : NULL, &row);
	STATE_PUT(a->state, TABLE_CLAIM, &key, &row);
}

/* --- rows --- */

void index_party(struct applying *a, uint64_t party, enum table table, uint64_t object) {
	struct key key = key_of_party_object(party, table, object);
	state_put(a->state, TABLE_BY_PARTY, &key, "", 0);
}

uint32_t currency_index(const struct applying *a, const char *code) {
	if (!*code)
		return 0;
	struct key key = key_of_text(code);
	const struct id_row *row = STATE_GET(a->state, TABLE_CURRENCY, &key, struct id_row);
	check(row);
	return (uint32_t)row->id;
}

void put_id(struct applying *a, enum table table, const struct key *key, uint64_t id) {
	const struct id_row row = { .id = id };
	STATE_PUT(a->state, table, key, &row);
}

void put_message(
    struct applying *a, enum table table, const struct key *key, const ProtobufCMessage *message) {
	buffer_clear(a->scratch);
	pb_pack(message, a->scratch);
	check(buffer_error(a->scratch) == ERR_OK);
	state_put(a->state, table, key, a->scratch->data, a->scratch->bytes);
}

ProtobufCMessage *get_message(const struct applying *a, enum table table, const struct key *key,
    const ProtobufCMessageDescriptor *descriptor) {
	size_t bytes;
	const void *row = a->state->ops->get(a->state->self, table, key, &bytes);
	check(row);
	ProtobufCMessage *message;
	check(pb_unpack(descriptor, row, bytes, a->arena, &message) == ERR_OK);
	return message;
}

void set_code(char ret_room[CODE_ROOM_BYTES], const char *code) {
	size_t bytes = strlen(code);
	check(bytes <= LIMIT_CODE_BYTES);
	memset(ret_room, 0, CODE_ROOM_BYTES);
	memcpy(ret_room, code, bytes);
}
