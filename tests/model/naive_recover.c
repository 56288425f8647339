/* SPDX-License-Identifier: Apache-2.0 */
/* What was paid and must come back. */
#include "naive_inside.h"

#include <string.h>

int64_t naive_owed(const struct naive_clawback *clawback) {
	return clawback->amount - clawback->recovered - clawback->written_off;
}

static Pb__Outcome ask_order(struct naive *world, const Pb__OrderClawback *command) {
	const struct naive_claim *claim = naive_claim(world, command->claim);
	if (command->amount <= 0)
		return PB__OUTCOME__AMOUNT_INVALID;
	if (!command->ground || !command->reason[0])
		return PB__OUTCOME__FIELD_MISSING;
	if (!claim)
		return naive_unknown(command->claim, PB__OUTCOME__CLAIM_UNKNOWN);
	if (!naive_may_see(world, claim->holder))
		return PB__OUTCOME__NOT_IN_REGION;
	if (command->due[0] && naive_parse_date(command->due) < naive_day(world->now))
		return PB__OUTCOME__FIELD_INVALID;
	if (claim->status != PB__CLAIM_STATUS__CLAIM_PAID &&
	    claim->status != PB__CLAIM_STATUS__CLAIM_RECONCILED)
		return PB__OUTCOME__CLAIM_STATE;
	if (command->amount > claim->amount - claim->clawed_back)
		return PB__OUTCOME__CLAWBACK_EXCEEDS;
	int64_t stated = -naive_balance(
	    world, PB__ACCOUNT_KIND__MEMO_COUNTER, claim->programme, claim->payee);
	return command->amount > INT64_MAX - stated ? PB__OUTCOME__OVERFLOW : PB__OUTCOME__OUTCOME_OK;
}

static struct naive_answer order(struct naive *world, const Pb__OrderClawback *command) {
	Pb__Outcome outcome = ask_order(world, command);
	if (outcome)
		return refused(outcome);
	struct naive_claim *claim = naive_claim(world, command->claim);
	struct naive_clawback *clawback = &world->clawbacks[world->n_clawbacks];
	int64_t rest[4];
	memcpy(rest, claim->shares, sizeof(rest));
	for (size_t i = 0; i < world->n_clawbacks; i++)
		for (size_t f = 0; f < 4 && world->clawbacks[i].claim == claim->id; f++)
			rest[f] -= world->clawbacks[i].ordered[f];
	*clawback = (struct naive_clawback){ .id = world->seq,
		.programme = claim->programme,
		.claim = claim->id,
		.payee = claim->payee,
		.amount = command->amount,
		.ordered_by = world->actor->person };
	naive_split(command->amount, rest, 4, clawback->ordered);
	memcpy(clawback->left, clawback->ordered, sizeof(clawback->left));
	claim->clawed_back += command->amount;
	world->n_clawbacks++;
	naive_move(
	    world, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, claim->programme, claim->payee, command->amount);
	naive_move(
	    world, PB__ACCOUNT_KIND__MEMO_COUNTER, claim->programme, claim->payee, -command->amount);
	return accepted(command->amount);
}

static Pb__Outcome ask_clawback(struct naive *world, uint64_t id) {
	const struct naive_clawback *clawback = naive_clawback(world, id);
	if (!clawback)
		return naive_unknown(id, PB__OUTCOME__CLAWBACK_UNKNOWN);
	return naive_may_see(world, naive_claim(world, clawback->claim)->holder)
	    ? PB__OUTCOME__OUTCOME_OK
	    : PB__OUTCOME__NOT_IN_REGION;
}

static Pb__Outcome ask_owed(const struct naive_clawback *clawback, int64_t amount) {
	if (!naive_owed(clawback))
		return PB__OUTCOME__CLAWBACK_STATE;
	return amount > naive_owed(clawback) ? PB__OUTCOME__CLAWBACK_EXCEEDS : PB__OUTCOME__OUTCOME_OK;
}

void naive_recover(struct naive *world, struct naive_clawback *c, const int64_t parts[4]) {
	const struct naive_programme *programme = naive_programme(world, c->programme);
	int64_t amount = parts[0] + parts[1] + parts[2] + parts[3];
	c->recovered += amount;
	naive_move(world, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, c->programme, c->payee, -amount);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_COUNTER, c->programme, c->payee, amount);
	naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, c->programme, c->payee, -amount);
	for (size_t i = 0; i < 4; i++) {
		c->left[i] -= parts[i];
		naive_move(world, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, c->programme,
		    i < programme->n_funds ? programme->funds[i] : 0, parts[i]);
	}
}

static struct naive_answer recover(struct naive *world, const Pb__RecordRecovery *command) {
	if (command->amount <= 0)
		return refused(PB__OUTCOME__AMOUNT_INVALID);
	Pb__Outcome outcome = ask_clawback(world, command->clawback);
	struct naive_clawback *c = naive_clawback(world, command->clawback);
	if (!outcome)
		outcome = ask_owed(c, command->amount);
	if (outcome)
		return refused(outcome);
	int64_t parts[4];
	naive_split(command->amount, c->left, 4, parts);
	naive_recover(world, c, parts);
	return accepted(command->amount);
}

static struct naive_answer write_off(struct naive *world, const Pb__WriteOff *command) {
	int64_t parts[4];
	if (command->amount <= 0)
		return refused(PB__OUTCOME__AMOUNT_INVALID);
	if (!command->reason[0])
		return refused(PB__OUTCOME__FIELD_MISSING);
	Pb__Outcome outcome = ask_clawback(world, command->clawback);
	struct naive_clawback *c = naive_clawback(world, command->clawback);
	if (!outcome && naive_is_same(c->ordered_by, world->actor->person))
		outcome = PB__OUTCOME__SAME_PERSON;
	if (!outcome)
		outcome = ask_owed(c, command->amount);
	if (outcome)
		return refused(outcome);
	c->written_off += command->amount;
	naive_split(command->amount, c->left, 4, parts);
	for (size_t i = 0; i < 4; i++)
		c->left[i] -= parts[i];
	naive_move(world, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, c->programme, c->payee, -command->amount);
	naive_move(world, PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, c->programme, c->payee, command->amount);
	return accepted(command->amount);
}

struct naive_answer naive_recoveries(struct naive *world, const Pb__Command *command) {
	switch (command->body_case) {
	case PB__COMMAND__BODY_ORDER_CLAWBACK: return order(world, command->order_clawback);
	case PB__COMMAND__BODY_RECORD_RECOVERY: return recover(world, command->record_recovery);
	default: return write_off(world, command->write_off);
	}
}
