/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of periods, and the bytes that a reviewer reviews. Pure; any thread. */
#include "ledger/period.h"

#include "base/buffer.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/date.h"
#include "record/pb.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#define PERIOD_TEXT_BYTES 8 /* "YYYY-MM" and NUL */

bool period_parse(const char *text, uint32_t *ret_period) {
	char date[DATE_TEXT_BYTES];
	int32_t day;
	if (strlen(text) != PERIOD_TEXT_BYTES - 1)
		return false;
	snprintf(date, sizeof(date), "%s-01", text);
	if (date_parse(date, &day))
		return false;
	*ret_period = period_of_day(day);
	return true;
}

/* ERR_SYNTAX: the month has no such day. */
static enum err day_of(uint32_t period, uint32_t day_of_month, int32_t *ret_day) {
	char date[32];
	snprintf(date, sizeof(date), "%04u-%02u-%02u", period / 100, period % 100, day_of_month);
	return date_parse(date, ret_day);
}

int32_t period_first_day(uint32_t period) {
	int32_t day;
	check(day_of(period, 1, &day) == ERR_OK);
	return day;
}

int32_t period_last_day(uint32_t period) {
	int32_t day;
	uint32_t day_of_month = 31;
	while (day_of(period, day_of_month, &day))
		check(--day_of_month >= 28);
	return day;
}

uint32_t period_of_day(int32_t day) {
	int32_t month = date_local_month(day * US_PER_DAY, 0);
	return (uint32_t)(month / 12 * 100 + month % 12 + 1);
}

uint32_t period_after(uint32_t period) {
	return period % 100 == 12 ? period + 89 : period + 1;
}

uint32_t period_before(uint32_t period) {
	return period % 100 == 1 ? period - 89 : period - 1;
}

enum err period_digest(struct uuid ledger_id, uint32_t period, uint64_t seq,
    const Pb__PeriodFigures *figures, uint8_t ret_hash[DIGEST_BYTES]) {
	const uint64_t id[] = { htobe64(ledger_id.high), htobe64(ledger_id.low) };
	const uint32_t month = htobe32(period);
	const uint64_t entry = htobe64(seq);
	struct buffer buffer;
	buffer_init(&buffer, 0);
	buffer_append_text(&buffer, "voucher-period-1\n");
	buffer_append(&buffer, id, sizeof(id));
	buffer_append(&buffer, &month, sizeof(month));
	buffer_append(&buffer, &entry, sizeof(entry));
	pb_pack(&figures->base, &buffer);
	enum err err = buffer_error(&buffer);
	if (!err)
		digest_sha256(buffer.data, buffer.bytes, ret_hash);
	buffer_done(&buffer);
	return err;
}
