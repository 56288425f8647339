/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How entries change the model: one function for each command, by family in learn_*.c. What an
 * entry says is taken as it stands; what it names and is not there is passed over, for a check has
 * said so.
 *
 * Balances are not theirs (check_postings.c).
 */
#ifndef VOUCHER_AUDIT_LEARN_H
#define VOUCHER_AUDIT_LEARN_H

#include "voucher-audit/look.h"

/* For the table of checks. */
void learn_entry(struct look *look);

/* learn_setup.c; the others are found by learn.c */
void learn_genesis(struct look *look);

#define LEARN_COMMANDS(X)                                                                          \
	X(CREATE_FUND, create_fund)                                                                    \
	X(ALLOCATE, allocate)                                                                          \
	X(CREATE_PROGRAMME, create_programme)                                                          \
	X(PUBLISH_RULES, publish_rules)                                                                \
	X(ADMIT_PROVIDER, admit_provider)                                                              \
	X(RECORD_AGREEMENT, record_agreement)                                                          \
	X(REGISTER_PARTY, register_party)                                                              \
	X(UPDATE_PARTY, update_party)                                                                  \
	X(SUSPEND_PARTY, suspend_party)                                                                \
	X(REINSTATE_PARTY, reinstate_party)                                                            \
	X(BLACKLIST_PARTY, blacklist_party)                                                            \
	X(ASSESS_PARTY, assess_party)                                                                  \
	X(ERASE_PERSONAL, erase_personal)                                                              \
	X(REGISTER_PRINCIPAL, register_principal)                                                      \
	X(REVOKE_PRINCIPAL, revoke_principal)                                                          \
	X(APPLY, apply)                                                                                \
	X(REVIEW_APPLICATION, review_application)                                                      \
	X(ISSUE, issue)                                                                                \
	X(RETURN_VOUCHER, return_voucher)                                                              \
	X(CANCEL_VOUCHER, cancel_voucher)                                                              \
	X(EXTEND_VOUCHER, extend_voucher)                                                              \
	X(EXPIRE, expire)                                                                              \
	X(REMIND, remind)                                                                              \
	X(RESERVE, reserve)                                                                            \
	X(REDEEM, redeem)                                                                              \
	X(RELEASE, release)                                                                            \
	X(WITHDRAW_RESERVATION, withdraw_reservation)                                                  \
	X(SUBMIT_CLAIM, submit_claim)                                                                  \
	X(RETURN_CLAIM, return_claim)                                                                  \
	X(APPROVE_CLAIM, approve_claim)                                                                \
	X(COUNTERSIGN_CLAIM, countersign_claim)                                                        \
	X(REJECT_CLAIM, reject_claim)                                                                  \
	X(PUBLISH_CLAIM, publish_claim)                                                                \
	X(OBJECT_CLAIM, object_claim)                                                                  \
	X(RESOLVE_OBJECTION, resolve_objection)                                                        \
	X(OPEN_SETTLEMENT, open_settlement)                                                            \
	X(APPROVE_SETTLEMENT, approve_settlement)                                                      \
	X(CANCEL_SETTLEMENT, cancel_settlement)                                                        \
	X(RECORD_PAYMENT, record_payment)                                                              \
	X(RECORD_PAYMENT_FILE, record_payment_file)                                                    \
	X(ORDER_CLAWBACK, order_clawback)                                                              \
	X(RECORD_RECOVERY, record_recovery)                                                            \
	X(WRITE_OFF, write_off)                                                                        \
	X(REGISTER_HOUSE_ACCOUNT, register_house_account)                                              \
	X(IMPORT_STATEMENT, import_statement)                                                          \
	X(RECONCILE, reconcile)                                                                        \
	X(UNMATCH, unmatch)                                                                            \
	X(RESOLVE_LINE, resolve_line)                                                                  \
	X(PREPARE_PERIOD, prepare_period)                                                              \
	X(REVIEW_PERIOD, review_period)                                                                \
	X(CLOSE_PERIOD, close_period)                                                                  \
	X(REOPEN_PERIOD, reopen_period)

#define LEARN_DECLARE(body, name) void learn_##name(struct look *look);
LEARN_COMMANDS(LEARN_DECLARE)
#undef LEARN_DECLARE

/* --- between the families --- */

/* *sum += amount, wrapping: a ledger that is wrong must not end the audit. */
void learn_count(int64_t *sum, int64_t amount);

/* Adds a decision's (or a payment's) shares to a list by fund, times `sign`. */
void learn_shares(const struct programme *programme, Pb__Share *const *shares, size_t count,
    int sign, int64_t by_fund[LIMIT_FUNDS]);

/* Who acted, as a person; 0: nobody known. */
uint64_t learn_person(const struct look *look);

/* A new voucher of decision.amount, or a grant with its reservation; `terms`: of the grant. */
void learn_issued(struct look *look, const Pb__Apply *terms);

/* A new reservation as the decision has it; `is_used`: all of it at once. */
void learn_reservation(struct look *look, const char *contract, bool is_used);

/* What of a claim is still to be paid in money leaves its settlement: it waits again. */
void learn_payment_given_back(struct look *look, struct payment *payment, uint32_t status);

/* The claims that a payment still pays. */
void learn_payment_status(struct look *look, struct payment *payment, uint32_t status);

/* How many of its settlement's payments are done with follows from its status, which was `before`.
 */
void learn_recorded(struct look *look, const struct payment *payment, uint32_t before);

/* Of an invoice: its code and number, which nobody may claim twice. */
struct mark learn_invoice_mark(const Pb__Invoice *invoice);

/* Targets are a line's from now on: of a new line or one more of one that there is. What was
 * matched is taken back. */
void learn_take_targets(struct look *look, struct bank_line *leader, Pb__Target *const *targets,
    size_t count, uint32_t by);
void learn_leave_targets(struct look *look, struct bank_line *leader);

/* "2026-11" as 202611; 0: it is none. */
uint32_t learn_period(const char *text);

/* `parts` come back of a clawback. */
void learn_recovered(struct clawback *clawback, const int64_t parts[LIMIT_FUNDS], int sign);

/* A payment enters what is awaited at its house account, in the books already, or leaves it. */
void learn_awaited(struct look *look, const struct payment *payment, bool is_return, int sign);

/* Before and after a bank line changes: what the house account counts of it. */
void learn_reckon_line(struct look *look, const struct bank_line *line, int sign);

#endif
