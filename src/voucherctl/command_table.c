/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/command_table.h"

#include "base/check.h"
#include "voucherctl/actions.h"

#include <ctype.h>
#include <string.h>

/* --- parameters: one array per verb that has any --- */

/* clang-format off */
#define REQUIRED PARAMETER_REQUIRED
#define REPEATED PARAMETER_REPEATED
#define ARGUMENT(name, type, field, help) \
	{ name, PARAMETER_##type, REQUIRED, field, NULL, help, NULL }
#define OPTION(name, type, flags, field, value, help) \
	{ name, PARAMETER_##type, flags, field, value, help, NULL }
#define OPTIONAL(name, type, field, help) { name, PARAMETER_##type, 0, field, NULL, help, NULL }
#define REASON(flags) OPTION("--reason", TEXT, flags, "reason", "TEXT", "why; kept in the journal")
#define EVIDENCE OPTION("--evidence", EVIDENCE, REPEATED, "evidence", "FILE", \
	"a document; its SHA-256 is kept, not the file (or sha256:HEX)")

static const struct parameter fund_create[] = {
	ARGUMENT("CODE", TEXT, "code", "short name of the fund: a-z 0-9 . _ -"),
	OPTION("--name", TEXT, REQUIRED, "name", "TEXT", "its name for people"),
	OPTION("--currency", TEXT, 0, "currency", "CODE", "ISO 4217; else the ledger's first"),
};
static const struct parameter fund_appropriate[] = {
	ARGUMENT("FUND", TEXT, "fund", "code of the fund"),
	ARGUMENT("AMOUNT", MONEY, "amount", "what the budget grants, in yuan: 5,000,000.00"),
	OPTION("--document", TEXT, REQUIRED, "document", "TEXT", "the budget document"),
};

static const struct parameter programme_create[] = {
	ARGUMENT("CODE", TEXT, "code", "short name of the programme: a-z 0-9 . _ -"),
	OPTION("--name", TEXT, REQUIRED, "name", "TEXT", "its name for people"),
	OPTION("--region", TEXT, REQUIRED, "region", "DIGITS",
		"GB/T 2260 code: what counts as local"),
	{ "--utc-offset", PARAMETER_OFFSET, 0, "utc_offset_minutes", "+HH:MM",
		"of its calendar; else that of China", "+08:00" },
	OPTION("--currency", TEXT, 0, "currency", "CODE", "ISO 4217; else the ledger's first"),
};
static const struct parameter programme_allocate[] = {
	ARGUMENT("PROGRAMME", TEXT, "programme", "code of the programme"),
	ARGUMENT("AMOUNT", MONEY, "amount", "what goes from the fund to its pool, in yuan"),
	OPTION("--fund", TEXT, REQUIRED, "fund", "CODE", "where the money comes from"),
};
static const struct parameter programme_publish_rules[] = {
	ARGUMENT("FILE", FILE, NULL, "the rules as JSON; \"-\" reads standard input"),
	OPTION("--programme", TEXT, 0, NULL, "CODE", "when the file does not name the programme"),
};
static const struct parameter programme_file[] = {
	ARGUMENT("FILE", FILE, NULL, "the rules as JSON; \"-\" reads standard input"),
};
static const struct parameter bank_file_show[] = {
	ARGUMENT("FILE", FILE, NULL, "pain.002 or camt.053 as XML; \"-\" reads standard input"),
};
static const struct parameter programme_try[] = {
	ARGUMENT("FILE", FILE, NULL, "the rules as JSON"),
	ARGUMENT("CASES", FILE, NULL,
		"CSV with a heading, amounts in yuan; of a holder's attributes, 42 is a count and 42.00 is "
		"yuan; voucherctl(1) lists the columns"),
	OPTION("--region", TEXT, 0, NULL, "DIGITS",
		"GB/T 2260 code of the programme, where the cases do not say it"),
	OPTION("--umbrella", FILE, REPEATED, NULL, "FILE",
		"rules of the programme that it is part of, and then of that one's: their joint caps bind"),
};
static const struct parameter programme_admit[] = {
	ARGUMENT("PROGRAMME", TEXT, "programme", "code of the programme"),
	ARGUMENT("PROVIDER", TEXT, "party", "code of the service provider"),
	OPTION("--category", TEXT, REPEATED, "categories", "NAME",
		"a service it may deliver; else every one of the programme"),
};

#define PARTY_OPTIONS(when_new) \
	OPTION("--name", TEXT, 0, "name", "TEXT", "its registered name; of a team: --contact"), \
	OPTION("--region", TEXT, when_new, "region", "DIGITS", "GB/T 2260 code of where it is"), \
	OPTION("--number", COUNTED, REPEATED, "attributes", "NAME=NUMBER", \
		"what rules ask for, counted: staff=42"), \
	OPTION("--money", VALUED, REPEATED, "attributes", "NAME=AMOUNT", \
		"the same in yuan: revenue_last_year=8,000,000.00"), \
	OPTION("--status", TEXT, REPEATED, "statuses", "NAME", "a status it holds: 科技型中小企业"), \
	OPTION("--controller", TEXT, 0, "controller", "CODE", "its actual controller"), \
	OPTION("--related", TEXT, REPEATED, "related", "CODE", "a party it is related to"), \
	OPTION("--account", TEXT, 0, "bank_account.number", "DIGITS", "bank account to be paid to"), \
	OPTION("--bank-code", TEXT, 0, "bank_account.bank_code", "DIGITS", "12-digit CNAPS code"), \
	OPTION("--account-name", TEXT, 0, "bank_account.holder_name", "TEXT", "holder of the account"), \
	OPTION("--contact", TEXT, 0, "personal.name", "TEXT", \
		"a natural person's name: of a team, or a contact; it can be erased"), \
	OPTION("--telephone", TEXT, 0, "personal.telephone", "TEXT", "the person's telephone"), \
	OPTION("--identity-number", TEXT, 0, "personal.identity_number", "TEXT", \
		"the person's identity number"), \
	OPTION("--personal-account", TEXT, 0, "personal.bank_account.number", "DIGITS", \
		"of a team: the person's bank account"), \
	OPTION("--personal-bank-code", TEXT, 0, "personal.bank_account.bank_code", "DIGITS", \
		"its 12-digit CNAPS code"), \
	OPTION("--personal-account-name", TEXT, 0, "personal.bank_account.holder_name", "TEXT", \
		"its holder")

static const struct parameter party_register[] = {
	ARGUMENT("CODE", TEXT, "code", "unified social credit code; a team: T- and a number"),
	OPTION("--kind", ENUM, REQUIRED, "kind", "KIND", "company, team, provider or space"),
	PARTY_OPTIONS(REQUIRED),
	OPTION("--code-override-reason", TEXT, 0, "code_override_reason", "TEXT",
		"why a code that fails its check is right all the same"),
};
static const struct parameter party_update[] = {
	ARGUMENT("CODE", TEXT, "code", "code of the party"),
	PARTY_OPTIONS(0),
};
static const struct parameter party_suspend[] = {
	ARGUMENT("CODE", TEXT, "party", "code of the party"),
	REASON(REQUIRED),
};

static const struct parameter party_blacklist[] = {
	ARGUMENT("CODE", TEXT, "party", "code of the party"),
	REASON(REQUIRED),
	OPTION("--until", DATE, 0, "until", "DATE", "last day, YYYY-MM-DD; else until it is reinstated"),
};
static const struct parameter party_assess[] = {
	ARGUMENT("PROGRAMME", TEXT, "programme", "code of the programme"),
	ARGUMENT("CODE", TEXT, "party", "code of the party"),
	ARGUMENT("YEAR", NUMBER, "year", "the year that is assessed"),
	OPTION("--passed", FLAG, 0, "passed", NULL, "it passed; else it failed, and --reason says why"),
	OPTION("--document", TEXT, 0, "document", "TEXT", "the assessment"),
	REASON(0),
};
static const struct parameter party_assign[] = {
	ARGUMENT("CODE", TEXT, "party", "code of the party"),
	OPTION("--owner", TEXT, REQUIRED, "owner", "NUMBER", "staff number of who answers for it"),
	OPTION("--task", TEXT, 0, "task", "TEXT", "what is due"),
	OPTION("--deadline", DATE, 0, "deadline", "DATE", "by when, YYYY-MM-DD"),
};
static const struct parameter programme_agreement[] = {
	ARGUMENT("PROGRAMME", TEXT, "programme", "code of the programme"),
	ARGUMENT("PARTY", TEXT, "party", "code of the holder"),
	OPTION("--document", TEXT, REQUIRED, "document", "TEXT", "the agreement"),
	OPTION("--tier", NUMBER, REQUIRED, "terms.id", "TIER",
		"number of the terms; that of a tier shares its usage"),
	OPTION("--name", TEXT, REQUIRED, "terms.name", "TEXT", "what decisions call the terms"),
	OPTION("--ratio-bp", NUMBER, 0, "terms.ratio_bp", "POINTS",
		"subsidy in basis points of the eligible expense: 5000 is a half; or"),
	OPTION("--fixed", MONEY, 0, "terms.fixed", "AMOUNT", "the subsidy itself, in yuan; or"),
	OPTION("--per-unit", MONEY, 0, "terms.per_unit", "AMOUNT", "the subsidy for each unit"),
	OPTION("--per-contract", MONEY, 0, "terms.per_contract", "AMOUNT", "at most, of one contract"),
	OPTION("--per-year", MONEY, 0, "terms.per_year", "AMOUNT", "at most, in a calendar year"),
	OPTION("--category", TEXT, REPEATED, "terms.categories", "NAME", "for these; else for all"),
	OPTION("--caps-waived", FLAG, 0, "caps_waived", NULL, "the caps of the rules do not bind"),
	OPTION("--from", DATE, REQUIRED, "from", "DATE", "first day, YYYY-MM-DD"),
	OPTION("--until", DATE, REQUIRED, "until", "DATE", "last day, YYYY-MM-DD"),
};

static const struct parameter principal_register[] = {
	OPTION("--person", TEXT, REQUIRED, "person", "NUMBER", "staff number or pseudonym, not a name"),
	OPTION("--role", ENUM, REQUIRED | REPEATED, "roles", "ROLE",
		"admin operator reviewer approver finance auditor provider startup"),
	OPTION("--party", TEXT, 0, "party", "CODE", "whom a provider or startup acts for"),
	OPTION("--certificate", CERTIFICATE, 0, "certificate_spki", "FILE", "a certificate, PEM"),
	OPTION("--spki", DIGEST, 0, "certificate_spki", "HEX", "or the SHA-256 of its public key"),
	OPTION("--token-hash", DIGEST, 0, "token", "HEX", "or the hash that \"token new\" showed"),
	OPTION("--label", TEXT, 0, "label", "TEXT", "tells several keys of one person apart"),
	OPTION("--region", TEXT, 0, "region", "DIGITS",
		"staff: sees and decides the files of this division only (GB/T 2260)"),
};
static const struct parameter principal_revoke[] = {
	ARGUMENT("PRINCIPAL", NUMBER, "principal", "number of the principal"),
	REASON(REQUIRED),
};

#define EXPENSE \
	OPTION("--vat", MONEY, 0, "vat", "AMOUNT", "VAT in what is eligible"), \
	OPTION("--earlier", MONEY, 0, "earlier", "AMOUNT", "of what is eligible: spent before this year"), \
	OPTION("--units", NUMBER, 0, "units", "COUNT", "of awards for each unit: how many")

static const struct parameter application_submit[] = {
	ARGUMENT("PROGRAMME", TEXT, "programme", "code of the programme"),
	OPTIONAL("AMOUNT", MONEY, "amount",
		"what the voucher shall be worth, in yuan; other instruments: what the rules give"),
	OPTION("--party", TEXT, 0, "party", "CODE", "for whom, when staff applies"),
	OPTION("--purpose", TEXT, 0, "purpose", "TEXT", "what it is for"),
	OPTION("--document", DOCUMENT, REPEATED, "documents", "KIND:NUMBER[:DATE[:FILE]]",
		"a document that the rules ask for; of the file its SHA-256 is kept"),
	OPTION("--replaces", NUMBER, 0, "replaces", "APPLICATION",
		"the returned or rejected one that this corrects"),
	OPTION("--category", TEXT, 0, "category", "NAME", "not vouchers: what is subsidised"),
	OPTION("--provider", TEXT, 0, "provider", "CODE", "not vouchers: who delivered it"),
	OPTION("--contract", TEXT, 0, "contract_number", "TEXT",
		"not vouchers: registration number of the contract"),
	OPTION("--total", MONEY, 0, "total", "AMOUNT", "not vouchers: the contract's total"),
	OPTION("--eligible", MONEY, 0, "eligible", "AMOUNT", "not vouchers: what of it may be subsidised"),
	EXPENSE,
	OPTION("--beneficiary", TEXT, 0, "beneficiary", "TEXT",
		"pseudonym of the person or thing rewarded; else the applicant"),
	OPTION("--claim", NUMBER, 0, "claim", "CLAIM", "the paid claim that is topped up"),
	EVIDENCE,
};
static const struct parameter application_approve[] = {
	ARGUMENT("APPLICATION", NUMBER, "application", "number of the application"),
};
static const struct parameter application_reject[] = {
	ARGUMENT("APPLICATION", NUMBER, "application", "number of the application"),
	REASON(REQUIRED),
};

static const struct parameter voucher_issue[] = {
	ARGUMENT("APPLICATION", NUMBER, "application", "number of the approved application"),
	OPTIONAL("AMOUNT", MONEY, "amount",
		"at most what was applied for, in yuan; not vouchers: as the rules compute it"),
};
static const struct parameter voucher_qr[] = {
	ARGUMENT("VOUCHER", TEXT, NULL, "its code (checked), or its number"),
	OPTION("--svg", FILE, 0, NULL, "FILE", "writes an SVG image; \"-\" is standard output"),
};
static const struct parameter voucher_expire[] = {
	OPTIONAL("VOUCHER", NUMBER, "voucher", "number of the voucher"),
	OPTION("--reservation", NUMBER, 0, "reservation", "RESERVATION", "or of a reservation"),
};
static const struct parameter voucher_reserve[] = {
	ARGUMENT("VOUCHER", NUMBER, "voucher", "number of the voucher"),
	OPTION("--provider", TEXT, REQUIRED, "provider", "CODE", "the service provider"),
	OPTION("--contract", TEXT, REQUIRED, "contract_number", "TEXT",
		"registration number of the contract"),
	OPTION("--category", TEXT, REQUIRED, "category", "NAME", "the service: 样品测试检验"),
	OPTION("--total", MONEY, REQUIRED, "total", "AMOUNT", "the contract's total, in yuan"),
	OPTION("--eligible", MONEY, REQUIRED, "eligible", "AMOUNT", "what of it may be subsidised"),
	EXPENSE,
};
static const struct parameter voucher_return[] = {
	ARGUMENT("VOUCHER", NUMBER, "voucher", "number of the voucher"),
	REASON(0),
};
static const struct parameter voucher_cancel[] = {
	ARGUMENT("VOUCHER", NUMBER, "voucher", "number of the voucher"),
	REASON(REQUIRED),
};

static const struct parameter reservation_redeem[] = {
	ARGUMENT("RESERVATION", NUMBER, "reservation", "number of the reservation"),
	ARGUMENT("AMOUNT", MONEY, "amount", "of the subsidy held, for this milestone, in yuan"),
	OPTION("--milestone", TEXT, 0, "milestone", "TEXT", "what was delivered and accepted"),
	EVIDENCE,
};
static const struct parameter reservation_release[] = {
	ARGUMENT("RESERVATION", NUMBER, "reservation", "number of the reservation"),
	REASON(0),
};

static const struct parameter reservation_withdraw[] = {
	ARGUMENT("RESERVATION", NUMBER, "reservation", "number of the reservation"),
	REASON(REQUIRED),
};

static const struct parameter claim_submit[] = {
	ARGUMENT("RESERVATION", NUMBER, "reservation", "number of the reservation"),
	ARGUMENT("AMOUNT", MONEY, "amount", "of what has been redeemed and not been claimed, in yuan"),
	OPTION("--invoice", INVOICE, REPEATED, "invoices", "[CODE:]NUMBER:AMOUNT:DATE[:VAT]",
		"24112000000012345678:150000.00:2026-11-01; not for grants of a fixed amount"),
	EVIDENCE,
	OPTION("--replaces", NUMBER, 0, "replaces", "CLAIM", "the returned claim that this corrects"),
};
static const struct parameter claim_only[] = {
	ARGUMENT("CLAIM", NUMBER, "claim", "number of the claim"),
};
static const struct parameter claim_with_reason[] = {
	ARGUMENT("CLAIM", NUMBER, "claim", "number of the claim"),
	REASON(REQUIRED),
};

static const struct parameter claim_object[] = {
	ARGUMENT("CLAIM", NUMBER, "claim", "number of the published claim"),
	REASON(REQUIRED),
	EVIDENCE,
};
static const struct parameter claim_resolve[] = {
	ARGUMENT("CLAIM", NUMBER, "claim", "number of the claim"),
	OPTION("--upheld", FLAG, 0, "upheld", NULL,
		"the objection is right and the claim is rejected; else it is published as before"),
	REASON(REQUIRED),
};

static const struct parameter clawback_order[] = {
	ARGUMENT("CLAIM", NUMBER, "claim", "number of the paid claim"),
	ARGUMENT("AMOUNT", MONEY, "amount", "of what it paid, in yuan"),
	OPTION("--ground", ENUM, REQUIRED, "ground", "GROUND", "fraud, misuse or error"),
	REASON(REQUIRED),
	OPTION("--due", DATE, 0, "due", "DATE", "last day to pay it back, YYYY-MM-DD"),
};
static const struct parameter clawback_recover[] = {
	ARGUMENT("CLAWBACK", NUMBER, "clawback", "number of the clawback"),
	ARGUMENT("AMOUNT", MONEY, "amount", "what came back, in yuan"),
	OPTION("--bank-reference", TEXT, REQUIRED, "bank_reference", "TEXT", "the bank's reference"),
	OPTION("--value-date", DATE, 0, "value_date", "DATE", "YYYY-MM-DD"),
};
static const struct parameter clawback_write_off[] = {
	ARGUMENT("CLAWBACK", NUMBER, "clawback", "number of the clawback"),
	ARGUMENT("AMOUNT", MONEY, "amount", "what cannot be recovered, in yuan"),
	REASON(REQUIRED),
};

static const struct parameter sample_draw[] = {
	ARGUMENT("PROGRAMME", TEXT, "programme", "code of the programme"),
	OPTION("--after", NUMBER, 0, "after", "SEQUENCE", "claims paid behind this journal entry"),
	OPTION("--until", NUMBER, REQUIRED, "until", "SEQUENCE", "and up to this one"),
	OPTION("--share-bp", NUMBER, REQUIRED, "share_bp", "POINTS",
		"how many of them, in basis points: 500 is one in twenty"),
	OPTION("--seed", DIGEST, REQUIRED, "seed", "HEX", "64 hexadecimal digits that nobody could choose"),
	REASON(REQUIRED),
};

static const struct parameter settlement_open[] = {
	ARGUMENT("PROGRAMME", TEXT, "programme", "code of the programme"),
	OPTION("--cutoff", NUMBER, 0, "cutoff", "SEQUENCE",
		"last journal entry that counts; else the newest there is"),
};
static const struct parameter settlement_approve[] = {
	ARGUMENT("SETTLEMENT", NUMBER, "settlement", "number of the settlement"),
	OPTION("--digest", DIGEST, 0, "payments_digest", "HEX",
		"of the payments approved; else they are shown and you are asked"),
};
static const struct parameter settlement_cancel[] = {
	ARGUMENT("SETTLEMENT", NUMBER, "settlement", "number of the settlement"),
	REASON(REQUIRED),
};
static const struct parameter settlement_record_payment[] = {
	ARGUMENT("SETTLEMENT", NUMBER, "settlement", "number of the settlement"),
	ARGUMENT("PAYMENT", NUMBER, "payment", "1, 2, ... within it"),
	OPTION("--status", ENUM, REQUIRED, "status", "STATUS", "paid, failed or returned"),
	OPTION("--bank-reference", TEXT, 0, "bank_reference", "TEXT", "the bank's reference"),
	OPTION("--value-date", DATE, 0, "value_date", "DATE", "YYYY-MM-DD"),
	OPTION("--reason", TEXT, 0, "reason", "TEXT", "why it failed or came back; required then"),
};
static const struct parameter settlement_payment_file[] = {
	ARGUMENT("SETTLEMENT", NUMBER, NULL, "number of the settlement"),
	OPTION("--debtor-name", TEXT, REQUIRED, NULL, "TEXT", "holder of the account that pays"),
	OPTION("--debtor-account", TEXT, REQUIRED, NULL, "DIGITS", "that account"),
	OPTION("--debtor-bank", TEXT, REQUIRED, NULL, "DIGITS", "12-digit CNAPS code of its bank"),
	OPTION("--output", TEXT, REQUIRED, NULL, "FILE", "the file to write; only you can read it"),
	OPTION("--execution-date", DATE, 0, NULL, "DATE",
		"when the bank is to pay, YYYY-MM-DD; else the day of approval"),
	{ "--message-version", PARAMETER_TEXT, 0, NULL, "09|03",
		"of pain.001.001; else 09", "09" },
};

#define PAGING \
	OPTION("--limit", NUMBER, 0, "limit", "ROWS", "at most so many; else 100"), \
	OPTION("--all", FLAG, 0, NULL, NULL, "every row there is")
#define BY_PROGRAMME OPTION("--programme", TEXT, 0, "programme", "CODE", "of this programme only")
#define BY_PARTY OPTION("--party", TEXT, 0, "party", "CODE", "holder, provider or payee")
#define BY_STATUS(help) OPTION("--status", TEXT, 0, "status", "STATUS", help)

static const struct parameter list_all[] = { PAGING };
static const struct parameter list_by_programme[] = { BY_PROGRAMME, PAGING };
static const struct parameter list_parties[] = {
	OPTION("--kind", TEXT, 0, "kind", "KIND", "company, team, provider or space"),
	OPTION("--region", TEXT, 0, "region", "DIGITS", "of this division only (GB/T 2260)"),
	OPTION("--owner", TEXT, 0, "owner", "NUMBER", "that this person answers for"),
	OPTION("--overdue", TEXT, 0, "overdue", "true|false", "whose deadline has, or has not, passed"),
	OPTION("--blacklisted", TEXT, 0, "blacklisted", "true|false", "that are, or are not, blacklisted"),
	PAGING,
};
static const struct parameter list_take_up[] = {
	OPTION("--programme", TEXT, REQUIRED, "programme", "CODE", "of this programme"),
	OPTION("--from", TEXT, 0, "from", "MONTH", "the first month that counts, YYYY-MM"),
	OPTION("--to", TEXT, 0, "to", "MONTH", "the last one"),
	OPTION("--by", TEXT, 0, "by", "COLUMNS", "what is told apart: region,category,month"),
};
static const struct parameter list_waiting[] = { BY_PROGRAMME };
static const struct parameter list_accounts[] = { BY_PROGRAMME, BY_PARTY, PAGING };
static const struct parameter list_applications[] = { BY_PROGRAMME, BY_PARTY,
	BY_STATUS("submitted reviewed approved returned rejected issued"), PAGING };
static const struct parameter list_vouchers[] = { BY_PROGRAMME, BY_PARTY,
	BY_STATUS("active closed"),
	OPTION("--code", VOUCHER_CODE, 0, "code", "CODE", "of this code; its check symbol is checked"),
	PAGING };
static const struct parameter list_reservations[] = { BY_PROGRAMME, BY_PARTY,
	BY_STATUS("open closed"), PAGING };
static const struct parameter list_claims[] = { BY_PROGRAMME, BY_PARTY,
	BY_STATUS("submitted returned approved countersigned rejected published objected "
		"in_settlement paid reconciled"),
	PAGING };
static const struct parameter list_settlements[] = { BY_PROGRAMME,
	BY_STATUS("open approved cancelled"), PAGING };
static const struct parameter show_id[] = {
	ARGUMENT("ID", TEXT, NULL, "its number"),
};
static const struct parameter show_voucher[] = {
	ARGUMENT("ID", TEXT, NULL, "its number; or its code, whose check symbol is checked"),
};
static const struct parameter show_code[] = {
	ARGUMENT("CODE", TEXT, NULL, "its code (or its number)"),
};

static const struct parameter show_uuid[] = {
	ARGUMENT("ID", TEXT, NULL, "the command's id, as it was printed"),
};

static const struct parameter journal_options[] = {
	OPTION("--after", NUMBER, 0, NULL, "SEQUENCE",
		"begin behind this entry; else at the beginning"),
	OPTION("--follow", FLAG, 0, NULL, NULL, "go on with new entries as they come; ^C ends it"),
	OPTION("--limit", NUMBER, 0, NULL, "ENTRIES", "at most so many"),
};
static const struct parameter books_options[] = {
	OPTION("--format", TEXT, REQUIRED, NULL, "FORMAT",
		"beancount, hledger, ledger; csv, or csv-people for spreadsheets"),
	OPTION("--output", FILE, REQUIRED, NULL, "FILE", "written anew, and only when it is whole"),
	OPTION("--until", NUMBER, 0, NULL, "SEQUENCE", "the last entry; else the newest there is"),
};
static const struct parameter batch_options[] = {
	ARGUMENT("FILE", FILE, NULL, "commands as NDJSON or JSON; \"-\" reads standard input"),
	OPTION("--linked", FLAG, 0, NULL, NULL, "all take effect, or none (at most 8,192)"),
	OPTION("--size", NUMBER, 0, NULL, "COMMANDS", "of one request; else 1,000"),
};
static const struct parameter init_options[] = {
	OPTION("--directory", FILE, REQUIRED, NULL, "DIR",
		"where the ledger shall be; made if missing"),
	OPTION("--name", TEXT, REQUIRED, NULL, "TEXT", "of the ledger, for people"),
	OPTION("--admin", TEXT, REQUIRED | REPEATED, NULL, "PERSON=CERT.pem",
		"a first administrator: staff number and certificate"),
	OPTION("--currency", TEXT, REPEATED, NULL, "CODE", "ISO 4217, of two decimals; else CNY"),
	{ "--hash", PARAMETER_TEXT, 0, NULL, "NAME", "SHA256 or SM3", "SHA256" },
};
static const struct parameter help_options[] = {
	{ "NOUN", PARAMETER_TEXT, 0, NULL, NULL, "what to explain", NULL },
	{ "VERB", PARAMETER_TEXT, 0, NULL, NULL, "and which of its verbs", NULL },
};

/* --- nouns and verbs --- */

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
	{ "settlement", "/v1/settlements", "payments: open, approve, record, reconcile",
		"结算：开立、复核、付款、对账" },
	{ "clawback", "/v1/clawbacks", "paid money that must come back: order, recover, write off",
		"追回：决定、收回、核销" },
	{ "sample", "/v1/samples", "samples of paid claims for re-audit", "抽查" },
	{ "take-up", "/v1/statistics/take-up", "what became of the money issued, by programme, region and month",
		"使用情况统计" },
	{ "clock", "/v1/statistics/waiting", "how long things wait, and where", "各环节办理时长" },
	{ "account", "/v1/accounts", "the trial balance", "试算平衡表" },
	{ "disclosure", "/public/v1/disclosures", "the publication list (needs no login)", "公示名单" },
	{ "journal", NULL, "every entry of the ledger, in order", "账本流水" },
	{ "books", NULL, "the books for other programs: plain text accounting, CSV", "账簿导出" },
	{ "bank-file", NULL, "what a bank answers: status reports and statements (ISO 20022)",
		"银行返回文件：付款状态报告与对账单" },
	{ "command", "/v1/commands", "what became of a command, by its id", "按编号查询命令结果" },
	{ "batch", NULL, "many commands from a file", "批量执行命令" },
	{ "status", NULL, "is the server there, who am I, how far is the journal", "服务状态与当前用户" },
	{ "token", NULL, "access tokens for startups", "访问令牌" },
	{ "init", NULL, "make a new ledger on this machine", "新建账本" },
	{ "help", NULL, "explain a noun or a verb", "帮助" },
};
const size_t command_noun_count = sizeof(command_nouns) / sizeof(command_nouns[0]);

#define COUNT(array) (array), sizeof(array) / sizeof((array)[0])
#define COMMAND(noun, verb, body, makes, parameters, prepare, help, example) \
	{ noun, verb, VERB_COMMAND, PB__COMMAND__BODY_##body, makes, NULL, NULL, COUNT(parameters), \
		prepare, NULL, help, example }
#define VERDICT(verb, fixed, parameters, help, example) \
	{ "application", verb, VERB_COMMAND, PB__COMMAND__BODY_REVIEW_APPLICATION, NULL, "verdict", \
		fixed, COUNT(parameters), NULL, NULL, help, example }
#define LIST(noun, parameters, help, example) \
	{ noun, "list", VERB_LIST, 0, NULL, NULL, NULL, COUNT(parameters), NULL, action_list, help, \
		example }
#define SHOW(noun, parameters, help, example) \
	{ noun, "show", VERB_SHOW, 0, NULL, NULL, NULL, COUNT(parameters), NULL, action_show, help, \
		example }
#define OTHER(noun, verb, parameters, run, help, example) \
	{ noun, verb, VERB_OTHER, 0, NULL, NULL, NULL, COUNT(parameters), NULL, run, help, example }
#define PLAIN(noun, verb, run, help, example) \
	{ noun, verb, VERB_OTHER, 0, NULL, NULL, NULL, NULL, 0, NULL, run, help, example }

const struct verb command_verbs[] = {
	COMMAND("fund", "create", CREATE_FUND, "fund", fund_create, NULL,
		"make a fund", "fund create cp2017 --name \"昌平区科技专项2017\""),
	COMMAND("fund", "appropriate", APPROPRIATE, NULL, fund_appropriate, NULL,
		"put money of a budget into a fund",
		"fund appropriate cp2017 5,000,000.00 --document 昌科发〔2017〕1号"),
	LIST("fund", list_all, "list the funds and what they have left", "fund list"),
	SHOW("fund", show_code, "show a fund", "fund show cp2017"),

	COMMAND("programme", "create", CREATE_PROGRAMME, "programme", programme_create, NULL,
		"make a programme", "programme create cp --name \"人人创新券\" --region 110114"),
	COMMAND("programme", "allocate", ALLOCATE, NULL, programme_allocate, NULL,
		"move money from a fund to a programme's pool",
		"programme allocate cp 1,000,000.00 --fund cp2017"),
	COMMAND("programme", "publish-rules", PUBLISH_RULES, NULL, programme_publish_rules,
		prepare_publish_rules, "publish a version of a programme's rules",
		"programme publish-rules contrib/programmes/changping-2017.json"),
	OTHER("programme", "check", programme_file, action_programme_check,
		"say whether a rule file may be published, and if not, why",
		"programme check contrib/programmes/changping-2017.json"),
	OTHER("programme", "explain", programme_file, action_programme_explain,
		"put a rule file into sentences, in Chinese and English",
		"programme explain contrib/programmes/changping-2017.json"),
	OTHER("programme", "try", programme_try, action_programme_try,
		"compute the subsidies of a table of cases, without a server",
		"programme try contrib/programmes/changping-2017.json "
		"contrib/programmes/changping-2017.csv"),
	COMMAND("programme", "admit", ADMIT_PROVIDER, NULL, programme_admit, NULL,
		"admit a service provider to a programme",
		"programme admit cp 91110108551385082Q --category 样品测试检验"),
	COMMAND("programme", "record-agreement", RECORD_AGREEMENT, NULL, programme_agreement, NULL,
		"note an agreement with a holder that stands in place of the tiers",
		"programme record-agreement cp 91350100M000100Y43 --document 合作协议〔2026〕3号 --tier 9 "
		"--name 合作协议 --ratio-bp 6000 --from 2026-01-01 --until 2026-12-31"),
	LIST("programme", list_all, "list the programmes and their pools", "programme list"),
	SHOW("programme", show_code, "show a programme and its rules", "programme show cp"),

	COMMAND("party", "register", REGISTER_PARTY, "party", party_register, NULL,
		"register a company, a team or a service provider",
		"party register 91350100M000100Y43 --kind company --name \"昌平新材料有限公司\" "
		"--region 110114 --number staff=42 --money revenue_last_year=8,000,000.00"),
	COMMAND("party", "update", UPDATE_PARTY, NULL, party_update, prepare_update_party,
		"change what is known of a party; what is not given stays",
		"party update 91350100M000100Y43 --number staff=45"),
	COMMAND("party", "suspend", SUSPEND_PARTY, NULL, party_suspend, NULL,
		"stop a party from doing anything new",
		"party suspend 91350100M000100Y43 --reason \"under audit\""),
	COMMAND("party", "reinstate", REINSTATE_PARTY, NULL, party_suspend, NULL,
		"end a suspension or a blacklisting",
		"party reinstate 91350100M000100Y43 --reason \"audit closed\""),
	COMMAND("party", "blacklist", BLACKLIST_PARTY, NULL, party_blacklist, NULL,
		"nothing new with a party; what is owed to it is still paid",
		"party blacklist 91350100M000100Y43 --reason 虚假合同 --until 2028-12-31"),
	COMMAND("party", "assess", ASSESS_PARTY, NULL, party_assess, NULL,
		"note a year's assessment; failing too often in a row removes the party",
		"party assess cp 91110108551385082Q 2026 --passed --document 昌科发〔2027〕2号"),
	COMMAND("party", "assign", ASSIGN_PARTY, NULL, party_assign, NULL,
		"say who answers for a party in the register, and what is due by when",
		"party assign 91350100M000100Y43 --owner S1002 --task 年度走访 --deadline 2026-12-31"),
	COMMAND("party", "erase", ERASE_PERSONAL, NULL, party_suspend, NULL,
		"clear a party's personal particulars for good",
		"party erase T-0001 --reason 本人要求删除"),
	LIST("party", list_parties, "list the parties: the register", "party list"),
	SHOW("party", show_code, "show a party", "party show 91350100M000100Y43"),

	COMMAND("principal", "register", REGISTER_PRINCIPAL, "principal", principal_register,
		prepare_register_principal, "let a person act, by certificate or token",
		"principal register --person S1007 --role finance --certificate finance.pem"),
	COMMAND("principal", "revoke", REVOKE_PRINCIPAL, NULL, principal_revoke, NULL,
		"end what a key or token may do, at once",
		"principal revoke 12 --reason \"left the office\""),
	LIST("principal", list_all, "list who may act", "principal list"),
	SHOW("principal", show_id, "show a principal", "principal show 12"),

	COMMAND("application", "submit", APPLY, "application", application_submit, NULL,
		"apply for a voucher",
		"application submit cp 200,000.00 --purpose \"样品检测\""),
	VERDICT("approve", "approve", application_approve, "approve an application",
		"application approve 20"),
	VERDICT("reject", "reject", application_reject, "reject an application; they may apply again",
		"application reject 20 --reason \"合同缺少附件\""),
	VERDICT("return", "return", application_reject, "send an application back for correction",
		"application return 20 --reason \"合同缺少附件\""),
	LIST("application", list_applications, "list applications",
		"application list --programme cp --status submitted"),
	SHOW("application", show_id, "show an application", "application show 20"),

	COMMAND("voucher", "issue", ISSUE, "voucher", voucher_issue, NULL,
		"issue a voucher, or make the grant, on an approved application",
		"voucher issue 20 200,000.00"),
	COMMAND("voucher", "reserve", RESERVE, "reservation", voucher_reserve, NULL,
		"register a contract: the subsidy is computed and held",
		"voucher reserve 42 --provider 91110108551385082Q --contract HT-2026-001 "
		"--category 样品测试检验 --total 300,000.00 --eligible 300,000.00"),
	COMMAND("voucher", "return", RETURN_VOUCHER, NULL, voucher_return, NULL,
		"give back what is neither reserved nor redeemed", "voucher return 42"),
	COMMAND("voucher", "cancel", CANCEL_VOUCHER, NULL, voucher_cancel, NULL,
		"take back what is neither reserved nor redeemed",
		"voucher cancel 42 --reason \"违反使用规定\""),
	COMMAND("voucher", "extend", EXTEND_VOUCHER, NULL, voucher_cancel, NULL,
		"extend the last day of use, once, by the days that the rules say",
		"voucher extend 42 --reason \"检测排期延后\""),
	COMMAND("voucher", "expire", EXPIRE, NULL, voucher_expire, NULL,
		"do by hand what the daemon does when a last day has passed", "voucher expire 42"),
	OTHER("voucher", "qr", voucher_qr, action_voucher_qr,
		"show a voucher's code as a QR code", "voucher qr 7ZQK-03MA-X9D2-A --svg voucher.svg"),
	LIST("voucher", list_vouchers, "list vouchers", "voucher list --programme cp --status active"),
	SHOW("voucher", show_voucher, "show a voucher", "voucher show 42"),

	COMMAND("reservation", "redeem", REDEEM, NULL, reservation_redeem, NULL,
		"accept one milestone: its subsidy becomes payable",
		"reservation redeem 43 100,000.00 --milestone \"检测报告\" --evidence report.pdf"),
	COMMAND("reservation", "release", RELEASE, NULL, reservation_release, NULL,
		"give what is left of a reservation back to its voucher", "reservation release 43"),
	COMMAND("reservation", "withdraw", WITHDRAW_RESERVATION, NULL, reservation_withdraw, NULL,
		"take what is held back to the pool", "reservation withdraw 43 --reason \"机构被取消资格\""),
	LIST("reservation", list_reservations, "list reservations", "reservation list --status open"),
	SHOW("reservation", show_id, "show a reservation and what bound its subsidy",
		"reservation show 43"),

	COMMAND("claim", "submit", SUBMIT_CLAIM, "claim", claim_submit, NULL,
		"claim what has been redeemed, with its invoices",
		"claim submit --reservation 43 --amount 150,000.00 "
		"--invoice 24112000000012345678:300,000.00:2026-11-01"),
	COMMAND("claim", "return", RETURN_CLAIM, NULL, claim_with_reason, NULL,
		"send a claim back for correction", "claim return 50 --reason \"发票抬头有误\""),
	COMMAND("claim", "approve", APPROVE_CLAIM, NULL, claim_only, NULL,
		"approve a claim", "claim approve 50"),
	COMMAND("claim", "countersign", COUNTERSIGN_CLAIM, NULL, claim_only, NULL,
		"approve it a second time, as another person", "claim countersign 50"),
	COMMAND("claim", "reject", REJECT_CLAIM, NULL, claim_with_reason, NULL,
		"reject a claim for good; the money goes back to the pool",
		"claim reject 50 --reason \"合同未履行\""),
	COMMAND("claim", "publish", PUBLISH_CLAIM, NULL, claim_only, NULL,
		"begin the claim's publication days", "claim publish 50"),
	COMMAND("claim", "object", OBJECT_CLAIM, NULL, claim_object, NULL,
		"object to a published claim", "claim object 50 --reason \"服务未实际发生\""),
	COMMAND("claim", "resolve", RESOLVE_OBJECTION, NULL, claim_resolve, NULL,
		"decide about an objection", "claim resolve 50 --reason \"经核实，异议不成立\""),
	LIST("claim", list_claims, "list claims", "claim list --status submitted"),
	SHOW("claim", show_id, "show a claim", "claim show 50"),

	COMMAND("settlement", "open", OPEN_SETTLEMENT, "settlement", settlement_open,
		prepare_open_settlement, "collect what is to be paid, one payment per payee",
		"settlement open cp"),
	COMMAND("settlement", "approve", APPROVE_SETTLEMENT, NULL, settlement_approve,
		prepare_approve_settlement, "approve exactly these payments, as another person",
		"settlement approve 60"),
	COMMAND("settlement", "cancel", CANCEL_SETTLEMENT, NULL, settlement_cancel, NULL,
		"drop a settlement before its approval", "settlement cancel 60 --reason \"账号变更\""),
	COMMAND("settlement", "record-payment", RECORD_PAYMENT, NULL, settlement_record_payment, NULL,
		"note what the bank did with a payment",
		"settlement record-payment 60 1 --status paid --bank-reference B20261121001 "
		"--value-date 2026-11-21"),
	OTHER("settlement", "payment-file", settlement_payment_file, action_payment_file,
		"write the payments for the bank, ISO 20022 pain.001; again: the same bytes",
		"settlement payment-file 60 --debtor-name 昌平区科学技术委员会 --debtor-account "
		"0200001009000099999 --debtor-bank 102100099996 --output payments-60.xml"),
	LIST("settlement", list_settlements, "list settlements", "settlement list"),
	SHOW("settlement", show_id, "show a settlement and its payments", "settlement show 60"),

	COMMAND("clawback", "order", ORDER_CLAWBACK, "clawback", clawback_order, NULL,
		"order back what a claim was paid", "clawback order 50 150,000.00 --ground misuse "
		"--reason \"资金挪作他用\" --due 2027-03-31"),
	COMMAND("clawback", "recover", RECORD_RECOVERY, NULL, clawback_recover, NULL,
		"note money that came back", "clawback recover 70 50,000.00 --bank-reference B20270105001"),
	COMMAND("clawback", "write-off", WRITE_OFF, NULL, clawback_write_off, NULL,
		"give up what cannot be recovered, as another person",
		"clawback write-off 70 100,000.00 --reason \"企业已注销\""),
	LIST("clawback", list_by_programme, "list clawbacks", "clawback list"),
	SHOW("clawback", show_id, "show a clawback", "clawback show 70"),

	COMMAND("sample", "draw", DRAW_SAMPLE, "sample", sample_draw, NULL,
		"draw a sample of paid claims for re-audit; anyone can draw it again",
		"sample draw cp --until 5000 --share-bp 500 --seed "
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad --reason 半年抽查"),
	LIST("sample", list_by_programme, "list samples", "sample list"),
	SHOW("sample", show_id, "show a sample and its claims", "sample show 80"),

	LIST("take-up", list_take_up, "show what was issued, used, unused and expired",
		"take-up list --programme cp"),
	LIST("clock", list_waiting, "show how long things wait at each step",
		"clock list --programme cp"),
	LIST("account", list_accounts, "show the trial balance", "account list"),
	LIST("disclosure", list_by_programme, "list what is published", "disclosure list"),

	SHOW("command", show_uuid, "show the reply to a command that took effect",
		"command show 0190a1b2-0000-7000-8000-000000000001"),

	OTHER("journal", NULL, journal_options, action_journal,
		"show the journal, entry by entry", "journal --after 100 --follow"),
	OTHER("books", "export", books_options, action_books_export,
		"write the journal as a file of another program",
		"books export --format beancount --output books.beancount"),
	OTHER("bank-file", "show", bank_file_show, action_bank_file,
		"show a status report or a statement of the bank, without a server",
		"bank-file show status.xml"),
	OTHER("batch", NULL, batch_options, action_batch,
		"send many commands from a file", "batch commands.ndjson"),
	PLAIN("status", NULL, action_status,
		"is the server there, who am I, how far is the journal", "status"),
	PLAIN("token", "new", action_token_new,
		"make an access token and show the hash to register", "token new"),
	OTHER("init", NULL, init_options, action_init,
		"make a new ledger on this machine",
		"init --directory /var/lib/voucherd --name \"昌平区创新券\" --admin S1001=admin.pem"),
	OTHER("help", NULL, help_options, action_help,
		"explain a noun or a verb", "help voucher reserve"),
};
const size_t command_verb_count = sizeof(command_verbs) / sizeof(command_verbs[0]);
/* clang-format on */

const struct noun *command_find_noun(const char *noun) {
	for (size_t i = 0; i < command_noun_count; i++)
		if (strcmp(command_nouns[i].noun, noun) == 0)
			return &command_nouns[i];
	return NULL;
}

const struct verb *command_find_verb(const char *noun, const char *verb) {
	for (size_t i = 0; i < command_verb_count; i++) {
		const struct verb *candidate = &command_verbs[i];
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
