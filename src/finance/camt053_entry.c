/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/camt053_entry.h"

#include "base/date.h"
#include "base/limits.h"
#include "base/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define DETAILS        "NtryDtls/TxDtls"
#define JOINED_BYTES   (2 * LIMIT_TEXT_BYTES) /* enough: it is squeezed and cut in the end */
#define ORDINAL_DIGITS 6

/* --- texts --- */

static const struct camt053_text entry_texts[] = {
#define TEXT(path, member, rule)                                                                   \
	{ path, offsetof(struct camt053_entry, member), CAMT053_##rule }
	TEXT("NtryRef", number, ONCE),
	TEXT("AcctSvcrRef", serial, ONCE),
	TEXT("CdtDbtInd", direction, ONCE),
	TEXT("RvslInd", reversal, ONCE),
	TEXT("Sts", status, ONCE), /* until version 04 */
	TEXT("Sts/Cd", status, ONCE),
	TEXT("Sts/Prtry", status, ONCE),
	TEXT("BookgDt/Dt", booking_date, ONCE),
	TEXT("BookgDt/DtTm", booking_date, ONCE),
	TEXT("ValDt/Dt", value_date, ONCE),
	TEXT("ValDt/DtTm", value_date, ONCE),
	TEXT("AddtlNtryInf", more, JOINED),
	TEXT("NtryDtls/Btch/MsgId", batch_message, FIRST),
	TEXT("NtryDtls/Btch/PmtInfId", batch, FIRST),
	TEXT("NtryDtls/Btch/NbOfTxs", batch_count, FIRST),
	TEXT(DETAILS "/RmtInf/Ustrd", text, JOINED),
	TEXT(DETAILS "/RmtInf/Strd/CdtrRefInf/Ref", text, JOINED),
	TEXT(DETAILS "/RtrInf/Rsn/Cd", text, JOINED),
	TEXT(DETAILS "/RtrInf/Rsn/Prtry", text, JOINED),
	TEXT(DETAILS "/RtrInf/AddtlInf", text, JOINED),
	TEXT(DETAILS "/AddtlTxInf", text, JOINED),
	TEXT(DETAILS "/Refs/EndToEndId", transaction.end_to_end, FIRST),
	TEXT(DETAILS "/Refs/InstrId", transaction.instruction, FIRST),
	TEXT(DETAILS "/Refs/AcctSvcrRef", transaction.bank_reference, FIRST),
	TEXT(DETAILS "/Refs/PmtInfId", transaction.batch, FIRST),
	TEXT(DETAILS "/RltdPties/Dbtr/Nm", transaction.debtor, FIRST),
	TEXT(DETAILS "/RltdPties/Dbtr/Pty/Nm", transaction.debtor, FIRST),
	TEXT(DETAILS "/RltdPties/DbtrAcct/Id/IBAN", transaction.debtor_account, FIRST),
	TEXT(DETAILS "/RltdPties/DbtrAcct/Id/Othr/Id", transaction.debtor_account, FIRST),
	TEXT(DETAILS "/RltdPties/Cdtr/Nm", transaction.creditor, FIRST),
	TEXT(DETAILS "/RltdPties/Cdtr/Pty/Nm", transaction.creditor, FIRST),
	TEXT(DETAILS "/RltdPties/CdtrAcct/Id/IBAN", transaction.creditor_account, FIRST),
	TEXT(DETAILS "/RltdPties/CdtrAcct/Id/Othr/Id", transaction.creditor_account, FIRST),
#undef TEXT
};

static enum err join(const char **text, const char *more, struct arena *arena) {
	if (strlen(*text) >= JOINED_BYTES)
		return ERR_OK;
	const char *joined = arena_printf(arena, "%s %s", *text, more);
	*text = joined ? joined : *text;
	return joined ? ERR_OK : ERR_MEMORY;
}

static enum err keep(const struct camt053_text *place, void *object, const char *text,
    struct arena *arena, struct file_mistake *mistake) {
	const char **kept = (const char **)(void *)((char *)object + place->offset);
	if (!text[0] || (place->rule == CAMT053_FIRST && (*kept)[0]))
		return ERR_OK;
	if (place->rule == CAMT053_JOINED)
		return join(kept, text, arena);
	if ((*kept)[0]) {
		mistake_say(mistake, "%s stands there twice", "%s 重复出现", place->path);
		return ERR_SYNTAX;
	}
	const char *copy = arena_string(arena, text, strlen(text));
	*kept = copy ? copy : *kept;
	return copy ? ERR_OK : ERR_MEMORY;
}

enum err camt053_keep(const struct camt053_text *texts, size_t count, void *object,
    const char *path, const char *text, struct arena *arena, struct file_mistake *mistake) {
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i].path, path) == 0)
			return keep(&texts[i], object, text, arena, mistake);
	return ERR_OK;
}

/* --- values --- */

enum err camt053_take_amount(const struct xml_element *element, struct camt053_money *money,
    const char **currency, struct arena *arena, struct file_mistake *mistake) {
	struct camt053_money taken = { .is_there = true };
	enum err err = money->is_there ? ERR_EXISTS : xml_parse_amount(element->text, &taken.amount);
	if (err == ERR_EXISTS)
		mistake_say(mistake, "Amt stands there twice", "Amt 重复出现");
	else if (err != ERR_OK)
		mistake_say(mistake, "an amount must be digits, with two after the point at most",
		    "金额应为数字，小数最多两位");
	else if (strlen(element->currency) != 3)
		mistake_say(mistake, "an amount must have its currency", "金额须注明币种");
	else if ((*currency)[0] && strcmp(*currency, element->currency) != 0)
		mistake_say(mistake, "this is in %s, and the statement in %s", "此处币种为 %s，对账单为 %s",
		    element->currency, *currency);
	if (mistake->text[0])
		return err == ERR_RANGE ? ERR_RANGE : ERR_SYNTAX;
	if (!(*currency)[0])
		*currency = arena_string(arena, element->currency, 3);
	*money = taken;
	return *currency ? ERR_OK : ERR_MEMORY;
}

enum err camt053_sign(
    const char *direction, int64_t amount, int64_t *ret_signed, struct file_mistake *mistake) {
	if (strcmp(direction, "CRDT") != 0 && strcmp(direction, "DBIT") != 0) {
		mistake_say(mistake, "CdtDbtInd must be CRDT or DBIT", "CdtDbtInd 应为 CRDT 或 DBIT");
		return ERR_SYNTAX;
	}
	*ret_signed = direction[0] == 'C' ? amount : -amount;
	return ERR_OK;
}

enum err camt053_cut_date(const char **text, struct arena *arena, struct file_mistake *mistake) {
	int32_t day;
	char date[DATE_TEXT_BYTES];
	if (!(*text)[0])
		return ERR_OK;
	snprintf(date, sizeof(date), "%.10s", *text);
	if (date_parse(date, &day) != ERR_OK || ((*text)[10] && !strchr("TZ+-", (*text)[10]))) {
		mistake_say(mistake, "this date is no day", "日期不存在或格式有误");
		return ERR_SYNTAX;
	}
	const char *copy = arena_string(arena, date, strlen(date));
	*text = copy ? copy : *text;
	return copy ? ERR_OK : ERR_MEMORY;
}

static enum err read_flag(const char *text, bool *ret_flag, struct file_mistake *mistake) {
	bool is_set = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
	if (!is_set && text[0] && strcmp(text, "false") != 0 && strcmp(text, "0") != 0) {
		mistake_say(mistake, "RvslInd must be true or false", "RvslInd 应为 true 或 false");
		return ERR_SYNTAX;
	}
	*ret_flag = is_set;
	return ERR_OK;
}

/* What banks write where they have nothing to say. */
static const char *without_nothing(const char *reference) {
	static const char *const nothing[] = { "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE" };
	for (size_t i = 0; i < COUNT(nothing); i++)
		if (strcasecmp(reference, nothing[i]) == 0)
			return "";
	return reference;
}

/* A text of a line, in room of its own. */
static enum err squeeze(const char **text, size_t bytes_max, struct arena *arena) {
	char *copy = (*text)[0] ? arena_string(arena, *text, strlen(*text)) : NULL;
	if (!copy)
		return (*text)[0] ? ERR_MEMORY : ERR_OK;
	statement_squeeze(copy, bytes_max);
	*text = copy;
	return ERR_OK;
}

/* --- an entry --- */

static const struct camt053_transaction no_transaction = { "", "", "", "", "", "", "", "" };

void camt053_entry_begin(struct camt053_entry *entry, uint64_t line, uint64_t column) {
	*entry = (struct camt053_entry){
		.line = line,
		.column = column,
		.number = "",
		.serial = "",
		.direction = "",
		.reversal = "",
		.status = "",
		.booking_date = "",
		.value_date = "",
		.batch = "",
		.batch_message = "",
		.batch_count = "",
		.references = "",
		.text = "",
		.more = "",
		.first = no_transaction,
		.transaction = no_transaction,
	};
}

enum err camt053_entry_begin_element(
    struct camt053_entry *entry, const char *path, struct file_mistake *mistake) {
	if (strcmp(path, DETAILS) != 0)
		return ERR_OK;
	if (entry->transactions == STATEMENT_LINES_MAX) {
		mistake_say(mistake, "an entry sums more than %d transactions",
		    "一条明细汇总超过 %d 笔交易", STATEMENT_LINES_MAX);
		return ERR_RANGE;
	}
	entry->transactions++;
	entry->transaction = no_transaction;
	return ERR_OK;
}

static const char *reference_of(const struct camt053_transaction *transaction) {
	const char *reference = without_nothing(transaction->end_to_end);
	return reference[0] ? reference : without_nothing(transaction->instruction);
}

static enum err end_transaction(struct camt053_entry *entry, struct arena *arena) {
	const char *reference = reference_of(&entry->transaction);
	if (entry->transactions == 1)
		entry->first = entry->transaction;
	entry->transaction = no_transaction;
	return reference[0] ? join(&entry->references, reference, arena) : ERR_OK;
}

enum err camt053_entry_end_element(struct camt053_entry *entry, const char *path, const char *text,
    struct arena *arena, struct file_mistake *mistake) {
	if (strcmp(path, DETAILS) == 0)
		return end_transaction(entry, arena);
	return camt053_keep(entry_texts, COUNT(entry_texts), entry, path, text, arena, mistake);
}

bool camt053_entry_is_booked(const struct camt053_entry *entry) {
	return strcmp(entry->status, "BOOK") == 0;
}

/* --- the line that it is --- */

static bool is_ordinal(const char *number) {
	return strspn(number, "0123456789") == strlen(number) && strlen(number) <= ORDINAL_DIGITS;
}

static void find_references(const struct camt053_entry *entry, struct statement_line *line) {
	const struct camt053_transaction *first = &entry->first;
	bool is_one = line->details <= 1;
	const char *batch = entry->batch[0] ? entry->batch : entry->batch_message;
	line->serial = without_nothing(entry->serial);
	if (!line->serial[0] && is_one)
		line->serial = without_nothing(first->bank_reference);
	if (!line->serial[0] && !is_ordinal(entry->number))
		line->serial = entry->number;
	if (is_one && strcmp(line->serial, first->bank_reference) != 0)
		line->bank_reference = without_nothing(first->bank_reference);
	line->reference = is_one ? reference_of(first) : "";
	batch = without_nothing(batch[0] ? batch : first->batch);
	/* One payment's text that names it says more than the batch that it was in. */
	if (!line->reference[0] && !(is_one && batch[0] && strstr(entry->text, batch)))
		line->reference = batch;
}

static void find_other_side(const struct camt053_entry *entry, struct statement_line *line) {
	const struct camt053_transaction *first = &entry->first;
	bool is_in = line->amount > 0;
	if (line->details > 1)
		return;
	line->other_name = is_in ? first->debtor : first->creditor;
	line->other_account = is_in ? first->debtor_account : first->creditor_account;
}

/* What is too long for a reference is kept as text. */
static enum err find_text(
    const struct camt053_entry *entry, struct statement_line *line, struct arena *arena) {
	bool is_long = strlen(line->reference) > LIMIT_REFERENCE_BYTES;
	line->text = arena_printf(arena, "%s %s %s %s", is_long ? line->reference : "",
	    line->details > 1 ? entry->references : "", entry->text, entry->more);
	line->reference = is_long ? "" : line->reference;
	return line->text ? ERR_OK : ERR_MEMORY;
}

static enum err squeeze_texts(struct statement_line *line, struct arena *arena) {
	const struct {
		const char **text;
		size_t bytes_max;
	} texts[] = {
		{ &line->serial, 2 * LIMIT_REFERENCE_BYTES }, /* too long: refused in the end, not cut */
		{ &line->reference, LIMIT_REFERENCE_BYTES },
		{ &line->bank_reference, LIMIT_REFERENCE_BYTES },
		{ &line->text, LIMIT_TEXT_BYTES },
		{ &line->other_account, LIMIT_REFERENCE_BYTES },
		{ &line->other_name, LIMIT_NAME_BYTES },
	};
	enum err err = ERR_OK;
	for (size_t i = 0; i < COUNT(texts) && err == ERR_OK; i++)
		err = squeeze(texts[i].text, texts[i].bytes_max, arena);
	return err;
}

static uint32_t count_transactions(const struct camt053_entry *entry) {
	uint64_t count = 0;
	if (text_parse_u64(entry->batch_count, strlen(entry->batch_count), &count) != ERR_OK ||
	    count > STATEMENT_LINES_MAX)
		count = 0;
	return count > entry->transactions ? (uint32_t)count : entry->transactions;
}

static enum err find_dates(struct camt053_entry *entry, const char *day, struct arena *arena,
    struct statement_line *line, struct file_mistake *mistake) {
	enum err err = camt053_cut_date(&entry->booking_date, arena, mistake);
	if (err == ERR_OK)
		err = camt053_cut_date(&entry->value_date, arena, mistake);
	if (err != ERR_OK)
		return err;
	line->value_date = entry->value_date;
	line->booking_date = entry->booking_date[0] ? entry->booking_date : day;
	if (!line->booking_date[0])
		line->booking_date = entry->value_date;
	if (line->booking_date[0] || !camt053_entry_is_booked(entry))
		return ERR_OK;
	mistake_say(mistake, "this entry has no booking date", "该明细没有记账日期");
	return ERR_SYNTAX;
}

enum err camt053_entry_complete(struct camt053_entry *entry, const char *day, struct arena *arena,
    struct statement_line *ret_line, struct file_mistake *mistake) {
	struct statement_line line = { entry->line, (uint32_t)entry->column, count_transactions(entry),
		0, "", "", "", "", "", "", "", "", false };
	if (!entry->money.is_there) {
		mistake_say(mistake, "this entry has no amount", "该明细没有金额");
		return ERR_SYNTAX;
	}
	if (!entry->status[0]) {
		mistake_say(
		    mistake, "this entry does not say whether it is booked", "该明细没有状态（Sts）");
		return ERR_SYNTAX;
	}
	enum err err = camt053_sign(entry->direction, entry->money.amount, &line.amount, mistake);
	if (err == ERR_OK)
		err = read_flag(entry->reversal, &line.is_reversal, mistake);
	if (err == ERR_OK)
		err = find_dates(entry, day, arena, &line, mistake);
	if (err != ERR_OK)
		return err;
	find_references(entry, &line);
	find_other_side(entry, &line);
	err = find_text(entry, &line, arena);
	if (err == ERR_OK)
		err = squeeze_texts(&line, arena);
	line.details += line.details == 0;
	if (err == ERR_OK)
		*ret_line = line;
	return err;
}
