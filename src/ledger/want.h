/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a field of a command must look like. want_: it must be there; allow_: it may be empty. Each
 * refuses (FIELD_MISSING, FIELD_INVALID, AMOUNT_INVALID) naming the field, and returns whether all
 * is well. `field` is borrowed: a literal, or text in the decision's arena. Internal to src/ledger.
 */
#ifndef LEDGER_WANT_H
#define LEDGER_WANT_H

#include "ledger/deciding.h"

/* Clean UTF-8 (base/text.h) of at most `bytes_max`. */
bool want_text(struct deciding *d, const char *text, size_t bytes_max, const char *field);
bool allow_text(struct deciding *d, const char *text, size_t bytes_max, const char *field);

/* Satisfies a predicate of ledger/identifier.h. */
bool want_valid(
    struct deciding *d, const char *text, bool (*is_valid)(const char *), const char *field);

/* [a-z0-9][a-z0-9._-]{0,31} */
bool want_code(struct deciding *d, const char *code, const char *field);

/* A positive amount of money; else AMOUNT_INVALID. */
bool want_amount(struct deciding *d, int64_t amount, const char *field);

/* "YYYY-MM-DD". */
bool want_date(struct deciding *d, const char *date, const char *field, int32_t *ret_day);
bool allow_date(struct deciding *d, const char *date, const char *field);

/* Number, bank code and holder, and all of them; `path` is the field's, such as "bank_account". */
bool want_bank_particulars(struct deciding *d, const Pb__BankAccount *account, const char *path);

/* 32 bytes. */
bool want_digest(struct deciding *d, const Pb__Digest *digest, const char *field);

/* At most LIMIT_EVIDENCE digests; none is well too. */
bool allow_evidence(struct deciding *d, Pb__Digest *const *evidence, size_t count);

/* At most LIMIT_WORDS texts of 1–LIMIT_WORD_BYTES, none twice; none is well too. */
bool allow_words(struct deciding *d, const char *const *words, size_t count, const char *field);

#endif
