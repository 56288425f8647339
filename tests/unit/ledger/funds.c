/* SPDX-License-Identifier: Apache-2.0 */
#include "funds.h"

#include "voucher/v1/resource.pb-c.h"

#include <check.h>

static void publish(struct world *w, int version, const char *more) {
	world_accept(w,
	    "{'publish_rules': {'programme': 'plain', 'rules': {'version': %d, " WORLD_RULES "%s"
	    " 'effective_from': '2026-01-05', 'tiers': [{'id': 1, 'ratio_bp': 5000}],"
	    " 'use_within_days': 30, 'claim_within_days': 30, 'correct_within_days': 30,"
	    " 'payee': 'PAYEE_PROVIDER', 'fund_shares': [{'fund': 'fund', 'share_bp': 5000},"
	    " {'fund': 'f2', 'share_bp': 3333}, {'fund': 'f3', 'share_bp': 1667}]}}}",
	    version, more);
}

struct scheme *new_shared_scheme(void) {
	struct scheme *s = scheme_new(&scheme_plain);
	struct world *w = s->world;
	uint64_t actor = world_as(w, s->office);
	for (int fund = 2; fund <= 3; fund++) {
		world_accept(w, "{'create_fund': {'code': 'f%d', 'name': 'Fund'}}", fund);
		world_accept(
		    w, "{'appropriate': {'fund': 'f%d', 'amount': 100000000, 'document': 'd'}}", fund);
		world_accept(
		    w, "{'allocate': {'fund': 'f%d', 'programme': 'plain', 'amount': 100000000}}", fund);
	}
	publish(w, 2, "");
	world_as(w, actor);
	return s;
}

struct scheme *new_netting_scheme(void) {
	struct scheme *s = new_shared_scheme();
	uint64_t actor = world_as(s->world, s->office);
	publish(s->world, 3, " 'net_clawbacks': true,");
	world_as(s->world, actor);
	return s;
}

struct sums {
	uint64_t programme;
	struct by_fund found;
};

static void add(struct by_fund *sums, const struct by_fund *amounts) {
	for (size_t i = 0; i < LIMIT_FUNDS; i++)
		sums->amount[i] += amounts->amount[i];
}

static bool add_voucher(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct sums *sums = arg;
	const struct voucher_row *voucher = row;
	(void)key;
	ck_assert_uint_eq(bytes, sizeof(*voucher));
	if (voucher->programme == sums->programme)
		add(&sums->found, &voucher->left);
	return true;
}

static bool add_claim(void *arg, const struct key *key, const void *row, size_t bytes) {
	struct sums *sums = arg;
	const struct claim_row *claim = row;
	(void)key;
	ck_assert_uint_eq(bytes, sizeof(*claim));
	if (claim->programme == sums->programme && claim->status != PB__CLAIM_STATUS__CLAIM_RETURNED &&
	    claim->status != PB__CLAIM_STATUS__CLAIM_REJECTED)
		add(&sums->found, &claim->shares);
	return true;
}

/* Whether what it posts to the pool is allocated, recovered, or a recovery taken back. */
static bool brings_money(const Pb__JournalEntry *entry) {
	if (!entry->command)
		return false;
	switch (entry->command->body_case) {
	case PB__COMMAND__BODY_ALLOCATE:
	case PB__COMMAND__BODY_RECORD_RECOVERY:
	case PB__COMMAND__BODY_APPROVE_SETTLEMENT: /* what is set off */
	case PB__COMMAND__BODY_IMPORT_STATEMENT:
	case PB__COMMAND__BODY_RECONCILE:
	case PB__COMMAND__BODY_UNMATCH: return true;
	default: return false;
	}
}

/* What the fund allocated, and what of its money was recovered or set off. */
static int64_t brought_by(struct world *w, uint64_t programme, uint64_t fund) {
	const struct history *history = world_history(w);
	int64_t sum = 0;
	struct arena arena;
	for (uint64_t seq = 1; seq <= world_last_seq(w); seq++) {
		arena_init(&arena, 0);
		const Pb__JournalEntry *entry = history->ops->entry(history->self, seq, &arena);
		for (size_t i = 0; brings_money(entry) && i < entry->n_postings; i++)
			if (entry->postings[i]->account == PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE &&
			    entry->postings[i]->owner == programme && entry->postings[i]->party == fund)
				sum += entry->postings[i]->amount;
		arena_done(&arena);
	}
	return sum;
}

void check_fund_sums(struct world *w, uint64_t programme) {
	const struct state *state = world_state(w);
	const struct key all = KEY_EMPTY;
	struct sums sums = { .programme = programme };
	struct programme_row row = WORLD_ROW(w, TABLE_PROGRAMME, programme, struct programme_row);
	state->ops->scan(state->self, TABLE_VOUCHER, &all, &all, add_voucher, &sums);
	state->ops->scan(state->self, TABLE_CLAIM, &all, &all, add_claim, &sums);
	for (size_t i = 0; i < LIMIT_FUNDS; i++) {
		if (!row.funds[i]) {
			ck_assert_int_eq(sums.found.amount[i], 0);
			continue;
		}
		int64_t pool = world_balance(
		    w, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, programme, row.funds[i]);
		ck_assert_int_eq(pool + sums.found.amount[i], brought_by(w, programme, row.funds[i]));
	}
}
