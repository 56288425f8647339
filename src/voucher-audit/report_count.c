/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/report.h"

#include <stddef.h>

#define OBJECTS(name, en, zh)                                                                      \
	{ #name, en, zh, offsetof(struct model, name) + offsetof(struct objects, rows.count) }
#define ROWS(name, en, zh)                                                                         \
	{ #name, en, zh, offsetof(struct model, name) + offsetof(struct table, count) }

static const struct {
	const char *name, *en, *zh;
	size_t offset; /* of a count in struct model */
} COUNTS[] = {
	OBJECTS(funds, "funds", "资金"),
	OBJECTS(programmes, "programmes", "项目"),
	ROWS(rules, "rule sets", "规则版本"),
	OBJECTS(parties, "parties", "主体"),
	OBJECTS(applications, "applications", "申请"),
	OBJECTS(vouchers, "vouchers", "创新券"),
	OBJECTS(reservations, "reservations", "使用登记"),
	OBJECTS(claims, "claims", "兑付申请"),
	ROWS(invoices, "invoices", "发票"),
	OBJECTS(settlements, "settlements", "结算批次"),
	ROWS(payments, "payments", "付款"),
	OBJECTS(clawbacks, "clawbacks", "追回"),
	OBJECTS(statements, "bank statements", "银行对账单"),
	ROWS(lines, "bank lines", "银行流水"),
};

bool report_count_of(const struct report *report, size_t index, struct report_count *ret_count) {
	if (index >= sizeof(COUNTS) / sizeof(COUNTS[0]))
		return false;
	const char *model = (const char *)&report->auditor->model;
	*ret_count = (struct report_count){
		.name = COUNTS[index].name,
		.en = COUNTS[index].en,
		.zh = COUNTS[index].zh,
		.count = *(const uint64_t *)(model + COUNTS[index].offset),
	};
	return true;
}
