/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rule weighed, as a sentence: its title from a table, the name or attribute that it is about,
 * and what was weighed, in one of a few forms.
 */
#include "ledger/explain.h"

#include "base/text.h"

#include <string.h>

/* What a rule's sentence says after its title. */
enum form {
	FORM_NONE,     /* no such rule */
	FORM_CAP,      /* limit, used, asked, granted */
	FORM_COMPUTED, /* asked gives limit */
	FORM_BASE,     /* limit less used */
	FORM_FIXED,    /* limit alone */
	FORM_CONDITION,
	FORM_FACT, /* met or not */
};

/* With a name: en_of “name”, zh_of“name”zh_its; without: en, zh. */
struct title {
	enum form form;
	Pb__Unit asked; /* of FORM_CAP and FORM_COMPUTED */
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
	[PB__RULE__RULE_PER_UNIT] = { FORM_COMPUTED, NUMBER,
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
		"What the share of fund", "What the fund's share",
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

/* --- parts of a sentence --- */

/* A sentence under construction, in both languages; NULL somewhere: no memory. */
struct sentence {
	struct arena *arena;
	const Pb__Bound *bound;
	const struct title *title;
	const char *en, *zh; /* the title, with its name */
	bool is_refused;     /* it speaks of a refusal */
};

#define SAY(sentence, en_or_zh, ...) ((en_or_zh) = arena_printf((sentence)->arena, __VA_ARGS__))

struct amount {
	char text[TEXT_MONEY_BYTES];
};

static struct amount show(int64_t value, Pb__Unit unit) {
	struct amount amount;
	text_money(value, amount.text);
	if (unit == PB__UNIT__UNIT_MONEY)
		return amount;
	/* a count, plain: text_money writes two digits behind a point, and commas */
	char *to = amount.text;
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char reversed[TEXT_MONEY_BYTES];
	size_t count = 0;
	do
		reversed[count++] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		*to++ = '-';
	while (count)
		*to++ = reversed[--count];
	*to = '\0';
	return amount;
}

/* "company, team" in Chinese; other words stay as they are. NULL: no memory. */
static const char *kinds_in_chinese(struct sentence *s, const char *names) {
	static const struct {
		const char *en, *zh;
	} kinds[] = {
		{ "company", "企业" },
		{ "team", "创业团队" },
		{ "provider", "服务机构" },
		{ "space", "众创空间" },
	};
	const char *said = "";
	while (said && *names) {
		int bytes = (int)strcspn(names, ",");
		const char *zh = NULL;
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (strlen(kinds[i].en) == (size_t)bytes && !memcmp(kinds[i].en, names, (size_t)bytes))
				zh = kinds[i].zh;
		said = arena_printf(s->arena, "%s%s%.*s", said, *said ? "、" : "",
		    zh ? (int)strlen(zh) : bytes, zh ? zh : names);
		names += bytes;
		names += strspn(names, ", ");
	}
	return said;
}

static void say_title(struct sentence *s) {
	const char *name = s->bound->name[0] ? s->bound->name : s->bound->attribute;
	bool is_kind = s->bound->rule == PB__RULE__RULE_KIND;
	const char *zh_name = is_kind ? kinds_in_chinese(s, name) : name;
	const struct title *title = s->title;
	if (!name[0]) {
		s->en = title->en;
		s->zh = title->zh;
		return;
	}
	SAY(s, s->en, "%s “%s”", title->en_of, name);
	SAY(s, s->zh, "%s“%s”%s", title->zh_of, zh_name ? zh_name : name, title->zh_its);
}

/* What it meant for the decision. */
static const char *verdict_en(const struct sentence *s) {
	if (!s->bound->binds)
		return "";
	return s->is_refused || !s->bound->granted ? "; this stood against it"
	                                           : "; this decided the amount";
}

static const char *verdict_zh(const struct sentence *s) {
	if (!s->bound->binds)
		return "";
	return s->is_refused || !s->bound->granted ? "；因此不予通过" : "；金额由此确定";
}

/* --- forms --- */

/* A combination counts money or grants. */
static Pb__Unit unit_of(const struct sentence *s) {
	bool may_be_either = s->bound->rule == PB__RULE__RULE_COMBINATION;
	return may_be_either ? s->bound->unit : s->title->asked;
}

static void say_cap(struct sentence *s) {
	const Pb__Bound *bound = s->bound;
	Pb__Unit unit = unit_of(s);
	struct amount limit = show(bound->limit, unit), used = show(bound->used, unit);
	struct amount asked = show(bound->asked, unit), granted = show(bound->granted, unit);
	SAY(s, s->en, "%s: limit %s, used %s, asked %s, %s %s%s.", s->en, limit.text, used.text,
	    asked.text, s->is_refused ? "possible" : "granted", granted.text, verdict_en(s));
	SAY(s, s->zh, "%s：上限 %s，已用 %s，申请 %s，%s %s%s。", s->zh, limit.text, used.text,
	    asked.text, s->is_refused ? "可给予" : "核定", granted.text, verdict_zh(s));
}

static void say_computed(struct sentence *s) {
	bool is_money = s->title->asked == PB__UNIT__UNIT_MONEY;
	struct amount asked = show(s->bound->asked, s->title->asked);
	struct amount limit = show(s->bound->limit, PB__UNIT__UNIT_MONEY);
	SAY(s, s->en, is_money ? "%s: %s of expense gives %s%s." : "%s: %s units give %s%s.", s->en,
	    asked.text, limit.text, verdict_en(s));
	SAY(s, s->zh, is_money ? "%s：支出 %s，计得 %s%s。" : "%s：%s 个单位，计得 %s%s。", s->zh,
	    asked.text, limit.text, verdict_zh(s));
}

static void say_base(struct sentence *s) {
	struct amount limit = show(s->bound->limit, PB__UNIT__UNIT_MONEY);
	struct amount used = show(s->bound->used, PB__UNIT__UNIT_MONEY);
	struct amount base = show(s->bound->limit - s->bound->used, PB__UNIT__UNIT_MONEY);
	SAY(s, s->en, "%s: of %s, %s does not count, which leaves %s%s.", s->en, limit.text, used.text,
	    base.text, verdict_en(s));
	SAY(s, s->zh, "%s：%s 中不计入 %s，余 %s%s。", s->zh, limit.text, used.text, base.text,
	    verdict_zh(s));
}

static void say_fixed(struct sentence *s) {
	struct amount limit = show(s->bound->limit, PB__UNIT__UNIT_MONEY);
	SAY(s, s->en, "%s: %s%s.", s->en, limit.text, verdict_en(s));
	SAY(s, s->zh, "%s：%s%s。", s->zh, limit.text, verdict_zh(s));
}

static void say_fact(struct sentence *s) {
	SAY(s, s->en, "%s: %s.", s->en, s->bound->holds ? "met" : "not met");
	SAY(s, s->zh, "%s：%s。", s->zh, s->bound->holds ? "符合" : "不符合");
}

struct comparison {
	const char *en, *zh;
	bool zero_holds_above; /* 0 meets it when the bound is more than 0 */
};

static const struct comparison *comparison_of(const Pb__Bound *bound) {
	static const struct comparison comparisons[] = {
		[PB__COMPARISON__COMPARISON_UNSPECIFIED] = { "as the rules say", "按规则", false },
		[PB__COMPARISON__LESS] = { "less than", "小于", true },
		[PB__COMPARISON__AT_MOST] = { "at most", "不超过", true },
		[PB__COMPARISON__MORE] = { "more than", "大于", false },
		[PB__COMPARISON__AT_LEAST] = { "at least", "不少于", false },
		[PB__COMPARISON__EQUAL] = { "exactly", "等于", false },
	};
	bool is_known = bound->is > 0 &&
	    (size_t)bound->is < sizeof(comparisons) / sizeof(comparisons[0]);
	return &comparisons[is_known ? bound->is : 0];
}

/* A party that does not state an attribute has 0 there, and does not meet the condition. */
static void say_condition(struct sentence *s) {
	const Pb__Bound *bound = s->bound;
	const struct comparison *comparison = comparison_of(bound);
	struct amount limit = show(bound->limit, bound->unit);
	struct amount found = show(bound->asked, bound->unit);
	bool may_be_missing = bound->asked == 0 && !bound->holds;
	bool is_missing = may_be_missing && comparison->zero_holds_above && bound->limit > 0;
	const char *en = is_missing ? "is not stated" : may_be_missing ? "is 0 or not stated" : NULL;
	const char *zh = is_missing ? "未填报" : may_be_missing ? "实际为 0 或未填报" : NULL;
	if (!en) {
		SAY(s, en, "is %s", found.text);
		SAY(s, zh, "实际 %s", found.text);
	}
	SAY(s, s->en, "%s: asked for %s %s, %s: %s.", bound->attribute, comparison->en, limit.text,
	    en ? en : "", bound->holds ? "met" : "not met");
	SAY(s, s->zh, "%s：要求%s %s，%s：%s。", bound->attribute, comparison->zh, limit.text,
	    zh ? zh : "", bound->holds ? "符合" : "不符合");
}

static void say_unknown(struct sentence *s) {
	SAY(s, s->en, "Rule %d: limit %lld, used %lld, asked %lld.", (int)s->bound->rule,
	    (long long)s->bound->limit, (long long)s->bound->used, (long long)s->bound->asked);
	SAY(s, s->zh, "规则 %d：上限 %lld，已用 %lld，申请 %lld。", (int)s->bound->rule,
	    (long long)s->bound->limit, (long long)s->bound->used, (long long)s->bound->asked);
}

static void (*const forms[])(struct sentence *s) = {
	[FORM_NONE] = say_unknown,
	[FORM_CAP] = say_cap,
	[FORM_COMPUTED] = say_computed,
	[FORM_BASE] = say_base,
	[FORM_FIXED] = say_fixed,
	[FORM_CONDITION] = say_condition,
	[FORM_FACT] = say_fact,
};

static Pb__Explanation *explain(const Pb__Bound *bound, bool is_refused, struct arena *arena) {
	struct sentence s = {
		.arena = arena,
		.bound = bound,
		.title = title_of(bound),
		.is_refused = is_refused,
	};
	Pb__Explanation *explanation = ARENA_NEW(arena, Pb__Explanation);
	say_title(&s);
	if (!explanation || !s.en || !s.zh)
		return NULL;
	forms[s.title->form](&s);
	pb__explanation__init(explanation);
	explanation->en = s.en;
	explanation->zh = s.zh;
	return s.en && s.zh ? explanation : NULL;
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
