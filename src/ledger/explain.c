/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule weighed, as a sentence: its title from a table, the name or attribute that it is about,
 * and what was weighed, in one of a few forms. Replies to reservations and applications are full of
 * them, so nothing here goes through printf.
 */
#include "ledger/explain.h"

#include "base/text.h"

#include <string.h>

/* What a rule's sentence says after its title. */
enum form {
	FORM_NONE,     /* no such rule */
	FORM_CAP,      /* limit, used, asked, granted */
	FORM_COMPUTED, /* asked gives limit */
	FORM_UNITS,    /* the same of units */
	FORM_BASE,     /* limit less used */
	FORM_FIXED,    /* limit alone */
	FORM_CONDITION,
	FORM_FACT, /* met or not */
};

/* With a name: en_of “name”, zh_of“name”zh_its; without: en, zh. */
struct title {
	enum form form;
	Pb__Unit unit; /* of its numbers */
	const char *en_of, *en;
	const char *zh_of, *zh_its, *zh;
};

#define MONEY  PB__UNIT__UNIT_MONEY
#define NUMBER PB__UNIT__UNIT_NUMBER

/* clang-format off */
static const struct title titles[] = {
	[PB__RULE__RULE_RATIO] = { FORM_COMPUTED, MONEY,
		"Ratio of tier", "Ratio", "档次", "的补贴比例", "补贴比例" },
	[PB__RULE__RULE_PER_CONTRACT] = { FORM_CAP, MONEY,
		"Cap per contract of tier", "Cap per contract", "档次", "的单项合同上限", "单项合同上限" },
	[PB__RULE__RULE_TIER_PER_YEAR] = { FORM_CAP, MONEY,
		"Annual cap of tier", "Annual cap of the tier", "档次", "的年度上限", "档次年度上限" },
	[PB__RULE__RULE_TIER_POOL_SHARE] = { FORM_CAP, MONEY,
		"Share of the annual pool for tier", "Share of the annual pool for the tier",
		"档次", "在年度资金池中的份额", "档次在年度资金池中的份额" },
	[PB__RULE__RULE_VOUCHER] = { FORM_CAP, MONEY,
		"Left on voucher", "Left on the voucher", "创新券", "余额", "创新券余额" },
	[PB__RULE__RULE_POOL] = { FORM_CAP, MONEY,
		"Pool of programme", "Pool of the programme", "项目", "资金池余额", "项目资金池余额" },
	[PB__RULE__RULE_FUND] = { FORM_CAP, MONEY,
		"Left in fund", "Left in the fund", "资金", "余额", "资金余额" },
	[PB__RULE__RULE_VOUCHER_AMOUNT] = { FORM_CAP, MONEY,
		"Cap per voucher", "Cap per voucher", "", "的单张券面额上限", "单张券面额上限" },
	[PB__RULE__RULE_VOUCHERS_AT_ONCE] = { FORM_CAP, NUMBER,
		"Vouchers in use at once", "Vouchers in use at once", "", "的同时持券数量", "同时持券数量" },
	[PB__RULE__RULE_CONDITION] = { FORM_CONDITION, NUMBER, "", "", "", "", "" },
	[PB__RULE__RULE_RESERVATION] = { FORM_CAP, MONEY,
		"Held by reservation", "Held by the reservation", "使用登记", "预留金额", "使用登记预留金额" },
	[PB__RULE__RULE_REDEEMED] = { FORM_CAP, MONEY,
		"Redeemed on reservation", "Redeemed on the reservation",
		"使用登记", "已核销金额", "使用登记已核销金额" },
	[PB__RULE__RULE_INVOICES] = { FORM_CAP, MONEY,
		"Supported by invoices", "Supported by invoices", "", "的发票可支持金额", "发票可支持金额" },
	[PB__RULE__RULE_APPLICATION] = { FORM_CAP, MONEY,
		"Applied for in application", "Applied for", "申请", "的申请金额", "申请金额" },
	[PB__RULE__RULE_EXPENSE_BASE] = { FORM_BASE, MONEY,
		"Expense base of tier", "Expense base", "档次", "的支出基数", "支出基数" },
	[PB__RULE__RULE_FIXED] = { FORM_FIXED, MONEY,
		"Fixed amount of tier", "Fixed amount", "档次", "的固定金额", "固定金额" },
	[PB__RULE__RULE_PER_UNIT] = { FORM_UNITS, NUMBER,
		"Amount per unit of tier", "Amount per unit", "档次", "的单位金额", "单位金额" },
	[PB__RULE__RULE_CAP] = { FORM_CAP, MONEY,
		"Cap", "Cap", "上限", "", "上限" },
	[PB__RULE__RULE_JOINT_CAP] = { FORM_CAP, MONEY,
		"Joint cap", "Joint cap", "联合上限", "", "联合上限" },
	[PB__RULE__RULE_CAP_GRANTS] = { FORM_CAP, NUMBER,
		"Number of grants by cap", "Number of grants", "上限", "的次数", "补贴次数上限" },
	[PB__RULE__RULE_JOINT_CAP_GRANTS] = { FORM_CAP, NUMBER,
		"Number of grants by joint cap", "Number of grants together",
		"联合上限", "的次数", "联合补贴次数上限" },
	[PB__RULE__RULE_COMBINATION] = { FORM_CAP, MONEY,
		"Combination", "Combination", "组合", "", "组合规则" },
	[PB__RULE__RULE_FUND_SHARE] = { FORM_CAP, MONEY,
		"Payable with the share of fund", "Payable with the fund's share",
		"资金", "按分担比例可支付的总额", "资金按分担比例可支付的总额" },
	[PB__RULE__RULE_FACE_VALUE] = { FORM_FACT, MONEY,
		"Face value", "Face values", "面额", "", "规定面额" },
	[PB__RULE__RULE_KIND] = { FORM_FACT, NUMBER,
		"Kind of party", "Kind of party", "主体类型为", "", "主体类型" },
	[PB__RULE__RULE_REGION] = { FORM_FACT, NUMBER,
		"Region within", "Region", "所在区域属于", "", "所在区域" },
	[PB__RULE__RULE_STATUS] = { FORM_FACT, NUMBER,
		"Status held", "Status held", "具备资质", "", "具备资质" },
	[PB__RULE__RULE_STATUS_WITHOUT] = { FORM_FACT, NUMBER,
		"Status not held", "Status not held", "不具有状态", "", "不具有状态" },
	[PB__RULE__RULE_DOCUMENT] = { FORM_FACT, NUMBER,
		"Document cited", "Document cited", "提供文件", "", "提供文件" },
	[PB__RULE__RULE_CATEGORY] = { FORM_FACT, NUMBER,
		"Category covered", "Category covered", "服务类别在支持范围内", "", "服务类别在支持范围内" },
	[PB__RULE__RULE_RELATED] = { FORM_FACT, NUMBER,
		"Holder and provider not related", "Holder and provider not related",
		"持券方与服务机构无关联关系", "", "持券方与服务机构无关联关系" },
	[PB__RULE__RULE_WINDOW] = { FORM_FACT, NUMBER,
		"Within the window", "Within a window", "在受理期间", "内", "在受理期间内" },
	[PB__RULE__RULE_AGREEMENT] = { FORM_FACT, NUMBER,
		"Agreement in place of the tiers", "Agreement in place of the tiers",
		"按协议", "执行", "按协议执行" },
	[PB__RULE__RULE_CLAWBACK] = { FORM_CAP, MONEY,
		"Paid by claim", "Paid by the claim", "兑付申请", "已付金额", "兑付申请已付金额" },
	[PB__RULE__RULE_RECEIVABLE] = { FORM_CAP, MONEY,
		"Owed for clawback", "Owed for the clawback", "追回决定", "应收金额", "追回应收金额" },
};
/* clang-format on */

static const struct title *title_of(const Pb__Bound *bound) {
	static const struct title unknown = { FORM_NONE, NUMBER, "", "", "", "", "" };
	bool is_known = bound->rule > 0 && (size_t)bound->rule < sizeof(titles) / sizeof(titles[0]);
	return is_known ? &titles[bound->rule] : &unknown;
}

/* --- a sentence under construction --- */

/* What a sentence may be long: the longest name, a document's, is LIMIT_TEXT_BYTES. */
enum { SENTENCE_BYTES_MAX = 2048 };

enum language { ENGLISH, CHINESE };

struct sentence {
	const Pb__Bound *bound;
	const struct title *title;
	bool is_refused; /* it speaks of a refusal */
	enum language language;
	Pb__Unit limit_unit, unit; /* of the limit; of the other numbers */
	size_t bytes;
	char text[SENTENCE_BYTES_MAX];
};

/* A part that would not fit is left out as a whole. */
static void say_bytes(struct sentence *s, const char *text, size_t bytes) {
	if (bytes > sizeof(s->text) - s->bytes)
		return;
	memcpy(s->text + s->bytes, text, bytes);
	s->bytes += bytes;
}

static void say(struct sentence *s, const char *text) {
	say_bytes(s, text, strlen(text));
}

static void say_number(struct sentence *s, int64_t value) {
	char digits[TEXT_MONEY_BYTES];
	char *at = digits + sizeof(digits);
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	*--at = '\0';
	do
		*--at = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*--at = '-';
	say(s, at);
}

static void say_amount(struct sentence *s, int64_t value, Pb__Unit unit) {
	char text[TEXT_MONEY_BYTES];
	if (unit != PB__UNIT__UNIT_MONEY) {
		say_number(s, value);
		return;
	}
	text_money(value, text);
	say(s, text);
}

/* "company, team" in Chinese; other words stay as they are. */
static void say_kinds_in_chinese(struct sentence *s, const char *names) {
	static const struct {
		const char *en, *zh;
	} kinds[] = {
		{ "company", "企业" },
		{ "team", "创业团队" },
		{ "provider", "服务机构" },
		{ "space", "众创空间" },
	};
	bool is_first = true;
	while (*names) {
		size_t bytes = strcspn(names, ","), kind = 0;
		while (kind < 4 &&
		    (strlen(kinds[kind].en) != bytes || memcmp(kinds[kind].en, names, bytes) != 0))
			kind++;
		say(s, is_first ? "" : "、");
		if (kind < 4)
			say(s, kinds[kind].zh);
		else
			say_bytes(s, names, bytes);
		is_first = false;
		names += bytes;
		names += strspn(names, ", ");
	}
}

static void say_title(struct sentence *s) {
	const char *name = s->bound->name[0] ? s->bound->name : s->bound->attribute;
	const struct title *title = s->title;
	bool is_english = s->language == ENGLISH;
	if (!name[0]) {
		say(s, is_english ? title->en : title->zh);
		return;
	}
	say(s, is_english ? title->en_of : title->zh_of);
	say(s, is_english ? " “" : "“");
	if (!is_english && s->bound->rule == PB__RULE__RULE_KIND)
		say_kinds_in_chinese(s, name);
	else
		say(s, name);
	say(s, "”");
	say(s, is_english ? "" : title->zh_its);
}

/* What it meant for the decision. */
static void say_verdict(struct sentence *s) {
	static const char *const verdicts[2][2] = {
		{ "; this decided the amount", "；金额由此确定" },
		{ "; this stood against it", "；因此不予通过" },
	};
	if (s->bound->binds)
		say(s, verdicts[s->is_refused || !s->bound->granted][s->language]);
}

struct comparison {
	const char *words[2];
	bool zero_holds; /* where the bound is more than 0 */
};

static const struct comparison *comparison_of(const Pb__Bound *bound) {
	static const struct comparison comparisons[] = {
		[PB__COMPARISON__COMPARISON_UNSPECIFIED] = { { "as the rules say", "按规则" }, false },
		[PB__COMPARISON__LESS] = { { "less than", "小于" }, true },
		[PB__COMPARISON__AT_MOST] = { { "at most", "不超过" }, true },
		[PB__COMPARISON__MORE] = { { "more than", "大于" }, false },
		[PB__COMPARISON__AT_LEAST] = { { "at least", "不少于" }, false },
		[PB__COMPARISON__EQUAL] = { { "exactly", "等于" }, false },
	};
	bool is_known = bound->is > 0 &&
	    (size_t)bound->is < sizeof(comparisons) / sizeof(comparisons[0]);
	return &comparisons[is_known ? bound->is : 0];
}

/* What an attribute is. A party that does not state it has 0 there, and does not meet the
 * condition. */
static void say_found(struct sentence *s) {
	static const char *const not_stated[] = { "is not stated", "未填报" };
	static const char *const unclear[] = { "is 0 or not stated", "实际为 0 或未填报" };
	static const char *const is[] = { "is ", "实际 " };
	const Pb__Bound *bound = s->bound;
	if (bound->asked != 0 || bound->holds) {
		say(s, is[s->language]);
		say_amount(s, bound->asked, s->unit);
	} else {
		bool is_missing = comparison_of(bound)->zero_holds && bound->limit > 0;
		say(s, (is_missing ? not_stated : unclear)[s->language]);
	}
}

/* --- forms --- */

/*
 * A form is a pattern in each language. %t: the title; %l %u %a %g: limit, used, asked, granted;
 * %b: limit less used; %p: granted, or in a refusal possible; %v: the verdict; %m: met or not; %n:
 * the attribute; %c: the comparison; %f: what was found; %r: the rule's number.
 */
static const char *const patterns[][2] = {
	[FORM_NONE] = { "Rule %r: limit %l, used %u, asked %a.",
	    "规则 %r：上限 %l，已用 %u，申请 %a。" },
	[FORM_CAP] = { "%t: limit %l, used %u, asked %a, %p %g%v.",
	    "%t：上限 %l，已用 %u，申请 %a，%p %g%v。" },
	[FORM_COMPUTED] = { "%t: %a of expense gives %l%v.", "%t：支出 %a，计得 %l%v。" },
	[FORM_UNITS] = { "%t: %a units give %l%v.", "%t：%a 个单位，计得 %l%v。" },
	[FORM_BASE] = { "%t: of %l, %u does not count, which leaves %b%v.",
	    "%t：%l 中不计入 %u，余 %b%v。" },
	[FORM_FIXED] = { "%t: %l%v.", "%t：%l%v。" },
	[FORM_CONDITION] = { "%n: asked for %c %l, %f: %m.", "%n：要求%c %l，%f：%m。" },
	[FORM_FACT] = { "%t: %m.", "%t：%m。" },
};

static int64_t left_by(const Pb__Bound *bound) {
	int64_t left;
	return __builtin_sub_overflow(bound->limit, bound->used, &left) ? 0 : left;
}

static void say_part(struct sentence *s, char letter) {
	static const char *const met[2][2] = { { "not met", "不符合" }, { "met", "符合" } };
	static const char *const given[2][2] = { { "granted", "核定" }, { "possible", "可给予" } };
	const Pb__Bound *bound = s->bound;
	switch (letter) {
	case 't': say_title(s); break;
	case 'l': say_amount(s, bound->limit, s->limit_unit); break;
	case 'u': say_amount(s, bound->used, s->unit); break;
	case 'a': say_amount(s, bound->asked, s->unit); break;
	case 'g': say_amount(s, bound->granted, s->unit); break;
	case 'b': say_amount(s, left_by(bound), s->unit); break;
	case 'p': say(s, given[s->is_refused][s->language]); break;
	case 'v': say_verdict(s); break;
	case 'm': say(s, met[bound->holds != 0][s->language]); break;
	case 'n': say(s, bound->attribute); break;
	case 'c': say(s, comparison_of(bound)->words[s->language]); break;
	case 'f': say_found(s); break;
	default: say_number(s, (int)bound->rule);
	}
}

static void set_units(struct sentence *s) {
	const Pb__Bound *bound = s->bound;
	bool is_own = s->title->form == FORM_CONDITION || bound->rule == PB__RULE__RULE_COMBINATION;
	s->unit = is_own ? bound->unit : s->title->unit;
	s->limit_unit = s->title->form == FORM_UNITS ? PB__UNIT__UNIT_MONEY : s->unit;
}

/* NULL: no memory. */
static const char *write_sentence(struct sentence *s, enum language language, struct arena *arena) {
	s->language = language;
	s->bytes = 0;
	for (const char *at = patterns[s->title->form][language]; *at; at++) {
		size_t plain = strcspn(at, "%");
		say_bytes(s, at, plain);
		at += plain;
		if (!*at)
			break;
		say_part(s, *++at);
	}
	return arena_string(arena, s->text, s->bytes);
}

static Pb__Explanation *explain(const Pb__Bound *bound, bool is_refused, struct arena *arena) {
	struct sentence s;
	s.bound = bound;
	s.title = title_of(bound);
	s.is_refused = is_refused;
	set_units(&s);
	Pb__Explanation *explanation = ARENA_NEW(arena, Pb__Explanation);
	if (!explanation)
		return NULL;
	pb__explanation__init(explanation);
	explanation->en = write_sentence(&s, ENGLISH, arena);
	explanation->zh = write_sentence(&s, CHINESE, arena);
	return explanation->en && explanation->zh ? explanation : NULL;
}

Pb__Explanation *explain_bound(const Pb__Bound *bound, struct arena *arena) {
	return explain(bound, false, arena);
}

static bool explain_all(Pb__Bound *const *bounds, size_t count, bool is_refused,
    struct arena *arena, Pb__Explanation ***ret_list) {
	Pb__Explanation **list = arena_alloc(arena, count * sizeof(list[0]));
	for (size_t i = 0; list && i < count; i++) {
		list[i] = explain(bounds[i], is_refused, arena);
		if (!list[i])
			return false;
	}
	if (list)
		*ret_list = list;
	return list != NULL;
}

bool explain_refusal(const Pb__Refusal *refusal, struct arena *arena, Pb__Explanation ***ret_list,
    size_t *ret_count) {
	bool is_alone = !refusal->n_bounds && refusal->bound;
	size_t count = is_alone ? 1 : refusal->n_bounds;
	if (count &&
	    !explain_all(is_alone ? (Pb__Bound *const *)&refusal->bound : refusal->bounds, count, true,
	        arena, ret_list))
		return false;
	*ret_count = count;
	return true;
}

bool explain_reply(Pb__Reply *reply, struct arena *arena) {
	if (reply->refusal)
		return explain_refusal(reply->refusal, arena, &reply->explanation, &reply->n_explanation);
	size_t count = reply->decision ? reply->decision->n_bounds : 0;
	if (count && !explain_all(reply->decision->bounds, count, false, arena, &reply->explanation))
		return false;
	reply->n_explanation = count;
	return true;
}
