/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of checks, in the order in which they look at an entry and learn from it. What learns
 * first is read by what learns later: objects before postings, since balances are counted by
 * programme.
 */
#include "voucher-audit/check_bank.h"
#include "voucher-audit/check_chain.h"
#include "voucher-audit/check_identities.h"
#include "voucher-audit/check_once.h"
#include "voucher-audit/check_persons.h"
#include "voucher-audit/check_postings.h"
#include "voucher-audit/decide.h"
#include "voucher-audit/learn.h"
#include "voucher-audit/look.h"

const struct check_row CHECKS[] = {
	{ "chain", "Sequence, time, ledger and command ids", "序号、时间、账本与命令编号", NULL,
	    check_chain, learn_chain, NULL },
	{ "persons", "Who acted: roles, owners, regions, four eyes",
	    "操作人员：角色、归属、区域、双人复核", NULL, check_persons, NULL, NULL },
	{ "once", "What may be used once: codes, contracts, invoices, bank files",
	    "只能使用一次的内容：代码、合同、发票、银行文件", NULL, check_once, NULL, NULL },
	{ "bank", "Bank statements against the books, both ways", "银行对账单与账目双向核对", NULL,
	    check_bank, NULL, check_bank_whole },
	{ "objects", "Vouchers, claims, payments, bank lines: one step after another",
	    "创新券、兑付、付款、银行流水的逐步变化", NULL, NULL, learn_entry, NULL },
	{ "decisions", "What the rules in force give: amounts, limits, deadlines",
	    "按当时有效规则重新计算:金额、限额、期限", decide_open, decide_before, decide_after, NULL },
	{ "postings", "Postings, balances of all accounts", "分录与全部账户余额", NULL, check_postings,
	    learn_postings, NULL },
	{ "identities", "Identities of funds, programmes, vouchers, house accounts",
	    "资金、项目、创新券、银行账户的恒等式", NULL, NULL, check_identities, check_whole },
};

const size_t CHECKS_COUNT = sizeof(CHECKS) / sizeof(CHECKS[0]);
