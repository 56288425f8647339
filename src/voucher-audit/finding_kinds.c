/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of findings in words. */
#include "voucher-audit/finding.h"

static const char *const NAMES[] = {
#define FINDING_NAME(name, text) [FINDING_##name] = text,
	FINDING_KINDS(FINDING_NAME)
#undef FINDING_NAME
};

static const struct {
	const char *en, *zh;
} SENTENCES[] = {
	[FINDING_FILE_DAMAGED] = { "The file is damaged here", "文件在此处损坏" },
	[FINDING_SEQUENCE] = { "Entries are missing, repeated or out of order",
	    "条目缺失、重复或顺序错误" },
	[FINDING_CHECKSUM] = { "The entry's bytes do not fit its checksum", "条目内容与校验和不符" },
	[FINDING_UNREADABLE] = { "The entry cannot be read", "条目无法解读" },
	[FINDING_TREE_HEAD] = { "The entries do not hash to the stored tree head",
	    "条目的哈希树与所存树根不符" },
	[FINDING_CHECKPOINT] = { "The journal does not continue a signed checkpoint",
	    "账本与已签名的检查点不相承接" },
	[FINDING_TIME] = { "Time does not rise from entry to entry", "条目时间未严格递增" },
	[FINDING_FOREIGN] = { "The entry is another ledger's", "条目属于另一账本" },
	[FINDING_SHAPE] = { "The entry lacks a part or has one that it must not have",
	    "条目缺少必要部分或含有多余部分" },
	[FINDING_ID_TWICE] = { "A command id took effect twice", "同一命令编号两次生效" },
	[FINDING_POSTING_SUM] = { "The postings do not sum to nought", "分录合计不为零" },
	[FINDING_POSTINGS] = { "The postings are not those of what was decided", "分录与决定内容不符" },
	[FINDING_BALANCE] = { "An account has a balance that it must not have",
	    "账户余额超出允许范围" },
	[FINDING_IDENTITY] = { "An identity of the books does not hold", "账目恒等式不成立" },
	[FINDING_ACTOR] = { "Nobody whom the ledger knew acted, or one who was revoked",
	    "操作者未登记或已被撤销" },
	[FINDING_ROLE] = { "No role of the one who acted may give this command",
	    "操作者的角色无权执行此命令" },
	[FINDING_OWNER] = { "Who acted has no part in the object", "操作者与该对象无关" },
	[FINDING_REGION] = { "Who acted does not answer for this region", "操作者不负责该区域" },
	[FINDING_FOUR_EYES] = { "The same person made and checked", "经办与复核为同一人" },
	[FINDING_UNKNOWN_OBJECT] = { "An object is named that is not there", "所指对象不存在" },
	[FINDING_STATE] = { "The object was not in a state for this", "对象当时的状态不允许此操作" },
	[FINDING_DEADLINE] = { "It came too early or too late", "操作时间过早或过迟" },
	[FINDING_AMOUNT] = { "An amount is not what it must be", "金额不正确" },
	[FINDING_DECISION] = { "What was decided is not what the rules give",
	    "决定与规则计算结果不符" },
	[FINDING_USED_TWICE] = { "What may be used once was used twice",
	    "只能使用一次的内容被重复使用" },
	[FINDING_DIGEST] = { "A hash is not that of what it stands for", "哈希值与所指内容不符" },
	[FINDING_BANK] = { "A bank statement and the books do not fit", "银行对账单与账目不符" },
	[FINDING_PERIOD] = { "A month of the books was not closed as it must be", "账期结账不合规定" },
};

_Static_assert(
    sizeof(SENTENCES) / sizeof(SENTENCES[0]) == FINDING_KIND_COUNT, "a sentence for every kind");

const char *finding_name(enum finding_kind kind) {
	return NAMES[kind];
}

const char *finding_sentence(enum finding_kind kind) {
	return SENTENCES[kind].en;
}

const char *finding_sentence_zh(enum finding_kind kind) {
	return SENTENCES[kind].zh;
}
