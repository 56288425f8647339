/* SPDX-License-Identifier: Apache-2.0 */
/* One entry (Ntry) of a statement. Internal to src/finance. */
#ifndef FINANCE_CAMT053_ENTRY_H
#define FINANCE_CAMT053_ENTRY_H

#include "finance/statement.h"
#include "finance/xml_reader.h"

/* Where the text of an element goes, by the element's path. */
struct camt053_text {
	const char *path;
	size_t offset; /* of a const char * in a struct */
	enum { CAMT053_ONCE, CAMT053_FIRST, CAMT053_JOINED } rule;
};

/* Keeps the text where it belongs in `object`, if it belongs anywhere. */
enum err camt053_keep(const struct camt053_text *texts, size_t count, void *object,
    const char *path, const char *text, struct arena *arena,
    struct file_mistake *mistake) MUST_CHECK;

struct camt053_money {
	bool is_there;
	int64_t amount; /* not below nought */
};

/* `currency` "": this is it. */
enum err camt053_take_amount(const struct xml_element *element, struct camt053_money *money,
    const char **currency, struct arena *arena, struct file_mistake *mistake) MUST_CHECK;

/* Of CRDT and DBIT: `amount` with its sign. */
enum err camt053_sign(const char *direction, int64_t amount, int64_t *ret_signed,
    struct file_mistake *mistake) MUST_CHECK;

/* "" or a day, or the day of a moment: cut to YYYY-MM-DD. */
enum err camt053_cut_date(
    const char **text, struct arena *arena, struct file_mistake *mistake) MUST_CHECK;

struct camt053_transaction {
	const char *end_to_end, *instruction, *bank_reference, *batch;
	const char *debtor, *debtor_account, *creditor, *creditor_account;
};

struct camt053_entry {
	uint64_t line, column;
	const char *number, *serial, *direction, *reversal, *status, *booking_date, *value_date;
	const char *batch, *batch_message, *batch_count;
	const char *references, *text, *more;
	struct camt053_money money;
	struct camt053_transaction first, transaction; /* the first, and the one that we are in */
	uint32_t transactions;
};

/* At this place of the file. */
void camt053_entry_begin(struct camt053_entry *entry, uint64_t line, uint64_t column);

/* `path`: within Ntry. */
enum err camt053_entry_begin_element(
    struct camt053_entry *entry, const char *path, struct file_mistake *mistake) MUST_CHECK;
enum err camt053_entry_end_element(struct camt053_entry *entry, const char *path, const char *text,
    struct arena *arena, struct file_mistake *mistake) MUST_CHECK;

/* The line that it is. `day`: it was booked then when it does not say when. */
enum err camt053_entry_complete(struct camt053_entry *entry, const char *day, struct arena *arena,
    struct statement_line *ret_line, struct file_mistake *mistake) MUST_CHECK;

bool camt053_entry_is_booked(const struct camt053_entry *entry);

#endif
