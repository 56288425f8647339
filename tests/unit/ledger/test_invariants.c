/* SPDX-License-Identifier: Apache-2.0 */
/* What apply checks, in production too, and what verification finds afterwards. */
#include "support/ledger_world.h"
#include "support/memory_state.h"
#include "support/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* A fund (entry 2) of 100, of which the programme (entry 3) has got 60 by the last entry. */
static struct world *world_with_allocation(void) {
	struct world *w = world_new();
	world_accept(w, "{'create_fund': {'code': 'a', 'name': 'n'}}");
	world_accept(w, "{'create_programme': {'code': 'p', 'name': 'n', 'region': '110114'}}");
	world_accept(w, "{'appropriate': {'fund': 'a', 'amount': 100, 'document': 'd'}}");
	world_accept(w, "{'allocate': {'fund': 'a', 'programme': 'p', 'amount': 60}}");
	return w;
}

enum { FUND = 2, PROGRAMME = 3 };

/* Applies the world's journal to a new state, after changing its last entry. */
static struct memory_state *replay(struct world *w, void (*change)(Pb__JournalEntry *entry)) {
	struct ledger *ledger;
	struct memory_state *state = memory_state_new();
	ck_assert_int_eq(ledger_new(&ledger), ERR_OK);
	for (uint64_t seq = 1; seq <= world_last_seq(w); seq++) {
		Pb__JournalEntry *entry = (Pb__JournalEntry *)world_entry(w, seq);
		if (change && seq == world_last_seq(w))
			change(entry);
		ledger_apply(ledger, memory_state_writable(state), entry);
	}
	ledger_free(ledger);
	return state;
}

/* The same in a process of its own, which check() must stop. */
static void expect_stop(struct world *w, void (*change)(Pb__JournalEntry *entry)) {
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		int quiet = open("/dev/null", O_WRONLY);
		if (quiet >= 0 && dup2(quiet, STDERR_FILENO) >= 0)
			memory_state_free(replay(w, change));
		_exit(0);
	}
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGABRT);
}

/* --- an entry that cannot be true --- */

static void lose_a_posting(Pb__JournalEntry *entry) {
	entry->n_postings = 1;
}

static void invent_money(Pb__JournalEntry *entry) {
	entry->postings[1]->amount++;
}

static void mix_currencies(Pb__JournalEntry *entry) {
	entry->postings[1]->currency = 1;
}

static void change_currency(Pb__JournalEntry *entry) {
	entry->postings[0]->currency = entry->postings[1]->currency = 1;
}

static void name_no_currency(Pb__JournalEntry *entry) {
	entry->postings[0]->currency = entry->postings[1]->currency = LIMIT_CURRENCIES;
}

static void overdraw(Pb__JournalEntry *entry) {
	entry->postings[0]->amount = -101;
	entry->postings[1]->amount = 101;
	entry->decision->amount = 101;
}

static void turn_around(Pb__JournalEntry *entry) {
	entry->postings[0]->amount = 60;
	entry->postings[1]->amount = -60;
}

static void overflow(Pb__JournalEntry *entry) {
	entry->postings[0]->amount = INT64_MAX;
	entry->postings[1]->amount = -INT64_MAX;
}

static void count_other_than_posted(Pb__JournalEntry *entry) {
	entry->decision->amount = 59;
}

static void post_to_no_account(Pb__JournalEntry *entry) {
	entry->postings[1]->account = PB__ACCOUNT_KIND__ACCOUNT_KIND_UNSPECIFIED;
}

static void post_to_no_fund(Pb__JournalEntry *entry) {
	entry->postings[0]->owner = 77;
}

/* Two postings more: `amount` leaves one account of the programme and enters another. */
static void add_transfer(
    Pb__JournalEntry *entry, Pb__AccountKind from, Pb__AccountKind to, int64_t amount) {
	static Pb__Posting more[2];
	static Pb__Posting *all[4];
	for (size_t i = 0; i < 2; i++) {
		more[i] = *entry->postings[1];
		more[i].account = i ? to : from;
		more[i].amount = i ? amount : -amount;
		all[i] = entry->postings[i];
		all[2 + i] = &more[i];
	}
	entry->postings = all;
	entry->n_postings = 4;
}

static void balance_memoranda(Pb__JournalEntry *entry) {
	add_transfer(entry, PB__ACCOUNT_KIND__MEMO_COUNTER, PB__ACCOUNT_KIND__MEMO_VAT, 7);
}

static void balance_memoranda_with_money(Pb__JournalEntry *entry) {
	add_transfer(entry, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PB__ACCOUNT_KIND__MEMO_VAT, 7);
}

static void turn_the_counter_around(Pb__JournalEntry *entry) {
	add_transfer(entry, PB__ACCOUNT_KIND__MEMO_VAT, PB__ACCOUNT_KIND__MEMO_COUNTER, 7);
}

static void recover_less_than_nothing(Pb__JournalEntry *entry) {
	add_transfer(
	    entry, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, 7);
}

static void owe_to_nobody(Pb__JournalEntry *entry) {
	add_transfer(
	    entry, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PB__ACCOUNT_KIND__PROGRAMME_PAYABLE, 7);
}

static void allocate_to_another_fund(Pb__JournalEntry *entry) {
	entry->postings[1]->party++;
}

static void skip_a_number(Pb__JournalEntry *entry) {
	entry->seq++;
}

static void stand_still(Pb__JournalEntry *entry) {
	entry->time_us -= 1000000;
}

static void forget_the_command(Pb__JournalEntry *entry) {
	entry->command = NULL;
}

static void name_no_kind(Pb__JournalEntry *entry) {
	entry->command->body_case = PB__COMMAND__BODY__NOT_SET;
}

static void change_nothing(Pb__JournalEntry *entry) {
	(void)entry;
}

START_TEST(an_entry_that_cannot_be_true_stops_the_process) {
	struct world *w = world_with_allocation();
	memory_state_free(replay(w, change_nothing));
	memory_state_free(replay(w, balance_memoranda));
	expect_stop(w, lose_a_posting);
	expect_stop(w, invent_money);
	expect_stop(w, mix_currencies);
	expect_stop(w, change_currency);
	expect_stop(w, name_no_currency);
	expect_stop(w, overdraw);
	expect_stop(w, turn_around);
	expect_stop(w, overflow);
	expect_stop(w, count_other_than_posted);
	expect_stop(w, post_to_no_account);
	expect_stop(w, post_to_no_fund);
	expect_stop(w, balance_memoranda_with_money);
	expect_stop(w, turn_the_counter_around);
	expect_stop(w, recover_less_than_nothing);
	expect_stop(w, owe_to_nobody);
	expect_stop(w, allocate_to_another_fund);
	expect_stop(w, skip_a_number);
	expect_stop(w, stand_still);
	expect_stop(w, forget_the_command);
	expect_stop(w, name_no_kind);
	world_free(w);
}
END_TEST

/* --- verification --- */

static void expect_fault(const struct state *state, struct arena *arena, const char *fault) {
	const char *found = ledger_verify(state, arena);
	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found, fault);
}

START_TEST(verification_finds_a_fund_that_is_off) {
	struct world *w = world_with_allocation();
	struct memory_state *memory = replay(w, NULL);
	const struct state *state = memory_state_writable(memory);
	ck_assert_ptr_null(ledger_verify(state, world_arena(w)));

	struct key key = key_of_id(FUND);
	struct fund_row row = WORLD_ROW(w, TABLE_FUND, FUND, struct fund_row);
	row.available--;
	STATE_PUT(state, TABLE_FUND, &key, &row);
	expect_fault(state, world_arena(w), "fund: appropriated is not available + allocated (2)");
	row.allocated++;
	STATE_PUT(state, TABLE_FUND, &key, &row);
	expect_fault(state, world_arena(w), "fund: available is not its account (2)");
	row = (struct fund_row){ 0 };
	STATE_PUT(state, TABLE_FUND, &key, &row);
	expect_fault(state, world_arena(w), "fund: appropriated is not its account (2)");
	memory_state_free(memory);
	world_free(w);
}
END_TEST

START_TEST(verification_finds_a_programme_that_is_off) {
	struct world *w = world_with_allocation();
	struct memory_state *memory = replay(w, NULL);
	const struct state *state = memory_state_writable(memory);
	struct key key = key_of_id(PROGRAMME);
	struct programme_row row = WORLD_ROW(w, TABLE_PROGRAMME, PROGRAMME, struct programme_row);
	row.live++;
	STATE_PUT(state, TABLE_PROGRAMME, &key, &row);
	expect_fault(state, world_arena(w), "programme: its counters do not add up (3)");
	row.available--;
	row.issued++;
	STATE_PUT(state, TABLE_PROGRAMME, &key, &row);
	expect_fault(state, world_arena(w), "programme: available is not its accounts (3)");
	memory_state_free(memory);
	world_free(w);
}
END_TEST

START_TEST(verification_finds_a_balance_that_is_off) {
	struct world *w = world_with_allocation();
	struct memory_state *memory = replay(w, NULL);
	const struct state *state = memory_state_writable(memory);
	struct key key = key_of_balance(PB__ACCOUNT_KIND__PROGRAMME_PAID, PROGRAMME, 9);
	struct balance_row row = { .balance = 1 };
	STATE_PUT(state, TABLE_BALANCE, &key, &row);
	expect_fault(state, world_arena(w), "the trial balance is not zero; currency (0)");
	row.balance = -1;
	STATE_PUT(state, TABLE_BALANCE, &key, &row);
	expect_fault(state, world_arena(w), "a guarded account went past zero; owner (3)");
	row.balance = 0;
	STATE_PUT(state, TABLE_BALANCE, &key, &row);
	ck_assert_ptr_null(ledger_verify(state, world_arena(w)));
	memory_state_free(memory);
	world_free(w);
}
END_TEST

/* An account of the programme, or of another one, has this balance. */
static void put_balance(const struct state *state, Pb__AccountKind kind, uint64_t programme,
    uint64_t party, int64_t balance) {
	struct key key = key_of_balance(kind, programme, party);
	const struct balance_row row = { .balance = balance };
	STATE_PUT(state, TABLE_BALANCE, &key, &row);
}

START_TEST(verification_finds_memoranda_that_are_off) {
	struct world *w = world_with_allocation();
	struct memory_state *memory = replay(w, balance_memoranda);
	const struct state *state = memory_state_writable(memory);
	ck_assert_ptr_null(ledger_verify(state, world_arena(w)));
	put_balance(state, PB__ACCOUNT_KIND__MEMO_VAT, PROGRAMME, FUND, 6);
	put_balance(state, PB__ACCOUNT_KIND__MEMO_VAT, 99, FUND, 1); /* the sum is right all the same */
	expect_fault(state, world_arena(w), "programme: its memorandum accounts do not balance (3)");
	put_balance(state, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, PROGRAMME, 9, 1);
	put_balance(state, PB__ACCOUNT_KIND__MEMO_VAT, 99, FUND, 0);
	expect_fault(state, world_arena(w), "programme: receivable is not its accounts (3)");
	put_balance(state, PB__ACCOUNT_KIND__MEMO_RECEIVABLE, PROGRAMME, 9, 0);
	put_balance(state, PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, PROGRAMME, 9, 1);
	expect_fault(state, world_arena(w), "programme: written_off is not its accounts (3)");
	put_balance(state, PB__ACCOUNT_KIND__MEMO_WRITTEN_OFF, PROGRAMME, 9, -1);
	expect_fault(state, world_arena(w), "a guarded account went past zero; owner (3)");
	memory_state_free(memory);
	world_free(w);
}
END_TEST

START_TEST(verification_finds_money_that_came_back_or_belongs_to_no_fund) {
	struct world *w = world_with_allocation();
	struct memory_state *memory = replay(w, NULL);
	const struct state *state = memory_state_writable(memory);
	put_balance(state, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PROGRAMME, FUND, 59);
	put_balance(state, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PROGRAMME, 9, 1);
	expect_fault(state, world_arena(w), "programme: its funds' accounts are not its pool (3)");
	put_balance(state, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PROGRAMME, FUND, 60);
	put_balance(state, PB__ACCOUNT_KIND__PROGRAMME_AVAILABLE, PROGRAMME, 9, 0);
	put_balance(state, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, PROGRAMME, 9, -1);
	put_balance(state, PB__ACCOUNT_KIND__PROGRAMME_PAID, 99, 9, 1);
	expect_fault(state, world_arena(w), "programme: recovered is not its accounts (3)");
	put_balance(state, PB__ACCOUNT_KIND__PROGRAMME_RECOVERED, PROGRAMME, 9, 1);
	expect_fault(state, world_arena(w), "a guarded account went past zero; owner (3)");
	memory_state_free(memory);
	world_free(w);
}
END_TEST

START_TEST(verification_finds_a_party_that_is_owed_what_nobody_owes) {
	struct world *w = world_with_allocation();
	uint64_t party = world_party(w, "PARTY_KIND_COMPANY", "91350100M000100Y43");
	struct memory_state *memory = replay(w, NULL);
	const struct state *state = memory_state_writable(memory);
	struct key key = key_of_id(party);
	struct party_row row = WORLD_ROW(w, TABLE_PARTY, party, struct party_row);
	row.owed_by = 1;
	STATE_PUT(state, TABLE_PARTY, &key, &row);
	expect_fault(state, world_arena(w), "parties: who is owed money is not what accounts say (0)");
	memory_state_free(memory);
	world_free(w);
}
END_TEST

SUITE_MAIN("invariants", an_entry_that_cannot_be_true_stops_the_process,
    verification_finds_a_fund_that_is_off, verification_finds_a_programme_that_is_off,
    verification_finds_a_balance_that_is_off, verification_finds_memoranda_that_are_off,
    verification_finds_money_that_came_back_or_belongs_to_no_fund,
    verification_finds_a_party_that_is_owed_what_nobody_owes)
