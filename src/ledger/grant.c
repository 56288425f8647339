/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/grant.h"

#include "base/check.h"
#include "base/text.h"
#include "ledger/counting.h"
#include "ledger/due.h"
#include "ledger/find.h"
#include "ledger/memo.h"
#include "ledger/pool.h"
#include "ledger/take_up.h"
#include "ledger/want.h"

#include <string.h>

/* --- what a command says --- */

static bool want_within(struct deciding *d, int64_t part, int64_t whole, const char *field,
    const char *what_it_exceeds) {
	if (part < 0)
		return refuse_field(d, PB__OUTCOME__AMOUNT_INVALID, field);
	return part <= whole || refuse_detail(d, PB__OUTCOME__AMOUNT_INVALID, field, what_it_exceeds);
}

bool grant_want_numbers(struct deciding *d, const struct grant *g) {
	return want_within(d, g->eligible, INT64_MAX, "eligible", "") &&
	    want_within(d, g->total, INT64_MAX, "total", "") &&
	    want_within(d, g->eligible, g->total, "eligible", "more than the total") &&
	    want_within(d, g->vat, g->eligible, "vat", "more than the eligible expense") &&
	    want_within(d, g->earlier, g->eligible, "earlier", "more than the eligible expense");
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

bool grant_find_provider(
    struct deciding *d, const struct grant *g, const char *code, uint64_t *ret_provider) {
	uint64_t id;
	const Pb__AdmitProvider *admission;
	const struct party_row *provider = find_party(d, code, "provider", &id);
	if (!provider)
		return false;
	if (provider->kind != PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "provider");
	if (!want_in_good_standing(d, id, "provider") ||
	    !want_not_removed(d, g->programme_id, id, "provider") ||
	    !read_admission(d, g->programme_id, id, &admission))
		return false;
	*ret_provider = id;
	return covers(admission, g->category) ||
	    refuse_field(d, PB__OUTCOME__PROVIDER_NOT_ADMITTED, admission ? "category" : "provider");
}

static struct key key_of_contract(const char *number) {
	char text[LIMIT_REFERENCE_BYTES + 1];
	size_t bytes = strlen(number);
	check(bytes < sizeof(text));
	memcpy(text, number, bytes + 1);
	text_normalise(text);
	return key_of_text(text);
}

bool grant_want_new_contract(struct deciding *d, const char *number) {
	if (!want_text(d, number, LIMIT_REFERENCE_BYTES, "contract_number"))
		return false;
	struct key key = key_of_contract(number);
	if (key.bytes == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "contract_number");
	return find_id(d, TABLE_CONTRACT, &key) == 0 ||
	    refuse_field(d, PB__OUTCOME__CONTRACT_TAKEN, "contract_number");
}

/* --- the rules --- */

static struct key key_of_beneficiary(uint64_t programme, const char *beneficiary) {
	struct key key = key_of_id(programme);
	key_add_bytes(&key, beneficiary, strlen(beneficiary));
	return key;
}

/* The applicant, or who was named before, or whom this entry names first. */
static uint64_t find_beneficiary(const struct deciding *d, const struct grant *g) {
	if (!*g->beneficiary)
		return g->holder;
	struct key key = key_of_beneficiary(g->programme_id, g->beneficiary);
	uint64_t id = find_id(d, TABLE_BENEFICIARY, &key);
	return id ? id : d->entry->seq;
}

/* A case with everything that the rules ask about it. */
struct weighing_grant {
	const struct grant *grant;
	struct rules_party holder;
	struct rules_party provider;
	const Pb__RecordAgreement *agreement;
	struct umbrellas umbrellas;
	struct rules_fund funds[LIMIT_FUNDS];
	size_t n_funds;
	struct counting counting;
};

static struct counted count_against(
    const struct deciding *d, const struct grant *g, const struct umbrellas *umbrellas) {
	struct counted counted = {
		.programme = g->programme_id,
		.holder = g->holder,
		.controller = the_party(d, g->holder)->controller,
		.provider = g->provider,
		.beneficiary = find_beneficiary(d, g),
		.year = local_year(d, g->programme),
	};
	for (size_t i = 0; i < umbrellas->count; i++)
		counted.umbrellas[i] = umbrellas->ids[i];
	return counted;
}

static bool read_everything(struct deciding *d, struct weighing_grant *w) {
	const struct grant *g = w->grant;
	const struct pool pool = { g->programme_id, g->programme, g->rules };
	if (!read_rules_party(d, g->holder, &w->holder) ||
	    (g->provider && !read_rules_party(d, g->provider, &w->provider)) ||
	    (g->rules->agreements_allowed &&
	        !read_agreement(d, g->programme_id, g->programme, g->holder, &w->agreement)) ||
	    !read_umbrellas(d, g->programme_id, g->rules, &w->umbrellas) ||
	    (!g->voucher && !pool_read_funds(d, &pool, w->funds, &w->n_funds)))
		return false;
	w->counting.state = d->state;
	w->counting.of = count_against(d, g, &w->umbrellas);
	return true;
}

static void ask_the_rules(
    struct deciding *d, struct weighing_grant *w, struct rules_result *ret_result) {
	const struct grant *g = w->grant;
	const struct rules_case one = {
		.programme_region = g->programme->region,
		.holder = &w->holder,
		.provider = g->provider ? &w->provider : NULL,
		.category = g->category,
		.eligible = g->eligible,
		.vat = g->vat,
		.earlier = g->earlier,
		.granted = g->granted,
		.units = g->units,
		.agreement = w->agreement,
	};
	const struct rules_standing standing = {
		.count = counting_read,
		.arg = &w->counting,
		.annual_pool = usage_so_far(d, USAGE_ALLOCATED, g->programme_id, 0, w->counting.of.year),
		.voucher_live = g->voucher ? g->voucher->live : -1,
		.pool = g->voucher ? -1 : g->programme->available,
		.funds = w->funds,
		.n_funds = w->n_funds,
		.umbrellas = w->umbrellas.rules,
		.umbrella_names = w->umbrellas.names,
		.n_umbrellas = w->umbrellas.count,
	};
	rules_decide(g->rules, &one, &standing, d->arena, ret_result);
}

/* No more than was applied for, whatever the rules give. */
static bool weigh_application(struct deciding *d, int64_t amount_max, struct rules_result *result) {
	Pb__Bound *bound = ARENA_NEW(d->arena, Pb__Bound);
	if (!bound)
		return refuse_memory(d);
	pb__bound__init(bound);
	bound->rule = PB__RULE__RULE_APPLICATION;
	bound->limit = amount_max;
	bound->asked = result->amount;
	bound->holds = true;
	bound->binds = amount_max < result->amount;
	bound->granted = bound->binds ? amount_max : result->amount;
	for (size_t i = 0; bound->binds && i < result->n_bounds; i++)
		result->bounds[i]->binds = false;
	result->amount = bound->granted;
	return LIST_ADD(d, d->decision->bounds, d->decision->n_bounds, bound);
}

/* --- the decision --- */

static bool note_umbrellas(struct deciding *d, const struct umbrellas *umbrellas) {
	if (umbrellas->count == 0)
		return true;
	uint64_t *ids = arena_copy(d->arena, umbrellas->ids, umbrellas->count * sizeof(*ids));
	if (!ids)
		return refuse_memory(d);
	d->decision->umbrellas = ids;
	d->decision->n_umbrellas = umbrellas->count;
	return true;
}

/* What the contract costs the holder beyond subsidy and VAT. */
static int64_t own_share_of(const struct grant *g, int64_t subsidy) {
	int64_t cost = g->total - g->vat;
	return cost > subsidy ? cost - subsidy : 0;
}

static void note_grant(
    struct deciding *d, const struct weighing_grant *w, const struct rules_result *result) {
	const struct grant *g = w->grant;
	Pb__Decision *decision = d->decision;
	decision->amount = result->amount;
	decision->rule_version = g->rules->version;
	decision->tier = result->tier->id;
	/* what tops up another subsidy has no invoices of its own */
	decision->ratio_bp = g->rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED
	    ? 0
	    : result->tier->ratio_bp;
	decision->year = w->counting.of.year;
	decision->programme = g->programme_id;
	decision->holder = g->holder;
	decision->provider = g->provider;
	decision->voucher = g->voucher_id;
	decision->expense_base = result->base;
	decision->own_share = own_share_of(g, result->amount);
	decision->vat = g->vat;
	decision->controller = w->counting.of.controller;
	decision->group = result->tier->group;
	decision->increment = result->tier->increment;
	decision->beneficiary = result->tier->group ? w->counting.of.beneficiary : 0;
	decision->units = g->units;
}

bool grant_decide(struct deciding *d, const struct grant *g) {
	struct weighing_grant w = { .grant = g };
	struct rules_result result;
	if (!read_everything(d, &w))
		return false;
	ask_the_rules(d, &w, &result);
	if (!weigh_result(d, &result) ||
	    (g->amount_max && !weigh_application(d, g->amount_max, &result)) ||
	    !counting_has_room(d, &w.counting.of, result.amount) || !note_umbrellas(d, &w.umbrellas))
		return false;
	note_grant(d, &w, &result);
	const int64_t costs[] = { d->decision->own_share, d->decision->vat };
	return memo_want_contracts(d, g->programme_id, g->holder, costs, "total");
}

bool grant_post_memo(struct deciding *d, const struct grant *g) {
	struct account own_share = payee_account(
	    PB__ACCOUNT_KIND__MEMO_OWN_SHARE, g->programme_id, g->programme, g->holder);
	struct account vat = payee_account(
	    PB__ACCOUNT_KIND__MEMO_VAT, g->programme_id, g->programme, g->holder);
	return memo_enter(d, own_share, d->decision->own_share) && memo_enter(d, vat, d->decision->vat);
}

/* --- apply --- */

static void put_beneficiary(struct applying *a, const char *beneficiary) {
	const Pb__Decision *decision = a->decision;
	if (decision->beneficiary != a->entry->seq)
		return;
	struct key key = key_of_beneficiary(decision->programme, beneficiary);
	put_id(a, TABLE_BENEFICIARY, &key, decision->beneficiary);
}

static void put_contract(struct applying *a, const char *number) {
	if (!*number)
		return;
	struct key key = key_of_contract(number);
	check(!STATE_GET(a->state, TABLE_CONTRACT, &key, struct id_row));
	put_id(a, TABLE_CONTRACT, &key, a->entry->seq);
}

static struct reservation_row row_of(
    struct applying *a, const struct grant_texts *texts, bool is_redeemed) {
	const Pb__Decision *decision = a->decision;
	struct reservation_row row = {
		.voucher = decision->voucher,
		.programme = decision->programme,
		.holder = decision->holder,
		.provider = decision->provider,
		.subsidy = decision->amount,
		.held = is_redeemed ? 0 : decision->amount,
		.redeemed = is_redeemed ? decision->amount : 0,
		.own_share = decision->own_share,
		.vat = decision->vat,
		.controller = decision->controller,
		.beneficiary = decision->beneficiary,
		.year = decision->year,
		.tier = decision->tier,
		.ratio_bp = decision->ratio_bp,
		.group = decision->group,
		.is_increment = decision->increment ? 1 : 0,
		.category = take_up_category(a, decision->programme, texts->category),
	};
	check(decision->n_umbrellas <= LIMIT_UMBRELLAS);
	for (size_t i = 0; i < decision->n_umbrellas; i++)
		row.umbrellas[i] = decision->umbrellas[i];
	return row;
}

/* Own share and VAT of the row are what the postings entered. */
static void check_memo(const struct applying *a, const struct reservation_row *row) {
	check_posted(a, PB__ACCOUNT_KIND__MEMO_OWN_SHARE, row->programme, row->holder, row->own_share);
	check_posted(a, PB__ACCOUNT_KIND__MEMO_VAT, row->programme, row->holder, row->vat);
}

struct reservation_row grant_put(
    struct applying *a, const struct grant_texts *texts, bool is_redeemed) {
	uint64_t id = a->entry->seq;
	struct reservation_row row = row_of(a, texts, is_redeemed);
	check_memo(a, &row);
	put_reservation(a, id, &row);
	counting_add(a, &row);
	put_beneficiary(a, texts->beneficiary);
	put_contract(a, texts->contract_number);
	index_party(a, row.holder, TABLE_RESERVATION, id);
	if (row.provider)
		index_party(a, row.provider, TABLE_RESERVATION, id);
	return row;
}
