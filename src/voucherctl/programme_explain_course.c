/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as sentences: the course of things, from the application to the payment. */
#include "voucherctl/programme_sentence.h"

static void add_windows(const struct sentence *to, const char *en, const char *zh,
    Pb__Window *const *windows, size_t count) {
	if (count == 0)
		return;
	sentence_add(to, "- ", "- ");
	sentence_add(to, en, zh);
	for (size_t i = 0; i < count; i++) {
		sentence_add(to, i ? ", from " : " from ", i ? "、" : "：");
		sentence_text(to, windows[i]->from);
		sentence_add(to, " to ", " 至 ");
		sentence_text(to, windows[i]->to);
	}
	sentence_add(to, ".\n", "。\n");
}

static void add_review(const struct sentence *to, const Pb__RuleSet *rules) {
	static const char *const reviews[][2] = {
		[PB__REVIEW__REVIEW_UNSPECIFIED] = { "not stated", "未载明" },
		[PB__REVIEW__REVIEW_NONE] = { "none", "无须审核" },
		[PB__REVIEW__REVIEW_ONE] = { "by one person", "一级审核" },
		[PB__REVIEW__REVIEW_TWO] = { "at two levels, by two persons", "两级审核，由两人分别进行" },
	};
	add_windows(to, "Applications are taken", "申请受理时间", rules->application_windows,
	    rules->n_application_windows);
	buffer_printf(to->out,
	    sentence_say(to, "- Review of applications: %s.\n", "- 申请审核：%s。\n"),
	    SENTENCE_PHRASE(to, reviews, rules->review));
	if (rules->issue_at_once)
		sentence_add(to, "- Granted at once on applying, first come, first served.\n",
		    "- 申请即发，先到先得。\n");
}

/* --- use --- */

static void add_use(const struct sentence *to, const Pb__RuleSet *rules) {
	if (rules->use_by[0])
		buffer_printf(
		    to->out, sentence_say(to, "- To be used by %s.\n", "- 使用截止 %s。\n"), rules->use_by);
	bool is_voucher = rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	if (rules->use_within_days && is_voucher)
		buffer_printf(to->out,
		    sentence_say(
		        to, "- To be used within %u days of issue.\n", "- 自发放之日起 %u 天内使用。\n"),
		    rules->use_within_days);
	if (rules->extension_days)
		buffer_printf(to->out,
		    sentence_say(to, "- It can be extended once, by %u days.\n", "- 可延期一次，%u 天。\n"),
		    rules->extension_days);
	else if (is_voucher)
		sentence_add(to, "- It cannot be extended.\n", "- 不可延期。\n");
	for (size_t i = 0; i < rules->n_remind_days; i++) {
		if (i == 0)
			sentence_add(to, "- Days before the last day of use on which holders are reminded: ",
			    "- 使用截止前提醒（提前天数）：");
		bool is_last = i + 1 == rules->n_remind_days;
		buffer_printf(to->out, "%u", rules->remind_days[i]);
		sentence_add(to, is_last ? ".\n" : ", ", is_last ? "。\n" : "、");
	}
}

/* --- claims --- */

/* What is no voucher has no last day of use: both periods are counted from the grant. */
static void add_claims_after_use(const struct sentence *to, const Pb__RuleSet *rules) {
	bool is_voucher = rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	bool is_counted = !is_voucher && !rules->use_by[0];
	uint32_t days = rules->claim_within_days + (is_counted ? rules->use_within_days : 0);
	static const char *const names[][2] = {
		{ "the last day of use", "使用截止日" },
		{ "the day of the grant", "发放日" },
	};
	const char *name = SENTENCE_PHRASE(to, names, is_counted);
	if (days)
		buffer_printf(to->out,
		    sentence_say(to, "- Claims are taken until %u days after %s.\n",
		        "- 兑付申请期限 %u 天，自%s起算。\n"),
		    days, name);
	else
		buffer_printf(to->out,
		    sentence_say(to, "- Claims are taken until %s, that day included.\n",
		        "- 兑付申请截止：%s（含当日）。\n"),
		    name);
}

static void add_claim_days(const struct sentence *to, const Pb__RuleSet *rules) {
	if (rules->claim_by[0])
		buffer_printf(to->out,
		    sentence_say(to, "- Claims are taken until %s.\n", "- 兑付申请截止 %s。\n"),
		    rules->claim_by);
	else
		add_claims_after_use(to, rules);
	add_windows(
	    to, "Claims are taken", "兑付受理时间", rules->claim_windows, rules->n_claim_windows);
	if (rules->correct_within_days)
		buffer_printf(to->out,
		    sentence_say(to,
		        "- A returned claim may be corrected until %u days after the last day for "
		        "claims.\n",
		        "- 退回的兑付申请可在兑付截止后 %u 天内更正。\n"),
		    rules->correct_within_days);
}

static void add_payee(const struct sentence *to, const Pb__RuleSet *rules) {
	static const char *const payees[][2] = {
		[PB__PAYEE__PAYEE_UNSPECIFIED] = { "not stated", "未载明者" },
		[PB__PAYEE__PAYEE_PROVIDER] = { "the provider", "服务机构" },
		[PB__PAYEE__PAYEE_STARTUP] = { "the holder", "申请主体" },
	};
	const char *payee = SENTENCE_PHRASE(to, payees, rules->payee);
	if (rules->claimant == PB__PAYEE__PAYEE_UNSPECIFIED)
		buffer_printf(to->out,
		    sentence_say(to, "- Who claims and is paid: %s.\n", "- 由%s申请兑付并收款。\n"), payee);
	else
		buffer_printf(to->out,
		    sentence_say(
		        to, "- Who claims: %s. Who is paid: %s.\n", "- 由%s申请兑付，由%s收款。\n"),
		    SENTENCE_PHRASE(to, payees, rules->claimant), payee);
}

static void add_checks(const struct sentence *to, const Pb__RuleSet *rules) {
	if (rules->countersign)
		sentence_add(to, "- Each claim needs a second approval, by another person.\n",
		    "- 每笔兑付须由另一人复审。\n");
	else
		sentence_add(to, "- One approval of a claim is enough.\n", "- 兑付经一次审核即可。\n");
	if (rules->publication_days)
		buffer_printf(to->out,
		    sentence_say(
		        to, "- Published for %u days before settlement.\n", "- 结算前公示 %u 天。\n"),
		    rules->publication_days);
	else
		sentence_add(to, "- No days of publication before settlement.\n", "- 结算前不设公示期。\n");
}

static void add_duties(const struct sentence *to, const Pb__RuleSet *rules) {
	static const char *const duties[][2] = {
		[PB__DUTY__DUTY_REVIEW_FROM_APPLY] = { "Who reviews an application did not enter it",
		    "审核人不得为录入申请的人" },
		[PB__DUTY__DUTY_ISSUE_FROM_REVIEW] = { "Who issues did not review", "发放人不得为审核人" },
		[PB__DUTY__DUTY_APPROVE_FROM_ISSUE] = { "Who approves a claim did not issue the voucher",
		    "兑付审核人不得为发放人" },
		[PB__DUTY__DUTY_PUBLISH_FROM_APPROVE] = { "Who publishes a claim did not approve it",
		    "公示人不得为兑付审核人" },
	};
	for (size_t i = 0; i < rules->n_duties_apart; i++)
		buffer_printf(to->out, sentence_say(to, "- %s.\n", "- %s。\n"),
		    SENTENCE_PHRASE(to, duties, rules->duties_apart[i]));
}

void sentence_course(const struct sentence *to, const Pb__RuleSet *rules) {
	add_review(to, rules);
	add_use(to, rules);
	add_claim_days(to, rules);
	add_payee(to, rules);
	add_checks(to, rules);
	add_duties(to, rules);
	if (rules->net_clawbacks)
		sentence_add(to, "- What a payee owes of clawbacks is set off against what it is paid.\n",
		    "- 收款方应退回而尚未退回的追回款，从应付款中抵扣。\n");
	if (rules->assessment_failures)
		buffer_printf(to->out,
		    sentence_say(to,
		        "- Assessed every year: %u failed years in a row remove a party, one less warns.\n",
		        "- 年度考核：连续 %u 年不合格的取消资格，少一年的提出警告。\n"),
		    rules->assessment_failures);
}
