/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "reconciliation": one of our accounts, as the bank has it and as we have it, and each thing that
 * lies between. The items must come to the sums that the account keeps; when they do not, somebody
 * was at work between two questions, and all is asked again.
 */
#include "voucherctl/reconciliation.h"

#include "record/json.h"
#include "voucherctl/actions.h"
#include "voucherctl/labels.h"
#include "voucherctl/query.h"
#include "voucherctl/show.h"

#include <inttypes.h>
#include <string.h>

#define TRIES 3

struct gathering {
	struct session *session;
	const Pb__HouseAccount *house;
	struct reconciling_items items[RECONCILING_SIDES];
	struct buffer json[RECONCILING_SIDES]; /* the items as the server gave them, comma-separated */
};

/* --- items --- */

static enum exit_status add_item(struct gathering *gathering, enum reconciling_side side,
    struct reconciling_item item, const ProtobufCMessage *message) {
	struct reconciling_items *items = &gathering->items[side];
	struct arena *arena = &gathering->session->arena;
	items->items = arena_grow(arena, items->items, items->count, sizeof(item));
	if (!items->items || !item.what || !item.note)
		return session_out_of_memory();
	items->items[items->count++] = item;
	if (__builtin_add_overflow(items->sum, item.amount, &items->sum))
		items->sum = -1;
	struct buffer *json = &gathering->json[side];
	buffer_append_text(json, json->bytes > 0 ? "," : "");
	json_encode(message, JSON_COMPACT, json);
	return EXIT_DONE;
}

/* A payment in the books of which no line says that it went out, or that it came back. */
static enum exit_status take_payment(
    struct gathering *gathering, const Pb__SettlementPayment *payment) {
	struct view view = { gathering->session->settings.lang, &gathering->session->arena };
	bool is_returned = payment->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	bool is_in_books = is_returned || payment->status == PB__PAYMENT_STATUS__PAYMENT_PAID;
	const char *name = view_value(&view, &payment->base, "payment.account.holder_name");
	const char *status = view_value(&view, &payment->base, "status");
	if (!name || !status)
		return session_out_of_memory();
	const struct reconciling_item item = {
		.what = payment->payment->reference,
		.amount = payment->payment->amount,
		.note = arena_printf(
		    view.arena, "%s  %s %s  %s", status, payment->payee, name, payment->value_date),
	};
	enum exit_status result = EXIT_DONE;
	if (is_in_books && payment->line == 0)
		result = add_item(gathering, AWAITED_OUT, item, &payment->base);
	if (result == EXIT_DONE && is_returned && payment->return_line == 0)
		result = add_item(gathering, AWAITED_IN, item, &payment->base);
	return result;
}

static enum exit_status take_payments(void *user, const Pb__Page *page) {
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < page->n_payments; i++)
		if (page->payments[i]->payment)
			status = take_payment(user, page->payments[i]);
	return status;
}

/* "2026-11-20  exception: unknown  S1006  利息" */
static const char *note_on_line(struct session *session, const Pb__BankLine *line) {
	struct view view = { session->settings.lang, &session->arena };
	const char *note = line->booking_date;
	static const char *const fields[] = { "state", "exception", "owner", "reason", "text" };
	for (size_t i = 0; note && i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *value = view_value(&view, &line->base, fields[i]);
		if (!value)
			return NULL;
		if (value[0])
			note = arena_printf(view.arena, "%s  %s", note, value);
	}
	return note;
}

static enum exit_status take_lines(void *user, const Pb__Page *page) {
	struct gathering *gathering = user;
	struct session *session = gathering->session;
	enum exit_status status = EXIT_DONE;
	for (size_t i = 0; status == EXIT_DONE && i < page->n_bank_lines; i++) {
		const Pb__BankLine *line = page->bank_lines[i];
		if (line->open == 0) /* all of it is in the books: somebody shall look at it */
			continue;
		const struct reconciling_item item = {
			.what = arena_printf(&session->arena,
			    session_say(session, "line %" PRIu64, "流水 %" PRIu64), line->line),
			.amount = line->open > 0 ? line->open : -line->open,
			.note = note_on_line(session, line),
		};
		status = add_item(gathering, line->open > 0 ? OPEN_IN : OPEN_OUT, item, &line->base);
	}
	return status;
}

/* --- asking --- */

static enum exit_status gather(struct gathering *gathering, const char *code) {
	struct session *session = gathering->session;
	const char *house = query_target(session, "/v1/house-accounts/", code);
	const char *payments = query_target(
	    session, "/v1/payments?limit=1000&awaited=true&house_account=", code);
	const char *lines = query_target(
	    session, "/v1/bank-lines?limit=1000&open=true&house_account=", code);
	if (!house || !payments || !lines)
		return session_out_of_memory();
	for (size_t i = 0; i < RECONCILING_SIDES; i++) {
		gathering->items[i] = (struct reconciling_items){ 0 };
		buffer_clear(&gathering->json[i]);
	}
	ProtobufCMessage *message = NULL;
	enum exit_status status = session_get(
	    session, house, &pb__house_account__descriptor, &session->arena, &message);
	gathering->house = (const Pb__HouseAccount *)message;
	if (status == EXIT_DONE)
		status = query_pages(session, payments, take_payments, gathering);
	return status == EXIT_DONE ? query_pages(session, lines, take_lines, gathering) : status;
}

static bool is_consistent(const struct gathering *gathering) {
	const Pb__HouseFigures *figures = gathering->house->figures;
	const struct reconciling_items *items = gathering->items;
	return figures && items[AWAITED_IN].sum == figures->awaited_in &&
	    items[AWAITED_OUT].sum == figures->awaited_out && items[OPEN_IN].sum == figures->open_in &&
	    items[OPEN_OUT].sum == figures->open_out;
}

static enum exit_status gather_consistently(struct gathering *gathering, const char *code) {
	for (int i = 0; i < TRIES; i++) {
		enum exit_status status = gather(gathering, code);
		if (status != EXIT_DONE || is_consistent(gathering))
			return status;
	}
	struct session *session = gathering->session;
	session_complain("%s",
	    session_say(session,
	        "The items do not come to the account's sums: somebody is working on it, or you may "
	        "not see all of them. Try again.",
	        "明细与账户合计不一致：可能有人正在操作，或部分明细您无权查看。请重试。"));
	return EXIT_REFUSED;
}

/* --- showing --- */

static enum exit_status show_json(struct gathering *gathering, int64_t statement, int64_t books) {
	static const char *const names[RECONCILING_SIDES] = {
		[AWAITED_IN] = "awaited_in",
		[AWAITED_OUT] = "awaited_out",
		[OPEN_IN] = "open_in",
		[OPEN_OUT] = "open_out",
	};
	struct buffer *out = &gathering->session->out;
	buffer_append_text(out, "{\"house_account\":");
	json_encode(&gathering->house->base, JSON_COMPACT, out);
	buffer_printf(out,
	    ",\"adjusted_statement\":\"%" PRId64 "\",\"adjusted_books\":\"%" PRId64 "\",\"agree\":%s",
	    statement, books, statement == books ? "true" : "false");
	for (size_t i = 0; i < RECONCILING_SIDES; i++) {
		buffer_printf(out, ",\"%s\":[", names[i]);
		buffer_append_text(out, buffer_string(&gathering->json[i]));
		buffer_append_char(out, ']');
		if (buffer_error(&gathering->json[i]) != ERR_OK)
			return session_out_of_memory();
	}
	buffer_append_text(out, "}\n");
	return EXIT_DONE;
}

static enum exit_status show_people(struct gathering *gathering) {
	struct session *session = gathering->session;
	struct view view = { session->settings.lang, &session->arena };
	buffer_printf(&session->out, "%s\n",
	    session_say(session, "Bank reconciliation statement", "银行存款余额调节表"));
	enum err err = show_fields(&view, &gathering->house->base,
	    "code name account currency booked_until figures.open_lines figures.carried_lines "
	    "exceptions",
	    2, &session->out);
	buffer_append_char(&session->out, '\n');
	if (!err)
		err = reconciliation_lay_out(
		    session, gathering->house->figures, gathering->items, 0, &session->out);
	return err ? session_out_of_memory() : EXIT_DONE;
}

static enum exit_status show(struct gathering *gathering) {
	int64_t statement = 0, books = 0;
	if (!reconciliation_adjust(gathering->house->figures, &statement, &books)) {
		session_complain("The server's figures are beyond range; it is no voucherd.");
		return EXIT_NO_SERVER;
	}
	enum exit_status status = session_is_json(gathering->session)
	    ? show_json(gathering, statement, books)
	    : show_people(gathering);
	if (status == EXIT_DONE)
		status = session_print(gathering->session);
	return status == EXIT_DONE && statement != books ? EXIT_REFUSED : status;
}

enum exit_status action_reconciliation(struct session *session) {
	struct gathering gathering = { .session = session };
	for (size_t i = 0; i < RECONCILING_SIDES; i++)
		buffer_init(&gathering.json[i], 0);
	enum exit_status status = gather_consistently(
	    &gathering, options_text(&session->line, "HOUSE-ACCOUNT"));
	if (status == EXIT_DONE)
		status = show(&gathering);
	for (size_t i = 0; i < RECONCILING_SIDES; i++)
		buffer_done(&gathering.json[i]);
	return status;
}
