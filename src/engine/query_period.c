/* SPDX-License-Identifier: Apache-2.0 */
/* Months of the books as resources. */
#include "engine/query_build.h"

/* Who did it, and when; "" and 0 when nobody has. */
static const char *done_by(struct query *query, uint64_t seq, int64_t *ret_time_us) {
	const Pb__JournalEntry *entry = seq ? query_glance(query, seq, PB__COMMAND__BODY__NOT_SET)
	                                    : NULL;
	if (!entry)
		return "";
	*ret_time_us = (int64_t)entry->time_us;
	return query_keep(query, entry->actor->person);
}

static void add_prepared(
    struct query *query, const struct period_row *row, bool is_alone, Pb__Period *period) {
	const Pb__JournalEntry *entry = query_entry(
	    query, row->prepare_seq, PB__COMMAND__BODY_PREPARE_PERIOD);
	if (!entry)
		return;
	period->seq = row->prepare_seq;
	period->figures_digest = query_keep_digest(query, row->digest);
	period->n_carried_over = entry->command->prepare_period->n_carry_over;
	period->carried_over = entry->command->prepare_period->carry_over;
	if (is_alone)
		period->figures = entry->decision->period;
}

ProtobufCMessage *query_build_period(
    struct query *query, const struct key *key, const void *data, bool is_alone) {
	const struct period_row *row = data;
	Pb__Period *period = PB_NEW(Pb__Period, pb__period, query->arena);
	if (!period)
		return NULL;
	period->period = query_period(query, key_read_u32(key, 0));
	period->status = (Pb__PeriodStatus)row->status;
	period->reopened = row->reopened;
	period->prepared_by = done_by(query, row->prepare_seq, &period->prepared_us);
	period->reviewed_by = done_by(query, row->review_seq, &period->reviewed_us);
	period->closed_by = done_by(query, row->close_seq, &period->closed_us);
	if (row->prepare_seq)
		add_prepared(query, row, is_alone, period);
	const Pb__JournalEntry *reopened = row->reopen_seq
	    ? query_glance(query, row->reopen_seq, PB__COMMAND__BODY_REOPEN_PERIOD)
	    : NULL;
	if (reopened)
		period->reopened_reason = query_keep(query, reopened->command->reopen_period->reason);
	return &period->base;
}
