/* SPDX-License-Identifier: Apache-2.0 */
/* Our accounts at banks, what their statements say, and the months that are closed. */
#include "voucherctl/actions.h"
#include "voucherctl/command_rows.h"

/* clang-format off */
#define OF_HOUSE(flags) OPTION("--house-account", TEXT, flags, "house_account", "CODE", \
	"our account at a bank")
#define HOUSE ARGUMENT("HOUSE-ACCOUNT", TEXT, "house_account", "code of our account at a bank")
#define LINE ARGUMENT("LINE", NUMBER, "line", "1, 2, ... within the account")

static const struct parameter house_account_register[] = {
	ARGUMENT("CODE", TEXT, "code", "short name of the account: a-z 0-9 . _ -"),
	OPTION("--name", TEXT, REQUIRED, "name", "TEXT", "its name for people"),
	OPTION("--account", TEXT, REQUIRED, "account.number", "DIGITS", "its number at the bank"),
	OPTION("--bank-code", TEXT, REQUIRED, "account.bank_code", "DIGITS", "12-digit CNAPS code"),
	OPTION("--account-name", TEXT, REQUIRED, "account.holder_name", "TEXT",
		"its holder, as the bank writes it"),
	OPTION("--opening-balance", MONEY, 0, "opening_balance", "AMOUNT",
		"what the bank says before the first line to be imported, in yuan; else 0"),
	OPTION("--currency", TEXT, 0, "currency", "CODE", "ISO 4217; else the ledger's first"),
};

static const struct parameter bank_file_show[] = {
	ARGUMENT("FILE", FILE, NULL, "what the bank sent; \"-\" reads standard input"),
	OPTION("--bank-profile", TEXT, 0, NULL, "NAME|FILE",
		"how to read the bank's CSV: icbc, ccb, cmb, boc, or a profile of your own"),
};
static const struct parameter bank_file_import[] = {
	ARGUMENT("FILE", FILE, NULL, "what the bank sent; \"-\" reads standard input"),
	OPTION("--house-account", TEXT, 0, NULL, "CODE",
		"whose statement it is; else found by the number in the file"),
	OPTION("--bank-profile", TEXT, 0, NULL, "NAME|FILE",
		"how to read the bank's CSV: icbc, ccb, cmb, boc, or a profile of your own"),
};
static const struct parameter bank_file_list[] = { OF_HOUSE(0), PAGING };

static const struct parameter bank_line_list[] = {
	OF_HOUSE(0),
	OPTION("--open", TEXT, 0, "open", "true|false", "that are, or are not, still to be seen to"),
	OPTION("--state", TEXT, 0, "state", "STATE",
		"unmatched suggested partially_matched matched exception ignored"),
	OPTION("--exception", TEXT, 0, "exception", "KIND",
		"amount date ambiguous duplicate unknown returned"),
	PAGING,
};
static const struct parameter bank_line_show[] = { HOUSE, LINE };
static const struct parameter bank_line_match[] = {
	HOUSE,
	{ "LINE", PARAMETER_NUMBER, REQUIRED | REPEATED, "lines", NULL, "1, 2, ... within the account",
		NULL },
	OPTION("--payment", PAYMENT, REPEATED, "targets", "SETTLEMENT[-PAYMENT]",
		"the payment that it is: 60-2, its reference, or 60 for all of a settlement"),
	OPTION("--return", RETURN, REPEATED, "targets", "SETTLEMENT-PAYMENT",
		"the payment that came back with it"),
	OPTION("--clawback", RECOVERY, REPEATED, "targets", "CLAWBACK:AMOUNT",
		"the clawback that it pays, and how much of it, in yuan"),
};
static const struct parameter bank_line_unmatch[] = { HOUSE, LINE, REASON(REQUIRED) };
static const struct parameter bank_line_assign[] = {
	HOUSE, LINE,
	OPTION("--owner", TEXT, REQUIRED, "owner", "NUMBER", "staff number of who sees to it"),
	OPTION("--reason", TEXT, REQUIRED, "reason", "TEXT", "why it is open; kept in the journal"),
};
static const struct parameter bank_line_resolve[] = {
	HOUSE, LINE,
	OPTION("--kind", ENUM, 0, "kind", "KIND",
		"what it is: deposit, fee, interest, correction or other; not where its payment came back"),
	REASON(REQUIRED),
};

static const struct parameter payment_list[] = {
	OF_HOUSE(0), BY_PROGRAMME, BY_PARTY,
	BY_STATUS("prepared approved paid failed returned reconciled cancelled netted"),
	OPTION("--awaited", TEXT, 0, "awaited", "true|false",
		"whose line on a statement is, or is not, still to come"),
	PAGING,
};

static const struct parameter reconciliation[] = {
	ARGUMENT("HOUSE-ACCOUNT", TEXT, NULL, "code of our account at a bank"),
};

#define PERIOD ARGUMENT("PERIOD", MONTH, "period", "the month, YYYY-MM")
static const struct parameter period_prepare[] = {
	PERIOD,
	OPTION("--carry-over", CARRY_OVER, REPEATED, "carry_over", "ACCOUNT:LINE=REASON",
		"a bank line that stays open when the month is closed"),
};
static const struct parameter period_review[] = {
	PERIOD,
	OPTION("--digest", DIGEST, 0, "figures", "HEX",
		"of the figures reviewed; else they are shown and you are asked"),
};
static const struct parameter period_close[] = { PERIOD };
static const struct parameter period_reopen[] = { PERIOD, REASON(REQUIRED) };
static const struct parameter period_show[] = {
	ARGUMENT("PERIOD", MONTH, NULL, "the month, YYYY-MM"),
};

static const struct verb verbs[] = {
	COMMAND("house-account", "register", REGISTER_HOUSE_ACCOUNT, "house_account",
		house_account_register, NULL, "register one of our accounts at a bank",
		"house-account register icbc-vouchers --name 创新券专户 --account 0200001009000099999 "
		"--bank-code 102100099996 --account-name 昌平区科学技术委员会 --opening-balance 1,000,000.00"),
	LIST("house-account", list_all, "list our accounts and what is open in them",
		"house-account list"),
	SHOW("house-account", show_code, "show one of our accounts", "house-account show icbc-vouchers"),

	OTHER("bank-file", "show", bank_file_show, action_bank_file_show,
		"show what a file of the bank says, without a server", "bank-file show status.xml"),
	SENDER("bank-file", "import", bank_file_import, action_bank_file_import,
		"import a statement, or a report on payments: all of the file, or nothing",
		"bank-file import 2026-11.csv --house-account icbc-vouchers --bank-profile icbc"),
	LIST("bank-file", bank_file_list, "list the statements that were imported",
		"bank-file list --house-account icbc-vouchers"),

	LIST("bank-line", bank_line_list, "list lines of bank statements, and what each is",
		"bank-line list --house-account icbc-vouchers --open true"),
	OTHER("bank-line", "show", bank_line_show, action_bank_line_show,
		"show a line, and what it is matched with or may be", "bank-line show icbc-vouchers 17"),
	COMMAND("bank-line", "match", RECONCILE, NULL, bank_line_match, NULL,
		"say which payments an open line, or several together, are",
		"bank-line match icbc-vouchers 17 --payment 60-2"),
	COMMAND("bank-line", "unmatch", UNMATCH, NULL, bank_line_unmatch, NULL,
		"take back what a line was matched or resolved with",
		"bank-line unmatch icbc-vouchers 17 --reason 核对有误"),
	COMMAND("bank-line", "assign", ASSIGN_LINE, NULL, bank_line_assign, NULL,
		"say who sees to an open line, and why it is open",
		"bank-line assign icbc-vouchers 17 --owner S1006 --reason 待银行回复"),
	COMMAND("bank-line", "resolve", RESOLVE_LINE, NULL, bank_line_resolve, NULL,
		"close an open line that is no payment of the ledger, or has been seen to",
		"bank-line resolve icbc-vouchers 18 --kind interest --reason 第三季度结息"),

	LIST("payment", payment_list, "list payments, and what the bank did with them",
		"payment list --house-account icbc-vouchers --awaited true"),

	OTHER("reconciliation", NULL, reconciliation, action_reconciliation,
		"show how the bank's balance and ours come together", "reconciliation icbc-vouchers"),

	COMMAND("period", "prepare", PREPARE_PERIOD, NULL, period_prepare, NULL,
		"fix a month's figures, to be reviewed by another person",
		"period prepare 2026-11 --carry-over icbc-vouchers:17=待银行回复"),
	COMMAND("period", "review", REVIEW_PERIOD, NULL, period_review, prepare_review_period,
		"approve exactly these figures, as another person", "period review 2026-11"),
	COMMAND("period", "close", CLOSE_PERIOD, NULL, period_close, NULL,
		"close a reviewed month: nothing is dated into it any more", "period close 2026-11"),
	COMMAND("period", "reopen", REOPEN_PERIOD, NULL, period_reopen, NULL,
		"open the newest closed month again, to be prepared anew",
		"period reopen 2026-11 --reason 补记退款"),
	LIST("period", list_all, "list the months", "period list"),
	OTHER("period", "show", period_show, action_period_show, "show a month's figures",
		"period show 2026-11"),
};
/* clang-format on */

const struct verb_list command_bank = { verbs, sizeof(verbs) / sizeof(verbs[0]) };
