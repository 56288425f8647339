/* SPDX-License-Identifier: Apache-2.0 */
/* Whose statement a file is, and in which order its days follow each other. */
#include "voucherctl/bank_import.h"
#include "voucherctl/query.h"

#include <string.h>

struct choosing {
	struct session *session;
	struct import_source *source;
};

/* --- whose it is --- */

/* Banks group digits with blanks or hyphens. */
static bool is_same_number(const char *a, const char *b) {
	for (;; a++, b++) {
		a += strspn(a, " -");
		b += strspn(b, " -");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

static bool is_of(const struct statement *statement, const Pb__HouseAccount *house) {
	return house->account && is_same_number(statement->account, house->account->number);
}

static enum exit_status take_house(void *user, const Pb__Page *page) {
	struct choosing *choosing = user;
	for (size_t i = 0; i < page->n_house_accounts && !choosing->source->house; i++)
		if (is_of(&choosing->source->content->statements[0], page->house_accounts[i]))
			choosing->source->house = page->house_accounts[i];
	return EXIT_DONE;
}

/* By the number that the file states. */
static enum exit_status find_house(struct choosing *choosing) {
	struct session *session = choosing->session;
	const char *number = choosing->source->content->statements[0].account;
	if (!number[0]) {
		session_complain("%s",
		    session_say(session, "The file does not say whose it is: give --house-account CODE.",
		        "文件未注明账号：请以 --house-account 指明本方账户。"));
		return EXIT_USAGE;
	}
	enum exit_status status = query_pages(
	    session, "/v1/house-accounts?limit=1000", take_house, choosing);
	if (status != EXIT_DONE || choosing->source->house)
		return status;
	session_complain(
	    session_say(session,
	        "%s is a statement of account %s, which is none of ours. \"house-account list\" shows "
	        "those that are; \"house-account register\" adds one.",
	        "%s 是账户 %s 的对账单，该账户未登记为本方账户。可用 house-account list 查看，"
	        "用 house-account register 登记。"),
	    choosing->source->content->name, number);
	return EXIT_REFUSED;
}

static enum exit_status get_house(struct choosing *choosing, const char *code) {
	ProtobufCMessage *message = NULL;
	const char *target = query_target(choosing->session, "/v1/house-accounts/", code);
	if (!target)
		return session_out_of_memory();
	enum exit_status status = session_get(choosing->session, target, &pb__house_account__descriptor,
	    &choosing->session->arena, &message);
	choosing->source->house = (const Pb__HouseAccount *)message;
	return status;
}

static enum exit_status refuse_account(
    const struct choosing *choosing, const struct statement *statement) {
	const Pb__HouseAccount *house = choosing->source->house;
	session_complain(session_say(choosing->session,
	                     "%s is a statement of account %s, and %s is %s. Nothing was imported.",
	                     "%s 是账户 %s 的对账单，而 %s 的账号是 %s。未导入任何内容。"),
	    choosing->source->content->name, statement->account, house->code,
	    house->account ? house->account->number : "");
	return EXIT_REFUSED;
}

static enum exit_status refuse_currency(
    const struct choosing *choosing, const struct statement *statement) {
	session_complain(
	    session_say(choosing->session, "%s is in %s, and %s is kept in %s. Nothing was imported.",
	        "%s 的币种是 %s，而 %s 的币种是 %s。未导入任何内容。"),
	    choosing->source->content->name, statement->currency, choosing->source->house->code,
	    choosing->source->house->currency);
	return EXIT_REFUSED;
}

/* All of the file is of this account, in its currency. */
static enum exit_status choose_statements(struct choosing *choosing) {
	const struct bank_content *content = choosing->source->content;
	choosing->source->statements = arena_alloc(
	    &choosing->session->arena, (content->count + 1) * sizeof(*choosing->source->statements));
	if (!choosing->source->statements)
		return session_out_of_memory();
	for (size_t i = 0; i < content->count; i++) {
		const struct statement *statement = &content->statements[i];
		if (statement->account[0] && !is_of(statement, choosing->source->house))
			return refuse_account(choosing, statement);
		if (statement->currency[0] &&
		    strcmp(statement->currency, choosing->source->house->currency) != 0)
			return refuse_currency(choosing, statement);
		choosing->source->statements[choosing->source->count++] = statement;
	}
	return EXIT_DONE;
}

/* --- in which order --- */

static bool follow_each_other(const struct choosing *choosing) {
	for (size_t i = 1; i < choosing->source->count; i++) {
		const struct statement *before = choosing->source->statements[i - 1];
		const struct statement *after = choosing->source->statements[i];
		if (before->has_balances && after->has_balances &&
		    before->closing_balance != after->opening_balance)
			return false;
	}
	return true;
}

static void reverse(struct choosing *choosing) {
	for (size_t i = 0; i < choosing->source->count / 2; i++) {
		const struct statement *first = choosing->source->statements[i];
		choosing->source->statements[i] =
		    choosing->source->statements[choosing->source->count - 1 - i];
		choosing->source->statements[choosing->source->count - 1 - i] = first;
	}
}

static enum exit_status put_in_order(struct choosing *choosing) {
	if (follow_each_other(choosing))
		return EXIT_DONE;
	reverse(choosing);
	if (follow_each_other(choosing))
		return EXIT_DONE;
	session_complain(
	    session_say(choosing->session,
	        "The %zu statements of %s do not follow each other: where one ends, the next does not "
	        "begin. Nothing was imported. Ask the bank for one file with all days.",
	        "%2$s 中的 %1$zu 份对账单不连续：前一份的期末余额不是后一份的期初余额。未导入任何内容。"
	        "请向银行索取日期连续的文件。"),
	    choosing->source->count, choosing->source->content->name);
	return EXIT_REFUSED;
}

enum exit_status bank_import_choose(struct session *session, struct import_source *source) {
	struct choosing choosing = { session, source };
	const char *code = options_text(&session->line, "--house-account");
	if (source->content->count == 0) {
		session_complain(session_say(session, "There is no statement in %s.", "%s 中没有对账单。"),
		    source->content->name);
		return EXIT_REFUSED;
	}
	enum exit_status status = code ? get_house(&choosing, code) : find_house(&choosing);
	if (status == EXIT_DONE)
		status = choose_statements(&choosing);
	return status == EXIT_DONE ? put_in_order(&choosing) : status;
}
