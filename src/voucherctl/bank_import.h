/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "bank-file import": what a bank sent becomes commands in one linked batch, so that all of it
 * takes effect or nothing. Their ids are made from the file: the same file again changes nothing.
 */
#ifndef VOUCHERCTL_BANK_IMPORT_H
#define VOUCHERCTL_BANK_IMPORT_H

#include "voucher/v1/command.pb-c.h"
#include "voucher/v1/resource.pb-c.h"
#include "voucherctl/bank_reader.h"

/* A statement: its lines become those of a house account. */
enum exit_status bank_import_statement(struct session *session, const struct bank_content *content);

/* A report: what became of payments is recorded with each. */
enum exit_status bank_import_report(struct session *session, const struct bank_content *content);

/* --- the parts of importing a statement --- */

struct import_account {
	const char *number; /* of the other side, plain */
	const char *payee;  /* whose it is; "": several parties have it */
};

struct import_source {
	const Pb__HouseAccount *house;
	const struct bank_content *content;
	const struct statement **statements; /* of this account, the oldest first; 1 or more */
	size_t count;
	struct import_account *accounts; /* of the payees that wait for a payment, by number */
	size_t account_count;
};

/* bank_import_whose.c: `house`, `statements` and `count`, by --house-account or the number in the
 * file. All of the file must be of this account and its balances follow each other. */
enum exit_status bank_import_choose(struct session *session, struct import_source *source);

/*
 * bank_import_pages.c: one command for each page of LIMIT_STATEMENT_LINES. No account number and no
 * name of the other side is in them, but as the payee that it is known as. NULL: memory.
 */
Pb__Command **bank_import_pages(
    const struct import_source *source, struct arena *arena, size_t *ret_count);

/* An id for this file: of `what`, number `number`. NULL: memory. */
Pb__Uuid *bank_import_id(
    const struct bank_content *content, const char *what, uint64_t number, struct arena *arena);

/* `text` with every `word` in it hidden, when that is long enough to be an account's number or a
 * name. NULL: memory. */
const char *bank_import_hide(struct arena *arena, const char *text, const char *word);

/* An account's number without the blanks and hyphens that banks group it with. NULL: memory. */
const char *bank_import_plain_number(struct arena *arena, const char *number);

/* Sorted by number, each once. */
void bank_import_sort_accounts(struct import_account *accounts, size_t *count);

#endif
