/* SPDX-License-Identifier: Apache-2.0 */
#include "finance/camt053.h"

#include "base/limits.h"
#include "base/text.h"
#include "finance/camt053_entry.h"

#include <stddef.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const namespaces[] = { CAMT053_NAMESPACES, NULL };

static const struct message {
	const char *report, *statement, *format;
	bool is_of_part; /* of the day: its balances may not belong to its entries */
} messages[] = {
	{ "BkToCstmrStmt", "BkToCstmrStmt/Stmt", "camt.053.", false },
	{ "BkToCstmrAcctRpt", "BkToCstmrAcctRpt/Rpt", "camt.052.", true },
};

enum balance {
	BALANCE_OPENING,  /* OPBD */
	BALANCE_PREVIOUS, /* PRCD */
	BALANCE_CLOSING,  /* CLBD */
	BALANCE_INTERIM,  /* ITBD, the first */
	BALANCE_LATEST,   /* ITBD, the last of several */
	BALANCE_COUNT,
};

/* Where an element begins. */
struct place {
	uint64_t line, column;
};

struct balance_text {
	const char *code, *direction, *day;
	struct camt053_money money;
	struct place place;
};

/* What TxsSummry says of all entries, of those that came in, of those that went out; and what they
 * are. */
enum summary { SUMMARY_ALL, SUMMARY_IN, SUMMARY_OUT, SUMMARY_COUNT };
struct summary_text {
	const char *count, *sum;
};
struct summary_figures {
	uint64_t count;
	int64_t sum;
};

struct reading {
	struct arena *arena;
	struct camt053 report;
	const struct message *message; /* NULL: not there yet */
	const char *format;
	size_t lines; /* of all statements */

	struct statement statement;
	const char *iban, *account_id;
	struct place statement_place;
	struct balance_text balance; /* that we are in */
	struct {
		bool is_there;
		int64_t amount;
		struct place place;
	} balances[BALANCE_COUNT];
	const char *closing_day;
	struct summary_text summaries[SUMMARY_COUNT];
	struct place summary_place;
	struct summary_figures all[SUMMARY_COUNT], booked[SUMMARY_COUNT];
	struct camt053_entry entry;
};

static const struct camt053_text texts[] = {
#define TEXT(path, member, rule)                                                                   \
	{ path, offsetof(struct reading, member), CAMT053_##rule }
	TEXT("Id", statement.number, ONCE),
	TEXT("Acct/Id/IBAN", iban, ONCE),
	TEXT("Acct/Id/Othr/Id", account_id, ONCE),
	TEXT("Acct/Ccy", statement.currency, ONCE),
	TEXT("Bal/Tp/CdOrPrtry/Cd", balance.code, ONCE),
	TEXT("Bal/CdtDbtInd", balance.direction, ONCE),
	TEXT("Bal/Dt/Dt", balance.day, ONCE),
	TEXT("Bal/Dt/DtTm", balance.day, ONCE),
	TEXT("TxsSummry/TtlNtries/NbOfNtries", summaries[SUMMARY_ALL].count, ONCE),
	TEXT("TxsSummry/TtlNtries/Sum", summaries[SUMMARY_ALL].sum, ONCE),
	TEXT("TxsSummry/TtlCdtNtries/NbOfNtries", summaries[SUMMARY_IN].count, ONCE),
	TEXT("TxsSummry/TtlCdtNtries/Sum", summaries[SUMMARY_IN].sum, ONCE),
	TEXT("TxsSummry/TtlDbtNtries/NbOfNtries", summaries[SUMMARY_OUT].count, ONCE),
	TEXT("TxsSummry/TtlDbtNtries/Sum", summaries[SUMMARY_OUT].sum, ONCE),
#undef TEXT
};

static void say_where(struct file_mistake *mistake, struct place place) {
	mistake->line = place.line;
	mistake->column = place.column;
}

/* --- balances --- */

static enum err keep_balance(struct reading *r, enum balance kind, struct file_mistake *mistake) {
	int64_t amount;
	const struct balance_text *balance = &r->balance;
	if (!balance->money.is_there) {
		mistake_say(mistake, "this balance has no amount", "该余额没有金额");
		return ERR_SYNTAX;
	}
	enum err err = camt053_sign(balance->direction, balance->money.amount, &amount, mistake);
	if (err != ERR_OK)
		return err;
	if (kind == BALANCE_INTERIM && r->balances[BALANCE_INTERIM].is_there)
		kind = BALANCE_LATEST;
	if (kind != BALANCE_LATEST && r->balances[kind].is_there &&
	    r->balances[kind].amount != amount) {
		mistake_say(mistake, "there is another balance of this kind", "同类余额出现两次且金额不同");
		return ERR_SYNTAX;
	}
	r->balances[kind].is_there = true;
	r->balances[kind].amount = amount;
	r->balances[kind].place = balance->place;
	if (kind == BALANCE_CLOSING)
		r->closing_day = balance->day;
	return ERR_OK;
}

static enum err end_balance(struct reading *r, struct file_mistake *mistake) {
	static const struct {
		char code[5];
		enum balance kind;
	} leading[] = {
		{ "OPBD", BALANCE_OPENING },
		{ "PRCD", BALANCE_PREVIOUS },
		{ "CLBD", BALANCE_CLOSING },
		{ "ITBD", BALANCE_INTERIM },
	};
	enum err err = camt053_cut_date(&r->balance.day, r->arena, mistake);
	for (size_t i = 0; i < COUNT(leading) && err == ERR_OK; i++)
		if (strcmp(leading[i].code, r->balance.code) == 0)
			return keep_balance(r, leading[i].kind, mistake);
	return err;
}

/* Which balances the entries lead from and to; false: there are not both. */
static bool find_ends(const struct reading *r, enum balance *ret_first, enum balance *ret_last) {
	enum balance first = BALANCE_OPENING, last = BALANCE_CLOSING;
	if (!r->balances[first].is_there)
		first = BALANCE_PREVIOUS;
	if (!r->balances[last].is_there)
		last = r->balances[BALANCE_LATEST].is_there ? BALANCE_LATEST : BALANCE_INTERIM;
	if (!r->balances[first].is_there && last != BALANCE_INTERIM)
		first = BALANCE_INTERIM;
	*ret_first = first;
	*ret_last = last;
	return r->balances[first].is_there && r->balances[last].is_there;
}

static enum err check_balances(struct reading *r, struct file_mistake *mistake) {
	struct statement *statement = &r->statement;
	enum balance first, last;
	int64_t sum;
	char reached[TEXT_MONEY_BYTES], said[TEXT_MONEY_BYTES];
	if (!find_ends(r, &first, &last))
		return ERR_OK;
	statement->opening_balance = r->balances[first].amount;
	statement->closing_balance = r->balances[last].amount;
	bool is_sum = statement_sum(statement, &sum) == ERR_OK &&
	    !__builtin_add_overflow(sum, statement->opening_balance, &sum);
	statement->has_balances = is_sum && sum == statement->closing_balance;
	if (statement->has_balances || r->message->is_of_part)
		return ERR_OK;
	text_money(is_sum ? sum : 0, reached);
	text_money(statement->closing_balance, said);
	say_where(mistake, r->balances[last].place);
	mistake_say(mistake,
	    "the opening balance and the booked entries come to %s, and the closing balance is %s",
	    "期初余额加已记账明细为 %s，而期末余额为 %s", is_sum ? reached : "…", said);
	return ERR_SYNTAX;
}

/* --- summaries --- */

static enum err count_line(struct summary_figures figures[SUMMARY_COUNT], int64_t amount) {
	enum summary side = amount > 0 ? SUMMARY_IN : SUMMARY_OUT;
	int64_t magnitude = amount < 0 ? -amount : amount;
	figures[SUMMARY_ALL].count++;
	figures[side].count++;
	if (__builtin_add_overflow(figures[SUMMARY_ALL].sum, magnitude, &figures[SUMMARY_ALL].sum) ||
	    __builtin_add_overflow(figures[side].sum, magnitude, &figures[side].sum))
		return ERR_RANGE;
	return ERR_OK;
}

/* What the summary says is what all entries are, or the booked ones. */
static bool is_count(const char *text, uint64_t all, uint64_t booked) {
	uint64_t count;
	return text_parse_u64(text, strlen(text), &count) == ERR_OK &&
	    (count == all || count == booked);
}
static bool is_sum(const char *text, int64_t all, int64_t booked) {
	int64_t sum;
	return xml_parse_amount(text, &sum) == ERR_OK && (sum == all || sum == booked);
}

static enum err check_summaries(struct reading *r, struct file_mistake *mistake) {
	for (size_t i = 0; i < SUMMARY_COUNT; i++) {
		const struct summary_text *said = &r->summaries[i];
		const struct summary_figures *all = &r->all[i], *booked = &r->booked[i];
		char sum[TEXT_MONEY_BYTES];
		if (said->count[0] && !is_count(said->count, all->count, booked->count)) {
			say_where(mistake, r->summary_place);
			mistake_say(mistake, "the summary says %.40s entries, and there are %llu",
			    "汇总笔数为 %.40s，实际为 %llu", said->count, (unsigned long long)all->count);
			return ERR_SYNTAX;
		}
		text_money(all->sum, sum);
		if (said->sum[0] && !is_sum(said->sum, all->sum, booked->sum)) {
			say_where(mistake, r->summary_place);
			mistake_say(mistake, "the summary says %.40s, and the entries come to %s",
			    "汇总金额为 %.40s，明细合计为 %s", said->sum, sum);
			return ERR_SYNTAX;
		}
	}
	return ERR_OK;
}

/* --- entries --- */

static enum err keep_line(struct reading *r, struct file_mistake *mistake) {
	struct statement *statement = &r->statement;
	struct statement_line line;
	enum err err = camt053_entry_complete(&r->entry, r->closing_day, r->arena, &line, mistake);
	bool is_booked = camt053_entry_is_booked(&r->entry);
	if (err == ERR_OK &&
	    (count_line(r->all, line.amount) != ERR_OK ||
	        (is_booked && count_line(r->booked, line.amount) != ERR_OK))) {
		mistake_say(mistake, "the entries come to too much", "明细合计过大");
		return ERR_RANGE;
	}
	if (err == ERR_OK && r->lines == STATEMENT_LINES_MAX) {
		mistake_say(mistake, "the file has more than %d entries", "文件超过 %d 条明细",
		    STATEMENT_LINES_MAX);
		return ERR_RANGE;
	}
	if (err != ERR_OK)
		return err;
	r->lines++;
	if (!is_booked || line.amount == 0) {
		statement->pending++;
		return ERR_OK;
	}
	struct statement_line *lines = arena_grow(
	    r->arena, statement->lines, statement->count, sizeof(*lines));
	if (!lines)
		return ERR_MEMORY;
	statement->lines = lines;
	statement->lines[statement->count++] = line;
	return ERR_OK;
}

/* --- statements --- */

static void begin_statement(struct reading *r, struct place place) {
	static const struct balance_text no_balance = { "", "", "", { false, 0 }, { 0, 0 } };
	r->statement = (struct statement){ "", "", "", r->format, false, 0, 0, NULL, 0, 0 };
	r->iban = r->account_id = r->closing_day = "";
	r->statement_place = place;
	r->balance = no_balance;
	memset(r->balances, 0, sizeof(r->balances));
	memset(r->all, 0, sizeof(r->all));
	memset(r->booked, 0, sizeof(r->booked));
	for (size_t i = 0; i < SUMMARY_COUNT; i++)
		r->summaries[i] = (struct summary_text){ "", "" };
}

static bool is_newest_first(const struct statement *statement) {
	return statement->count > 1 &&
	    strcmp(statement->lines[0].booking_date,
	        statement->lines[statement->count - 1].booking_date) > 0;
}

static enum err squeeze_names(struct reading *r) {
	struct statement *statement = &r->statement;
	char *account = arena_printf(r->arena, "%s", r->iban[0] ? r->iban : r->account_id);
	char *number = arena_printf(r->arena, "%s", statement->number);
	if (!account || !number)
		return ERR_MEMORY;
	statement_squeeze(account, LIMIT_REFERENCE_BYTES);
	statement_squeeze(number, LIMIT_REFERENCE_BYTES);
	statement->account = account;
	statement->number = number;
	return ERR_OK;
}

static enum err check_serials(struct reading *r, struct file_mistake *mistake) {
	const struct statement_line *line;
	enum err err = statement_number_serials(&r->statement, r->arena, &line);
	if (err != ERR_RANGE)
		return err;
	say_where(mistake, (struct place){ line->file_line, line->file_column });
	mistake_say(mistake, "the bank's number of this entry has more than %d bytes",
	    "该明细的银行流水号超过 %d 字节", LIMIT_REFERENCE_BYTES);
	return ERR_RANGE;
}

static enum err end_statement(struct reading *r, struct file_mistake *mistake) {
	enum err err = squeeze_names(r);
	if (err == ERR_OK && !r->statement.account[0]) {
		say_where(mistake, r->statement_place);
		mistake_say(mistake, "this statement has no account", "对账单没有账号");
		return ERR_SYNTAX;
	}
	if (err == ERR_OK)
		err = check_summaries(r, mistake);
	if (err == ERR_OK)
		err = check_balances(r, mistake);
	if (err == ERR_OK && is_newest_first(&r->statement))
		statement_reverse(&r->statement);
	if (err == ERR_OK)
		err = check_serials(r, mistake);
	if (err != ERR_OK)
		return err;
	struct statement *statements = arena_grow(
	    r->arena, r->report.statements, r->report.count, sizeof(*statements));
	if (!statements)
		return ERR_MEMORY;
	r->report.statements = statements;
	r->report.statements[r->report.count++] = r->statement;
	return ERR_OK;
}

/* --- elements --- */

/* The part of `path` below `outer`; NULL: it is elsewhere. */
static const char *below(const char *path, const char *outer) {
	size_t bytes = strlen(outer);
	return strncmp(path, outer, bytes) == 0 && path[bytes] == '/' ? path + bytes + 1 : NULL;
}

static enum err begin_report(struct reading *r, const struct xml_element *element) {
	const char *format = strrchr(element->name_space, ':') + 1;
	for (size_t i = 0; i < COUNT(messages); i++)
		if (strcmp(messages[i].report, element->path) == 0 &&
		    strncmp(messages[i].format, format, strlen(messages[i].format)) == 0)
			r->message = &messages[i];
	r->format = arena_string(r->arena, format, strlen(format));
	return r->format ? ERR_OK : ERR_MEMORY;
}

static enum err begin(void *user, const struct xml_element *element, struct file_mistake *mistake) {
	struct reading *r = user;
	const struct place place = { element->line, element->column };
	if (!r->message)
		return begin_report(r, element);
	if (strcmp(element->path, r->message->statement) == 0)
		begin_statement(r, place);
	const char *path = below(element->path, r->message->statement);
	if (!path)
		return ERR_OK;
	const char *in_entry = below(path, "Ntry");
	if (in_entry)
		return camt053_entry_begin_element(&r->entry, in_entry, mistake);
	if (strcmp(path, "Ntry") == 0)
		camt053_entry_begin(&r->entry, place.line, place.column);
	else if (strcmp(path, "Bal") == 0)
		r->balance = (struct balance_text){ "", "", "", { false, 0 }, place };
	else if (strcmp(path, "TxsSummry") == 0)
		r->summary_place = place;
	return ERR_OK;
}

static enum err end(void *user, const struct xml_element *element, struct file_mistake *mistake) {
	struct reading *r = user;
	const char *text = element->text;
	if (!r->message)
		return ERR_OK;
	if (strcmp(element->path, r->message->statement) == 0)
		return end_statement(r, mistake);
	const char *path = below(element->path, r->message->statement);
	if (!path) {
		path = below(element->path, r->message->report);
		if (path && strcmp(path, "GrpHdr/MsgId") == 0)
			r->report.message_id = arena_string(r->arena, text, strlen(text));
		return r->report.message_id ? ERR_OK : ERR_MEMORY;
	}
	const char **currency = &r->statement.currency;
	if (strcmp(path, "Ntry") == 0)
		return keep_line(r, mistake);
	if (strcmp(path, "Ntry/Amt") == 0)
		return camt053_take_amount(element, &r->entry.money, currency, r->arena, mistake);
	if (strcmp(path, "Bal") == 0)
		return end_balance(r, mistake);
	if (strcmp(path, "Bal/Amt") == 0)
		return camt053_take_amount(element, &r->balance.money, currency, r->arena, mistake);
	const char *in_entry = below(path, "Ntry");
	if (in_entry)
		return camt053_entry_end_element(&r->entry, in_entry, text, r->arena, mistake);
	return camt053_keep(texts, COUNT(texts), r, path, text, r->arena, mistake);
}

enum err camt053_read(const char *data, size_t bytes, struct arena *arena,
    struct camt053 *ret_report, struct file_mistake *ret_mistake) {
	struct reading r = { .arena = arena, .report = { .message_id = "" } };
	const struct xml_handler handler = { namespaces, &r, begin, end };
	begin_statement(&r, (struct place){ 0, 0 });
	camt053_entry_begin(&r.entry, 0, 0);
	enum err err = xml_read(data, bytes, &handler, ret_mistake);
	if (err != ERR_OK)
		return err;
	if (!r.message) {
		*ret_mistake = (struct file_mistake){ 1, 1, "the document is no statement",
			"该文件不是对账单" };
		return ERR_SYNTAX;
	}
	*ret_report = r.report;
	return ERR_OK;
}
