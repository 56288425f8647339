/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The golden ledger with one thing changed, and made consistent again: its checksums, and the tree
 * over it. The audit must find each change from what the ledger says alone, and name the entry;
 * what contradicts nothing, such as the words of a reason, only who has a hash of the ledger can
 * find, and is found so; FREE lists all of that.
 *
 * MUTATIONS=all makes every change; the short form every so many.
 */
#include "golden.h"
#include "mutate.h"
#include "record/entry.h"
#include "signed_root.h"
#include "support/audited.h"
#include "support/suite.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_STRIDE 7 /* fields, in the short form */

/* What the ledger is told and does not decide: facts and words. Whatever they say, the books may be
 * the same. (Facts that something followed from are found all the same.) */
static const char *const FREE[] = {
	"genesis.*",
	"time_us",
	"command.id.*",
	"command.create_*",
	"command.register_*",
	"command.update_party.*",
	"command.publish_rules.rules.*",
	"command.publish_rules.rules",
	"command.record_agreement.*",
	"command.rotate_checkpoint_key.*",
	"command.assess_party.document",
	"command.blacklist_party.until",
	"command.assign_party.*",
	"command.appropriate.document",
	"command.apply.purpose",
	"command.apply.evidence*",
	"command.apply.documents*",
	"command.review_application.verdict", /* rejected or returned */
	"command.reserve.contract_number",
	"command.reserve.earlier",
	"command.submit_claim.invoices*.number",
	"command.submit_claim.invoices*.date",
	"command.submit_claim.invoices*.vat",
	"command.open_settlement.cutoff", /* later than the last that it takes */
	"command.record_payment_file.*",
	"command.order_clawback.ground",
	"command.order_clawback.due",
	"command.draw_sample.*",
	"command.import_statement.*",
	"command.assign_line.*",
	"command.resolve_line.kind",
	"command.prepare_period.carry_over*",
	"command.*.reason",
	"command.*.milestone",
	"command.*.evidence*",
	"command.*.bank_reference",
	"command.*.value_date",
};

static struct golden golden;
static uint8_t root[32]; /* of the tree over it, as somebody has signed it */

/* --- one audit --- */

struct verdict {
	bool is_found; /* anything */
	bool is_found_by_root;
	uint64_t first;  /* the lowest entry named */
	bool is_named;   /* the entry that was changed */
	uint64_t money;  /* the most, of it */
	char text[256];  /* a finding of it, or else the first */
	char kinds[256]; /* of all findings of it */
};

static void look_at(struct verdict *verdict, const struct audited_finding *finding, uint64_t seq) {
	bool is_it = finding->seq == seq;
	if (!verdict->is_found || finding->seq < verdict->first)
		verdict->first = finding->seq;
	if (!verdict->is_found || (is_it && !verdict->is_named))
		snprintf(verdict->text, sizeof(verdict->text), "%s", finding->text);
	verdict->is_found = true;
	verdict->is_named = verdict->is_named || is_it;
	if (is_it && strlen(verdict->kinds) + strlen(finding->kind) + 2 < sizeof(verdict->kinds))
		strcat(strcat(verdict->kinds, finding->kind), " ");
	if (is_it && finding->money > verdict->money)
		verdict->money = finding->money;
}

/* The ledger as the list says, filed under 1, 2, 3, … or, with a hole, as they were. */
static struct verdict audit(
    const struct golden_entry *entries, const uint64_t *filed, size_t count, uint64_t seq) {
	struct verdict verdict = { .first = 0 };
	struct audited_finding finding;
	struct audited *audited = audited_new();
	for (size_t i = 0; i < count; i++)
		audited_take(audited, filed ? filed[i] : i + 1, entries[i].data, entries[i].bytes);
	audited_end(audited);
	for (uint64_t at = 0; audited_found(audited, at, &finding); at++)
		look_at(&verdict, &finding, seq);
	audited_free(audited);
	return verdict;
}

/* --- an entry written anew --- */

static Pb__JournalEntry *decode(size_t at, struct arena *arena) {
	Pb__JournalEntry *entry;
	ck_assert_int_eq(
	    entry_decode(golden.entries[at].data, golden.entries[at].bytes, arena, &entry), ERR_OK);
	return entry;
}

/* What nothing in the ledger contradicts, who has its root finds. */
static void find_by_root(struct verdict *verdict) {
	verdict->is_found_by_root = !verdict->is_found && !signed_root_is_met(&golden, root);
}

static struct verdict audit_changed(
    size_t at, const Pb__JournalEntry *changed, struct buffer *buffer) {
	buffer_clear(buffer);
	ck_assert_int_eq(entry_encode(changed, buffer), ERR_OK);
	const struct golden_entry kept = golden.entries[at];
	golden.entries[at] = (struct golden_entry){ (uint8_t *)buffer->data, buffer->bytes };
	struct verdict verdict = audit(golden.entries, NULL, golden.count, at + 1);
	find_by_root(&verdict);
	golden.entries[at] = kept;
	return verdict;
}

/* --- every field --- */

struct tally {
	size_t made, named, later, unfound, unexpected;
};

static bool is_free(const char *path) {
	for (size_t i = 0; i < sizeof(FREE) / sizeof(FREE[0]); i++)
		if (fnmatch(FREE[i], path, 0) == 0)
			return true;
	return false;
}

/* Amounts that the ledger itself says: what is wrong with them is exactly known. */
static bool is_exact(const struct mutation *mutation) {
	static const char *const exact[] = { "decision.amount", "decision.own_share", "decision.vat",
		"decision.shares[[]*].amount", "postings[[]*].amount" };
	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]) && mutation->is_money; i++)
		if (fnmatch(exact[i], mutation->path, 0) == 0)
			return true;
	return false;
}

static void judge(struct tally *tally, size_t at, const struct mutation *mutation,
    const struct verdict *verdict) {
	tally->made++;
	tally->named += verdict->is_named;
	tally->later += verdict->is_found && !verdict->is_named;
	tally->unfound += !verdict->is_found;
	bool is_well = verdict->is_found || (verdict->is_found_by_root && is_free(mutation->path));
	if (fnmatch("decision*", mutation->path, 0) == 0 ||
	    fnmatch("postings*", mutation->path, 0) == 0)
		is_well = verdict->is_named;
	if (verdict->is_found && is_exact(mutation))
		is_well = verdict->is_named && verdict->money == MUTATION;
	if (is_well)
		return;
	tally->unexpected++;
	fprintf(stderr, "entry %zu, %s: %s\n", at + 1, mutation->path,
	    verdict->is_found ? verdict->text : "not found");
}

static bool is_long(void) {
	const char *text = getenv("MUTATIONS");
	return text && strcmp(text, "all") == 0;
}

static size_t stride_of_fields(void) {
	return is_long() ? 1 : suite_is_brief() ? 10 * SHORT_STRIDE : SHORT_STRIDE;
}

/* Every kind of command where it comes first; in the long form every entry. */
static bool is_looked_at(size_t at, bool seen[256]) {
	uint32_t body_case;
	ck_assert_int_eq(
	    entry_glance(golden.entries[at].data, golden.entries[at].bytes, &body_case), ERR_OK);
	bool is_new = !seen[body_case];
	seen[body_case] = true;
	return is_new || is_long();
}

START_TEST(every_changed_field_is_found) {
	struct tally tally = { 0 };
	bool seen[256] = { false };
	size_t count = 0, stride = stride_of_fields();
	struct arena arena;
	struct buffer buffer;
	arena_init(&arena, 0);
	buffer_init(&buffer, 0);
	golden = golden_make();
	signed_root_of(&golden, root);
	ck_assert(signed_root_is_met(&golden, root));
	for (size_t at = 0; at < golden.count; at++) {
		struct mutation mutation;
		bool is_wanted = is_looked_at(at, seen);
		for (size_t place = 0; is_wanted; place++) {
			arena_reset(&arena);
			Pb__JournalEntry *entry = decode(at, &arena);
			if (!mutate(&entry->base, place, &arena, &mutation))
				break;
			if (count++ % stride)
				continue;
			struct verdict verdict = audit_changed(at, entry, &buffer);
			judge(&tally, at, &mutation, &verdict);
		}
	}
	printf("%zu changes of fields: %zu named, %zu found later, %zu by a signed root, %zu not as"
	       " they must be\n",
	    tally.made, tally.named, tally.later, tally.unfound, tally.unexpected);
	ck_assert_uint_eq(tally.unexpected, 0);
	ck_assert_uint_gt(tally.named * stride, 1400);
	golden_free(&golden);
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

/* --- entries that are missing, doubled, in another order --- */

/* The list without the entry; `is_closed`: what follows is filed, and says of itself, one lower. */
static struct verdict audit_without(size_t at, bool is_closed) {
	size_t count = golden.count - 1;
	struct golden_entry *entries = calloc(count, sizeof(*entries));
	uint64_t *filed = calloc(count, sizeof(*filed));
	struct buffer *buffers = calloc(count, sizeof(*buffers));
	struct arena arena;
	ck_assert(entries && filed && buffers);
	arena_init(&arena, 0);
	for (size_t i = 0; i < count; i++) {
		size_t from = i < at ? i : i + 1;
		entries[i] = golden.entries[from];
		filed[i] = is_closed ? i + 1 : from + 1;
		if (!is_closed || i < at)
			continue;
		Pb__JournalEntry *entry = decode(from, &arena);
		entry->seq = i + 1;
		buffer_init(&buffers[i], 0);
		ck_assert_int_eq(entry_encode(entry, &buffers[i]), ERR_OK);
		entries[i] = (struct golden_entry){ (uint8_t *)buffers[i].data, buffers[i].bytes };
	}
	struct verdict verdict = audit(entries, filed, count, at + (is_closed ? 1 : 2));
	for (size_t i = 0; i < count; i++)
		if (buffers[i].data)
			buffer_done(&buffers[i]);
	arena_done(&arena);
	free(buffers);
	free(filed);
	free(entries);
	return verdict;
}

/* The entry a second time, behind itself, as the next number; what follows is one later. */
static struct verdict audit_doubled(size_t at) {
	size_t count = golden.count + 1;
	struct golden_entry *entries = calloc(count, sizeof(*entries));
	ck_assert_ptr_nonnull(entries);
	for (size_t i = 0; i < count; i++)
		entries[i] = golden.entries[i <= at ? i : i - 1];
	struct verdict verdict = audit(entries, NULL, count, at + 2);
	free(entries);
	return verdict;
}

static struct verdict audit_swapped(size_t at) {
	const struct golden_entry kept = golden.entries[at];
	golden.entries[at] = golden.entries[at + 1];
	golden.entries[at + 1] = kept;
	struct verdict verdict = audit(golden.entries, NULL, golden.count, at + 1);
	golden.entries[at + 1] = golden.entries[at];
	golden.entries[at] = kept;
	return verdict;
}

/* Every so many entries, beginning somewhere else for each kind of change. */
static bool is_turn(size_t at, size_t phase) {
	return is_long() || at % 9 == phase;
}

static void expect_found(const struct verdict *verdict, const char *what, size_t at) {
	ck_assert_msg(verdict->is_named, "%s, entry %zu: %s", what, at + 1,
	    verdict->is_found ? verdict->text : "not found");
}

START_TEST(missing_doubled_and_swapped_entries_are_named) {
	size_t made = 0;
	golden = golden_make();
	for (size_t at = 1; at + 1 < golden.count; at++) {
		struct verdict verdict;
		if (is_turn(at, 0)) {
			verdict = audit_without(at, false);
			expect_found(&verdict, "missing", at);
			made++;
		}
		if (is_turn(at, 3)) {
			verdict = audit_doubled(at);
			expect_found(&verdict, "doubled", at);
			made++;
		}
		if (is_turn(at, 6)) {
			verdict = audit_swapped(at);
			expect_found(&verdict, "swapped", at);
			made++;
		}
	}
	printf("%zu entries missing, doubled or swapped: all named\n", made);
	golden_free(&golden);
}
END_TEST

/* A history without an entry, told as if there had never been one: what followed from it stands in
 * the air. What nothing followed from is for who has a hash. */
START_TEST(history_told_without_an_entry_is_found) {
	size_t made = 0, found = 0;
	golden = golden_make();
	for (size_t at = 1; at + 1 < golden.count; at++) {
		if (!is_turn(at, 5))
			continue;
		struct verdict verdict = audit_without(at, true);
		made++;
		found += verdict.is_found;
	}
	printf("%zu histories without an entry: %zu found\n", made, found);
	ck_assert_uint_gt(found * 10, made * 9);
	golden_free(&golden);
}
END_TEST

/* --- single deeds --- */

static size_t find_kind(Pb__Command__BodyCase kind, size_t from) {
	for (size_t at = from; at < golden.count; at++) {
		uint32_t body_case;
		ck_assert_int_eq(
		    entry_glance(golden.entries[at].data, golden.entries[at].bytes, &body_case), ERR_OK);
		if (body_case == (uint32_t)kind)
			return at;
	}
	ck_abort_msg("no such command");
}

static void swap_postings(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	(void)other;
	Pb__Posting *kept = entry->postings[0];
	entry->postings[0] = entry->postings[1];
	entry->postings[1] = kept;
}

/* Both legs and the decision say more: it still sums to nought. */
static void grant_more(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	(void)other;
	entry->decision->amount += MUTATION;
	entry->postings[0]->amount -= MUTATION;
	entry->postings[1]->amount += MUTATION;
}

static void pay_another(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	(void)other;
	entry->decision->payee = entry->decision->holder;
	entry->postings[1]->party = entry->decision->holder;
}

static void act_as(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	entry->actor = other->actor;
}

static void turn_back_time(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	entry->time_us = other->time_us;
}

static void use_later(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	(void)other;
	entry->decision->rule_version++;
}

static void approve_other(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	(void)other;
	entry->command->approve_settlement->payments_digest->value.data[0] ^= 1;
}

static void repeat_id(Pb__JournalEntry *entry, const Pb__JournalEntry *other) {
	entry->command->id = other->command->id;
}

START_TEST(single_deeds_are_named_with_their_money) {
#define KIND(name) PB__COMMAND__BODY_##name
	static const struct {
		const char *name;
		Pb__Command__BodyCase kind, other; /* the first of each, the other one before it */
		void (*change)(Pb__JournalEntry *entry, const Pb__JournalEntry *other);
		const char *found; /* the kind of the finding; NULL: any */
		bool is_money;
	} rows[] = {
		{ "postings swapped", KIND(REDEEM), KIND(RESERVE), swap_postings, "postings", false },
		{ "redeemed more", KIND(REDEEM), KIND(RESERVE), grant_more, NULL, true },
		{ "granted more", KIND(RESERVE), KIND(ISSUE), grant_more, NULL, true },
		{ "another payee", KIND(REDEEM), KIND(RESERVE), pay_another, NULL, false },
		{ "reviewed by the applicant", KIND(REVIEW_APPLICATION), KIND(APPLY), act_as, NULL, false },
		{ "approved by the claimant", KIND(APPROVE_CLAIM), KIND(SUBMIT_CLAIM), act_as, NULL,
		    false },
		{ "countersigned by who approved", KIND(COUNTERSIGN_CLAIM), KIND(APPROVE_CLAIM), act_as,
		    "four_eyes", false },
		{ "paid by who prepared", KIND(APPROVE_SETTLEMENT), KIND(OPEN_SETTLEMENT), act_as, NULL,
		    false },
		{ "written off by who ordered", KIND(WRITE_OFF), KIND(ORDER_CLAWBACK), act_as, "four_eyes",
		    false },
		{ "other payments approved", KIND(APPROVE_SETTLEMENT), KIND(OPEN_SETTLEMENT), approve_other,
		    "digest", false },
		{ "before what it follows", KIND(REDEEM), KIND(RESERVE), turn_back_time, "time", false },
		{ "under other rules", KIND(RESERVE), KIND(ISSUE), use_later, "decision", false },
		{ "an id again", KIND(REDEEM), KIND(RESERVE), repeat_id, "id_twice", false },
	};
#undef KIND
	struct arena arena;
	struct buffer buffer;
	arena_init(&arena, 0);
	buffer_init(&buffer, 0);
	golden = golden_make();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t other = find_kind(rows[i].other, 0), at = find_kind(rows[i].kind, other);
		Pb__JournalEntry *entry = decode(at, &arena);
		rows[i].change(entry, decode(other, &arena));
		struct verdict verdict = audit_changed(at, entry, &buffer);
		expect_found(&verdict, rows[i].name, at);
		ck_assert_msg(!rows[i].is_money || verdict.money == MUTATION, "%s: %" PRIu64, rows[i].name,
		    verdict.money);
		ck_assert_msg(!rows[i].found || strstr(verdict.kinds, rows[i].found), "%s: %s",
		    rows[i].name, verdict.kinds);
	}
	golden_free(&golden);
	buffer_done(&buffer);
	arena_done(&arena);
}
END_TEST

SUITE_MAIN("mutations", every_changed_field_is_found, missing_doubled_and_swapped_entries_are_named,
    history_told_without_an_entry_is_found, single_deeds_are_named_with_their_money)
