/* SPDX-License-Identifier: Apache-2.0 */
/* Caps, the pool, the funds that share costs, face values. */
#include "ledger/rules_check.h"

#include "base/limits.h"

#include <string.h>

/* --- caps --- */

/* A joint cap stands against the holders of other programmes, too. */
static void check_cap(struct review *review, const struct place *place, const Pb__Cap *cap) {
	struct place name = place_in(place, "name");
	struct place per = place_in(place, "per");
	struct place period = place_in(place, "period");
	struct place amount = place_in(place, "amount");
	struct place who = place_in(place, "who");
	check_name(review, &name, cap->name);
	check_enum(review, &per, &pb__cap_per__descriptor, (int)cap->per);
	check_enum(review, &period, &pb__cap_period__descriptor, (int)cap->period);
	check_not_negative(review, &amount, cap->amount);
	if (!cap->amount && !cap->grants)
		fault(review, place, "The cap bounds neither an amount nor grants.",
		    "该上限既未限定金额，也未限定次数。");
	if (cap->who)
		check_eligibility(review, &who, cap->who, cap->joint ? NULL : review->rules->holder);
}

static void check_caps(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place list = place_of("rules.caps");
	if (!check_count(review, &list, rules->n_caps, LIMIT_CAPS))
		return;
	for (size_t i = 0; i < rules->n_caps; i++) {
		struct place place = place_at(&list, i);
		struct place name = place_in(&place, "name");
		check_cap(review, &place, rules->caps[i]);
		for (size_t j = 0; j < i; j++) {
			if (rules->caps[i]->name[0] && strcmp(rules->caps[j]->name, rules->caps[i]->name) == 0)
				fault(review, &name, "“%s” is the name of rules.caps[%zu].",
				    "“%s”已是 rules.caps[%zu] 的名称。", rules->caps[i]->name, j);
		}
	}
}

/* --- funds --- */

#define WHOLE_BP 10000

static void check_fund_share(struct review *review, const struct place *place, size_t index) {
	const Pb__FundShare *share = review->rules->fund_shares[index];
	struct place fund = place_in(place, "fund");
	struct place share_bp = place_in(place, "share_bp");
	check_code(review, &fund, share->fund);
	if (share->share_bp < 1 || share->share_bp > WHOLE_BP)
		fault(review, &share_bp, "A share is 1 to %d basis points.", "比例须为 1 至 %d 个基点。",
		    WHOLE_BP);
	for (size_t i = 0; i < index; i++) {
		if (strcmp(review->rules->fund_shares[i]->fund, share->fund) == 0)
			fault(review, &fund, "“%s” pays a share already: rules.fund_shares[%zu].",
			    "“%s”已在 rules.fund_shares[%zu] 中分担。", share->fund, i);
	}
}

static void check_fund_shares(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place list = place_of("rules.fund_shares");
	uint64_t sum = 0;
	if (!check_count(review, &list, rules->n_fund_shares, LIMIT_FUNDS))
		return;
	for (size_t i = 0; i < rules->n_fund_shares; i++) {
		struct place place = place_at(&list, i);
		check_fund_share(review, &place, i);
		sum += rules->fund_shares[i]->share_bp;
	}
	if (rules->n_fund_shares && sum != WHOLE_BP)
		fault(review, &list, "The shares sum to %llu basis points and not to %d.",
		    "分担比例合计 %llu 个基点，须为 %d。", (unsigned long long)sum, WHOLE_BP);
}

/* --- what one voucher may be worth --- */

static void check_face_values(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place list = place_of("rules.face_values");
	if (!check_count(review, &list, rules->n_face_values, LIMIT_FACE_VALUES))
		return;
	for (size_t i = 0; i < rules->n_face_values; i++) {
		struct place place = place_at(&list, i);
		int64_t value = rules->face_values[i];
		if (value <= 0)
			fault(review, &place, "A face value must be positive.", "券面金额须为正数。");
		if (i > 0 && value <= rules->face_values[i - 1])
			fault(review, &place, "Face values must rise.", "券面金额须由小到大排列。");
		if (rules->voucher_amount_max > 0 && value > rules->voucher_amount_max)
			fault(review, &place, "The face value is more than rules.voucher_amount_max.",
			    "券面金额超过 rules.voucher_amount_max。");
	}
}

static void check_is_for_vouchers(struct review *review, const char *path, bool is_stated) {
	struct place place = place_of(path);
	if (is_stated && is_grant(review->rules))
		fault(review, &place, "Only INSTRUMENT_VOUCHER has vouchers.",
		    "只有 INSTRUMENT_VOUCHER 才有创新券。");
}

void check_money(struct review *review) {
	const Pb__RuleSet *rules = review->rules;
	struct place amount_max = place_of("rules.voucher_amount_max");
	struct place pool = place_of("rules.annual_pool");
	struct place part_of = place_of("rules.part_of");
	check_not_negative(review, &amount_max, rules->voucher_amount_max);
	check_not_negative(review, &pool, rules->annual_pool);
	check_is_for_vouchers(review, "rules.voucher_amount_max", rules->voucher_amount_max != 0);
	check_is_for_vouchers(review, "rules.vouchers_at_once", rules->vouchers_at_once != 0);
	check_is_for_vouchers(review, "rules.face_values", rules->n_face_values != 0);
	check_face_values(review);
	check_caps(review);
	check_fund_shares(review);
	if (rules->part_of[0])
		check_code(review, &part_of, rules->part_of);
}
