/* SPDX-License-Identifier: Apache-2.0 */
/* From the application to the claim. */
#include "voucherctl/actions.h"
#include "voucherctl/command_rows.h"

/* clang-format off */
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

static const struct parameter show_voucher[] = {
	ARGUMENT("ID", TEXT, NULL, "its number; or its code, whose check symbol is checked"),
};

#define VERDICT(verb, fixed, parameters, help, example) \
	{ "application", verb, VERB_COMMAND, PB__COMMAND__BODY_REVIEW_APPLICATION, NULL, "verdict", \
		fixed, COUNT(parameters), NULL, NULL, help, example }

static const struct verb verbs[] = {
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
};
/* clang-format on */

const struct verb_list command_use = { verbs, sizeof(verbs) / sizeof(verbs[0]) };
