/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settlements end where an entry would grow too large: that which opens one, or that which approves
 * it. In states made by hand, for it takes tens of thousands of commands to get there.
 */
#include "ledger/clock.h"
#include "ledger/key.h"
#include "ledger/ledger.h"
#include "ledger/rows.h"
#include "record/digest.h"
#include "record/pb.h"
#include "support/memory_state.h"
#include "support/suite.h"
#include "voucher/v1/resource.pb-c.h"

#include <string.h>

#define PROGRAMME      1
#define HOUSE          1
#define PREPARER       2
#define APPROVER       3
#define FIRST_PARTY    (UINT64_C(1) << 40)
#define FIRST_CLAIM    (UINT64_C(1) << 41)
#define RESERVATION    (UINT64_C(1) << 42)
#define FIRST_CLAWBACK (UINT64_C(1) << 43)
#define FIRST_FUND     (UINT64_C(1) << 44)
#define SETTLEMENT     UINT64_C(1000000) /* the entry that is next */

#define AMOUNT  (INT64_C(1) << 40) /* of a claim; a fund bears a quarter */
#define OWED    (INT64_C(1) << 20) /* of a clawback */
#define TEN     "一二三四五六七八九十"
#define LONGEST TEN TEN TEN TEN TEN TEN "一二三"

/* Each payee has one claim, and owes so many clawbacks; the rules set them off. */
struct shape {
	uint64_t payees;
	uint64_t clawbacks;
	const char *holder_name; /* of a payee's account */
};

struct stage {
	struct memory_state *memory;
	const struct state *state;
	struct ledger *ledger;
	struct arena arena;
};

static void put_row(
    const struct state *state, enum table table, uint64_t id, const void *row, size_t bytes) {
	struct key key = key_of_id(id);
	state_put(state, table, &key, row, bytes);
}

static void put_packed(const struct state *state, enum table table, const struct key *key,
    const ProtobufCMessage *message) {
	uint8_t packed[1024];
	ck_assert_uint_le(protobuf_c_message_get_packed_size(message), sizeof(packed));
	state_put(state, table, key, packed, protobuf_c_message_pack(message, packed));
}

static struct by_fund quarters(int64_t amount) {
	return (struct by_fund){ { amount / 4, amount / 4, amount / 4, amount / 4 } };
}

static void put_clawbacks(const struct state *state, uint64_t payee, uint64_t count) {
	uint64_t first = FIRST_CLAWBACK + (payee - FIRST_PARTY) * count;
	struct key key = key_of_ids(PROGRAMME, payee);
	const struct owed_row list = { .first = first, .last = first + count - 1 };
	STATE_PUT(state, TABLE_OWED, &key, &list);
	for (uint64_t id = first; id < first + count; id++) {
		const struct clawback_row row = {
			.programme = PROGRAMME,
			.payee = payee,
			.amount = OWED,
			.previous = id > first ? id - 1 : 0,
			.next = id < list.last ? id + 1 : 0,
			.left = quarters(OWED),
		};
		put_row(state, TABLE_CLAWBACK, id, &row, sizeof(row));
	}
}

static void put_payee(const struct state *state, const struct shape *shape, uint64_t number) {
	uint64_t id = FIRST_PARTY + number, claim_id = FIRST_CLAIM + number;
	Pb__BankAccount account = PB__BANK_ACCOUNT__INIT;
	account.number = "62220000000000000000000000000000";
	account.bank_code = "102100099996";
	account.holder_name = shape->holder_name;
	Pb__RegisterParty particulars = PB__REGISTER_PARTY__INIT;
	particulars.bank_account = &account;
	struct key key = key_of_id(id);
	put_packed(state, TABLE_PARTICULARS, &key, &particulars.base);
	const struct party_row party = { .kind = PB__PARTY_KIND__PARTY_KIND_PROVIDER, .code = "p" };
	put_row(state, TABLE_PARTY, id, &party, sizeof(party));
	const struct claim_row claim = {
		.programme = PROGRAMME,
		.reservation = RESERVATION,
		.payee = id,
		.amount = AMOUNT,
		.shares = quarters(AMOUNT),
		.published_seq = number + 1,
		.previous = number > 0 ? claim_id - 1 : 0,
		.next = number + 1 < shape->payees ? claim_id + 1 : 0,
		.status = PB__CLAIM_STATUS__CLAIM_PUBLISHED,
	};
	put_row(state, TABLE_CLAIM, claim_id, &claim, sizeof(claim));
	if (shape->clawbacks > 0)
		put_clawbacks(state, id, shape->clawbacks);
}

static void put_rules(const struct state *state) {
	Pb__RuleSet rules = PB__RULE_SET__INIT;
	rules.version = 1;
	rules.effective_from = "1970-01-01";
	rules.net_clawbacks = true;
	struct key key = key_of_rules(PROGRAMME, 1);
	put_packed(state, TABLE_RULES, &key, &rules.base);
}

static void put_programme(const struct state *state, const struct shape *shape) {
	const struct programme_row programme = {
		.funds = { FIRST_FUND, FIRST_FUND + 1, FIRST_FUND + 2, FIRST_FUND + 3 },
		.ready_head = FIRST_CLAIM,
		.ready_tail = FIRST_CLAIM + shape->payees - 1,
		.rule_version = 1,
	};
	const struct reservation_row reservation = { .programme = PROGRAMME };
	const struct clock_row clock = { .waiting = (int64_t)shape->payees };
	const struct id_row id = { .id = PROGRAMME };
	struct key code = key_of_text("wide");
	struct key clock_at = clock_key(PROGRAMME, CLOCK_CLAIMS + PB__CLAIM_STATUS__CLAIM_PUBLISHED);
	STATE_PUT(state, TABLE_PROGRAMME_CODE, &code, &id);
	STATE_PUT(state, TABLE_CLOCK, &clock_at, &clock);
	put_row(state, TABLE_PROGRAMME, PROGRAMME, &programme, sizeof(programme));
	put_row(state, TABLE_RESERVATION, RESERVATION, &reservation, sizeof(reservation));
	put_rules(state);
}

static void put_office(const struct state *state) {
	const struct ledger_row head = { .seq = SETTLEMENT - 1 };
	const struct principal_row preparer = { .person = "S5", .person_id = PREPARER };
	const struct principal_row approver = { .person = "S3", .person_id = APPROVER };
	const struct house_row house = { .code = "house" };
	const struct id_row id = { .id = HOUSE };
	struct key empty = KEY_EMPTY, code = key_of_text("house");
	STATE_PUT(state, TABLE_LEDGER, &empty, &head);
	STATE_PUT(state, TABLE_HOUSE_CODE, &code, &id);
	put_row(state, TABLE_HOUSE, HOUSE, &house, sizeof(house));
	put_row(state, TABLE_PRINCIPAL, PREPARER, &preparer, sizeof(preparer));
	put_row(state, TABLE_PRINCIPAL, APPROVER, &approver, sizeof(approver));
}

static void begin(struct stage *t, const struct shape *shape) {
	t->memory = memory_state_new();
	t->state = memory_state_writable(t->memory);
	arena_init(&t->arena, 0);
	ck_assert_int_eq(ledger_new(&t->ledger), ERR_OK);
	put_office(t->state);
	put_programme(t->state, shape);
	for (uint64_t number = 0; number < shape->payees; number++)
		put_payee(t->state, shape, number);
}

static void end(struct stage *t) {
	ledger_free(t->ledger);
	arena_done(&t->arena);
	memory_state_free(t->memory);
}

/* As it is read from the journal. */
static const Pb__JournalEntry *copy(struct stage *t, const Pb__JournalEntry *entry) {
	size_t bytes = pb__journal_entry__get_packed_size(entry);
	uint8_t *packed = arena_alloc(&t->arena, bytes);
	ProtobufCMessage *message;
	ck_assert_ptr_nonnull(packed);
	ck_assert_uint_le(bytes, LIMIT_ENTRY_BYTES);
	pb__journal_entry__pack(entry, packed);
	ck_assert_int_eq(
	    pb_unpack(&pb__journal_entry__descriptor, packed, bytes, &t->arena, &message), ERR_OK);
	return (const Pb__JournalEntry *)message;
}

static const Pb__JournalEntry *decide(
    struct stage *t, Pb__Command *command, uint64_t seq, uint64_t principal) {
	Pb__Uuid id = PB__UUID__INIT;
	id.low = seq;
	command->id = &id;
	const struct occasion occasion = {
		.principal = principal,
		.seq = seq,
		.time_us = (int64_t)seq,
	};
	struct verdict verdict;
	ledger_decide(
	    t->ledger, memory_state_readable(t->memory), command, &occasion, &t->arena, &verdict);
	ck_assert_int_eq(verdict.outcome, PB__OUTCOME__OUTCOME_OK);
	return copy(t, verdict.entry);
}

static const Pb__JournalEntry *open_all(struct stage *t) {
	Pb__OpenSettlement open = PB__OPEN_SETTLEMENT__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	open.programme = "wide";
	open.house_account = "house";
	open.cutoff = SETTLEMENT - 1;
	command.body_case = PB__COMMAND__BODY_OPEN_SETTLEMENT;
	command.open_settlement = &open;
	return decide(t, &command, SETTLEMENT, PREPARER);
}

static const Pb__JournalEntry *approve(struct stage *t, const Pb__JournalEntry *opened) {
	Pb__ApproveSettlement approval = PB__APPROVE_SETTLEMENT__INIT;
	Pb__Command command = PB__COMMAND__INIT;
	ledger_apply(t->ledger, t->state, opened);
	approval.settlement = SETTLEMENT;
	approval.payments_digest = opened->decision->payments_digest;
	command.body_case = PB__COMMAND__BODY_APPROVE_SETTLEMENT;
	command.approve_settlement = &approval;
	return decide(t, &command, SETTLEMENT + 1, APPROVER);
}

static size_t bytes_of(const Pb__JournalEntry *entry) {
	return pb__journal_entry__get_packed_size(entry);
}

START_TEST(settlement_ends_where_its_entry_would_grow_too_large) {
	const struct shape shape = { .payees = 4000, .holder_name = LONGEST };
	struct stage t;
	begin(&t, &shape);
	const Pb__JournalEntry *opened = open_all(&t);
	ck_assert_uint_lt(opened->decision->n_payments, shape.payees);
	ck_assert_uint_ge(bytes_of(opened), LIMIT_ENTRY_BYTES / 10 * 8); /* the estimate is near */
	ck_assert_uint_lt(bytes_of(approve(&t, opened)), LIMIT_ENTRY_BYTES);
	end(&t);
}
END_TEST

START_TEST(settlement_of_as_many_payees_as_claims_is_approved) {
	const struct shape shape = { .payees = LIMIT_SETTLEMENT_CLAIMS + 1, .holder_name = "n" };
	struct stage t;
	begin(&t, &shape);
	const Pb__JournalEntry *opened = open_all(&t);
	ck_assert_uint_eq(opened->decision->n_payments, LIMIT_SETTLEMENT_CLAIMS);
	ck_assert_uint_lt(bytes_of(approve(&t, opened)), LIMIT_ENTRY_BYTES);
	end(&t);
}
END_TEST

/* What is set off makes the approval's entry grow: every clawback named is one that it can hold. */
START_TEST(settlement_ends_where_its_approval_would_grow_too_large) {
	static const struct shape shapes[] = {
		{ 200, LIMIT_NETTINGS + 1, LONGEST },
		{ 2500, 1, "n" },
		{ 2500, 2, LONGEST },
	};
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct stage t;
		begin(&t, &shapes[i]);
		const Pb__JournalEntry *opened = open_all(&t);
		const Pb__Payment *last = opened->decision->payments[opened->decision->n_payments - 1];
		ck_assert_uint_lt(opened->decision->n_payments, shapes[i].payees);
		ck_assert_uint_eq(last->n_nettings,
		    shapes[i].clawbacks < LIMIT_NETTINGS ? shapes[i].clawbacks : LIMIT_NETTINGS);
		ck_assert_uint_ge(bytes_of(approve(&t, opened)), LIMIT_ENTRY_BYTES / 4);
		end(&t);
	}
}
END_TEST

SUITE_MAIN("settle: limits", settlement_ends_where_its_entry_would_grow_too_large,
    settlement_of_as_many_payees_as_claims_is_approved,
    settlement_ends_where_its_approval_would_grow_too_large)
