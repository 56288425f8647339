/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What bank lines are matched with: a match's targets come to what its lines have in the books,
 * less the rest of which somebody said what kind it is; each payment names the match that names it.
 */
#include "ledger/bank_line.h"
#include "ledger/matching.h"
#include "ledger/verify.h"

typedef __int128 wide;

static const struct bank_line_row *line_at(
    const struct verifying *v, uint64_t house_id, uint64_t line) {
	struct key key = key_of_ids(house_id, line);
	return STATE_GET(v->state, TABLE_BANK_LINE, &key, struct bank_line_row);
}

/* Whether the payment says of itself what the match says of it. */
static bool is_matched_with(
    const struct verifying *v, const struct match_row *match, uint64_t leader) {
	struct key key = key_of_payment(match->settlement, match->payment);
	const struct payment_row *payment = STATE_GET(
	    v->state, TABLE_PAYMENT, &key, struct payment_row);
	return payment && payment->amount == match->amount &&
	    (match->is_return ? payment->return_line : payment->line) == leader;
}

static bool add_targets(struct verifying *v, uint64_t house_id, uint64_t leader, wide *sum) {
	uint32_t count = line_at(v, house_id, leader)->targets;
	for (uint32_t index = 0; index < count; index++) {
		const struct match_row row = *match_at(v->state, house_id, leader, index);
		if (row.settlement && !is_matched_with(v, &row, leader))
			return false;
		*sum += match_signed_amount(&row);
		v->matched += row.settlement != 0;
	}
	return true;
}

/* The lines of the match, each of which names it. */
static bool add_lines(struct verifying *v, uint64_t house_id, uint64_t leader, wide *booked) {
	for (uint64_t line = leader; line;) {
		const struct bank_line_row *row = line_at(v, house_id, line);
		if (!row || row->leader != leader)
			return false;
		*booked += row->booked;
		v->together--;
		line = row->together;
	}
	return true;
}

static bool comes_to(const struct bank_line_row *leader, wide targets, wide booked) {
	bool has_kind = leader->kind != PB__LINE_KIND__LINE_KIND_UNSPECIFIED;
	return targets + leader->ignored == booked && has_kind == (leader->ignored != 0);
}

bool verify_match(
    struct verifying *v, uint64_t house_id, uint64_t number, const struct bank_line_row *line) {
	const struct bank_line_row leader = *line;
	wide targets = 0, booked = 0;
	if (leader.leader == 0)
		return leader.booked == leader.ignored ||
		    verify_fault(v, "bank line: it is in the books as nothing", number);
	v->together++;
	if (leader.leader != number)
		return true; /* counted with its leader */
	if (!add_lines(v, house_id, number, &booked))
		return verify_fault(v, "bank line: its match has lines that are not in it", number);
	if (!add_targets(v, house_id, number, &targets))
		return verify_fault(v, "bank line: a payment is not matched with it", number);
	return comes_to(&leader, targets, booked) ||
	    verify_fault(v, "bank line: it is not what it is matched with", number);
}
