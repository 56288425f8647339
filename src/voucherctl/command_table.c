/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/command_table.h"

#include "base/check.h"
#include "voucherctl/command_rows.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
const struct parameter list_all[2] = { PAGING };
const struct parameter list_by_programme[3] = { BY_PROGRAMME, PAGING };
const struct parameter show_id[1] = {
	ARGUMENT("ID", TEXT, NULL, "its number"),
};
const struct parameter show_code[1] = {
	ARGUMENT("CODE", TEXT, NULL, "its code (or its number)"),
};

const struct noun command_nouns[] = {
	{ "fund", "/v1/funds", "money of a budget, before it goes to programmes", "资金" },
	{ "programme", "/v1/programmes", "voucher programmes: pool, rules, admitted providers",
		"项目：资金池、规则、入库机构" },
	{ "party", "/v1/parties", "companies, teams, service providers and spaces: the register",
		"企业、团队、服务机构和众创空间：台账" },
	{ "principal", "/v1/principals", "who may act: keys, tokens and their roles", "用户：证书、令牌和角色" },
	{ "application", "/v1/applications", "applications for vouchers and their review", "申请与审核" },
	{ "voucher", "/v1/vouchers", "vouchers: issue, reserve, extend, return, cancel",
		"创新券：发券、使用登记、延期、退券、作废" },
	{ "reservation", "/v1/reservations", "a voucher's use for a contract: redeem, release, withdraw",
		"使用登记：核销、释放、收回" },
	{ "claim", "/v1/claims", "claims for reimbursement, from submission to publication",
		"兑付申请：提交、审核、公示" },
	{ "settlement", "/v1/settlements", "payments: open, approve, send to the bank",
		"结算：开立、复核、付款" },
	{ "clawback", "/v1/clawbacks", "paid money that must come back: order, recover, write off",
		"追回：决定、收回、核销" },
	{ "house-account", "/v1/house-accounts", "our own accounts at banks", "本方账户" },
	{ "bank-file", "/v1/statements", "what a bank sends: statements, reports on payments",
		"银行文件：对账单、付款状态报告" },
	{ "bank-line", "/v1/bank-lines", "lines of bank statements: match, assign, resolve",
		"银行流水：核对、指派、处理" },
	{ "payment", "/v1/payments", "payments, and what the bank did with them", "付款及银行处理结果" },
	{ "reconciliation", NULL, "the bank's balance and ours, and what lies between",
		"银行存款余额调节表" },
	{ "period", "/v1/periods", "months: prepare, review, close, reopen", "会计期间：编制、复核、结账" },
	{ "sample", "/v1/samples", "samples of paid claims for re-audit", "抽查" },
	{ "take-up", "/v1/statistics/take-up", "what became of the money issued, by programme, region and month",
		"使用情况统计" },
	{ "clock", "/v1/statistics/waiting", "how long things wait, and where", "各环节办理时长" },
	{ "account", "/v1/accounts", "the trial balance", "试算平衡表" },
	{ "disclosure", "/public/v1/disclosures", "the publication list (needs no login)", "公示名单" },
	{ "journal", NULL, "every entry of the ledger, in order", "账本流水" },
	{ "books", NULL, "the books for other programs: plain text accounting, CSV", "账簿导出" },
	{ "statement", NULL, "a payee's month: what it claimed, what was paid, what is open",
		"收款方对账单：申请、审核、已付、未付" },
	{ "checkpoint", NULL, "the signed state of the ledger, and the keys that sign it", "账本检查点及其签名密钥" },
	{ "receipt", NULL, "proofs that an entry is in the books: get, verify, print", "入账凭据：取得、核验、打印" },
	{ "proof", NULL, "proofs that an entry is in the books, and that nothing was taken out of them",
		"账本证明：记录在账，且账本未被删改" },
	{ "tiles", NULL, "a copy of the ledger's tree for others to check: hashes alone", "账本哈希树的副本" },
	{ "command", "/v1/commands", "what became of a command, by its id", "按编号查询命令结果" },
	{ "batch", NULL, "many commands from a file", "批量执行命令" },
	{ "status", NULL, "is the server there, who am I, how far is the journal", "服务状态与当前用户" },
	{ "token", NULL, "access tokens for startups", "访问令牌" },
	{ "init", NULL, "make a new ledger on this machine", "新建账本" },
	{ "backup", NULL, "copy the ledger of this machine, also while voucherd runs", "备份账本（无需停机）" },
	{ "restore", NULL, "make a ledger from a backup, as of any entry or moment", "从备份恢复账本至任意时点" },
	{ "help", NULL, "explain a noun or a verb", "帮助" },
};
const size_t command_noun_count = sizeof(command_nouns) / sizeof(command_nouns[0]);
/* clang-format on */

static const struct verb_list *const lists[] = { &command_setup, &command_use, &command_money,
	&command_bank, &command_office };

const struct verb *command_verb(size_t index) {
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (index < lists[i]->count)
			return &lists[i]->verbs[index];
		index -= lists[i]->count;
	}
	return NULL;
}

const struct noun *command_find_noun(const char *noun) {
	for (size_t i = 0; i < command_noun_count; i++)
		if (strcmp(command_nouns[i].noun, noun) == 0)
			return &command_nouns[i];
	return NULL;
}

const struct verb *command_find_verb(const char *noun, const char *verb) {
	const struct verb *candidate;
	for (size_t i = 0; (candidate = command_verb(i)); i++) {
		if (strcmp(candidate->noun, noun) != 0)
			continue;
		if (verb ? candidate->verb && strcmp(candidate->verb, verb) == 0 : !candidate->verb)
			return candidate;
	}
	return NULL;
}

bool parameter_is_argument(const struct parameter *parameter) {
	return parameter->name[0] != '-';
}

bool parameter_is_named(const struct parameter *parameter, const char *option) {
	if (!parameter_is_argument(parameter))
		return strcmp(parameter->name, option) == 0;
	if (strncmp(option, "--", 2) != 0)
		return false;
	const char *name = parameter->name;
	for (option += 2; *name && *option == tolower((unsigned char)*name); option++)
		name++;
	return !*name && !*option;
}

const struct parameter *command_find_parameter(const struct verb *verb, const char *name) {
	for (size_t i = 0; i < verb->parameter_count; i++)
		if (strcmp(verb->parameters[i].name, name) == 0)
			return &verb->parameters[i];
	return NULL;
}
