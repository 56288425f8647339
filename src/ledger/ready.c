/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ready.h"

#include "base/check.h"
#include "voucher/v1/resource.pb-c.h"

/* Makes two claims neighbours; 0 is the end of the list. */
static void join(
    struct applying *a, struct programme_row *programme, uint64_t first, uint64_t second) {
	if (first) {
		struct claim_row row = get_claim(a, first);
		row.next = second;
		put_claim(a, first, &row);
	} else {
		programme->ready_head = second;
	}
	if (second) {
		struct claim_row row = get_claim(a, second);
		row.previous = first;
		put_claim(a, second, &row);
	} else {
		programme->ready_tail = first;
	}
}

/* The last claim of the list that was published before; 0: none. Looked for from both ends: what
 * comes back from a payment is old, what was objected to is new. */
static uint64_t find_previous(const struct applying *a, const struct programme_row *programme,
    uint64_t published_seq, uint64_t after) {
	uint64_t previous = after;
	uint64_t next = after ? get_claim(a, after).next : programme->ready_head;
	uint64_t last = programme->ready_tail;
	while (next) {
		struct claim_row front = get_claim(a, next), back = get_claim(a, last);
		if (back.published_seq < published_seq)
			return last;
		if (front.published_seq > published_seq)
			break;
		previous = next;
		next = front.next;
		last = back.previous;
	}
	return previous;
}

void ready_insert(struct applying *a, uint64_t claim, uint64_t after) {
	struct claim_row row = get_claim(a, claim);
	struct programme_row *programme = touch_programme(a, row.programme);
	check(row.status == PB__CLAIM_STATUS__CLAIM_PUBLISHED && row.published_seq > 0);
	uint64_t previous = find_previous(a, programme, row.published_seq, after);
	uint64_t next = previous ? get_claim(a, previous).next : programme->ready_head;
	join(a, programme, previous, claim);
	join(a, programme, claim, next);
}

void ready_remove(struct applying *a, uint64_t claim) {
	struct claim_row row = get_claim(a, claim);
	struct programme_row *programme = touch_programme(a, row.programme);
	check(row.previous || programme->ready_head == claim);
	check(row.next || programme->ready_tail == claim);
	join(a, programme, row.previous, row.next);
	row.previous = 0;
	row.next = 0;
	put_claim(a, claim, &row);
}
