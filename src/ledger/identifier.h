/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers as people, banks and registers write them, checked byte by byte: ASCII,
 * upper case, nothing around them. Text from people is normalised (base/text.h) before it gets
 * here. Every function takes NULL-free, terminated text of any length.
 */
#ifndef LEDGER_IDENTIFIER_H
#define LEDGER_IDENTIFIER_H

#include <stdbool.h>

/* A code that people choose for a fund or programme: 1–32 of a–z 0–9 . _ -, first a–z or 0–9. */
bool identifier_is_code(const char *text);

/* A person's pseudonym, such as a staff number: the same with A–Z too. */
bool identifier_is_person(const char *text);

/*
 * 统一社会信用代码, GB 32100-2015: 18 of 0-9 A-Z without I O S V Z; characters 3–8 are digits.
 * Character i (from 0) weighs 3^i mod 31, and the last is alphabet[(31 − Σ mod 31) mod 31].
 * Characters 9–17 are an organisation code with a check of its own, GB 11714-1997: weights 3 7 9 10
 * 5 8 4 2, check 11 − Σ mod 11 written 1–9, X for 10, 0 for 11.
 */
bool identifier_is_credit_code(const char *text);

/* The same without both checks: what an operator may register with a reason. */
bool identifier_looks_like_credit_code(const char *text);

/* A team with no legal person: "T-" and 1–30 of A–Z 0–9 -. */
bool identifier_is_team(const char *text);

/* Administrative division, GB/T 2260: 6 digits, the first not 0. */
bool identifier_is_region(const char *text);

/* What a log is called in its checkpoints (C2SP tlog-checkpoint): a URL without its scheme, 1–200
 * of A–Z a–z 0–9 . _ : / -, the first a letter or digit. */
bool identifier_is_origin(const char *text);

/* 联行号 (CNAPS): 12 digits. */
bool identifier_is_bank_code(const char *text);

/* Bank account: 1–32 digits. */
bool identifier_is_bank_account(const char *text);

/* An invoice: 数电票 has a number of 20 digits and no code (""); a legacy one a code of 10 or 12
 * digits with a number of 8. */
bool identifier_is_invoice(const char *code, const char *number);

#endif
