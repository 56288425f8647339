/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/finance/payments.h"

/* 2026-11-21 23:30:15 of the programme's clock. */
#define APPROVED_US INT64_C(1795275015000000)

static const struct {
	const char *payee, *holder_name, *number, *bank_code, *reference;
	int64_t amount;
} rows[SAMPLE_PAYMENTS] = {
	{ "91110108551385082Q", "北京某某检测技术有限公司", "0200001009000012345", "102100000030",
	    "V0190a1b2-60-1", 15000000 },
	{ "91350100M000100Y43", "昌平新材料有限公司（A & B <昌平>）", "6222020200012345678901",
	    "105100000025", "V0190a1b2-60-2", 5 },
	{ "T-0001", "张三", "1", "308584000013", "V0190a1b2-60-3", 123456789012 },
};

void sample_make(struct sample *ret_sample) {
	struct sample *s = ret_sample;
	pb__settlement__init(&s->settlement);
	for (size_t i = 0; i < SAMPLE_PAYMENTS; i++) {
		pb__bank_account__init(&s->accounts[i]);
		s->accounts[i].holder_name = rows[i].holder_name;
		s->accounts[i].number = rows[i].number;
		s->accounts[i].bank_code = rows[i].bank_code;
		pb__payment__init(&s->payments[i]);
		s->payments[i].number = (uint32_t)i + 1;
		s->payments[i].amount = rows[i].amount;
		s->payments[i].reference = rows[i].reference;
		s->payments[i].account = &s->accounts[i];
		pb__settlement_payment__init(&s->entries[i]);
		s->entries[i].payment = &s->payments[i];
		s->entries[i].payee = rows[i].payee;
		s->entries[i].status = PB__PAYMENT_STATUS__PAYMENT_APPROVED;
		s->entry_pointers[i] = &s->entries[i];
		s->settlement.amount += rows[i].amount;
	}
	s->settlement.id = 60;
	s->settlement.programme = "cp";
	s->settlement.status = PB__SETTLEMENT_STATUS__SETTLEMENT_APPROVED;
	s->settlement.payments_count = SAMPLE_PAYMENTS;
	s->settlement.n_payments = SAMPLE_PAYMENTS;
	s->settlement.payments = s->entry_pointers;
	s->settlement.approved_us = APPROVED_US;
	s->options = (struct payments_options){
		.debtor_name = "昌平区科学技术委员会",
		.debtor_account = "0200001009000099999",
		.debtor_bank = "102100099996",
		.currency = "CNY",
		.utc_offset_minutes = 480,
	};
}
