/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_statement: one page of a bank's statement. A page is imported whole or not at all, and
 * what it says must lead from the balance that the account has to the one that the bank states.
 *
 * A line that the account has had (by the bank's serial) is passed over; every other one gets the
 * next number and is decided by matching.h. While pages of a statement are missing, no other is
 * taken: what matched in between could not be told apart from what is to come. One whose pages
 * cannot come, or lead nowhere, is given up by a last page that says nothing.
 */
#include "base/check.h"
#include "base/date.h"
#include "ledger/bank_line.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/foresee.h"
#include "ledger/house.h"
#include "ledger/matching.h"
#include "ledger/want.h"
#include "record/digest.h"

#include <string.h>

typedef __int128 wide;

enum {
	SLOTS = 4 * LIMIT_STATEMENT_LINES, /* of the hash table of serials; a power of two */
};

/* A serial of this page: its line is in no row yet. */
struct seen {
	size_t index; /* of its line, from 1; 0: the slot is free */
	uint64_t number;
};

struct importing {
	struct deciding *d;
	const Pb__ImportStatement *import;
	uint64_t house_id;
	const struct house_row *house;
	uint64_t statement_id;
	const struct statement_row *before; /* after the pages that came; NULL: this is the first */
	struct matching *matching;
	struct seen *seen; /* by serial; open addressing */
	uint64_t new_lines;
	wide in; /* what the new lines come to */
	wide out;
	int32_t days[LIMIT_STATEMENT_LINES]; /* of booking */
};

/* --- fields --- */

static bool want_line(struct deciding *d, const Pb__StatementLine *line, int32_t *ret_day) {
	uint64_t payee;
	if (line->amount == 0 || line->amount == INT64_MIN)
		return refuse_field(d, PB__OUTCOME__AMOUNT_INVALID, "amount");
	return want_date(d, line->booking_date, "booking_date", ret_day) &&
	    allow_date(d, line->value_date, "value_date") &&
	    allow_text(d, line->serial, LIMIT_REFERENCE_BYTES, "serial") &&
	    allow_text(d, line->reference, LIMIT_REFERENCE_BYTES, "reference") &&
	    allow_text(d, line->bank_reference, LIMIT_REFERENCE_BYTES, "bank_reference") &&
	    allow_text(d, line->text, LIMIT_TEXT_BYTES, "text") &&
	    (!*line->payee || find_party(d, line->payee, "payee", &payee));
}

static bool want_pages(struct deciding *d, const Pb__ImportStatement *import) {
	if (import->page == 0 || import->pages == 0)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, import->page == 0 ? "page" : "pages");
	return import->page <= import->pages || refuse_field(d, PB__OUTCOME__FIELD_INVALID, "page");
}

static bool want_fields(struct importing *i) {
	struct deciding *d = i->d;
	const Pb__ImportStatement *import = i->import;
	if (!want_digest(d, import->file, "file") ||
	    !want_text(d, import->format, LIMIT_WORD_BYTES, "format") ||
	    !allow_text(d, import->number, LIMIT_REFERENCE_BYTES, "number") || !want_pages(d, import))
		return false;
	if (import->n_lines > LIMIT_STATEMENT_LINES)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "lines");
	for (size_t n = 0; n < import->n_lines; n++)
		if (!want_line(d, import->lines[n], &i->days[n]))
			return refuse_within(d, "lines", n);
	return true;
}

/* --- which statement --- */

static struct key key_of_file(uint64_t house_id, const Pb__Digest *file) {
	struct key key = key_of_id(house_id);
	key_add_bytes(&key, file->value.data, DIGEST_BYTES);
	return key;
}

static struct key key_of_number(uint64_t house_id, const char *number) {
	struct key key = key_of_id(house_id);
	key_add_bytes(&key, number, strlen(number));
	return key;
}

/* No other file came under this number. */
static bool want_own_number(struct importing *i) {
	if (!*i->import->number)
		return true;
	struct key key = key_of_number(i->house_id, i->import->number);
	uint64_t known = find_id(i->d, TABLE_STATEMENT_NUMBER, &key);
	return (i->before ? known == i->statement_id : known == 0) ||
	    refuse_field(i->d, PB__OUTCOME__STATEMENT_DIFFERS, "number");
}

static bool want_page(struct importing *i, uint32_t page) {
	return i->import->page == page ||
	    refuse_detail(i->d, PB__OUTCOME__FIELD_INVALID, "page",
	        arena_printf(i->d->arena, "page %u comes next", page));
}

static bool want_nothing_missing(struct importing *i) {
	uint64_t receiving = i->house->receiving;
	return receiving == 0 ||
	    refuse_detail(i->d, PB__OUTCOME__STATEMENT_INCOMPLETE, "file",
	        arena_printf(i->d->arena, "statement %llu", (unsigned long long)receiving));
}

/* No line, no balance, and the last: of the rest of the statement nothing will come. */
static bool is_given_up(const Pb__ImportStatement *import) {
	return import->n_lines == 0 && !import->has_balances && import->pages == import->page;
}

/* A page of a statement that has begun. */
static bool want_continuation(struct importing *i) {
	const Pb__ImportStatement *import = i->import;
	if (i->before->page == i->before->pages || import->page <= i->before->page)
		return refuse_field(i->d, PB__OUTCOME__STATEMENT_KNOWN, "file");
	if (is_given_up(import))
		return want_page(i, i->before->page + 1);
	if (import->pages != i->before->pages)
		return refuse_field(i->d, PB__OUTCOME__FIELD_INVALID, "pages");
	if (import->has_balances != (i->before->has_balances != 0))
		return refuse_field(i->d, PB__OUTCOME__FIELD_INVALID, "has_balances");
	return want_page(i, i->before->page + 1);
}

static bool find_statement(struct importing *i) {
	struct key key = key_of_file(i->house_id, i->import->file);
	i->statement_id = find_id(i->d, TABLE_STATEMENT_FILE, &key);
	if (i->statement_id) {
		key = key_of_id(i->statement_id);
		i->before = STATE_GET(i->d->state, TABLE_STATEMENT, &key, struct statement_row);
		check(i->before);
		return want_continuation(i) && want_own_number(i);
	}
	i->statement_id = i->d->entry->seq;
	return want_nothing_missing(i) && want_page(i, 1) && want_own_number(i);
}

/* --- balances --- */

/* The page by itself, and after the page before it. */
static bool want_page_balances(struct importing *i) {
	const Pb__ImportStatement *import = i->import;
	if (!import->has_balances)
		return true;
	if (i->before && import->opening_balance != i->before->balance)
		return refuse_field(i->d, PB__OUTCOME__BALANCE_BROKEN, "opening_balance");
	wide balance = import->opening_balance;
	for (size_t n = 0; n < import->n_lines; n++)
		balance += import->lines[n]->amount;
	return balance == import->closing_balance ||
	    refuse_field(i->d, PB__OUTCOME__BALANCE_BROKEN, "closing_balance");
}

/* What was new in all of the statement leads from our balance to the bank's. One of which every
 * line was known says nothing new. */
static bool want_end_balance(struct importing *i) {
	const Pb__ImportStatement *import = i->import;
	uint64_t lines = import->n_lines + (i->before ? i->before->lines : 0);
	uint64_t new_lines = i->new_lines + (i->before ? i->before->new_lines : 0);
	if (i->house->statement + i->in > INT64_MAX || i->house->statement - i->out < -INT64_MAX ||
	    !house_want_room(i->d, i->house_id, i->in > i->out ? i->in : i->out))
		return refuse_field(i->d, PB__OUTCOME__OVERFLOW, "lines");
	if (!import->has_balances || import->page != import->pages || (lines > 0 && new_lines == 0))
		return true;
	int64_t balance = (int64_t)(i->house->statement + i->in - i->out);
	return balance == import->closing_balance ||
	    refuse_detail(i->d, PB__OUTCOME__BALANCE_BROKEN, "closing_balance",
	        arena_printf(i->d->arena, "the account comes to %lld", (long long)balance));
}

/* --- lines --- */

static size_t hash_of(const char *text) {
	uint64_t hash = UINT64_C(0xCBF29CE484222325); /* FNV-1a */
	for (const char *byte = text; *byte; byte++)
		hash = (hash ^ (uint8_t)*byte) * UINT64_C(0x100000001B3);
	return (size_t)(hash ^ hash >> 32) % SLOTS;
}

/* The slot of a serial, or the free one where it belongs. There is always a free one. */
static struct seen *find_seen(struct importing *i, const char *serial) {
	size_t slot = hash_of(serial);
	while (i->seen[slot].index &&
	    strcmp(i->import->lines[i->seen[slot].index - 1]->serial, serial) != 0)
		slot = (slot + 1) % SLOTS;
	return &i->seen[slot];
}

static bool is_same(
    const Pb__StatementLine *line, int32_t day, int64_t known_amount, int32_t known_day) {
	return line->amount == known_amount && day == known_day;
}

/* The number under which the account has the line's serial, here or in an earlier page; 0: it has
 * not. False: refused, it says something else. */
static bool find_known(struct importing *i, size_t index, uint64_t *ret_number) {
	const Pb__StatementLine *line = i->import->lines[index];
	const struct seen *seen = find_seen(i, line->serial);
	struct key key = key_of_serial(i->house_id, line->serial);
	uint64_t number = seen->index ? seen->number : find_id(i->d, TABLE_BANK_SERIAL, &key);
	bool is_well = true;
	if (seen->index) {
		size_t other = seen->index - 1;
		is_well = is_same(line, i->days[index], i->import->lines[other]->amount, i->days[other]);
	} else if (number) {
		const struct bank_line_row *row = bank_line_find(i->d, i->house_id, number, "serial");
		is_well = is_same(line, i->days[index], row->amount, row->booking_day);
	}
	*ret_number = number;
	return is_well ||
	    refuse_detail(i->d, PB__OUTCOME__STATEMENT_DIFFERS, "serial",
	        arena_printf(i->d->arena, "line %llu", (unsigned long long)number));
}

static bool decide_line(struct importing *i, size_t index, Pb__LineResult *result) {
	const Pb__StatementLine *line = i->import->lines[index];
	if (*line->serial) {
		if (!find_known(i, index, &result->line))
			return false;
		result->is_known = result->line != 0;
		if (result->is_known)
			return true;
	}
	if (!house_want_open_day(i->d, i->days[index], "booking_date"))
		return false;
	result->line = i->house->lines + ++i->new_lines;
	if (*line->serial)
		*find_seen(i, line->serial) = (struct seen){ index + 1, result->line };
	*(line->amount > 0 ? &i->in : &i->out) += line->amount > 0 ? line->amount : -line->amount;
	return matching_decide_line(i->matching, line, i->days[index], result);
}

static bool decide_lines(struct importing *i) {
	Pb__Decision *decision = i->d->decision;
	size_t count = i->import->n_lines;
	Pb__LineResult *results = arena_alloc(i->d->arena, (count + 1) * sizeof(*results));
	decision->lines = arena_alloc(i->d->arena, (count + 1) * sizeof(Pb__LineResult *));
	i->seen = arena_zalloc(i->d->arena, SLOTS * sizeof(*i->seen));
	if (!results || !decision->lines || !i->seen)
		return refuse_memory(i->d);
	for (size_t n = 0; n < count; n++) {
		foresee_lines(i->d->state, i->house_id, i->import->lines, n, count);
		pb__line_result__init(&results[n]);
		if (!decide_line(i, n, &results[n]))
			return refuse_within(i->d, "lines", n);
		decision->lines[decision->n_lines++] = &results[n];
	}
	return true;
}

bool decide_import_statement(struct deciding *d) {
	struct importing i = { .d = d, .import = d->command->import_statement };
	if (!want_fields(&i) || !(i.house = house_find(d, i.import->house_account, "house_account")) ||
	    !want_all_regions(d, "house_account"))
		return false;
	i.house_id = d->decision->house_account;
	if (!find_statement(&i) || !want_page_balances(&i) ||
	    !(i.matching = matching_begin(d, i.house_id)) || !decide_lines(&i) ||
	    !matching_end(i.matching) || !want_end_balance(&i))
		return false;
	d->decision->statement = i.statement_id;
	return true;
}

/* --- apply --- */

static void put_statement(struct applying *a, uint64_t new_lines) {
	const Pb__ImportStatement *import = a->command->import_statement;
	uint64_t house_id = a->decision->house_account, id = a->decision->statement;
	struct key key = key_of_id(id);
	const struct statement_row *there = STATE_GET(
	    a->state, TABLE_STATEMENT, &key, struct statement_row);
	struct statement_row row = there ? *there : (struct statement_row){ 0 };
	struct house_row *house = touch_house(a, house_id);
	check(import->page == row.page + 1 && (there ? id == house->receiving : id == a->entry->seq));
	if (!there) {
		struct key file = key_of_file(house_id, import->file);
		row.house_account = house_id;
		row.has_balances = import->has_balances;
		memcpy(row.file, import->file->value.data, sizeof(row.file));
		put_id(a, TABLE_STATEMENT_FILE, &file, id);
		house->statements++;
	}
	if (!there && *import->number) {
		struct key number = key_of_number(house_id, import->number);
		put_id(a, TABLE_STATEMENT_NUMBER, &number, id);
	}
	row.page = import->page;
	row.pages = import->pages;
	row.lines += import->n_lines;
	row.new_lines += new_lines;
	if (import->has_balances)
		row.balance = import->closing_balance;
	house->receiving = row.page < row.pages ? id : 0;
	STATE_PUT(a->state, TABLE_STATEMENT, &key, &row);
}

static void count_line(struct house_row *house, int64_t amount, int32_t day) {
	bool is_first = house->lines == 0;
	check(!__builtin_add_overflow(house->statement, amount, &house->statement));
	house->lines++;
	house->first_day = is_first || day < house->first_day ? day : house->first_day;
	house->last_day = is_first || day > house->last_day ? day : house->last_day;
}

static void add_line(
    struct applying *a, const Pb__LineResult *result, const struct bank_line_row *row) {
	const struct match match = {
		.house_id = a->decision->house_account,
		.lines = &result->line,
		.line_count = 1,
		.targets = result->targets,
		.target_count = result->n_targets,
		.by = result->by,
	};
	if (result->n_targets > 0)
		apply_new_match(a, &match, row);
	else
		add_bank_line(a, match.house_id, result->line, row);
}

static void apply_line(struct applying *a, uint32_t index) {
	const Pb__StatementLine *line = a->command->import_statement->lines[index];
	const Pb__LineResult *result = a->decision->lines[index];
	uint64_t house_id = a->decision->house_account;
	struct bank_line_row row = {
		.seq = a->entry->seq,
		.statement = a->decision->statement,
		.amount = line->amount,
		.index = index,
		.state = result->state,
		.exception = result->exception,
	};
	struct house_row *house = touch_house(a, house_id);
	check(date_parse(line->booking_date, &row.booking_day) == ERR_OK);
	count_line(house, row.amount, row.booking_day);
	check(house->lines == result->line);
	add_line(a, result, &row);
	if (*line->serial) {
		struct key key = key_of_serial(house_id, line->serial);
		put_id(a, TABLE_BANK_SERIAL, &key, result->line);
	}
}

void apply_import_statement(struct applying *a) {
	const Pb__ImportStatement *import = a->command->import_statement;
	const Pb__Decision *decision = a->decision;
	uint64_t new_lines = 0;
	check(decision->n_lines == import->n_lines);
	for (uint32_t index = 0; index < import->n_lines; index++) {
		foresee_line_results(
		    a->state, decision->house_account, decision->lines, index, decision->n_lines);
		if (decision->lines[index]->is_known)
			continue;
		apply_line(a, index);
		new_lines++;
	}
	put_statement(a, new_lines);
}
