/* SPDX-License-Identifier: Apache-2.0 */
/* How much the rules grant, as DOMAIN says it: every question is a walk over what was granted. */
#include "naive_inside.h"

#include <string.h>

typedef __int128 wide;

/* --- parties --- */

bool naive_lies_in(const char *region, const char *in) {
	size_t length = strlen(in);
	while (length >= 2 && in[length - 1] == '0' && in[length - 2] == '0')
		length -= 2;
	return region[0] != 0 && strncmp(region, in, length) == 0;
}

static bool says(char *const *words, size_t count, const char *word) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}
#define SAYS(message, list, word) says((char *const *)(message)->list, (message)->n_##list, word)

static bool meets(const Pb__RegisterParty *party, const Pb__Condition *condition) {
	for (size_t i = 0; i < party->n_attributes; i++) {
		int64_t value = party->attributes[i]->value;
		if (strcmp(party->attributes[i]->name, condition->attribute) != 0)
			continue;
		return (condition->is == PB__COMPARISON__LESS && value < condition->value) ||
		    (condition->is == PB__COMPARISON__AT_MOST && value <= condition->value) ||
		    (condition->is == PB__COMPARISON__MORE && value > condition->value) ||
		    (condition->is == PB__COMPARISON__AT_LEAST && value >= condition->value) ||
		    (condition->is == PB__COMPARISON__EQUAL && value == condition->value);
	}
	return false;
}

static bool meets_all(
    const Pb__RegisterParty *party, Pb__Condition *const *conditions, size_t count) {
	for (size_t i = 0; i < count; i++)
		if (!meets(party, conditions[i]))
			return false;
	return true;
}

static bool is_meant(const Pb__Eligibility *who, const Pb__RegisterParty *party) {
	if (!who)
		return true;
	bool is_kind = who->n_kinds == 0;
	for (size_t i = 0; i < who->n_kinds; i++)
		is_kind = is_kind || who->kinds[i] == party->kind;
	for (size_t i = 0; i < who->n_statuses; i++)
		if (!SAYS(party, statuses, who->statuses[i]))
			return false;
	for (size_t i = 0; i < who->n_statuses_without; i++)
		if (SAYS(party, statuses, who->statuses_without[i]))
			return false;
	return is_kind && (!who->region[0] || naive_lies_in(party->region, who->region)) &&
	    meets_all(party, who->conditions, who->n_conditions);
}

bool naive_is_eligible(const Pb__RuleSet *rules, const struct naive_party *holder) {
	return is_meant(rules->holder, holder->told);
}

static bool is_related(const Pb__RegisterParty *a, const Pb__RegisterParty *b) {
	return strcmp(a->code, b->code) == 0 || SAYS(a, related, b->code) ||
	    SAYS(b, related, a->code) || strcmp(a->controller, b->code) == 0 ||
	    strcmp(b->controller, a->code) == 0 ||
	    (a->controller[0] && strcmp(a->controller, b->controller) == 0);
}

/* --- tiers --- */

static bool fits_place(Pb__Locality wanted, const char *region, const char *in) {
	return wanted == PB__LOCALITY__LOCALITY_ANY ||
	    (wanted == PB__LOCALITY__LOCALITY_LOCAL) == naive_lies_in(region, in);
}

static bool fits(const struct naive *world, const Pb__Tier *tier, const struct naive_case *one) {
	const char *region = naive_programme((struct naive *)world, one->programme)->region;
	for (size_t s = 0; s < tier->n_statuses; s++)
		if (!SAYS(one->holder->told, statuses, tier->statuses[s]))
			return false;
	bool is_there = one->provider || tier->provider == PB__LOCALITY__LOCALITY_ANY;
	return is_there && fits_place(tier->holder, one->holder->told->region, region) &&
	    fits_place(tier->provider, one->provider ? one->provider->told->region : "", region) &&
	    (tier->n_categories == 0 || SAYS(tier, categories, one->category)) &&
	    meets_all(one->holder->told, tier->conditions, tier->n_conditions);
}

/* In force today, and meant for the case; NULL: none. */
static const Pb__RecordAgreement *find_agreement(
    const struct naive *world, const Pb__RuleSet *rules, const struct naive_case *one) {
	int32_t today = naive_day(world->now);
	for (size_t i = 0; rules->agreements_allowed && i < world->n_agreements; i++) {
		const struct naive_agreement *a = &world->agreements[i];
		if (a->programme == one->programme && a->party == one->holder->id &&
		    naive_parse_date(a->told->from) <= today && today <= naive_parse_date(a->told->until) &&
		    fits(world, a->told->terms, one))
			return a->told;
	}
	return NULL;
}

static const Pb__Tier *find_tier(
    const struct naive *world, const Pb__RuleSet *rules, const struct naive_case *one) {
	const Pb__RecordAgreement *agreement = find_agreement(world, rules, one);
	if (agreement)
		return agreement->terms;
	for (size_t i = 0; i < rules->n_tiers; i++)
		if (fits(world, rules->tiers[i], one))
			return rules->tiers[i];
	return NULL;
}

/* --- what has been granted --- */

struct had {
	int64_t amount;
	int64_t grants;
};

/* Of whom, by what, when: empty parts match everything. */
struct question {
	uint64_t programme;
	bool with_members; /* and the programmes that are part of it */
	int32_t year;      /* 0: ever */
	uint64_t holder, provider;
	const char *controller, *beneficiary;
	uint64_t beneficiary_holder;
	uint32_t tier, group;
	bool increments;
};

static bool concerns(const struct question *q, const struct naive_reservation *r) {
	bool is_member = q->with_members &&
	    (r->umbrellas[0] == q->programme || r->umbrellas[1] == q->programme);
	if (r->programme != q->programme && !is_member)
		return false;
	if ((q->year && r->year != q->year) || (q->holder && r->holder != q->holder) ||
	    (q->provider && r->provider != q->provider) || (q->tier && r->tier != q->tier) ||
	    (q->group && r->group != q->group) || (q->increments && !r->increment))
		return false;
	if (q->controller && strcmp(q->controller, r->controller) != 0)
		return false;
	if (!q->beneficiary)
		return true;
	return q->beneficiary[0] ? strcmp(q->beneficiary, r->beneficiary) == 0
	                         : !r->beneficiary[0] && r->holder == q->beneficiary_holder;
}

static struct had had(const struct naive *world, struct question q) {
	struct had sum = { 0 };
	for (size_t i = 0; i < world->n_reservations; i++) {
		const struct naive_reservation *r = &world->reservations[i];
		if (concerns(&q, r)) {
			sum.amount += r->held + r->redeemed;
			sum.grants += r->held + r->redeemed > 0;
		}
	}
	return sum;
}

/* --- the subsidy --- */

struct weighing {
	const struct naive *world;
	const Pb__RuleSet *rules;
	const struct naive_case *one;
	const Pb__Tier *tier;
	int32_t year;
	int64_t computed;
	int64_t least;
	Pb__Outcome why; /* what the tightest limit leaves nothing */
};

static void limit(struct weighing *w, wide left, Pb__Outcome why) {
	if (left < 0)
		left = 0;
	if (left < w->least) {
		w->least = (int64_t)left;
		w->why = why;
	}
}

static int32_t in_period(const struct weighing *w, const Pb__Cap *cap) {
	return cap->period == PB__CAP_PERIOD__CAP_A_YEAR ? w->year : 0;
}

static void weigh_cap(
    struct weighing *w, const Pb__Cap *cap, uint64_t programme, bool with_members) {
	const struct naive_case *one = w->one;
	struct question q = {
		.programme = programme, .with_members = with_members, .year = in_period(w, cap)
	};
	if (!is_meant(cap->who, one->holder->told))
		return;
	if (cap->per == PB__CAP_PER__CAP_PER_HOLDER)
		q.holder = one->holder->id;
	if (cap->per == PB__CAP_PER__CAP_PER_CONTROLLER)
		q.controller = one->holder->controller;
	if (cap->per == PB__CAP_PER__CAP_PER_PROVIDER) {
		if (!one->provider)
			return;
		q.provider = one->provider->id;
	}
	struct had sum = had(w->world, q);
	if (cap->amount)
		limit(w, (wide)cap->amount - sum.amount, PB__OUTCOME__CAP_REACHED);
	if (cap->grants && sum.grants >= cap->grants)
		limit(w, 0, PB__OUTCOME__CAP_REACHED);
}

static void weigh_tier(struct weighing *w) {
	const struct naive_case *one = w->one;
	const Pb__Tier *tier = w->tier;
	struct question q = { .programme = one->programme, .year = w->year };
	if (tier->per_contract)
		limit(w, tier->per_contract, PB__OUTCOME__CAP_REACHED);
	if (tier->per_year) {
		struct question by_holder = q;
		by_holder.holder = one->holder->id;
		by_holder.tier = tier->per_year_alone ? tier->id : 0;
		limit(w, (wide)tier->per_year - had(w->world, by_holder).amount, PB__OUTCOME__CAP_REACHED);
	}
	if (tier->pool_share_bp) {
		wide pool = w->rules->annual_pool;
		for (size_t i = 0; w->rules->annual_pool == 0 && i < w->world->n_allocations; i++) {
			const struct naive_allocation *a = &w->world->allocations[i];
			if (a->programme == one->programme && a->year == w->year)
				pool += a->amount;
		}
		q.tier = tier->id;
		limit(w, pool * tier->pool_share_bp / 10000 - had(w->world, q).amount,
		    PB__OUTCOME__CAP_REACHED);
	}
}

static const Pb__Combination *find_combination(const Pb__RuleSet *rules, uint32_t group) {
	for (size_t i = 0; group && i < rules->n_combinations; i++)
		if (rules->combinations[i]->group == group)
			return rules->combinations[i];
	return NULL;
}

static struct question of_beneficiary(const struct weighing *w) {
	return (struct question){ .programme = w->one->programme,
		.group = w->tier->group,
		.beneficiary = w->one->beneficiary,
		.beneficiary_holder = w->one->holder->id };
}

/* What may be granted once, what needs a base, what is granted less what was: `computed` becomes
 * what is left of it. */
static Pb__Outcome ask_combination(struct weighing *w) {
	const Pb__Combination *combination = find_combination(w->rules, w->tier->group);
	if (!combination)
		return PB__OUTCOME__OUTCOME_OK;
	struct question all = of_beneficiary(w), same = all, increments = all;
	same.tier = w->tier->id;
	increments.increments = true;
	bool are_increments = combination->kind == PB__COMBINATION_KIND__COMBINATION_INCREMENTS ||
	    combination->kind == PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT;
	bool is_highest = combination->kind == PB__COMBINATION_KIND__COMBINATION_HIGHEST_ONLY;
	bool has_base = had(w->world, all).grants > had(w->world, increments).grants;
	if (are_increments && w->tier->increment && !has_base)
		return PB__OUTCOME__BASE_NOT_GRANTED;
	if (are_increments && !w->tier->increment && has_base)
		return PB__OUTCOME__ALREADY_GRANTED;
	if (w->tier->increment &&
	    combination->kind == PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT) {
		is_highest = true;
		all = increments;
	}
	if (!is_highest)
		return had(w->world, same).grants ? PB__OUTCOME__ALREADY_GRANTED : PB__OUTCOME__OUTCOME_OK;
	int64_t before = had(w->world, all).amount;
	if (w->computed && before >= w->computed)
		return PB__OUTCOME__HIGHEST_ONLY;
	if (w->computed)
		w->computed -= before;
	return PB__OUTCOME__OUTCOME_OK;
}

/* --- where the money is --- */

/* A fund must have its part of the whole; the part is looked at before it is rounded. */
static void weigh_pool(struct weighing *w) {
	uint64_t programme = w->one->programme;
	limit(w, naive_total(w->world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme),
	    PB__OUTCOME__POOL_EMPTY);
	for (size_t i = 0; i < w->rules->n_fund_shares; i++) {
		const Pb__FundShare *share = w->rules->fund_shares[i];
		int64_t left = naive_balance(w->world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme,
		    naive_fund_by_code((struct naive *)w->world, share->fund)->id);
		limit(w, (wide)left * 10000 / share->share_bp, PB__OUTCOME__POOL_EMPTY);
	}
}

void naive_split(int64_t amount, const int64_t *weights, size_t count, int64_t *ret_parts) {
	wide sum = 0;
	wide rests[8];
	int64_t given = 0;
	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	for (size_t i = 0; i < count; i++) {
		ret_parts[i] = sum ? (int64_t)((wide)amount * weights[i] / sum) : 0;
		rests[i] = sum ? (wide)amount * weights[i] % sum : 0;
		given += ret_parts[i];
	}
	for (; given < amount && sum; given++) {
		size_t largest = 0;
		for (size_t i = 1; i < count; i++)
			if (rests[i] > rests[largest])
				largest = i;
		ret_parts[largest]++;
		rests[largest] = -1;
	}
}

/* --- the whole --- */

static const Pb__RuleSet *umbrella_of(
    const struct naive *world, const Pb__RuleSet *rules, uint64_t *ret_id) {
	for (size_t i = 0; rules && rules->part_of[0] && i < world->n_programmes; i++)
		if (strcmp(world->programmes[i].code, rules->part_of) == 0) {
			*ret_id = world->programmes[i].id;
			return naive_rules_in_force(world, *ret_id, world->now);
		}
	*ret_id = 0;
	return NULL;
}

static void weigh_caps(struct weighing *w, uint64_t ret_umbrellas[2]) {
	const Pb__RuleSet *rules = w->rules;
	const Pb__RecordAgreement *agreement = find_agreement(w->world, rules, w->one);
	bool are_waived = agreement && agreement->caps_waived;
	for (size_t i = 0; i < rules->n_caps && !are_waived; i++)
		weigh_cap(w, rules->caps[i], w->one->programme, rules->caps[i]->joint);
	for (size_t level = 0; level < 2; level++) {
		rules = umbrella_of(w->world, rules, &ret_umbrellas[level]);
		for (size_t i = 0; rules && i < rules->n_caps; i++)
			if (rules->caps[i]->joint)
				weigh_cap(w, rules->caps[i], ret_umbrellas[level], true);
	}
}

static wide expense_base(const Pb__RuleSet *rules, const struct naive_case *one) {
	if (rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED)
		return one->granted;
	wide base = one->eligible;
	if (rules->expense_base == PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR)
		base -= one->earlier;
	return rules->vat_excluded ? base - one->vat : base;
}

static bool needs_expense(const Pb__RuleSet *rules, const Pb__Tier *tier) {
	return tier->ratio_bp || rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
}

static Pb__Outcome ask_expense(
    const Pb__RuleSet *rules, const Pb__Tier *tier, const struct naive_case *one) {
	bool is_sound = one->eligible >= 0 && one->vat >= 0 && one->vat <= one->eligible &&
	    one->earlier >= 0 && one->earlier <= one->eligible && one->granted >= 0;
	if (needs_expense(rules, tier) && (!is_sound || expense_base(rules, one) <= 0))
		return PB__OUTCOME__AMOUNT_INVALID;
	if (tier->per_unit && one->units <= 0)
		return PB__OUTCOME__AMOUNT_INVALID;
	if (tier->per_unit && (wide)tier->per_unit * one->units > INT64_MAX)
		return PB__OUTCOME__OVERFLOW;
	return PB__OUTCOME__OUTCOME_OK;
}

static int64_t compute(
    const Pb__RuleSet *rules, const Pb__Tier *tier, const struct naive_case *one) {
	if (tier->fixed)
		return tier->fixed;
	if (tier->per_unit)
		return tier->per_unit * one->units;
	return (int64_t)(expense_base(rules, one) * tier->ratio_bp / 10000);
}

static Pb__Outcome ask_case(const struct naive *world, const Pb__RuleSet *rules,
    const struct naive_case *one, const Pb__Tier **ret_tier) {
	bool is_covered = rules->n_categories == 0 || SAYS(rules, categories, one->category);
	if (!is_covered || SAYS(rules, exclusions, one->category))
		return PB__OUTCOME__CATEGORY_NOT_COVERED;
	if (!naive_is_eligible(rules, one->holder))
		return PB__OUTCOME__NOT_ELIGIBLE;
	if (one->provider && !rules->related_parties_allowed &&
	    is_related(one->holder->told, one->provider->told))
		return PB__OUTCOME__RELATED_PARTY;
	*ret_tier = find_tier(world, rules, one);
	return *ret_tier ? ask_expense(rules, *ret_tier, one) : PB__OUTCOME__NO_TIER;
}

struct naive_subsidy naive_subsidise(
    const struct naive *world, const Pb__RuleSet *rules, const struct naive_case *one) {
	struct naive_subsidy s = { 0 };
	s.outcome = ask_case(world, rules, one, &s.tier);
	if (s.outcome)
		return s;
	struct weighing w = { .world = world,
		.rules = rules,
		.one = one,
		.tier = s.tier,
		.year = naive_year(world->now),
		.computed = compute(rules, s.tier, one) + (world->is_wrong && s.tier->ratio_bp),
		.least = INT64_MAX };
	if ((s.outcome = ask_combination(&w)))
		return s;
	limit(&w, w.computed, PB__OUTCOME__CAP_REACHED);
	if (rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER && !s.tier->ratio_bp)
		limit(&w, expense_base(rules, one), PB__OUTCOME__CAP_REACHED);
	weigh_tier(&w);
	weigh_caps(&w, s.umbrellas);
	if (one->voucher_live >= 0)
		limit(&w, one->voucher_live, PB__OUTCOME__VOUCHER_INSUFFICIENT);
	if (one->from_pool)
		weigh_pool(&w);
	s.amount = w.least;
	if (w.least == 0)
		s.outcome = w.why;
	else if (w.least < w.computed && rules->when_capped == PB__WHEN_CAPPED__REFUSE)
		s.outcome = PB__OUTCOME__WOULD_BE_CUT;
	return s;
}
