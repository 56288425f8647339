/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/pain002.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define REPORT       "CstmrPmtStsRpt"
#define PAYMENT      REPORT "/OrgnlPmtInfAndSts/TxInfAndSts"

static const char *const namespaces[] = { PAIN002_NAMESPACES, NULL };

struct reading {
	struct arena *arena;
	struct pain002 report;
	const char *block; /* PmtInfSts of the block that we are in */
	size_t block_from; /* its first status */
	struct pain002_status status;
	bool is_report; /* the message is one */
};

static enum pain002_meaning meaning_of(const char *code) {
	static const struct {
		char code[5];
		enum pain002_meaning meaning;
	} known[] = {
		{ "ACSC", PAIN002_PAID },
		{ "ACCC", PAIN002_PAID },
		{ "RJCT", PAIN002_FAILED },
		{ "CANC", PAIN002_FAILED },
		{ "RCVD", PAIN002_PENDING },
		{ "ACTC", PAIN002_PENDING },
		{ "ACCP", PAIN002_PENDING },
		{ "ACFC", PAIN002_PENDING },
		{ "ACSP", PAIN002_PENDING },
		{ "ACWC", PAIN002_PENDING },
		{ "ACWP", PAIN002_PENDING },
		{ "PDNG", PAIN002_PENDING },
		{ "PATC", PAIN002_PENDING },
		{ "PART", PAIN002_PENDING },
	};
	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].code, code) == 0)
			return known[i].meaning;
	return PAIN002_UNKNOWN;
}

/* Reasons come in several elements: "AC04; account closed". */
static const char *join(struct arena *arena, const char *before, const char *text) {
	return before[0] ? arena_printf(arena, "%s; %s", before, text)
	                 : arena_printf(arena, "%s", text);
}

static const char **text_of(struct reading *r, const char *path) {
	const struct {
		const char *path;
		const char **text;
	} texts[] = {
		{ REPORT "/GrpHdr/MsgId", &r->report.message_id },
		{ REPORT "/OrgnlGrpInfAndSts/OrgnlMsgId", &r->report.original_message_id },
		{ REPORT "/OrgnlGrpInfAndSts/GrpSts", &r->report.code },
		{ REPORT "/OrgnlPmtInfAndSts/PmtInfSts", &r->block },
		{ PAYMENT "/OrgnlEndToEndId", &r->status.end_to_end_id },
		{ PAYMENT "/TxSts", &r->status.code },
		{ PAYMENT "/AcctSvcrRef", &r->status.bank_reference },
		{ PAYMENT "/AccptncDtTm", &r->status.accepted },
		{ PAYMENT "/StsRsnInf/Rsn/Cd", &r->status.reason },
		{ PAYMENT "/StsRsnInf/Rsn/Prtry", &r->status.reason },
		{ PAYMENT "/StsRsnInf/AddtlInf", &r->status.reason },
	};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (strcmp(texts[i].path, path) == 0)
			return texts[i].text;
	return NULL;
}

static enum err begin(void *user, const struct xml_element *element, struct file_mistake *mistake) {
	struct reading *r = user;
	(void)mistake;
	if (strcmp(element->path, REPORT) == 0)
		r->is_report = true;
	if (strcmp(element->path, REPORT "/OrgnlPmtInfAndSts") == 0) {
		r->block = "";
		r->block_from = r->report.count;
	}
	if (strcmp(element->path, PAYMENT) == 0)
		r->status = (struct pain002_status){ "", "", PAIN002_UNKNOWN, "", "", "", element->line,
			element->column };
	return ERR_OK;
}

static enum err keep_status(struct reading *r, struct file_mistake *mistake) {
	struct pain002 *report = &r->report;
	if (report->count == PAIN002_STATUSES_MAX) {
		mistake_say(mistake, "more than %d payments are reported on", "报告的付款超过 %d 笔",
		    PAIN002_STATUSES_MAX);
		return ERR_RANGE;
	}
	struct pain002_status *statuses = arena_grow(
	    r->arena, report->statuses, report->count, sizeof(*statuses));
	if (!statuses)
		return ERR_MEMORY;
	report->statuses = statuses;
	report->statuses[report->count++] = r->status;
	return ERR_OK;
}

/* What the bank says of a block or of the message holds for those of which it says no more. */
static void inherit(struct reading *r, size_t from, const char *code) {
	for (size_t i = from; i < r->report.count; i++)
		if (!r->report.statuses[i].code[0])
			r->report.statuses[i].code = code;
}

static enum err end(void *user, const struct xml_element *element, struct file_mistake *mistake) {
	struct reading *r = user;
	if (strcmp(element->path, PAYMENT) == 0)
		return keep_status(r, mistake);
	if (strcmp(element->path, REPORT "/OrgnlPmtInfAndSts") == 0)
		inherit(r, r->block_from, r->block);
	const char **text = text_of(r, element->path);
	if (!text)
		return ERR_OK;
	bool is_reason = text == &r->status.reason;
	if (!is_reason && (*text)[0]) {
		mistake_say(mistake, "%s stands there twice", "%s 重复出现", element->path);
		return ERR_SYNTAX;
	}
	*text = join(r->arena, is_reason ? *text : "", element->text);
	return *text ? ERR_OK : ERR_MEMORY;
}

enum err pain002_read(const char *data, size_t bytes, struct arena *arena,
    struct pain002 *ret_report, struct file_mistake *ret_mistake) {
	struct reading r = {
		.arena = arena,
		.report = { .message_id = "", .original_message_id = "", .code = "" },
		.block = "",
		.status = { "", "", PAIN002_UNKNOWN, "", "", "", 0, 0 },
	};
	const struct xml_handler handler = { namespaces, &r, begin, end };
	enum err err = xml_read(data, bytes, &handler, ret_mistake);
	if (err != ERR_OK)
		return err;
	if (!r.is_report) {
		*ret_mistake = (struct file_mistake){ 1, 1, "the document is no status report",
			"该文件不是付款状态报告" };
		return ERR_SYNTAX;
	}
	inherit(&r, 0, r.report.code);
	for (size_t i = 0; i < r.report.count; i++)
		r.report.statuses[i].meaning = meaning_of(r.report.statuses[i].code);
	*ret_report = r.report;
	return ERR_OK;
}
