/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "programme explain": rules as sentences, in Chinese and English. Says what src/ledger/rules.h
 * does with each field, a cap of 0 being none.
 */
#include "base/text.h"
#include "voucherctl/actions.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/labels.h"
#include "voucherctl/programme_file.h"
#include "voucherctl/width.h"

#include <inttypes.h>

/* The schema does not say whether an attribute is money: from 1,000.00 on, both are shown. */
#define PERHAPS_MONEY 100000

struct writer {
	enum lang lang;
	struct arena *arena;
	struct buffer *out;
};

__attribute__((format_arg(2), format_arg(3))) static const char *say(
    const struct writer *writer, const char *en, const char *zh) {
	return lang_pick(writer->lang, en, zh);
}

/* What a file says, fit for a terminal. */
static void write_text(const struct writer *writer, const char *text) {
	const char *safe = width_safe_text(writer->arena, text);
	buffer_append_text(writer->out, safe ? safe : "?");
}

static void write_words(const struct writer *writer, const char *const *words, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_text(writer->out, say(writer, ", ", "、"));
		write_text(writer, words[i]);
	}
}

/* An amount with the words around it. Nothing for a cap of 0: there is none. */
static void write_money(
    const struct writer *writer, int64_t amount, const char *before, const char *after) {
	char money[TEXT_MONEY_BYTES];
	if (amount == 0)
		return;
	text_money(amount, money);
	buffer_append_text(writer->out, before);
	buffer_append_text(writer->out, money);
	buffer_append_text(writer->out, after);
}

static void write_share(const struct writer *writer, uint32_t share_bp) {
	buffer_printf(
	    writer->out, share_bp % 100 ? "%u.%02u%%" : "%u%%", share_bp / 100, share_bp % 100);
}

/* --- who --- */

static void write_condition(const struct writer *writer, const Pb__Condition *condition) {
	static const char *const phrases[][2] = {
		[PB__COMPARISON__LESS] = { "less than", "小于" },
		[PB__COMPARISON__AT_MOST] = { "at most", "不超过" },
		[PB__COMPARISON__MORE] = { "more than", "大于" },
		[PB__COMPARISON__AT_LEAST] = { "at least", "不少于" },
		[PB__COMPARISON__EQUAL] = { "exactly", "等于" },
	};
	const char *const *phrase = phrases[condition->is]; /* rules_check() has looked */
	char money[TEXT_MONEY_BYTES];
	write_text(writer, condition->attribute);
	buffer_printf(writer->out, say(writer, " %s %" PRId64, " %s %" PRId64),
	    writer->lang == LANG_ZH ? phrase[1] : phrase[0], condition->value);
	if (condition->value < PERHAPS_MONEY)
		return;
	text_money(condition->value, money);
	buffer_printf(writer->out, say(writer, " (as money: %s yuan)", "（如为金额：%s 元）"), money);
}

static void write_conditions(
    const struct writer *writer, Pb__Condition *const *conditions, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buffer_append_text(writer->out, say(writer, ", ", "，"));
		write_condition(writer, conditions[i]);
	}
}

static void write_kinds(const struct writer *writer, const Pb__Eligibility *holder) {
	struct buffer *out = writer->out;
	buffer_append_text(out, say(writer, "- Holders: ", "- 持券人："));
	if (!holder || holder->n_kinds == 0)
		buffer_append_text(out, say(writer, "companies and teams", "企业和团队"));
	for (size_t i = 0; holder && i < holder->n_kinds; i++) {
		bool is_team = holder->kinds[i] == PB__PARTY_KIND__PARTY_KIND_TEAM;
		if (i > 0)
			buffer_append_text(out, say(writer, " and ", "和"));
		buffer_append_text(
		    out, is_team ? say(writer, "teams", "团队") : say(writer, "companies", "企业"));
	}
}

static void write_holder(const struct writer *writer, const Pb__Eligibility *holder) {
	struct buffer *out = writer->out;
	write_kinds(writer, holder);
	if (holder && holder->region[0])
		buffer_printf(out, say(writer, " in the region %s", "，所在地区 %s"), holder->region);
	if (holder && holder->n_statuses) {
		buffer_append_text(out, say(writer, ", with the status ", "，须具备资格："));
		write_words(writer, holder->statuses, holder->n_statuses);
	}
	if (holder && holder->n_conditions) {
		buffer_append_text(out, say(writer, ", that state ", "，且："));
		write_conditions(writer, holder->conditions, holder->n_conditions);
	}
	buffer_append_text(out, say(writer, ".\n", "。\n"));
}

/* --- what --- */

static void write_services(const struct writer *writer, const Pb__RuleSet *rules) {
	struct buffer *out = writer->out;
	buffer_append_text(out, say(writer, "- Covered: ", "- 支持的服务："));
	if (rules->n_categories)
		write_words(writer, rules->categories, rules->n_categories);
	else
		buffer_append_text(out, say(writer, "every service", "所有服务"));
	buffer_append_text(out, say(writer, ".\n", "。\n"));
	if (rules->n_exclusions) {
		buffer_append_text(out, say(writer, "- Never covered: ", "- 不予支持："));
		write_words(writer, rules->exclusions, rules->n_exclusions);
		buffer_append_text(out, say(writer, ".\n", "。\n"));
	}
	buffer_append_text(out,
	    rules->related_parties_allowed
	        ? say(writer, "- Holder and provider may be related.\n",
	              "- 持券人与服务机构可以有关联。\n")
	        : say(writer, "- Holder and provider must not be related.\n",
	              "- 持券人与服务机构不得有隶属、共建、产权纽带等关联。\n"));
}

/* --- how much --- */

static void write_locality(
    const struct writer *writer, const char *whose, const Pb__Locality locality) {
	if (locality == PB__LOCALITY__LOCALITY_ANY)
		return;
	bool is_local = locality == PB__LOCALITY__LOCALITY_LOCAL;
	buffer_append_text(writer->out, whose);
	buffer_append_text(writer->out,
	    is_local ? say(writer, " local", "在本地") : say(writer, " from outside", "在外地"));
	buffer_append_text(writer->out, say(writer, "; ", "；"));
}

/* For which cases. */
static void write_tier_scope(const struct writer *writer, const Pb__Tier *tier) {
	struct buffer *out = writer->out;
	write_locality(writer, say(writer, "holder", "持券人"), tier->holder);
	write_locality(writer, say(writer, "provider", "服务机构"), tier->provider);
	if (tier->n_categories) {
		buffer_append_text(out, say(writer, "for ", "服务为"));
		write_words(writer, tier->categories, tier->n_categories);
		buffer_append_text(out, say(writer, "; ", "；"));
	}
	if (tier->n_conditions) {
		buffer_append_text(out, say(writer, "when ", "条件："));
		write_conditions(writer, tier->conditions, tier->n_conditions);
		buffer_append_text(out, say(writer, "; ", "；"));
	}
}

static void write_tier(const struct writer *writer, const Pb__Tier *tier) {
	struct buffer *out = writer->out;
	buffer_printf(out, "  %u. ", tier->id);
	write_text(writer, tier->name);
	buffer_append_text(out, say(writer, ": ", "："));
	write_tier_scope(writer, tier);
	buffer_append_text(out, say(writer, "", "补贴合格支出的 "));
	write_share(writer, tier->ratio_bp);
	buffer_append_text(out, say(writer, " of the eligible expense", ""));
	write_money(writer, tier->per_contract, say(writer, ", at most ", "，每份合同最多 "),
	    say(writer, " yuan a contract", " 元"));
	write_money(writer, tier->per_year, say(writer, ", at most ", "，每年最多 "),
	    tier->per_year_alone
	        ? say(writer, " yuan a holder and year under this tier", " 元（仅计本档）")
	        : say(writer, " yuan a holder and year, all tiers together", " 元（各档合计）"));
	if (tier->pool_share_bp) {
		buffer_append_text(
		    out, say(writer, "; this tier may use at most ", "；本档合计最多使用年度资金池的 "));
		write_share(writer, tier->pool_share_bp);
		buffer_append_text(out, say(writer, " of the annual pool", ""));
	}
	buffer_append_text(out, say(writer, ".\n", "。\n"));
}

static void write_caps(const struct writer *writer, const Pb__RuleSet *rules) {
	struct buffer *out = writer->out;
	const char *stop = say(writer, " yuan.\n", " 元。\n");
	write_money(writer, rules->holder_per_year,
	    say(writer, "- Most subsidy for one holder in a calendar year: ", "- 每家每年补贴最多 "),
	    stop);
	write_money(writer, rules->voucher_amount_max,
	    say(writer, "- Most that one voucher may be worth: ", "- 每张券面额最多 "), stop);
	if (rules->vouchers_at_once)
		buffer_printf(out,
		    say(writer, "- Most vouchers in use by one holder at once: %u.\n",
		        "- 每家同时持有最多 %u 张。\n"),
		    rules->vouchers_at_once);
	if (rules->annual_pool)
		write_money(writer, rules->annual_pool,
		    say(writer, "- Annual pool, of which tiers take shares: ", "- 年度资金池 "), stop);
	else
		buffer_append_text(out,
		    say(writer, "- The annual pool is what has been allocated in the year.\n",
		        "- 年度资金池为当年已拨入的金额。\n"));
}

/* --- when, who is paid --- */

static void write_times(const struct writer *writer, const Pb__RuleSet *rules) {
	struct buffer *out = writer->out;
	buffer_printf(out,
	    say(writer, "- To be used within %u days of issue, claimed within %u days after that.\n",
	        "- 自发券之日起 %u 天内使用，此后 %u 天内申请兑付。\n"),
	    rules->use_within_days, rules->claim_within_days);
	buffer_append_text(out,
	    rules->payee == PB__PAYEE__PAYEE_PROVIDER
	        ? say(writer, "- The provider claims and is paid.\n", "- 由服务机构申请兑付并收款。\n")
	        : say(writer, "- The holder claims and is paid.\n", "- 由持券人申请兑付并收款。\n"));
	if (rules->publication_days)
		buffer_printf(out,
		    say(writer, "- Published for %u days before settlement.\n", "- 结算前公示 %u 天。\n"),
		    rules->publication_days);
	else
		buffer_append_text(out,
		    say(writer, "- No days of publication before settlement.\n", "- 结算前不设公示期。\n"));
	buffer_append_text(out,
	    rules->countersign
	        ? say(writer, "- Each claim needs a second approval, by another person.\n",
	              "- 每笔兑付须由另一人复审。\n")
	        : say(writer, "- One approval of a claim is enough.\n", "- 兑付经一次审核即可。\n"));
}

static void write_rules(const struct writer *writer, const Pb__RuleSet *rules) {
	struct buffer *out = writer->out;
	write_text(writer, rules->title);
	buffer_printf(out, say(writer, "\nVersion %u, in force from %s.", "\n第 %u 版，自 %s 起施行。"),
	    rules->version, rules->effective_from);
	if (rules->document[0]) {
		buffer_append_text(out, say(writer, " Source: ", "依据："));
		write_text(writer, rules->document);
		buffer_append_text(out, say(writer, ".", "。"));
	}
	buffer_append_char(out, '\n');
	write_holder(writer, rules->holder);
	write_services(writer, rules);
	buffer_append_text(out,
	    say(writer, "- The first of these tiers that fits applies:\n",
	        "- 按下列顺序，适用首个符合的档次：\n"));
	for (size_t i = 0; i < rules->n_tiers; i++)
		write_tier(writer, rules->tiers[i]);
	write_caps(writer, rules);
	write_times(writer, rules);
}

enum exit_status action_programme_explain(struct session *session) {
	Pb__PublishRules publish;
	enum exit_status status = programme_read_valid(
	    session, options_text(&session->line, "FILE"), &publish);
	if (status != EXIT_DONE)
		return status == EXIT_REFUSED ? EXIT_USAGE : status;
	struct writer writer = { LANG_ZH, &session->arena, &session->out };
	bool has_choice = session->line.options[OPTION_LANG];
	if (has_choice)
		writer.lang = session->settings.lang;
	write_rules(&writer, publish.rules);
	if (!has_choice) {
		buffer_append_char(&session->out, '\n');
		writer.lang = LANG_EN;
		write_rules(&writer, publish.rules);
	}
	return session_print(session);
}
