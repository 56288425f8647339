/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_persons.h"

#include <string.h>

/* --- what is asked --- */

static bool is_staff(const struct look *look) {
	return look->actor->party == 0;
}

/* An administrative division covers those that begin as it does, its pairs of noughts aside. */
static bool covers(const char *region, const char *other) {
	size_t bytes = strlen(region);
	while (bytes >= 2 && memcmp(region + bytes - 2, "00", 2) == 0)
		bytes -= 2;
	return strncmp(region, other, bytes) == 0;
}

static void want_region(struct look *look, uint64_t region) {
	const char *own = model_text(look->model, look->actor->region);
	if (*own && !covers(own, model_text(look->model, region)))
		look_money(look, FINDING_REGION, look->actor->id, look->decision->amount, "%s", own);
}

static void want_region_of_party(struct look *look, uint64_t id) {
	const struct party *party = objects_find(&look->model->parties, id);
	if (party)
		want_region(look, party->region);
}

static void want_region_of_programme(struct look *look, uint64_t id) {
	const struct programme *programme = objects_find(&look->model->programmes, id);
	if (programme)
		want_region(look, programme->region);
}

static void want_all_regions(struct look *look) {
	if (look->actor->region)
		look_found(look, FINDING_REGION, look->actor->id, "%s",
		    model_text(look->model, look->actor->region));
}

static void not_owner(struct look *look, uint64_t party) {
	look_money(look, FINDING_OWNER, look->actor->id, look->decision->amount, "only party %llu may",
	    (unsigned long long)party);
}

/* Its own principal, and no staff. */
static void want_party(struct look *look, uint64_t party) {
	if (look->actor->party != party)
		not_owner(look, party);
}

static void want_owner(struct look *look, uint64_t party) {
	if (!is_staff(look) && look->actor->party != party)
		not_owner(look, party);
}

static void want_staff_of(struct look *look, uint64_t party) {
	if (!is_staff(look))
		not_owner(look, 0);
	want_region_of_party(look, party);
}

/* --- objects --- */

static uint64_t holder_of_voucher(const struct look *look, uint64_t id) {
	const struct voucher *row = objects_find(&look->model->vouchers, id);
	return row ? row->holder : 0;
}

static uint64_t holder_of_reservation(const struct look *look, uint64_t id) {
	const struct reservation *row = objects_find(&look->model->reservations, id);
	return row ? row->holder : 0;
}

/* Who submits claims on it, by the rules of its voucher (RuleSet.claimant, payee). */
static uint64_t claimant_of(struct look *look, uint64_t reservation) {
	const struct reservation *r = objects_find(&look->model->reservations, reservation);
	const struct voucher *v = r ? objects_find(&look->model->vouchers, r->voucher) : NULL;
	const Pb__RuleSet *rules = v ? model_rules(look->model, v->programme, v->rule_version) : NULL;
	if (!rules)
		return look->actor->party;
	if (rules->instrument != PB__INSTRUMENT__INSTRUMENT_VOUCHER)
		return r->holder;
	Pb__Payee who = rules->claimant ? rules->claimant : rules->payee;
	return who == PB__PAYEE__PAYEE_PROVIDER ? r->provider : r->holder;
}

static void check_claim(struct look *look, uint64_t id) {
	const struct claim *claim = objects_find(&look->model->claims, id);
	if (claim)
		want_region_of_party(look, claim->holder);
}

static void check_clawback(struct look *look, uint64_t id) {
	const struct clawback *clawback = objects_find(&look->model->clawbacks, id);
	if (clawback)
		check_claim(look, clawback->claim);
}

static void check_settlement(struct look *look, uint64_t id) {
	const struct settlement *settlement = objects_find(&look->model->settlements, id);
	if (settlement)
		want_region_of_programme(look, settlement->programme);
}

static void check_party(struct look *look, const char *code) {
	const struct party *party = model_party(look->model, code);
	if (party)
		want_region(look, party->region);
}

static void check_application(struct look *look, uint64_t id) {
	const struct application *application = objects_find(&look->model->applications, id);
	if (application)
		want_staff_of(look, application->holder);
}

static void check_apply(struct look *look) {
	if (is_staff(look))
		want_region_of_party(look, look->decision->holder);
	else
		want_party(look, look->decision->holder);
}

static void check_expire(struct look *look) {
	const Pb__Expire *expire = look->command->expire;
	want_staff_of(look,
	    expire->voucher ? holder_of_voucher(look, expire->voucher)
	                    : holder_of_reservation(look, expire->reservation));
}

static void check_take_back(struct look *look, uint64_t voucher) {
	uint64_t holder = holder_of_voucher(look, voucher);
	want_owner(look, holder);
	want_region_of_party(look, holder);
}

/* --- by families --- */

static bool check_setup(struct look *look, const Pb__Command *c) {
	switch (c->body_case) {
	case PB__COMMAND__BODY_REGISTER_PARTY: {
		const char *own = model_text(look->model, look->actor->region);
		if (*own && !covers(own, c->register_party->region))
			look_found(look, FINDING_REGION, look->actor->id, "%s", own);
		return true;
	}
	case PB__COMMAND__BODY_UPDATE_PARTY: check_party(look, c->update_party->code); return true;
	case PB__COMMAND__BODY_SUSPEND_PARTY: check_party(look, c->suspend_party->party); return true;
	case PB__COMMAND__BODY_REINSTATE_PARTY:
		check_party(look, c->reinstate_party->party);
		return true;
	case PB__COMMAND__BODY_BLACKLIST_PARTY:
		check_party(look, c->blacklist_party->party);
		return true;
	case PB__COMMAND__BODY_ASSESS_PARTY: check_party(look, c->assess_party->party); return true;
	case PB__COMMAND__BODY_ASSIGN_PARTY: check_party(look, c->assign_party->party); return true;
	case PB__COMMAND__BODY_ERASE_PERSONAL: check_party(look, c->erase_personal->party); return true;
	case PB__COMMAND__BODY_RECORD_AGREEMENT:
		check_party(look, c->record_agreement->party);
		return true;
	default: return false;
	}
}

static bool check_voucher(struct look *look, const Pb__Command *c) {
	switch (c->body_case) {
	case PB__COMMAND__BODY_APPLY: check_apply(look); return true;
	case PB__COMMAND__BODY_REVIEW_APPLICATION:
		check_application(look, c->review_application->application);
		return true;
	case PB__COMMAND__BODY_ISSUE: check_application(look, c->issue->application); return true;
	case PB__COMMAND__BODY_RETURN_VOUCHER:
		check_take_back(look, c->return_voucher->voucher);
		return true;
	case PB__COMMAND__BODY_CANCEL_VOUCHER:
		check_take_back(look, c->cancel_voucher->voucher);
		return true;
	case PB__COMMAND__BODY_EXTEND_VOUCHER:
		want_staff_of(look, holder_of_voucher(look, c->extend_voucher->voucher));
		return true;
	case PB__COMMAND__BODY_EXPIRE: check_expire(look); return true;
	case PB__COMMAND__BODY_RESERVE:
		want_party(look, holder_of_voucher(look, c->reserve->voucher));
		return true;
	case PB__COMMAND__BODY_REDEEM:
		want_party(look, holder_of_reservation(look, c->redeem->reservation));
		return true;
	case PB__COMMAND__BODY_RELEASE:
		want_owner(look, holder_of_reservation(look, c->release->reservation));
		return true;
	case PB__COMMAND__BODY_WITHDRAW_RESERVATION:
		want_region_of_party(
		    look, holder_of_reservation(look, c->withdraw_reservation->reservation));
		return true;
	default: return false;
	}
}

static bool check_claims(struct look *look, const Pb__Command *c) {
	switch (c->body_case) {
	case PB__COMMAND__BODY_SUBMIT_CLAIM:
		want_party(look, claimant_of(look, c->submit_claim->reservation));
		return true;
	case PB__COMMAND__BODY_RETURN_CLAIM: check_claim(look, c->return_claim->claim); return true;
	case PB__COMMAND__BODY_APPROVE_CLAIM: check_claim(look, c->approve_claim->claim); return true;
	case PB__COMMAND__BODY_COUNTERSIGN_CLAIM:
		check_claim(look, c->countersign_claim->claim);
		return true;
	case PB__COMMAND__BODY_REJECT_CLAIM: check_claim(look, c->reject_claim->claim); return true;
	case PB__COMMAND__BODY_PUBLISH_CLAIM: check_claim(look, c->publish_claim->claim); return true;
	case PB__COMMAND__BODY_OBJECT_CLAIM: check_claim(look, c->object_claim->claim); return true;
	case PB__COMMAND__BODY_RESOLVE_OBJECTION:
		check_claim(look, c->resolve_objection->claim);
		return true;
	case PB__COMMAND__BODY_ORDER_CLAWBACK: check_claim(look, c->order_clawback->claim); return true;
	case PB__COMMAND__BODY_RECORD_RECOVERY:
		check_clawback(look, c->record_recovery->clawback);
		return true;
	case PB__COMMAND__BODY_WRITE_OFF: check_clawback(look, c->write_off->clawback); return true;
	default: return false;
	}
}

static void check_money(struct look *look, const Pb__Command *c) {
	switch (c->body_case) {
	case PB__COMMAND__BODY_OPEN_SETTLEMENT:
	case PB__COMMAND__BODY_DRAW_SAMPLE:
		want_region_of_programme(look, look->decision->programme);
		break;
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT:
		check_settlement(look, c->approve_settlement->settlement);
		break;
	case PB__COMMAND__BODY_CANCEL_SETTLEMENT:
		check_settlement(look, c->cancel_settlement->settlement);
		break;
	case PB__COMMAND__BODY_RECORD_PAYMENT:
		check_settlement(look, c->record_payment->settlement);
		break;
	case PB__COMMAND__BODY_RECORD_PAYMENT_FILE:
		check_settlement(look, c->record_payment_file->settlement);
		break;
	case PB__COMMAND__BODY_IMPORT_STATEMENT:
	case PB__COMMAND__BODY_RECONCILE:
	case PB__COMMAND__BODY_UNMATCH:
	case PB__COMMAND__BODY_ASSIGN_LINE:
	case PB__COMMAND__BODY_RESOLVE_LINE:
	case PB__COMMAND__BODY_PREPARE_PERIOD:
	case PB__COMMAND__BODY_REVIEW_PERIOD:
	case PB__COMMAND__BODY_CLOSE_PERIOD:
	case PB__COMMAND__BODY_REOPEN_PERIOD: want_all_regions(look); break;
	default: break;
	}
}

void check_owners(struct look *look) {
	const Pb__Command *command = look->command;
	if (!check_setup(look, command) && !check_voucher(look, command) &&
	    !check_claims(look, command))
		check_money(look, command);
}
