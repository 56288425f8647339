/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/decide_case.h"

#include "base/clock.h"
#include "base/date.h"
#include "base/text.h"
#include "record/digest.h"

#include <string.h>

/* --- against it --- */

void case_want(struct deciding *d, bool is_well, Pb__Outcome outcome) {
	if (!is_well && !d->against)
		d->against = outcome;
}

bool case_unknown(struct deciding *d, Pb__Outcome outcome) {
	case_want(d, false, outcome);
	return false;
}

/* As the ledger weighs what is to be had whole or not at all. */
static Pb__Bound *weigh_limit(struct deciding *d, const struct limit *limit, int64_t asked) {
	Pb__Bound *bound = weighed_money(&d->weighed, limit->rule, limit->limit, limit->used, asked);
	bound->binds = bound->granted < asked;
	bound->holds = !bound->binds;
	if (limit->name)
		bound->name = decide_text(d->arena, limit->name);
	if (limit->rule == PB__RULE__RULE_VOUCHERS_AT_ONCE)
		bound->unit = PB__UNIT__UNIT_NUMBER;
	return bound;
}

void case_weigh(struct deciding *d, const struct limit *limit, int64_t asked) {
	case_want(d, weigh_limit(d, limit, asked)->holds, limit->outcome);
}

int64_t case_weigh_rest(struct deciding *d, const struct limit *limit, int64_t asked) {
	Pb__Bound *bound = weigh_limit(d, limit, asked);
	bound->holds = true;
	case_want(d, bound->granted > 0, limit->outcome);
	return bound->granted;
}

void case_weigh_fact(
    struct deciding *d, Pb__Rule rule, Pb__Outcome outcome, const char *attribute, bool holds) {
	weighed_fact(&d->weighed, rule, attribute, holds)->binds = !holds;
	case_want(d, holds, outcome);
}

/* --- what there is --- */

const struct programme *case_programme_at(const struct deciding *d, uint64_t id) {
	return objects_find(&d->m->programmes, id);
}

const struct party *case_party_at(const struct deciding *d, uint64_t id) {
	return objects_find(&d->m->parties, id);
}

const struct voucher *case_voucher_at(const struct deciding *d, uint64_t id) {
	return objects_find(&d->m->vouchers, id);
}

const struct reservation *case_reservation_at(const struct deciding *d, uint64_t id) {
	return objects_find(&d->m->reservations, id);
}

const struct claim *case_claim_at(const struct deciding *d, uint64_t id) {
	return objects_find(&d->m->claims, id);
}

static const void *found(struct deciding *d, const void *object, Pb__Outcome outcome) {
	case_want(d, object != NULL, outcome);
	return object;
}

const struct programme *case_find_programme(struct deciding *d, const char *code) {
	return found(d, model_programme(d->m, code), PB__OUTCOME__PROGRAMME_UNKNOWN);
}

const struct party *case_find_party(struct deciding *d, const char *code) {
	return found(d, model_party(d->m, code), PB__OUTCOME__PARTY_UNKNOWN);
}

const struct house *case_find_house(struct deciding *d, const char *code) {
	return found(d, model_house(d->m, code), PB__OUTCOME__HOUSE_ACCOUNT_UNKNOWN);
}

const struct voucher *case_find_voucher(struct deciding *d, uint64_t id) {
	return found(d, case_voucher_at(d, id), PB__OUTCOME__VOUCHER_UNKNOWN);
}

const struct reservation *case_find_reservation(struct deciding *d, uint64_t id) {
	return found(d, case_reservation_at(d, id), PB__OUTCOME__RESERVATION_UNKNOWN);
}

const struct claim *case_find_claim(struct deciding *d, uint64_t id) {
	return found(d, case_claim_at(d, id), PB__OUTCOME__CLAIM_UNKNOWN);
}

/* Who controls whom is compared as it was meant: in half width. The message is the case's own. */
static void normalise(Pb__RegisterParty *told) {
	if (told->controller[0])
		text_normalise((char *)told->controller);
	for (size_t i = 0; i < told->n_related; i++)
		text_normalise((char *)told->related[i]);
}

struct decide_party *case_read_party(const struct deciding *d, const struct party *party) {
	struct decide_party *read = decide_alloc(d->arena, sizeof(*read));
	const Pb__RegisterParty *told = model_told(d->m, party, d->arena);
	Pb__RegisterParty *none = decide_alloc(d->arena, sizeof(*none));
	pb__register_party__init(none);
	read->id = party->id;
	read->told = told ? told : none;
	normalise((Pb__RegisterParty *)read->told);
	return read;
}

static int32_t in_calendar(int64_t day) {
	enum { LAST_DAY = 2932896 }; /* 9999-12-31 */
	return day < 0 ? 0 : day > LAST_DAY ? LAST_DAY : (int32_t)day;
}

int32_t case_local_day(const struct deciding *d, const struct programme *programme) {
	return in_calendar(date_local_day(d->now_us, programme->utc_offset_minutes));
}

int32_t case_days_after(int32_t day, uint32_t days) {
	return in_calendar((int64_t)day + days);
}

int64_t case_days_us(uint32_t days) {
	return amount_narrow((__int128)days * US_PER_DAY);
}

int32_t case_local_year(const struct deciding *d, const struct programme *programme) {
	return date_local_year(d->now_us, programme->utc_offset_minutes);
}

static const Pb__RuleSet *or_none(struct deciding *d, const Pb__RuleSet *rules) {
	static const Pb__RuleSet none = PB__RULE_SET__INIT;
	case_want(d, rules != NULL, PB__OUTCOME__RULES_MISSING);
	return rules ? rules : &none;
}

const Pb__RuleSet *case_rules_in_force(struct deciding *d, const struct programme *programme) {
	return or_none(d, model_rules_in_force(d->m, programme, d->now_us));
}

const Pb__RuleSet *case_rules_of(struct deciding *d, uint64_t programme, uint32_t version) {
	return or_none(d, model_rules(d->m, programme, version));
}

void case_want_not_suspended(struct deciding *d, uint64_t party) {
	const struct party *row = case_party_at(d, party);
	case_want(d, row && !row->suspended, PB__OUTCOME__PARTY_STATE);
}

void case_want_in_standing(struct deciding *d, uint64_t party) {
	const struct party *row = case_party_at(d, party);
	case_want_not_suspended(d, party);
	case_want(d, row && d->now_us >= row->blacklisted_until_us, PB__OUTCOME__BLACKLISTED);
}

void case_want_not_removed(struct deciding *d, uint64_t programme, uint64_t party) {
	const struct standing *standing = model_standing(d->m, programme, party);
	case_want(d, !standing || !standing->is_removed, PB__OUTCOME__PARTY_REMOVED);
}

bool case_is_active(const struct voucher *voucher) {
	return voucher->live > 0 || voucher->reserved > 0;
}

/* --- who is concerned --- */

/* Whose region is known before the entry. */
void case_name_holder(struct deciding *d, uint64_t id) {
	const struct party *party = case_party_at(d, id);
	d->decision.holder = id;
	if (party && id != d->seq)
		d->decision.holder_region = model_text(d->m, party->region);
}

void case_name_party(struct deciding *d, uint64_t id, uint32_t kind) {
	d->decision.subject = id;
	if (kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		d->decision.provider = id;
	else
		case_name_holder(d, id);
}

void case_name_reservation(struct deciding *d, const struct reservation *reservation) {
	d->decision.programme = reservation->programme;
	d->decision.provider = reservation->provider;
	d->decision.voucher = reservation->voucher;
	d->decision.reservation = reservation->id;
	case_name_holder(d, reservation->holder);
}

void case_name_claim(struct deciding *d, const struct claim *claim) {
	const struct reservation *reservation = case_reservation_at(d, claim->reservation);
	if (reservation)
		case_name_reservation(d, reservation);
	d->decision.payee = claim->payee;
	d->decision.claim = claim->id;
	d->decision.amount = claim->amount;
}

/* --- money --- */

struct account_name case_fund_account(Pb__AccountKind kind, const struct fund *fund) {
	return (struct account_name){ kind, (uint32_t)fund->currency, fund->id, 0 };
}

struct account_name case_programme_account(
    Pb__AccountKind kind, const struct programme *programme, uint64_t party) {
	return (struct account_name){ kind, (uint32_t)programme->currency, programme->id, party };
}

static void post(struct deciding *d, const struct account_name *account, int64_t amount) {
	struct posting *larger = arena_grow(d->arena, d->postings, d->n_postings, sizeof(*larger));
	if (!larger)
		table_die("memory");
	d->postings = larger;
	larger[d->n_postings++] = (struct posting){ account->kind, account->currency, account->owner,
		account->party, amount };
}

void case_transfer(
    struct deciding *d, struct account_name from, struct account_name to, int64_t amount) {
	if (amount == 0)
		return;
	post(d, &from, amount_subtract(0, amount));
	post(d, &to, amount);
}

void case_book(struct deciding *d, uint64_t house, uint64_t currency, int64_t amount) {
	const struct account_name bank = { PB__ACCOUNT_KIND__MEMO_BANK, (uint32_t)currency, house, 0 };
	const struct account_name counter = { PB__ACCOUNT_KIND__MEMO_BANK_COUNTER, (uint32_t)currency,
		house, 0 };
	if (amount >= 0)
		case_transfer(d, counter, bank, amount);
	else
		case_transfer(d, bank, counter, amount_subtract(0, amount));
}

void case_enter_memo(struct deciding *d, Pb__AccountKind kind, const struct programme *programme,
    uint64_t party, int64_t amount) {
	case_transfer(d, case_programme_account(PB__ACCOUNT_KIND__MEMO_COUNTER, programme, party),
	    case_programme_account(kind, programme, party), amount);
}

void case_leave_memo(struct deciding *d, Pb__AccountKind kind, const struct programme *programme,
    uint64_t party, int64_t amount) {
	case_transfer(d, case_programme_account(kind, programme, party),
	    case_programme_account(PB__ACCOUNT_KIND__MEMO_COUNTER, programme, party), amount);
}

/* --- days that are closed, digests --- */

bool case_is_closed_day(const struct deciding *d, int32_t day) {
	return day <= d->m->ledger->closed_until;
}

void case_want_open_date(struct deciding *d, const char *date) {
	int32_t day;
	if (!*date)
		return;
	if (date_parse(date, &day) != ERR_OK)
		case_want(d, false, PB__OUTCOME__FIELD_INVALID);
	else
		case_want(d, !case_is_closed_day(d, day), PB__OUTCOME__DATE_CLOSED);
}

Pb__Digest *case_digest_of(struct deciding *d, const void *data, size_t bytes) {
	Pb__Digest *digest = decide_alloc(d->arena, sizeof(*digest));
	uint8_t *hash = decide_alloc(d->arena, DIGEST_BYTES);
	pb__digest__init(digest);
	digest_sha256(data, bytes, hash);
	digest->value.data = hash;
	digest->value.len = DIGEST_BYTES;
	return digest;
}
