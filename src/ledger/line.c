/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assign_line, resolve_line: what people say of an open line of a bank statement. What a line is
 * matched with is reconcile.c's.
 */
#include "base/check.h"
#include "ledger/bank_line.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/house.h"
#include "ledger/identifier.h"
#include "ledger/want.h"

/* An open line of a house account, for whom it concerns; NULL: refused. */
static const struct bank_line_row *find_open(struct deciding *d, const char *house, uint64_t line) {
	const struct bank_line_row *row;
	if (!house_find(d, house, "house_account") || !want_all_regions(d, "house_account") ||
	    !(row = bank_line_find(d, d->decision->house_account, line, "line")) ||
	    !bank_line_want_open(d, row, "line"))
		return NULL;
	return row;
}

/* --- assign_line --- */

/* One of the staff. */
static bool want_colleague(struct deciding *d, const char *person) {
	if (!want_valid(d, person, identifier_is_person, "owner"))
		return false;
	struct key key = key_of_text(person);
	uint64_t id = find_id(d, TABLE_PERSON, &key);
	const struct principal_row *row = id ? find_principal(d, id, "owner") : NULL;
	return (row && row->party == 0) || refuse_field(d, PB__OUTCOME__PRINCIPAL_UNKNOWN, "owner");
}

bool decide_assign_line(struct deciding *d) {
	const Pb__AssignLine *assign = d->command->assign_line;
	return want_text(d, assign->reason, LIMIT_TEXT_BYTES, "reason") &&
	    find_open(d, assign->house_account, assign->line) && want_colleague(d, assign->owner);
}

void apply_assign_line(struct applying *a) {
	uint64_t line = a->command->assign_line->line;
	struct bank_line_row row = get_bank_line(a, a->decision->house_account, line);
	row.owner_seq = a->entry->seq;
	row.word_seq = a->entry->seq;
	put_bank_line(a, a->decision->house_account, line, &row);
}

/* --- resolve_line --- */

/* What kind the rest of the line is, if there is a rest. */
static bool want_kind(struct deciding *d, Pb__LineKind kind, int64_t rest) {
	bool is_named = kind != PB__LINE_KIND__LINE_KIND_UNSPECIFIED;
	if (rest == 0)
		return !is_named || refuse_field(d, PB__OUTCOME__FIELD_INVALID, "kind");
	if (!is_named)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "kind");
	return protobuf_c_enum_descriptor_get_value(&pb__line_kind__descriptor, (int)kind) ||
	    refuse_field(d, PB__OUTCOME__FIELD_INVALID, "kind");
}

/* All that was ever resolved so is summed up, whatever else moved the books. */
static bool want_ignored_room(struct deciding *d, int64_t rest) {
	const struct house_row *house = the_house(d, d->decision->house_account);
	int64_t sum;
	bool has_room = rest > 0 ? !__builtin_add_overflow(house->ignored_in, rest, &sum)
	                         : !__builtin_sub_overflow(house->ignored_out, rest, &sum);
	return has_room || refuse(d, PB__OUTCOME__OVERFLOW);
}

bool decide_resolve_line(struct deciding *d) {
	const Pb__ResolveLine *resolve = d->command->resolve_line;
	const struct bank_line_row *line;
	if (!want_text(d, resolve->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(line = find_open(d, resolve->house_account, resolve->line)))
		return false;
	int64_t rest = line->amount - line->booked;
	d->decision->amount = rest < 0 ? -rest : rest;
	return want_kind(d, resolve->kind, rest) && want_ignored_room(d, rest) &&
	    (rest == 0 || house_post(d, d->decision->house_account, rest));
}

void apply_resolve_line(struct applying *a) {
	const Pb__ResolveLine *resolve = a->command->resolve_line;
	uint64_t house_id = a->decision->house_account;
	struct bank_line_row row = get_bank_line(a, house_id, resolve->line);
	int64_t rest = row.amount - row.booked;
	check(bank_line_is_open(&row));
	check_posted(a, PB__ACCOUNT_KIND__MEMO_BANK, house_id, 0, rest);
	row.state = rest ? PB__LINE_STATE__LINE_IGNORED : PB__LINE_STATE__LINE_MATCHED;
	row.exception = PB__LINE_EXCEPTION__LINE_EXCEPTION_NONE;
	row.booked = row.amount;
	row.ignored = rest;
	row.kind = resolve->kind;
	row.word_seq = a->entry->seq;
	put_bank_line(a, house_id, resolve->line, &row);
}
