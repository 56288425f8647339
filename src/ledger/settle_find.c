/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/settle_find.h"

#include "ledger/find.h"

const struct settlement_row *settle_find(struct deciding *d, uint64_t id) {
	const struct settlement_row *settlement = find_settlement(d, id, "settlement");
	if (!settlement ||
	    !want_programme_in_region(d, the_programme(d, settlement->programme), "settlement"))
		return NULL;
	d->decision->programme = settlement->programme;
	d->decision->house_account = settlement->house_account;
	d->decision->amount = settlement->amount;
	return settlement;
}

bool settle_want_status(
    struct deciding *d, const struct settlement_row *settlement, Pb__SettlementStatus status) {
	return settlement->status == status ||
	    refuse_state(d, PB__OUTCOME__SETTLEMENT_STATE, &pb__settlement_status__descriptor,
	        settlement->status);
}
