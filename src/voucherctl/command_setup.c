/* SPDX-License-Identifier: Apache-2.0 */
/* Funds, programmes, parties and who may act. */
#include "voucherctl/actions.h"
#include "voucherctl/command_rows.h"

/* clang-format off */
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

static const struct parameter list_parties[] = {
	OPTION("--kind", TEXT, 0, "kind", "KIND", "company, team, provider or space"),
	OPTION("--region", TEXT, 0, "region", "DIGITS", "of this division only (GB/T 2260)"),
	OPTION("--owner", TEXT, 0, "owner", "NUMBER", "that this person answers for"),
	OPTION("--overdue", TEXT, 0, "overdue", "true|false", "whose deadline has, or has not, passed"),
	OPTION("--blacklisted", TEXT, 0, "blacklisted", "true|false", "that are, or are not, blacklisted"),
	PAGING,
};

static const struct verb verbs[] = {
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
};
/* clang-format on */

const struct verb_list command_setup = { verbs, sizeof(verbs) / sizeof(verbs[0]) };
