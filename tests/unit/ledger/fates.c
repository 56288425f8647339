/* SPDX-License-Identifier: Apache-2.0 */
#include "fates.h"

#include <check.h>
#include <stdlib.h>

struct fates {
	struct world *w;
	struct fates_watch watch;
	struct fate **of; /* by settlement, then by the payment's number − 1 */
	int64_t *left;    /* by claim */
	uint64_t count;   /* of entries there is room for */
};

bool fate_is_paid(const struct fate *fate) {
	return (fate->is_recorded_paid || fate->line) &&
	    !(fate->is_recorded_returned || fate->return_line);
}

bool fate_is_reconciled(const struct fate *fate) {
	return fate->line && fate_is_paid(fate);
}

struct fates *fates_new(struct world *w, const struct fates_watch *watch) {
	struct fates *fates = calloc(1, sizeof(*fates));
	ck_assert_ptr_nonnull(fates);
	*fates = (struct fates){ .w = w, .watch = *watch };
	fates->count = world_last_seq(w) + 1;
	fates->of = calloc(fates->count, sizeof(fates->of[0]));
	fates->left = calloc(fates->count, sizeof(fates->left[0]));
	ck_assert(fates->of && fates->left);
	return fates;
}

void fates_free(struct fates *fates) {
	for (uint64_t i = 0; i < fates->count; i++)
		free(fates->of[i]);
	free(fates->of);
	free(fates->left);
	free(fates);
}

int64_t fates_left(const struct fates *fates, uint64_t claim) {
	return fates->left[claim];
}

static void set(struct fates *f, const Pb__JournalEntry *entry, uint64_t settlement,
    uint32_t number, struct fate after) {
	struct fate before = f->of[settlement][number - 1];
	f->of[settlement][number - 1] = after;
	if (f->watch.change)
		f->watch.change(f->watch.arg, entry,
		    world_entry(f->w, settlement)->decision->payments[number - 1], &before, &after);
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
	if (command->status == PB__PAYMENT_STATUS__PAYMENT_FAILED)
		fate.is_recorded_paid = false;
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

/* What is set off pays the payment's claims in their order. */
static void set_off(struct fates *f, const Pb__JournalEntry *entry, const Pb__Payment *payment) {
	int64_t rest = 0;
	for (size_t i = 0; i < payment->n_nettings; i++)
		rest += payment->nettings[i]->amount;
	for (size_t i = 0; i < payment->n_claims && rest > 0; i++) {
		int64_t *left = &f->left[payment->claims[i]];
		int64_t part = rest < *left ? rest : *left;
		*left -= part;
		rest -= part;
		if (f->watch.set_off)
			f->watch.set_off(f->watch.arg, entry, payment->claims[i], part);
	}
	ck_assert_int_eq(rest, 0);
}

static void approve(struct fates *f, const Pb__JournalEntry *entry, uint64_t settlement) {
	const Pb__Decision *opened = world_entry(f->w, settlement)->decision;
	for (size_t i = 0; i < opened->n_payments; i++)
		set_off(f, entry, opened->payments[i]);
}

void fates_follow(struct fates *f, const Pb__JournalEntry *entry) {
	const Pb__Decision *decision = entry->decision;
	switch (entry->command->body_case) {
	case PB__COMMAND__BODY_SUBMIT_CLAIM: f->left[entry->seq] = decision->amount; break;
	case PB__COMMAND__BODY_OPEN_SETTLEMENT: open(f, entry); break;
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT:
		approve(f, entry, entry->command->approve_settlement->settlement);
		break;
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
