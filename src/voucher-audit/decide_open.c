/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A settlement as it is opened: the programme's claims that wait, in order of publication, one
 * payment for each payee, what is set off, and the hash of it all that the approver repeats.
 */
#include "voucher-audit/decide_case.h"

#include "base/buffer.h"
#include "record/pb.h"

#include <endian.h>
#include <inttypes.h>
#include <string.h>

/* --- who is paid --- */

struct payee {
	uint64_t id;
	Pb__Payment *payment; /* NULL: it cannot be paid */
	struct by_fund shares;
};

struct opening {
	struct deciding *d;
	const struct programme *programme;
	struct payee *payees;
	size_t n_payees;
	size_t n_claims, n_looked;
	size_t stated; /* claims, in the journal */
	size_t owed;   /* clawbacks of the payees */
};

static const Pb__Digest *commitment_of(const Pb__RegisterParty *told) {
	return told->personal_commitment && told->personal_commitment->value.len
	    ? told->personal_commitment
	    : NULL;
}

static void note_unpayable(struct deciding *d, uint64_t payee) {
	uint64_t *larger = arena_grow(
	    d->arena, d->decision.unpayable, d->decision.n_unpayable, sizeof(*larger));
	if (!larger)
		table_die("memory");
	d->decision.unpayable = larger;
	larger[d->decision.n_unpayable++] = payee;
}

static Pb__Payment *add_payment(struct deciding *d, uint64_t payee, const Pb__RegisterParty *told) {
	Pb__Decision *decision = &d->decision;
	Pb__Payment *payment = decide_alloc(d->arena, sizeof(*payment));
	Pb__Payment **larger = arena_grow(
	    d->arena, decision->payments, decision->n_payments, sizeof(payment));
	if (!larger)
		table_die("memory");
	decision->payments = larger;
	decision->payments[decision->n_payments++] = payment;
	pb__payment__init(payment);
	payment->number = (uint32_t)decision->n_payments;
	payment->payee = payee;
	payment->account = told->bank_account;
	if (!told->bank_account)
		payment->account_commitment = (Pb__Digest *)commitment_of(told);
	payment->reference = decide_print(d->arena, "V%08" PRIx32 "-%" PRIu64 "-%" PRIu32,
	    (uint32_t)(d->m->ledger->id.high >> 32), d->seq, payment->number);
	return payment;
}

static size_t count_owed(const struct opening *o, uint64_t payee) {
	size_t count = 0;
	uint64_t id = 0;
	while ((id = used_next_clawback(o->d->m, o->programme->id, payee, id)))
		count++;
	return count;
}

/* Met for the first time. A payee that cannot be paid holds up nobody. */
static struct payee *add_payee(struct opening *o, uint64_t id) {
	struct deciding *d = o->d;
	struct payee *larger = arena_grow(d->arena, o->payees, o->n_payees, sizeof(*larger));
	if (!larger)
		table_die("memory");
	o->payees = larger;
	struct payee *payee = &o->payees[o->n_payees++];
	const struct party *party = case_party_at(d, id);
	const Pb__RegisterParty *told = party ? model_told(d->m, party, d->arena) : NULL;
	bool has_account = told &&
	    (told->bank_account || (commitment_of(told) && told->personal_account));
	*payee = (struct payee){ .id = id };
	o->owed += count_owed(o, id);
	if (!party || party->suspended || !has_account)
		note_unpayable(d, id);
	else
		payee->payment = add_payment(d, id, told);
	return payee;
}

static struct payee *find_payee(struct opening *o, uint64_t id) {
	for (size_t i = 0; i < o->n_payees; i++)
		if (o->payees[i].id == id)
			return &o->payees[i];
	return add_payee(o, id);
}

static void add_claim(struct opening *o, struct payee *payee, const struct claim *claim) {
	Pb__Payment *payment = payee->payment;
	uint64_t *larger = arena_grow(o->d->arena, payment->claims, payment->n_claims, sizeof(*larger));
	if (!larger)
		table_die("memory");
	payment->claims = larger;
	larger[payment->n_claims++] = claim->id;
	struct by_fund shares;
	payment->amount = amount_add(payment->amount, case_unpaid_of(claim, &shares));
	amounts_add(&payee->shares, &shares);
	o->n_claims++;
}

/* --- which claims --- */

static bool is_ready(const struct deciding *d, const struct claim *claim) {
	const struct reservation *r = case_reservation_at(d, claim->reservation);
	return claim->publication_ends_us <= d->now_us && r && case_is_supported(r);
}

/* A settlement stops where it, its entry or that of its approval would grow too large; how large an
 * entry will be is an estimate of the ledger's, and so it is here, a generous one. */
static bool may_stop(const struct opening *o) {
	enum { PAYMENT_BYTES = 1500, NETTING_BYTES = 600, CLAIM_BYTES = 20, REST_BYTES = 65536 };
	size_t estimate = REST_BYTES + o->n_payees * PAYMENT_BYTES + o->owed * NETTING_BYTES +
	    o->n_claims * CLAIM_BYTES;
	return o->n_claims >= o->stated &&
	    (o->n_claims >= LIMIT_SETTLEMENT_CLAIMS || o->n_looked >= LIMIT_SETTLEMENT_LOOK ||
	        o->n_payees >= 2 * LIMIT_SETTLEMENT_CLAIMS || estimate >= LIMIT_ENTRY_BYTES);
}

static void collect(struct opening *o, uint64_t cutoff) {
	struct deciding *d = o->d;
	uint64_t id = 0;
	while ((id = used_next_published(d->m, o->programme->id, id)) && !may_stop(o)) {
		const struct claim *claim = case_claim_at(d, id);
		if (!claim || claim->status != PB__CLAIM_STATUS__CLAIM_PUBLISHED)
			continue;
		if (claim->published_seq > cutoff)
			break;
		o->n_looked++;
		if (!is_ready(d, claim))
			continue;
		struct payee *payee = find_payee(o, claim->payee);
		if (payee->payment)
			add_claim(o, payee, claim);
	}
}

static size_t count_stated(const Pb__Decision *stated) {
	size_t count = 0;
	for (size_t i = 0; i < stated->n_payments; i++)
		count += stated->payments[i]->n_claims;
	return count;
}

/* --- what is set off --- */

static void add_netting(struct opening *o, Pb__Payment *payment, const struct clawback *clawback) {
	struct deciding *d = o->d;
	const struct by_fund left = amounts_of(clawback->left);
	int64_t owed = case_owed_of(clawback);
	Pb__Netting *netting = decide_alloc(d->arena, sizeof(*netting));
	Pb__Netting **larger = arena_grow(
	    d->arena, payment->nettings, payment->n_nettings, sizeof(netting));
	if (!larger)
		table_die("memory");
	payment->nettings = larger;
	payment->nettings[payment->n_nettings++] = netting;
	pb__netting__init(netting);
	netting->clawback = clawback->id;
	netting->amount = owed < payment->amount ? owed : payment->amount;
	const struct by_fund parts = amount_split_by_fund(netting->amount, &left);
	case_list_shares(d, o->programme, &parts, &netting->shares, &netting->n_shares);
	payment->amount -= netting->amount;
}

/* What is set off pays the claims one after another, as their funds bear them. */
static void take_off_shares(struct opening *o, struct payee *payee, int64_t netted) {
	const Pb__Payment *payment = payee->payment;
	for (size_t i = 0; i < payment->n_claims && netted > 0; i++) {
		struct by_fund shares;
		int64_t unpaid = case_unpaid_of(case_claim_at(o->d, payment->claims[i]), &shares);
		int64_t part = netted < unpaid ? netted : unpaid;
		const struct by_fund parts = amount_split_by_fund(part, &shares);
		amounts_subtract(&payee->shares, &parts);
		netted = amount_subtract(netted, part);
	}
}

static void net(struct opening *o, struct payee *payee) {
	Pb__Payment *payment = payee->payment;
	int64_t before = payment->amount;
	uint64_t id = 0;
	while (payment->amount > 0 && payment->n_nettings < LIMIT_NETTINGS &&
	    (id = used_next_clawback(o->d->m, o->programme->id, payee->id, id))) {
		const struct clawback *clawback = objects_find(&o->d->m->clawbacks, id);
		if (clawback && case_owed_of(clawback) > 0)
			add_netting(o, payment, clawback);
	}
	take_off_shares(o, payee, amount_subtract(before, payment->amount));
}

static void complete(struct opening *o) {
	struct deciding *d = o->d;
	const Pb__RuleSet *rules = model_rules_in_force(d->m, o->programme, d->now_us);
	for (size_t i = 0; i < o->n_payees; i++) {
		struct payee *payee = &o->payees[i];
		Pb__Payment *payment = payee->payment;
		if (!payment)
			continue;
		if (rules && rules->net_clawbacks)
			net(o, payee);
		case_list_shares(d, o->programme, &payee->shares, &payment->shares, &payment->n_shares);
		d->decision.amount = amount_add(d->decision.amount, payment->amount);
	}
}

/* --- what the approver approves --- */

static void add_u32(struct buffer *buffer, uint64_t value) {
	uint32_t big_endian = htobe32((uint32_t)value);
	buffer_append(buffer, &big_endian, sizeof(big_endian));
}

static void add_u64(struct buffer *buffer, uint64_t value) {
	uint64_t big_endian = htobe64(value);
	buffer_append(buffer, &big_endian, sizeof(big_endian));
}

static void add_bytes(struct buffer *buffer, const void *data, size_t bytes) {
	add_u32(buffer, bytes);
	if (bytes)
		buffer_append(buffer, data, bytes);
}

static void add_text(struct buffer *buffer, const char *text) {
	add_bytes(buffer, text, strlen(text));
}

static void add_shares(struct buffer *buffer, Pb__Share *const *shares, size_t count) {
	add_u32(buffer, count);
	for (size_t i = 0; i < count; i++) {
		add_u64(buffer, shares[i]->fund);
		add_u64(buffer, (uint64_t)shares[i]->amount);
	}
}

static void add_account(struct buffer *buffer, const Pb__Payment *payment) {
	const Pb__Digest *commitment = payment->account_commitment;
	const Pb__BankAccount *account = commitment ? NULL : payment->account;
	add_text(buffer, account ? account->number : "");
	add_text(buffer, account ? account->bank_code : "");
	add_text(buffer, account ? account->holder_name : "");
	add_bytes(
	    buffer, commitment ? commitment->value.data : NULL, commitment ? commitment->value.len : 0);
}

static void add_to_digest(struct buffer *buffer, const Pb__Payment *payment) {
	add_u32(buffer, payment->number);
	add_u64(buffer, payment->payee);
	add_u64(buffer, (uint64_t)payment->amount);
	add_account(buffer, payment);
	add_text(buffer, payment->reference);
	add_shares(buffer, payment->shares, payment->n_shares);
	add_u32(buffer, payment->n_claims);
	for (size_t i = 0; i < payment->n_claims; i++)
		add_u64(buffer, payment->claims[i]);
	add_u32(buffer, payment->n_nettings);
	for (size_t i = 0; i < payment->n_nettings; i++) {
		add_u64(buffer, payment->nettings[i]->clawback);
		add_u64(buffer, (uint64_t)payment->nettings[i]->amount);
		add_shares(buffer, payment->nettings[i]->shares, payment->nettings[i]->n_shares);
	}
}

static Pb__Digest *payments_digest(struct deciding *d) {
	const Pb__Decision *decision = &d->decision;
	struct buffer buffer;
	buffer_init(&buffer, 0);
	buffer_append_text(&buffer, "voucher-payments-3\n");
	add_u64(&buffer, d->m->ledger->id.high);
	add_u64(&buffer, d->m->ledger->id.low);
	add_u64(&buffer, d->seq);
	add_text(&buffer, d->command->open_settlement->house_account);
	add_u32(&buffer, decision->n_payments);
	for (size_t i = 0; i < decision->n_payments; i++)
		add_to_digest(&buffer, decision->payments[i]);
	if (buffer_error(&buffer))
		table_die("memory");
	Pb__Digest *digest = case_digest_of(d, buffer.data, buffer.bytes);
	buffer_done(&buffer);
	return digest;
}

bool case_open_settlement(struct deciding *d) {
	const Pb__OpenSettlement *command = d->command->open_settlement;
	const struct programme *programme = case_find_programme(d, command->programme);
	const struct house *house = case_find_house(d, command->house_account);
	struct opening o = { .d = d, .programme = programme, .stated = count_stated(d->stated) };
	if (!programme || !house)
		return false;
	case_want(d, house->currency == programme->currency, PB__OUTCOME__FIELD_INVALID);
	case_want(d, command->cutoff > 0 && command->cutoff < d->seq, PB__OUTCOME__CUTOFF_AHEAD);
	collect(&o, command->cutoff);
	complete(&o);
	case_want(d, d->decision.n_payments > 0, PB__OUTCOME__NOTHING_TO_SETTLE);
	d->decision.programme = programme->id;
	d->decision.house_account = house->id;
	d->decision.payments_digest = payments_digest(d);
	return true;
}
