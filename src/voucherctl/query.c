/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verbs "list" and "show". A list comes in pages, by the server's links; memory is that of a
 * page.
 */
#include "voucherctl/query.h"

#include "base/check.h"
#include "base/text.h"
#include "record/field.h"
#include "voucher/v1/journal.pb-c.h"
#include "voucherctl/actions.h"
#include "voucherctl/enum_name.h"
#include "voucherctl/resource_table.h"
#include "voucherctl/session.h"
#include "voucherctl/show.h"
#include "voucherctl/voucher_code.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ROWS_DEFAULT  100
#define ROWS_PER_PAGE 1000

struct listing {
	struct session *session;
	const struct resource_info *info;
	const char *columns;
	struct arena page; /* memory of one page */
	struct table table;
	uint64_t rows_left;
	uint64_t rows;
	int64_t sum; /* LIST_SUMMED */
	bool is_whole;
};

/* --- the target --- */

/* A filter by a field with names takes these names. */
static enum exit_status check_filter(
    const struct listing *listing, const struct parameter *parameter, const char *text) {
	const ProtobufCEnumDescriptor *names = resource_enum(listing->info, parameter->field);
	if (!names || enum_find(names, text))
		return EXIT_DONE;
	const char *list = enum_list(names, &listing->session->arena);
	if (!list)
		return session_out_of_memory();
	session_complain("%s must be one of %s, not \"%s\".", parameter->name, list, text);
	return EXIT_USAGE;
}

static enum exit_status append_query(const struct listing *listing, struct buffer *target) {
	const struct command_line *line = &listing->session->line;
	for (size_t i = 0; i < line->argument_count; i++) {
		const struct parameter *parameter = line->arguments[i].parameter;
		const char *text = line->arguments[i].text;
		if (!parameter->field || strcmp(parameter->field, "limit") == 0)
			continue;
		enum exit_status status = check_filter(listing, parameter, text);
		if (status != EXIT_DONE)
			return status;
		if (parameter->type == PARAMETER_VOUCHER_CODE &&
		    !(text = voucher_code_or_complain(listing->session, text)))
			return EXIT_USAGE;
		const char *value = session_escape(&listing->session->arena, text);
		if (!value)
			return session_out_of_memory();
		bool is_first = !memchr(target->data, '?', target->bytes);
		buffer_printf(target, "%c%s=%s", is_first ? '?' : '&', parameter->field, value);
	}
	return buffer_error(target) == ERR_OK ? EXIT_DONE : session_out_of_memory();
}

static enum exit_status read_limit(struct listing *listing) {
	struct session *session = listing->session;
	const char *limit = options_text(&session->line, "--limit");
	listing->rows_left = ROWS_DEFAULT;
	/* A sum of a part would say nothing. */
	if (options_has(&session->line, "--all") || (listing->info->shape != LIST_PAGES && !limit))
		listing->rows_left = UINT64_MAX;
	if (!limit)
		return EXIT_DONE;
	if (text_parse_u64(limit, strlen(limit), &listing->rows_left) != ERR_OK ||
	    listing->rows_left == 0) {
		session_complain("--limit must be a number of rows, not \"%s\".", limit);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* --- pages --- */

static void add_rows(struct listing *listing, const ProtobufCMessage *page) {
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
	    page->descriptor, listing->info->page_field);
	check(field);
	size_t count = field_count_const(page, field);
	const ProtobufCMessage *const *rows = *(const ProtobufCMessage *const *const *)field_const(
	    page, field);
	struct view view = { listing->session->settings.lang, &listing->page };
	if (count > listing->rows_left)
		count = listing->rows_left;
	for (size_t i = 0; i < count; i++) {
		if (!session_is_json(listing->session))
			show_table_row(&listing->table, &view, rows[i], listing->columns);
		if (listing->info->shape == LIST_SUMMED &&
		    __builtin_add_overflow(
		        listing->sum, ((const Pb__AccountBalance *)rows[i])->balance, &listing->sum))
			listing->is_whole = false;
	}
	listing->rows += count;
	if (listing->rows_left != UINT64_MAX)
		listing->rows_left -= count;
}

static enum exit_status print_page(struct listing *listing, const struct voucher_reply *reply) {
	struct session *session = listing->session;
	if (session_is_json(session)) {
		buffer_append(&session->out, voucher_reply_body(reply), voucher_reply_bytes(reply));
		buffer_append_char(&session->out, '\n');
	} else if (table_write(&listing->table, &session->out) != ERR_OK) {
		return session_out_of_memory();
	}
	return session_print(session);
}

static enum exit_status list_page(
    struct listing *listing, const char *target, struct voucher_reply **ret_reply) {
	ProtobufCMessage *page = NULL;
	arena_reset(&listing->page);
	enum exit_status status = session_call(listing->session, "GET", target, NULL, ret_reply);
	if (status == EXIT_DONE)
		status = session_decode(*ret_reply, &pb__page__descriptor, &listing->page, &page);
	if (status != EXIT_DONE)
		return status;
	add_rows(listing, page);
	return print_page(listing, *ret_reply);
}

/* --- the end --- */

static void say_end(struct listing *listing, bool has_more) {
	struct session *session = listing->session;
	if (session_is_json(session) || session_is_quiet(session))
		return;
	if (listing->rows == 0)
		fputs(session_say(session, "There is none that you may see.\n", "没有可查看的记录。\n"),
		    stderr);
	if (has_more)
		fputs(session_say(session, "There are more: --all shows every one, --limit so many.\n",
		          "还有更多记录：--all 显示全部，--limit 指定行数。\n"),
		    stderr);
}

/* The trial balance: every posting has its counterpart, so all accounts together are nought. */
static enum exit_status print_sum(struct listing *listing, bool has_more) {
	struct session *session = listing->session;
	bool is_part = has_more || listing->session->line.argument_count > 0;
	if (listing->info->shape != LIST_SUMMED || session_is_json(session) ||
	    session_is_quiet(session) || is_part || listing->rows == 0)
		return EXIT_DONE;
	struct view view = { session->settings.lang, &session->arena };
	const char *sum = view_money(&view, listing->sum);
	if (!sum)
		return session_out_of_memory();
	buffer_printf(&session->out,
	    session_say(session, "Sum of %" PRIu64 " accounts: %s\n", "%" PRIu64 " 个账户合计：%s\n"),
	    listing->rows, listing->is_whole ? sum : "(beyond range)");
	return session_print(session);
}

static enum exit_status list_pages(struct listing *listing, struct buffer *target) {
	uint64_t rows = listing->rows_left < ROWS_PER_PAGE ? listing->rows_left : ROWS_PER_PAGE;
	buffer_append_text(target, listing->session->line.noun->path);
	if (listing->info->shape != LIST_WHOLE)
		buffer_printf(target, "?limit=%" PRIu64, rows);
	enum exit_status status = append_query(listing, target);
	if (status != EXIT_DONE)
		return status;
	struct voucher_reply *reply = NULL;
	status = list_page(listing, buffer_string(target), &reply);
	while (status == EXIT_DONE && voucher_reply_next(reply) && listing->rows_left > 0) {
		struct voucher_reply *last = reply;
		reply = NULL;
		status = list_page(listing, voucher_reply_next(last), &reply);
		voucher_reply_free(last);
	}
	bool has_more = status == EXIT_DONE && voucher_reply_next(reply);
	voucher_reply_free(reply);
	if (status != EXIT_DONE)
		return status;
	say_end(listing, has_more);
	return print_sum(listing, has_more);
}

/* With --quiet: what things are called by, and nothing else. */
static enum err begin_table(struct listing *listing) {
	struct session *session = listing->session;
	struct view view = { session->settings.lang, &session->arena };
	bool is_quiet = session_is_quiet(session);
	size_t bytes = strcspn(listing->info->columns, is_quiet ? " " : "");
	listing->columns = arena_string(&session->arena, listing->info->columns, bytes);
	if (!listing->columns)
		return ERR_MEMORY;
	table_init(&listing->table, &listing->page);
	enum err err = show_table_begin(
	    &listing->table, &view, listing->info->descriptor, listing->columns);
	if (is_quiet) {
		listing->table.has_heading = true;
		listing->table.is_right[0] = false;
	}
	return err;
}

enum exit_status action_list(struct session *session) {
	struct listing listing = {
		.session = session, .info = resource_find(session->line.noun->noun), .is_whole = true
	};
	check(listing.info && session->line.noun->path);
	enum exit_status status = read_limit(&listing);
	if (status != EXIT_DONE)
		return status;
	struct buffer target;
	buffer_init(&target, 0);
	arena_init(&listing.page, 0);
	if (begin_table(&listing) == ERR_OK)
		status = list_pages(&listing, &target);
	else
		status = session_out_of_memory();
	buffer_done(&target);
	arena_done(&listing.page);
	return status;
}

/* --- show --- */

/* A voucher that was given by its code: the server finds it in its list, and knows it by its
 * number. What is no number is a code. */
static enum exit_status find_by_code(
    struct session *session, const char *given, const char **ret_id) {
	ProtobufCMessage *page = NULL;
	const char *code = voucher_code_or_complain(session, given);
	if (!code)
		return EXIT_USAGE;
	const char *value = session_escape(&session->arena, code);
	const char *target = value
	    ? arena_printf(&session->arena, "%s?limit=1&code=%s", session->line.noun->path, value)
	    : NULL;
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(
	    session, target, &pb__page__descriptor, &session->arena, &page);
	if (status != EXIT_DONE)
		return status;
	const Pb__Page *found = (const Pb__Page *)page;
	if (found->n_vouchers == 0) {
		session_complain("%s",
		    session_say(
		        session, "There is none of this code that you may see.", "没有可查看的该券码。"));
		return EXIT_REFUSED;
	}
	*ret_id = arena_printf(&session->arena, "%" PRIu64, found->vouchers[0]->id);
	return *ret_id ? EXIT_DONE : session_out_of_memory();
}

static bool is_number(const char *text) {
	uint64_t number;
	return text_parse_u64(text, strlen(text), &number) == ERR_OK;
}

const char *query_target(struct session *session, const char *prefix, const char *text) {
	const char *escaped = session_escape(&session->arena, text);
	return escaped ? arena_printf(&session->arena, "%s%s", prefix, escaped) : NULL;
}

enum exit_status query_show(struct session *session, const char *target,
    const ProtobufCMessageDescriptor *descriptor,
    enum exit_status (*render)(struct session *session, const ProtobufCMessage *message)) {
	struct voucher_reply *reply = NULL;
	enum exit_status status = session_call(session, "GET", target, NULL, &reply);
	ProtobufCMessage *message = NULL;
	if (status == EXIT_DONE && session_is_json(session)) {
		buffer_append(&session->out, voucher_reply_body(reply), voucher_reply_bytes(reply));
		buffer_append_char(&session->out, '\n');
	} else if (status == EXIT_DONE) {
		status = session_decode(reply, descriptor, &session->arena, &message);
	}
	voucher_reply_free(reply);
	if (status == EXIT_DONE && message)
		status = render(session, message);
	return status == EXIT_DONE ? session_print(session) : status;
}

enum exit_status query_pages(struct session *session, const char *target,
    enum exit_status (*take)(void *user, const Pb__Page *page), void *user) {
	struct voucher_reply *reply = NULL;
	enum exit_status status = session_call(session, "GET", target, NULL, &reply);
	while (status == EXIT_DONE) {
		ProtobufCMessage *page = NULL;
		status = session_decode(reply, &pb__page__descriptor, &session->arena, &page);
		if (status == EXIT_DONE)
			status = take(user, (const Pb__Page *)page);
		if (status != EXIT_DONE || !voucher_reply_next(reply))
			break;
		struct voucher_reply *last = reply;
		reply = NULL;
		status = session_call(session, "GET", voucher_reply_next(last), NULL, &reply);
		voucher_reply_free(last);
	}
	voucher_reply_free(reply);
	return status;
}

enum exit_status query_render_fields(struct session *session, const ProtobufCMessage *message) {
	struct view view = { session->settings.lang, &session->arena };
	return show_message(&view, message, 0, &session->out) == ERR_OK ? EXIT_DONE
	                                                                : session_out_of_memory();
}

enum exit_status action_show(struct session *session) {
	const struct resource_info *info = resource_find(session->line.noun->noun);
	check(info && session->line.argument_count == 1);
	const char *given = session->line.arguments[0].text;
	if (strcmp(info->noun, "voucher") == 0 && !is_number(given)) {
		enum exit_status found = find_by_code(session, given, &given);
		if (found != EXIT_DONE)
			return found;
	}
	const char *collection = arena_printf(&session->arena, "%s/", session->line.noun->path);
	const char *target = collection ? query_target(session, collection, given) : NULL;
	if (!target)
		return session_out_of_memory();
	return query_show(session, target, info->descriptor, query_render_fields);
}

/* --- the ledger --- */

enum exit_status query_ledger_id(struct session *session, uint64_t before, struct uuid *ret_id) {
	const char *target = arena_printf(
	    &session->arena, "/v1/journal?after=%" PRIu64 "&limit=1", before);
	if (!target)
		return session_out_of_memory();
	ProtobufCMessage *message = NULL;
	enum exit_status status = session_get(
	    session, target, &pb__journal_entry__descriptor, &session->arena, &message);
	if (status != EXIT_DONE)
		return status;
	const Pb__Uuid *id = ((const Pb__JournalEntry *)message)->ledger_id;
	if (!id) {
		session_complain("The server's journal names no ledger; it is no voucherd.");
		return EXIT_NO_SERVER;
	}
	*ret_id = (struct uuid){ id->high, id->low };
	return EXIT_DONE;
}
