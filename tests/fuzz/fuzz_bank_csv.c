/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables and profiles from outside: what is taken holds together, what is refused is explained. The
 * input is a profile and a table, with a line "====" between them; without one it is a table, read
 * by a profile that asks for everything.
 */
#include "base/check.h"
#include "base/text.h"
#include "finance/bank_csv.h"
#include "unit/finance/bank_checks.h"

#include <string.h>

#define BORDER "\n====\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const char everything[] =
    "[profile]\nname = x\ncurrency = CNY\n"
    "[columns]\naccount = 本方账号 | 账号\ncurrency = 币种\nbooking_date = 交易时间 | 记账日期 | "
    "交易日\n"
    "time = 交易时间\nvalue_date = 起息日\ndebit = 借方发生额 | 借方金额\ncredit = 贷方发生额 | "
    "贷方金额\n"
    "amount = 金额\ndirection = 借/贷\nbalance = 余额\nserial = 流水号\nreference = 业务参考号\n"
    "bank_reference = 流程实例号\nother_account = 对方账号\nother_name = 对方单位名称\ntext = 用途 "
    "| 摘要\n"
    "[direction]\nin = 贷\nout = 借\n"
    "[labels]\naccount = 账号\nopening_balance = 期初余额\nclosing_balance = 期末余额\nlines = "
    "总笔数\n"
    "[trailer]\nbegins = 合计\n";

static void read_table(const struct bank_profile *profile, const char *data, size_t bytes) {
	struct arena arena;
	struct statement statement;
	struct file_mistake mistake = { 0 };
	arena_init(&arena, 0);
	if (bank_csv_read(profile, data, bytes, &arena, &statement, &mistake) == ERR_OK)
		bank_check_statement(&statement);
	else
		bank_check_mistake(&mistake);
	arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
	const char *text = (const char *)data;
	const char *border = bytes ? memmem(text, bytes, BORDER, strlen(BORDER)) : NULL;
	struct arena arena;
	struct bank_profile profile;
	struct file_mistake mistake = { 0 };
	arena_init(&arena, 0);
	const char *table = border ? border + strlen(BORDER) : text;
	size_t table_bytes = (size_t)(text + bytes - table);
	enum err err = border
	    ? bank_profile_parse(text, (size_t)(border - text), &arena, &profile, &mistake)
	    : bank_profile_parse(everything, strlen(everything), &arena, &profile, &mistake);
	check(border || err == ERR_OK);
	if (err == ERR_OK)
		read_table(&profile, table, table_bytes);
	else
		bank_check_mistake(&mistake);
	arena_done(&arena);
	return 0;
}
