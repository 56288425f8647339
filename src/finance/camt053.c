/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/camt053.h"

#include "base/date.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define REPORT       "BkToCstmrStmt"
#define STATEMENT    REPORT "/Stmt"
#define ENTRY        STATEMENT "/Ntry"
#define DETAILS      ENTRY "/NtryDtls/TxDtls"

static const char *const namespaces[] = { CAMT053_NAMESPACES, NULL };

static const struct camt053_line empty_line = {
	.account = "",
	.serial = "",
	.currency = "",
	.status = "",
	.booking_date = "",
	.value_date = "",
	.end_to_end_id = "",
	.remittance = "",
};

struct reading {
	struct arena *arena;
	struct camt053 report;
	const char *account;
	struct camt053_line line;
	const char *entry_reference; /* NtryRef */
	const char *direction;
	const char *reversal;
	bool has_amount;
	bool is_report;
};

/* --- texts --- */

/* Where the text of an element goes; of further transactions of an entry nothing is kept. */
static const char **text_of(struct reading *r, const char *path) {
	const struct {
		const char *path;
		const char **text;
	} texts[] = {
		{ REPORT "/GrpHdr/MsgId", &r->report.message_id },
		{ STATEMENT "/Acct/Id/IBAN", &r->account },
		{ STATEMENT "/Acct/Id/Othr/Id", &r->account },
		{ ENTRY "/NtryRef", &r->entry_reference },
		{ ENTRY "/AcctSvcrRef", &r->line.serial },
		{ ENTRY "/CdtDbtInd", &r->direction },
		{ ENTRY "/RvslInd", &r->reversal },
		{ ENTRY "/Sts", &r->line.status }, /* until version 04 */
		{ ENTRY "/Sts/Cd", &r->line.status },
		{ ENTRY "/Sts/Prtry", &r->line.status },
		{ ENTRY "/BookgDt/Dt", &r->line.booking_date },
		{ ENTRY "/BookgDt/DtTm", &r->line.booking_date },
		{ ENTRY "/ValDt/Dt", &r->line.value_date },
		{ ENTRY "/ValDt/DtTm", &r->line.value_date },
		{ DETAILS "/Refs/EndToEndId", &r->line.end_to_end_id },
		{ DETAILS "/RmtInf/Ustrd", &r->line.remittance },
	};
	bool is_further = r->line.details > 1 && strncmp(path, DETAILS "/", sizeof(DETAILS)) == 0;
	for (size_t i = 0; !is_further && i < COUNT(texts); i++)
		if (strcmp(texts[i].path, path) == 0)
			return texts[i].text;
	return NULL;
}

static enum err say(struct xml_mistake *mistake, enum err err, const char *text) {
	snprintf(mistake->text, sizeof(mistake->text), "%s", text);
	return err;
}

static enum err keep_text(
    struct reading *r, const struct xml_element *element, struct xml_mistake *mistake) {
	const char **text = text_of(r, element->path);
	/* Sts of later versions has elements in it, and only blanks of its own. */
	if (!text || (text == &r->line.status && !element->text[0]))
		return ERR_OK;
	if (text == &r->line.remittance && (*text)[0]) {
		*text = arena_printf(r->arena, "%s %s", *text, element->text);
		return *text ? ERR_OK : ERR_MEMORY;
	}
	if ((*text)[0])
		return say(mistake, ERR_SYNTAX, "it stands there twice");
	const char *copy = arena_printf(r->arena, "%s", element->text);
	if (!copy)
		return ERR_MEMORY;
	*text = copy;
	return ERR_OK;
}

/* --- entries --- */

static enum err read_amount(
    struct reading *r, const struct xml_element *element, struct xml_mistake *mistake) {
	if (r->has_amount)
		return say(mistake, ERR_SYNTAX, "it stands there twice");
	enum err err = xml_parse_amount(element->text, &r->line.amount);
	if (err != ERR_OK)
		return say(mistake, err, "an amount must be digits, with two after the point at most");
	if (strlen(element->currency) != 3)
		return say(mistake, ERR_SYNTAX, "an amount must have its currency");
	r->has_amount = true;
	r->line.currency = arena_printf(r->arena, "%s", element->currency);
	return r->line.currency ? ERR_OK : ERR_MEMORY;
}

/* A date, or the date of a moment, as the bank writes it. */
static bool read_date(struct arena *arena, const char **text, enum err *ret_err) {
	int32_t day;
	char date[DATE_TEXT_BYTES];
	if (!(*text)[0])
		return true;
	snprintf(date, sizeof(date), "%.10s", *text);
	if (date_parse(date, &day) != ERR_OK || ((*text)[10] && !strchr("TZ+-", (*text)[10])))
		return false;
	const char *copy = arena_printf(arena, "%s", date);
	if (copy)
		*text = copy;
	else
		*ret_err = ERR_MEMORY;
	return true;
}

static bool read_flag(const char *text, const char *yes, const char *no, bool *ret_flag) {
	*ret_flag = strcmp(text, yes) == 0;
	return *ret_flag || strcmp(text, no) == 0;
}

static enum err complete(struct reading *r, struct xml_mistake *mistake) {
	struct camt053_line *line = &r->line;
	enum err err = ERR_OK;
	const char *reversal = r->reversal[0] ? r->reversal : "false";
	if (!r->account[0])
		return say(mistake, ERR_SYNTAX, "the statement of this entry has no account");
	if (!r->has_amount)
		return say(mistake, ERR_SYNTAX, "this entry has no amount");
	if (!read_flag(r->direction, "CRDT", "DBIT", &line->is_credit))
		return say(mistake, ERR_SYNTAX, "CdtDbtInd of this entry must be CRDT or DBIT");
	if (!read_flag(reversal, "true", "false", &line->is_reversal) &&
	    !read_flag(reversal, "1", "0", &line->is_reversal))
		return say(mistake, ERR_SYNTAX, "RvslInd of this entry must be true or false");
	if (!read_date(r->arena, &line->booking_date, &err) ||
	    !read_date(r->arena, &line->value_date, &err))
		return say(mistake, ERR_SYNTAX, "a date of this entry is no day");
	line->account = r->account;
	if (!line->serial[0])
		line->serial = r->entry_reference;
	return err;
}

static enum err keep_line(struct reading *r, struct xml_mistake *mistake) {
	struct camt053 *report = &r->report;
	enum err err = complete(r, mistake);
	if (err != ERR_OK)
		return err;
	if (report->count == CAMT053_LINES_MAX)
		return say(mistake, ERR_RANGE, "the statement has more than 1000000 entries");
	struct camt053_line *lines = arena_grow(r->arena, report->lines, report->count, sizeof(*lines));
	if (!lines)
		return ERR_MEMORY;
	report->lines = lines;
	report->lines[report->count++] = r->line;
	return ERR_OK;
}

/* --- elements --- */

static enum err begin(void *user, const struct xml_element *element, struct xml_mistake *mistake) {
	struct reading *r = user;
	(void)mistake;
	if (strcmp(element->path, REPORT) == 0)
		r->is_report = true;
	if (strcmp(element->path, STATEMENT) == 0)
		r->account = "";
	if (strcmp(element->path, ENTRY) == 0) {
		r->line = empty_line;
		r->line.line = element->line;
		r->entry_reference = r->direction = r->reversal = "";
		r->has_amount = false;
	}
	if (strcmp(element->path, DETAILS) == 0)
		r->line.details++;
	return ERR_OK;
}

static enum err end(void *user, const struct xml_element *element, struct xml_mistake *mistake) {
	struct reading *r = user;
	if (strcmp(element->path, ENTRY) == 0)
		return keep_line(r, mistake);
	if (strcmp(element->path, ENTRY "/Amt") == 0)
		return read_amount(r, element, mistake);
	return keep_text(r, element, mistake);
}

enum err camt053_read(const char *data, size_t bytes, struct arena *arena,
    struct camt053 *ret_report, struct xml_mistake *ret_mistake) {
	struct reading r = {
		.arena = arena,
		.report = { .message_id = "" },
		.account = "",
		.line = empty_line,
		.entry_reference = "",
		.direction = "",
		.reversal = "",
	};
	const struct xml_handler handler = { namespaces, &r, begin, end };
	enum err err = xml_read(data, bytes, &handler, ret_mistake);
	if (err != ERR_OK)
		return err;
	if (!r.is_report) {
		*ret_mistake = (struct xml_mistake){ 0, 0, "the document is no statement" };
		return ERR_SYNTAX;
	}
	*ret_report = r.report;
	return ERR_OK;
}
