/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "statement": what a payee is to know of a month: claim by claim what it claimed, what was
 * approved, paid and set off, what is open, and by which payment of which bank day.
 *
 * In a month's statement are the claims submitted by its end, but for those that were at their end
 * before it began and have not been clawed back since. They stand in it as they are now.
 */
#include "base/check.h"
#include "base/date.h"
#include "base/text.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/pages.h"
#include "voucherctl/report.h"
#include "voucherctl/session.h"

#include <inttypes.h>
#include <string.h>

enum { CHINA_MINUTES = 480, DIGITS = 2, MONTH_BYTES = sizeof("YYYY-MM") - 1 };

enum column {
	CLAIM,
	PROGRAMME,
	HOLDER,
	SUBMITTED,
	STATUS,
	CLAIMED,
	APPROVED,
	PAID,
	NETTED,
	OPEN,
	CLAWED_BACK,
	OBJECTIONS_UNTIL,
	SETTLEMENT,
	PAYMENT,
	REFERENCE,
	BANK_REFERENCE,
	VALUE_DATE,
	COLUMN_COUNT
};

static const struct report_column columns[COLUMN_COUNT] = {
	[CLAIM] = { "claim", SHEET_NUMBER, NULL },
	[PROGRAMME] = { "programme", SHEET_IDENTIFIER, NULL },
	[HOLDER] = { "holder", SHEET_IDENTIFIER, NULL },
	[SUBMITTED] = { "submitted", SHEET_DATE, NULL },
	[STATUS] = { "status", SHEET_TEXT, &pb__claim_status__descriptor },
	[CLAIMED] = { "claimed", SHEET_AMOUNT, NULL },
	[APPROVED] = { "approved", SHEET_AMOUNT, NULL },
	[PAID] = { "paid", SHEET_AMOUNT, NULL },
	[NETTED] = { "netted", SHEET_AMOUNT, NULL },
	[OPEN] = { "open", SHEET_AMOUNT, NULL },
	[CLAWED_BACK] = { "clawed_back", SHEET_AMOUNT, NULL },
	[OBJECTIONS_UNTIL] = { "objections_until", SHEET_DATE, NULL },
	[SETTLEMENT] = { "settlement", SHEET_NUMBER, NULL },
	[PAYMENT] = { "payment", SHEET_NUMBER, NULL },
	[REFERENCE] = { "reference", SHEET_IDENTIFIER, NULL },
	[BANK_REFERENCE] = { "bank_reference", SHEET_IDENTIFIER, NULL },
	[VALUE_DATE] = { "value_date", SHEET_DATE, NULL },
};

static const struct report_layout layout = {
	.message = "Statement",
	.list = "claims",
	.columns = columns,
	.count = COLUMN_COUNT,
};

struct programme {
	const char *code;
	int32_t utc_offset_minutes;
};

struct statement_of_party {
	struct session *session;
	struct report report;
	const char *party, *month;
	int64_t begin_us, end_us; /* of the month, in the calendar of China */
	uint64_t as_of;
	const Pb__Claim **claims; /* of which it is the payee, by number */
	size_t claim_count;
	const Pb__SettlementPayment **payments; /* to it, by settlement */
	size_t payment_count;
	const Pb__Clawback **clawbacks;
	size_t clawback_count;
	struct programme *programmes;
	size_t programme_count;
	int64_t sums[COLUMN_COUNT]; /* CLAIMED … CLAWED_BACK */
};

/* --- what is asked for --- */

static enum exit_status read_month(struct statement_of_party *statement) {
	const char *text = options_text(&statement->session->line, "--month");
	char date[DATE_TEXT_BYTES];
	int32_t first, next;
	bool is_date = strlen(text) == MONTH_BYTES;
	if (is_date)
		memcpy(stpcpy(date, text), "-01", sizeof("-01"));
	if (!is_date || date_parse(date, &first) != ERR_OK) {
		session_complain(
		    session_say(statement->session, "--month must be a month, YYYY-MM, not \"%s\".",
		        "--month 应为月份 YYYY-MM，而非 \"%s\"。"),
		    text);
		return EXIT_USAGE;
	}
	for (next = first + 28; next < first + 31; next++) {
		date_format(next, date);
		if (strncmp(date, text, MONTH_BYTES) != 0)
			break;
	}
	statement->month = text;
	statement->begin_us = date_day_start_us(first, CHINA_MINUTES);
	statement->end_us = date_day_start_us(next, CHINA_MINUTES);
	return EXIT_DONE;
}

/* Parties ask for themselves, staff says for whom. */
static enum exit_status read_party(struct statement_of_party *statement) {
	struct session *session = statement->session;
	const char *given = options_text(&session->line, "PARTY");
	ProtobufCMessage *message = NULL;
	enum exit_status status = session_get(
	    session, "/v1/me", &pb__principal__descriptor, &session->arena, &message);
	if (status != EXIT_DONE)
		return status;
	const char *own = ((const Pb__Principal *)message)->party;
	statement->party = given ? given : own;
	if (own[0] && strcmp(statement->party, own) != 0) {
		session_complain(
		    session_say(session, "Statements are for their payee: yours is that of %s.",
		        "只能查看本主体的对账单：您的主体是 %s。"),
		    own);
		return EXIT_REFUSED;
	}
	if (!statement->party[0]) {
		session_complain("%s",
		    session_say(session, "Say whose statement: voucherctl statement PARTY --month YYYY-MM.",
		        "请指明主体：voucherctl statement 主体 --month YYYY-MM。"));
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* --- what the server knows --- */

static enum exit_status keep(
    struct statement_of_party *statement, void *list_arg, size_t *count, const void *item) {
	const void ***list = list_arg;
	const void **grown = arena_grow(&statement->session->arena, *list, *count, sizeof(**list));
	if (!grown)
		return session_out_of_memory();
	grown[(*count)++] = item;
	*list = grown;
	return EXIT_DONE;
}

static enum exit_status take_page(void *user, const Pb__Page *page) {
	struct statement_of_party *statement = user;
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; i < page->n_claims && status == EXIT_DONE; i++)
		if (strcmp(page->claims[i]->payee, statement->party) == 0)
			status = keep(statement, &statement->claims, &statement->claim_count, page->claims[i]);
	for (size_t i = 0; i < page->n_payments && status == EXIT_DONE; i++)
		status = keep(
		    statement, &statement->payments, &statement->payment_count, page->payments[i]);
	for (size_t i = 0; i < page->n_clawbacks && status == EXIT_DONE; i++)
		status = keep(
		    statement, &statement->clawbacks, &statement->clawback_count, page->clawbacks[i]);
	statement->as_of = page->as_of;
	return status;
}

/* The payments last, so that none is missing that the claims speak of. */
static enum exit_status get_lists(struct statement_of_party *statement) {
	static const char *const lists[] = { "clawbacks", "claims", "payments" };
	const struct pages_reader reader = { take_page, statement };
	struct arena *arena = &statement->session->arena;
	const char *party = session_escape(arena, statement->party);
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && status == EXIT_DONE; i++) {
		const char *target = party
		    ? arena_printf(arena, "/v1/%s?limit=1000&party=%s", lists[i], party)
		    : NULL;
		status = target ? pages_read(statement->session, target, &reader) : session_out_of_memory();
	}
	return status;
}

/* Its calendar; NULL having complained. */
static const struct programme *programme_of(
    struct statement_of_party *statement, const char *code, enum exit_status *ret_status) {
	struct session *session = statement->session;
	ProtobufCMessage *message = NULL;
	for (size_t i = 0; i < statement->programme_count; i++)
		if (strcmp(statement->programmes[i].code, code) == 0)
			return &statement->programmes[i];
	const char *escaped = session_escape(&session->arena, code);
	const char *target = escaped ? arena_printf(&session->arena, "/v1/programmes/%s", escaped)
	                             : NULL;
	struct programme *grown = arena_grow(&session->arena, statement->programmes,
	    statement->programme_count, sizeof(*statement->programmes));
	*ret_status = target && grown
	    ? session_get(session, target, &pb__programme__descriptor, &session->arena, &message)
	    : session_out_of_memory();
	if (*ret_status != EXIT_DONE)
		return NULL;
	statement->programmes = grown;
	grown[statement->programme_count] = (struct programme){ code,
		((const Pb__Programme *)message)->utc_offset_minutes };
	return &grown[statement->programme_count++];
}

/* --- which claims --- */

static bool is_at_end(Pb__ClaimStatus status) {
	return status == PB__CLAIM_STATUS__CLAIM_RETURNED ||
	    status == PB__CLAIM_STATUS__CLAIM_REJECTED || status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
}

static bool is_clawed_back_since(const struct statement_of_party *statement, uint64_t claim) {
	for (size_t i = 0; i < statement->clawback_count; i++)
		if (statement->clawbacks[i]->claim == claim &&
		    statement->clawbacks[i]->time_us >= statement->begin_us)
			return true;
	return false;
}

static bool is_of_month(const struct statement_of_party *statement, const Pb__Claim *claim) {
	if (claim->time_us >= statement->end_us)
		return false;
	return !is_at_end(claim->status) || claim->since_us >= statement->begin_us ||
	    is_clawed_back_since(statement, claim->id);
}

/* --- a claim --- */

static bool is_approved(Pb__ClaimStatus status) {
	switch (status) {
	case PB__CLAIM_STATUS__CLAIM_APPROVED:
	case PB__CLAIM_STATUS__CLAIM_COUNTERSIGNED:
	case PB__CLAIM_STATUS__CLAIM_PUBLISHED:
	case PB__CLAIM_STATUS__CLAIM_OBJECTED:
	case PB__CLAIM_STATUS__CLAIM_IN_SETTLEMENT:
	case PB__CLAIM_STATUS__CLAIM_PAID:
	case PB__CLAIM_STATUS__CLAIM_RECONCILED: return true;
	default: return false;
	}
}

static void add_amounts(const Pb__Claim *claim, struct sheet_cell cells[COLUMN_COUNT]) {
	bool is_paid = claim->status == PB__CLAIM_STATUS__CLAIM_PAID ||
	    claim->status == PB__CLAIM_STATUS__CLAIM_RECONCILED;
	bool is_over = is_at_end(claim->status);
	int64_t rest = claim->amount - claim->netted;
	cells[CLAIMED] = sheet_amount(claim->amount, DIGITS);
	cells[APPROVED] = sheet_amount(is_approved(claim->status) ? claim->amount : 0, DIGITS);
	cells[PAID] = sheet_amount(is_paid ? rest : 0, DIGITS);
	cells[NETTED] = sheet_amount(claim->netted, DIGITS);
	cells[OPEN] = sheet_amount(is_over ? 0 : rest, DIGITS);
	cells[CLAWED_BACK] = sheet_amount(claim->clawed_back, DIGITS);
}

static void add_payment(const struct statement_of_party *statement, const Pb__Claim *claim,
    struct sheet_cell cells[COLUMN_COUNT]) {
	if (!claim->settlement)
		return;
	cells[SETTLEMENT] = sheet_number((int64_t)claim->settlement);
	cells[PAYMENT] = sheet_number(claim->payment);
	for (size_t i = 0; i < statement->payment_count; i++) {
		const Pb__SettlementPayment *payment = statement->payments[i];
		if (payment->settlement != claim->settlement || !payment->payment ||
		    payment->payment->number != claim->payment)
			continue;
		cells[REFERENCE] = sheet_text(payment->payment->reference);
		cells[BANK_REFERENCE] = sheet_text(payment->bank_reference);
		cells[VALUE_DATE] = sheet_text(payment->value_date);
	}
}

static enum exit_status add_sums(
    struct statement_of_party *statement, const struct sheet_cell cells[COLUMN_COUNT]) {
	for (size_t i = CLAIMED; i <= CLAWED_BACK; i++) {
		if (__builtin_add_overflow(statement->sums[i], cells[i].value, &statement->sums[i])) {
			session_complain("The sums are beyond range.");
			return EXIT_REFUSED;
		}
	}
	return EXIT_DONE;
}

static enum exit_status say_claim(struct statement_of_party *statement, const Pb__Claim *claim) {
	char submitted[DATE_TEXT_BYTES], until[DATE_TEXT_BYTES] = "";
	enum exit_status status = EXIT_DONE;
	const struct programme *programme = programme_of(statement, claim->programme, &status);
	if (!programme)
		return status;
	int32_t offset = programme->utc_offset_minutes;
	date_format(date_local_day(claim->time_us, offset), submitted);
	if (claim->publication_ends_us > 0)
		date_format(date_local_day(claim->publication_ends_us - 1, offset), until);
	struct sheet_cell cells[COLUMN_COUNT];
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		cells[i] = sheet_text("");
	cells[CLAIM] = sheet_number((int64_t)claim->id);
	cells[PROGRAMME] = sheet_text(claim->programme);
	cells[HOLDER] = sheet_text(claim->holder);
	cells[SUBMITTED] = sheet_text(submitted);
	cells[STATUS] = sheet_number(claim->status);
	cells[OBJECTIONS_UNTIL] = sheet_text(until);
	add_amounts(claim, cells);
	add_payment(statement, claim, cells);
	status = add_sums(statement, cells);
	return status == EXIT_DONE ? report_row(&statement->report, cells) : status;
}

/* --- all of them --- */

static enum exit_status say_facts(struct statement_of_party *statement) {
	static const struct report_column facts[] = {
		{ "party", SHEET_IDENTIFIER, NULL },
		{ "month", SHEET_TEXT, NULL },
		{ "as_of", SHEET_NUMBER, NULL },
	};
	const struct sheet_cell cells[] = {
		sheet_text(statement->party),
		sheet_text(statement->month),
		sheet_number((int64_t)statement->as_of),
	};
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]) && status == EXIT_DONE; i++)
		status = report_fact(&statement->report, &facts[i], cells[i]);
	return status;
}

static enum exit_status say_total(struct statement_of_party *statement) {
	struct sheet_cell cells[COLUMN_COUNT];
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		cells[i] = i >= CLAIMED && i <= CLAWED_BACK ? sheet_amount(statement->sums[i], DIGITS)
		                                            : sheet_text("");
	return report_total(&statement->report, cells);
}

static enum exit_status say_all(struct statement_of_party *statement) {
	enum exit_status status = say_facts(statement);
	for (size_t i = 0; i < statement->claim_count && status == EXIT_DONE; i++)
		if (is_of_month(statement, statement->claims[i]))
			status = say_claim(statement, statement->claims[i]);
	if (status == EXIT_DONE)
		status = say_total(statement);
	return status == EXIT_DONE ? report_end(&statement->report) : status;
}

enum exit_status action_statement(struct session *session) {
	struct statement_of_party statement = { .session = session };
	enum exit_status status = read_month(&statement);
	if (status != EXIT_DONE)
		return status;
	status = report_begin(&statement.report, session, &layout);
	if (status == EXIT_DONE)
		status = read_party(&statement);
	if (status == EXIT_DONE)
		status = get_lists(&statement);
	if (status == EXIT_DONE)
		status = say_all(&statement);
	report_done(&statement.report);
	return status;
}
