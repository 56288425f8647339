/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_rules.h"

static void init_conditions(struct sample_rules *sample) {
	for (int i = 0; i < 3; i++)
		pb__condition__init(&sample->conditions[i]);
	sample->conditions[0].attribute = "staff";
	sample->conditions[0].is = PB__COMPARISON__LESS;
	sample->conditions[0].value = 100;
	sample->conditions[1].attribute = "revenue";
	sample->conditions[1].is = PB__COMPARISON__LESS;
	sample->conditions[1].value = 1000000000;
	sample->conditions[2].attribute = "patents";
	sample->conditions[2].is = PB__COMPARISON__AT_LEAST;
	sample->conditions[2].value = 1;
	sample->holder_conditions[0] = &sample->conditions[0];
	sample->holder_conditions[1] = &sample->conditions[1];
	sample->tier_conditions[0] = &sample->conditions[2];
}

static void init_holder(struct sample_rules *sample) {
	pb__eligibility__init(&sample->holder);
	sample->kinds[0] = PB__PARTY_KIND__PARTY_KIND_COMPANY;
	sample->kinds[1] = PB__PARTY_KIND__PARTY_KIND_TEAM;
	sample->statuses[0] = "科技型中小企业";
	sample->statuses[1] = "高新技术企业";
	sample->holder.n_kinds = 1;
	sample->holder.kinds = sample->kinds;
	sample->holder.n_statuses = 1;
	sample->holder.statuses = sample->statuses;
	sample->holder.region = "110000";
	sample->holder.n_conditions = 2;
	sample->holder.conditions = sample->holder_conditions;
}

static void init_tiers(struct sample_rules *sample) {
	for (int i = 0; i < 2; i++) {
		pb__tier__init(&sample->tiers[i]);
		sample->tier_list[i] = &sample->tiers[i];
		sample->tiers[i].id = (uint32_t)i + 1;
		sample->tiers[i].conditions = sample->tier_conditions;
		sample->tiers[i].categories = sample->categories;
	}
	sample->tiers[0].name = "local";
	sample->tiers[0].holder = PB__LOCALITY__LOCALITY_LOCAL;
	sample->tiers[0].ratio_bp = 5000;
	sample->tiers[1].name = "other";
	sample->tiers[1].ratio_bp = 2000;
}

void sample_rules_init(struct sample_rules *sample) {
	init_conditions(sample);
	init_holder(sample);
	init_tiers(sample);
	sample->categories[0] = "testing";
	sample->categories[1] = "consulting";
	sample->exclusions[0] = "mandatory-testing";
	sample->exclusions[1] = "testing";
	Pb__RuleSet *rules = &sample->rules;
	pb__rule_set__init(rules);
	rules->version = 1;
	rules->title = "Sample";
	rules->document = "No. 1 of 2026";
	rules->effective_from = "2026-01-01";
	rules->holder = &sample->holder;
	rules->n_categories = 2;
	rules->categories = sample->categories;
	rules->n_exclusions = 1;
	rules->exclusions = sample->exclusions;
	rules->n_tiers = 2;
	rules->tiers = sample->tier_list;
	rules->use_within_days = 365;
	rules->claim_within_days = 90;
	rules->payee = PB__PAYEE__PAYEE_PROVIDER;
	rules->instrument = PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	rules->review = PB__REVIEW__REVIEW_ONE;
	rules->when_capped = PB__WHEN_CAPPED__GRANT_THE_REST;
	rules->expense_base = PB__EXPENSE_BASE__EXPENSE_ACTUAL;
	rules->publication_days = 7;
}
