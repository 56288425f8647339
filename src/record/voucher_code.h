/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Voucher codes, for people and QR codes: never a key of the ledger's objects, and no authority to
 * spend. Twelve symbols of D. Crockford's base 32 (0–9 A–Z without I L O U) and his check symbol,
 * the number that they write modulo 37 (five more symbols: * ~ $ = U), which finds every single
 * wrong symbol and every swap of two neighbours. Written "7ZQK-03MA-X9D2-A". Pure; any thread.
 */
#ifndef RECORD_VOUCHER_CODE_H
#define RECORD_VOUCHER_CODE_H

#include "base/err.h"
#include "base/uuid.h"

#define VOUCHER_CODE_BYTES      14 /* the 13 symbols and a NUL */
#define VOUCHER_CODE_TEXT_BYTES 17 /* as it is written: with hyphens, and a NUL */

/* The code that a ledger gives the voucher of entry `seq`: the first 60 bits of SHA-256(ledger id,
 * 16 bytes ‖ seq, 8 ‖ attempt, 4), all big-endian. Another attempt when a code is taken. */
void voucher_code_make(
    struct uuid ledger, uint64_t seq, uint32_t attempt, char ret_code[VOUCHER_CODE_BYTES]);

/* As it is written. */
void voucher_code_format(
    const char code[VOUCHER_CODE_BYTES], char ret_text[VOUCHER_CODE_TEXT_BYTES]);

/* What a person typed: lower case, hyphens and spaces anywhere, O for 0, I and L for 1 are taken.
 * ERR_SYNTAX when it is not 13 symbols or the last one does not fit the others. */
enum err voucher_code_parse(const char *text, char ret_code[VOUCHER_CODE_BYTES]) MUST_CHECK;

#endif
