/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *use*: reserve computes the subsidy for a contract and holds it; redeem makes part of it
 * payable, milestone by milestone; release gives back what is left.
 *
 *	PROGRAMME_LIVE ── reserve ─► PROGRAMME_RESERVED ── redeem ─► PROGRAMME_PAYABLE of the payee
 *	               ◄─ release ──
 *
 * Only the holder uses a voucher: no code, and no staff, is enough. A contract number is taken for
 * ever, also when its reservation is released.
 */
#include "ledger/use.h"

#include "base/check.h"
#include "base/text.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

static uint64_t party_of(Pb__Payee who, const struct reservation_row *reservation) {
	return who == PB__PAYEE__PAYEE_PROVIDER ? reservation->provider : reservation->holder;
}

/* What is granted without a voucher is the holder's: no provider is waiting for it. */
uint64_t use_payee(const Pb__RuleSet *rules, const struct reservation_row *reservation) {
	return rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER
	    ? party_of(rules->payee, reservation)
	    : reservation->holder;
}

uint64_t use_claimant(const Pb__RuleSet *rules, const struct reservation_row *reservation) {
	bool is_stated = rules->claimant != PB__PAYEE__PAYEE_UNSPECIFIED &&
	    rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	return is_stated ? party_of(rules->claimant, reservation) : use_payee(rules, reservation);
}

bool use_is_supported(const struct reservation_row *reservation) {
	return reservation->ratio_bp == 0 ||
	    reservation->claimed <= rules_share(reservation->invoiced, reservation->ratio_bp);
}

struct key use_key_of_holder_tier(
    uint64_t programme, uint64_t holder, int32_t year, uint32_t tier) {
	struct key key = key_of_usage(USAGE_HOLDER_TIER, programme, holder, year);
	key_add_u32(&key, tier);
	return key;
}

/* A number in full-width characters, or with spaces around it, is the same contract. It is kept as
 * it was written, and known by its normal form. */
static struct key key_of_contract(const char *number) {
	char text[LIMIT_REFERENCE_BYTES + 1];
	size_t bytes = strlen(number);
	check(bytes < sizeof(text));
	memcpy(text, number, bytes + 1);
	text_normalise(text);
	return key_of_text(text);
}

static bool want_contract_number(struct deciding *d, const char *number) {
	return want_text(d, number, LIMIT_REFERENCE_BYTES, "contract_number") &&
	    (key_of_contract(number).bytes > 0 ||
	        refuse_field(d, PB__OUTCOME__FIELD_INVALID, "contract_number"));
}

/* --- reserve: decide --- */

/* The case that the rules are asked about. */
struct use {
	const Pb__Reserve *command;
	const struct voucher_row *voucher;
	const struct programme_row *programme;
	const Pb__RuleSet *rules;
	struct rules_party holder;
	struct rules_party provider;
};

static bool want_reserve_fields(struct deciding *d, const Pb__Reserve *reserve) {
	return want_contract_number(d, reserve->contract_number) &&
	    want_text(d, reserve->category, LIMIT_WORD_BYTES, "category") &&
	    want_amount(d, reserve->total, "total") && want_amount(d, reserve->eligible, "eligible") &&
	    (reserve->eligible <= reserve->total ||
	        refuse_detail(d, PB__OUTCOME__AMOUNT_INVALID, "eligible", "more than the total"));
}

static bool find_voucher_to_use(struct deciding *d, struct use *use) {
	const struct voucher_row *voucher = find_voucher(d, use->command->voucher, "voucher");
	if (!voucher || !want_party(d, voucher->holder) ||
	    !want_not_suspended(d, voucher->holder, "voucher"))
		return false;
	if (voucher->status != PB__VOUCHER_STATUS__VOUCHER_ACTIVE)
		return refuse_state(
		    d, PB__OUTCOME__VOUCHER_STATE, &pb__voucher_status__descriptor, voucher->status);
	if (d->occasion->time_us >= voucher->use_by_us)
		return refuse_field(d, PB__OUTCOME__VOUCHER_EXPIRED, "voucher");
	use->voucher = voucher;
	use->programme = the_programme(d, voucher->programme);
	use->rules = read_rules(d, voucher->programme, voucher->rule_version);
	return use->rules && read_rules_party(d, voucher->holder, &use->holder);
}

static bool covers(const Pb__AdmitProvider *admission, const char *category) {
	if (!admission)
		return false;
	for (size_t i = 0; i < admission->n_categories; i++) {
		if (strcmp(admission->categories[i], category) == 0)
			return true;
	}
	return admission->n_categories == 0;
}

static bool find_admitted_provider(struct deciding *d, struct use *use) {
	uint64_t id;
	const Pb__AdmitProvider *admission;
	const struct party_row *provider = find_party(d, use->command->provider, "provider", &id);
	if (!provider)
		return false;
	if (provider->kind != PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "provider");
	if (!want_not_suspended(d, id, "provider") ||
	    !read_admission(d, use->voucher->programme, id, &admission))
		return false;
	if (!covers(admission, use->command->category))
		return refuse_field(
		    d, PB__OUTCOME__PROVIDER_NOT_ADMITTED, admission ? "category" : "provider");
	return read_rules_party(d, id, &use->provider);
}

static bool want_new_contract(struct deciding *d, const char *number) {
	struct key key = key_of_contract(number);
	return find_id(d, TABLE_CONTRACT, &key) == 0 ||
	    refuse_field(d, PB__OUTCOME__CONTRACT_TAKEN, "contract_number");
}

static bool want_within_rules(struct deciding *d, const struct use *use) {
	struct rules_result result;
	if (rules_category(use->rules, use->command->category) != PB__OUTCOME__OUTCOME_OK)
		return refuse_field(d, PB__OUTCOME__CATEGORY_NOT_COVERED, "category");
	rules_eligible(use->rules, &use->holder, d->arena, &result);
	if (!weigh_result(d, &result))
		return false;
	return use->rules->related_parties_allowed || !rules_is_related(&use->holder, &use->provider) ||
	    refuse_field(d, PB__OUTCOME__RELATED_PARTY, "provider");
}

static struct rules_usage usage_of(
    const struct deciding *d, const struct use *use, const Pb__Tier *tier, int32_t year) {
	uint64_t programme = use->voucher->programme;
	uint64_t holder = use->voucher->holder;
	struct key key = use_key_of_holder_tier(programme, holder, year, tier->id);
	const struct usage_row *under_tier = STATE_GET(d->state, TABLE_USAGE, &key, struct usage_row);
	return (struct rules_usage){
		.holder_this_year = usage_so_far(d, USAGE_HOLDER, programme, holder, year),
		.holder_this_tier = under_tier ? under_tier->amount : 0,
		.tier_this_year = usage_so_far(d, USAGE_TIER, programme, tier->id, year),
		.annual_pool = use->rules->annual_pool
		    ? use->rules->annual_pool
		    : usage_so_far(d, USAGE_ALLOCATED, programme, 0, year),
		.voucher_live = use->voucher->live,
	};
}

static bool grant(struct deciding *d, const struct use *use) {
	const Pb__Tier *tier = rules_tier(
	    use->rules, use->programme->region, &use->holder, &use->provider, use->command->category);
	if (!tier)
		return refuse(d, PB__OUTCOME__NO_TIER);
	int32_t year = local_year(d, use->programme);
	struct rules_usage usage = usage_of(d, use, tier, year);
	struct rules_result result;
	rules_subsidy(use->rules, tier, use->command->eligible, &usage, d->arena, &result);
	if (!weigh_result(d, &result))
		return false;
	Pb__Decision *decision = d->decision;
	decision->amount = result.amount;
	decision->rule_version = use->rules->version;
	decision->tier = tier->id;
	decision->ratio_bp = tier->ratio_bp;
	decision->year = year;
	decision->programme = use->voucher->programme;
	decision->holder = use->voucher->holder;
	decision->provider = use->provider.id;
	decision->voucher = use->command->voucher;
	struct account live = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_LIVE, decision->programme, use->programme);
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, decision->programme, use->programme);
	return transfer(d, live, reserved, result.amount);
}

bool decide_reserve(struct deciding *d) {
	struct use use = { .command = d->command->reserve };
	return want_reserve_fields(d, use.command) && find_voucher_to_use(d, &use) &&
	    find_admitted_provider(d, &use) && want_new_contract(d, use.command->contract_number) &&
	    want_within_rules(d, &use) && grant(d, &use);
}

/* --- redeem, release: decide --- */

static bool want_open(struct deciding *d, const struct reservation_row *reservation) {
	return reservation->status == PB__RESERVATION_STATUS__RESERVATION_OPEN ||
	    refuse_state(d, PB__OUTCOME__RESERVATION_STATE, &pb__reservation_status__descriptor,
	        reservation->status);
}

static void name_parties(Pb__Decision *decision, const struct reservation_row *reservation) {
	decision->programme = reservation->programme;
	decision->holder = reservation->holder;
	decision->provider = reservation->provider;
	decision->voucher = reservation->voucher;
}

bool decide_redeem(struct deciding *d) {
	const Pb__Redeem *redeem = d->command->redeem;
	const struct reservation_row *reservation;
	if (!want_amount(d, redeem->amount, "amount") ||
	    !allow_text(d, redeem->milestone, LIMIT_TEXT_BYTES, "milestone") ||
	    !allow_evidence(d, redeem->evidence, redeem->n_evidence) ||
	    !(reservation = find_reservation(d, redeem->reservation, "reservation")) ||
	    !want_party(d, reservation->holder) ||
	    !want_not_suspended(d, reservation->holder, "reservation") ||
	    !want_not_suspended(d, reservation->provider, "reservation") || !want_open(d, reservation))
		return false;
	const struct voucher_row *voucher = the_voucher(d, reservation->voucher);
	if (d->occasion->time_us >= voucher->use_by_us)
		return refuse_field(d, PB__OUTCOME__VOUCHER_EXPIRED, "reservation");
	const Pb__RuleSet *rules = read_rules(d, reservation->programme, voucher->rule_version);
	const struct weight held = {
		.rule = PB__RULE__RULE_RESERVATION,
		.outcome = PB__OUTCOME__RESERVATION_INSUFFICIENT,
		.limit = reservation->subsidy,
		.used = reservation->subsidy - reservation->held,
		.asked = redeem->amount,
	};
	if (!rules || !weigh(d, &held))
		return false;
	name_parties(d->decision, reservation);
	d->decision->amount = redeem->amount;
	d->decision->rule_version = voucher->rule_version;
	d->decision->payee = use_payee(rules, reservation);
	const struct programme_row *programme = the_programme(d, reservation->programme);
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, reservation->programme, programme);
	struct account payable = payee_account(
	    PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, reservation->programme, programme, d->decision->payee);
	return transfer(d, reserved, payable, redeem->amount);
}

bool decide_release(struct deciding *d) {
	const Pb__Release *release = d->command->release;
	const struct reservation_row *reservation;
	if (!allow_text(d, release->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(reservation = find_reservation(d, release->reservation, "reservation")) ||
	    !want_owner(d, reservation->holder) || !want_open(d, reservation))
		return false;
	name_parties(d->decision, reservation);
	d->decision->amount = reservation->held;
	d->decision->year = reservation->year;
	const struct programme_row *programme = the_programme(d, reservation->programme);
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, reservation->programme, programme);
	struct account live = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_LIVE, reservation->programme, programme);
	return transfer(d, reserved, live, reservation->held);
}

/* --- apply --- */

void use_count(struct applying *a, const struct reservation_row *r, int64_t delta) {
	struct key holder = key_of_usage(USAGE_HOLDER, r->programme, r->holder, r->year);
	struct key tier = key_of_usage(USAGE_TIER, r->programme, r->tier, r->year);
	struct key both = use_key_of_holder_tier(r->programme, r->holder, r->year, r->tier);
	count_usage(a, &holder, delta);
	count_usage(a, &tier, delta);
	count_usage(a, &both, delta);
}

void apply_reserve(struct applying *a) {
	const Pb__Reserve *reserve = a->command->reserve;
	const Pb__Decision *decision = a->decision;
	uint64_t id = a->entry->seq;
	check_moved(a, 0, 0, decision->amount);
	const struct reservation_row row = {
		.voucher = decision->voucher,
		.programme = decision->programme,
		.holder = decision->holder,
		.provider = decision->provider,
		.subsidy = decision->amount,
		.held = decision->amount,
		.year = decision->year,
		.tier = decision->tier,
		.ratio_bp = decision->ratio_bp,
	};
	put_reservation(a, id, &row);
	use_count(a, &row, decision->amount);
	struct voucher_row voucher = get_voucher(a, row.voucher);
	count(&voucher.live, -decision->amount);
	count(&voucher.reserved, decision->amount);
	put_voucher(a, row.voucher, &voucher);
	struct key contract = key_of_contract(reserve->contract_number);
	check(!STATE_GET(a->state, TABLE_CONTRACT, &contract, struct id_row));
	put_id(a, TABLE_CONTRACT, &contract, id);
	index_party(a, row.holder, TABLE_RESERVATION, id);
	index_party(a, row.provider, TABLE_RESERVATION, id);
}

void apply_redeem(struct applying *a) {
	uint64_t id = a->command->redeem->reservation;
	int64_t amount = a->decision->amount;
	struct reservation_row row = get_reservation(a, id);
	struct voucher_row voucher = get_voucher(a, row.voucher);
	check_moved(a, 0, a->decision->payee, amount);
	count(&row.held, -amount);
	count(&row.redeemed, amount);
	put_reservation(a, id, &row);
	count(&voucher.reserved, -amount);
	count(&voucher.redeemed, amount);
	put_voucher(a, row.voucher, &voucher);
	count(&touch_programme(a, row.programme)->redeemed, amount);
}

void apply_release(struct applying *a) {
	uint64_t id = a->command->release->reservation;
	int64_t amount = a->decision->amount;
	struct reservation_row row = get_reservation(a, id);
	struct voucher_row voucher = get_voucher(a, row.voucher);
	check(amount == row.held);
	check_moved(a, 0, 0, amount);
	count(&row.held, -amount);
	count(&row.released, amount);
	put_reservation(a, id, &row);
	use_count(a, &row, -amount);
	count(&voucher.reserved, -amount);
	count(&voucher.live, amount);
	put_voucher(a, row.voucher, &voucher);
}
