/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objections (异议) to published claims, while their publication lasts.
 *
 *	PUBLISHED ─ object ─► OBJECTED ─ resolve, upheld ──► REJECTED, exactly as by reject_claim
 *	         ◄─ resolve, dismissed, by another person ─┘
 *
 * A claim that is objected to has left the list of those that wait for settlement; it comes back to
 * its place, published for as long as it had left, and so open to objections again. Publication is
 * public: any party may object to any claim.
 */
#include "base/check.h"
#include "ledger/claim.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/ready.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

/* --- object_claim --- */

bool decide_object_claim(struct deciding *d) {
	const Pb__ObjectClaim *object = d->command->object_claim;
	const struct claim_row *claim;
	if (!want_text(d, object->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !allow_evidence(d, object->evidence, object->n_evidence) ||
	    !(claim = claim_find(d, object->claim, "claim")) ||
	    !claim_want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED))
		return false;
	return d->occasion->time_us < claim->publication_ends_us ||
	    refuse_detail(d, PB__OUTCOME__WINDOW_CLOSED, "claim", "its publication is over");
}

void apply_object_claim(struct applying *a) {
	uint64_t id = a->command->object_claim->claim;
	ready_remove(a, id);
	struct claim_row row = get_claim(a, id);
	check(row.status == PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	row.objector = actor_person(a);
	row.settled_reason_seq = a->entry->seq;
	row.status = PB__CLAIM_STATUS__CLAIM_OBJECTED;
	put_claim(a, id, &row);
}

/* --- resolve_objection --- */

/* The publication goes on from now for as long as it had left when the claim was objected to. */
static int64_t new_end_us(const struct deciding *d, const struct claim_row *claim) {
	int64_t left_us = claim->publication_ends_us - claim->since_us;
	int64_t end_us = d->occasion->time_us + left_us;
	check(left_us > 0 && end_us > claim->publication_ends_us);
	return end_us;
}

bool decide_resolve_objection(struct deciding *d) {
	const Pb__ResolveObjection *resolve = d->command->resolve_objection;
	const struct claim_row *claim;
	if (!want_text(d, resolve->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(claim = claim_find(d, resolve->claim, "claim")) ||
	    !claim_want_state(d, claim, claim->status == PB__CLAIM_STATUS__CLAIM_OBJECTED) ||
	    !want_other_person(d, claim->objector))
		return false;
	if (resolve->upheld)
		return claim_decide_rejection(d, claim);
	d->decision->publication_ends_us = new_end_us(d, claim);
	return true;
}

static void publish_again(struct applying *a, uint64_t id) {
	struct claim_row row = get_claim(a, id);
	check(row.status == PB__CLAIM_STATUS__CLAIM_OBJECTED);
	row.publication_ends_us = a->decision->publication_ends_us;
	row.objector = 0;
	row.settled_reason_seq = 0;
	row.status = PB__CLAIM_STATUS__CLAIM_PUBLISHED;
	put_claim(a, id, &row);
	ready_insert(a, id, 0);
}

void apply_resolve_objection(struct applying *a) {
	const Pb__ResolveObjection *resolve = a->command->resolve_objection;
	if (resolve->upheld)
		claim_apply_rejection(a, resolve->claim);
	else
		publish_again(a, resolve->claim);
}
