/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as sentences: who may hold, for what. */
#include "voucherctl/programme_sentence.h"

#include <inttypes.h>

static void add_condition(const struct sentence *to, const Pb__Condition *condition) {
	static const char *const comparisons[][2] = {
		[PB__COMPARISON__LESS] = { "less than", "小于" },
		[PB__COMPARISON__AT_MOST] = { "at most", "不超过" },
		[PB__COMPARISON__MORE] = { "more than", "大于" },
		[PB__COMPARISON__AT_LEAST] = { "at least", "不少于" },
		[PB__COMPARISON__EQUAL] = { "exactly", "等于" },
	};
	sentence_text(to, condition->attribute);
	buffer_printf(to->out, " %s ", SENTENCE_PHRASE(to, comparisons, condition->is));
	if (condition->unit == PB__UNIT__UNIT_MONEY)
		sentence_money(to, condition->value);
	else
		buffer_printf(to->out, "%" PRId64, condition->value);
}

void sentence_conditions(
    const struct sentence *to, Pb__Condition *const *conditions, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			sentence_add(to, ", ", "，");
		add_condition(to, conditions[i]);
	}
}

static void add_kinds(const struct sentence *to, const Pb__Eligibility *who) {
	static const char *const kinds[][2] = {
		[PB__PARTY_KIND__PARTY_KIND_COMPANY] = { "companies", "企业" },
		[PB__PARTY_KIND__PARTY_KIND_TEAM] = { "teams", "创业团队" },
		[PB__PARTY_KIND__PARTY_KIND_PROVIDER] = { "service providers", "服务机构" },
		[PB__PARTY_KIND__PARTY_KIND_SPACE] = { "makers' spaces and incubators",
		    "众创空间、孵化器" },
	};
	if (!who || who->n_kinds == 0)
		sentence_add(to, "any party", "各类主体");
	for (size_t i = 0; who && i < who->n_kinds; i++) {
		if (i > 0)
			sentence_add(to, ", ", "、");
		buffer_append_text(to->out, SENTENCE_PHRASE(to, kinds, who->kinds[i]));
	}
}

void sentence_eligibility(const struct sentence *to, const Pb__Eligibility *who) {
	add_kinds(to, who);
	if (!who)
		return;
	if (who->region[0]) {
		sentence_add(to, " in the region ", "，所在地区 ");
		sentence_text(to, who->region);
	}
	if (who->n_statuses) {
		sentence_add(to, ", with the status ", "，须具备资格：");
		sentence_words(to, who->statuses, who->n_statuses);
	}
	if (who->n_statuses_without) {
		sentence_add(to, ", without the status ", "，且不得为：");
		sentence_words(to, who->statuses_without, who->n_statuses_without);
	}
	if (who->n_conditions) {
		sentence_add(to, ", that state ", "，且：");
		sentence_conditions(to, who->conditions, who->n_conditions);
	}
}

void sentence_who(const struct sentence *to, const Pb__RuleSet *rules) {
	sentence_add(to, "- Holders: ", "- 申请主体：");
	sentence_eligibility(to, rules->holder);
	sentence_add(to, ".\n", "。\n");
	if (rules->n_categories)
		sentence_list(to, "Covered", "支持的类别", rules->categories, rules->n_categories);
	else
		sentence_add(to, "- Covered: every category.\n", "- 支持所有类别。\n");
	sentence_list(to, "Never covered", "不予支持", rules->exclusions, rules->n_exclusions);
	if (rules->related_parties_allowed)
		sentence_add(
		    to, "- Holder and provider may be related.\n", "- 申请主体与服务机构可以有关联。\n");
	else
		sentence_add(to, "- Holder and provider must not be related.\n",
		    "- 申请主体与服务机构不得有隶属、共建、产权纽带等关联。\n");
	sentence_list(
	    to, "An application must cite", "申请须引用", rules->documents, rules->n_documents);
}
