/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_postings.h"

#include "voucher-audit/learn.h"

/* What an account may hold. */
enum guard { NOT_BELOW, NOT_ABOVE, FREE };

static const enum guard GUARDS[ACCOUNT_KINDS] = {
	[PB__ACCOUNT_KIND__FUND_APPROPRIATED] = NOT_ABOVE,
	[PB__ACCOUNT_KIND__PROGRAMME_RECOVERED] = NOT_ABOVE,
	[PB__ACCOUNT_KIND__MEMO_COUNTER] = NOT_ABOVE,
	[PB__ACCOUNT_KIND__MEMO_BANK] = FREE,
	[PB__ACCOUNT_KIND__MEMO_BANK_COUNTER] = FREE,
};

const char *account_name_of(Pb__AccountKind kind) {
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
	    &pb__account_kind__descriptor, (int)kind);
	return value ? value->name : "?";
}

bool is_memo_account(Pb__AccountKind kind) {
	return kind >= PB__ACCOUNT_KIND__MEMO_OWN_SHARE;
}

/* --- an entry's postings --- */

static bool is_transfer(const Pb__Posting *from, const Pb__Posting *to) {
	return from->amount < 0 && from->amount != INT64_MIN && to->amount == -from->amount &&
	    from->currency == to->currency &&
	    is_memo_account(from->account) == is_memo_account(to->account);
}

static int64_t narrow(__int128 wide) {
	return wide > INT64_MAX ? INT64_MAX : wide < -INT64_MAX ? -INT64_MAX : (int64_t)wide;
}

/* Of each currency, the fund's money and the memorandum accounts by themselves. */
static bool sums_to_nought(struct look *look) {
	__int128 sums[LIMIT_CURRENCIES][2] = { 0 };
	bool is_well = true;
	for (size_t i = 0; i < look->entry->n_postings; i++) {
		const Pb__Posting *posting = look->entry->postings[i];
		if (posting->currency < LIMIT_CURRENCIES)
			sums[posting->currency][is_memo_account(posting->account)] += posting->amount;
	}
	for (size_t i = 0; i < LIMIT_CURRENCIES * 2; i++) {
		int64_t sum = narrow(sums[i / 2][i % 2]);
		is_well &= look_same(
		    look, FINDING_POSTING_SUM, i % 2 ? "postings (memorandum)" : "postings", 0, sum);
	}
	return is_well;
}

static void check_pairs(struct look *look) {
	size_t count = look->entry->n_postings;
	bool is_well = count % 2 == 0;
	for (size_t i = 0; is_well && i < count; i += 2)
		is_well = is_transfer(look->entry->postings[i], look->entry->postings[i + 1]);
	if (!is_well && sums_to_nought(look))
		look_found(look, FINDING_SHAPE, 0, "postings do not come in pairs, from and to");
}

/* --- what accounts hold --- */

static bool is_kept(Pb__AccountKind kind, int64_t balance) {
	switch (GUARDS[kind]) {
	case NOT_BELOW: return balance >= 0;
	case NOT_ABOVE: return balance <= 0;
	case FREE: break;
	}
	return true;
}

static bool owner_currency(const struct look *look, const Pb__Posting *posting, uint64_t *ret) {
	const struct model *model = look->model;
	if (posting->account <= PB__ACCOUNT_KIND__FUND_AVAILABLE) {
		const struct fund *fund = objects_find(&model->funds, posting->owner);
		*ret = fund ? fund->currency : 0;
		return fund;
	}
	if (posting->account >= PB__ACCOUNT_KIND__MEMO_BANK) {
		const struct house *house = objects_find(&model->houses, posting->owner);
		*ret = house ? house->currency : 0;
		return house;
	}
	const struct programme *programme = objects_find(&model->programmes, posting->owner);
	*ret = programme ? programme->currency : 0;
	return programme;
}

static bool has_party(Pb__AccountKind kind) {
	return kind == PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE ||
	    (kind >= PB__ACCOUNT_KIND__PROGRAMME_PAYABLE && kind <= PB__ACCOUNT_KIND__MEMO_COUNTER);
}

static bool is_party_there(const struct look *look, const Pb__Posting *posting) {
	if (!has_party(posting->account))
		return posting->party == 0;
	return posting->account == PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE
	    ? objects_find(&look->model->funds, posting->party) != NULL
	    : objects_find(&look->model->parties, posting->party) != NULL;
}

static void check_account(struct look *look, const Pb__Posting *posting) {
	uint64_t currency;
	const char *name = account_name_of(posting->account);
	if (posting->account == PB__ACCOUNT_KIND__ACCOUNT_KIND_UNSPECIFIED || posting->amount == 0)
		look_found(look, FINDING_SHAPE, posting->owner, "posting to %s", name);
	/* that a house account makes itself is there after its entry only */
	bool is_new = posting->owner == look->seq && posting->account >= PB__ACCOUNT_KIND__MEMO_BANK;
	if (!owner_currency(look, posting, &currency) && !is_new)
		look_money(
		    look, FINDING_UNKNOWN_OBJECT, posting->owner, posting->amount, "owner of %s", name);
	else if (!is_new && currency != posting->currency)
		look_money(look, FINDING_POSTINGS, posting->owner, posting->amount, "currency of %s", name);
	if (!is_party_there(look, posting))
		look_money(
		    look, FINDING_UNKNOWN_OBJECT, posting->party, posting->amount, "party of %s", name);
}

void check_postings(struct look *look) {
	check_pairs(look);
	for (size_t i = 0; i < look->entry->n_postings; i++)
		check_account(look, look->entry->postings[i]);
}

/* --- learning --- */

static void count_fund(struct look *look, const Pb__Posting *posting) {
	struct fund *fund = objects_find(&look->model->funds, posting->owner);
	if (!fund)
		return;
	if (posting->account == PB__ACCOUNT_KIND__FUND_APPROPRIATED)
		learn_count(&fund->appropriated, -posting->amount);
	else
		learn_count(&fund->available, posting->amount);
}

static void count_owner(struct look *look, const Pb__Posting *posting) {
	if (posting->account <= PB__ACCOUNT_KIND__FUND_AVAILABLE) {
		count_fund(look, posting);
	} else if (posting->account >= PB__ACCOUNT_KIND__MEMO_BANK) {
		struct house *house = objects_find(&look->model->houses, posting->owner);
		if (house && posting->account == PB__ACCOUNT_KIND__MEMO_BANK)
			learn_count(&house->books, posting->amount);
	} else {
		struct programme *programme = objects_find(&look->model->programmes, posting->owner);
		if (programme)
			learn_count(&programme->sums[posting->account], posting->amount);
	}
}

static void post(struct look *look, const Pb__Posting *posting) {
	if ((unsigned)posting->account >= ACCOUNT_KINDS)
		return;
	struct account *account = map_put(&look->model->accounts,
	    mark_of_numbers(MARK_ACCOUNT, posting->account, posting->owner, posting->party));
	int64_t sum;
	account->currency = posting->currency;
	if (__builtin_add_overflow(account->balance, posting->amount, &sum))
		look_money(look, FINDING_BALANCE, posting->owner, posting->amount, "%s overflows",
		    account_name_of(posting->account));
	learn_count(&account->balance, posting->amount);
	count_owner(look, posting);
}

/* Once all have been posted: what comes in and goes out in one entry may cross nought between. */
static void check_balance(struct look *look, const Pb__Posting *posting) {
	if ((unsigned)posting->account >= ACCOUNT_KINDS)
		return;
	int64_t balance = model_balance(look->model, posting->account, posting->owner, posting->party);
	if (!is_kept(posting->account, balance))
		look_money(look, FINDING_BALANCE, posting->party ? posting->party : posting->owner, balance,
		    "%s of %llu", account_name_of(posting->account), (unsigned long long)posting->owner);
}

void learn_postings(struct look *look) {
	for (size_t i = 0; i < look->entry->n_postings; i++)
		post(look, look->entry->postings[i]);
	for (size_t i = 0; i < look->entry->n_postings; i++)
		check_balance(look, look->entry->postings[i]);
}
