/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One story, and at each of its steps all that must be refused there: by whom it was asked, with
 * which outcome and field, and not a byte of the state changed.
 *
 * In commands, $ and a letter stand for what the story has made: $V voucher, $W an empty one's
 * number, $R reservation, $O the other holder's reservation, $C claim, $X the returned claim,
 * $S settlement, $D its digest, $P provider, $Q provider not admitted, $T provider admitted for
 * consulting only, $U suspended provider, $H holder, $N the newest journal sequence.
 */
#include "base/buffer.h"
#include "support/scheme.h"
#include "support/suite.h"

#include <inttypes.h>
#include <string.h>

#define LOCAL "110114"
#define MAX   "9223372036854775807"
#define HASH  "00000000000000000000000000000000000000000000000000000000000000aa"

/* Each text is one byte too long. */
#define X10  "xxxxxxxxxx"
#define X65  X10 X10 X10 X10 X10 X10 "xxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X501 X100 X100 X100 X100 X100 "x"

enum step {
	ISSUED,
	RESERVED,
	REDEEMED,
	SUBMITTED,
	APPROVED,
	COUNTERSIGNED,
	PUBLISHED,
	READY, /* publication is over */
	OPENED,
	SETTLED,
	PAID,
	RECONCILED,
	HOLDER_SUSPENDED,
	PROVIDER_SUSPENDED,
	ALL_USED,
	EXPIRED,  /* past the last day of use */
	TOO_LATE, /* past the last day of claims */
	STEP_COUNT,
};

enum actor { HOLDER, OTHER, PROVIDER, OFFICE, APPROVER, DIRECTOR, FINANCE, PREPARER, ACTOR_COUNT };

struct row {
	enum step step;
	enum actor actor;
	const char *command;
	Pb__Outcome outcome;
	const char *field;
};

/* A reserve that is fine, but for what comes in place of it. */
#define RESERVE_FULL(voucher, provider, contract, category, total, eligible)                       \
	"{'reserve': {'voucher': " voucher ", 'provider': '" provider                                  \
	"', 'contract_number': '" contract "', 'category': '" category "', 'total': '" total           \
	"', 'eligible': '" eligible "'}}"
#define RESERVE(provider, contract, category)                                                      \
	RESERVE_FULL("$V", provider, contract, category, "1000", "1000")
#define REDEEM(reservation, amount, more)                                                          \
	"{'redeem': {'reservation': " reservation ", 'amount': '" amount "'" more "}}"
#define CLAIM_FULL(reservation, amount, invoices, more)                                            \
	"{'submit_claim': {'reservation': " reservation ", 'amount': '" amount                         \
	"', 'invoices': [" invoices "]" more "}}"
#define CLAIM(amount, invoices) CLAIM_FULL("$R", amount, invoices, "")
#define INVOICE_FULL(code, number, amount, date)                                                   \
	"{'code': '" code "', 'number': '" number "', 'amount': '" amount "', 'date': '" date "'}"
#define INVOICE(number, amount) INVOICE_FULL("", number, amount, "2026-01-05")
#define NEW_INVOICE             INVOICE("26110000000000009999", "1000000000")
#define USED_INVOICE            INVOICE("26110000000000000001", "1000000000")
#define RECORD(settlement, payment, status, more)                                                  \
	"{'record_payment': {'settlement': " settlement ", 'payment': " payment ", 'status': '" status \
	"'" more "}}"

#define NO(outcome) PB__OUTCOME__##outcome

static const struct row rows[] = {
	/* reserve: the fields */
	{ ISSUED, HOLDER, RESERVE_FULL("0", "$P", "c", "testing", "1000", "1000"), NO(FIELD_MISSING),
	    "voucher" },
	{ ISSUED, HOLDER, RESERVE("", "c", "testing"), NO(FIELD_MISSING), "provider" },
	{ ISSUED, HOLDER, RESERVE("$P", "", "testing"), NO(FIELD_MISSING), "contract_number" },
	{ ISSUED, HOLDER, RESERVE("$P", X65, "testing"), NO(FIELD_INVALID), "contract_number" },
	{ ISSUED, HOLDER, RESERVE("$P", "a\\u0007", "testing"), NO(FIELD_INVALID), "contract_number" },
	{ ISSUED, HOLDER, RESERVE("$P", "c", ""), NO(FIELD_MISSING), "category" },
	{ ISSUED, HOLDER, RESERVE("$P", "c", X65), NO(FIELD_INVALID), "category" },
	{ ISSUED, HOLDER, RESERVE_FULL("$V", "$P", "c", "testing", "0", "0"), NO(AMOUNT_INVALID),
	    "total" },
	{ ISSUED, HOLDER, RESERVE_FULL("$V", "$P", "c", "testing", "1000", "0"), NO(AMOUNT_INVALID),
	    "eligible" },
	{ ISSUED, HOLDER, RESERVE_FULL("$V", "$P", "c", "testing", "1000", "-1"), NO(AMOUNT_INVALID),
	    "eligible" },
	{ ISSUED, HOLDER, RESERVE_FULL("$V", "$P", "c", "testing", "1000", "1001"), NO(AMOUNT_INVALID),
	    "eligible" },
	/* reserve: voucher, holder, provider */
	{ ISSUED, HOLDER, RESERVE_FULL("999999", "$P", "c", "testing", "1000", "1000"),
	    NO(VOUCHER_UNKNOWN), "voucher" },
	{ ISSUED, HOLDER, RESERVE_FULL("1", "$P", "c", "testing", "1000", "1000"), NO(VOUCHER_UNKNOWN),
	    "voucher" },
	{ ISSUED, OTHER, RESERVE("$P", "c", "testing"), NO(NOT_OWNER), "" },
	{ ISSUED, PROVIDER, RESERVE("$P", "c", "testing"), NO(NOT_OWNER), "" },
	{ ISSUED, OFFICE, RESERVE("$P", "c", "testing"), NO(NOT_OWNER), "" },
	{ ISSUED, HOLDER, RESERVE_FULL("$W", "$P", "c", "testing", "1000", "1000"), NO(VOUCHER_STATE),
	    "" },
	{ ISSUED, HOLDER, RESERVE("91110114000000000X", "c", "testing"), NO(PARTY_UNKNOWN),
	    "provider" },
	{ ISSUED, HOLDER, RESERVE("$H", "c", "testing"), NO(PARTY_KIND_WRONG), "provider" },
	{ ISSUED, HOLDER, RESERVE("$U", "c", "testing"), NO(PARTY_STATE), "provider" },
	{ ISSUED, HOLDER, RESERVE("$Q", "c", "testing"), NO(PROVIDER_NOT_ADMITTED), "provider" },
	{ ISSUED, HOLDER, RESERVE("$T", "c", "testing"), NO(PROVIDER_NOT_ADMITTED), "category" },
	/* reserve: the rules */
	{ ISSUED, HOLDER, RESERVE("$P", "c", "gardening"), NO(CATEGORY_NOT_COVERED), "category" },
	{ ISSUED, HOLDER, RESERVE_FULL("$V", "$P", "c", "testing", "1", "1"), NO(CAP_REACHED), "" },
	/* nothing to redeem, release or claim */
	{ ISSUED, HOLDER, REDEEM("0", "1", ""), NO(FIELD_MISSING), "reservation" },
	{ ISSUED, HOLDER, REDEEM("$V", "1", ""), NO(RESERVATION_UNKNOWN), "reservation" },
	{ ISSUED, HOLDER, "{'release': {'reservation': $V}}", NO(RESERVATION_UNKNOWN), "reservation" },
	{ ISSUED, PROVIDER, CLAIM_FULL("$V", "1", NEW_INVOICE, ""), NO(RESERVATION_UNKNOWN),
	    "reservation" },
	{ ISSUED, FINANCE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': 1}}",
	    NO(NOTHING_TO_SETTLE), "" },

	{ RESERVED, HOLDER, RESERVE("$P", "HT-1", "testing"), NO(CONTRACT_TAKEN), "contract_number" },
	{ RESERVED, HOLDER, REDEEM("$R", "0", ""), NO(AMOUNT_INVALID), "amount" },
	{ RESERVED, HOLDER, REDEEM("$R", "-5", ""), NO(AMOUNT_INVALID), "amount" },
	{ RESERVED, HOLDER, REDEEM("$R", "1", ", 'milestone': '" X501 "'"), NO(FIELD_INVALID),
	    "milestone" },
	{ RESERVED, HOLDER, REDEEM("$R", "1", ", 'evidence': ['" HASH "', 'aa']"), NO(FIELD_INVALID),
	    "evidence[1]" },
	{ RESERVED, OTHER, REDEEM("$R", "1", ""), NO(NOT_OWNER), "" },
	{ RESERVED, PROVIDER, REDEEM("$R", "1", ""), NO(NOT_OWNER), "" },
	{ RESERVED, OFFICE, REDEEM("$R", "1", ""), NO(NOT_OWNER), "" },
	{ RESERVED, HOLDER, REDEEM("$R", "5000001", ""), NO(RESERVATION_INSUFFICIENT), "" },
	{ RESERVED, HOLDER, REDEEM("$R", MAX, ""), NO(RESERVATION_INSUFFICIENT), "" },
	{ RESERVED, OTHER, "{'release': {'reservation': $R}}", NO(NOT_OWNER), "" },
	{ RESERVED, PROVIDER, "{'release': {'reservation': $R}}", NO(NOT_OWNER), "" },
	{ RESERVED, HOLDER, "{'release': {'reservation': $R, 'reason': '" X501 "'}}", NO(FIELD_INVALID),
	    "reason" },
	{ RESERVED, PROVIDER, CLAIM("1", NEW_INVOICE), NO(CLAIM_EXCEEDS), "" },

	/* 3,000,000 redeemed, 2,000,000 held */
	{ REDEEMED, HOLDER, REDEEM("$R", "2000001", ""), NO(RESERVATION_INSUFFICIENT), "" },
	{ REDEEMED, PROVIDER, CLAIM("0", NEW_INVOICE), NO(AMOUNT_INVALID), "amount" },
	{ REDEEMED, PROVIDER, CLAIM("1", ""), NO(FIELD_MISSING), "invoices" },
	{ REDEEMED, PROVIDER, CLAIM("1", INVOICE("", "2")), NO(FIELD_MISSING), "invoices[0].number" },
	{ REDEEMED, PROVIDER, CLAIM("1", INVOICE("2611000000000000000", "2")), NO(FIELD_INVALID),
	    "invoices[0].number" },
	{ REDEEMED, PROVIDER, CLAIM("1", INVOICE_FULL("1100171320", "1234567", "2", "2026-01-05")),
	    NO(FIELD_INVALID), "invoices[0].number" },
	{ REDEEMED, PROVIDER, CLAIM("1", NEW_INVOICE "," INVOICE("26110000000000000002", "0")),
	    NO(AMOUNT_INVALID), "invoices[1].amount" },
	{ REDEEMED, PROVIDER, CLAIM("1", INVOICE_FULL("", "26110000000000000002", "2", "")),
	    NO(FIELD_MISSING), "invoices[0].date" },
	{ REDEEMED, PROVIDER, CLAIM("1", INVOICE_FULL("", "26110000000000000002", "2", "2026-13-01")),
	    NO(FIELD_INVALID), "invoices[0].date" },
	{ REDEEMED, PROVIDER, CLAIM_FULL("$R", "1", NEW_INVOICE, ", 'evidence': ['']"),
	    NO(FIELD_INVALID), "evidence[0]" },
	{ REDEEMED, PROVIDER, CLAIM("1", NEW_INVOICE "," NEW_INVOICE), NO(INVOICE_TAKEN),
	    "invoices[1]" },
	{ REDEEMED, PROVIDER, CLAIM("1", INVOICE("26110000000000000002", MAX) "," NEW_INVOICE),
	    NO(OVERFLOW), "invoices" },
	{ REDEEMED, PROVIDER, CLAIM("3000001", NEW_INVOICE), NO(CLAIM_EXCEEDS), "" },
	{ REDEEMED, PROVIDER, CLAIM("1001", INVOICE("26110000000000000002", "2001")),
	    NO(INVOICES_INSUFFICIENT), "" },
	{ REDEEMED, PROVIDER, CLAIM_FULL("$O", "1", NEW_INVOICE, ", 'replaces': 999999"),
	    NO(CLAIM_UNKNOWN), "replaces" },
	{ REDEEMED, HOLDER, CLAIM("1", NEW_INVOICE), NO(NOT_OWNER), "" },
	{ REDEEMED, OFFICE, CLAIM("1", NEW_INVOICE), NO(NOT_OWNER), "" },

	/* $X returned, $C submitted in place of it: 2,000,000 with invoice …01 of 4,000,000 */
	{ SUBMITTED, PROVIDER, CLAIM("1", USED_INVOICE), NO(INVOICE_TAKEN), "invoices[0]" },
	{ SUBMITTED, PROVIDER, CLAIM("1000001", NEW_INVOICE), NO(CLAIM_EXCEEDS), "" },
	{ SUBMITTED, PROVIDER, CLAIM_FULL("$R", "1", NEW_INVOICE, ", 'replaces': $C"), NO(CLAIM_STATE),
	    "" },
	{ SUBMITTED, PROVIDER, CLAIM_FULL("$R", "1", NEW_INVOICE, ", 'replaces': $X"), NO(CLAIM_STATE),
	    "replaces" },
	{ SUBMITTED, PROVIDER, CLAIM_FULL("$O", "1", NEW_INVOICE, ", 'replaces': $X"),
	    NO(FIELD_INVALID), "replaces" },
	{ SUBMITTED, OFFICE, "{'return_claim': {'claim': $C}}", NO(FIELD_MISSING), "reason" },
	{ SUBMITTED, OFFICE, "{'return_claim': {'claim': $C, 'reason': '" X501 "'}}", NO(FIELD_INVALID),
	    "reason" },
	{ SUBMITTED, OFFICE, "{'return_claim': {'claim': $X, 'reason': 'r'}}", NO(CLAIM_STATE), "" },
	{ SUBMITTED, OFFICE, "{'return_claim': {'claim': 0, 'reason': 'r'}}", NO(FIELD_MISSING),
	    "claim" },
	{ SUBMITTED, APPROVER, "{'reject_claim': {'claim': $C}}", NO(FIELD_MISSING), "reason" },
	{ SUBMITTED, APPROVER, "{'reject_claim': {'claim': $X, 'reason': 'r'}}", NO(CLAIM_STATE), "" },
	{ SUBMITTED, APPROVER, "{'reject_claim': {'claim': $R, 'reason': 'r'}}", NO(CLAIM_UNKNOWN),
	    "claim" },
	{ SUBMITTED, APPROVER, "{'approve_claim': {'claim': $R}}", NO(CLAIM_UNKNOWN), "claim" },
	{ SUBMITTED, APPROVER, "{'approve_claim': {'claim': $X}}", NO(CLAIM_STATE), "" },
	{ SUBMITTED, PROVIDER, "{'approve_claim': {'claim': $C}}", NO(SAME_PERSON), "" },
	{ SUBMITTED, APPROVER, "{'countersign_claim': {'claim': $C}}", NO(CLAIM_STATE), "" },
	{ SUBMITTED, OFFICE, "{'publish_claim': {'claim': $C}}", NO(CLAIM_STATE), "" },

	{ APPROVED, APPROVER, "{'approve_claim': {'claim': $C}}", NO(CLAIM_STATE), "" },
	{ APPROVED, APPROVER, "{'countersign_claim': {'claim': $C}}", NO(SAME_PERSON), "" },
	{ APPROVED, PROVIDER, "{'countersign_claim': {'claim': $C}}", NO(SAME_PERSON), "" },
	{ APPROVED, DIRECTOR, "{'countersign_claim': {'claim': 999999}}", NO(CLAIM_UNKNOWN), "claim" },
	{ APPROVED, OFFICE, "{'publish_claim': {'claim': $C}}", NO(CLAIM_STATE), "" },
	{ APPROVED, OFFICE, "{'publish_claim': {'claim': 999999}}", NO(CLAIM_UNKNOWN), "claim" },

	{ COUNTERSIGNED, DIRECTOR, "{'countersign_claim': {'claim': $C}}", NO(CLAIM_STATE), "" },
	{ COUNTERSIGNED, FINANCE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': $N}}",
	    NO(NOTHING_TO_SETTLE), "" },

	{ PUBLISHED, OFFICE, "{'publish_claim': {'claim': $C}}", NO(CLAIM_STATE), "" },
	{ PUBLISHED, FINANCE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': $N}}",
	    NO(NOTHING_TO_SETTLE), "" },

	{ READY, FINANCE,
	    "{'open_settlement': {'programme': '', 'house_account': 'house', 'cutoff': 1}}",
	    NO(FIELD_MISSING), "programme" },
	{ READY, FINANCE,
	    "{'open_settlement': {'programme': 'moon', 'house_account': 'house', 'cutoff': 1}}",
	    NO(PROGRAMME_UNKNOWN), "programme" },
	{ READY, FINANCE, "{'open_settlement': {'programme': 'plain', 'house_account': 'house'}}",
	    NO(FIELD_MISSING), "cutoff" },
	{ READY, FINANCE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': 1}}",
	    NO(NOTHING_TO_SETTLE), "" },
	{ READY, FINANCE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': 999999}}",
	    NO(CUTOFF_AHEAD), "cutoff" },

	{ OPENED, FINANCE,
	    "{'open_settlement': {'programme': 'plain', 'house_account': 'house', 'cutoff': $N}}",
	    NO(NOTHING_TO_SETTLE), "" },
	{ OPENED, OFFICE, "{'return_claim': {'claim': $C, 'reason': 'r'}}", NO(CLAIM_STATE), "" },
	{ OPENED, APPROVER, "{'reject_claim': {'claim': $C, 'reason': 'r'}}", NO(CLAIM_STATE), "" },
	{ OPENED, APPROVER, "{'approve_settlement': {'settlement': $S}}", NO(FIELD_MISSING),
	    "payments_digest" },
	{ OPENED, APPROVER, "{'approve_settlement': {'settlement': $S, 'payments_digest': 'aa'}}",
	    NO(FIELD_INVALID), "payments_digest" },
	{ OPENED, APPROVER, "{'approve_settlement': {'settlement': $S, 'payments_digest': '" HASH "'}}",
	    NO(PAYMENTS_CHANGED), "payments_digest" },
	{ OPENED, APPROVER, "{'approve_settlement': {'settlement': $C, 'payments_digest': '$D'}}",
	    NO(SETTLEMENT_UNKNOWN), "settlement" },
	{ OPENED, FINANCE, "{'approve_settlement': {'settlement': $S, 'payments_digest': '$D'}}",
	    NO(SAME_PERSON), "" },
	{ OPENED, PREPARER, "{'approve_settlement': {'settlement': $S, 'payments_digest': '$D'}}",
	    NO(SAME_PERSON), "" },
	{ OPENED, FINANCE, "{'cancel_settlement': {'settlement': $S}}", NO(FIELD_MISSING), "reason" },
	{ OPENED, FINANCE, "{'cancel_settlement': {'settlement': 999999, 'reason': 'r'}}",
	    NO(SETTLEMENT_UNKNOWN), "settlement" },
	{ OPENED, FINANCE, RECORD("$S", "1", "PAYMENT_PAID", ""), NO(PAYMENT_STATE), "" },

	{ SETTLED, APPROVER, "{'approve_settlement': {'settlement': $S, 'payments_digest': '$D'}}",
	    NO(SETTLEMENT_STATE), "" },
	{ SETTLED, FINANCE, RECORD("999999", "1", "PAYMENT_PAID", ""), NO(SETTLEMENT_UNKNOWN),
	    "settlement" },
	{ SETTLED, FINANCE, RECORD("$S", "0", "PAYMENT_PAID", ""), NO(FIELD_MISSING), "payment" },
	{ SETTLED, FINANCE, RECORD("$S", "2", "PAYMENT_PAID", ""), NO(PAYMENT_UNKNOWN), "payment" },
	{ SETTLED, FINANCE, "{'record_payment': {'settlement': $S, 'payment': 1}}", NO(FIELD_MISSING),
	    "status" },
	{ SETTLED, FINANCE, RECORD("$S", "1", "PAYMENT_RECONCILED", ""), NO(FIELD_INVALID), "status" },
	{ SETTLED, FINANCE, RECORD("$S", "1", "PAYMENT_FAILED", ""), NO(FIELD_MISSING), "reason" },
	{ SETTLED, FINANCE, RECORD("$S", "1", "PAYMENT_PAID", ", 'reason': '" X501 "'"),
	    NO(FIELD_INVALID), "reason" },
	{ SETTLED, FINANCE, RECORD("$S", "1", "PAYMENT_PAID", ", 'bank_reference': '" X65 "'"),
	    NO(FIELD_INVALID), "bank_reference" },
	{ SETTLED, FINANCE, RECORD("$S", "1", "PAYMENT_PAID", ", 'value_date': 'today'"),
	    NO(FIELD_INVALID), "value_date" },
	{ SETTLED, FINANCE, RECORD("$S", "1", "PAYMENT_RETURNED", ", 'reason': 'r'"), NO(PAYMENT_STATE),
	    "" },

	{ PAID, FINANCE, "{'cancel_settlement': {'settlement': $S, 'reason': 'r'}}",
	    NO(SETTLEMENT_STATE), "settlement" },
	{ PAID, FINANCE, RECORD("$S", "1", "PAYMENT_PAID", ""), NO(PAYMENT_STATE), "" },

	{ RECONCILED, FINANCE, RECORD("$S", "1", "PAYMENT_PAID", ""), NO(PAYMENT_STATE), "" },
	{ RECONCILED, FINANCE, RECORD("$S", "1", "PAYMENT_FAILED", ", 'reason': 'r'"),
	    NO(PAYMENT_STATE), "" },
	{ RECONCILED, FINANCE,
	    "{'reconcile': {'house_account': 'house', 'lines': [1], 'targets': [{'settlement': $S,"
	    " 'payment': 1}]}}",
	    NO(BANK_LINE_STATE), "" },
	{ RECONCILED, PROVIDER, CLAIM("1", USED_INVOICE), NO(INVOICE_TAKEN), "invoices[0]" },

	{ HOLDER_SUSPENDED, HOLDER, RESERVE("$P", "c", "testing"), NO(PARTY_STATE), "voucher" },
	{ HOLDER_SUSPENDED, HOLDER, REDEEM("$R", "1", ""), NO(PARTY_STATE), "reservation" },
	{ PROVIDER_SUSPENDED, HOLDER, RESERVE("$P", "c", "testing"), NO(PARTY_STATE), "provider" },
	{ PROVIDER_SUSPENDED, HOLDER, REDEEM("$R", "1", ""), NO(PARTY_STATE), "reservation" },
	{ PROVIDER_SUSPENDED, PROVIDER, CLAIM("1", NEW_INVOICE), NO(PARTY_STATE), "reservation" },

	/* 5,000,000 of the reservation redeemed, the rest of the voucher reserved too */
	{ ALL_USED, HOLDER, REDEEM("$R", "1", ""), NO(RESERVATION_STATE), "" },
	{ ALL_USED, HOLDER, "{'release': {'reservation': $R}}", NO(RESERVATION_STATE), "" },
	{ ALL_USED, HOLDER, RESERVE("$P", "c", "testing"), NO(VOUCHER_INSUFFICIENT), "" },

	{ EXPIRED, HOLDER, RESERVE("$P", "c", "testing"), NO(VOUCHER_EXPIRED), "voucher" },
	{ EXPIRED, OTHER, REDEEM("$O", "1", ""), NO(VOUCHER_EXPIRED), "reservation" },

	{ TOO_LATE, PROVIDER, CLAIM("1", NEW_INVOICE), NO(CLAIM_TOO_LATE), "reservation" },
};

struct story {
	struct scheme *s;
	uint64_t actors[ACTOR_COUNT];
	const struct member *holder, *other, *provider, *newcomer, *consultant, *suspended;
	uint64_t voucher, empty, reservation, others, claim, returned, settlement;
};

static void suspend(struct story *t, const struct member *member, bool is_suspended) {
	world_as(t->s->world, t->s->office);
	world_accept(t->s->world, "{'%s': {'party': '%s', 'reason': 'r'}}",
	    is_suspended ? "suspend_party" : "reinstate_party", member->code);
}

static void tell_issued(struct story *t) {
	struct scheme *s = t->s;
	t->holder = scheme_holder(s, LOCAL, "");
	t->other = scheme_holder(s, LOCAL, "");
	t->provider = scheme_provider(s, LOCAL);
	t->newcomer = scheme_newcomer(s, LOCAL);
	t->consultant = scheme_newcomer(s, LOCAL);
	scheme_admit(s, t->consultant, "'consulting'");
	t->suspended = scheme_provider(s, LOCAL);
	suspend(t, t->suspended, true);
	const uint64_t actors[ACTOR_COUNT] = {
		[HOLDER] = t->holder->principal,
		[OTHER] = t->other->principal,
		[PROVIDER] = t->provider->principal,
		[OFFICE] = s->office,
		[APPROVER] = s->approver,
		[DIRECTOR] = s->director,
		[FINANCE] = s->finance,
		[PREPARER] = world_staff(s->world, "S5", "ROLE_APPROVER"), /* finance's other key */
	};
	memcpy(t->actors, actors, sizeof(actors));
	t->voucher = scheme_voucher(s, t->holder, 10000000);
	t->empty = scheme_voucher(s, t->holder, 100);
	scheme_step(s, t->holder->principal, "return_voucher", "voucher", t->empty);
}

static void tell_reserved(struct story *t) {
	t->reservation = scheme_reserve(t->s, t->voucher, t->provider, "HT-1", 10000000);
	uint64_t voucher = scheme_voucher(t->s, t->other, 10000000);
	t->others = scheme_reserve(t->s, voucher, t->provider, "HT-2", 1000000);
}

static void tell_redeemed(struct story *t) {
	scheme_redeem(t->s, t->reservation, 3000000);
	scheme_redeem(t->s, t->others, 1000);
}

static void tell_submitted(struct story *t) {
	t->returned = scheme_claim(t->s, t->provider, t->reservation, 2000000, 1);
	world_as(t->s->world, t->s->office);
	world_accept(
	    t->s->world, "{'return_claim': {'claim': %" PRIu64 ", 'reason': 'evidence'}}", t->returned);
	world_as(t->s->world, t->provider->principal);
	t->claim = world_accept(t->s->world,
	    "{'submit_claim': {'reservation': %" PRIu64 ", 'amount': 2000000, 'replaces': %" PRIu64
	    ", 'invoices': [{'number': '26110000000000000001', 'amount': 4000000,"
	    " 'date': '2026-01-05'}]}}",
	    t->reservation, t->returned);
}

static void tell_paid(struct story *t) {
	world_as(t->s->world, t->s->finance);
	world_accept(t->s->world,
	    "{'record_payment': {'settlement': %" PRIu64 ", 'payment': 1, 'status': 'PAYMENT_PAID'}}",
	    t->settlement);
}

static void tell_all_used(struct story *t) {
	suspend(t, t->provider, false);
	scheme_redeem(t->s, t->reservation, 2000000);
	scheme_reserve(t->s, t->voucher, t->provider, "HT-3", 10000000);
}

/* Takes the story to its next step. */
static void tell(struct story *t, enum step step) {
	struct scheme *s = t->s;
	switch (step) {
	case ISSUED: tell_issued(t); break;
	case RESERVED: tell_reserved(t); break;
	case REDEEMED: tell_redeemed(t); break;
	case SUBMITTED: tell_submitted(t); break;
	case APPROVED: scheme_step(s, s->approver, "approve_claim", "claim", t->claim); break;
	case COUNTERSIGNED: scheme_step(s, s->director, "countersign_claim", "claim", t->claim); break;
	case PUBLISHED: scheme_step(s, s->office, "publish_claim", "claim", t->claim); break;
	case READY: world_at(s->world, "2026-01-13 00:00"); break;
	case OPENED: t->settlement = scheme_settlement(s); break;
	case SETTLED: scheme_approve_settlement(s, t->settlement); break;
	case PAID: tell_paid(t); break;
	case RECONCILED: scheme_bank_line(s, t->settlement, 1, false); break;
	case HOLDER_SUSPENDED: suspend(t, t->holder, true); break;
	case PROVIDER_SUSPENDED:
		suspend(t, t->holder, false);
		suspend(t, t->provider, true);
		break;
	case ALL_USED: tell_all_used(t); break;
	case EXPIRED: world_at(s->world, "2026-02-05 00:00"); break;
	case TOO_LATE: world_at(s->world, "2026-03-07 00:00"); break;
	case STEP_COUNT: ck_abort();
	}
}

/* What $ and this letter stand for. */
static const char *value_of(const struct story *t, char letter) {
	struct arena *arena = world_arena(t->s->world);
	switch (letter) {
	case 'P': return t->provider->code;
	case 'Q': return t->newcomer->code;
	case 'T': return t->consultant->code;
	case 'U': return t->suspended->code;
	case 'H': return t->holder->code;
	case 'D': return scheme_payments_digest(t->s, t->settlement);
	default: break;
	}
	const struct {
		char letter;
		uint64_t value;
	} numbers[] = { { 'V', t->voucher }, { 'W', t->empty }, { 'R', t->reservation },
		{ 'O', t->others }, { 'C', t->claim }, { 'X', t->returned }, { 'S', t->settlement },
		{ 'N', world_last_seq(t->s->world) } };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].letter == letter && numbers[i].value)
			return arena_printf(arena, "%" PRIu64, numbers[i].value);
	}
	ck_abort_msg("$%c stands for nothing yet", letter);
}

static const char *fill_in(const struct story *t, const char *command) {
	struct buffer text;
	buffer_init(&text, 0);
	for (const char *c = command; *c; c++) {
		if (*c == '$')
			buffer_append_text(&text, value_of(t, *++c));
		else
			buffer_append_char(&text, *c);
	}
	ck_assert_int_eq(buffer_error(&text), ERR_OK);
	const char *copy = arena_string(world_arena(t->s->world), text.data, text.bytes);
	buffer_done(&text);
	return copy;
}

static void expect_refused(struct story *t, const struct row *row) {
	uint8_t before[32];
	uint8_t after[32];
	scheme_digest_state(t->s, before);
	world_as(t->s->world, t->actors[row->actor]);
	const Pb__Refusal *refusal = world_refuse(
	    t->s->world, row->outcome, "%s", fill_in(t, row->command));
	ck_assert_msg(strcmp(refusal->field, row->field) == 0, "field \"%s\", not \"%s\": %s",
	    refusal->field, row->field, row->command);
	scheme_digest_state(t->s, after);
	ck_assert_msg(
	    memcmp(before, after, sizeof(before)) == 0, "the state changed: %s", row->command);
}

START_TEST(whatever_is_refused_changes_nothing) {
	struct story story = { .s = scheme_new(&scheme_plain) };
	size_t done = 0;
	for (int step = 0; step < STEP_COUNT; step++) {
		tell(&story, (enum step)step);
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			if ((int)rows[i].step != step)
				continue;
			expect_refused(&story, &rows[i]);
			done++;
		}
	}
	ck_assert_uint_eq(done, sizeof(rows) / sizeof(rows[0]));
	scheme_free(story.s);
}
END_TEST

SUITE_MAIN("refusals", whatever_is_refused_changes_nothing)
