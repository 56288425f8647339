/* SPDX-License-Identifier: Apache-2.0 */
/* Funds, and what programmes get of them. Money enters the ledger by appropriate alone. */
#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/want.h"

/* --- create_fund --- */

bool decide_create_fund(struct deciding *d) {
	const Pb__CreateFund *fund = d->command->create_fund;
	uint32_t currency;
	if (!want_code(d, fund->code, "code") || !want_text(d, fund->name, LIMIT_NAME_BYTES, "name") ||
	    !find_currency(d, fund->currency, "currency", &currency))
		return false;
	struct key code = key_of_text(fund->code);
	if (find_id(d, TABLE_FUND_CODE, &code))
		return refuse_field(d, PB__OUTCOME__CODE_TAKEN, "code");
	d->decision->subject = d->entry->seq;
	return true;
}

void apply_create_fund(struct applying *a) {
	const Pb__CreateFund *fund = a->command->create_fund;
	const struct fund_row row = {
		.older = a->head.newest_fund,
		.currency = currency_index(a, fund->currency),
	};
	a->head.newest_fund = a->entry->seq;
	struct key id = key_of_id(a->entry->seq);
	struct key code = key_of_text(fund->code);
	STATE_PUT(a->state, TABLE_FUND, &id, &row);
	put_id(a, TABLE_FUND_CODE, &code, a->entry->seq);
}

/* --- appropriate --- */

bool decide_appropriate(struct deciding *d) {
	const Pb__Appropriate *appropriate = d->command->appropriate;
	uint64_t id;
	const struct fund_row *fund;
	if (!want_amount(d, appropriate->amount, "amount") ||
	    !want_text(d, appropriate->document, LIMIT_TEXT_BYTES, "document") ||
	    !(fund = find_fund(d, appropriate->fund, "fund", &id)))
		return false;
	int64_t sum; /* all that a fund ever holds is bounded by it */
	if (__builtin_add_overflow(fund->appropriated, appropriate->amount, &sum))
		return refuse_field(d, PB__OUTCOME__OVERFLOW, "amount");
	d->decision->subject = id;
	d->decision->amount = appropriate->amount;
	return transfer(d, fund_account(PB__ACCOUNT_KIND__FUND_APPROPRIATED, id, fund),
	    fund_account(PB__ACCOUNT_KIND__FUND_AVAILABLE, id, fund), appropriate->amount);
}

void apply_appropriate(struct applying *a) {
	(void)a; /* its postings say it all */
}

/* --- allocate --- */

/* Whether the fund is among those of the programme, or may still join them. */
static bool has_place(const struct programme_row *programme, uint64_t fund) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		if (programme->funds[i] == fund || programme->funds[i] == 0)
			return true;
	return false;
}

static void take_place(struct programme_row *programme, uint64_t fund) {
	size_t i = 0;
	while (i < LIMIT_FUNDS && programme->funds[i] != fund && programme->funds[i] != 0)
		i++;
	check(i < LIMIT_FUNDS);
	programme->funds[i] = fund;
}

bool decide_allocate(struct deciding *d) {
	const Pb__Allocate *allocate = d->command->allocate;
	uint64_t fund_id, programme_id;
	const struct fund_row *fund;
	const struct programme_row *programme;
	if (!want_amount(d, allocate->amount, "amount") ||
	    !(fund = find_fund(d, allocate->fund, "fund", &fund_id)) ||
	    !(programme = find_programme(d, allocate->programme, "programme", &programme_id)))
		return false;
	if (!has_place(programme, fund_id))
		return refuse_field(d, PB__OUTCOME__FUNDS_TOO_MANY, "fund");
	if (fund->currency != programme->currency)
		return refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "fund", "another currency");
	const struct weight weight = { PB__RULE__RULE_FUND, PB__OUTCOME__FUND_INSUFFICIENT,
		.limit = fund->appropriated, .used = fund->allocated, .asked = allocate->amount };
	if (!weigh(d, &weight))
		return false;
	int64_t sum; /* all that a programme holds at any time is bounded by it */
	if (__builtin_add_overflow(programme->allocated, allocate->amount, &sum))
		return refuse_field(d, PB__OUTCOME__OVERFLOW, "amount");

	d->decision->subject = fund_id;
	d->decision->programme = programme_id;
	d->decision->amount = allocate->amount;
	d->decision->year = local_year(d, programme);
	return transfer(d, fund_account(PB__ACCOUNT_KIND__FUND_AVAILABLE, fund_id, fund),
	    payee_account(PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme_id, programme, fund_id),
	    allocate->amount);
}

void apply_allocate(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct key usage = key_of_usage(USAGE_ALLOCATED, decision->programme, 0, decision->year);
	count(&touch_fund(a, decision->subject)->allocated, decision->amount);
	struct programme_row *programme = touch_programme(a, decision->programme);
	check_moved(a, 0, decision->subject, decision->amount);
	count(&programme->allocated, decision->amount);
	take_place(programme, decision->subject);
	count_usage(a, &usage, decision->amount);
}
