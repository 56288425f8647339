/* SPDX-License-Identifier: Apache-2.0 */
/* What is paid, and what comes back. */
#include "voucherctl/actions.h"
#include "voucherctl/command_rows.h"

/* clang-format off */
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
	OPTION("--house-account", TEXT, REQUIRED, "house_account", "CODE", "our account that pays"),
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
static const struct parameter settlement_record_file[] = {
	ARGUMENT("SETTLEMENT", NUMBER, "settlement", "number of the settlement"),
	OPTION("--format", TEXT, REQUIRED, "format", "TEXT", "what it is: \"pain.001.001.09\""),
	OPTION("--file", EVIDENCE, REQUIRED, "file", "FILE", "of which the SHA-256 is kept"),
};
static const struct parameter settlement_payment_file[] = {
	ARGUMENT("SETTLEMENT", NUMBER, NULL, "number of the settlement"),
	OPTION("--output", TEXT, REQUIRED, NULL, "FILE", "the file to write; only you can read it"),
	OPTION("--execution-date", DATE, 0, NULL, "DATE",
		"when the bank is to pay, YYYY-MM-DD; else the day of approval"),
	OPTION("--message-version", TEXT, 0, NULL, "09|03", "of pain.001.001; else 09"),
	OPTION("--bank-profile", TEXT, 0, NULL, "NAME|FILE",
		"a CSV of this bank instead: icbc, ccb, cmb, boc, or a profile of your own"),
};

static const struct parameter list_settlements[] = { BY_PROGRAMME,
	BY_STATUS("open approved cancelled"), PAGING };

static const struct verb verbs[] = {
	COMMAND("settlement", "open", OPEN_SETTLEMENT, "settlement", settlement_open,
		prepare_open_settlement, "collect what is to be paid, one payment per payee",
		"settlement open cp --house-account icbc-vouchers"),
	COMMAND("settlement", "approve", APPROVE_SETTLEMENT, NULL, settlement_approve,
		prepare_approve_settlement, "approve exactly these payments, as another person",
		"settlement approve 60"),
	COMMAND("settlement", "cancel", CANCEL_SETTLEMENT, NULL, settlement_cancel, NULL,
		"drop a settlement before it is sent", "settlement cancel 60 --reason \"账号变更\""),
	COMMAND("settlement", "record-payment", RECORD_PAYMENT, NULL, settlement_record_payment, NULL,
		"note what the bank did with a payment",
		"settlement record-payment 60 1 --status paid --bank-reference B20261121001 "
		"--value-date 2026-11-21"),
	SENDER("settlement", "payment-file", settlement_payment_file, action_payment_file,
		"write and record the payments for the bank, ISO 20022 pain.001; again: the same bytes",
		"settlement payment-file 60 --output payments-60.xml"),
	COMMAND("settlement", "record-file", RECORD_PAYMENT_FILE, NULL, settlement_record_file, NULL,
		"record a payment file that was made elsewhere",
		"settlement record-file 60 --format pain.001.001.09 --file payments-60.xml"),
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
};
/* clang-format on */

const struct verb_list command_money = { verbs, sizeof(verbs) / sizeof(verbs[0]) };
