/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/house.h"

#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/want.h"

#include <string.h>

typedef __int128 wide;

/* --- deciding --- */

const struct house_row *house_find(struct deciding *d, const char *code, const char *field) {
	uint64_t id;
	const struct house_row *row = find_house(d, code, field, &id);
	if (row)
		d->decision->house_account = id;
	return row;
}

static struct account account_of(
    Pb__AccountKind kind, uint64_t house_id, const struct house_row *house) {
	return (struct account){ .kind = kind, .currency = house->currency, .owner = house_id };
}

static bool post(struct deciding *d, uint64_t id, const struct house_row *house, int64_t amount) {
	struct account bank = account_of(PB__ACCOUNT_KIND__MEMO_BANK, id, house);
	struct account counter = account_of(PB__ACCOUNT_KIND__MEMO_BANK_COUNTER, id, house);
	return amount > 0 ? transfer(d, counter, bank, amount) : transfer(d, bank, counter, -amount);
}

bool house_want_room(struct deciding *d, uint64_t house_id, wide amount) {
	const struct house_row *h = the_house(d, house_id);
	const wide sums[] = { h->books, -(wide)h->books, h->open_in, h->open_out, h->awaited_in,
		h->awaited_out };
	check(amount >= 0);
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		if (sums[i] + amount > INT64_MAX)
			return refuse(d, PB__OUTCOME__OVERFLOW);
	return true;
}

bool house_post(struct deciding *d, uint64_t house_id, int64_t amount) {
	uint64_t *concerned = &d->decision->house_account;
	check(amount != 0 && amount != INT64_MIN && (*concerned == 0 || *concerned == house_id));
	*concerned = house_id;
	wide moved = (wide)d->bank_moved + (amount > 0 ? amount : -amount);
	if (!house_want_room(d, house_id, moved))
		return false;
	d->bank_moved = (int64_t)moved;
	return post(d, house_id, the_house(d, house_id), amount);
}

bool house_want_open_day(struct deciding *d, int32_t day, const char *field) {
	return day > d->head->closed_until || refuse_field(d, PB__OUTCOME__DATE_CLOSED, field);
}

bool house_want_open_date(struct deciding *d, const char *date, const char *field) {
	int32_t day;
	return !*date || (want_date(d, date, field, &day) && house_want_open_day(d, day, field));
}

bool house_adds_up(const struct house_row *h) {
	return h->statement - ((wide)h->open_in - h->open_out) ==
	    h->books - ((wide)h->awaited_in - h->awaited_out);
}

void house_figures(
    uint64_t house_id, const struct house_row *house, Pb__HouseFigures *ret_figures) {
	ret_figures->house_account = house_id;
	ret_figures->statement = house->statement;
	ret_figures->books = house->books;
	ret_figures->open_in = house->open_in;
	ret_figures->open_out = house->open_out;
	ret_figures->awaited_in = house->awaited_in;
	ret_figures->awaited_out = house->awaited_out;
	ret_figures->lines = house->lines;
	ret_figures->open_lines = house->open_lines;
	ret_figures->carried_lines = house->carried_lines;
	ret_figures->ignored_in = house->ignored_in;
	ret_figures->ignored_out = house->ignored_out;
}

/* --- keys --- */

struct key key_of_awaited(uint64_t house_id, int64_t signed_amount) {
	struct key key = key_of_id(house_id);
	key_add_u64(&key, (uint64_t)signed_amount ^ UINT64_C(1) << 63);
	return key;
}

/* --- what is awaited --- */

static int64_t signed_amount(const struct awaited *awaited) {
	check(awaited->amount > 0);
	return awaited->is_return ? awaited->amount : -awaited->amount;
}

static void count_waiting(struct applying *a, const struct key *key, bool waits) {
	const struct id_row *old = STATE_GET(a->state, TABLE_AWAITED_COUNT, key, struct id_row);
	uint64_t before = old ? old->id : 0;
	check(waits || before > 0);
	put_id(a, TABLE_AWAITED_COUNT, key, waits ? before + 1 : before - 1);
}

void house_await(struct applying *a, const struct awaited *awaited) {
	struct key key = key_of_awaited(awaited->house_id, signed_amount(awaited));
	count_waiting(a, &key, true);
	key_add_u64(&key, awaited->settlement);
	key_add_u32(&key, awaited->payment);
	key_add_u8(&key, awaited->is_return);
	state_put(a->state, TABLE_AWAITED, &key, "", 0);
}

/* Its row stays: rows by amount lie far apart, and to mark each would be to write a page each. */
void house_await_no_longer(struct applying *a, const struct awaited *awaited) {
	struct key key = key_of_awaited(awaited->house_id, signed_amount(awaited));
	count_waiting(a, &key, false);
}

void house_count_awaited(struct applying *a, const struct awaited *awaited, bool enters) {
	struct house_row *house = touch_house(a, awaited->house_id);
	int64_t *sum = awaited->is_return ? &house->awaited_in : &house->awaited_out;
	count(sum, enters ? awaited->amount : -awaited->amount);
}

/* --- register_house_account --- */

/* As the bank knows it. */
static struct key key_of_number(const Pb__BankAccount *account) {
	struct key key = key_of_text(account->number);
	key_add_u8(&key, '/');
	key_add_bytes(&key, account->bank_code, strlen(account->bank_code));
	return key;
}

/* An account of ours is registered once: else its lines would be counted twice. */
static bool want_new_account(struct deciding *d, const Pb__RegisterHouseAccount *house) {
	struct key code = key_of_text(house->code), number = key_of_number(house->account);
	if (find_id(d, TABLE_HOUSE_CODE, &code))
		return refuse_field(d, PB__OUTCOME__CODE_TAKEN, "code");
	return !find_id(d, TABLE_HOUSE_NUMBER, &number) ||
	    refuse_field(d, PB__OUTCOME__CODE_TAKEN, "account.number");
}

static bool want_opening(struct deciding *d, int64_t balance) {
	return balance != INT64_MIN || refuse_field(d, PB__OUTCOME__AMOUNT_INVALID, "opening_balance");
}

bool decide_register_house_account(struct deciding *d) {
	const Pb__RegisterHouseAccount *house = d->command->register_house_account;
	struct house_row row = { 0 };
	if (!want_code(d, house->code, "code") || !want_text(d, house->name, LIMIT_NAME_BYTES, "name"))
		return false;
	if (!house->account)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "account");
	if (!want_bank_particulars(d, house->account, "account") ||
	    !find_currency(d, house->currency, "currency", &row.currency) ||
	    !want_opening(d, house->opening_balance) || !want_new_account(d, house))
		return false;
	d->decision->subject = d->entry->seq;
	d->decision->house_account = d->entry->seq;
	return house->opening_balance == 0 || post(d, d->entry->seq, &row, house->opening_balance);
}

void apply_register_house_account(struct applying *a) {
	const Pb__RegisterHouseAccount *command = a->command->register_house_account;
	uint64_t id = a->entry->seq;
	struct house_row *house = touch_house(a, id);
	check(house->books == command->opening_balance);
	house->opening = command->opening_balance;
	house->statement = command->opening_balance;
	house->currency = currency_index(a, command->currency);
	set_code(house->code, command->code);
	house->older = a->head.newest_house;
	a->head.newest_house = id;
	struct key code = key_of_text(command->code);
	put_id(a, TABLE_HOUSE_CODE, &code, id);
	struct key number = key_of_number(command->account);
	put_id(a, TABLE_HOUSE_NUMBER, &number, id);
}
