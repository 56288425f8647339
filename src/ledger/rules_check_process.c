/* SPDX-License-Identifier: Apache-2.0 */
/* The instrument and what goes with it: expense base, review, who claims and is paid, duties. */
#include "ledger/rules_check.h"

#include "base/limits.h"

/* --- what the amount is computed of --- */

static void check_top_up(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place tops_up = place_of("rules.tops_up");
	bool is_granted = rules->expense_base == PB__EXPENSE_BASE__EXPENSE_GRANTED;
	if (rules->tops_up[0])
		check_code(review, &tops_up, rules->tops_up);
	if (is_granted && !rules->tops_up[0])
		fault(review, &tops_up, "EXPENSE_GRANTED needs the programme that is topped up.",
		    "EXPENSE_GRANTED 须写明被配套的项目。");
	if (!is_granted && rules->tops_up[0])
		fault(review, &tops_up, "Only EXPENSE_GRANTED tops up another programme.",
		    "只有 EXPENSE_GRANTED 才配套其他项目。");
	if (is_granted && rules->instrument != PB__INSTRUMENT__INSTRUMENT_POST_SUBSIDY)
		FAULT_IN(review, "expense_base", "A top-up is an INSTRUMENT_POST_SUBSIDY.",
		    "配套须采用 INSTRUMENT_POST_SUBSIDY。");
	if (is_granted && rules->vat_excluded)
		FAULT_IN(
		    review, "vat_excluded", "What was granted has no VAT in it.", "已资助金额不含增值税。");
}

static void check_base(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place base = place_of("rules.expense_base");
	bool has_expense = rules->instrument != PB__INSTRUMENT__INSTRUMENT_GRANT &&
	    rules->instrument != PB__INSTRUMENT__INSTRUMENT_AWARD;
	check_enum(review, &base, &pb__expense_base__descriptor, (int)rules->expense_base);
	if (!has_expense && rules->expense_base == PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR)
		fault(review, &base, "A grant or an award is not computed from an expense.",
		    "资助和奖励不按支出计算。");
	if (!has_expense && rules->vat_excluded)
		FAULT_IN(review, "vat_excluded", "A grant or an award is not computed from an expense.",
		    "资助和奖励不按支出计算。");
	check_top_up(review);
}

/* --- who decides, who claims, who is paid --- */

static void check_payee(struct review *review, const struct place *place, Pb__Payee payee) {
	check_enum(review, place, &pb__payee__descriptor, (int)payee);
	if (payee == PB__PAYEE__PAYEE_PROVIDER && is_grant(review->rules))
		fault(review, place, "What is no voucher is claimed by and paid to its holder.",
		    "非创新券资助由获得主体申请兑付并收款。");
}

static void check_claims(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place payee = place_of("rules.payee");
	struct place claimant = place_of("rules.claimant");
	struct place publication = place_of("rules.publication_days");
	check_payee(review, &payee, rules->payee);
	if (rules->claimant)
		check_payee(review, &claimant, rules->claimant);
	check_days(review, &publication, rules->publication_days);
}

static void check_review(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place levels = place_of("rules.review");
	check_enum(review, &levels, &pb__review__descriptor, (int)rules->review);
	if (rules->issue_at_once && rules->review != PB__REVIEW__REVIEW_NONE)
		FAULT_IN(review, "issue_at_once",
		    "Only what is not reviewed (REVIEW_NONE) is issued at once.",
		    "只有不经审核（REVIEW_NONE）才能即时发放。");
}

static bool needs_review(Pb__Duty duty) {
	return duty == PB__DUTY__DUTY_REVIEW_FROM_APPLY || duty == PB__DUTY__DUTY_ISSUE_FROM_REVIEW;
}

static void check_duties(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place list = place_of("rules.duties_apart");
	if (!check_count(review, &list, rules->n_duties_apart, LIMIT_WORDS))
		return;
	for (size_t i = 0; i < rules->n_duties_apart; i++) {
		Pb__Duty duty = rules->duties_apart[i];
		struct place place = place_at(&list, i);
		check_enum(review, &place, &pb__duty__descriptor, (int)duty);
		if (needs_review(duty) && rules->review == PB__REVIEW__REVIEW_NONE)
			fault(review, &place, "Nobody reviews: rules.review is REVIEW_NONE.",
			    "rules.review 为 REVIEW_NONE，无人审核。");
		for (size_t j = 0; j < i; j++) {
			if (rules->duties_apart[j] == duty)
				fault(review, &place, "The same duties are rules.duties_apart[%zu].",
				    "与 rules.duties_apart[%zu] 重复。", j);
		}
	}
}

void check_process(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place instrument = place_of("rules.instrument");
	struct place when_capped = place_of("rules.when_capped");
	check_enum(review, &instrument, &pb__instrument__descriptor, (int)rules->instrument);
	check_enum(review, &when_capped, &pb__when_capped__descriptor, (int)rules->when_capped);
	check_base(review);
	check_review(review);
	check_claims(review);
	check_duties(review);
}
