/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time passes: a voucher's last day of use is extended once, its holder is reminded, and what was
 * not used or not claimed by its day goes back to the pool.
 *
 *	PROGRAMME_LIVE     ── expire, after the last day of use ──► PROGRAMME_AVAILABLE
 *	PROGRAMME_RESERVED ── the same ───────────────────────────►   of the funds that
 *	PROGRAMME_PAYABLE  ── expire, after the last day for     ─►   bore it
 *	                      claims and their correction: what
 *	                      is in no claim
 *
 * The daemon does it by itself (due.h); whether the day has come is decided here. A day is over
 * when the next one begins, at the programme's offset from UTC.
 */
#include "base/check.h"
#include "base/clock.h"
#include "base/date.h"
#include "ledger/due.h"
#include "ledger/families.h"
#include "ledger/find.h"
#include "ledger/pool.h"
#include "ledger/take_up.h"
#include "ledger/use.h"
#include "ledger/voucher.h"
#include "ledger/want.h"
#include "voucher/v1/resource.pb-c.h"

/* Staff who answer for the holder's region; the daemon is staff without one. */
static bool want_staff(struct deciding *d, uint64_t holder, const char *field) {
	if (!is_staff(d))
		return refuse(d, PB__OUTCOME__NOT_OWNER);
	return want_in_region(d, holder, field);
}

static bool want_active(struct deciding *d, const struct voucher_row *voucher) {
	return voucher->status == PB__VOUCHER_STATUS__VOUCHER_ACTIVE ||
	    refuse_state(
	        d, PB__OUTCOME__VOUCHER_STATE, &pb__voucher_status__descriptor, voucher->status);
}

/* The last moment of which rows and texts can speak: the end of the calendar. */
static int32_t last_day(void) {
	int32_t day;
	check(date_parse("9999-12-31", &day) == ERR_OK);
	return day;
}

/* It is not yet time; the detail is the day on which it will be. */
static bool refuse_until(
    struct deciding *d, const struct programme_row *programme, int64_t time_us, const char *field) {
	char text[DATE_TEXT_BYTES];
	int32_t day = date_local_day(time_us, programme->utc_offset_minutes);
	date_format(day < last_day() ? day : last_day(), text);
	return refuse_detail(
	    d, PB__OUTCOME__NOT_DUE, field, arena_string(d->arena, text, DATE_TEXT_BYTES - 1));
}

static void name_voucher(struct deciding *d, uint64_t id, const struct voucher_row *voucher) {
	d->decision->voucher = id;
	d->decision->programme = voucher->programme;
	d->decision->holder = voucher->holder;
	d->decision->rule_version = voucher->rule_version;
}

/* --- extend_voucher --- */

/* A date for claims that the rules fix stays, unless the last day of use comes after it. */
static bool set_extended(
    struct deciding *d, const struct voucher_row *voucher, const Pb__RuleSet *rules) {
	const struct programme_row *programme = the_programme(d, voucher->programme);
	int64_t by_us = rules->extension_days * US_PER_DAY;
	int64_t use_by_us = voucher->use_by_us + by_us;
	int64_t claim_by_us = voucher->claim_by_us + (*rules->claim_by ? 0 : by_us);
	if (claim_by_us < use_by_us)
		claim_by_us = use_by_us;
	if (date_local_day(claim_by_us, programme->utc_offset_minutes) > last_day())
		return refuse_detail(
		    d, PB__OUTCOME__EXTENSION_NOT_ALLOWED, "voucher", "beyond the end of the calendar");
	d->decision->use_by_us = use_by_us;
	d->decision->claim_by_us = claim_by_us;
	return true;
}

bool decide_extend_voucher(struct deciding *d) {
	const Pb__ExtendVoucher *extend = d->command->extend_voucher;
	const struct voucher_row *voucher;
	const Pb__RuleSet *rules;
	if (!want_text(d, extend->reason, LIMIT_TEXT_BYTES, "reason") ||
	    !(voucher = find_voucher(d, extend->voucher, "voucher")))
		return false;
	if (!want_staff(d, voucher->holder, "voucher") || !want_active(d, voucher))
		return false;
	if (d->occasion->time_us >= voucher->use_by_us)
		return refuse_field(d, PB__OUTCOME__VOUCHER_EXPIRED, "voucher");
	if (!(rules = read_rules(d, voucher->programme, voucher->rule_version)))
		return false;
	if (rules->extension_days == 0 || voucher->extended)
		return refuse_detail(d, PB__OUTCOME__EXTENSION_NOT_ALLOWED, "voucher",
		    voucher->extended ? "extended before" : "the rules have no extension");
	name_voucher(d, extend->voucher, voucher);
	return set_extended(d, voucher, rules);
}

/* The holder is reminded again, of the new day. */
void apply_extend_voucher(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	struct voucher_row voucher = get_voucher(a, decision->voucher);
	check(!voucher.extended && decision->use_by_us > voucher.use_by_us &&
	    decision->claim_by_us >= voucher.claim_by_us);
	voucher.use_by_us = decision->use_by_us;
	voucher.claim_by_us = decision->claim_by_us;
	voucher.extended = 1;
	voucher.reminded_days = 0;
	put_voucher(a, decision->voucher, &voucher);
	due_put_extended(a, decision->voucher, &voucher);
}

/* --- expire: a voucher --- */

static bool expire_voucher(struct deciding *d, uint64_t id) {
	const struct voucher_row *voucher = find_voucher(d, id, "voucher");
	if (!voucher || !want_staff(d, voucher->holder, "voucher"))
		return false;
	if (voucher->live == 0)
		return refuse(d, PB__OUTCOME__NOTHING_LEFT);
	const struct programme_row *programme = the_programme(d, voucher->programme);
	if (d->occasion->time_us < voucher->use_by_us)
		return refuse_until(d, programme, voucher->use_by_us, "voucher");
	d->decision->rule_version = voucher->rule_version;
	return voucher_give_back(d, id, voucher);
}

/* --- expire: a reservation --- */

/* What of it has had its time. */
struct lapse {
	const struct reservation_row *reservation;
	const struct voucher_row *voucher;
	const struct programme_row *programme;
	uint64_t payee;
	int64_t held;
	int64_t unclaimed;
};

static bool want_lapsed(struct deciding *d, struct lapse *lapse, const Pb__RuleSet *rules) {
	const struct reservation_row *r = lapse->reservation;
	int64_t now_us = d->occasion->time_us;
	int64_t use_by_us = lapse->voucher->use_by_us;
	int64_t claims_us = due_claims_us(lapse->voucher, rules);
	int64_t unclaimed = r->redeemed - r->claimed;
	if (r->held == 0 && unclaimed == 0)
		return refuse(d, PB__OUTCOME__NOTHING_LEFT);
	lapse->held = now_us >= use_by_us ? r->held : 0;
	lapse->unclaimed = now_us >= claims_us ? unclaimed : 0;
	return lapse->held > 0 || lapse->unclaimed > 0 ||
	    refuse_until(d, lapse->programme, r->held > 0 ? use_by_us : claims_us, "reservation");
}

/* Held first: apply finds each amount by its account. */
static bool give_back(struct deciding *d, const struct lapse *lapse) {
	uint64_t id = lapse->reservation->programme;
	const struct programme_row *programme = lapse->programme;
	const struct pool pool = { .programme_id = id, .programme = programme };
	struct account reserved = programme_account(
	    PB__ACCOUNT_KIND__PROGRAMME_RESERVED, id, programme);
	struct account payable = payee_account(
	    PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, id, programme, lapse->payee);
	struct by_fund left = lapse->voucher->left;
	return (lapse->held == 0 || pool_give_back(d, &pool, reserved, lapse->held, &left)) &&
	    (lapse->unclaimed == 0 || pool_give_back(d, &pool, payable, lapse->unclaimed, &left)) &&
	    use_take_back_memo(d, lapse->reservation, programme, lapse->held + lapse->unclaimed);
}

static bool expire_reservation(struct deciding *d, uint64_t id) {
	struct lapse lapse = { .reservation = find_reservation(d, id, "reservation") };
	const struct reservation_row *reservation = lapse.reservation;
	if (!reservation || !want_staff(d, reservation->holder, "reservation"))
		return false;
	lapse.voucher = the_voucher(d, reservation->voucher);
	lapse.programme = the_programme(d, reservation->programme);
	const Pb__RuleSet *rules = read_rules(d, reservation->programme, lapse.voucher->rule_version);
	if (!rules || !want_lapsed(d, &lapse, rules))
		return false;
	lapse.payee = use_payee(rules, reservation);
	use_name_parties(d, id, reservation);
	d->decision->rule_version = lapse.voucher->rule_version;
	d->decision->year = reservation->year;
	d->decision->payee = lapse.unclaimed > 0 ? lapse.payee : 0;
	d->decision->amount = lapse.held + lapse.unclaimed;
	return give_back(d, &lapse);
}

/* Of what is taken back, what the payee was to have is what its account lost. */
static int64_t unclaimed_of(const struct applying *a) {
	int64_t sum = 0;
	for (size_t i = 0; i < a->entry->n_postings; i++) {
		const Pb__Posting *posting = a->entry->postings[i];
		if (posting->account == PB__ACCOUNT_KIND__PROGRAMME_PAYABLE)
			count(&sum, -posting->amount);
	}
	return sum;
}

static void apply_expire_reservation(struct applying *a) {
	const Pb__Decision *decision = a->decision;
	uint64_t id = decision->reservation;
	struct reservation_row row = get_reservation(a, id);
	struct voucher_row voucher = get_voucher(a, row.voucher);
	struct programme_row *programme = touch_programme(a, row.programme);
	const struct by_fund back = pool_given_back(a);
	int64_t unclaimed = unclaimed_of(a);
	int64_t held = decision->amount - unclaimed;
	check_posted(a, PB__ACCOUNT_KIND__PROGRAMME_RESERVED, row.programme, 0, -held);
	check(unclaimed == 0 || unclaimed == row.redeemed - row.claimed);

	count(&row.held, -held);
	count(&row.redeemed, -unclaimed);
	count(&row.released, decision->amount);
	use_apply_taken_back(a, &row, decision->amount);
	put_reservation(a, id, &row);
	count(&voucher.reserved, -held);
	count(&voucher.redeemed, -unclaimed);
	count(&voucher.expired, decision->amount);
	by_fund_subtract(&voucher.left, &back);
	put_voucher(a, row.voucher, &voucher);
	count(&programme->redeemed, -unclaimed);
	count(&programme->expired, decision->amount);
	take_up(a, &TAKE_UP_RESERVATION(&row),
	    &(struct take_up_row){ .used = -unclaimed, .expired = decision->amount });
}

/* --- expire --- */

bool decide_expire(struct deciding *d) {
	const Pb__Expire *expire = d->command->expire;
	if (!expire->voucher && !expire->reservation)
		return refuse_field(d, PB__OUTCOME__FIELD_MISSING, "voucher");
	if (expire->voucher && expire->reservation)
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "reservation");
	return expire->voucher ? expire_voucher(d, expire->voucher)
	                       : expire_reservation(d, expire->reservation);
}

void apply_expire(struct applying *a) {
	if (a->command->expire->voucher)
		voucher_apply_given_back(a, &(struct take_up_row){ .expired = a->decision->amount });
	else
		apply_expire_reservation(a);
}

/* --- remind --- */

static bool is_reminder(const Pb__RuleSet *rules, uint32_t days) {
	for (size_t i = 0; i < rules->n_remind_days; i++)
		if (rules->remind_days[i] == days)
			return true;
	return false;
}

/* A reminder whose time came while the daemon did not run is overtaken by the next one. */
static bool is_overtaken(
    const struct deciding *d, const struct voucher_row *voucher, const Pb__RuleSet *rules) {
	uint32_t days = d->command->remind->days;
	for (size_t i = 0; i < rules->n_remind_days; i++) {
		uint32_t other = rules->remind_days[i];
		if (other < days && d->occasion->time_us >= due_reminder_us(voucher, other))
			return true;
	}
	return voucher->reminded_days != 0 && voucher->reminded_days <= days;
}

static bool want_reminder_due(
    struct deciding *d, const struct voucher_row *voucher, const Pb__RuleSet *rules) {
	uint32_t days = d->command->remind->days;
	int64_t time_us = due_reminder_us(voucher, days);
	if (!is_reminder(rules, days))
		return refuse_field(d, PB__OUTCOME__FIELD_INVALID, "days");
	if (d->occasion->time_us < time_us)
		return refuse_until(d, the_programme(d, voucher->programme), time_us, "voucher");
	return !is_overtaken(d, voucher, rules) ||
	    refuse_detail(
	        d, PB__OUTCOME__VOUCHER_STATE, "days", "a reminder as late as this was given");
}

bool decide_remind(struct deciding *d) {
	const Pb__Remind *remind = d->command->remind;
	const struct voucher_row *voucher;
	const Pb__RuleSet *rules;
	if (!(voucher = find_voucher(d, remind->voucher, "voucher")))
		return false;
	if (d->occasion->principal != LEDGER_SYSTEM_PRINCIPAL)
		return refuse(d, PB__OUTCOME__ROLE_NOT_ALLOWED);
	if (!want_active(d, voucher))
		return false;
	if (voucher->live == 0)
		return refuse(d, PB__OUTCOME__NOTHING_LEFT);
	if (d->occasion->time_us >= voucher->use_by_us)
		return refuse_field(d, PB__OUTCOME__VOUCHER_EXPIRED, "voucher");
	rules = read_rules(d, voucher->programme, voucher->rule_version);
	if (!rules || !want_reminder_due(d, voucher, rules))
		return false;
	name_voucher(d, remind->voucher, voucher);
	d->decision->amount = voucher->live;
	d->decision->use_by_us = voucher->use_by_us;
	return true;
}

void apply_remind(struct applying *a) {
	struct voucher_row voucher = get_voucher(a, a->decision->voucher);
	voucher.reminded_days = a->command->remind->days;
	put_voucher(a, a->decision->voucher, &voucher);
}
