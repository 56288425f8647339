/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *use*: reserve. A contract between the holder of a voucher and an admitted provider is
 * registered, its subsidy computed by the rules of the voucher (grant.h), and held:
 * PROGRAMME_LIVE → PROGRAMME_RESERVED. Own share and VAT go with it as memorandum legs.
 */
#include "ledger/due.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/grant.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

static bool want_reserve_fields(struct deciding *d, const struct grant *grant) {
	const Pb__Reserve *reserve = d->command->reserve;
	return want_text(d, reserve->category, LIMIT_WORD_BYTES, "category") &&
	    want_amount(d, reserve->total, "total") && want_amount(d, reserve->eligible, "eligible") &&
	    grant_want_numbers(d, grant) && grant_want_new_contract(d, reserve->contract_number);
}

static bool find_voucher_to_use(struct deciding *d, struct grant *grant) {
	const struct voucher_row *voucher = find_voucher(d, grant->voucher_id, "voucher");
	if (!voucher || !want_party(d, voucher->holder) ||
	    !want_in_good_standing(d, voucher->holder, "voucher") ||
	    !want_not_removed(d, voucher->programme, voucher->holder, "voucher"))
		return false;
	if (voucher->status != PB__VOUCHER_STATUS__VOUCHER_ACTIVE)
		return refuse_state(
		    d, PB__OUTCOME__VOUCHER_STATE, &pb__voucher_status__descriptor, voucher->status);
	if (d->occasion->time_us >= voucher->use_by_us)
		return refuse_field(d, PB__OUTCOME__VOUCHER_EXPIRED, "voucher");
	grant->voucher = voucher;
	grant->holder = voucher->holder;
	grant->programme_id = voucher->programme;
	grant->programme = the_programme(d, voucher->programme);
	grant->rules = read_rules(d, voucher->programme, voucher->rule_version);
	return grant->rules != NULL;
}

bool decide_reserve(struct deciding *d) {
	const Pb__Reserve *reserve = d->command->reserve;
	struct grant grant = {
		.voucher_id = reserve->voucher,
		.category = reserve->category,
		.beneficiary = "",
		.total = reserve->total,
		.eligible = reserve->eligible,
		.vat = reserve->vat,
		.earlier = reserve->earlier,
		.units = reserve->units,
	};
	if (!want_reserve_fields(d, &grant) || !find_voucher_to_use(d, &grant) ||
	    !grant_find_provider(d, &grant, reserve->provider, &grant.provider) ||
	    !grant_decide(d, &grant))
		return false;
	d->decision->reservation = d->entry->seq;
	struct account live = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_LIVE, grant.programme_id, grant.programme);
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, grant.programme_id, grant.programme);
	return transfer(d, live, reserved, d->decision->amount) && grant_post_memo(d, &grant);
}

void apply_reserve(struct applying *a) {
	const Pb__Reserve *reserve = a->command->reserve;
	const struct grant_texts texts = { reserve->category, "", reserve->contract_number };
	check_moved(a, 0, 0, a->decision->amount);
	const struct reservation_row row = grant_put(a, &texts, false);
	struct voucher_row voucher = get_voucher(a, row.voucher);
	count(&voucher.live, -row.subsidy);
	count(&voucher.reserved, row.subsidy);
	put_voucher(a, row.voucher, &voucher);
	due_put_reservation(a, a->entry->seq, &row, &voucher);
}
