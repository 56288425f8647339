/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *period*: a month of the books, closed by two persons (period.proto).
 *
 * What the reviewer reviews. Decision.period_digest is the SHA-256 of
 *
 *	"voucher-period-1\n"                        17 bytes
 *	ledger id                                   16 bytes, as in its text form
 *	year × 100 + month, u32 big-endian
 *	the entry that prepared it, u64 big-endian
 *	Decision.period as protobuf packs it, funds, programmes and house accounts in order of their ids
 */
#ifndef LEDGER_PERIOD_H
#define LEDGER_PERIOD_H

#include "base/err.h"
#include "base/uuid.h"
#include "record/digest.h"
#include "voucher/v1/period.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

/* "2026-11" as 202611; false when it is no month of 1970 to 9999. */
bool period_parse(const char *text, uint32_t *ret_period);

/* Its first and last day, as base/date.h counts days. */
int32_t period_first_day(uint32_t period);
int32_t period_last_day(uint32_t period);

/* The month of a day. */
uint32_t period_of_day(int32_t day);

/* Its neighbours. */
uint32_t period_after(uint32_t period);
uint32_t period_before(uint32_t period);

/* ERR_MEMORY. */
enum err period_digest(struct uuid ledger_id, uint32_t period, uint64_t seq,
    const Pb__PeriodFigures *figures, uint8_t ret_hash[DIGEST_BYTES]) MUST_CHECK;

#endif
