/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/programme_sentence.h"

#include "base/text.h"
#include "voucherctl/width.h"

const char *sentence_say(const struct sentence *to, const char *en, const char *zh) {
	return lang_pick(to->lang, en, zh);
}

void sentence_add(const struct sentence *to, const char *en, const char *zh) {
	buffer_append_text(to->out, sentence_say(to, en, zh));
}

const char *sentence_phrase(
    const struct sentence *to, const char *const phrases[][2], size_t count, size_t value) {
	if (value >= count || !phrases[value][0])
		return "?";
	return sentence_say(to, phrases[value][0], phrases[value][1]);
}

void sentence_text(const struct sentence *to, const char *text) {
	const char *safe = width_safe_text(to->arena, text);
	buffer_append_text(to->out, safe ? safe : "?");
}

void sentence_words(const struct sentence *to, const char *const *words, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			sentence_add(to, ", ", "、");
		sentence_text(to, words[i]);
	}
}

void sentence_share(const struct sentence *to, uint32_t share_bp) {
	buffer_printf(to->out, share_bp % 100 ? "%u.%02u%%" : "%u%%", share_bp / 100, share_bp % 100);
}

void sentence_money(const struct sentence *to, int64_t amount) {
	char money[TEXT_MONEY_BYTES];
	text_money(amount, money);
	buffer_append_text(to->out, money);
	sentence_add(to, " yuan", " 元");
}

void sentence_list(const struct sentence *to, const char *en, const char *zh,
    const char *const *words, size_t count) {
	if (count == 0)
		return;
	sentence_add(to, "- ", "- ");
	sentence_add(to, en, zh);
	sentence_add(to, ": ", "：");
	sentence_words(to, words, count);
	sentence_add(to, ".\n", "。\n");
}

static void add_heading(const struct sentence *to, const Pb__RuleSet *rules) {
	static const char *const instruments[][2] = {
		[PB__INSTRUMENT__INSTRUMENT_UNSPECIFIED] = { "What is granted is not stated",
		    "资助方式未载明" },
		[PB__INSTRUMENT__INSTRUMENT_VOUCHER] = { "Vouchers: issued first, used with a provider, "
		                                         "then claimed",
		    "创新券：先发券，再向服务机构使用，然后兑付" },
		[PB__INSTRUMENT__INSTRUMENT_POST_SUBSIDY] = { "A subsidy of expense already made",
		    "后补助：对已发生的支出给予补助" },
		[PB__INSTRUMENT__INSTRUMENT_GRANT] = { "A grant of a fixed amount", "定额资助" },
		[PB__INSTRUMENT__INSTRUMENT_AWARD] = { "An award for each unit, such as each person",
		    "奖励：按单位（如每人）给予" },
	};
	sentence_text(to, rules->title);
	buffer_printf(to->out,
	    sentence_say(to, "\nVersion %u, in force from %s.", "\n第 %u 版，自 %s 起施行。"),
	    rules->version, rules->effective_from);
	if (rules->document[0]) {
		sentence_add(to, " Source: ", "依据：");
		sentence_text(to, rules->document);
		sentence_add(to, ".", "。");
	}
	sentence_add(to, "\n- ", "\n- ");
	buffer_append_text(to->out, SENTENCE_PHRASE(to, instruments, rules->instrument));
	sentence_add(to, ".\n", "。\n");
}

void sentence_rules(const struct sentence *to, const Pb__RuleSet *rules) {
	add_heading(to, rules);
	sentence_who(to, rules);
	sentence_amounts(to, rules);
	sentence_course(to, rules);
}
