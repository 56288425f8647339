/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caps count a grant by holder, controller and provider, in its year and ever, within the
 * programme and for each programme above it; by tier, and holder and tier, in its year; and by the
 * beneficiary of a combination, ever. What is taken back of a grant is taken back from exactly
 * what it was counted in, and one of which nothing is left was none.
 *
 * Chains of ids are numbers of the model: the one after each, the one before, and the last.
 */
#include "voucher-audit/decide_used.h"

#include "base/date.h"
#include "voucher-audit/decide.h"
#include "voucher-audit/decide_tables.h"

#include <stdlib.h>

enum {
	MARK_USED = MARK_DECIDE, /* and behind it, by enum decide_whose, jointly or not */
	USED_JOINTLY = 16,
	MARK_ALLOCATED = MARK_USED + 2 * USED_JOINTLY,
	MARK_IN_USE,
	MARK_PUBLISHED_NEXT,
	MARK_PUBLISHED_PREVIOUS,
	MARK_PUBLISHED_LAST,
	MARK_PUBLISHED_FROM,
	MARK_CLAWBACK_NEXT,
	MARK_CLAWBACK_LAST,
	MARK_NAMED,
	MARK_TOPPING,
	EVER = 0, /* for a year */
};

/* --- what caps count --- */

static uint64_t pair(uint64_t high, uint32_t low) {
	return high << 32 | low;
}

static struct mark key_of(
    enum decide_whose whose, uint64_t programme, uint64_t subject, int32_t year) {
	return mark_of_numbers(MARK_USED + whose, programme, subject, (uint32_t)year);
}

static struct mark key_of_parts(
    enum decide_whose whose, uint64_t programme, uint64_t subject, int32_t year) {
	return mark_of_numbers(MARK_USED + USED_JOINTLY + whose, programme, subject, (uint32_t)year);
}

static struct mark key_of_tier(const struct counted *c, uint32_t tier) {
	return mark_of_numbers(MARK_USED + OF_TIER, c->programme, tier, (uint32_t)c->year);
}

static struct mark key_of_holder_tier(const struct counted *c, uint32_t tier) {
	return mark_of_numbers(
	    MARK_USED + OF_HOLDER_TIER, c->programme, c->holder, pair((uint32_t)c->year, tier));
}

static struct mark key_of_group(
    enum decide_whose whose, const struct counted *c, uint32_t group, uint32_t tier) {
	return mark_of_numbers(MARK_USED + whose, c->programme, c->beneficiary, pair(group, tier));
}

static struct decide_had read_had(const struct model *model, struct mark key) {
	const struct decide_had *had = map_find(&model->decided->used, key);
	return had ? *had : (struct decide_had){ 0, 0 };
}

static uint64_t subject_of(const struct counted *c, enum decide_whose whose) {
	switch (whose) {
	case OF_CONTROLLER: return c->controller;
	case OF_PROVIDER: return c->provider;
	default: return c->holder;
	}
}

static struct decide_had had_by_party(
    const struct asking *asking, const struct decide_question *question) {
	const struct counted *c = &asking->of;
	uint64_t subject = subject_of(c, question->whose);
	uint64_t programme = question->level ? c->umbrellas[question->level - 1] : c->programme;
	int32_t year = question->is_ever ? EVER : c->year;
	if (subject == 0)
		return (struct decide_had){ 0, 0 };
	struct decide_had had = read_had(
	    asking->model, key_of(question->whose, programme, subject, year));
	if (!question->is_with_parts)
		return had;
	struct decide_had parts = read_had(
	    asking->model, key_of_parts(question->whose, programme, subject, year));
	return (struct decide_had){ amount_add(had.amount, parts.amount),
		amount_add(had.grants, parts.grants) };
}

struct decide_had used_had(void *arg, const struct decide_question *question) {
	const struct asking *asking = arg;
	const struct counted *c = &asking->of;
	switch (question->whose) {
	case OF_TIER: return read_had(asking->model, key_of_tier(c, question->tier));
	case OF_HOLDER_TIER: return read_had(asking->model, key_of_holder_tier(c, question->tier));
	case OF_GROUP:
	case OF_GROUP_INCREMENT:
	case OF_GROUP_TIER:
		return c->beneficiary ? read_had(asking->model,
		                            key_of_group(question->whose, c, question->group,
		                                question->whose == OF_GROUP_TIER ? question->tier : 0))
		                      : (struct decide_had){ 0, 0 };
	default: return had_by_party(asking, question);
	}
}

/* --- beneficiaries --- */

static struct mark key_of_beneficiary(uint64_t programme, const char *beneficiary) {
	struct mark name = mark_of_text(MARK_NAMED, beneficiary);
	return mark_of_numbers(MARK_NAMED, programme, name.high, name.low);
}

uint64_t used_beneficiary(const struct model *model, uint64_t programme, const char *beneficiary) {
	return model_number(model, key_of_beneficiary(programme, beneficiary));
}

/* Who is named first by a grant that counts for a combination. */
static void learn_beneficiary(struct look *look, const struct reservation *r) {
	const Pb__Command *command = look->command;
	const Pb__Apply *terms = command->body_case == PB__COMMAND__BODY_APPLY ? command->apply : NULL;
	if (command->body_case == PB__COMMAND__BODY_ISSUE) {
		const struct application *application = objects_find(
		    &look->model->applications, command->issue->application);
		terms = application ? (const Pb__Apply *)model_message(look->model, application->terms,
		                          &pb__apply__descriptor, look->arena)
		                    : NULL;
	}
	if (terms && terms->beneficiary[0] && r->beneficiary == look->seq)
		model_set_number(
		    look->model, key_of_beneficiary(r->programme, terms->beneficiary), look->seq);
}

/* --- learning: grants --- */

static void change(struct model *model, struct mark key, struct decide_had by) {
	struct decide_had *had = map_put(&model->decided->used, key);
	had->amount = amount_add(had->amount, by.amount);
	had->grants = amount_add(had->grants, by.grants);
}

static void change_by_party(
    struct model *model, const struct counted *c, enum decide_whose whose, struct decide_had by) {
	uint64_t subject = subject_of(c, whose);
	if (subject == 0)
		return;
	change(model, key_of(whose, c->programme, subject, c->year), by);
	change(model, key_of(whose, c->programme, subject, EVER), by);
	for (size_t i = 0; i < LIMIT_UMBRELLAS && c->umbrellas[i]; i++) {
		change(model, key_of_parts(whose, c->umbrellas[i], subject, c->year), by);
		change(model, key_of_parts(whose, c->umbrellas[i], subject, EVER), by);
	}
}

static void change_all(struct model *model, const struct reservation *r, struct decide_had by) {
	struct counted c = {
		.programme = r->programme,
		.holder = r->holder,
		.controller = r->controller,
		.provider = r->provider,
		.beneficiary = r->beneficiary,
		.year = r->year,
		.tier = r->tier,
		.group = r->group,
		.is_increment = r->is_increment,
	};
	for (size_t i = 0; i < LIMIT_UMBRELLAS; i++)
		c.umbrellas[i] = r->umbrellas[i];
	change_by_party(model, &c, OF_HOLDER, by);
	change_by_party(model, &c, OF_CONTROLLER, by);
	change_by_party(model, &c, OF_PROVIDER, by);
	change(model, key_of_tier(&c, c.tier), by);
	change(model, key_of_holder_tier(&c, c.tier), by);
	if (c.group == 0)
		return;
	change(model, key_of_group(OF_GROUP, &c, c.group, 0), by);
	change(model, key_of_group(OF_GROUP_TIER, &c, c.group, c.tier), by);
	if (c.is_increment)
		change(model, key_of_group(OF_GROUP_INCREMENT, &c, c.group, 0), by);
}

static void learn_grant(struct look *look) {
	const struct reservation *r = objects_find(&look->model->reservations, look->seq);
	if (!r)
		return;
	change_all(look->model, r, (struct decide_had){ r->subsidy, 1 });
	learn_beneficiary(look, r);
}

static void learn_taken_back(struct look *look, uint64_t id) {
	const struct reservation *r = objects_find(&look->model->reservations, id);
	if (!r)
		return;
	bool is_undone = r->held == 0 && r->redeemed == 0;
	change_all(look->model, r,
	    (struct decide_had){ amount_subtract(0, look->decision->amount), is_undone ? -1 : 0 });
}

static void learn_rejected(struct look *look, uint64_t id) {
	const struct claim *claim = objects_find(&look->model->claims, id);
	if (claim)
		learn_taken_back(look, claim->reservation);
}

/* --- vouchers in use, allocations --- */

int64_t used_vouchers(const struct model *model, uint64_t programme, uint64_t holder) {
	return (int64_t)model_number(model, mark_of_numbers(MARK_IN_USE, programme, holder, 0));
}

int64_t used_allocated(const struct model *model, uint64_t programme, int32_t year) {
	return read_had(model, mark_of_numbers(MARK_ALLOCATED, programme, (uint32_t)year, 0)).amount;
}

/* The voucher that an entry may bring into use, or out of it; 0: none. */
static uint64_t concerned_voucher(const struct look *look) {
	const Pb__Command *command = look->command;
	uint64_t reservation = 0;
	switch (command->body_case) {
	case PB__COMMAND__BODY_APPLY:
	case PB__COMMAND__BODY_ISSUE: return look->seq;
	case PB__COMMAND__BODY_RETURN_VOUCHER: return command->return_voucher->voucher;
	case PB__COMMAND__BODY_CANCEL_VOUCHER: return command->cancel_voucher->voucher;
	case PB__COMMAND__BODY_RESERVE: return command->reserve->voucher;
	case PB__COMMAND__BODY_EXPIRE:
		if (command->expire->voucher)
			return command->expire->voucher;
		reservation = command->expire->reservation;
		break;
	case PB__COMMAND__BODY_REDEEM: reservation = command->redeem->reservation; break;
	case PB__COMMAND__BODY_RELEASE: reservation = command->release->reservation; break;
	case PB__COMMAND__BODY_WITHDRAW_RESERVATION:
		reservation = command->withdraw_reservation->reservation;
		break;
	default: break;
	}
	const struct reservation *r = objects_find(&look->model->reservations, reservation);
	return r ? r->voucher : 0;
}

static bool is_in_use(const struct model *model, uint64_t voucher) {
	const struct voucher *v = objects_find(&model->vouchers, voucher);
	return v && (v->live > 0 || v->reserved > 0);
}

void used_before(struct look *look) {
	struct decide_tables *tables = look->model->decided;
	tables->voucher = concerned_voucher(look);
	tables->was_in_use = is_in_use(look->model, tables->voucher);
}

static void learn_in_use(struct look *look) {
	struct model *model = look->model;
	const struct decide_tables *tables = model->decided;
	bool is_now = is_in_use(model, tables->voucher);
	const struct voucher *v = objects_find(&model->vouchers, tables->voucher);
	if (!v || is_now == tables->was_in_use)
		return;
	struct mark key = mark_of_numbers(MARK_IN_USE, v->programme, v->holder, 0);
	uint64_t count = model_number(model, key);
	model_set_number(model, key, is_now ? count + 1 : count - (count > 0));
}

static void learn_allocated(struct look *look) {
	struct mark key = mark_of_numbers(
	    MARK_ALLOCATED, look->decision->programme, (uint32_t)look->decision->year, 0);
	change(look->model, key, (struct decide_had){ look->decision->amount, 1 });
}

uint64_t used_topped(const struct model *model, uint64_t programme, uint64_t claim) {
	return model_number(model, mark_of_numbers(MARK_TOPPING, programme, claim, 0));
}

static void learn_applied(struct look *look) {
	const Pb__Apply *apply = look->command->apply;
	if (apply->claim)
		model_set_number(look->model,
		    mark_of_numbers(MARK_TOPPING, look->decision->programme, apply->claim, 0), look->seq);
	learn_grant(look);
}

/* --- claims in the order of their publication --- */

static uint64_t neighbour(
    const struct model *model, uint32_t kind, uint64_t programme, uint64_t claim) {
	return model_number(model, mark_of_numbers(kind, programme, claim, 0));
}

static void set_neighbour(
    struct model *model, uint32_t kind, uint64_t programme, uint64_t claim, uint64_t other) {
	model_set_number(model, mark_of_numbers(kind, programme, claim, 0), other);
}

/* Behind all of which the list has passed: none of those waits. */
static uint64_t passed(const struct model *model, uint64_t programme) {
	return neighbour(model, MARK_PUBLISHED_FROM, programme, 0);
}

uint64_t used_next_published(const struct model *model, uint64_t programme, uint64_t after) {
	return neighbour(
	    model, MARK_PUBLISHED_NEXT, programme, after ? after : passed(model, programme));
}

static void learn_published(struct look *look, uint64_t id) {
	struct model *model = look->model;
	const struct claim *claim = objects_find(&model->claims, id);
	if (!claim)
		return;
	uint64_t last = neighbour(model, MARK_PUBLISHED_LAST, claim->programme, 0);
	bool is_there = last == id || neighbour(model, MARK_PUBLISHED_NEXT, claim->programme, id) ||
	    neighbour(model, MARK_PUBLISHED_PREVIOUS, claim->programme, id);
	if (is_there)
		return;
	set_neighbour(model, MARK_PUBLISHED_NEXT, claim->programme, last, id);
	set_neighbour(model, MARK_PUBLISHED_PREVIOUS, claim->programme, id, last);
	set_neighbour(model, MARK_PUBLISHED_LAST, claim->programme, 0, id);
}

/* Passes over those at the head that do not wait, nor are objected to. */
static void pass(struct model *model, uint64_t programme) {
	uint64_t at = passed(model, programme), next;
	while ((next = neighbour(model, MARK_PUBLISHED_NEXT, programme, at))) {
		const struct claim *claim = objects_find(&model->claims, next);
		if (claim &&
		    (claim->status == PB__CLAIM_STATUS__CLAIM_PUBLISHED ||
		        claim->status == PB__CLAIM_STATUS__CLAIM_OBJECTED))
			break;
		at = next;
	}
	set_neighbour(model, MARK_PUBLISHED_FROM, programme, 0, at);
}

/* It waits again: what has passed it goes back before it. */
static void learn_waiting(struct model *model, uint64_t id) {
	const struct claim *claim = objects_find(&model->claims, id);
	const struct claim *from = claim ? objects_find(&model->claims, passed(model, claim->programme))
	                                 : NULL;
	if (from && claim->published_seq <= from->published_seq)
		set_neighbour(model, MARK_PUBLISHED_FROM, claim->programme, 0,
		    neighbour(model, MARK_PUBLISHED_PREVIOUS, claim->programme, id));
}

static void learn_returned(struct model *model, uint64_t settlement, uint32_t number) {
	const struct payment *payment = model_payment(model, settlement, number);
	for (uint32_t i = 0; payment && i < payment->n_claims; i++)
		learn_waiting(model, *(uint64_t *)table_row(&model->payment_claims, payment->claims + i));
}

static void learn_cancelled(struct model *model, uint64_t id) {
	const struct settlement *settlement = objects_find(&model->settlements, id);
	for (uint32_t number = 1; settlement && number <= settlement->n_payments; number++)
		learn_returned(model, id, number);
}

static void learn_lines(struct look *look) {
	const Pb__Decision *decision = look->decision;
	for (size_t i = 0; i < decision->n_lines; i++)
		for (size_t n = 0; n < decision->lines[i]->n_targets; n++) {
			const Pb__Target *target = decision->lines[i]->targets[n];
			if (target->is_return)
				learn_returned(look->model, target->settlement, target->payment);
		}
}

/* --- clawbacks --- */

uint64_t used_next_clawback(
    const struct model *model, uint64_t programme, uint64_t payee, uint64_t after) {
	return model_number(model, mark_of_numbers(MARK_CLAWBACK_NEXT, programme, payee, after));
}

static void learn_clawback(struct look *look) {
	struct model *model = look->model;
	const struct clawback *clawback = objects_find(&model->clawbacks, look->seq);
	if (!clawback)
		return;
	struct mark last = mark_of_numbers(MARK_CLAWBACK_LAST, clawback->programme, clawback->payee, 0);
	model_set_number(model,
	    mark_of_numbers(
	        MARK_CLAWBACK_NEXT, clawback->programme, clawback->payee, model_number(model, last)),
	    look->seq);
	model_set_number(model, last, look->seq);
}

/* --- an entry --- */

void used_after(struct look *look) {
	const Pb__Command *command = look->command;
	learn_in_use(look);
	switch (command->body_case) {
	case PB__COMMAND__BODY_ALLOCATE: learn_allocated(look); break;
	case PB__COMMAND__BODY_APPLY: learn_applied(look); break;
	case PB__COMMAND__BODY_ISSUE:
	case PB__COMMAND__BODY_RESERVE: learn_grant(look); break;
	case PB__COMMAND__BODY_RELEASE: learn_taken_back(look, command->release->reservation); break;
	case PB__COMMAND__BODY_WITHDRAW_RESERVATION:
		learn_taken_back(look, command->withdraw_reservation->reservation);
		break;
	case PB__COMMAND__BODY_EXPIRE: learn_taken_back(look, command->expire->reservation); break;
	case PB__COMMAND__BODY_REJECT_CLAIM: learn_rejected(look, command->reject_claim->claim); break;
	case PB__COMMAND__BODY_RESOLVE_OBJECTION:
		if (command->resolve_objection->upheld)
			learn_rejected(look, command->resolve_objection->claim);
		break;
	case PB__COMMAND__BODY_PUBLISH_CLAIM:
		learn_published(look, command->publish_claim->claim);
		break;
	case PB__COMMAND__BODY_OPEN_SETTLEMENT: pass(look->model, look->decision->programme); break;
	case PB__COMMAND__BODY_CANCEL_SETTLEMENT:
		learn_cancelled(look->model, command->cancel_settlement->settlement);
		break;
	case PB__COMMAND__BODY_RECORD_PAYMENT:
		if (command->record_payment->status != PB__PAYMENT_STATUS__PAYMENT_PAID)
			learn_returned(
			    look->model, command->record_payment->settlement, command->record_payment->payment);
		break;
	case PB__COMMAND__BODY_IMPORT_STATEMENT:
	case PB__COMMAND__BODY_RECONCILE: learn_lines(look); break;
	case PB__COMMAND__BODY_ORDER_CLAWBACK: learn_clawback(look); break;
	default: break;
	}
}

enum err used_open(struct model *model, struct store *store) {
	struct decide_tables *tables = calloc(1, sizeof(*tables));
	if (!tables)
		return ERR_MEMORY;
	enum err err = map_open(&tables->used, store, "used", sizeof(struct decide_had));
	if (err) {
		free(tables);
		return err;
	}
	model->decided = tables;
	return ERR_OK;
}

void used_close(struct model *model) {
	free(model->decided);
	model->decided = NULL;
}
