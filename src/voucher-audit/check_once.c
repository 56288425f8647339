/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_once.h"

#include "base/text.h"
#include "voucher-audit/learn.h"

#include <string.h>

static void used_by(struct look *look, uint64_t other, int64_t money, const char *what) {
	look_money(look, FINDING_USED_TWICE, other, money, "%s", what);
}

static void want_new_code(
    struct look *look, enum mark_kind kind, const char *code, const char *what) {
	uint64_t other = model_number(look->model, mark_of_text(kind, code));
	if (other)
		used_by(look, other, 0, what);
}

static void want_new_credential(struct look *look) {
	const Pb__RegisterPrincipal *told = look->command->register_principal;
	const Pb__Digest *credential = told->token ? told->token : told->certificate_spki;
	uint64_t other = credential
	    ? model_number(
	          look->model, mark_of(MARK_CREDENTIAL, credential->value.data, credential->value.len))
	    : 0;
	if (other)
		used_by(look, other, 0, "a credential of another principal");
}

static void want_new_contract(struct look *look, const char *number) {
	char text[512];
	if (!*number || strlen(number) >= sizeof(text))
		return;
	strcpy(text, number);
	text_normalise(text);
	uint64_t other = model_number(look->model, mark_of_text(MARK_CONTRACT, text));
	if (other)
		used_by(look, other, look->decision->amount, "contract_number");
}

/* What was granted, by applying or by issuing. */
static void want_new_grant(struct look *look, const Pb__Apply *terms) {
	if (*look->decision->voucher_code)
		want_new_code(look, MARK_CODE, look->decision->voucher_code, "decision.voucher_code");
	if (terms && look->decision->reservation)
		want_new_contract(look, terms->contract_number);
}

/* Topped up by one application that stands. */
static void want_new_top(struct look *look, uint64_t claim) {
	uint64_t other = claim ? model_number(look->model,
	                             mark_of_numbers(MARK_TOPPED, look->decision->programme, claim, 0))
	                       : 0;
	const struct application *row = objects_find(&look->model->applications, other);
	if (row && other != look->seq && row->status != PB__APPLICATION_STATUS__APPLICATION_REJECTED &&
	    row->status != PB__APPLICATION_STATUS__APPLICATION_RETURNED)
		used_by(look, other, look->decision->amount, "claim: topped up before");
}

static void check_apply(struct look *look) {
	const Pb__Apply *told = look->command->apply;
	want_new_top(look, told->claim);
	want_new_grant(look, told);
}

static void check_issue(struct look *look) {
	const struct application *row = objects_find(
	    &look->model->applications, look->command->issue->application);
	const Pb__Apply *terms = row ? (const Pb__Apply *)model_message(
	                                   look->model, row->terms, &pb__apply__descriptor, look->arena)
	                             : NULL;
	want_new_grant(look, terms);
}

/* --- invoices --- */

static bool is_standing(const struct look *look, uint64_t claim) {
	const struct claim *row = objects_find(&look->model->claims, claim);
	return row && row->status != PB__CLAIM_STATUS__CLAIM_RETURNED &&
	    row->status != PB__CLAIM_STATUS__CLAIM_REJECTED;
}

static bool is_named_before(const Pb__SubmitClaim *told, size_t index) {
	for (size_t i = 0; i < index; i++)
		if (strcmp(told->invoices[i]->number, told->invoices[index]->number) == 0 &&
		    strcmp(told->invoices[i]->code, told->invoices[index]->code) == 0)
			return true;
	return false;
}

static void check_invoices(struct look *look) {
	const Pb__SubmitClaim *told = look->command->submit_claim;
	for (size_t i = 0; i < told->n_invoices; i++) {
		uint64_t other = model_number(look->model, learn_invoice_mark(told->invoices[i]));
		if (is_named_before(told, i) || (other && is_standing(look, other)))
			used_by(look, other, told->invoices[i]->amount, "an invoice");
	}
}

/* --- banks --- */

static void check_file(struct look *look) {
	const Pb__RecordPaymentFile *told = look->command->record_payment_file;
	struct mark format = mark_of_text(MARK_PAYMENT_FILE, told->format);
	uint64_t other = model_number(
	    look->model, mark_of_numbers(MARK_PAYMENT_FILE, told->settlement, format.high, format.low));
	if (other)
		used_by(look, other, 0, "a payment file of this format");
}

static void check_house(struct look *look) {
	const Pb__RegisterHouseAccount *told = look->command->register_house_account;
	want_new_code(look, MARK_HOUSE, told->code, "code");
	if (!told->account)
		return;
	const struct mark number = mark_of_text(MARK_ACCOUNT_NUMBER, told->account->number);
	const struct mark bank = mark_of_text(MARK_ACCOUNT_NUMBER, told->account->bank_code);
	uint64_t other = model_number(
	    look->model, mark_of_numbers(MARK_ACCOUNT_NUMBER, number.high, number.low, bank.high));
	if (other)
		used_by(look, other, 0, "account.number");
}

/* A file is imported once: its first page makes the statement, the others go on with it. */
static void check_statement(struct look *look) {
	const Pb__ImportStatement *told = look->command->import_statement;
	const struct house *house = model_house(look->model, told->house_account);
	if (!house || !told->file)
		return;
	const struct mark file = mark_of(MARK_FILE, told->file->value.data, told->file->value.len);
	uint64_t known = model_number(
	    look->model, mark_of_numbers(MARK_FILE, house->id, file.high, file.low));
	const struct statement *row = objects_find(&look->model->statements, known);
	if (row && (told->page != row->page + 1 || row->page == row->pages))
		used_by(look, known, 0, "a bank's file");
	const struct mark number = mark_of_text(MARK_NUMBER, told->number);
	uint64_t other = *told->number
	    ? model_number(
	          look->model, mark_of_numbers(MARK_NUMBER, house->id, number.high, number.low))
	    : 0;
	if (other && other != known)
		used_by(look, other, 0, "a statement's number");
}

void check_once(struct look *look) {
	const Pb__Command *c = look->command;
	if (!c)
		return;
	switch (c->body_case) {
	case PB__COMMAND__BODY_CREATE_FUND:
		want_new_code(look, MARK_FUND, c->create_fund->code, "code");
		break;
	case PB__COMMAND__BODY_CREATE_PROGRAMME:
		want_new_code(look, MARK_PROGRAMME, c->create_programme->code, "code");
		break;
	case PB__COMMAND__BODY_REGISTER_PARTY:
		want_new_code(look, MARK_PARTY, c->register_party->code, "code");
		break;
	case PB__COMMAND__BODY_REGISTER_HOUSE_ACCOUNT: check_house(look); break;
	case PB__COMMAND__BODY_REGISTER_PRINCIPAL: want_new_credential(look); break;
	case PB__COMMAND__BODY_APPLY: check_apply(look); break;
	case PB__COMMAND__BODY_ISSUE: check_issue(look); break;
	case PB__COMMAND__BODY_RESERVE: want_new_contract(look, c->reserve->contract_number); break;
	case PB__COMMAND__BODY_SUBMIT_CLAIM: check_invoices(look); break;
	case PB__COMMAND__BODY_RECORD_PAYMENT_FILE: check_file(look); break;
	case PB__COMMAND__BODY_IMPORT_STATEMENT: check_statement(look); break;
	default: break;
	}
}
