/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes that an approver of payments approves, as settle.h lays them down. Pure; any thread. */
#include "ledger/settle.h"

#include "base/buffer.h"

#include <endian.h>
#include <string.h>

static void add_u32(struct buffer *buffer, uint32_t value) {
	uint32_t big_endian = htobe32(value);
	buffer_append(buffer, &big_endian, sizeof(big_endian));
}

static void add_u64(struct buffer *buffer, uint64_t value) {
	uint64_t big_endian = htobe64(value);
	buffer_append(buffer, &big_endian, sizeof(big_endian));
}

static void add_text(struct buffer *buffer, const char *text) {
	size_t bytes = strlen(text);
	add_u32(buffer, (uint32_t)bytes);
	buffer_append(buffer, text, bytes);
}

/* Where there is a commitment, the account itself is no part of it: it may have been erased. */
static void add_account(struct buffer *buffer, const Pb__Payment *payment) {
	const Pb__Digest *commitment = payment->account_commitment;
	const Pb__BankAccount *account = commitment ? NULL : payment->account;
	add_text(buffer, account ? account->number : "");
	add_text(buffer, account ? account->bank_code : "");
	add_text(buffer, account ? account->holder_name : "");
	add_u32(buffer, commitment ? (uint32_t)commitment->value.len : 0);
	if (commitment)
		buffer_append(buffer, commitment->value.data, commitment->value.len);
}

static void add_shares(struct buffer *buffer, Pb__Share *const *shares, size_t count) {
	add_u32(buffer, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		add_u64(buffer, shares[i]->fund);
		add_u64(buffer, (uint64_t)shares[i]->amount);
	}
}

static void add_nettings(struct buffer *buffer, const Pb__Payment *payment) {
	add_u32(buffer, (uint32_t)payment->n_nettings);
	for (size_t i = 0; i < payment->n_nettings; i++) {
		const Pb__Netting *netting = payment->nettings[i];
		add_u64(buffer, netting->clawback);
		add_u64(buffer, (uint64_t)netting->amount);
		add_shares(buffer, netting->shares, netting->n_shares);
	}
}

static void add_payment(struct buffer *buffer, const Pb__Payment *payment) {
	add_u32(buffer, payment->number);
	add_u64(buffer, payment->payee);
	add_u64(buffer, (uint64_t)payment->amount);
	add_account(buffer, payment);
	add_text(buffer, payment->reference);
	add_shares(buffer, payment->shares, payment->n_shares);
	add_u32(buffer, (uint32_t)payment->n_claims);
	for (size_t i = 0; i < payment->n_claims; i++)
		add_u64(buffer, payment->claims[i]);
	add_nettings(buffer, payment);
}

enum err settle_digest(const struct settle_payments *payments, uint8_t ret_hash[DIGEST_BYTES]) {
	struct buffer buffer;
	buffer_init(&buffer, 0);
	buffer_append_text(&buffer, "voucher-payments-3\n");
	add_u64(&buffer, payments->ledger_id.high);
	add_u64(&buffer, payments->ledger_id.low);
	add_u64(&buffer, payments->settlement);
	add_text(&buffer, payments->house_account);
	add_u32(&buffer, (uint32_t)payments->count);
	for (size_t i = 0; i < payments->count; i++)
		add_payment(&buffer, payments->payments[i]);
	enum err err = buffer_error(&buffer);
	if (!err)
		digest_sha256(buffer.data, buffer.bytes, ret_hash);
	buffer_done(&buffer);
	return err;
}
