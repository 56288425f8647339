/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A programme at work in a world (support/ledger_world.h): a fund, rules, staff, parties. What a
 * test of vouchers, claims and settlements needs before its story begins, and its usual steps.
 *
 *	struct scheme *s = scheme_new(&scheme_plain);
 *	const struct member *holder = scheme_holder(s, "110114", "");
 *	const struct member *provider = scheme_provider(s, "110114");
 *	uint64_t voucher = scheme_voucher(s, holder, 20000000);
 *	uint64_t reservation = scheme_reserve(s, voucher, provider, "HT-1", 10000000);
 *	…
 *	scheme_free(s);
 *
 * Amounts are in 分. Every step is taken as the right person; who acted before acts on after it.
 */
#ifndef TESTS_SUPPORT_SCHEME_H
#define TESTS_SUPPORT_SCHEME_H

#include "support/ledger_world.h"

struct scheme_config {
	const char *programme; /* its code */
	const char *region;
	const char *rules; /* a PublishRules message for it, in JSON, with ' or " */
	int64_t allocated;
	const char *begins; /* as in world_at(); NULL: as world_new() does */
};

/* Programme "plain" in 110114 with 1,000,000.00: 50 %, at most 200,000.00 a year and holder;
 * categories "testing" and "consulting"; 30 days of use, 30 more to claim, 7 of publication; the
 * provider is paid; claims are countersigned. */
extern const struct scheme_config scheme_plain;

/* The same without cap, category, publication and countersigning: what is approved can be paid. */
extern const struct scheme_config scheme_direct;

/* A file of contrib/programmes, as text. */
const char *scheme_rules_file(const char *name);

struct member;
#define SCHEME_MEMBERS_MAX 128

struct scheme {
	struct world *world;
	const char *code;
	uint64_t fund; /* "fund", which has nothing left to allocate */
	uint64_t programme;
	uint64_t house;  /* "house", the account that settlements are paid from */
	uint64_t office; /* principals, each another person */
	uint64_t reviewer;
	uint64_t approver;
	uint64_t director; /* the second approver */
	uint64_t finance;
	const struct member *members[SCHEME_MEMBERS_MAX];
	int count;
};

struct scheme *scheme_new(const struct scheme_config *config);
void scheme_free(struct scheme *scheme); /* checks everything that world_free() checks */

struct member {
	char code[24]; /* a valid unified social credit code */
	char person[16];
	uint64_t party;
	uint64_t principal;
};

/* A company with a principal and a bank account. `more`: further fields of register_party, such as
 * ", 'statuses': ['x']". Lives as long as the scheme. */
const struct member *scheme_holder(struct scheme *scheme, const char *region, const char *more);

/* The same for a makers' space. */
const struct member *scheme_space(struct scheme *scheme, const char *region, const char *more);

/* A provider, admitted for every category; or not admitted yet. */
const struct member *scheme_provider(struct scheme *scheme, const char *region);
const struct member *scheme_newcomer(struct scheme *scheme, const char *region);

/* `categories`: "'testing', 'consulting'", or "" for all. */
void scheme_admit(struct scheme *scheme, const struct member *provider, const char *categories);

/* Staff of one region. */
uint64_t scheme_regional(
    struct scheme *scheme, const char *person, const char *role, const char *region);

/* Applied for, approved and issued. */
uint64_t scheme_voucher(struct scheme *scheme, const struct member *holder, int64_t amount);

/* The holder acts from here on: category "testing", all of the total eligible. */
uint64_t scheme_reserve(struct scheme *scheme, uint64_t voucher, const struct member *provider,
    const char *contract, int64_t eligible);
uint64_t scheme_redeem(struct scheme *scheme, uint64_t reservation, int64_t amount);

/* One invoice of 20 digits that end in `invoice`, of twice the amount. */
uint64_t scheme_claim(struct scheme *scheme, const struct member *claimant, uint64_t reservation,
    int64_t amount, unsigned invoice);

/* Approved, countersigned, published. */
void scheme_publish(struct scheme *scheme, uint64_t claim);

/* Reserved, redeemed, claimed and published in one go, on a voucher of its own. */
uint64_t scheme_published_claim(struct scheme *scheme, const struct member *holder,
    const struct member *provider, int64_t amount);

/* Of everything that is ready now. */
uint64_t scheme_settlement(struct scheme *scheme);
void scheme_approve_settlement(struct scheme *scheme, uint64_t settlement);

/* The house account's bank says, today, that a payment went out; or that it came back. The line. */
uint64_t scheme_bank_line(
    struct scheme *scheme, uint64_t settlement, uint32_t payment, bool is_return);
const char *scheme_payments_digest(struct scheme *scheme, uint64_t settlement); /* hexadecimal */

/* Any step of one field, by this principal:
 * scheme_step(s, s->office, "publish_claim", "claim", 7). */
void scheme_step(
    struct scheme *scheme, uint64_t principal, const char *command, const char *field, uint64_t id);

/* SHA-256 over every row of every table. */
void scheme_digest_state(struct scheme *scheme, uint8_t ret_hash[32]);

struct programme_row scheme_programme(struct scheme *scheme);
struct voucher_row scheme_voucher_row(struct scheme *scheme, uint64_t id);
struct reservation_row scheme_reservation_row(struct scheme *scheme, uint64_t id);
struct claim_row scheme_claim_row(struct scheme *scheme, uint64_t id);

/* The programme's claims that wait for settlement, walked both ways; `ret_claims` takes `max`. */
size_t scheme_ready(struct scheme *scheme, uint64_t *ret_claims, size_t max);

#endif
