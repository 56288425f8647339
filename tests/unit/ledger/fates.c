/* SPDX-License-Identifier: Apache-2.0 */
#include "fates.h"

#include <check.h>
#include <stdlib.h>

struct fates {
	struct world *w;
	void *arg;
	void (*change)(void *arg, const Pb__JournalEntry *entry, const Pb__Payment *payment,
	    const struct fate *before, const struct fate *after);
	struct fate **of; /* by settlement, then by the payment's number − 1 */
	uint64_t count;   /* of entries there is room for */
};

bool fate_is_paid(const struct fate *fate) {
	return (fate->is_recorded_paid || fate->line) &&
	    !(fate->is_recorded_returned || fate->return_line);
}

bool fate_is_reconciled(const struct fate *fate) {
	return fate->line && fate_is_paid(fate);
}

struct fates *fates_new(struct world *w, void *arg,
    void (*change)(void *arg, const Pb__JournalEntry *entry, const Pb__Payment *payment,
        const struct fate *before, const struct fate *after)) {
	struct fates *fates = calloc(1, sizeof(*fates));
	ck_assert_ptr_nonnull(fates);
	*fates = (struct fates){ .w = w, .arg = arg, .change = change };
	fates->count = world_last_seq(w) + 1;
	fates->of = calloc(fates->count, sizeof(fates->of[0]));
	ck_assert_ptr_nonnull(fates->of);
	return fates;
}

void fates_free(struct fates *fates) {
	for (uint64_t i = 0; i < fates->count; i++)
		free(fates->of[i]);
	free(fates->of);
	free(fates);
}

static void set(struct fates *f, const Pb__JournalEntry *entry, uint64_t settlement,
    uint32_t number, struct fate after) {
	struct fate before = f->of[settlement][number - 1];
	f->of[settlement][number - 1] = after;
	f->change(f->arg, entry, world_entry(f->w, settlement)->decision->payments[number - 1], &before,
	    &after);
}

static void open(struct fates *f, const Pb__JournalEntry *entry) {
	size_t count = entry->decision->n_payments;
	f->of[entry->seq] = calloc(count, sizeof(struct fate));
	ck_assert_ptr_nonnull(f->of[entry->seq]);
}

static void record(
    struct fates *f, const Pb__JournalEntry *entry, const Pb__RecordPayment *command) {
	struct fate fate = f->of[command->settlement][command->payment - 1];
	fate.is_recorded_paid |= command->status == PB__PAYMENT_STATUS__PAYMENT_PAID;
	fate.is_recorded_returned |= command->status == PB__PAYMENT_STATUS__PAYMENT_RETURNED;
	set(f, entry, command->settlement, command->payment, fate);
}

static void match(struct fates *f, const Pb__JournalEntry *entry, const Pb__LineResult *result) {
	for (size_t i = 0; i < result->n_targets; i++) {
		const Pb__Target *target = result->targets[i];
		if (!target->settlement)
			continue;
		struct fate fate = f->of[target->settlement][target->payment - 1];
		*(target->is_return ? &fate.return_line : &fate.line) = result->line;
		set(f, entry, target->settlement, target->payment, fate);
	}
}

static void unmatch(struct fates *f, const Pb__JournalEntry *entry, uint64_t leader) {
	for (uint64_t settlement = 0; settlement < f->count; settlement++) {
		if (!f->of[settlement])
			continue;
		const Pb__Decision *opened = world_entry(f->w, settlement)->decision;
		for (uint32_t number = 1; number <= opened->n_payments; number++) {
			struct fate fate = f->of[settlement][number - 1];
			if (fate.line != leader && fate.return_line != leader)
				continue;
			fate.line = fate.line == leader ? 0 : fate.line;
			fate.return_line = fate.return_line == leader ? 0 : fate.return_line;
			set(f, entry, settlement, number, fate);
		}
	}
}

void fates_follow(struct fates *f, const Pb__JournalEntry *entry) {
	const Pb__Decision *decision = entry->decision;
	switch (entry->command->body_case) {
	case PB__COMMAND__BODY_OPEN_SETTLEMENT: open(f, entry); break;
	case PB__COMMAND__BODY_RECORD_PAYMENT: record(f, entry, entry->command->record_payment); break;
	case PB__COMMAND__BODY_IMPORT_STATEMENT:
	case PB__COMMAND__BODY_RECONCILE:
		for (size_t i = 0; i < decision->n_lines; i++)
			match(f, entry, decision->lines[i]);
		break;
	case PB__COMMAND__BODY_UNMATCH: unmatch(f, entry, decision->lines[0]->line); break;
	default: break;
	}
}
