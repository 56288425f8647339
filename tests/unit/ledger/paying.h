/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An approved settlement of several payments, and lines of the account that pays them: what tests
 * of matching begin with. Claims are ready as soon as they are published. Everything is approved by
 * 2026-01-10, and finance acts.
 */
#ifndef TESTS_UNIT_LEDGER_PAYING_H
#define TESTS_UNIT_LEDGER_PAYING_H

#include "support/bank.h"
#include "support/scheme.h"

#define PAYING_MAX   12
#define PAYING_DAY   "2026-01-12" /* a line that is booked after approval */
#define PAYING_EARLY "2026-01-04" /* before it */

struct paying {
	struct scheme *s;
	struct world *w;
	const struct member *holder;
	const struct member *providers[PAYING_MAX];
	uint64_t claims[PAYING_MAX];
	uint64_t settlement;
	size_t count;
};

/* Payment 1, 2, … has the amount of its claim. */
#define NEW_PAYING(...)                                                                            \
	new_paying((const int64_t[]){ __VA_ARGS__ }, sizeof((int64_t[]){ __VA_ARGS__ }) / 8)
struct paying new_paying(const int64_t *amounts, size_t count);

/* The same, but its settlement is not approved. */
struct paying new_prepared(const int64_t *amounts, size_t count);

void end_paying(struct paying *p); /* as scheme_free() */

void record_payment(struct paying *p, unsigned payment, const char *status);
uint64_t order_clawback(struct paying *p, uint64_t claim, int64_t amount);

/* Payment 1 is paid, and so much of it is to come back. The clawback. */
uint64_t owe_back(struct paying *p, int64_t amount);

/* Its reference at banks; payment 0: the settlement's. Lives as long as the world. */
const char *reference_of(struct paying *p, unsigned payment);

/* A line of this amount with the payment's reference, on PAYING_DAY. Its number. */
uint64_t line_of(struct paying *p, unsigned payment, int64_t amount);

/* A line with this text, and without. */
uint64_t line_saying(struct paying *p, int64_t amount, const char *text);
uint64_t plain_line(struct paying *p, int64_t amount);

/* How often lines of this world were imported, as tests want. Reconcile: `lines` and `targets` in
 * JSON without their brackets. */
__attribute__((format(printf, 3, 4))) uint64_t match_by_hand(
    struct paying *p, const char *lines, const char *targets, ...);
void unmatch(struct paying *p, uint64_t line);

struct payment_row payment_at(struct paying *p, unsigned payment);
struct bank_line_row line_at(struct paying *p, uint64_t line);
void expect_line(struct paying *p, uint64_t line, Pb__LineState state, Pb__LineException exception);
void expect_status(struct paying *p, unsigned payment, Pb__PaymentStatus status);

/* books; what is awaited in and out; what is open in and out. */
struct bank_side {
	int64_t books, awaited_in, awaited_out, open_in, open_out;
};
struct bank_side bank_side(struct paying *p);
#define EXPECT_BANK_SIDE(paying, ...)                                                              \
	do {                                                                                           \
		const struct bank_side expected_ = { __VA_ARGS__ }, is_ = bank_side(paying);               \
		ck_assert_int_eq(is_.books, expected_.books);                                              \
		ck_assert_int_eq(is_.awaited_in, expected_.awaited_in);                                    \
		ck_assert_int_eq(is_.awaited_out, expected_.awaited_out);                                  \
		ck_assert_int_eq(is_.open_in, expected_.open_in);                                          \
		ck_assert_int_eq(is_.open_out, expected_.open_out);                                        \
	} while (0)

/* Every identity holds, and lines and matches say the same of each other as payments do. */
void check_paying(struct paying *p);

#endif
