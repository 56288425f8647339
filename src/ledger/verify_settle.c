/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settlements re-derived from their payments, payments from their claims and what is set off, and
 * the two lists that entries walk:
 *
 *	a claim        published, it is in its programme's list; in a settlement or paid, in the list of
 *	               one payment, that it names; set off whole, in none
 *	a payment      its claims come to its amount and, before approval, to what is to be set off
 *	a settlement   its payments come to its amounts
 *	a clawback     of which something is owed: in its payee's list
 *
 * So no claim is paid twice, and none is lost.
 */
#include "ledger/clawback.h"
#include "ledger/verify.h"
#include "voucher/v1/resource.pb-c.h"

typedef __int128 wide;

/* Claims and clawbacks, less those that are found in a list: so no list is walked for ever. */
struct left {
	int64_t listed; /* claims of a payment */
	int64_t ready;  /* that wait for settlement */
	int64_t owed;   /* clawbacks */
};

struct settling {
	struct verifying *v;
	struct left left;
};

/* --- what must be in a list --- */

static bool visit_claim(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct settling *s = arg;
	const struct claim_row *claim = row;
	uint64_t id = key_read_u64(key, 0);
	if (bytes != sizeof(*claim))
		return verify_fault(s->v, "a claim is not a claim", id);
	if (claim->netted < 0 || claim->netted > claim->amount)
		return verify_fault(s->v, "claim: more is set off than it comes to", id);
	switch (claim->status) {
	case PB__CLAIM_STATUS__CLAIM_PUBLISHED: s->left.ready++; break;
	case PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT:
	case PB__CLAIM_STATUS__CLAIM_PAID: s->left.listed++; break;
	case PB__CLAIM_STATUS__CLAIM_RECONCILED: s->left.listed += claim->netted < claim->amount; break;
	default: break;
	}
	return true;
}

static bool visit_clawback(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct settling *s = arg;
	const struct clawback_row *clawback = row;
	if (bytes != sizeof(*clawback))
		return verify_fault(s->v, "a clawback is not a clawback", key_read_u64(key, 0));
	s->left.owed += clawback_owed(clawback) > 0;
	return true;
}

/* NULL: there is none, and that is a fault. */
static const struct claim_row *find_claim_of(struct settling *s, uint64_t id, int64_t *left) {
	struct key key = key_of_id(id);
	const struct claim_row *claim = STATE_GET(s->v->state, TABLE_CLAIM, &key, struct claim_row);
	if (claim && (*left)-- > 0)
		return claim;
	verify_fault(s->v, "claim: it is in a list where it is not", id);
	return NULL;
}

/* --- the lists of programmes and payees --- */

static bool visit_programme(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct settling *s = arg;
	const struct programme_row *programme = row;
	uint64_t previous = 0;
	(void)bytes;
	for (uint64_t id = programme->ready_head; id;) {
		const struct claim_row *claim = find_claim_of(s, id, &s->left.ready);
		if (!claim)
			return false;
		if (claim->status != PB__CLAIM_STATUS__CLAIM_PUBLISHED || claim->previous != previous ||
		    claim->programme != key_read_u64(key, 0))
			return verify_fault(s->v, "claim: it waits for settlement where it does not", id);
		previous = id;
		id = claim->next;
	}
	return programme->ready_tail == previous ||
	    verify_fault(s->v, "programme: another claim is the last that waits", key_read_u64(key, 0));
}

static bool visit_owed(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct settling *s = arg;
	const struct owed_row *list = row;
	uint64_t payee = key_read_u64(key, 8), previous = 0;
	if (bytes != sizeof(*list))
		return verify_fault(s->v, "a list of clawbacks is not a list; payee", payee);
	for (uint64_t id = list->first; id;) {
		struct key of = key_of_id(id);
		const struct clawback_row *clawback = STATE_GET(
		    s->v->state, TABLE_CLAWBACK, &of, struct clawback_row);
		bool is_it = clawback && s->left.owed-- > 0 && clawback_owed(clawback) > 0 &&
		    clawback->programme == key_read_u64(key, 0) && clawback->payee == payee &&
		    clawback->previous == previous && id > previous;
		if (!is_it)
			return verify_fault(s->v, "clawback: it is in a list where it is not", id);
		previous = id;
		id = clawback->next;
	}
	return list->last == previous ||
	    verify_fault(s->v, "party: another clawback is the last that it owes", payee);
}

/* --- settlements --- */

struct tally {
	struct settling *s;
	uint64_t settlement;
	uint64_t programme;
	wide amount;
	wide netted;
	uint32_t payments;
	uint32_t recorded;
};

/* What the claims in a payment's list are. 0: it has none. */
static uint32_t claim_status_of(uint32_t payment_status) {
	switch (payment_status) {
	case PB__PAYMENT_STATUS__PAYMENT_PREPARED:
	case PB__PAYMENT_STATUS__PAYMENT_APPROVED: return PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT;
	case PB__PAYMENT_STATUS__PAYMENT_PAID: return PB__CLAIM_STATUS__CLAIM_PAID;
	case PB__PAYMENT_STATUS__PAYMENT_RECONCILED: return PB__CLAIM_STATUS__CLAIM_RECONCILED;
	default: return 0;
	}
}

static bool is_claim_of(const struct tally *t, uint32_t number, const struct payment_row *payment,
    const struct claim_row *claim) {
	return claim->settlement == t->settlement && claim->payment == number &&
	    claim->payee == payment->payee && claim->programme == t->programme &&
	    claim->status == claim_status_of(payment->status);
}

/* What its claims have still to be paid, or were paid by it; −1: a fault. */
static wide walk_claims(struct tally *t, uint32_t number, const struct payment_row *payment) {
	uint64_t previous = 0;
	wide sum = 0;
	for (uint64_t id = payment->first_claim; id;) {
		const struct claim_row *claim = find_claim_of(t->s, id, &t->s->left.listed);
		if (!claim)
			return -1;
		if (!is_claim_of(t, number, payment, claim) || claim->previous != previous) {
			verify_fault(t->s->v, "claim: it is in a payment that it is not in", id);
			return -1;
		}
		sum += (wide)claim->amount - claim->netted;
		previous = id;
		id = claim->next;
	}
	return sum;
}

static bool has_shares(const struct netting_row *netting) {
	wide sum = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		sum += netting->shares.amount[i];
	return netting->amount > 0 && sum == netting->amount;
}

static bool has_nettings(const struct tally *t, uint32_t number, const struct payment_row *row) {
	wide sum = 0;
	for (uint32_t i = 0; i < row->nettings; i++) {
		struct key key = key_of_payment(t->settlement, number);
		key_add_u32(&key, i);
		const struct netting_row *netting = STATE_GET(
		    t->s->v->state, TABLE_NETTING, &key, struct netting_row);
		if (!netting || !has_shares(netting))
			return false;
		sum += netting->amount;
	}
	return sum == row->netted;
}

static bool is_recorded(const struct payment_row *payment) {
	return payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID ||
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_FAILED ||
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED ||
	    payment->status == PB__PAYMENT_STATUS__PAYMENT_RECONCILED;
}

static bool visit_payment(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct tally *t = arg;
	const struct payment_row *payment = row;
	uint32_t number = key_read_u32(key, 8);
	struct verifying *v = t->s->v;
	if (bytes != sizeof(*payment) || number != ++t->payments)
		return verify_fault(v, "settlement: its payments are not numbered on", t->settlement);
	if (!has_nettings(t, number, payment))
		return verify_fault(v, "settlement: another sum is set off", t->settlement);
	wide claims = walk_claims(t, number, payment);
	bool is_prepared = payment->status == PB__PAYMENT_STATUS__PAYMENT_PREPARED;
	wide expected = (wide)payment->amount + (is_prepared ? payment->netted : 0);
	if (claims < 0)
		return false;
	if (claims != (claim_status_of(payment->status) ? expected : 0))
		return verify_fault(v, "settlement: a payment is not its claims", t->settlement);
	t->amount += payment->amount;
	t->netted += payment->netted;
	t->recorded += is_recorded(payment);
	return true;
}

static bool visit_settlement(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct settling *s = arg;
	const struct settlement_row *settlement = row;
	struct tally tally = { .s = s, .settlement = key_read_u64(key, 0) };
	if (bytes != sizeof(*settlement))
		return verify_fault(s->v, "a settlement is not a settlement", tally.settlement);
	tally.programme = settlement->programme;
	verify_scan(s->v, TABLE_PAYMENT, key, visit_payment, &tally);
	if (s->v->fault)
		return false;
	bool adds_up = tally.amount == settlement->amount && tally.netted == settlement->netted &&
	    tally.payments == settlement->payments && tally.recorded == settlement->recorded;
	return adds_up || verify_fault(s->v, "settlement: it is not its payments", tally.settlement);
}

void verify_settlements(struct verifying *v) {
	const struct key all = KEY_EMPTY;
	struct settling s = { .v = v };
	verify_scan(v, TABLE_CLAIM, &all, visit_claim, &s);
	verify_scan(v, TABLE_CLAWBACK, &all, visit_clawback, &s);
	verify_scan(v, TABLE_PROGRAMME, &all, visit_programme, &s);
	verify_scan(v, TABLE_SETTLEMENT, &all, visit_settlement, &s);
	verify_scan(v, TABLE_OWED, &all, visit_owed, &s);
	if (!v->fault && (s.left.listed != 0 || s.left.ready != 0))
		verify_fault(v, "claims: some are in no list where they should be", 0);
	if (!v->fault && s.left.owed != 0)
		verify_fault(v, "clawbacks: some are in no list where they should be", 0);
}
