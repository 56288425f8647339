/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Family *voucher*: apply. Everything that would stand against an issue later is said at once: the
 * window, documents, eligibility, the size of a voucher, an empty pool, and of other instruments
 * what the rules would give. Where the rules ask for no review and issue at once, this entry
 * issues.
 */
#include "ledger/voucher.h"

#include "base/check.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/identifier.h"
#include "ledger/rules_cache.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

/* --- fields --- */

static bool want_document(struct deciding *d, const Pb__CitedDocument *document) {
	int32_t day;
	return want_text(d, document->kind, LIMIT_WORD_BYTES, "kind") &&
	    want_text(d, document->number, LIMIT_REFERENCE_BYTES, "number") &&
	    (!*document->date || want_date(d, document->date, "date", &day)) &&
	    (!document->digest || want_digest(d, document->digest, "digest"));
}

static bool want_documents(struct deciding *d, const Pb__Apply *apply) {
	if (apply->n_documents > LIMIT_EVIDENCE)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "documents");
	for (size_t i = 0; i < apply->n_documents; i++)
		if (!want_document(d, apply->documents[i]))
			return refuse_within(d, "documents", i);
	return true;
}

/* What other instruments are computed from says nothing about a voucher. */
static bool want_voucher_fields(struct deciding *d, const Pb__Apply *apply) {
	const struct {
		bool is_set;
		const char *field;
	} others[] = {
		{ *apply->category != '\0', "category" },
		{ *apply->provider != '\0', "provider" },
		{ *apply->contract_number != '\0', "contract_number" },
		{ apply->total != 0, "total" },
		{ apply->eligible != 0, "eligible" },
		{ apply->vat != 0, "vat" },
		{ apply->earlier != 0, "earlier" },
		{ apply->units != 0, "units" },
		{ *apply->beneficiary != '\0', "beneficiary" },
		{ apply->claim != 0, "claim" },
	};
	if (!want_amount(d, apply->amount, "amount"))
		return false;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i].is_set)
			return refuse_detail(
			    d, PB__OUTCOME__FIELD_INVALID, others[i].field, "the programme issues vouchers");
	return true;
}

static bool want_grant_fields(struct deciding *d, const Pb__Apply *apply) {
	return (apply->amount == 0 || want_amount(d, apply->amount, "amount")) &&
	    allow_text(d, apply->category, LIMIT_WORD_BYTES, "category") &&
	    (!*apply->beneficiary ||
	        want_valid(d, apply->beneficiary, identifier_is_person, "beneficiary"));
}

/* --- who applies, and whether now --- */

/* The applicant: the principal's own party, or the one that staff names. */
static const struct party_row *find_applicant(
    struct deciding *d, const char *code, uint64_t *ret_id) {
	if (is_staff(d))
		return find_party(d, code, "party", ret_id);
	const struct party_row *own = the_party(d, d->actor->party);
	if (*code && strcmp(code, own->code) != 0) { /* whether it exists is not for others to learn */
		refuse_field(d, PB__OUTCOME__NOT_OWNER, "party");
		return NULL;
	}
	*ret_id = d->actor->party;
	return own;
}

static bool find_applicant_and_rules(struct deciding *d, struct issuing *i) {
	const Pb__Apply *apply = d->command->apply;
	const struct party_row *party;
	if (!(i->programme = find_programme(d, apply->programme, "programme", &i->programme_id)) ||
	    !(party = find_applicant(d, apply->party, &i->holder)) ||
	    !want_in_region(d, i->holder, "party") ||
	    !(i->rules = read_rules_in_force(d, i->programme_id, i->programme)))
		return false;
	bool is_voucher = i->rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	if (is_voucher && party->kind == PB__PARTY_KIND__PARTY_KIND_PROVIDER)
		return refuse_field(d, PB__OUTCOME__PARTY_KIND_WRONG, "party");
	i->terms = is_voucher ? NULL : apply;
	i->applied = apply->amount;
	return is_voucher ? want_voucher_fields(d, apply) : want_grant_fields(d, apply);
}

/* As people read it: "03-01 – 06-30, 09-01 – 11-30". */
static const char *list_windows(struct deciding *d, Pb__Window *const *windows, size_t count) {
	const char *list = "";
	for (size_t i = 0; list && i < count; i++)
		list = arena_printf(
		    d->arena, "%s%s%s – %s", list, i ? ", " : "", windows[i]->from, windows[i]->to);
	return list;
}

static bool want_window(struct deciding *d, const struct issuing *i) {
	Pb__Window *const *windows = i->rules->application_windows;
	size_t count = i->rules->n_application_windows;
	if (count == 0)
		return true;
	const struct fact window = { PB__RULE__RULE_WINDOW, PB__OUTCOME__WINDOW_CLOSED, "programme",
		.attribute = list_windows(d, windows, count),
		.holds = rules_is_open(windows, count, local_day(d, i->programme)) };
	return window.attribute ? weigh_fact(d, &window) : refuse_memory(d);
}

static bool is_cited(const Pb__Apply *apply, const char *kind) {
	for (size_t i = 0; i < apply->n_documents; i++)
		if (strcmp(apply->documents[i]->kind, kind) == 0)
			return true;
	return false;
}

static bool want_all_cited(struct deciding *d, const struct issuing *i) {
	for (size_t n = 0; n < i->rules->n_documents; n++) {
		const char *kind = i->rules->documents[n];
		const struct fact cited = { PB__RULE__RULE_DOCUMENT, PB__OUTCOME__DOCUMENT_MISSING,
			"documents", .attribute = kind, .holds = is_cited(d->command->apply, kind) };
		if (!weigh_fact(d, &cited))
			return false;
	}
	return true;
}

/* A rejected or returned application of the same party to the same programme, replaced once. */
static bool want_replaceable(struct deciding *d, const struct issuing *i) {
	uint64_t id = d->command->apply->replaces;
	if (id == 0)
		return true;
	const struct application_row *row = find_application(d, id, "replaces");
	if (!row)
		return false;
	if (row->party != i->holder)
		return refuse_field(d, PB__OUTCOME__NOT_OWNER, "replaces");
	if (row->programme != i->programme_id)
		return refuse_detail(
		    d, PB__OUTCOME__FIELD_INVALID, "replaces", "an application to another programme");
	if (row->replaced_by)
		return refuse_detail(d, PB__OUTCOME__APPLICATION_STATE, "replaces",
		    arena_printf(d->arena, "replaced by %llu", (unsigned long long)row->replaced_by));
	return row->status == PB__APPLICATION_STATUS__APPLICATION_RETURNED ||
	    row->status == PB__APPLICATION_STATUS__APPLICATION_REJECTED ||
	    refuse_state(
	        d, PB__OUTCOME__APPLICATION_STATE, &pb__application_status__descriptor, row->status);
}

/* --- decide --- */

static bool is_issued_at_once(const Pb__RuleSet *rules) {
	return rules->review == PB__REVIEW__REVIEW_NONE && rules->issue_at_once;
}

static bool apply_for_voucher(struct deciding *d, const struct issuing *i) {
	int64_t amount = i->applied;
	if (!voucher_want_holder(d, i, "party") || !voucher_weigh(d, i, amount) ||
	    !voucher_weigh_pool(d, i, i->applied, true, &amount))
		return false;
	if (is_issued_at_once(i->rules))
		return voucher_issue(d, i, amount);
	d->decision->amount = i->applied;
	return true;
}

/* What the rules would give now is said, and nothing else of it noted: it is decided at issue. */
static bool forecast(struct deciding *d, const struct grant *grant) {
	if (!grant_decide(d, grant))
		return false;
	d->decision->beneficiary = 0;
	d->decision->own_share = 0;
	d->decision->vat = 0;
	return true;
}

static bool apply_for_grant(struct deciding *d, const struct issuing *i) {
	struct grant grant;
	if (!voucher_want_holder(d, i, "party") || !voucher_find_grant(d, i, &grant))
		return false;
	d->decision->claim = d->command->apply->claim;
	return is_issued_at_once(i->rules) ? voucher_grant(d, i, &grant, 0) : forecast(d, &grant);
}

bool decide_apply(struct deciding *d) {
	const Pb__Apply *apply = d->command->apply;
	struct issuing i = { .application = d->entry->seq };
	if (!allow_text(d, apply->purpose, LIMIT_TEXT_BYTES, "purpose") ||
	    !allow_evidence(d, apply->evidence, apply->n_evidence) || !want_documents(d, apply) ||
	    !find_applicant_and_rules(d, &i) || !want_window(d, &i) || !want_all_cited(d, &i) ||
	    !want_replaceable(d, &i))
		return false;
	d->decision->subject = i.application;
	d->decision->programme = i.programme_id;
	d->decision->holder = i.holder;
	d->decision->rule_version = i.rules->version;
	return i.terms ? apply_for_grant(d, &i) : apply_for_voucher(d, &i);
}

/* --- apply --- */

static Pb__ApplicationStatus first_status(const struct applying *a, const Pb__RuleSet *rules) {
	if (a->decision->voucher)
		return PB__APPLICATION_STATUS__APPLICATION_ISSUED;
	return rules->review == PB__REVIEW__REVIEW_NONE ? PB__APPLICATION_STATUS__APPLICATION_APPROVED
	                                                : PB__APPLICATION_STATUS__APPLICATION_SUBMITTED;
}

static void put_replaced(struct applying *a) {
	uint64_t id = a->command->apply->replaces;
	if (id == 0)
		return;
	struct application_row row = get_application(a, id);
	row.replaced_by = a->entry->seq;
	put_application(a, id, &row);
}

/* What is granted later is computed from what was applied for now. */
static void put_terms(struct applying *a) {
	struct key key = key_of_id(a->entry->seq);
	put_message(a, TABLE_APPLIED, &key, &a->command->apply->base);
	if (!a->command->apply->claim)
		return;
	struct key topped = key_of_ids(a->decision->programme, a->command->apply->claim);
	put_id(a, TABLE_TOPPED, &topped, a->entry->seq);
}

void apply_apply(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	const Pb__RuleSet *rules = rules_cache_get(
	    a->rules, a->state, decision->programme, decision->rule_version);
	check(rules);
	const struct application_row row = {
		.programme = decision->programme,
		.party = decision->holder,
		.amount = decision->amount,
		.voucher = decision->voucher,
		.applied_by = actor_person(a),
		.rule_version = decision->rule_version,
		.status = first_status(a, rules),
	};
	bool is_voucher = rules->instrument == PB__INSTRUMENT__INSTRUMENT_VOUCHER;
	put_application(a, a->entry->seq, &row);
	index_party(a, row.party, TABLE_APPLICATION, a->entry->seq);
	put_replaced(a);
	if (!is_voucher)
		put_terms(a);
	if (decision->voucher)
		voucher_put_issued(a, is_voucher ? NULL : a->command->apply);
}
