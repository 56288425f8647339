/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First everything is checked, then everything is written. The file's own sums are those of the
 * payments that stand in it, and equal to the settlement's by then.
 */
#include "finance/pain001.h"

#include "base/check.h"

#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdbool.h>
#include <stdio.h>

#define NAMESPACE_09 "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
#define NAMESPACE_03 "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"

struct writing {
	const Pb__Settlement *settlement;
	const struct payments_options *options;
	enum pain001_version version;
	struct payments_facts facts;
	xmlTextWriterPtr xml;
	bool is_broken; /* libxml2 failed: only memory can be the reason */
};

/* --- what is written --- */

static void begin(struct writing *w, const char *name) {
	if (xmlTextWriterStartElement(w->xml, (const xmlChar *)name) < 0)
		w->is_broken = true;
}

static void end(struct writing *w, unsigned count) {
	while (count-- > 0)
		if (xmlTextWriterEndElement(w->xml) < 0)
			w->is_broken = true;
}

static void leaf(struct writing *w, const char *name, const char *text) {
	if (xmlTextWriterWriteElement(w->xml, (const xmlChar *)name, (const xmlChar *)text) < 0)
		w->is_broken = true;
}

static void attribute(struct writing *w, const char *name, const char *text) {
	if (xmlTextWriterWriteAttribute(w->xml, (const xmlChar *)name, (const xmlChar *)text) < 0)
		w->is_broken = true;
}

static void write_party(struct writing *w, const char *element, const char *name) {
	char room[PAYMENTS_NAME_BYTES];
	check(payments_limit_name(name, room));
	begin(w, element);
	leaf(w, "Nm", room);
	end(w, 1);
}

static void write_account(struct writing *w, const char *element, const char *number) {
	begin(w, element);
	begin(w, "Id");
	begin(w, "Othr");
	leaf(w, "Id", number);
	end(w, 3);
}

static void write_bank(struct writing *w, const char *element, const char *code) {
	begin(w, element);
	begin(w, "FinInstnId");
	begin(w, "ClrSysMmbId");
	begin(w, "ClrSysId");
	leaf(w, "Cd", "CNAPS");
	end(w, 1);
	leaf(w, "MmbId", code);
	end(w, 3);
}

static void write_sums(struct writing *w) {
	char count[24], sum[PAYMENTS_AMOUNT_BYTES];
	snprintf(count, sizeof(count), "%" PRIu32, w->facts.count);
	payments_format_amount(w->facts.sum, sum);
	leaf(w, "NbOfTxs", count);
	leaf(w, "CtrlSum", sum);
}

static void write_header(struct writing *w) {
	begin(w, "GrpHdr");
	leaf(w, "MsgId", w->facts.message_id);
	leaf(w, "CreDtTm", w->facts.moment);
	write_sums(w);
	write_party(w, "InitgPty", w->options->debtor_name);
	end(w, 1);
}

static void write_remittance(struct writing *w, const char *reference) {
	char text[2 * PAYMENTS_NAME_BYTES], room[PAYMENTS_NAME_BYTES];
	snprintf(text, sizeof(text), "%s %s", reference, w->settlement->programme);
	check(payments_limit_name(text, room));
	begin(w, "RmtInf");
	leaf(w, "Ustrd", room);
	end(w, 1);
}

static void write_payment(struct writing *w, const Pb__Payment *payment) {
	char amount[PAYMENTS_AMOUNT_BYTES];
	payments_format_amount(payment->amount, amount);
	begin(w, "CdtTrfTxInf");
	begin(w, "PmtId");
	leaf(w, "EndToEndId", payment->reference);
	end(w, 1);
	begin(w, "Amt");
	begin(w, "InstdAmt");
	attribute(w, "Ccy", w->options->currency);
	if (xmlTextWriterWriteString(w->xml, (const xmlChar *)amount) < 0)
		w->is_broken = true;
	end(w, 2);
	write_bank(w, "CdtrAgt", payment->account->bank_code);
	write_party(w, "Cdtr", payment->account->holder_name);
	write_account(w, "CdtrAcct", payment->account->number);
	write_remittance(w, payment->reference);
	end(w, 1);
}

static void write_payments(struct writing *w) {
	const struct payments_options *options = w->options;
	begin(w, "PmtInf");
	leaf(w, "PmtInfId", w->facts.message_id);
	leaf(w, "PmtMtd", "TRF");
	write_sums(w);
	if (w->version == PAIN001_03) {
		leaf(w, "ReqdExctnDt", w->facts.day);
	} else {
		begin(w, "ReqdExctnDt");
		leaf(w, "Dt", w->facts.day);
		end(w, 1);
	}
	write_party(w, "Dbtr", options->debtor_name);
	write_account(w, "DbtrAcct", options->debtor_account);
	write_bank(w, "DbtrAgt", options->debtor_bank);
	for (size_t i = 0; i < w->settlement->n_payments; i++)
		if (payments_has(w->settlement->payments[i]))
			write_payment(w, w->settlement->payments[i]->payment);
	end(w, 1);
}

static void write_document(struct writing *w) {
	if (xmlTextWriterSetIndent(w->xml, 1) < 0 ||
	    xmlTextWriterSetIndentString(w->xml, (const xmlChar *)"  ") < 0 ||
	    xmlTextWriterStartDocument(w->xml, "1.0", "UTF-8", NULL) < 0)
		w->is_broken = true;
	begin(w, "Document");
	attribute(w, "xmlns", w->version == PAIN001_03 ? NAMESPACE_03 : NAMESPACE_09);
	begin(w, "CstmrCdtTrfInitn");
	write_header(w);
	write_payments(w);
	end(w, 2);
	if (xmlTextWriterEndDocument(w->xml) < 0)
		w->is_broken = true;
}

enum err pain001_write(const Pb__Settlement *settlement, const struct payments_options *options,
    enum pain001_version version, struct buffer *buffer, struct payments_result *ret_result) {
	struct writing w = { .settlement = settlement, .options = options, .version = version };
	enum err err = payments_check(settlement, options, &w.facts, ret_result);
	if (err != ERR_OK)
		return err;
	err = ERR_MEMORY;
	xmlBufferPtr bytes = xmlBufferCreate();
	if (bytes)
		w.xml = xmlNewTextWriterMemory(bytes, 0);
	if (!w.xml)
		goto out;
	write_document(&w);
	xmlFreeTextWriter(w.xml); /* flushes */
	if (w.is_broken)
		goto out;
	buffer_append(buffer, xmlBufferContent(bytes), (size_t)xmlBufferLength(bytes));
	err = buffer_error(buffer);
	if (err == ERR_OK)
		*ret_result = (struct payments_result){ .refusal = PAYMENTS_WRITTEN, .payee = "" };
out:
	if (bytes)
		xmlBufferFree(bytes);
	return err;
}
