/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subsidy is granted in one of two ways, and computed by the rules (ledger/rules.h) in both:
 *
 *	of a voucher    reserve holds it for a contract (use_reserve.c)
 *	of the pool     issue of the other instruments grants it at once (voucher_issue.c): one entry
 *	                makes a voucher, closed and all redeemed, and a reservation, all redeemed, both
 *	                with the entry's sequence number as their id; what is redeemed is claimed as
 *	                usual, with invoices where it is a share of an expense
 *
 * Own share and VAT go with it as memorandum legs (memo.h): MEMO_OWN_SHARE and MEMO_VAT of the
 * holder against MEMO_COUNTER. Internal to src/ledger.
 */
#ifndef LEDGER_GRANT_H
#define LEDGER_GRANT_H

#include "ledger/applying.h"
#include "ledger/deciding.h"

/* What is asked for. Borrowed until the decision ends. */
struct grant {
	uint64_t programme_id;
	const struct programme_row *programme;
	const Pb__RuleSet *rules;
	uint64_t holder;
	uint64_t provider;                 /* 0: none is concerned */
	uint64_t voucher_id;               /* 0: of the pool */
	const struct voucher_row *voucher; /* NULL: of the pool */
	const char *category;
	const char *beneficiary; /* "": the holder */
	int64_t total;           /* of the contract; 0: there is none */
	int64_t eligible;
	int64_t vat;
	int64_t earlier;
	int64_t granted; /* what the claim that is topped up was paid */
	uint32_t units;
	int64_t amount_max; /* what was applied for; 0: what the rules give */
};

/* The numbers of a command: VAT and what was spent earlier lie in the eligible expense, and that in
 * the total. */
bool grant_want_numbers(struct deciding *d, const struct grant *grant);

/* The provider of a command: by its code, admitted for the category, and in good standing. */
bool grant_find_provider(
    struct deciding *d, const struct grant *grant, const char *code, uint64_t *ret_provider);

/* A contract's number: text whose normal form (full-width characters and spaces around it make no
 * other contract) is there and was never used. */
bool grant_want_new_contract(struct deciding *d, const char *number);

/* Computes it, and notes everything in the decision but what is moved: bounds, amount, tier, … */
bool grant_decide(struct deciding *d, const struct grant *grant);

/* The memorandum legs of what was decided; after all transfers of money. */
bool grant_post_memo(struct deciding *d, const struct grant *grant);

/* --- apply --- */

/* Texts of the command that the decision does not repeat. */
struct grant_texts {
	const char *category;
	const char *beneficiary;
	const char *contract_number; /* "": none */
};

/* Makes the reservation of what was decided, with the entry's sequence number as its id: held, or
 * redeemed at once. Counts it (counting.h), and takes the contract's number. */
struct reservation_row grant_put(
    struct applying *a, const struct grant_texts *texts, bool is_redeemed);

#endif
