/* SPDX-License-Identifier: Apache-2.0 */
#include "voucher-audit/check_identities.h"

#include <stdio.h>

typedef __int128 wide;

static void same(struct look *look, uint64_t object, const char *where, wide want, wide have) {
	if (want == have)
		return;
	wide difference = have - want;
	if (difference < 0)
		difference = -difference;
	look_money(look, FINDING_IDENTITY, object,
	    difference > INT64_MAX ? INT64_MAX : (int64_t)difference, "%s", where);
}

static void not_below(struct look *look, uint64_t object, const char *where, int64_t amount) {
	if (amount < 0)
		look_money(look, FINDING_IDENTITY, object, amount, "%s is below nought", where);
}

/* --- what an entry touched --- */

static void check_fund(struct look *look, const struct fund *fund) {
	same(look, fund->id, "fund: appropriated = available + allocated",
	    (wide)fund->available + fund->allocated, fund->appropriated);
}

static void check_memo(struct look *look, const struct programme *programme) {
	wide sum = 0;
	for (int kind = PB__ACCOUNT_KIND__MEMO_OWN_SHARE; kind <= PB__ACCOUNT_KIND__MEMO_COUNTER;
	     kind++)
		sum += programme->sums[kind];
	same(look, programme->id, "programme: memorandum accounts balance", 0, sum);
}

static void check_programme(struct look *look, const struct programme *p) {
	const int64_t *sums = p->sums;
	wide redeemed = (wide)sums[PB__ACCOUNT_KIND__PROGRAMME_PAYABLE] +
	    sums[PB__ACCOUNT_KIND__PROGRAMME_IN_PAYMENT] + sums[PB__ACCOUNT_KIND__PROGRAMME_PAID];
	wide used = (wide)sums[PB__ACCOUNT_KIND__PROGRAMME_LIVE] +
	    sums[PB__ACCOUNT_KIND__PROGRAMME_RESERVED];
	same(look, p->id,
	    "programme: allocated = available + live + reserved + payable + in payment + paid - "
	    "recovered",
	    sums[PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE] + used + redeemed +
	        sums[PB__ACCOUNT_KIND__PROGRAMME_RECOVERED],
	    p->allocated);
	same(look, p->id,
	    "programme: issued = live + reserved + redeemed + returned + cancelled + expired",
	    used + p->redeemed + p->returned + p->cancelled + p->expired, p->issued);
	same(look, p->id, "programme: redeemed = payable + in payment + paid", redeemed, p->redeemed);
	check_memo(look, p);
}

static void check_house(struct look *look, const struct house *h) {
	same(look, h->id, "house account: statement - open = books - awaited",
	    (wide)h->books - ((wide)h->awaited_in - h->awaited_out),
	    (wide)h->statement - ((wide)h->open_in - h->open_out));
	same(look, h->id, "house account: books = MEMO_BANK",
	    model_balance(look->model, PB__ACCOUNT_KIND__MEMO_BANK, h->id, 0), h->books);
}

static void check_voucher(struct look *look, const struct voucher *v) {
	wide left = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++) {
		left += v->left[i];
		not_below(look, v->id, "voucher: a fund's share", v->left[i]);
	}
	same(look, v->id,
	    "voucher: amount = live + reserved + redeemed + returned + cancelled + expired",
	    (wide)v->live + v->reserved + v->redeemed + v->returned + v->cancelled + v->expired,
	    v->amount);
	if (left < (wide)v->live + v->reserved)
		same(look, v->id, "voucher: its funds bear what is live or reserved",
		    (wide)v->live + v->reserved, left);
	not_below(look, v->id, "voucher: live", v->live);
	not_below(look, v->id, "voucher: reserved", v->reserved);
	not_below(look, v->id, "voucher: redeemed", v->redeemed);
}

static void check_reservation(struct look *look, const struct reservation *r) {
	same(look, r->id, "reservation: subsidy = held + redeemed + released",
	    (wide)r->held + r->redeemed + r->released, r->subsidy);
	not_below(look, r->id, "reservation: held", r->held);
	not_below(look, r->id, "reservation: redeemed", r->redeemed);
	not_below(look, r->id, "reservation: own share", r->own_share);
	not_below(look, r->id, "reservation: VAT", r->vat);
	not_below(look, r->id, "reservation: claimed", r->claimed);
	not_below(look, r->id, "reservation: redeemed and not claimed", r->redeemed - r->claimed);
}

static void check_clawback(struct look *look, const struct clawback *c) {
	wide left = 0;
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		left += c->left[i];
	same(look, c->id, "clawback: amount = recovered + written off + owed",
	    (wide)c->recovered + c->written_off + left, c->amount);
	not_below(look, c->id, "clawback: owed", (int64_t)(c->amount - c->recovered - c->written_off));
}

/* The owners of the accounts that it moved; each as often as it stands there: mostly twice. */
static void check_owners(struct look *look) {
	const struct model *model = look->model;
	uint64_t last = 0;
	for (size_t i = 0; i < look->entry->n_postings; i++) {
		uint64_t owner = look->entry->postings[i]->owner;
		if (owner == last)
			continue;
		last = owner;
		const struct programme *programme = objects_find(&model->programmes, owner);
		const struct fund *fund = programme ? NULL : objects_find(&model->funds, owner);
		const struct house *house = programme || fund ? NULL : objects_find(&model->houses, owner);
		if (programme)
			check_programme(look, programme);
		if (fund)
			check_fund(look, fund);
		if (house)
			check_house(look, house);
	}
}

void check_identities(struct look *look) {
	const struct model *model = look->model;
	const Pb__Decision *decision = look->decision;
	check_owners(look);
	const struct voucher *voucher = objects_find(&model->vouchers, decision->voucher);
	if (voucher)
		check_voucher(look, voucher);
	const struct reservation *reservation = objects_find(
	    &model->reservations, decision->reservation);
	if (reservation)
		check_reservation(look, reservation);
	const struct house *house = objects_find(&model->houses, decision->house_account);
	if (house)
		check_house(look, house);
	if (model->ledger->admins <= 0)
		look_found(look, FINDING_STATE, 0, "no administrator is left");
}

/* --- the whole --- */

static void add_vouchers(struct look *look, int64_t (*sums)[ACCOUNT_KINDS]) {
	const struct model *model = look->model;
	for (uint64_t i = 0; i < model->vouchers.rows.count; i++) {
		const struct voucher *v = table_row(&model->vouchers.rows, i);
		const struct programme *p = objects_find(&model->programmes, v->programme);
		check_voucher(look, v);
		if (!p)
			continue;
		int64_t *of = sums[p - (const struct programme *)model->programmes.rows.rows];
		of[PB__ACCOUNT_KIND__PROGRAMME_LIVE] += v->live;
		of[PB__ACCOUNT_KIND__PROGRAMME_RESERVED] += v->reserved;
		of[PB__ACCOUNT_KIND__PROGRAMME_PAYABLE] += v->redeemed;
	}
}

static void check_vouchers(struct look *look) {
	const struct model *model = look->model;
	uint64_t count = model->programmes.rows.count;
	int64_t(*sums)[ACCOUNT_KINDS] = arena_zalloc(look->arena, (count + 1) * sizeof(*sums));
	if (!sums)
		table_die("memory");
	add_vouchers(look, sums);
	for (uint64_t i = 0; i < count; i++) {
		const struct programme *p = table_row(&model->programmes.rows, i);
		same(look, p->id, "programme: its vouchers come to what is live",
		    p->sums[PB__ACCOUNT_KIND__PROGRAMME_LIVE], sums[i][PB__ACCOUNT_KIND__PROGRAMME_LIVE]);
		same(look, p->id, "programme: its vouchers come to what is reserved",
		    p->sums[PB__ACCOUNT_KIND__PROGRAMME_RESERVED],
		    sums[i][PB__ACCOUNT_KIND__PROGRAMME_RESERVED]);
		same(look, p->id, "programme: its vouchers come to what is redeemed", p->redeemed,
		    sums[i][PB__ACCOUNT_KIND__PROGRAMME_PAYABLE]);
		check_programme(look, p);
	}
}

static void check_lines(struct look *look) {
	const struct model *model = look->model;
	for (uint64_t i = 0; i < model->lines.count; i++) {
		const struct bank_line *line = table_row(&model->lines, i);
		bool is_within = line->amount > 0 ? line->booked >= 0 && line->booked <= line->amount
		                                  : line->booked <= 0 && line->booked >= line->amount;
		bool is_closed = line->state == PB__LINE_STATE__LINE_MATCHED ||
		    line->state == PB__LINE_STATE__LINE_IGNORED;
		if (!is_within || (is_closed && line->booked != line->amount))
			look_money(look, FINDING_BANK, line->house, line->amount - line->booked,
			    "line %llu: what of it is in the books", (unsigned long long)line->number);
	}
}

void check_whole(struct look *look) {
	const struct model *model = look->model;
	check_vouchers(look);
	check_lines(look);
	for (uint64_t i = 0; i < model->funds.rows.count; i++)
		check_fund(look, table_row(&model->funds.rows, i));
	for (uint64_t i = 0; i < model->reservations.rows.count; i++)
		check_reservation(look, table_row(&model->reservations.rows, i));
	for (uint64_t i = 0; i < model->clawbacks.rows.count; i++)
		check_clawback(look, table_row(&model->clawbacks.rows, i));
	for (uint64_t i = 0; i < model->houses.rows.count; i++)
		check_house(look, table_row(&model->houses.rows, i));
}
