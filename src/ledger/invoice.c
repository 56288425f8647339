/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/invoice.h"

#include "base/check.h"
#include "ledger/identifier.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

static struct key key_of_invoice(const Pb__Invoice *invoice) {
	struct key key = key_of_text(invoice->code);
	key_add_u8(&key, '/');
	key_add_bytes(&key, invoice->number, strlen(invoice->number));
	return key;
}

static bool is_same_invoice(const Pb__Invoice *a, const Pb__Invoice *b) {
	return strcmp(a->code, b->code) == 0 && strcmp(a->number, b->number) == 0;
}

static bool want_invoice(struct deciding *d, const Pb__Invoice *invoice) {
	int32_t day;
	if (!invoice->number[0])
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "number");
	if (!identifier_is_invoice(invoice->code, invoice->number))
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "number");
	if (!want_amount(d, invoice->amount, "amount") || !want_date(d, invoice->date, "date", &day))
		return false;
	return (invoice->vat >= 0 && invoice->vat <= invoice->amount) ||
	    refuse_field(d, PB__OUTCOME__AMOUNT_INVALID, "vat");
}

bool allow_invoices(struct deciding *d, const Pb__SubmitClaim *submit) {
	if (submit->n_invoices > LIMIT_INVOICES)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "invoices");
	for (size_t i = 0; i < submit->n_invoices; i++) {
		if (!want_invoice(d, submit->invoices[i]))
			return refuse_within(d, "invoices", i);
	}
	return true;
}

static bool is_free(const struct state *state, const struct key *invoice) {
	const struct id_row *taken = STATE_GET(state, TABLE_INVOICE, invoice, struct id_row);
	if (!taken)
		return true;
	struct key key = key_of_id(taken->id);
	const struct claim_row *claim = STATE_GET(state, TABLE_CLAIM, &key, struct claim_row);
	check(claim);
	return claim->status == PB__CLAIM_STATUS__CLAIM_RETURNED ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_REJECTED;
}

static bool is_named_before(const Pb__SubmitClaim *submit, size_t index) {
	for (size_t i = 0; i < index; i++) {
		if (is_same_invoice(submit->invoices[i], submit->invoices[index]))
			return true;
	}
	return false;
}

bool want_free_invoices(struct deciding *d, const Pb__SubmitClaim *submit) {
	for (size_t i = 0; i < submit->n_invoices; i++) {
		struct key key = key_of_invoice(submit->invoices[i]);
		if (is_free(d->state, &key) && !is_named_before(submit, i))
			continue;
		refuse_field(d, PB__OUTCOME__INVOICE_TAKEN, "");
		return refuse_within(d, "invoices", i);
	}
	return true;
}

bool add_invoices(
    struct deciding *d, const Pb__SubmitClaim *submit, struct invoice_sums *ret_sums) {
	struct invoice_sums sums = { 0 };
	for (size_t i = 0; i < submit->n_invoices; i++) {
		const Pb__Invoice *invoice = submit->invoices[i];
		if (__builtin_add_overflow(sums.amount, invoice->amount, &sums.amount))
			return refuse_field(d, PB__OUTCOME__OVERFLOW, "invoices");
		sums.vat += invoice->vat; /* at most the amount each */
	}
	*ret_sums = sums;
	return true;
}

int64_t take_invoices(struct applying *a, const Pb__SubmitClaim *submit, uint64_t claim) {
	int64_t sum = 0;
	for (size_t i = 0; i < submit->n_invoices; i++) {
		struct key key = key_of_invoice(submit->invoices[i]);
		check(is_free(a->state, &key));
		put_id(a, TABLE_INVOICE, &key, claim);
		count(&sum, submit->invoices[i]->amount);
	}
	return sum;
}
