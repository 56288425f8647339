/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/help_zh.h"

#include <string.h>

/* clang-format off */
static const struct {
	const char *noun, *verb, *zh;
} sentences[] = {
	{ "settlement", "open", "开立结算批次：每个收款主体一笔付款" },
	{ "settlement", "approve", "由另一人复核并批准恰好这些付款" },
	{ "settlement", "cancel", "在发送前作废结算批次" },
	{ "settlement", "record-payment", "登记银行对一笔付款的处理结果" },
	{ "settlement", "payment-file", "生成并登记银行付款文件（ISO 20022 pain.001 或银行 CSV）；再次生成内容相同" },
	{ "settlement", "record-file", "登记在别处生成的付款文件" },
	{ "settlement", "list", "列出结算批次" },
	{ "settlement", "show", "查看结算批次及其付款" },
	{ "clawback", "order", "责令追回已付款项" },
	{ "clawback", "recover", "登记收回的款项" },
	{ "clawback", "write-off", "由另一人核销无法收回的款项" },
	{ "clawback", "list", "列出追回" },
	{ "clawback", "show", "查看一项追回" },
	{ "house-account", "register", "登记本方在银行的账户" },
	{ "house-account", "list", "列出本方账户及其未核对事项" },
	{ "house-account", "show", "查看一个本方账户" },
	{ "bank-file", "show", "查看银行文件的内容，不连接服务器" },
	{ "bank-file", "import", "导入对账单或付款状态报告：要么全部，要么不导入" },
	{ "bank-file", "list", "列出已导入的对账单" },
	{ "bank-line", "list", "列出银行流水及其状态" },
	{ "bank-line", "show", "查看一条流水及其对应或可能对应的款项" },
	{ "bank-line", "match", "指明一条或几条未核对流水属于哪些付款" },
	{ "bank-line", "unmatch", "撤销流水的核对或处理" },
	{ "bank-line", "assign", "指派未核对流水的责任人并说明原因" },
	{ "bank-line", "resolve", "了结与账本付款无关或已处理完毕的流水" },
	{ "payment", "list", "列出付款及银行的处理结果" },
	{ "reconciliation", NULL, "银行存款余额调节表" },
	{ "period", "prepare", "编制一个月的数据，供另一人复核" },
	{ "period", "review", "由另一人复核恰好这些数据" },
	{ "period", "close", "结账：此后不得再有该月的业务" },
	{ "period", "reopen", "反结账：重新打开最近结账的月份" },
	{ "period", "list", "列出各月" },
	{ "period", "show", "查看一个月的数据" },
	{ "books", "export", "将账本导出为其他程序的文件" },
	{ "books", "balances", "截至任一序号或日期的试算平衡表" },
	{ "books", "account", "一个账户的明细账，含逐笔余额" },
	{ "checkpoint", "show", "查看最新的已签名检查点" },
	{ "checkpoint", "new-key", "在本机生成新的检查点签名密钥" },
	{ "checkpoint", "rotate-key", "更换检查点签名密钥" },
	{ "backup", NULL, "复制本机账本，无需停机；已有副本则续接" },
	{ "restore", NULL, "从备份恢复账本，至任一序号或时点" },
	{ "receipt", "get", "取得条目的入账凭据" },
	{ "receipt", "verify", "脱机核验凭据" },
	{ "receipt", "qr", "将凭据显示为二维码（容量允许时）" },
	{ "proof", "inclusion", "证明一条记录在账本的哈希树中" },
	{ "proof", "consistency", "证明账本仍以从前的内容开头" },
	{ "tiles", NULL, "将账本的哈希树复制到目录，或更新该副本" },
	{ "statement", NULL, "收款主体的月度对账单：申请、审核、已付、未付" },
};
/* clang-format on */

const char *help_zh_of_verb(const struct verb *verb) {
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		const char *own = sentences[i].verb;
		bool is_verb = own && verb->verb ? strcmp(own, verb->verb) == 0 : own == verb->verb;
		if (is_verb && strcmp(sentences[i].noun, verb->noun) == 0)
			return sentences[i].zh;
	}
	return NULL;
}
