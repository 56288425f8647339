/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moments are whole seconds since 1970, cut off in the same way on entering and on leaving, so that
 * what is added to a sum is what is taken out of it. A sum of 2^63 seconds is five thousand million
 * things that wait.
 */
#include "ledger/clock.h"

#include "base/check.h"
#include "base/clock.h"
#include "ledger/held.h"
#include "voucher/v1/resource.pb-c.h"

struct key clock_key(uint64_t programme, uint32_t step) {
	struct key key = key_of_id(programme);
	key_add_u32(&key, step);
	return key;
}

const char *clock_step_name(uint32_t step) {
	const ProtobufCEnumDescriptor *statuses = step > CLOCK_CLAIMS
	    ? &pb__claim_status__descriptor
	    : &pb__application_status__descriptor;
	uint32_t status = step > CLOCK_CLAIMS ? step - CLOCK_CLAIMS : step;
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(statuses, (int)status);
	return value && value->value ? value->name : NULL;
}

/* The step at which it waits; 0: none. */
static uint32_t step_of_application(const struct application_row *row) {
	switch (row->status) {
	case PB__APPLICATION_STATUS__APPLICATION_REJECTED:
	case PB__APPLICATION_STATUS__APPLICATION_ISSUED: return 0;
	case PB__APPLICATION_STATUS__APPLICATION_RETURNED: return row->replaced_by ? 0 : row->status;
	default: return row->status;
	}
}

static uint32_t step_of_claim(const struct claim_row *row) {
	switch (row->status) {
	case PB__CLAIM_STATUS__CLAIM_REJECTED:
	case PB__CLAIM_STATUS__CLAIM_RECONCILED: return 0;
	case PB__CLAIM_STATUS__CLAIM_RETURNED: return row->replaced_by ? 0 : CLOCK_CLAIMS + row->status;
	default: return CLOCK_CLAIMS + row->status;
	}
}

static void add(int64_t *sum, int64_t delta) {
	check(!__builtin_add_overflow(*sum, delta, sum));
}

static void enter(struct applying *a, uint64_t programme, uint32_t step) {
	struct key key = clock_key(programme, step);
	struct clock_row *row = HOLD_ROW(a, TABLE_CLOCK, &key, struct clock_row);
	add(&row->waiting, 1);
	add(&row->waiting_since_s, (int64_t)a->entry->time_us / US_PER_S);
}

static void leave(struct applying *a, uint64_t programme, uint32_t step, int64_t since_us) {
	struct key key = clock_key(programme, step);
	struct clock_row *row = HOLD_ROW(a, TABLE_CLOCK, &key, struct clock_row);
	int64_t since_s = since_us / US_PER_S;
	int64_t waited_s = (int64_t)a->entry->time_us / US_PER_S - since_s;
	check(waited_s >= 0 && row->waiting > 0);
	add(&row->waiting, -1);
	add(&row->waiting_since_s, -since_s);
	add(&row->done, 1);
	add(&row->done_s, waited_s);
	if (waited_s > row->done_max_s)
		row->done_max_s = waited_s;
}

/* From one step to another; 0 is none. */
static void move(
    struct applying *a, uint64_t programme, uint32_t from, int64_t since_us, uint32_t to) {
	if (from == to)
		return;
	if (from)
		leave(a, programme, from, since_us);
	if (to)
		enter(a, programme, to);
}

void clock_application(
    struct applying *a, const struct application_row *before, struct application_row *row) {
	row->since_us = before && before->status == row->status ? before->since_us
	                                                        : (int64_t)a->entry->time_us;
	move(a, row->programme, before ? step_of_application(before) : 0, before ? before->since_us : 0,
	    step_of_application(row));
}

void clock_claim(struct applying *a, const struct claim_row *before, struct claim_row *row) {
	row->since_us = before && before->status == row->status ? before->since_us
	                                                        : (int64_t)a->entry->time_us;
	move(a, row->programme, before ? step_of_claim(before) : 0, before ? before->since_us : 0,
	    step_of_claim(row));
}
