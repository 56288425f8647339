/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open_settlement: which claims are paid, to whom, in how many payments, and what is set off.
 * settle.h says which. No money moves before another person has approved exactly these payments
 * (settle.c).
 */
#include "ledger/settle.h"

#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/house.h"
#include "ledger/netting.h"
#include "ledger/payment.h"
#include "ledger/personal.h"
#include "ledger/pool.h"
#include "ledger/ready.h"
#include "ledger/use.h"
#include "voucher/v1/resource.pb-c.h"

#include <inttypes.h>
#include <string.h>

enum {
	PAYEES_MAX = 2 * LIMIT_SETTLEMENT_CLAIMS, /* different ones in one walk, payable or not */
	SLOTS = 4 * LIMIT_SETTLEMENT_CLAIMS,      /* of their hash table; a power of two */

	/* What the entry takes beyond the payments' own fields, at most */
	ENTRY_RESERVE_BYTES = 4096, /* command, actor, decision without its lists */
	PAYMENT_RESERVE_BYTES = 24, /* tag and length of the payment and of its claims, the amount */
	SHARE_BYTES = 24,           /* two varints of 64 bits, their tags, the share's own */
	ID_BYTES = 10,              /* a varint of 64 bits */

	/* What the entry that approves it takes, at most */
	APPROVE_RESERVE_BYTES = 4096,
	PAYMENT_POSTINGS_BYTES = 4 * 48, /* two transfers: what is paid, what is set off */
};

struct payee {
	uint64_t id;           /* 0: the slot is free */
	Pb__Payment *payment;  /* NULL: it cannot be paid */
	struct by_fund shares; /* of the payment */
};

struct collecting {
	struct deciding *d;
	uint64_t programme_id;
	const struct programme_row *programme;
	uint64_t cutoff;
	bool has_rules; /* and they have been read: */
	bool is_netting;
	struct payee *payees; /* hash table, open addressing */
	size_t n_payees;
	size_t n_claims;
	size_t n_looked;
	size_t entry_bytes;        /* that the entry may come to */
	size_t approve_bytes;      /* and that which approves it */
	const char *first_refusal; /* why the first payee in Decision.unpayable is there */
};

/* The slot of a payee, or the free one where it belongs. There is always a free one. */
static struct payee *find_payee(struct collecting *c, uint64_t id) {
	size_t slot = (size_t)(id * 0x9E3779B97F4A7C15U >> 32) % SLOTS;
	while (c->payees[slot].id && c->payees[slot].id != id)
		slot = (slot + 1) % SLOTS;
	return &c->payees[slot];
}

static char *make_reference(struct deciding *d, uint32_t number) {
	return arena_printf(d->arena, "V%08" PRIx32 "-%" PRIu64 "-%" PRIu32,
	    (uint32_t)(d->head->ledger_id.high >> 32), d->entry->seq, number);
}

static bool note_unpayable(struct collecting *c, uint64_t payee, const char *why) {
	struct deciding *d = c->d;
	Pb__Decision *decision = d->decision;
	if (!decision->unpayable)
		decision->unpayable = arena_alloc(d->arena, PAYEES_MAX * sizeof(uint64_t));
	if (!decision->unpayable)
		return refuse_memory(d);
	if (decision->n_unpayable == 0) {
		c->first_refusal = arena_printf(d->arena, "%s %s", the_party(d, payee)->code, why);
		if (!c->first_refusal)
			return refuse_memory(d);
	}
	decision->unpayable[decision->n_unpayable++] = payee;
	c->entry_bytes += ID_BYTES;
	return true;
}

/* What stands for a payee's bank account where that is personal. NULL: it is not, or there is
 * none. */
static const Pb__Digest *commitment_of(const Pb__RegisterParty *particulars) {
	return !particulars->bank_account && has_personal_account(particulars)
	    ? particulars->personal_commitment
	    : NULL;
}

static size_t count_funds(const struct programme_row *programme) {
	size_t count = 0;
	while (count < LIMIT_FUNDS && programme->funds[count])
		count++;
	return count;
}

/* Whether what a payee owes is set off: the rules in force say so. They are read when the first
 * payee owes anything. False: refused. */
static bool read_netting(struct collecting *c) {
	if (c->has_rules)
		return true;
	const Pb__RuleSet *rules = read_rules_in_force(c->d, c->programme_id, c->programme);
	c->has_rules = rules;
	c->is_netting = rules && rules->net_clawbacks;
	return rules;
}

/* Keeps room for what may be set off against a new payment. */
static bool reserve_nettings(struct collecting *c, uint64_t payee) {
	size_t count = netting_count(c->d, c->programme_id, payee);
	if (count > 0 && !read_netting(c))
		return false;
	if (c->is_netting) {
		c->entry_bytes += count * NETTING_BYTES;
		c->approve_bytes += count * NETTING_POSTINGS_BYTES;
	}
	return true;
}

static bool add_payment(
    struct collecting *c, struct payee *payee, const Pb__RegisterParty *particulars) {
	struct deciding *d = c->d;
	Pb__Payment *payment = ARENA_NEW(d->arena, Pb__Payment);
	uint32_t number = (uint32_t)d->decision->n_payments + 1;
	char *reference = make_reference(d, number);
	if (!payment || !reference)
		return refuse_memory(d);
	pb__payment__init(payment);
	payment->number = number;
	payment->payee = payee->id;
	payment->account = particulars->bank_account;
	payment->account_commitment = (Pb__Digest *)commitment_of(particulars);
	payment->reference = reference;
	payee->payment = payment;
	c->entry_bytes += pb__payment__get_packed_size(payment) + PAYMENT_RESERVE_BYTES +
	    count_funds(c->programme) * SHARE_BYTES;
	c->approve_bytes += PAYMENT_POSTINGS_BYTES;
	return reserve_nettings(c, payee->id) &&
	    LIST_ADD(d, d->decision->payments, d->decision->n_payments, payment);
}

/* Meets a payee for the first time. */
static bool add_payee(struct collecting *c, struct payee *payee, uint64_t id) {
	payee->id = id;
	c->n_payees++;
	if (the_party(c->d, id)->suspended)
		return note_unpayable(c, id, "is suspended");
	const Pb__RegisterParty *particulars = read_particulars(c->d, id);
	if (!particulars)
		return false;
	return has_account(particulars) ? add_payment(c, payee, particulars)
	                                : note_unpayable(c, id, "has no bank account");
}

static bool add_claim(
    struct collecting *c, struct payee *payee, uint64_t id, const struct claim_row *claim) {
	Pb__Payment *payment = payee->payment;
	uint64_t *claims = arena_grow(c->d->arena, payment->claims, payment->n_claims, sizeof(*claims));
	if (!claims)
		return refuse_memory(c->d);
	payment->claims = claims;
	claims[payment->n_claims++] = id;
	/* Sums of what lies in one account fit where that account's balance fits. */
	struct by_fund shares;
	count(&payment->amount, netting_unpaid(claim, &shares));
	by_fund_add(&payee->shares, &shares);
	c->n_claims++;
	c->entry_bytes += ID_BYTES;
	return true;
}

/* Room for one more claim, and perhaps its payment, whoever the payee is. */
static bool has_room(const struct collecting *c) {
	enum {
		ONE_MORE_BYTES = 512 + LIMIT_NETTINGS * NETTING_BYTES, /* a payment's fields are limited */
		ONE_MORE_APPROVED_BYTES = PAYMENT_POSTINGS_BYTES + LIMIT_NETTINGS * NETTING_POSTINGS_BYTES,
	};
	return c->n_looked < LIMIT_SETTLEMENT_LOOK && c->n_claims < LIMIT_SETTLEMENT_CLAIMS &&
	    c->n_payees < PAYEES_MAX && c->entry_bytes + ONE_MORE_BYTES <= LIMIT_ENTRY_BYTES &&
	    c->approve_bytes + ONE_MORE_APPROVED_BYTES <= LIMIT_ENTRY_BYTES;
}

static bool collect(struct collecting *c, uint64_t ready_head) {
	uint64_t id = ready_head;
	while (id && has_room(c)) {
		const struct claim_row *claim = the_claim(c->d, id);
		if (claim->published_seq > c->cutoff)
			break; /* so are all that follow */
		c->n_looked++;
		if (claim->publication_ends_us <= c->d->occasion->time_us &&
		    use_is_supported(the_reservation(c->d, claim->reservation))) {
			struct payee *payee = find_payee(c, claim->payee);
			if (!payee->id && !add_payee(c, payee, claim->payee))
				return false;
			if (payee->payment && !add_claim(c, payee, id, claim))
				return false;
		}
		id = claim->next;
	}
	return true;
}

/* --- what the payments say --- */

/* What is set off, and who pays the rest. */
static bool complete_payments(struct collecting *c) {
	struct deciding *d = c->d;
	for (size_t i = 0; i < d->decision->n_payments; i++) {
		Pb__Payment *payment = d->decision->payments[i];
		struct payee *payee = find_payee(c, payment->payee);
		if (c->is_netting && !netting_decide(d, c->programme_id, payment, &payee->shares))
			return false;
		if (!pool_list_shares(
		        d, c->programme, &payee->shares, &payment->shares, &payment->n_shares))
			return false;
		count(&d->decision->amount, payment->amount);
	}
	return true;
}

static bool set_digest(struct deciding *d) {
	Pb__Decision *decision = d->decision;
	Pb__Digest *digest = ARENA_NEW(d->arena, Pb__Digest);
	uint8_t *hash = arena_alloc(d->arena, DIGEST_BYTES);
	const struct settle_payments payments = {
		.ledger_id = d->head->ledger_id,
		.settlement = d->entry->seq,
		.house_account = d->command->open_settlement->house_account,
		.payments = decision->payments,
		.count = decision->n_payments,
	};
	if (!digest || !hash || settle_digest(&payments, hash) != ERR_OK)
		return refuse_memory(d);
	pb__digest__init(digest);
	digest->value.data = hash;
	digest->value.len = DIGEST_BYTES;
	decision->payments_digest = digest;
	return true;
}

/* Ours, of the programme's currency. */
static bool want_house(struct deciding *d, const struct programme_row *programme) {
	const struct house_row *house = house_find(
	    d, d->command->open_settlement->house_account, "house_account");
	return house &&
	    (house->currency == programme->currency ||
	        refuse_detail(d, PB__OUTCOME__FIELD_INVALID, "house_account",
	            "its currency is not the programme's"));
}

static bool want_cutoff(struct deciding *d, uint64_t cutoff) {
	if (cutoff == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "cutoff");
	return cutoff <= d->head->seq || refuse_field(d, PB__OUTCOME__CUTOFF_AHEAD, "cutoff");
}

bool decide_open_settlement(struct deciding *d) {
	const Pb__OpenSettlement *open = d->command->open_settlement;
	uint64_t programme_id;
	const struct programme_row *programme;
	if (!(programme = find_programme(d, open->programme, "programme", &programme_id)) ||
	    !want_programme_in_region(d, programme, "programme") || !want_house(d, programme) ||
	    !want_cutoff(d, open->cutoff))
		return false;
	struct collecting collecting = {
		.d = d,
		.programme_id = programme_id,
		.programme = programme,
		.cutoff = open->cutoff,
		.payees = arena_zalloc(d->arena, SLOTS * sizeof(struct payee)),
		.entry_bytes = ENTRY_RESERVE_BYTES,
		.approve_bytes = APPROVE_RESERVE_BYTES,
	};
	if (!collecting.payees)
		return refuse_memory(d);
	if (!collect(&collecting, programme->ready_head))
		return false;
	if (collecting.n_claims == 0)
		return collecting.first_refusal
		    ? refuse_detail(d, PB__OUTCOME__NOTHING_TO_SETTLE, "", collecting.first_refusal)
		    : refuse(d, PB__OUTCOME__NOTHING_TO_SETTLE);
	d->decision->programme = programme_id;
	return complete_payments(&collecting) && set_digest(d);
}

/* --- apply --- */

/* What is set off against a payment. */
static int64_t netted_of(const Pb__Payment *payment) {
	int64_t sum = 0;
	for (size_t i = 0; i < payment->n_nettings; i++)
		count(&sum, payment->nettings[i]->amount);
	return sum;
}

/* The payment's shares are what its claims' funds have still to pay when all is set off. */
static void check_shares(struct applying *a, const Pb__Payment *payment) {
	struct by_fund left = netting_rest(a, payment->claims, payment->n_claims, netted_of(payment));
	const struct by_fund shares = pool_listed(
	    touch_programme(a, a->decision->programme), payment->shares, payment->n_shares);
	by_fund_subtract(&left, &shares);
	check(by_fund_is_zero(&left) && by_fund_sum(&shares) == payment->amount);
}

/* Takes the payment's claims out of the programme's list and links them with each other. */
static void take_claims(struct applying *a, const Pb__Payment *payment) {
	for (size_t i = 0; i < payment->n_claims; i++) {
		uint64_t id = payment->claims[i];
		ready_remove(a, id);
		struct claim_row row = get_claim(a, id);
		check(row.status == PB__CLAIM_STATUS__CLAIM_PUBLISHED && row.payee == payment->payee);
		row.status = PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT;
		row.settlement = a->entry->seq;
		row.payment = payment->number;
		row.previous = i > 0 ? payment->claims[i - 1] : 0;
		row.next = i + 1 < payment->n_claims ? payment->claims[i + 1] : 0;
		put_claim(a, id, &row);
	}
}

static void set_commitment(struct payment_row *row, const Pb__Digest *commitment) {
	if (!commitment)
		return;
	check(commitment->value.len == sizeof(row->account_commitment));
	row->is_personal = true;
	memcpy(row->account_commitment, commitment->value.data, sizeof(row->account_commitment));
}

static void apply_payment(struct applying *a, const Pb__Payment *payment, int64_t netted) {
	struct payment_row row = {
		.payee = payment->payee,
		.amount = payment->amount,
		.netted = netted,
		.nettings = (uint32_t)payment->n_nettings,
		.first_claim = payment->claims[0],
		.status = PB__PAYMENT_STATUS__PAYMENT_PREPARED,
	};
	set_commitment(&row, payment->account_commitment);
	check_shares(a, payment);
	netting_keep(a, a->entry->seq, payment);
	take_claims(a, payment);
	put_payment(a, a->entry->seq, payment->number, &row);
}

void apply_open_settlement(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct settlement_row settlement = {
		.programme = decision->programme,
		.cutoff = a->command->open_settlement->cutoff,
		.amount = decision->amount,
		.house_account = decision->house_account,
		.payments = (uint32_t)decision->n_payments,
		.status = PB__SETTLEMENT_STATUS__SETTLEMENT_OPEN,
	};
	check(decision->payments_digest->value.len == sizeof(settlement.payments_digest));
	memcpy(settlement.payments_digest, decision->payments_digest->value.data,
	    sizeof(settlement.payments_digest));
	set_code(settlement.prepared_by, a->entry->actor->person);
	int64_t sum = 0;
	for (size_t i = 0; i < decision->n_payments; i++) {
		const Pb__Payment *payment = decision->payments[i];
		int64_t netted = netted_of(payment);
		check(payment->number == i + 1 && payment->n_claims > 0);
		apply_payment(a, payment, netted);
		count(&sum, payment->amount);
		count(&settlement.netted, netted);
	}
	check(sum == decision->amount);
	put_settlement(a, a->entry->seq, &settlement);
}
