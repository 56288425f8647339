/* SPDX-License-Identifier: Apache-2.0 */
#include "voucherctl/bank_import.h"

#include "base/limits.h"
#include "base/text.h"
#include "record/pb.h"
#include "voucherctl/derived_id.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES_MIN 6 /* of an account or a name, to be told apart from other words */
#define HIDDEN           "***"

Pb__Uuid *bank_import_id(
    const struct bank_content *content, const char *what, uint64_t number, struct arena *arena) {
	uint8_t hash[DIGEST_BYTES];
	struct buffer text;
	buffer_init(&text, 0);
	buffer_append(&text, content->hash, DIGEST_BYTES);
	buffer_printf(&text, "%s/%" PRIu64, what, number);
	bool is_whole = buffer_error(&text) == ERR_OK;
	if (is_whole)
		digest_sha256(text.data, text.bytes, hash);
	buffer_done(&text);
	return is_whole ? derived_id(hash, arena) : NULL;
}

/* --- payees --- */

const char *bank_import_plain_number(struct arena *arena, const char *number) {
	char *copy = arena_string(arena, number, strlen(number));
	char *to = copy;
	for (const char *from = copy; from && *from; from++)
		if (*from != ' ' && *from != '-')
			*to++ = *from;
	if (copy)
		*to = '\0';
	return copy;
}

static int compare_accounts(const void *a, const void *b) {
	const struct import_account *one = a, *other = b;
	return strcmp(one->number, other->number);
}

void bank_import_sort_accounts(struct import_account *accounts, size_t *count) {
	size_t kept = 0;
	if (*count > 0)
		qsort(accounts, *count, sizeof(accounts[0]), compare_accounts);
	for (size_t i = 0; i < *count; i++) {
		struct import_account *last = kept > 0 ? &accounts[kept - 1] : NULL;
		if (!last || strcmp(last->number, accounts[i].number) != 0)
			accounts[kept++] = accounts[i];
		else if (strcmp(last->payee, accounts[i].payee) != 0)
			last->payee = "";
	}
	*count = kept;
}

static const char *find_payee(const struct import_source *source, const char *number) {
	const struct import_account wanted = { .number = number };
	const struct import_account *found = source->account_count > 0 && number[0]
	    ? bsearch(
	          &wanted, source->accounts, source->account_count, sizeof(wanted), compare_accounts)
	    : NULL;
	return found ? found->payee : "";
}

/* --- lines --- */

const char *bank_import_hide(struct arena *arena, const char *text, const char *word) {
	const char *at;
	if (strlen(word) < NUMBER_BYTES_MIN)
		return text;
	while (text && (at = strstr(text, word)))
		text = arena_printf(arena, "%.*s" HIDDEN "%s", (int)(at - text), text, at + strlen(word));
	return text;
}

/* References are compared as a whole: what is too long for one is none that we know. */
static const char *limit_reference(const char *text) {
	return strlen(text) <= LIMIT_REFERENCE_BYTES ? text : "";
}

/* Cut at a character. */
static const char *limit_text(struct arena *arena, const char *text) {
	size_t bytes = strlen(text), kept = 0, step;
	uint32_t character;
	if (bytes <= LIMIT_TEXT_BYTES)
		return text;
	while ((step = text_utf8_char(text + kept, bytes - kept, &character)) > 0 &&
	    kept + step <= LIMIT_TEXT_BYTES)
		kept += step;
	return arena_string(arena, text, kept);
}

static Pb__StatementLine *make_line(
    const struct import_source *source, const struct statement_line *line, struct arena *arena) {
	Pb__StatementLine *made = PB_NEW(Pb__StatementLine, pb__statement_line, arena);
	const char *text = bank_import_hide(arena, line->text, line->other_account);
	if (text)
		text = bank_import_hide(arena, text, line->other_name);
	if (text)
		text = limit_text(arena, text);
	const char *number = bank_import_plain_number(arena, line->other_account);
	if (!made || !text || !number)
		return NULL;
	made->file_line = line->file_line;
	made->serial = line->serial;
	made->amount = line->amount;
	made->booking_date = line->booking_date;
	made->value_date = strcmp(line->value_date, line->booking_date) != 0 ? line->value_date : "";
	made->reference = limit_reference(line->reference);
	made->bank_reference = limit_reference(line->bank_reference);
	made->text = text;
	made->payee = find_payee(source, number);
	return made;
}

/* --- pages --- */

struct paging {
	const struct import_source *source;
	struct arena *arena;
	const struct statement_line **lines; /* of all statements */
	size_t line_count;
	bool has_balances;
	int64_t balance; /* before the next page */
	size_t pages;
};

static bool collect_lines(struct paging *paging) {
	const struct import_source *source = paging->source;
	paging->has_balances = true;
	for (size_t i = 0; i < source->count; i++) {
		paging->line_count += source->statements[i]->count;
		paging->has_balances = paging->has_balances && source->statements[i]->has_balances;
	}
	paging->lines = arena_alloc(paging->arena, (paging->line_count + 1) * sizeof(*paging->lines));
	if (!paging->lines)
		return false;
	const struct statement_line **next = paging->lines;
	for (size_t i = 0; i < source->count; i++)
		for (size_t n = 0; n < source->statements[i]->count; n++)
			*next++ = &source->statements[i]->lines[n];
	if (paging->has_balances)
		paging->balance = source->statements[0]->opening_balance;
	paging->pages = (paging->line_count + LIMIT_STATEMENT_LINES - 1) / LIMIT_STATEMENT_LINES;
	paging->pages += paging->pages == 0; /* a statement without lines says that nothing moved */
	return true;
}

static Pb__ImportStatement *make_heading(const struct paging *paging, size_t page) {
	const struct import_source *source = paging->source;
	const struct statement *first = source->statements[0];
	Pb__ImportStatement *import = PB_NEW(Pb__ImportStatement, pb__import_statement, paging->arena);
	Pb__Digest *file = PB_NEW(Pb__Digest, pb__digest, paging->arena);
	if (!import || !file)
		return NULL;
	file->value.data = (uint8_t *)source->content->hash;
	file->value.len = DIGEST_BYTES;
	import->house_account = source->house->code;
	import->file = file;
	import->format = first->format;
	import->number = source->count == 1 ? limit_reference(first->number) : "";
	import->page = (uint32_t)page;
	import->pages = (uint32_t)paging->pages;
	import->has_balances = paging->has_balances;
	return import;
}

static bool add_lines(struct paging *paging, Pb__ImportStatement *import, size_t first) {
	size_t count = paging->line_count - first;
	if (count > LIMIT_STATEMENT_LINES)
		count = LIMIT_STATEMENT_LINES;
	import->lines = arena_alloc(paging->arena, (count + 1) * sizeof(*import->lines));
	if (!import->lines)
		return false;
	import->opening_balance = paging->balance;
	for (; import->n_lines < count; import->n_lines++) {
		const struct statement_line *line = paging->lines[first + import->n_lines];
		import->lines[import->n_lines] = make_line(paging->source, line, paging->arena);
		if (!import->lines[import->n_lines])
			return false;
		/* Beyond range only where the file stated no balances: then nothing is stated either. */
		if (__builtin_add_overflow(paging->balance, line->amount, &paging->balance))
			paging->has_balances = false;
	}
	import->closing_balance = paging->balance;
	if (!import->has_balances)
		import->opening_balance = import->closing_balance = 0;
	return true;
}

static Pb__Command *make_page(struct paging *paging, size_t page) {
	Pb__Command *command = PB_NEW(Pb__Command, pb__command, paging->arena);
	Pb__ImportStatement *import = make_heading(paging, page);
	if (!command || !import || !add_lines(paging, import, (page - 1) * LIMIT_STATEMENT_LINES))
		return NULL;
	command->id = bank_import_id(
	    paging->source->content, paging->source->house->code, page, paging->arena);
	command->body_case = PB__COMMAND__BODY_IMPORT_STATEMENT;
	command->import_statement = import;
	return command->id ? command : NULL;
}

Pb__Command **bank_import_pages(
    const struct import_source *source, struct arena *arena, size_t *ret_count) {
	struct paging paging = { .source = source, .arena = arena };
	if (!collect_lines(&paging))
		return NULL;
	Pb__Command **commands = arena_alloc(arena, paging.pages * sizeof(*commands));
	for (size_t i = 0; commands && i < paging.pages; i++) {
		commands[i] = make_page(&paging, i + 1);
		if (!commands[i])
			return NULL;
	}
	*ret_count = paging.pages;
	return commands;
}
