/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as sentences: how much, out of which funds, up to which caps. */
#include "voucherctl/programme_sentence.h"

/* --- tiers --- */

static void add_locality(
    const struct sentence *to, const char *en, const char *zh, Pb__Locality locality) {
	static const char *const localities[][2] = {
		[PB__LOCALITY__LOCALITY_LOCAL] = { " local; ", "在本地；" },
		[PB__LOCALITY__LOCALITY_OUTSIDE] = { " from outside; ", "在外地；" },
	};
	if (locality == PB__LOCALITY__LOCALITY_ANY)
		return;
	sentence_add(to, en, zh);
	buffer_append_text(to->out, SENTENCE_PHRASE(to, localities, locality));
}

/* For which cases. */
static void add_scope(const struct sentence *to, const Pb__Tier *tier) {
	add_locality(to, "holder", "申请主体", tier->holder);
	add_locality(to, "provider", "服务机构", tier->provider);
	if (tier->n_categories) {
		sentence_add(to, "for ", "类别为");
		sentence_words(to, tier->categories, tier->n_categories);
		sentence_add(to, "; ", "；");
	}
	if (tier->n_statuses) {
		sentence_add(to, "with the status ", "须具备资格：");
		sentence_words(to, tier->statuses, tier->n_statuses);
		sentence_add(to, "; ", "；");
	}
	if (tier->n_conditions) {
		sentence_add(to, "when ", "条件：");
		sentence_conditions(to, tier->conditions, tier->n_conditions);
		sentence_add(to, "; ", "；");
	}
}

static void add_computed(const struct sentence *to, const Pb__Tier *tier) {
	if (tier->ratio_bp) {
		sentence_add(to, "", "补贴合格支出的 ");
		sentence_share(to, tier->ratio_bp);
		sentence_add(to, " of the eligible expense", "");
	}
	if (tier->fixed) {
		sentence_add(to, "", "定额 ");
		sentence_money(to, tier->fixed);
	}
	if (tier->per_unit) {
		sentence_add(to, "", "每个单位 ");
		sentence_money(to, tier->per_unit);
		sentence_add(to, " a unit", "");
	}
}

static void add_tier_caps(const struct sentence *to, const Pb__Tier *tier) {
	if (tier->per_contract) {
		sentence_add(to, ", at most ", "，每份合同最多 ");
		sentence_money(to, tier->per_contract);
		sentence_add(to, " a contract", "");
	}
	if (tier->per_year) {
		sentence_add(to, ", at most ", "，每年最多 ");
		sentence_money(to, tier->per_year);
		sentence_add(to, " a holder and year", "");
	}
	if (tier->per_year_alone)
		sentence_add(to, " under this tier", "（仅计本档）");
	else if (tier->per_year)
		sentence_add(to, ", all tiers together", "（各档合计）");
	if (tier->pool_share_bp) {
		sentence_add(to, "; this tier may use at most ", "；本档合计最多使用年度资金池的 ");
		sentence_share(to, tier->pool_share_bp);
		sentence_add(to, " of the annual pool", "");
	}
}

static void add_tier(const struct sentence *to, const Pb__Tier *tier) {
	buffer_printf(to->out, "  %u. ", tier->id);
	sentence_text(to, tier->name);
	sentence_add(to, ": ", "：");
	add_scope(to, tier);
	add_computed(to, tier);
	add_tier_caps(to, tier);
	if (tier->group)
		buffer_printf(
		    to->out, sentence_say(to, "; of combination %u", "；属于组合 %u"), tier->group);
	if (tier->increment)
		sentence_add(to, ", on top of its base", "，在基础奖励之上增加");
	sentence_add(to, ".\n", "。\n");
}

static void add_combination(const struct sentence *to, const Pb__Combination *combination) {
	static const char *const kinds[][2] = {
		[PB__COMBINATION_KIND__COMBINATION_CUMULATIVE] = { "each is granted once, and they add up",
		    "各项各享受一次，可以累加" },
		[PB__COMBINATION_KIND__COMBINATION_HIGHEST_ONLY] = { "only the highest is granted",
		    "按较高一项给予，不重复享受" },
		[PB__COMBINATION_KIND__COMBINATION_INCREMENTS] = { "the base once, each increment once, "
		                                                   "and the increments add up",
		    "基础一次，各增加部分各一次，可以累加" },
		[PB__COMBINATION_KIND__COMBINATION_HIGHEST_INCREMENT] = { "the base once, and of the "
		                                                          "increments only the highest",
		    "基础一次，增加部分取最高一项" },
	};
	buffer_printf(
	    to->out, sentence_say(to, "- Combination %u, ", "- 组合 %u“"), combination->group);
	sentence_text(to, combination->name);
	sentence_add(to, ": for one beneficiary ", "”：对同一受益对象，");
	buffer_append_text(to->out, SENTENCE_PHRASE(to, kinds, combination->kind));
	sentence_add(to, ".\n", "。\n");
}

/* --- of what --- */

static void add_base(const struct sentence *to, const Pb__RuleSet *rules) {
	static const char *const bases[][2] = {
		[PB__EXPENSE_BASE__EXPENSE_BASE_UNSPECIFIED] = { "not stated", "未载明" },
		[PB__EXPENSE_BASE__EXPENSE_ACTUAL] = { "what was actually spent", "实际支出" },
		[PB__EXPENSE_BASE__EXPENSE_NEW_THIS_YEAR] = { "what was newly spent this year",
		    "本年新发生的支出" },
		[PB__EXPENSE_BASE__EXPENSE_GRANTED] = { "what another programme has paid",
		    "其他项目已兑付的补贴" },
	};
	sentence_add(to, "- The eligible expense is ", "- 合格支出为");
	buffer_append_text(to->out, SENTENCE_PHRASE(to, bases, rules->expense_base));
	if (rules->vat_excluded)
		sentence_add(to, ", less the VAT in it", "，扣除其中的增值税");
	sentence_add(to, ".\n", "。\n");
	if (!rules->tops_up[0])
		return;
	sentence_add(
	    to, "- It tops up what is paid by the programme ", "- 对下列项目已兑付的补贴给予配套：");
	sentence_text(to, rules->tops_up);
	sentence_add(to, ".\n", "。\n");
}

/* --- caps --- */

static void add_cap_size(const struct sentence *to, const Pb__Cap *cap) {
	if (cap->amount) {
		sentence_add(to, "at most ", "最多 ");
		sentence_money(to, cap->amount);
	}
	if (cap->amount && cap->grants)
		sentence_add(to, " and ", "，");
	if (cap->grants)
		buffer_printf(to->out, sentence_say(to, "%u grants", "%u 次"), cap->grants);
}

static void add_cap(const struct sentence *to, const Pb__Cap *cap) {
	static const char *const whose[][2] = {
		[PB__CAP_PER__CAP_PER_HOLDER] = { "one holder", "单个申请主体" },
		[PB__CAP_PER__CAP_PER_CONTROLLER] = { "all holders under one actual controller",
		    "同一实际控制人名下全部主体" },
		[PB__CAP_PER__CAP_PER_PROVIDER] = { "one provider", "单个服务机构" },
	};
	static const char *const periods[][2] = {
		[PB__CAP_PERIOD__CAP_A_YEAR] = { "in a calendar year", "每年" },
		[PB__CAP_PERIOD__CAP_FOR_EVER] = { "for ever", "累计" },
	};
	sentence_add(to, "- Cap “", "- 限额“");
	sentence_text(to, cap->name);
	buffer_printf(to->out, sentence_say(to, "”, %s %s: ", "”，%s%s："),
	    SENTENCE_PHRASE(to, whose, cap->per), SENTENCE_PHRASE(to, periods, cap->period));
	add_cap_size(to, cap);
	if (cap->who) {
		sentence_add(to, "; for ", "；适用于");
		sentence_eligibility(to, cap->who);
	}
	if (cap->joint)
		sentence_add(to, "; together with the programmes that are part of this one",
		    "；与从属于本项目的各项目合并计算");
	sentence_add(to, ".\n", "。\n");
}

static void add_voucher_caps(const struct sentence *to, const Pb__RuleSet *rules) {
	if (rules->voucher_amount_max) {
		sentence_add(to, "- Most that one voucher may be worth: ", "- 每张券金额最多 ");
		sentence_money(to, rules->voucher_amount_max);
		sentence_add(to, ".\n", "。\n");
	}
	for (size_t i = 0; i < rules->n_face_values; i++) {
		if (i == 0)
			sentence_add(to, "- A voucher is worth one of: ", "- 券面金额为下列之一：");
		sentence_money(to, rules->face_values[i]);
		bool is_last = i + 1 == rules->n_face_values;
		sentence_add(to, is_last ? ".\n" : ", ", is_last ? "。\n" : "、");
	}
	if (rules->vouchers_at_once)
		buffer_printf(to->out,
		    sentence_say(to, "- Most vouchers in use by one holder at once: %u.\n",
		        "- 每家同时持有最多 %u 张。\n"),
		    rules->vouchers_at_once);
}

static void add_capped(const struct sentence *to, const Pb__RuleSet *rules) {
	static const char *const capped[][2] = {
		[PB__WHEN_CAPPED__WHEN_CAPPED_UNSPECIFIED] = { "what is done is not stated", "处理未载明" },
		[PB__WHEN_CAPPED__GRANT_THE_REST] = { "what it leaves is granted", "按剩余额度资助" },
		[PB__WHEN_CAPPED__REFUSE] = { "nothing is granted", "不予资助" },
	};
	sentence_add(
	    to, "- Where a cap leaves less than was computed, ", "- 上限余额不足以全额资助的，");
	buffer_append_text(to->out, SENTENCE_PHRASE(to, capped, rules->when_capped));
	sentence_add(to, ".\n", "。\n");
}

/* --- out of what --- */

static void add_pool(const struct sentence *to, const Pb__RuleSet *rules) {
	if (rules->annual_pool) {
		sentence_add(to, "- Annual pool, of which tiers take shares: ", "- 年度资金池 ");
		sentence_money(to, rules->annual_pool);
		sentence_add(to, ".\n", "。\n");
	} else {
		sentence_add(to, "- The annual pool is what has been allocated in the year.\n",
		    "- 年度资金池为当年已拨入的金额。\n");
	}
	for (size_t i = 0; i < rules->n_fund_shares; i++) {
		if (i == 0)
			sentence_add(to, "- The cost is shared by the funds ", "- 资金分担：");
		sentence_text(to, rules->fund_shares[i]->fund);
		sentence_add(to, " (", "（");
		sentence_share(to, rules->fund_shares[i]->share_bp);
		bool is_last = i + 1 == rules->n_fund_shares;
		sentence_add(to, is_last ? ").\n" : "), ", is_last ? "）。\n" : "）、");
	}
	if (rules->part_of[0]) {
		sentence_add(to, "- The joint caps of this programme bind here, too: ",
		    "- 同时适用下列项目的合并限额：");
		sentence_text(to, rules->part_of);
		sentence_add(to, ".\n", "。\n");
	}
}

void sentence_amounts(const struct sentence *to, const Pb__RuleSet *rules) {
	sentence_add(to, "- The first of these tiers that fits applies:\n",
	    "- 按下列顺序，适用首个符合的档次：\n");
	for (size_t i = 0; i < rules->n_tiers; i++)
		add_tier(to, rules->tiers[i]);
	for (size_t i = 0; i < rules->n_combinations; i++)
		add_combination(to, rules->combinations[i]);
	if (rules->agreements_allowed)
		sentence_add(to, "- An agreement with a holder may stand in place of the tiers.\n",
		    "- 与申请主体另有合作协议的，按协议执行。\n");
	add_base(to, rules);
	for (size_t i = 0; i < rules->n_caps; i++)
		add_cap(to, rules->caps[i]);
	add_voucher_caps(to, rules);
	add_capped(to, rules);
	add_pool(to, rules);
}
