/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/labels.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct label {
	const char *name;
	const char *en; /* NULL: the name, with blanks */
	const char *zh;
};

/* clang-format off */
static const struct label fields[] = {
	{ "BankAccount.holder_name", "account holder", "户名" },
	{ "BankAccount.number", "account", "账号" },
	{ "account", NULL, "账户" },
	{ "allocated", NULL, "已分配" },
	{ "amount", NULL, "金额" },
	{ "annual_pool", NULL, "年度资金池" },
	{ "application", NULL, "申请" },
	{ "appropriated", NULL, "拨入" },
	{ "approved_by", NULL, "复核人" },
	{ "as_of", "as of entry", "截至序号" },
	{ "asked", NULL, "申请额" },
	{ "attribute", NULL, "指标" },
	{ "attributes", "attributes (money in fen)", "指标（金额以分计）" },
	{ "available", NULL, "可用" },
	{ "balance", NULL, "余额" },
	{ "bank_account", NULL, "银行账户" },
	{ "bank_code", NULL, "联行号" },
	{ "bank_reference", NULL, "银行流水号" },
	{ "binds", NULL, "起决定作用" },
	{ "bounds", "rules weighed", "规则核算" },
	{ "by_token", "token", "令牌" },
	{ "cancelled", NULL, "已作废" },
	{ "categories", NULL, "服务类别" },
	{ "category", NULL, "服务类别" },
	{ "claim", NULL, "兑付申请" },
	{ "claim_by_us", "claim by", "兑付截止" },
	{ "claimed", NULL, "已申请兑付" },
	{ "claims", NULL, "兑付申请" },
	{ "claim_within_days", NULL, "兑付期限（天）" },
	{ "code", NULL, "编码" },
	{ "conditions", "conditions (money in fen)", "条件（金额以分计）" },
	{ "contract_number", "contract", "合同登记编号" },
	{ "controller", NULL, "实际控制人" },
	{ "countersign", NULL, "二次审核" },
	{ "currency", NULL, "币种" },
	{ "cutoff", NULL, "截止序号" },
	{ "date", NULL, "日期" },
	{ "document", NULL, "文件" },
	{ "effective_from", NULL, "生效日期" },
	{ "eligible", NULL, "可补贴金额" },
	{ "exclusions", NULL, "不支持" },
	{ "fund", NULL, "资金" },
	{ "held", NULL, "占用" },
	{ "holder", NULL, "持券主体" },
	{ "holder_name", NULL, "持券主体名称" },
	{ "holder_per_year", NULL, "单个主体年度上限" },
	{ "id", NULL, "编号" },
	{ "in_payment", NULL, "付款中" },
	{ "invoices", NULL, "发票" },
	{ "is", "is", "比较" },
	{ "issued", NULL, "已发券" },
	{ "kind", NULL, "类型" },
	{ "kinds", NULL, "主体类型" },
	{ "label", NULL, "标签" },
	{ "limit", NULL, "上限" },
	{ "live", NULL, "未使用" },
	{ "name", NULL, "名称" },
	{ "number", NULL, "号码" },
	{ "owner", NULL, "资金/项目" },
	{ "paid", NULL, "已付" },
	{ "party", NULL, "主体" },
	{ "payable", NULL, "应付" },
	{ "payee", NULL, "收款方" },
	{ "payment", NULL, "付款" },
	{ "payments", NULL, "付款明细" },
	{ "payments_count", "payments", "付款笔数" },
	{ "payments_digest", NULL, "付款摘要" },
	{ "per_contract", NULL, "单个合同上限" },
	{ "per_year", NULL, "年度上限" },
	{ "person", NULL, "人员" },
	{ "pool_share_bp", "share of pool", "资金池占比" },
	{ "prepared_by", NULL, "经办人" },
	{ "principal", NULL, "用户" },
	{ "programme", NULL, "项目" },
	{ "provider", NULL, "服务机构" },
	{ "provider_name", NULL, "服务机构名称" },
	{ "publication_days", NULL, "公示天数" },
	{ "publication_ends_us", "publication ends", "公示截止" },
	{ "purpose", NULL, "用途" },
	{ "ratio_bp", "ratio", "补贴比例" },
	{ "reason", NULL, "原因" },
	{ "redeemed", NULL, "已核销" },
	{ "reference", NULL, "付款参考号" },
	{ "region", NULL, "行政区划" },
	{ "related", NULL, "关联方" },
	{ "related_parties_allowed", NULL, "允许关联方" },
	{ "released", NULL, "已释放" },
	{ "reservation", NULL, "使用登记" },
	{ "reserved", NULL, "已登记" },
	{ "returned", NULL, "已退回" },
	{ "revoked", NULL, "已撤销" },
	{ "roles", NULL, "角色" },
	{ "root", NULL, "根摘要" },
	{ "rule", NULL, "规则" },
	{ "rule_version", NULL, "规则版本" },
	{ "rules", NULL, "规则" },
	{ "settlement", NULL, "结算批次" },
	{ "size", "journal entries", "账本条目数" },
	{ "status", NULL, "状态" },
	{ "statuses", NULL, "资质" },
	{ "subject", NULL, "对象" },
	{ "subsidy", NULL, "补贴" },
	{ "suspended", NULL, "已暂停" },
	{ "tier", NULL, "档次" },
	{ "tiers", NULL, "补贴档次" },
	{ "time_us", "time", "时间" },
	{ "title", NULL, "标题" },
	{ "total", NULL, "合同总额" },
	{ "use_by_us", "use by", "使用截止" },
	{ "used", NULL, "已用" },
	{ "use_within_days", NULL, "使用期限（天）" },
	{ "utc_offset_minutes", "UTC offset", "时区" },
	{ "value", NULL, "数值" },
	{ "version", NULL, "版本" },
	{ "voucher", NULL, "创新券" },
	{ "voucher_amount_max", NULL, "单张上限" },
	{ "vouchers", NULL, "发券张数" },
	{ "vouchers_at_once", NULL, "同时持有张数" },
	{ "year", NULL, "年度" },
};

static const struct label values[] = {
	{ "active", NULL, "有效" },
	{ "admin", NULL, "管理员" },
	{ "application", NULL, "申请额" },
	{ "approved", NULL, "已通过" },
	{ "approver", NULL, "复核" },
	{ "auditor", NULL, "审计" },
	{ "cancelled", NULL, "已取消" },
	{ "closed", NULL, "已结清" },
	{ "company", NULL, "企业" },
	{ "condition", NULL, "条件" },
	{ "countersigned", NULL, "二审通过" },
	{ "failed", NULL, "付款失败" },
	{ "finance", NULL, "财政" },
	{ "fund", NULL, "资金" },
	{ "fund_appropriated", NULL, "资金拨入" },
	{ "fund_available", NULL, "资金可用" },
	{ "holder_per_year", "holder per year", "主体年度上限" },
	{ "in_settlement", "in settlement", "结算中" },
	{ "invoices", NULL, "发票" },
	{ "issued", NULL, "已发券" },
	{ "open", NULL, "进行中" },
	{ "operator", NULL, "经办" },
	{ "paid", NULL, "已付" },
	{ "per_contract", "per contract", "单个合同上限" },
	{ "pool", NULL, "资金池" },
	{ "prepared", NULL, "待复核" },
	{ "programme_available", NULL, "项目可用" },
	{ "programme_in_payment", NULL, "项目付款中" },
	{ "programme_live", NULL, "项目未使用券" },
	{ "programme_paid", NULL, "项目已付" },
	{ "programme_payable", NULL, "项目应付" },
	{ "programme_reserved", NULL, "项目已登记" },
	{ "provider", NULL, "服务机构" },
	{ "published", NULL, "公示中" },
	{ "ratio", NULL, "补贴比例" },
	{ "reconciled", NULL, "已对账" },
	{ "redeemed", NULL, "已核销" },
	{ "rejected", NULL, "已拒绝" },
	{ "reservation", NULL, "使用登记" },
	{ "returned", NULL, "已退回" },
	{ "reviewer", NULL, "审核" },
	{ "startup", NULL, "企业用户" },
	{ "submitted", NULL, "待审核" },
	{ "team", NULL, "创业团队" },
	{ "tier_per_year", "tier per year", "档次年度上限" },
	{ "tier_pool_share", "tier's share of the pool", "档次资金池占比" },
	{ "voucher", NULL, "创新券余额" },
	{ "voucher_amount", "voucher amount", "单张上限" },
	{ "vouchers_at_once", "vouchers at once", "同时持有张数" },
	{ "yes", NULL, "是" },
};
/* clang-format on */

static const struct label *find(const struct label *labels, size_t count, const char *name) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(labels[i].name, name) == 0)
			return &labels[i];
	return NULL;
}

static const struct label *find_field(const char *message, const char *field) {
	char path[64];
	const struct label *label = NULL;
	if (message && snprintf(path, sizeof(path), "%s.%s", message, field) < (int)sizeof(path))
		label = find(fields, sizeof(fields) / sizeof(fields[0]), path);
	return label ? label : find(fields, sizeof(fields) / sizeof(fields[0]), field);
}

const char *label_of_field(
    const char *message, const char *field, enum lang lang, struct arena *arena) {
	const struct label *label = find_field(message, field);
	if (label && (label->en || lang == LANG_ZH))
		return lang_pick(lang, label->en, label->zh);
	char *text = arena_string(arena, field, strlen(field));
	for (char *c = text; c && *c; c++)
		if (*c == '_')
			*c = ' ';
	return text;
}

const char *label_of_value(const char *name, enum lang lang) {
	const struct label *label = find(values, sizeof(values) / sizeof(values[0]), name);
	if (!label)
		return name;
	return lang_pick(lang, label->en ? label->en : name, label->zh);
}
